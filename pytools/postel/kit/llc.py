# SPDX-License-Identifier: BSD-2-Clause
"""Frames of 802.3 (RFC 1042): packets behind the headers of 802.2 and SNAP, and the commands XID and TEST."""

from postel.kit import wire
from postel.kit.arp import arp
from postel.kit.expect import Expectation, arp_reply
from postel.kit.lower import LowerTester
from postel.kit.packets import echo, probe
from postel.kit.wire import LLC_KINDS, SNAP
from postel.lab.addresses import LEFT

SNAP_IP = SNAP + b"\x08\x00"
SNAP_SAP, POLL = 0xAA, 0x10
CONTROLS = {kind: control for control, kind in LLC_KINDS.items()}
READS = "reads-802-frames"  # the ability
MOST = 1492  # octets of a packet (RFC 1122 2.3.3)


def command(kind: str, *, poll: bool = True, info: bytes = b"", sap: int = SNAP_SAP, to: str = LEFT.iut_mac) -> bytes:
    """XID or TEST, to the access point that SNAP's frames are for, of the IUT or of the station `to`."""
    control = CONTROLS[kind] | (POLL if poll else 0)
    return wire.build({"eth_dst": to, "eth_src": LEFT.lt_mac, "dsap": sap, "ssap": SNAP_SAP, "control": control, "info": info})


def response(kind: str, **fields: object) -> Expectation:
    return Expectation(kind, fields)


def reads_802(lt: LowerTester) -> None:
    """RFC 1042 binds who takes part in 802.3 at all, which on an Ethernet is RFC1122-2.3.3-b."""
    lt.send(probe(echo(), llc=SNAP_IP))
    if not lt.answer("echo-reply"):
        lt.lacks(READS)
        lt.not_applicable("the IUT reads no datagram behind an 802.2 header here")


def says_so(lt: LowerTester, near: str, framing: str) -> str:
    """A neighbour asks for the IUT in a frame of this kind, `snap` or `ethernet`: the kind in which it is answered."""
    lt.hosts.strangers.add(near)
    asking = arp(spa=near)
    lt.send(wire.snapped(asking) if framing == "snap" else asking)
    if framing == "snap" and not lt.heard("arp-reply"):
        lt.lacks(READS)
    return str(lt.expect(arp_reply(tpa=near))["framing"])
