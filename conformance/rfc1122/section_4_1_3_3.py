# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.3.3: ICMP messages in UDP."""

from postel.kit import *


@case("RFC1122-4.1.3.3-a", needs=["udp", "icmp-errors"], ability="tells-of-errors", violator=loses("icmp.error"))
def an_error_reaches_the_application(lt):
    """An ICMP error about a datagram is passed to the application that sent it, though it quotes no more than it has to."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(3, 3, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=3, code=3)


@case("RFC1122-4.1.3.3-a", needs=["udp", "icmp-errors"], violator=loses("icmp.error", nth=2))
def errors_reach_the_application(lt):
    """Each kind of ICMP error about a datagram is passed to the application that sent it."""
    sock = bind(lt)
    for type_, code in ((3, 1), (3, 3), (11, 0), (12, 0)):
        sent = user_sends(lt, sock)
        lt.send(icmp(type_, code, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=type_, code=code, src=lt.me)


@case("RFC1122-4.1.3.3-a", needs=["udp", "icmp-errors"], violator=alters("icmp.error", sock=1))
def error_about_nobodys_datagram(lt):
    """An error about a datagram that comes from no application's port is told to none, though the host may be."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(3, 3, data=patched(21, 0xA1)(sent["packet"])[:28]))
    told = lt.delivered("icmp.error") or {}
    lt.check("socket that is told of it", told.get("sock", "none"), "none")
