# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 section 5.1: what a host says when what it wants changes."""

from postel.kit import *

REPORTS = 3  # of each change, where that can be set
UNSOLICITED = 1.0  # seconds within which a report is said again
CHANGES = {  # from, to, and what is said
    "include to include": (("include", A, B), ("include", B, C), {f"allow {C}", f"block {A}"}),
    "exclude to exclude": (("exclude", A, B), ("exclude", B, C), {f"allow {A}", f"block {C}"}),
    "include to exclude": (("include", A), ("exclude", B), {f"to ex {B}"}),
    "exclude to include": (("exclude", A), ("include", B), {f"to in {B}"}),
}
ONE_SIDED = {
    "one more included": (("include", A), ("include", A, B), [f"allow {B}"]), "one less included": (("include", A, B), ("include", A), [f"block {B}"]),
    "one more excluded": (("exclude", A), ("exclude", A, B), [f"block {B}"]), "one less excluded": (("exclude", A, B), ("exclude", A), [f"allow {B}"]),
}  # fmt: skip


def said_of_a_change(lt, first, then):
    """Of a new socket's filter; when that is closed nothing more is to be said."""
    sock = bind(lt)
    wants(lt, sock, *first)
    said_all(lt)
    wants(lt, sock, *then)
    found = kinds(listened(lt, AT_ONCE))
    lt.call("udp.close", sock=sock)
    said_all(lt)
    return found


@case("RFC3376-5.1-a", needs={"udp", "group-filter"}, ability="tells-changes", violator=drops("igmp", nth=1, every=True))
def changes_are_told(lt):
    """What an interface wants otherwise is said at once: a new mode with its sources, else the sources that are new and those that are none any more."""
    speaks(lt, 3)
    for first, then, words in lt.each(CHANGES):
        lt.check("what is said", set(said_of_a_change(lt, first, then)), words)


@case("RFC3376-5.1-b", needs={"udp", "group-filter"}, stands_on="tells-changes",
      violator=changes("igmp", every=True, igmp_rest=record(5, GROUP, B) + record(6, GROUP)))  # fmt: skip
def empty_records_are_left_out(lt):
    """Where nothing is new, or nothing is gone, no record says so."""
    speaks(lt, 3)
    for first, then, words in lt.each(ONE_SIDED):
        lt.check("what is said", said_of_a_change(lt, first, then), words)


@case(
    "RFC3376-5.1-c", "RFC3376-8.11-a", needs={"group", "igmp-robustness"}, ability="repeats-changes", stands_on="tells-changes",
    violators={"RFC3376-5.1-c": drops("igmp", nth=2), "RFC3376-8.11-a": drops("igmp", nth=1, every=True)},
)  # fmt: skip
def changes_are_told_again(lt):
    """A change is said as often as the robustness variable has it, each time within a second of the time before."""
    speaks(lt, 3)
    usual_robustness(lt, REPORTS)
    joins(lt)
    says(lt, AT_ONCE)
    with lt.judging("RFC3376-8.11-a"):
        again = [says(lt, UNSOLICITED)]
    with lt.judging("RFC3376-5.1-c"):
        again += listened(lt, REPORTS * UNSOLICITED + LATE)
        lt.check("reports after the first", [each.words for each in again], ["to ex"] * (REPORTS - 1))


@case("RFC3376-5.1-d", needs={"udp", "group-filter", "igmp-robustness"}, stands_on="repeats-changes", violator=drops("igmp", nth=1, every=True))
def further_changes_are_merged(lt):
    """A change that comes while another is still to be said again is said with it, and each as often as it must be."""
    speaks(lt, 3)
    usual_robustness(lt, REPORTS)
    sock = bind(lt)
    wants(lt, sock, "include", A)
    wants(lt, sock, "include", A, B)
    found = listened(lt, 2 * REPORTS * UNSOLICITED + LATE)
    lt.check("kinds of records", sorted({each.kind for each in found}), ["allow"])
    for source in (A, B):
        lt.check(f"reports that allow {source}", sum(source in each.sources for each in found), at_least(REPORTS))


@case("RFC3376-5.1-e", needs={"udp", "group-filter", "igmp-robustness"}, stands_on="repeats-changes", violator=drops("igmp", nth=2, every=True))
def new_modes_are_told_whole(lt):
    """While a new mode is to be said again sources that change are said as part of it."""
    speaks(lt, 3)
    usual_robustness(lt, REPORTS)
    sock = joins(lt)
    wants(lt, sock, "exclude", A)
    found = listened(lt, 2 * REPORTS * UNSOLICITED + LATE)
    lt.check("kinds of the first records", [each.kind for each in found][:REPORTS], ["to ex"] * REPORTS)
    lt.check("what is said last of the mode", [each.words for each in found if each.kind == "to ex"][-1:], [f"to ex {A}"])
