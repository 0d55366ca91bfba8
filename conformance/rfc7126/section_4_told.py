# SPDX-License-Identifier: BSD-2-Clause
"""RFC 7126 section 4: what a router can be told to do with the packets in transit that have an option."""

from contextlib import suppress

from postel.kit import *

TOLD = {"role": "router", "demands": "option-rule"}
DROPPED = {  # by default
    "RFC7126-4.3-a": lsrr(LEFT.lt, pointer=8) + NOP, "RFC7126-4.4-a": ssrr(LEFT.lt, pointer=8) + NOP, "RFC7126-4.5-a": record_route(room=2) + NOP,
    "RFC7126-4.22-a": bytes([94, 4, 0, 0]),
}  # fmt: skip
ALERTING, UNKNOWN_ONE, UNKNOWN_TOO = (bytes([type_, 4, 0, 0]) for type_ in (148, 77, 215))
QUICK = bytes([25, 8, 15, 64, 0, 0, 0, 0])
FORWARDED = {"RFC7126-4.8-a": ALERTING, "RFC7126-4.21-a": QUICK, "RFC7126-4.23-a": UNKNOWN_ONE}
BASIC = bytes([130, 4, 0xAB, 0x80])
LABELS = {"extended": bytes([133, 4, 5, 0]) + BASIC, "basic": BASIC, "commercial": bytes([134, 10, 0, 0, 0, 1, 1, 4, 0, 1, 0, 0])}


def rule(lt, options, act):
    """The router is told what to do with the option, whatever it was told before."""
    with suppress(UpperError):
        lt.remove("option-rule", option=options[0])
    lt.add("option-rule", option=options[0], act=act)


def passes_with(lt, options):
    """What has the option is forwarded, and the option is as it was."""
    crosses(lt, transit(options=options))


def kept_with(lt, options):
    """What has it is not forwarded."""
    lt.send(transit(options=options))
    expect_kept(lt, after=f"option {options[0]}")
    lt.answer()  # it may be reported


@case(*DROPPED, **TOLD, violators={row: drops("echo-request", nth=place) for place, row in enumerate(DROPPED)})
def what_is_dropped_can_be_let_through(lt):
    """What is dropped by default can be forwarded as though the option were not there, and dropped again."""
    for row, options in DROPPED.items():
        with lt.judging(row):
            rule(lt, options, "ignore")
            passes_with(lt, options)
            rule(lt, options, "drop")
            kept_with(lt, options)


@case(*FORWARDED, **TOLD, violators={row: passes(where={"options": options}) for row, options in FORWARDED.items()})
def what_is_forwarded_can_be_dropped(lt):
    """What is forwarded by default for Router Alert, Quick-Start or an unknown option can be dropped, and forwarded again."""
    for row, options in FORWARDED.items():
        with lt.judging(row):
            rule(lt, options, "drop")
            kept_with(lt, options)
            rule(lt, options, "ignore")
            passes_with(lt, options)


@case("RFC7126-4.23-a", **TOLD, violator=passes(nth=1))
def unknown_options_can_be_dropped(lt):
    """Unknown options can be dropped whatever their types, and those that are known are none of them."""
    lt.add("option-rule", act="drop")
    for options in UNKNOWN_ONE, UNKNOWN_TOO:
        kept_with(lt, options)
    passes_with(lt, ALERTING)
    lt.remove("option-rule")
    for options in UNKNOWN_ONE, UNKNOWN_TOO:
        passes_with(lt, options)


@case("RFC7126-4.5-a", **TOLD, stands_on="records-routes", violator=changes("echo-request", options=patched(2, 4)))
def records_can_be_honoured(lt):
    """A Record Route is honoured where the router is told so: it has the router's address in it when it leaves."""
    route = record_route(room=2)
    rule(lt, route, "process")
    lt.send(transit(options=route + NOP))
    came = expect_passed(lt, options=anything)
    holds(lt, came["options"], having(7, recorded(route, lt.right.iut)))


@case("RFC7126-4.5-a", role="router", needs="source-route", stands_on=("takes-source-routes", "records-routes"), violator=passes())
def routes_that_are_followed_bring_no_records(lt):
    """Where a router is told to follow source routes it still drops what has a Record Route, whether it is for somebody else or led through the router."""
    lt.set("source-route", 1)
    passed_on(lt, lsrr(RIGHT.lt))
    route = record_route(room=2) + NOP
    kept_with(lt, route)
    lt.send(probe(echo(), options=route + lsrr(RIGHT.lt) + NOP))
    expect_kept(lt, after="a Record Route beside a source route")
    lt.answer()  # it may be reported


@case("RFC7126-4.12-b", **TOLD, violator=ignores("add"))
def labels_are_counted_and_can_be_dropped(lt):
    """Packets with a label of security are counted for the interface that they came by, and can be dropped for it."""
    for options in LABELS.values():
        passes_with(lt, options)
        rule(lt, options, "drop")
        kept_with(lt, options)
    lt.send(transit(out=0, options=LABELS["commercial"]), on=1)
    expect_kept(lt, after="a label that came the other way")
    seen = {(each["option"], each["iface"]): each["seen"] for each in lt.listed("option-rule") if "seen" in each}
    lt.check("commercial labels by either interface", [seen.get((134, iface)) for iface in (0, 1)], [2, 1])


@case("RFC7126-4.23-c", **TOLD, needs="log", stands_on="takes-options", violator=loses("log", nth=1))
def what_is_dropped_can_be_logged(lt):
    """That a packet with an unknown or an obsolete option was dropped can be logged."""
    lt.set("log", 1)
    for options in UNKNOWN_ONE, bytes([82, 4, 0, 0]):
        rule(lt, options, "drop")
        kept_with(lt, options)
        expect_logged(lt)
