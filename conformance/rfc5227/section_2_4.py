# SPDX-License-Identifier: BSD-2-Clause
"""RFC 5227 section 2.4: ongoing conflict detection, of the address that a host was started with, and of one that it has tested."""

from postel.kit import *


@case("RFC5227-2.4-e", kind=characteristic, ability="defends-its-address", lacking="keeps it in silence", violator=drops("announcement"))
def address_that_is_contested(lt):
    """What becomes of the address that a host was started with when somebody else claims it. (Who gives it up is told apart by the control probes.)"""
    contest(lt, lt.iut)
    return "defends it" if claims(lt, "announcement", lt.iut) else "keeps it in silence"


@case("RFC5227-2.4-i", needs=["vtime"], stands_on="defends-its-address", violator=drops("announcement", nth=1))
def address_is_defended_each_time(lt):
    """Who defends an address does so again when it is contested after ten seconds, by one announcement."""
    for conflict in lt.each((1, 2, 3), "conflict"):
        lt.advance(11)
        claims(lt, "announcement", lt.iut)
        lt.send(arp(REQUEST, sha=OTHER_MAC, spa=lt.iut, tpa=lt.iut if conflict == 1 else LEFT.host(99)))
        lt.check(f"announcements after conflict {conflict}:", len(claims(lt, "announcement", lt.iut)), 1)


@case("RFC5227-2.4-j", needs=["conflict"], violator=alters("conflict", mac=PEER_MAC.replace(":", "")))
def user_is_told_who_contests_an_address(lt):
    """Who runs the host is told of the conflict: about which address, where, and from which hardware; not of each of ten packets."""
    contest(lt, lt.iut)
    lt.expect_event("conflict", iface=0, addr=lt.iut, mac=OTHER_MAC.replace(":", ""))
    for _ in range(9):
        contest(lt, lt.iut)
    told = len(list(iter(lambda: lt.delivered("conflict"), None)))
    lt.check("more conflicts told of:", told, at_most(2))


@case("RFC5227-2.4-a", "RFC5227-2.4-g", needs=["address", "vtime"], stands_on="probes-addresses", violators={
    "RFC5227-2.4-a": drops("announcement", nth=2, every=True), "RFC5227-2.4-g": drops("announcement", nth=3, every=True)})  # fmt: skip
def address_that_was_tested_is_contested(lt):
    """Whoever says that it has the address, by a reply or a request, is in conflict: it is defended or given up, and not kept in silence."""
    for number, (op, requirement) in enumerate(((REPLY, "RFC5227-2.4-a"), (REQUEST, "RFC5227-2.4-g"))):
        with lt.judging(requirement):
            holds_address(lt, LEFT.host(90 + number))
            contest(lt, LEFT.host(90 + number), op=op)
            defended = claims(lt, "announcement", LEFT.host(90 + number))
            lt.send(arp(tpa=LEFT.host(90 + number)))
            used = lt.answer("arp-reply")
            lt.check("what is done:", "it is kept in silence" if used and not defended else "something", "something")


@case("RFC5227-2.4-b", "RFC5227-2.4-c", kind=characteristic, needs=["address", "vtime"], stands_on="probes-addresses", violator=drops("announcement", nth=2))
def what_becomes_of_a_contested_address(lt):
    """Whether an address that was tested is given up at once, defended once, or kept, when another claims it twice."""
    holds_address(lt)
    done = []
    for _ in range(2):
        contest(lt, NEW)
        defended = claims(lt, "announcement", NEW)
        lt.send(arp(tpa=NEW))
        used = lt.answer("arp-reply")
        done.append("defended" if defended else "kept" if used else "given up")
    return ", then ".join(done)


@case("RFC5227-2.4-d", needs=["address", "defend", "vtime", "conflict"], stands_on="probes-addresses", violator=answers("arp-reply", spa=NEW))
def second_conflict_in_ten_seconds_ends_it(lt):
    """Who defends an address once stops using it when it is contested again within ten seconds, and tells who configures it."""
    lt.set("defend", 1)
    holds_address(lt)
    contest(lt, NEW)
    uses(lt)
    lt.advance(8)
    contest(lt, NEW)
    leaves(lt, "the second conflict")
    lt.expect_event("conflict", addr=NEW)
    lt.expect_event("conflict", addr=NEW)


@case("RFC5227-2.4-c", needs=["address", "defend", "vtime"], kind=characteristic, stands_on="probes-addresses", violator=drops("arp-reply", nth=1))
def conflicts_that_are_far_apart(lt):
    """What becomes of an address that is defended once in ten seconds and contested each twelve."""
    lt.set("defend", 1)
    holds_address(lt)
    for _ in range(3):
        contest(lt, NEW)
        lt.advance(12)
    lt.send(arp(tpa=NEW))
    return "kept" if lt.answer("arp-reply") else "given up"


@case("RFC5227-2.4-f", needs=["address", "defend", "vtime"], stands_on="probes-addresses", violator=answers("arp-request", every=True, spa=NEW, tpa=NEW))
def address_that_is_never_given_up(lt):
    """Who never yields defends the address once in ten seconds, and no more, whoever goes on claiming it."""
    lt.set("defend", 2)
    holds_address(lt)
    for _ in range(9):
        contest(lt, NEW)
        lt.advance(1)
    lt.check("announcements in nine seconds:", len(claims(lt, "announcement", NEW)), 1)
    uses(lt)


@case("RFC5227-2.4-e", kind=characteristic, needs=["address"], stands_on="defends-its-address", violator=drops("announcement"))
def address_that_was_given_untested_is_contested(lt):
    """What becomes of an address that the host was given while it ran, and has not tested, when somebody else claims it."""
    lt.add("address", iface=0, addr=NEW, len=LEFT.prefix)
    uses(lt)
    contest(lt, NEW)
    defended = claims(lt, "announcement", NEW)
    lt.send(arp(tpa=NEW))
    used = lt.answer("arp-reply")
    return f"{'defended' if defended else 'kept in silence' if used else 'given up'}"


@case("RFC826-Generation-a", needs=["address"], stands_on="defends-its-address", violator=answers("arp-request", spa=NEW, tpa=NEW))
def address_that_was_taken_back_is_not_defended(lt):
    """An address that was taken from the host is another's to claim: it announces it no more."""
    lt.add("address", iface=0, addr=NEW, len=LEFT.prefix)
    uses(lt)
    lt.remove("address", iface=0, addr=NEW)
    claims(lt, "announcement", NEW)
    contest(lt, NEW)
    lt.check("announcements of an address that is not the host's:", len(claims(lt, "announcement", NEW)), 0)


@case("RFC5227-2.4-i", stands_on="defends-its-address", violator=drops("announcement"))
def address_is_defended_against_who_asks_for_another(lt):
    """Whoever asks for somebody in the name of our address contests it: what is announced then is ours, and nobody else's."""
    lt.send(arp(REQUEST, sha=OTHER_MAC, spa=lt.iut, tpa=PEER))
    lt.check("announcements of our address:", len(claims(lt, "announcement", lt.iut)), 1)
