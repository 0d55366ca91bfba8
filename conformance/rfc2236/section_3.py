# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2236 sections 3 and 6: what a host of version 2 does."""

from postel.kit import *

SECOND = LEFT.host(10)
ANSWER = {"igmp_type": 0x16, "igmp_group": GROUP}
OF_ANOTHER = {"igmp_type": 0x16, "igmp_group": OTHER_GROUP}


@case("RFC2236-3-a", needs="group", ability="answers-queries-2", violator=drops("igmp", where=ASKED | {"igmp_group": OTHER_GROUP}))
def general_query_is_answered(lt):
    """A general query is answered for each group, once, within the time that it says."""
    member(lt, version=2)
    member(lt, OTHER_GROUP, port=USER_PORT + 1)
    for within in (0.2, 1.0):
        asked(lt, 2, within=within)
        found = listened(lt, within + LATE, group="")
        lt.check("reports", sorted(each.group for each in found), [GROUP, OTHER_GROUP])


@case("RFC2236-3-b", needs="group", violator=drops("igmp", where=ASKED))
def shorter_time_counts(lt):
    """While an answer is due a query with less time brings it forward, and one with more does not put it off."""
    member(lt, version=2)
    for first, then in ((20.0, 0.5), (1.0, 20.0)):
        is_asked(lt, 2, within=first)
        asked(lt, 2, within=then, src=SECOND)
        says(lt, min(first, then))


@case("RFC2236-3-c", needs="group", violator=changes("igmp", where=ASKED, igmp_group=OTHER_GROUP))
def query_for_a_group_asks_for_it_alone(lt):
    """A query for one group is answered for that group alone."""
    member(lt, version=2)
    member(lt, OTHER_GROUP, port=USER_PORT + 1)
    asked(lt, 2, within=0.1, group=GROUP)
    lt.check("reports", [each.group for each in listened(lt, 0.1 + LATE, group="")], [GROUP])


@case("RFC2236-3-d", needs="group", ability="heeds-reports", violator=answers("igmp", where={"igmp_type": 0x16}, **ANSWER))
def report_of_another_is_enough(lt):
    """Who hears another host report the group does not."""
    member(lt, version=2)
    asked(lt, 2, within=0.1)
    says(lt, 0.1)
    is_asked(lt, 2)
    lt.send(neighbours_report(GROUP))
    says_nothing(lt, 1.0 + LATE if not lt.virtual else 10.0 + LATE, "another host's report")


@case("RFC2236-3-d", needs="group", stands_on="heeds-reports", violator=drops("igmp", where=ASKED | {"igmp_group": GROUP}))
def report_is_of_one_group(lt):
    """Another host's report of one group is none of another group that this host is in."""
    member(lt, version=2)
    member(lt, OTHER_GROUP, port=USER_PORT + 1)
    is_asked(lt, 2, within=1.0)
    lt.send(neighbours_report(OTHER_GROUP))
    says(lt, 1.0)


@case("RFC2236-3-e", needs="group", violator=drops("igmp", nth=1, every=True))
def join_is_reported_again(lt):
    """A join is reported at once, and once or twice more, each time within ten seconds."""
    speaks(lt, 2)
    usual_robustness(lt)
    joins(lt)
    says(lt, AT_ONCE)
    lt.check("further reports", len(listened(lt, lt.timers.membership)), one_of(1, 2))


@case("RFC2236-3-h", needs="group", kind=characteristic, violator=drops("igmp", where={"igmp_type": 0x17}))
def who_says_that_it_leaves(lt):
    """Whether a host says that it leaves that was not the last to report the group."""
    said = []
    for last in ("itself", "another host"):
        sock = member(lt, version=2)
        if last != "itself":
            is_asked(lt, 2, within=1.0)
            lt.send(neighbours_report(GROUP))
            said_all(lt)
        lt.remove("group", sock=sock, addr=GROUP, iface=0)
        said += [f"a leave where {last} was the last" for each in listened(lt, AT_ONCE, enough=1)]
        lt.call("reset")
    return ", ".join(said) or "nothing"


@case("RFC2236-6-a", needs="group", violator=changes("igmp", where=ASKED, igmp_group=ALL_HOSTS))
def all_hosts_has_no_reports(lt):
    """Of the group of all hosts nothing is ever said, whoever asks for it."""
    member(lt, version=2)
    for group in ("0.0.0.0", ALL_HOSTS):
        asked(lt, 2, within=0.1, group=group)
        says_nothing(lt, 0.1 + LATE, "a query", group=ALL_HOSTS)
    asked(lt, 2, within=0.1)
    says(lt, 0.1)


@case("RFC2236-6-c", needs="group", violator=answers("igmp", where={"src": SECOND}, **ANSWER))
def what_is_no_message(lt):
    """What is shorter than eight octets, or asks for what is no group, is ignored."""
    member(lt, version=2)
    right = query(2, within=0.1, src=SECOND)
    wrong = {"seven octets": cut_to(right, 7), "a host": query(2, "192.0.2.1", within=0.1, dst=ALL_HOSTS, src=SECOND)}
    for stimulus in lt.each(wrong, "a query of"):
        lt.send(stimulus)
        says_nothing(lt, 0.1 + LATE, "what is no query")
    is_asked(lt, 2, within=0.5)
    lt.send(cut_to(neighbours_report(GROUP), 7))
    says(lt, 0.5)


@case("RFC2236-6-d", needs="group", violator=answers("igmp", where={"src": SECOND}, **OF_ANOTHER))
def groups_of_others_are_none_of_ours(lt):
    """What is asked or said of a group that the host is not in changes nothing."""
    member(lt, version=2)
    asked(lt, 2, within=0.1, group=OTHER_GROUP, src=SECOND)
    says_nothing(lt, 0.1 + LATE, "a query for another group", group="")
    is_asked(lt, 2, within=0.5)
    lt.send(neighbours_report(OTHER_GROUP))
    says(lt, 0.5)


@case("RFC2236-3-a", needs="group", ability="spreads-answers-2", violator=answers("igmp", every=True, **ANSWER))
def reports_wait_for_their_time(lt):
    """A report's time is drawn from that of the query: of eight one comes later than a twentieth of it."""
    member(lt, version=2)
    answer_that_waits(lt, 2, 10.0 if lt.virtual else 1.0)


@case("RFC2236-3-a", needs="group", stands_on="spreads-answers-2", violator=drops("igmp", where=ASKED, every=True))
def each_group_has_its_time(lt):
    """Each group's report has a time of its own: four times in a row not all of four groups are reported at one moment."""
    sock = member(lt, version=2)
    for number in (2, 3, 4):
        lt.add("group", sock=sock, addr=f"233.252.0.{number}", iface=0)
    said_all(lt)
    within = 10.0 if lt.virtual else 1.0
    for _ in range(4):
        asked(lt, 2, within=within)
        if len({each.at for each in listened(lt, within + LATE, group="")}) > 1:
            return
    lt.fail("reports at several moments", "all at one, each time")
