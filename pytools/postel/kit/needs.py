# SPDX-License-Identifier: BSD-2-Clause
"""What a step stands on: the abilities without which its stimulus cannot be taken, or its answer not be given. It is asked only
where the answer is missing: an IUT that answers has what it takes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from postel.kit import wire
from postel.kit.expect import Expectation
from postel.kit.seen import is_group, is_multicast
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES

ROUTE, STAMP, SOURCE_ROUTES = 7, 68, (131, 137)
KNOWN = {ROUTE, STAMP, 130, 136, *SOURCE_ROUTES}  # to every host that follows RFC 791
ETHERNET = 1500
TWO, FEW = 2, 8  # fragments of a datagram: whoever reassembles puts two together
LONG = 60_000  # octets that no other datagram of the suite has than the longest
UNUSED_PROTOCOLS = (253, 254)  # by whoever is judged

REPORTS = {  # what an IUT must be able to say, by the kind of a frame and its code
    ("unreachable", 2): "reports-unknown-protocols", ("unreachable", 3): "reports-closed-ports",
    ("unreachable", 5): "reports-failed-source-routes", ("time-exceeded", 1): "reports-reassembly-time-outs",
    ("unreachable", 0): "reports-what-it-cannot-pass-on", ("unreachable", 1): "reports-what-it-cannot-pass-on",
    ("redirect", 1): "sends-redirects", ("parameter-problem", 0): "reports-bad-options", ("timestamp-reply", 0): "answers-timestamps",
}  # fmt: skip
IN_GENERAL = {  # what answers have right, whatever they are about, by what differs: the ability whose case is charged with that
    ("echo-reply", "ident"): "returns-identifiers", ("echo-reply", "data"): "returns-data", ("parameter-problem", "pointer"): "points-at-the-fault",
    **{(kind, "src"): "reports-from-the-address-asked" for kind in ("unreachable", "time-exceeded", "parameter-problem")},
    **{("udp", name): "sends-by-its-ports" for name in ("sport", "dport")},
}  # fmt: skip
TELLS = {"icmp.error": ("tells-of-errors",), "echo.recv": ("tells-of-replies",)}
# Means that a rule demands of a stack, as `hello` names them, and the ability whose case judges that rule. Of those that a host has to
# have whatever else it has, to say nothing is to lack it: else an adapter would fare the better for saying less.
MEANS = {"icmp-errors": "tells-of-errors", "options": "sets-options", "tos": "sets-tos", "ttl": "sets-ttl"}
SILENCE_LACKS = frozenset({"icmp-errors"})
RETURNS = {ROUTE: "records-routes", STAMP: "stamps", **dict.fromkeys(SOURCE_ROUTES, "takes-source-routes")}


def of_stimulus(packets: Iterable[bytes]) -> Iterator[str]:
    """To take these."""
    pieces: Counter[tuple[Any, ...]] = Counter()  # by datagram
    for packet in packets:
        fields = wire.parse_packet(packet)
        if "payload" in fields:
            yield from _of_header(fields)
            if fields["kind"] == "fragment":
                yield from _of_fragment(fields)
                pieces[_datagram(fields)] += 1
            if fields.get("udp_checksum") == 0:
                yield "takes-no-checksum"
    most = max(pieces.values(), default=0)
    if most > TWO:
        yield "reassembles-a-few"
    if most > FEW:
        yield "reassembles-many"


def _of_header(fields: Fields) -> Iterator[str]:
    options, rest = wire.split_options(fields["options"])
    kinds = {option[0] for option in options}
    if fields["options"]:
        yield "takes-options"
    if is_far(fields["src"]):
        yield "reaches-far-hosts"
    if rest[:1] == b"\0" and len(rest) > 1:
        yield "reads-the-end-of-options"
    if kinds - KNOWN:
        yield "skips-unknown-options"
    if kinds.intersection(SOURCE_ROUTES):
        yield "takes-source-routes"
    if is_group(fields["dst"]):
        if fields["dst"].startswith("224.") or not is_multicast(fields["dst"]):
            yield "takes-groups" if is_multicast(fields["dst"]) else "takes-broadcasts"


def is_far(address: str) -> bool:
    """One host's, off every link of the lab, as far as that can be told from its number."""
    return not (any(lab.is_near(address) for lab in INTERFACES) or is_group(address) or address.startswith(("0.", "127.", "169.254.")))


