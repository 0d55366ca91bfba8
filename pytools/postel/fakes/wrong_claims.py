# SPDX-License-Identifier: BSD-2-Clause
"""Wrong in how an address is claimed, defended and left: RFC 5227 and RFC 3927."""

from dataclasses import replace

from postel.fakes.engine import (
    ASKED, RECEIVED, SENT, TOLD, Call, Frame, Passed, World, addressed, arp, edit, is_own, wrong,
)  # fmt: skip
from postel.iut.upper import Event
from postel.kit import wire
from postel.lab.addresses import INTERFACES

BOTH = (SENT, RECEIVED)
NONE, LINK_LOCAL = "0.0.0.0", "169.254."


def claim(frame: Frame) -> str:
    """`probe` or `announcement`, where an ARP packet is one."""
    if frame.kind != "arp-request" or frame["spa"] not in (NONE, frame["tpa"]):
        return ""
    return "probe" if frame["spa"] == NONE else "announcement"


def tested(frame: Frame, world: World) -> set[str]:
    """The addresses that the IUT has sent probes for, this frame's among them, and has not announced yet."""
    known: set[str] = world.memory.setdefault("tested", set())
    if not frame.incoming and claim(frame) == "probe":
        known.add(frame["tpa"])
    elif not frame.incoming and claim(frame) == "announcement":
        known.discard(frame["tpa"])
    return known


def held(frame: Frame, world: World) -> set[str]:
    """Those that it has announced after that."""
    known: set[str] = world.memory.setdefault("held", set())
    if not frame.incoming and claim(frame) == "announcement" and frame["tpa"] in world.memory.get("tested", set()):
        known.add(frame["tpa"])
    tested(frame, world)
    return known


def contested(frame: Frame) -> str:
    """The address that somebody else has, as he says."""
    return str(frame["spa"]) if frame.incoming and frame.is_arp and frame["spa"] and frame["sha"] != frame.lab.iut_mac else ""


def repeated(frame: Frame, world: World, seconds: int, kind: str) -> Passed:
    """Such claims leave again and again."""
    if claim(frame) == kind and not world.count((kind, frame.iface, frame["tpa"])):
        for number in range(1, 11):
            world.later(seconds * number, frame)
    return frame


def is_link_local(address: object) -> bool:
    return str(address).startswith(LINK_LOCAL)


# Probes and announcements


@wrong("RFC5227-2.1.1-a", "a probe does not say from which hardware it comes")
def probes_without_hardware(frame: Frame) -> Passed:
    return edit(frame, sha="00:00:00:00:00:00") if claim(frame) == "probe" and not is_link_local(frame["tpa"]) else frame


@wrong(("RFC3927-2.2.1-a", "RFC3927-2.2-a"), "a probe comes from the address that it asks for, where that is a link-local one")
def probes_that_claim(frame: Frame) -> Passed:
    return edit(frame, spa=frame["tpa"]) if claim(frame) == "probe" and is_link_local(frame["tpa"]) else frame


@wrong(("RFC5227-2.1.1-b", "RFC3927-2.2.1-b"), "a probe names everybody's hardware as its target")
def probes_for_all_hardware(frame: Frame) -> Passed:
    return edit(frame, tha=wire.BROADCAST_MAC) if claim(frame) == "probe" else frame


@wrong(("RFC5227-2.1.1-c", "RFC3927-2.2.1-c"), "there is one probe for an address")
def one_probe(frame: Frame, world: World) -> Passed:
    return None if claim(frame) == "probe" and world.count(("probe", frame.iface, frame["tpa"])) else frame


@wrong(("RFC5227-2.1.1-c", "RFC3927-2.2.1-c"), "three probes leave within a tenth of a second")
def probes_at_once(frame: Frame, world: World) -> Passed:
    if claim(frame) != "probe":
        return frame
    if world.count(("probe", frame.iface, frame["tpa"])):
        return None
    world.later(0.05, frame)
    world.later(0.1, frame)
    return frame


@wrong(("RFC5227-2.1-a", "RFC3927-2.2-a"), "an address is announced, and nobody is asked before")
def announces_without_a_test(frame: Frame) -> Passed:
    return None if claim(frame) == "probe" else frame


