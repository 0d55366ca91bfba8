# SPDX-License-Identifier: BSD-2-Clause
"""What the verbs `set`, `get`, `add`, `del` and `list` reach of this kernel (docs/upper-tester.md): files below /proc/sys, sockets'
options, and by netlink interfaces, addresses, routes and neighbours.

Netlink goes through pyroute2, which takes longer to load than a case lasts: who never needs it does not load it. Nothing is
touched where there are other interfaces than the lab's."""

from __future__ import annotations

import importlib
import importlib.util
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from postel.adapters import linux_groups, linux_paths, linux_times
from postel.adapters.linux_groups import GROUP, Groups, is_address

Keys = dict[str, str]
PMTUDISC = {"0": 0, "1": 2, "2": 3}  # IP_PMTUDISC_DONT, _DO, _PROBE
_IP_OPTIONS, _IP_MTU_DISCOVER, _IP_RECVERR, _IP_MTU = 4, 10, 11, 14
_MAIN_TABLE, _BY_KERNEL, _SCOPE_UNIVERSE, _SCOPE_LINK = 254, 2, 0, 253
_SECONDARY, _DEPRECATED, _FOREVER = 0x01, 0x20, 2**32 - 1
_UP, _PROMISCUOUS, _PERMANENT = 0x1, 0x100, 0x80
_USABLE = 0x02 | 0x04 | 0x08 | 0x10 | _PERMANENT  # states in which a neighbour's MAC is known
_ROUTES = {1: "unicast", 6: "blackhole", 7: "unreachable", 8: "prohibit"}
_HOST = {  # a setting of the host, and its file
    "ttl": "ip_default_ttl", "forwarding": "ip_forward", "answer-echo": "icmp_echo_ignore_all", "echo-broadcast": "icmp_echo_ignore_broadcasts", "pmtu-discovery": "ip_no_pmtu_disc",
}  # fmt: skip
_TURNED = ("answer-echo", "echo-broadcast", "pmtu-discovery", "drop-source-routed")  # whose files say the opposite
_CONF = {  # one that the kernel has for each interface and for all
    "directed-broadcast": "bc_forwarding", "drop-source-routed": "accept_source_route", "accept-redirects": "accept_redirects",
    "source-validation": "rp_filter", "send-redirects": "send_redirects",
}  # fmt: skip
_MOST = {"ttl": 255, "source-validation": 2}  # values; of all other settings of the host 1
BY_WHERE_IT_COMES = "directed-broadcast"  # which an interface's own file is about, and not by which it leaves
_IFACE = ("up", "mtu", "mac", "promiscuous")
_CONF_IFACE = {"forwarding": "forwarding"}  # settings that an interface has for itself, in the files of _CONF
_SOCK = ("ttl", "tos", "df", "options", "broadcast", "reports")
_QUERIES = ("pmtu", "mms-s", "mms-r", "source")
_ITEMS = {  # keys that must be there, those that may, and those of them by which one is found again
    "address": ("iface addr len", "primary deprecated probe", "iface addr"),
    "route": ("net len", "gateway iface preference tos type", "net len"),
    "neighbor": ("iface addr mac", "", "iface addr"),
    "path": ("dst mtu", "", "dst"),
}


class Refused(Exception):
    """An operation that ends in `err code=`."""


def is_the_labs() -> bool:
    """Whether this namespace was made for the lab: it holds nothing but `lo` and the interfaces that the lab calls so."""
    names = {name for _, name in socket.if_nameindex()} - {"lo"}
    return bool(names) and all(re.fullmatch(r"postel\d", name) for name in names)


def capabilities() -> list[str]:
    """The names that can be used here."""
    if not is_the_labs():
        return []
    netlink = [*_IFACE, *_ITEMS] if importlib.util.find_spec("pyroute2") else []
    groups = [name for name in linux_groups.CAPS if netlink or name != "igmp-robustness"]
    return list(dict.fromkeys([*_HOST, *_CONF, *linux_times.TIMES, *_SOCK, *_QUERIES, *groups, *netlink]))


