# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 sections 7 and 8: hosts of version 3 among older ones."""

from postel.kit import *

SECOND = LEFT.host(10)
CURRENT = {"igmp_type": 0x22, "tos": CONTROL, "dst": ALL_REPORTS, "eth_dst": group_mac(ALL_REPORTS), "igmp_group": "0.0.0.1", "igmp_rest": record(2, GROUP)}
OLD = 10.0  # seconds until a query of version 1 is answered
LINEAR = 25.5  # the most that one of version 2 can say
UNSOLICITED = 1.0  # seconds within which a change is said again
REMEMBERED, FORGOTTEN = 240.0, 40.0  # seconds after an older query; 260 by RFC 3376 and by RFC 9776 where all have their usual values


@case("RFC3376-7.1-a", "RFC3376-7.2.1-a", needs="group",
      violators={"RFC3376-7.1-a": drops("igmp", where=ASKED), "RFC3376-7.2.1-a": drops("igmp", where=ASKED, nth=1)})  # fmt: skip
def length_tells_the_version(lt):
    """Twelve octets are a query of version 3, eight one of version 2, or of 1 where they have no time: each has answers of its version."""
    member(lt, version=3)
    for version in (3, 2, 1):
        if version == 1:
            lt.stands_on("speaks-igmp-1")
        with lt.judging("RFC3376-7.2.1-a" if version < 3 else "RFC3376-7.1-a"):
            asked(lt, version, within=0.1)
            lt.check("version of the answer", says(lt, 0.1 if version > 1 else OLD).version, version)
            said_all(lt)


@case("RFC3376-7.1-b", needs="group", violator=answers("igmp", where={"src": SECOND}, **CURRENT))
def other_lengths_are_ignored(lt):
    """What is shorter than eight octets, or of nine to eleven, is no query."""
    member(lt, version=3)
    for size in lt.each((4, 7, 9, 10, 11), "octets"):
        lt.send(cut_to(query(3, within=0.1, src=SECOND), size))
        says_nothing(lt, 0.1 + LATE, "what is no query")
    asked(lt, 3, within=0.1)
    says(lt, 0.1)


@case("RFC3376-7.2.1-b", needs={"group", "two-interfaces"}, violator=changes("igmp", where=ASKED | {"igmp_type": 0x22}, igmp_type=0x16, igmp_group=GROUP))
def each_interface_has_its_version(lt):
    """An older querier on one link is nothing to another."""
    sock = member(lt, version=3)
    lt.add("group", sock=sock, addr=GROUP, iface=1)
    said_all(lt, on=1)
    asked(lt, 2, within=0.1)
    lt.check("version here", says(lt, 0.1).version, 2)
    asked(lt, 3, within=0.1, on=1)
    lt.check("version there", says(lt, 0.1, on=1).version, 3)


@case("RFC3376-7.2.1-c", needs="group", violator=changes("igmp", where=ASKED | {"igmp_group": OTHER_GROUP}, **CURRENT | {"igmp_rest": record(4, OTHER_GROUP)}))
def older_query_is_heeded_at_once(lt):
    """From an older query on what is said is of that version."""
    sock = member(lt, version=3)
    asked(lt, 2, within=0.1)
    lt.check("version of the answer", says(lt, 0.1).version, 2)
    lt.add("group", sock=sock, addr=OTHER_GROUP, iface=0)
    lt.check("version of a join", says(lt, lt.timers.membership, group=OTHER_GROUP).version, 2)


@case(
    "RFC9776-7.2.1-b", "RFC9776-7.2.1-c", needs={"group", "igmp-compatibility"},
    violators={"RFC9776-7.2.1-b": changes("igmp", where=ASKED, igmp_type=0x16, tos=0, dst=GROUP, eth_dst=group_mac(GROUP), igmp_group=GROUP, igmp_rest=b""),
               "RFC9776-7.2.1-c": replies("get", value=0)},
)  # fmt: skip
def older_queriers_are_left_alone(lt):
    """Who is told so answers an older query by version 3; who is not told so does not."""
    with lt.judging("RFC9776-7.2.1-c"):
        lt.check("at first", lt.get("igmp-compatibility"), 1)
    member(lt, version=3)
    lt.set("igmp-compatibility", 0)
    with lt.judging("RFC9776-7.2.1-b"):
        asked(lt, 2, within=0.1)
        lt.check("version of the answer", says(lt, 0.1).version, 3)
    lt.set("igmp-compatibility", 1)
    with lt.judging("RFC9776-7.2.1-c"):
        asked(lt, 2, within=0.1)
        lt.check("version of the answer then", says(lt, 0.1).version, 2)


@case("RFC3376-7.2.1-d", needs="group", stands_on=["speaks-igmp-1", "spreads-answers-1"],
      violator=answers("igmp", where={"igmp_type": 0x11}, every=True, igmp_type=0x12, igmp_group=GROUP))  # fmt: skip
