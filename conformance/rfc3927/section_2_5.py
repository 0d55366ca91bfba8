# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3927 sections 1.5 and 2.5: conflicts about a link-local address that is in use."""

from postel.kit import *

NEEDS = ["address", "link-local", "vtime"]
STANDS = "tests-link-local-addresses"
NEIGHBOUR = "169.254.7.7"


def is_answered_for(lt, address):
    """Whether a link-local neighbour that asks for it is answered."""
    lt.send(arp(spa=NEIGHBOUR, tpa=address))
    if lt.answer("arp-reply"):
        return "in use"
    lt.lacks("answers-arp")
    return "left"


@case("RFC3927-2.5-c", needs=NEEDS, stands_on=STANDS, violator=drops("announcement", nth=2, every=True))
def conflicts_are_never_ignored(lt):
    """Who claims a link-local address in use is met by an announcement, or by another choice."""
    own = chosen(lt)
    contest(lt, own)
    done = "defended" if claims(lt, "announcement", own) else is_answered_for(lt, own)
    lt.check("the address", done, one_of("defended", "left"))


@case("RFC3927-2.5-a", needs=NEEDS, stands_on=STANDS, violator=adds("announcement", to="arp-request", nth=2))
def address_is_defended_once(lt):
    """It is given up, or defended by no more than one announcement in ten seconds."""
    own = chosen(lt)
    contest(lt, own)
    lt.advance(9)
    contest(lt, own)
    lt.check("announcements in ten seconds:", len(claims(lt, "announcement", own)), at_most(1))


@case("RFC3927-2.5-b", "RFC3927-1.5-a", needs=NEEDS, stands_on=STANDS, violators={
    "RFC3927-2.5-b": adds("announcement", to="arp-request", nth=2), "RFC3927-1.5-a": drops("probe", nth=3, every=True)})  # fmt: skip
def second_conflict_ends_the_use(lt):
    """When it is contested again within ten seconds it is left at once, and another is chosen."""
    own = chosen(lt)
    contest(lt, own)
    contest(lt, own)
    lt.check("announcements, one at most:", len(claims(lt, "announcement", own)), at_most(1))
    lt.check("after the second conflict the address is", is_answered_for(lt, own), "left")
    with lt.judging("RFC3927-1.5-a"):
        lt.advance(1.1)
        lt.check("what is tried next:", {"another" if probe["tpa"] != own else own for probe in claims(lt, "probe")}, {"another"})


@case("RFC3927-2.5-f", "RFC3927-2.5-g", kind=characteristic, needs=NEEDS, stands_on=STANDS, violator=drops("announcement", nth=2))
def what_becomes_of_a_contested_address(lt):
    """Whether a link-local address is given up at the first conflict, or defended once."""
    own = chosen(lt)
    contest(lt, own)
    return "defended" if claims(lt, "announcement", own) else "given up"


@case("RFC3927-2.5-e", needs=NEEDS, stands_on=STANDS, violator=changes("arp-reply", eth_dst=PEER_MAC))
def replies_are_broadcast(lt):
    """ARP packets whose sender has a link-local address go to all, replies as well, so that conflicts are seen."""
    own = chosen(lt)
    lt.send(arp(spa=NEIGHBOUR, tpa=own))
    lt.expect(arp_reply(spa=own, tha=PEER_MAC, eth_dst=BROADCAST_MAC))


@case("RFC3927-6.1-a", needs=[*NEEDS, "conflict"], stands_on=STANDS, violator=loses("conflict", nth=1))
def user_sees_that_the_address_has_changed(lt):
    """Who runs the host is told that its address is contested, and finds it gone."""
    own = chosen(lt)
    for _ in range(2):
        contest(lt, own)
        lt.expect_event("conflict", addr=own, mac=OTHER_MAC.replace(":", ""))
    lt.check("the address among the host's:", [each["addr"] for each in lt.listed("address", iface=0) if each["addr"] == own], [])


@case("RFC3927-3.4-a", needs=[*NEEDS, "two-interfaces"], stands_on=STANDS, violator=drops("arp-reply"))
def other_links_are_no_conflict(lt):
    """Who claims the address on another link, or is a packet of the interface's own that comes back, is no conflict."""
    own = chosen(lt)
    contest(lt, own, on=1)
    contest(lt, own, mac=lt.iut_mac)
    lt.check("announcements", len(claims(lt, "announcement", own)), 0)
    lt.check("the address is", is_answered_for(lt, own), "in use")


@case("RFC3927-3.4-b", needs=[*NEEDS, "two-interfaces"], stands_on=STANDS, violator=changes("announcement", every=True, spa=AS_FIRST, tpa=AS_FIRST))
def two_interfaces_on_one_link(lt):
    """Two interfaces of a host on one link end up with different addresses."""
    for iface in (0, 1):
        chooses(lt, iface)
    own = {}
    for _ in range(13):
        lt.advance(1)
        for said in claims(lt, "probe") + claims(lt, "announcement"):
            own |= {said["iface"]: said["spa"]} if said["spa"] != "0.0.0.0" else {}
            lt.send(said["frame"], on=1 - said["iface"])
    lt.check("different addresses of two interfaces:", len(set(own.values())), 2)


@case("RFC3927-2.5-d", needs=[*NEEDS, "tcp"], stands_on=STANDS, violator=drops("protocol-6", nth=2))
def connections_are_reset_before_the_address_is_left(lt):
    """Who leaves a link-local address resets the connections that it has there."""
    own = chosen(lt)
    end, _ = opens(lt, NEIGHBOUR, addr=own)
    contest(lt, own)
    contest(lt, own)
    claims(lt, "announcement", own)
    lt.check("after the second conflict the address is", is_answered_for(lt, own), "left")
    reset = [sent for sent in lt.take("protocol-6") if sent["src"] == own and segment_of(sent).flags & RST]
    lt.check("resets", len(reset), at_least(1))
    lt.expect_event("tcp.closed", sock=end.sock)


@case("RFC3927-2.5-b", needs=[*NEEDS, "defend"], stands_on=STANDS, violator=adds("announcement", to="arp-request", nth=2))
def second_conflict_ends_the_use_whatever_is_defended(lt):
    """So it is where the user has addresses of other kinds kept whoever claims them."""
    lt.set("defend", 2)
    own = chosen(lt)
    for _ in range(3):
        contest(lt, own)
    lt.check("announcements, one at most:", len(claims(lt, "announcement", own)), at_most(1))
    lt.check("after the third conflict the address is", is_answered_for(lt, own), "left")
