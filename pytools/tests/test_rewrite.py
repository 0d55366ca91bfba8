# SPDX-License-Identifier: BSD-2-Clause
"""A capture's hosts become the lab's: who is who, every place where addresses stand, and checksums as right or wrong as before."""

import random
import struct
from collections.abc import Sequence

import pytest
from postel.captures import checksums, hosts, rewrite
from postel.captures.ethernet import NO_MAC, Seen
from postel.captures.hosts import Hosts, who_is_who
from postel.kit import packets, wire
from postel.kit.wire import address_octets, mac_octets, ones_sum

A, B, C, FORGED = "10.1.0.5", "10.1.0.9", "172.16.4.4", "203.0.113.77"
A_MAC, B_MAC, C_MAC = "08:00:27:00:00:0a", "08:00:27:00:00:0b", "08:00:27:00:00:0c"
LAB, LAB_MAC = "198.18.0.2", "02:00:00:00:00:02"


def frame(src: str, dst: str, *, eth_src: str = B_MAC, eth_dst: str = A_MAC, **said: object) -> bytes:
    return wire.build({"eth_dst": eth_dst, "eth_src": eth_src, "src": src, "dst": dst, "protocol": 17, "sport": 7, "dport": 9,
                       "data": b"postel"} | said)  # fmt: skip


def arp(op: int, sha: str, spa: str, tha: str, tpa: str, eth_dst: str = wire.BROADCAST_MAC) -> bytes:
    return wire.build({"eth_dst": eth_dst, "eth_src": sha, "eth_type": 0x806, "htype": 1, "ptype": 0x800, "hlen": 6, "plen": 4,
                       "op": op, "sha": sha, "spa": spa, "tha": tha, "tpa": tpa})  # fmt: skip


def seen(*frames: bytes, has_macs: bool = True) -> list[Seen]:
    return [Seen(number, 0, octets, 0, has_macs) for number, octets in enumerate(frames)]


def moved(*frames: bytes, has_macs: bool = True, **said: object) -> list[wire.Fields]:
    """The frames that are sent, as fields."""
    taken = seen(*frames, has_macs=has_macs)
    known = who_is_who(taken, **said)  # type: ignore[arg-type]
    return [wire.parse(rewrite.rewritten(one, known)) for one in taken if not known.sent(one.octets)]


def ends(fields: wire.Fields) -> tuple[str, str]:
    return fields["src"], fields["dst"]


# Who is who


def test_the_iut_is_addressed_most_and_the_lower_tester_sends_it_most() -> None:
    back = frame(A, B, eth_src=A_MAC, eth_dst=B_MAC)
    frames = [frame(C, B, eth_src=C_MAC, eth_dst=B_MAC), frame(B, A), back, frame(C, A, eth_src=C_MAC), frame(B, A)]
    found = moved(*frames)
    assert [ends(f) for f in found] == [("198.18.0.10", "198.18.0.1"), ("198.18.0.1", LAB), ("198.18.0.10", LAB), ("198.18.0.1", LAB)]
    assert [(f["eth_src"], f["eth_dst"]) for f in found[:2]] == [
        ("02:00:01:00:00:02", "02:00:00:00:00:01"), ("02:00:00:00:00:01", LAB_MAC)
    ]  # fmt: skip
    assert who_is_who(seen(*frames)).neighbours == {"198.18.0.10": "02:00:01:00:00:02"}


def test_what_is_said_is_believed() -> None:
    found = moved(frame(B, A), frame(B, A), frame(A, C, eth_src=A_MAC, eth_dst=C_MAC), iut=[C], client=A)
    assert ends(found[2]) == ("198.18.0.1", LAB) and found[2]["eth_dst"] == LAB_MAC
    assert ends(found[0]) == ("198.18.0.10", "198.18.0.1")
    both = moved(frame(B, A), frame(B, C, eth_dst=C_MAC), iut=[A, C])
    assert [ends(f) for f in both] == [("198.18.0.1", LAB)] * 2


def test_the_other_end_can_be_a_neighbour_for_whom_nobody_answers_arp() -> None:
    [found] = moved(frame(B, A), neighbour=True)
    assert ends(found) == ("198.18.0.77", LAB) and found["eth_src"] == "02:00:00:00:00:77"


