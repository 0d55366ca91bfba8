# SPDX-License-Identifier: BSD-2-Clause
"""RFC 7126 section 4: which packets in transit a router drops for an option, as long as nobody has told it otherwise."""

from postel.kit import *

PASSED_BY = {"pointer": 8}  # a source route that has come to its end: what has it is for somebody else, as it stands
ROUTES = {"loose": lsrr(LEFT.lt, **PASSED_BY) + NOP, "strict": ssrr(LEFT.lt, **PASSED_BY) + NOP}
TWICE = {"of both kinds": lsrr() + ssrr() + NOP * 2, "loose": lsrr() * 2 + NOP * 2, "strict": ssrr() * 2 + NOP * 2}
RECORD, STAMPS = record_route(room=2) + NOP, timestamp(bytes(8))
OBSOLETE = {"probe MTU": 11, "reply MTU": 12, "traceroute": 82, "access control": 142, "extended IP": 145, "address extension": 147,
            "directed broadcast": 149, "packet state": 151, "upstream multicast": 152}  # fmt: skip
EXPERIMENTS = (30, 94, 158, 222)
BASIC, EXTENDED, COMMERCIAL = bytes([130, 4, 0xAB, 0x80]), bytes([133, 3, 5]) + NOP, bytes([134, 10, 0, 0, 0, 1, 1, 4, 0, 1])
ALERT_OPTION, QUICK_START = bytes([148, 4, 0, 0]), bytes([25, 8, 0x0F, 64]) + bytes(4)


def shortest(number):
    """An option that has nothing but its type and length."""
    return bytes([number, 4, 0, 0])


def padded(option):
    return option + bytes(-len(option) % 4)


def passes_with(lt, option):
    """What has this option is forwarded, and the option is as it was."""
    crosses(lt, transit(options=padded(option)))


def kept_with(lt, option, name="the option"):
    """What has this option is not forwarded; it may be reported."""
    lt.send(transit(options=padded(option)))
    expect_kept(lt, after=name)
    lt.answer()


@case("RFC7126-4.1-a", "RFC7126-4.2-a", role="router", violators={"RFC7126-4.1-a": drops("echo-request"), "RFC7126-4.2-a": drops("echo-request", nth=1)})
def what_is_no_option_is_no_reason(lt):
    """A router drops nothing because it has an End of Option List or a No Operation."""
    with lt.judging("RFC7126-4.1-a"):
        passes_with(lt, EOL * 4)
    for options in NOP * 4, NOP * 3 + EOL, NOP * 40:
        with lt.judging("RFC7126-4.2-a"):
            passes_with(lt, options)


@case(
    "RFC7126-4.3-a", "RFC7126-4.4-a", role="router",
    violators={"RFC7126-4.3-a": passes(where={"options": ROUTES["loose"]}), "RFC7126-4.4-a": passes(where={"options": ROUTES["strict"]})},
)  # fmt: skip
def source_routes_are_dropped(lt):
    """By default what has a source route is dropped, be the route loose or strict, at its end or leading through the router."""
    crosses(lt)
    for row, (kind, route) in {"RFC7126-4.3-a": ("loose", lsrr), "RFC7126-4.4-a": ("strict", ssrr)}.items():
        with lt.judging(row):
            kept_with(lt, ROUTES[kind], f"a {kind} source route")
            lt.send(probe(echo(), options=padded(route(RIGHT.lt))))
            lt.check("what is passed on", [crossed["dst"] for crossed in lt.crossing()], [])
            lt.answer()


@case("RFC7126-4.3-c", role="router", violator=passes(where={"options": TWICE["of both kinds"]}))
def two_source_routes_are_dropped(lt):
    """What has two source routes is dropped, be they of one kind or of both."""
    crosses(lt)
    for name, routes in lt.each({name: (name, routes) for name, routes in TWICE.items()}):
        kept_with(lt, routes, f"two source routes, {name}")


@case(
    "RFC7126-4.5-a", "RFC7126-4.7-a", role="router",
    violators={"RFC7126-4.5-a": passes(where={"options": RECORD}), "RFC7126-4.7-a": passes(where={"options": STAMPS})},
)  # fmt: skip
def what_records_is_dropped(lt):
    """By default what has a Record Route or a Timestamp is dropped, alone or among other options."""
    crosses(lt)
    with lt.judging("RFC7126-4.5-a"):
        for options in RECORD, ALERT_OPTION + RECORD, RECORD + ALERT_OPTION:
            kept_with(lt, options, "a Record Route")
    with lt.judging("RFC7126-4.7-a"):
        kept_with(lt, STAMPS, "a Timestamp")


@case("RFC7126-4.6-a", role="router", violator=passes())
def stream_identifiers_are_dropped(lt):
    """What has a Stream Identifier is dropped."""
    crosses(lt)
    kept_with(lt, STREAM_ID, "a Stream Identifier")


@case("RFC7126-4.x-a", role="router", violator=passes(where={"options": shortest(151)}))
def obsolete_options_are_dropped(lt):
    """What has one of nine options that nobody uses any more is dropped."""
    crosses(lt)
    for number in lt.each(OBSOLETE):
        kept_with(lt, shortest(number), f"option {number}")


@case("RFC7126-4.22-a", role="router", violator=passes(where={"options": shortest(222)}))
def experiments_are_dropped(lt):
    """By default what has an option for experiments is dropped."""
    crosses(lt)
    for number in lt.each(EXPERIMENTS, "option"):
        kept_with(lt, shortest(number), f"option {number}")


@case("RFC7126-4.22-a", role="router", needs="counters", stands_on="takes-options", violator=keeps("counters"))
def dropped_experiments_are_counted(lt):
    """What is dropped for an option for experiments is counted."""
    usual = risen(lt, transit())
    lt.forget()
    more = risen(lt, transit(options=shortest(94))) - usual
    if lt.crossing():
        lt.not_applicable("the IUT forwards it")
    lt.answer()
    lt.check("counters that rise with what is dropped", len(more), at_least(1))


@case(
    "RFC7126-4.12-a", "RFC7126-4.13-a", "RFC7126-4.14-a", role="router",
    violators={
        "RFC7126-4.12-a": drops("echo-request"), "RFC7126-4.13-a": changes("echo-request", nth=1, options=b""),
        "RFC7126-4.14-a": drops("echo-request", nth=2),
    },
)  # fmt: skip
def labels_are_passed(lt):
    """By default what has a label of security is forwarded with it."""
    rows = {"RFC7126-4.12-a": BASIC, "RFC7126-4.13-a": BASIC + EXTENDED, "RFC7126-4.14-a": COMMERCIAL}
    for row, label in rows.items():
        with lt.judging(row):
            passes_with(lt, label)


@case(
    "RFC7126-4.8-a", "RFC7126-4.21-a", role="router",
    violators={"RFC7126-4.8-a": drops("echo-request"), "RFC7126-4.21-a": changes("echo-request", nth=1, options=b"")},
)  # fmt: skip
def what_asks_for_service_is_ignored(lt):
    """By default Router Alert and Quick-Start are ignored: what has one is forwarded with it."""
    for row, option in {"RFC7126-4.8-a": ALERT_OPTION, "RFC7126-4.21-a": QUICK_START}.items():
        with lt.judging(row):
            passes_with(lt, option)
