# SPDX-License-Identifier: BSD-2-Clause
"""IUTs: their definitions (docs/iut.md), and an instance of one that runs."""

import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from postel.exits import EnvironmentUnusable, IutFailed, UsageError
from postel.lab import client, drops
from postel.lab.addresses import GATEWAY, INTERFACES, Interface
from postel.lab.netdev import TAP_MTU
from postel.links import DescriptorLink, KernelTap, Link, LinkClosed, PacketSocket, SeqPacket, Sim
from postel.paths import CONFORMANCE, ROOT
from postel.upper import DescriptorLines, SimLines, Upper, UpperClosed, UpperError

LINKS = ("tap", "fd", "sim", "iface")
OPTIONAL = ("lwip",)  # those that `postel iut setup` fetches and builds
KERNEL_MTU = 1500
LONGEST = 65_535  # an IPv4 packet


@dataclass(frozen=True)
class Definition:
    """How an IUT is run; one value for each key of its TOML file."""

    name: str
    about: str
    links: tuple[str, ...]
    isolate: str = "case"
    upper_tester: str = "none"
    synchronous: bool = False
    settle_ms: int = 0
    interfaces: int = 1
    command: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    object: Mapping[str, str] = field(default_factory=dict)
    iface: tuple[str, ...] = ()
    timers: Mapping[str, Any] = field(default_factory=dict)
    path: Path = Path()


def names() -> list[str]:
    """The IUTs that Postel comes with."""
    return sorted(path.stem for path in (CONFORMANCE / "iut").glob("*.toml"))


def load(text: str) -> Definition:
    """The definition of that name, or in that file; UsageError names what is wrong in it."""
    path = Path(text) if text.endswith(".toml") or "/" in text else CONFORMANCE / "iut" / f"{text}.toml"
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except FileNotFoundError as error:
        raise UsageError(f"there is no IUT {text!r}: name one of {', '.join(names())}, or a file that defines one") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    return parse(table, path)


def parse(table: Mapping[str, Any], path: Path = Path("definition")) -> Definition:
    try:
        definition = Definition(path=path, **{key: _CHECKS[key](key, value) for key, value in _known(table).items()})
        _fits_together(definition)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path}: {error}") from error
    return definition


def _known(table: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in table:
        if key not in _CHECKS:
            raise ValueError(f"unknown key `{key}`; there are {', '.join(_CHECKS)}")
    for key in ("name", "about", "links"):
        if key not in table:
            raise ValueError(f"the key `{key}` is missing")
    return table


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"`{key}` must be a text")
    return value


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"`{key}` must be true or false")
    return value


def _milliseconds(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"`{key}` must be a number of milliseconds")
    return value


def _one_of(*choices: str) -> Any:
    def check(key: str, value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"`{key}` must be one of {', '.join(choices)}")
        return value

    return check


def _name(key: str, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9._-]+", value):
        raise ValueError(f"`{key}` must be a word of letters, digits, dots, dashes and underscores")
    return value


