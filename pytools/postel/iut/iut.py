# SPDX-License-Identifier: BSD-2-Clause
"""IUTs: an instance of one that runs, and what starts it from its definition."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from postel.base import patience
from postel.base.exits import EnvironmentUnusable, IutFailed, IutHangs, UsageError
from postel.iut import glue
from postel.iut.definition import OPTIONAL, Definition, filled, load, names, parse, placed, settings, values_of
from postel.iut.links import DescriptorLink, KernelTap, Link, LinkClosed, PacketSocket, SeqPacket, Sim
from postel.iut.traits import USUAL_MTU, Traits
from postel.iut.upper import DescriptorLines, NoAnswer, SimLines, Upper, UpperClosed, UpperError
from postel.lab import client, confine, drops, view
from postel.lab.addresses import GATEWAY, INTERFACES, Interface
from postel.lab.client import LabDied
from postel.lab.netdev import TAP_MTU

KERNEL_MTU = 1500
CARRIER_S = 10.0  # a port may have to agree first on how fast it is
LONGEST = 65_535  # an IPv4 packet
NOT_RESET = "nothing brings it back to its state after start between two cases, so that a failure may follow from an earlier case (docs/iut.md)"
_LEFT_OVER = 100_000  # frames that may be waiting at a reset


class Instance:
    """An IUT that runs. `upper` is None at level 0."""

    def __init__(self, definition: Definition, started: client.Started, link: Link, lines: DescriptorLines | None,
                 reasons: drops.Reasons | None) -> None:  # fmt: skip
        self.definition, self.link = definition, link
        self.upper: Upper | None = None
        self._process, self._lines, self._reasons = started.process, lines, reasons
        self._closed = self._hangs = False
        self.answered = False  # the first control probe
        self.traits = Traits(mtu=definition.mtu or USUAL_MTU)
        self.advanced = 0.0  # seconds, of a clock that is ours
        self.memory: dict[str, Any] = {}  # what is known of it from one case to the next
        self.stations: dict[tuple[int, str], set[str]] = {}  # what it was told: interface and address, and the MACs there
        self.patience = patience.towards(definition.name, link.name)

    def alive(self) -> bool:
        return self._process.alive()

    def lab_lives(self) -> bool:
        """Does that live which started it? If not, its own end says nothing about it."""
        return self._process.lab_lives()

    def obituary(self) -> str:
        """What became of it, in a line."""
        return self._process.obituary()

    def stderr(self) -> bytes:
        """What it said on its standard error, of much the beginning and the end."""
        return self._process.status()[1]

    def said(self) -> str:
        """The same as text, and not more than somebody reads."""
        text = self.stderr().decode("utf-8", "replace")
        return text if len(text) <= 20_000 else f"{text[:12_000]}\n...\n{text[-8_000:]}"

    def report(self) -> str:
        """What it tells of that has ended it in part, as long as it lives."""
        return client.report_in(self.stderr())

    def hang(self) -> None:
        """It lives, and does not answer or is not to be believed: it is not waited for any more, and the next one not so long."""
        if not self._hangs:
            self._hangs = True
            self.patience.hung += 1

    def drop_reasons(self) -> list[str]:
        """Why the kernel has discarded packets since the last call; empty where nobody can tell."""
        return self._reasons.taken() if self._reasons else []

    def reset(self) -> None:
        """Back to the state after start, and nothing of before is left to be received."""
        if self._hangs or not self.patience.resets:
            raise IutFailed(f"{self.definition.name} hangs")
        if self.upper:
            self._call_reset(self.upper)
        for _ in range(_LEFT_OVER):
            if self.link.receive() is None:
                return
        raise IutFailed(f"{self.definition.name} sends frames without end")

    def _call_reset(self, upper: Upper) -> None:
        try:
            upper.call("reset")
            upper.events()
        except UpperClosed:
            if self.alive():
                self.patience.resets = False
                self.patience.remark("it does not come back from the operation `reset`: each case has a new one instead")
            raise

    def close(self, thorough: bool = False) -> str:
        """Ends it; again does nothing. Words when it ended badly (a leak that a sanitizer found at its exit), else ''.
        `thorough`: waits for that as long as for an IUT that was never known to take no notice."""
        if self._closed:
            return ""
        self._closed = True
        alive = self._process.alive()
        self.link.close()
        if self._lines:
            self._lines.close()
        if not alive or (self._hangs and not thorough):
            self._process.stop()
            said = ""
        else:
            said = client.goodbye(self._process, self.patience, thorough)
        if self._process.kept:
            self.patience.remark(self._process.kept)
        return said


def made(definition: Definition) -> list[str]:
    """What `iut setup` makes of an optional one: a shared object for every link, or a program."""
    return list(definition.object.values()) or [words[0] for words in definition.command.values()]


def start(definition: Definition, link: str, *, profile: str, seed: int, build: Path) -> Instance:
    """Runs the IUT; EnvironmentUnusable when this system does not let us, IutFailed when it is the IUT's fault."""
    if link not in definition.links:
        raise UsageError(f"{definition.name} has no link {link!r}, it has {', '.join(definition.links)}")
    if definition.name in OPTIONAL and not all(placed(word, build) for word in made(definition)):
        raise EnvironmentUnusable(f"{definition.name} is not set up here: ./postel iut setup {definition.name}")
    if definition.name in OPTIONAL and glue.is_another(definition.name):
        raise EnvironmentUnusable(f"{definition.name} was set up with other glue than there is now; once more: ./postel iut setup {definition.name}")
    started = client.start(_request(definition, link, profile, seed, build))
    instance: Instance | None = None
    try:
        instance = _instance(definition, link, started, settings(INTERFACES[: definition.interfaces], profile, seed))
        _look_at_confinement(instance, started.process)
        return instance
    except (UpperClosed, UpperError, LinkClosed) as error:
        if not started.process.lab_lives():
            raise LabDied("the lab's helper process has ended") from error
        if isinstance(error, NoAnswer):
            patience.towards(definition.name, link).hung += 1
        dead = not started.process.alive()
        why = f"it ended: {started.process.obituary()}" if dead else f"its upper tester: {error}"
        kind = IutHangs if isinstance(error, NoAnswer) and not dead else IutFailed
        raise kind(f"{definition.name} over {link}: {why}", started.process.status()[1]) from error
    finally:
        if instance is None:
            started.process.stop()


