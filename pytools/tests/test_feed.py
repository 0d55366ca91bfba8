# SPDX-License-Identifier: BSD-2-Clause
"""postel.fuzzing.feed and `postel fuzz` with captures: each target is given what it reads, and a file with nothing for it is refused."""

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import captures
import pytest
from postel.base import script
from postel.base.exits import Exit
from postel.base.script import Advance, Frame, Op
from postel.cli import cli
from postel.commands import fuzz
from postel.fuzzing import feed, fuzzing
from postel.kit import wire

BASE = {"eth_dst": "02:00:00:00:00:02", "eth_src": "02:00:00:00:00:01", "src": "198.18.0.1", "dst": "198.18.0.2", "protocol": 17}
PLAIN = wire.build(BASE | {"sport": 1, "dport": 2, "data": b"data"})
OPTIONS = wire.build(BASE | {"options": b"\7\7\4" + bytes(5), "payload": bytes(200)})
WRONG = wire.build(BASE | {"checksum": 1, "payload": b"P"})
SNAP = PLAIN[:12] + b"\0\x28" + bytes.fromhex("aaaa03000000") + PLAIN[12:]
OTHERS = [Frame(0, PLAIN[:12] + b"\x08\x06" + bytes(28)), Frame(0, b""), Frame(0, bytes(13)), Advance(5), Op("sync")]
needs_clang = pytest.mark.skipif(not shutil.which("clang"), reason="clang is not there")
Patch, Said = pytest.MonkeyPatch, pytest.CaptureFixture[str]


def fragments(size: int, *spans: tuple[int, int], number: int = 1) -> list[Frame]:
    data = bytes(range(256)) * 256
    return [Frame(0, wire.build(BASE | {"id": number, "offset": at, "mf": int(end < size), "payload": data[at:end]}))
            for at, end in spans]  # fmt: skip


def frames(octets: bytes) -> list[Frame]:
    assert script.to_binary(script.from_binary(octets)) == octets
    return [record for record in script.from_binary(octets) if isinstance(record, Frame)]


@pytest.mark.parametrize("target, reaches", [
    ("ip_header", [PLAIN, OPTIONS, WRONG, PLAIN]), ("ip_options", [PLAIN, OPTIONS, PLAIN]), ("reass", [PLAIN, OPTIONS, PLAIN]),
])  # fmt: skip
def test_each_target_is_given_what_it_reads(target: str, reaches: Sequence[bytes]) -> None:
    given = [Frame(1, octets) for octets in (PLAIN, OPTIONS, WRONG, SNAP)]
    made = feed.inputs(target, [*OTHERS, *given])
    assert [frame.octets for frame in frames(made[0])] == reaches
    assert len(made) == (feed.TABLES if target == "reass" else 1)
    assert [{frame.iface for frame in frames(octets)} for octets in made] == [{n} for n in range(len(made))]
    assert feed.inputs(target, OTHERS) == [] and feed.seeds(target, OTHERS) == ([], 0)


def test_many_packets_become_several_inputs_and_fragments_stay_together() -> None:
    """reass looks at 241 records of an input."""
    rng = random.Random(2)
    mixed = [frame for number in range(400) for frame in fragments(40, (0, 16), (16, 32), (32, 40), number=number)]
    shuffled = sorted(mixed, key=lambda frame: frame.octets[18:20] + bytes([rng.randrange(3)]))
    whole = [frames(octets) for octets in feed.inputs("reass", shuffled)[:: feed.TABLES]]
    assert sorted(frame.octets for group in whole for frame in group) == sorted(frame.octets for frame in mixed)
    assert max(map(len, whole)) <= 241 and len(whole) == 6
    assert all(len({frame.octets[18:20] for frame in group}) * 3 == len(group) for group in whole)
    many = fragments(80_000, *((8 * n, 8 * n + 8) for n in range(1000)))
    assert sum(len(frames(octets)) for octets in feed.inputs("reass", many)) == 1000 * feed.TABLES
    assert max(len(frames(octets)) for octets in feed.inputs("reass", many)) <= 241


def test_of_each_target_it_is_known_what_it_takes() -> None:
    assert set(feed.TAKES) == set(fuzzing.TARGETS)


