# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 sections 6 and 6.6: which router asks, in which group it is, and what becomes of specific queries."""

from postel.kit import *

NEEDS = {"igmp-querier", "vtime"}
KNOWS = NEEDS | {"membership"}
IT = {"igmp_type": 0x11}
GENERAL, SPECIFIC = IT | {"igmp_group": "0.0.0.0"}, IT | {"igmp_group": GROUP}
INTERVAL, PRESENT = 125.0, 255.0
MOMENT = 0.5  # seconds
RENEWED, LAST = 260, 2
ASKS = {**IT, "igmp_code": 100, "igmp_group": "0.0.0.0", "dst": ALL_HOSTS, "eth_dst": group_mac(ALL_HOSTS), "igmp_rest": bytes([2, 125, 0, 0]), "tos": CONTROL, "options": ALERT}
WITHOUT_S, WITH_S = bytes([2, 125, 0, 0]), bytes([10, 125, 0, 0])


@case("RFC3376-6-a", role="router", needs=KNOWS, violator=loses("membership"))
def reports_are_heard(lt):
    """What is sent to 224.0.0.22 is heard on every link, from whichever member."""
    for lab in links(lt):
        querier(lt, on=lab.index)
        for number, src in enumerate((lab.host(11), lab.host(12))):
            reports(lt, "is ex", group=f"233.252.0.{1 + number}", src=src, on=lab.index)
            lt.check("what is known", known(lt, f"233.252.0.{1 + number}", on=lab.index), f"exclude {RENEWED}")


@case("RFC3376-6-b", role="router", needs=NEEDS | {"group"}, stands_on="reports-groups", violator=loses("group", nth=2))
def is_a_member_itself(lt):
    """A router is a member of 224.0.0.22 where it asks, and reports that to whoever asks."""
    querier(lt)
    lt.check("is in the group", [row["addr"] for row in lt.listed("group", 0) if row["addr"] == ALL_REPORTS], [ALL_REPORTS])
    said_all(lt)
    other_asks(lt, within=1.0)
    lt.advance(1.0 + LATE)
    lt.check("what it has said of the group at last", [each.words for each in reported_by_itself(lt, ALL_REPORTS)][-1:], ["is ex"])
    lt.set("igmp-querier", 0, iface=0)
    lt.check("is in the group then", [row["addr"] for row in lt.listed("group", 0) if row["addr"] == ALL_REPORTS], [])


@case("RFC3376-6-c", "RFC3376-7.3.2-a", role="router", needs=KNOWS,
      violators={"RFC3376-6-c": loses("membership"), "RFC3376-7.3.2-a": alters("membership", nth=1, version=3)})  # fmt: skip
def older_members_are_known(lt):
    """Reports of versions 1 and 2 are understood, and a group has the mode of its oldest member."""
    querier(lt)
    for version, group in ((1, GROUP), (2, OTHER_GROUP)):
        reports_older(lt, version, group)
        with lt.judging("RFC3376-6-c"):
            lt.check("what is known", known(lt, group), f"exclude {RENEWED}")
        with lt.judging("RFC3376-7.3.2-a"):
            lt.check("version of the oldest", oldest(lt, group), version)


@case(
    "RFC3376-6.6-a", "RFC2236-3-g", role="router", needs=NEEDS, stands_on="is-querier",
    violators={"RFC3376-6.6-a": drops("igmp", where=GENERAL, nth=1, every=True), "RFC2236-3-g": answers("igmp", where=IT | {"src": LOWER}, **ASKS)},
)  # fmt: skip
def lowest_address_asks(lt):
    """A router asks on when another asks whose address is higher, and no more when it is lower."""
    querier(lt)
    other_asks(lt, HIGHER)
    with lt.judging("RFC3376-6.6-a"):
        it_asks(lt, "all", 2 * INTERVAL)
    other_asks(lt, LOWER)
    with lt.judging("RFC2236-3-g"):
        it_asks_nothing(lt, PRESENT - 1, "a query from a lower address", general=True)


