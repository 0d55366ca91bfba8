# SPDX-License-Identifier: BSD-2-Clause
"""Stacks whose ICMP errors are wrong: what is in them, and what they are about (RFC 792, RFC 1122 3.2.2, RFC 4884)."""

from postel.fakes.engine import (
    RECEIVED, Frame, Passed, World, bad_option, edit, error, is_broadcast, is_group, is_own, other_address, patch, requote, wrong,
)  # fmt: skip
from postel.fakes.extensions import extended
from postel.kit import wire
from postel.kit.arp import PEER


# What is in them


@wrong("RFC792-general-e", "the unused octets of Destination Unreachable are not zero")
def unreachable_with_unused_octets(frame: Frame) -> Passed:
    return edit(frame, rest=b"\xde\0\xbe\xef") if frame["type"] == 3 and frame["code"] != 4 else frame


@wrong("RFC792-general-e", "the unused octets of Time Exceeded are not zero")
def time_exceeded_with_unused_octets(frame: Frame) -> Passed:
    return edit(frame, rest=b"\xde\0\xbe\xef") if frame["type"] == 11 else frame


@wrong("RFC792-general-e", "the unused octets of Parameter Problem are not zero")
def parameter_problem_with_unused_octets(frame: Frame) -> Passed:
    return edit(frame, rest=bytes([frame["pointer"]]) + b"\0\xbe\xef") if frame["type"] == 12 else frame


@wrong(("RFC792-param-c",), "the pointer of a Parameter Problem is one too high")
def pointer_one_too_high(frame: Frame) -> Passed:
    return edit(frame, pointer=frame["pointer"] + 1) if frame["type"] == 12 else frame


@wrong(("RFC792-param-c",), "the pointer of a Parameter Problem always points at the first option")
def pointer_at_the_first_option(frame: Frame) -> Passed:
    return edit(frame, pointer=20) if frame["type"] == 12 else frame


@wrong("RFC1122-3.2.2.5-a", "a bad option meets silence")
def parameter_problem_silent(frame: Frame) -> Passed:
    return None if frame["type"] == 12 else frame


@wrong("RFC1122-3.2.2.1-a", "a protocol that nobody knows is reported as a closed port")
def protocol_reported_as_port(frame: Frame) -> Passed:
    return edit(frame, code=3) if frame["type"] == 3 and frame["code"] == 2 else frame


@wrong(("RFC1122-3.2.2.1-a", "RFC1122-4.1.3.1-a"), "a closed port is reported as an unknown protocol")
def port_reported_as_protocol(frame: Frame) -> Passed:
    return edit(frame, code=2) if frame["type"] == 3 and frame["code"] == 3 else frame


@wrong(("RFC1122-3.2.2.1-a",), "a protocol that nobody knows meets silence")
def protocol_silent(frame: Frame) -> Passed:
    return None if frame["type"] == 3 and frame["code"] == 2 else frame


@wrong(("RFC792-format-a", "RFC792-format-b", "RFC792-format-c", "RFC1122-3.2.2-b"), "errors quote four octets of data")
def quote_of_4_octets(frame: Frame) -> Passed:
    return requote(frame, lambda quote: quote[: (quote[0] & 15) * 4 + 4]) if frame.is_error else frame


@wrong(("RFC792-format-a", "RFC792-format-b", "RFC792-format-c", "RFC1122-3.2.2-b"), "errors quote a header of 20 octets and 8 more, whatever its length")
def quote_of_28_octets(frame: Frame) -> Passed:
    return requote(frame, lambda quote: quote[:28]) if frame.is_error else frame


@wrong("RFC1122-3.2.2-c", "the time to live in the quote is one less than what came")
def quote_with_less_ttl(frame: Frame) -> Passed:
    return requote(frame, lambda quote: patch(quote, 8, bytes([max(0, quote[8] - 1)]))) if frame.is_error else frame


@wrong("RFC1122-3.2.2-c", "the header checksum in the quote is zero")
def quote_without_checksum(frame: Frame) -> Passed:
    return requote(frame, lambda quote: patch(quote, 10, b"\0\0")) if frame.is_error else frame


@wrong("RFC1122-3.2.2-c", "the Total Length in the quote is in the other order of octets")
def quote_with_length_swapped(frame: Frame) -> Passed:
    return requote(frame, lambda quote: patch(quote, 2, quote[3:1:-1])) if frame.is_error else frame


@wrong("RFC1122-3.2.2-c", "the quote's identification is in the other order of octets")
def quote_with_identification_swapped(frame: Frame) -> Passed:
    return requote(frame, lambda quote: patch(quote, 4, quote[5:3:-1])) if frame.is_error else frame


@wrong("RFC1122-3.2.2-c", "the flags and the offset in the quote are zero")
def quote_without_flags(frame: Frame) -> Passed:
    return requote(frame, lambda quote: patch(quote, 6, b"\0\0")) if frame.is_error else frame