def test_the_iut_is_known_by_its_mac_not_by_its_address() -> None:
    """LAND, and another source that somebody forged, are what one wants to replay."""
    back = frame(A, B, eth_src=A_MAC, eth_dst=B_MAC)
    found = moved(frame(B, A), back, frame(A, A), frame(A, B, eth_dst=C_MAC))
    assert [ends(f) for f in found] == [("198.18.0.1", LAB), (LAB, LAB), (LAB, "198.18.0.1")]
    assert found[1]["eth_src"] == "02:00:00:00:00:01"
    raw = [NO_MAC * 2 + octets[12:] for octets in (frame(B, A), back, frame(A, A))]
    found = moved(*raw, has_macs=False)
    assert [ends(f) for f in found] == [("198.18.0.1", LAB), (LAB, LAB)]
    assert [(f["eth_src"], f["eth_dst"]) for f in found] == [("02:00:00:00:00:01", LAB_MAC)] * 2


def test_whoever_has_the_iuts_mac_and_sends_to_it_is_somebody_else() -> None:
    """But what the IUT announces of itself is its own, and who is behind it (it may be a gateway) has not its MAC."""
    announced = arp(1, A_MAC, A, "00:00:00:00:00:00", A)
    frames = [frame(B, A), frame(A, B, eth_src=A_MAC, eth_dst=B_MAC), frame(C, A, eth_src=A_MAC, eth_dst=wire.BROADCAST_MAC),
              announced, frame(C, B, eth_src=A_MAC, eth_dst=B_MAC)]  # fmt: skip
    assert [ends(f) for f in moved(*frames)] == [("198.18.0.1", LAB), ("198.18.0.10", LAB)]
    assert who_is_who(seen(*frames)).neighbours == {}


def test_the_labs_own_addresses_are_kept() -> None:
    """Those of its IUT even where others are addressed more; beside other captures' hosts nobody gets one that is there already."""
    found = moved(frame(B, C), frame(B, C), frame("198.18.0.77", LAB), frame("198.18.0.1", LAB, eth_src=C_MAC))
    assert [ends(f) for f in found] == [(B, C), (B, C), ("198.18.0.77", LAB), ("198.18.0.1", LAB)]
    assert found[3]["eth_src"] == "02:00:00:00:00:01" and found[3]["eth_dst"] == LAB_MAC
    found = moved(frame(B, A), frame(B, A), frame(C, A), frame("198.18.0.10", A), frame(LAB, A), frame("198.18.0.1", A))
    assert [f["src"] for f in found[1:]] == ["198.18.0.1", "198.18.0.11", "198.18.0.10", "198.18.0.12", "198.18.0.13"]


def test_what_is_no_hosts_address_stays() -> None:
    everybody = wire.BROADCAST_MAC
    sources = ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"]
    found = moved(*(frame(source, A) for source in sources), frame(B, A), frame(B, "239.1.2.3", eth_dst="01:00:5e:01:02:03"),
                  frame(B, "10.1.0.255", eth_dst=everybody), frame(B, "255.255.255.255", eth_dst=everybody))  # fmt: skip
    assert [f["src"] for f in found[:5]] == sources
    assert [(f["dst"], f["eth_dst"]) for f in found[6:]] == [
        ("239.1.2.3", "01:00:5e:01:02:03"), (hosts.LAB.broadcast, everybody), ("255.255.255.255", everybody)
    ]  # fmt: skip


def test_a_host_whose_address_ends_in_255_is_a_host() -> None:
    found = moved(frame(B, A), frame(B, A), frame("10.1.0.255", A), frame(B, "10.1.0.255", eth_dst=wire.BROADCAST_MAC))
    assert ends(found[3]) == ("198.18.0.1", "198.18.0.10")


def test_macs_of_groups_and_of_nobody_stay() -> None:
    found = moved(frame(B, A), frame(B, A, eth_src="01:00:5e:00:00:05"), frame(B, A, eth_src=wire.BROADCAST_MAC),
                  frame(B, A, eth_src="00:00:00:00:00:00"), frame(B, A, eth_dst=wire.BROADCAST_MAC))  # fmt: skip
    assert [f["eth_src"] for f in found[1:4]] == ["01:00:5e:00:00:05", wire.BROADCAST_MAC, "00:00:00:00:00:00"]
    assert found[4]["eth_dst"] == wire.BROADCAST_MAC


