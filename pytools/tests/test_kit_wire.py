# SPDX-License-Identifier: BSD-2-Clause
"""postel.kit.wire against Scapy and against worked examples: two readers of the same octets must agree."""

import random

import pytest
from postel.kit import packets, wire
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet, Raw

ETHER = Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01")
HEAD = IP(src="198.18.0.1", dst="198.18.0.2", id=77, tos=3, ttl=9)

FRAMES = {
    "echo request": ETHER / HEAD / ICMP(id=7, seq=3) / Raw(b"abc"),
    "echo reply": ETHER / HEAD / ICMP(type=0, id=7, seq=3) / Raw(b""),
    "unreachable": ETHER / HEAD / ICMP(type=3, code=2) / Raw(bytes(HEAD / UDP(sport=1, dport=2))),
    "parameter problem": ETHER / HEAD / ICMP(type=12, ptr=21) / Raw(bytes(HEAD / Raw(b"12345678"))),
    "timestamp": ETHER / HEAD / ICMP(type=13, id=7, seq=3),
    "udp": ETHER / HEAD / UDP(sport=999, dport=4000) / Raw(b"hello"),
    "udp without checksum": ETHER / HEAD / UDP(sport=999, dport=4000, chksum=0) / Raw(b"hello"),
    "fragment": ETHER / IP(src="198.18.0.1", dst="198.18.0.2", flags="MF", frag=3) / Raw(bytes(16)),
    "options": ETHER / IP(src="198.18.0.1", dst="198.18.0.2", options=b"\x01\x01\x01\x00") / UDP() / Raw(b"x"),
    "another protocol": ETHER / IP(src="198.18.0.1", dst="198.18.0.2", proto=253) / Raw(b"data"),
    "arp request": ETHER / ARP(op=1, hwsrc="02:00:00:00:00:01", psrc="198.18.0.1", pdst="198.18.0.2"),
    "arp reply": ETHER / ARP(op=2, hwsrc="02:00:00:00:00:01", psrc="198.18.0.1", pdst="198.18.0.2"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_build_gives_back_the_octets_that_parse_read(name: str) -> None:
    octets = bytes(FRAMES[name])
    fields = wire.parse(octets)
    assert fields["kind"] != "other"
    assert wire.edit(octets) == octets


@pytest.mark.parametrize("name", [n for n in FRAMES if not n.startswith("arp")])
def test_parse_reads_what_scapy_wrote(name: str) -> None:
    octets = bytes(FRAMES[name])
    fields, scapy = wire.parse(octets), Ether(octets)[IP]
    assert (fields["version"], fields["ihl"], fields["tos"]) == (scapy.version, scapy.ihl, scapy.tos)
    assert (fields["length"], fields["id"], fields["ttl"], fields["protocol"]) == (scapy.len, scapy.id, scapy.ttl, scapy.proto)
    assert (fields["mf"], fields["offset"]) == (int(scapy.flags.MF), scapy.frag * 8)
    assert (fields["src"], fields["dst"], fields["checksum"]) == (scapy.src, scapy.dst, scapy.chksum)


def test_checksum_of_the_worked_example_in_rfc_1071() -> None:
    assert wire.ones_sum(bytes.fromhex("0001f203f4f5f6f7")) == 0xDDF2
    assert wire.checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
    assert wire.ones_sum(b"\x12") == 0x1200  # an odd octet is the high one of its word


@pytest.mark.parametrize("name", ["echo request", "udp"])
def test_edit_repairs_what_follows_and_only_that(name: str) -> None:
    octets = bytes(FRAMES[name])
    longer = wire.edit(octets, data=lambda data: data + b"!?")
    again = Ether(longer)[IP]
    del again.chksum, again.len
    again.payload.chksum = None
    if UDP in again:
        again[UDP].len = None
    assert bytes(ETHER / again) == longer  # Scapy computes the same lengths and checksums
    assert wire.parse(longer)["length"] == wire.parse(octets)["length"] + 2


def test_edit_leaves_a_named_derived_field_wrong() -> None:
    octets = bytes(FRAMES["echo request"])
    wrong = wire.edit(octets, length=19)
    assert wire.parse(wrong)["length"] == 19
    assert wire.ones_sum(wrong[14:34]) == 0xFFFF  # only one fault: the checksum is right over the wrong length
    wrong = wire.edit(octets, checksum=0x1234)
    assert wire.parse(wrong)["checksum"] == 0x1234


@pytest.mark.parametrize("ihl", [3, 4])
def test_a_short_header_has_its_own_right_checksum(ihl: int) -> None:
    packet = wire.edit_packet(bytes(FRAMES["echo request"])[14:], ihl=ihl)
    assert wire.ones_sum(packet[: ihl * 4]) == 0xFFFF


def test_parse_never_raises() -> None:
    rng = random.Random(791)
    good = [bytes(f) for f in FRAMES.values()]
    for _ in range(3000):
        octets = bytearray(rng.choice(good)[: rng.randrange(70)])
        for _ in range(rng.randrange(4)):
            if octets:
                octets[rng.randrange(len(octets))] = rng.randrange(256)
        assert isinstance(wire.summary(wire.parse(bytes(octets))), str)


def scapy_of(stimulus: packets.Stimulus) -> Packet:
    return IP(stimulus.octets("198.18.0.1", "198.18.0.2", 5))


@pytest.mark.parametrize(
    "fault", [{"version": 5}, {"ihl": 4}, {"length": 19}, {"checksum": 0x1234}, {"ttl": 0}, {"udp_checksum": 1}], ids=str
)
def test_one_fault_is_one_fault(fault: dict[str, int]) -> None:
    stimulus = packets.one_fault(packets.udp(), **fault)
    twin = stimulus.twin_octets("198.18.0.1", "198.18.0.2", 5)
    packet = stimulus.octets("198.18.0.1", "198.18.0.2", 5)
    differing = [i for i, (a, b) in enumerate(zip(twin, packet, strict=True)) if a != b]
    first = {"version": 0, "ihl": 0, "length": 2, "checksum": 10, "ttl": 8, "udp_checksum": 26}[next(iter(fault))]
    assert differing and all(i in (first, first + 1, 10, 11) for i in differing)
    if "checksum" not in fault:
        assert wire.ones_sum(packet[: max(fault.get("ihl", 5), 3) * 4]) == 0xFFFF


def test_addresses_and_identification_fill_in_only_what_is_not_said() -> None:
    assert scapy_of(packets.probe(packets.echo())).fields["src"] == "198.18.0.1"
    said = packets.probe(IP(src="192.0.2.9", id=9) / packets.echo())
    assert (scapy_of(said).src, scapy_of(said).dst, scapy_of(said).id) == ("192.0.2.9", "198.18.0.2", 9)


def test_fragments_reassemble_to_an_echo_with_a_right_checksum_whichever_block_wins() -> None:
    whole = bytearray(32)
    for stimulus in packets.fragments("H@0+ AA@1+ B@2+ C@3"):
        fields = wire.parse_packet(stimulus.octets("198.18.0.1", "198.18.0.2", 5))
        whole[fields["offset"] : fields["offset"] + len(fields["payload"])] = fields["payload"]
    assert wire.ones_sum(bytes(whole)) == 0xFFFF
    assert packets.letters(bytes(whole[8:])) == "ABC"
    assert packets.letters(bytes(8)) == "?"


def test_split_covers_the_message_once() -> None:
    message = bytes(packets.echo(data=packets.counting(100)))
    got = [wire.parse_packet(s.octets("198.18.0.1", "198.18.0.2", 5)) for s in packets.split(packets.echo(data=packets.counting(100)), 24, 16)]
    assert b"".join(f["payload"] for f in got) == message
    assert [(f["offset"], f["mf"]) for f in got] == [(0, 1), (24, 1), (40, 0)]


def test_options_have_the_shape_of_rfc_791() -> None:
    assert packets.record_route("192.0.2.1", room=1) == bytes([7, 11, 4, 192, 0, 2, 1, 0, 0, 0, 0])
    assert packets.lsrr("192.0.2.1")[:3] == bytes([131, 7, 4])
    assert packets.ssrr("192.0.2.1", pointer=8)[:3] == bytes([137, 7, 8])
    assert packets.timestamp(bytes(8), flag=1, overflow=2) == bytes([68, 12, 5, 0x21]) + bytes(8)


def test_an_offset_that_the_field_cannot_hold_is_our_mistake() -> None:
    fields = {"src": "198.18.0.1", "dst": "198.18.0.2", "protocol": 1, "payload": bytes(8)}
    assert wire.parse_packet(wire.build_packet(fields | {"offset": 65528}))["offset"] == 65528
    with pytest.raises(ValueError, match="13 bits"):
        wire.build_packet(fields | {"offset": 65536})


@pytest.mark.parametrize("flags, words", [("S", "S"), ("SA", "SA"), ("FPA", "FPA"), (0, "-")])
def test_a_segment_of_tcp_is_told_by_ports_and_flags(flags: str | int, words: str) -> None:
    packet = ETHER / IP(src="192.0.2.1", dst="192.0.2.2") / TCP(sport=1024, dport=80, flags=flags)
    assert wire.summary(wire.parse(bytes(packet))) == f"TCP 1024 > 80 {words} 192.0.2.1 > 192.0.2.2"
