# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1112 appendix I: IGMP, version 1, as hosts speak it."""

from postel.kit import *

QUERIER, SECOND = LEFT.host(9), LEFT.host(10)
ANSWER = {"igmp_type": 0x12, "igmp_group": GROUP}
LONGEST = 10.0  # seconds until a query is answered
UNKNOWN_TYPES = (0x10, 0x13, 0x14, 0x1F, 0x42)


@case("RFC1112-App.I-a", needs="group", stands_on="remembers-igmp-1", violator=changes("igmp", igmp_code=7))
def report_of_version_1(lt):
    """A report of version 1 is of eight octets: its kind, a zero, a checksum and the group."""
    speaks(lt, 1)
    joins(lt)
    report = is_reported(lt).fields
    lt.check("type", report["igmp_type"], 0x12)
    lt.check("unused octet", report["igmp_code"], 0)
    lt.check("octets of the message", len(report["payload"]), 8)
    holds(lt, report["payload"], message_verifies)


@case("RFC1112-App.I-d", needs="group", violator=changes("igmp", dst=ALL_HOSTS, eth_dst=group_mac(ALL_HOSTS)))
def report_goes_to_its_group(lt):
    """A report goes to the group that it tells of, and no further than the link."""
    speaks(lt, 1)
    joins(lt)
    report = is_reported(lt).fields
    lt.check("destination", report["dst"], GROUP)
    lt.check("TTL", report["ttl"], 1)


@case("RFC1112-App.I-b", needs="group", violator=drops("igmp", where=ASKED | {"igmp_group": OTHER_GROUP}))
def query_is_answered_for_each_group(lt):
    """A query is answered for each group of the interface, within ten seconds."""
    member(lt, version=1)
    member(lt, OTHER_GROUP, port=USER_PORT + 1)
    asked(lt, 1)
    found = [each.group for each in listened(lt, LONGEST + LATE, group="")]
    lt.check("reports", sorted(found), [GROUP, OTHER_GROUP])


@case("RFC1112-App.I-c", needs="group", violator=drops("igmp", where=ASKED))
def second_query_changes_nothing(lt):
    """A query that comes while the answer to another is due does not put it off."""
    member(lt, version=1)
    asked(lt, 1)
    found = listened(lt, LONGEST / 2, enough=1)
    asked(lt, 1, src=SECOND)
    found = found or listened(lt, LONGEST / 2 + LATE, enough=1)
    lt.check("reports in the ten seconds after the first query", len(found), 1)


@case("RFC1112-App.I-e", needs="group", stands_on="heeds-old-reports", violator=answers("igmp", where={"igmp_type": 0x12}, **ANSWER))
def report_of_another_is_enough(lt):
    """Who hears another report the group does not report it."""
    member(lt, version=1)
    is_asked(lt, 1)
    lt.send(neighbours_report(GROUP, 1))
    says_nothing(lt, LONGEST + LATE, "another host's report")


@case("RFC1112-App.I-f", needs="group", violator=changes("igmp", where=ASKED, igmp_group=ALL_HOSTS))
def all_hosts_is_not_reported(lt):
    """The group of all hosts is never reported."""
    member(lt, version=1)
    asked(lt, 1)
    says_nothing(lt, LONGEST + LATE, "a query", group=ALL_HOSTS)
    asked(lt, 1)
    says(lt, LONGEST)


@case("RFC1112-App.I-g", needs="group", violator=drops("igmp", where=ASKED | {"igmp_group": GROUP}))
def report_to_another_group_counts_nothing(lt):
    """A report that went to another group than it tells of is none."""
    sock = member(lt, version=1)
    lt.add("group", sock=sock, addr=OTHER_GROUP, iface=0)
    said_all(lt)
    is_asked(lt, 1)
    lt.send(neighbours_report(GROUP, 1, dst=OTHER_GROUP))
    says(lt, LONGEST)