@pytest.mark.parametrize("has_macs", [True, False])
def test_who_talks_to_itself_over_loopback_becomes_two(has_macs: bool) -> None:
    looped = NO_MAC * 2 + frame("127.0.0.1", "127.0.0.1")[12:]
    [found] = moved(looped, has_macs=has_macs)
    assert ends(found) == ("198.18.0.1", LAB)
    assert (found["eth_src"], found["eth_dst"]) == ("02:00:00:00:00:01", LAB_MAC)


def test_distinct_hosts_stay_distinct() -> None:
    """More than the lab's network has room for."""
    frames = [frame(B, A)] * 2 + [frame(f"10.{n // 200}.9.{n % 200 + 1}", A, eth_src=f"0a:00:00:00:{n >> 8:02x}:{n & 255:02x}")
                                  for n in range(5000)]  # fmt: skip
    found = moved(*frames)[1:]
    assert len({f["src"] for f in found}) == len({f["eth_src"] for f in found}) == 5001
    used = {f["src"] for f in found}
    assert {LAB, "198.18.0.77", hosts.LAB.broadcast}.isdisjoint(used) and len([a for a in used if hosts.LAB.is_near(a)]) > 4000


def test_more_hosts_than_there_are_addresses() -> None:
    used = hosts._unused(set())
    many = [next(used) for _ in range(70_000)]
    assert len(set(many)) == len(hosts.NEAR) + len(hosts.FAR)


def test_nobody_is_addressed() -> None:
    known = who_is_who(seen(bytes(60), b"short", b""))
    assert known.words == ["no host is addressed in it, so no address is rewritten"]
    assert [rewrite.rewritten(one, known) for one in seen(b"short", b"\1" * 60)] == [b"short", b"\1" * 60]


def test_on_a_cooked_link_only_the_sender_has_a_mac() -> None:
    """The others are those that belong: of who sent it, of everybody, of a group; also where there is no packet."""
    def cooked(octets: bytes) -> bytes:
        return NO_MAC + octets[6:]

    six = B"\x86\xdd" + bytes(40)
    frames = [frame(B, A), frame(A, B, eth_src=A_MAC), arp(1, B_MAC, B, NO_MAC.hex(":"), A), arp(2, A_MAC, A, B_MAC, B),
              frame(B, "224.0.0.5"), mac_octets(A_MAC) + mac_octets(B_MAC) + six, mac_octets(B_MAC) + mac_octets(A_MAC) + six]  # fmt: skip
    taken = seen(*map(cooked, frames), has_macs=False)
    known = who_is_who(taken)
    macs = [rewrite.rewritten(one, known)[:12].hex() for one in taken]
    iut, lt = "020000000002", "020000000001"
    assert macs == [iut + lt, lt + iut, "f" * 12 + lt, lt + iut, "01005e000005" + lt, iut + lt, lt + iut]
    assert [known.sent(one.octets) for one in taken] == [False, True, False, True, False, False, True]


# Where addresses stand


def test_arp() -> None:
    asks, answers = arp(1, B_MAC, B, "00:00:00:00:00:00", A), arp(2, A_MAC, A, B_MAC, B, eth_dst=B_MAC)
    found = moved(frame(B, A), asks, answers, arp(2, C_MAC, A, B_MAC, B, eth_dst=B_MAC), arp(1, C_MAC, "0.0.0.0", C_MAC, A))
    assert len(found) == 4  # without the answer, which was the IUT's
    assert {k: found[1][k] for k in ("eth_dst", "sha", "spa", "tha", "tpa")} == {
        "eth_dst": wire.BROADCAST_MAC, "sha": "02:00:00:00:00:01", "spa": "198.18.0.1", "tha": "00:00:00:00:00:00", "tpa": LAB
    }  # fmt: skip
    assert (found[2]["spa"], found[2]["sha"]) == (LAB, found[2]["eth_src"])  # whoever pretends to be the IUT still does
    assert found[3]["spa"] == "0.0.0.0" and found[3]["tpa"] == LAB


KNOWN = Hosts({address_octets(A)}, addresses={address_octets(A): address_octets(LAB), address_octets(B): address_octets("198.18.0.1"),
              address_octets(C): address_octets("198.18.0.10")})  # fmt: skip


def rewritten(packet: bytes) -> bytes:
    return rewrite.packet(packet, KNOWN)


def hops(*addresses: str) -> bytes:
    return b"".join(map(address_octets, addresses))


