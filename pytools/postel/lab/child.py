# SPDX-License-Identifier: BSD-2-Clause
"""The lab's helper process: `python -m postel.lab.child FD`, started by `client`.

It enters namespaces of its own (user, mount, process and network, as far as the system lets it) and then forks one
process for each instance of an IUT (`instance`), which sets up a network, becomes the IUT's guardian and starts it.
It is init of its process namespace: when it ends, for whatever reason, the kernel kills everything that it started.
It ends at the end of file on FD, so nothing outlives the harness either. Where there is no process namespace, each
process is at least killed when its parent ends.

Requests on FD, one JSON object each, one reply each (`message`):
  start {argv, env, cwd, link, ...}  and a socket, on which the new process itself reports -> {id} and a pidfd
  status {id}                        -> {status}, None while it runs, and a descriptor of its standard error (`stderr`)
  stop {id}                          -> the same, after killing it; the id is forgotten. `kept` are words about interfaces
                                        that could not be given back
  lend {id, names}                   with the namespaces that interfaces come from and go to -> {error}, '' if all went well (`loan`)
  confinement {id}                   -> {words, lacks}: what confines it, and what does not
  tracepoint                         -> {id, format} or {error} (`drops`)
  nothing                            -> {}, which says that it lives
"""
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from postel.adapters import linux_config
from postel.lab import confine, drops, family, instance, loan, message, system, view
from postel.lab.instance import Place
from postel.lab.stderr import OURS, Kept

_Request = dict[str, Any]
_Reply = tuple[dict[str, Any], list[int]]  # and descriptors, which are closed once they are sent
_WATCH_S = 0.1  # between two looks at what IUTs hold
_MOST_PROCESSES = 512


@dataclass
class _Process:
    """A guardian, and the pipe in which it tells how its IUT has ended."""

    stderr: Kept
    ended: int
    init: bool  # of a process namespace, in which the IUT is
    confined: bool
    memory_mb: int  # the most that the IUT may hold, with all that it has started; 0: it is the kernel
    status: int | None = None
    sentenced: bool = False  # we ended it
    lost: bool = False  # somebody else has, which the IUT cannot: its end says nothing about the IUT
    lender: loan.Lender | None = None  # of the interfaces that it has on loan


@dataclass
class _State:
    """What the helper knows about itself, for its greeting."""

    user: bool = False
    network: bool = False
    processes: bool = False
    reasons: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # of what an IUT is confined by


def main(control: socket.socket) -> None:
    """Tries from the most private to the least; a fork that cannot get there tells why, and the next is tried."""
    control.set_inheritable(False)
    listening = view.sockets()
    private = system.CLONE_NEWNS | system.CLONE_NEWNET
    whole = private | system.CLONE_NEWPID
    attempts = [(True, whole), (True, private), (False, 0)]
    if os.geteuid() == 0:
        attempts = [(False, whole), (False, private), *attempts]
    reasons: list[str] = []
    for user, flags in attempts:
        told, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(told)
            os._exit(_enter(control, user, flags, reasons, tell, listening))
        os.close(tell)
        with os.fdopen(told) as file:
            reason = file.read()
        os.waitpid(pid, 0)
        if not reason:
            return
        reasons.append(reason)


def _enter(
    control: socket.socket, user: bool, flags: int, reasons: list[str], tell: int, listening: tuple[str, ...]
) -> int:
    """In a fork of main: becomes the server in these namespaces, or tells why it cannot."""
    try:
        system.die_with_parent(os.getppid())
        if user:
            system.become_root_of_new_user_namespace(flags)
        elif flags:
            system.unshare(flags)
        if flags:
            system.make_mounts_private()
        if flags & system.CLONE_NEWPID:
            pid = os.fork()
            if pid != 0:
                os.close(tell)
                os.waitpid(pid, 0)
                return 0
            system.die_with_parent(0)  # its parent is outside, where it has no number
            system.mount("proc", "/proc")
    except OSError as error:
        os.write(tell, f"{'user ' if user else ''}namespaces: {error.strerror}".encode())
        return 1
    os.close(tell)
    state = _State(user, bool(flags), bool(flags & system.CLONE_NEWPID), reasons)
    try:
        _serve(control, state, Place(state.processes, _view(state, listening)))
    except BrokenPipeError:  # the harness was killed: nobody is there to be told
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _view(state: _State, listening: tuple[str, ...]) -> view.View | None:
    """The file system for the IUTs; None, with the reason among what was refused, when this system does not let us."""
    if not state.network:
        state.refused.append("the file system is not read-only (no mount namespace)")
        return None
    try:
        system.unshare(system.CLONE_NEWIPC)
        return view.make(listening)
    except OSError as error:
        state.refused.append(f"the file system is not read-only ({error.strerror})")
        return None


