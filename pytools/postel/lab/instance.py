# SPDX-License-Identifier: BSD-2-Clause
"""A fork of the helper that makes an instance of an IUT: a network namespace of its own, the link, and then the IUT as
its child, whose guardian it stays, as confined as that. Where the system has process namespaces it is init of one, so
that its end is the end of all that the IUT has started; elsewhere it adopts what the IUT leaves behind, and ends it.

It reports on its socket: `ok` with the descriptors of the lower and the upper tester, or `error` in words. The end of
file after `ok` means that the IUT runs. How it ended the guardian writes into the pipe `ended`."""
import fcntl
import itertools
import os
import signal
import socket
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from postel.adapters import linux as linux_adapter
from postel.lab import confine, family, linux, message, netdev, program, system, view

_ABOVE_ALL = 64  # descriptors of the IUT's
_Request = dict[str, Any]
_Ends = tuple[list[int], list[int]]  # of the link: the IUT's and the lower tester's, one an interface


@dataclass(frozen=True)
class Place:
    """What the helper could make: process namespaces, and the file system as an IUT sees it."""

    processes: bool
    view: view.View | None


def become(request: _Request, place: Place, report: socket.socket, stderr: int, ended: int) -> NoReturn:
    """Never returns: the process is the IUT, its guardian, or ends with code 127 after saying why."""
    try:
        os.setsid()
        os.dup2(stderr, 2)
        if request["link"] == "kernel":
            _kernel(request, report)
            os._exit(0)  # its adapter, at the end of input
        _guard(request, place, report, _LINKS[request["link"]](request, report), ended)
        os._exit(0)
    except netdev.NotPrivate as error:
        message.send(report, {"error": str(error)})
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        if report.fileno() >= 0:
            message.send(report, {"error": f"{os.strerror(error.errno or 0)}{where}"})
        traceback.print_exc()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(127)


def _kernel(request: _Request, report: socket.socket) -> None:
    """Linux is the IUT: it owns the interfaces, the lower tester holds the TAPs, the adapter runs right here."""
    system.unshare(system.CLONE_NEWNET)
    interfaces = request["interfaces"]
    with netdev.private_socket() as sock:
        taps = [netdev.open_tap(each["tap"]) for each in interfaces]
        linux.before_up([each["tap"] for each in interfaces], request["reassembly"], request["kernel_defaults"])
        netdev.up(sock, "lo")
        for each in interfaces:
            netdev.configure(sock, each["tap"], each["iut_mac"], request["mtu"])
            netdev.add_address(sock, each["tap"], each["iut"], each["prefix"])
            netdev.up(sock, each["tap"])
        netdev.add_default_route(sock, request["gateway"])
    ours, theirs = socket.socketpair()
    message.send(report, {"ok": True}, [*taps, theirs.fileno(), theirs.fileno()])
    for fd in taps:
        os.close(fd)
    theirs.close()
    report.close()
    linux_adapter.serve(ours.fileno(), ours.fileno())


def _tap(request: _Request, report: socket.socket) -> _Ends:
    """The IUT opens the TAPs itself; the lower tester is on the kernel's side, where the kernel stays mute."""
    system.unshare(system.CLONE_NEWNET)
    peers = []
    with netdev.private_socket() as sock:
        for each in request["interfaces"]:
            os.close(netdev.open_tap(each["tap"]))
            linux.mute(each["tap"])
            netdev.configure(sock, each["tap"], each["kernel_mac"], netdev.TAP_MTU)
            netdev.up(sock, each["tap"], mute=True)
            peers.append(netdev.packet_socket(each["tap"]))
    return [], [peer.detach() for peer in peers]


def _fd(request: _Request, report: socket.socket) -> _Ends:
    return _pairs(request, len(request["interfaces"]))


def _sim(request: _Request, report: socket.socket) -> _Ends:
    return _pairs(request, 1)


def _pairs(request: _Request, count: int) -> _Ends:
    """A network of its own takes time, and only who has capabilities could do something with the one that all share."""
    if confine.asked(request["privileges"]):
        system.unshare(system.CLONE_NEWNET)
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(count)]
    return [iut.detach() for iut, _ in pairs], [lt.detach() for _, lt in pairs]


def _iface(request: _Request, report: socket.socket) -> _Ends:
    """The harness moves existing interfaces in here, after it was handed this namespace; then it says so."""
    system.unshare(system.CLONE_NEWNET)
    with netdev.private_socket() as sock:
        namespace = os.open("/proc/self/ns/net", os.O_RDONLY)
        message.send(report, {"namespace": True}, [namespace])
        os.close(namespace)
        if message.receive(report) is None:
            os._exit(0)
        peers = []
        for name in request["names"]:
            linux.mute(name)
            netdev.up(sock, name, mute=True)
            peers.append(netdev.packet_socket(name))
    return [], [peer.detach() for peer in peers]


_LINKS = {"tap": _tap, "fd": _fd, "sim": _sim, "iface": _iface}


def _guard(request: _Request, place: Place, report: socket.socket, ends: _Ends, ended: int) -> None:
    """Hands the testers' descriptors over, starts the IUT, and waits for its end."""
    stdin, requests = os.pipe2(os.O_CLOEXEC)
    replies, stdout = os.pipe2(os.O_CLOEXEC)
    link, lower = ends
    message.send(report, {"ok": True}, [*lower, requests, replies])
    if not place.processes:
        system.adopt_orphans()
        signal.signal(signal.SIGTERM, lambda *_: _end_all())
    try:
        iut = _spawn(request, place, [stdin, stdout if request["upper"] else 2, 2, *link], [report.fileno(), ended])
    except OSError as error:
        message.send(report, {"error": f"cannot run {request['argv'][0]}: {_why(request['argv'][0], error)}"})
        return
    report.close()
    while (buried := os.wait())[0] != iut:
        pass
    os.write(ended, str(os.waitstatus_to_exitcode(buried[1])).encode())
    if not place.processes:
        _end_all()


def _why(command: str, error: OSError) -> str:
    if error.filename == command:  # it is the program itself that cannot be run
        return program.why_not(command, error)
    return f"{error.strerror}" + (f" ({error.filename})" if error.filename else "")


def _end_all() -> NoReturn:
    family.end(os.getpid())
    os._exit(0)


def _spawn(request: _Request, place: Place, fds: list[int], ours: list[int]) -> int:
    """The IUT, with these descriptors as 0, 1, 2, ...: this process gives up what the IUT must not have, and makes it.
    Whoever looks into this process afterwards, and the IUT may try, finds nothing that it has not itself."""
    argv, env, privileges = request["argv"], request["env"], request["privileges"]
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")  # where memory runs out it is the first to go
    if place.view and confine.UNCONFINED not in privileges:
        env["TMPDIR"] = view.enter(place.view, request["named"], request["cwd"], confine.writable(privileges), place.processes)
    elif place.processes:
        view.enter_own_processes()
    os.chdir(request["cwd"])
    confine.drop(privileges, [".", *argv])
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL) for fd in fds]
    _close_all_but([2, *ours, *high])
    actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(high)]
    signals = [signal.SIGPIPE, signal.SIGXFSZ]  # which Python takes no notice of
    iut = os.posix_spawnp(argv[0], argv, env, file_actions=actions, setsid=True, setsigdef=signals)
    for fd in high:
        os.close(fd)
    return iut


def _close_all_but(fds: list[int]) -> None:
    edges = [-1, *sorted(fds), os.sysconf("SC_OPEN_MAX")]
    for low, high in itertools.pairwise(edges):
        os.closerange(low + 1, high)