@pytest.mark.parametrize("before, after", [
    (bytes([7, 11, 4]) + hops(C, "0.0.0.0"), bytes([7, 11, 4]) + hops("198.18.0.10", "0.0.0.0")),
    (bytes([131, 11, 4]) + hops(C, A), bytes([131, 11, 4]) + hops("198.18.0.10", LAB)),
    (b"\1" + bytes([137, 7, 8]) + hops(A), b"\1" + bytes([137, 7, 8]) + hops(LAB)),
    (bytes([68, 20, 5, 1]) + hops(A, A, C, A), bytes([68, 20, 5, 1]) + hops(LAB, A, "198.18.0.10", A)),  # every other is a time
    (bytes([68, 12, 5, 3]) + hops(B, A), bytes([68, 12, 5, 3]) + hops("198.18.0.1", A)),
    (bytes([68, 12, 5, 0]) + hops(A, A), bytes([68, 12, 5, 0]) + hops(A, A)),
    (bytes([130, 7, 4]) + hops(A), bytes([130, 7, 4]) + hops(A)),
    (bytes([7, 9, 4]) + hops(A) + b"\x0a\x01" + b"\0", bytes([7, 9, 4]) + hops(LAB) + b"\x0a\x01" + b"\0"),  # half an address
    (bytes([7, 40, 4]) + hops(A), bytes([7, 40, 4]) + hops(A)),  # longer than the header
    (bytes([7, 1, 4]) + hops(A), bytes([7, 1, 4]) + hops(A)),
])  # fmt: skip
def test_options(before: bytes, after: bytes) -> None:
    before, after = before + bytes(-len(before) % 4), after + bytes(-len(after) % 4)
    fields = {"src": B, "dst": A, "protocol": 17, "sport": 7, "dport": 9, "data": b"x"}
    right = fields | {"src": "198.18.0.1", "dst": LAB, "options": after}
    assert rewritten(wire.build_packet(fields | {"options": before})) == wire.build_packet(right)


def test_quotes() -> None:
    def error(source: str, destination: str, about: Sequence[str], **said: object) -> bytes:
        quoted = wire.build_packet({"src": about[0], "dst": about[1], "protocol": 17, "sport": 1, "dport": 2, "data": b"abc"})
        inner = wire.build_packet({"src": about[1], "dst": about[0], "protocol": 1, "type": 3, "code": 1, "quoted": quoted})
        return wire.build_packet({"src": source, "dst": destination, "protocol": 1, "type": 11, "code": 0, "quoted": inner} | said)

    assert rewritten(error(B, A, (A, C))) == error("198.18.0.1", LAB, (LAB, "198.18.0.10"))
    assert rewritten(error(B, A, (A, C), type=5, code=1, gateway=C)) == error(
        "198.18.0.1", LAB, (LAB, "198.18.0.10"), type=5, code=1, gateway="198.18.0.10")  # fmt: skip
    advert = {"src": B, "dst": "224.0.0.1", "protocol": 1, "type": 9, "code": 0, "rest": b"\2\2\0\x1e"}
    one, other = address_octets(B) + b"\0\0\0\1", address_octets(C) + address_octets(A)
    right = hops("198.18.0.1") + b"\0\0\0\1" + hops("198.18.0.10", A)
    assert rewritten(wire.build_packet(advert | {"data": one + other})) == wire.build_packet(
        advert | {"src": "198.18.0.1", "data": right})  # fmt: skip


def test_a_quote_of_quotes_without_end() -> None:
    octets = wire.build_packet({"src": B, "dst": A, "protocol": 1, "type": 3, "code": 1, "quoted": b""})
    for _ in range(2000):
        octets = wire.build_packet({"src": B, "dst": A, "protocol": 1, "type": 3, "code": 1, "quoted": octets})
    assert wire.parse_packet(rewritten(octets))["dst"] == LAB


def test_a_packet_behind_a_snap_header() -> None:
    octets = frame(B, A)
    snap = octets[:12] + (len(octets) - 6).to_bytes(2, "big") + bytes.fromhex("aaaa03000000") + octets[12:]
    [one, *_] = seen(snap)
    assert rewrite.rewritten(one, KNOWN)[22:] == rewritten(octets[14:])


def test_what_is_no_packet_keeps_its_octets() -> None:
    for octets in (b"", b"E" * 19, b"\x60" + bytes(39)):
        assert rewritten(octets) == octets


# Checksums


