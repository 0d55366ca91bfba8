# SPDX-License-Identifier: BSD-2-Clause
"""The upper tester for this kernel: sockets in the namespace that it runs in (docs/upper-tester.md).

The kernel delivers before the lower tester's write returns, so a look at each socket before a reply is all of `sync`.
"""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

from postel.adapters import linux_config
from postel.adapters.linux_config import PMTUDISC, Keys, Refused
from postel.adapters.linux_tcp import Tcp
from postel.base import mib
from postel.base.keys import LINE_MAX, parse_keys

IP_TOS, IP_TTL, IP_RECVOPTS, IP_RETOPTS, IP_PKTINFO, IP_MTU_DISCOVER = 1, 2, 6, 7, 8, 10
IP_RECVERR, IP_RECVTTL, IP_RECVTOS = 11, 12, 13
SO_RCVBUFFORCE, SOL_RAW, MSG_ERRQUEUE = 33, 255, 0x2000
ICMP_FILTER, ORIGIN_ICMP = 1, 2
ERRORS = (3, 4, 5, 11, 12)  # types of ICMP messages that report an error
CAPS = "udp,ip,ip-sock,echo,tcp,counters,icmp-errors,udp-options,udp-ttl"


class Linux:
    """The sockets and what they have heard. Keys are checked against OPERATIONS before a method gets them."""

    def __init__(self) -> None:
        self._sockets: dict[int, tuple[str, socket.socket]] = {}  # number -> kind, socket
        self._pings: dict[int, socket.socket] = {}  # by identifier
        self._last = 0
        self._zero = _counters()
        self._errors = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)  # for what IP_RECVERR leaves out
        wanted = sum(1 << kind for kind in ERRORS)
        self._errors.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("I", ~wanted & 0xFFFFFFFF))
        _listen(self._errors, errors=False)
        self._heard: list[tuple[str, bytes]] = []  # ICMP errors as they came: source, message
        self._config = linux_config.Config()
        self._tcp = Tcp()
        self._listed: list[str] = []  # items, until the reply

    def hello(self, keys: Keys) -> Keys:
        if keys["version"] != "1":
            raise Refused("EINVAL")
        return {"version": "1", "name": "linux", "release": platform.release(), "caps": ",".join([CAPS, *linux_config.capabilities()]), "unsupported": "vtime"}

    def reset(self, keys: Keys) -> Keys:
        """Sockets, neighbours, route exceptions; for fragments it waits until the kernel has given them up."""
        for _, sock in self._sockets.values():
            sock.close()
        for sock in self._pings.values():
            sock.close()
        self._tcp.reset()
        self._sockets.clear()
        self._pings.clear()
        self._last = 0
        self._hear_errors()
        self._heard.clear()
        self._config.reset()
        while _fragments_held():
            time.sleep(0.01)
        _forget_neighbours()  # after the fragments, whose time exceeded may have made one
        with open("/proc/sys/net/ipv4/route/flush", "w", encoding="ascii") as file:
            file.write("1")
        self._zero = _counters()
        return {}

    def sync(self, keys: Keys) -> Keys:
        return {}

    def counters(self, keys: Keys) -> Keys:
        now = {name: value - self._zero.get(name, 0) for name, value in _counters().items()}
        now |= {f"{group}{name}": now.get(f"{group.capitalize()}.{name}", 0) for group, names in mib.GROUPS.items() for name in names}
        return {name: str(value) for name, value in now.items() if value}

    def set(self, keys: Keys) -> Keys:
        self._config.set(keys, self._named(keys))
        return {}

    def get(self, keys: Keys) -> Keys:
        return {"value": self._config.get(keys, self._named(keys))}

    def add(self, keys: Keys) -> Keys:
        self._config.add(keys, self._named(keys))
        return {}

    def remove(self, keys: Keys) -> Keys:
        self._config.remove(keys, self._named(keys))
        return {}

    def list(self, keys: Keys) -> Keys:
        items = self._config.listed(keys["kind"], keys.get("iface"))
        self._listed = [" ".join([keys["kind"], *(f"{key}={value}" for key, value in item.items())]) for item in items]
        return {}

    def udp_bind(self, keys: Keys) -> Keys:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        reply = self._bound("udp", sock, (keys.get("addr", "0.0.0.0"), int(keys["port"])))
        return reply if int(keys["port"]) else reply | {"port": str(sock.getsockname()[1])}

    def ip_bind(self, keys: Keys) -> Keys:
        protocol = int(keys["protocol"])
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        return self._bound("ip", sock, ("0.0.0.0", 0))

    def udp_send(self, keys: Keys) -> Keys:
        self._config.used.add(keys["dst"])
        _send(self._socket("udp", keys), keys, (keys["dst"], int(keys["dport"])), bytes.fromhex(keys["data"]))
        return {}

    def ip_send(self, keys: Keys) -> Keys:
        if "id" in keys:
            raise Refused("EOPNOTSUPP")  # the kernel chooses it, unless the user writes the whole header
        if "sock" in keys:
            by = self._socket("ip", keys)
            if by.proto != int(keys["protocol"]):
                raise Refused("EINVAL")
            _send(by, keys, (keys["dst"], 0), bytes.fromhex(keys["data"]))
            return {}
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, int(keys["protocol"])) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            _send(sock, keys, (keys["dst"], 0), bytes.fromhex(keys["data"]))
        return {}

    def echo_send(self, keys: Keys) -> Keys:
        ident = int(keys["id"])
        if ident not in self._pings:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
            _listen(sock)
            sock.bind(("0.0.0.0", ident))
            self._pings[ident] = sock
        head = struct.pack(">BBHHH", 8, 0, 0, ident, int(keys["seq"]))
        _send(self._pings[ident], keys, (keys["dst"], 0), head + bytes.fromhex(keys["data"]))
        return {}

    def tcp_listen(self, keys: Keys) -> Keys:
        return self._numbered(self._tcp.listen, keys)

    def tcp_connect(self, keys: Keys) -> Keys:
        return self._numbered(self._tcp.connect, keys)

    def tcp_send(self, keys: Keys) -> Keys:
        self._tcp.send(keys)
        return {}

    def tcp_close(self, keys: Keys) -> Keys:
        self._tcp.close(keys)
        return {}

    def udp_close(self, keys: Keys) -> Keys:
        self._closed("udp", keys)
        del self._sockets[int(keys["sock"])]
        return {}

    def ip_close(self, keys: Keys) -> Keys:
        self._closed("ip", keys)
        del self._sockets[int(keys["sock"])]
        return {}

    def events(self) -> Iterator[str]:
        """What the sockets hold, errors first: they would make the next call on their socket fail."""
        yield from self._listed
        self._listed = []
        self._hear_errors()
        every = [(str(number), kind, sock) for number, (kind, sock) in self._sockets.items()]
        every += [("", "echo", sock) for sock in self._pings.values()]
        for number, _, sock in every:
            while (got := _received(sock, MSG_ERRQUEUE)) is not None:
                yield from self._error(number, got[1])
        for number, kind, sock in every:
            while (got := _received(sock)) is not None:
                yield _event(number, kind, sock, *got)
        yield from self._tcp.events(self._heard, self._last)
        self._last = max(self._last, self._tcp.last())
        self._heard.clear()

    def _numbered(self, call: Callable[[Keys, int], None], keys: Keys) -> Keys:
        call(keys, self._last + 1)
        self._last += 1
        return {"sock": str(self._last)}

    def _bound(self, kind: str, sock: socket.socket, address: tuple[str, int]) -> Keys:
        try:
            _listen(sock)
            sock.bind(address)
        except OSError:
            sock.close()
            raise
        self._last += 1
        self._sockets[self._last] = kind, sock
        return {"sock": str(self._last)}

    def _closed(self, kind: str, keys: Keys) -> None:
        sock = self._socket(kind, keys)
        self._config.groups.closed(sock)
        sock.close()

    def _socket(self, kind: str, keys: Keys) -> socket.socket:
        found = self._sockets.get(int(keys["sock"]))
        if not found or found[0] != kind:
            raise Refused("EBADF")
        return found[1]

    def _named(self, keys: Keys) -> socket.socket | None:
        if "sock" not in keys:
            return None
        number = int(keys["sock"])
        found = self._sockets[number][1] if number in self._sockets else self._tcp.named(number)
        if not found:
            raise Refused("EBADF")
        return found

    def _hear_errors(self) -> None:
        while (got := _received(self._errors)) is not None:
            packet, _, source = got
            self._heard.append((source[0], packet[(packet[0] & 15) * 4 :]))

    def _error(self, number: str, ancillary: dict[int, bytes]) -> Iterator[str]:
        """The kernel tells a socket type, code and who says so; the message itself was heard beside."""
        told = ancillary[IP_RECVERR]
        origin, kind, code = struct.unpack_from("4xBBB", told)
        if origin != ORIGIN_ICMP:
            return
        source = socket.inet_ntoa(told[20:24])
        for heard in self._heard:
            if heard[0] == source and heard[1][:2] == bytes([kind, code]):
                self._heard.remove(heard)
                sock = f" sock={number}" if number else ""
                rest, data = heard[1][4:8].hex(), heard[1][8:].hex()
                yield f"icmp.error{sock} type={kind} code={code} src={source} rest={rest} data={data}"
                return


