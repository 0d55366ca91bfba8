# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.3.2: IP options in UDP."""

from postel.kit import *

OPTIONS = UNKNOWN + NOP * (-len(UNKNOWN) % 4)


@case("RFC1122-4.1.3.2-a", needs=["udp", "udp-options"], violator=alters("udp.recv", options=b""))
def user_is_told_the_options(lt):
    """The options of a datagram are passed to the user, also those that the IUT does not know."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), options=OPTIONS))
    told = lt.expect_event("udp.recv", data=b"postel")
    lt.check("options passed up:", told.get("options", ""), holding(UNKNOWN))


@case(
    "RFC1122-4.1.3.2-b", "RFC1122-4.1.3.2-c", needs=["udp"], stands_on="sets-options",
    violators={"RFC1122-4.1.3.2-b": drops("udp"), "RFC1122-4.1.3.2-c": changes("udp", options=NOP * 4)},
)  # fmt: skip
def user_sends_options(lt):
    """The user can give options, and they stand in the datagram."""
    sock = bind(lt)
    with lt.judging("RFC1122-4.1.3.2-b"):
        sent = user_sends(lt, sock, options=record_route(room=3) + NOP)
    with lt.judging("RFC1122-4.1.3.2-c"):
        lt.check("the record route in the datagram:", sent["options"][:2].hex(), record_route(room=3)[:2].hex())