def defect(octets: bytes) -> int:
    """By how much a sum is wrong; the same for all the sums that differ by whole 65,535."""
    return ones_sum(octets) % 0xFFFF


def message_defect(packet: bytes, place: int) -> int:
    size = rewrite.header_length(packet)
    message = packet[size : int.from_bytes(packet[2:4], "big")]
    return defect(packet[12:20] + bytes([0, packet[9]]) + len(message).to_bytes(2, "big") + message) if place else defect(message)


def test_every_checksum_stays_as_right_or_wrong_as_it_was() -> None:
    rng = random.Random(3)
    places = {6: 16, 17: 6, 33: 6, 136: 6, 1: 0}
    right = 0
    for _ in range(4000):
        protocol = rng.choice(list(places))
        options = rng.choice((b"", b"\1" + bytes([7, 7, 4]) + hops(C), bytes([68, 12, 5, 1]) + hops(A, C)))
        quoted = wire.build_packet({"src": A, "dst": B, "protocol": 17, "sport": 1, "dport": 2, "data": b""})
        payload = (b"\x03\1\0\0\0\0\0\0" + quoted if protocol == 1 else b"") + rng.randbytes(rng.randrange(20, 60))
        said = {"src": rng.choice((A, B, C, FORGED)), "dst": rng.choice((A, B)), "options": options, "protocol": protocol}
        packet = bytearray(wire.build_packet(said | {"payload": payload}))
        if rng.random() < 0.5:  # right before
            packet = bytearray(checksums.repaired(bytes(14 - 2) + b"\x08\x00" + packet)[14:])
        if rng.random() < 0.3:
            packet[10:12] = rng.choice((b"\0\0", b"\xff\xff", rng.randbytes(2)))
        before = bytes(packet)
        after = rewritten(before)
        size = rewrite.header_length(before)
        assert len(after) == len(before) and after[rewrite.header_length(before) + 20 + 28 :] == before[size + 48 :]
        assert defect(after[:size]) == defect(before[:size])
        zero = protocol == 17 and before[size + 6 : size + 8] == bytes(2)
        if zero:
            assert after[size + 6 : size + 8] == bytes(2)
            continue
        assert message_defect(after, places[protocol]) == message_defect(before, places[protocol])
        right += message_defect(after, places[protocol]) == 0
    assert 1000 < right < 3000


def test_of_fragments_only_the_one_that_holds_it() -> None:
    """A TCP header cut at its eighth octet: the checksum is in the second fragment."""
    segment = bytearray(struct.pack(">HHIIBBHHH", 1, 2, 3, 4, 0x50, 2, 100, 0, 0) + b"data")
    pseudo = hops(B, A) + b"\0\6" + len(segment).to_bytes(2, "big")
    segment[16:18] = wire.checksum(pseudo + bytes(segment)).to_bytes(2, "big")
    parts = [(0, 1, segment[:8]), (8, 1, segment[8:16]), (16, 0, segment[16:])]
    cut = [wire.build_packet({"src": B, "dst": A, "protocol": 6, "offset": at, "mf": more, "payload": bytes(part)})
           for at, more, part in parts]  # fmt: skip
    new = [rewritten(packet) for packet in cut]
    assert all(ones_sum(packet[:20]) == 0xFFFF for packet in new)
    assert ones_sum(hops("198.18.0.1", LAB) + pseudo[8:] + b"".join(packet[20:] for packet in new)) == 0xFFFF
    assert new[0][20:] == cut[0][20:] and new[1][20:] == cut[1][20:]


def test_a_cut_packet_keeps_its_checksum_right() -> None:
    whole = wire.build_packet({"src": B, "dst": A, "protocol": 17, "sport": 1, "dport": 2, "data": bytes(100)})
    assert rewritten(whole)[:40] == rewritten(whole[:40])
    assert rewritten(whole)[:26] == rewritten(whole[:26])  # not all of the checksum is there


def test_no_udp_checksum_stays_none() -> None:
    none = wire.build_packet({"src": B, "dst": A, "protocol": 17, "sport": 1, "dport": 2, "udp_checksum": 0, "data": b"x"})
    assert rewritten(none)[26:28] == b"\0\0"


