# SPDX-License-Identifier: BSD-2-Clause
"""postel.captures.capture: files of every kind, written by hand and by other tools, whole, cut anywhere, and mutated."""

import os
import random
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path

import captures
import pytest
from captures import zipped
from postel.base.exits import UsageError
from postel.base.files import octets_of
from postel.captures import capture
from postel.captures.capture import Packet
from postel.results import evidence

pytestmark = pytest.mark.chaos

PACKETS = bytes(range(60)), b"\x01" * 15, b"\x02" * 1500
SECOND = 10**9
needs_tools = pytest.mark.skipif(not shutil.which("editcap") or not shutil.which("text2pcap"), reason="editcap is not there")


def read(octets: bytes) -> list[Packet]:
    whole = capture.read(octets, "x")
    assert not whole.cut
    return whole.packets


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("magic, part", [(captures.MICRO, 1000), (captures.NANO, 1), (captures.MODIFIED, 1000)])
def test_pcap(order: str, magic: int, part: int) -> None:
    octets = captures.pcap(*PACKETS, order=order, magic=magic, link=101, missing=7)
    assert read(octets) == [Packet(101, 0, n * SECOND + 5 * part, None, packet, 7) for n, packet in enumerate(PACKETS)]


@pytest.mark.parametrize("order", "<>")
def test_pcapng_with_everything(order: str) -> None:
    """Two sections, several interfaces with link type, resolution and offset of their own, each kind of packet."""
    flags = struct.pack(f"{order}I", 2)
    octets = b"".join([
        captures.section(order), captures.interface(order, link=101, said=[(2, b"lo"), (9, b"\x09")]),
        captures.block(5, bytes(12), order), captures.packet(b"raw", order, time=7, said=[(1, b"what it is"), (2, flags)]),
        captures.interface(order, link=1, snaplen=4, said=[(9, b"\x8a"), (14, struct.pack(f"{order}q", -3))]),
        captures.packet(b"ether", order, iface=1, time=1024 * 5 + 512, missing=2), captures.block(0x0BAD, b"....", order),
        captures.section("<" if order == ">" else ">"), captures.interface("<" if order == ">" else ">", link=113, snaplen=4),
        captures.simple(b"cook", "<" if order == ">" else ">", missing=5),
        captures.obsolete(b"old", "<" if order == ">" else ">", time=(1 << 32) + 1),
    ])  # fmt: skip
    assert read(octets) == [
        Packet(101, 0, 7, True, b"raw", 0, "what it is"),
        Packet(1, 1, 2 * SECOND + SECOND // 2, None, b"ether", 2),
        Packet(113, 2, 2 * SECOND + SECOND // 2, None, b"cook", 5),  # it says no time, so it is that of the one before
        Packet(113, 2, ((1 << 32) + 1) * 1000, None, b"old", 0),
    ]


@pytest.mark.parametrize("octets", [
    captures.pcap(b"frame" + b"FCS!", link=0x24000001),
    captures.section() + captures.interface(said=[(13, b"\x20")]) + captures.packet(b"frame" + b"FCS!"),
    captures.section() + captures.interface(said=[(13, b"\x04")]) + captures.packet(b"frame" + b"FCS!"),
])  # fmt: skip
def test_a_frame_check_sequence_is_taken_off(octets: bytes) -> None:
    assert [packet.octets for packet in read(octets)] == [b"frame"]


def test_what_is_left_of_a_frame_check_sequence() -> None:
    """Three octets of it were captured, or none and part of the frame is missing too."""
    some = captures.section() + captures.interface(said=[(13, b"\x04")])
    assert read(some + captures.packet(b"frame" + b"FCS", missing=1)) == [Packet(1, 0, 0, None, b"frame", 0)]
    assert read(some + captures.packet(b"fra", missing=6)) == [Packet(1, 0, 0, None, b"fra", 2)]


def written_by_tools(tmp_path: Path) -> dict[str, Path]:
    """A file for each format that editcap writes and we read, and what mergecap makes of two link types."""
    dump, base = tmp_path / "dump.txt", tmp_path / "base.pcapng"
    dump.write_text("".join(
        f"2024-01-02 03:04:0{n}.123456789\n"
        + "".join(f"{at:06x} {packet[at : at + 16].hex(' ')}\n" for at in range(0, len(packet), 16)) + "\n"
        for n, packet in enumerate(PACKETS)
    ))  # fmt: skip
    subprocess.run(["text2pcap", "-q", "-t", "%Y-%m-%d %H:%M:%S.%f", dump, base], check=True, env=os.environ | {"TZ": "UTC"})
    files = {"text2pcap": base}
    for form in ("pcap", "nsecpcap", "modpcap", "pcapng"):
        files[form] = tmp_path / form
        subprocess.run(["editcap", "-F", form, base, files[form]], check=True)
    raw = tmp_path / "raw.pcapng"
    subprocess.run(["editcap", "-F", "pcapng", "-T", "rawip", base, raw], check=True)
    files["mergecap"] = tmp_path / "merged"
    subprocess.run(["mergecap", "-a", "-w", files["mergecap"], base, raw], check=True)
    files["gzip"] = tmp_path / "gzip"
    files["gzip"].write_bytes(zipped(files["pcap"].read_bytes()[:100]) + zipped(files["pcap"].read_bytes()[100:]))
    return files


@needs_tools
def test_what_other_tools_write(tmp_path: Path) -> None:
    begins = 1704164640  # 2024-01-02 03:04:00
    for name, path in written_by_tools(tmp_path).items():
        octets, cut = capture.unpacked(octets_of(path, capture.LIMIT), name)
        found = read(octets)
        expected = [*PACKETS, *PACKETS] if name == "mergecap" else [*PACKETS]
        assert not cut and [packet.octets for packet in found] == expected, name
        assert [packet.time // 1000 for packet in found[:3]] == [(begins + n) * 10**6 + 123456 for n in range(3)], name
        assert [packet.link for packet in found] == ([1, 1, 1, 101, 101, 101] if name == "mergecap" else [1, 1, 1]), name


SMALL = {
    "pcap": captures.pcap(b"first", b"second", order=">"),
    "modified": captures.pcap(b"first", b"second", magic=captures.MODIFIED),
    "pcapng": captures.section() + captures.interface(said=[(2, b"lo")])
    + captures.packet(b"first", said=[(1, b"words")]) + captures.simple(b"second") + captures.obsolete(b"third"),
}  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_cut_at_every_octet(name: str) -> None:
    """What came before the cut is there, and the cut is told unless it falls between two records."""
    whole, known = SMALL[name], read(SMALL[name])
    told = []
    for size in range(4, len(whole)):
        found = capture.read(whole[:size], "x")
        assert found.packets == known[: len(found.packets)]
        told.append(bool(found.cut))
    assert told.count(False) == {"pcap": 2, "modified": 2, "pcapng": 4}[name]
    packed = zipped(whole)
    for size in range(3, len(packed)):
        octets, cut = capture.unpacked(packed[:size], "x")
        assert cut and whole.startswith(octets)


def test_mutations_give_packets_or_a_usage_error() -> None:
    rng = random.Random(8)
    begin, outcomes = time.process_time(), set()
    for trial in range(6000):
        octets = bytearray(rng.choice(list(SMALL.values())) if trial % 4 else zipped(rng.choice(list(SMALL.values()))))
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(octets))
            octets[at : at + rng.choice((0, 1, 1, 1, 4))] = rng.choice((b"\xff", b"\0", b"\x80", rng.randbytes(4), b""))
        try:
            inner, _ = capture.unpacked(bytes(octets), "x")
            found = capture.read(inner, "x") if capture.is_one(inner) else capture.Capture("none")
            assert sum(len(packet.octets) for packet in found.packets) <= len(inner)
            outcomes.add(found.form + " cut" * bool(found.cut))
        except UsageError as error:
            assert str(error).startswith("x ")
            outcomes.add(str(error).split(" file: ")[0])
    assert outcomes >= {"pcap", "pcap cut", "pcapng", "pcapng cut", "none", "x is a damaged gzip"}, outcomes
    assert time.process_time() - begin < 30


@pytest.mark.parametrize("octets, said", [
    (captures.pcap(b"x")[:4] + b"\x03" + captures.pcap(b"x")[5:], "is of version 3, not 2"),
    (captures.pcap() + struct.pack("<IIII", 0, 0, 1 << 31, 1) + b"x", "record 1 at octet 24 claims 2,147,483,648 octets"),
    (captures.section()[:8] + bytes(4) + captures.section()[12:], "the section at octet 0 has no byte order"),
    (captures.section() + captures.block(6, b"")[:4] + bytes(8), "the block at octet 28 claims 0 octets"),
    (captures.section() + captures.block(6, bytes(20)), "of interface 0, which is not described before it"),
    (captures.section() + captures.interface()[:-4] + bytes(4), "the block at octet 28 has two lengths"),
    (captures.section()[:12] + b"\2" + captures.section()[13:], "its section is of version 2, not 1"),
    (captures.section() + captures.block(1, b"\1\0\0\0"), "the interface at octet 36 is too short"),
    (captures.section() + captures.interface() * 4097, "it has more than 4,096 interfaces"),
])  # fmt: skip
def test_what_contradicts_itself_is_refused(octets: bytes, said: str) -> None:
    with pytest.raises(UsageError, match="x is a damaged pcap") as raised:
        capture.read(octets, "x")
    assert said in str(raised.value)


def test_a_packet_that_claims_more_than_its_block() -> None:
    octets = bytearray(captures.packet(b"four"))
    octets[20:24] = struct.pack("<I", 60)
    with pytest.raises(UsageError, match="claims 60 octets"):
        capture.read(captures.section() + captures.interface() + octets, "x")


def test_only_so_much_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "LIMIT", 1 << 20)
    monkeypatch.setattr(capture, "PACKETS", 10)
    with pytest.raises(UsageError, match=r"x holds more than 10 packets, .* editcap -r"):
        capture.read(captures.pcap(*[b"x"] * 11), "x")
    with pytest.raises(UsageError, match="x holds more than 1,048,576 octets"):
        capture.unpacked(zipped(bytes(2 << 20)), "x")
    (tmp_path / "long").write_bytes(bytes(100))
    assert octets_of(tmp_path / "long", 100) == bytes(100)
    with pytest.raises(UsageError, match="long is longer than 99 octets"):
        octets_of(tmp_path / "long", 99)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
    for path, said in ((tmp_path / "fifo", "is a FIFO"), (Path("/dev/zero"), "is a device"), (tmp_path, "is a directory"),
                       (tmp_path / "socket", "is a socket"), (tmp_path / "none", "No such file"),
                       (Path("a\0b"), "null")):  # fmt: skip
        with pytest.raises(UsageError, match=said):
            octets_of(path, 100)


def test_the_time_is_linear(tmp_path: Path) -> None:
    """Eight times the octets take about eight times as long: a reader that copies what is left takes some 64 times."""
    def seconds(count: int) -> float:
        octets = captures.section() + captures.interface() + captures.packet(bytes(60)) * count
        (tmp_path / "x.pcapng").write_bytes(octets)
        begin = time.process_time()
        assert len(evidence.read(tmp_path / "x.pcapng")) == count
        return time.process_time() - begin

    few = min(seconds(10_000) for _ in range(3))
    assert min(seconds(80_000) for _ in range(2)) < 20 * few
