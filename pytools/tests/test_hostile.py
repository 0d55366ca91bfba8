# SPDX-License-Identifier: BSD-2-Clause
"""Whatever an IUT does, judging it ends in time, within memory, in the right class and in words that say what it did.

A row a kind of hostility (`hostile_iut.py`, `hostile.c`). The harness is a process of its own, for its memory to be measured."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from postel import kit
from postel.base import build, patience
from postel.base.exits import EnvironmentUnusable, IutFailed
from postel.base.paths import ROOT
from postel.cli import cli
from postel.iut import iut, links, upper
from postel.kit import Case, budget, echo, echo_reply, lower, one_fault, udp
from postel.kit.case import PROFILES
from postel.kit.lower import LowerTester
from postel.results import evidence

pytestmark = pytest.mark.chaos

HERE = Path(__file__).parent
MEBIBYTES = 200  # that the harness may grow by
SECONDS = 30.0  # that a row may take; most take less than one


def stimulus(lt: LowerTester) -> None:
    """An answer and a silence are due."""
    lt.send(echo(data=b"hostile"))
    lt.expect(echo_reply())
    lt.send(one_fault(echo(), checksum=0xBEEF))
    lt.expect_silence()


def user(lt: LowerTester) -> None:
    """A delivery is due."""
    lt.call("udp.bind", port=4000)
    lt.send(udp(4000, data=b"hostile"))
    lt.expect_event("udp.recv", data=b"hostile")


def clock(lt: LowerTester) -> None:
    lt.advance(1)


@dataclass(frozen=True)
class Row:
    kind: str
    verdict: str  # one of these words
    words: str  # among those that say what it did
    link: str = "fd"
    body: Callable[[LowerTester], None] = stimulus

    def __str__(self) -> str:
        return f"{self.kind}-{self.link}"


WIRE = [
    Row("flood", "fail", "a malformed packet"),  # without end, before any stimulus; and each breaks a rule
    Row("flood", "fail", "a malformed packet", "tap"),
    Row("flood_large", "fail", "a malformed packet"),
    Row("flood_on_stimulus", "fail", "frames without end"),
    Row("flood_on_stimulus", "fail", "frames without end", "tap"),
    Row("flood_large_on_stimulus", "fail", "frames without end"),
    Row("flood_of_answers", "inconclusive fail", "frames without end"),
    Row("flood_of_questions", "inconclusive", "frames without end"),
    Row("questions_double", "inconclusive fail", "frames without end"),
    Row("burst", "fail", "frames without end"),
    Row("flood_and_die", "fail", "killed by SIGSEGV"),
    Row("slow", "inconclusive", "too slowly"),
    Row("mute", "inconclusive", "silence from a living IUT"),
    Row("mute", "inconclusive", "silence from a living IUT", "tap"),
    Row("mute_on_stimulus", "fail", "silence from a living IUT"),
    Row("spins", "fail", "silence from a living IUT"),
    Row("stops", "fail", "silence from a living IUT"),
    Row("closes", "inconclusive", "the IUT closed its link"),
    Row("closes_on_stimulus", "fail", "the IUT closed its link"),
    Row("leaves", "inconclusive", "the IUT ended: exit code 0"),
    Row("crashes", "fail", "killed by SIGSEGV"),
    Row("crashes", "fail", "killed by SIGSEGV", "tap"),
    Row("aborts", "fail", "killed by SIGABRT: ==1==ERROR: AddressSanitizer: heap-buffer-overflow"),
    Row("empty", "pass", ""),  # what is no frame is no answer
    Row("short", "pass", ""),
    Row("oversized", "fail", ""),
    Row("garbage", "fail", ""),
    Row("garbage", "fail", "", "tap"),
    Row("cut", "fail", ""),
    Row("stderr_flood", "pass", ""),
    Row("stderr_raw", "pass", ""),
    Row("daemons", "pass", ""),
    Row("daemon_that_writes", "pass", ""),
    Row("stays", "pass", ""),
    Row("stays", "pass", "", "tap"),
]
USER = [Row(*row, body=user) for row in [  # type: ignore[misc]
    ("no_hello", "unstarted", "no answer to `1 hello version=1` in time"),
    ("hello_of_binary", "unstarted", "it answers '\\x00\\x01"),
    ("believes", "unstarted", "says ok to an operation that does not exist"),
    ("events_first", "pass", ""),
    ("events_for_ever", "error", "it speaks without end"),
    ("small_events_for_ever", "error", "it speaks without end"),
    ("line_for_ever", "error", "a line of more than 140,000 octets"),
    ("long_line", "error", "a line of more than 140,000 octets"),
    ("nul", "error", "ok\\x00' to udp.bind"),
    ("control_characters", "error", "is not a key with its value"),
    ("no_socket", "error", "in which sock= is missing"),
    ("port_nan", "error", "in which sock= cannot be 'NaN'"),
    ("huge_number", "error", "in which sock= cannot be '999"),
    ("wrong_sequence", "error", "to udp.bind with number"),
    ("two_replies", "error", "ok sock=2' to sync with number"),
    ("no_end", "error", "ok sock=1' without the end of the line"),
    ("no_answer", "error", "no answer to `"),
    ("drip", "error", "no answer to `"),
    ("dies", "fail", "killed by SIGSEGV"),
    ("closes_output", "error", "it has closed its standard output"),
    ("floods_link", "fail", "the IUT sends frames without end"),
    ("bad_data", "error", "in which data= cannot be 'xyz'"),
    ("counters_nan", "error", "IpInReceives= cannot be 'NaN'"),
    ("tells_unasked", "pass", ""),
]]  # fmt: skip
OBJECTS = [
    Row("flood", "fail", "frames without end", "sim"),
    Row("flood_large", "fail", "frames without end", "sim"),
    Row("spins", "fail", "it hangs", "sim"),
    Row("crashes", "fail", "killed by SIGSEGV", "sim"),
    Row("leaves", "fail", "the IUT ended", "sim"),
    Row("far_interface", "fail", "which is no frame of an interface and no line", "sim"),
    Row("raw", "fail", "which is no frame of an interface and no line", "sim"),
    Row("too_long", "fail", "sent a frame of more than 65,549 octets", "sim"),
    Row("timer", "fail", "it hangs", "sim", clock),
    Row("lines", "fail", "lines without end", "sim", user),
    Row("events", "pass", "", "sim", user),  # 10 MB of them
    Row("drip", "fail", "it hangs", "sim", user),
    Row("long_line", "fail", "a line of more than 140,000 octets", "sim", user),
    Row("no_reply", "error", "with 0 lines", "sim", user),
    Row("two_replies", "error", "with 2 lines", "sim", user),
]
OVER_HOST = [  # the same objects in postel-host
    Row("events", "pass", "", "host", user),
    Row("lines", "error", "it speaks without end", "host", user),
    Row("flood", "fail", "frames without end", "host"),
    Row("crashes", "fail", "killed by SIGSEGV", "host"),
]


def definition(row: Row, directory: Path) -> iut.Definition:
    words = [sys.executable, str(HERE / "hostile_iut.py"), row.link, "{if0}", row.kind]
    how: dict[str, Any] = {"command": {row.link: words}, "links": [row.link]}
    if row.link == "host":
        words = ["{build}/stack/port/postel-host", str(directory / f"{row.kind}.so"), "--fd", "{if0}", "--addr", "{if0.addr}/{if0.prefix}"]
        how = {"command": {"fd": [*words, "--mac", "{if0.mac}", "--clock", "virtual"]}, "links": ["fd"]}
    if row.link == "sim":
        how = {"links": ["sim"]} | {"object": {"sim": str(directory / f"{row.kind}.so")}, "timers": {"mode": "virtual"}}
    user_ = "stdio" if row.body is not stimulus or row.link in ("sim", "host") else "none"
    return iut.parse({"name": row.kind, "about": "-", "upper_tester": user_} | how)


def case_of(name: str, body: Callable[[LowerTester], None]) -> Case:
    return Case(
        f"tests/hostile/{name}", body, ("RFC1122-3.2.2.6-a",), "requirement", "A case of the tests.", {}, frozenset(),
        frozenset(PROFILES), "host", False, "0.1", HERE, 1,
    )  # fmt: skip


def judged(row: Row, directory: Path) -> dict[str, Any]:
    """In a process of its own: what became of it, as JSON can hold it."""
    try:
        known = definition(row, directory)
        instance = iut.start(known, known.links[0], profile="modern", seed=1, build=build.build_dir("release"))
    except EnvironmentUnusable as error:
        return {"skip": str(error)}
    except IutFailed as error:
        return {"verdict": "unstarted", "actual": str(error), "frames": 0}
    outcome = kit.judge(case_of(row.kind, row.body), instance)
    evidence.write(directory / f"{row}.pcapng", outcome, iut=row.kind, link=row.link)
    instance.close()
    return {"verdict": str(outcome.verdict), "actual": outcome.actual, "ours": outcome.ours, "frames": len(outcome.frames),
            "stderr": len(instance.stderr())}  # fmt: skip


def impatient(row: Row) -> None:
    """Nobody needs to wait long to know that these never answer; others are given all the time that there is."""
    if row.kind in ("mute", "mute_on_stimulus", "spins", "stops"):
        lower.PATIENCE = lower.FIRST_PATIENCE = 1.0
    if row.kind in ("no_hello", "no_answer", "no_end", "drip", "spins", "timer"):
        upper._CALL_S = upper._SLOW_S = links._SIM_STUCK_S = 1.5
    if row.kind == "no_hello":
        upper._START_S = 1.0
    if row.kind == "flood_of_questions":
        links._STUCK_S = 1.5
    if row.kind == "slow":
        budget.SECONDS = 2.0


def in_a_process(act: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
    return ended(*begun(act, seconds))


def begun(act: Callable[[], dict[str, Any]], seconds: float) -> tuple[int, int]:
    """A process that does this, and is killed when its time is over; and the pipe on which it tells."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.close(told)
            signal.alarm(round(seconds))
            start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            patience.forget()
            found = act()
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            found |= {"seconds": time.monotonic() - start, "mebibytes": grown}
            os.write(tell, json.dumps(found).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(tell)
    return pid, told


def ended(pid: int, told: int) -> dict[str, Any]:
    """What it has returned, with its `seconds` and by how many `mebibytes` it has grown."""
    with os.fdopen(told, "rb") as file:
        said = file.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status != -signal.SIGALRM, "the harness did not come to its end in time"
    assert status == 0, f"the harness ended with {status}"
    return json.loads(said)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the hostile objects."""
    directory = tmp_path_factory.mktemp("hostile")
    reference = build.build() / "stack" / "port" / "libpostel_reference.so"
    for row in OBJECTS:
        words = ["gcc", "-D_GNU_SOURCE", "-shared", "-fPIC", f"-I{ROOT / 'conformance' / 'iut'}", f'-DREFERENCE="{reference}"']
        words += [f"-DKIND={row.kind}", "-o", str(directory / f"{row.kind}.so"), str(HERE / "hostile.c")]
        subprocess.run(words, check=True)
    return directory


ROWS = [*WIRE, *USER, *OBJECTS, *OVER_HOST]
AT_ONCE = 4  # most of them wait


@pytest.fixture(name="judge_row", scope="module")
def judged_ahead(objects: Path) -> Iterator[Callable[[Row], dict[str, Any]]]:
    """Judges a row, and begins with some that come after it."""
    running: dict[Row, tuple[int, int]] = {}
    done: set[Row] = set()

    def act(row: Row) -> dict[str, Any]:
        impatient(row)
        return judged(row, objects)

    def result(row: Row) -> dict[str, Any]:
        for each in ROWS[ROWS.index(row) :][:AT_ONCE]:
            if each not in running and each not in done:
                running[each] = begun(partial(act, each), SECONDS)
        done.add(row)
        return ended(*running.pop(row))

    yield result
    for pid, told in running.values():
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(told)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_it_is_survived_and_told(row: Row, judge_row: Callable[[Row], dict[str, Any]]):
    found = judge_row(row)
    if "skip" in found:
        pytest.skip(found["skip"])
    assert found["verdict"] in row.verdict.split() and not found.get("ours"), found
    assert row.words in found["actual"] and len(found["actual"]) < 1000, found
    assert found["mebibytes"] < MEBIBYTES, found
    assert found["frames"] <= budget.KEPT + 1 and found.get("stderr", 0) < 1_200_000, found


A_FEW = ("rfc1122/3.2.2.6", "rfc792/echo")


def ran(kind: str, directory: Path, *words: str, isolate: str = "case", user: bool = False, start: float = 20.0) -> dict[str, Any]:
    """A run of some cases against it: `seconds`, `code`, and the `document` that it left."""
    command = json.dumps([sys.executable, str(HERE / "hostile_iut.py"), "fd", "{if0}", kind])
    upper_tester = "stdio" if user else "none"
    toml = directory / f"{kind}.toml"
    toml.write_text(f'name = "{kind}"\nabout = "-"\nlinks = ["fd"]\nisolate = "{isolate}"\nupper_tester = "{upper_tester}"\n'
                    f"command.fd = {command}\n")  # fmt: skip

    def act() -> dict[str, Any]:
        upper._SLOW_S, upper._START_S = 1.5, start
        return {"code": cli.main(["run", *words, "--iut", str(toml), "--out", str(directory / "out"), "--no-install"])}

    found = in_a_process(act, 60)
    return found | {"document": json.loads((directory / "out" / "results.json").read_text())}


def test_a_run_against_a_mute_iut_takes_seconds(tmp_path: Path):
    found = ran("mute", tmp_path, "rfc1122", "rfc791")
    every = found["document"]["results"]
    assert found["code"] == 1 and found["seconds"] < 30 and len(every) > 300
    tried = [result for result in every if "not tried" not in result["actual"] and result["verdict"] == "inconclusive"]
    assert len(tried) == 5
    assert min(result["duration_ms"] for result in tried) < 1000 < 2900 < max(result["duration_ms"] for result in tried)


@pytest.mark.parametrize("kind", ["counters_nan", "port_nan", "no_socket", "bad_data"])
def test_what_an_adapter_says_wrong_is_4(tmp_path: Path, kind: str):
    found = ran(kind, tmp_path, "rfc791/3.3/send_from_another_address", user=True)
    assert found["code"] == 4 and [result["verdict"] for result in found["document"]["results"]] == ["error"], found
    assert "the upper tester: it says" in found["document"]["results"][0]["actual"]


def test_one_that_falls_silent_again_and_again_is_waited_for_less(tmp_path: Path):
    found = ran("mute_on_stimulus", tmp_path, *A_FEW)
    waited = sorted(result["duration_ms"] for result in found["document"]["results"] if result["verdict"] == "fail")
    # the longest waits are those of the abilities, which are found out first; the first of all is PATIENCE
    assert len(waited) > 5 and waited[len(waited) // 2] < 0.35 * 1000 * lower.PATIENCE
    assert found["seconds"] < 30


def test_one_that_ignores_the_end_of_its_input_costs_little_and_is_told_of_once(tmp_path: Path):
    found = ran("stays", tmp_path, *A_FEW)
    assert len(found["document"]["results"]) > 10 and found["seconds"] < 30
    remarks = [remark for remark in found["document"]["iuts"][0]["remarks"] if not remark.startswith("isolation: ")]
    assert remarks == ["it did not end within 2 s of the end of input, and was killed"]


def test_one_that_hangs_at_reset_is_started_afresh_instead(tmp_path: Path):
    found = ran("hangs_at_reset", tmp_path, *A_FEW, isolate="run", user=True)
    assert {result["verdict"] for result in found["document"]["results"]} & {"pass", "info"} and found["seconds"] < 30
    assert any("reset" in remark for remark in found["document"]["iuts"][0]["remarks"])


def test_one_that_never_says_hello_is_waited_for_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """When it is tried and when it is judged, and not again for each case."""
    starts = tmp_path / "starts"

    def counted(*words: Any) -> upper.Upper:
        with starts.open("a") as file:
            file.write("one\n")
        return upper.Upper(*words)

    monkeypatch.setattr(iut, "Upper", counted)
    found = ran("no_hello", tmp_path, *A_FEW, user=True, start=1.0)
    assert (found["code"], starts.read_text()) == (4, "one\n" * 2)
    assert {result["verdict"] for result in found["document"]["results"]} == {"error"}


@pytest.mark.parametrize("kind, user, code", [("port_nan", True, 4), ("counters_nan", True, 4), ("crashes", False, 1), ("leaves", False, 4)])
def test_the_exit_code_of_a_run_against_it(kind: str, user: bool, code: int, tmp_path: Path):
    assert ran(kind, tmp_path, "rfc1122/3.2.2.6/data_returns_whole", "rfc791/3.3/send_from_another_address", user=user)["code"] == code


def test_what_is_no_case_may_take_its_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Such as a long script, or the check of an adapter."""
    monkeypatch.setattr(budget, "SECONDS", 0.0)
    instance = iut.start(definition(Row("none", "pass", ""), tmp_path), "fd", profile="modern", seed=1, build=tmp_path)
    LowerTester(instance, "modern").settle(probe_anyway=True)
    assert instance.close() == ""


def test_all_that_it_says_on_standard_error_is_in_the_evidence(tmp_path: Path):
    [result] = ran("aborts", tmp_path, "rfc1122/3.2.2.6/data_returns_whole")["document"]["results"]
    assert result["stderr"] == "evidence/rfc1122-3.2.2.6-data_returns_whole-aborts-fd.stderr.txt"
    said = (tmp_path / "out" / result["stderr"]).read_text()
    assert said.startswith("==1==ERROR: AddressSanitizer") and said.endswith("SUMMARY\n") and said.count("\n") == 20_002


def test_one_that_says_nothing_has_no_such_file(tmp_path: Path):
    [result] = ran("none", tmp_path, "rfc1122/3.2.2.6/data_returns_whole")["document"]["results"]
    assert result["stderr"] is None and not list((tmp_path / "out" / "evidence").glob("*.stderr.txt"))


def test_children_that_leave_its_group_are_gone_when_it_is(tmp_path: Path):
    """Not only when the lab ends."""
    def act() -> dict[str, Any]:
        row = Row("daemons", "pass", "")
        judged(row, tmp_path)
        while any(b"hostile_iut.py\0fd\0003\0daemons" in commands(path) for path in Path("/proc").glob("[0-9]*")):
            time.sleep(0.01)
        return {}

    in_a_process(act, SECONDS)


def commands(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_there_are_many_kinds():
    assert len({(row.kind, row.link) for row in ROWS}) == len(ROWS) >= 40
