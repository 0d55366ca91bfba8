# SPDX-License-Identifier: BSD-2-Clause
"""ARP stimuli (RFC 826): whole frames, from a neighbour that no other stimulus uses."""

from typing import Any

from postel.kit import wire
from postel.lab.addresses import LEFT

PEER, PEER_MAC = LEFT.host(77), "02:00:00:00:00:77"
OTHER_MAC = "02:00:00:00:00:78"  # what the neighbour has after it got a new interface
NO_MAC = "00:00:00:00:00:00"
REQUEST, REPLY = 1, 2


def arp(op: int = REQUEST, *, size: int | None = None, **said: Any) -> bytes:
    """An ARP packet from PEER to the IUT, in a broadcast frame when it is a request; `said` are fields of wire.parse().

    `size` cuts the packet to so many octets."""
    fields: dict[str, Any] = {
        "eth_src": said.get("sha", PEER_MAC), "eth_dst": wire.BROADCAST_MAC if op == REQUEST else LEFT.iut_mac,
        "eth_type": wire.TYPE_ARP, "htype": 1, "ptype": wire.TYPE_IP, "hlen": 6, "plen": 4, "op": op,
        "sha": PEER_MAC, "spa": PEER, "tha": NO_MAC if op == REQUEST else LEFT.iut_mac, "tpa": LEFT.iut,
    }  # fmt: skip
    frame = wire.build(fields | said)
    return frame if size is None else frame[: wire.ETHER_LEN + size]
