# SPDX-License-Identifier: BSD-2-Clause
"""The passive checker accuses nobody of what an RFC allows, however unusual. That each of its rules can fail is test_violators.py's."""

from typing import Any

import pytest
from postel.kit import PEER, arp, checker, wire
from postel.kit.seen import Seen
from postel.lab.addresses import INTERFACES

LAB = INTERFACES[0]
HEAD = {"eth_src": LAB.iut_mac, "eth_dst": LAB.lt_mac, "src": LAB.iut, "dst": LAB.lt}
ECHO = HEAD | {"protocol": wire.ICMP, "type": 0, "code": 0, "ident": 7, "seq": 1, "data": b"postel"}
UDP = HEAD | {"protocol": wire.UDP, "sport": 4000, "dport": 9, "data": b"postel"}
ASKED = wire.build_packet({"src": LAB.lt, "dst": LAB.iut, "protocol": wire.UDP, "sport": 9, "dport": 9, "data": b"postel"})
ERROR = HEAD | {"protocol": wire.ICMP, "type": 3, "code": 3, "quoted": ASKED}
EXTENDED = ASKED + bytes(128 - len(ASKED)) + bytes.fromhex("2000dffb0004ffff")  # RFC 4884 5: an extension behind 128 octets
OTHER_LAN = INTERFACES[1]
FRAGMENT = HEAD | {"protocol": wire.UDP, "id": 5, "mf": 1, "payload": bytes(16)}


def padded(fields: dict[str, Any], size: int) -> bytes:
    frame = wire.build(fields)
    return frame + bytes(size - len(frame))


RIGHT = {  # what is sent, and under what name it may be
    "padded to Ethernet's smallest frame": padded(ECHO, 60),
    "padded to what has room for a VLAN's tag": padded(ECHO, 64),
    "an ARP packet that is padded": padded(wire.parse(arp(2, sha=LAB.iut_mac, spa=LAB.iut, tha=LAB.lt_mac, tpa=LAB.lt)) |
                                           {"eth_dst": LAB.lt_mac, "padding": b""}, 60),
    "RFC 1122 2.3.2.1: a poll by ARP to one host": arp(1, sha=LAB.iut_mac, spa=LAB.iut, tpa=LAB.lt, eth_dst=LAB.lt_mac),
    "RFC 5227: a probe": arp(1, sha=LAB.iut_mac, spa="0.0.0.0", tpa=LAB.iut),
    "RFC 5227: an announcement": arp(1, sha=LAB.iut_mac, spa=LAB.iut, tpa=LAB.iut),
    "RFC 5227: a defence by a broadcast reply": arp(2, sha=LAB.iut_mac, spa=LAB.iut, tpa=LAB.iut, tha=LAB.iut_mac, eth_dst=wire.BROADCAST_MAC),
    "RFC 4884: an error with an extension": wire.build(ERROR | {"quoted": EXTENDED, "rest": b"\0\x20\0\0"}),
    "RFC 4884: a parameter problem with an extension": wire.build(ERROR | {"type": 12, "code": 0, "quoted": EXTENDED, "rest": b"\1\x20\0\0"}),
    "RFC 1191: the MTU of the next hop": wire.build(ERROR | {"code": 4, "rest": b"\0\0\5\xdc"}),
    "RFC 9868: options behind the UDP datagram": wire.build(UDP | {"data": b"postel" + bytes(4), "udp_length": 14, "udp_checksum": wire.parse(
        wire.build(UDP))["udp_checksum"]}),
    "RFC 1108: security in every datagram": wire.build(ECHO | {"options": bytes([130, 11]) + bytes(10)}),
    "RFC 2113: router alert": wire.build(HEAD | {"protocol": wire.IGMP, "dst": "224.0.0.22", "eth_dst": "01:00:5e:00:00:16", "ttl": 1, "tos": 0xC0,
                                                 "options": b"\x94\4\0\0", "payload": b"\x22\0\xdd\xff" + bytes(4)}),
    "mDNS": wire.build(UDP | {"dst": "224.0.0.251", "eth_dst": "01:00:5e:00:00:fb", "sport": 5353, "dport": 5353, "ttl": 255}),
    "a multicast of local scope": wire.build(UDP | {"dst": "239.255.255.250", "eth_dst": "01:00:5e:7f:ff:fa", "ttl": 1}),
    "RFC 1256 4.3: a router is one no more": wire.build(HEAD | {"dst": "224.0.0.1", "eth_dst": "01:00:5e:00:00:01", "protocol": wire.ICMP, "type": 9, "code": 0,
                                                               "rest": b"\1\2\0\0", "ttl": 1, "data": wire.address_octets(LAB.iut) + bytes(4)}),
    "a broadcast": wire.build(UDP | {"dst": LAB.broadcast, "eth_dst": wire.BROADCAST_MAC}),
    "a broadcast of another link goes to the gateway": wire.build(UDP | {"dst": OTHER_LAN.broadcast}),
    "a list of options that ends early": wire.build(ECHO | {"options": b"\1\1\1\0"}),
    "the first fragment, whose options are for all": wire.build(FRAGMENT | {"options": bytes([130, 11]) + bytes(10)}),
    "LLDP": bytes.fromhex("0180c200000e020000000002 88cc 0207") + bytes(50),
    "802.2, spanning tree": bytes.fromhex("0180c2000000020000000002 0026 424203") + bytes(35),
}  # fmt: skip


