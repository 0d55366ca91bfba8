# SPDX-License-Identifier: BSD-2-Clause
"""RFC 5227 section 2.1: probing an address before it is used."""

from postel.kit import *

NEEDS = ["address", "vtime"]


@case("RFC5227-2.1-a", needs=["address"], ability="probes-addresses", violator=drops("probe", every=True))
def address_is_tested_before_it_is_used(lt):
    """A host that is given an address asks whether somebody has it, before it says that it has it itself."""
    gives(lt)
    lt.advance(2.4)
    lt.check("what is said first about a new address:", [said for said in ("probe", "announcement") if claims(lt, said, NEW)], ["probe"])


@case("RFC5227-2.1.1-a", "RFC5227-2.1.1-b", needs=NEEDS, stands_on="probes-addresses", violators={
    "RFC5227-2.1.1-a": changes("probe", nth=1, sha=OTHER_MAC), "RFC5227-2.1.1-b": changes("probe", nth=2, tha=OTHER_MAC)})  # fmt: skip
def fields_of_a_probe(lt):
    """A probe is a broadcast request from the host's own hardware and no address, for the address, and names no hardware there."""
    gives(lt)
    lt.advance(TESTED)
    probes = claims(lt, "probe", NEW)
    lt.check("probes", len(probes), at_least(1))
    for probe in probes:
        lt.check("probe", [probe[name] for name in ("op", "sha", "spa")], [1, lt.iut_mac, "0.0.0.0"])
        with lt.judging("RFC5227-2.1.1-b"):
            lt.check("target hardware address", probe["tha"], NO_MAC)


@case("RFC5227-2.1.1-c", needs=NEEDS, stands_on="probes-addresses", violator=drops("probe", nth=2))
def moments_of_the_probes(lt):
    """After a second at most there are three probes, one to two seconds apart."""
    gives(lt)
    moments = [said.at for said in watched(lt, TESTED, NEW) if said.kind == "probe"]
    lt.check("probes", len(moments), 3)
    lt.check("seconds before the first:", moments[0], at_most(1 + GRAIN))
    for first, second in zip(moments, moments[1:], strict=False):
        lt.check("seconds between two:", second - first, at_least(1 - GRAIN))
        lt.check("seconds between two:", second - first, at_most(2 + GRAIN))


@case("RFC5227-2.1.1-c", needs=NEEDS, stands_on="probes-addresses", violator=drops("probe", nth=1, every=True))
def first_probes_come_at_random(lt):
    """How long the first probe waits is drawn at random: those of nine addresses do not all come in the same moment."""
    own = [f"203.0.113.{number}" for number in range(1, 10)]
    began = lt.now()
    for address in own:
        lt.add("address", iface=0, addr=address, len=24, probe=1)
    if lt.now() - began > GRAIN:
        lt.not_applicable("answers are late: some probes have come before nine addresses are there")
    first = {said.fields["tpa"]: said.at for said in reversed(watched(lt, 1 + GRAIN)) if said.kind == "probe"}
    lt.check("different moments of nine first probes:", len({first.get(address, 9) for address in own} - {9}), at_least(2))


@case("RFC5227-2.1.1-h", needs=NEEDS, stands_on="probes-addresses", violator=answers("arp-reply", spa=NEW))
def address_is_not_used_before(lt):
    """It is not used before two seconds after the last probe: who asks for it is not answered."""
    gives(lt)
    since = lt.now()
    while lt.now() - since < 1.9:
        leaves(lt, "an address that is tested")
        before = lt.now()
        lt.advance(0.5)
        since = before if claims(lt, "probe", NEW) else since
    lt.advance(TESTED)
    uses(lt)


@case("RFC5227-2.1-b", needs=NEEDS, stands_on="probes-addresses", violator=answers("arp-request", spa="0.0.0.0", tpa=NEW))
def test_is_not_repeated(lt):
    """An address that was tested is not tested again as time goes by."""
    holds_address(lt)
    for _ in range(10):
        lt.send(arp(REPLY))
        lt.advance(60)
    lt.check("probes in ten minutes:", len(claims(lt, "probe", NEW)), 0)