@pytest.mark.parametrize("target", fuzzing.TARGETS)
def test_seeds_are_no_longer_than_a_search_looks(target: str) -> None:
    long = [Frame(0, octets) for octets in (PLAIN, OPTIONS, WRONG + bytes(300))] + fragments(4000, (0, 1480), (1480, 2960), (2960, 4000))
    made, left_out = feed.seeds(target, long)
    assert made and not left_out
    assert max(map(len, made)) <= fuzzing.TARGETS[target]
    if target == "ip_options":
        assert [frame.octets[14 + 20 :][:8] for octets in made for frame in frames(octets)] == [b"\7\7\4" + bytes(5)]
    if target != "reass":
        kept = [frame.octets[14:] for octets in made for frame in frames(octets)]
        assert all(feed.is_right(packet) or packet[10:12] == b"\0\1" for packet in kept)


def test_shortened_fragments_meet_and_overlap_as_the_long_ones_do() -> None:
    spans = [(0, 1480), (1480, 2960), (1480, 1488), (2000, 4000), (4000, 4001), (4096, 4101), (8, 1480)]
    [made] = feed.seeds("reass", fragments(5000, *spans))[0]
    fields = [wire.parse(frame.octets) for frame in frames(made)]
    assert [(f["offset"], f["offset"] + len(f["payload"])) for f in fields] == [
        (0, 16), (16, 40), (16, 24), (32, 48), (48, 49), (56, 61), (8, 16)
    ]  # fmt: skip
    assert all(feed.is_right(frame.octets[14:]) for frame in frames(made)) and all(f["mf"] for f in fields)


def test_what_does_not_fit_is_counted() -> None:
    assert feed.seeds("reass", fragments(4000, *((8 * n, 8 * n + 8) for n in range(30)))) == ([], 1)


# The command


TARGET = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 3 && memmem(data, size, "boom", 4))
        %s
    return 0;
}
"""
MISTAKES = {
    "oracle": 'fprintf(stderr, "ORACLE BROKEN: deliver: too much (a.c:1)\\n"), abort();', "none": ";",
    "leak": "{ void *volatile p = malloc(10000); p = 0; (void)p; }",
}  # fmt: skip


@pytest.fixture(name="fuzzed")
def _fuzzed(tmp_path: Path, monkeypatch: Patch, request: pytest.FixtureRequest) -> Path:
    """A place where fuzz_reass is a program with this mistake."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzzing, "need_libfuzzer", lambda: None)
    monkeypatch.setattr(fuzz, "built", lambda targets: tmp_path)
    monkeypatch.setattr(fuzzing, "AT_ONCE", 4)
    (tmp_path / "target.c").write_text("#define _GNU_SOURCE" + TARGET % MISTAKES[request.param])
    made = fuzzing.attempt(["clang", "-fsanitize=fuzzer,address", "target.c", "-o", "fuzz_reass"])
    assert made.ok, made.output
    return tmp_path


def foreign(*packets: Frame) -> bytes:
    theirs = [wire.edit(frame.octets, src="10.0.0.9", dst="10.0.0.5") for frame in packets]
    return captures.pcap(*theirs, magic=captures.NANO, order=">")


@needs_clang
@pytest.mark.parametrize("fuzzed", ["oracle", "leak"], indirect=True)
def test_a_finding_in_a_capture_is_made_small_and_kept(fuzzed: Path, capsys: Said) -> None:
    boom = Frame(0, wire.build(BASE | {"payload": b"--------boom" + bytes(500)}))
    many = [Frame(0, wire.build(BASE | {"id": n, "payload": bytes(8)})) for n in range(1500)]
    (fuzzed / "x").write_bytes(foreign(*many, boom, *many))
    assert cli.main(["fuzz", "reass", "--input", "x"]) == Exit.FAILED
    said = capsys.readouterr()
    assert "x: pcap, Ethernet: 3,001 packets" in said.err and "10.0.0.5 (02:00:00:00:00:02) is the IUT" in said.err
    again = next(line.split()[1:] for line in said.out.splitlines() if line.lstrip().startswith("repeat "))
    [small] = frames(Path(again[4]).read_bytes())
    assert b"boom" in small.octets and len(small.octets) < 100
    assert cli.main(again[1:]) == Exit.FAILED


@needs_clang
@pytest.mark.parametrize("fuzzed", ["none"], indirect=True)
def test_what_reaches_nothing_is_no_success(fuzzed: Path, capsys: Said) -> None:
    """Kind 1: `no finding` where nothing was looked for."""
    (fuzzed / "good").write_bytes(foreign(*fragments(40, (0, 24), (24, 40))))
    assert cli.main(["fuzz", "reass", "--input", "good"]) == Exit.OK
    assert capsys.readouterr().out == "good: no finding in 2 packets\n"
    for name, octets, code in (
        ("arp", captures.pcap(PLAIN[:12] + b"\x08\x06" + bytes(28)), Exit.USAGE), ("wrong", captures.pcap(WRONG), Exit.USAGE),
        ("junk", b"hello, world\n", Exit.USAGE), ("clock.bin", script.to_binary([Advance(1)]), Exit.USAGE),
        ("wlan", captures.pcap(PLAIN, link=105), Exit.USAGE), ("frame.bin", script.to_binary([Frame(0, PLAIN)]), Exit.OK),
    ):  # fmt: skip
        (fuzzed / name).write_bytes(octets)
        assert cli.main(["fuzz", "reass", "--input", name]) == code, name
        assert ("no finding" in capsys.readouterr().out) == (code == Exit.OK)


