# SPDX-License-Identifier: BSD-2-Clause
"""Interfaces that exist already (the link `iface`): moved into an IUT's network namespace, without offloads, and given back as
they were.

The helper does it, in a fork that enters one namespace after the other, and not the harness: so they are given back also when
the harness is killed. Where the helper itself is killed its namespaces end: then a real device comes back to the machine's
first namespace by itself, and a virtual one ends."""
import json
import os
import socket
import subprocess
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from postel.lab import ethtool, netdev, system

MTU = 1500


class Refused(Exception):
    """Why an interface is not taken, and what to do about it."""


@dataclass
class Loan:
    """One interface and how it was. `peer` is the other end of a veth pair where that is beside it, for us to set."""

    name: str
    flags: int
    offloads: dict[str, bool]
    peer: str
    peer_offloads: dict[str, bool]


@dataclass
class Lender:
    """All that an IUT has on loan, between the namespace where it belongs and the lab's."""

    origin: int
    lab: int
    loans: list[Loan]


def take(names: Sequence[str], origin: int, lab: int) -> tuple[Lender, str]:
    """Moves them all, or says why not; what was moved already must be given back either way."""
    lender = Lender(origin, lab, [])
    for name in names:
        said = _in_a_fork(lambda name=name: _take(name, origin, lab))  # type: ignore[misc]
        if "loan" in said:
            lender.loans.append(Loan(**said["loan"]))
        if "error" in said:
            return lender, said["error"]
    return lender, ""


def give_back(lender: Lender) -> str:
    """Moves them back and restores how they were; words about those that cannot be."""
    said = _in_a_fork(lambda: {"error": "; ".join(filter(None, (_give_back(loan, lender) for loan in lender.loans)))})
    for fd in (lender.origin, lender.lab):
        os.close(fd)
    return str(said["error"])


def _in_a_fork(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What it says, done by a process that may go into other namespaces."""
    told, tell = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        try:
            said = act()
        except Refused as error:
            said = {"error": str(error)}
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os.write(tell, json.dumps(said).encode())
        os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as file:
        octets = file.read()
    os.waitpid(pid, 0)
    words: dict[str, Any] = json.loads(octets) if octets else {"error": "the process that moves interfaces has died"}
    return words


def _take(name: str, origin: int, lab: int) -> dict[str, Any]:
    try:
        system.join(origin, system.CLONE_NEWNET)
    except PermissionError:
        raise Refused(f"interface {name} cannot be moved into the lab by this user: it takes root, of the machine or "
                      "of a namespace of your own (unshare -Urn)") from None
    shown = _shown(name)
    if unfit := _unfit(name, shown):
        raise Refused(f"interface {name} {unfit}")
    peer = str(shown["link"]) if _kind(shown) == "veth" and "link" in shown else ""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        loan = Loan(name, netdev.flags(sock, name), {}, peer, ethtool.offloads_off(sock, peer) if peer else {})
        _move(name, lab)
    try:
        system.join(lab, system.CLONE_NEWNET)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            loan.offloads = ethtool.offloads_off(sock, name)
            merging = ethtool.merging(sock, name)
    except OSError as error:
        return {"loan": asdict(loan), "error": f"interface {name}, in the lab: {error.strerror}"}
    if merging:
        advice = f"ethtool -K {name} {' '.join(f'{each} off' for each in merging)}"
        words = f"interface {name} puts several frames together before anybody sees them, and goes on when told not to: `{advice}`"
        return {"loan": asdict(loan), "error": words}
    return {"loan": asdict(loan)}


def _give_back(loan: Loan, lender: Lender) -> str:
    try:
        system.join(lender.lab, system.CLONE_NEWNET)
        if loan.name not in [name for _, name in socket.if_nameindex()]:
            return f"interface {loan.name} has gone meanwhile and cannot be given back"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            ethtool.switch(sock, loan.name, loan.offloads)
        _move(loan.name, lender.origin)
        system.join(lender.origin, system.CLONE_NEWNET)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            netdev.set_flags(sock, loan.name, loan.flags)
            if loan.peer:
                ethtool.switch(sock, loan.peer, loan.peer_offloads)
    except OSError as error:
        return f"interface {loan.name} cannot be given back as it was: {error.strerror}"
    except Refused as error:
        return str(error)
    return ""


def _shown(name: str) -> dict[str, Any]:
    """What `ip` knows of an interface of this namespace."""
    there = [each for _, each in socket.if_nameindex()]
    if name not in there:
        raise Refused(f"there is no interface {name} here; there are {', '.join(there)}")
    return _ip_json("address", "show", "dev", name)[0]


def _ip_json(*words: str) -> list[dict[str, Any]]:
    shown = subprocess.run(["ip", "-j", "-d", *words], capture_output=True, text=True, check=False)
    if shown.returncode:
        raise Refused(f"`ip {' '.join(words)}` says: {shown.stderr.strip()}")
    found: list[dict[str, Any]] = json.loads(shown.stdout)
    return found


def _kind(shown: dict[str, Any]) -> str:
    return str(shown.get("linkinfo", {}).get("info_kind", ""))


def _unfit(name: str, shown: dict[str, Any]) -> str:
    """Why the interface is not taken. Nothing that anybody can be using is."""
    addresses = [f"{each['local']}/{each['prefixlen']}" for each in shown["addr_info"] if each["scope"] == "global"]
    if addresses:
        return f"has an address, so it may be in use: take it off first (ip address del {addresses[0]} dev {name})"
    tied = [str(each["ifname"]) for each in _ip_json("link", "show") if each.get("link") == name]
    if above := [each for each in tied if each != shown.get("link")]:
        return f"carries {', '.join(above)}, so it may be in use"
    if "master" in shown:
        return f"is part of {shown['master']}: take it out first (ip link set {name} nomaster)"
    if shown["link_type"] != "ether":
        return f"carries no Ethernet frames but {shown['link_type']}: name an Ethernet interface, or one end of a veth pair"
    if shown["mtu"] != MTU:
        return f"has an MTU of {shown['mtu']}; the cases are about {MTU}, at both ends: ip link set {name} mtu {MTU}"
    return ""


def _move(name: str, namespace: int) -> None:
    words = ["ip", "link", "set", "dev", name, "netns", f"/proc/self/fd/{namespace}"]
    moved = subprocess.run(words, pass_fds=[namespace], capture_output=True, text=True, check=False)
    if moved.returncode == 0:
        return
    why = moved.stderr.strip().removeprefix("RTNETLINK answers: ").removeprefix("Error: ").rstrip(".")
    advice = "name a wired port or one end of a veth pair" if "nvalid argument" in why or "mmutable" in why else "it takes root"
    raise Refused(f"interface {name} cannot be moved to another network namespace ({why}): {advice}")
