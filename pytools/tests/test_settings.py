# SPDX-License-Identifier: BSD-2-Clause
"""Linux is judged under settings that are told, each with its default and why. And when a bench gives up an IUT."""

from itertools import chain, repeat

import pytest
from postel.base.build import build
from postel.base.exits import IutHangs, UsageError
from postel.catalogue import selection
from postel.iut import iut
from postel.kit import cases
from postel.lab import linux
from postel.runs.bench import Bench, Target
from postel.runs.running import Plan


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


def test_what_is_left_at_its_default_is_not_told() -> None:
    definition = iut.load("linux-defaults")
    lines = linux.told(30, definition.kernel_defaults)
    assert len(lines) == len(linux.CHANGED) - len(definition.kernel_defaults) > 0
    assert not any("accept_source_route" in line for line in lines)


def test_what_is_left_is_written_as_the_kernel_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written: dict[str, object] = {}
    monkeypatch.setattr(linux, "_write", written.__setitem__)
    linux.before_up(["postel0"], 30, ["ipv4/neigh/*/locktime", "ipv4/conf/all/accept_source_route"])
    assert (written["ipv4/neigh/postel0/locktime"], written["ipv4/conf/all/accept_source_route"]) == ("100", "0")
    assert written["ipv4/igmp_qrv"] == 1


def test_an_iut_that_is_there_for_some_cases_is_judged_by_those() -> None:
    plan = Plan(cases(), {})
    assert all(selection.meant(selection.of_cases(cases()), pattern) for pattern in iut.load("linux-defaults").cases)
    ids = [case.id for case in plan.of(Target(iut.load("linux-defaults"), "tap", "modern", lambda: pytest.fail("nobody starts it")))]
    assert "rfc826/Reception/known_sender_is_updated_by_a_reply" in ids and len(ids) < 40
    assert len(plan.of(Target(iut.load("linux"), "tap", "modern", lambda: pytest.fail("nobody starts it")))) == len(cases())


@pytest.mark.parametrize("key, value, words", [
    ("kernel_defaults", ["ipv4/ipfrag_tim"], "does not change"), ("kernel_defaults", ["ipv4/ipfrag_time"], "takes `upper_tester`"),
])  # fmt: skip
def test_what_the_lab_does_not_change_cannot_be_left(key: str, value: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        iut.parse({"name": "mine", "about": "mine", "links": ["fd"], "command": {"fd": ["cat"]}, key: value})


def test_who_has_run_and_hangs_at_a_start_has_another_try() -> None:
    definition = iut.load("reference")
    hangs = chain([False, True, False], repeat(True))

    def start() -> iut.Instance:
        if next(hangs):
            raise IutHangs("its upper tester: no answer to `1 hello version=1` in time")
        return iut.start(definition, "sim", profile="modern", seed=1, build=build("release"))

    bench = Bench(Target(definition, "sim", "modern", start))
    for _ in range(2):
        assert bench.instance().alive()
        bench.close()
    with pytest.raises(IutHangs):
        bench.instance()
    assert bench.broken


def test_who_hangs_from_the_first_is_not_waited_for_twice() -> None:
    starts = []

    def start() -> iut.Instance:
        starts.append(1)
        raise IutHangs("it hangs")

    with pytest.raises(IutHangs):
        Bench(Target(iut.load("reference"), "sim", "modern", start)).instance()
    assert len(starts) == 1
