# SPDX-License-Identifier: BSD-2-Clause
"""`iut check` of an IUT that can be configured: a sound one passes, and each mistake in the five verbs is named."""

from collections.abc import Callable
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any, cast

import pytest
from postel.catalogue import names
from postel.iut.upper import Upper
from postel.kit import LEFT, RIGHT, LowerTester
from postel.checking import config_check
from postel.checking.words import Broken, Lacking

CAPS = "udp,ttl,mtu,mac,reassembly,options,source,error,address,route,neighbor,advice,group,group-filter"
FIRST = {"ttl": "64", "reassembly": "first"} | {f"mtu iface={n}": "1500" for n in (0, 1)} | {f"mac iface={n}": f"02000000000{n}" for n in (0, 1)}
TWO = SimpleNamespace(definition=SimpleNamespace(interfaces=2))
LT = cast(LowerTester, SimpleNamespace(me=LEFT.lt, left=LEFT, right=RIGHT, instance=TWO, settle=lambda **how: None))


class Sound:
    """Settings, queries and items, held as a host holds them."""

    masks = True  # a route's network has no host bits

    def __init__(self, caps: str = CAPS) -> None:
        self.caps, self.socks = caps, 0
        self.reset()

    def reset(self) -> None:
        self.values, self.items = dict(FIRST), {"address": [{"iface": "0", "addr": LEFT.iut, "len": "20"}], "route": [], "neighbor": [], "advice": [], "group": []}

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]:
        seq, op, *words = line.split(" ")
        *events, reply = self.carry_out(op, dict(word.split("=", 1) for word in words))
        return [*events, f"{seq} {reply}"]

    def carry_out(self, op: str, keys: dict[str, str]) -> list[str]:
        if op == "hello":
            return [f"ok version=1 name=mine release=1 caps={self.caps}"]
        if op == "reset":
            self.reset()
            return ["ok"]
        if op == "udp.bind":
            self.socks += 1
            self.values |= {f"ttl sock={self.socks}": "64", f"options sock={self.socks}": "", f"error sock={self.socks}": "OK"}
            self.values |= {f"group-filter sock={self.socks} addr={config_check.GROUP}": "include"}
            return [f"ok sock={self.socks}"]
        if op == "udp.close":
            self.close(keys["sock"])
            return ["ok"]
        verbs: dict[str, Callable[[dict[str, str]], list[str]]] = {
            "set": self.set, "get": self.get, "add": self.add, "del": self.delete, "list": self.list,
        }  # fmt: skip
        return verbs[op](keys) if op in verbs else ["err code=ENOSYS"]

    def close(self, sock: str) -> None:
        self.items["group"] = [item for item in self.items["group"] if item["sock"] != sock]

    def place(self, keys: dict[str, str]) -> tuple[str, str]:
        """Of a setting; and the error where there is none."""
        if "name" not in keys:
            return "", "EINVAL"
        if keys["name"] not in (*self.caps.split(","),):
            return "", "EOPNOTSUPP"
        place = " ".join([keys["name"], *(f"{key}={keys[key]}" for key in ("iface", "sock", "addr") if key in keys)])
        return (place, "") if place in self.values else (place, "EINVAL")

    def set(self, keys: dict[str, str]) -> list[str]:
        place, wrong = self.place(keys)
        if wrong or keys["name"] == "error" or "value" not in keys or not names.fits(keys["value"], names.names()[keys["name"]].type):
            return [f"err code={wrong or 'EINVAL'}"]
        self.values[place] = keys["value"]
        return ["ok"]

    def get(self, keys: dict[str, str]) -> list[str]:
        if keys.get("name") == "source" and "dst" in keys:
            return [f"ok value={LEFT.iut}"]
        place, wrong = self.place(keys)
        return [f"err code={wrong}" if wrong else f"ok value={self.values[place]}"]

    def kind(self, keys: dict[str, str], needed: str) -> str:
        """The error of a request about items, if it has one."""
        if "kind" not in keys:
            return "EINVAL"
        if keys["kind"] not in self.items:
            return "EOPNOTSUPP"
        row = names.names()[keys["kind"]]
        needs = set(row.del_) & set(row.keys) if needed == "del" else set(row.keys) if needed == "add" else set()
        return "" if needs <= set(keys) else "EINVAL"

    def found(self, keys: dict[str, str]) -> list[dict[str, str]]:
        return [item for item in self.items[keys["kind"]] if all(item[key] == keys.get(key, item[key]) for key in names.names()[keys["kind"]].del_)]

    def add(self, keys: dict[str, str]) -> list[str]:
        if wrong := self.kind(keys, "add"):
            return [f"err code={wrong}"]
        if self.masks and "net" in keys:
            keys |= {"net": str(ip_network((keys["net"], int(keys["len"])), strict=False).network_address)}
        if keys["kind"] != "advice" and self.found(keys):
            return ["err code=EEXIST"]
        self.items[keys["kind"]].append({key: value for key, value in keys.items() if key != "kind"})
        return ["ok"]

    def delete(self, keys: dict[str, str]) -> list[str]:
        if wrong := self.kind(keys, "del"):
            return [f"err code={wrong}"]
        if not self.found(keys):
            return ["err code=ENOENT"]
        self.items[keys["kind"]].remove(self.found(keys)[0])
        return ["ok"]

    def list(self, keys: dict[str, str]) -> list[str]:
        if wrong := self.kind(keys, "list"):
            return [f"err code={wrong}"]
        items = [item for item in self.items[keys["kind"]] if keys.get("iface", item.get("iface")) == item.get("iface")]
        return [*(" ".join(["*", keys["kind"], *map("=".join, self.told(keys["kind"], item).items())]) for item in items), "ok"]

    def told(self, kind: str, item: dict[str, str]) -> dict[str, str]:
        if kind == "group":
            return {key: value for key, value in item.items() if key != "sock"} | {"mode": "exclude", "sources": ""}
        first = next(each for each in self.items[kind] if kind != "address" or each["addr"][:8] == item["addr"][:8])
        return item | ({"primary": "01"[item is first]} if kind == "address" else {})