@case("RFC3376-6.6.1-a", role="router", needs=KNOWS, violator=alters("membership", nth=1, seconds=2))
def what_another_asks_for_is_in_doubt(lt):
    """What another router asks for without the flag S is known for two seconds more, if nobody reports it; with the flag it stays."""
    querier(lt)
    other_asks(lt, LOWER)
    reports(lt, "is ex", A, B)
    reports(lt, "is in", A)
    lt.check("before", known(lt), f"exclude {RENEWED} {A}:{RENEWED} not {B}")
    other_asks(lt, LOWER, group=GROUP, flags=10)
    lt.check("asked for with S", known(lt), f"exclude {RENEWED} {A}:{RENEWED} not {B}")
    other_asks(lt, LOWER, group=GROUP)
    lt.check("asked for", known(lt), f"exclude {LAST} {A}:{RENEWED} not {B}")
    other_asks(lt, LOWER, group=GROUP, sources=(A,))
    lt.check("the source asked for too", known(lt), f"exclude {LAST} {A}:{LAST} not {B}")


@case("RFC3376-6.6.2-a", role="router", needs=NEEDS, stands_on="is-querier", violator=changes("igmp", where=GENERAL, nth=1, **ASKS))
def oldest_version_that_is_heard(lt):
    """A router that has heard a query of an older version asks in that version."""
    for version in lt.each((2, 1), "version"):
        lt.set("igmp-querier", 0, iface=0)
        lt.set("igmp-version", version, iface=0)
        querier(lt)
        other_asks(lt, HIGHER, version)
        it_asks(lt, "all", 2 * INTERVAL, version=version)


@case("RFC3376-6.6.3-a", role="router", needs=NEEDS, ability="asks-groups", stands_on="is-querier", violator=drops("igmp", where=SPECIFIC, nth=1))
def specific_queries_are_repeated(lt):
    """A group that somebody leaves is asked for at once and once more a second later."""
    querier(lt)
    reports(lt, "is ex")
    reports(lt, "to in")
    lt.check("whom it asks", it_asks(lt, "group").fields["dst"], GROUP)
    it_asks_nothing(lt, 1 - MOMENT, "the first query")
    it_asks(lt, "group", 2 * MOMENT)
    it_asks_nothing(lt, 2.0, "the second one")


@case("RFC3376-6.6.3-a", role="router", needs=NEEDS, stands_on="asks-groups",
      violator=changes("igmp", where=SPECIFIC, nth=1, igmp_rest=WITHOUT_S))  # fmt: skip
def renewed_ones_are_asked_for_with_s(lt):
    """What has been reported since it was in doubt is asked for with the flag S, the rest without."""
    querier(lt)
    reports(lt, "is ex")
    reports(lt, "is in", A, B, group=OTHER_GROUP)
    reports(lt, "to in")
    reports(lt, "block", A, B, group=OTHER_GROUP)
    lt.check("at once", sorted(each.words for each in queries(lt, AT_ONCE)), ["group", f"sources {A} {B}"])
    reports(lt, "is ex")
    reports(lt, "is in", A, group=OTHER_GROUP)
    lt.check("a second later", sorted(each.words for each in queries(lt, 1.0 + LATE)), ["S group", f"S sources {A}", f"sources {B}"])


@case("RFC3376-4.1.10-b", role="router", needs=NEEDS, stands_on="asks-groups",
      violator=changes("igmp", where=GENERAL, igmp_rest=WITHOUT_S + b"more"))  # fmt: skip
def nothing_behind_the_sources(lt):
    """A query ends with its last source."""
    querier(lt, begun=False)
    lt.check("octets of a general one", len(it_asks(lt, "all").fields["payload"]), 12)
    reports(lt, "is ex")
    reports(lt, "is in", A)
    reports(lt, "to in")
    lt.check("octets of the specific ones", sorted(len(each.fields["payload"]) for each in queries(lt, AT_ONCE)), [12, 16])
