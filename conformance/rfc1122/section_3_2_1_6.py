# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.6: Type of service."""

from postel.kit import *


@case("RFC1122-3.2.1.6-a", needs=["udp"], ability="sets-tos", violator=changes("udp", tos=0))
def user_chooses_the_tos(lt):
    """The user sets the type of service of each datagram."""
    sock = bind(lt)
    for tos in (0x10, 0x08, 0x1C):  # five bits: what precedence means is not the RFC's matter
        lt.check("TOS", user_sends(lt, sock, tos=tos)["tos"], tos)


@case("RFC1122-3.2.1.6-a", needs=["udp"], violator=changes("udp", tos=0x10))
def tos_is_zero_by_default(lt):
    """A datagram of whose type of service nothing is said has zero."""
    lt.check("TOS", user_sends(lt, bind(lt))["tos"], 0)


@case("RFC1122-3.2.1.6-b", needs=["udp", "udp-ttl"], violator=alters("udp.recv", tos=0))
def user_is_told_the_tos(lt):
    """The type of service that came in is passed to the user."""
    bind(lt)
    lt.send(IP(tos=0x10) / udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel", tos=0x10)
