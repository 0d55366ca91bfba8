# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 section 8, and sections 4.1.6 and 4.1.7: the times of routers."""

from postel.kit import *

NEEDS = {"igmp-querier", "vtime"}
KNOWS = NEEDS | {"membership"}
IT = {"igmp_type": 0x11}
GENERAL, SPECIFIC = IT | {"igmp_group": "0.0.0.0"}, IT | {"igmp_group": GROUP}
INTERVAL, STARTUP = 125.0, 31.25  # seconds
MOMENT, COARSE = 0.5, 10.0  # and what a query that is waited for so long is seen by
ROBUSTNESS, OFTEN, RESPONSE = 3, 20, 5  # other times than the usual ones, in seconds
MEMBERSHIP = ROBUSTNESS * OFTEN + RESPONSE
ASKS = {**IT, "igmp_code": 100, "igmp_group": "0.0.0.0", "dst": ALL_HOSTS, "eth_dst": group_mac(ALL_HOSTS), "igmp_rest": bytes([2, 125, 0, 0]), "tos": CONTROL, "options": ALERT}
OF_ROBUSTNESS, OF_INTERVAL = "RFC3376-4.1.6-a", "RFC3376-4.1.7-a"
SAID = {"robustness 5": (OF_ROBUSTNESS, 5, 20, 110), "no robustness": (OF_ROBUSTNESS, 0, 20, 50),
        "interval 192": (OF_INTERVAL, 2, 0x88, 394), "no interval": (OF_INTERVAL, 2, 0, 260)}  # fmt: skip


def otherwise(lt):
    """The IUT has other times than the usual ones."""
    lt.set("igmp-query-interval", OFTEN, iface=0)
    lt.set("igmp-response-interval", 10 * RESPONSE, iface=0)
    querier(lt, robustness=ROBUSTNESS)


@case("RFC3376-8.2-a", "RFC3376-8.3-a", role="router", needs=NEEDS, ability="is-querier", stands_on="forwards",
      violators={"RFC3376-8.2-a": changes("igmp", where=GENERAL, igmp_rest=bytes([2, 60, 0, 0])), "RFC3376-8.3-a": changes("igmp", where=GENERAL, igmp_code=200)})  # fmt: skip
def general_queries_at_intervals(lt):
    """A router asks every 125 seconds, and leaves ten for answers."""
    querier(lt, begun=False)
    first = it_asks(lt, "all")
    with lt.judging("RFC3376-8.2-a"):
        lt.check("interval that it says", first.interval, int(INTERVAL))
    with lt.judging("RFC3376-8.3-a"):
        lt.check("tenths of a second for answers", first.code, 100)
    queries(lt, INTERVAL, general=True)
    with lt.judging("RFC3376-8.2-a"):
        it_asks(lt, "all", INTERVAL)
        it_asks_nothing(lt, INTERVAL - COARSE, "a later query", general=True)
        it_asks(lt, "all", COARSE + MOMENT)


@case("RFC3376-8.6-a", "RFC3376-8.7-a", role="router", needs=NEEDS, stands_on="is-querier",
      violators={"RFC3376-8.6-a": drops("igmp", where=GENERAL, nth=1), "RFC3376-8.7-a": drops("igmp", where=GENERAL, nth=2)})  # fmt: skip
def queries_of_the_beginning(lt):
    """At first there are as many queries as the robustness says, a quarter of an interval apart."""
    querier(lt, robustness=3)
    with lt.judging("RFC3376-8.6-a"):
        it_asks_nothing(lt, STARTUP - MOMENT, "the first query", general=True)
        it_asks(lt, "all", 2 * MOMENT)
    with lt.judging("RFC3376-8.7-a"):
        it_asks(lt, "all", STARTUP + MOMENT)
        it_asks_nothing(lt, 2 * STARTUP, "the third one", general=True)


