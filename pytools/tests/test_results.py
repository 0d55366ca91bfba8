# SPDX-License-Identifier: BSD-2-Clause
"""Results: the schema that is shipped, events folded into a document, and what is said of files that are no results."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import fakes
import jsonschema
import pytest
from postel.base.exits import UsageError
from postel.base.paths import ROOT
from postel.results import results
from postel.results.results import Document, Result


def result(case: str = "rfc1/1/one", verdict: str = "pass", iut: str = "linux", **changed: Any) -> Result:
    made = results.record(fakes.outcome(fakes.case(case), verdict), iut=iut, link="tap", profile="modern", evidence=None,
                          baseline=None, repeat=f"./postel run {case} --iut {iut}:tap")  # fmt: skip
    return {**made, **changed}  # type: ignore[typeddict-item]


def document(*found: Result, **run: Any) -> Document:
    facts: dict[str, Any] = {
        "schema": 1,
        "run": {"version": "0.1", "started": "2026-01-02T03:04:05Z", "profile": "modern", "seed": 1, "slow": False,
                "strict": False, "system": {}, **run},
        "iuts": [{"name": name, "link": "tap", "release": "6.1"} for name in sorted({r["iut"] for r in found})],
        "left_out": [], "deselected": {}, "cases": {}, "requirements": {},
    }  # fmt: skip
    return results.fold(
        [{"event": "run-start", **facts}, *({"event": "result", **r} for r in found), {"event": "run-end", "complete": True}]
    )


def test_the_schema_is_one_and_holds_for_a_document() -> None:
    schema = json.loads(results.SCHEMA_FILE.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert tuple(schema["$defs"]["verdict"]["enum"]) == results.VERDICTS
    assert set(schema["$defs"]["result"]["properties"]) == set(Result.__annotations__)
    assert set(schema["$defs"]["result"]["required"]) == set(Result.__annotations__) - {"frames_left_out", "stderr", "follows_from", "stimuli", "apart", "broken_too"}, "came later"
    assert results.invalid(document(result(), result("rfc1/1/two", "fail"))) is None


def test_the_documentation_says_each_field() -> None:
    schema = json.loads(results.SCHEMA_FILE.read_text())
    named = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/results.md").read_text()))
    fields = (
        set(schema["properties"])
        | set(schema["$defs"]["result"]["properties"])
        | set(schema["properties"]["run"]["properties"])
    )
    for nested in (schema["properties"][name] for name in ("iuts", "left_out")):
        fields |= set(nested["items"]["properties"])
    for name in ("cases", "requirements"):
        fields |= set(schema["properties"][name]["additionalProperties"]["properties"])
    assert fields <= named, fields - named


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("results", 0, "verdict"), "passed", "results[0].verdict"),
        (("results", 0, "case"), "one", "results[0].case"),
        (("results", 0, "frame"), 0, "results[0].frame"),
        (("run", "started"), "yesterday", "run.started"),
        (("complete",), "yes", "complete"),
    ],
)
def test_the_schema_refuses(path: tuple[str | int, ...], value: object, said: str) -> None:
    wrong: Any = copy.deepcopy(document(result()))
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert said in (results.invalid(wrong) or "")


def test_a_key_is_there_once() -> None:
    twice = document(result())
    twice["results"] *= 2
    assert results.invalid(twice) == "two results have the key rfc1/1/one linux tap modern"


def test_a_document_does_not_depend_on_the_order_of_events() -> None:
    some = [result(case, iut=iut) for case in ("rfc1/1/b", "rfc1/1/a") for iut in ("reference", "linux")]
    assert document(*some) == document(*reversed(some))
    assert [results.key(r)[:2] for r in document(*some)["results"]] == [
        ("rfc1/1/a", "linux"), ("rfc1/1/a", "reference"), ("rfc1/1/b", "linux"), ("rfc1/1/b", "reference")]  # fmt: skip


def test_a_half_line_at_the_end_is_what_a_kill_leaves(tmp_path: Path) -> None:
    whole = document(result())
    start = {name: value for name, value in whole.items() if name not in ("results", "complete")}
    text = json.dumps({"event": "run-start", **start}) + "\n" + json.dumps({"event": "result", **result()}) + "\n"
    (tmp_path / "events.jsonl").write_text(text + '{"event": "result", "ca')
    found = results.read(tmp_path)
    assert found["results"] == [result()] and not found["complete"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("results.json", "{", "results.json:1: not JSON"),
        ("results.json", "[]", "has no schema version"),
        ("results.json", '{"schema": 2}', "has schema version 2; this postel reads version 1"),
        ("results.json", '{"schema": 1}', "does not follow its schema"),
        ("events.jsonl", '{"event": "dance"}\n', "events.jsonl:1: not an event"),
        ("events.jsonl", '{}\n{"a\n{}\n', "not an event"),
    ],
)
def test_what_is_no_result_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=re.escape(said)):
        results.read(tmp_path)


def test_a_directory_without_results_says_what_makes_some(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="postel run --out"):
        results.read(tmp_path)


def test_counts_have_every_verdict() -> None:
    assert results.counts([result(), result("rfc1/1/two", "fail")]) == {
        v: int(v in ("pass", "fail")) for v in results.VERDICTS
    }