@case("RFC5227-2.1-c", needs=["address", "up", "vtime"], stands_on="probes-addresses", violator=drops("probe", nth=3, every=True))
def address_is_tested_on_a_new_link(lt):
    """When an interface comes up its link may be another: the address is tested once more."""
    holds_address(lt)
    lt.set("up", 0, iface=0)
    lt.advance(1)
    lt.set("up", 1, iface=0)
    leaves(lt, "an interface that has come up")
    lt.advance(TESTED)
    lt.check("probes on the new link:", len(claims(lt, "probe", NEW)), at_least(1))


CONTRADICTIONS = {
    "a reply": {"op": 2, "spa": NEW, "tpa": LEFT.iut}, "a request for another": {"op": 1, "spa": NEW, "tpa": LEFT.host(99)},
    "an announcement": {"op": 1, "spa": NEW, "tpa": NEW},
}  # fmt: skip


@case("RFC5227-2.1.1-d", needs=NEEDS, stands_on="probes-addresses", violator=answers("arp-reply", spa=NEW))
def address_that_somebody_has_is_not_taken(lt):
    """While it is tested any ARP packet whose sender has the address says that it is taken: it is not used."""
    for name, said in lt.each({name: (name, said) for name, said in CONTRADICTIONS.items()}):
        gives(lt)
        lt.advance(3)
        lt.send(arp(**said, sha=OTHER_MAC))
        lt.advance(TESTED)
        leaves(lt, name)


@case("RFC5227-2.1.1-d", needs=NEEDS, stands_on="probes-addresses", violator=answers("arp-reply", spa=NEW))
def late_contradiction_counts(lt):
    """So it is until two seconds after the last probe."""
    gives(lt)
    for _ in range(3):
        while not claims(lt, "probe", NEW):
            lt.advance(0.5)
    lt.advance(1)
    contest(lt, NEW)
    lt.advance(TESTED)
    leaves(lt, "an owner that answered late")


@case("RFC5227-2.1.1-e", needs=NEEDS, stands_on="probes-addresses", violator=answers("arp-reply", spa=NEW))
def two_that_want_the_same(lt):
    """Another host that probes for the same address is a conflict as well."""
    gives(lt)
    lt.advance(3)
    lt.send(arp(spa="0.0.0.0", tpa=NEW, sha=OTHER_MAC))
    lt.advance(TESTED)
    leaves(lt, "another host's probe")


@case("RFC5227-2.1.1-f", needs=NEEDS, stands_on="probes-addresses", violator=drops("arp-reply", every=True))
def own_probes_are_no_conflict(lt):
    """A link that returns what is sent is no other host: the address is taken."""
    gives(lt)
    for _ in range(12):
        lt.advance(1)
        lt.send(*(each["frame"] for each in claims(lt, "probe", NEW)))
    uses(lt)


@case("RFC5227-2.1.1-g", needs=NEEDS, stands_on="probes-addresses", violator=answers("arp-request", every=True, spa="0.0.0.0", tpa=NEW))
def one_new_address_a_minute_after_ten_conflicts(lt):
    """Who has met ten conflicts tries one new address in a minute, and no more."""
    for _ in range(11):
        gives(lt)
        lt.advance(1.1)
        contest(lt, NEW)
    claims(lt, "probe", NEW)
    gives(lt)
    lt.send(arp(REPLY))
    lt.advance(45)
    lt.check("probes in the minute after the eleventh address:", len(claims(lt, "probe", NEW)), 0)


@case("RFC5227-2.1.1-i", needs=[*NEEDS, "conflict"], stands_on="probes-addresses", violator=loses("conflict"))
def who_configures_is_told(lt):
    """Who has configured the address is told that somebody has it."""
    gives(lt)
    lt.advance(3)
    contest(lt, NEW)
    lt.expect_event("conflict", iface=0, addr=NEW, mac=OTHER_MAC.replace(":", ""))
