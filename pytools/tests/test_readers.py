# SPDX-License-Identifier: BSD-2-Clause
"""What reads octets of foreign origin and has no other test of this kind: definitions, scripts, lines of an upper tester, messages of
a sim, frames. Whatever comes is taken or refused in words, within the budgets; nothing else happens."""

import os
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from postel.base import script
from postel.base.exits import UsageError
from postel.base.paths import CONFORMANCE
from postel.iut import definition, links
from postel.iut.definition import Definition
from postel.iut.lines import DescriptorLines, SimLines, UpperClosed
from postel.iut.links import LinkClosed, Sim
from postel.iut.upper import Upper, UpperError
from postel.kit import checker, expect, unasked, wire
from postel.kit.seen import Seen
from test_untrusted import FUZZ, garbled

pytestmark = pytest.mark.chaos


class Life:
    """A process that has ended: nobody waits for it."""

    def fileno(self) -> int:
        return READY[0]

    def alive(self) -> bool:
        return False


READY = os.pipe()
os.write(READY[1], b".")


class NoLink:
    def pump(self) -> None:
        pass

    def listening(self) -> tuple[()]:
        return ()


# Definitions

KEYS = ("name", "about", "links", "isolate", "upper_tester", "synchronous", "settle_ms", "interfaces", "command", "object", "iface",
        "timers", "privileges", "environment")  # fmt: skip
WORDS = ("tap", "fd", "sim", "iface", "stdio", "none", "kernel", "case", "run", "{if0}", "{build}", "{nobody}", "\0", "..", "write:/", "x" * 5000)
VALUE = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=9), inner, max_size=4), max_leaves=8,
)  # fmt: skip
GOOD = {"name": "x", "about": "y", "links": ["fd"], "command": {"fd": ["true", "{if0}"]}}


def defined(make: Callable[[], Definition]) -> Definition | None:
    """The definition, or None where it was refused in words."""
    try:
        found = make()
    except UsageError as error:
        assert len(str(error)) < 6000
        return None
    for link in found.links:
        values = definition.values_of(found, link, "modern", 1, Path("build"))
        for word in found.command.get(link, ()):
            definition.filled(word, values)
    return found


@FUZZ
@given(changed=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=9), VALUE, max_size=4))
def test_a_definition_is_taken_or_refused(changed: dict[str, Any]) -> None:
    defined(lambda: definition.parse({**GOOD, **changed}, Path("x.toml")))


def test_mutations_of_definitions_are_taken_or_refused(tmp_path: Path) -> None:
    dice, path, taken = random.Random(791), tmp_path / "x.toml", 0
    good = [(CONFORMANCE / f"iut/{name}.toml").read_bytes() for name in definition.names()]
    for _ in range(2000):
        path.write_bytes(garbled(dice.choice(good), dice))
        taken += defined(lambda: definition.load(str(path))) is not None
    assert 100 < taken < 1900


# Scripts

HEX = st.binary(max_size=30).map(bytes.hex)
LINE = st.text(st.characters(blacklist_characters="\n", max_codepoint=255), max_size=40)
RECORDS = st.lists(
    st.builds(script.Frame, st.integers(0, 255), st.binary(max_size=60)) | st.builds(script.Advance, st.integers(0, 2**32 - 1))
    | st.builds(script.Op, st.text(st.characters(max_codepoint=255), min_size=1, max_size=40))
    | st.builds(script.Interface, st.integers(0, 255), st.ip_addresses(v=4).map(str), st.integers(0, 32)),
    max_size=6,
)  # fmt: skip


@FUZZ
@given(lines=st.lists(LINE | st.builds("{} {}".format, st.sampled_from(["frame 0", "advance", "op", "op-hex", "interface"]), LINE | HEX), max_size=6))
def test_a_script_is_read_or_refused(lines: list[str]) -> None:
    try:
        records = script.from_text("\n".join([script.HEAD, *lines]))
    except UsageError as error:
        assert str(error).startswith("script:")
        return
    assert script.from_text(script.to_text(records)) == records


@FUZZ
@given(records=RECORDS)
def test_no_record_is_lost(records: list[script.Record]) -> None:
    assert script.from_text(script.to_text(records)) == records
    short = [record for record in records if not isinstance(record, script.Advance) or record.ms <= script.ADVANCE_MAX]
    assert script.from_binary(script.to_binary(short)) == short and not script.cut_off(script.to_binary(short))


@FUZZ
@given(octets=st.binary(max_size=200))
def test_every_string_of_octets_is_a_script(octets: bytes) -> None:
    records = script.from_binary(octets)
    assert script.from_binary(script.to_binary(records)) == records


# An upper tester

PIECE = st.sampled_from(["ok", "err", "*", "code=ENOSYS", "code=", "udp.recv", "sock=1", "src=198.18.0.1", "data=00", "data=0", "version=1",
                         "caps=udp", "caps=,", "port=65536", "=", "1", "2", "3", "4", "-1"])  # fmt: skip
SAID = st.lists(PIECE, max_size=6).map(" ".join) | st.text(st.characters(max_codepoint=255), max_size=30)
OPENING = "1 ok version=1 name=x release=1 caps=udp\n2 err code=ENOSYS\n"
REQUESTS = ("hello version=1", "udp.bind port=0", "udp.send sock=1", "counters", "reset", "sync")


