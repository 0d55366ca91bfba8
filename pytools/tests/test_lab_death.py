# SPDX-License-Identifier: BSD-2-Clause
"""The lab's helper process is killed, wherever that is: a healthy IUT is judged as if nothing had been."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from postel.base import build
from postel.base.paths import build_dir
from postel.cli import cli
from postel.iut import links
from postel.lab import client
from postel.results import results

pytestmark = pytest.mark.chaos

CASES = ("rfc1122/3.2.1.1/version_not_4", "rfc792/echo/data_returns", "rfc1122/3.2.2.6/data_returns_whole")
OUT = Path("postel-out")


OUTER, INNER, GUARDIAN = 0, 2, 3


def helpers(pid: int) -> list[int]:
    """A helper process and those below it: the third is init of a process namespace, its child guards the IUT."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    serving = [int(one) for one in below if b"postel.lab.child" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return [pid, *(helpers(serving[0]) if serving else [])]


def kill_helper(which: int) -> None:
    if client._helper is not None:
        if which > OUTER and not client._helper.greeting["processes"]:
            which -= 1  # there is no init between
        os.kill(helpers(client._helper.process.pid)[: which + 1][-1], signal.SIGKILL)


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, act: Callable[[], None], after: bool) -> None:
    """Acts before each call of a function, or after it."""
    function = getattr(owner, name)

    def patched(*words: Any, **settings: Any) -> Any:
        if not after:
            act()
        found = function(*words, **settings)
        if after:
            act()
        return found

    monkeypatch.setattr(owner, name, patched)


@pytest.fixture(name="judged", scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    build.build()
    out = tmp_path_factory.mktemp("undisturbed")
    assert run(out, "reference:fd", "reference:sim") == 0
    return verdicts(out)


def run(out: Path, *iuts: str) -> int:
    words = [word for iut in iuts for word in ("--iut", iut)]
    return cli.main(["run", *words, *CASES, "--build", str(build_dir("release")), "--out", str(out)])


def verdicts(out: Path) -> list[tuple[str, str, str]]:
    return [(result["case"], result["link"], result["verdict"]) for result in results.read(out)["results"]]


PLACES = [(client._Helper, "ask"), (links.DescriptorLink, "send"), (links.DescriptorLink, "receive"), (links.Sim, "_exchange")]


@pytest.mark.parametrize("which", [OUTER, INNER, GUARDIAN], ids=["outer", "inner", "guardian"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "name"), PLACES, ids=[name for _, name in PLACES])
@pytest.mark.parametrize("count", [1, 6])
def test_the_death_of_the_helper_is_never_the_iuts(
    judged: list[tuple[str, str, str]], owner: Any, name: str, which: int, after: bool, count: int, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Killed once, at the so-many-th of such calls that any worker makes."""
    if which == GUARDIAN and not client.helper().greeting["processes"]:
        pytest.skip("without a process namespace it may have been the IUT that killed it")

    def kill_once() -> None:
        with (tmp_path / "calls").open("ab") as file:
            file.write(b".")
        if (tmp_path / "calls").stat().st_size == count:
            kill_helper(which)

    before(monkeypatch, owner, name, kill_once, after)
    iuts = ("reference:sim",) if owner is links.Sim else ("reference:fd",)
    assert run(tmp_path / "out", *iuts) == 0, capsys.readouterr().err
    assert (tmp_path / "calls").stat().st_size >= count, "it was not killed"
    assert verdicts(tmp_path / "out") == [each for each in judged if each[1] == iuts[0].partition(":")[2]]


@pytest.mark.parametrize("count", [1, 6])
def test_nor_is_that_of_the_adapter_the_kernels(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill_once() -> None:
        with (tmp_path / "calls").open("ab") as file:
            file.write(b".")
        if (tmp_path / "calls").stat().st_size == count:
            kill_helper(GUARDIAN)

    before(monkeypatch, links.DescriptorLink, "send", kill_once, after=False)
    code = run(tmp_path / "out", "linux:tap")
    if code == 3:
        pytest.skip("this system does not let us")
    assert code == 0 and {verdict for _, _, verdict in verdicts(tmp_path / "out")} == {"pass"}


def test_a_helper_that_dies_each_time_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], judged: list[tuple[str, str, str]]
) -> None:
    before(monkeypatch, links.DescriptorLink, "send", lambda: kill_helper(INNER), after=True)
    assert run(tmp_path, "reference:fd") == 70
    assert {(r["verdict"], r["actual"]) for r in results.read(tmp_path)["results"]} == {
        ("error", "2 times in a row: the lab's helper process has ended")}  # fmt: skip
    assert "reference over fd: the lab's helper process has ended during" in capsys.readouterr().err
