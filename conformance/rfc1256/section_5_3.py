# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1256 sections 4 to 6: Router discovery by a host that was told to."""

import struct

from postel.kit import *

FAR, OTHER = "192.0.2.9", LEFT.host(88)
NEVER, HIGHEST = -(2**31), 2**31 - 1  # preferences
CAN = ("router-discovery", "route")
SOLICITATION, OTHERS_MAC = "icmp-10", "02:00:00:00:00:01"


def discover(lt, alone=True):
    """Routers are discovered on the left; `alone`: no other default router is configured."""
    if alone:
        lt.remove("route", net="0.0.0.0", len=0, gateway=lt.me)
    lt.hosts.macs |= {PEER: PEER_MAC, OTHER: OTHER_MAC}
    lt.set("router-discovery", 1, iface=0)


def advertise(lt, *routers, lifetime=1800, code=0, words=2, count=None, cut=None, more=b"", on=0, **said):
    """A router says to all hosts which routers there are: addresses, each with its preference."""
    lt.stands_on("takes-groups")
    entries = b"".join(address_octets(addr) + struct.pack(">i", wanted) + bytes(4 * max(0, words - 2)) for addr, wanted in routers)
    rest = struct.pack(">BBH", len(routers) if count is None else count, words, lifetime)
    lt.send(probe(icmp(9, code, rest=rest, data=(entries + more)[:cut]), dst="224.0.0.1", eth_dst="01:00:5e:00:00:01", **said), on=on)


def no_way(lt, after):
    """What is for far away goes nowhere."""
    lt.send(IP(src=FAR) / echo())
    lt.expect_silence(after=after, of="echo-reply")


def solicitations(lt, seconds, on=0):
    """Those that come in so many seconds."""
    lt.advance(seconds)
    return [sent for sent in iter(lambda: lt.answer(SOLICITATION), None) if sent["iface"] == on]


def any_solicitation(lt):
    """The first one; a host need not send any."""
    found = solicitations(lt, 1.1)
    if not found:
        lt.not_applicable("the IUT solicits no router within a second, and need not")
    return found[0]


@case("RFC1256-6-a", kind=characteristic, needs="router-discovery", violator=drops(SOLICITATION))
def how_often_routers_are_solicited(lt):
    """How many solicitations a host sends that discovers routers, where nobody answers."""
    discover(lt, alone=False)
    return f"{len(solicitations(lt, 12))} in 12 s"


@case("RFC1256-5.3-c", needs="router-discovery", violator=adds("echo-reply", to="echo-reply", type=10, code=0, data=b""))
def solicitations_are_spaced(lt):
    """The first comes within a second, the next one three seconds after that, if there is one."""
    discover(lt, alone=False)
    any_solicitation(lt)
    lt.send(echo())
    lt.expect(echo_reply())
    lt.check("solicitations less than three seconds after the first", len(solicitations(lt, 1.7)), 0)
    lt.check("solicitations in the second when one is due", len(solicitations(lt, 1.5)), at_most(1))


@case("RFC1256-5.3-d", needs="router-discovery", violator=answers("echo-reply", type=10, code=0, data=b""))
def who_knows_a_router_solicits_no_more(lt):
    """When a neighbour has advertised itself there are no more solicitations."""
    discover(lt, alone=False)
    any_solicitation(lt)
    advertise(lt, (PEER, 0), src=PEER, eth_src=PEER_MAC)
    lt.expect_silence(after="an advertisement", of=SOLICITATION)
    lt.check("solicitations in ten seconds", len(solicitations(lt, 10)), 0)


@case("RFC1256-5.3-e", needs="router-discovery", violator=changes(SOLICITATION, dst="224.0.0.9", eth_dst="01:00:5e:00:00:09"))
def addresses_of_a_solicitation(lt):
    """A solicitation comes from the interface's address, or from none, and goes to all routers or to everybody."""
    discover(lt, alone=False)
    sent = any_solicitation(lt)
    lt.check("source", sent["src"], one_of(lt.iut, "0.0.0.0"))
    lt.check("destination", sent["dst"], one_of("224.0.0.2", "255.255.255.255"))


@case("RFC1256-4-a", needs="router-discovery", violator=changes(SOLICITATION, rest=b"\0\0\0\1"))
def form_of_a_solicitation(lt):
    """It is of code 0, with zeros in its second word, and lives for one hop where it goes to a group."""
    discover(lt, alone=False)
    sent = any_solicitation(lt)
    lt.check("code and second word", (sent["code"], sent["rest"].hex()), (0, "00000000"))
    lt.check("time to live", sent["ttl"], 1 if sent["dst"].startswith("224.") else at_least(1))


