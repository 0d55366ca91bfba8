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


DROPPED = {  # by rules of RFC 6274, whatever else a host makes of it
    "version": probe(echo(), version=5),
    "header of four words": probe(echo(), ihl=4),
    "total length": probe(echo(), length=19),
    "header checksum": probe(echo(), checksum=0xABCD),
    "source that is none": probe(echo(), src="127.0.0.1"),
    "own address as source": probe(echo(), src=LEFT.iut),
    "source that is a group": probe(echo(), src="233.252.0.7"),
    "destination of another host": probe(echo(), dst=PEER),
    "option": probe(echo(), options=UNKNOWN[:1] + b"\x01\0\0"),
    "fragment past the end": cut(bytes(16), 65528, False),
}


@case("RFC6274-3-b", needs="counters", stands_on=["reassembles-in-any-order", "reassembles-the-longest", "takes-options"], violator=keeps("counters"))
def what_is_dropped_is_counted(lt):
    """Of each datagram that these rules drop a counter tells, at the least, which good ones leave as it is."""
    good = risen(lt, echo())
    taken(lt)
    for fault in lt.each(DROPPED):
        tell = risen(lt, fault) - good
        if not taken(lt):  # else it was not dropped, which is another case's matter
            lt.check("counters that tell of it:", sorted(tell), saying("one at least", bool))
