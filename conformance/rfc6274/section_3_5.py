# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.5: the identification."""

from itertools import count, pairwise

from postel.kit import *

COUNTER = count(7)
NEAR = 16  # steps that a counter of all that is sent may take from one datagram to the next


@case("RFC6274-3.5-a", needs={"udp"}, stands_on="fragments", violator=changes("fragment", every=True, id=lambda _: next(COUNTER) % 0x10000))
def identifications_are_not_counted_over_all(lt):
    """Identifications are not counted up over all destinations: who gets one cannot tell how much others have been sent."""
    peer_is_known(lt)
    sock, seen = bind(lt), []
    for dst in (lt.me, PEER) * 4:
        lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=counting(LARGE))
        pieces = gathered(lt)
        if not pieces:
            lt.fail("the user's datagram in fragments", "silence")
        seen.append(pieces[0]["id"])
    steps = [(later - earlier) % 0x10000 for earlier, later in pairwise(seen)]
    lt.check("steps from one host's to the other's:", steps, saying("not all small", lambda found: any(not 0 < step <= NEAR for step in found)))


@case("RFC6274-3.5-a", needs={"udp"}, kind=characteristic, stands_on="fragments", violator=changes("fragment", every=True, id=7))
def first_identifications_to_several_hosts(lt):
    """Whether the first identifications that several hosts get are others for each of them."""
    lt.starts_anew()
    sock, first = bind(lt), set()
    hosts = lt.me, PEER, LEFT.host(88)
    for dst in hosts:
        lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=counting(LARGE))
        first |= {piece["id"] for piece in gathered(lt)}
    return "others for each" if len(first) == len(hosts) else "the same for some"


@case("RFC6274-3.5-a", needs={"udp"}, kind=characteristic, stands_on="fragments", violator=changes("fragment", every=True, id=7))
def steps_between_identifications_of_one_host(lt):
    """Whether who gets one identification after the other can tell the next one, also where a step is drawn from the time that has passed."""
    sock, seen = bind(lt), []
    for _ in range(9):
        lt.advance(0.05)
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE))
        seen += sorted({piece["id"] for piece in gathered(lt)})
    steps = {(later - earlier) % 0x10000 for earlier, later in pairwise(seen)}
    return f"steps of {steps.pop()}" if len(steps) == 1 else "steps of several sizes"


@case("RFC6274-3.5-a", needs={"udp", "ip"}, kind=characteristic, stands_on="fragments", violator=changes("fragment", every=True, id=lambda _: next(COUNTER) % 0x10000))
def identifications_of_two_protocols(lt):
    """Whether what two protocols send to one host is counted together."""
    sock, seen = bind(lt), []
    for _ in range(4):
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE))
        seen += sorted({piece["id"] for piece in gathered(lt)})
        lt.call("ip.send", dst=lt.me, protocol=253, data=counting(LARGE))
        seen += sorted({piece["id"] for piece in gathered(lt)})
    steps = [(later - earlier) % 0x10000 for earlier, later in pairwise(seen)]
    return "together" if all(0 < step <= NEAR for step in steps) else "apart"
