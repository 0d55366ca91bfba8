# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that are unusual in what they make of paths, routers and claims: RFC 1191, 1256, 3927, 4821."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, fragmented, is_group, is_own, right
from postel.fakes.right_link import heeds, is_fresh, is_near, learns, sent_in_pieces
from postel.fakes.wrong_claims import claim, contested, held, is_link_local
from postel.iut.upper import UpperError
from postel.lab.addresses import INTERFACES

PLATEAUS = (32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, 68)


def is_far(dst: str) -> bool:
    return bool(dst) and not is_group(dst) and not any(is_near(dst, lab) for lab in INTERFACES)


@right("RFC 4821 7.2", "of a path that nothing is known of 1024 octets are expected", (SENT, ASKED))
def begins_with_1024(what: Frame | Call, world: World) -> Passed:
    return sent_in_pieces(what, world, 1024, is_far)


@right("RFC 1191 7", "a path is expected to carry the next plateau below what a router says", (SENT, RECEIVED, ASKED))
def paths_by_plateaus(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        heeds(what, world)
        world.memory["probes"] = what.keys.get("df") == "2"
        return what
    learns(what, world)
    if what.incoming or not what.is_ip or not is_own(what["src"]) or world.memory.get("probes"):
        return what
    most, at = world.memory.get(("path", what["dst"]), (65_535, -600.0))
    plateau = next(each for each in PLATEAUS if each <= most) if is_fresh(at, world) else 65_535
    return fragmented(what, plateau) if what["df"] and len(what.packet) > plateau else what


@right("RFC 1191 6.2 (a refusal when it is sent)", "what is too long for its path is refused, unless the user wants it fragmented", (SENT, RECEIVED, ASKED))
def refuses_what_the_path_does_not_carry(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Frame):
        learns(what, world)
        return what
    heeds(what, world)
    most, at = world.memory.get(("path", what.keys.get("dst")), (65_535, 0.0))
    long = len(what.keys.get("data", "")) // 2 + 20 + 8 * (what.op != "ip.send") > most
    if what.op.endswith(".send") and long and what.keys.get("df") not in ("0", "2") and is_fresh(at, world):
        raise UpperError(what.op, "EMSGSIZE", "the path does not carry it")
    return what


@right("RFC 1256 6 (three at most)", "routers are solicited once")
def solicits_once(frame: Frame, world: World) -> Passed:
    return None if frame["type"] == 10 and world.count(frame.iface) else frame


@right("RFC 3927 2.5 (a)", "a link-local address is left as soon as it is contested", (SENT, RECEIVED))
def link_local_left_at_once(frame: Frame, world: World) -> Passed:
    """The IUT, which defends it once, hears of it twice."""
    if frame.incoming and contested(frame) in held(frame, world) and is_link_local(frame["spa"]):
        world.memory["left", frame["spa"]] = True
        return [frame, frame]
    held(frame, world)
    return None if claim(frame) == "announcement" and world.memory.get(("left", frame["tpa"])) else frame
