# SPDX-License-Identifier: BSD-2-Clause
"""Groups in the real world: a Linux bridge that snoops and asks sees what the reference joins, filters and leaves."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from postel.base.build import build
from test_iface import KINDS, works

BRIDGE = "ip link add br0 type bridge mcast_snooping 1 mcast_igmp_version 3"


@pytest.fixture
def namespace() -> list[str]:
    """Where there may be a bridge."""
    if not (shutil.which("ip") and shutil.which("bridge") and Path("/dev/net/tun").exists()):
        pytest.skip("ip, bridge or /dev/net/tun is not there")
    for words in KINDS.values():
        if works(words) and subprocess.run([*words, *BRIDGE.split()], capture_output=True, check=False).returncode == 0:
            return words
    pytest.skip("this system does not let us make a bridge that snoops on multicasts")


def test_a_bridge_sees_joins_filters_and_leaves_and_is_answered(namespace: list[str]) -> None:
    v4host = build("release") / "stack" / "port" / "v4host"
    program = Path(__file__).with_name("behind_bridge.py")
    done = subprocess.run([*namespace, sys.executable, program, v4host], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert {"233.252.0.1 * exclude", "233.252.0.2 192.0.2.1 include"} <= set(seen.pop("groups")), seen
    everything = dict.fromkeys(("joined", "filtered", "peer", "answered", "left", "closed"), True)
    assert seen == everything | {"stay": [True, True], "code": 0}
