# SPDX-License-Identifier: BSD-2-Clause
"""The fuzzers' seeds, written with Scapy: ordinary, well-formed traffic.

Nothing in a seed is wrong. What breaks stacks is left to the mutators, so that a planted bug measures them and not
our memory. The same code gives the same octets: a test compares them with corpus/seed/.

`python3 -m postel.fuzzing.seeds` writes corpus/seed/ anew.
"""

import struct
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet, Raw

from postel.base.paths import ROOT
from postel.kit.wire import checksum

OURS, THEIRS = "198.18.0.1", "198.18.0.2"
HOPS = (0xC6120002, 0xC6120009, 0xC6130002)  # addresses of the lab
NOP = bytes([1])


def frame(packet: Packet, interface: int = 0) -> bytes:
    """The record (docs/script.md) of the frame that carries `packet`."""
    octets = bytes(Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01", type=0x0800) / packet)
    return struct.pack(">BBH", 0, interface, len(octets)) + octets


def advance(milliseconds: int) -> bytes:
    return struct.pack(">BH", 1, milliseconds)


def ip(**fields: Any) -> IP:
    return IP(**{"src": OURS, "dst": THEIRS, "id": 1, "ttl": 64, "proto": 17, **fields})


def counting(length: int, start: int = 0) -> Raw:
    return Raw(bytes((start + i) % 256 for i in range(length)))


def ip_header() -> dict[str, bytes]:
    packets = {
        "bare": ip(),
        "udp": ip() / UDP(sport=4000, dport=7) / counting(8),
        "echo": ip(proto=1) / ICMP(id=1, seq=1) / counting(56),
        "all_ones": ip(tos=255, id=65535, flags=7, frag=8191, ttl=255, proto=255, dst="255.255.255.255"),
        "all_zeros": ip(tos=0, id=0, ttl=0, proto=0, src="0.0.0.0", dst="0.0.0.0"),
        "do_not_fragment": ip(flags="DF") / counting(4),
        "first_fragment": ip(flags="MF") / counting(16),
        "last_fragment": ip(frag=2) / counting(9),
        "padded": Raw(bytes(ip() / counting(4)) + bytes(22)),  # short frames of Ethernet are
    }
    for words in (1, 2, 5, 10):
        packets[f"options_{words}_words"] = ip(options=[IPOption(NOP)] * (4 * words)) / counting(8)
    return {name: frame(packet) for name, packet in packets.items()}


def route(kind: int, pointer: int, hops: Iterable[int]) -> bytes:
    """A source route (131, 137) or a record of one (7)."""
    octets = b"".join(struct.pack(">I", hop) for hop in hops)
    return bytes([kind, 3 + len(octets), pointer]) + octets


def stamps(flag: int, words: Iterable[int], pointer: int = 5, overflow: int = 0) -> bytes:
    octets = b"".join(struct.pack(">I", word) for word in words)
    return bytes([68, 4 + len(octets), pointer, overflow << 4 | flag]) + octets


def ip_options() -> dict[str, bytes]:
    record = route(7, 4, [0] * 3)
    options = {
        "none": b"",
        "nops": NOP * 3,
        "record_route": record,
        "record_route_full": route(7, 16, HOPS),
        "timestamps": stamps(0, [0] * 4),
        "timestamps_full": stamps(0, [1000, 2000], pointer=13, overflow=3),
        "timestamps_addresses": stamps(1, [0] * 4),
        "timestamps_specified": stamps(3, [HOPS[0], 0, HOPS[1], 0, HOPS[2], 0]),
        "timestamps_second_hop": stamps(3, [HOPS[1], 1000, HOPS[0], 0], pointer=13),
        "loose_route": route(131, 4, HOPS),
        "loose_route_done": route(131, 16, HOPS),
        "strict_route": NOP + route(137, 8, HOPS),
        "security": bytes([130, 11]) + bytes(9),
        "stream": bytes([136, 4, 0, 7]),
        "router_alert": bytes([148, 4, 0, 0]),
        "unknown": bytes([222, 4, 1, 2]),
        "record_and_timestamps": record + NOP + stamps(0, [0] * 3),
        "route_and_record": route(131, 4, HOPS[:2]) + route(7, 16, HOPS),
        "ends_early": NOP + bytes(1) + route(7, 4, [0])[:2],
    }
    return {name: frame(with_options(octets)) for name, octets in options.items()}


def with_options(octets: bytes) -> Packet:
    """Scapy's own options would be put in its own order and form: these are put in as they are."""
    octets += bytes(-len(octets) % 4)
    packet = bytearray(bytes(ip(ihl=5 + len(octets) // 4, len=28 + len(octets), chksum=0)))
    packet += octets
    packet[10:12] = bytes(2)
    packet[10:12] = struct.pack(">H", 0xFFFF - sum_of_words(bytes(packet)))
    return Raw(bytes(packet) + bytes(range(8)))


def sum_of_words(octets: bytes) -> int:
    total: int = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def fragments(lengths: Iterable[int], *, interface: int = 0, header: Mapping[str, object] | None = None) -> list[bytes]:
    """The frames of one datagram whose fragments have these lengths: all but the last are multiples of 8."""
    cut = list(lengths)
    frames, offset = [], 0
    for i, length in enumerate(cut):
        more = "MF" if i + 1 < len(cut) else ""
        packet = ip(**{"flags": more, "frag": offset // 8, **(header or {})}) / counting(length, offset)
        frames.append(frame(packet, interface))
        offset += length
    return frames


def reass() -> dict[str, bytes]:
    two, three = fragments([8, 8]), fragments([16, 24, 5])
    other = fragments([8, 16], header={"id": 2})
    echo = fragments([24, 40], header={"proto": 1, "id": 7})
    sets: dict[str, list[bytes]] = {
        "whole": fragments([28]),
        "two": two,
        "three": three,
        "three_reversed": three[::-1],
        "middle_last": [three[0], three[2], three[1]],
        "duplicate": [two[0], two[0], two[1]],
        "interleaved": [two[0], other[1], two[1], other[0]],
        "same_id_again": [*two, *two],
        "other_protocol": [*two[:1], *echo[::-1]],
        "eight": fragments([8] * 8),
        "large": fragments([520, 264, 30]),
        "options_in_the_first": [*options_first(), *fragments([8, 8])[1:]],
        "time_passes": [two[0], advance(14000), two[1]],
        "timed_out": [two[0], advance(65000), *two],
        "never_complete": [three[1]],
        "many": [fragments([8, 8], header={"id": i})[0] for i in range(12)],
        "near_the_end": [frame(ip(frag=8188) / counting(8))],
    }
    for interface in (*range(4), *range(6, 12)):
        sets[f"policy_{interface}"] = fragments([8, 16, 8], interface=interface)[::-1]
    return {name: b"".join(records) for name, records in sets.items()}


def options_first() -> list[bytes]:
    return [frame(ip(flags="MF", options=[IPOption(NOP)] * 4) / counting(8))]


def op(line: str) -> bytes:
    return struct.pack(">BH", 2, len(line)) + line.encode("latin-1")


def arp(host: int = 1, operation: int = 1, interface: int = 0) -> bytes:
    """A neighbour asks for the IUT's address, or answers it."""
    mac, mine = f"02:00:00:00:00:{host:02x}", ("198.18.0.2", "198.18.64.66")[interface]
    theirs = ("198.18.0.", "198.18.64.")[interface] + str(host if not interface else 65)
    octets = bytes(Ether(dst="ff:ff:ff:ff:ff:ff", src=mac, type=0x0806) / ARP(op=operation, hwsrc=mac, psrc=theirs, pdst=mine))
    return struct.pack(">BBH", 0, interface, len(octets)) + octets


def host() -> dict[str, bytes]:
    echo = frame(ip(proto=1) / ICMP(id=1, seq=1) / counting(16))
    to_port = frame(ip() / UDP(sport=40000, dport=4000) / counting(6))
    bound = op("udp.bind port=4000")
    send = op("udp.send sock=1 dst=198.18.0.1 dport=40000 data=706f7374656c")
    sent = IP(src=THEIRS, dst=OURS, ttl=64) / UDP(sport=4000, dport=40000) / Raw(b"postel")
    too_big = frame(ip(proto=1) / ICMP(type=3, code=4, nexthopmtu=576) / Raw(bytes(sent)[:28]))
    sets: dict[str, list[bytes]] = {
        "arp": [arp()],
        "echo": [arp(), echo],
        "echo_before_arp": [echo, arp(operation=2)],
        "closed_port": [arp(), to_port],
        "bound_port": [bound, arp(), to_port, op("sync")],
        "user_sends": [bound, send, arp(operation=2)],
        "user_is_told": [bound, arp(), send, too_big, op("sync")],
        "unknown_protocol": [arp(), frame(ip(proto=253) / counting(8))],
        "raw_user": [op("ip.bind protocol=253"), frame(ip(proto=253) / counting(8)), op("sync")],
        "user_pings": [arp(), op("echo.send dst=198.18.0.1 id=1 seq=1 data=6162")],
        "to_a_router": [arp(1), bound, op("udp.send sock=1 dst=203.0.113.1 dport=9 data=61626364")],
        "fragments": [arp(), *fragments([16, 8], header={"proto": 253})],
        "half_a_datagram": [arp(), fragments([16, 8], header={"proto": 253})[0], advance(61000)],
        "options": [arp(), frame(with_options(route(7, 4, [0] * 2)))],
        "time_passes": [bound, send, advance(1000), advance(5000), arp()],
        "counters": [arp(), echo, op("counters")],
        "connection_to_itself": [op("tcp.listen port=4000"), op("tcp.connect dst=198.18.0.2 dport=4000"), op("tcp.send sock=2 data=6162"), op("tcp.close sock=2")],
        "connection_asked_for": [arp(), op("tcp.listen port=4000 ttl=9"), frame(ip(proto=6) / TCP(sport=40000, dport=4000, seq=1))],
        "frames_of_802": [op("set name=framing iface=0 value=snap"), arp(), echo, op("get name=framing iface=0")],
        "whole_header": [arp(), op("ip.packet data=450000180000000040fd0000c6120002c612000161626364")],
        "other_interface": [arp(interface=1), frame(ip(proto=1, src="198.18.64.65", dst="198.18.64.66") / ICMP(id=1) / counting(8), 1)],
    }
    return {name: b"".join(records) for name, records in sets.items()}


def to(addr: str, length: int = 24, interface: int = 0) -> bytes:
    """A datagram on its way out."""
    return frame(ip(dst=addr) / counting(length - 20), interface)


def neighbours() -> dict[str, bytes]:
    near, far = "198.18.0.1", "198.18.0.9"
    sets: dict[str, list[bytes]] = {
        "asked": [arp()],
        "answered": [to(near), arp(operation=2)],
        "known": [arp(), to(near)],
        "several_wait": [*[to(near, n) for n in (21, 22, 23)], arp(operation=2)],
        "nobody_answers": [to(far), *[advance(1000)] * 3],
        "expires": [arp(), advance(60000), to(near)],
        "fixed": [op("f\xc6\x12\0\1\2\0\0\0\0\1"), to(near)],
        "removed": [arp(), op("r\xc6\x12\0\1\0\0\0\0\0\0"), to(near)],
        "small_table": [to(f"198.18.0.{n}", interface=1) for n in (1, 3, 4, 5)],
    }
    return {name: b"".join(records) for name, records in sets.items()}


def routing() -> dict[str, bytes]:
    """No step at all: each would already show what is wrong with routes."""
    return {"time_passes": advance(60000)}


def members() -> dict[str, bytes]:
    """One record of a member, and time; the rest is left to the search."""
    return {"excludes": struct.pack(">BBH6B", 0, 0, 6, 0, 3, 0, 0, 1, 0) + advance(60000)}


def frag() -> dict[str, bytes]:
    """What is shorter than the narrowest link: cutting, and fragments, are left to the search."""
    packets: dict[str, Packet] = {
        "bare": ip(),
        "one_block": ip() / counting(8),
        "udp": ip() / UDP(sport=4000, dport=7) / counting(32),
        "do_not_fragment": ip(flags="DF") / counting(24),
        "options_for_the_first": ip(options=[IPOption(NOP)] * 8) / counting(12),
        "options_for_all": ip(options=[IPOption(bytes([148, 4, 0, 0]))]) / counting(12),
    }
    return {name: advance(40 * at) + frame(packet) for at, (name, packet) in enumerate(packets.items())}


def too_big(dst: str, mtu: int, length: int) -> bytes:
    """A router says what it can send on of a datagram of `length` octets to `dst`."""
    quote = bytes(IP(src=THEIRS, dst=dst, len=length, id=7, flags="DF", proto=17) / UDP(sport=4000, dport=7, len=length - 20))[:28]
    return frame(ip(proto=1) / ICMP(type=3, code=4, nexthopmtu=mtu) / Raw(quote))


def path_is(address: str, mtu: int) -> bytes:
    return struct.pack(">BB4sB", 3, mtu % 48, bytes(map(int, address.split("."))), mtu // 48)


def pmtu() -> dict[str, bytes]:
    """Routers that say nothing new."""
    one, two = "192.0.2.1", "192.0.2.9"
    sets = {
        "as_wide_as_the_link": [too_big(one, 1500, 1520)],
        "wider": [too_big(two, 9000, 1500)],
        "time_passes": [too_big(one, 1500, 1500), advance(600), too_big(two, 1500, 1500)],
    }
    return {name: b"".join(records) for name, records in sets.items()}
def udp() -> dict[str, bytes]:
    packets = {
        "bound": ip() / UDP(sport=40000, dport=4000) / counting(8),
        "odd": ip() / UDP(sport=40000, dport=4001) / counting(7),
        "empty": ip() / UDP(sport=40001, dport=4002),
        "unchecked": ip() / UDP(sport=40000, dport=4003, chksum=0) / counting(4),
        "closed": ip() / UDP(sport=9, dport=9) / counting(1),
        "other_address": ip(dst="198.18.64.66") / UDP(sport=40000, dport=4001) / counting(2),
        "padded": ip() / Raw(bytes(ip() / UDP(sport=40000, dport=4000) / counting(3))[20:] + bytes(3)),
        "options": ip(options=[IPOption(NOP)] * 4) / UDP(sport=40000, dport=4002) / counting(16),
    }
    return {name: frame(packet) for name, packet in packets.items()}


def upper_tester() -> dict[str, bytes]:
    bound = op("1 udp.bind port=4000")
    sessions: dict[str, list[bytes]] = {
        "hello": [op("1 hello version=1"), op("2 sync"), op("3 reset")],
        "udp": [bound, arp(), frame(ip() / UDP(sport=40000, dport=4000) / counting(6)), op("2 sync"), op("3 udp.close sock=1")],
        "send": [bound, op("2 udp.send sock=1 dst=198.18.0.2 dport=4000 data=706f7374656c ttl=9 tos=16 df=1 options=01010101")],
        "raw": [op("1 ip.bind protocol=253"), op("2 ip.send dst=198.18.0.2 protocol=253 data=00 id=7 src=198.18.0.2"), op("3 ip.close sock=1")],
        "echo": [op("1 echo.send dst=198.18.0.2 id=1 seq=2 data=6162"), op("2 counters")],
        "set": [op("1 set name=ttl value=9"), op("2 get name=ttl"), op("3 set name=mtu value=576 iface=0"), op("4 get name=mtu iface=0")],
        "sock": [bound, op("2 set name=tos value=16 sock=1"), op("3 set name=options value=01010101 sock=1"), op("4 get name=options sock=1")],
        "items": [op("1 add kind=address iface=0 addr=198.18.0.20 len=20"), op("2 list kind=address"), op("3 del kind=address iface=0 addr=198.18.0.20")],
        "connection": [op("1 tcp.listen port=4000"), op("2 tcp.connect dst=198.18.0.2 dport=4000"), op("3 tcp.send sock=2 data=6162"), op("4 tcp.close sock=2")],
        "ages": [op("1 set name=neighbor-lifetime value=30"), op("2 set name=neighbor-polls value=2"), op("3 set name=pmtu-age value=60"), op("4 set name=ident-wait value=1")],
        "links": [op("1 set name=framing iface=1 value=snap"), op("2 set name=mask-learn iface=1 value=1"), op("3 get name=framing iface=1")],
        "paths": [op("1 add kind=path dst=192.0.2.1 mtu=576"), op("2 set name=pmtu-discovery value=0"), op("3 get name=pmtu dst=192.0.2.1"), op("4 del kind=path dst=192.0.2.1")],
        "routes": [op("1 add kind=route net=203.0.113.0 len=24 gateway=198.18.0.9"), op("2 list kind=route"), advance(1000)],
    }
    return {name: b"".join(records) for name, records in sessions.items()}


def icmp() -> dict[str, bytes]:
    sent = bytes(IP(src=THEIRS, dst=OURS, ttl=64) / UDP(sport=4000, dport=40000) / Raw(bytes(64)))
    structure = summed(bytes.fromhex("200000000008010100013101"))  # RFC 4950: a label
    extended = struct.pack(">BBHBBH", 3, 1, 0, 0, 32, 0) + sent[:128].ljust(128, b"\0") + structure
    routers = struct.pack(">BBHBBHIiIi", 9, 0, 0, 2, 2, 1800, 0xC6120001, 0, 0xC6120009, -5)
    sets: dict[str, list[bytes]] = {
        "echo": [arp(), frame(ip(proto=1) / ICMP(id=1, seq=1) / counting(16))],
        "closed_port": [arp(), frame(ip() / UDP(sport=40000, dport=9) / counting(20))],
        "closed_port_from_far": [arp(), frame(ip(src="192.0.2.1") / UDP(sport=40000, dport=9) / counting(20))],
        "unknown_protocol": [arp(), frame(ip(proto=253) / counting(24))],
        "in_fragments": [arp(), *fragments([16, 8], header={"proto": 253})],
        "half_a_datagram": [arp(), fragments([16, 8], header={"proto": 253})[0], advance(61000)],
        "timestamp": [arp(), frame(ip(proto=1) / ICMP(type=13, id=1, seq=1, ts_ori=1000, ts_rx=0, ts_tx=0))],
        "mask": [frame(ip(proto=1) / ICMP(type=17, id=1, seq=1))],
        "unreachable": [frame(ip(proto=1) / ICMP(type=3, code=1) / Raw(sent[:28]))],
        "extended": [frame(ip(proto=1) / Raw(summed(extended)))],
        "routers": [frame(ip(proto=1, dst="224.0.0.1") / Raw(summed(routers)))],
    }
    return {name: b"".join(records) for name, records in sets.items()}


def igmp_message(message: bytes, dst: str = "224.0.0.1") -> bytes:
    options = [IPOption(bytes([148, 4, 0, 0]))]
    packet = IP(src=OURS, dst=dst, id=1, ttl=1, tos=0xC0, proto=2, options=options) / Raw(summed(message))
    octets = bytes(Ether(dst="01:00:5e:" + f"{int(dst.split('.')[1]) & 127:02x}:{int(dst.split('.')[2]):02x}:{int(dst.split('.')[3]):02x}",
                         src="02:00:00:00:00:01", type=0x0800) / packet)  # fmt: skip
    return struct.pack(">BBH", 0, 0, len(octets)) + octets


def igmp() -> dict[str, bytes]:
    """Nobody has joined anything, so that nobody has anything to say: joins are left to the search."""
    groups = ("233.252.0.1", "233.252.0.2")
    ask = {version: igmp_message(struct.pack(">BBHI", 0x11, code, 0, 0)) for version, code in ((1, 0), (2, 100))}
    ask[3] = igmp_message(struct.pack(">BBHIBBH", 0x11, 100, 0, 0, 2, 125, 0))
    heard = [igmp_message(struct.pack(">BBH4B", 0x16, 0, 0, *map(int, group.split("."))), group) for group in groups]
    sets = {
        "time_passes": [advance(60000)],
        "asked": [ask[3], advance(10000)],
        "asked_by_older_ones": [ask[2], advance(10000), ask[1], advance(10000)],
        "neighbours_report": [*heard, advance(1000)],
        "chosen": [op("set name=igmp-robustness iface=0 value=2"), op("set name=mtu iface=0 value=500")],
    }
    return {name: b"".join(records) for name, records in sets.items()}


def two_hosts() -> dict[str, bytes]:
    """A quiet wire, and a lost query; with a router between them (fuzz/between.c), a datagram each way."""

    def step(*octets: int) -> bytes:
        return struct.pack(">BBH", 0, 0, 6) + bytes(octets).ljust(6, b"\0")

    return {
        "time_passes": advance(60000), "lost": op("lose after=0") + advance(60000), "of_version_2": advance(1003),
        "each_way": step() + step(0, 5) + advance(1000) + step(0x11, 4),
    }  # fmt: skip


def summed(message: bytes) -> bytes:
    """With its checksum, whose field is zero."""
    return message[:2] + struct.pack(">H", checksum(message)) + message[4:]


def forward() -> dict[str, bytes]:
    """Steps (fuzz_forward.c): a packet to a neighbour beyond; one to nobody."""

    def step(kind: int, *octets: int) -> bytes:
        return struct.pack(">BBH", 0, kind, 6) + bytes(octets).ljust(6, b"\0")

    return {
        "to_a_neighbour": step(0, 0, 0, 0, 2),
        "nobody_answers": step(0, 0, 19, 0, 3) + advance(4000),
    }


def rules() -> dict[str, bytes]:
    """Steps (fuzz_rules.c): a rule that rewrites a destination, and what it matches; packets. One that is rewritten would show all that can be wrong there."""

    def step(kind: int, *octets: int) -> bytes:
        return struct.pack(">BBH", 0, kind, 6) + bytes(octets).ljust(6, b"\0")

    return {
        "a_destination": step(0, 24, 0x11, 0, 0x60, 0xE1, 0x13) + step(5, 0, 0, 1, 2, 0x05, 0x01) + step(3, 24, 0x11, 0, 0x60, 0xE1, 0x13),
        "a_packet": step(5, 0, 3, 5, 2, 0x45, 0x19) + step(5, 1, 3, 5, 2, 0x45, 0x19),
    }


def mroute() -> dict[str, bytes]:
    """Steps (fuzz_mroute.c): a packet for a group, a route; each alone, so that what they make of each other is for the search."""

    def step(kind: int, *octets: int) -> bytes:
        return struct.pack(">BBH", 0, kind, 6) + bytes(octets).ljust(6, b"\0")

    return {"a_packet": step(0, 4, 0, 1, 3) + advance(11000), "a_route": step(5, 6, 0, 0x09, 0x09)}


TARGETS: Mapping[str, Callable[[], dict[str, bytes]]] = {
    "ip_header": ip_header,
    "ip_options": ip_options,
    "reass": reass,
    "arp": neighbours,
    "forward": forward,
    "frag": frag,
    "pmtu": pmtu,
    "host": host,
    "icmp": icmp,
    "igmp": igmp,
    "route": routing,
    "rules": rules,
    "mroute": mroute,
    "querier": members,
    "two_hosts": two_hosts,
    "udp": udp,
    "upper_tester": upper_tester,
}


def write(folder: Path) -> None:
    for target, seeds in TARGETS.items():
        place = folder / target
        place.mkdir(parents=True, exist_ok=True)
        for old in place.glob("*.bin"):
            old.unlink()
        for name, octets in seeds().items():
            (place / f"{name}.bin").write_bytes(octets)


if __name__ == "__main__":
    write(ROOT / "corpus" / "seed")
