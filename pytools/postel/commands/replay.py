# SPDX-License-Identifier: BSD-2-Clause
"""Plays a script, a fuzzer's input or the evidence of a case into an IUT, and prints what comes out.

  postel replay FILE --iut NAME|FILE[:LINK]    plays it: frames go in, and what the IUT sends and tells is printed
  postel replay --print FILE                   the script as text, whatever its form
  postel replay --pack OUT FILE                the script as octets, into OUT

Exit codes: 0 played to its end by an IUT that lives, 1 the IUT ended or went mute, 2 usage, 3 environment unusable,
4 the IUT could not be started.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from postel import evidence, plain, script, targets
from postel.exits import Exit, UsageError
from postel.iut import INTERFACES, Instance
from postel.kit import LowerTester, summary
from postel.kit.fence import FENCE_ID
from postel.kit.lower import Silent
from postel.kit.wire import parse
from postel.script import Advance, Frame, Interface, Op, Record
from postel.upper import UpperClosed, UpperError

OURS = ("control probe", "address resolution")  # frames of the lower tester's own, which replay makes anew


def run(args: argparse.Namespace) -> int:
    records = recorded(args.file)
    if not (args.iut or args.printed or args.pack):
        raise UsageError("say what to do: --iut NAME plays the script, --print shows it, --pack OUT translates it")
    if args.pack:
        write(args.pack, script.to_binary(records))
    if args.printed:
        sys.stdout.write(script.to_text(records))
    if not args.iut:
        return Exit.OK
    asked = targets.asked_for(args.iut, None)
    instance = targets.starter(asked, args)(asked.links[0])()
    try:
        return played(records, instance, args.profile)
    finally:
        instance.close()


def write(path: Path, octets: bytes) -> None:
    try:
        path.write_bytes(octets)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def recorded(path: Path) -> list[Record]:
    """What is in the file; of a case's evidence, the frames that the case itself sent."""
    if path.suffix != ".pcapng":
        return script.read(path)
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    theirs = (frame for frame in evidence.read(path) if frame.sent and not frame.comment.startswith(OURS))
    return [Frame(frame.iface, frame.octets) for frame in theirs]


def played(records: Sequence[Record], instance: Instance, profile: str) -> int:
    """Plays all of it, printing as it goes; whether the IUT lives is the exit code."""
    lt = LowerTester(instance, profile, slow=True)
    shown = 0
    try:
        lt.settle(probe_anyway=True)
        shown = len(lt.frames)
        for record in records:
            for line in perform(record, lt):
                print(line)
            shown = show(lt, shown)
        lt.settle(probe_anyway=True)
    except (Silent, UpperClosed) as error:
        show(lt, shown)
        if said := instance.stderr():
            print(f"the IUT said: {plain.lines(said)}", file=sys.stderr)
        how = f"does not answer: {error}" if instance.alive() else f"ended: {instance.obituary()}"
        print(f"postel: the IUT {plain.lines(how)}", file=sys.stderr)
        return Exit.FAILED
    show(lt, shown)
    return Exit.OK


def perform(record: Record, lt: LowerTester) -> Iterator[str]:
    """Does what the record says, up to the IUT's answer; what it does in words."""
    match record:
        case Frame(iface, octets):
            on = iface % lt.instance.definition.interfaces
            yield f"> if{on} {words(octets)}"
            lt.send(octets, on=on)
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
        lt.ut.call("sync")


def answered(line: str, lt: LowerTester) -> str:
    if not lt.ut:
        return "(this IUT has no upper tester)"
    if "\n" in line:
        return "(not sent: it is more than one line)"
    try:
        return " ".join(["ok", *(f"{key}={value}" for key, value in lt.ut.raw(line).items())])
    except UpperError as error:
        return f"err code={error.code}"


def show(lt: LowerTester, shown: int) -> int:
    """Prints what the IUT has sent and told since; returns how many frames are known now."""
    for frame in lt.frames[shown:]:
        if not frame.sent and parse(frame.octets).get("ident") != FENCE_ID:
            print(f"< if{frame.iface} {words(frame.octets)}")
    for event in lt.ut.events() if lt.ut else ():
        print(f"* {event.name} {' '.join(f'{key}={plain.plain(value, 80)}' for key, value in event.keys.items())}")
    return len(lt.frames)


def words(octets: bytes) -> str:
    if len(octets) < 14:
        return f"{len(octets)} octets, which is no frame"
    return f"{summary(parse(octets))} ({len(octets)} octets)"
