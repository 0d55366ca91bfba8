# SPDX-License-Identifier: BSD-2-Clause
"""The harness's side of the helper process (`child`): one a process, started at the first need.

`start` asks it for an instance of an IUT and hands over the descriptors of the lower and the upper tester, with a
`Process` that knows whether the IUT lives and what became of it."""
import contextlib
import os
import re
import select
import socket
import subprocess
from dataclasses import dataclass, field
from typing import Any

from postel.base import paths
from postel.base.exits import EnvironmentUnusable, Exit, IutFailed, PostelError, how_it_ended
from postel.base.patience import GOODBYE_S, IGNORED_S, LEAK_S, Patience
from postel.lab import message
from postel.lab.stderr import OURS

_START_S = 20.0
_TELLING = re.compile(r"ERROR: \w+Sanitizer|runtime error:|Assertion|panic|abort|fatal", re.IGNORECASE)
_TOLD = re.compile(rb"^Traceback \(most recent call last\)|panicked at|ERROR: \w+Sanitizer|runtime error:", re.MULTILINE)
_REPORTS = re.compile(r"ERROR: \w+Sanitizer")


class LabDied(PostelError):
    """The helper process has ended, and with it every IUT that it started: nothing of that is an IUT's doing."""

    exit = Exit.INTERNAL


class _Helper:
    """The helper process and its greeting: which namespaces it could make, and why not others."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                paths.python("postel.lab.child", str(theirs.fileno())),
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self.socket.settimeout(_START_S)
        self.greeting, _ = self._receive()

    def ask(self, request: dict[str, Any], fds: list[int] | None = None) -> tuple[dict[str, Any], list[int]]:
        """Its reply; LabDied when there will be none."""
        try:
            message.send(self.socket, request, fds)
        except (BrokenPipeError, ConnectionResetError):
            raise self._died() from None
        return self._receive()

    def lives(self) -> bool:
        """Asks it. When it has ended its IUTs are seen to end a moment before itself."""
        try:
            return self.process.poll() is None and bool(self.ask({"do": "nothing"}))
        except LabDied:
            return False

    def _receive(self) -> tuple[dict[str, Any], list[int]]:
        try:
            received = message.receive(self.socket)
        except TimeoutError:
            received = None
        if received is None:
            raise self._died()
        return received

    def _died(self) -> LabDied:
        self.process.kill()  # one that only hangs is not waited for again
        self.process.wait()
        return LabDied("the lab's helper process has ended")

    def end(self) -> None:
        """Everything that it started ends with it."""
        self.socket.close()
        self.process.wait()


_helper: _Helper | None = None


def helper() -> _Helper:
    global _helper
    if _helper is None or _helper.process.poll() is not None:
        try:
            _helper = _Helper()
        except LabDied:
            _helper = _begun_again()
    return _helper


def _begun_again() -> _Helper:
    try:
        return _Helper()
    except LabDied as error:
        raise EnvironmentUnusable(f"{error} as it began, twice; `./postel doctor` says what is wrong") from error


def end() -> None:
    """Ends the helper, and with it every instance; the next start makes a new one."""
    global _helper
    ending, _helper = _helper, None
    if ending:
        ending.end()


def _forget() -> None:
    """In a fork: the helper is the parent's, and must see its end of file although we live on."""
    global _helper
    if _helper:
        _helper.socket.close()
    _helper = None


os.register_at_fork(after_in_child=_forget)


def tracepoint() -> dict[str, Any]:
    """The tracepoint of discarded packets, as the helper sees it (`drops.described`)."""
    return helper().ask({"do": "tracepoint"})[0]


