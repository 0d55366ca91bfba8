# SPDX-License-Identifier: BSD-2-Clause
"""`iut check` of an IUT that can be configured: a sound one passes, and each mistake in the five verbs is named."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from postel.catalogue import names
from postel.iut.upper import Upper
from postel.kit import LEFT, LowerTester
from postel.runs import config_check
from postel.runs.checking import Broken, Lacking

CAPS = "udp,ttl,mtu,mac,reassembly,options,source,address,neighbor,advice"
FIRST = {"ttl": "64", "mtu iface=0": "1500", "mac iface=0": "020000000002", "reassembly": "first"}
LT = cast(LowerTester, SimpleNamespace(me=LEFT.lt, left=LEFT, settle=lambda **how: None))


class Sound:
    """Settings, a query and items, held as a host holds them."""

    def __init__(self, caps: str = CAPS) -> None:
        self.caps, self.socks = caps, 0
        self.reset()

    def reset(self) -> None:
        self.values, self.items = dict(FIRST), {"address": [{"iface": "0", "addr": LEFT.iut, "len": "20"}], "neighbor": [], "advice": []}

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
            self.values |= {f"ttl sock={self.socks}": "64", f"options sock={self.socks}": ""}
            return [f"ok sock={self.socks}"]
        verbs: dict[str, Callable[[dict[str, str]], list[str]]] = {
            "set": self.set, "get": self.get, "add": self.add, "del": self.delete, "list": self.list,
        }  # fmt: skip
        return verbs[op](keys) if op in verbs else ["err code=ENOSYS"]

    def place(self, keys: dict[str, str]) -> tuple[str, str]:
        """Of a setting; and the error where there is none."""
        if "name" not in keys:
            return "", "EINVAL"
        if keys["name"] not in (*self.caps.split(","),):
            return "", "EOPNOTSUPP"
        place = " ".join([keys["name"], *(f"{key}={keys[key]}" for key in ("iface", "sock") if key in keys)])
        return (place, "") if place in self.values else (place, "EINVAL")

    def set(self, keys: dict[str, str]) -> list[str]:
        place, wrong = self.place(keys)
        if wrong or "value" not in keys or not names.fits(keys["value"], names.names()[keys["name"]].type):
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
        return "" if set(row.del_ if needed == "del" else row.keys if needed == "add" else ()) <= set(keys) else "EINVAL"

    def found(self, keys: dict[str, str]) -> list[dict[str, str]]:
        return [item for item in self.items[keys["kind"]] if all(item[key] == keys[key] for key in names.names()[keys["kind"]].del_)]

    def add(self, keys: dict[str, str]) -> list[str]:
        if wrong := self.kind(keys, "add"):
            return [f"err code={wrong}"]
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
        return [*(" ".join(["*", keys["kind"], *map("=".join, item.items())]) for item in self.items[keys["kind"]]), "ok"]


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
], ids=range(13))  # fmt: skip
def test_each_mistake_is_named(adapter: type[Sound], said: str) -> None:
    upper = Upper(adapter())
    with pytest.raises(Broken, match=said):
        for check in config_check.CHECKS:
            check(LT, upper)