@wrong(("RFC5227-2.1-b", "RFC3927-2.2-b"), "an address that was tested is tested again every minute")
def tests_every_minute(frame: Frame, world: World) -> Passed:
    return repeated(frame, world, 60, "probe")


@wrong("RFC5227-2.1-c", "an address that was tested once is not tested on another link")
def tests_once_and_for_all(frame: Frame, world: World) -> Passed:
    return None if claim(frame) == "probe" and world.count(("probe", frame["tpa"])) >= 3 else frame


@wrong(("RFC5227-2.3-a", "RFC3927-2.4-a"), "an address is announced once")
def announces_once(frame: Frame, world: World) -> Passed:
    return None if claim(frame) == "announcement" and world.count(("announcement", frame["tpa"])) == 1 else frame


@wrong(("RFC5227-2.3-a", "RFC3927-2.4-a"), "the second announcement leaves with the first")
def announces_twice_at_once(frame: Frame, world: World) -> Passed:
    if claim(frame) != "announcement":
        return frame
    number = world.count(("announcement", frame["tpa"]))
    return [frame, frame] if not number else None if number == 1 else frame


@wrong("RFC5227-2.3-c", "an announcement names the host's own hardware as its target too")
def announcements_for_itself(frame: Frame) -> Passed:
    return edit(frame, tha=frame["sha"]) if claim(frame) == "announcement" else frame


@wrong("RFC3927-4-a", "a link-local address is announced every two minutes")
def announces_for_ever(frame: Frame, world: World) -> Passed:
    return repeated(frame, world, 120, "announcement") if is_link_local(frame["tpa"]) else frame


# Who has it already


@wrong(("RFC5227-2.1.1-d", "RFC3927-2.2.1-d"), "whoever has the address that is tested is not heard", BOTH)
def owners_not_heard(frame: Frame, world: World) -> Passed:
    return None if contested(frame) in tested(frame, world) else frame


@wrong(("RFC5227-2.1.1-d", "RFC3927-2.2.1-d"), "of who has the address that is tested replies are heard, and no requests", BOTH)
def owners_heard_by_replies_only(frame: Frame, world: World) -> Passed:
    return None if contested(frame) in tested(frame, world) and frame.kind == "arp-request" else frame


@wrong("RFC5227-2.1.1-d", "who has the address is not heard any more once three probes have left", BOTH)
def late_owners_not_heard(frame: Frame, world: World) -> Passed:
    if claim(frame) == "probe" and not frame.incoming:
        world.count(("probe", frame["tpa"]))
    return None if contested(frame) in tested(frame, world) and world.counts["probe", frame["spa"]] >= 3 else frame


@wrong(("RFC5227-2.1.1-e", "RFC3927-2.2.1-e"), "somebody else's probe for the same address is no conflict", BOTH)
def rivals_not_seen(frame: Frame, world: World) -> Passed:
    rival = frame.incoming and claim(frame) == "probe" and frame["tpa"] in tested(frame, world) and frame["sha"] != frame.lab.iut_mac
    tested(frame, world)
    return None if rival else frame


@wrong("RFC5227-2.1.1-f", "the host's own probe that comes back is a conflict", RECEIVED)
def frightened_by_itself(frame: Frame) -> Passed:
    return edit(frame, sha="02:00:00:00:00:99", eth_src="02:00:00:00:00:99") if claim(frame) == "probe" and frame["sha"] == frame.lab.iut_mac else frame


@wrong("RFC5227-2.1.1-h", "an address is answered for as soon as it is tested", BOTH)
def answers_while_it_tests(frame: Frame, world: World) -> Passed:
    asked = frame.incoming and frame.kind == "arp-request" and frame["spa"] != NONE and frame["tpa"] in tested(frame, world)
    tested(frame, world)
    reply = arp(frame.iface, eth_dst=frame["eth_src"], op=2, spa=frame["tpa"], tha=frame["sha"], tpa=frame["spa"]) if asked else None
    return [frame, reply] if reply else frame


