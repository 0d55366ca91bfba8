# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 sections 5 and 5.2: what a host of version 3 answers to queries."""

from postel.kit import *

SECOND = LEFT.host(10)
CURRENT = {"igmp_type": 0x22, "dst": ALL_REPORTS, "eth_dst": group_mac(ALL_REPORTS), "igmp_group": "0.0.0.1"}
OF_ALL_HOSTS = record(2, GROUP) + record(2, ALL_HOSTS)
LONG = 20.0
WANTED = {"include": ("include", A, B), "exclude": ("exclude", C, D)}  # filters that want A, and not C


@case("RFC3376-5-a", needs="group", violator=changes("igmp", where=ASKED, igmp_group="0.0.0.2", igmp_rest=OF_ALL_HOSTS))
def all_hosts_is_never_reported(lt):
    """The group of all hosts is in no report."""
    member(lt, version=3)
    for group in ("0.0.0.0", ALL_HOSTS):
        asked(lt, 3, within=0.1, group=group)
        says_nothing(lt, 0.1 + LATE, "a query", group=ALL_HOSTS)
    asked(lt, 3, within=0.1)
    says(lt, 0.1)


@case("RFC3376-5-c", needs={"group", "two-interfaces"}, violator=drops("igmp", where=ASKED, nth=1))
def each_interface_answers_for_itself(lt):
    """A query is answered by the interface that it came by, for its groups."""
    sock = member(lt, version=3)
    lt.add("group", sock=sock, addr=OTHER_GROUP, iface=1)
    said_all(lt, on=1)
    for on, group in ((0, GROUP), (1, OTHER_GROUP)):
        asked(lt, 3, within=0.1, on=on)
        lt.check("groups reported there", [each.group for each in listened(lt, 0.1 + LATE, group="", on=on)], [group])
        says_nothing(lt, 0.02, "a query by the other interface", group="", on=1 - on)


@case("RFC3376-5.2-a", "RFC3376-5.2-b", needs="group", ability="answers-queries-3",
      violators={"RFC3376-5.2-a": drops("igmp", where=ASKED, nth=1), "RFC3376-5.2-b": drops("igmp", where=ASKED)})  # fmt: skip
def answers_come_in_time(lt):
    """A query, which has the Router Alert, is answered once, within its time."""
    member(lt, version=3)
    for within in (0.2, 0.5, 1.0):
        asked(lt, 3, within=within)
        with lt.judging("RFC3376-5.2-a" if within > 0.2 else "RFC3376-5.2-b"):
            lt.check("answers", [each.words for each in listened(lt, within + LATE)], ["is ex"])


@case("RFC3376-5.2-g", needs="group", ability="spreads-answers-3", violator=answers("igmp", every=True, igmp_rest=record(2, GROUP), **CURRENT))
def answers_wait(lt):
    """General queries are never answered at once: of eight answers one comes later than a twentieth of the time."""
    member(lt, version=3)
    answer_that_waits(lt, 3, 10.0 if lt.virtual else 1.0)


@case("RFC3376-5.2-c", "RFC3376-5.2-d", needs="group",
      violators={"RFC3376-5.2-c": drops("igmp", where=ASKED), "RFC3376-5.2-d": drops("igmp", where=ASKED, nth=1)})  # fmt: skip
def sooner_answer_counts(lt):
    """An answer that is due to a general query sooner than that to a second one is the only one, and a later one is brought forward."""
    member(lt, version=3)
    for rule, first, then in (("RFC3376-5.2-c", 0.5, LONG), ("RFC3376-5.2-d", LONG, 0.5)):
        with lt.judging(rule):
            is_asked(lt, 3, within=first)
            asked(lt, 3, within=then, src=SECOND)
            says(lt, 0.5)
            says_nothing(lt, LONG if lt.virtual else 0.5, "the one answer to both queries")