def _look_at_confinement(instance: Instance, process: client.Process) -> None:
    """What confines it is the same for each instance; what does not is worth a word."""
    if instance.patience.confinement is None:
        instance.patience.confinement, lacks = process.confinement()
        if lacks:
            instance.patience.remark(f"isolation: {'; '.join(lacks)}")


OF_AN_INTERFACE = ("tap", "iut", "prefix", "iut_mac", "kernel_mac")  # what the lab's helper has to know of each


def _request(definition: Definition, link: str, profile: str, seed: int, build: Path) -> dict[str, Any]:
    values = values_of(definition, link, profile, seed, build)
    given = INTERFACES[: definition.interfaces]
    stdio = definition.upper_tester == "stdio" and link != "sim"
    environment = {f"POSTEL_{key.replace('.', '_').upper()}": value for key, value in values.items()}
    cwd = str(definition.directory)
    argv, env = _argv(definition, link, values, build), _environment(definition) | environment
    return {
        "link": "kernel" if definition.upper_tester == "kernel" else link,
        "argv": argv,
        "env": env,
        "named": view.named((*argv, *env.values()), cwd),
        "memory_mb": definition.memory_mb,
        "privileges": [_placed(word, values, cwd) for word in definition.privileges],
        "cwd": cwd,
        "upper": stdio,
        "interfaces": [{name: getattr(each, name) for name in OF_AN_INTERFACE} for each in given],
        "names": list(definition.iface) if link == "iface" else [],
        "gateway": GATEWAY,
        "mtu": KERNEL_MTU,
        "reassembly": definition.timers.get("reassembly", 30),
        "kernel_defaults": definition.kernel_defaults,
    }


def _environment(definition: Definition) -> dict[str, str]:
    if confine.UNCONFINED in definition.privileges:
        return dict(os.environ)
    return confine.environment(os.environ, definition.environment)


def _placed(privilege: str, values: Mapping[str, str], cwd: str) -> str:
    """With the path that it may write as an absolute one."""
    kind, colon, path = privilege.partition(":")
    return f"{kind}:{os.path.realpath(os.path.join(cwd, filled(path, values)))}" if colon else kind


def _argv(definition: Definition, link: str, values: Mapping[str, str], build: Path) -> list[str]:
    if definition.upper_tester == "kernel":
        return []
    if link == "sim":
        more = ["--unconfined"] * (confine.UNCONFINED in definition.privileges)
        return [str(build / "stack" / "port" / "postel-sim"), filled(definition.object["sim"], values), "3", *more]
    words = definition.command.get(link, ("cat",))  # behind an existing interface there may be nothing for us to run
    return [filled(word, values) for word in words]


def _instance(definition: Definition, name: str, started: client.Started, said: str) -> Instance:
    life, fds, known = started.process, started.lower, patience.towards(definition.name, name)
    if name == "sim":
        for fd in (started.requests, started.replies):
            os.close(fd)
        sim = Sim(fds[0], life, said, definition.interfaces, known)
        instance = Instance(definition, started, sim, None, None)
        instance.upper = Upper(SimLines(sim.line, known)) if definition.upper_tester == "stdio" else None
        return instance
    kernel = definition.upper_tester == "kernel"
    link: DescriptorLink
    if kernel:
        link = KernelTap(name, fds, life, mtu=LONGEST, synchronous=True)
    elif name == "fd":
        link = SeqPacket(name, fds, life, mtu=LONGEST, synchronous=definition.synchronous, patience=known)
    else:
        mtu = TAP_MTU if name == "tap" else KERNEL_MTU
        link = PacketSocket(name, fds, life, mtu=mtu, synchronous=definition.synchronous, patience=known)
    lines = DescriptorLines(started.requests, started.replies, life, link, known)
    instance = Instance(definition, started, link, lines, drops.reasons() if kernel else None)
    if definition.upper_tester != "none":
        link.beside = lines
        instance.upper = Upper(lines)
    if name == "iface" and isinstance(link, PacketSocket):
        _await_carrier(link)
        if not definition.command:
            known.remark(NOT_RESET)
    return instance


def _await_carrier(link: PacketSocket) -> None:
    give_up = time.monotonic() + CARRIER_S
    while lacking := link.without_carrier():
        if time.monotonic() > give_up:
            words = f"nobody is at the other end of the interface {' and '.join(lacking)}, {CARRIER_S:g} s after it came up"
            raise EnvironmentUnusable(f"{words}: is the cable in, and the other end up (ip link set ITS_NAME up)?")
        time.sleep(0.05)


__all__ = [
    "INTERFACES", "OPTIONAL", "Definition", "Instance", "Interface", "LabDied", "load", "names", "parse", "placed", "settings", "start",
]  # fmt: skip
