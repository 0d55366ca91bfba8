# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in the Internet header and its options: RFC 791 3.1."""

from postel.fakes.engine import RECEIVED, SENT, Frame, Passed, World, edit, first_octet, is_own, other_address, patch, raw, wrong
from postel.kit import wire


@wrong("RFC791-3.1_Version-a", "ICMP errors leave as version 6")
def errors_of_version_6(frame: Frame) -> Passed:
    return edit(frame, version=6) if frame.is_error else frame


@wrong("RFC791-3.1_IHL-a", "a header length below five words is taken for five", RECEIVED)
def ihl_below_5_taken(frame: Frame) -> Passed:
    return first_octet(frame, 4, 5) if frame["ihl"] is not None and frame["ihl"] < 5 and frame["version"] == 4 else frame


@wrong(("RFC791-3.1_IHL-b", "RFC791-3.1_Options-a"), "the data of a packet with options begin behind 20 octets", RECEIVED)
def options_taken_as_data(frame: Frame) -> Passed:
    return edit(frame, ihl=5, options=b"", payload=frame["options"] + frame["payload"]) if frame["options"] else frame


@wrong("RFC791-3.1_EOL-b", "nothing is heard any more after options that end two octets or more before the header does", RECEIVED)
def deaf_after_the_end_of_options(frame: Frame, world: World) -> Passed:
    rest = wire.split_options(frame["options"] or b"")[1]
    world.memory["deaf"] = world.memory.get("deaf") or (rest[:2] == b"\0\0" and is_own(frame["dst"]))
    return None if world.memory["deaf"] else frame


@wrong("RFC791-3.1_IHL-c", "a header of sixty octets is not read", RECEIVED)
def ihl_15_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["ihl"] == 15 else frame


@wrong("RFC791-3.1_TotalLength-a", "octets behind a datagram are taken as its data", RECEIVED)
def padding_taken_as_data(frame: Frame) -> Passed:
    return edit(frame, payload=frame["payload"] + frame["padding"], padding=b"") if frame.is_icmp and frame["padding"] else frame


@wrong("RFC791-3.1_TotalLength-a", "octets behind a fragment are taken as its data", RECEIVED)
def padding_taken_as_fragment(frame: Frame) -> Passed:
    return edit(frame, payload=frame["payload"] + frame["padding"], padding=b"") if frame.is_fragment and frame["padding"] else frame


@wrong("RFC791-3.1_TotalLength-a", "a frame is not read if octets follow the datagram", RECEIVED)
def padding_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["padding"] else frame


@wrong("RFC791-3.1_TotalLength-b", "a Total Length below the header's is taken for the frame's", RECEIVED)
def total_length_below_header_taken(frame: Frame) -> Passed:
    bad = frame["version"] == 4 and frame["ihl"] >= 5 and frame["length"] < frame["ihl"] * 4 <= len(frame.packet)
    return raw_length(frame) if bad else frame


@wrong("RFC791-3.1_TotalLength-c", "a Total Length beyond the frame is taken for the frame's", RECEIVED)
def total_length_beyond_frame_taken(frame: Frame) -> Passed:
    return raw_length(frame) if frame.is_ip and frame["length"] > len(frame.packet) else frame


def raw_length(frame: Frame) -> Frame:
    """With the Total Length that the frame has, and the checksums that go with it."""
    return edit(raw(frame, 16, len(frame.packet).to_bytes(2, "big")))


@wrong(("RFC791-3.1_TotalLength-d", "RFC791-3.2_Fragmentation-e"), "packets of 560 to 576 octets are not read", RECEIVED)
def no_576_octets(frame: Frame) -> Passed:
    return None if frame.is_ip and 560 <= frame["length"] <= 576 else frame


@wrong("RFC791-3.1_Flags-a", "ICMP errors leave with the reserved flag")
def errors_with_the_reserved_flag(frame: Frame) -> Passed:
    return edit(frame, reserved=1) if frame.is_error else frame


@wrong("RFC791-3.1_Protocol-a", "datagrams of protocol 253 are taken for UDP", RECEIVED)
def protocol_253_is_udp(frame: Frame) -> Passed:
    return edit(frame, protocol=wire.UDP) if frame["protocol"] == 253 else frame


@wrong(("RFC791-3.1_Checksum-a", "RFC1071-1-a"), "the header checksum is one too small in one packet of sixteen")
def checksum_off_by_one(frame: Frame, world: World) -> Passed:
    return edit(frame, checksum=frame["checksum"] - 1) if frame.is_ip and frame["checksum"] and frame["id"] % 16 == 7 else frame


