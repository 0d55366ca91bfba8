# SPDX-License-Identifier: BSD-2-Clause
"""The harness's side of the upper tester protocol (docs/upper-tester.md): `Upper` asks, the adapter answers."""

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from postel.base.keys import NAME, parse_keys
from postel.base.patience import START_S
from postel.catalogue import names
from postel.iut.lines import DescriptorLines, Lines, NoAnswer, SimLines, UpperClosed, shown, within_budget
from postel.lab.addresses import INTERFACES

_START_S, _CALL_S = START_S, 10.0
_SLOW_S = 30.0  # for `advance`, which may run through many timers, and `reset`, which may wait for some
_CAPS_MAX = 200
_TEXT_MAX = 200  # characters of a name, a release, an error's words
SKELETON = "skeleton"  # a capability: nothing is behind the adapter yet (`postel iut new`)
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


class Keys(dict[str, str]):
    """The keys of a line that the adapter said. One that a case asks for and is not there is the adapter's fault, not the case's."""

    def __init__(self, keys: dict[str, str], line: str) -> None:
        super().__init__(keys)
        self._line = line

    def __missing__(self, key: str) -> str:
        raise UpperClosed(f"it says {shown(self._line)}, in which {key}= is missing")


@dataclass(frozen=True)
class Event:
    name: str
    keys: dict[str, str]


class UpperError(Exception):
    """An operation was answered with an error: `code` is its name, such as EMSGSIZE."""

    def __init__(self, op: str, code: str, text: str = "") -> None:
        super().__init__(f"{op}: {code}" + (f" ({text})" if text else ""))
        self.code, self.text = code, text


def render(op: str, keys: dict[str, object]) -> str:
    """Octets become hex, booleans 0 and 1; a trailing underscore keeps a key from being a Python keyword."""
    return " ".join([op, *(f"{key.rstrip('_')}={_value(value)}" for key, value in keys.items())])