def test_a_sound_one_passes() -> None:
    for check in config_check.CHECKS:
        check(LT, Upper(Sound()))


def test_who_names_nothing_is_not_checked() -> None:
    for check in config_check.CHECKS:
        with pytest.raises(Lacking, match="a capability that names what can be set"):
            check(LT, Upper(Sound("udp")))


def wrong(op: str, **said: Any) -> type[Sound]:
    """A sound one, but for one reply: to `op` with these keys."""
    reply = said.pop("reply")

    class Wrong(Sound):
        def carry_out(self, asked: str, keys: dict[str, str]) -> list[str]:
            mine = asked == op and all(keys.get(key) == value for key, value in said.items())
            return [reply] if mine else super().carry_out(asked, keys)

    return Wrong


class KeepsAll(Sound):
    def reset(self) -> None:
        if not hasattr(self, "values"):
            super().reset()


class ListsTwice(Sound):
    def list(self, keys: dict[str, str]) -> list[str]:
        *events, reply = super().list(keys)
        return [*events, *events, reply]


class TakesBad(Sound):
    def set(self, keys: dict[str, str]) -> list[str]:
        said = super().set(keys)
        if said == ["err code=EINVAL"] and keys.get("value") == "256":
            self.values[self.place(keys)[0]] = "7"
        return said


class ForgetsNothing(Sound):
    """Shorter options leave the end of longer ones there."""

    def set(self, keys: dict[str, str]) -> list[str]:
        return ["ok"] if keys.get("name") == "options" and keys.get("value") == "" else super().set(keys)


class SixteenBits(Sound):
    def set(self, keys: dict[str, str]) -> list[str]:
        value = keys.get("value", "")
        return super().set(keys | ({"value": str(int(value) % 65536)} if keys.get("name") == "mtu" and value.isdecimal() else {}))


class OneForAll(Sound):
    def place(self, keys: dict[str, str]) -> tuple[str, str]:
        return super().place(keys | ({"iface": "0"} if keys.get("iface") == "1" else {}))


class Anywhere(Sound):
    def place(self, keys: dict[str, str]) -> tuple[str, str]:
        return super().place(keys | ({"iface": "0"} if keys.get("iface") == "7" else {}))


class ListsAll(Sound):
    def list(self, keys: dict[str, str]) -> list[str]:
        return super().list({key: value for key, value in keys.items() if key != "iface"})


