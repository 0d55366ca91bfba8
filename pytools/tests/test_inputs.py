# SPDX-License-Identifier: BSD-2-Clause
"""postel.replay.inputs: what a file is, and that the same packets become the same script from whatever link and file they come."""

import argparse
import random
import struct
from collections.abc import Callable
from pathlib import Path

import captures
import pytest
from captures import zipped
from postel.base import script
from postel.base.exits import UsageError
from postel.base.script import Advance, Frame, Op, Record
from postel.cli import options as options_of
from postel.kit import Case, Outcome, Recorded, Verdict, changes, wire
from postel.replay import inputs
from postel.results import evidence

CLIENT, SERVER = "192.168.56.1", "192.168.56.101"
CLIENT_MAC, SERVER_MAC = "0a:00:27:00:00:00", "08:00:27:aa:bb:cc"
ASKS = {
    "eth_dst": SERVER_MAC, "eth_src": CLIENT_MAC, "src": CLIENT, "dst": SERVER, "protocol": wire.ICMP, "type": 8, "code": 0,
    "ident": 7, "seq": 1, "data": b"postel",
}  # fmt: skip
ANSWERS = ASKS | {"eth_dst": CLIENT_MAC, "eth_src": SERVER_MAC, "src": SERVER, "dst": CLIENT, "type": 0}
CONVERSATION = [wire.build(ASKS), wire.build(ANSWERS), wire.build(ASKS | {"seq": 2})]
IN_THE_LAB = {"eth_dst": "02:00:00:00:00:02", "eth_src": "02:00:00:00:00:01", "src": "198.18.0.1", "dst": "198.18.0.2"}
SCRIPT = [Frame(0, wire.build(ASKS | IN_THE_LAB | {"seq": seq})) for seq in (1, 2)]


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    options_of.captures(parser)
    parser.add_argument("--timed", action="store_true")
    return parser.parse_args(words)


def read(octets: bytes, folder: Path, *words: str, name: str = "x") -> inputs.Input:
    (folder / name).write_bytes(octets)
    return inputs.read(folder / name, options(*words))


def tagged(*vlans: int) -> Callable[[bytes], bytes]:
    tags = b"".join(struct.pack(">HH", kind, vlan) for kind, vlan in zip((0x88A8, 0x8100, 0x9100), vlans, strict=False))
    return lambda frame: frame[:12] + tags + frame[12:]


def cooked(frame: bytes) -> bytes:
    return struct.pack(">HHH", 0, 1, 6) + frame[6:12] + bytes(2) + frame[12:]


def cooked_2(frame: bytes) -> bytes:
    return frame[12:14] + bytes(2) + struct.pack(">IHBB", 3, 1, 0, 6) + frame[6:12] + bytes(2) + frame[14:]


LINKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "Ethernet": (1, lambda frame: frame),
    "one tag": (1, tagged(5)), "two tags": (1, tagged(7, 5)), "three tags": (1, tagged(7, 5, 9)),
    "raw": (101, lambda frame: frame[14:]), "raw of BSD": (12, lambda frame: frame[14:]),
    "raw of OpenBSD": (14, lambda frame: frame[14:]), "raw IPv4": (228, lambda frame: frame[14:]),
    "null, big endian": (0, lambda frame: b"\0\0\0\2" + frame[14:]),
    "null, little endian": (0, lambda frame: b"\2\0\0\0" + frame[14:]), "loop": (108, lambda frame: b"\0\0\0\2" + frame[14:]),
    "cooked": (113, cooked), "cooked v2": (276, cooked_2),
    "cooked, without address": (113, lambda frame: struct.pack(">HHH8x", 0, 772, 0) + frame[12:]),
    "cooked, tagged": (113, lambda frame: cooked(tagged(5)(frame))),
}  # fmt: skip
FILES: dict[str, Callable[[list[bytes], int], bytes]] = {
    **{f"pcap {order} {magic:x}": lambda packets, link, order=order, magic=magic: captures.pcap(  # type: ignore[misc]
        *packets, order=order, magic=magic, link=link)
       for order in "<>" for magic in (captures.MICRO, captures.NANO, captures.MODIFIED)},
    **{f"pcapng {order}": lambda packets, link, order=order: captures.pcapng(*packets, order=order, link=link)  # type: ignore[misc]
       for order in "<>"},
    "gzip": lambda packets, link: zipped(captures.pcap(*packets, link=link)),
    "simple packets": lambda packets, link: captures.section() + captures.interface(link=link)
    + b"".join(captures.simple(packet) for packet in packets),
    "obsolete packets": lambda packets, link: captures.section(">") + captures.interface(">", link)
    + b"".join(captures.obsolete(packet, ">") for packet in packets),
}  # fmt: skip


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("link", LINKS)
def test_the_same_script_from_every_link_and_file(link: str, file: str, tmp_path: Path) -> None:
    number, framed = LINKS[link]
    found = read(FILES[file]([framed(frame) for frame in CONVERSATION], number), tmp_path)
    assert found.records == SCRIPT
    assert found.then == {1: [wire.build(ANSWERS | {"eth_dst": "02:00:00:00:00:01", "eth_src": "02:00:00:00:00:02",
                                                    "src": "198.18.0.2", "dst": "198.18.0.1"})]}  # fmt: skip
    assert found.said[0].startswith(f"{tmp_path}/x: pcap") and found.said[0].endswith(": 3 packets")
    assert any("192.168.56.101" in line and "is the IUT, here 198.18.0.2" in line for line in found.said)
    assert "sent by the IUT itself then, and not sent again: 1 frame" in found.said


