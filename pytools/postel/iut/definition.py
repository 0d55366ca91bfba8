# SPDX-License-Identifier: BSD-2-Clause
"""Definitions of IUTs (docs/iut.md): read, checked, and their words filled in."""

import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from postel.base.exits import UsageError
from postel.base.files import octets_of
from postel.base.paths import CONFORMANCE, ROOT
from postel.base.terminal import instead
from postel.catalogue.names import TABLE
from postel.lab import linux
from postel.lab.addresses import GATEWAY, INTERFACES, Interface
from postel.lab.confine import PRIVILEGES, WRITE

LINKS = ("tap", "fd", "sim", "iface")
HOST, ROUTER = "host", "router"
TIMERS = ("reassembly", "neighbour", "membership")
FILE_MAX = 100_000  # octets; of a definition, and of all words of a command
ABOUT_MAX, PATH_MAX, WORDS_MAX = 300, 4095, 1000  # characters, characters; words of a command
SETTLE_MAX, START_MAX, TIMER_MAX = 60_000, 3600, 86_400  # milliseconds; seconds
OPTIONAL = ("gvisor", "lwip", "smoltcp")  # those that `postel iut setup` fetches and builds


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
    start_s: float | None = None
    interfaces: int = 1
    role: tuple[str, ...] = (HOST,)
    mtu: int | None = None
    command: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    object: Mapping[str, str] = field(default_factory=dict)
    iface: tuple[str, ...] = ()
    timers: Mapping[str, Any] = field(default_factory=dict)
    privileges: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    kernel_defaults: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    memory_mb: int = 2048
    path: Path = Path()

    @property
    def directory(self) -> Path:
        """Where it runs, and what relative paths in it count from: beside its file, wherever one stands."""
        return Path.cwd() if self.path.parent == CONFORMANCE / "iut" else self.path.parent.absolute()


def names() -> list[str]:
    """The IUTs that Postel comes with."""
    return sorted(path.stem for path in (CONFORMANCE / "iut").glob("*.toml") if path != TABLE)


def load(text: str) -> Definition:
    """The definition of that name, or in that file; UsageError names what is wrong in it."""
    path = Path(text) if text.endswith(".toml") or "/" in text else CONFORMANCE / "iut" / f"{text}.toml"
    if not os.path.exists(path):
        what = f"there is no file {text}" if path == Path(text) else f"there is no IUT {text!r}{instead(text, names())}"
        raise UsageError(f"{what}; a file that defines one will do, too (docs/iut.md)")
    octets = octets_of(path, FILE_MAX, ", and a definition is short (docs/iut.md)")
    try:
        table = tomllib.loads(octets.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not the definition of an IUT; docs/iut.md shows one") from error
    except (ValueError, RecursionError) as error:  # of TOML; a number of thousands of digits; brackets in brackets
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise UsageError(f"{path}: {why}") from error
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
            raise ValueError(f"unknown key `{key}`{instead(key, _CHECKS)}")
    for key in ("name", "about", "links"):
        if key not in table:
            raise ValueError(f"the key `{key}` is missing")
    return table


def _text(most: int) -> Any:
    def check(key: str, value: Any) -> str:
        if not isinstance(value, str) or not value or "\0" in value:
            raise ValueError(f"`{key}` must be a text")
        if len(value) > most:
            raise ValueError(f"`{key}` must be a text of at most {most:,} characters, it has {len(value):,}")
        return value

    return check


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"`{key}` must be true or false")
    return value


