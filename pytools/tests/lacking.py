# SPDX-License-Identifier: BSD-2-Clause
"""IUTs that lack one ability for a whole run, made of one that has it: what stands on it must not be blamed for that."""

from collections.abc import Callable, Iterable
from typing import Any

from postel.fakes import right_hosts, wrong_hosts, wrong_icmp, wrong_link, wrong_queriers, wrong_routers
from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Act, Call, Fake, Frame, Passed, World, back, edit, is_broadcast, made, other_address, pieces
from postel.fakes.engine import raw, requote
from postel.fakes.extensions import is_hosts
from postel.fakes.memberships import is_query, version as of_version
from postel.iut.upper import Event
from postel.kit import wire
from postel.kit.arp import PEER
from postel.kit.needs import is_far
from postel.lab.addresses import INTERFACES, LEFT

Test = Callable[[Any], object]
ROUTE, STAMP, LOOSE, STRICT = 7, 68, 131, 137
UNUSED = {ROUTE: 0x17, STAMP: 0x57, LOOSE: 0x8F, STRICT: 0x9F}  # options that nobody knows, with the same flag
KNOWN = {0, 1, 7, 68, 130, 131, 136, 137}
SETTABLE = ("udp.send", "ip.send", "echo.send")
MTU = 1500
OWN = {lab.iut for lab in INTERFACES}
OF_USERS = ("udp", "fragment", "echo-request", "protocol-6", "protocol-253", "protocol-254")


def _fake(ability: str, where: tuple[str, ...], act: Act) -> Fake:
    return Fake(ability, f"lacks the ability {ability}", (), "", where, act, __name__)


def without(ability: str, test: Test, *where: str) -> Fake:
    """What is so does not pass; what a router passes on is another's."""

    def act(what: Any, world: World) -> Passed:
        of_another = isinstance(what, Frame) and not what.incoming and world.passes_on(what)
        return None if not of_another and test(what) else what

    return _fake(ability, where or (SENT,), act)


def error(type_: int, code: int) -> Test:
    return lambda frame: frame.is_error and (frame["type"], frame["code"]) == (type_, code)


def options_of(frame: Frame) -> list[bytes]:
    return wire.split_options(frame["options"] or b"")[0]


def not_knowing(ability: str, *kinds: int) -> Fake:
    """To the IUT these options are some that it does not know; what it quotes and passes up has them as they came."""
    there = {kind: UNUSED[kind] for kind in kinds}
    back = {new: old for old, new in there.items()}

    def act(what: Any, world: World) -> Passed:
        if isinstance(what, Event):
            options = bytes.fromhex(what.keys.get("options", ""))
            return Event(what.name, what.keys | {"options": renamed(options, back).hex()}) if options else what
        if what.incoming:
            return _rewritten(what, there) if what["options"] and _sound(what) else what
        if what.is_error:
            return requote(what, lambda q: _requoted(q, back))
        return _rewritten(what, back) if what["options"] else what  # passed on as it came

    return _fake(ability, (SENT, RECEIVED, TOLD), act)


def taking_for(ability: str, edited: Callable[[Frame], Frame]) -> Fake:
    """To the IUT this is something else, which it discards and counts; its log has it as it came."""

    def act(what: Any, world: World) -> Passed:
        if isinstance(what, Event):
            came = world.memory.get(what.keys.get("data"))
            return Event(what.name, what.keys | {"data": came}) if what.name == "log" and came else what
        other = edited(what)
        world.memory[other.packet.hex()] = what.packet.hex()
        return other

    return _fake(ability, (RECEIVED, TOLD), act)


def _rewritten(frame: Frame, names: dict[int, int]) -> Frame:
    """With other options and the checksum of that, and nothing else repaired."""
    header = frame.packet[:10] + bytes(2) + frame.packet[12:20] + renamed(frame["options"], names)
    return raw(frame, wire.ETHER_LEN, header[:10] + wire.checksum(header).to_bytes(2, "big") + header[12:])