def _words(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        raise ValueError(f"`{key}` must be a list of words")
    return tuple(value)


def _links(key: str, value: Any) -> tuple[str, ...]:
    found = _words(key, value)
    if wrong := [link for link in found if link not in LINKS]:
        raise ValueError(f"`{key}`: there is no link {wrong[0]!r}; there are {', '.join(LINKS)}")
    return found


def _by_link(inner: Any) -> Any:
    def check(key: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"`{key}` must be a table, a key a link")
        if wrong := [link for link in value if link not in LINKS]:
            raise ValueError(f"`{key}.{wrong[0]}`: there is no such link; there are {', '.join(LINKS)}")
        return {link: inner(f"{key}.{link}", each) for link, each in value.items()}

    return check


def _timers(key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"`{key}` must be a table")
    for name, each in value.items():
        if name == "mode":
            _one_of("virtual", "real")("timers.mode", each)
        elif isinstance(each, bool) or not isinstance(each, int | float) or each <= 0:
            raise ValueError(f"`timers.{name}` must be a number of seconds")
    return dict(value)


def _interfaces(key: str, value: Any) -> int:
    if value not in range(1, len(INTERFACES) + 1):
        raise ValueError(f"`{key}` must be 1 to {len(INTERFACES)}: so many has the lab")
    return int(value)


_CHECKS: dict[str, Any] = {
    "name": _name, "about": _text, "links": _links, "isolate": _one_of("case", "run"),
    "upper_tester": _one_of("none", "stdio", "kernel"), "synchronous": _flag,
    "settle_ms": _milliseconds, "interfaces": _interfaces, "command": _by_link(_words),
    "object": _by_link(_text), "iface": _words, "timers": _timers,
}  # fmt: skip


def _fits_together(definition: Definition) -> None:
    kernel = definition.upper_tester == "kernel"
    if kernel and definition.links != ("tap",):
        raise ValueError('`links` must be ["tap"] where `upper_tester` is "kernel"')
    for link in definition.links:
        if link == "sim" and "sim" not in definition.object:
            raise ValueError("`object.sim` is missing: the shared object for the link sim")
        if link in ("tap", "fd") and not kernel and link not in definition.command:
            raise ValueError(f"`command.{link}` is missing: what runs the IUT over the link {link}")
        if link == "iface" and len(definition.iface) != definition.interfaces:
            raise ValueError(f"`iface` must name {definition.interfaces} interface(s), behind which the IUT is")
        if link == "iface" and definition.isolate != "run":
            raise ValueError('`isolate` must be "run" over the link iface: an interface is moved once')
    for key, table in (("command", definition.command), ("object", definition.object)):
        if wrong := [link for link in table if link not in definition.links]:
            raise ValueError(f"`{key}.{wrong[0]}`: `links` does not have {wrong[0]}")
    for link, words in definition.command.items():
        for word in words:
            _filled(word, _values(definition, link, "profile", 0, Path()))


def _values(definition: Definition, link: str, profile: str, seed: int, build: Path) -> dict[str, str]:
    """What stands for the {words} of a command."""
    values = {"build": str(build), "root": str(ROOT), "profile": profile, "seed": str(seed), "gateway": GATEWAY}
    for each in INTERFACES[: definition.interfaces]:
        name = f"if{each.index}"
        values[name] = {"fd": str(3 + each.index), "tap": each.tap}.get(link, "")
        if link == "iface":
            values[name] = definition.iface[each.index]
        values |= {f"{name}.addr": each.iut, f"{name}.prefix": str(each.prefix), f"{name}.mac": each.iut_mac}
    return values


def _filled(word: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ValueError(f"`command`: nothing stands for {match[0]}; there are {', '.join(f'{{{key}}}' for key in values)}")
        return values[match[1]]

    return re.sub(r"\{([a-z0-9.]+)\}", value, word)


def placed(word: str, build: Path) -> bool:
    """Whether the program or object that a definition names with {build} or {root} is there."""
    return shutil.which(word.replace("{build}", str(build)).replace("{root}", str(ROOT)), os.F_OK) is not None


def settings(interfaces: tuple[Interface, ...], profile: str, seed: int) -> str:
    """What postel_iut_open gets (postel_iut.h)."""
    lines = [f"seed={seed}", f"profile={profile}", f"gateway={GATEWAY}"]
    lines += [f"if{each.index}={each.iut_mac},{each.iut},{each.prefix}" for each in interfaces]
    return "".join(f"{line}\n" for line in lines)


class Instance:
    """An IUT that runs. `upper` is None at level 0."""

    def __init__(self, definition: Definition, started: client.Started, link: Link, lines: DescriptorLines | None,
                 reasons: drops.Reasons | None) -> None:  # fmt: skip
        self.definition, self.link = definition, link
        self.upper: Upper | None = None
        self._process, self._lines, self._reasons = started.process, lines, reasons
        self._closed = False

    def alive(self) -> bool:
        return self._process.alive()

    def obituary(self) -> str:
        """What became of it, in a line."""
        return self._process.obituary()

    def stderr(self) -> str:
        """The beginning and the end of what it said on its standard error."""
        return self._process.status()[1]

    def drop_reasons(self) -> list[str]:
        """Why the kernel has discarded packets since the last call; empty where nobody can tell."""
        return self._reasons.taken() if self._reasons else []

    def reset(self) -> None:
        """Back to the state after start, and nothing of before is left to be received."""
        if self.upper:
            self.upper.call("reset")
            self.upper.events()
        while self.link.receive() is not None:
            pass

    def close(self) -> str:
        """Ends it; again does nothing. Words when it ended badly (a leak that a sanitizer found at its exit), else ''."""
        if self._closed:
            return ""
        self._closed = True
        alive = self._process.alive()
        self.link.close()
        if self._lines:
            self._lines.close()
        return client.goodbye(self._process) if alive else (self._process.stop() and "")


def start(definition: Definition, link: str, *, profile: str, seed: int, build: Path) -> Instance:
    """Runs the IUT; EnvironmentUnusable when this system does not let us, IutFailed when it is the IUT's fault."""
    if link not in definition.links:
        raise UsageError(f"{definition.name} has no link {link!r}, it has {', '.join(definition.links)}")
    if definition.name in OPTIONAL and not all(placed(word, build) for word in definition.object.values()):
        raise EnvironmentUnusable(f"{definition.name} is not set up here: ./postel iut setup {definition.name}")
    started = client.start(_request(definition, link, profile, seed, build))
    instance: Instance | None = None
    try:
        instance = _instance(definition, link, started, settings(INTERFACES[: definition.interfaces], profile, seed))
        return instance
    except (UpperClosed, UpperError, LinkClosed) as error:
        dead = not started.process.alive()
        why = f"it ended: {started.process.obituary()}" if dead else f"its upper tester: {error}"
        raise IutFailed(f"{definition.name} over {link}: {why}") from error
    finally:
        if instance is None:
            started.process.stop()


def _request(definition: Definition, link: str, profile: str, seed: int, build: Path) -> dict[str, Any]:
    values = _values(definition, link, profile, seed, build)
    stdio = definition.upper_tester == "stdio" and link != "sim"
    environment = {f"POSTEL_{key.replace('.', '_').upper()}": value for key, value in values.items()}
    return {
        "link": "kernel" if definition.upper_tester == "kernel" else link,
        "argv": _argv(definition, link, values, build),
        "env": dict(os.environ) | environment,
        "cwd": os.getcwd(),
        "upper": stdio,
        "interfaces": [vars(each) | {"tap": each.tap, "kernel_mac": each.kernel_mac} for each in INTERFACES[: definition.interfaces]],
        "names": list(definition.iface),
        "gateway": GATEWAY,
        "mtu": KERNEL_MTU,
        "reassembly": definition.timers.get("reassembly", 30),
    }


def _argv(definition: Definition, link: str, values: Mapping[str, str], build: Path) -> list[str]:
    if definition.upper_tester == "kernel":
        return []
    if link == "sim":
        return [str(build / "stack" / "port" / "postel-sim"), _filled(definition.object["sim"], values), "3"]
    words = definition.command.get(link, ("cat",))  # behind an existing interface there may be nothing for us to run
    return [_filled(word, values) for word in words]


def _instance(definition: Definition, name: str, started: client.Started, said: str) -> Instance:
    life, fds = started.process, started.lower
    if name == "sim":
        for fd in (started.requests, started.replies):
            os.close(fd)
        sim = Sim(fds[0], life, said)
        instance = Instance(definition, started, sim, None, None)
        instance.upper = Upper(SimLines(sim.line)) if definition.upper_tester == "stdio" else None
        return instance
    kernel = definition.upper_tester == "kernel"
    link: DescriptorLink
    if kernel:
        link = KernelTap(name, fds, life, mtu=LONGEST, synchronous=True)
    elif name == "fd":
        link = SeqPacket(name, fds, life, mtu=LONGEST, synchronous=definition.synchronous)
    else:
        link = PacketSocket(name, fds, life, mtu=TAP_MTU, synchronous=definition.synchronous)
    lines = DescriptorLines(started.requests, started.replies, life, link.pump)
    instance = Instance(definition, started, link, lines, drops.reasons() if kernel else None)
    if definition.upper_tester != "none":
        instance.upper = Upper(lines)
    return instance


__all__ = [
    "Definition", "EnvironmentUnusable", "INTERFACES", "Instance", "Interface", "load", "names", "parse", "placed", "settings", "start",
]  # fmt: skip
