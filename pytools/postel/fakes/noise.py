# SPDX-License-Identifier: BSD-2-Clause
"""What a host says of its own accord, one frame of each kind, as a host with the lab's addresses says it."""

from typing import Any

from postel.fakes.engine import Frame, arp, is_broadcast, made
from postel.kit import wire
from postel.lab.addresses import INTERFACES

ALL = wire.BROADCAST_MAC


def link(iface: int, dst: str, rest: str) -> Frame:
    """Neither IPv4 nor ARP: what follows the two addresses, in hex; `MAC` in it is the host's."""
    mac = INTERFACES[iface].iut_mac.replace(":", "")
    return Frame(iface, bytes.fromhex(dst + mac + rest.replace("MAC", mac).replace(" ", "")).ljust(60, b"\0"))


def packet(iface: int, dst: str, **said: Any) -> Frame:
    """To a group or to everybody."""
    octets = wire.address_octets(dst)
    mac = ALL if is_broadcast(dst) else "01:00:5e:" + wire.mac_text(bytes([octets[1] & 0x7F, *octets[2:]]))
    return made(iface, eth_dst=mac, dst=dst, **{"ttl": 1, **said})


def udp(iface: int, dst: str, port: int, **said: Any) -> Frame:
    return packet(iface, dst, protocol=wire.UDP, **{"sport": port, "dport": port, "data": b"by the way", **said})


def lldp(iface: int) -> Frame:
    return link(iface, "0180c200000e", "88cc 0207 04 MAC 0402 0731 0602 0078 0000")


def spanning_tree(iface: int) -> Frame:
    return link(iface, "0180c2000000", "0026 424203 0000 00 00 00 8000 MAC 00000000 8000 MAC 8001 0000 1400 0200 0f00")


def ipv6_solicitation(iface: int) -> Frame:
    six, to_all = "fe80 0000000000000000 00fffe000002", "ff02" + "00" * 13
    return link(iface, "333300000002", "86dd 60000000 0008 3a ff" + six + to_all + "02 8500 7bb8 00000000")


def ipv6_listener(iface: int) -> Frame:
    six, to_all = "fe80 0000000000000000 00fffe000002", "ff02" + "00" * 13
    return link(iface, "333300000016", "86dd 60000000 0024 00 01" + six + to_all + "16 3a00 0502 0000 0100 8f00 0000 0000 0001")


def eapol(iface: int) -> Frame:
    return link(iface, "0180c2000003", "888e 0101 0000")


def precision_time(iface: int) -> Frame:
    return link(iface, "011b19000000", "88f7 0002 002c 0000 0000" + "00" * 36)


def announcement(iface: int) -> Frame:
    return arp(iface, tpa=INTERFACES[iface].iut)


def probe(iface: int) -> Frame:
    """For an address that the host would like to have too."""
    return arp(iface, spa="0.0.0.0", tpa=INTERFACES[iface].host(37))


def mdns(iface: int) -> Frame:
    return udp(iface, "224.0.0.251", 5353, ttl=255)


def llmnr(iface: int) -> Frame:
    return udp(iface, "224.0.0.252", 5355, sport=50123)


def ssdp(iface: int) -> Frame:
    return udp(iface, "239.255.255.250", 1900)


def netbios(iface: int) -> Frame:
    return udp(iface, INTERFACES[iface].broadcast, 137, ttl=64)


def dhcp(iface: int) -> Frame:
    return udp(iface, "255.255.255.255", 67, sport=68, src="0.0.0.0", data=bytes(240), ttl=64)


def membership_2(iface: int) -> Frame:
    return packet(iface, "224.0.0.251", protocol=wire.IGMP, payload=bytes.fromhex("16000904e00000fb"), options=b"\x94\4\0\0")


def membership_3(iface: int) -> Frame:
    return packet(iface, "224.0.0.22", protocol=wire.IGMP, payload=bytes.fromhex("2200f9020000000104000000e00000fb"), options=b"\x94\4\0\0", tos=0xC0)


def router_solicitation(iface: int) -> Frame:
    return packet(iface, "224.0.0.2", protocol=wire.ICMP, type=10, code=0)


def names(iface: int) -> Frame:
    return made(iface, protocol=wire.UDP, sport=1053, dport=53, data=bytes.fromhex("4d0a01000001000000000000") + b"\6postel\7example\0\0\1\0\1")


def syslog(iface: int) -> Frame:
    return made(iface, protocol=wire.UDP, sport=1514, dport=514, data=b"<13>postel: up and well")


def ntp(iface: int) -> Frame:
    return udp(iface, "224.0.1.1", 123, data=b"\x25" + bytes(47))


def discovery_of_neighbours(iface: int) -> Frame:
    """Of a vendor, behind 802.2 and a SNAP header."""
    return link(iface, "01000ccccccc", "001e aaaa03 00000c 2000 02b4 0000 0001 000a 706f7374656c 0005 0005 37")


def process_data(iface: int) -> Frame:
    """With a priority tag, as fieldbus devices send them."""
    return link(iface, "010ecf000000", "8100 c000 8892 fefe 05 00 00000001 0000 0000")


def reverse_arp(iface: int) -> Frame:
    """As a machine is announced that has moved."""
    return link(iface, "ffffffffffff", "8035 0001 0800 06 04 0003 MAC 00000000 MAC 00000000")


def routing(iface: int) -> Frame:
    """OSPF's Hello."""
    hello = bytes.fromhex("0201002c0000000000000000") + bytes(2 + 2 + 8) + bytes.fromhex("fffff000000a020100000028") + bytes(8)
    return packet(iface, "224.0.0.5", protocol=89, payload=hello, tos=0xC0)


def virtual_router(iface: int) -> Frame:
    """VRRP's advertisement comes from the virtual router's MAC."""
    own = wire.address_octets(INTERFACES[iface].iut)
    said = bytes.fromhex("31010101") + bytes.fromhex("0064") + bytes(2) + own
    return packet(iface, "224.0.0.18", protocol=112, payload=said, ttl=255, eth_src=f"00:00:5e:00:01:{iface + 1:02x}")


def old_routing(iface: int) -> Frame:
    return udp(iface, "224.0.0.9", 520, data=bytes.fromhex("01020000"))


def connection(iface: int) -> Frame:
    """The first segment of TCP, to the gateway's port 80."""
    lab = INTERFACES[iface]
    segment = bytes.fromhex("c0010050 00000001 00000000 6002ffff 00000000 020405b4".replace(" ", ""))
    total = wire.checksum(wire.pseudo_header(lab.iut, lab.lt, 6, len(segment)) + segment)
    return made(iface, protocol=6, payload=segment[:16] + total.to_bytes(2, "big") + segment[18:], id=1, df=1)


def asks_for_others(iface: int) -> Frame:
    return arp(iface, tpa=INTERFACES[iface].host(44))


def report_1(iface: int) -> Frame:
    return packet(iface, "224.0.0.251", protocol=wire.IGMP, payload=bytes.fromhex("12000d04e00000fb"))


def way_of_a_datagram(iface: int) -> Frame:
    """One hop of it is looked for, as a user does."""
    return made(iface, protocol=wire.UDP, sport=43210, dport=33435, data=bytes(12), ttl=1)
