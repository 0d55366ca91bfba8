# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.2: IP header validation."""

from postel.kit import *

PASSES = probe(udp(data=counting(24)), dst=RIGHT.lt)
IHL, TOTAL_LENGTH, DESTINATION = 0, (2, 3), 16  # where these fields lie
FOR_US = {"for another": PASSES, "for the router": probe(PASSES, dst=LEFT.iut)}


@case("RFC1812-5.2.2-a", role="router", violator=answers("echo-reply"))
def frame_too_short_for_a_header(lt):
    """A frame that has no room for a header is silently discarded."""
    for size in lt.each((0, 1, 16, 19), "octets"):
        lt.send(one_fault(PASSES, size=size))
        expect_silent_discard(lt, after=f"{size} octets")


@case("RFC1812-5.2.2-b", role="router", violator=passes(ttl=63))
def wrong_checksum(lt):
    """A header whose checksum is wrong, in whichever bit, is silently discarded."""
    for bit in lt.each(range(80, 96), "bit"):
        lt.send(one_fault(PASSES, flip=bit))
        expect_silent_discard(lt, after=f"a checksum wrong in bit {bit}")
    for octets in lt.each((0, 0xFFFF), "checksum"):
        lt.send(one_fault(PASSES, checksum=octets))
        expect_silent_discard(lt, after=f"a checksum of {octets:#06x}")


@case("RFC1812-5.2.2-b", role="router", violator=passes())
def header_that_was_changed_on_the_way(lt):
    """So is one of which any other bit was changed, and not its checksum."""
    for bit in lt.each([*range(8, 80), *range(96, 160)], "bit"):
        lt.send(one_fault(PASSES, flip=bit))
        expect_silent_discard(lt, after=f"a change of bit {bit}")


@case("RFC1812-5.2.2-c", role="router", violator=answers("echo-reply"))
def version_other_than_4(lt):
    """What is not of version 4 is silently discarded."""
    for version in lt.each([each for each in range(16) if each != 4], "version"):
        lt.send(one_fault(PASSES, version=version))
        expect_silent_discard(lt, after=f"version {version}")


@case("RFC1812-5.2.2-d", role="router", violator=answers("parameter-problem", nth=4, pointer=2))
def header_length_below_5_words(lt):
    """A header of less than five words is discarded; of one of four the length may be reported, of shorter ones nothing is."""
    for name, stimulus in FOR_US.items():
        for ihl in lt.each((0, 1, 2, 3), f"{name}, words"):
            lt.send(one_fault(stimulus, ihl=ihl))
            expect_silent_discard(lt, after=f"a header of {ihl} words")
        for short in lt.each({f"{name}, {said}": each for said, each in short_headers(lt.me, lt.right.lt).items()}):
            lt.send(short)
            expect_discard(lt, [IHL], src=anything)


@case("RFC1812-5.2.2-e", role="router", violator=answers("parameter-problem", nth=7, pointer=0))
def total_length_below_the_header(lt):
    """A total length that does not hold the header is discarded; of 16 octets and more it may be reported, below nothing is."""
    for stimulus in lt.each(FOR_US):
        for length in (0, 1, 15):
            lt.send(one_fault(stimulus, length=length))
            expect_silent_discard(lt, after=f"a total length of {length}")
        for length in (16, 19):
            lt.send(one_fault(stimulus, length=length))
            expect_discard(lt, TOTAL_LENGTH, src=anything)
        lt.send(one_fault(probe(stimulus, options=NOP * 8), length=27))
        expect_discard(lt, TOTAL_LENGTH, src=anything)


@case("RFC1812-5.2.2-j", role="router", kind=characteristic, violator=answers("parameter-problem", pointer=0))
def lengths_that_are_reported(lt):
    """Which lengths that are at fault are reported."""
    found = []
    for name, fault in ("a header of 4 words", {"ihl": 4}), ("a total length of 19", {"length": 19}):
        lt.send(one_fault(PASSES, **fault))
        error = lt.answer("parameter-problem")
        found += [f"{name} at {error['pointer']}"] if error else []
    return ", ".join(found) or "none"