@case("RFC1256-5.1-b", needs=["router-discovery", "two-interfaces"], demands="solicitation-address", violator=ignores("set", nth=1))
def each_interface_has_its_own_choice(lt):
    """Whether routers are discovered, and whom they are asked for, is set for one interface, and holds for no other."""
    lt.set("solicitation-address", "255.255.255.255", iface=1)
    lt.set("router-discovery", 1, iface=1)
    sent = solicitations(lt, 1.1, on=1)
    lt.check("destinations of solicitations on the right", {each["dst"] for each in sent}, {"255.255.255.255"})
    lt.expect_silence(after="discovery on the right", of=SOLICITATION)


FAULTS = {
    "code 1": {"code": 1}, "no addresses": {"count": 0}, "entries of one word": {"words": 1, "more": bytes(4)}, "one address more than there is": {"count": 2},
    "an entry that is cut": {"cut": 7}, "long entries that are cut": {"words": 4, "cut": 12}, "a wrong checksum": {"icmp_checksum": 1},
}  # fmt: skip


@case("RFC1256-6.1-a", needs=CAN, violator=answers("echo-reply", nth=3))
def invalid_advertisements_are_discarded(lt):
    """What is wrong in its code, its counts or its length names no router; the same without the fault does."""
    discover(lt)
    for name, fault in FAULTS.items():
        if "icmp_checksum" in fault:
            lt.stands_on("checks-icmp-checksums")
        advertise(lt, (PEER, 0), **{"words": 2} | fault)
        no_way(lt, after=name)
    advertise(lt, (PEER, 0))
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1256-6.1-a", kind=characteristic, needs=["router-discovery", "counters"], violator=keeps("counters"))
def counters_of_invalid_advertisements(lt):
    """By which counters a user is told of them."""
    discover(lt, alone=False)
    usual = risen(lt, lambda lt: advertise(lt, (PEER, 0)))
    return told_by(lt, usual, {name: lambda lt, fault=fault: advertise(lt, (PEER, 0), **fault) for name, fault in FAULTS.items()})


@case("RFC1256-5.2-c", needs=CAN, violator=changes("echo-reply", eth_dst=OTHERS_MAC))
def what_is_behind_an_entry_is_ignored(lt):
    """Entries may be longer than two words, and there may be more behind the last."""
    discover(lt)
    advertise(lt, (OTHER, 0), (PEER, 5), words=4, more=b"postel")
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1256-6.1-b", needs=CAN, violator=changes("echo-reply", eth_dst=OTHERS_MAC))
def routers_that_are_none_for_us(lt):
    """An address off the subnet, and one of the lowest preference, is no default router, however it is advertised."""
    discover(lt)
    lt.hosts.macs["203.0.113.1"] = OTHER_MAC
    advertise(lt, ("203.0.113.1", HIGHEST), (OTHER, NEVER))
    no_way(lt, after="an advertisement of nobody that could be used")
    advertise(lt, ("203.0.113.1", HIGHEST), (OTHER, NEVER), (PEER, NEVER + 1))
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1256-5.3-b", needs=CAN, violator=answers("echo-reply", nth=1))
def nothing_is_discovered_unless_it_is_told(lt):
    """Where routers are not discovered nothing is solicited, and advertisements change nothing; where they are they do."""
    discover(lt)
    lt.set("router-discovery", 0, iface=0)
    advertise(lt, (PEER, 0))
    no_way(lt, after="an advertisement that nobody wants")
    lt.check("solicitations in four seconds", len(solicitations(lt, 4)), 0)
    lt.set("router-discovery", 1, iface=0)
    advertise(lt, (PEER, 0))
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1256-5.3-f", needs=[*CAN, "vtime"], violator=answers("echo-reply", nth=2))
def router_is_forgotten_with_its_lifetime(lt):
    """A router is used for its lifetime, which each advertisement begins anew, and no longer."""
    discover(lt)
    for _ in range(2):
        advertise(lt, (PEER, 0), lifetime=60)
        lt.advance(58)
        lt.check("first hop", first_hop(lt, FAR), PEER_MAC)
    lt.advance(4)
    no_way(lt, after="62 seconds")


@case("RFC1256-5.3-f", needs=[*CAN, "vtime"], violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def each_router_has_its_own_lifetime(lt):
    """The one whose time is over is not used any more, while another's goes on."""
    discover(lt)
    advertise(lt, (OTHER, -5))
    advertise(lt, (PEER, 0), lifetime=60)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)
    lt.advance(62)
    lt.check("first hop after 62 seconds", first_hop(lt, FAR), OTHER_MAC)


