# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.4: UDP/application layer interface."""

from postel.kit import *


@case("RFC1122-4.1.4-b", needs=["udp"], stands_on=["sets-ttl", "sets-tos", "sets-options"], violator=changes("udp", nth=1, ttl=64))
def ttl_tos_and_options_of_each_datagram(lt):
    """Time to live, type of service and options can be set for each datagram, and do not stay for the next."""
    sock = bind(lt)
    usual = user_sends(lt, sock)
    sent = user_sends(lt, sock, ttl=9, tos=0x10, options=NOP * 4)
    lt.check("TTL, TOS and options", (sent["ttl"], sent["tos"], sent["options"]), (9, 0x10, NOP * 4))
    again = user_sends(lt, sock)
    lt.check("TTL, TOS and options", (again["ttl"], again["tos"], again["options"]), (usual["ttl"], usual["tos"], b""))


@case("RFC1122-4.1.4-c", kind=characteristic, needs=["udp"], violator=alters("udp.recv", tos=0))
def tos_is_passed_up(lt):
    """Whether UDP tells its user the type of service that a datagram came with."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), tos=0x28))
    told = lt.delivered() or {}
    return "passed up" if told.get("tos") == "40" else "kept"


@case("RFC1122-4.1.4-a", needs=["udp", "udp-options", "udp-ttl"], violator=alters("udp.recv", options=b""))
def user_of_udp_has_all_of_ip(lt):
    """What the transport may say to IP and hear from it is its user's, too: addresses, time to live, type of service and options."""
    lt.stands_on("sets-ttl", "sets-tos", "sets-options", "passes-options-up")
    sock = bind(lt)
    sent = user_sends(lt, sock, src=lt.iut, ttl=9, tos=0x28, df=1, options=NOP * 4)
    lt.check("what the user said", [sent[name] for name in ("src", "ttl", "tos", "df", "options")], [lt.iut, 9, 0x28, 1, NOP * 4])
    lt.send(probe(udp(USER_PORT), ttl=9, tos=0x28, options=UNKNOWN))
    lt.expect_event("udp.recv", src=lt.me, dst=lt.iut, ttl=9, tos=0x28, options=UNKNOWN, data=b"postel")