@dataclass
class Process:
    """The process of an IUT: a `postel.links.Life`."""

    id: int
    _pidfd: int
    _helper: _Helper
    _ended: tuple[int | None, bytes] | None = field(default=None)
    _lost: bool = False
    kept: str = ""  # words about interfaces that could not be given back at its end

    def fileno(self) -> int:
        return self._pidfd

    def alive(self) -> bool:
        if self._pidfd < 0:
            return False
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return not poll.poll(0)

    def status(self) -> tuple[int | None, bytes]:
        """The exit code (minus the signal; None while it runs or when nobody knows), and its standard error."""
        if self._ended is not None:
            return self._ended
        return self._answer("status")

    def lab_lives(self) -> bool:
        """Do the helper and the guardian live that started it, or have they ended in order? If not, its end says nothing
        about it."""
        if not self._helper.lives():
            return False
        if not self.alive() and self._ended is None:
            self.status()
        return not self._lost

    def obituary(self) -> str:
        """What became of it, in a line."""
        code, stderr = self.status()
        if code is None and not self.alive():  # it ended while it was asked for
            code, stderr = self.status()
        if code is None:
            return "it still runs" if self.alive() else "it is gone"
        said = telling_line(stderr)
        return f"{how_it_ended(code)}: {said}" if said else how_it_ended(code)

    def confinement(self) -> tuple[list[str], list[str]]:
        """What confines it, in words, and what does not."""
        try:
            reply, _ = self._helper.ask({"do": "confinement", "id": self.id})
        except (LabDied, OSError):
            return [], []
        return reply["words"], reply["lacks"]

    def ends_within(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def stop(self) -> tuple[int | None, bytes]:
        """Kills it if it has not ended by itself; its status (None if it had to be killed) and standard error."""
        if self._ended is None:
            alone = self.ends_within(0)
            code, stderr = self._answer("stop")
            self._ended = (code if alone else None), stderr
            os.close(self._pidfd)
            self._pidfd = -1
        return self._ended

    def _answer(self, request: str) -> tuple[int | None, bytes]:
        try:
            reply, fds = self._helper.ask({"do": request, "id": self.id})
        except (LabDied, OSError):
            return None, b""
        with contextlib.ExitStack() as files:
            said = [files.enter_context(os.fdopen(fd, "rb")).read() for fd in fds]
        self.kept, self._lost = reply["kept"], reply["lost"]
        return reply["status"], b"".join(said)


def telling_line(stderr: bytes) -> str:
    """The line of a standard error that says most: ours, a sanitizer's or a panic's, else the last."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    if lines and lines[-1].startswith(OURS):
        return lines[-1].removeprefix(OURS)
    return next((line for line in lines if _TELLING.search(line)), lines[-1] if lines else "")[:300]


def report_in(stderr: bytes) -> str:
    """The same of who lives, if it has told of something that ended it in part: a thread of its own, say."""
    return telling_line(stderr) if _TOLD.search(stderr) else ""


@dataclass(frozen=True)
class Started:
    process: Process
    lower: list[int]  # the lower tester's descriptors, one an interface (sim: one for all)
    requests: int  # the upper tester's standard input
    replies: int  # and output


def start(request: dict[str, Any]) -> Started:
    """Starts an instance; EnvironmentUnusable when this system does not let us, IutFailed when the command is no good."""
    asked = helper()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            reply, (pidfd,) = asked.ask({"do": "start", **request}, [theirs.fileno()])
        process = Process(reply["id"], pidfd, asked)
        ours.settimeout(_START_S)
        try:
            fds = _reported(ours, process, request)
        except BaseException:
            process.stop()
            raise
    *lower, requests, replies = fds
    return Started(process, lower, requests, replies)


def _reported(report: socket.socket, process: Process, request: dict[str, Any]) -> list[int]:
    """The descriptors, once the new process has become the IUT."""
    received = message.receive(report)
    if received and "namespace" in received[0]:
        [namespace] = received[1]
        try:
            _lend(process, request["names"], namespace)
        finally:
            os.close(namespace)
        message.send(report, {"go": True})
        received = message.receive(report)
    if received is None and not process.lab_lives():
        raise LabDied("the lab's helper process has ended")
    if received is None:
        raise IutFailed(f"the process that should become the IUT has ended: {process.obituary()}", process.status()[1])
    said, fds = received
    error = said.get("error")
    kind: type[Exception] = EnvironmentUnusable
    if error is None and (late := message.receive(report)) is not None:  # the end of file says that the IUT runs
        error, kind = late[0]["error"], IutFailed
    if error is None:
        return fds
    for fd in fds:
        os.close(fd)
    if kind is EnvironmentUnusable and not helper().greeting["network"]:
        error = f"no network namespace of our own: {'; '.join(dict.fromkeys(helper().greeting['reasons']))}"
    raise kind(error)


def _lend(process: Process, names: list[str], namespace: int) -> None:
    """Has existing interfaces of this namespace moved into another."""
    origin = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        reply, _ = helper().ask({"do": "lend", "id": process.id, "names": names}, [origin, namespace])
    finally:
        os.close(origin)
    if reply["error"]:
        raise EnvironmentUnusable(reply["error"])


def goodbye(process: Process, known: Patience, thorough: bool) -> str:
    """Stops an IUT whose input has ended. Words when it did not end well by itself (a leak was found), else ''."""
    seconds = LEAK_S if thorough else IGNORED_S if known.stays else GOODBYE_S
    if not process.ends_within(seconds) and not thorough and _REPORTS.search(process.status()[1].decode("latin-1")):
        process.ends_within(LEAK_S)  # it is writing down what has leaked
    code, stderr = process.stop()
    if code is None and not process.lab_lives():
        return ""
    words = f"{how_it_ended(code)} at the end of input: {telling_line(stderr)}" if code else ""
    if code is None:
        words = f"it did not end within {seconds:g} s of the end of input, and was killed"
    if words and not known.stays:
        known.remark(words)
    known.stays = code is None
    return words
