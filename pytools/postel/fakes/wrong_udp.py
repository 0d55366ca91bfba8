# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in UDP (RFC 768, RFC 1122 4.1) and at the interface to their users (RFC 1122 3.4)."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, edit, is_own, wrong
from postel.iut.upper import Event
from postel.kit import wire
from postel.lab.addresses import LEFT, RIGHT


def altered(event: Event, **keys: object) -> Event:
    return Event(event.name, event.keys | {key: str(value) for key, value in keys.items()})


@wrong("RFC768-Fields-a", "every UDP datagram leaves with a Length of 0")
def udp_length_0(frame: Frame) -> Passed:
    return edit(frame, udp_length=0) if frame.is_udp else frame


@wrong("RFC768-Fields-a", "every UDP datagram leaves with a Length that is 100 too large")
def udp_length_100_more(frame: Frame) -> Passed:
    return edit(frame, udp_length=frame["udp_length"] + 100) if frame.is_udp else frame


@wrong("RFC768-Fields-a", "the Length of UDP datagrams counts the data only")
def udp_length_of_the_data(frame: Frame) -> Passed:
    return edit(frame, udp_length=frame["udp_length"] - 8) if frame.is_udp else frame


@wrong("RFC768-Fields-a", "a UDP Length below 8 is taken for that of the packet", RECEIVED)
def udp_length_below_8_taken(frame: Frame) -> Passed:
    return edit(frame, udp_length=8 + len(frame["data"])) if frame.is_udp and frame["udp_length"] < 8 else frame


@wrong("RFC768-Fields-a", "UDP data beyond the UDP Length are delivered", RECEIVED)
def udp_data_beyond_the_length(frame: Frame) -> Passed:
    shorter = frame.is_udp and 8 <= frame["udp_length"] < 8 + len(frame["data"])
    return edit(frame, udp_length=8 + len(frame["data"])) if shorter else frame


@wrong("RFC768-Fields-a", "a UDP Length beyond the packet is taken for that of the packet", RECEIVED)
def udp_length_beyond_the_packet(frame: Frame) -> Passed:
    return edit(frame, udp_length=8 + len(frame["data"])) if frame.is_udp and frame["udp_length"] > 8 + len(frame["data"]) else frame


@wrong("RFC768-User-a", "UDP datagrams leave with their two ports exchanged")
def udp_ports_exchanged(frame: Frame) -> Passed:
    return edit(frame, sport=frame["dport"], dport=frame["sport"]) if frame.is_udp else frame


@wrong("RFC768-User-a", "the user is told of a source port that is one too high", TOLD)
def udp_source_port_off_by_one(event: Event) -> Passed:
    return altered(event, sport=(int(event.keys["sport"]) + 1) % 65536) if event.name == "udp.recv" else event


@wrong("RFC768-User-a", "data of an odd number of octets are delivered without the last", TOLD)
def udp_odd_octet_lost(event: Event) -> Passed:
    data = event.keys.get("data", "")
    return altered(event, data=data[:-2]) if event.name == "udp.recv" and len(data) // 2 % 2 else event


@wrong("RFC768-User-a", "every datagram is delivered twice", TOLD)
def udp_delivered_twice(event: Event) -> Passed:
    return [event, event] if event.name == "udp.recv" else event


@wrong("RFC768-User-a", "a datagram without data is not delivered", TOLD)
def udp_empty_lost(event: Event) -> Passed:
    return None if event.name == "udp.recv" and not event.keys["data"] else event


@wrong(("RFC768-Fields-c", "RFC1122-4.1.3.4-a"), "the UDP checksum of what is sent lacks the pseudo header")
def udp_sum_without_pseudo_header(frame: Frame) -> Passed:
    if not frame.is_udp or not frame["udp_checksum"]:
        return frame
    bare = wire.parse(edit(frame, udp_checksum=0).octets)["payload"]
    return edit(frame, udp_checksum=wire.checksum(bare) or 0xFFFF)