@case("RFC3376-8.8-a", "RFC3376-8.9-a", role="router", needs=NEEDS, stands_on="asks-groups",
      violators={"RFC3376-8.8-a": changes("igmp", where=SPECIFIC, igmp_code=100), "RFC3376-8.9-a": drops("igmp", where=SPECIFIC, nth=2)})  # fmt: skip
def specific_queries(lt):
    """Specific queries leave a second for answers, are a second apart, and as many as the robustness says."""
    querier(lt, robustness=3)
    reports(lt, "is ex")
    reports(lt, "to in")
    with lt.judging("RFC3376-8.8-a"):
        lt.check("tenths of a second for answers", it_asks(lt, "group").code, 10)
        it_asks_nothing(lt, 1 - MOMENT, "the first query")
        it_asks(lt, "group", 2 * MOMENT)
    with lt.judging("RFC3376-8.9-a"):
        it_asks(lt, "group", 1.0)
        it_asks_nothing(lt, 2.0, "the third one")


@case("RFC3376-8.4-a", "RFC3376-8.13-a", role="router", needs=KNOWS | {"igmp-query-interval", "igmp-response-interval"},
      violators={"RFC3376-8.4-a": alters("membership", seconds=260), "RFC3376-8.13-a": alters("membership", nth=2, version=3)})  # fmt: skip
def how_long_a_member_counts(lt):
    """A member counts for as many intervals as the robustness says and the time of a response; so long an older one makes its group older."""
    otherwise(lt)
    reports_older(lt, 2)
    with lt.judging("RFC3376-8.4-a"):
        lt.check("what is known", known(lt), f"exclude {MEMBERSHIP}")
    lt.advance(1.0)
    reports(lt, "is ex")
    lt.advance(MEMBERSHIP - 2.0)
    with lt.judging("RFC3376-8.4-a"):
        lt.check("seconds left", known(lt), "exclude 2")
    with lt.judging("RFC3376-8.13-a"):
        lt.check("version of the oldest", oldest(lt), 2)
        lt.advance(1.0)
        lt.check("version then", oldest(lt), 3)


@case("RFC3376-8.5-a", role="router", needs=NEEDS | {"igmp-query-interval", "igmp-response-interval"}, stands_on="is-querier",
      violator=drops("igmp", where=GENERAL, nth=1))  # fmt: skip
def how_long_another_router_counts(lt):
    """Another querier counts for as many intervals as the robustness says and half the time of a response."""
    otherwise(lt)
    other_asks(lt, LOWER, flags=ROBUSTNESS, interval=OFTEN)
    it_asks_nothing(lt, ROBUSTNESS * OFTEN + RESPONSE / 2 - MOMENT, "a query from a lower address", general=True)
    it_asks(lt, "all", 2 * MOMENT)


@case("RFC3376-4.1.6-a", "RFC3376-4.1.7-a", role="router", needs=KNOWS,
      violators={"RFC3376-4.1.6-a": alters("membership", seconds=50), "RFC3376-4.1.7-a": alters("membership", nth=2, seconds=260)})  # fmt: skip
def times_are_the_queriers(lt):
    """Who is not querier goes by the robustness and the interval that the querier says, or by the usual ones where it says none."""
    querier(lt)
    for requirement, robustness, interval, seconds in lt.each(SAID, "the querier says"):
        with lt.judging(requirement):
            other_asks(lt, LOWER, flags=robustness, interval=interval)
            reports(lt, "is ex")
            lt.check("what is known", known(lt), f"exclude {seconds}")


@case("RFC3376-8.14.2-a", role="router", needs={"igmp-querier", "igmp-query-interval"}, stands_on="is-querier", violator=changes("igmp", where=GENERAL, igmp_rest=bytes([2, 5, 0, 0])))
def no_answer_after_the_next_query(lt):
    """However short the interval is told to be: queries leave no more time for answers."""
    lt.tried("set", name="igmp-query-interval", iface=0, value=9)
    querier(lt, begun=False)
    asked_ = it_asks(lt, "all")
    lt.check("seconds for answers", asked_.code / 10, at_most(asked_.interval))