def query_of_version_1_has_ten_seconds(lt):
    """A query of version 1 is answered some time within ten seconds, not always at once."""
    member(lt, version=3)
    lt.check("version", answer_that_waits(lt, 1, OLD).version, 1)


@case("RFC3376-7.2.1-e", needs="group", violator=drops("igmp", where=ASKED))
def time_of_version_2_is_linear(lt):
    """The time of a query of version 2 is in tenths of a second however long it is."""
    member(lt, version=3)
    for _ in range(3):
        asked(lt, 2, code=0xFF)
        lt.check("version", says(lt, LINEAR).version, 2)


@case("RFC3376-7.2.1-f", needs="group", violator=changes("igmp", where=ASKED, nth=1, **CURRENT))
def new_version_cancels_what_was_due(lt):
    """What was to be answered to a query of version 3 is not any more when an older querier is heard."""
    member(lt, version=3)
    asked(lt, 3, within=0.1)
    says(lt, 0.1)
    is_asked(lt, 3, within=1.0)
    asked(lt, 2, within=1.0, src=SECOND)
    lt.check("versions of what is said", [each.version for each in listened(lt, 1.0 + LATE)], [2])


@case("RFC3376-7.2.1-f", needs="group", violator=changes("igmp", where=ASKED, **CURRENT))
def new_version_cancels_what_was_to_be_said_again(lt):
    """Nor is a change said again by version 3 once an older querier was heard."""
    speaks(lt, 3)
    usual_robustness(lt, 7)
    joins(lt)
    is_reported(lt)
    asked(lt, 2, within=UNSOLICITED)
    listened(lt, 0)  # what was said before that
    found = listened(lt, UNSOLICITED + LATE)
    lt.check("what is said by version 3", [each.words for each in found if each.version == 3], [])
    asked(lt, 2, within=0.1)
    lt.check("version", says(lt, 0.1).version, 2)


@case(
    "RFC3376-7.2.1-g", "RFC9776-8.12-a", needs="group",
    violators={"RFC3376-7.2.1-g": changes("igmp", where=ASKED, nth=3, igmp_type=0x16, igmp_group=GROUP, igmp_rest=b""),
               "RFC9776-8.12-a": changes("igmp", where=ASKED, nth=2, **CURRENT)},
)  # fmt: skip
def older_querier_is_forgotten(lt):
    """Version 3 is spoken again when no older query was heard for two intervals of a querier and the time of an answer."""
    member(lt, version=3)
    asked(lt, 3, within=1.0)
    says(lt, 1.0)
    asked(lt, 2, within=1.0)
    says(lt, 1.0)
    with lt.judging("RFC9776-8.12-a"):
        lt.advance(REMEMBERED)
        asked(lt, 3, within=1.0)
        lt.check("version before that", says(lt, 1.0).version, 2)
    with lt.judging("RFC3376-7.2.1-g"):
        lt.advance(FORGOTTEN)
        asked(lt, 3, within=1.0)
        lt.check("version then", says(lt, 1.0).version, 3)


@case("RFC3376-7.2.2-a", needs="group", kind=characteristic, violator=drops("igmp", where=ASKED))
def older_report_and_an_answer_of_version_3(lt):
    """Whether an answer of version 3 is due when another host has reported the group by version 2."""
    member(lt, version=3)
    is_asked(lt, 3, within=1.0)
    lt.send(neighbours_report(GROUP))
    return "said all the same" if listened(lt, 1.0 + LATE, enough=1) else "not said"


@case("RFC3376-8.1-a", needs={"group", "igmp-robustness"}, stands_on="reports-groups", violator=accepts("set"))
def robustness_is_never_zero(lt):
    """No change is said no time at all."""
    refused = lt.tried("set", name="igmp-robustness", iface=0, value=0)
    lt.check("a robustness of zero", refused.get("code", ""), saying("an error", bool))
    joins(lt)
    is_reported(lt)


@case("RFC3376-8.1-b", needs={"group", "igmp-robustness"}, stands_on="reports-groups", violator=replies("get", value=1))
def robustness_is_two_by_default(lt):
    """A change is said twice where nothing else was chosen."""
    if lt.timers.shortened:
        lt.not_applicable("the IUT was started with less, to be quiet soon")
    lt.check("robustness", lt.get("igmp-robustness", iface=0), 2)
    lt.stands_on("repeats-changes")
    joins(lt)
    is_reported(lt)
    lt.check("further reports", len(listened(lt, lt.timers.membership)), at_least(1))


@case("RFC3376-5-b", needs="group", violator=drops("igmp", where=ASKED | {"igmp_type": 0x16}, nth=1, every=True))
def leave_of_another_is_no_report(lt):
    """While an older version is spoken another host's leave is nothing still, though its reports are something."""
    member(lt, version=3)
    asked(lt, 2, within=0.1)
    says(lt, 0.1)
    said_all(lt)
    is_asked(lt, 2, within=0.5)
    lt.send(igmp(0x17, GROUP, group=GROUP, src=LEFT.host(9), options=ALERT))
    says(lt, 0.5)
