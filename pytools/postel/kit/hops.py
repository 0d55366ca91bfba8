# SPDX-License-Identifier: BSD-2-Clause
"""First hops: where the IUT sends what is for far away, and Redirects that change it."""

from collections.abc import Iterable
from typing import Any

from scapy.packet import Packet

from postel.kit import wire
from postel.kit.arp import OTHER_MAC, PEER, PEER_MAC, arp
from postel.kit.expect import arp_reply, arp_request, echo_reply
from postel.kit.lower import LowerTester
from postel.kit.packets import IP, Stimulus, echo, icmp, probe
from postel.kit.user import user_sends
from postel.kit.wire import Fields
from postel.lab.addresses import LEFT


def peer_is_known(lt: LowerTester) -> None:
    """PEER has asked the IUT for its MAC, so the IUT knows PEER's."""
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))


def asked_for(lt: LowerTester, near: str, *waiting: Packet, on: int = 0, **request: Any) -> None:
    """The IUT asks for the MAC of `near`, by such a request, since what answers these has to go there. RFC 1122 2.3.2.1 wants a limit
    for each address; a stack that asks once a second, whoever for, keeps it, and has another second."""
    lt.send(*waiting, on=on)
    if not lt.comes("arp-request", tpa=near):
        lt.send(*waiting, on=on)
    for asked in lt.unasked:
        if asked["kind"] == "arp-request" and (asked["spa"], asked["tpa"]) == ("0.0.0.0", near):
            with lt.judging("RFC826-Generation-a"):
                lt.fail("a request that says who asks", wire.summary(asked), asked["frame_number"])
    lt.expect(arp_request(tpa=near, **request), on=on)


def expect_no_question(lt: LowerTester, *about: str, after: str) -> None:
    """The IUT has not asked for the MAC of any of these. It may have for others: nobody is kept from asking again for whom he knows."""
    lt.settle()
    lt.check(f"requests after {after}", [request["tpa"] for request in lt.take("arp-request") if request["tpa"] in about], [])


def resolved(lt: LowerTester, near: str = PEER, on: int = 0, **request: Any) -> Fields:
    """The reply to a neighbour that the IUT has to ask for first, by such a request."""
    lt.hosts.strangers.add(near)
    asking = IP(src=near) / echo()
    asked_for(lt, near, asking, on=on, **request)
    lt.again(asking, on=on)
    reply = lt.expect(echo_reply(), on=on)
    while lt.answer("echo-reply"):
        pass  # to what was sent again
    return reply


def first_hop(lt: LowerTester, far: str, **said: Any) -> str:
    """The MAC to which the IUT sends what is for `far`, seen from its answer to an echo request."""
    asking = probe(IP(src=far) / echo(), **said)
    lt.send(asking)
    lt.again(asking)
    return str(lt.expect(echo_reply())["eth_dst"])


def replies_to(lt: LowerTester, hosts: Iterable[str]) -> dict[str, Fields]:
    """The IUT's answers to echo requests that come from each of these at once."""
    lt.send(*(probe(echo(), src=far) for far in hosts))
    return {str(reply["dst"]): reply for reply in iter(lambda: lt.answer("echo-reply"), None)}


def redirect(lt: LowerTester, far: str, to: str = PEER, code: int = 1, **said: Any) -> None:
    """The IUT's answer to `far`, which goes through the gateway, is met by a Redirect to `to`."""
    lt.send(IP(src=far) / echo())
    reply = lt.expect(echo_reply(eth_dst=lt.mac))
    lt.send(probe(icmp(5, code, rest=wire.address_octets(to), data=reply["packet"][:28]), **said))


def redirected(lt: LowerTester, sock: str, far: str, *, tos: int, code: int, to: str = PEER, by: str = "") -> tuple[str, str]:
    """What the IUT's user sends to `far` with a type of service is met by a Redirect to `to`, from the gateway that it went to (`by`,
    where that is not the default one). The MACs to which such a datagram goes then, and one of another type of service."""
    sent = user_sends(lt, sock, far, tos=tos)
    lt.send(probe(icmp(5, code, rest=wire.address_octets(to), data=sent["packet"][:28]), src=by or lt.me))
    one, another = (str(user_sends(lt, sock, far, tos=each)["eth_dst"]) for each in (tos, 0 if tos else 8))
    return one, another


OTHER = LEFT.host(78)


def two_gateways(lt: LowerTester) -> None:
    """The IUT has two default gateways in place of the lab's: PEER, which it prefers, and OTHER. It knows the MACs of both."""
    lt.neighbours[OTHER] = OTHER_MAC
    for who, mac in (PEER, PEER_MAC), (OTHER, OTHER_MAC):
        lt.send(arp(spa=who, sha=mac))
        lt.expect(arp_reply(tpa=who))
    lt.add("route", net="0.0.0.0", len=0, gateway=PEER, preference=1)
    lt.add("route", net="0.0.0.0", len=0, gateway=OTHER, preference=2)
    without_gateway(lt)


def without_gateway(lt: LowerTester) -> None:
    """The IUT has no default route by the lab's gateway any more."""
    lt.remove("route", net="0.0.0.0", len=0, gateway=lt.me)