@pytest.mark.parametrize("target, code", [("igmp", Exit.OK), ("two_hosts", Exit.OK), ("host", Exit.OK), ("reass", Exit.USAGE)])
def test_what_is_asked_of_groups_needs_no_frame(target: str, code: Exit, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzzing, "need_libfuzzer", lambda: None)
    monkeypatch.setattr(fuzz, "built", lambda targets: tmp_path)
    monkeypatch.setattr(fuzzing, "try_inputs", lambda program, made: None)
    Path("x").write_bytes(script.to_binary([Op("add kind=group sock=1 addr=233.252.0.1 iface=0"), Advance(5)]))
    assert cli.main(["fuzz", target, "--input", "x"]) == code


@pytest.mark.parametrize("target, code", [*((target, Exit.OK) for target in feed.STEPS), ("icmp", Exit.USAGE), ("reass", Exit.USAGE)])
def test_a_step_may_be_shorter_than_a_frame(target: str, code: Exit, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzzing, "need_libfuzzer", lambda: None)
    monkeypatch.setattr(fuzz, "built", lambda targets: tmp_path)
    monkeypatch.setattr(fuzzing, "try_inputs", lambda program, made: None)
    Path("x").write_bytes(script.to_binary([Frame(0, bytes(6))]))
    assert cli.main(["fuzz", target, "--input", "x"]) == code


def test_captures_become_seeds(tmp_path: Path, capsys: Said, monkeypatch: Patch) -> None:
    """Of every target, in the folder where its next search begins; again adds nothing. Needs no clang."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzz, "built", lambda targets: pytest.fail("nothing is to be built"))
    (tmp_path / "x").write_bytes(foreign(Frame(0, OPTIONS), *fragments(4000, (0, 1480), (1480, 4000))))
    (tmp_path / "y").write_text(script.to_text([Frame(0, PLAIN)]))
    assert cli.main(["fuzz", "--import", "x", "y", "--corpus", "c"]) == Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        "frag        4 inputs added to c/frag, 0 were there", "pmtu        4 inputs added to c/pmtu, 0 were there",
        "ip_header   4 inputs added to c/ip_header, 0 were there", "ip_options  2 inputs added to c/ip_options, 0 were there",
        "reass       2 inputs added to c/reass, 0 were there", "arp         4 inputs added to c/arp, 0 were there",
        "host        4 inputs added to c/host, 0 were there",
        "icmp        4 inputs added to c/icmp, 0 were there",
        "route       4 inputs added to c/route, 0 were there", "querier     4 inputs added to c/querier, 0 were there",
        "udp         4 inputs added to c/udp, 0 were there", "upper_tester 4 inputs added to c/upper_tester, 0 were there",
        "igmp        4 inputs added to c/igmp, 0 were there", "two_hosts   4 inputs added to c/two_hosts, 0 were there",
        "forward     4 inputs added to c/forward, 0 were there", "rules       4 inputs added to c/rules, 0 were there",
        "mroute      4 inputs added to c/mroute, 0 were there",
    ]  # fmt: skip
    held = {path.name: path.read_bytes() for path in (tmp_path / "c" / "reass").iterdir()}
    assert sorted(len(frames(octets)) for octets in held.values()) == [1, 2]
    assert cli.main(["fuzz", "reass", "--import", "x", "--corpus", "c"]) == Exit.OK
    assert capsys.readouterr().out == "reass       0 inputs added to c/reass, 1 were there\n"
    (tmp_path / "z").write_bytes(captures.pcap(PLAIN))
    assert cli.main(["fuzz", "reass", "--import", "z", "--corpus", "c"]) == Exit.USAGE
    assert "nothing in these files is an input for reass" in capsys.readouterr().err
    (tmp_path / "junk").write_bytes(b"\x7fELF" + bytes(60))
    assert cli.main(["fuzz", "reass", "--import", "junk", "--corpus", "c"]) == Exit.USAGE
