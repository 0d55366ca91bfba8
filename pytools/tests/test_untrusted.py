# SPDX-License-Identifier: BSD-2-Clause
"""Results that anybody may have written: told what is wrong with them, and where; never believed, never an end to us."""

import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, outcome
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postel.base import files, plain, strict_json
from postel.base.exits import UsageError
from postel.base.paths import CONFORMANCE, ROOT
from postel.cli import cli
from postel.results import baseline, evidence, report, results

pytestmark = pytest.mark.chaos

assert make_world  # the fixture `world`
OUT = Path("postel-out")
MUTATIONS = 1000
FUZZ = settings(derandomize=True, deadline=None, max_examples=200, database=None, suppress_health_check=list(HealthCheck))

# ---------------------------------------------------------------- a directory of results, and all that reads one


@pytest.fixture(name="good")
def good_results(world: World) -> Iterator[bytes]:
    """The results.json of a run with something of everything."""
    world.cases = [fakes.case(f"rfc1/{n}/{verdict}") for n, verdict in enumerate(results.VERDICTS)]
    for case, verdict in zip(world.cases, results.VERDICTS, strict=True):
        if verdict != "error":
            label = "labelled" if verdict == "info" else None
            world.verdicts["linux", case.id] = outcome(case, verdict, label=label)
    assert cli.main(["run", "--iut", "linux"]) == 1
    document = json.loads((OUT / "results.json").read_text())
    for result, state in zip(document["results"], ("expected", "unexpected-pass", "changed", "not-judged"), strict=False):
        result["baseline"] = {"verdict": "fail", "reason": "it is known", "state": state}
    yield json.dumps(document).encode()


def everything(good: Path) -> set[int]:
    """The exit codes of all commands that read results."""
    commands = [["report", str(OUT), *f"--format {form}".split()] for form in ("text", "html", "junit")]
    commands += [["diff", str(OUT), str(good)], ["diff", str(good), str(OUT)], ["diff", "--json", str(good), str(OUT)]]
    commands += [["baseline", "write", "linux", "--from", str(OUT)], ["explain", "--from", str(OUT), "IHL"]]
    return {int(cli.main(words)) for words in commands}


@pytest.fixture(name="told")
def told_by_all(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[bytes], tuple[set[int], str]]:
    """What all commands make of a results.json with these octets: their exit codes and their words."""
    monkeypatch.setattr("postel.results.baseline.CONFORMANCE", tmp_path)
    monkeypatch.setattr("postel.results.baseline.path_of", lambda iut: tmp_path / "linux.toml")
    (tmp_path / "good.json").write_bytes(good)
    capsys.readouterr()

    def told(octets: bytes) -> tuple[set[int], str]:
        (OUT / "results.json").write_bytes(octets)
        (tmp_path / "linux.toml").unlink(missing_ok=True)
        codes = everything(tmp_path / "good.json")
        return codes, "".join(capsys.readouterr())

    return told


def test_they_are_good_before_anything_is_done_to_them(good: bytes, told: Callable[[bytes], tuple[set[int], str]]) -> None:
    codes, said = told(good)
    assert codes == {0} and "internal error" not in said


# ---------------------------------------------------------------- what is refused, with its place