def _milliseconds(key: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= SETTLE_MAX:
        return value
    raise ValueError(f"`{key}` must be a number of milliseconds, at most {SETTLE_MAX:,}")


def _megabytes(key: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1 << 20:
        return value
    raise ValueError(f"`{key}` must be a number of megabytes, 1 to 1048576")


def _seconds(key: str, value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= START_MAX:
        return float(value)
    raise ValueError(f"`{key}` must be a number of seconds, at most {START_MAX:,}")


def _octets(key: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 68 <= value <= 65_535:
        return value
    raise ValueError(f"`{key}` must be a number of octets, 68 to 65,535")


def _one_of(*choices: str) -> Any:
    def check(key: str, value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"`{key}` must be one of {', '.join(choices)}")
        return value

    return check


def _name(key: str, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value):
        raise ValueError(f"`{key}` must be a word of letters, digits, dots, dashes and underscores, at most 64")
    return value


def _words(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        raise ValueError(f"`{key}` must be a list of words")
    if len(value) > WORDS_MAX or sum(map(len, value)) > FILE_MAX or any("\0" in word for word in value):
        raise ValueError(f"`{key}` must be a list of at most {WORDS_MAX} words, without NUL")
    return tuple(value)


def _links(key: str, value: Any) -> tuple[str, ...]:
    found = _words(key, value)
    if wrong := [link for link in found if link not in LINKS]:
        raise ValueError(f"`{key}`: there is no link {wrong[0]!r}{instead(wrong[0], LINKS)}")
    if len(set(found)) != len(found):
        raise ValueError(f"`{key}` names a link twice")
    return found


def _by_link(inner: Any) -> Any:
    def check(key: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"`{key}` must be a table, a key a link")
        if wrong := [link for link in value if link not in LINKS]:
            raise ValueError(f"`{key}.{wrong[0]}`: there is no such link{instead(wrong[0], LINKS)}")
        return {link: inner(f"{key}.{link}", each) for link, each in value.items()}

    return check


def _timers(key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"`{key}` must be a table")
    for name, each in value.items():
        if name == "mode":
            _one_of("virtual", "real")("timers.mode", each)
        elif name not in TIMERS:
            raise ValueError(f"`timers.{name}`: there is no such timer{instead(name, (*TIMERS, 'mode'))}")
        elif isinstance(each, bool) or not isinstance(each, int | float) or not 0 < each <= TIMER_MAX:  # nor nan
            raise ValueError(f"`timers.{name}` must be a number of seconds above 0, at most {TIMER_MAX:,}: a day")
    return dict(value)


def _privileges(key: str, value: Any) -> tuple[str, ...]:
    found = _words(key, value)
    known = {word for word in PRIVILEGES if not word.startswith(WRITE)}
    if wrong := [word for word in found if word not in known and not re.fullmatch(f"{WRITE}.+", word)]:
        raise ValueError(f"`{key}`: there is no privilege {wrong[0]!r}; there are {', '.join(PRIVILEGES)}")
    return found


def _variables(key: str, value: Any) -> tuple[str, ...]:
    found = _words(key, value)
    if wrong := [name for name in found if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name)]:
        raise ValueError(f"`{key}`: {wrong[0]!r} is no name of a variable")
    return found


def _kernel_defaults(key: str, value: Any) -> tuple[str, ...]:
    found, changed = _words(key, value), [name for name, *_ in linux.CHANGED]
    if wrong := [name for name in found if name not in changed]:
        raise ValueError(f"`{key}`: the lab does not change {wrong[0]!r}{instead(wrong[0], changed)}")
    return found


def _interfaces(key: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= len(INTERFACES):
        return value
    raise ValueError(f"`{key}` must be 1 to {len(INTERFACES)}: so many has the lab")


def _roles(key: str, value: Any) -> tuple[str, ...]:
    found = _words(key, value)
    if wrong := [role for role in found if role not in (HOST, ROUTER)]:
        raise ValueError(f"`{key}`: there is no role {wrong[0]!r}; there are {HOST} and {ROUTER}")
    if HOST not in found:
        raise ValueError(f"`{key}` must name {HOST} too: a router is one, to whoever speaks to it")
    return found


def _names_of_interfaces(key: str, value: Any) -> tuple[str, ...]:
    found = _words(key, value)
    if wrong := [name for name in found if not re.fullmatch(r"[^/\s]{1,15}", name) or name in (".", "..")]:
        raise ValueError(f"`{key}`: {wrong[0]!r} is no name of an interface")
    return found


_CHECKS: dict[str, Any] = {
    "name": _name, "about": _text(ABOUT_MAX), "links": _links, "isolate": _one_of("case", "run"),
    "upper_tester": _one_of("none", "stdio", "kernel"), "synchronous": _flag,
    "settle_ms": _milliseconds, "start_s": _seconds, "interfaces": _interfaces, "role": _roles, "mtu": _octets, "command": _by_link(_words),
    "object": _by_link(_text(PATH_MAX)), "iface": _names_of_interfaces, "timers": _timers, "privileges": _privileges,
    "environment": _variables, "kernel_defaults": _kernel_defaults, "cases": _words, "memory_mb": _megabytes,
}  # fmt: skip


def _fits_together(definition: Definition) -> None:
    kernel = definition.upper_tester == "kernel"
    if kernel and definition.links != ("tap",):
        raise ValueError('`links` must be ["tap"] where `upper_tester` is "kernel"')
    if definition.kernel_defaults and not kernel:
        raise ValueError('`kernel_defaults` takes `upper_tester` = "kernel"')
    if ROUTER in definition.role and definition.interfaces < 2:
        raise ValueError(f"`role` names {ROUTER}: that takes `interfaces = 2`, between which it forwards")
    if definition.isolate == "run" and definition.upper_tester == "none":
        raise ValueError('`isolate` = "run" takes an upper tester, whose operation `reset` brings back the state after start')
    for link in definition.links:
        if link == "sim" and "sim" not in definition.object:
            raise ValueError("`object.sim` is missing: the shared object for the link sim")
        if link in ("tap", "fd") and not kernel and link not in definition.command:
            raise ValueError(f"`command.{link}` is missing: what runs the IUT over the link {link}")
        if link == "iface" and len(definition.iface) != definition.interfaces:
            raise ValueError(f"`iface` must name {definition.interfaces} interface(s), behind which the IUT is")
        if link == "iface" and len(set(definition.iface)) != len(definition.iface):
            raise ValueError(f"`iface` names {definition.iface[0]} twice")
        if link == "iface" and definition.upper_tester == "stdio" and link not in definition.command:
            raise ValueError("`command.iface` is missing: the upper tester, where `upper_tester` is \"stdio\"")
    for key, table in (("command", definition.command), ("object", definition.object)):
        if wrong := [link for link in table if link not in definition.links]:
            raise ValueError(f"`{key}.{wrong[0]}`: `links` does not have {wrong[0]}")
    _words_can_be_filled(definition)


def _words_can_be_filled(definition: Definition) -> None:
    words = [(f"command.{link}", link, word) for link, command in definition.command.items() for word in command]
    words += [(f"object.{link}", link, word) for link, word in definition.object.items()]
    words += [("privileges", definition.links[0], word) for word in definition.privileges]
    for key, link, word in words:
        try:
            filled(word, values_of(definition, link, "profile", 0, Path()))
        except ValueError as error:
            raise ValueError(f"`{key}`: {error}") from error


def values_of(definition: Definition, link: str, profile: str, seed: int, build: Path) -> dict[str, str]:
    """What stands for the {words} of a command."""
    values = {"build": str(build), "root": str(ROOT), "profile": profile, "seed": str(seed), "gateway": GATEWAY}
    for each in INTERFACES[: definition.interfaces]:
        name = f"if{each.index}"
        values[name] = {"fd": str(3 + each.index), "tap": each.tap}.get(link, "")
        if link == "iface":
            values[name] = definition.iface[each.index]
        values |= {f"{name}.addr": each.iut, f"{name}.prefix": str(each.prefix), f"{name}.mac": each.iut_mac}
    return values


def filled(word: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            known = ", ".join(f"{{{key}}}" for key in values)
            number = re.match(r"if(\d+)", match[1])
            if number and int(number[1]) < len(INTERFACES):
                raise ValueError(f"{match[0]} takes `interfaces = {int(number[1]) + 1}`, which is not said")
            raise ValueError(f"nothing stands for {match[0]}; there are {known}")
        return values[match[1]]

    return re.sub(r"\{([a-z0-9.]+)\}", value, word)


def placed(word: str, build: Path) -> bool:
    """Whether the program or object that a definition names with {build} or {root} is there."""
    return shutil.which(word.replace("{build}", str(build)).replace("{root}", str(ROOT)), os.F_OK) is not None


NOON = 12 * 3600 * 10**9  # when the virtual clock of a shared object begins, so that its timestamps are of the day


def settings(interfaces: tuple[Interface, ...], profile: str, seed: int) -> str:
    """What postel_iut_open gets (postel_iut.h)."""
    lines = [f"seed={seed}", f"profile={profile}", f"gateway={GATEWAY}", f"ut={NOON}"]
    lines += [f"if{each.index}={each.iut_mac},{each.iut},{each.prefix}" for each in interfaces]
    return "".join(f"{line}\n" for line in lines)