@case("RFC1256-6.1-b", needs=[*CAN, "two-interfaces"], violator=changes("echo-reply", eth_dst=OTHERS_MAC))
def routers_of_another_link(lt):
    """What is said on one link of a router of another, that it is gone as well, changes nothing."""
    discover(lt)
    lt.set("router-discovery", 1, iface=1)
    advertise(lt, (PEER, 0))
    advertise(lt, (PEER, 0), lifetime=0, on=1)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1256-5.3-g", needs=["router-discovery", "vtime"], violator=drops("echo-reply", nth=1))
def configured_routers_stay(lt):
    """A configured router that is advertised as well, for a second, is there when that is over."""
    discover(lt, alone=False)
    lt.check("first hop", first_hop(lt, FAR), lt.mac)
    advertise(lt, (lt.me, 5), lifetime=1)
    lt.advance(5)
    lt.check("first hop", first_hop(lt, FAR), lt.mac)


@case("RFC1256-5.3-h", needs=CAN, violator=changes("echo-reply", eth_dst=OTHERS_MAC))
def preferred_routers_are_kept(lt):
    """However many routers there are, the one that wants to be used most is."""
    discover(lt)
    advertise(lt, (OTHER, 0))
    for last in range(100, 160, 20):
        advertise(lt, *((LEFT.host(number), number) for number in range(last, last + 20)))
    advertise(lt, (PEER, 1000))
    advertise(lt, *((LEFT.host(number), 5) for number in range(200, 220)))
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)
    lt.hosts.macs |= {LEFT.host(159): OTHER_MAC, PEER: PEER_MAC}
    advertise(lt, (PEER, 1000), lifetime=0)
    lt.check("first hop after that router has gone", first_hop(lt, FAR), OTHER_MAC)


@case("RFC1256-5.3-d", kind=characteristic, needs=["router-discovery", "vtime"], violator=drops(SOLICITATION, nth=1))
def what_ends_the_solicitations(lt):
    """How many more solicitations there are after an advertisement: of nobody on the subnet, of one of the lowest preference, of another."""
    found = []
    for name, router in {"off the subnet": ("203.0.113.1", 0), "of the lowest preference": (OTHER, NEVER), "another": (OTHER, 1)}.items():
        lt.set("router-discovery", 0, iface=0)
        lt.set("router-discovery", 1, iface=0)
        solicitations(lt, 1.1)
        advertise(lt, router)
        found.append(f"{name}: {len(solicitations(lt, 9))}")
    return ", ".join(found)


def forty_routers(lt, least):
    """Those that are kept of as many that are advertised, of these preferences and up."""
    discover(lt, alone=False)
    for first in (least, least + 20):
        advertise(lt, *((LEFT.host(number), number) for number in range(first, first + 20)))
    return advertised(lt)


def advertised(lt):
    """The default routers that the host lists, but for the configured one."""
    return {str(each["gateway"]) for each in lt.listed("route") if each["len"] == 0} - {lt.me}


@case("RFC1256-5.3-h", kind=characteristic, needs=CAN, violator=ignores("set"))
def routers_that_are_kept(lt):
    """How many routers are kept, which of them when there are more, and how many after a reset and when discovery ends."""
    kept = forty_routers(lt, 100)
    best = kept == {LEFT.host(140 - number) for number in range(1, len(kept) + 1)}
    advertise(lt, (LEFT.host(99), -5), (LEFT.host(139), 139))
    more = "the same" if advertised(lt) == kept else "others"
    lt.starts_anew()
    again = len(forty_routers(lt, 60))
    lt.set("router-discovery", 0, iface=0)
    return f"{len(kept)}, {'the preferred ones' if best else 'others'}; after one more {more}; after a reset {again}; at the end {len(advertised(lt))}"


@case("RFC1256-6.1-b", needs=CAN, violator=changes("echo-reply", eth_dst=OTHERS_MAC))
def preferences_have_a_sign(lt):
    """A preference below zero is less than one above."""
    discover(lt)
    advertise(lt, (OTHER, -1), (PEER, 5))
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1256-5.3-g", needs=CAN, violator=changes("echo-reply", eth_dst=PEER_MAC))
def configured_routers_keep_their_preference(lt):
    """What an advertisement says of a configured router does not make it preferred to others that are configured."""
    discover(lt)
    for preference, router in enumerate((lt.me, PEER), 5):
        lt.add("route", net="0.0.0.0", len=0, gateway=router, preference=preference)
    advertise(lt, (PEER, HIGHEST))
    lt.check("first hop", first_hop(lt, FAR), lt.mac)
