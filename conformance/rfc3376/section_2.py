# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 sections 2 and 3: filters by source, of sockets and of interfaces."""

from postel.kit import *

LEAST_LIMIT = 64
FAR_TOO_MANY = 2048
MERGED = {  # filters of sockets, and what an interface makes of them
    "all exclude": ([("exclude", A, B, C), ("exclude", B, C, D)], f"is ex {B} {C}"),
    "some include": ([("exclude", A, B), ("include", B, C)], f"is ex {A}"),
    "all include": ([("include", A, B), ("include", B, C)], f"is in {A} {B} {C}"),
    "one wants all": ([("exclude", A), ("exclude",)], "is ex"),
}


def many(number):
    return [LEFT.host(1000 + n) for n in range(number)]


@case("RFC3376-3.2-d", needs={"udp", "group-filter"}, stands_on="reports-groups", violator=delivers("udp.recv", data=b"postel"))
def each_socket_has_its_filter(lt):
    """What comes to a group is delivered by each socket's own filter, whatever the interface has merged."""
    for port, mode in ((USER_PORT, "include"), (USER_PORT + 1, "exclude")):
        wants(lt, bind(lt, port), mode, A)
    for port, heard, other in ((USER_PORT, A, B), (USER_PORT + 1, B, A)):
        receives(lt, src=heard, port=port)
        misses(lt, "it is another socket's source", src=other, port=port)


@case("RFC3376-2-a", needs={"udp", "group-filter"}, stands_on="reports-groups", violator=ignores("set"))
def user_chooses_sources(lt):
    """A user hears those sources of a group that it has named, or all but those."""
    sock = bind(lt)
    for mode, heard, other in (("include", A, B), ("exclude", B, A)):
        wants(lt, sock, mode, A)
        receives(lt, src=heard)
        misses(lt, f"{mode} of another source", src=other)


@case("RFC3376-2-b", needs={"udp", "group-filter"}, stands_on="reports-groups", kind=characteristic, violator=accepts("set"))
def limit_of_sources(lt):
    """How many sources a user may name."""
    sock, most = bind(lt), 0
    while most < FAR_TOO_MANY and not lt.tried("set", name="group-filter", sock=sock, addr=GROUP, iface=0, value=",".join(["include", *many(2 * most or 1)])):
        most = 2 * most or 1
    return f"{most} and not {2 * most}" if most < FAR_TOO_MANY else f"{most} at least"


@case("RFC3376-2-c", needs={"udp", "group-filter"}, stands_on="reports-groups", violator=accepts("set"))
def too_many_sources_are_refused(lt):
    """More sources than a user may name are refused, and nothing changes by them."""
    sock = bind(lt)
    wants(lt, sock, "include", A)
    receives(lt, src=A)
    value = ",".join(["exclude", A, *many(FAR_TOO_MANY), B])
    if lt.tried("set", name="group-filter", sock=sock, addr=GROUP, iface=0, value=value):
        receives(lt, src=A)
    else:
        for source in (A, B):
            misses(lt, "many were excluded", src=source)


@case("RFC3376-2-d", needs={"udp", "group-filter"}, stands_on="reports-groups", violator=ignores("set", nth=1))
def filter_replaces_the_one_before(lt):
    """What a user asks for last is all that it wants."""
    sock = bind(lt)
    for now, before in ((A, B), (B, A)):
        wants(lt, sock, "include", now)
        receives(lt, src=now)
        misses(lt, "another filter", src=before)


@case("RFC3376-2-e", needs={"udp", "group-filter"}, stands_on="reports-groups", violator=loses("udp.recv"))
def sixty_four_sources_are_no_more_than_can_be(lt):
    """A user can name sixty-four sources."""
    sock = joins(lt)
    is_reported(lt)
    value = ",".join(["include", *many(LEAST_LIMIT - 1), A])
    refused = lt.tried("set", name="group-filter", sock=sock, addr=GROUP, iface=0, value=value)
    lt.check("a filter of 64 sources", refused.get("code", "ok"), "ok")
    receives(lt, src=A)


@case("RFC3376-3.1-a", needs={"udp", "group-filter"}, stands_on="reports-groups", violator=ignores("set", nth=1))
def nobody_included_is_no_member(lt):
    """Who wants no source is no member any more."""
    sock = bind(lt)
    wants(lt, sock, "include", A)
    receives(lt, src=A)
    wants(lt, sock, "include")
    misses(lt, "no source was wanted", src=A)


@case("RFC3376-3.2-a", needs={"udp", "group-filter"}, violator=changes("igmp", where=ASKED, igmp_rest=record(2, GROUP, D)))
def filters_are_merged(lt):
    """An interface excludes what all that exclude do not want and nobody includes; where all include it includes what any does."""
    speaks(lt, 3)
    for filters, merged in lt.each(MERGED):
        socks = [bind(lt, USER_PORT + number) for number in range(len(filters))]
        for sock, (mode, *sources) in zip(socks, filters, strict=True):
            wants(lt, sock, mode, *sources)
        said_all(lt)
        asked(lt, 3, within=0.1)
        lt.check("what the interface has", kinds(listened(lt, 0.1 + LATE)), [merged])
        for sock in socks:
            lt.call("udp.close", sock=sock)
        said_all(lt)


@case("RFC3376-3.2-b", needs={"udp", "group-filter"}, stands_on="tells-changes", violator=changes("igmp", where=ASKED, igmp_rest=record(2, GROUP)))
def nobody_excludes(lt):
    """Where no socket excludes sources no record says that any are excluded."""
    speaks(lt, 3)
    for number, sources in enumerate(([A], [B, C])):
        wants(lt, bind(lt, USER_PORT + number), "include", *sources)
        said = listened(lt, lt.timers.membership, enough=1) + listened(lt, AT_ONCE)
        lt.check("what is said of the change", kinds(said), [" ".join(["allow", *sources])])
        said_all(lt)
    asked(lt, 3, within=0.1)
    lt.check("what is said then", kinds(listened(lt, 0.1 + LATE)), [f"is in {A} {B} {C}"])


@case("RFC3376-3.2-e", needs={"udp", "group-filter"}, violator=drops("igmp", where=ASKED))
def queries_pass_all_filters(lt):
    """A query is heard, whether or not its source is wanted."""
    speaks(lt, 3)
    sock = bind(lt)
    wants(lt, sock, "exclude", lt.me)
    said_all(lt)
    asked(lt, 3, within=0.1, group=GROUP)
    says(lt, 0.1)
    misses(lt, "its source is not wanted", src=lt.me)


@case("RFC3376-3.2-c", needs={"udp", "group"}, stands_on="reports-groups", violator=accepts("add"))
def too_many_groups_are_refused(lt):
    """Where there is no room for another group who wants it is told so."""
    sock, joined = bind(lt), []
    for on, group in [(lab.index, f"233.252.0.{number}") for lab in links(lt) for number in range(1, 255)]:
        if lt.tried("add", kind="group", sock=sock, addr=group, iface=on):
            misses(lt, "a join that was refused", group, on=on)
            receives(lt, joined[-1][1], on=joined[-1][0])
            return
        joined.append((on, group))
    lt.not_applicable("254 groups are no limit")
