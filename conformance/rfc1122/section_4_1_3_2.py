# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.3.2: IP options in UDP."""

from postel.kit import *

OPTIONS = UNKNOWN + NOP * (-len(UNKNOWN) % 4)


@case("RFC1122-4.1.3.2-a", needs=["udp", "udp-options"], ability="passes-options-up", violator=alters("udp.recv", options=b""))
def user_is_told_the_options(lt):
    """The options of a datagram are passed to the user, also those that the IUT does not know."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), options=OPTIONS))
    told = lt.expect_event("udp.recv", data=b"postel")
    lt.check("options passed up:", told.get("options", ""), holding(UNKNOWN))


@case(
    "RFC1122-4.1.3.2-b", "RFC1122-4.1.3.2-c", needs=["udp"], ability="sets-options",
    violators={"RFC1122-4.1.3.2-b": drops("udp"), "RFC1122-4.1.3.2-c": changes("udp", options=NOP * 4)},
)  # fmt: skip
def user_sends_options(lt):
    """The user can give options, and they stand in the datagram."""
    sock = bind(lt)
    with lt.judging("RFC1122-4.1.3.2-b"):
        sent = user_sends(lt, sock, options=record_route(room=3) + NOP)
    with lt.judging("RFC1122-4.1.3.2-c"):
        lt.check("the record route in the datagram:", sent["options"][:2].hex(), record_route(room=3)[:2].hex())


@case("RFC1122-4.1.3.2-a", needs=["udp", "udp-options"], stands_on="passes-options-up", violator=alters("udp.recv", nth=1, options=UNKNOWN * 9))
def user_is_told_forty_octets_of_options(lt):
    """So are all that a header has room for, be they one option or many."""
    bind(lt)
    for options in (UNKNOWN * 10, UNKNOWN[:1] + bytes([40]) + counting(38), UNKNOWN * 9):
        lt.send(probe(udp(USER_PORT), options=options))
        lt.check("options passed up:", lt.expect_event("udp.recv", data=b"postel").get("options", ""), holding(options))


@case("RFC1122-4.1.3.2-b", needs=["udp"], stands_on="sets-options", violator=changes("udp", nth=1, options=record_route(room=8) + NOP))
def user_sends_forty_octets_of_options(lt):
    """The user can fill the header with options."""
    sock = bind(lt)
    for room in (1, 9):
        lt.check("octets of options", len(user_sends(lt, sock, options=record_route(room=room) + NOP)["options"]), 4 * room + 4)
