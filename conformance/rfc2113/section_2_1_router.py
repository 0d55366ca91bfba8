# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2113 section 2.1: the option Router Alert, as a router meets it."""

from postel.kit import *

ALERT_OPTION = bytes([148, 4, 0, 0])
RSVP = 46


def alerting(protocol=RSVP, **said):
    """A datagram for somebody else that asks routers to look at it."""
    return transit(Stimulus({"protocol": protocol, "payload": counting(16)}), **{"options": ALERT_OPTION} | said)


@case("RFC2113-2.1-d", role="router", violator=changes("protocol-46", options=b""))
def alert_that_nobody_waits_for(lt):
    """A router that has no use for Router Alert forwards what has it like anything else, the option with it."""
    for protocol in lt.each({"RSVP": RSVP, "another": 253}):
        crosses(lt, alerting(protocol))


@case("RFC2113-2.1-b", role="router", needs=("router-alert", "ip"), violator=loses("ip.recv"))
def alert_is_brought_to_its_user(lt):
    """A datagram that has the option reaches the router's own users of its protocol, though it is for somebody else."""
    lt.set("router-alert", 1)
    sock = lt.call("ip.bind", protocol=RSVP)["sock"]
    lt.send(alerting())
    lt.expect_event("ip.recv", sock=sock, src=lt.me, data=counting(16))
    lt.answer()  # it may be passed on as well
    crosses(lt, alerting(options=b""))


@case("RFC2113-2.1-e", role="router", needs=("router-alert", "ip"), violator=drops("protocol-46"))
def alert_of_an_unknown_value(lt):
    """A value of the option that means nothing yet is ignored: the datagram passes, and no user receives it."""
    lt.set("router-alert", 1)
    lt.call("ip.bind", protocol=RSVP)
    for value in lt.each({"1": 1, "65535": 65535}):
        crosses(lt, alerting(options=ALERT_OPTION[:2] + value.to_bytes(2, "big")))
        lt.expect_no_event("ip.recv", after="a value that means nothing")
