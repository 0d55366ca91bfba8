# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3927 sections 2.1 to 2.4: how an interface gets a link-local address."""

from postel.kit import *

NEEDS = ["address", "link-local", "vtime"]
STANDS = "tests-link-local-addresses"


@case("RFC3927-2.2-a", needs=["address", "link-local", "vtime"], ability=STANDS, violator=drops("probe", every=True))
def address_is_tested_before_it_is_used(lt):
    """An interface that has chosen an address asks whether somebody has it, before it says that it has it itself."""
    chooses(lt)
    lt.advance(1.1)
    lt.check("what is said first:", [said for said in ("probe", "announcement") if claims(lt, said)], ["probe"])


@case("RFC3927-2.1-a", "RFC3927-2.1-b", needs=NEEDS, stands_on=STANDS, violators={
    "RFC3927-2.1-a": changes("probe", nth=1, tpa="169.253.9.9"), "RFC3927-2.1-b": changes("probe", nth=2, tpa="169.254.255.9")})  # fmt: skip
def candidates_are_drawn_from_the_range(lt):
    """Eight candidates in turn are of the prefix, and none of its first or last 256 addresses; no two are the same."""
    chooses(lt)
    lt.advance(1.1)
    tried = [candidate(lt)]
    for _ in range(7):
        contest(lt, tried[-1])
        lt.advance(1.1)
        tried += [probe["tpa"] for probe in claims(lt, "probe")][-1:]
    lt.check("candidates", [each for each in tried if not each.startswith("169.254.")], [])
    with lt.judging("RFC3927-2.1-b"):
        lt.check("candidates of the reserved addresses:", [each for each in tried if not is_link_local(each)], [])
    lt.check("different candidates", len(set(tried)), len(tried))


@case("RFC3927-2.1-c", needs=[*NEEDS, "two-interfaces"], stands_on=STANDS, violator=changes("probe", nth=1, tpa=AS_FIRST))
def others_draw_others(lt):
    """Two interfaces, whose hardware addresses differ as those of two hosts do, try different addresses."""
    for iface in (0, 1):
        chooses(lt, iface)
    lt.advance(1.1)
    tried = [probe["tpa"] for probe in claims(lt, "probe")]
    lt.check("different candidates of two:", len(set(tried)), 2)


@case("RFC3927-2.1-d", needs=NEEDS, stands_on=STANDS, violator=changes("probe", nth=1, every=True, tpa="169.254.77.77"))
def draw_goes_by_what_is_its_own(lt):
    """After a new start the same is tried as before: what the draw begins with is the host's own, and not the moment's."""
    tried = []
    for seconds in (0, 97):
        lt.advance(seconds)
        chooses(lt)
        lt.advance(1.1)
        tried.append(candidate(lt))
        lt.starts_anew()
    lt.check("candidates of two starts", tried[1], tried[0])


@case("RFC3927-2.1-e", needs=NEEDS, stands_on=STANDS, violator=changes("probe", nth=3, every=True, tpa="169.254.77.77"))
def address_that_it_had_is_tried_first(lt):
    """When it needs an address again it tries the one that it had."""
    had = chosen(lt)
    lt.set("link-local", 0, iface=0)
    lt.advance(5)
    lt.set("link-local", 1, iface=0)
    lt.advance(1.1)
    lt.check("candidate", [probe["tpa"] for probe in claims(lt, "probe")], [had])


@case("RFC3927-2.2.1-a", "RFC3927-2.2.1-b", needs=NEEDS, stands_on=STANDS, violators={
    "RFC3927-2.2.1-a": changes("probe", nth=1, sha=OTHER_MAC), "RFC3927-2.2.1-b": changes("probe", nth=2, tha=OTHER_MAC)})  # fmt: skip
def fields_of_a_probe(lt):
    """A probe comes from the interface's own hardware and no address, and names no hardware for the one that it asks for."""
    chooses(lt)
    lt.advance(TESTED)
    for probe in claims(lt, "probe"):
        lt.check("probe", [probe[name] for name in ("eth_dst", "op", "sha", "spa")], [BROADCAST_MAC, 1, lt.iut_mac, "0.0.0.0"])
        with lt.judging("RFC3927-2.2.1-b"):
            lt.check("target hardware address", probe["tha"], NO_MAC)