def of_call(keys: Mapping[str, object]) -> Iterator[str]:
    """To send what a user has asked for."""
    if is_far(str(keys.get("dst", "0.0.0.0"))):
        yield "reaches-far-hosts-for-users"


def _of_fragment(fields: Fields) -> Iterator[str]:
    end = fields["offset"] + len(fields["payload"])
    yield "reassembles"
    if fields["options"]:
        yield "reassembles-with-options"
    if end > ETHERNET - wire.IP_MIN:
        yield "reassembles-large"
    if end > LONG:
        yield "reassembles-the-longest"


@dataclass
class Order:
    """Of the fragments of a case: what does not begin where the one before ended, of the same datagram, is out of order."""

    ends: dict[tuple[Any, ...], int] = field(default_factory=dict)
    pieces: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    mixed: set[tuple[Any, ...]] = field(default_factory=set)

    def took(self, packet: bytes) -> None:
        fields = wire.parse_packet(packet)
        if fields["kind"] == "fragment":
            key = _datagram(fields)
            self.mixed |= {key} if self.ends.get(key, 0) != fields["offset"] else set()
            self.ends[key] = fields["offset"] + len(fields["payload"])
            self.pieces[key] += 1

    def needs(self, packets: Iterable[bytes]) -> Iterator[str]:
        """To put these together, with what has come before."""
        parsed = map(wire.parse_packet, packets)
        keys = {_datagram(fields) for fields in parsed if fields["kind"] == "fragment"}
        if any(self.pieces[key] > TWO for key in keys):
            yield "reassembles-a-few"
        if keys & self.mixed:
            yield "reassembles-in-any-order"


def _datagram(fields: Fields) -> tuple[Any, ...]:
    return tuple(fields[name] for name in ("src", "dst", "protocol", "id"))


def of_twin(packet: bytes) -> Iterator[str]:
    """To take and to answer this."""
    yield from of_stimulus([packet])
    fields = wire.parse_packet(packet)
    if fields["kind"] == "udp":
        yield "reports-closed-ports"
    if fields.get("protocol") in UNUSED_PROTOCOLS:
        yield "reports-unknown-protocols"


def of_answer(kind: str, fields: dict[str, Any]) -> Iterator[str]:
    """To give such a one."""
    code = fields.get("code", 0)
    name = REPORTS.get((kind, 1 if callable(code) and kind in ("unreachable", "redirect") else code))
    if name:
        yield name
    if kind == "fragment":
        yield "fragments"
    if kind == "arp-reply":
        yield "answers-arp"
    if kind == "arp-request":
        yield "asks-for-neighbours"


def in_general(want: Expectation, difference: str) -> str:
    """To have that right in answers of this kind in which this one differs; '' where no case is charged with it for others."""
    name = difference.partition(" ")[0]
    return want.general.get(name, "") if want.whole else IN_GENERAL.get((want.kind, name), "")


def of_difference(packets: Iterable[bytes], want: Expectation, difference: str) -> Iterator[str]:
    """To answer these so that nothing differs in what was found to."""
    if name := in_general(want, difference):
        yield name
    if difference.startswith("code") or want.kind == "arp-reply" or (want.kind == "arp-request" and difference.startswith("tpa")):
        yield from of_answer(want.kind, want.fields)
    options = [option for packet in packets for option in wire.split_options(wire.parse_packet(packet).get("options", b""))[0]]
    if difference.startswith(("options", "dst")):  # along a source route is also where the answer goes
        yield from sorted({RETURNS[option[0]] for option in options if option[0] in RETURNS})
    if difference.startswith("quoted"):
        yield "quotes-intact"


OTHER_ADDRESS = "takes-the-other-address"


def on_interface(packets: Iterable[bytes], iface: int) -> Iterator[str]:
    """To take these on this interface."""
    others = {lab.iut for lab in INTERFACES if lab.index != iface}
    if any(wire.parse_packet(packet).get("dst") in others for packet in packets):
        yield OTHER_ADDRESS
