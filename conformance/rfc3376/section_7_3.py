# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 section 7.3: routers among older ones and older members."""

from postel.kit import *

NEEDS = {"igmp-querier", "igmp-version", "membership", "vtime"}
WARNS = {"igmp-querier", "igmp-version", "igmp-warning", "vtime"}
IT = {"igmp_type": 0x11}
GENERAL, SPECIFIC = IT | {"igmp_group": "0.0.0.0"}, IT | {"igmp_group": GROUP}
INTERVAL = 125.0  # seconds
RENEWED, LAST = 260, 2
LONG = 200  # tenths of a second, which versions 2 and 3 write otherwise
HOUR, MANY = 3600.0, 40  # after which somebody may be warned again for certain; and queries
OTHERS = {f"{told} hears {heard}": (told, heard) for told, heard in ((3, 2), (3, 1), (2, 3), (1, 2), (1, 3))}


@case("RFC3376-7.3.1-a", "RFC3376-7.3.1-b", role="router", needs={"igmp-querier", "vtime"}, demands="igmp-version", stands_on="is-querier",
      violators={"RFC3376-7.3.1-a": changes("igmp", where=GENERAL, nth=1, igmp_rest=bytes(4)), "RFC3376-7.3.1-b": changes("igmp", where=GENERAL, igmp_rest=bytes(4))})  # fmt: skip
def version_is_told(lt):
    """A router can be told to ask in version 1 or 2, and does so whatever a later one asks."""
    for version in lt.each((2, 1), "version"):
        lt.set("igmp-querier", 0, iface=0)
        querier(lt, version, begun=False)
        with lt.judging("RFC3376-7.3.1-b"):
            it_asks(lt, "all", version=version)
        other_asks(lt, HIGHER, 3)
        with lt.judging("RFC3376-7.3.1-a"):
            it_asks(lt, "all", 2 * INTERVAL, version=version)


@case("RFC3376-7.3.1-c", "RFC2236-4-f", role="router", needs=NEEDS, stands_on="is-querier",
      violators={"RFC3376-7.3.1-c": changes("igmp", where=GENERAL, igmp_rest=bytes(4)), "RFC2236-4-f": changes("igmp", where=GENERAL, igmp_code=100)})  # fmt: skip
def router_of_version_1(lt):
    """A router of version 1 sends eight octets without a time, and ignores leaves."""
    querier(lt, 1, begun=False)
    asked_ = it_asks(lt, "all")
    with lt.judging("RFC3376-7.3.1-c"):
        lt.check("octets of a query", len(asked_.fields["payload"]), 8)
    with lt.judging("RFC2236-4-f"):
        lt.check("time of a query", asked_.code, 0)
    reports_older(lt, 1)
    leaves_group(lt)
    with lt.judging("RFC2236-4-f"):
        lt.check("what is known after a leave", known(lt), f"exclude {RENEWED}")


@case("RFC3376-7.3.1-c", role="router", kind=characteristic, needs=NEEDS, stands_on="is-querier", violator=alters("membership", seconds=200))
def beside_a_router_of_version_1(lt):
    """What a router that was told to speak version 3 makes of a leave after it has heard one of version 1: the memo leaves this to who runs them."""
    querier(lt)
    other_asks(lt, HIGHER, 1)
    reports_older(lt, 2)
    leaves_group(lt)
    return f"it knows: {known(lt)}"


@case("RFC3376-7.3.1-d", role="router", needs={"igmp-querier", "igmp-version", "igmp-response-interval", "vtime"}, stands_on="is-querier", violator=changes("igmp", where=GENERAL, igmp_code=0x89))
def router_of_version_2(lt):
    """A router of version 2 sends eight octets, with tenths of a second as they are, however many."""
    lt.set("igmp-response-interval", LONG, iface=0)
    querier(lt, 2, begun=False)
    asked_ = it_asks(lt, "all", version=2)
    lt.check("octets of a query, and its time", f"{len(asked_.fields['payload'])}, {asked_.code}", f"8, {LONG}")


@case("RFC3376-7.3.1-e", "RFC2236-4-g", role="router", needs=WARNS, violators={"RFC3376-7.3.1-e": loses("igmp.warning"), "RFC2236-4-g": loses("igmp.warning", nth=3)})
def other_versions_are_warned_of(lt):
    """A router that hears a query of another version than it was told to speak warns of that."""
    for told, heard in lt.each(OTHERS, "versions"):
        lt.set("igmp-querier", 0, iface=0)
        querier(lt, told)
        lt.advance(HOUR)
        other_asks(lt, HIGHER, heard)
        with lt.judging("RFC3376-7.3.1-e" if told == 3 else "RFC2236-4-g"):
            lt.expect_event("igmp.warning", addr=HIGHER, version=heard)


@case("RFC3376-7.3.1-f", role="router", needs=WARNS, violator=Violator("delivers", "igmp.warning", {"iface": 0, "addr": HIGHER, "version": 2}, every=True))
def warnings_are_few(lt):
    """Of many such queries few are warned of."""
    querier(lt)
    other_asks(lt, HIGHER, 2)
    lt.expect_event("igmp.warning")
    told = [other_asks(lt, HIGHER, 2) or lt.delivered("igmp.warning") for _ in range(MANY)]
    lt.check(f"warnings of {MANY} more", MANY - told.count(None), at_most(MANY // 2))


@case("RFC3376-7.3.2-b", role="router", needs=NEEDS, stands_on="asks-groups", violator=alters("membership", nth=1, seconds=200))
def beside_members_of_version_2(lt):
    """Where a member is of version 2 its report excludes nobody, no source is refused, and its leave has the group asked for."""
    querier(lt)
    reports(lt, "is in", A)
    reports_older(lt, 2)
    lt.check("after the report", known(lt), f"exclude {RENEWED}")
    reports(lt, "block", B)
    reports(lt, "to ex", B, C)
    lt.check("after what it cannot have meant", known(lt), f"exclude {RENEWED}")
    leaves_group(lt)
    it_asks(lt, "group")
    lt.check("after the leave", known(lt), f"exclude {LAST}")


@case("RFC3376-7.3.2-c", role="router", needs=NEEDS, stands_on="asks-groups", violator=alters("membership", seconds=2))
def beside_members_of_version_1(lt):
    """Where a member is of version 1 nobody can leave: leaves, and records by which the group would be left, are ignored."""
    querier(lt)
    reports_older(lt, 1)
    reports_older(lt, 2)
    for words, leave in {"leave": leaves_group, "to in": lambda lt: reports(lt, "to in"), "block": lambda lt: reports(lt, "block", A)}.items():
        leave(lt)
        lt.check(f"after {words}", known(lt), f"exclude {RENEWED}")
        it_asks_nothing(lt, AT_ONCE, words)


@case("RFC3376-7.3.2-d", role="router", needs=NEEDS, stands_on="asks-groups", violator=alters("membership", nth=1, version=3))
def modes_change_at_once(lt):
    """A group has the mode of an older member from its first report on."""
    querier(lt)
    for version, oldest_ in ((3, 3), (2, 2), (1, 1), (2, 1)):
        reports(lt, "is ex") if version == 3 else reports_older(lt, version)
        lt.check(f"version of the oldest after a report of version {version}", oldest(lt), oldest_)
    leaves_group(lt)
    it_asks_nothing(lt, LAST, "a leave beside version 1")
