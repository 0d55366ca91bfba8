# SPDX-License-Identifier: BSD-2-Clause
"""How a case configures the IUT: the verbs of the upper tester, by the names of conformance/iut/names.toml.

What the IUT has been told is noted, so that the passive checker goes by it. A name that an IUT does not have makes a case
`unsupported`; a case says beforehand which it needs (`needs="mtu"`)."""

from postel.catalogue import names
from postel.iut.upper import Event, Upper
from postel.kit.seen import Seen
from postel.kit.violator import Filter

Value = int | str | bytes
ITEM_KEYS = names.key_types()


class Configuring:
    """The lower tester is one; what it has beside this is declared here."""

    ut: Upper | None
    seen: Seen
    _events: list[Event]
    _filter: Filter | None

    # What is the lower tester's

    def call(self, op: str, **keys: object) -> dict[str, str]: ...  # type: ignore[empty-body]

    # What a case says

    def set(self, name: str, value: Value, *, iface: int | None = None, sock: object = None) -> None:
        """A setting of the host, of an interface or of a socket has this value from now on."""
        self.call("set", name=name, value=value, **_of(iface=iface, sock=sock))

    def get(self, name: str, *, iface: int | None = None, sock: object = None, dst: str | None = None) -> int | str:
        """What a setting is, or the answer to a query: a number where it is one."""
        value = self.call("get", name=name, **_of(iface=iface, sock=sock, dst=dst))["value"]
        return int(value) if names.is_number(names.names()[name].type) else value

    def add(self, kind: str, **keys: Value) -> None:
        """There is such an item: an address, a route, a neighbour, ..."""
        self.call("add", kind=kind, **keys)

    def remove(self, kind: str, **keys: Value) -> None:
        """There is none any more."""
        self.call("del", kind=kind, **keys)

    def listed(self, kind: str, iface: int | None = None) -> list[dict[str, int | str]]:
        """All such items."""
        assert self.ut, "the case must say needs="
        self.call("list", kind=kind, **_of(iface=iface))
        events = self.ut.events()
        self._events += self._filter.events(events) if self._filter else events
        found = [event for event in self._events if event.name == kind]
        self._events = [event for event in self._events if event.name != kind]
        return [{key: _typed(key, value) for key, value in event.keys.items()} for event in found]


def _of(**keys: object) -> dict[str, object]:
    return {key: value for key, value in keys.items() if value is not None}


def _typed(key: str, value: str) -> int | str:
    return int(value) if names.is_number(ITEM_KEYS.get(key, "")) else value
