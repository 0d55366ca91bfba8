# SPDX-License-Identifier: BSD-2-Clause
"""Expectations: what a case wants to see, matched on octets and told in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from postel.kit import wire


@dataclass(frozen=True)
class Expectation:
    """A kind of frame (wire.parse()'s word) and fields: a value that must be equal, or a predicate. What is `implied` the case does not
    say itself; where another case is charged with such a field it is by the ability `general` names. `whole`: nothing follows from the stimulus."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    implied: frozenset[str] = frozenset()
    general: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False

    def words(self) -> str:
        said = [f"{name} {_said(value)}" for name, value in self.fields.items() if name not in ("src", "dst")]
        marks = (("src", "from"), ("dst", "to"))
        place = "".join(f" {mark} {_said(self.fields[name])}" for name, mark in marks if name in self.fields)
        return self.kind.replace("-", " ") + place + (": " if said else "") + ", ".join(said)

    def difference(self, got: Mapping[str, Any]) -> str | None:
        """The first field that is not as wanted, in words; None when all are."""
        for name, want in self.fields.items():
            have = got.get(name)
            same = bool(have is not None and want(have)) if callable(want) else have == want
            if not same:
                return f"{name} {in_words(have)} instead of {_said(want)}"
        return None

    def without(self, name: str) -> "Expectation":
        return replace(self, fields={each: value for each, value in self.fields.items() if each != name})


def differ(actual: Any, expected: Any) -> tuple[str, str] | None:
    """What was expected and what is there, in words; None when they are equal or the predicate is fulfilled."""
    if isinstance(actual, bool):
        raise TypeError("yes and no are no values that a reader can understand: compare what they were made of")
    same = expected(actual) if callable(expected) else actual == expected
    return None if same else (_said(expected), in_words(actual))


def in_words(value: Any) -> str:
    """For people: octets in hex, several values one after the other."""
    if isinstance(value, bytes) and value:
        return f"{value[:24].hex()}{'...' if len(value) > 24 else ''} ({len(value)} octets)"
    if isinstance(value, list | tuple | set):
        return ", ".join(map(in_words, sorted(value) if isinstance(value, set) else value)) or "none"
    return "none" if value in ("", b"") else "missing" if value is None else str(value)


def _said(value: Any) -> str:
    return str(value.__doc__ or value.__name__) if callable(value) else in_words(value)


def saying(words: str, test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A predicate with words for its failure."""

    def predicate(value: Any) -> bool:
        return bool(test(value))

    predicate.__doc__ = words
    return predicate


def at_least(n: int) -> Callable[[Any], bool]:
    return saying(f"at least {n}", lambda value: bool(value >= n))


def at_most(n: int) -> Callable[[Any], bool]:
    return saying(f"at most {n}", lambda value: bool(value <= n))


def other_than(unwanted: Any) -> Callable[[Any], bool]:
    return saying(f"other than {unwanted}", lambda value: bool(value != unwanted))


def holding(octets: bytes) -> Callable[[Any], bool]:
    """Of octets in hex, as the upper tester tells them: these are among them."""
    return saying(f"{octets.hex()} among others", lambda value: octets.hex() in value)


def one_of(*values: Any) -> Callable[[Any], bool]:
    run = len(values) > 3 and values == tuple(range(values[0], values[-1] + 1))
    return saying(f"{values[0]} to {values[-1]}" if run else " or ".join(map(str, values)), lambda value: value in values)


def anything(value: Any) -> bool:
    """anything"""
    return True


def quoting(packet: bytes) -> Callable[[Any], bool]:
    """The quote of an ICMP error: the offender's header and at least 8 octets of its data, as they were sent."""
    header_len = (packet[0] & 15) * 4 if packet else 0
    least = min(header_len + 8, len(packet))

    def test(quoted: bytes) -> bool:
        return len(quoted) >= least and packet.startswith(quoted)

    return saying(f"the header and at least 8 octets of the packet {packet[:least].hex()}", test)


def about(packet: bytes) -> Callable[[Any], bool]:
    """An error that is about this packet, however well it quotes it (which is RFC1122-3.2.2-c): addresses, protocol and the first
    octets of what follows the header are this one's."""
    asked = wire.parse_packet(packet)
    start = (asked["ihl"] * 4 if "ihl" in asked else len(packet))
    data = packet[start : start + 4]

    def test(quoted: bytes) -> bool:
        said = wire.parse_packet(quoted)
        same = all(said.get(name) == asked.get(name) for name in ("src", "dst", "protocol"))
        return same and quoted[said.get("ihl", 5) * 4 :].startswith(data)

    return saying(f"the header and the data of the packet {packet[: start + 8].hex()}", test)


def header_verifies(packet: bytes) -> bool:
    """a header whose checksum verifies"""
    return wire.ones_sum(packet[: (packet[0] & 15) * 4]) == 0xFFFF


def message_verifies(payload: bytes) -> bool:
    """a message whose checksum verifies"""
    return wire.ones_sum(payload) == 0xFFFF


# Options of an answer: predicates over the field `options`.


def with_option(option: bytes) -> Callable[[Any], bool]:
    """This option, octet by octet, among others."""
    return saying(f"the option {option.hex()}", lambda options: option in wire.split_options(options)[0])


def having(kind: int, predicate: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """An option of this kind that is as `predicate` says, among others."""
    words = predicate.__doc__ or ""
    return saying(words, lambda options: any(o[0] == kind and predicate(o) for o in wire.split_options(options)[0]))


def without_option(kind: int) -> Callable[[Any], bool]:
    return saying(f"no option {kind}", lambda options: all(o[0] != kind for o in wire.split_options(options)[0]))


def at_most_one_of(*kinds: int) -> Callable[[Any], bool]:
    words = f"one option of {' and '.join(map(str, kinds))} at most"
    return saying(words, lambda options: sum(o[0] in kinds for o in wire.split_options(options)[0]) <= 1)


def only_copied(options: bytes) -> bool:
    """no option without the copied flag"""
    return all(option[0] & 0x80 for option in wire.split_options(options)[0])


def padded_with_zeros(options: bytes) -> bool:
    """zeros after the last option"""
    return not any(wire.split_options(options)[1])


def sound_options(options: bytes) -> bool:
    """options that end where their length says"""
    return wire.split_options(options)[1][:1] <= b"\0"


def nothing_but_zeros(octets: bytes) -> bool:
    """nothing but zeros"""
    return not any(octets)


def recorded(asked: bytes, address: str) -> Callable[[Any], bool]:
    """The record route that was `asked`, of the same size, with `address` written (once or more) from its pointer on."""

    def test(option: bytes) -> bool:
        if len(option) != len(asked):
            return False
        at, end = asked[2] - 1, option[2] - 1
        slots = [option[i : i + 4] for i in range(at, end, 4)]
        kept = option[3:at] == asked[3:at] and option[end:] == asked[end:]
        return bool(slots) and set(slots) == {wire.address_octets(address)} and kept

    return saying(f"the record route {asked.hex()} with {address} added", test)


def stamped(asked: bytes, address: str, entries: int | None = None) -> Callable[[Any], bool]:
    """The timestamp option that was `asked`, of the same size, with entries (so many, or at least one) from its pointer on."""
    step, ours = (4, b"") if asked[3] & 15 == 0 else (8, wire.address_octets(address))

    def test(option: bytes) -> bool:
        if len(option) != len(asked):
            return False
        at, end = asked[2] - 1, option[2] - 1
        added = [option[i : i + step] for i in range(at, end, step)]
        enough = bool(added) if entries is None else len(added) == entries
        kept = option[4:at] == asked[4:at] and option[end:] == asked[end:] and option[3] == asked[3]
        right = all(len(entry) == step and entry.startswith(ours) and standard_time(entry[-4:]) for entry in added)
        return enough and kept and right

    return saying(f"the timestamp option {asked.hex()} with {entries or 'at least one'} of its entries written by {address}", test)


def standard_time(octets: bytes) -> bool:
    """milliseconds since midnight UT, or the high bit set"""
    value = int.from_bytes(octets, "big")
    return value < 86_400_000 or bool(value >> 31)


# The messages that IUTs send. What is not said (addresses, identifiers, echoed data, the quote) the lower tester fills in
# from the last stimulus.


def echo_reply(**fields: Any) -> Expectation:
    """Its code is one case's matter."""
    return Expectation("echo-reply", fields)


def unreachable(code: int, **fields: Any) -> Expectation:
    return Expectation("unreachable", {"code": code} | fields)


def time_exceeded(code: int = 1, **fields: Any) -> Expectation:
    return Expectation("time-exceeded", {"code": code} | fields)


def parameter_problem(pointer: int | Callable[[Any], bool], **fields: Any) -> Expectation:
    return Expectation("parameter-problem", {"code": 0, "pointer": pointer} | fields)


def timestamp_reply(**fields: Any) -> Expectation:
    return Expectation("timestamp-reply", {"code": 0} | fields)


def udp_datagram(**fields: Any) -> Expectation:
    return Expectation("udp", fields)


def arp_reply(**fields: Any) -> Expectation:
    return Expectation("arp-reply", fields)


def arp_request(**fields: Any) -> Expectation:
    return Expectation("arp-request", fields)


def protocol(number: int, **fields: Any) -> Expectation:
    """A datagram of any other protocol."""
    return Expectation(f"protocol-{number}", fields)


ERRORS = ("unreachable", "time-exceeded", "parameter-problem", "source-quench", "redirect")


def completed(expectation: Expectation, stimulus: bytes | None) -> Expectation:
    """`expectation` with what follows from the stimulus (an IPv4 packet) where it says nothing itself."""
    if stimulus is None or expectation.whole or expectation.kind.startswith(("arp", "llc")):
        return expectation
    asked = wire.parse_packet(stimulus)
    implied: dict[str, Any] = {}
    if "src" in asked:
        implied = {"src": asked["dst"], "dst": asked["src"]}
    if expectation.kind in ("echo-reply", "timestamp-reply") and "ident" in asked:
        implied |= {"ident": asked["ident"], "seq": asked["seq"]}
    if expectation.kind == "echo-reply" and asked["kind"] == "echo-request":
        implied["data"] = asked["data"]
    if expectation.kind in ERRORS:
        implied["quoted"] = about(stimulus)
    if expectation.kind == "udp" and "sport" in asked:
        implied |= {"sport": asked["dport"], "dport": asked["sport"]}
    return Expectation(expectation.kind, implied | expectation.fields, frozenset(implied) - frozenset(expectation.fields))
