# SPDX-License-Identifier: BSD-2-Clause
"""Sweeps: cases of many stimuli, each with a name of its own, of which one that fails does not keep the others from being judged.

A for loop cannot be entered again where it was left. So a case whose stimulus has failed is begun anew, and what it has judged is
passed over; the IUT is reset before, where its user may hold something."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from postel.base.verdict import Verdict
from postel.kit.stops import Stop

Item = TypeVar("Item")
LEFT_OUT = (Verdict.NOT_APPLICABLE, Verdict.UNSUPPORTED)


@dataclass
class Sweep:
    """What has become of the stimuli of a case so far, by their names."""

    judged: list[str] = field(default_factory=list)
    failed: dict[str, Stop] = field(default_factory=dict)
    left_out: dict[str, Stop] = field(default_factory=dict)
    at: str | None = None  # the one that is being judged
    _come: set[str] = field(default_factory=set)  # in this pass

    def begins(self, name: str) -> bool:
        """A stimulus is next; False when it was judged in an earlier pass. Not every pass has the same: some are found out first."""
        if name in self._come:
            raise ValueError(f"two stimuli are called {name!r}")
        self._come.add(name)
        if name in self.judged or name in self.left_out:
            return False
        self.at = name
        self.judged.append(name)
        return True

    def passed_over(self, stop: Stop) -> None:
        """The one that is next is not judged at all."""
        assert self.at is not None
        self.judged.remove(self.at)
        self.left_out[self.at], self.at = stop, None

    def ends(self) -> None:
        self.at = None

    def stopped(self, stop: Stop) -> bool:
        """Takes down how the stimulus ended that is being judged; False when there is none, and the case ends with it."""
        if self.at is None:
            return False
        if stop.verdict in LEFT_OUT:
            self.judged.remove(self.at)
        (self.left_out if stop.verdict in LEFT_OUT else self.failed)[self.at] = stop
        self.at, self._come = None, set()
        return True


def named(stimuli: Iterable[Item] | Mapping[str, Item], words: str = "") -> Iterator[tuple[str, Item]]:
    """Each stimulus with its name: its key, or what it is called itself, behind `words`."""
    if isinstance(stimuli, Mapping):
        yield from stimuli.items()
        return
    for each in stimuli:
        yield f"{words} {name_of(each)}".strip(), each


def name_of(stimulus: Any) -> str:
    """`to a broadcast` of a function to_a_broadcast or of what has that name, `1, 2` of a pair, `ttl 9` of a field."""
    if isinstance(stimulus, str | int):
        return str(stimulus)
    if isinstance(stimulus, bytes):
        return stimulus.hex() or "nothing"
    if isinstance(stimulus, Mapping):
        return ", ".join(f"{name} {name_of(value)}" for name, value in stimulus.items()) or "nothing"
    if isinstance(stimulus, tuple | list):
        return ", ".join(map(name_of, stimulus))
    called = str(getattr(stimulus, "name", "") or getattr(stimulus, "__name__", "<"))
    if "<" in called:  # a lambda, or an object that has none
        raise ValueError(f"a stimulus without a name: {type(stimulus).__name__}; give them as a mapping of names")
    return called.replace("_", " ")
