# SPDX-License-Identifier: BSD-2-Clause
"""Answers that come late: when the step is over that they belong to, or even its case.

A control probe proves silence only of who answers in order. Whoever is late once proves nothing by it any more, so how late it
was is told, and who runs the cases waits so long from then on and judges again what was judged before (postel.runs.plugin).
Over `sim` nothing is late: what is to come is there when the call returns."""

import time
from collections import deque
from dataclasses import dataclass, field

from postel.iut.iut import Instance
from postel.kit import wire
from postel.kit.wire import Fields
from postel.lab.addresses import GATEWAY

LATEST = 1.0  # seconds; what is later has waited for something
TIMED = (("time-exceeded", 1), ("unreachable", 1))  # for fragments, and for who has a MAC
REPLIES = {f"{what}-reply": f"{what}-request" for what in ("echo", "timestamp", "information", "mask")}
OF_PAYLOAD = 8  # octets that every quote has


@dataclass(frozen=True)
class Asked:
    """A stimulus that may still be answered. `step` counts the silences that were proven in its case before."""

    late: "Late"  # the case, as it is judged
    step: int
    at: float
    fields: Fields
    answered: set[str] = field(default_factory=set, compare=False)  # by which kinds of frame


@dataclass(eq=False)
class Late:
    """Of one case; `asked` outlives it as the instance does."""

    asked: deque[Asked]
    over_sim: bool
    case: str = "what was found out before"
    step: int = 0
    seconds: float = 0.0  # the most by which an answer was late
    to: set[str] = field(default_factory=set)  # the cases that it was late to
    _resolved: dict[str, float] = field(default_factory=dict)  # when the IUT asked for whose MAC, or was told

    @classmethod
    def of(cls, instance: Instance) -> "Late":
        return cls(instance.memory.setdefault("asked", deque(maxlen=256)), instance.link.name == "sim")

    def sent(self, frame: bytes, role: str) -> None:
        fields = {} if self.over_sim else wire.parse(frame)
        if "spa" in fields:
            self._resolved[fields["spa"]] = time.monotonic()
        if fields and role in ("stimulus", "twin"):
            self.asked.append(Asked(self, self.step, time.monotonic(), fields))

    def heard(self, fields: Fields) -> str:
        """Takes down what is late. If it is for another case, which one; else ''."""
        if fields["kind"] == "arp-request":
            self._resolved[fields["tpa"]] = time.monotonic()
        if self.over_sim or (fields["kind"], fields.get("code")) in TIMED:
            return ""
        kind = str(fields["kind"])
        asked = next((each for each in reversed(self.asked) if kind not in each.answered and _answers(fields, each.fields)), None)
        if asked:
            asked.answered.add(kind)
        if asked is None or self._now(asked) or self._waited(asked, fields) or any(map(self._completes, self.asked)):
            return ""
        seconds = time.monotonic() - asked.at
        if seconds > LATEST:
            return ""
        self.seconds = max(self.seconds, seconds)
        self.to.add(asked.late.case)
        return asked.late.case if asked.late is not self else ""

    def behind(self, frame: bytes) -> bool:
        """Does it answer what was asked, though its case is over?"""
        fields = wire.parse(frame)
        return (fields["kind"], fields.get("code")) not in TIMED and any(_answers(fields, each.fields) for each in self.asked)

    def _now(self, asked: Asked) -> bool:
        return asked.late is self and asked.step == self.step

    def _waited(self, asked: Asked, fields: Fields) -> bool:
        """For the MAC of the next hop: also where the question was put earlier than this."""
        return any(self._resolved.get(hop, 0.0) > asked.at for hop in (fields.get("dst", fields.get("tpa", "")), GATEWAY))

    def _completes(self, asked: Asked) -> bool:
        """A fragment of this step, for what is answered may be the whole; or an ARP packet of it that was cut off."""
        cut = asked.fields.get("eth_type") == wire.TYPE_ARP and "spa" not in asked.fields
        return self._now(asked) and (cut or asked.fields["kind"] == "fragment")


def _answers(fields: Fields, asked: Fields) -> bool:
    """By what it quotes, or by its identifier and sequence number, or by the addresses in ARP."""
    if "quoted" in fields:
        quoted = wire.parse_packet(fields["quoted"])
        return "packet" in asked and _start(quoted) == _start(asked) is not None
    if fields["kind"] == "arp-reply":
        return bool(asked["kind"] == "arp-request" and (fields["spa"], fields["tpa"]) == (asked["tpa"], asked["spa"]))
    if REPLIES.get(fields["kind"]) != asked["kind"]:
        return False
    same = all(fields[name] == asked[name] for name in ("ident", "seq"))
    return bool(same and fields["dst"] == asked["src"] and (fields["kind"] != "echo-reply" or fields["data"] == asked["data"]))


def _start(fields: Fields) -> tuple[object, ...] | None:
    if "src" not in fields:
        return None
    at = 4 * int(fields["ihl"])
    names = ("id", "src", "dst", "protocol", "offset")
    return (*(fields[name] for name in names), fields["packet"][at : at + OF_PAYLOAD])
