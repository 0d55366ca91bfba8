# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4604 section 2: hosts that know which groups are source-specific."""

from postel.kit import *

SSM = "232.1.2.3"
EDGES = {"231.255.255.255": "ok", "232.0.1.0": "EINVAL", "232.255.255.255": "EINVAL", "233.0.0.0": "ok"}


def becomes_of_a_join(lt, sock, group):
    done = lt.tried("add", kind="group", sock=sock, addr=group, iface=0)
    return "refused" if done.get("code") else "taken"


@case(
    "RFC4604-2.1-a", needs={"udp", "group", "group-filter"}, stands_on="reports-groups", kind=characteristic,
    ability="knows-source-specific-groups", lacking="taken", violator=accepts("add"),
)  # fmt: skip
def group_without_a_source(lt):
    """What becomes of a join of a source-specific group that names no source: a host that knows such groups refuses it."""
    return becomes_of_a_join(lt, bind(lt), SSM)


@case("RFC4604-2-b", needs={"udp", "group", "group-filter"}, stands_on="knows-source-specific-groups", violator=accepts("add"))
def only_232_is_source_specific(lt):
    """All of 232/8 is source-specific, and no group beside it."""
    sock = joins(lt)
    is_reported(lt)
    for group in lt.each(list(EDGES)):
        lt.check("a join", becomes_of_a_join(lt, sock, group), "taken" if EDGES[group] == "ok" else "refused")


@case("RFC4604-2-a", needs={"udp", "group", "group-filter", "ssm-range"}, stands_on=["knows-source-specific-groups", "tells-changes"], violator=accepts("add"))
def which_groups_are_source_specific_can_be_set(lt):
    """A range that is set is source-specific from then on, and one that is taken away is not."""
    speaks(lt, 3)
    sock = bind(lt)
    lt.check("a join before", becomes_of_a_join(lt, sock, "233.252.0.1"), "taken")
    lt.add("ssm-range", net="233.252.0.0", len=24)
    lt.check("a join of a further range", becomes_of_a_join(lt, sock, "233.252.0.2"), "refused")
    lt.remove("ssm-range", net="232.0.0.0", len=8)
    for group, becomes in lt.each({"233.252.0.255": "refused", "233.252.1.0": "taken", SSM: "taken"}.items()):
        lt.check("a join", becomes_of_a_join(lt, sock, group), becomes)
    wants(lt, sock, "include", A, group="233.252.0.2")
    lt.check("what is said", says(lt, group="233.252.0.2").words, f"allow {A}")


@case("RFC4604-2.2-a", needs={"udp", "group-filter"}, stands_on="knows-source-specific-groups", violator=drops("igmp", where=ASKED))
def older_report_is_not_enough(lt):
    """A source-specific group is reported, whatever older reports another host sends."""
    speaks(lt, 3)
    wants(lt, bind(lt), "include", A, group=SSM)
    said_all(lt)
    for version in (2, 1):
        is_asked(lt, 3, within=0.5)
        lt.send(neighbours_report(SSM, version))
        lt.check("what is said", says(lt, 0.5, group=SSM).words, f"is in {A}")


@case(
    "RFC4604-2.2-b", "RFC4604-2.2-c", needs={"udp", "group", "group-filter"}, stands_on="knows-source-specific-groups",
    violators={"RFC4604-2.2-b": changes("igmp", where=ASKED, igmp_rest=record(2, SSM)), "RFC4604-2.2-c": changes("igmp", igmp_rest=record(4, SSM))},
)  # fmt: skip
def nobody_is_excluded(lt):
    """No record says that a source-specific group is wanted from all but some sources."""
    speaks(lt, 3)
    sock = bind(lt)
    becomes_of_a_join(lt, sock, SSM)
    wants(lt, sock, "include", A, group=SSM)
    lt.stands_on("tells-changes")
    with lt.judging("RFC4604-2.2-c"):
        lt.check("what is said of the change", kinds(listened(lt, lt.timers.membership, group=SSM)), [f"allow {A}"])
    asked(lt, 3, within=0.1)
    with lt.judging("RFC4604-2.2-b"):
        lt.check("what is said then", kinds(listened(lt, 0.1 + LATE, group=SSM)), [f"is in {A}"])
