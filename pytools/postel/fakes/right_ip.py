# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that are unusual in IP, ICMP and UDP."""

from collections.abc import Callable

from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, bad_option, edit, error, is_broadcast, is_group, is_own, requote, right,
)  # fmt: skip
from postel.fakes.extensions import extended, is_hosts
from postel.iut.upper import Event
from postel.kit import wire
from postel.lab.addresses import INTERFACES, LEFT

BOTH = (SENT, RECEIVED)
INTERFACE = bytes.fromhex("0010020a0000000100010000") + wire.address_octets(LEFT.iut)  # RFC 5837: the incoming interface, its index and address


Passes = Frame | Call | Event


def of_other_headers(what: Passes, world: World, applies: Callable[[Frame], bool], change: Callable[[Frame], Frame]) -> Passed:
    """Datagrams of this host, where no user has said what the header is to hold, leave with another. Errors about them come to the IUT
    as about its own, for a host knows what it has sent, and to its user as they came; what it passes on for others stays as it is."""
    was: dict[bytes, bytes] = world.memory.setdefault("was", {})
    became: dict[str, str] = world.memory.setdefault("became", {})
    if isinstance(what, Event):
        quote = what.keys.get("data", "")
        return Event(what.name, what.keys | {"data": became[quote[:56]] + quote[40:]}) if what.name == "icmp.error" and quote[:56] in became else what
    if isinstance(what, Call):
        world.memory["said"] = what.keys.get("df") == "0" or "id" in what.keys or what.op == "ip.packet"
        if what.keys.get("name") == "pmtu-discovery" and "value" in what.keys:
            world.memory["off"] = what.keys["value"] == "0"
        return what
    if what.incoming:
        sound = what.is_error and wire.ones_sum(what["payload"]) == 0xFFFF  # or the IUT is to see that it is not
        known = was.get(what["quoted"][:28], b"") if sound else b""
        return requote(what, lambda quote: known + quote[20:]) if known else what
    if not what.is_ip or not is_own(what["src"]) or world.memory.get("said") or world.memory.get("off") or not applies(what):
        return what
    changed = change(what)
    was[changed.packet[:28]] = what.packet[:20]
    became[what.packet[:28].hex()] = changed.packet[:20].hex()
    return changed


EVERYWHERE = (SENT, RECEIVED, ASKED, TOLD)


@right("RFC 1191 3, RFC 6864 4.1", "every datagram that is whole has Don't Fragment, where the user does not want it otherwise", EVERYWHERE)
def df_in_whole_datagrams(what: Passes, world: World) -> Passed:
    return of_other_headers(what, world, lambda frame: not frame.is_fragment, lambda frame: edit(frame, df=1))


@right("RFC 6864 4.1", "every datagram that is whole has Don't Fragment and the identification 0", EVERYWHERE)
def df_and_identification_0(what: Passes, world: World) -> Passed:
    return of_other_headers(what, world, lambda frame: not frame.is_fragment, lambda frame: edit(frame, df=1, id=0))


@right("RFC 6864 4, RFC 6274 3.5", "identifications follow no order", EVERYWHERE)
def identifications_in_no_order(what: Passes, world: World) -> Passed:
    return of_other_headers(what, world, lambda frame: True, lambda frame: edit(frame, id=frame["id"] * 40503 % 65536))


@right("RFC 1122 3.3.4.2", "the broadcast of the other interface's network is taken as this one's", RECEIVED, role="host")
def broadcast_of_the_other(frame: Frame) -> Passed:
    other = INTERFACES[frame.iface == 0].broadcast
    return edit(frame, dst=frame.lab.broadcast) if frame.is_ip and frame["dst"] == other else frame


class Default:
    """A time to live for what the user has not given one."""

    def __init__(self, ttl: int) -> None:
        self.ttl = ttl

    def __call__(self, what: Frame | Call, world: World) -> Passed:
        if isinstance(what, Call):
            world.memory["given"] = "ttl" in what.keys
            return what
        own = what.is_ip and what["ttl"] == 64 and not (what["protocol"] != wire.ICMP and world.memory.get("given"))
        return edit(what, ttl=self.ttl) if own else what


@right("RFC 1122 3.2.1.7", "the time to live is 255", (SENT, ASKED))
def ttl_255(what: Frame | Call, world: World) -> Passed:
    return Default(255)(what, world)


@right("RFC 1122 3.2.1.7", "the time to live is 128", (SENT, ASKED))
def ttl_128(what: Frame | Call, world: World) -> Passed:
    return Default(128)(what, world)


@right("RFC 792, RFC 1122 3.2.2", "errors quote the header and eight octets", role="host")
def quotes_8_octets(frame: Frame) -> Passed:
    return requote(frame, lambda quote: quote[: (quote[0] & 15) * 4 + 8]) if frame.is_error else frame


