# SPDX-License-Identifier: BSD-2-Clause
"""A router of multicasts (RFC 1812 5.2.1.3 and 5.3.10), whose routes are told by its user.

    routes_groups(lt)                 # it passes on what comes by the left for GROUP, by all its other interfaces
    lt.send(for_group(ttl=9))
    expect_copies(lt)                 # it leaves by each of them, to the group's MAC, TTL 8 or less, all else as it came"""

from typing import Any

from scapy.packet import Packet

from postel.kit.igmp import GROUP, group_mac
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus, counting, udp
from postel.kit.passing import expect_kept, expect_passed, expect_silent_discard, transit
from postel.kit.sweeps import all_links

OF_GROUPS = frozenset({"mroute", "multicast-forwarding"})  # what an IUT needs for it
TTL = 16


def route_to_group(lt: LowerTester, group: str = GROUP, *, iface: int = 0, least: int = 1, **keys: Any) -> dict[str, Any]:
    """What comes by that interface for the group leaves by all others, if it has so long to live at least; the keys, to take it back."""
    ttls = ",".join(str(0 if lab.index == iface else least) for lab in all_links(lt))
    said: dict[str, Any] = {"iface": iface, "addr": group, "ttls": ttls} | keys
    lt.add("mroute", **said)
    return said


def routes_groups(lt: LowerTester, group: str = GROUP, **keys: Any) -> dict[str, Any]:
    """The IUT passes on multicasts, those of this group among them."""
    lt.set("multicast-forwarding", 1)
    return route_to_group(lt, group, **keys)


def for_group(message: Packet | Stimulus | None = None, *, group: str = GROUP, **changes: Any) -> Stimulus:
    """A datagram for the group, by default one of UDP, in a frame to the group's MAC."""
    said: dict[str, Any] = {"dst": group, "eth_dst": group_mac(group), "ttl": TTL} | changes
    return transit(udp(data=counting(24)) if message is None else message, **said)


def expect_copies(lt: LowerTester, *, group: str = GROUP, on: int = 0, **how: Any) -> None:
    """What was sent last has left by each interface but the one that it came by, and not by that one."""
    for lab in all_links(lt):
        if lab.index != on:
            expect_passed(lt, out=lab.index, eth_dst=group_mac(group), **how)
    expect_kept(lt, after="its copies")


def spreads(lt: LowerTester, stimulus: Stimulus | None = None, *, on: int = 0, group: str = GROUP, **how: Any) -> None:
    """It comes for a group, and leaves by each of the other interfaces."""
    lt.send(stimulus or for_group(group=group), on=on)
    expect_copies(lt, group=group, on=on, **how)


def ends_in_silence(lt: LowerTester, stimulus: Stimulus, *, after: str, on: int = 0) -> None:
    """It comes for a group, and neither is it passed on nor is anything said of it."""
    lt.send(stimulus, on=on)
    expect_silent_discard(lt, after)


def leaves_of(lt: LowerTester, *stimuli: Stimulus, on: int = 0) -> int:
    """How many of these leave by the second interface, or the first where they come by that."""
    out, count = 0 if on == 1 else 1, 0
    for stimulus in stimuli:
        lt.send(stimulus, on=on)
        count += sum(fields["iface"] == out for fields in lt.crossing())
        lt.forget()
    return count
