# SPDX-License-Identifier: BSD-2-Clause
"""A run in a process of its own: who its processes are, how one of them is struck, and what it leaves behind.

What is drawn comes from $POSTEL_CHAOS_SEED, which stands in the name of each test; $POSTEL_CHAOS_ROUNDS is how often."""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from postel.base import streams
from postel.base.paths import python
from postel.cli import cli
from postel.lab import family, system
from postel.results import results

SEED = os.environ.get("POSTEL_CHAOS_SEED", "1")
ROUNDS = int(os.environ.get("POSTEL_CHAOS_ROUNDS", "10"))
HANGS_S = 240.0  # a run of seconds that takes so long does not come back
BURIED_S = 20.0  # for what a command that was killed leaves running
KINDS = ("command", "worker", "helper", "server", "guardian", "adapter", "iut")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGSTOP)
LOOKS_S = 0.008  # between two looks at who is there
_HELPER = b"postel.lab.child"
_ADOPT_ORPHANS = 36  # prctl

Verdicts = dict[tuple[str, str, str], str]  # by case, IUT and link


class Command:
    """A process of ours; `code` is as subprocess has it, None while it runs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.code: int | None = None

    def runs(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is None

    def wait(self) -> int:
        give_up = time.monotonic() + HANGS_S
        while self.runs():
            assert time.monotonic() < give_up, "it does not come to its end"
            time.sleep(LOOKS_S)
        assert self.code is not None
        return self.code


def command(words: Sequence[str], directory: Path, *, fresh: bool = False, output: int | None = None) -> Command:
    """`postel WORDS` from a directory. What it says goes to `output` or to `said` there, its temporary files to `scratch`. One
    that is not `fresh` has its modules already, and is at once where it matters."""
    (directory / "scratch").mkdir(exist_ok=True)
    pid = os.fork()
    if pid:
        return Command(pid)
    code = 70
    try:
        os.setsid()
        os.chdir(directory)
        os.environ["TMPDIR"], tempfile.tempdir = str(directory / "scratch"), None
        said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        goal = said if output is None else output
        for fd, end in enumerate((os.open(os.devnull, os.O_RDONLY), goal, goal)):
            os.dup2(end, fd)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        if fresh:
            os.execv(sys.executable, python("postel", *words))
        streams.open_all()
        code = streams.close_all(cli.main([*words]))
    finally:
        os._exit(code)


@dataclass(frozen=True)
class Strike:
    """A signal for a process of this kind, at this part of a run's life; one that is stopped goes on after `pause` seconds."""

    number: int
    moment: float
    kind: str
    signal: int
    pause: float

    def __str__(self) -> str:
        return f"{SEED}-{self.number} {signal.Signals(self.signal).name} for {self.kind} at {self.moment:.2f}"


def strike(number: int) -> Strike:
    draw = random.Random(f"{SEED}/{number}")
    return Strike(number, draw.random(), draw.choice(KINDS), draw.choice(SIGNALS), draw.uniform(0.05, 0.4))


def struck(command: Command, strike: Strike, life: float) -> bool:
    """Waits for the moment, then for a process of the kind, and strikes; False when the run was over before."""
    draw = random.Random(f"{SEED}/{strike.number}/which")
    time.sleep(strike.moment * life)
    while command.runs():
        found = of_kind(command.pid, strike.kind)
        if found and hit(draw.choice(found), strike):
            return True
        time.sleep(LOOKS_S)
    return False


def of_kind(command: int, kind: str) -> list[int]:
    """The processes of a run that are this."""
    if kind == "command":
        return [command]
    found = []
    ours = words_of(command)
    for pid in family.below(command):
        with suppress(OSError):
            found += [pid] * (kind_of(pid, ours) == kind)
    return found


def kind_of(pid: int, ours: bytes) -> str:
    """The helper makes a process namespace, of which the server is init, and each guardian one of its own."""
    words, numbers = words_of(pid), numbers_of(pid)
    deeper, init = len(numbers) - LEVELS, numbers[-1] == "1"
    if words == ours:
        return "worker"
    if _HELPER in words and deeper < 2:
        return ("helper", "server" if init else "adapter")[deeper]
    return ("guardian" if init else "iut") if deeper == 2 else "other"


def words_of(pid: int | str) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def numbers_of(pid: int | str) -> list[str]:
    """Those that a process has in the process namespaces that it is in."""
    status = Path(f"/proc/{pid}/status").read_text()
    return status.partition("\nNSpid:")[2].partition("\n")[0].split()


LEVELS = len(numbers_of("self"))


def hit(pid: int, strike: Strike) -> bool:
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        signal.pidfd_send_signal(pidfd, strike.signal)
        if strike.signal == signal.SIGSTOP:
            time.sleep(strike.pause)
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGCONT)
    except ProcessLookupError:
        return False
    finally:
        os.close(pidfd)
    return True


@contextmanager
def nothing_left() -> Iterator[None]:
    """What is started inside and outlives its parent becomes ours, and must end by itself; so do mounts and interfaces."""
    before = children(), Path("/proc/self/mountinfo").read_text(), interfaces()
    system.adopt_orphans()
    try:
        yield
        give_up = time.monotonic() + BURIED_S
        while (left := children() - before[0]) and time.monotonic() < give_up:
            for pid in left:
                os.waitpid(pid, os.WNOHANG)
            time.sleep(LOOKS_S)
        told = [words_of(pid) for pid in left]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    finally:
        system.prctl(_ADOPT_ORPHANS, 0)
    assert not told, f"it has left {told}"
    assert (Path("/proc/self/mountinfo").read_text(), interfaces()) == before[1:]


def children() -> set[int]:
    tasks = [Path("/proc/self/task", task, "children") for task in os.listdir("/proc/self/task")]
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def interfaces() -> set[str]:
    return {name for name in os.listdir("/sys/class/net") if name.startswith("postel")}


def key(result: results.Result) -> tuple[str, str, str]:
    return result["case"], result["iut"], result["link"]


def verdicts(document: results.Document) -> Verdicts:
    return {key(result): result["verdict"] for result in document["results"]}