@wrong("RFC5227-2.1.1-i", "who configures an address that somebody has is not told", (SENT, TOLD))
def conflicts_of_tests_not_told(what: Frame | Event, world: World) -> Passed:
    if isinstance(what, Frame):
        tested(what, world)
        return what
    return None if what.name == "conflict" and what.keys.get("addr") in world.memory.get("tested", set()) else what


# Conflicts later


@wrong("RFC5227-2.4-g", "an address that was tested is kept in silence when somebody else has it", BOTH)
def conflicts_later_ignored(frame: Frame, world: World) -> Passed:
    return None if contested(frame) in held(frame, world) and not is_link_local(frame["spa"]) else frame


@wrong("RFC5227-2.4-d", "a second conflict within ten seconds is not seen", BOTH)
def second_conflicts_ignored(frame: Frame, world: World) -> Passed:
    again = contested(frame) in held(frame, world) and world.count(("conflict", frame["spa"]))
    return None if again else frame


@wrong("RFC5227-2.4-j", "the user is told that his own hardware contests the address", TOLD)
def conflicts_of_its_own_told(event: Event) -> Passed:
    own = INTERFACES[0].iut_mac.replace(":", "")
    return Event(event.name, event.keys | {"mac": own}) if event.name == "conflict" else event


# Link-local addresses


@wrong("RFC3927-2.1-b", "candidates are of the 256 addresses that are reserved", BOTH)
def candidates_of_the_first_256(frame: Frame, world: World) -> Passed:
    """Each stands for the one that the IUT has chosen."""
    known: dict[str, str] = world.memory.setdefault("known", {})
    if frame.incoming:
        named = {name: known[frame[name]] for name in ("spa", "tpa", "src", "dst") if frame[name] in known}
        return edit(frame, **named) if named else frame
    named = {name: f"169.254.0.{str(frame[name]).split('.')[3]}" for name in ("spa", "tpa", "src") if is_link_local(frame[name])}
    known |= {new: frame[name] for name, new in named.items()}
    return edit(frame, **named) if named and (frame.is_arp or frame.is_ip) else frame


@wrong("RFC3927-2.1-c", "every interface draws the same candidates")
def candidates_of_everybody(frame: Frame, world: World) -> Passed:
    if claim(frame) != "probe" or not is_link_local(frame["tpa"]):
        return frame
    of: dict[str, int] = world.memory.setdefault(frame.iface, {})
    return edit(frame, tpa=f"169.254.100.{of.setdefault(frame['tpa'], len(of)) + 1}")


