# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.1.2: The order of the steps for unicasts."""

from postel.kit import *

NOWHERE = "203.0.113.0"
ENDS = {"ttl": 1}


@case("RFC1812-5.2.1.2-a", role="router", needs=("route", "mtu"), stands_on="ends-time-to-live", violator=changes("unreachable", nth=1, type=11, code=0))
def first_step_that_fails_is_reported(lt):
    """Of a packet with which more is wrong than one thing what is wrong first is reported: its way, its time to live, its length, its last hop."""
    lt.set("mtu", 576, iface=1)
    lt.add("route", net=NOWHERE, len=24, type="prohibit")
    long = echo(data=counting(700))
    wrong = {
        "prohibited, too long, at its end": (probe(long, dst="203.0.113.9", df=1, ttl=1), unreachable(13, src=anything)),
        "too long, at its end": (probe(long, dst=lt.right.lt, df=1, ttl=1), time_exceeded(0, src=anything)),
        "for nobody, at its end": (probe(echo(), dst=lt.right.host(9), ttl=1), time_exceeded(0, src=anything)),
        "too long, for nobody": (probe(long, dst=lt.right.host(9), df=1), unreachable(4, src=anything)),
        "for a better way, at its end": (probe(echo(), src=LEFT.host(90), dst=FAR, ttl=1), time_exceeded(0, src=anything)),
    }  # fmt: skip
    for stimulus, error in lt.each(wrong):
        lt.send(stimulus)
        lt.expect(error)


@case("RFC1812-5.2.1.2-b", role="router", needs=("route", "mtu"), stands_on="fragments", violator=changes("fragment", nth=1, eth_dst=OTHER_MAC))
def fragments_leave_by_one_interface(lt):
    """All fragments of a datagram leave by the same interface, to the same neighbour, whatever ways there are."""
    for iface, gateway in (0, PEER), (1, lt.right.lt):
        lt.set("mtu", 576, iface=iface)
        lt.add("route", net=NOWHERE, len=24, gateway=gateway)
    for host in range(1, 9):
        lt.send(probe(udp(data=counting(1400)), src=f"198.51.100.{host}", dst=f"203.0.113.{host}"))
        lt.settle(probe_anyway=True)
        pieces = lt.take("fragment")
        lt.check("ways of its fragments", len({(piece["iface"], piece["eth_dst"]) for piece in pieces}), 1)
        lt.check("octets of them all", sum(len(piece["payload"]) for piece in pieces), 1408)
