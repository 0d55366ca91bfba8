# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2644 section 3: directed broadcasts, as a router has them by default, and as it may be told to."""

from postel.kit import *

THERE = RIGHT.broadcast
WAYS = {"for another network": (THERE, LEFT.iut_mac), "for the network that it came by": (LEFT.broadcast, BROADCAST_MAC)}


@case("RFC2644-3-a", role="router", violator=passes())
def not_forwarded_by_default(lt):
    """A directed broadcast is not forwarded onto its network, as long as nobody has configured that."""
    crosses(lt, udp())
    lt.send(transit(udp(), dst=THERE))
    expect_kept(lt, after="a directed broadcast")


@case(
    "RFC2644-3-a", "RFC2644-3-b", role="router", needs=("directed-broadcast", "udp"),
    violators={"RFC2644-3-a": drops("udp"), "RFC2644-3-b": delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel")},
)  # fmt: skip
def forwarded_where_that_is_configured(lt):
    """Where somebody has it is forwarded onto its network, in a frame to all, and not any more when that is taken back."""
    bind(lt)
    lt.set("directed-broadcast", 1)
    lt.send(transit(udp(USER_PORT), dst=THERE))
    expect_passed(lt, eth_dst=BROADCAST_MAC)
    with lt.judging("RFC2644-3-b"):
        lt.send(transit(udp(USER_PORT), dst=LEFT.broadcast, eth_dst=BROADCAST_MAC))
        lt.expect_no_event("udp.recv", after="directed broadcasts that are only to be forwarded")
    lt.set("directed-broadcast", 0)
    lt.send(transit(udp(), dst=THERE))
    expect_kept(lt, after="a directed broadcast that is not to be forwarded any more")


@case(
    "RFC2644-3-b", "RFC3021-3.3-b", role="router", needs="udp",
    violators={
        "RFC2644-3-b": delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"),
        "RFC3021-3.3-b": delivers("udp.recv", sock=1, nth=1, src=LEFT.lt, data=b"postel"),
    },
)  # fmt: skip
def not_received_by_default(lt):
    """Nor is one received, for whichever of the router's networks, as long as nobody has configured that."""
    bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel")
    for (dst, mac), row in zip(WAYS.values(), ("RFC2644-3-b", "RFC3021-3.3-b"), strict=True):
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=mac))
        with lt.judging(row):
            lt.expect_no_event("udp.recv", after=f"a datagram to {dst}")
    lt.send(probe(udp(USER_PORT), dst="255.255.255.255", eth_dst=BROADCAST_MAC))
    lt.expect_event("udp.recv", data=b"postel")


@case("RFC2644-3-c", role="router", kind=characteristic, needs="udp", violator=drops("udp"))
def options_for_directed_broadcasts(lt):
    """Which directed broadcasts a router can be told to forward and to receive: what becomes of them by default, and where the switches are on."""
    bind(lt)
    found = [fates(lt)]
    for name in "directed-broadcast", "receive-directed-broadcast":
        if lt.tried("set", name=name, value=1).get("code"):
            continue
        found.append(f"with {name}: {fates(lt)}")
        lt.tried("set", name=name, value=0)
    return "; ".join(found)


def fates(lt):
    """What becomes of one for each network."""
    words = []
    for name, (dst, mac) in WAYS.items():
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=mac))
        done = ["forwarded"] * len(lt.crossing()) + ["received"] * bool(lt.delivered("udp.recv"))
        lt.forget()
        words.append(f"{name} {' and '.join(done) or 'neither'}")
    return ", ".join(words)


@case("RFC2644-3-e", role="router", kind=characteristic, needs="udp", violator=drops("udp"))
def directed_broadcasts_that_a_router_sends(lt):
    """Whether a router's user may send to all on one of its networks."""
    try:
        lt.call("udp.send", sock=bind(lt), dst=THERE, dport=OUR_PORT, data=b"postel")
    except UpperError as refused:
        return refused.code
    lt.settle(probe_anyway=True)
    return "sent" if lt.take("udp", on=1) else "not sent"