def _tells_a_change(frame: Frame) -> bool:
    return bool(frame["igmp_type"] == wire.REPORT_3 and frame["payload"][8] > 2)


def _says_once(what: Any, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["changes"] = world.memory.get("changes") or what.op not in ("advance", "sync")
    elif _tells_a_change(what) and not world.memory.pop("changes", False):
        return None
    return what


def _sound(frame: Frame) -> bool:
    return wire.ones_sum(frame.packet[: frame["ihl"] * 4]) == 0xFFFF


def _requoted(quote: bytes, names: dict[int, int]) -> bytes:
    """The checksum is that of the options as they came."""
    end = (quote[0] & 15) * 4
    if end <= 20 or len(quote) < end or (options := renamed(quote[20:end], names)) == quote[20:end]:
        return quote
    header = quote[:10] + bytes(2) + quote[12:20] + options
    return header[:10] + wire.checksum(header).to_bytes(2, "big") + header[12:] + quote[end:]


def _passing(octet: int, changed: Callable[[int, Frame], int]) -> Act:
    """In what is passed on this octet of the header is another: `changed` makes it of the one that is there and the frame as it came. Not
    along a source route, for hosts pass on along those, too."""

    def act(frame: Frame, world: World) -> Passed:
        came = world.memory.setdefault("came", {})
        if frame.incoming and frame.is_ip:
            came[frame.key] = frame
        elif frame.is_ip and frame.key in came and not any(option[0] in (LOOSE, STRICT) for option in options_of(frame)):
            new = bytes([changed(frame.packet[octet], came[frame.key])])
            header = frame.packet[:octet] + new + frame.packet[octet + 1 : frame["ihl"] * 4]
            return raw(frame, wire.ETHER_LEN, header[:10] + wire.checksum(header[:10] + bytes(2) + header[12:]).to_bytes(2, "big") + header[12:])
        return frame

    return act


def _ends_early(frame: Frame) -> bool:
    rest = wire.split_options(frame["options"] or b"")[1]
    return rest[:1] == b"\0" and len(rest) > 1


def renamed(options: bytes, names: dict[int, int]) -> bytes:
    found, at = bytearray(options), 0
    while at < len(found) and found[at] != 0:
        length = 1 if found[at] == 1 else found[at + 1] if at + 1 < len(found) else 0
        found[at] = names.get(found[at], found[at])
        if length == 0:
            break
        at += length
    return bytes(found)


def _drops_what_waits(what: Any, world: World) -> Passed:
    """Requests that came before their source was known are not answered when it is."""
    known, early = world.memory.setdefault("known", set()), world.memory.setdefault("early", set())
    if what.incoming:
        if what.is_arp:
            known.add(what["spa"])
        elif what["src"] and what.lab.is_near(what["src"]) and what["src"] not in known and what["type"] == 8:
            early.add((what["src"], what["ident"], what["seq"]))
        return what  # type: ignore[no-any-return]
    key = what["dst"], what["ident"], what["seq"]
    if what.kind == "echo-reply" and key in early:
        early.discard(key)
        return None
    return what  # type: ignore[no-any-return]


def _holds(most: int, frame: Frame, world: World) -> Passed:
    """Of a datagram in more fragments than that nothing is delivered; it is forgotten a minute later."""
    if not frame.is_fragment:
        return frame
    begun, _ = world.memory.setdefault(("begun", frame.key), (world.now, None))
    if world.now - begun >= 60:
        del world.memory["pieces", frame.key]
        world.memory["begun", frame.key] = world.now, None
    known = pieces(frame, world)
    if len(known.seen) > most:
        return None
    if known.whole:
        del world.memory["pieces", frame.key], world.memory["begun", frame.key]
    return frame


def _in_order(frame: Frame, world: World) -> Passed:
    """Of fragments none passes that does not begin where the one before ended; what was begun is forgotten a minute later."""
    if not frame.is_fragment or any(lab.is_peer(frame["dst"]) or frame["dst"] == lab.lt for lab in INTERFACES):
        return frame
    end, at = world.memory.get(("end", frame.key), (0, world.now))
    if frame["offset"] != (end if world.now - at < 60 else 0):
        return None
    world.memory["end", frame.key] = (frame["offset"] + len(frame["payload"]) if frame["mf"] else 0), world.now
    return frame


def _takes_what_is_too_long(frame: Frame, world: World) -> Passed:
    """What no datagram can be is answered all the same, as if the whole were an echo request."""
    if not frame.is_fragment or frame["protocol"] != wire.ICMP:
        return frame
    known, end = pieces(frame, world), frame["offset"] + len(frame["payload"])
    if len(known.seen) > 40 and not frame["mf"] and end > 65_515:
        return made(frame.iface, **back(frame), protocol=wire.ICMP, type=0, code=0, ident=7, seq=1, data=b"")
    return frame


def _keeps_what_it_knows(frame: Frame, world: World) -> Passed:
    """A request for somebody else moves nobody who is known."""
    if frame.kind not in ("arp-request", "arp-reply"):
        return frame
    moved = frame["sha"] != world.memory.setdefault("known", {}).setdefault(frame["spa"], frame["sha"])
    if moved and frame.kind == "arp-request" and frame["tpa"] != frame.lab.iut:
        return None
    world.memory["known"][frame["spa"]] = frame["sha"]
    return frame


def _rebuilt(quote: bytes) -> bytes:
    """Identification, TOS and options as the IUT would send them."""
    old = wire.parse_packet(quote)
    if "payload" not in old and len(quote) < 28:
        return quote
    header_len = (quote[0] & 15) * 4
    head = bytes([0x45, 0]) + (old["length"] - header_len + 20).to_bytes(2, "big") + bytes([0, 0, 0x40, 0, 64]) + quote[9:10] + bytes(2) + quote[12:20]
    return head[:10] + wire.checksum(head).to_bytes(2, "big") + head[12:] + quote[header_len:]


def _identifier_swapped(frame: Frame, world: World) -> Passed:
    """Not of control probes, which have a large one."""
    small = frame.kind == "echo-reply" and frame["ident"] < 0x1000
    return edit(frame, ident=(frame["ident"] & 255) << 8 | frame["ident"] >> 8) if small else frame


def _cut(fragment: Frame) -> Frame | None:
    """What RFC 1122 3.2.2.6 has who makes no fragments send: of a reply that does not fit, as much as does."""
    payload = fragment["payload"]
    if fragment["offset"] or fragment["protocol"] != wire.ICMP:
        return None
    message = payload[:2] + bytes(2) + payload[4:]
    return edit(fragment, mf=0, payload=message[:2] + wire.checksum(message).to_bytes(2, "big") + message[4:])


def _narrows(f: Frame) -> bool:
    """A router far away says that a path has become narrower."""
    return (f["type"], f["code"]) == (3, 4) and f["quoted"][16:17] in (b"\xc0", b"\xcb")


def _without_key(name: str) -> Act:
    def act(call: Call, world: World) -> Passed:
        return Call(call.op, {key: value for key, value in call.keys.items() if key != name}) if call.op in SETTABLE else call

    return act


def _icmp_sum_made(frame: Frame, world: World) -> Passed:
    """As if nobody had looked at it."""
    message = frame["payload"] or b""
    whole = frame.is_icmp and not frame.is_fragment and frame["length"] <= len(frame.packet)
    bad = whole and _sound(frame) and wire.ones_sum(message) != 0xFFFF
    return edit(frame, icmp_checksum=wire.checksum(message[:2] + bytes(2) + message[4:])) if bad else frame


def _igmp_sum_made(frame: Frame, world: World) -> Passed:
    message = frame["payload"] or b""
    bad = frame["igmp_type"] is not None and not frame.is_fragment and _sound(frame) and wire.ones_sum(message) != 0xFFFF
    return edit(frame, igmp_checksum=wire.checksum(message[:2] + bytes(2) + message[4:])) if bad else frame


def _goes_by_the_last_query(what: Any, world: World) -> Passed:
    """It answers queries of version 1 by that, says all else by version 2, and remembers nothing; but who was told to speak version 1 does."""
    if isinstance(what, Call):
        if what.keys.get("name") == "igmp-version":
            world.memory["told"] = what.keys.get("value") == "1"
    elif what.incoming and what["igmp_type"] == wire.QUERY:
        world.memory[what.lab.index] = what["igmp_code"] == 0 and len(what["payload"]) == 8
    elif what["igmp_type"] == wire.REPORT_1 and not world.memory.get("told") and not world.memory.get(what.lab.index):
        return edit(what, igmp_type=wire.REPORT_2)
    return what


def _late(frame: Frame, world: World, version: int) -> Passed:
    """Answers to queries of this version come half a second after their time."""
    if is_query(frame) and of_version(frame) != version:
        world.memory.pop(("until", frame.iface), None)
        return frame
    return wrong_queriers.answers_too_late.act(frame, world)


def _length_made(frame: Frame, world: World) -> Passed:
    """What the frame has is the datagram, whatever its length says."""
    too_long = frame.is_ip and _sound(frame) and len(frame.packet) < frame["length"]
    if not too_long:
        return frame
    header = frame.packet[:2] + len(frame.packet).to_bytes(2, "big") + frame.packet[4:10] + bytes(2) + frame.packet[12 : frame["ihl"] * 4]
    return raw(frame, wire.ETHER_LEN, header[:10] + wire.checksum(header).to_bytes(2, "big") + header[12:])


def _ethernet_made(frame: Frame, world: World) -> Passed:
    return edit(frame, htype=1) if frame.is_arp and frame["htype"] not in (None, 1) else frame


def _joins_another(call: Call, world: World) -> Passed:
    """A join of a group of 232/8 is taken."""
    ssm = (call.op, call.keys.get("kind")) == ("add", "group") and call.keys.get("addr", "").startswith("232.")
    return Call(call.op, call.keys | {"addr": "233.252.0.99"}) if ssm else call


def _to(test: Callable[[str], object]) -> Test:
    return lambda frame: "dst" in frame.fields and test(frame["dst"])


def _is_request(frame: Frame) -> bool:
    return frame["type"] == 8 and frame.kind == "echo-request"


def _own(frame: Frame) -> bool:
    """No packet that a router passes on."""
    return frame["src"] in OWN


def _of(names: Iterable[str]) -> Test:
    return lambda event: event.name in names


LACKING = {
    fake.name: fake
    for fake in (
        _fake("checks-icmp-checksums", (RECEIVED,), _icmp_sum_made),
        _fake("checks-total-length", (RECEIVED,), _length_made),
        _fake("checks-hardware-types", (RECEIVED,), _ethernet_made),
        _fake("keeps-datagrams", (SENT, RECEIVED), _drops_what_waits),
        without("takes-options", lambda f: f["ihl"] and f["ihl"] > 5, RECEIVED),
        without("reads-the-end-of-options", _ends_early, RECEIVED),
        without("skips-unknown-options", lambda f: any(o[0] not in KNOWN for o in options_of(f)), RECEIVED),
        not_knowing("records-routes", ROUTE),
        not_knowing("stamps", STAMP),
        not_knowing("takes-source-routes", LOOSE, STRICT),
        without("reassembles", lambda f: f.is_fragment, RECEIVED),
        without("reassembles-with-options", lambda f: f.is_fragment and f["ihl"] > 5 and f["options"][0] not in (LOOSE, STRICT), RECEIVED),
        _fake("reassembles-a-few", (RECEIVED,), lambda f, world: _holds(2, f, world)),
        _fake("reassembles-many", (RECEIVED,), lambda f, world: _holds(8, f, world)),
        _fake("reassembles-in-any-order", (RECEIVED,), _in_order),
        _fake("reassembles-several", (RECEIVED,), right_hosts.one_incomplete_datagram.act),
        without("reassembles-large", lambda f: f.is_fragment and f["offset"] + len(f["payload"]) > MTU - 20, RECEIVED),
        without("reassembles-the-longest", lambda f: f.is_fragment and f["offset"] + len(f["payload"]) > 60_000, RECEIVED),
        _fake("refuses-what-is-too-long", (RECEIVED,), _takes_what_is_too_long),
        _fake("fragments", (SENT,), lambda f, world: _cut(f) if f.is_fragment and not world.passes_on(f) else f),
        without("reports-closed-ports", error(3, 3)),
        without("reports-unknown-protocols", error(3, 2)),
        without("reports-failed-source-routes", error(3, 5)),
        without("reports-bad-options", lambda f: f.is_error and f["type"] == 12),
        without("reports-reassembly-time-outs", error(11, 1)),
        _fake("quotes-intact", (SENT, ASKED), lambda f, world: requote(f, _rebuilt) if is_hosts(f, world) else f),
        _fake("returns-identifiers", (SENT,), _identifier_swapped),
        _fake("returns-data", (SENT,), lambda f, world: edit(f, data=f["data"][:-1] + b"\0") if f.kind == "echo-reply" and len(f["data"]) % 2 else f),
        _fake("points-at-the-fault", (SENT,), lambda f, world: edit(f, pointer=2) if f["type"] == 12 and not world.passes_on(f) else f),
        _fake("reports-from-the-address-asked", (SENT,), lambda f, world: edit(f, src=other_address(f)) if f.is_error and f["type"] != 5 and not world.passes_on(f) else f),
        _fake("sends-by-its-ports", (SENT,), lambda f, world: edit(f, sport=f["dport"], dport=f["sport"]) if f.is_udp and _own(f) else f),
        _fake("delivers-once", (TOLD,), lambda event, world: [event, event] if event.name == "udp.recv" else event),
        without("answers-requests-to-it-alone", lambda f: f.kind == "arp-request" and f["eth_dst"] == f.lab.iut_mac, RECEIVED),
        _fake("sums-messages", (SENT,), wrong_icmp.icmp_sum_without_odd_octet.act),
        _fake("asks-for-neighbours", (SENT,), wrong_hosts.mask_of_the_class.act),
        without("reaches-far-hosts", lambda f: f.is_ip and is_far(f["dst"]) and _own(f)),
        without("reaches-far-hosts-for-users", lambda f: f.is_ip and f.kind in OF_USERS and is_far(f["dst"]) and _own(f)),
        without("answers-arp", lambda f: f.kind == "arp-reply"),
        without("answers-timestamps", lambda f: f["type"] == 14),
        taking_for("answers-broadcast-echo", lambda f: edit(f, type=255) if _is_request(f) and is_broadcast(f["dst"]) else f),
        without("tells-of-errors", _of(["icmp.error"]), TOLD),
        without("tells-of-replies", _of(["echo.recv"]), TOLD),
        _fake("passes-options-up", (TOLD,), lambda e, world: Event(e.name, e.keys | {"options": ""}) if e.name == "udp.recv" and "options" in e.keys else e),
        _fake("sets-tos", (ASKED,), _without_key("tos")),
        _fake("sets-ttl", (ASKED,), _without_key("ttl")),
        _fake("sets-options", (ASKED,), _without_key("options")),
        _fake("discovers-path-mtu", (ASKED,), lambda call, world: Call(call.op, {"df": "0"} | call.keys) if call.op in SETTABLE[:2] else call),
        _fake("checks-sources", (ASKED,), lambda call, world: Call(call.op, call.keys | {"src": LEFT.iut}) if call.op.endswith(".send") and call.keys.get("src") == PEER else call),
        _fake("keeps-to-the-path", (RECEIVED,), lambda f, world: edit(f, rest=bytes([0, 0, 35, 40])) if _narrows(f) else f),
        without("follows-redirects", lambda f: f["type"] == 5 and f["dst"] in OWN, RECEIVED),
        taking_for("takes-broadcasts", lambda f: edit(f, dst=PEER) if is_broadcast(f["dst"]) else f),
        without("takes-groups", _to(lambda dst: dst.startswith("224.")), RECEIVED),
        without("takes-no-checksum", lambda f: f.is_udp and f["udp_checksum"] == 0, RECEIVED),
        _fake("waits-for-neighbours", (SENT,), wrong_link.arp_missing_is_unreachable.act),
        _fake("reads-802-frames", (RECEIVED,), wrong_link.snap_not_read.act),
        _fake("switches-framing", (ASKED,), lambda call, world: Call(call.op, call.keys | {"value": "ethernet"}) if call.keys.get("name") == "framing" else call),
        without("probes-addresses", lambda f: f["spa"] == "0.0.0.0" and not f["tpa"].startswith("169.254.")),
        without("tests-link-local-addresses", lambda f: f["spa"] == "0.0.0.0" and f["tpa"].startswith("169.254.")),
        without("defends-its-address", lambda f: f["spa"] == f["tpa"] == LEFT.iut),
        _fake("updates-known-senders", (RECEIVED,), _keeps_what_it_knows),
        without("reports-groups", lambda f: f["igmp_type"] in (wire.REPORT_1, wire.REPORT_2, wire.REPORT_3, wire.LEAVE)),
        _fake("speaks-igmp-1", (SENT,), lambda f, world: edit(f, igmp_type=0x16) if f["igmp_type"] == 0x12 else f),
        _fake("remembers-igmp-1", (ASKED, SENT, RECEIVED), _goes_by_the_last_query),
        _fake("checks-igmp-checksums", (RECEIVED,), _igmp_sum_made),
        _fake("answers-queries-2", (SENT, RECEIVED), lambda f, world: _late(f, world, 2)),
        _fake("answers-queries-3", (SENT, RECEIVED), lambda f, world: _late(f, world, 3)),
        _fake("spreads-answers-1", (SENT, RECEIVED, ASKED), wrong_queriers.query_1_answered_at_once.act),
        _fake("spreads-answers-2", (RECEIVED,), wrong_queriers.query_2_answered_at_once.act),
        _fake("spreads-answers-3", (RECEIVED,), wrong_queriers.general_query_answered_at_once.act),
        _fake("heeds-reports", (RECEIVED,), lambda f, world: None if f["igmp_type"] in (wire.REPORT_1, wire.REPORT_2) and not world.forwards else f),
        _fake("heeds-old-reports", (RECEIVED,), lambda f, world: None if f["igmp_type"] == wire.REPORT_1 and not world.forwards else f),
        without("tells-changes", _tells_a_change),
        _fake("repeats-changes", (ASKED, SENT), _says_once),
        _fake("knows-source-specific-groups", (ASKED,), _joins_another),
        _fake("forwards", (ASKED,), lambda call, world: Call(call.op, call.keys | {"value": "0"}) if call.keys.get("name") == "forwarding" else call),
        without("reports-what-it-cannot-pass-on", lambda f: f.is_error and f["type"] == 3 and f["code"] in (0, 1)),
        without("sends-redirects", lambda f: f["type"] == 5 and f.is_error and f["src"] in OWN),
        _fake("lowers-ttl", (SENT, RECEIVED), _passing(8, lambda _, came: int(came["ttl"]))),
        _fake("ends-time-to-live", (SENT, RECEIVED), wrong_routers.last_hop_passes_on.act),
        _fake("keeps-dont-fragment", (SENT, RECEIVED), _passing(6, lambda octet, _: octet & 0xBF)),
        _fake("keeps-codepoints", (SENT, RECEIVED), _passing(1, lambda octet, _: octet & 3)),
        without("is-querier", lambda f: f["igmp_type"] == wire.QUERY and f["igmp_group"] == "0.0.0.0"),
        without("asks-groups", lambda f: f["igmp_type"] == wire.QUERY and f["igmp_group"] != "0.0.0.0"),
        without("takes-the-other-address", lambda f: f["dst"] == other_address(f), RECEIVED),
    )
}