def preload() -> None:
    """For who is going to fork: what pyroute2 has loaded is there in each child."""
    with suppress(ImportError):
        importlib.import_module("pyroute2")


class Config:
    """What was changed, and how to take it back."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []
        self._before: list[Keys] | None = None  # the routes before the first change by netlink
        self._down: dict[int, tuple[list[Keys], list[Keys]]] = {}  # by interface: routes and neighbours of before it went down
        self._netlink: Any = None
        self.groups = Groups()
        self.used: set[str] = set()  # where something was sent

    def reset(self) -> None:
        """Takes all back, the latest first; what has gone with something else meanwhile is no matter."""
        while self._undo:
            with suppress(OSError, Refused):
                self._undo.pop()()
        if self._before is not None:
            self._put_back(self._before)
        self.groups.reset()
        self.used.clear()

    def set(self, keys: Keys, sock: socket.socket | None) -> None:
        _private()
        name, value = keys["name"], keys["value"]
        write = self._writer(name, keys, sock)
        old = self.get(keys, sock)
        undo: Callable[[], object] = partial(write, old)
        if name in linux_times.TIMES:
            undo = linux_times.saved(name)
        write(value)
        if sock is None:
            self._undo.append(undo)

    def get(self, keys: Keys, sock: socket.socket | None) -> str:
        _private()
        name = keys["name"]
        if name not in capabilities():
            raise Refused("EOPNOTSUPP")
        if "dst" in keys and name in _QUERIES or name == "mms-r":
            return _query(name, keys.get("dst", ""))
        if sock and name in linux_groups.SOCK and (name == "group-filter") == ("addr" in keys):
            return self.groups.option(sock, name, _place(keys) if "addr" in keys else ("", 0))
        if sock and name in _SOCK:
            return _option(sock, name)
        if "iface" in keys and name in (*linux_groups.IFACE, *linux_groups.QUERIES) and _has(keys["iface"]):
            return self.groups.interface(int(keys["iface"]), name)
        if "iface" in keys and name in _IFACE:
            return self._interface(int(keys["iface"]), name)
        if "iface" in keys and name == BY_WHERE_IT_COMES:
            raise Refused("EOPNOTSUPP")
        if "iface" in keys and name in _CONF_IFACE and _has(keys["iface"]):
            return _read(f"conf/postel{keys['iface']}/{_CONF_IFACE[name]}")
        if set(keys) <= {"name", "value"} and name in linux_times.TIMES:
            return linux_times.get(name)
        if set(keys) <= {"name", "value"} and name in {**_HOST, **_CONF}:
            value = _read(_HOST.get(name) or f"conf/all/{_CONF[name]}")
            return str(1 - min(int(value), 1)) if name in _TURNED else value
        raise Refused("EINVAL")

    def _writer(self, name: str, keys: Keys, sock: socket.socket | None) -> Callable[[str], object]:
        if name not in capabilities():
            raise Refused("EOPNOTSUPP")
        if sock and name in linux_groups.SOCK and (name == "group-filter") == ("addr" in keys):
            return partial(self._filter, sock, _place(keys)) if "addr" in keys else partial(self._multicast, sock, name)
        if sock and name in _SOCK:
            return partial(_set_option, sock, name)
        if "iface" in keys and name in linux_groups.IFACE and _has(keys["iface"]):
            return partial(self._igmp, int(keys["iface"]), name)
        if "iface" in keys and name in _IFACE:
            return partial(self._set_interface, int(keys["iface"]), name)
        if "iface" in keys and name in _CONF_IFACE and _has(keys["iface"]):
            return partial(_set_conf, keys["iface"], name)
        if set(keys) == {"name", "value"} and name in linux_times.TIMES:
            return partial(_set_time, name)
        if set(keys) == {"name", "value"} and name in {**_HOST, **_CONF}:
            return partial(_set_host, name)
        raise Refused("EINVAL")

    def _filter(self, sock: socket.socket, place: linux_groups.Place, value: str) -> None:
        mode, *sources = value.split(",")
        if mode not in ("include", "exclude") or not all(map(is_address, sources)):
            raise Refused("EINVAL")
        self.groups.filter(sock, place, mode, sources)

    def _multicast(self, sock: socket.socket, name: str, value: str) -> None:
        number = _number(value, 255 if name == "multicast-ttl" else 1)
        if name == "multicast-iface" and not _has(value):
            raise Refused("EINVAL")
        self.groups.set_option(sock, name, number)

    def _igmp(self, iface: int, name: str, value: str) -> None:
        """The robustness of the file holds for versions 1 and 2; of version 3 an interface takes it when it comes up, and keeps it."""
        number = _number(value, 3 if name == "igmp-version" else 7)
        if not number:
            raise Refused("EINVAL")
        if name == "igmp-version":
            self.groups.set_version(iface, number)
            return
        self.groups.usual = self.groups.usual or str(linux_groups.robustness(number))
        linux_groups.robustness(number)
        for up in "01":
            self._set_interface(iface, "up", up)
        self.groups.robust[iface] = value

    def _member(self, keys: Keys, sock: socket.socket | None, verb: str) -> None:
        """A socket joins or leaves a group; whatever it is in goes with it."""
        _private()
        if not sock or "addr" not in keys or not {*keys} <= {"kind", "sock", "addr", "iface"}:
            raise Refused("EINVAL")
        try:
            (self.groups.join if verb == "add" else self.groups.leave)(sock, _place(keys))
        except OSError as error:
            raise Refused(linux_groups.refused(error)) if linux_groups.refused(error) else error from None

    def add(self, keys: Keys, sock: socket.socket | None = None) -> None:
        if keys["kind"] == GROUP:
            return self._member(keys, sock, "add")
        item = self._known(keys, _ITEMS[keys["kind"]][0] if keys["kind"] in _ITEMS else "")
        if keys["kind"] == "route":
            item = {"preference": "0", "tos": "0", "type": "unicast"} | item
        if keys["kind"] == "route" and any(item.items() <= each.items() for each in self._routes()):
            raise Refused("EEXIST")  # the kernel would take it twice
        if keys["kind"] == "neighbor" and any(_same(item, each, "iface addr") for each in self._neighbors(_PERMANENT)):
            raise Refused("EEXIST")
        if keys["kind"] == "path" and (int(item["mtu"]) < 68 or not 0 < int(item["dst"].partition(".")[0]) < 224):
            raise Refused("EINVAL")
        self._change("add", keys["kind"], item)
        self._undo.append(partial(self._change, "del", keys["kind"], item))

    def remove(self, keys: Keys, sock: socket.socket | None = None) -> None:
        if keys["kind"] == GROUP:
            return self._member(keys, sock, "del")
        item = self._known(keys, _ITEMS[keys["kind"]][2] if keys["kind"] in _ITEMS else "")
        held = [each for each in self.listed(keys["kind"]) if item.items() <= each.items() and each.get("set") != "0"]
        if not held:
            raise Refused("ENOENT")
        self._change("del", keys["kind"], held[0])
        self._undo.append(partial(self._change, "add", keys["kind"], held[0]))

    def listed(self, kind: str, iface: str | None = None) -> list[Keys]:
        _private()
        if kind == GROUP:
            return [item for item in self.groups.listed() if iface in (None, item["iface"])]
        if kind not in capabilities() or kind not in _ITEMS:
            raise Refused("EOPNOTSUPP")
        lists: dict[str, Callable[[], list[Keys]]] = {"address": self._addresses, "route": self._routes, "neighbor": self._neighbors, "path": self._paths}
        return [item for item in lists[kind]() if iface in (None, item.get("iface"))]

    def _known(self, keys: Keys, needed: str) -> Keys:
        """The item that these keys tell of, once it may be touched."""
        _private()
        if keys["kind"] not in capabilities() or keys["kind"] not in _ITEMS:
            raise Refused("EOPNOTSUPP")
        may = set(" ".join(_ITEMS[keys["kind"]]).split())
        item = {key: value for key, value in keys.items() if key != "kind"}
        if not set(needed.split()) <= set(item) <= may:
            raise Refused("EINVAL")
        return item

    def _ip(self) -> Any:
        if self._netlink is None:
            from pyroute2 import IPRoute

            self._netlink = IPRoute()
            self._before = self._routes()
        return self._netlink

    def _asked(self, what: str, *words: str | int, **keys: Any) -> Any:
        """A call of pyroute2, whose error becomes the kernel's own."""
        from pyroute2.netlink.exceptions import NetlinkError

        try:
            return getattr(self._ip(), what)(*words, **keys)
        except NetlinkError as error:
            raise OSError(error.code, str(error)) from None

    def _interface(self, number: int, name: str) -> str:
        [link] = self._asked("get_links", _index(number))
        if name in ("up", "promiscuous"):
            return str(int(bool(link["flags"] & (_UP if name == "up" else _PROMISCUOUS))))
        return str(link.get_attr("IFLA_MTU") if name == "mtu" else link.get_attr("IFLA_ADDRESS").replace(":", ""))

    def _set_interface(self, number: int, name: str, value: str) -> None:
        """Of who goes down the kernel forgets routes and neighbours, static ones too: they come back with it."""
        if name == "mac":
            self._asked("link", "set", index=_index(number), address=_mac(value))
        elif name == "mtu":
            self._asked("link", "set", index=_index(number), mtu=_number(value, 65_535))
        else:
            flag, on = (_UP if name == "up" else _PROMISCUOUS), _number(value, 1)
            held = self._routes(), self._neighbors(_PERMANENT)
            self._asked("link", "set", index=_index(number), flags=flag * on, change=flag)
            if name == "up" and not on and number not in self._down:
                self._down[number] = held
            if name == "up" and on:
                self._put_back(*self._down.pop(number, ([], [])))

    def _change(self, verb: str, kind: str, item: Keys) -> None:
        {"address": self._address, "route": self._route, "neighbor": self._neighbor, "path": self._path}[kind](verb, item)

    def _address(self, verb: str, item: Keys) -> None:
        """The primary address of a network is the one that was there first: who shall be it comes before all others."""
        index, length = _index(int(item["iface"])), _number(item["len"], 32)
        if verb == "del":
            _write("conf/all/promote_secondaries", "1")  # or all others of its network would go with it
            self._asked("addr", "del", index=index, address=item["addr"], prefixlen=length)
            return
        if item.get("probe") == "1":
            raise Refused("EOPNOTSUPP")  # programs test addresses (RFC 5227) before they give them to the kernel
        others = [each for each in self._addresses() if each["iface"] == item["iface"]] if item.get("primary") == "1" else []
        if any(each["addr"] == item["addr"] for each in others):
            raise Refused("EEXIST")
        routes = self._routes()
        for each in reversed(others):
            self._address("del", each)
        life = {"preferred": 0, "ifa_preferred": 0, "ifa_valid": _FOREVER}
        more = {"cacheinfo": life} if item.get("deprecated") == "1" else {}
        self._asked("addr", "add", index=index, address=item["addr"], prefixlen=length, broadcast=_broadcast(item["addr"], length), **more)
        for each in others:
            self._address("add", each | {"primary": "0"})
        self._put_back(routes if others else [])

    def _addresses(self) -> list[Keys]:
        return [
            {
                "iface": number, "addr": each.get_attr("IFA_LOCAL"), "len": str(each["prefixlen"]),
                "primary": str(int(not flags & _SECONDARY)), "deprecated": str(int(bool(flags & _DEPRECATED))),
            }
            for each in self._asked("get_addr", family=socket.AF_INET)
            if (number := _number_of(each["index"])) is not None and (flags := each.get_attr("IFA_FLAGS") or each["flags"]) is not None
        ]  # fmt: skip

    def _route(self, verb: str, item: Keys) -> None:
        """Several ways to one network stand behind each other, whatever their gateways: the kernel's own `add` would refuse."""
        kinds = {name: kind for kind, name in _ROUTES.items()}
        kind = item.get("type", "unicast")
        if kind not in kinds or (kind == "unicast") != ("gateway" in item or "iface" in item):
            raise Refused("EINVAL")
        what: dict[str, Any] = {"dst": f"{item['net']}/{_number(item['len'], 32)}", "type": kind, "tos": int(item.get("tos", 0))}
        what["priority"] = int(item.get("preference", 0))
        what["scope"] = _SCOPE_UNIVERSE if "gateway" in item or kind != "unicast" else _SCOPE_LINK
        if "gateway" in item:
            what["gateway"] = item["gateway"]
        if "iface" in item:
            what["oif"] = _index(int(item["iface"]))
        self._asked("route", "append" if verb == "add" else "del", **what)

    def _routes(self) -> list[Keys]:
        """Those of the main table but what the kernel makes of addresses by itself."""
        found = []
        for each in self._asked("get_routes", family=socket.AF_INET, table=_MAIN_TABLE):
            if each["proto"] == _BY_KERNEL or each["type"] not in _ROUTES or linux_paths.is_one(each):
                continue
            route = {"net": each.get_attr("RTA_DST") or "0.0.0.0", "len": str(each["dst_len"]), "type": _ROUTES[each["type"]]}
            route |= {"preference": str(each.get_attr("RTA_PRIORITY") or 0), "tos": str(each["tos"])}
            way = ("gateway", each.get_attr("RTA_GATEWAY")), ("iface", _number_of(each.get_attr("RTA_OIF")))
            found.append(route | {key: value for key, value in way if value})
        return found

    def _put_back(self, routes: list[Keys], neighbors: list[Keys] | None = None) -> None:
        """What has gone of these; a route that leads nowhere now stays away."""
        for kind, wanted, held in (("route", routes, self._routes()), ("neighbor", neighbors or [], self._neighbors(_PERMANENT))):
            for item in wanted:
                if item not in held:
                    with suppress(OSError):
                        self._change("add", kind, item)

    def _path(self, verb: str, item: Keys) -> None:
        linux_paths.change(self._asked, verb, item)

    def _paths(self) -> list[Keys]:
        for dst in self.used:  # the kernel lists what it has learned once it has looked a way up by it
            with suppress(OSError):
                _query("pmtu", dst)
        return linux_paths.listed(self._asked)

    def _neighbor(self, verb: str, item: Keys) -> None:
        what = {"dst": item["addr"], "ifindex": _index(int(item["iface"]))}
        more = {"lladdr": _mac(item["mac"]), "state": "permanent"} if verb == "add" else {}
        self._asked("neigh", "replace" if verb == "add" else "del", **what, **more)

    def _neighbors(self, states: int = _USABLE) -> list[Keys]:
        return [
            {"iface": number, "addr": each.get_attr("NDA_DST"), "mac": each.get_attr("NDA_LLADDR").replace(":", "")}
            for each in self._asked("get_neighbours", family=socket.AF_INET)
            if each["state"] & states and (number := _number_of(each["ifindex"])) is not None
        ]