@wrong(("RFC1071-2-a", "RFC791-3.1_Checksum-a"), "a header checksum of zero is taken for none and refused", RECEIVED)
def checksum_zero_refused(frame: Frame) -> Passed:
    return None if frame.is_ip and frame["checksum"] == 0 else frame


@wrong("RFC791-3.1_EOL-a", "options behind the End of Option List are acted on", RECEIVED)
def options_behind_the_end(frame: Frame) -> Passed:
    options = frame["options"] or b""
    rest = wire.split_options(options)[1]
    return edit(frame, options=options[: len(options) - len(rest)] + rest.replace(b"\0", b"\1", 1)) if rest[1:].strip(b"\0") else frame


@wrong("RFC791-3.1_NOP-a", "a packet whose options begin with No Operation is not read", RECEIVED)
def nop_refused(frame: Frame) -> Passed:
    return None if (frame["options"] or b"")[:1] == b"\1" else frame


@wrong(("RFC791-3.1_Options-b", "RFC1122-3.2.1.8-c"), "an option of two octets that ends with the header is called cut", RECEIVED)
def last_option_of_two_refused(frame: Frame) -> Passed:
    found, rest = wire.split_options(frame["options"] or b"")
    return None if found and not rest and len(found[-1]) == 2 else frame


@wrong("RFC791-3.1_Options-d", "an option of the reserved classes 1 and 3 is taken for that of class 0 with its number", RECEIVED)
def option_class_ignored(frame: Frame) -> Passed:
    options = frame["options"] or b""
    return edit(frame, options=bytes([7]) + options[1:]) if options[:1] in (b"\x27", b"\x67") else frame


@wrong("RFC791-3.1_Padding-a", "the octets behind the End of Option List are not zero")
def option_padding_not_zero(frame: Frame) -> Passed:
    options = frame["options"] or b""
    rest = wire.split_options(options)[1]
    return edit(frame, options=options[: len(options) - len(rest)] + b"\0" + b"\xaa" * (len(rest) - 1)) if len(rest) > 1 else frame


@wrong("RFC791-3.1_RR-d", "a Record Route with room for part of an address is taken as full", (RECEIVED, SENT))
def record_route_with_part_of_a_slot(frame: Frame, world: World) -> Passed:
    """It comes back as it came; the IUT gets No Operation in its place."""
    options = frame["options"] or b""
    if frame.incoming:
        odd = options[:1] == b"\7" and len(options) > 2 and options[2] <= options[1] < options[2] + 3
        world.memory["odd"] = options if odd else None
        return edit(frame, options=b"\1" * len(options)) if odd else frame
    known = world.memory.get("odd") if frame.kind == "echo-reply" else None
    return edit(frame, options=known) if known else frame


@wrong("RFC791-3.1_TS-i", "an overflow of fifteen stays at fifteen", RECEIVED)
def timestamp_overflow_sticks(frame: Frame) -> Passed:
    options = frame["options"] or b""
    full = options[:1] == b"\x44" and len(options) > 3 and options[2] > options[1] and options[3] >> 4 == 15
    return edit(frame, options=patch(options, 3, bytes([0xE0 | options[3] & 15]))) if full else frame


@wrong(("RFC791-3.1_TS-i", "RFC1122-3.2.1.8e-c"), "a full time stamp option comes back with the overflow that it had")
def timestamp_overflow_not_counted(frame: Frame) -> Passed:
    options = frame["options"] or b""
    full = options[:1] == b"\x44" and options[2] > options[1] and options[3] >> 4
    return edit(frame, options=patch(options, 3, bytes([options[3] - 16]))) if full else frame


@wrong("RFC791-3.1_TS-d", "of prespecified addresses the first is stamped whoever's it is", RECEIVED)
def timestamp_of_anybody(frame: Frame) -> Passed:
    options = frame["options"] or b""
    asked = options[:1] == b"\x44" and len(options) >= 12 and options[3] & 15 == 3 and options[2] == 5
    foreign = asked and not is_own(wire.address_text(options[4:8]))
    return edit(frame, options=patch(options, 4, wire.address_octets(frame.lab.iut))) if foreign else frame


@wrong("RFC791-3.1_TS-c", "an address before its time stamp is another interface's")
def timestamp_with_another_address(frame: Frame) -> Passed:
    options = frame["options"] or b""
    paired = options[:1] == b"\x44" and options[3] & 15 == 1 and options[2] >= 13
    return edit(frame, options=patch(options, options[2] - 9, wire.address_octets(other_address(frame)))) if paired else frame


@wrong("RFC791-3.1_Identification-a", "later fragments have the two octets of the identification exchanged")
def identification_swapped(frame: Frame) -> Passed:
    return edit(frame, id=(frame["id"] & 255) << 8 | frame["id"] >> 8) if frame.is_fragment and frame["offset"] else frame
