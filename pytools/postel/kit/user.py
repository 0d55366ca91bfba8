# SPDX-License-Identifier: BSD-2-Clause
"""The IUT's user in a few words: what cases ask of the upper tester again and again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from scapy.packet import Packet

from postel.iut.upper import UpperError
from postel.kit.expect import completed, one_of, timestamp_reply, udp_datagram
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus, icmp
from postel.kit.wire import Fields

USER_PORT, OUR_PORT = 4000, 40000


def bind(lt: LowerTester, port: int = USER_PORT, **keys: object) -> str:
    """The number of a UDP socket that the IUT's user has bound."""
    return lt.call("udp.bind", port=port, **keys)["sock"]


def user_sends(
    lt: LowerTester, sock: str, dst: str = "", *, on: int = 0, sport: int = USER_PORT, data: bytes = b"postel", **keys: Any
) -> Fields:
    """The IUT's user sends a datagram by a socket bound to `sport`; what came out on interface `on`."""
    to = dst or lt.me
    lt.call("udp.send", sock=sock, dst=to, dport=OUR_PORT, data=data, **keys)
    own = one_of(lt.left.iut, lt.right.iut)
    return lt.expect(udp_datagram(src=own, dst=to, sport=sport, dport=OUR_PORT), on=on)


def source_chosen(lt: LowerTester, sock: str, **keys: object) -> str:
    """The source of what the user sends to a neighbour on the left under the address that the IUT has on the right. Who
    refuses that, as the strong model of RFC 1122 3.3.4.2 does, leaves no choice here, and the case does not apply."""
    try:
        lt.call("udp.send", sock=sock, dst=lt.left.lt, dport=OUR_PORT, data=b"postel", **keys)
        sent = lt.answer("udp")
    except UpperError:
        sent = None
    if sent is None:
        lt.not_applicable("the IUT sends nothing by one interface under the address of the other")
    return str(sent["src"])


def timestamp_request(originate: int = 0x00ABCDEF) -> Packet:
    """An ICMP timestamp request (RFC 792)."""
    return icmp(13, rest=bytes([0, 7, 0, 1]), data=originate.to_bytes(4, "big") + bytes(8))


def timestamp_answer(lt: LowerTester, request: Packet | Stimulus) -> Fields:
    """The reply to it; without one the case does not apply, for the service is optional (RFC 1122 3.2.2.8)."""
    lt.send(request)
    reply = lt.answer("timestamp-reply")
    if reply is None:
        lt.stands_on("answers-timestamps")
        lt.not_applicable("the IUT does not answer this timestamp request")
    difference = completed(timestamp_reply(), lt.sent).difference(reply)
    if difference:
        lt.fail("timestamp reply", difference)
    return reply


@contextmanager
def user_of_icmp(lt: LowerTester) -> Iterator[Callable[[], list[bytes]]]:
    """Inside, the IUT's user hears ICMP: what this gives returns the messages that it was brought since it was asked last. Where ICMP has no
    users the case does not apply."""
    try:
        sock = lt.call("ip.bind", protocol=1)["sock"]
    except UpperError:
        lt.not_applicable("no user of the IUT can be one of ICMP")

    def heard() -> list[bytes]:
        return [bytes.fromhex(told["data"]) for told in iter(lambda: lt.delivered("ip.recv"), None)]

    yield heard
    lt.call("ip.close", sock=sock)
    heard()
