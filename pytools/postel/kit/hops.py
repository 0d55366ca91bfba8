# SPDX-License-Identifier: BSD-2-Clause
"""First hops: where the IUT sends what is for far away, and Redirects that change it."""

from typing import Any

from postel.kit import wire
from postel.kit.arp import PEER, arp
from postel.kit.expect import arp_reply, echo_reply
from postel.kit.lower import LowerTester
from postel.kit.packets import IP, echo, icmp, probe


def peer_is_known(lt: LowerTester) -> None:
    """PEER has asked the IUT for its MAC, so the IUT knows PEER's."""
    lt.send(arp())
    lt.expect(arp_reply(tpa=PEER))


def first_hop(lt: LowerTester, far: str, **said: Any) -> str:
    """The MAC to which the IUT sends what is for `far`, seen from its answer to an echo request."""
    lt.send(probe(IP(src=far) / echo(), **said))
    return str(lt.expect(echo_reply())["eth_dst"])


def redirect(lt: LowerTester, far: str, to: str = PEER, code: int = 1, **said: Any) -> None:
    """The IUT's answer to `far`, which goes through the gateway, is met by a Redirect to `to`."""
    lt.send(IP(src=far) / echo())
    reply = lt.expect(echo_reply(eth_dst=lt.mac))
    lt.send(probe(icmp(5, code, rest=wire.address_octets(to), data=reply["packet"][:28]), **said))