Operation = Callable[[Linux, Keys], Keys]
ADDRESS, OCTETS, WORD = "address", "octets", "word"
KINDS: dict[str, int | str] = {  # a number's bound, or what else it is
    "version": 0xFFFF, "port": 0xFFFF, "addr": ADDRESS, "sock": 2**31 - 1, "dst": ADDRESS, "dport": 0xFFFF, "data": OCTETS,
    "src": ADDRESS, "ttl": 255, "tos": 255, "df": 2, "options": OCTETS, "protocol": 255, "id": 0xFFFF, "seq": 0xFFFF,
    "name": WORD, "value": WORD, "kind": WORD, "type": WORD, "mac": OCTETS, "net": ADDRESS, "gateway": ADDRESS, "len": 32, "iface": 1,
    "preference": 2**32 - 1, "primary": 1, "deprecated": 1, "probe": 1, "mtu": 0xFFFF,
}  # fmt: skip
ITEM_KEYS = "sock iface addr len primary deprecated probe net gateway preference tos type mac dst mtu"
OPERATIONS: dict[str, tuple[Operation, str, str]] = {  # the call, keys that must be there, keys that may
    "hello": (Linux.hello, "version", ""),
    "reset": (Linux.reset, "", ""),
    "sync": (Linux.sync, "", ""),
    "counters": (Linux.counters, "", ""),
    "udp.bind": (Linux.udp_bind, "port", "addr"),
    "udp.send": (Linux.udp_send, "sock dst dport data", "src ttl tos df options"),
    "udp.close": (Linux.udp_close, "sock", ""),
    "ip.bind": (Linux.ip_bind, "protocol", ""),
    "ip.send": (Linux.ip_send, "dst protocol data", "src ttl tos df id options sock"),
    "ip.close": (Linux.ip_close, "sock", ""),
    "tcp.listen": (Linux.tcp_listen, "port", "addr ttl tos options"),
    "tcp.connect": (Linux.tcp_connect, "dst dport", "addr port ttl tos options"),
    "tcp.send": (Linux.tcp_send, "sock data", ""),
    "tcp.close": (Linux.tcp_close, "sock", ""),
    "set": (Linux.set, "name value", "iface sock addr"),
    "get": (Linux.get, "name", "iface sock dst addr"),
    "add": (Linux.add, "kind", ITEM_KEYS),
    "del": (Linux.remove, "kind", ITEM_KEYS),
    "list": (Linux.list, "kind", "iface"),
    "echo.send": (Linux.echo_send, "dst id seq data", "src ttl tos"),
}


