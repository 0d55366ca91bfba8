# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6398 section 5: what routers let Router Alert do."""

from postel.kit import *

ALERT_OPTION = bytes([148, 4, 0, 0])
RSVP, OTHER_PROTOCOL = 46, 253
NEEDS = {"role": "router", "needs": ("router-alert", "ip")}
BURST = 64


def alerting(protocol=RSVP, value=0):
    """A datagram for somebody else that asks routers to look at it."""
    return transit(Stimulus({"protocol": protocol, "payload": counting(16)}), options=ALERT_OPTION[:2] + value.to_bytes(2, "big"))


def interested(lt):
    """The router has a user of RSVP, and heeds the option."""
    lt.set("router-alert", 1)
    return lt.call("ip.bind", protocol=RSVP)["sock"]


@case("RFC6398-4.1-a", **NEEDS, violator=ignores("set", nth=1))
def router_that_ignores_alerts(lt):
    """A router can be told to ignore the option: what has it passes like anything else."""
    interested(lt)
    lt.set("router-alert", 0)
    crosses(lt, alerting())
    lt.expect_no_event("ip.recv", after="an alert that is to be ignored")


@case("RFC6398-5-a", **NEEDS, violator=drops("protocol-253"))
def alert_of_another_protocol(lt):
    """What has the option and is of a protocol that nobody there is interested in is forwarded like anything else."""
    interested(lt)
    crosses(lt, alerting(OTHER_PROTOCOL))
    lt.expect_no_event("ip.recv", after="a datagram of another protocol")


@case("RFC6398-5-c", role="router", kind=characteristic, violator=drops("protocol-46", nth=1))
def alerts_that_are_too_many(lt):
    """How many datagrams with the option pass of those that come at once."""
    lt.send(*[alerting()] * BURST)
    lt.settle(probe_anyway=True)
    return f"{len(lt.take('protocol-46', on=1))} of {BURST}"


@case("RFC6398-5-d", **NEEDS, kind=characteristic, violator=loses("ip.recv"))
def values_that_are_heeded(lt):
    """For which values of the option a router brings the datagram to its user, and for which it passes it on."""
    interested(lt)
    found = []
    for value in 0, 1, 65535:
        lt.send(alerting(value=value))
        told = ["brought"] if lt.delivered("ip.recv") else []
        found.append(f"{value}: {' and '.join(told + ['passed on'] * len([*iter(lt.answer, None)])) or 'neither'}")
    return ", ".join(found)