@case("RFC3376-5.2-e", needs={"udp", "group-filter"}, violator=changes("igmp", where=ASKED, igmp_rest=record(1, GROUP, B)))
def queries_for_sources_add_up(lt):
    """Sources that several queries for a group ask for are answered together; where one asks for the group all are."""
    speaks(lt, 3)
    wants(lt, bind(lt), "include", A, B, C)
    said_all(lt)
    for more, words in ([B], f"is in {A} {B}"), ([], f"is in {A} {B} {C}"):
        is_asked(lt, 3, within=1.0, group=GROUP, sources=[A])
        asked(lt, 3, within=1.0, group=GROUP, sources=more)
        lt.check("what is said", kinds(listened(lt, 1.0 + LATE)), [words])


@case("RFC3376-5.2-f", needs="group", violator=changes("igmp", where=ASKED, igmp_group="0.0.0.2", igmp_rest=record(2, GROUP) + record(2, GROUP)))
def answer_has_a_record_for_each_group(lt):
    """A general query is answered by a record for each group."""
    groups = [f"233.252.0.{number}" for number in range(1, 5)]  # which fit any MTU
    sock = member(lt, version=3)
    for group in groups[1:]:
        lt.add("group", sock=sock, addr=group, iface=0)
    said_all(lt)
    asked(lt, 3, within=0.5)
    found = listened(lt, 0.5 + LATE, group="")
    lt.check("groups", sorted(each.group for each in found), sorted(groups))
    lt.check("kinds of records", sorted({each.kind for each in found}), ["is ex"])


@case("RFC3376-5.2-h", needs="group", violator=answers("igmp", where={"src": SECOND}, igmp_rest=record(2, OTHER_GROUP), **CURRENT))
def group_without_members_is_not_answered_for(lt):
    """A query for a group that the host is not in is not answered."""
    member(lt, version=3)
    asked(lt, 3, within=0.1, group=GROUP)
    says(lt, 0.1)
    for sources in ([], [A]):
        asked(lt, 3, within=0.1, group=OTHER_GROUP, sources=sources, src=SECOND)
        says_nothing(lt, 0.1 + LATE, "a query for another group", group="")


@case("RFC3376-5.2-i", needs={"udp", "group-filter"}, violator=changes("igmp", where=ASKED, igmp_rest=record(1, GROUP, A, B)))
def queries_for_sources_are_answered(lt):
    """Of the sources that a query names the answer has those that are wanted; where none is there is no answer."""
    speaks(lt, 3)
    for wanted in lt.each(WANTED):
        sock = bind(lt)
        wants(lt, sock, *wanted)
        said_all(lt)
        asked(lt, 3, within=0.1, group=GROUP, sources=[A, C])
        lt.check("what is said", says(lt, 0.1).words, f"is in {A}")
        asked(lt, 3, within=0.1, group=GROUP, sources=[C])
        says_nothing(lt, 0.1 + LATE, "a query for a source that is not wanted")
        lt.call("udp.close", sock=sock)
        said_all(lt)


@case("RFC3376-5.2-k", needs={"udp", "group-filter"}, violator=changes("igmp", where=ASKED, nth=1, igmp_rest=record(1, GROUP, A, B)))
def what_was_asked_is_forgotten(lt):
    """When a group was reported the sources are forgotten for which there was a query."""
    speaks(lt, 3)
    wants(lt, bind(lt), "include", A, B)
    said_all(lt)
    for source in (A, B):
        asked(lt, 3, within=0.1, group=GROUP, sources=[source])
        lt.check("what is said", kinds(listened(lt, 0.1 + LATE)), [f"is in {source}"])


@case("RFC3376-5.2-j", needs={"group", "mtu"}, kind=characteristic, violator=drops("igmp", where=ASKED))
def many_answers_are_spread(lt):
    """When the reports come that answer for more groups than one can hold: RFC 3376 recommends not all at once."""
    sock = member(lt, version=3)
    for number in range(2, 19):
        lt.add("group", sock=sock, addr=f"233.252.0.{number}", iface=0)
    said_all(lt)
    lt.set("mtu", 96, iface=0)
    asked(lt, 3, within=2.0)
    times = {each.fields["frame_number"]: each.at for each in listened(lt, 2.0 + LATE, group="")}
    return f"{len(times)} reports, {'at once' if len(set(times.values())) == 1 else 'one after the other'}"