def serve(fd_in: int, fd_out: int) -> None:
    """Answers lines until the end of input."""
    linux = Linux()
    for line in _lines(fd_in):
        answer = "\n".join([*(f"* {event}" for event in linux.events()), *_answered(linux, line), ""]).encode("ascii")
        while answer:
            answer = answer[os.write(fd_out, answer) :]


def _answered(linux: Linux, line: str | None) -> list[str]:
    """Events that came of the request, and its reply."""
    match = re.fullmatch(r"([0-9]{1,10}) ([A-Za-z0-9._-]+)((?: [!-~]+)*)", line or "")
    if not match:
        return ["0 err code=EPROTO"]
    sequence, op, rest = match.groups()
    try:
        keys = parse_keys(rest.split())
    except ValueError:
        return ["0 err code=EPROTO"]
    try:
        reply = " ".join(["ok", *(f"{key}={value}" for key, value in _performed(linux, op, keys).items())])
    except Refused as refused:
        reply = f"err code={refused}"
    except OSError as error:
        reply = f"err code={errno.errorcode.get(error.errno or 0, 'EIO')}"
    return [*(f"* {event}" for event in linux.events()), f"{sequence} {reply}"]


def _performed(linux: Linux, op: str, keys: Keys) -> Keys:
    if op not in OPERATIONS:
        raise Refused("ENOSYS")
    call, must, may = OPERATIONS[op]
    fits = set(must.split()) <= set(keys) <= {*must.split(), *may.split()}
    if not fits or not all(map(_is_possible, keys, keys.values())):
        raise Refused("EINVAL")
    return call(linux, keys)