@FUZZ
@given(lines=st.lists(SAID, max_size=5), opening=st.booleans(), end=st.sampled_from(["\n", ""]), cuts=st.lists(st.integers(0, 200), max_size=4))
def test_an_upper_tester_is_believed_or_closed(lines: list[str], opening: bool, end: str, cuts: list[int]) -> None:
    octets = (OPENING * opening + "\n".join(lines) + end).encode("latin-1")
    stdin, requests = os.pipe()
    replies, stdout = os.pipe()
    os.write(stdout, octets)
    os.close(stdout)
    upper_lines = DescriptorLines(requests, replies, Life(), NoLink())
    try:
        asked(lambda: Upper(upper_lines))
    finally:
        upper_lines.close()
        os.close(stdin)


def asked(make: Callable[[], Upper]) -> None:
    try:
        upper = make()
        for request in REQUESTS:
            try:
                reply = upper.raw(request)
            except UpperError as error:
                assert len(str(error)) < 400
                continue
            assert all(isinstance(value, str) for value in reply.values())
        upper.events()
    except UpperClosed as error:
        assert len(str(error)) < 400 and str(error).isprintable(), error


@FUZZ
@given(answers=st.lists(st.lists(SAID, max_size=3), max_size=8))
def test_the_lines_of_a_sim_are_believed_or_closed(answers: list[list[str]]) -> None:
    given_out = iter(answers)
    asked(lambda: Upper(SimLines(lambda line, seconds: next(given_out, []))))


# A sim

MESSAGES = st.lists(
    st.sampled_from([b".", b"", b"f", b"l", b"f\0", b"f\x01" + bytes(60), b"f\0" + bytes(70_000), b"l1 ok", b"F\0", b"x"])
    | st.builds(lambda kind, rest: kind + rest, st.sampled_from([b"f\0", b"l", b"f"]), st.binary(max_size=30)),
    max_size=8,
)  # fmt: skip


@FUZZ
@given(messages=MESSAGES)
def test_the_messages_of_a_sim_are_taken_or_end_it(messages: list[bytes]) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        theirs.setblocking(False)
        with suppress(BlockingIOError):  # what fits will do: nobody reads yet
            for message in messages:
                theirs.send(message)
        theirs.shutdown(socket.SHUT_WR)
        try:
            sim = Sim(ours.detach(), Life(), "")
        except LinkClosed:
            return
        try:
            while True:
                sim.send(0, bytes(60))
                sim.line("1 sync", 1.0)
                while (received := sim.receive()) is not None:
                    assert received[0] == 0 and len(received[1]) <= 1 << 18
        except LinkClosed as error:
            assert len(str(error)) < 400
        finally:
            sim.close()


# Frames

OWN = Seen()
TYPES = st.sampled_from([b"\x08\0", b"\x08\x06", b"\x86\xdd", b"\0\x10"])
MACS = st.sampled_from([bytes.fromhex("020000000001"), b"\xff" * 6, bytes(6)])
HEADER = st.builds(
    lambda ihl, length, frag, protocol, rest: bytes([ihl, 0]) + length.to_bytes(2, "big") + b"\0\1" + frag + bytes([64, protocol, 0, 0])
    + bytes([198, 18, 0, 2, 198, 18, 0, 1]) + rest,
    st.sampled_from([0x45, 0x46, 0x4F, 0x40, 0x65, 0x44]), st.integers(0, 200), st.sampled_from([b"\0\0", b"\x20\0", b"\0\1", b"\xff\xff"]),
    st.sampled_from([1, 2, 17, 6, 253]), st.binary(max_size=120),
)  # fmt: skip
FRAMES = st.binary(max_size=100) | st.builds(lambda *parts: b"".join(parts), MACS, MACS, TYPES, st.binary(max_size=60) | HEADER)
EXPECTATIONS = (
    expect.echo_reply(), expect.unreachable(3), expect.time_exceeded(), expect.parameter_problem(1), expect.timestamp_reply(), expect.udp_datagram(),
    expect.arp_reply(), expect.arp_request(), expect.protocol(253),
)  # fmt: skip
PREDICATES = (
    expect.quoting(bytes(28)), expect.message_verifies, expect.with_option(b"\x07\x07\4\0\0\0\0"), expect.without_option(7),
    expect.at_most_one_of(7, 68), expect.only_copied, expect.padded_with_zeros, expect.recorded(b"\x07\x07\4\0\0\0\0", "198.18.0.2"),
    expect.stamped(b"\x44\x0c\5\0" + bytes(8), "198.18.0.2"), expect.standard_time,
)  # fmt: skip


@FUZZ
@given(frame=FRAMES)
def test_a_frame_is_what_it_is(frame: bytes) -> None:
    fields = wire.parse(frame)
    assert wire.summary(fields).isprintable()
    assert all(isinstance(rule.requirement, str) for rule in checker.violations(fields, OWN))
    assert unasked.unasked(fields, unasked.Spoken(), OWN.addresses) in (True, False)
    if "protocol" in fields:
        assert expect.header_verifies(fields["packet"]) in (True, False)
    for expectation in EXPECTATIONS:
        said = expectation.difference(fields)
        assert said is None or isinstance(said, str)


@FUZZ
@given(octets=st.binary(max_size=80))
def test_what_is_expected_of_octets_has_an_answer_for_any(octets: bytes) -> None:
    for predicate in PREDICATES:
        assert predicate(octets) in (True, False), predicate
    wire.split_options(octets)


# Frames over a link

@FUZZ
@given(messages=st.lists(st.binary(min_size=1, max_size=40), max_size=8))
def test_what_comes_over_fd_is_a_frame_or_the_end(messages: list[bytes]) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for message in messages:
        theirs.send(message)
    theirs.close()
    link = links.SeqPacket("fd", [ours.detach()], Life(), mtu=1500)
    found = []
    with pytest.raises(LinkClosed):
        while link.wait(1.0):
            while (received := link.receive()) is not None:
                found.append(received[1])
    link.close()
    assert found == messages
