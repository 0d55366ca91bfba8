# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks as small devices, firewalls and other systems' kernels are: RFC 791, 792, 826, 1122, 5227, 6864."""

from dataclasses import replace

from postel.fakes import noise
from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, Call, Frame, Passed, World, arp, as_from, edit, fragmented, is_group, is_near, is_own, made, other_address, pieces, requote, right,
)  # fmt: skip
from postel.fakes.right_ip import Default, limited, stamped
from postel.fakes.right_link import is_near as is_near_to, of_mtu, sent_in_pieces
from postel.iut.upper import UpperError
from postel.kit import wire
from postel.kit.expect import header_verifies
from postel.lab.addresses import INTERFACES

BOTH = (SENT, RECEIVED)


# What it says, and how much of it


@right("RFC 1122 3.2.2 (at least eight octets, more may be sent)", "errors quote all of the packet that a frame has room for", BOTH, role="host")
def quotes_all(frame: Frame, world: World) -> Passed:
    came: list[bytes] = world.memory.setdefault("came", [])
    if frame.incoming:
        if frame.is_ip:
            came[:] = [*came[-99:], frame.packet[: frame["length"]]]
        return frame
    if not frame.is_error or frame["extension"]:
        return frame
    about = [packet for packet in came if packet.startswith(frame["quoted"])]
    return requote(frame, lambda quote: about[-1][: 1500 - 28]) if about else frame


@right("RFC 6864 4.1, RFC 1122 3.2.1.5", "an echo reply keeps the identification of its request, and has Don't Fragment", BOTH)
def replies_keep_the_identification(frame: Frame, world: World) -> Passed:
    of = "echo", frame["ident"], frame["seq"]
    if frame.incoming and frame.kind == "echo-request":
        world.memory[of] = frame["id"]
    known = None if frame.incoming or frame.kind != "echo-reply" else world.memory.get(of)
    return frame if known is None else edit(frame, id=known, df=1)


@right("RFC 6864 4.1", "every message that is whole has Don't Fragment and the identification 4660")
def identification_4660(frame: Frame) -> Passed:
    own = frame.is_ip and frame["src"] == frame.lab.iut and frame["protocol"] == wire.ICMP  # a user's are quoted to whom knows his own
    return edit(frame, df=1, id=4660) if own and not frame.is_fragment else frame


@right("RFC 1122 3.2.1.7", "the time to live is 60", (SENT, ASKED))
def ttl_60(what: Frame | Call, world: World) -> Passed:
    return Default(60)(what, world)


@right("RFC 792 (an echo request has the code 0)", "an echo or Timestamp Request with another code than 0 is not answered", RECEIVED)
def requests_of_other_codes_refused(frame: Frame) -> Passed:
    return None if frame["type"] in (8, 13) and frame["code"] else frame