class ListsTheFirst(Sound):
    def list(self, keys: dict[str, str]) -> list[str]:
        return super().list({"iface": "0"} | keys)


class TurnsRound(Sound):
    def told(self, kind: str, item: dict[str, str]) -> dict[str, str]:
        told = super().told(kind, item)
        return told | ({"primary": "10"[int(told["primary"])]} if kind == "address" else {})


class LeavesNoGroup(Sound):
    def close(self, sock: str) -> None:
        pass


class ClosesAllGroups(Sound):
    def close(self, sock: str) -> None:
        self.items["group"] = []


class AnyGateway(Sound):
    def found(self, keys: dict[str, str]) -> list[dict[str, str]]:
        every = [item for item in self.items["route"] if item["net"] == keys.get("net")]
        return every if keys["kind"] == "route" and every and "preference" not in keys else super().found(keys)


class HostBits(Sound):
    masks = False


@pytest.mark.parametrize("adapter, said", [
    (wrong("set", name=config_check.UNKNOWN, reply="err code=ENOSYS"), "set name=florp-x7f3 value=1`: expected EOPNOTSUPP, it is ENOSYS"),
    (wrong("list", kind=config_check.UNKNOWN, reply="ok"), "list kind=florp-x7f3`: expected EOPNOTSUPP, it is ok"),
    (wrong("get", name="mtu", reply="err code=EOPNOTSUPP"), "it claims mtu, and get says EOPNOTSUPP"),
    (wrong("set", name="mtu", reply="ok"), "what `get name=mtu iface=0` gives after 576 was set: expected 576, it is 1500"),
    (wrong("set", name="ttl", value="256", reply="ok"), "the error for `set name=ttl value=256`: expected EINVAL, it is ok"),
    (TakesBad, "what `get name=ttl` gives after that: expected 63, it is 7"),
    (wrong("set", name="reassembly", value="florp-x7f3", reply="ok"), "value=florp-x7f3`: expected EINVAL, it is ok"),
    (wrong("set", name="options", reply="ok"), "after 01010100 was set: expected 01010100"),
    (wrong("get", name="source", reply="err code=ENETUNREACH"), "get name=source dst=.*expected ok, it is ENETUNREACH"),
    (wrong("add", kind="address", addr="203.0.113.9", reply="ok"), "how often `list kind=address` tells of it after .*expected 1, it is 0"),
    (ListsTwice, "how often .*expected 1, it is 2"),
    (wrong("del", kind="neighbor", reply="ok"), "how often `list kind=neighbor` tells of it after .*expected 0, it is 1"),
    (KeepsAll, "ttl after reset: expected 64, it is 63"),
    (ForgetsNothing, "what `get name=options sock=2` gives after nothing was set: expected , it is 01010100"),
    (SixteenBits, "the error for `set name=mtu value=66112 iface=0`: expected EINVAL, it is ok"),
    (OneForAll, "what `get name=mtu iface=1` gives after that of the first interface was set: expected 1500, it is 576"),
    (Anywhere, "the error for `get name=mtu iface=7`: expected EINVAL, it is ok"),
    (ListsAll, "`list kind=neighbor iface=1` tells of one of interface 0: expected 0, it is 1"),
    (ListsTheFirst, "`list kind=neighbor` tells of one of interface 1: expected 1, it is 0"),
    (TurnsRound, "whether 203.0.113.9 is primary: expected 1, it is 0"),
    (AnyGateway, "had another one that was taken back: expected 1, it is 0"),
    (HostBits, "after a route to 192.0.2.9 of that length: expected ok, it is ENOENT"),
    (LeavesNoGroup, "while 1 of two sockets is in it: expected 1, it is 2"),
    (ClosesAllGroups, "while 1 of two sockets is in it: expected 1, it is 0"),
    (wrong("set", name="group-filter", value="include,192.0.2", reply="ok"), "value=include,192.0.2 .*: expected EINVAL, it is ok"),
], ids=range(25))  # fmt: skip
def test_each_mistake_is_named(adapter: type[Sound], said: str) -> None:
    upper = Upper(adapter())
    with pytest.raises(Broken, match=said):
        for check in config_check.CHECKS:
            check(LT, upper)