HUGE = "1" * 5000
WRONG = {
    "deep": (lambda text: text.replace('"schema": 1', '"schema": 1, "x": ' + "[" * 10_000 + "]" * 10_000), "deep"),
    "quite deep": (lambda text: text.replace('"schema": 1', '"schema": 1, "x": ' + "[" * 60 + "]" * 60), "more than 40 deep"),
    "huge integer": (lambda text: text.replace('"schema": 1', f'"schema": {HUGE}'), "an integer of 5,000 digits"),
    "nan": (lambda text: text.replace('"schema": 1', '"schema": 1, "x": NaN'), "NaN, which is no number"),
    "infinity": (lambda text: text.replace('"schema": 1', '"schema": 1, "x": 1e999'), "1e999, which is no number"),
    "a key twice": (lambda text: text.replace('"schema": 1', '"schema": 1, "schema": 1'), "'schema' twice"),
    "a verdict": (lambda text: text.replace('"verdict": "warn"', '"verdict": "great"'), "$.results[4].verdict: 'great'"),
    "a superscript": (lambda text: text.replace("rfc1/2/", "rfc1/\\u00b2/"), "$.results[2].case"),
    "many digits": (lambda text: text.replace("rfc1/2/", f"rfc1/{HUGE}/"), "$.results[2].case"),
    "a name that steers": (lambda text: text.replace('"linux"', '"\\u001b[2J"'), "iuts[0].name: '\\x1b[2J' does not match"),
    "a name with a line": (lambda text: text.replace('"linux"', '"linux\\n"'), "'linux\\n' does not match"),
    "up": (lambda text: text.replace("evidence/", "../../"), "evidence: '../../rfc"),
    "away": (lambda text: text.replace("evidence/rfc1-4", "/dev/zero/"), "results[4].evidence: '/dev/zero/"),
    "nested in evidence": (lambda text: text.replace("evidence/rfc1-4", "evidence/../rfc1-4"), "results[4].evidence"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_its_place(what: str, good: bytes, told: Callable[[bytes], tuple[set[int], str]]) -> None:
    change, words = WRONG[what]
    changed = change(good.decode())
    assert changed != good.decode()
    codes, said = told(changed.encode())
    assert codes == {2}, said
    assert said.count(words) >= 7 and f"{OUT}/results.json" in said, said[:2000]


def test_a_surrogate_is_a_character_like_another(good: bytes, told: Callable[[bytes], tuple[set[int], str]]) -> None:
    codes, said = told(good.replace(b"echo reply <id 7>", b"\\ud800\\udc80 \\udcff"))
    assert codes <= {0, 1} and "\\udcff" in said
    assert "\\udcff" in (OUT / "report.html").read_text() and "\\udcff" in (OUT / "junit.xml").read_text()


@pytest.mark.parametrize("name", ["results.json", "events.jsonl"])
def test_octets_that_are_no_text(name: str, good: bytes) -> None:
    for path in OUT.iterdir():
        if path.is_file():
            path.unlink()
    (OUT / name).write_bytes(b'{"event": "run-start"}\n\xff\xfe\n')
    with pytest.raises(UsageError, match=rf"{name}:2: not UTF-8"):
        results.read(OUT)


@pytest.mark.parametrize("line", [
    '{"event": "result"}', '{"event": "result", "case": [], "iut": "x", "link": "x", "profile": "x"}',
    '{"event": "run-start", "run": 7}', '{"event": "run-end", "run": null}', "7", "[]", '{"event": ["result"]}', "",
    '{"event": "result", "case": "a/b", "iut": "x", "link": "x", "profile": "x", "case": "a/c"}',
])  # fmt: skip
def test_an_event_that_is_none(line: str, good: bytes) -> None:
    (OUT / "results.json").unlink()
    lines = (OUT / "events.jsonl").read_text().splitlines()
    (OUT / "events.jsonl").write_text("\n".join([*lines[:3], line, *lines[3:], ""]))
    with pytest.raises(UsageError, match="events.jsonl:4: "):
        results.read(OUT)


# ---------------------------------------------------------------- what is in the directory


def test_nothing_but_regular_files_inside_is_read(good: bytes, told: Callable[[bytes], tuple[set[int], str]]) -> None:
    capture = next(OUT.glob("evidence/rfc1-6-fail*"))
    outside = capture.rename(Path("outside.pcapng")).resolve()

    def fifo() -> None:
        os.mkfifo(capture)

    def link(to: str | Path) -> Callable[[], None]:
        return lambda: capture.symlink_to(to)

    for make, words in ((fifo, "a FIFO"), (link("/dev/zero"), "leads out of"), (link(outside), "leads out of"),
                        (link(capture.name), "Symlink loop|[Tt]oo many levels"), (capture.mkdir, "a directory")):  # fmt: skip
        make()
        (OUT / "results.json").write_bytes(good)
        with pytest.raises(UsageError, match=words):
            report.write(results.read(OUT), OUT / "report.html")
        assert cli.main(["report", str(OUT)]) == 2
        capture.rmdir() if capture.is_dir() and not capture.is_symlink() else capture.unlink()
    codes, said = told(good)
    assert codes == {0}, "a capture that is not there is not shown"


@pytest.mark.parametrize("name", ["results.json", "events.jsonl"])
def test_the_results_themselves_must_be_a_regular_file_inside(name: str, good: bytes, tmp_path: Path) -> None:
    for path in [OUT / "results.json", OUT / "events.jsonl"]:
        path.unlink()
    os.mkfifo(OUT / name)
    with pytest.raises(UsageError, match="a FIFO"):
        results.read(OUT)
    with pytest.raises(UsageError, match="a FIFO"):
        results.read(OUT / name)
    (OUT / name).unlink()
    (tmp_path / "elsewhere").write_bytes(good)
    (OUT / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="leads out of"):
        results.read(OUT)


def test_what_is_written_follows_no_link(good: bytes, told: Callable[[bytes], tuple[set[int], str]], tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for name in ("report.html", "junit.xml"):
        (OUT / name).unlink()
        (OUT / name).symlink_to(tmp_path / "mine")
    codes, said = told(good)
    assert codes == {0, 2} and "was changed since Postel wrote it, and is not overwritten" in said
    files.write(OUT / "report.html", b"ours")
    assert (tmp_path / "mine").read_text() == "mine" and (OUT / "report.html").read_text() == "ours"


def test_a_file_of_a_gigabyte_and_one_of_many_values_cost_little(tmp_path: Path) -> None:
    (tmp_path / "gigabyte").mkdir()
    with (tmp_path / "gigabyte" / "results.json").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "values").mkdir()
    (tmp_path / "values" / "results.json").write_text('{"schema": 1, "results": [' + "[]," * 2_000_000 + "[]]}")
    for name, words in (("gigabyte", "is longer than 67,108,864 octets"), ("values", "more than 4,000,000 values")):
        done = subprocess.run(
            [sys.executable, "-m", "postel", "report", str(tmp_path / name)], capture_output=True, text=True, timeout=60,
            check=False, env=os.environ | {"PYTHONPATH": str(ROOT / "pytools")},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)),
        )  # fmt: skip
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr


