# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2474: the differentiated services field of what passes a router."""

from postel.kit import *

CODEPOINTS = range(0, 256, 4)


@case(
    "RFC2474-4.1-a", "RFC2474-4.1-b", "RFC2474-3-b", role="router", ability="keeps-codepoints",
    violators={
        "RFC2474-4.1-a": drops("echo-request"), "RFC2474-4.1-b": drops("echo-request", where={"tos": 0xFC}),
        "RFC2474-3-b": changes("echo-request", where={"tos": 4}, tos=0),
    },
)  # fmt: skip
def every_codepoint_passes(lt):
    """A router that was told nothing about codepoints forwards each as it does the default one, and leaves it as it was."""
    for octet in CODEPOINTS:
        with lt.judging("RFC2474-4.1-b" if octet else "RFC2474-4.1-a"):
            lt.send(transit(tos=octet))
            came = expect_passed(lt, tos=anything)
        with lt.judging("RFC2474-3-b"):
            lt.check("DSCP", came["tos"] >> 2, octet >> 2)


@case("RFC2474-3-e", role="router", kind=characteristic, violator=changes("echo-request", where={"tos": 0xB8}, tos=0))
def codepoints_that_a_router_rewrites(lt):
    """Which codepoints a router changes in what it forwards, as it was told or of its own accord."""
    changed = []
    for octet in CODEPOINTS:
        lt.send(transit(tos=octet))
        came = expect_passed(lt, tos=anything)["tos"]
        changed += [f"{octet >> 2} to {came >> 2}"] if came >> 2 != octet >> 2 else []
    return ", ".join(changed) or "none"


@case("RFC2474-5-a", role="router", violator=changes("echo-request", where={"seq": 5}, seq=9))
def packets_of_one_flow_keep_their_order(lt):
    """What belongs together leaves in the order in which it came, whatever codepoint it has."""
    for octet in lt.each({"default": 0, "expedited": 0xB8, "assured": 0x28, "selector": 0xC0}):
        lt.send(*(transit(echo(seq=seq), tos=octet) for seq in range(16)))
        lt.settle(probe_anyway=True)
        lt.check("sequence", [passed["seq"] for passed in lt.take("echo-request", on=1)], list(range(16)))
