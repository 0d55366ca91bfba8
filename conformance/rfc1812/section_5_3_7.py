# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.7: martians. They come by the right interface, from which the default route leads back out on the left, so that each could be passed on."""

from postel.kit import *

SOURCES = {
    "zeros": "0.0.0.0", "a host on this network": "0.0.0.5", "network 0": "0.1.2.3", "everybody": "255.255.255.255", "a group": "224.0.0.5",
    "class E": "240.0.0.1", "all on the other side": LEFT.broadcast, "all where it came from": RIGHT.broadcast,
}  # fmt: skip
NOWHERE = {"zeros": "0.0.0.0", "a host on this network": "0.0.0.5", "network 0": "0.1.2.3", "class E": "240.0.0.1", "the last of class E": "255.255.255.254"}
LOOPBACK = ("127.0.0.1", "127.9.9.9", "127.255.255.255")
FAR = "192.0.2.9"


def passes_but_for(lt, **fault):
    """What comes from the right for far away passes; with this fault nothing of it does."""
    crosses(lt, transit(dst=FAR), on=1, out=0)
    stays(lt, transit(**{"dst": FAR} | fault), on=1, after=", ".join(fault.values()))


@case("RFC1812-5.3.7-a", role="router", violator=passes(on=0))
def sources_that_cannot_be(lt):
    """What claims to come from no one host, or from network 0, is not passed on."""
    for src in lt.each(SOURCES):
        passes_but_for(lt, src=src)


@case("RFC1812-5.3.7-b", role="router", violator=passes(on=0))
def sources_of_loopback(lt):
    """What claims to come from network 127 is not passed on."""
    for src in lt.each(LOOPBACK, "source"):
        passes_but_for(lt, src=src)


@case("RFC1812-5.3.7-c", role="router", violator=passes(on=0))
def destinations_that_cannot_be(lt):
    """What is for network 0, or for an address of class E, is not passed on."""
    for dst in lt.each(NOWHERE):
        passes_but_for(lt, dst=dst)


@case("RFC1812-5.3.7-d", role="router", violator=passes(on=0))
def destinations_of_loopback(lt):
    """What is for network 127 is not passed on."""
    for dst in lt.each(LOOPBACK, "destination"):
        passes_but_for(lt, dst=dst)


@case("RFC1812-5.3.7-g", role="router", demands="log", violator=alters("log", nth=1, data=b"postel"))
def martians_are_logged(lt):
    """What is not passed on for its addresses stands in the log, by which both can be read."""
    lt.set("log", 1)
    for fault in lt.each(({"src": "127.0.0.1"}, {"src": "240.0.0.1"}, {"dst": "127.0.0.1"}, {"dst": "0.0.0.5"})):
        lt.send(transit(**{"dst": FAR} | fault), on=1)
        expect_logged(lt)


@case("RFC1812-5.3.7-h", kind=characteristic, role="router", needs="forward-martians", violator=drops("echo-request"))
def martians_that_are_let_through(lt):
    """For which of the addresses that nobody should have something is passed on, where a switch says so."""
    lt.set("forward-martians", 1)
    found = []
    for name, dst in {"class E": "240.0.0.1", "network 0": "0.0.0.5", "network 127": "127.9.9.9"}.items():
        lt.send(transit(dst=dst), on=1)
        found += [name] if lt.answer("echo-request") else []
        lt.forget()
    return ", ".join(found) or "none"


@case("RFC1812-5.3.7-e", role="router", needs="forward-martians", violator=passes(on=0))
def martians_are_stopped_at_first(lt):
    """Where there is a switch that lets martians through it is off until somebody turns it on."""
    lt.check("forward-martians", lt.get("forward-martians"), 0)
    for fault in {"src": "127.9.9.9"}, {"dst": "127.9.9.9"}:
        passes_but_for(lt, **fault)


@case("RFC1812-5.3.7-a", "RFC1812-5.3.7-b", role="router", needs=OF_GROUPS, violators={
    "RFC1812-5.3.7-a": passes(eth_dst=group_mac(GROUP)), "RFC1812-5.3.7-b": passes(eth_dst=group_mac(GROUP), where={"src": LOOPBACK[0]})})
def sources_of_multicasts_that_cannot_be(lt):
    """What claims to come from no one host is not passed on for being for a group."""
    routes_groups(lt)
    for src in lt.each([*SOURCES.values(), *LOOPBACK], "source"):
        spreads(lt)
        with lt.judging("RFC1812-5.3.7-b" if src in LOOPBACK else "RFC1812-5.3.7-a"):
            ends_in_silence(lt, for_group(src=src), after=f"a multicast from {src}")
