# SPDX-License-Identifier: BSD-2-Clause
"""Control probes, and how their answers are told from all others: by an identifier and a port that no stimulus has."""

from postel.kit import wire
from postel.kit.wire import Fields
from postel.lab.addresses import Interface

FENCE_ID = 0xFE9C  # of the echo; of the datagram too, or it would release fragments of a stimulus (RFC791-3.2_Reassembly-a)
FENCE_DATA = b"postel control probe"


def echo_probe(lab: Interface, number: int) -> bytes:
    """What any living IUT answers."""
    return wire.build(_to_iut(lab) | {
        "dst": lab.iut, "protocol": wire.ICMP, "type": 8, "code": 0, "ident": FENCE_ID, "seq": number, "data": FENCE_DATA,
    })  # fmt: skip


def introduction(lab: Interface, address: str = "", mac: str = "") -> bytes:
    """An ARP request of a neighbour, by default of who sends control probes: who is asked knows the asker's MAC from then on
    (RFC826-Reception-e)."""
    address, mac = address or lab.lt, mac or lab.lt_mac
    return wire.build({
        "eth_dst": wire.BROADCAST_MAC, "eth_src": mac, "eth_type": wire.TYPE_ARP, "htype": 1, "ptype": wire.TYPE_IP,
        "hlen": 6, "plen": 4, "op": 1, "sha": mac, "spa": address, "tha": "00:00:00:00:00:00", "tpa": lab.iut,
    })  # fmt: skip


def from_neighbour(lab: Interface, introduction: bytes, number: int) -> tuple[str, bytes]:
    """The same of a neighbour that has introduced itself so, and its address."""
    said = wire.parse(introduction)
    return said["spa"], wire.edit(echo_probe(lab, number), eth_src=said["sha"], src=said["spa"])


def datagram(lab: Interface, address: str, port: int, data: bytes) -> bytes:
    """The same for a user of the IUT, who has a socket there."""
    return wire.build(_to_iut(lab) | {"dst": address, "protocol": wire.UDP, "sport": FENCE_ID, "dport": port, "data": data})


def _to_iut(lab: Interface) -> Fields:
    return {"eth_dst": lab.iut_mac, "eth_src": lab.lt_mac, "src": lab.lt, "id": FENCE_ID}


def is_answer(fields: Fields) -> bool:
    """The answer to a control probe, or an error about one that was meant for a user."""
    if fields["kind"] == "echo-reply":
        return bool(fields["ident"] == FENCE_ID)
    return bool("quoted" in fields and wire.parse_packet(fields["quoted"]).get("sport") == FENCE_ID)