def _private() -> None:
    if not is_the_labs():
        raise Refused("EPERM")


def _has(number: str) -> bool:
    return number.isdecimal() and f"postel{number}" in {name for _, name in socket.if_nameindex()}


def _place(keys: Keys) -> linux_groups.Place:
    if "iface" in keys and not _has(keys["iface"]):
        raise Refused("EINVAL")
    return keys["addr"], _index(int(keys["iface"])) if "iface" in keys else 0


def _same(one: Keys, other: Keys, keys: str) -> bool:
    return all(one.get(key) == other.get(key) for key in keys.split())


def _number(value: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) > most:
        raise Refused("EINVAL")
    return int(value)


def _mac(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{12}", value):
        raise Refused("EINVAL")
    return ":".join(value[at : at + 2] for at in range(0, 12, 2))


def _broadcast(address: str, length: int) -> str:
    host = (1 << 32 - length) - 1 if length < 31 else 0
    return socket.inet_ntoa((int.from_bytes(socket.inet_aton(address), "big") | host).to_bytes(4, "big"))


def _index(number: int) -> int:
    return socket.if_nametoindex(f"postel{number}")


def _number_of(index: int | None) -> str | None:
    """Of one of the lab's interfaces."""
    name = dict(socket.if_nameindex()).get(index or 0, "")
    return name.removeprefix("postel") if name.startswith("postel") else None


def _read(name: str) -> str:
    with open(f"/proc/sys/net/ipv4/{name}", encoding="ascii") as file:
        return file.read().strip()


def _write(name: str, value: str) -> None:
    with open(f"/proc/sys/net/ipv4/{name}", "w", encoding="ascii") as file:
        file.write(value)


def _set_host(name: str, value: str) -> None:
    """What holds for all holds for an interface only together with its own, so both are written."""
    number = _number(value, _MOST.get(name, 1))
    if name in _HOST:
        _write(_HOST[name], str(1 - number if name in _TURNED else number))
        return
    for place in ("all", "default", *(each for _, each in socket.if_nameindex() if each != "lo")):
        _write(f"conf/{place}/{_CONF[name]}", str(1 - number if name in _TURNED else number))


def _set_conf(iface: str, name: str, value: str) -> None:
    _write(f"conf/postel{iface}/{_CONF_IFACE[name]}", str(_number(value, 1)))


def _set_time(name: str, value: str) -> None:
    least, most = linux_times.TIMES[name]
    number = _number(value, 255 if name == "neighbor-polls" else 2**32 - 1)
    if number < least and name != "pmtu-age":
        raise Refused("EINVAL")
    if not least <= number <= most:
        raise Refused("EOPNOTSUPP")  # more than the kernel's files take; and it knows no path that is never asked for again
    linux_times.set_(name, number)


def _option(sock: socket.socket, name: str) -> str:
    if name == "broadcast":
        return str(sock.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST))
    if name == "reports":
        return str(sock.getsockopt(socket.IPPROTO_IP, _IP_RECVERR))
    if name == "options":
        return sock.getsockopt(socket.IPPROTO_IP, _IP_OPTIONS, 40).hex()
    if name == "df":
        held = sock.getsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER)
        return next((value for value, meant in PMTUDISC.items() if meant == held), "0")
    return str(sock.getsockopt(socket.IPPROTO_IP, socket.IP_TTL if name == "ttl" else socket.IP_TOS))


def _set_option(sock: socket.socket, name: str, value: str) -> None:
    if name == "options":
        if not re.fullmatch(r"([0-9a-f]{2}){0,40}", value):
            raise Refused("EINVAL")
        sock.setsockopt(socket.IPPROTO_IP, _IP_OPTIONS, bytes.fromhex(value))
    elif name == "reports":
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, _number(value, 1))
    elif name == "broadcast":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, _number(value, 1))
    elif name == "df":
        sock.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, PMTUDISC[str(_number(value, 2))])
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL if name == "ttl" else socket.IP_TOS, _number(value, 255))


def _query(name: str, dst: str) -> str:
    """What the kernel would do with a datagram to this destination: a connected socket knows, and sends nothing."""
    if name == "mms-r":
        return str(65_535 - 20)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.connect((dst, 9))
        if name == "source":
            return str(sock.getsockname()[0])
        mtu = sock.getsockopt(socket.IPPROTO_IP, _IP_MTU)
        return str(mtu if name == "pmtu" else mtu - 20)
