# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1256 section 4: Router discovery by routers: what they advertise, when, and whom they answer."""

from postel.kit import *
from postel.kit.advertised import (
    FIRST, INTERVAL, KIND, NEVER, SOON, TO_ALL, advertises, asks, heard, in_words, is_quiet, late, next_one, none_comes,
)  # fmt: skip

CAN = ["advertise", "vtime"]
AGAIN, HOUR = LEFT.host(88), 3600.0
SPREAD = 3  # seconds by which intervals drawn from 150 differ, but for five times in a million
HERE = {"src": LEFT.iut}
FULL = b"\1\2\7\x08"  # of an advertisement: one address of two words, for 1800 seconds


@case("RFC1256-5.1-a", "RFC1812-4.3.3.10-a", role="router", needs=CAN,
      violators={"RFC1256-5.1-a": changes(KIND, where=HERE, rest=b"\1\2\7\x07"), "RFC1812-4.3.3.10-a": changes(KIND, where=HERE, src=RIGHT.iut)})  # fmt: skip
def each_interface_is_advertised(lt):
    """By each of its interfaces a router tells all hosts, or everybody, its address there, for half an hour."""
    for lab in lt.each({f"interface {each.index}": each for each in links(lt)}, "interface"):
        advertises(lt, on=lab.index)
        said = next_one(lt, FIRST, on=lab.index)
        lt.check("destination", said.fields["dst"], one_of(*TO_ALL))
        lt.check("its MAC", said.fields["eth_dst"], TO_ALL[said.fields["dst"]])
        with lt.judging("RFC1812-4.3.3.10-a"):
            lt.check("source", said.fields["src"], lab.iut)
            lt.check("routers", said.words, in_words({lab.iut: 0}))
        lt.check("lifetime", said.lifetime, 1800)


@case("RFC1256-5.1-a", role="router", needs=CAN, violator=changes(KIND, where=HERE, code=1))
def form_of_an_advertisement(lt):
    """It has code 0, entries of two words, as many as it says and no more, and lives for one hop where it goes to a group."""
    advertises(lt)
    said = next_one(lt, FIRST).fields
    lt.check("code, entries and their words", (said["code"], *said["rest"][:2]), (0, 1, 2))
    lt.check("octets", len(said["payload"]), 16)
    lt.check("time to live", said["ttl"], 1 if said["dst"].startswith("224.") else at_least(1))


@case("RFC1256-5.1-a", role="router", needs=CAN, violator=drops(KIND, where=HERE, nth=5))
def advertisements_are_spaced(lt):
    """After the first three there are 450 to 600 seconds between two, which are drawn anew each time."""
    advertises(lt)
    is_quiet(lt)
    least, most = INTERVAL
    waits = []
    for _ in range(5):
        none_comes(lt, least - late(least), "the one before")
        waits.append(next_one(lt, most - least + 2 * late(least)).at)
    lt.check("seconds between the shortest and the longest of five waits", round(max(waits) - min(waits)), at_least(SPREAD))


@case("RFC1256-4.3-b", role="router", needs=CAN, violator=drops(KIND, where=HERE, nth=1))
def first_advertisements_come_soon(lt):
    """The first three come within sixteen seconds each."""
    advertises(lt)
    is_quiet(lt)


CEASING = {"it is not to be advertised": "advertise", "it does not forward": "forwarding", "it is down": "up"}


@case("RFC1256-4.3-c", role="router", needs=[*CAN, "up"], violator=changes(KIND, where=HERE, nth=1, rest=FULL))
def who_ceases_to_advertise_says_so(lt):
    """An interface that is not advertised any more, does not forward any more, or goes down, says so once: the same, for no time."""
    for switch in lt.each(CEASING):
        advertises(lt)
        before = next_one(lt, FIRST)
        lt.set(switch, 0, iface=0)
        said = heard(lt, HOUR)
        lt.check("lifetimes after that", [each.lifetime for each in said], [0])
        lt.check("its destination, and what it says", (said[0].fields["dst"], said[0].words), (before.fields["dst"], before.words))
        lt.set(switch, 1, iface=0)


@case("RFC1256-4.3-c", kind=characteristic, role="router", needs=[*CAN, "address"], violator=drops(KIND, where=HERE, nth=1))
def address_that_goes(lt):
    """What is said of one of several addresses that is taken from the interface: its own end, or nothing until the next advertisement."""
    advertises(lt)
    lt.add("address", iface=0, addr=AGAIN, len=LEFT.prefix)
    next_one(lt, FIRST)
    lt.remove("address", iface=0, addr=AGAIN)
    said = heard(lt, SOON)
    return ", ".join(f"{each.words}, for {each.lifetime} s" for each in said).replace(AGAIN, "it").replace(LEFT.iut, "the other") or "nothing"


WAYS = {
    "to all routers": {}, "to everybody": {"dst": "255.255.255.255"}, "to it alone": {"dst": LEFT.iut}, "of who has no address": {"src": "0.0.0.0"},
    "with a reserved field": {"rest": b"\1\2\3\4"}, "with more behind it": {"payload": lambda p: p + bytes(8)}, "with a time to live of 64": {"ttl": 64},
}  # fmt: skip


@case("RFC1256-5.2-a", role="router", needs=CAN, violator=drops(KIND, where=HERE, nth=3))
def solicitations_are_answered(lt):
    """Who asks which routers there are is told within two seconds, he alone or all with him."""
    advertises(lt)
    is_quiet(lt)
    for way in lt.each(WAYS, "a solicitation"):
        asks(lt, **way)
        said = next_one(lt, SOON)
        lt.check("destination", said.fields["dst"], one_of(lt.me, *TO_ALL))
        lt.check("what it says", (said.lifetime, said.words), (1800, in_words({lt.iut: 0})))


