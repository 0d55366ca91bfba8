# SPDX-License-Identifier: BSD-2-Clause
"""The counters of RFC 1213's groups ip, icmp and udp, by the names that it gives them."""

_ICMP = "DestUnreachs TimeExcds ParmProbs SrcQuenchs Redirects Echos EchoReps Timestamps TimestampReps AddrMasks AddrMaskReps".split()
GROUPS: dict[str, list[str]] = {  # after the group's own name
    "ip": (
        "InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes "
        "ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates RoutingDiscards"
    ).split(),
    "icmp": [f"{way}{kind}" for way in ("In", "Out") for kind in ("Msgs", "Errors", *_ICMP)],
    "udp": ["InDatagrams", "NoPorts", "InErrors", "OutDatagrams"],
}
NAMES = [f"{group}{name}" for group, names in GROUPS.items() for name in names]
