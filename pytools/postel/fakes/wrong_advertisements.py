# SPDX-License-Identifier: BSD-2-Clause
"""Wrong in what they advertise as routers, and right in ways that RFC 1256 leaves open."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, made, right, wrong
from postel.kit import wire

BOTH = (SENT, RECEIVED)
ADVERTISEMENT, SOLICITATION = 9, 10


def lifetime(frame: Frame) -> int:
    return int.from_bytes(frame["rest"][2:4], "big")


def of(frame: Frame, seconds: int) -> Frame:
    """An advertisement with another lifetime."""
    return edit(frame, rest=frame["rest"][:2] + seconds.to_bytes(2, "big"))


@wrong("RFC1256-5.1-a", "advertisements hold for as long as one interval")
def advertised_for_ten_minutes(frame: Frame) -> Passed:
    return of(frame, 600) if frame["type"] == ADVERTISEMENT and lifetime(frame) == 1800 else frame


@wrong("RFC1256-5.1-a", "advertisements go to all routers")
def advertised_to_routers(frame: Frame) -> Passed:
    return edit(frame, dst="224.0.0.2", eth_dst="01:00:5e:00:00:02") if frame["type"] == ADVERTISEMENT else frame


@wrong("RFC1256-5.1-a", "advertisements have a time to live of 64")
def advertised_beyond_the_link(frame: Frame) -> Passed:
    return edit(frame, ttl=64) if frame["type"] == ADVERTISEMENT else frame


@wrong("RFC1256-5.1-a", "each advertisement is said once more a minute later")
def advertised_twice(frame: Frame, world: World) -> Passed:
    if frame["type"] == ADVERTISEMENT:
        world.later(60, frame)
    return frame


@wrong("RFC1256-4.3-b", "the second and third advertisement are not sent")
def advertised_once_at_first(frame: Frame, world: World) -> Passed:
    return None if frame["type"] == ADVERTISEMENT and world.count(frame.iface) in (1, 2) else frame


@wrong("RFC1256-4.3-c", "who ceases to advertise itself says nothing")
def ceases_in_silence(frame: Frame) -> Passed:
    return None if frame["type"] == ADVERTISEMENT and not lifetime(frame) else frame


@wrong("RFC1256-5.2-a", "solicitations are not heard", RECEIVED)
def deaf_to_solicitations(frame: Frame) -> Passed:
    return None if frame["type"] == SOLICITATION else frame


@wrong("RFC1256-4.2-a", "solicitations of any code are answered", RECEIVED)
def solicitations_of_any_code(frame: Frame) -> Passed:
    return edit(frame, code=0) if frame["type"] == SOLICITATION and frame["code"] else frame


@wrong("RFC1256-4.2-a", "solicitations of strangers are answered", RECEIVED)
def solicitations_of_strangers(frame: Frame) -> Passed:
    return edit(frame, src=frame.lab.lt) if frame["type"] == SOLICITATION and frame["src"] == "203.0.113.9" else frame


@wrong("RFC1812-4.3.3.10-b", "what is set of advertisements is not heeded", ASKED)
def advertises_as_at_first(call: Call) -> Passed:
    return Call("sync", {}) if call.op == "set" and call.keys.get("name", "").startswith("advertise-") else call


@wrong("RFC1256-4.3-a", "what is sent to all routers is not heard", RECEIVED)
def not_among_the_routers(frame: Frame) -> Passed:
    return None if frame["dst"] == "224.0.0.2" and frame["protocol"] == wire.ICMP else frame


@right("RFC 1256 4.3 (in the place of 224.0.0.1)", "advertisements go to everybody")
def advertised_to_everybody(frame: Frame) -> Passed:
    return edit(frame, dst="255.255.255.255", eth_dst=wire.BROADCAST_MAC) if frame["type"] == ADVERTISEMENT and frame["dst"] == "224.0.0.1" else frame


@right("RFC 1256 4.3 (a unicast response may be sent)", "who asks is answered at once, and he alone", BOTH)
def answers_him_alone(frame: Frame, world: World) -> Passed:
    """What the IUT knows of its addresses it has advertised."""
    if frame["type"] == ADVERTISEMENT and not frame.incoming:
        world.memory[frame.iface] = frame["rest"], frame["data"]
    rest, data = world.memory.get(frame.iface, (b"", b""))
    valid = frame["type"] == SOLICITATION and not frame["code"] and frame["src"] == frame.lab.lt and rest
    if not valid or frame["icmp_checksum"] != edit(frame, ttl=frame["ttl"])["icmp_checksum"]:
        return frame
    return made(frame.iface, dst=frame["src"], protocol=wire.ICMP, type=ADVERTISEMENT, code=0, rest=rest, data=data)
