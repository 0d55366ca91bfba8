# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.3: Source Quench."""

from postel.kit import *


@case("RFC1122-3.2.2.3-b", profiles=["rfc791", "rfc1122"], needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def source_quench_reaches_the_user(lt):
    """A Source Quench is reported to whom it concerns (RFC 6633 has since told hosts to discard it)."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(4, data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=4, code=0)


@case("RFC1122-3.2.2.3-a", kind=characteristic, profiles=["rfc791", "rfc1122"], needs=["udp"], violator=adds("source-quench", to="unreachable"))
def source_quench_when_users_are_slow(lt):
    """Whether a host whose user does not come for what is sent to it quenches the source."""
    bind(lt)
    lt.send(udp())  # to nobody, for something to be said
    lt.answer("unreachable")
    quenched = len(list(iter(lambda: lt.answer("source-quench"), None)))
    lt.send(*(udp(USER_PORT, data=counting(lt.room)) for _ in range(40)))
    quenched += len(list(iter(lambda: lt.answer("source-quench"), None)))
    while lt.delivered("udp.recv"):
        pass
    return f"{quenched} of 40" if quenched else "none"


@case("RFC1122-3.2.2.3-c", profiles=["rfc791", "rfc1122"], needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=loses("icmp.error", nth=1))
def udp_leaves_it_to_its_user_to_slow_down(lt):
    """What UDP does with a Source Quench is to tell each user that it is about, every time, for it is the user who sends less."""
    first, second = bind(lt), bind(lt, port=USER_PORT + 1)
    lt.send(icmp(4, data=user_sends(lt, first)["packet"][:28]))
    if not lt.delivered("icmp.error"):
        lt.not_applicable("no user hears of a Source Quench, with which source_quench_reaches_the_user is charged")
    for sock, sport in (second, USER_PORT + 1), (first, USER_PORT):
        sent = user_sends(lt, sock, sport=sport)
        lt.send(icmp(4, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=4, code=0, sock=sock)
