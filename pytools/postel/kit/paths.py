# SPDX-License-Identifier: BSD-2-Clause
"""Paths that are narrower than their first hop: what the IUT's user sends along one, and the router that cannot send it on."""

from postel.iut.upper import UpperError
from postel.kit.lower import LowerTester
from postel.kit.packets import counting, icmp
from postel.kit.user import OUR_PORT
from postel.kit.wire import Fields

LEAST = 68  # octets that each path carries
FAR, FAR_TOO = "192.0.2.9", "192.0.2.10"  # behind the gateway


def packets_of(lt: LowerTester, sock: str, size: int, dst: str = FAR, **keys: object) -> list[Fields]:
    """The packets in which the user's datagram of `size` octets of data leaves; none where the IUT refuses it as too long."""
    try:
        lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=counting(size), **keys)
    except UpperError as refusal:
        lt.check("reason of a refusal", refusal.code, "EMSGSIZE")
    lt.settle()
    return lt.take("udp") + lt.take("fragment")


def refusal(lt: LowerTester, sock: str, size: int, dst: str = FAR, **keys: object) -> str:
    """The error by which the IUT refuses the user's datagram of `size` octets of data, "none" where it takes it."""
    try:
        lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=counting(size), **keys)
    except UpperError as refused:
        return refused.code
    return "none"


def too_big(lt: LowerTester, packet: Fields, mtu: int, *, tell: bool = False) -> None:
    """The router says of a packet that left that its link carries `mtu` octets; 0: that it does not, as routers did before RFC 1191.
    With `tell` the case is to see whether the user is told."""
    lt.send(icmp(3, 4, rest=bytes(2) + mtu.to_bytes(2, "big"), data=packet["packet"][:28]))
    while not tell and lt.delivered("icmp.error"):
        pass


def only_packet(lt: LowerTester, sock: str, size: int, dst: str = FAR, **keys: object) -> Fields:
    """The first packet of the user's datagram, of which one must leave."""
    sent = packets_of(lt, sock, size, dst, **keys)
    if not sent:
        lt.fail(f"a datagram of {size} octets of data", "silence")
    return sent[0]


def narrowed(lt: LowerTester, sock: str, mtu: int, dst: str = FAR, *, tell: bool = False) -> Fields:
    """The user has sent a datagram as long as the first link carries, and the path carries `mtu` octets: what the router got."""
    sent = packets_of(lt, sock, lt.room, dst)
    if not sent or not sent[0]["df"]:
        lt.not_applicable("the IUT does not discover the MTU of this path")
    if sent[0]["length"] <= max(mtu, LEAST):
        lt.not_applicable(f"the first link carries {sent[0]['length']} octets")
    too_big(lt, sent[0], mtu, tell=tell)
    return sent[0]


def too_long(packets: list[Fields], mtu: int) -> list[int]:
    """The lengths of those that must not be fragmented and do not fit."""
    return [packet["length"] for packet in packets if packet["df"] and packet["length"] > mtu]