@wrong(("RFC768-Fields-c", "RFC1122-4.1.3.4-a"), "the UDP checksum of what is sent lacks the last octet of odd data")
def udp_sum_without_odd_octet(frame: Frame) -> Passed:
    if not frame.is_udp or not frame["udp_checksum"] or len(frame["data"]) % 2 == 0:
        return frame
    return edit(frame, udp_checksum=wire.parse(edit(frame, data=frame["data"][:-1] + b"\0").octets)["udp_checksum"])


@wrong("RFC1122-4.1.3.4-f", "a UDP checksum that comes out as zero is sent as zero")
def udp_sum_zero_as_zero(frame: Frame) -> Passed:
    return edit(frame, udp_checksum=0) if frame["udp_checksum"] == 0xFFFF else frame


@wrong("RFC1122-4.1.3.4-d", "UDP datagrams leave without a checksum, though nobody asked for that")
def udp_sum_off(frame: Frame) -> Passed:
    return edit(frame, udp_checksum=0) if frame.is_udp else frame


@wrong("RFC1122-4.1.3.4-b", "a wrong UDP checksum is taken for right", RECEIVED)
def udp_sum_not_looked_at(frame: Frame) -> Passed:
    return edit(frame) if frame.is_udp and frame["udp_checksum"] and edit(frame)["udp_checksum"] != frame["udp_checksum"] else frame


@wrong("RFC1122-4.1.3.4-b", "a UDP checksum in which the two octets of a word are exchanged is taken for right", RECEIVED)
def udp_sum_of_either_order(frame: Frame) -> Passed:
    if not frame.is_udp or not frame["udp_checksum"]:
        return frame
    wanted = edit(frame)["udp_checksum"]
    return edit(frame) if frame["udp_checksum"] == (wanted >> 8 | (wanted & 255) << 8) != wanted else frame


@wrong("RFC1122-4.1.3.1-a", "a datagram to a port on which nobody listens meets silence")
def udp_closed_port_silent(frame: Frame) -> Passed:
    return None if frame["type"] == 3 and frame["code"] == 3 else frame


@wrong("RFC1122-4.1.3.2-a", "the options of a datagram are kept from the user", TOLD)
def options_not_passed_up(event: Event) -> Passed:
    return altered(event, options="") if event.name == "udp.recv" and "options" in event.keys else event


@wrong(("RFC1122-4.1.3.2-b", "RFC1122-4.1.3.2-c", "RFC1122-3.4-a", "RFC1122-3.2.1.8-a"), "options that the user gives do not get into the datagram", ASKED)
def options_not_sent(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "options"})


@wrong(("RFC1122-4.1.4-b", "RFC1122-3.4-a", "RFC1122-3.2.1.7-c"), "the time to live that the user gives is not used", ASKED)
def ttl_of_the_user_ignored(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "ttl"})


@wrong(("RFC1122-3.2.1.6-a", "RFC1122-4.1.4-b", "RFC1122-3.4-a"), "the type of service that the user gives is not used", ASKED)
def tos_of_the_user_ignored(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "tos"})


@wrong(("RFC1122-4.1.3.5-b", "RFC1122-3.3.4.2-b"), "the local address that the user gives is not used", ASKED)
def source_of_the_user_ignored(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "src"})


@wrong("RFC1122-4.1.3.5-b", "a socket that is bound to one address gets the datagrams to the other as well", (ASKED,))
def bound_address_ignored(call: Call) -> Passed:
    return Call(call.op, {key: value for key, value in call.keys.items() if key != "addr"}) if call.op == "udp.bind" else call


@wrong("RFC1122-4.1.3.5-c", "a socket without an address gets what is sent to the first interface's only", TOLD)
def wildcard_of_one_address(event: Event) -> Passed:
    return None if event.name == "udp.recv" and event.keys["dst"] == RIGHT.iut else event


