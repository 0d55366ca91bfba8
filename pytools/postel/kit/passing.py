# SPDX-License-Identifier: BSD-2-Clause
"""What an IUT passes on: as a router from one of its links to another, or as the hop of a source route.

    lt.send(transit(ttl=9))                  # from the lower tester on LEFT to the one on RIGHT
    expect_passed(lt)                        # it leaves by RIGHT: to the next hop's MAC, TTL 8 or less, all else as it came

    crosses(lt, transit(tos=4))              # both at once
    lt.send(transit(ttl=1))
    expect_kept(lt, after="a TTL of 1")      # it leaves by no interface; what the IUT says of it is left to the next step

All keys of transit() are fields of wire.parse(); those of the others say what differs from the packet that was sent."""

from collections.abc import Callable
from typing import Any

from scapy.packet import Packet

from postel.kit import wire
from postel.kit.expect import Expectation, anything, saying
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus, counting, echo, probe
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES

KEPT = ("src", "dst", "protocol", "id", "tos", "reserved", "df", "mf", "offset", "options", "payload")
IN_GENERAL = {"ttl": "lowers-ttl", "df": "keeps-dont-fragment", "tos": "keeps-codepoints"}  # of what is passed on: whose case is charged with it


def transit(message: Packet | Stimulus | None = None, *, out: int = 1, **changes: Any) -> Stimulus:
    """A datagram, by default an echo request, for the lower tester behind the interface `out`: whoever does not say `dst` means that."""
    return probe(echo(data=counting(24)) if message is None else message, **{"dst": INTERFACES[out].lt} | changes)


def lower_than(ttl: int) -> Callable[[Any], bool]:
    return saying(f"{ttl - 1}, or less and not zero", lambda value: bool(0 < value < ttl))


def passed(lt: LowerTester, *, out: int = 1, via: str = "", of: bytes | None = None, **changes: Any) -> Expectation:
    """The packet that was sent last (or `of`) as it leaves a router by the interface `out`: its time to live less by one at least (RFC 1812
    5.3.1), all else as it was, in a frame to the destination or, where that is far, to `via` (by default the lower tester)."""
    asked = wire.parse_packet(of or lt.sent)
    lab = lt.labs[out]
    hop = via or (asked["dst"] if lt.seen.config.is_near(out, asked["dst"]) else lab.lt)
    said: dict[str, Any] = {name: asked[name] for name in KEPT}
    said |= {"ttl": lower_than(asked["ttl"]), "eth_src": lab.iut_mac, "eth_dst": lt.hosts.macs.get(hop, lab.lt_mac)}
    return Expectation(asked["kind"], said | changes, frozenset(said) - frozenset(changes), IN_GENERAL, whole=True)


def expect_passed(lt: LowerTester, *, out: int = 1, **how: Any) -> Fields:
    """It has left so by this interface."""
    return lt.expect(passed(lt, out=out, **how), on=out)


def crosses(lt: LowerTester, stimulus: Packet | Stimulus | None = None, *, on: int = 0, out: int = 1, **how: Any) -> Fields:
    """A datagram comes by the interface `on`, and is passed on by `out`."""
    lt.send(stimulus if isinstance(stimulus, Stimulus) else transit(stimulus, out=out), on=on)
    return expect_passed(lt, out=out, **how)


def expect_kept(lt: LowerTester, after: str = "it") -> None:
    """Nothing was passed on, by whichever interface: each has a fence. What the IUT says itself is for other steps."""
    if found := lt.crossing():
        lt.fail(f"nothing passed on after {after}", f"{wire.summary(found[0])} by interface {found[0]['iface']}", found[0]["frame_number"])


def expect_silent_discard(lt: LowerTester, after: str = "it") -> None:
    """Nothing was passed on, and nothing said of it, on any interface."""
    expect_kept(lt, after)
    lt.expect_silence(after=after)


def passed_on(lt: LowerTester, options: bytes, on: int = 0, out: int = 1, **changes: Any) -> Fields:
    """An echo request with these options, its route leading on, as the IUT, the hop of a source route, has passed it on by the interface `out`."""
    lt.send(probe(echo(), options=options + bytes(-len(options) % 4), **changes), on=on)
    return lt.expect(Expectation("echo-request", {"src": changes.get("src", INTERFACES[on].lt), "dst": anything}), on=out)