@wrong("RFC1122-3.2.2-c", "the UDP checksum in the quote is zero")
def quote_without_udp_checksum(frame: Frame) -> Passed:
    udp = frame.is_error and frame["quoted"][9] == wire.UDP
    return requote(frame, lambda quote: patch(quote, (quote[0] & 15) * 4 + 6, b"\0\0")) if udp else frame


@wrong("RFC1122-3.2.2-e", "errors ask for little delay by their type of service")
def errors_with_tos(frame: Frame) -> Passed:
    return edit(frame, tos=0x10) if frame.is_error else frame


@wrong(("RFC792-general-j",), "errors leave with a time to live of 1")
def errors_with_ttl_1(frame: Frame) -> Passed:
    return edit(frame, ttl=1) if frame.is_error else frame


@wrong(("RFC1812-4.3.2.2-a", "RFC792-general-j"), "errors leave with the time to live of what they are about")
def errors_with_quoted_ttl(frame: Frame) -> Passed:
    return edit(frame, ttl=max(1, frame.quoted["ttl"])) if "ttl" in frame.quoted else frame


@wrong(("RFC792-general-l",), "errors come from an address that is not the host's")
def errors_from_nobody(frame: Frame) -> Passed:
    return edit(frame, src=PEER) if frame.is_error else frame


@wrong(("RFC1122-3.3.4.2-a", "RFC1122-3.2.2.6-e"), "errors come from the address of the interface that was not asked")
def errors_from_the_other(frame: Frame) -> Passed:
    return edit(frame, src=other_address(frame)) if frame.is_error else frame


@wrong("RFC792-general-k", "errors go to the gateway, not to who caused them")
def errors_to_the_gateway(frame: Frame) -> Passed:
    return edit(frame, dst=frame.lab.lt) if frame.is_error and frame["dst"] != frame.lab.lt else frame


@wrong(("RFC1122-3.2.2.1-a", "RFC1122-4.1.3.1-a"), "one error of three does not leave")
def every_third_error_lost(frame: Frame, world: World) -> Passed:
    return None if frame.is_error and frame["type"] == 3 and world.count("errors") % 3 == 2 else frame


@wrong(("RFC792-param-b", "RFC1122-3.2.2.5-a"), "a bad option is reported, and the datagram answered as well")
def reported_and_answered(frame: Frame) -> Passed:
    quoted = frame.quoted
    echo = frame["type"] == 12 and quoted.get("protocol") == wire.ICMP and quoted.get("type") == 8
    if not echo:
        return frame
    reply = edit(frame, type=0, code=0, rest=quoted["rest"], data=quoted["data"])
    return [frame, reply]


# What they are about


def provokes(frame: Frame) -> bool:
    """Would a host report this datagram, if it were sent to it alone?"""
    closed = frame.is_udp and frame["dport"] != 0xFE9C
    return closed or (frame.is_ip and not frame.is_fragment and frame["protocol"] not in (wire.ICMP, wire.IGMP, wire.UDP))


@wrong("RFC1122-3.2.2-g", "a datagram to a broadcast is reported where nobody takes it", RECEIVED)
def reports_broadcasts(frame: Frame) -> Passed:
    return error(frame, 3, 3) if provokes(frame) and is_broadcast(frame["dst"]) else frame


@wrong(("RFC1122-3.2.2-g", "RFC1112-7.2-f"), "a datagram to a group is reported where nobody takes it", RECEIVED)
def reports_groups(frame: Frame) -> Passed:
    return error(frame, 3, 3) if provokes(frame) and is_group(frame["dst"]) and not is_broadcast(frame["dst"]) else frame


@wrong("RFC1122-3.2.2-h", "a datagram in a link broadcast is reported where nobody takes it", RECEIVED)
def reports_link_broadcasts(frame: Frame) -> Passed:
    told = provokes(frame) and frame.octets[:6] == b"\xff" * 6 and is_own(frame["dst"])
    return error(frame, 3, 3) if told else frame


@wrong("RFC1122-3.2.2-i", "an unknown protocol is reported for every fragment", RECEIVED)
def reports_later_fragments(frame: Frame) -> Passed:
    later = frame.is_fragment and frame["offset"] and frame["protocol"] not in (wire.ICMP, wire.UDP) and is_own(frame["dst"])
    return [frame, error(frame, 3, 2)] if later else frame


@wrong("RFC1122-3.2.2-j", "a closed port is reported to a source of class E", RECEIVED)
def reports_to_class_e(frame: Frame) -> Passed:
    return error(frame, 3, 3) if provokes(frame) and str(frame["src"]).startswith("24") and not frame.octets[0] & 1 else frame


@wrong("RFC1122-3.2.2-j", "a closed port is reported to a broadcast as source", RECEIVED)
def reports_to_broadcasts(frame: Frame) -> Passed:
    bad = provokes(frame) and is_broadcast(frame["src"])
    return error(frame, 3, 3, eth_dst=wire.BROADCAST_MAC) if bad else frame