@wrong("RFC3927-2.1-e", "the address that the host had is not tried again", (SENT, ASKED))
def candidates_always_new(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.count("off") if what.op == "set" and what.keys.get("name") == "link-local" and what.keys.get("value") == "0" else None
        return what
    moved = f"169.254.200.{world.counts['off']}"
    return edit(what, tpa=moved) if world.counts["off"] and claim(what) == "probe" and is_link_local(what["tpa"]) else what


@wrong("RFC3927-2.2.1-f", "however many candidates somebody has, another is tried at once", RECEIVED)
def candidates_without_a_pause(frame: Frame, world: World) -> Passed:
    number = world.count("conflicts") if is_link_local(contested(frame)) else 0
    if number >= 9:
        world.later(5, arp(frame.iface, spa=NONE, tpa=f"169.254.33.{number}"))
    return frame


@wrong("RFC3927-2.5-a", "a link-local address is defended each time, whoever contests it how often", BOTH)
def link_local_defended_always(frame: Frame, world: World) -> Passed:
    if contested(frame) not in held(frame, world) or not is_link_local(frame["spa"]):
        return frame
    return arp(frame.iface, spa=frame["spa"], tpa=frame["spa"])  # the IUT does not hear of it


@wrong("RFC3927-2.5-c", "who contests a link-local address is not heard", BOTH)
def link_local_kept_in_silence(frame: Frame, world: World) -> Passed:
    return None if contested(frame) in held(frame, world) and is_link_local(frame["spa"]) else frame


@wrong("RFC3927-2.5-b", "a link-local address is kept when it is contested twice within ten seconds", BOTH)
def link_local_kept_after_two(frame: Frame, world: World) -> Passed:
    mine = contested(frame) in held(frame, world) and is_link_local(frame["spa"])
    return None if mine and world.count(("conflict", frame["spa"])) else frame


@wrong("RFC3927-2.5-e", "ARP replies from a link-local address go to who asked, alone")
def link_local_replies_to_one(frame: Frame) -> Passed:
    return addressed(frame, dst=frame["tha"]) if frame.kind == "arp-reply" and is_link_local(frame["spa"]) else frame


@wrong(("RFC3927-2.6.2-b", "RFC3927-2.6.2-a", "RFC3927-2.7-d"), "what is for a link-local address goes to the gateway")
def link_local_by_the_gateway(frame: Frame) -> Passed:
    return addressed(frame, dst=frame.lab.lt_mac) if frame.is_ip and is_link_local(frame["dst"]) else frame


@wrong("RFC3927-2.6.2-c", "what comes from a link-local address goes to the gateway where its destination is far away")
def link_local_from_by_the_gateway(frame: Frame) -> Passed:
    far = frame.is_ip and is_link_local(frame["src"]) and not is_link_local(frame["dst"]) and not frame.lab.is_near(frame["dst"])
    return addressed(frame, dst=frame.lab.lt_mac) if far else frame


@wrong(("RFC3927-1.9-b", "RFC3927-2.6.1-a", "RFC3927-2.6.2-d"), "what a user sends comes from the link-local address, though there is another")
def link_local_preferred(frame: Frame, world: World) -> Passed:
    own = [address for address in held(frame, world) if is_link_local(address)]
    return edit(frame, src=own[-1]) if own and frame.is_udp and is_own(frame["src"]) else frame


@wrong("RFC3927-1.9-a", "the link-local address is never left", BOTH)
def link_local_never_left(frame: Frame, world: World) -> Passed:
    mine = frame.incoming and frame.kind == "arp-request" and frame["tpa"] in held(frame, world) and is_link_local(frame["tpa"])
    held(frame, world)
    if not mine:
        return frame
    return arp(frame.iface, op=2, spa=frame["tpa"], tha=frame["sha"], tpa=frame["spa"])


@wrong("RFC3927-2.7-a", "the host passes on what comes from a link-local address", RECEIVED)
def link_local_passed_on(frame: Frame) -> Passed:
    foreign = frame.is_ip and is_link_local(frame["src"]) and not is_own(frame["dst"]) and not frame.octets[0] & 1 and not is_link_local(frame["dst"])
    return [frame, replace(addressed(frame, dst=frame.lab.lt_mac, src=frame.lab.iut_mac), incoming=False)] if foreign else frame


@wrong("RFC3927-2.7-c", "the host answers ARP for all link-local addresses", RECEIVED)
def link_local_proxy(frame: Frame) -> Passed:
    asked = frame.kind == "arp-request" and is_link_local(frame["tpa"]) and frame["spa"] not in (NONE, frame["tpa"])
    return [frame, arp(frame.iface, eth_dst=frame["eth_src"], op=2, spa=frame["tpa"], tha=frame["sha"], tpa=frame["spa"])] if asked else frame


@wrong("RFC3927-2.8-a", "the network of a link-local address is told as one of 24 bits", TOLD)
def link_local_of_24_bits(event: Event) -> Passed:
    mine = event.name == "address" and is_link_local(event.keys.get("addr"))
    return Event(event.name, event.keys | {"len": "24"}) if mine else event


@wrong("RFC3927-3.4-a", "a claim on any link contests the address of this one", BOTH)
def conflicts_of_all_links(frame: Frame, world: World) -> Passed:
    mine = frame.iface == 1 and contested(frame) in held(frame, world)
    held(frame, world)
    return [frame, replace(frame, iface=0)] if mine else frame


@wrong("RFC3927-6.1-a", "the user is not told that a link-local address is contested", TOLD)
def link_local_conflicts_not_told(event: Event) -> Passed:
    return None if event.name == "conflict" and is_link_local(event.keys.get("addr")) else event