def _is_possible(key: str, value: str) -> bool:
    kind = KINDS[key]
    if kind == WORD:
        return True
    if kind == ADDRESS:
        return bool(re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", value)) and all(int(part) < 256 for part in value.split("."))
    if kind == OCTETS:
        return bool(re.fullmatch(r"([0-9a-f]{2})*", value))
    return bool(re.fullmatch(r"[0-9]{1,10}", value)) and int(value) <= int(kind)


def _lines(fd: int) -> Iterator[str | None]:
    """The lines of the input; None stands for one that is too long."""
    held, too_long = b"", False
    while octets := os.read(fd, 1 << 18):
        held += octets
        *lines, held = held.split(b"\n")
        for line in lines:
            yield None if too_long or len(line) >= LINE_MAX else line.decode("latin-1")
            too_long = False
        if len(held) >= LINE_MAX:
            held, too_long = b"", True


def _listen(sock: socket.socket, errors: bool = True) -> None:
    """Hears everything that the kernel can tell, and loses as little of it as the system lets us."""
    sock.setblocking(False)
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
    except PermissionError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
    for option in (IP_RECVTTL, IP_RECVTOS, IP_RECVOPTS, IP_PKTINFO, *[IP_RECVERR] * errors):
        sock.setsockopt(socket.IPPROTO_IP, option, 1)


def _send(sock: socket.socket, keys: Keys, to: tuple[str, int], data: bytes) -> None:
    ancillary: list[tuple[int, int, bytes]] = []
    for key, kind in (("ttl", IP_TTL), ("tos", IP_TOS)):
        if key in keys:
            ancillary.append((socket.IPPROTO_IP, kind, struct.pack("i", int(keys[key]))))
    if "src" in keys:
        ancillary.append((socket.IPPROTO_IP, IP_PKTINFO, struct.pack("i4s4x", 0, socket.inet_aton(keys["src"]))))
    if keys.get("options"):
        ancillary.append((socket.IPPROTO_IP, IP_RETOPTS, bytes.fromhex(keys["options"])))
    usual = sock.getsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER)
    if "df" in keys:
        sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC[keys["df"]])
    try:
        sock.sendmsg([data], ancillary, 0, to)
    except PermissionError:
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST):
            raise
        raise Refused("EPERM") from None  # the kernel has the same word for a broadcast and for a route that prohibits
    finally:
        sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, usual)