@right("RFC 1122 3.2.2", "errors quote 64 octets at most", role="host")
def quotes_64_octets(frame: Frame) -> Passed:
    return requote(frame, lambda quote: quote[: max((quote[0] & 15) * 4 + 8, 64)]) if frame.is_error else frame


@right("RFC 4884 4 and 5", "errors quote 128 octets, padded with zeros, and carry an extension", (SENT, ASKED))
def extended_errors(what: Frame | Call, world: World) -> Passed:
    return extended(what) if is_hosts(what, world) else what


@right("RFC 4884 4 and 7, RFC 5837", "errors tell by an extension by which interface came what they are about", (SENT, ASKED))
def errors_with_the_interface(what: Frame | Call, world: World) -> Passed:
    return extended(what, objects=INTERFACE) if is_hosts(what, world) else what


def limited(frame: Frame, world: World, applies: bool, rate: float, burst: int, of: object = None) -> Passed:
    """Of those of its own that it applies to, as many as their bucket holds; a user who sets a limit of errors has that (RFC 1812 4.3.2.8)."""
    if not applies or world.passes_on(frame) or (frame.is_error and "icmp-rate" in world.settings):
        return frame
    at, left = world.memory.get(("bucket", of), (world.now, float(burst)))
    left = min(float(burst), left + (world.now - at) * rate)
    world.memory["bucket", of] = world.now, left - 1 if left >= 1 else left
    return frame if left >= 1 else None


@right("RFC 1812 4.3.2.8", "errors are limited to one a second")
def errors_1_a_second(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.is_error, 1, 1)


@right("RFC 1812 4.3.2.8", "errors are limited to one a second, six at once")
def errors_6_at_once(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.is_error, 1, 6)


@right("RFC 1812 4.3.2.8", "errors are limited to a hundred a second, fifty at once")
def errors_50_at_once(frame: Frame, world: World) -> Passed:
    return limited(frame, world, frame.is_error, 100, 50)


@right("RFC 791 1.2 and 1.4: datagrams have no order", "an error leaves behind the next answer")
def errors_behind_answers(frame: Frame, world: World) -> Passed:
    held = world.memory.pop("held", [])
    if frame.is_error and not world.passes_on(frame):
        world.memory["held"] = [*held, frame]
        return None
    return [frame, *held]


@right("RFC 1122 4.1.3.4", "a UDP datagram without a checksum is not read", RECEIVED)
def udp_without_checksum_refused(frame: Frame, world: World) -> Passed:
    first = frame.is_fragment and frame["offset"] == 0 and frame["protocol"] == wire.UDP
    if first and frame["payload"][6:8] == b"\0\0" and len(frame["payload"]) >= 8:
        world.memory[frame.key] = True
    return None if (frame.is_udp and not frame["udp_checksum"]) or world.memory.get(frame.key) else frame


@right("RFC 1122 3.2.2.8", "there is no timestamp service", (RECEIVED, TOLD))
def no_timestamps(what: Frame | Event, world: World) -> Passed:
    """The IUT gets a message of a type that nobody knows, whose discard is counted; the log has what came."""
    if isinstance(what, Event):
        return Event("log", what.keys | {"data": world.memory.get(what.keys["data"], what.keys["data"])}) if what.name == "log" else what
    if what["type"] != 13:
        return what
    instead = edit(what, type=255)
    world.memory |= {instead.octets.hex(): what.octets.hex(), instead.packet.hex(): what.packet.hex()}
    return instead


def stamped(frame: Frame, value: Callable[[int], int]) -> Passed:
    """A Timestamp Reply with another time; the mark of one that is not standard stays."""
    if frame["type"] != 14:
        return frame
    said = int.from_bytes(frame["data"][4:8], "big")
    new = value(said & 0x7FFFFFFF) | said & 0x80000000
    return edit(frame, data=frame["data"][:4] + new.to_bytes(4, "big") * 2)


@right("RFC 792", "time stamps count from another hour than midnight, and say so")
def timestamps_not_standard(frame: Frame) -> Passed:
    return stamped(frame, lambda value: (value + 5_000_000) % 86_400_000 | 0x80000000)


@right("RFC 1191 3 (an estimate never falls below 68)", "a path's MTU may be said to be 40, which is heard as 68", RECEIVED)
def too_big_below_68_heard(frame: Frame) -> Passed:
    mtu = int.from_bytes(frame["rest"][2:], "big") if frame["type"] == 3 and frame["code"] == 4 else 0
    return edit(frame, rest=b"\0\0\0\x44") if 0 < mtu < 68 else frame