@case("RFC1256-5.2-a", role="router", needs=CAN, violator=drops(KIND, where=HERE, nth=6))
def answers_to_all_wait(lt):
    """An answer to all waits for a time that is drawn anew each time, so that the routers do not all answer at once."""
    advertises(lt)
    is_quiet(lt)
    waits = set()
    for _ in range(8):
        asks(lt)
        said = next_one(lt, SOON)
        if said.fields["dst"] not in TO_ALL:
            lt.not_applicable("who asks is answered alone")
        waits.add(round(said.at, 1))
    lt.check("different waits, of eight", len(waits), at_least(2))


@case("RFC1256-5.1-a", role="router", needs=CAN, violator=drops(KIND, where=HERE, nth=4))
def answer_begins_the_interval_anew(lt):
    """After an answer to all the next advertisement waits as it does after any other."""
    advertises(lt)
    is_quiet(lt)
    asks(lt)
    if next_one(lt, SOON).fields["dst"] not in TO_ALL:
        lt.not_applicable("who asks is answered alone")
    none_comes(lt, INTERVAL[0] - late(INTERVAL[0]), "an answer to all")
    next_one(lt, INTERVAL[1] - INTERVAL[0] + 2 * late(INTERVAL[0]))


@case("RFC1256-5.2-a", kind=characteristic, role="router", needs=CAN, violator=drops(KIND, where=HERE, nth=3))
def answers_to_three_who_ask_at_once(lt):
    """How many answers three solicitations have that come together."""
    advertises(lt)
    is_quiet(lt)
    for _ in range(3):
        asks(lt)
    return f"{len(heard(lt, SOON + late(SOON)))}"


FAULTS = {
    "with code 1": {"code": 1}, "with a wrong checksum": {"icmp_checksum": 1}, "of four octets": {"payload": lambda p: p[:4]},
    "of who is no neighbour": {"src": "203.0.113.9"}, "of a neighbour of the other link": {"src": RIGHT.host(77)},
}  # fmt: skip


@case("RFC1256-4.2-a", role="router", needs=CAN, violator=answers("echo-reply", type=9, rest=FULL, data=address_octets(LEFT.iut) + bytes(4)))
def invalid_solicitations_are_discarded(lt):
    """What is wrong in its code, its checksum, its length or its source is not answered; the same without the fault is."""
    advertises(lt)
    is_quiet(lt)
    for fault in lt.each(FAULTS, "a solicitation"):
        if "icmp_checksum" in fault:
            lt.stands_on("checks-icmp-checksums")
        asks(lt, **fault)
        none_comes(lt, SOON + late(SOON), "it")
        asks(lt)
        next_one(lt, SOON)


@case("RFC1256-4.2-b", kind=characteristic, role="router", needs=["route", "advertise"], violator=answers("echo-reply"))
def what_a_router_makes_of_advertisements(lt):
    """Whether a router that knows no default router takes one that is advertised."""
    lt.stands_on("takes-groups")
    advertises(lt)
    lt.remove("route", net="0.0.0.0", len=0, gateway=lt.me)
    entry = address_octets(PEER) + bytes(4)
    lt.send(probe(icmp(9, rest=b"\1\2\7\x08", data=entry), src=PEER, eth_src=PEER_MAC, dst="224.0.0.1", eth_dst=TO_ALL["224.0.0.1"], ttl=1))
    lt.send(IP(src=FAR) / echo())
    return "they are discarded" if lt.answer("echo-reply") is None else "they are taken"


@case("RFC1256-4.3-a", role="router", needs="echo-broadcast", violator=drops("echo-reply", nth=1))
def router_is_in_the_group_of_all_routers(lt):
    """On each interface that forwards a router hears what is sent to all routers, and on one that does not it does not."""
    lt.set("echo-broadcast", 1)
    for lab in lt.each({f"interface {each.index}": each for each in links(lt)}, "interface"):
        asked = probe(echo(), dst=ALL_ROUTERS, eth_dst=group_mac(ALL_ROUTERS))
        lt.send(asked, on=lab.index)
        lt.expect(echo_reply(src=lab.iut), on=lab.index)
        lt.set("forwarding", 0, iface=lab.index)
        lt.send(asked, on=lab.index)
        lt.expect_silence(after="a request to all routers where it does not forward")
        lt.set("forwarding", 1, iface=lab.index)


@case("RFC1256-5.1-a", role="router", needs=[*CAN, "address"], violator=changes(KIND, where=HERE, rest=b"\3\2\7\x08"))
def each_address_has_its_preference(lt):
    """Of several addresses all are advertised, each with its preference, but those that are not to be."""
    wanted = {AGAIN: 7, LEFT.host(89): NEVER, LEFT.host(90): 2**32 - 5}
    for addr, preference in wanted.items():
        lt.add("address", iface=0, addr=addr, len=LEFT.prefix, preference=preference)
    lt.add("address", iface=0, addr=LEFT.host(91), len=LEFT.prefix, advertise=0)
    advertises(lt)
    said = heard(lt, FIRST)
    found = {addr: preference for each in said for addr, preference in each.routers.items()}
    lt.check("routers and their preferences", in_words(found), in_words({lt.iut: 0} | wanted))
