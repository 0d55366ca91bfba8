# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3: what a link brings."""

from postel.kit import *


@case("RFC6274-3-a", violator=answers("echo-reply", nth=1))
def packet_without_room_for_a_header(lt):
    """What has less than the 20 octets of a header is dropped, wherever it was cut."""
    for size in (19, 12, 4, 1, 0):
        lt.send(one_fault(echo(), size=size))
        lt.expect_silence(after=f"{size} octets")


@case("RFC6274-3.1-a", violator=answers("echo-reply", nth=2))
def frames_of_other_types(lt):
    """IPv4 is taken from frames of its own type alone, whatever the octets in others look like."""
    for eth_type in (0x0801, 0x0008, 0x86DD, 0x8100, 0x8863):
        lt.send(one_fault(echo(), eth_type=eth_type))
        lt.expect_silence(after=f"type {eth_type:#06x}")


@case("RFC6274-3.2-a", violator=answers("echo-reply", nth=3))
def header_below_five_words(lt):
    """A header length below five words has the packet dropped, with options behind the header too."""
    for ihl in range(5):
        lt.send(one_fault(probe(echo(seq=ihl), options=NOP * 4), ihl=ihl))
        expect_discard(lt, fault_at=[0])
