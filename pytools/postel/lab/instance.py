# SPDX-License-Identifier: BSD-2-Clause
"""A fork of the helper on its way to become an IUT: a network namespace of its own, the link, then exec.

It reports on its socket: `ok` with the descriptors of the lower and the upper tester, or `error` in words. The end of
file after `ok` means that the IUT runs."""
import fcntl
import os
import socket
import traceback
from typing import Any, NoReturn

from postel.adapters import linux as linux_adapter
from postel.lab import confine, linux, message, netdev, system

_FIRST_LINK_FD = 3
_Request = dict[str, Any]


def become(request: _Request, report: socket.socket, stderr: int, parent: int) -> NoReturn:
    """Never returns: the process is the IUT, or ends with code 127 after saying why."""
    try:
        system.die_with_parent(parent)
        os.setsid()
        os.dup2(stderr, 2)
        _LINKS[request["link"]](request, report)
        os._exit(0)  # the kernel's adapter, at the end of input
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
        linux.before_up([each["tap"] for each in interfaces], request["reassembly"])
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


def _tap(request: _Request, report: socket.socket) -> None:
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
    _execute(request, report, [], [peer.fileno() for peer in peers])


def _fd(request: _Request, report: socket.socket) -> None:
    _own_network(request)
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in request["interfaces"]]
    _execute(request, report, [iut.fileno() for iut, _ in pairs], [lt.fileno() for _, lt in pairs])


def _sim(request: _Request, report: socket.socket) -> None:
    _own_network(request)
    iut, lt = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    _execute(request, report, [iut.fileno()], [lt.fileno()])


def _own_network(request: _Request) -> None:
    """Takes time, and only who has capabilities could do something with the network that all share."""
    if confine.asked(request["privileges"]):
        system.unshare(system.CLONE_NEWNET)


def _iface(request: _Request, report: socket.socket) -> None:
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
    _execute(request, report, [], [peer.fileno() for peer in peers])


_LINKS = {"kernel": _kernel, "tap": _tap, "fd": _fd, "sim": _sim, "iface": _iface}


def _execute(request: _Request, report: socket.socket, iut_fds: list[int], lt_fds: list[int]) -> None:
    """Hands the testers' descriptors over and becomes the IUT, whose link descriptors are 3, 4, ..."""
    stdin, requests = os.pipe2(os.O_CLOEXEC)
    replies, stdout = os.pipe2(os.O_CLOEXEC)
    message.send(report, {"ok": True}, [*lt_fds, requests, replies])
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64) for fd in (report.fileno(), stdin, stdout, *iut_fds)]
    report.detach()
    report_fd, stdin, stdout, *iut_fds = high
    for number, fd in enumerate([stdin, stdout if request["upper"] else 2]):
        os.dup2(fd, number)
    for number, fd in enumerate(iut_fds, _FIRST_LINK_FD):
        os.dup2(fd, number)
    argv: list[str] = request["argv"]
    try:
        os.chdir(request["cwd"])
        confine.drop(request["privileges"], [".", *argv])
        os.execvpe(argv[0], argv, request["env"])
    except OSError as error:
        with socket.socket(fileno=report_fd) as again:
            message.send(again, {"error": f"cannot run {argv[0]}: {os.strerror(error.errno or 0)}"})