@case("RFC3927-2.2.1-c", "RFC3927-2.4-a", needs=NEEDS, stands_on=STANDS, violators={
    "RFC3927-2.2.1-c": drops("probe", nth=1), "RFC3927-2.4-a": drops("announcement", nth=1)})  # fmt: skip
def moments_of_probes_and_announcements(lt):
    """After a second at most there are three probes, one to two seconds apart; then two announcements, two seconds apart."""
    chooses(lt)
    said = watched(lt, HELD)
    probes, told = ([each.at for each in said if each.kind == kind] for kind in ("probe", "announcement"))
    apart = [later - before for before, later in zip(probes, probes[1:], strict=False)]
    lt.check("probes", len(probes), 3)
    lt.check("seconds before the first:", probes[0], at_most(1 + GRAIN))
    lt.check("seconds between two:", [each for each in apart if abs(each - 1.5) > 0.5 + GRAIN], [])
    with lt.judging("RFC3927-2.4-a"):
        lt.check("announcements", len(told), 2)
        lt.check("seconds between them:", abs(told[1] - told[0] - 2), at_most(GRAIN))


@case("RFC3927-2.2-b", "RFC3927-4-a", needs=NEEDS, stands_on=STANDS, violators={
    "RFC3927-2.2-b": adds("probe", to="arp-request", nth=2), "RFC3927-4-a": adds("announcement", to="arp-request", nth=1)})  # fmt: skip
def nothing_is_repeated_periodically(lt):
    """As time goes by the address is neither tested nor announced again."""
    chooses(lt)
    lt.advance(600)
    lt.check("probes in ten minutes:", len(claims(lt, "probe")), 3)
    with lt.judging("RFC3927-4-a"):
        lt.check("announcements in ten minutes:", len(claims(lt, "announcement")), 2)


@case("RFC3927-2.2.1-d", needs=NEEDS, stands_on=STANDS, violator=changes("probe", every=True, tpa=AS_FIRST))
def another_is_chosen_where_somebody_has_it(lt):
    """An ARP packet whose sender has the candidate, of whatever kind, says that it is taken: another is chosen and tested."""
    chooses(lt)
    for op in (REPLY, REQUEST):
        lt.advance(1.1)
        tried = candidate(lt)
        contest(lt, tried, op=op)
        lt.advance(1.1)
        lt.check("next candidate", candidate(lt), other_than(tried))


@case("RFC3927-2.2.1-e", needs=NEEDS, stands_on=STANDS, violator=changes("probe", every=True, tpa=AS_FIRST))
def two_that_want_the_same(lt):
    """So does another host's probe for the candidate."""
    chooses(lt)
    lt.advance(1.1)
    tried = candidate(lt)
    lt.send(arp(spa="0.0.0.0", tpa=tried, sha=OTHER_MAC))
    lt.advance(1.1)
    lt.check("next candidate", candidate(lt), other_than(tried))


ANOTHER = answers("arp-request", every=True, eth_src=RIGHT.iut_mac, sha=RIGHT.iut_mac, spa="0.0.0.0", tpa="169.254.88.88")


@case("RFC3927-2.2.1-f", "RFC3927-2.2.1-g", needs=NEEDS, stands_on=STANDS, violators={"RFC3927-2.2.1-f": ANOTHER, "RFC3927-2.2.1-g": drops("probe", nth=10)})
def one_new_address_a_minute_after_more_than_ten_conflicts(lt):
    """Conflicts are counted: after more than ten no more than one new address is tried in a minute, and then one is."""
    chooses(lt)
    for _ in range(12):
        for probe in claims(lt, "probe")[-1:]:
            contest(lt, probe["tpa"])
        lt.advance(1.1)
    claims(lt, "probe")
    lt.send(arp(REPLY))
    lt.advance(40)
    lt.check("probes of the next forty seconds:", len(claims(lt, "probe")), 0)
    with lt.judging("RFC3927-2.2.1-g"):
        lt.advance(70)
        lt.check("probes of the next minute:", len(claims(lt, "probe")), 3)