@case("RFC1812-5.2.2-k", role="router", stands_on="checks-total-length", violator=passes(ttl=63))
def length_of_the_frame_is_checked(lt):
    """A packet for another that is longer than the frame that brought it is not passed on, whatever it is called."""
    for missing in lt.each((1, 8, 23, 31), "octets missing"):
        lt.send(one_fault(PASSES, size=52 - missing))
        expect_kept(lt, after=f"a frame that lacks {missing} octets")
        lt.forget()  # it may be reported


@case("RFC1812-5.2.2-l", role="router", stands_on="checks-total-length", violator=passes(ttl=63))
def truncated_packet(lt):
    """A packet that is longer than the frame that brought it is discarded, for whomever it is."""
    request = probe(echo(data=counting(24)))
    for stimulus in lt.each({"for another": probe(request, dst=lt.right.lt), "for the router": request}):
        lt.send(one_fault(stimulus, size=51))
        lt.answer("parameter-problem")  # as it should be
        expect_silent_discard(lt, after="a packet without its end")


@case("RFC1812-5.2.2-g", role="router", stands_on="checks-total-length", violator=drops("parameter-problem"))
def truncated_packet_is_reported(lt):
    """What was cut off is reported by a Parameter Problem that points at the total length."""
    for missing in lt.each((1, 24), "octets missing"):
        lt.send(one_fault(PASSES, size=52 - missing))
        lt.expect(parameter_problem(one_of(*TOTAL_LENGTH), src=lt.iut, quoted=anything))


@case("RFC1812-5.2.2-h", role="router", stands_on="takes-source-routes", violator=changes("parameter-problem", pointer=20))
def strict_route_of_another(lt):
    """A strict source route in a packet that is not addressed to the router is reported by a Parameter Problem that points at the destination."""
    processes(lt, 131, 137)
    lt.send(one_fault(probe(PASSES, options=lsrr(lt.right.host(9)) + NOP), options=ssrr(lt.right.host(9)) + NOP))
    lt.expect(parameter_problem(DESTINATION, src=anything))
    expect_silent_discard(lt, after="a strict source route that has lost its way")


FAULTS = {
    "a short frame": {"size": 19}, "a wrong checksum": {"flip": 87}, "version 5": {"version": 5}, "a header of 4 words": {"ihl": 4},
    "a total length of 19": {"length": 19},
}  # fmt: skip


@case("RFC1812-5.2.2-i", role="router", demands="log", violator=loses("log"))
def faulty_headers_are_logged(lt):
    """A header that is at fault is logged."""
    lt.set("log", 1)
    for fault in lt.each(FAULTS):
        lt.send(one_fault(PASSES, **fault))
        lt.answer("parameter-problem")  # which some may be reported by
        expect_logged(lt)


@case("RFC1812-5.2.2-g", role="router", demands="log", violator=loses("log"))
def truncated_packet_is_logged(lt):
    """What was cut off is logged."""
    lt.set("log", 1)
    lt.send(one_fault(PASSES, size=40))
    lt.answer("parameter-problem")
    expect_logged(lt)


@case("RFC1812-5.2.2-f", role="router", violator=passes(nth=1, ttl=63))
def no_switch_is_against_validation(lt):
    """None of the switches that there are lets a header pass that is at fault."""
    for name in lt.each([name for name in switches(lt) if name != "forwarding"], "switch"):
        before = lt.get(name)
        for value in 0, 1:
            lt.set(name, value)
            for fault in FAULTS.values():
                lt.send(one_fault(PASSES, **fault))
                expect_kept(lt, after=f"a fault with {name} {value}")
                lt.delivered("log")
                lt.forget()  # what is reported
        lt.set(name, before)


@case("RFC1812-5.2.2-m", role="router", violator=answers("echo-reply"))
def other_versions_are_no_errors(lt):
    """What its frame says is of version 6, and is, is no packet of version 4 at fault: nothing is reported."""
    header = bytes.fromhex("6000000000083b40") + bytes.fromhex("20010db8000000000000000000000001") + bytes.fromhex("20010db8000000000000000000000002")
    lt.send(ethernet(header + bytes(8), eth_dst=lt.iut_mac, eth_src=lt.mac, eth_type=0x86DD))
    expect_silent_discard(lt, after="a packet of version 6")
