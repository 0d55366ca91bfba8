# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2236 sections 3, 4, 5 and 8: what a router of version 2 does."""

from postel.kit import *

NEEDS = {"igmp-querier", "igmp-version", "vtime"}
KNOWS = NEEDS | {"membership"}
IT = {"igmp_type": 0x11}
GENERAL, SPECIFIC = IT | {"igmp_group": "0.0.0.0"}, IT | {"igmp_group": GROUP}
INTERVAL, PRESENT, MEMBERSHIP = 125.0, 255.0, 260  # seconds
MOMENT, COARSE = 0.5, 10.0  # and what a query that is waited for so long is seen by
ASKS = {**SPECIFIC, "igmp_code": 10, "dst": GROUP, "eth_dst": group_mac(GROUP), "options": ALERT}


@case("RFC2236-3-i", role="router", needs=NEEDS, stands_on="is-querier", violator=drops("igmp", where=GENERAL, nth=1))
def asks_when_nobody_else_does(lt):
    """A router begins as querier, and is it again when another has not been heard for 255 seconds."""
    querier(lt, 2)
    other_asks(lt, LOWER, 2)
    it_asks_nothing(lt, PRESENT - MOMENT, "a query of another", general=True)
    it_asks(lt, "all", 2 * MOMENT, version=2)


@case("RFC2236-3-j", role="router", needs=NEEDS, stands_on="is-querier", violator=drops("igmp", where=GENERAL, nth=1))
def begins_with_several_queries(lt):
    """It begins with several queries in less time than lies between those that come later."""
    querier(lt, 2)
    it_asks(lt, "all", INTERVAL / 2, version=2)


@case("RFC2236-3-k", role="router", needs=NEEDS, stands_on="is-querier", violator=drops("igmp", where=SPECIFIC, nth=1))
def asks_all_and_who_is_left(lt):
    """A querier asks all every 125 seconds, and after a leave twice for the group, a second apart."""
    querier(lt, 2)
    queries(lt, INTERVAL, general=True)
    it_asks(lt, "all", INTERVAL)
    it_asks_nothing(lt, INTERVAL - COARSE, "a later query", general=True)
    it_asks(lt, "all", COARSE + MOMENT)
    reports_older(lt, 2)
    leaves_group(lt)
    it_asks(lt, "group", version=2)
    it_asks_nothing(lt, 1 - MOMENT, "the first query for the group")
    it_asks(lt, "group", 2 * MOMENT)
    it_asks_nothing(lt, 2.0, "the second one")


@case("RFC2236-3-l", role="router", needs=NEEDS, stands_on="asks-groups", violator=drops("igmp", where=SPECIFIC))
def leaves_to_the_group(lt):
    """A leave that was sent to the group that it is about is heard as well."""
    querier(lt, 2)
    reports_older(lt, 2)
    leaves_group(lt, dst=GROUP)
    it_asks(lt, "group", version=2)


@case("RFC2236-3-m", role="router", needs=KNOWS, stands_on="asks-groups", violator=alters("membership", seconds=2))
def who_does_not_ask_ignores_leaves(lt):
    """A router that is not the querier makes nothing of leaves."""
    querier(lt, 2)
    other_asks(lt, LOWER, 2)
    reports_older(lt, 2)
    leaves_group(lt)
    lt.check("what is known", known(lt), f"exclude {MEMBERSHIP}")
    it_asks_nothing(lt, 2.0, "a leave")


@case("RFC2236-3-n", role="router", needs=NEEDS, stands_on="asks-groups", violator=answers("igmp", where={"igmp_type": 0x17}, **ASKS))
def leaves_of_nobody(lt):
    """A leave of a group that nobody is in is ignored; where somebody is it is not."""
    querier(lt, 2)
    leaves_group(lt)
    it_asks_nothing(lt, 2.0, "a leave of nobody")
    reports_older(lt, 2)
    leaves_group(lt)
    it_asks(lt, "group", version=2)


@case("RFC2236-4-e", role="router", needs=NEEDS, stands_on="is-querier", violator=changes("igmp", where=GENERAL, nth=1, igmp_code=0))
def version_1_is_told(lt):
    """It asks in version 1 where it was told to, and not because another does."""
    querier(lt, 2)
    other_asks(lt, HIGHER, 1)
    it_asks(lt, "all", 2 * INTERVAL, version=2)
    lt.set("igmp-querier", 0, iface=0)
    querier(lt, 1, begun=False)
    it_asks(lt, "all", version=1)


@case("RFC2236-5-b", role="router", needs=KNOWS, stands_on="asks-groups", violator=alters("membership", seconds=2))
def leaves_beside_version_1(lt):
    """While a group has members of version 1 leaves of it are ignored."""
    querier(lt, 2)
    reports_older(lt, 1)
    leaves_group(lt)
    lt.check("what is known", known(lt), f"exclude {MEMBERSHIP}")
    it_asks_nothing(lt, 2.0, "a leave beside version 1")


@case("RFC2236-8.1-a", role="router", needs={"igmp-querier", "igmp-robustness"}, violator=accepts("set"))
def robustness_is_not_0(lt):
    """No robustness of zero can be set."""
    refused = lt.tried("set", name="igmp-robustness", iface=0, value=0)
    lt.check("a robustness of zero", refused.get("code", ""), saying("an error", bool))
    querier(lt)


@case("RFC2236-8.4-a", role="router", needs=KNOWS, violator=loses("membership", nth=1))
def how_long_a_member_counts(lt):
    """A member counts for twice the interval and the time of one response."""
    querier(lt, 2)
    reports_older(lt, 2)
    lt.check("what is known", known(lt), f"exclude {MEMBERSHIP}")
    lt.advance(MEMBERSHIP - MOMENT)
    lt.check("what is known in time", known(lt), "exclude 1")
    lt.advance(MOMENT)
    lt.check("what is known then", known(lt), "nothing")