def test_as_it_is(tmp_path: Path) -> None:
    """With tags, MACs and all that the IUT sent; where there were no MACs the lab's."""
    frames = [tagged(5)(frame) for frame in CONVERSATION]
    assert read(captures.pcap(*frames), tmp_path, "--as-is").records == [Frame(0, frame) for frame in frames]
    raw = read(captures.pcap(*(frame[14:] for frame in CONVERSATION), link=101), tmp_path, "--as-is").records
    assert raw == [Frame(0, bytes.fromhex("0200000000020200000000010800") + frame[14:]) for frame in CONVERSATION]


def test_several_links_in_one_file(tmp_path: Path) -> None:
    octets = b"".join([
        captures.section(), captures.interface(link=105), captures.interface(link=101), captures.interface(link=0),
        captures.packet(b"\x08" * 40), captures.packet(CONVERSATION[0][14:], iface=1), captures.packet(b"\2\0", iface=2),
        captures.packet(b"\2\0\0\0" + CONVERSATION[2][14:], iface=2),
    ])  # fmt: skip
    found = read(octets, tmp_path)
    assert found.records == SCRIPT
    assert "packets on link type 105, which cannot be read: 1" in found.said
    assert "packets without a whole header of loopback, which cannot be read: 1" in found.said


def test_pauses_are_kept_when_asked_for(tmp_path: Path) -> None:
    octets = captures.section() + captures.interface() + b"".join(
        captures.packet(CONVERSATION[0], time=time) for time in (10**12, 10**12, 10**12 + 1999, 10**12 + 7000, 10**12 + 9 * 10**9, 5)
    )
    assert [record.ms for record in read(octets, tmp_path, "--timed").records if isinstance(record, Advance)] == [1, 6, 60_000]
    assert not any(isinstance(record, Advance) for record in read(octets, tmp_path).records)


def test_what_is_cut_or_damaged_is_told(tmp_path: Path) -> None:
    whole = captures.pcap(*CONVERSATION, missing=9)
    found = read(whole[:-5], tmp_path)
    assert found.records == SCRIPT[:1] and "it ends within record 3" in found.said[0]
    assert "captured only in part, and sent as far as it is there: 1 frame" in found.said
    found = read(zipped(whole)[:-4], tmp_path)
    assert found.records == SCRIPT and found.said[-1].endswith("x: gzip's end is missing: what came before is used")


def test_a_capture_of_nothing_but_the_iut_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"all frames \(1\) were sent by 192.168.56.101, taken for the IUT"):
        read(captures.pcap(CONVERSATION[1]), tmp_path, "--iut-address", SERVER)


