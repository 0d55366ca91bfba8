# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1349 sections 3 and 4: The TOS field, and the values that it can have."""

from postel.kit import *

VALUES = range(0, 32, 2)
NAMELESS = [tos for tos in VALUES if tos.bit_count() > 1]  # those that have a meaning have one bit, or none


@case("RFC1349-2-a", needs=["udp"], stands_on="sets-tos", violator=changes("udp", nth=7, tos=0x04))
def tos_has_four_bits(lt):
    """The user's datagrams leave with each of the sixteen values of four bits, and a zero behind them."""
    sock = bind(lt)
    for tos in VALUES:
        lt.check("TOS", user_sends(lt, sock, tos=tos)["tos"] & 0x1F, tos)


@case("RFC1349-3-a", violator=changes("echo-reply", nth=1, tos=lambda tos: tos | 1))
def last_bit_is_zero_when_sent(lt):
    """The bit that must be zero is so in what a host sends; where it comes set, it is ignored."""
    for tos in (0x00, 0x01, 0x11, 0x1F, 0xFF):
        lt.send(probe(echo(), tos=tos))
        lt.check("last bit of TOS", lt.expect(echo_reply(tos=anything))["tos"] & 1, 0)


@case("RFC1349-3-a", stands_on="fragments", violator=changes("fragment", nth=1, tos=lambda tos: tos ^ 1))
def fragments_have_the_whole_of_it(lt):
    """All the fragments of a datagram have the same TOS field, to the last bit."""
    pieces = large_reply(lt, large_echo(lt, tos=0x10))
    lt.check("TOS of the fragments", [piece["tos"] for piece in pieces], [pieces[0]["tos"]] * len(pieces))


@case("RFC1349-4-b", needs=["udp"], stands_on="sets-tos", violator=drops("udp", nth=3))
def values_without_a_meaning_can_be_used(lt):
    """A user is not kept from a value that nobody has given a meaning."""
    sock = bind(lt)
    for tos in lt.each(NAMELESS, "TOS"):
        lt.check("TOS", user_sends(lt, sock, tos=tos)["tos"], tos)


@case("RFC1349-4-c", violator=drops("echo-reply", nth=4))
def values_without_a_meaning_are_treated_alike(lt):
    """What comes with such a value is taken and answered as anything else."""
    for tos in lt.each(NAMELESS, "TOS"):
        lt.send(probe(echo(seq=tos), tos=tos))
        lt.expect(echo_reply(seq=tos, tos=anything))
