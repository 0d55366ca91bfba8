# SPDX-License-Identifier: BSD-2-Clause
"""How a case configures the IUT: the verbs of the upper tester, by the names of conformance/iut/names.toml.

What the IUT has been told is noted, so that the passive checker goes by it. A name that an IUT does not have makes a case
`unsupported`; a case says beforehand which it needs (`needs="mtu"`)."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from postel.base import script
from postel.catalogue import names
from postel.iut.iut import Instance
from postel.iut.upper import Event, Upper, UpperError, render
from postel.kit.configured import Configured
from postel.kit.seen import Seen
from postel.kit.violator import Filter
from postel.lab.addresses import Interface

Value = int | str | bytes
ITEM_KEYS = names.key_types()
RESTS = 0.12  # seconds that are waited for what comes where no control probe is answered


class Configuring:
    """The lower tester is one; what it has beside this is declared here."""

    instance: Instance
    ut: Upper | None
    virtual: bool
    pass_time: Callable[[float], None]  # whose own class comes later
    _interfaces: Callable[[], set[int]]  # and of this
    seen: Seen
    left: Interface
    right: Interface
    third: Interface
    iut_mac: str
    mtu: int
    room: int
    labs: Sequence[Interface]
    script: list[script.Record]
    called: bool
    _events: list[Event]
    _keeps: Callable[[list[Event]], None]
    _filter: Filter | None
    _unsettled: set[int]

    # What is the lower tester's

    def call(self, op: str, **keys: object) -> dict[str, str]: ...  # type: ignore[empty-body]
    def settle(self) -> None: ...
    def _drain(self) -> None: ...

    # What a case says

    def set(self, name: str, value: Value, *, iface: int | None = None, sock: object = None) -> None:
        """A setting of the host, of an interface or of a socket has this value from now on."""
        self.call("set", name=name, value=value, **_of(iface=iface, sock=sock))
        self._knows_interfaces()
        if name == "mtu" and not iface:
            self._knows_mtu(int(str(value)))

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

    def tried(self, request: str, **keys: object) -> dict[str, str]:
        """What becomes of a request by which no frame is sent, of any form: its reply, or `code`, with which it is refused. No fence is
        needed, and who asks for what holds on puts back what there was."""
        assert self.ut, "the case must say needs="
        line = render(request, keys)
        self.script.append(script.Op(line))
        self.called = True
        try:
            reply = self.ut.raw(line)
        except UpperError as refusal:
            taken = self._filter is not None and self._filter.accepts(request.partition(" ")[0])
            return {} if taken else {"code": refusal.code}
        return self._filter.replied(request.partition(" ")[0], reply) if self._filter else reply

    def listed(self, kind: str, iface: int | None = None) -> list[dict[str, int | str]]:
        """All such items."""
        assert self.ut, "the case must say needs="
        self.call("list", kind=kind, **_of(iface=iface))
        self._keeps(self.ut.events())
        found = [event for event in self._events if event.name == kind]
        self._events = [event for event in self._events if event.name != kind]
        return [{key: _typed(key, value) for key, value in event.keys.items()} for event in found]

    def starts_anew(self) -> None:
        """The IUT is reset: all that it was told is undone, and all that it has learned is forgotten."""
        self.call("reset")
        self._forgets_configuration()

    def becomes_router(self) -> None:
        """The IUT forwards between all its interfaces. It is the judge who asks for it, before a case of routers, so no violator hears of it."""
        assert self.ut, "a case of routers needs it"
        self.settle()
        keys: dict[str, object] = {"name": "forwarding", "value": 1}
        self.script.append(script.Op(render("set", keys)))
        self.ut.raw(render("set", keys))
        self.called = True
        self.seen.config.was_told("set", keys)
        self._unsettled |= self._interfaces()
        self._drain()

    # How it works

    def _forgets_configuration(self) -> None:
        """The IUT is as it was started."""
        self.seen.config = Configured()
        self._knows_interfaces()
        self._knows_mtu(min(self.instance.traits.mtu, self.instance.link.mtu))

    def _knows_interfaces(self) -> None:
        self.labs = self.seen.config.interfaces
        self.left, self.right, self.third = self.labs
        self.iut_mac = self.left.iut_mac

    def _knows_mtu(self, mtu: int) -> None:
        self.mtu = mtu
        self.room = mtu - 28  # octets of data that a packet takes behind the headers of IP and of UDP or ICMP

    def _rest(self, iface: int) -> None:
        """The fence of an interface on which the IUT answers nothing, as it was told: its user still answers. What it says there may come
        a while later, which no answer to a control probe shows."""
        assert self.ut
        self.ut.call("sync")
        self._drain()
        if self.virtual:
            self.pass_time(RESTS)
        self._lingers = True

    def answers_again(self) -> None:
        """What was told that keeps control probes from being answered is taken back."""
        config = self.seen.config
        if self.ut and (config.down or config.removed):
            for line in reversed(config.undo):
                with suppress(UpperError):  # what was not done need not be undone
                    self.ut.raw(line)
            config.down, config.removed = set(), set()


def _of(**keys: object) -> dict[str, object]:
    return {key: value for key, value in keys.items() if value is not None}


def _typed(key: str, value: str) -> int | str:
    return int(value) if names.is_number(ITEM_KEYS.get(key, "")) else value