@pytest.mark.parametrize("octets, said", [
    (captures.pcap(), "pcap: 0 packets; none that could be sent"),
    (captures.pcapng(), "pcapng: 0 packets"),
    (captures.pcap(b"wlan", link=105), "packets on link type 105, which cannot be read: 1"),
    (b"", "it is empty"),
    (zipped(b""), "it is empty"),
    (zipped(b"x")[:12] + b"\xff" + zipped(b"x")[13:], "is a damaged gzip file"),
    (b"\x28\xb5\x2f\xfd" + bytes(40), "unzstd it first"),
    (b"snoop\0\0\0" + bytes(40), "it is a snoop capture: editcap"),
    (b"\x7fELF" + bytes(range(200)), "is neither a capture (pcap, pcapng) nor a script"),
    (bytes(64), "is neither a capture"),
    (b"GIF89a\x80\xff\xff", "is neither a capture"),
    (b"hello\n", "x:1: a script begins with the line `postel-script 1`"),
    (b"postel-script 1\nframe 0 0\n", "x:2: octets are written as pairs"),
    (b"postel-script 1\nop \xe9\n", "x:2: a script is ASCII"),
])  # fmt: skip
@pytest.mark.parametrize("name", ["x", "x.pcap", "x.pcapng", "x.script"])
def test_what_cannot_be_read_is_refused(octets: bytes, said: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read(octets, tmp_path, name=name)
    assert said.replace("x:", f"{name}:") in str(raised.value)


RECORDS: list[Record] = [*SCRIPT, Advance(5), Op("sync")]
TEXT, BINARY = script.to_text(RECORDS).encode(), script.to_binary(RECORDS)


@pytest.mark.parametrize("name", ["x", "x.script", "x.bin", "x.pcap"])
@pytest.mark.parametrize("octets", [TEXT, BINARY, zipped(TEXT), zipped(BINARY), b"# first\n" + TEXT])
def test_the_octets_say_what_a_file_is(octets: bytes, name: str, tmp_path: Path) -> None:
    assert read(octets, tmp_path, name=name).records == RECORDS


def test_a_fuzzers_input_is_known_by_its_place(tmp_path: Path) -> None:
    """Octets that nobody would write, so that they alone do not say it."""
    octets = b"\xfc\0\0\x10" + bytes(16) + BINARY[:-3]
    for name in ("x.bin", "reass-5-crash-" + "0a" * 20, "leak-" + "0a" * 20):
        found = read(octets, tmp_path, name=name)
        assert found.records == script.from_binary(octets)
        assert found.said == [f"{tmp_path}/{name}: read as a script in the binary form: 3 frames, 1 step of the clock, "
                              "1 operation; its last record has 1 of 4 octets"]  # fmt: skip
    (tmp_path / "corpus" / "reass").mkdir(parents=True)
    assert read(octets, tmp_path / "corpus" / "reass").records == script.from_binary(octets)
    for octets in (octets, zipped(BINARY)):
        assert read(octets, tmp_path, "--kind", "binary").records == script.from_binary(octets)
    with pytest.raises(UsageError, match="neither a capture"):
        read(b"\xfc" + BINARY, tmp_path)


def test_what_is_told_is_believed(tmp_path: Path) -> None:
    capture = captures.pcap(*CONVERSATION)
    assert read(capture, tmp_path, "--kind", "binary").records == script.from_binary(capture)
    with pytest.raises(UsageError, match="is no capture: it begins like neither"):
        read(TEXT, tmp_path, "--kind", "capture")
    with pytest.raises(UsageError, match="x:1: a script"):
        read(capture, tmp_path, "--kind", "script")


def test_evidence_is_what_its_case_sent(tmp_path: Path) -> None:
    """As it was sent, tags and all, and not what the lower tester sends anyway."""
    rule = "RFC1122-3.2.1.1-a"
    case = Case("rfc0/0/x", lambda lt: None, (rule,), "requirement", "Words.", {rule: changes("udp")},
                frozenset(), frozenset(), "host", False, "0.1", Path(__file__), 1)  # fmt: skip
    first, second = SCRIPT[0].octets, tagged(5)(CONVERSATION[1])
    frames = [Recorded(0, 0, True, first, "control probe"), Recorded(1, 0, True, second, "twin"),
              Recorded(2, 0, False, first, "answer"), Recorded(3, 1, True, first, "stimulus"),
              Recorded(4, 0, True, first, "address resolution")]  # fmt: skip
    evidence.write(tmp_path / "x", Outcome(case, Verdict.PASS, frames=frames), iut="small", link="fd")
    assert inputs.read(tmp_path / "x", options()).records == [Frame(0, second), Frame(1, first)]


def test_mutated_captures_give_records_or_a_usage_error(tmp_path: Path) -> None:
    """A few thousand, over every link: whatever is read can be written as a script."""
    rng = random.Random(5)
    known = [FILES[file]([framed(frame) for frame in CONVERSATION], number) for number, framed in LINKS.values()
             for file in ("pcap < a1b2c3d4", "pcapng >", "gzip")]  # fmt: skip
    read_ones = 0
    for _ in range(3000):
        octets = bytearray(rng.choice(known))
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(octets))
            octets[at : at + rng.choice((0, 1, 1, 4))] = rng.choice((b"\xff", b"\0", rng.randbytes(1), rng.randbytes(4), b""))
        try:
            found = read(bytes(octets), tmp_path, *rng.choice(([], ["--fix-checksums"], ["--as-is"], ["--timed"])))
        except UsageError:
            continue
        read_ones += 1
        assert script.from_text(script.to_text(found.records)) == found.records
    assert read_ones > 600