@right("RFC 1122 3.2.2.8", "time stamps are renewed sixteen times a second")
def timestamps_16_a_second(frame: Frame) -> Passed:
    return stamped(frame, lambda value: int(value / 62.5) * 125 // 2)


@right("RFC 1122 3.2.2.8", "the clock is two minutes slow")
def clock_two_minutes_slow(frame: Frame) -> Passed:
    return stamped(frame, lambda value: (value - 120_000) % 86_400_000)


@right("RFC 1122 3.2.2.8, RFC 792", "a Timestamp Request without its three stamps is not answered", RECEIVED)
def short_timestamp_request_refused(frame: Frame) -> Passed:
    return None if frame["type"] == 13 and len(frame["data"]) < 12 else frame


@right("RFC 1122 3.2.1.6 and 3.2.2 (the TOS is five bits), RFC 1812 4.3.2.5", "errors have the precedence of internetwork control, a host's no type of service")
def errors_of_internetwork_control(frame: Frame, world: World) -> Passed:
    return edit(frame, tos=0xC0 | (frame["tos"] & 0x1F if world.forwards else 0)) if frame.is_error and not world.passes_on(frame) else frame


@right("RFC 791 3.1 has it sent as zero; RFC 1812 4.2.2.3 speaks to routers", "a packet with the reserved flag is not read", RECEIVED, role="host")
def reserved_flag_refused(frame: Frame) -> Passed:
    return None if frame["reserved"] else frame


@right("RFC 792, RFC 1122 3.2.1.6", "replies have a type of service of 0", role="host")
def replies_of_tos_0(frame: Frame) -> Passed:
    return edit(frame, tos=0) if frame["type"] in (0, 14) else frame


@right("RFC 1122 3.2.2.6", "an echo request to a broadcast is answered, from the address of the interface", RECEIVED)
def answers_broadcast_echo(frame: Frame) -> Passed:
    asked = frame.kind == "echo-request" and not bad_option(frame) and frame["dst"] in ("255.255.255.255", frame.lab.iut.rpartition(".")[0] + ".255")
    return edit(frame, dst=frame.lab.iut, eth_dst=frame.lab.iut_mac) if asked else frame


@right("RFC 1122 3.2.2.6", "an echo request to 224.0.0.1 is answered, from the address of the interface", RECEIVED)
def answers_group_echo(frame: Frame) -> Passed:
    asked = frame.kind == "echo-request" and not bad_option(frame) and frame["dst"] == "224.0.0.1"
    return edit(frame, dst=frame.lab.iut, eth_dst=frame.lab.iut_mac) if asked else frame


@right("RFC 1122 3.2.2.8", "a Timestamp Request to a broadcast is answered, from the address of the interface", RECEIVED)
def answers_broadcast_timestamp(frame: Frame) -> Passed:
    asked = frame["type"] == 13 and frame["dst"] in ("255.255.255.255", frame.lab.iut.rpartition(".")[0] + ".255")
    return edit(frame, dst=frame.lab.iut, eth_dst=frame.lab.iut_mac) if asked else frame


@right("RFC 792 (Parameter Problem)", "a Total Length beyond the frame is reported", RECEIVED)
def length_beyond_the_frame_reported(frame: Frame) -> Passed:
    bad = frame.is_ip and frame["length"] > len(frame.packet) and is_own(frame["dst"]) and frame["dst"] == frame.lab.iut
    sound = bad and wire.ones_sum(frame.packet[: frame["ihl"] * 4]) == 0xFFFF and not frame.is_error and not frame["offset"]
    room = frame["ihl"] * 4 + 8 if bad else 0
    alone = bad and frame.octets[:6] == wire.mac_octets(frame.lab.iut_mac) and int(frame["src"].split(".")[0]) not in (0, 127)
    if not (sound and alone and len(frame.packet) >= room) or is_broadcast(frame["src"]) or int(frame["src"].split(".")[0]) > 223:
        return frame
    return error(frame, 12, pointer=2)


@right("RFC 791 3.1", "options that come back are aligned by No Operation, not by the End of Option List")
def options_aligned_by_nop(frame: Frame) -> Passed:
    options = frame["options"] or b""
    rest = wire.split_options(options)[1]
    own = is_own(frame["src"]) and rest and not rest.strip(b"\0")
    return edit(frame, options=options[: len(options) - len(rest)] + b"\1" * len(rest)) if own else frame


@right("RFC 791 3.1 (appears at most once)", "a packet in which Record Route comes twice is thrown away in silence", RECEIVED)
def record_route_twice_refused(frame: Frame) -> Passed:
    found = [option[0] for option in wire.split_options(frame["options"] or b"")[0]]
    return None if found.count(7) > 1 or found.count(68) > 1 else frame


@right("RFC 791 3.1 (undefined flags)", "a time stamp option with an undefined flag is thrown away in silence", RECEIVED)
def undefined_timestamp_flag_refused(frame: Frame) -> Passed:
    options = frame["options"] or b""
    return None if options[:1] == b"\x44" and len(options) > 3 and options[3] & 15 not in (0, 1, 3) else frame


@right("RFC 1122 3.4, 4.1.3.5", "the user is told this host's address as the destination of broadcasts and of what a group gets", TOLD)
def specific_destination_told(event: Event) -> Passed:
    group = event.name in ("udp.recv", "ip.recv") and is_group(event.keys["dst"])
    return Event(event.name, event.keys | {"dst": LEFT.iut}) if group else event