def _value(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(int(value)) if isinstance(value, bool) else str(value)


def _text(value: str) -> bool:
    return len(value) <= _TEXT_MAX


def _number(most: int) -> Callable[[str], bool]:
    return lambda value: value.isdecimal() and len(value) <= len(str(most)) and int(value) <= most


def _address(value: str) -> bool:
    return re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", value) is not None and all(int(part) < 256 for part in value.split("."))


def _octets(value: str) -> bool:
    return _HEX.fullmatch(value) is not None


_VALUES: dict[str, Callable[[str], bool]] = {
    "name": _text, "release": _text, "data": _octets, "options": _octets, "rest": _octets, "src": _address, "dst": _address, "specdst": _address,
    "addr": _address, "mac": partial(names.fits, type_="mac"),
    "iface": _number(len(INTERFACES) - 1),
    "sock": _number(2**31 - 1), "df": _number(1),
    **dict.fromkeys(("port", "sport", "dport", "id", "seq"), _number(0xFFFF)),
    **dict.fromkeys(("ttl", "tos", "type", "code", "protocol"), _number(0xFF)),
}  # fmt: skip
_COUNTER = _number(2**64 - 1)  # whatever it is called
_REPLIES = {"get": ("value",), "udp.bind": ("sock",), "ip.bind": ("sock",), "tcp.listen": ("sock",), "tcp.connect": ("sock",)}  # keys without which a reply is none
EVENTS = {
    "udp.recv": ("sock", "src", "sport", "dst", "dport", "data"), "ip.recv": ("sock", "src", "dst", "protocol", "data"),
    "echo.recv": ("src", "id", "seq", "data"), "icmp.error": ("type", "code", "src", "data"), "conflict": ("iface", "addr", "mac"), "igmp.warning": ("iface", "addr", "version"), "mroute.missing": ("iface", "src", "dst"),
    "mroute.wrong": ("iface", "src", "dst"), "log": ("data",),
    "tcp.open": ("sock", "src", "sport", "dst", "dport"), "tcp.recv": ("sock", "data"), "tcp.error": ("sock", "type", "code"), "tcp.closed": ("sock", "reason"),
}  # fmt: skip


_ITEMS = {name: row.told or row.keys for name, row in names.names().items() if row.is_ == names.ITEM and "list" in row.verbs}
_ITEM_VALUES: dict[str, Callable[[str], bool]] = {key: partial(names.fits, type_=type_) for key, type_ in names.key_types().items()}


def _typed(line: str) -> dict[str, Callable[[str], bool]]:
    """What the reply to `get` can be, by the name that was asked for."""
    asked = next((word.removeprefix("name=") for word in line.split(" ") if word.startswith("name=")), "")
    row = names.names().get(asked)
    return {"value": partial(names.fits, type_=row.type)} if row and line.startswith("get ") else {}


def _names(said: str) -> frozenset[str]:
    """What hello lists: the capabilities, what the stack lacks, or what the adapter cannot reach."""
    names = frozenset(name for name in said.split(",") if name)
    if wrong := [name for name in sorted(names) if not NAME.fullmatch(name)]:
        raise UpperClosed(f"it says hello with the capability {shown(wrong[0])}, which is no name")
    if len(names) > _CAPS_MAX:
        raise UpperClosed(f"it says hello with {len(names):,} capabilities")
    return names


class Upper:
    """An upper tester that has said hello and has refused an operation that does not exist."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._sequence = 0
        self._events: list[Event] = []
        self._held = 0  # octets of them
        self.heard: Callable[[str], object] | None = None  # gets every line that the adapter says
        hello = self._request("hello version=1", "hello", _START_S)
        if hello.get("version") != "1":
            raise UpperClosed(f"it speaks version {shown(hello.get('version', ''))} of the protocol, not 1")
        self.name = hello.get("name", "")
        self.release = hello.get("release", "")
        self.caps, self.lacks, self.unsupported = (_names(hello.get(key, "")) for key in ("caps", "lacks", "unsupported"))
        self._refuses_nonsense()

    def call(self, op: str, **keys: object) -> dict[str, str]:
        """The keys of the reply; UpperError when it is an error."""
        return self.raw(render(op, keys))

    def raw(self, line: str) -> dict[str, str]:
        """The same for a line without SEQ, as scripts hold it."""
        op = line.partition(" ")[0]
        return self._request(line, op, _SLOW_S if op in ("advance", "reset") else _CALL_S)

    def answer(self, line: str) -> str:
        """The reply to any line, well formed or not, as it stands: for the check of an adapter."""
        *_, reply = self._lines.exchange(line, lambda answer: not answer.startswith("*"), _CALL_S)
        return reply

    def events(self) -> list[Event]:
        """What has been told since the last call."""
        events, self._events, self._held = self._events, [], 0
        return events

    def _refuses_nonsense(self) -> None:
        op = f"{random.choice(('florp', 'zib', 'quux'))}.x{random.getrandbits(32):x}"
        try:
            self._request(op, op, _START_S)
        except UpperError as error:
            if error.code == "ENOSYS":
                return
            raise UpperClosed(f"it answers an operation that does not exist with {error.code}, not ENOSYS") from None
        raise UpperClosed("it says ok to an operation that does not exist, so its other answers cannot be believed")

    def _request(self, line: str, op: str, seconds: float) -> dict[str, str]:
        self._sequence = self._sequence % 9_999_999_999 + 1
        *events, reply = self._lines.exchange(
            f"{self._sequence} {line}", lambda answer: not answer.startswith("*"), seconds
        )
        for said in events:
            self._keep(said)
        if self.heard:
            for said in (*events, reply):
                self.heard(said)
        sequence, _, rest = reply.partition(" ")
        if sequence != str(self._sequence):
            raise UpperClosed(f"it answers {shown(reply)} to {op} with number {self._sequence}")
        word, *words = rest.split(" ")
        if word == "err":
            raise _refusal(op, reply, words)
        if word != "ok":
            raise UpperClosed(f"it answers {shown(reply)} to {op}, which is no reply")
        chosen = ["port"] if op == "udp.bind" and "port=0" in line.split(" ") else []
        return _believed(reply, words, [*_REPLIES.get(op, ()), *chosen], None if op == "counters" else _VALUES | _typed(line))

    def _keep(self, said: str) -> None:
        star, _, rest = said.partition(" ")
        name, *words = rest.split(" ")
        if star != "*" or not NAME.fullmatch(name):
            raise UpperClosed(f"it says {shown(said)}, which is no event")
        self._events.append(Event(name, _believed(said, words, _ITEMS.get(name, EVENTS.get(name, ())), _ITEM_VALUES if name in _ITEMS else _VALUES)))
        self._held += len(said)
        within_budget(len(self._events), self._held)


def _refusal(op: str, reply: str, words: list[str]) -> UpperError:
    try:
        keys = parse_keys(words)
    except ValueError:
        keys = {}
    if not re.fullmatch("[A-Z][A-Z0-9_]{1,39}", keys.get("code", "")):
        raise UpperClosed(f"it answers {shown(reply)} to {op}, which is no reply: an error has code=NAME")
    text = keys.get("text", "")
    plain = bytes.fromhex(text).decode("utf-8", "replace") if _HEX.fullmatch(text) else text
    return UpperError(op, keys["code"], plain[:_TEXT_MAX])


def _believed(line: str, words: list[str], needed: Iterable[str], values: Mapping[str, Callable[[str], bool]] | None) -> dict[str, str]:
    """The keys of a line, each with a value that it can have; UpperClosed names the line and what is wrong in it."""
    try:
        keys = parse_keys(words)
    except ValueError as error:
        raise UpperClosed(f"it says {shown(line)}, in which {str(error)[:40]!r} is not a key with its value") from None
    for key in needed:
        if key not in keys:
            raise UpperClosed(f"it says {shown(line)}, in which {key}= is missing")
    for key, value in keys.items():
        check = _COUNTER if values is None else values.get(key)
        if check and not check(value):
            raise UpperClosed(f"it says {shown(line)}, in which {key}= cannot be {shown(value)}")
    return Keys(keys, line)


__all__ = [
    "SKELETON", "DescriptorLines", "Event", "Keys", "Lines", "NoAnswer", "SimLines", "Upper", "UpperClosed", "UpperError", "render",
]  # fmt: skip