@case("RFC1112-App.I-i", needs="group", violator=answers("igmp", where={"igmp_type": 0x42}, **ANSWER))
def other_types_are_dropped(lt):
    """Messages of unknown types are dropped quietly."""
    member(lt, version=1)
    for kind in lt.each(UNKNOWN_TYPES, "type"):
        lt.send(igmp(kind, ALL_HOSTS))
        says_nothing(lt, AT_ONCE, "a message of no type")
    asked(lt, 1)
    says(lt, LONGEST)


@case("RFC1112-App.I-j", needs="group", violator=drops("igmp", nth=1, every=True))
def join_is_reported_more_than_once(lt):
    """A group that was joined is reported at once, and once or twice more soon after."""
    speaks(lt, 1)
    usual_robustness(lt)
    joins(lt)
    says(lt, AT_ONCE)
    lt.check("further reports", len(listened(lt, lt.timers.membership)), one_of(1, 2))


@case("RFC1112-App.I-k", needs="group", stands_on="checks-igmp-checksums", violator=answers("igmp", where={"src": SECOND}, **ANSWER))
def wrong_queries_are_none(lt):
    """What is shorter than eight octets, or has a wrong checksum, is no query."""
    member(lt, version=1)
    right = query(1, src=SECOND)
    for wrong in lt.each({"a wrong checksum": probe(right, igmp_checksum=0x1234), "seven octets": cut_to(right, 7)}):
        lt.send(wrong)
        says_nothing(lt, LONGEST + LATE, "what is no query")
    asked(lt, 1)
    says(lt, LONGEST)


@case("RFC1112-App.I-l", needs="group", stands_on="checks-igmp-checksums", violator=drops("igmp", where=ASKED))
def wrong_reports_are_none(lt):
    """A report that is too short, or has a wrong checksum, tells nothing."""
    member(lt, version=1)
    right = neighbours_report(GROUP, 1)
    for wrong in lt.each({"a wrong checksum": probe(right, igmp_checksum=0x1234), "seven octets": cut_to(right, 7)}):
        is_asked(lt, 1)
        lt.send(wrong)
        says(lt, LONGEST)


@case("RFC1112-App.I-m", needs="group", violator=drops("igmp", where=ASKED))
def query_has_no_group(lt):
    """What stands in a query where a report has its group means nothing."""
    member(lt, version=1)
    for group in lt.each((OTHER_GROUP, "192.0.2.1", "255.255.255.255"), "group"):
        asked(lt, 1, group=group, dst=ALL_HOSTS)
        says(lt, LONGEST)


@case("RFC1112-App.I-n", needs="group", violator=answers("igmp", where={"src": SECOND}, **ANSWER))
def group_that_was_left_is_not_reported(lt):
    """Who leaves a group answers for it no more, however recent the query."""
    sock = member(lt, version=1)
    asked(lt, 1)
    says(lt, LONGEST)
    is_asked(lt, 1)
    lt.remove("group", sock=sock, addr=GROUP, iface=0)
    lt.send(igmp(0x42, ALL_HOSTS, src=SECOND))
    lt.check("reports", [each for each in kinds(listened(lt, LONGEST + LATE)) if each != "leave"], [])


@case("RFC1112-App.I-o", needs={"group", "two-interfaces"}, violator=drops("igmp", where=ASKED))
def each_link_has_queries_of_its_own(lt):
    """A query asks for the groups of its link, and a report there is nothing to another link."""
    speaks(lt, 1, on=1)
    sock = member(lt, version=1)
    lt.add("group", sock=sock, addr=GROUP, iface=1)
    said_all(lt, on=1)
    is_asked(lt, 1)
    lt.send(probe(neighbours_report(GROUP, 1), src=RIGHT.host(9)), on=1)
    says(lt, LONGEST)
    says_nothing(lt, LONGEST, "a query on another link", on=1)


@case("RFC1112-App.I-b", needs="group", ability="spreads-answers-1", violator=answers("igmp", every=True, **ANSWER))
def reports_wait_for_their_time(lt):
    """A report's time is drawn from ten seconds: of eight one comes later than half a second after the query."""
    member(lt, version=1)
    answer_that_waits(lt, 1, LONGEST)