@wrong(("RFC1122-4.1.3.5-a", "RFC1122-3.4-g"), "the user is told that everything was sent to the first interface's address", TOLD)
def destination_always_the_first(event: Event) -> Passed:
    own = event.name in ("udp.recv", "ip.recv") and is_own(event.keys["dst"])
    return altered(event, dst=LEFT.iut) if own else event


@wrong("RFC1122-4.1.3.3-a", "no ICMP error reaches the user", TOLD)
def errors_not_told(event: Event) -> Passed:
    return None if event.name == "icmp.error" else event


@wrong("RFC1122-3.4-f", "of an ICMP error the user is told the quoted header and no data", TOLD)
def errors_told_without_data(event: Event) -> Passed:
    return altered(event, data=event.keys["data"][:40]) if event.name == "icmp.error" else event


@wrong(("RFC1122-3.4-e", "RFC1122-3.2.2.1-b", "RFC1122-4.1.3.3-a"), "the user is told of each ICMP error with the code 0", TOLD)
def errors_told_with_code_0(event: Event) -> Passed:
    return altered(event, code=0) if event.name == "icmp.error" else event


@wrong(("RFC1122-3.2.2-d", "RFC1122-4.1.3.3-a"), "an ICMP error is told to a socket that did not cause it", TOLD)
def errors_told_to_another(event: Event) -> Passed:
    return altered(event, sock=int(event.keys["sock"]) + 1) if event.name == "icmp.error" and "sock" in event.keys else event


@wrong("RFC1122-3.2.1.6-b", "the user is told of a type of service of 0 whatever came", TOLD)
def tos_not_told(event: Event) -> Passed:
    return altered(event, tos=0) if event.name in ("udp.recv", "ip.recv") and "tos" in event.keys else event


@wrong("RFC791-3.3_Recv-b", "raw users get the first eight octets only", TOLD)
def raw_data_cut(event: Event) -> Passed:
    return altered(event, data=event.keys["data"][:16]) if event.name == "ip.recv" else event


@wrong("RFC1122-4.1.3.6-a", "a UDP datagram whose source is a broadcast is delivered", (RECEIVED, TOLD))
def udp_from_a_broadcast(what: Frame | Event, world: World) -> Passed:
    if isinstance(what, Event):
        return altered(what, src="255.255.255.255") if what.keys.get("src") == LEFT.host(213) else what
    return edit(what, src=LEFT.host(213)) if what.is_udp and what["src"] == "255.255.255.255" else what


@wrong(("RFC1122-4.1.3.6-b", "RFC791-3.3_Send-b"), "a user sends from an address that the host does not have", (ASKED, SENT))
def udp_from_a_foreign_address(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        foreign = what.op == "udp.send" and not is_own(what.keys.get("src", LEFT.iut))
        world.memory["src"] = what.keys["src"] if foreign else None
        return Call(what.op, {key: value for key, value in what.keys.items() if key != "src"}) if foreign else what
    return edit(what, src=world.memory["src"]) if what.is_udp and world.memory.get("src") else what


@wrong("RFC791-3.3_Send-a", "what the user cannot send is said to have been sent", ASKED)
def large_send_accepted(call: Call) -> Passed:
    return None if call.op == "udp.send" and len(call.keys.get("data", "")) // 2 > 65507 else call


@wrong("RFC1122-3.2.2.6-h", "an echo reply does not reach the user who asked", TOLD)
def echo_reply_not_told(event: Event) -> Passed:
    return None if event.name == "echo.recv" else event


@wrong("RFC1122-3.2.2.6-h", "the user who asked for an echo is told another sequence number", TOLD)
def echo_reply_of_another_number(event: Event) -> Passed:
    return altered(event, seq=(int(event.keys["seq"]) + 1) % 65536) if event.name == "echo.recv" else event


@wrong("RFC1122-3.2.1.6-a", "UDP datagrams leave with a type of service that nobody asked for", (ASKED, SENT))
def tos_not_zero_by_default(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["asked"] = "tos" in what.keys
        return what
    return edit(what, tos=0x10) if what.is_udp and what["tos"] == 0 and not world.memory.get("asked") else what
