# SPDX-License-Identifier: BSD-2-Clause
"""What this kernel knows of paths: the MTU that a user has set is that of a host route which no message changes, what routers have said is
kept beside the route."""

import socket
from collections.abc import Callable
from typing import Any

from postel.adapters import linux_times

Keys = dict[str, str]
Asked = Callable[..., Any]  # a call of pyroute2, by its name
_MAIN_TABLE, _LINK_SCOPE, _ANY_SCOPE, _LOCK_MTU, _LEARNED, _TICKS = 254, 253, 255, 1 << 2, 0x200, 100  # RTAX_LOCK's bit of RTAX_MTU, RTM_F_CLONED, USER_HZ


def is_one(route: Any) -> bool:
    """Whether it is here for its MTU, and not as a way."""
    return bool((_metric(route, "RTAX_LOCK") or 0) & _LOCK_MTU)


def change(asked: Asked, verb: str, item: Keys) -> None:
    if verb == "del":
        asked("route", "del", dst=f"{item['dst']}/32", scope=_ANY_SCOPE, metrics={"lock": _LOCK_MTU, "mtu": int(item["mtu"])})
        return
    [way] = asked("route", "get", dst=item["dst"])
    [link] = asked("get_links", way.get_attr("RTA_OIF"))
    longest = min(int(item["mtu"]), link.get_attr("IFLA_MTU"))  # the kernel would send what the link does not carry
    gateway = {"gateway": way.get_attr("RTA_GATEWAY")} if way.get_attr("RTA_GATEWAY") else {"scope": _LINK_SCOPE}
    metrics = {"lock": _LOCK_MTU, "mtu": longest}
    asked("route", "add", dst=f"{item['dst']}/32", oif=way.get_attr("RTA_OIF"), metrics=metrics, **gateway)


def listed(asked: Asked) -> list[Keys]:
    kept = int(linux_times.get("pmtu-age"))
    found = [
        {"dst": route.get_attr("RTA_DST"), "mtu": str(_metric(route, "RTAX_MTU")), "set": "1"}
        for route in asked("get_routes", family=socket.AF_INET, table=_MAIN_TABLE)
        if is_one(route)
    ]
    for each in asked("get_routes", family=socket.AF_INET, flags=_LEARNED):
        times, mtu = each.get_attr("RTA_CACHEINFO"), _metric(each, "RTAX_MTU")
        if each["flags"] & _LEARNED and mtu and times and times["rta_expires"] > 0:
            age = kept + -times["rta_expires"] // _TICKS  # the whole seconds that have passed
            found.append({"dst": each.get_attr("RTA_DST"), "mtu": str(mtu), "set": "0", "age": str(max(age, 0))})
    return found


def _metric(route: Any, name: str) -> int | None:
    metrics = route.get_attr("RTA_METRICS")
    value: int | None = metrics.get_attr(name) if metrics else None
    return value
