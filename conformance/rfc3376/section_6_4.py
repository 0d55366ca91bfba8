# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 sections 6.1, 6.2, 6.4 and 6.5: what a router makes of members' reports."""

from postel.kit import *

E = LEFT.host(105)
NEEDS = {"igmp-querier", "membership", "vtime"}
IT = {"igmp_type": 0x11}
FIRST, LATER = 60.0, 30.0  # seconds that what is known has stood
RENEWED, LAST = 260, 2  # seconds of a membership, and of one that is in doubt
CURRENT = {  # what stands, what is said, what is known then
    "INCLUDE, IS_IN": ("include", ("is in", B, C), f"include {A}:200 {B}:{RENEWED} {C}:{RENEWED}"),
    "INCLUDE, IS_EX": ("include", ("is ex", B, C), f"exclude {RENEWED} {B}:200 not {C}"),
    "EXCLUDE, IS_IN": ("exclude", ("is in", B, C, E), f"exclude 200 {A}:230 {B}:{RENEWED} {C}:{RENEWED} {E}:{RENEWED} not {D}"),
    "EXCLUDE, IS_EX": ("exclude", ("is ex", B, C, E), f"exclude {RENEWED} {B}:230 {E}:{RENEWED} not {C}"),
}
CHANGES = {  # the same, and what is asked
    "INCLUDE, ALLOW": ("include", ("allow", B, C), f"include {A}:200 {B}:{RENEWED} {C}:{RENEWED}", []),
    "INCLUDE, BLOCK": ("include", ("block", B, C), f"include {A}:200 {B}:{LAST}", [f"sources {B}"]),
    "INCLUDE, TO_EX": ("include", ("to ex", B, C), f"exclude {RENEWED} {B}:{LAST} not {C}", [f"sources {B}"]),
    "INCLUDE, TO_IN": ("include", ("to in", B, C), f"include {A}:{LAST} {B}:{RENEWED} {C}:{RENEWED}", [f"sources {A}"]),
    "EXCLUDE, ALLOW": ("exclude", ("allow", B, C, E), f"exclude 200 {A}:230 {B}:{RENEWED} {C}:{RENEWED} {E}:{RENEWED} not {D}", []),
    "EXCLUDE, BLOCK": ("exclude", ("block", B, C, E), f"exclude 200 {A}:230 {B}:{LAST} {E}:{LAST} not {C} {D}", [f"sources {B} {E}"]),
    "EXCLUDE, TO_EX": ("exclude", ("to ex", B, C, E), f"exclude {RENEWED} {B}:{LAST} {E}:{LAST} not {C}", [f"sources {B} {E}"]),
    "EXCLUDE, TO_IN": ("exclude", ("to in", B, C, E), f"exclude {LAST} {A}:{LAST} {B}:{RENEWED} {C}:{RENEWED} {E}:{RENEWED} not {D}", ["group", f"sources {A}"]),
}


def stands(lt, mode):
    """The IUT knows of two sources that are wanted, and in EXCLUDE of two that are not; then a minute passes."""
    lt.set("igmp-querier", 0, iface=0)
    querier(lt)
    if mode == "include":
        reports(lt, "allow", A, B)
        lt.advance(FIRST)
        return
    reports(lt, "is ex", A, B, C, D)
    lt.advance(LATER)
    reports(lt, "is in", A, B)
    lt.advance(LATER)


@case(
    "RFC3376-6.4.1-a", "RFC3376-6.1-b", role="router", needs=NEEDS, stands_on="asks-groups",
    violators={"RFC3376-6.4.1-a": alters("membership", nth=1, seconds=200),
               "RFC3376-6.1-b": answers("igmp", where={"igmp_type": 0x22, "igmp_code": 0}, **IT, igmp_group=GROUP, igmp_code=10, dst=GROUP)},
)  # fmt: skip
def current_state(lt):
    """Records of what members want now renew timers, move sources and change the mode as the table says, and nothing is asked."""
    for mode, said, then in lt.each(CURRENT, "table"):
        stands(lt, mode)
        reports(lt, *said)
        with lt.judging("RFC3376-6.1-b"):
            it_asks_nothing(lt, AT_ONCE, "a report of what is")
        with lt.judging("RFC3376-6.4.1-a"):
            lt.check("what is known", known(lt), then)


@case("RFC3376-6.4.2-a", role="router", needs=NEEDS, stands_on="asks-groups", violator=alters("membership", nth=2, seconds=200))
def changes_of_state(lt):
    """Records of changes do the same by their table, and what may not be wanted any more is asked for."""
    for mode, said, then, asked_for_ in lt.each(CHANGES, "table"):
        stands(lt, mode)
        reports(lt, *said)
        lt.check("queries", sorted(each.words for each in queries(lt, AT_ONCE)), asked_for_)
        lt.check("what is known", known(lt), then)


@case("RFC3376-6.2-a", role="router", needs=NEEDS | {"two-interfaces"}, violator=loses("membership"))
def each_link_has_its_own(lt):
    """What members want is known of each link and group by itself, with its mode, its timer and its sources."""
    querier(lt)
    querier(lt, on=1)
    reports(lt, "is ex", A)
    reports(lt, "is in", B, on=1, src=RIGHT.host(11))
    reports(lt, "is in", C, group=OTHER_GROUP)
    lt.check("on the first link", known(lt), f"exclude {RENEWED} not {A}")
    lt.check("on the second one", known(lt, on=1), f"include {B}:{RENEWED}")
    lt.check("of the other group", f"{known(lt, OTHER_GROUP)}, {known(lt, OTHER_GROUP, on=1)}", f"include {C}:{RENEWED}, nothing")


@case("RFC3376-6.1-a", role="router", needs=NEEDS, stands_on="asks-groups", violator=loses("membership"))
def others_are_asked_first(lt):
    """Who gives up a group or a source has it still forwarded until others had their chance."""
    querier(lt)
    reports(lt, "is ex", A)
    reports(lt, "is in", B, group=OTHER_GROUP)
    reports(lt, "to in")
    reports(lt, "block", B, group=OTHER_GROUP)
    lt.advance(LAST - 0.1)
    lt.check("what is known in time", f"{known(lt, times=False)}, {known(lt, OTHER_GROUP, times=False)}", f"exclude not {A}, include {B}")
    lt.advance(0.1)
    lt.check("what is known then", f"{known(lt)}, {known(lt, OTHER_GROUP)}", "nothing, nothing")


@case("RFC3376-6.5-a", role="router", needs=NEEDS, violator=alters("membership", nth=1, mode="exclude"))
def time_of_a_group_is_over(lt):
    """When nobody excludes any more the sources that somebody includes are left; where there are none the group is forgotten."""
    querier(lt)
    reports(lt, "is ex", A, B)
    lt.advance(LATER)
    reports(lt, "is in", A)
    lt.advance(RENEWED - LATER - 1)
    lt.check("before", known(lt), f"exclude 1 {A}:31 not {B}")
    lt.advance(1)
    lt.check("then", known(lt), f"include {A}:30")
    lt.advance(LATER)
    lt.check("at last", known(lt), "nothing")