@right("RFC 1122 3.2.2.8", "time stamps are renewed fifteen times a second")
def timestamps_15_a_second(frame: Frame) -> Passed:
    return stamped(frame, lambda value: value * 15 // 1000 * 1000 // 15)


@right("RFC 792 (any time will do that says so)", "time stamps count seconds, and say that they are not standard")
def timestamps_in_seconds_not_standard(frame: Frame) -> Passed:
    return stamped(frame, lambda value: value // 1000 | 0x80000000)


@right("RFC 1122 3.3.3 (a SHOULD)", "what leaves by a gateway is sent in pieces of at most 576 octets", (SENT, ASKED))
def sends_576_beyond_the_gateway(what: Frame | Call, world: World) -> Passed:
    return sent_in_pieces(what, world, 576, lambda dst: bool(dst) and not is_group(dst) and not any(is_near_to(dst, lab) for lab in INTERFACES))


@right("RFC 1122 3.3.1.4 (while it is used, seldom, and without other news of it)", "the gateway is pinged when it is used, every three minutes at most", (SENT, ASKED), role="host")
def pings_a_gateway_that_it_uses(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        news = what.op == "add" and what.keys.get("kind") == "advice" and str(what.keys.get("good")) == "1"
        world.memory |= {"pinged": world.now} if news else {}
        return what
    used = what.is_ip and not is_near(what, what["dst"]) and not is_group(what["dst"]) and what["eth_dst"] == what.lab.lt_mac
    if not used or world.now - world.memory.get("pinged", -180) < 180:
        return what
    world.memory["pinged"] = world.now
    return [made(what.iface, protocol=wire.ICMP, type=8, code=0, ident=0x6775, seq=1, data=b"are you there"), what]


# How often


@right("RFC 1812 4.3.2.8", "errors are limited to one a second for each destination, six at once")
def errors_for_each_destination(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.is_error, 1, 6, of=frame["dst"])


@right("RFC 1812 4.3.2.8", "ten errors leave in each second of the clock, whenever in it")
def errors_10_in_each_second(frame: Frame, world: World) -> Passed:
    own = frame.is_error and not world.passes_on(frame) and "icmp-rate" not in world.settings
    return None if own and world.count(("second", int(world.now))) >= 10 else frame


@right("RFC 1812 4.3.2.8", "errors are limited to one in ten seconds")
def errors_1_in_ten_seconds(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.is_error, 0.1, 1)


@right("RFC 1812 4.3.2.8", "that a destination is unreachable is said twice a second, other errors without limit")
def unreachables_2_a_second(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame["type"] == 3, 2, 1)


@right("RFC 1812 4.3.2.8 (of errors), and practice of echo", "echo replies are limited to five a second for each who asks")
def echo_5_a_second_for_each(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.kind == "echo-reply", 5, 5, of=frame["dst"])


# What it takes


@right("RFC 5927 3 and 4, RFC 1122 3.2.2.1 (of what was sent)", "an error about what this host has not sent is thrown away", BOTH)
def errors_about_what_was_not_sent_refused(frame: Frame, world: World) -> Passed:
    sent: set[tuple[object, ...]] = world.memory.setdefault("sent", set())
    about = frame.quoted if frame.incoming and frame["type"] in (3, 11, 12) and is_own(frame["dst"]) else frame.fields if not frame.incoming and frame.is_ip else {}
    if "payload" not in about:
        return frame
    mark = about["dst"], about["protocol"], about["payload"][:8]
    if not frame.incoming:
        sent.add(mark)
    return frame if mark in sent else None


@right("RFC 5227 2.4 (a)", "the host gives up an address for which somebody else sends ARP packets", BOTH)
def gives_its_address_up(frame: Frame, world: World) -> Passed:
    if frame.incoming and frame.is_arp and frame["spa"] == frame.lab.iut and frame["sha"] != frame.lab.iut_mac:
        world.memory["gone", frame.iface] = True
    return None if world.memory.get(("gone", frame.iface)) else frame


@right("RFC 894 (frames have 60 octets at least)", "what comes in is filled up to 60 octets on its way", RECEIVED)
def short_frames_come_padded(frame: Frame) -> Passed:
    return replace(frame, octets=frame.octets.ljust(60, b"\0"))


@right("RFC 3927 2.2.1 (some links give back what was sent to all)", "the host hears what it has sent to everybody or to a group")
def hears_itself(frame: Frame) -> Passed:
    return [frame, replace(frame, incoming=True)] if frame.octets[:1] and frame.octets[0] & 1 else frame


@right("RFC 791 3.2, RFC 1122 3.3.2", "one datagram may be incomplete at a time, it is given up for another", RECEIVED)
def one_incomplete_datagram(frame: Frame, world: World) -> Passed:
    if not frame.is_fragment or not header_verifies(frame.packet) or not (is_own(frame["dst"]) or is_group(frame["dst"])):
        return frame
    given_up: set[object] = world.memory.setdefault("given up", set())
    known = world.memory.get("key")
    if known not in (None, frame.key):
        given_up.add(known)
    if frame.key in given_up:
        return None
    world.memory["key"] = None if pieces(frame, world).whole else frame.key
    if world.memory["key"] is None:
        del world.memory["pieces", frame.key]
    return frame


@right("RFC 1122 3.2.1.3 (a source that is valid)", "an echo request that seems to come from the host's other address is answered onto the link", BOTH)
def from_its_other_address_taken(frame: Frame, world: World) -> Passed:
    return as_from(frame, world, other_address(frame))


# The link


@right("RFC 791 3.2, RFC 1191 7.1", "the MTU is 296", (*BOTH, ASKED))
def mtu_296(what: Frame | Call, world: World) -> Passed:
    return of_mtu(what, world, 296)


@right("RFC 791 3.2 (every network carries as much)", "the MTU is 68", (*BOTH, ASKED))
def mtu_68(what: Frame | Call, world: World) -> Passed:
    return of_mtu(what, world, 68)


@right("RFC 826 (nothing is said of what follows)", "ARP packets are filled up with zeros to 64 octets")
def arp_of_64_octets(frame: Frame) -> Passed:
    return replace(frame, octets=frame.octets.ljust(64, b"\0")) if frame.is_arp else frame


@right("RFC 5944 4.6", "the address is announced by ARP replies to everybody when the host has started")
def announces_by_replies(frame: Frame, world: World) -> Passed:
    if world.count("frames"):
        return frame
    said = arp(0, op=2, tpa=INTERFACES[0].iut, tha=INTERFACES[0].iut_mac)
    world.later(2, said)
    return [said, frame]


@right("RFC 5227 2.1.1", "the host is silent for five seconds after its start, while it looks whether somebody has its address", BOTH)
def probes_before_use(frame: Frame, world: World) -> Passed:
    if world.now >= 5:
        return frame
    if not world.count("begun"):
        for second in (1, 2, 3):
            world.later(second - world.now, arp(0, spa="0.0.0.0", tpa=INTERFACES[0].iut))
        world.later(5 - world.now, noise.announcement(0))
    return None


@right("RFC 1122 2.3.2.1 (1)", "a neighbour is asked for again after ten seconds, or when the user wants it, what is for it waits meanwhile", (*BOTH, ASKED))
def asks_again_after_ten_seconds(frame: Frame | Call, world: World) -> Passed:
    if isinstance(frame, Call):
        world.memory["set"] = world.memory.get("set") or frame.keys.get("name") == "neighbor-lifetime"
        return frame
    if world.memory.get("set"):
        return frame
    heard: dict[str, float] = world.memory.setdefault("heard", {})
    waiting: list[Frame] = world.memory.setdefault("waiting", [])
    if frame.incoming:
        if not frame.is_arp or not frame["spa"]:
            return frame
        heard[frame["spa"]] = world.now
        ready = [replace(each, octets=wire.mac_octets(frame["sha"]) + each.octets[6:]) for each in waiting if each["dst"] == frame["spa"]]
        waiting[:] = [each for each in waiting if each["dst"] != frame["spa"]]
        return [frame, *ready]
    dst = frame["dst"] if frame.is_ip else None
    if dst not in heard or is_group(dst) or world.now - heard[dst] < 10:
        return frame
    asked = any(each["dst"] == dst for each in waiting)
    waiting.append(frame)
    return None if asked else arp(frame.iface, tpa=dst)


# Time


@right("nothing is said of how soon", "every answer leaves twenty milliseconds later")
def everything_20_ms_late(frame: Frame, world: World) -> Passed:
    world.later(0.02, frame)
    return None


@right("nothing is said of how soon", "errors leave twenty milliseconds later")
def errors_20_ms_late(frame: Frame, world: World) -> Passed:
    if frame.is_error:
        world.later(0.02, frame)
    return None if frame.is_error else frame


@right("RFC 826 (nothing is said of how soon)", "ARP replies leave a hundred milliseconds later")
def arp_replies_100_ms_late(frame: Frame, world: World) -> Passed:
    if frame.kind == "arp-reply":
        world.later(0.1, frame)
    return None if frame.kind == "arp-reply" else frame
