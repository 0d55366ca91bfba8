# SPDX-License-Identifier: BSD-2-Clause
"""What a host passes on that is the hop of a source route."""

from typing import Any

from postel.kit.expect import Expectation, anything
from postel.kit.lower import LowerTester
from postel.kit.packets import echo, probe
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES


def passed_on(lt: LowerTester, options: bytes, on: int = 0, out: int = 1, **changes: Any) -> Fields:
    """An echo request with these options, its route leading on, as the IUT has passed it on by the interface `out`."""
    lt.send(probe(echo(), options=options + bytes(-len(options) % 4), **changes), on=on)
    return lt.expect(Expectation("echo-request", {"src": changes.get("src", INTERFACES[on].lt), "dst": anything}), on=out)
