# SPDX-License-Identifier: BSD-2-Clause
"""Real networks: the tools of Linux see the reference as a router between two hosts, and what each of the three counts adds up."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import between_networks as between
import pytest
from postel.base.build import build
from test_iface import KINDS, works

PACKAGES = {"traceroute": "traceroute", "tracepath": "iputils-tracepath", "mtr": "mtr-tiny", "ping": "iputils-ping", "iperf3": "iperf3", "ip": "iproute2"}
ROUTER, FAR = between.LEFT, between.FAR


@pytest.fixture
def namespace() -> list[str]:
    """In which others can be made, and TAPs."""
    if not Path("/dev/net/tun").exists():
        pytest.skip("/dev/net/tun is not there")
    for words in KINDS.values():
        if works([*words, "sh", "-c", 'ip tuntap add postel0 mode tap && unshare -n "$0"']):
            return words
    pytest.skip("this system does not let us make namespaces with TAPs in them")


def seen(namespace: list[str], trial: str, *tools: str) -> dict[str, Any]:
    for tool in ("ip", *tools):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not there; as root: apt-get install {PACKAGES[tool]}")
    v4host = build("release") / "stack" / "port" / "v4host"
    program = Path(between.__file__)
    done = subprocess.run([*namespace, sys.executable, program, v4host, trial], capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found.pop("code") == 0
    return found


def test_traceroute_sees_the_router(namespace: list[str]) -> None:
    """By UDP, ICMP and TCP."""
    assert seen(namespace, "trace", "traceroute") == dict.fromkeys(("-U", "-I", "-T"), [ROUTER, FAR])


def test_tracepath_learns_the_mtu_behind_the_router(namespace: list[str]) -> None:
    found = seen(namespace, "path", "tracepath")
    assert ROUTER in found["hops"] and found["hops"][-1] == FAR, found
    assert (found["pmtu"], found["reached"]) == ("1280", True)


def test_mtr_loses_nothing(namespace: list[str]) -> None:
    assert seen(namespace, "mtr", "mtr") == {"hops": [ROUTER, FAR], "lost": [0.0, 0.0]}


def test_ping_goes_through_with_and_without_options(namespace: list[str]) -> None:
    """The router has lowered the TTL, passed fragments on, and entered the address by which it has sent into routes and timestamps."""
    found = seen(namespace, "ping", "ping")
    assert found["ttl"] == ["63"] * 3 and found["large"], found
    assert found["route"] == [between.NEAR, between.RIGHT, FAR, FAR, ROUTER, between.NEAR], found
    assert found["stampers"] == [between.NEAR, between.RIGHT, FAR, FAR] and found["stamps"] == 6, found


def test_the_counters_of_all_three_add_up(namespace: list[str]) -> None:
    found, count = seen(namespace, "counters"), between.DATAGRAMS
    assert found == {"returned": count, "near": [count, count], "far": [count, count], "forwarded": 2 * count, "dropped": 0}


def test_iperf3_runs_through_the_router(namespace: list[str]) -> None:
    """What it loses is the socket's, where the machine is busy: the router has passed on what was sent."""
    found = seen(namespace, "stream", "iperf3")
    assert found["packets"] > 500 and found["lost"] < found["packets"] / 10 and found["forwarded"] > found["packets"], found