def known() -> Seen:
    seen = Seen()
    seen.sent(0, arp(sha=LAB.lt_mac, spa=LAB.lt))
    return seen


@pytest.mark.parametrize("what", RIGHT)
def test_nobody_is_accused(what: str) -> None:
    broken = [rule.requirement for rule in checker.violations(wire.parse(RIGHT[what]), known())]
    assert broken == []


@pytest.mark.parametrize("dst", ["192.0.2.9", LAB.lt])
def test_who_follows_a_redirect_sends_to_where_it_points(dst: str) -> None:
    seen = known()
    frame = wire.parse(wire.build(ECHO | {"dst": dst, "eth_dst": "02:00:00:00:00:77"}))
    assert [rule.requirement for rule in checker.violations(frame, seen)] == ["RFC1122-2.3.3-f"]
    seen.sent(0, arp())
    quoted = wire.build_packet(ECHO | {"dst": dst})
    seen.sent(0, wire.build(HEAD | {"src": LAB.lt, "dst": LAB.iut, "protocol": wire.ICMP, "type": 5, "code": 1, "gateway": PEER,
                                    "quoted": quoted}))  # fmt: skip
    assert checker.violations(frame, seen) == []


def test_an_identification_may_come_again_after_its_lifetime() -> None:
    seen = known()
    seen.took(wire.parse(wire.build(FRAGMENT)))
    again = wire.parse(wire.build(FRAGMENT | {"payload": b"\1" * 16}))
    assert [rule.requirement for rule in checker.violations(again, seen)] == ["RFC791-3.2_Identification-a", "RFC6864-4.3-a"]
    seen.now += 120
    assert checker.violations(again, seen) == []


def test_what_the_case_has_asked_for_is_no_surprise() -> None:
    seen = known()
    seen.called("udp.send", {"options": "07070400000000", "ttl": 3})
    assert checker.violations(wire.parse(wire.build(UDP | {"options": bytes.fromhex("0707040000000000"), "ttl": 3})), seen) == []


def test_who_was_told_by_the_other_link_is_not_known_on_this() -> None:
    seen = known()
    seen.sent(1, arp(sha=OTHER_LAN.lt_mac, spa=OTHER_LAN.lt))
    reply = wire.parse(wire.build(ECHO | {"dst": OTHER_LAN.lt, "eth_dst": OTHER_LAN.lt_mac}))
    assert [rule.requirement for rule in checker.violations(reply, seen)] == ["RFC1122-2.3.3-f"]
