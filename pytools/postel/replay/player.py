# SPDX-License-Identifier: BSD-2-Clause
"""Plays a script into an IUT, record by record, and says what comes of each.

Every record is followed by a control probe, so what is printed behind it is its effect. What a link or an IUT does not take is
told and passed over: the rest of the script is played all the same."""

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import suppress

from postel.base import plain, script
from postel.base.exits import Exit, UsageError
from postel.base.keys import LINE_MAX, parse_keys
from postel.base.script import Advance, Frame, Interface, Op, Record
from postel.iut.iut import INTERFACES, Instance
from postel.iut.links import NotTaken
from postel.iut.upper import UpperClosed, UpperError
from postel.kit import LowerTester, summary, wire
from postel.kit.fence import FENCE_ID
from postel.kit.lower import Silent
from postel.replay.inputs import Input

LONGEST_WAIT = 120  # seconds of real time that a script may take without --slow


def play(found: Input, instance: Instance, args: argparse.Namespace) -> int:
    """Plays all of it, printing as it goes; whether the IUT lives is the exit code."""
    lt = LowerTester(instance, args.profile, slow=True)
    lt.hosts.answer = not args.no_arp
    lt.neighbours |= found.neighbours
    if not args.slow:
        refuse_long_waits(found, lt)
    shown = 0
    try:
        lt.settle(probe_anyway=True)
        shown = len(lt.frames)
        for number, record in enumerate(found.records):
            for frame in found.then.get(number, ()):
                print(f"# {then(frame, found)}")
            for line in perform(record, lt, args):
                print(line, flush=True)
            shown = show(lt, shown, args)
        for frame in found.then.get(len(found.records), ()):
            print(f"# {then(frame, found)}")
        lt.settle(probe_anyway=True)
    except (Silent, UpperClosed) as error:
        show(lt, shown, args)
        if said := instance.said():
            print(f"the IUT said: {plain.lines(said)}", file=sys.stderr)
        how = f"does not answer: {error}" if instance.alive() else f"ended: {instance.obituary()}"
        print(f"postel: the IUT {plain.lines(how)}", file=sys.stderr)
        return Exit.FAILED
    show(lt, shown, args)
    return Exit.OK


def refuse_long_waits(found: Input, lt: LowerTester) -> None:
    seconds = sum(record.ms for record in found.records if isinstance(record, Advance)) / 1000
    if seconds > LONGEST_WAIT and not (lt.ut and "vtime" in lt.ut.caps):
        raise UsageError(f"the script takes {seconds:,.0f} s, and this IUT's clock is a real one: --slow waits for all of it")


def perform(record: Record, lt: LowerTester, args: argparse.Namespace) -> Iterator[str]:
    """Does what the record says, up to the IUT's answer; what it does in words."""
    match record:
        case Frame(iface, octets):
            on = iface % lt.instance.definition.interfaces
            yield f"> if{on} {words(octets, lt.neighbours)}"
            yield from dump(octets, args)
            try:
                lt.send(octets, on=on)
            except NotTaken as error:
                yield f"  (not sent: {error})"
        case Advance(ms):
            yield f"> advance {ms} ms"
            lt.advance(ms / 1000)
        case Op(line):
            yield f"> {line if line.isprintable() else script.to_text([record]).splitlines()[-1]}"
            yield f"  {answered(line, lt)}"
        case Interface(iface, address, prefix):
            lab = INTERFACES[iface % lt.instance.definition.interfaces]
            if (address, prefix) != (lab.iut, lab.prefix):
                yield f"# interface {lab.index} is {lab.iut}/{lab.prefix} here, not {address}/{prefix}"
    lt.settle()
    if lt.ut:
        with suppress(UpperError):
            lt.ut.call("sync")


def answered(line: str, lt: LowerTester) -> str:
    if not lt.ut:
        return "(this IUT has no upper tester)"
    if not is_line(line):
        return "(not sent: it is no line of the upper tester's protocol)"
    try:
        return " ".join(["ok", *(f"{key}={value}" for key, value in lt.ut.raw(line).items())])
    except UpperError as error:
        return f"err code={error.code}"


def is_line(line: str) -> bool:
    """Has it the protocol's form? Whoever is given another cannot say to which line its error belongs."""
    op, *words = line.split(" ")
    with suppress(ValueError):
        parse_keys(words)
        return re.fullmatch(r"[A-Za-z0-9._-]+", op) is not None and len(line) < LINE_MAX - 20
    return False


def show(lt: LowerTester, shown: int, args: argparse.Namespace) -> int:
    """Prints what the IUT has sent and told since; returns how many frames are known now."""
    for frame in lt.frames[shown:]:
        if not frame.sent and wire.parse(frame.octets).get("ident") != FENCE_ID:
            print("\n".join([f"< if{frame.iface} {words(frame.octets, lt.neighbours)}", *dump(frame.octets, args)]))
    for event in lt.ut.events() if lt.ut else ():
        print(f"* {event.name} {' '.join(f'{key}={plain.plain(value, 80)}' for key, value in event.keys.items())}")
    return len(lt.frames)


def then(frame: bytes, found: Input) -> str:
    """What the IUT of the capture sent at this place."""
    return f"then: {words(frame, found.neighbours)}"


def words(octets: bytes, neighbours: dict[str, str]) -> str:
    """What it is, and its MACs where it is no packet or they are not those that belong to the lab."""
    if len(octets) < wire.ETHER_LEN:
        return f"{len(octets)} octets, which is no frame"
    fields = wire.parse(octets)
    usual = {mac for lab in INTERFACES for mac in (lab.iut_mac, lab.lt_mac)} | set(neighbours.values())
    source, destination = fields["eth_src"], fields["eth_dst"]
    plainly = "src" in fields and {source, destination} <= usual
    macs = "" if plainly else f" [{source} > {destination}]"
    return f"{summary(fields)}{macs} ({len(octets)} octets)"


def dump(octets: bytes, args: argparse.Namespace) -> Iterator[str]:
    if args.hex:
        yield f"    {octets.hex()}"
    for at in range(0, len(octets), 16) if args.verbose else ():
        row = octets[at : at + 16]
        yield f"    {at:04x}  {row.hex(' '):<47}  {''.join(chr(o) if 32 <= o < 127 else '.' for o in row)}"