# ---------------------------------------------------------------- fuzzing

PIECES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, 1e300, 10**17, "", "\x1b[2J", "\ud800", "../../etc/passwd", "/dev/zero", "x" * 5000, "\0",
    "evidence/x.pcapng", "²", "rfc1/²/x", "{{ 7*7 }}", "<script>", [], {}, [[]], [None], {"": None}, {"case": 1}, "pass", "error",
)  # fmt: skip


def mutated(value: Any, dice: random.Random) -> Any:
    """The document with one thing changed, taken away, doubled or put elsewhere."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.15:
        return deepcopy(dice.choice(PIECES))
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = dice.choice(keys)
    match dice.randrange(12):
        case 0:
            del value[key]
        case 1 if isinstance(value, list):
            value.append(deepcopy(value[key]))
        case 2 if isinstance(value, dict):
            value[dice.choice(("", "x", "\x1b", "iut", "verdict"))] = value.pop(key)
        case 3:
            value[key] = deepcopy(value[dice.choice(keys)])
        case _:
            value[key] = mutated(value[key], dice)
    return value


def garbled(octets: bytes, dice: random.Random) -> bytes:
    """The octets with a few changed, cut out, doubled or put in."""
    held = bytearray(octets)
    for _ in range(dice.randint(1, 3)):
        at, size = dice.randrange(len(held)), dice.choice((1, 1, 1, 2, 8, 100))
        new = dice.choice((b"", dice.randbytes(size), held[at : at + size] * 2, dice.choice((b"[", b"}", b'"', b"\\", b"0", b"-"))))
        held[at : at + size] = new
    return bytes(held[: dice.randrange(1, len(held))] if dice.random() < 0.05 else held)


def test_thousands_of_mutations_end_in_no_error_of_ours(
    good: bytes, told: Callable[[bytes], tuple[set[int], str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(1122)
    accepted = 0
    for number in range(MUTATIONS):
        octets = garbled(good, dice) if number % 2 else json.dumps(mutated(json.loads(good), dice)).encode()
        try:
            (OUT / "results.json").write_bytes(octets)
            results.read(OUT)
        except UsageError:
            continue  # any other error is one of ours, and ends the test
        accepted += 1
        codes, said = told(octets)
        assert codes <= {0, 1, 2}, f"{number}: {said}"
        assert plain.escaped(said.replace("\n", "")) == said.replace("\n", ""), number
    assert MUTATIONS / 20 < accepted < MUTATIONS / 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20) | st.sampled_from(PIECES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4), max_leaves=8,
)  # fmt: skip
FIELDS = ("complete", "run", "iuts", "left_out", "deselected", "cases", "requirements", "results", "exit")


@FUZZ
@given(octets=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_parsed_is_plain_and_bounded(octets: bytes) -> None:
    try:
        value = strict_json.parse(octets)
    except strict_json.NotStrict:
        return
    assert strict_json.parse(json.dumps(value, allow_nan=False).encode()) == value


@FUZZ
@given(value=JSON)
def test_the_schema_has_an_answer_to_whatever_was_parsed(value: Any) -> None:
    document = {"schema": 1, **dict.fromkeys(FIELDS, value)}
    assert isinstance(results.invalid(document), str)


EVENT = {"event": st.sampled_from(["run-start", "result", "run-end"])}
SOME = {name: JSON for name in (*results.KEY, "run", "schema", "results")}


@FUZZ
@given(lines=st.lists(st.fixed_dictionaries(EVENT, optional=SOME), max_size=4))
def test_events_are_folded_or_refused(lines: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "events.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(UsageError):
        results.read(path)


@FUZZ
@given(octets=st.binary(max_size=300), keep=st.integers(0, 400))
def test_evidence_is_read_or_refused(octets: bytes, keep: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "a.pcapng"
    evidence.write(path, outcome(fakes.case("rfc1/1/one"), "fail"), iut="x", link="tap")
    path.write_bytes(path.read_bytes()[:keep] + octets)
    try:
        evidence.read(path)
    except UsageError:
        pass


NO_BASELINE = {
    "deep": "['a/b']\nverdict = " + "[" * 5000, "huge": f"['a/b']\nverdict = {HUGE}", "a key twice": "a = 1\na = 2",
    "a range of huge numbers": f"['a/b']\nverdict = 'fail'\nversions = '>={HUGE}'", "not a number": "['a/b']\nverdict = nan",
    "no text": "\x00",
}  # fmt: skip


@pytest.mark.parametrize("text", NO_BASELINE.values(), ids=NO_BASELINE)
def test_a_baseline_that_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(UsageError, match="a.toml: "):
        baseline.load(tmp_path / "a.toml")


def test_mutations_of_a_baseline_are_taken_or_refused(tmp_path: Path) -> None:
    dice, path = random.Random(1812), tmp_path / "linux.toml"
    good = (CONFORMANCE / "baseline" / "linux.toml").read_bytes()[:3000].rpartition(b"\n[")[0]
    taken = 0
    for _ in range(1000):
        path.write_bytes(garbled(good, dice))
        try:
            entries = baseline.load(path)
        except UsageError:
            continue
        taken += bool(entries)
        for entry in entries:
            entry.holds(release="9" * 5000, link="tap", settings={"profile": "modern"})
    assert 100 < taken < 950