def _received(sock: socket.socket, flags: int = 0) -> tuple[bytes, dict[int, bytes], Any] | None:
    while True:
        try:
            data, ancillary, _, source = sock.recvmsg(1 << 16, 1024, flags)
        except BlockingIOError:
            return None
        except OSError:  # an error that is waiting in the error queue as well
            continue
        return data, {kind: value for level, kind, value in ancillary if level == socket.IPPROTO_IP}, source


def _event(number: str, kind: str, sock: socket.socket, data: bytes, ancillary: dict[int, bytes], source: Any) -> str:
    if kind == "echo":
        ident, seq = struct.unpack_from(">HH", data, 4)
        return f"echo.recv src={source[0]} id={ident} seq={seq} data={data[8:].hex()}"
    index, specific, destination = struct.unpack("I4s4s", ancillary[IP_PKTINFO])
    arrived = f"specdst={socket.inet_ntoa(specific)}{_of_the_lab(socket.if_indextoname(index))}"
    ttl, tos = struct.unpack("i", ancillary[IP_TTL])[0], ancillary[IP_TOS][0]
    header = f"ttl={ttl} tos={tos} options={ancillary.get(IP_RECVOPTS, b'').hex()}"
    if kind == "udp":
        ports = f"src={source[0]} sport={source[1]} dst={socket.inet_ntoa(destination)} dport={sock.getsockname()[1]}"
        return f"udp.recv sock={number} {ports} data={data.hex()} {header} {arrived}"
    payload = data[(data[0] & 15) * 4 :].hex()
    return f"ip.recv sock={number} src={source[0]} dst={socket.inet_ntoa(destination)} protocol={data[9]} data={payload} {header} {arrived}"


def _of_the_lab(name: str) -> str:
    """The number of one of the lab's interfaces; nothing of another, such as a board's own."""
    return f" iface={name.removeprefix('postel')}" if re.fullmatch(r"postel\d", name) else ""


def _counters() -> dict[str, int]:
    """Of this namespace: `Ip.InReceives` and its like. Settings that stand among them are left out."""
    found: dict[str, int] = {}
    for name in ("snmp", "netstat"):
        with open(f"/proc/net/{name}", encoding="ascii") as file:
            lines = file.read().splitlines()
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            prefix, *columns = names.split()
            found |= {prefix.replace(":", ".") + key: int(n) for key, n in zip(columns, values.split()[1:], strict=True)}
    return {key: value for key, value in found.items() if key not in ("Ip.Forwarding", "Ip.DefaultTTL")} | _martians()


def _martians() -> dict[str, int]:
    """Datagrams from or to addresses that cannot be, which are counted for all of the system, and nowhere else."""
    try:
        with open("/proc/net/stat/rt_cache", encoding="ascii") as file:
            names, *processors = [line.split() for line in file]
    except OSError:  # another kernel may have no such file
        return {}
    columns = {name: at for at, name in enumerate(names) if name.startswith("in_martian")}
    return {f"RtCache.{name}": sum(int(row[at], 16) for row in processors) for name, at in columns.items()}


def _fragments_held() -> bool:
    with open("/proc/net/sockstat", encoding="ascii") as file:
        return re.search(r"FRAG: inuse [1-9]", file.read()) is not None


def _forget_neighbours() -> None:
    with open("/proc/net/arp", encoding="ascii") as file:
        rows = [line.split() for line in file.read().splitlines()[1:]]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for address, *_, device in rows:
            _delete_neighbour(sock, address, device)


def _delete_neighbour(sock: socket.socket, address: str, device: str) -> None:
    target = struct.pack("H2x4s8x", socket.AF_INET, socket.inet_aton(address))
    try:
        fcntl.ioctl(sock, 0x8953, target + bytes(16) + bytes(4) + bytes(16) + device.encode().ljust(16, b"\0"))  # SIOCDARP
    except OSError as error:
        if error.errno != errno.ENXIO:  # it has gone meanwhile
            raise
