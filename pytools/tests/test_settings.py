# SPDX-License-Identifier: BSD-2-Clause
"""Linux is judged under settings that are told, each with its default and why."""

import pytest
from postel.iut import iut
from postel.lab import linux
from postel.runs.bench import Bench, Target


def test_what_is_told_is_what_is_written() -> None:
    written = {f"ipv4/{name}": value for name, value in linux._HOST.items()}
    written |= {f"ipv4/conf/{name}": value for name, value in linux._CONF.items()}
    written |= {f"ipv4/neigh/{name}": value for name, value in linux._NEIGH.items()}
    for name, value, default, why in linux.CHANGED:
        plain = name.replace("/*", "").replace("/all", "")
        assert value is None or plain.startswith("ipv6") or value == written[plain], name
        assert str(value) != default and why


@pytest.mark.parametrize("name, told", [("linux", len(linux.CHANGED)), ("reference", 0)])
def test_of_whom(name: str, told: int) -> None:
    definition = iut.load(name)
    target = Target(definition, definition.links[0], "modern", lambda: pytest.fail("nobody starts it"))
    lines = Bench(target).settings()
    assert len(lines) == told
    assert told == 0 or "net.ipv4.ipfrag_time = 1 (by default 30): a reassembly that times out is waited for in each run" in lines