@dataclass
class _Lab:
    control: socket.socket
    state: _State
    place: Place
    selector: selectors.BaseSelector
    processes: dict[int, _Process] = field(default_factory=dict)
    kernels: int = 0  # how many times Linux was the IUT


def _serve(control: socket.socket, state: _State, place: Place) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    if not place.processes:
        system.adopt_orphans()
    message.send(control, vars(state))
    with selectors.DefaultSelector() as selector:
        lab = _Lab(control, state, place, selector)
        selector.register(control, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while _turn(lab, woken):
            pass
    for pid, process in lab.processes.items():  # without a process namespace nobody else would
        _end(pid, process)
        _give_back(process)


def _turn(lab: _Lab, woken: int) -> bool:
    """Does what there is to do; False once the harness has gone."""
    living = any(process.status is None and process.memory_mb for process in lab.processes.values())
    ready = [key.fileobj for key, _ in lab.selector.select(_WATCH_S if living else None)]
    if woken in ready:
        os.read(woken, 4096)
    _reap(lab.processes)
    _watch(lab.processes)
    for process in lab.processes.values():
        if process.stderr.fd in ready and not process.stderr.take():
            lab.selector.unregister(process.stderr.fd)
    return lab.control not in ready or _answer(lab)


def _watch(processes: dict[int, _Process]) -> None:
    """Ends an IUT that takes too much of the machine, and says so at the end of its standard error."""
    for pid, process in processes.items():
        if process.status is not None or process.sentenced or not process.memory_mb:
            continue
        theirs = family.below(pid)
        words = f"ran more than {_MOST_PROCESSES} processes" if len(theirs) > _MOST_PROCESSES else ""
        if family.memory(theirs) > process.memory_mb << 20:
            words = f"held more than {process.memory_mb} MB of memory (memory_mb in its definition)"
        if words:
            process.stderr.take()
            process.stderr.keep(f"\n{OURS}it {words}, and was ended\n".encode())
            _end(pid, process)


def _answer(lab: _Lab) -> bool:
    received = message.receive(lab.control)
    if received is None:
        return False
    request, fds = received
    reply, ours = _ANSWERS[request["do"]](lab, request, fds)
    message.send(lab.control, reply, ours)
    for fd in ours:
        os.close(fd)
    return True


def _status(lab: _Lab, request: _Request, fds: list[int]) -> _Reply:
    process = lab.processes[request["id"]]
    return {"status": process.status, "kept": "", "lost": process.lost}, [process.stderr.file()]


def _stopped(lab: _Lab, request: _Request, fds: list[int]) -> _Reply:
    process = lab.processes[request["id"]]
    _stop(request["id"], process)
    process.stderr.take()
    if process.stderr.fd in lab.selector.get_map():
        lab.selector.unregister(process.stderr.fd)
    os.close(process.stderr.fd)
    os.close(process.ended)
    kept = _give_back(process)
    del lab.processes[request["id"]]
    return {"status": process.status, "kept": kept, "lost": process.lost}, [process.stderr.file()]


def _lend(lab: _Lab, request: _Request, fds: list[int]) -> _Reply:
    process = lab.processes[request["id"]]
    process.lender, error = loan.take(request["names"], *fds)
    return {"error": error}, []


def _confinement(lab: _Lab, request: _Request, fds: list[int]) -> _Reply:
    process, state = lab.processes[request["id"]], lab.state
    try:
        [iut, *_] = family.children(request["id"])
        words, lacks = confine.in_force(iut)
    except (ValueError, OSError):  # it has ended, or is the kernel
        return {"words": [], "lacks": []}, []
    words += ["network of its own"] * state.network + ["processes of its own"] * state.processes
    lacks += state.refused if process.confined else ["unconfined, as its definition asks"]
    lacks += [] if state.network else ["its network is the machine's"]
    lacks += [] if state.processes else ["it can see and end the user's processes"]
    return {"words": [*words, f"memory up to {process.memory_mb} MB"], "lacks": lacks}, []


def _start(lab: _Lab, request: _Request, fds: list[int]) -> _Reply:
    stderr, stderr_of_child = os.pipe2(os.O_CLOEXEC)
    ended, ended_of_child = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    parent, kernel = os.getpid(), request["link"] == "kernel"
    init = lab.place.processes and not kernel
    pid = _fork_as_init() if init else os.fork()
    if pid == 0:
        if lab.place.processes or kernel:
            system.die_with_parent(0 if init else parent)
        else:
            system.die_with_parent(parent, signal.SIGTERM)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        instance.become(request, lab.place, socket.socket(fileno=fds[0]), stderr_of_child, ended_of_child)
    for fd in (stderr_of_child, ended_of_child, *fds):
        os.close(fd)
    confined = confine.UNCONFINED not in request["privileges"]
    lab.processes[pid] = _Process(Kept(stderr), ended, init, confined, 0 if kernel else request["memory_mb"])
    lab.selector.register(stderr, selectors.EVENT_READ)
    lab.kernels += kernel
    if lab.kernels == 2:  # a whole run: then each fork has at hand what takes longer to load than a case lasts
        linux_config.preload()
    return {"id": pid}, [os.pidfd_open(pid)]


def _tracepoint(lab: _Lab, request: _Request, fds: list[int]) -> _Reply:
    return drops.described(), []


def _nothing(lab: _Lab, request: _Request, fds: list[int]) -> _Reply:
    return {}, []


_ANSWERS: dict[str, Callable[[_Lab, _Request, list[int]], _Reply]] = {
    "start": _start, "status": _status, "stop": _stopped, "lend": _lend, "confinement": _confinement,
    "tracepoint": _tracepoint, "nothing": _nothing,
}  # fmt: skip


def _fork_as_init() -> int:
    """A fork whose child is init of a process namespace of its own."""
    ours = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    system.unshare(system.CLONE_NEWPID)
    try:
        pid = os.fork()
    except OSError:
        system.join(ours, system.CLONE_NEWPID)
        raise
    if pid:
        system.join(ours, system.CLONE_NEWPID)
    os.close(ours)
    return pid


def _end(pid: int, process: _Process) -> None:
    """Kills a guardian and all that its IUT has started."""
    process.sentenced = True
    if not process.init:
        family.end(pid)
    family.kill(pid)


def _stop(pid: int, process: _Process) -> None:
    if process.status is None:
        _end(pid, process)
        os.waitpid(pid, 0)
        process.status = -signal.SIGKILL


def _give_back(process: _Process) -> str:
    lender, process.lender = process.lender, None
    return loan.give_back(lender) if lender else ""


def _reap(processes: dict[int, _Process]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid in processes:
            _bury(processes[pid], os.waitstatus_to_exitcode(status))
            if not processes[pid].init:
                _end_strays(processes)


def _bury(process: _Process, code: int) -> None:
    told = _told(process.ended)
    out_of_reach = process.init or process.memory_mb == 0  # of the IUT
    process.lost = told is None and code < 0 and out_of_reach and not process.sentenced
    process.status = code if told is None else told
    process.stderr.take()


def _end_strays(processes: dict[int, _Process]) -> None:
    """An IUT that has no process namespace can kill its guardian; then we have adopted it."""
    for stray in family.children(os.getpid()):
        if stray not in processes:
            family.end(stray)
            family.kill(stray)


def _told(ended: int) -> int | None:
    """How the IUT ended, by its guardian's word; None without one."""
    try:
        said = os.read(ended, 32)
    except BlockingIOError:
        return None
    return int(said) if said else None


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