def test_a_udp_checksum_never_becomes_none() -> None:
    """The data are chosen so that the new sum is zero, which is written as all ones."""
    fields = {"src": "198.18.0.1", "dst": LAB, "protocol": 17, "sport": 1, "dport": 2}
    zero = next(wire.build_packet(fields | {"data": struct.pack(">H", n)}) for n in range(0x10000)
                if wire.build_packet(fields | {"data": struct.pack(">H", n)})[26:28] == b"\xff\xff")  # fmt: skip
    back = Hosts(set(), addresses={address_octets(LAB): address_octets(A), address_octets("198.18.0.1"): address_octets(B)})
    foreign = rewrite.packet(zero, back)
    assert foreign[26:28] not in (b"\0\0", b"\xff\xff") and rewritten(foreign) == zero


def test_repaired() -> None:
    rng = random.Random(4)
    for protocol, place in ((6, 16), (17, 6), (33, 6), (136, 6), (1, 2), (2, 2)):
        payload = bytearray(rng.randbytes(40))
        octets = wire.build({"eth_dst": A_MAC, "eth_src": B_MAC, "src": B, "dst": A, "protocol": protocol, "checksum": 5,
                             "payload": bytes(payload), "padding": b"pad"})  # fmt: skip
        fixed = checksums.repaired(octets)
        assert ones_sum(fixed[14:34]) == 0xFFFF and message_defect(fixed[14:], protocol not in (1, 2)) == 0
        assert [n for n in range(len(octets)) if fixed[n] != octets[n] and n not in (24, 25, 34 + place, 35 + place)] == []
    none = frame(B, A, udp_checksum=0)
    fragment = wire.edit(frame(B, A, udp_checksum=7), mf=1)
    assert checksums.repaired(none) == none and checksums.repaired(fragment) == fragment
    for octets in (b"", b"short", arp(1, B_MAC, B, B_MAC, A), bytes(14) + b"\x46" * 8, frame(B, A)[:30]):
        assert checksums.repaired(octets)[:14] == octets[:14] and len(checksums.repaired(octets)) == len(octets)


def partial(octets: bytes) -> bytes:
    fields = wire.parse(octets)
    return wire.edit(octets, udp_checksum=ones_sum(wire.pseudo_header(fields["src"], fields["dst"], 17, len(fields["data"]) + 8)))


def test_checksums_that_a_card_was_to_finish() -> None:
    unfinished = [partial(frame(B, A, data=bytes(n))) for n in range(5)]
    assert list(checksums.offloaded(unfinished)) == [
        "checksums of 10.1.0.9 look as if its network card was to finish them (5 of 5): --fix-checksums does it"
    ]
    assert list(checksums.offloaded(map(checksums.repaired, unfinished))) == []
    assert list(checksums.offloaded([*unfinished, frame(B, A)])) == []  # it does finish some: the others are faults
    assert list(checksums.offloaded([frame(B, A, udp_checksum=0), frame(B, A, udp_checksum=0x1234)])) == []
    assert list(checksums.offloaded([frame(B, A, checksum=0)]))[0].startswith("checksums of 10.1.0.9")


# All of it


def random_frames(rng: random.Random) -> list[bytes]:
    addresses, macs = [A, B, C, FORGED, "10.1.0.255", "127.0.0.1", "224.0.0.9"], [A_MAC, B_MAC, C_MAC, wire.BROADCAST_MAC]
    made = []
    for _ in range(rng.randrange(1, 12)):
        src, dst, eth_src, eth_dst = rng.choice(addresses), rng.choice(addresses), rng.choice(macs), rng.choice(macs)
        made.append(rng.choice((
            frame(src, dst, eth_src=eth_src, eth_dst=eth_dst), arp(rng.choice((1, 2)), eth_src, src, eth_dst, dst, eth_dst),
            frame(src, dst, eth_src=eth_src, eth_dst=eth_dst, options=packets.record_route(room=2)), rng.randbytes(rng.randrange(70)),
        )))  # fmt: skip
    return made


def test_what_is_in_the_lab_already_stays_as_it_is() -> None:
    """Any capture, moved and captured again, is not changed any more."""
    rng = random.Random(6)
    checked = 0
    for _ in range(400):
        taken = seen(*random_frames(rng))
        known = who_is_who(taken)
        first = [rewrite.rewritten(one, known) for one in taken]
        again = who_is_who(seen(*first))
        if address_octets(LAB) in again.iut and again.iut_mac in (b"", mac_octets(LAB_MAC)):
            assert [rewrite.rewritten(one, again) for one in seen(*first)] == first
            checked += 1
    assert checked > 200