@wrong(("RFC1122-3.2.1.3-d", "RFC1122-3.2.2-j"), "what comes from {0, host} is reported by a Parameter Problem that points at its source", RECEIVED)
def reports_the_source_of_this_network(frame: Frame) -> Passed:
    return error(frame, 12, pointer=12) if str(frame["src"]).startswith("0.") and frame["src"] != "0.0.0.0" and is_own(frame["dst"]) else frame


@wrong("RFC1122-3.2.1.7-b", "a time to live of 0 is reported by a Parameter Problem that points at it", RECEIVED)
def reports_ttl_0(frame: Frame) -> Passed:
    return error(frame, 12, pointer=8) if frame["ttl"] == 0 and is_own(frame["dst"]) else frame


@wrong("RFC1122-3.2.2-f", "an error with a bad option is reported", RECEIVED)
def reports_errors_with_bad_options(frame: Frame) -> Passed:
    return error(frame, 12, pointer=20) if frame.is_error and bad_option(frame) else frame


@wrong("RFC1122-3.2.2-f", "an error of a code that nobody knows is reported", RECEIVED)
def reports_errors_of_unknown_codes(frame: Frame) -> Passed:
    return [frame, error(frame, 12, pointer=21)] if frame.is_error and frame["code"] > 15 else frame


def times_out(frame: Frame, world: World, wanted: bool) -> Passed:
    """Is reported after a minute, if it is a first fragment and nobody sends the rest."""
    if frame.is_fragment and frame["offset"] == 0 and wanted:
        world.later(60, error(frame, 11, 1))
    return frame


@wrong("RFC1122-3.2.2-g", "a time-out is reported for fragments that were sent to a broadcast", RECEIVED)
def time_exceeded_about_a_broadcast(frame: Frame, world: World) -> Passed:
    return times_out(frame, world, is_group(frame["dst"]))


@wrong("RFC1122-3.2.2-h", "a time-out is reported for fragments in link broadcasts", RECEIVED)
def time_exceeded_about_a_link_broadcast(frame: Frame, world: World) -> Passed:
    return times_out(frame, world, frame.octets[:6] == b"\xff" * 6 and is_own(frame["dst"]))


@wrong("RFC1122-3.2.2-f", "a time-out is reported for the fragments of an ICMP error", RECEIVED)
def time_exceeded_about_an_error(frame: Frame, world: World) -> Passed:
    return times_out(frame, world, frame["protocol"] == wire.ICMP and (frame["payload"] or b"\0")[0] in wire.ICMP_ERRORS)


@wrong("RFC1122-3.2.2-j", "a time-out is reported to a source that is not one host", RECEIVED)
def time_exceeded_to_no_host(frame: Frame, world: World) -> Passed:
    first = int(str(frame["src"] or "1").split(".")[0])
    return times_out(frame, world, first in (0, 127) or first >= 224)


@wrong("RFC1122-3.2.2-g", "a bad option is reported also where the datagram was sent to a broadcast or a group", RECEIVED)
def parameter_problem_about_a_broadcast(frame: Frame) -> Passed:
    return error(frame, 12, pointer=20) if bad_option(frame) and is_group(frame["dst"]) else frame


@wrong("RFC1122-3.2.2-h", "a bad option is reported also where it came in a link broadcast", RECEIVED)
def parameter_problem_about_a_link_broadcast(frame: Frame) -> Passed:
    told = bad_option(frame) and frame.octets[:6] == b"\xff" * 6 and is_own(frame["dst"])
    return error(frame, 12, pointer=20) if told else frame


@wrong(("RFC1122-3.2.1.3-c", "RFC1122-3.2.2.5-a"), "a bad option is reported also where the datagram was for another host", RECEIVED)
def parameter_problem_about_a_foreign_datagram(frame: Frame) -> Passed:
    told = bad_option(frame) and not is_own(frame["dst"]) and not is_group(frame["dst"]) and frame.octets[:6] == bytes([2, 0, 0, 0, 0, 2])
    return error(frame, 12, pointer=20) if told else frame


@wrong("RFC1122-3.2.2-i", "a bad option is reported for every fragment", RECEIVED)
def parameter_problem_about_later_fragments(frame: Frame) -> Passed:
    return error(frame, 12, pointer=20) if bad_option(frame) and frame.is_fragment and frame["offset"] and is_own(frame["dst"]) else frame


# RFC 4884


@wrong("RFC4884-3-a", "errors with extensions say that the quote is a word longer than it is")
def extension_with_a_wrong_length(frame: Frame) -> Passed:
    return extended(frame, words=1)


@wrong("RFC4884-3-b", "before extensions the quote is filled up to 64 octets only")
def extension_behind_64_octets(frame: Frame) -> Passed:
    return extended(frame, least=64)


@wrong("RFC4884-3-b", "before extensions the quote is filled up with something else than zero")
def extension_behind_garbage(frame: Frame) -> Passed:
    return extended(frame, filler=b"\xaa")


@wrong("RFC4884-4.1-a", "the checksum of extensions is wrong")
def extension_with_a_wrong_checksum(frame: Frame) -> Passed:
    return extended(frame, checksum=0x1234)
