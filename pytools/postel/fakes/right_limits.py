# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that say less than they are asked for, or say it in another way than most: RFC 1122 2.3.2.1, 3.2.1.6, 3.2.1.7, 3.2.2."""

from postel.fakes.engine import ASKED, SENT, Call, Frame, Passed, World, arp, edit, is_group, is_near, is_own, right
from postel.fakes.right_ip import EVERYWHERE, Passes, limited, of_other_headers
from postel.kit import wire


@right("RFC 1812 4.3.2.8 (of errors), and practice of all ICMP", "two hundred ICMP messages a second leave at most, of each type")
def icmp_200_a_second(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.is_icmp, 200, 200, of=frame["type"])


@right("RFC 1812 4.3.2.8 (of errors), and practice of echo", "echo replies are limited to fifty a second, ten at once")
def echo_50_a_second(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.kind == "echo-reply", 50, 10)


@right("RFC 826 (nothing is said of how often)", "ARP replies are limited to twenty a second, four at once")
def arp_replies_20_a_second(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.kind == "arp-reply", 20, 4)


@right("RFC 1122 2.3.2.1 (one a second for each destination is what is recommended)", "a neighbour is asked for its MAC less often than once a second")
def arp_requests_1_a_second(frame: Frame, world: World) -> Passed:
    if frame.kind != "arp-request" or frame["spa"] in ("0.0.0.0", frame["tpa"]) or frame["eth_dst"] != wire.BROADCAST_MAC:
        return frame  # RFC 5227 has a pace for probes and announcements, and the user one for polls
    last = world.memory.get(frame["tpa"], -2.0)
    if world.now - last < 1.5:
        return None
    world.memory[frame["tpa"]] = world.now
    return frame


@right("RFC 1122 3.2.1.7", "ICMP errors have a time to live of 255, all else one of 64")
def errors_of_ttl_255(frame: Frame, world: World) -> Passed:
    return edit(frame, ttl=255) if frame.is_error and not world.passes_on(frame) else frame


@right("RFC 791 3.2, RFC 6864 4.1", "whatever leaves counts the identification on by one for its destination", EVERYWHERE)
def identification_for_each_destination(what: Passes, world: World) -> Passed:
    def counted(frame: Frame) -> Frame:
        known = world.memory.setdefault(("id", frame.key), None)
        if known is None or not frame.is_fragment:
            known = world.memory["id", frame.key] = (world.count((frame["dst"], frame["protocol"])) + 1) & 0xFFFF
        return edit(frame, id=known)

    return of_other_headers(what, world, lambda frame: True, counted)


@right("RFC 791 3.1 (options have no order)", "options come back in the opposite order")
def options_turned_round(frame: Frame) -> Passed:
    found, rest = wire.split_options(frame["options"] or b"")
    if frame.is_fragment or not is_own(frame["src"]) or len(found) < 2 or any(option[0] in (0, 1) for option in found):
        return frame
    return edit(frame, options=b"".join(found[::-1]) + rest)


@right("RFC 1812 4.3.2.8", "errors and echo replies are limited to twenty a second each, five at once, and ARP replies to ten")
def all_limited(frame: Frame, world: World) -> Passed:
    kind = "error" if frame.is_error else frame.kind
    if kind not in ("error", "echo-reply", "arp-reply"):
        return frame
    return limited(frame, world, True, 10 if kind == "arp-reply" else 20, 5, of=kind)


@right("RFC 826, RFC 1122 2.3.2.2 (a SHOULD that keeps one)", "a neighbour is forgotten as soon as it was answered, and asked for again in a while")
def asks_for_whom_it_knows(frame: Frame, world: World) -> Passed:
    direct = frame.is_ip and (frame["eth_dst"] != frame.lab.lt_mac or frame["dst"] == frame.lab.lt)  # and not over the gateway, by whatever mask
    if direct and not frame.is_fragment and is_near(frame, frame["dst"]) and not is_group(frame["dst"]) and world.count("sent") % 7 == 3:
        return [frame, arp(frame.iface, tpa=frame["dst"])]
    return frame


@right("RFC 1122 3.2.1.7", "the time to live is another for each protocol", (SENT, ASKED))
def ttl_of_each_protocol(what: Frame | Call, world: World) -> Passed:
    """ICMP 128, UDP and all else 100, where the user asks for nothing; but 1 to a group (RFC 1112 6.1), and one for all once it is set."""
    if isinstance(what, Call):
        if what.op == "set" and what.keys.get("name") == "ttl":
            world.memory["set", what.keys.get("sock")] = True
        if world.memory.get(("set", None)) or world.memory.get(("set", what.keys.get("sock"))):
            return what
        to_one = what.op in ("udp.send", "ip.send") and not 224 <= int(what.keys["dst"].split(".")[0]) < 240
        return Call(what.op, {"ttl": "100"} | what.keys) if to_one else what
    return edit(what, ttl=128) if what.is_icmp and what["ttl"] == 64 and not world.memory.get(("set", None)) else what


@right("RFC 6864 4.1, RFC 1191 3", "errors have Don't Fragment and the identification 0, all else has not")
def errors_are_atomic(frame: Frame, world: World) -> Passed:
    return edit(frame, df=1, id=0) if frame.is_error and not world.passes_on(frame) else frame


@right("RFC 791 3.1 (time stamps)", "the time stamps of options are not of the day, and say so")
def option_stamps_not_standard(frame: Frame) -> Passed:
    found, _ = wire.split_options(frame["options"] or b"")
    stamps = [option for option in found if option[0] == 68 and len(option) >= 8 and option[3] == 0 and 9 <= option[2] <= len(option) + 1]
    if not stamps or frame.is_fragment or frame["type"] not in (0, 14):
        return frame
    at = frame["options"].index(stamps[0]) + stamps[0][2] - 5
    return edit(frame, options=frame["options"][:at] + bytes([frame["options"][at] | 0x80]) + frame["options"][at + 1 :])
