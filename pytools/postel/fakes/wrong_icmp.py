# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in ICMP's queries and in what they make of errors that they get: RFC 792, RFC 1122 3.2.2, RFC 1191, RFC 6633,
RFC 6918, RFC 4884 5."""

from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, back, edit, error, fragmented, is_own, made, other_address, patch, wrong,
)  # fmt: skip
from postel.iut.upper import Event
from postel.kit import wire
from postel.kit.arp import PEER
from postel.lab.addresses import LEFT

BOTH = (SENT, RECEIVED)
TIMES = (13, 14)


def answer(frame: Frame, type_: int, data: bytes) -> Frame:
    """A reply of the IUT to a query."""
    said = back(frame) | {"protocol": wire.ICMP, "type": type_, "code": 0, "ident": frame["ident"], "seq": frame["seq"], "data": data}
    return Frame(frame.iface, wire.build(said))


def times(frame: Frame, at: int, value: int) -> Frame:
    return edit(frame, data=patch(frame["data"], at, (value & 0xFFFFFFFF).to_bytes(4, "big")))


# Echo


@wrong("RFC792-echo-b", "echo replies have the code 1")
def echo_code_1(frame: Frame) -> Passed:
    return edit(frame, code=1) if frame.kind == "echo-reply" else frame


@wrong("RFC792-echo-c", "an echo request with the identifier 0 is not answered", RECEIVED)
def echo_identifier_0_refused(frame: Frame) -> Passed:
    return None if frame.kind == "echo-request" and frame["ident"] == 0 else frame


@wrong("RFC792-echo-c", "an echo request with the sequence number 0 is not answered", RECEIVED)
def echo_sequence_0_refused(frame: Frame) -> Passed:
    return None if frame.kind == "echo-request" and frame["seq"] == 0 else frame


@wrong("RFC792-echo-a", "of an echo's sequence number the low fifteen bits come back")
def echo_sequence_of_15_bits(frame: Frame) -> Passed:
    return edit(frame, seq=frame["seq"] & 0x7FFF) if frame.kind == "echo-reply" else frame


@wrong("RFC792-echo-a", "an echo's identifier comes back with the octets exchanged, unless it is large")
def echo_identifier_swapped(frame: Frame) -> Passed:
    small = frame.kind == "echo-reply" and frame["ident"] < 0x1000
    return edit(frame, ident=(frame["ident"] & 255) << 8 | frame["ident"] >> 8) if small else frame


@wrong(("RFC1122-3.2.2.6-f", "RFC792-echo-a"), "one octet is wrong in echo replies of 620 to 900 octets")
def echo_octet_wrong(frame: Frame) -> Passed:
    data = frame["data"]
    return edit(frame, data=patch(data, 600, bytes([data[600] ^ 4]))) if frame.kind == "echo-reply" and 620 <= len(data) <= 900 else frame


@wrong(("RFC1122-3.2.2.6-f", "RFC792-echo-a"), "an echo reply has no more than 548 octets of data")
def echo_cut_at_548(frame: Frame) -> Passed:
    return edit(frame, data=frame["data"][:548]) if frame.kind == "echo-reply" else frame


@wrong(("RFC1122-3.2.2.6-f", "RFC792-echo-a"), "the last octet of an odd number is 0 in echo replies")
def echo_odd_octet_lost(frame: Frame) -> Passed:
    data = frame["data"]
    return edit(frame, data=data[:-1] + b"\0") if frame.kind == "echo-reply" and len(data) % 2 else frame


@wrong("RFC1122-3.2.2.6-a", "an echo request of more than 1000 octets is not answered", RECEIVED)
def echo_of_1000_refused(frame: Frame) -> Passed:
    return None if frame.kind == "echo-request" and len(frame["data"]) > 1000 else frame


@wrong("RFC1122-3.2.2.6-a", "an echo request without data is not answered", RECEIVED)
def echo_without_data_refused(frame: Frame) -> Passed:
    return None if frame.kind == "echo-request" and not frame["data"] else frame


@wrong(("RFC792-echo-a", "RFC1122-3.2.2.6-h"), "an echo reply is answered by an echo reply", RECEIVED)
def echo_reply_answered(frame: Frame) -> Passed:
    reply = frame.kind == "echo-reply" and is_own(frame["dst"])
    return [frame, answer(frame, 0, frame["data"])] if reply else frame


@wrong(("RFC792-echo-a", "RFC1122-3.2.2.6-a"), "every answer comes a second time, 300 ms later")
def answers_twice(frame: Frame, world: World) -> Passed:
    if frame.kind == "echo-reply":
        world.later(0.3, frame)
    return frame


# What comes in


@wrong("RFC792-general-h", "the checksum of echo requests is not looked at", RECEIVED)
def icmp_sum_of_echo_not_looked_at(frame: Frame) -> Passed:
    return edit(frame) if frame.kind == "echo-request" and wire.ones_sum(frame["payload"]) != 0xFFFF else frame


@wrong("RFC792-general-h", "the checksum of errors is not looked at", RECEIVED)
def icmp_sum_of_errors_not_looked_at(frame: Frame) -> Passed:
    return edit(frame) if frame.is_error and wire.ones_sum(frame["payload"]) != 0xFFFF else frame


@wrong("RFC792-general-g", "the checksum of ICMP messages with an odd number of octets lacks the last")
def icmp_sum_without_odd_octet(frame: Frame) -> Passed:
    if not frame.is_icmp or len(frame["payload"]) % 2 == 0:
        return frame
    return edit(frame, icmp_checksum=wire.checksum(frame["payload"][:2] + b"\0\0" + frame["payload"][4:-1]))


@wrong("RFC792-general-i", "an echo request of less than eight octets is answered", RECEIVED)
def short_icmp_answered(frame: Frame) -> Passed:
    payload = frame["payload"] or b""
    short = frame["protocol"] == wire.ICMP and not frame.is_fragment and 4 <= len(payload) < 8 and payload[:1] == b"\x08"
    return edit(edit(frame, payload=payload + bytes(8 - len(payload)))) if short else frame


@wrong("RFC792-general-f", "an error whose unused octets are not zero is not read", RECEIVED)
def unused_octets_looked_at(frame: Frame) -> Passed:
    return None if frame["type"] == 3 and frame["code"] != 4 and frame["rest"] != bytes(4) else frame


@wrong("RFC1122-3.2.2-a", "an ICMP message of a type that nobody knows is answered by an error", RECEIVED)
def unknown_icmp_reported(frame: Frame) -> Passed:
    unknown = frame.is_icmp and frame["type"] not in (*wire.ICMP_KINDS, 9, 10) and is_own(frame["dst"])
    return error(frame, 3, 2) if unknown else frame


@wrong("RFC1122-3.2.2-a", "an ICMP message of a type that nobody knows is answered like an echo request", RECEIVED)
def unknown_icmp_echoed(frame: Frame) -> Passed:
    unknown = frame.is_icmp and frame["type"] > 18 and is_own(frame["dst"])
    return edit(frame, type=8) if unknown else frame


@wrong("RFC1122-3.2.2-d", "ICMP errors are given to the user of UDP, whatever the protocol of the quote", RECEIVED)
def errors_of_any_protocol_are_udp(frame: Frame) -> Passed:
    other = frame.is_error and frame.quoted.get("protocol") not in (None, wire.UDP)
    return edit(frame, quoted=frame["quoted"][:9] + bytes([wire.UDP]) + frame["quoted"][10:]) if other else frame


@wrong(("RFC1122-3.2.2.1-b", "RFC1122-4.1.3.3-a"), "that a destination is unreachable is not told to the user", TOLD)
def unreachable_not_told(event: Event) -> Passed:
    return None if event.name == "icmp.error" and event.keys["type"] == "3" else event


@wrong(("RFC1122-3.2.2.1-g", "RFC1122-3.2.2.1-b"), "of the codes above 5 the user is not told", TOLD)
def later_codes_not_told(event: Event) -> Passed:
    return None if event.name == "icmp.error" and event.keys["type"] == "3" and int(event.keys["code"]) > 5 else event


@wrong("RFC1122-3.2.2.4-a", "that time was exceeded is not told to the user", TOLD)
def time_exceeded_not_told(event: Event) -> Passed:
    return None if event.name == "icmp.error" and event.keys["type"] == "11" else event


@wrong("RFC1122-3.2.2.5-b", "a Parameter Problem is not told to the user", TOLD)
def parameter_problem_not_told(event: Event) -> Passed:
    return None if event.name == "icmp.error" and event.keys["type"] == "12" else event


@wrong(("RFC1122-3.2.2.1-d", "RFC1122-3.2.2.1-e"), "after one Host Unreachable nothing is sent to that host any more", BOTH)
def unreachable_is_final(frame: Frame, world: World) -> Passed:
    if frame.incoming:
        if frame["type"] == 3 and frame["code"] in (0, 1, 5):
            world.memory[frame.quoted.get("dst")] = True
        return frame
    return None if frame.is_udp and world.memory.get(frame["dst"]) else frame


@wrong("RFC1122-3.2.2.2-b", "Redirects are not believed", RECEIVED)
def redirects_ignored(frame: Frame) -> Passed:
    return None if frame["type"] == 5 else frame


@wrong("RFC1122-3.2.2.2-c", "Redirects for a network are not believed", RECEIVED)
def network_redirects_ignored(frame: Frame) -> Passed:
    return None if frame["type"] == 5 and frame["code"] in (0, 2) else frame


@wrong("RFC1122-3.2.2.2-d", "a Redirect is believed whoever sent it", RECEIVED)
def redirects_of_anybody(frame: Frame) -> Passed:
    foreign = frame["type"] == 5 and frame["src"] != frame.lab.lt
    return edit(frame, src=frame.lab.lt, eth_src=frame.lab.lt_mac) if foreign else frame


@wrong("RFC1122-3.2.2.2-d", "a Redirect to a gateway on another network is believed, as one to .77 here", RECEIVED)
def redirects_to_anywhere(frame: Frame) -> Passed:
    far = frame["type"] == 5 and not LEFT.is_near(frame["gateway"])
    return edit(frame, gateway=PEER) if far else frame


@wrong("RFC1122-3.2.2.2-a", "a datagram for another host is answered by a Redirect", RECEIVED)
def sends_redirects(frame: Frame) -> Passed:
    foreign = frame.is_ip and not frame.octets[0] & 1 and not is_own(frame["dst"]) and int(frame["dst"].split(".")[0]) < 224
    return error(frame, 5, 1, gateway=LEFT.lt) if foreign else frame


@wrong(("RFC1191-3-a", "RFC1191-3-b", "RFC1122-3.2.2.1-b"), "that fragmentation is needed is not heard", RECEIVED)
def too_big_ignored(frame: Frame) -> Passed:
    return None if frame["type"] == 3 and frame["code"] == 4 else frame


@wrong(("RFC1191-3-h", "RFC1122-3.2.2.1-b"), "that fragmentation is needed is not heard from who names no MTU", RECEIVED)
def too_big_without_mtu_ignored(frame: Frame) -> Passed:
    return None if frame["type"] == 3 and frame["code"] == 4 and frame["rest"][2:] == b"\0\0" else frame


@wrong("RFC1191-3-i", "a path that is said to carry forty octets gets fragments of forty", BOTH)
def too_big_of_40_believed(frame: Frame, world: World) -> Passed:
    if frame.incoming and frame["type"] == 3 and frame["code"] == 4 and frame["rest"][2:] == b"\0\x28":
        world.memory[frame.quoted["dst"]] = True
    narrow = not frame.incoming and frame.is_ip and frame["protocol"] == wire.UDP and frame["dst"] in world.memory
    return fragmented(edit(frame, df=0), 40) if narrow else frame


@wrong(("RFC6633-5-a", "RFC6633-6-a"), "Source Quench is told to the user", RECEIVED)
def source_quench_told(frame: Frame, world: World) -> Passed:
    if frame["type"] == 4:
        world.tell("icmp.error", type=4, code=0, src=frame["src"], data=frame["quoted"], rest="00000000")
    return frame


@wrong(("RFC6633-3-a",), "every fifth UDP datagram is answered by Source Quench as well", RECEIVED)
def sends_source_quench(frame: Frame, world: World) -> Passed:
    own = frame.is_udp and is_own(frame["dst"]) and not frame.octets[0] & 1
    return [frame, error(frame, 4)] if own and world.count("udp") % 5 == 4 else frame


@wrong(("RFC1122-3.2.2.7-a", "RFC6918-2-3-b", "RFC6918-2-3-c", "RFC792-info-a"), "Information Requests are answered", RECEIVED)
def information_answered(frame: Frame) -> Passed:
    return [frame, answer(frame, 16, b"")] if frame["type"] == 15 else frame


@wrong(("RFC1122-3.2.2.9-i", "RFC6918-2-3-d", "RFC6918-2-3-e"), "Address Mask Requests are answered", RECEIVED)
def mask_answered(frame: Frame) -> Passed:
    return [frame, answer(frame, 18, b"\xff\xff\xff\0")] if frame["type"] == 17 else frame


@wrong(("RFC6918-2-3-n", "RFC6918-2-3-m"), "Domain Name Requests are answered", RECEIVED)
def domain_name_answered(frame: Frame) -> Passed:
    return [frame, answer(frame, 38, bytes(4) + b"\4host\0")] if frame["type"] == 37 else frame


@wrong(("RFC4884-5-a", "RFC792-general-f"), "an error with extensions is not told to the user", RECEIVED)
def extended_errors_refused(frame: Frame) -> Passed:
    return None if frame["type"] in (3, 11, 12) and frame["rest"][1] else frame


# Timestamps


@wrong(("RFC792-timestamp-a",), "a Timestamp Reply does not bring back the originate timestamp")
def originate_lost(frame: Frame) -> Passed:
    return times(frame, 0, 0) if frame["type"] == 14 else frame


@wrong(("RFC792-timestamp-a",), "a Timestamp Reply was sent before the request came")
def transmit_before_receive(frame: Frame) -> Passed:
    return times(frame, 8, int.from_bytes(frame["data"][4:8], "big") - 5000) if frame["type"] == 14 else frame


@wrong(("RFC792-timestamp-a", "RFC1122-3.2.2.8-i"), "a Timestamp Reply does not say when it was sent")
def transmit_lost(frame: Frame) -> Passed:
    return times(frame, 8, 0) if frame["type"] == 14 else frame


@wrong(("RFC1122-3.2.2.8-i", "RFC1122-3.2.2.8-j"), "it is always noon in Timestamp Replies")
def always_noon(frame: Frame) -> Passed:
    return times(times(frame, 4, 43_200_000), 8, 43_200_000) if frame["type"] == 14 else frame


@wrong(("RFC1122-3.2.2.8-i",), "Timestamp Replies count full seconds")
def timestamps_of_seconds(frame: Frame) -> Passed:
    if frame["type"] != 14:
        return frame
    said = int.from_bytes(frame["data"][4:8], "big")
    now = (said & 0x7FFFFFFF) // 1000 * 1000 | said & 0x80000000
    return times(times(frame, 4, now), 8, now)


@wrong(("RFC1122-3.2.2.8-j",), "the time in Timestamp Replies is three hours late")
def timestamps_three_hours_late(frame: Frame) -> Passed:
    if frame["type"] != 14:
        return frame
    late = ((int.from_bytes(frame["data"][4:8], "big") & 0x7FFFFFFF) - 3 * 3_600_000) % 86_400_000
    return times(times(frame, 4, late), 8, late)


@wrong(("RFC792-timestamp-b", "RFC1122-3.2.2.8-j"), "the time in Timestamp Replies goes on beyond midnight")
def timestamps_beyond_midnight(frame: Frame) -> Passed:
    if frame["type"] != 14:
        return frame
    more = (int.from_bytes(frame["data"][4:8], "big") & 0x7FFFFFFF) + 86_400_000
    return times(times(frame, 4, more), 8, more)


@wrong("RFC1122-3.2.2.8-k", "every second Timestamp Request is not answered", RECEIVED)
def timestamps_every_second(frame: Frame, world: World) -> Passed:
    return None if frame["type"] == 13 and world.count("requests") % 2 else frame


@wrong("RFC1122-3.2.2.8-e", "a Timestamp Reply comes from the other interface's address")
def timestamp_from_the_other(frame: Frame) -> Passed:
    return edit(frame, src=other_address(frame)) if frame["type"] == 14 else frame


@wrong(("RFC1122-3.2.2.6-a", "RFC792-echo-a"), "one echo request in three, of those with options, is not answered", RECEIVED)
def echo_with_options_refused(frame: Frame, world: World) -> Passed:
    return None if frame.kind == "echo-request" and frame["options"] and world.count("options") % 3 == 1 else frame


@wrong(("RFC1122-3.2.2.6-b",), "what the user asks to be echoed leaves as a Timestamp Request", ASKED)
def echo_of_user_is_no_echo(call: Call, world: World) -> Passed:
    if call.op != "echo.send":
        return call
    world.later(0, made(0, protocol=wire.ICMP, type=13, code=0, ident=int(call.keys["id"]), seq=int(call.keys["seq"]), data=bytes(12)))
    return None
