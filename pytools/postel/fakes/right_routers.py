# SPDX-License-Identifier: BSD-2-Clause
"""Right as routers, in ways that nobody expects."""

from postel.fakes.engine import Frame, Passed, World, arp, edit, fragmented, is_own, requote, right
from postel.fakes.right_link import gathered
from postel.fakes.wrong_routers import BOTH, came, while_forwarding
from postel.kit import wire


@right("RFC 826 (nobody is kept from asking again)", "a neighbour is asked for his MAC before the first packet is passed on to him", BOTH)
@while_forwarding
def asks_before_it_passes_on(frame: Frame, world: World) -> Passed:
    new = came(frame, world) and frame.lab.is_peer(frame["dst"]) and not world.count(("asked", frame["dst"]))
    return [arp(frame.iface, tpa=frame["dst"]), frame] if new else frame


@right("RFC 791 3.2 (of fragments only the most is said)", "what is too long to be passed on whole leaves in fragments as equal as can be", BOTH)
@while_forwarding
def equal_fragments_in_transit(frame: Frame, world: World) -> Passed:
    before = came(frame, world)
    if not before or not frame.is_fragment or before.is_fragment:
        return frame
    pieces = gathered(frame, world) or []
    if not pieces:
        return None
    whole = edit(pieces[0], payload=b"".join(piece["payload"] for piece in pieces), mf=0)
    return fragmented(whole, max(piece["length"] for piece in pieces), lambda size, _: equal(size, len(pieces)))


def equal(size: int, number: int) -> list[int]:
    """So many pieces of units of eight octets, the last with what is left."""
    units = -(-size // 8)
    each = [units // number + (at < units % number) for at in range(number)]
    return [*(8 * count for count in each[:-1]), size - 8 * sum(each[:-1])]


@right("RFC 1812 4.3.2.3 (a router need not undo what it has done to a header)", "errors about what was to be passed on quote it with a time to live that is lower by one")
def quotes_what_it_has_lowered(frame: Frame) -> Passed:
    quoted = frame.quoted
    in_transit = frame.is_error and is_own(frame["src"]) and "dst" in quoted and not is_own(quoted["dst"]) and quoted["ttl"] > 0
    return requote(frame, lowered) if in_transit else frame


def lowered(quote: bytes) -> bytes:
    """With the header as it would have left."""
    header = quote[: (quote[0] & 15) * 4]
    header = header[:8] + bytes([header[8] - 1, header[9], 0, 0]) + header[12:]
    return header[:10] + wire.checksum(header).to_bytes(2, "big") + header[12:] + quote[len(header) :]
