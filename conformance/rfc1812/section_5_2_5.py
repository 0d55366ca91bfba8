# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.5: Bits of the header that are not used."""

from postel.kit import *

FAR_SIDE = probe(udp(data=counting(40)), dst=RIGHT.lt)


@case("RFC1812-5.2.5-a", role="router", violator=drops("udp", nth=9))
def reserved_bits_are_no_reason_to_discard(lt):
    """No bit of the Type of Service, and not the reserved flag, keeps a packet from being passed on."""
    for bit in lt.each(range(8), "TOS bit"):
        lt.send(probe(FAR_SIDE, tos=1 << bit))
        expect_passed(lt, tos=anything)
    for said in lt.each({"set": {}, "set with DF": {"df": 1}, "set with all of TOS": {"tos": 0xFF}}, "the reserved flag is"):
        lt.send(probe(FAR_SIDE, reserved=1, **said))
        expect_passed(lt, tos=anything, reserved=anything)


@case("RFC1812-5.2.5-b", role="router", violator=changes("udp", nth=1, reserved=0))
def reserved_flag_is_passed_on(lt):
    """The reserved flag leaves as it came."""
    for said in lt.each({"alone": {}, "with DF": {"df": 1}, "in a fragment": {"mf": 1}}):
        for reserved in 0, 1:
            lt.send(probe(FAR_SIDE, reserved=reserved, **said))
            expect_passed(lt, reserved=reserved)


@case("RFC1812-5.2.5-d", role="router", violator=changes("udp", nth=1, tos=lambda tos: tos & 0xFE))
def reserved_bit_of_tos_is_passed_on(lt):
    """The reserved bit of the Type of Service leaves as it came."""
    for tos in lt.each((0, 1, 0x1F), "TOS"):
        lt.send(probe(FAR_SIDE, tos=tos))
        lt.check("its reserved bit", expect_passed(lt, tos=anything)["tos"] & 1, tos & 1)


@case("RFC1812-5.2.5-c", role="router", needs="mtu", stands_on="fragments", violator=changes("fragment", nth=4, reserved=0))
def reserved_bits_of_fragments(lt):
    """Where the router fragments a packet each fragment has the reserved flag of it, and its Type of Service."""
    lt.set("mtu", 576, iface=1)
    for reserved in lt.each((0, 1), "reserved flag"):
        lt.send(probe(udp(data=counting(1400)), dst=lt.right.lt, reserved=reserved, tos=1))
        lt.settle(probe_anyway=True)
        pieces = gathered(lt)
        lt.check("its fragments", len(pieces), 3)
        lt.check("their reserved flags", [piece["reserved"] for piece in pieces], [reserved] * 3)
        lt.check("the reserved bit of their TOS", [piece["tos"] & 1 for piece in pieces], [1] * 3)
