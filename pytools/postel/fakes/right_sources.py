# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that choose their source otherwise than most: RFC 1122 3.3.4.2 and 3.3.4.3 leave it open."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, is_broadcast, is_own, right
from postel.iut.upper import UpperError
from postel.lab.addresses import LEFT, RIGHT


def own_choice(call: Call) -> bool:
    """A datagram of UDP to one host, whose user has said no source."""
    last = int(call.keys["dst"].split(".")[0]) if call.op == "udp.send" else 255
    return call.op == "udp.send" and "src" not in call.keys and last < 224 and not is_broadcast(call.keys["dst"])


def bound(call: Call, world: World) -> bool:
    """Has the socket an address, or anything else that says from where it sends?"""
    if call.op == "udp.bind" and "addr" in call.keys:
        world.memory["bound"] = True
    if call.op in ("add", "del", "set") and call.keys.get("kind", call.keys.get("name")) in ("address", "strong-host", "link-local", "up", "by-iface", "route"):
        world.memory["bound"] = True
    return bool(world.memory.get("bound"))


@right("RFC 1122 3.3.4.3 (a discussion: the weak model may take any address)", "whatever leaves without a source comes from the first interface's address", ASKED)
def source_is_the_first_address(call: Call, world: World) -> Passed:
    known = bound(call, world)
    return Call(call.op, call.keys | {"src": LEFT.iut}) if own_choice(call) and not known else call


@right("RFC 1122 3.3.4.2 (MAY: the strong model)", "a user who chooses another interface's address is refused where the destination is near", ASKED)
def strong_sources(call: Call) -> Passed:
    said, to = call.keys.get("src"), call.keys.get("dst", "")
    if call.op == "udp.send" and ((said == RIGHT.iut and LEFT.is_near(to)) or (said == LEFT.iut and RIGHT.is_near(to))):
        raise UpperError(call.op, "EADDRNOTAVAIL")
    return call


@right("RFC 1122 3.2.2.6, 3.3.4.2 (the specific destination is the interface's own address)", "broadcast echoes are answered from the address of the interface that heard them", (SENT, RECEIVED))
def broadcast_answered_by_the_interface(frame: Frame, world: World) -> Passed:
    if frame.incoming and frame.kind == "echo-request" and is_broadcast(frame["dst"]) and frame["ihl"] == 5:
        return edit(frame, dst=frame.lab.iut, eth_dst=frame.lab.iut_mac) if not world.count("asked") % 2 and is_own(frame.lab.iut) else frame
    return frame


@right("RFC 1122 3.3.4.3 (a discussion)", "where an interface has several addresses what leaves without a source comes from the one that was given last", ASKED)
def source_is_the_last_address(call: Call, world: World) -> Passed:
    if call.keys.get("kind") == "address" and call.op == "add" and set(call.keys) <= {"kind", "iface", "addr", "len"}:
        world.memory["last"] = call.keys["addr"]
    if call.keys.get("kind") in ("address", "route") and (call.op == "del" or call.keys.get("addr") != world.memory.get("last")):
        world.memory.pop("last", None)
    near = LEFT.is_near(world.memory.get("last") or "0.0.0.0") and LEFT.is_near(call.keys.get("dst", "0.0.0.0"))
    return Call(call.op, call.keys | {"src": world.memory["last"]}) if own_choice(call) and near else call
