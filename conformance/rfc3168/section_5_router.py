# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3168 sections 5 and 12: the ECN field of what passes a router."""

from postel.kit import *

NOT_ECT, ECT_1, ECT_0, CE = 0, 1, 2, 3
FIELDS = {"Not-ECT": (NOT_ECT, "RFC3168-5-e"), "ECT(1)": (ECT_1, "RFC3168-5-d"), "ECT(0)": (ECT_0, "RFC3168-5-b"), "CE": (CE, "RFC3168-12-a")}
BURST = 64


def marked(lt, bursts):
    """How many datagrams of a capable transport, that come many at a time, are marked on their way."""
    for _ in range(bursts):
        lt.send(*(transit(echo(seq=seq), tos=ECT_0) for seq in range(BURST)))
        lt.settle(probe_anyway=True)
    passed = lt.take("echo-request", on=1)
    lt.check("datagrams that pass", len(passed), at_least(1))
    return [each["tos"] for each in passed].count(CE)


@case(
    "RFC3168-5-a", "RFC3168-5-b", "RFC3168-5-d", "RFC3168-5-e", "RFC3168-12-a", role="router",
    violators={
        "RFC3168-5-a": drops("echo-request", nth=3), "RFC3168-5-b": changes("echo-request", nth=2, tos=CE),
        "RFC3168-5-d": changes("echo-request", nth=1, tos=NOT_ECT), "RFC3168-5-e": changes("echo-request", tos=CE),
        "RFC3168-12-a": changes("echo-request", nth=3, tos=ECT_0),
    },
)  # fmt: skip
def congestion_field_passes(lt):
    """Where nothing is congested the field stays as it is: nobody marks, either capable codepoint is as good as the other, and no mark is erased."""
    for name, (field, row) in FIELDS.items():
        lt.send(transit(tos=field))
        with lt.judging("RFC3168-5-a" if field == CE else row):
            came = expect_passed(lt, tos=anything)
        with lt.judging(row):
            lt.check(f"ECN of what came with {name}", came["tos"], field)


@case("RFC3168-5-c", role="router", violator=passes(tos=CE))
def no_mark_in_place_of_another_discard(lt):
    """What is to be discarded for another reason than congestion is not marked and passed instead; that it is passed is another rule's matter."""
    crosses(lt, transit(tos=ECT_0, ttl=2))
    lt.send(transit(tos=ECT_0, ttl=1))
    lt.check("marks after a time to live of 1", [came["tos"] for came in lt.crossing()], saying("none", lambda found: CE not in found))
    lt.forget()  # it may be reported


@case("RFC3168-5.1-a", role="router", violator=changes("echo-request", nth=40, tos=CE))
def no_mark_for_a_short_queue(lt):
    """Of datagrams that come at once, after a while without any, none is marked: a queue of a moment is no congestion."""
    lt.check("datagrams that are marked", marked(lt, 1), 0)


@case("RFC3168-5-g", role="router", kind=characteristic, violator=changes("echo-request", nth=70, tos=CE))
def marks_of_a_router_under_load(lt):
    """How many datagrams are marked of several hundred, of a capable transport, that come as fast as they can."""
    return f"{marked(lt, 8)} of {8 * BURST}"
