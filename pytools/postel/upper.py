# SPDX-License-Identifier: BSD-2-Clause
"""The harness's side of the upper tester protocol (docs/upper-tester.md): `Upper` asks, the adapter answers."""

import os
import random
import re
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from postel.links import Life, LinkClosed, ends

LINE_MAX = 140_000  # octets, with LF
_START_S, _CALL_S = 20.0, 10.0
_SLOW_S = 30.0  # for `advance`, which may run through many timers, and `reset`, which may wait for some
_PUMP_S = 0.02  # how often the link is emptied meanwhile: an IUT that waits for us to read would not answer
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Event:
    name: str
    keys: dict[str, str]


class UpperError(Exception):
    """An operation was answered with an error: `code` is its name, such as EMSGSIZE."""

    def __init__(self, op: str, code: str, text: str = "") -> None:
        super().__init__(f"{op}: {code}" + (f" ({text})" if text else ""))
        self.code, self.text = code, text


class UpperClosed(Exception):
    """The upper tester is gone, does not answer, or says what is not of the protocol: it is not believed any more."""


class Lines(Protocol):
    """Carries one request line (without LF) and yields the lines of the answer until `last` says that one is the reply."""

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]: ...


def parse_keys(words: list[str]) -> dict[str, str]:
    """KEY=VALUE words as a dictionary; ValueError names the word that is none, or comes twice."""
    keys: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not _NAME.fullmatch(key) or not all("!" <= c <= "~" for c in value) or key in keys:
            raise ValueError(word)
        keys[key] = value
    return keys


def render(op: str, keys: dict[str, object]) -> str:
    """Octets become hex, booleans 0 and 1; a trailing underscore keeps a key from being a Python keyword."""
    return " ".join([op, *(f"{key.rstrip('_')}={_value(value)}" for key, value in keys.items())])


def _value(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(int(value)) if isinstance(value, bool) else str(value)


class Upper:
    """An upper tester that has said hello and has refused an operation that does not exist."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._sequence = 0
        self._events: list[Event] = []
        hello = self._request("hello version=1", "hello", _START_S)
        if hello.get("version") != "1":
            raise UpperClosed(f"it speaks version {hello.get('version', '(none)')} of the protocol, not 1")
        self.name = hello.get("name", "")
        self.release = hello.get("release", "")
        self.caps = frozenset(cap for cap in hello.get("caps", "").split(",") if cap)
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
        events, self._events = self._events, []
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
            star, _, rest = said.partition(" ")
            name, *words = rest.split(" ")
            if star != "*" or not _NAME.fullmatch(name):
                raise UpperClosed(f"it says {said[:80]!r}, which is no event")
            self._events.append(Event(name, _believed(said, words)))
        sequence, _, rest = reply.partition(" ")
        if sequence != str(self._sequence):
            raise UpperClosed(f"it answers {reply[:80]!r} to {op} with number {self._sequence}")
        word, *words = rest.split(" ")
        keys = _believed(reply, words)
        if word == "err" and keys.get("code"):
            text = keys.get("text", "")
            plain = bytes.fromhex(text).decode("utf-8", "replace") if re.fullmatch("([0-9a-f]{2})*", text) else text
            raise UpperError(op, keys["code"], plain)
        if word != "ok":
            raise UpperClosed(f"it answers {reply[:80]!r} to {op}, which is no reply")
        return keys


def _believed(line: str, words: list[str]) -> dict[str, str]:
    try:
        return parse_keys(words)
    except ValueError as error:
        raise UpperClosed(f"it says {line[:80]!r}, in which {str(error)[:40]!r} is not a key with its value") from None


class DescriptorLines:
    """Lines over a pair of descriptors. `pump` empties the IUT's link while we wait."""

    def __init__(self, requests: int, replies: int, life: Life, pump: Callable[[], None]) -> None:
        self._requests, self._replies, self._life, self._pump = requests, replies, life, pump
        self._held = b""
        os.set_blocking(requests, False)
        os.set_blocking(replies, False)

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]:
        deadline = time.monotonic() + seconds
        self._write(line.encode("latin-1") + b"\n", line, deadline)
        lines: list[str] = []
        while not lines or not last(lines[-1]):
            lines.append(self._line(line, deadline))
        return lines

    def close(self) -> None:
        for fd in {self._requests, self._replies}:
            os.close(fd)

    def _write(self, octets: bytes, line: str, deadline: float) -> None:
        while octets:
            try:
                octets = octets[os.write(self._requests, octets) :]
            except BlockingIOError:
                self._wait(self._requests, select.POLLOUT, line, deadline)
            except (BrokenPipeError, ConnectionResetError):
                raise self._ended() from None

    def _line(self, line: str, deadline: float) -> str:
        while b"\n" not in self._held:
            if len(self._held) >= LINE_MAX:
                raise UpperClosed("it says a line of more than 140,000 octets")
            try:
                got = os.read(self._replies, 1 << 18)
            except BlockingIOError:
                self._wait(self._replies, select.POLLIN, line, deadline)
                continue
            except ConnectionResetError:
                got = b""
            if not got:
                raise self._ended()
            self._held += got
        said, _, self._held = self._held.partition(b"\n")
        return said.decode("latin-1")

    def _ended(self) -> UpperClosed:
        return UpperClosed("it has ended" if ends(self._life) else "it has closed its standard output or input")

    def _wait(self, fd: int, event: int, line: str, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise UpperClosed(f"no answer to `{line[:60]}` in time")
        alive = self._life.alive()
        poll = select.poll()
        poll.register(fd, event)
        self._pump()
        if not poll.poll(min(left, _PUMP_S) * 1000) and not alive:
            raise self._ended()


class SimLines:
    """Lines through postel-sim, whose answer is whole when the exchange is over."""

    def __init__(self, line: Callable[[str], list[str]]) -> None:
        self._line = line

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]:
        try:
            lines = self._line(line)
        except LinkClosed as error:
            raise UpperClosed(str(error)) from error  # not the adapter's fault: it is in the IUT
        if not lines or not last(lines[-1]) or any(map(last, lines[:-1])):
            raise UpperClosed(f"it answers `{line[:60]}` with {len(lines)} lines, of which the last must be the one reply")
        return lines
