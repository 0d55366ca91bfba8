# SPDX-License-Identifier: BSD-2-Clause
"""Results: one line an event while a run goes on, one document afterwards.

`events.jsonl` is the source: its first line (`run-start`) holds the facts of the run, each `result`
line one result, the last line (`run-end`) what is known only then. The document `results.json` is
those lines folded together, so a killed run loses only its last line. docs/results.md says what
each field means, schema/results-1.json is the contract; a result's key is case, IUT, link, profile.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from postel.base import files, strict_json
from postel.base.exits import UsageError
from postel.base.verdict import Verdict

if TYPE_CHECKING:  # with the kit comes Scapy, for which whoever only reads results shall not wait
    from postel.kit import Outcome
    from postel.kit.stops import Stop

SCHEMA = 1
SCHEMA_FILE = Path(__file__).parent / "schema" / f"results-{SCHEMA}.json"
VERDICTS = tuple(str(verdict) for verdict in Verdict)
SURROGATES = "backslashreplace"  # what a name that is not UTF-8 holds: in JSON, `\\udc80` is that character
RED = frozenset({"inconclusive", "fail", "error"})  # these fail a run, unless the baseline says so
MOST = 64 << 20  # octets of a file of results; a run of two IUTs leaves one MB
ERRORS = 100  # of a document, among which the one that says most is told

Key = tuple[str, str, str, str]
KEY = ("case", "iut", "link", "profile")


class Expectation(TypedDict):
    """What the baseline says of a result; `state` is one of baseline.py's."""

    verdict: str
    reason: str
    state: str
    news: NotRequired[list[str]]  # of a sweep: stimuli that failed and that it does not name
    mended: NotRequired[list[str]]  # ... that it names and that fail no more
    whole: NotRequired[bool]  # it names none, and excuses them all


class Stimulus(TypedDict):
    """Of a sweep, one that failed or was left out. `actual` is why."""

    name: str
    verdict: str
    requirement: str | None
    expected: str
    actual: str
    frame: int | None


class Stimuli(TypedDict):
    """What became of those of a sweep; `judged` counts them, the failed ones among them."""

    judged: int
    failed: list[Stimulus]
    left_out: list[Stimulus]


class Result(TypedDict):
    case: str
    iut: str
    link: str
    profile: str
    verdict: str
    kind: str
    requirements: list[str]
    requirement: str | None
    expected: str
    actual: str
    label: str | None
    frame: int | None
    evidence: str | None
    frames_left_out: NotRequired[int]
    stderr: NotRequired[str | None]
    follows_from: NotRequired[dict[str, str] | None]  # `ability`, which is missing, and the `case` whose matter that is
    stimuli: NotRequired[Stimuli | None]
    apart: NotRequired[list[str]]  # what the IUT sent unasked, and no rule forbids
    broken_too: NotRequired[list[dict[str, str]]]  # rules that were seen broken here, and with which another case is charged
    counters: dict[str, int]
    drops: list[str]
    duration_ms: float
    baseline: Expectation | None
    repeat: str


class LeftOut(TypedDict):
    """A link that does not work here. `instead` is the one over which the IUT is judged; `asked`: it is not, and was named."""

    iut: str
    link: str
    why: str
    asked: NotRequired[bool]
    instead: NotRequired[str | None]


class Document(TypedDict):
    schema: int
    complete: bool
    run: dict[str, Any]
    iuts: list[dict[str, Any]]
    left_out: list[LeftOut]
    deselected: dict[str, int]
    cases: dict[str, dict[str, Any]]
    requirements: dict[str, dict[str, Any]]
    exit: NotRequired[int]
    results: list[Result]


def key(result: Result) -> Key:
    return result["case"], result["iut"], result["link"], result["profile"]


def expected_by_baseline(result: Result) -> bool:
    return result["baseline"] is not None and result["baseline"]["state"] == "expected"


def is_failure(result: Result) -> bool:
    """Does this result alone make a run fail?"""
    return result["verdict"] in RED and not expected_by_baseline(result)


def not_judged(document: Document) -> list[LeftOut]:
    """What is left out altogether, not only over one link."""
    judged = {iut["name"]: iut["link"] for iut in document["iuts"]}
    return [left for left in document["left_out"] if not left.get("instead", judged.get(left["iut"]))]


def is_unexpected_pass(result: Result) -> bool:
    known = result["baseline"]
    return known is not None and (known["state"] == "unexpected-pass" or bool(known.get("mended")))


def record(outcome: Outcome, *, iut: str, link: str, profile: str, evidence: str | None,
           baseline: Expectation | None, repeat: str, stderr: str | None = None) -> Result:
    return {
        "case": outcome.case.id, "iut": iut, "link": link, "profile": profile,
        "verdict": str(outcome.verdict), "kind": str(outcome.case.kind),
        "requirements": list(outcome.case.requirements), "requirement": outcome.requirement,
        "expected": outcome.expected, "actual": outcome.actual, "label": outcome.label,
        "frame": outcome.frame, "evidence": evidence,
        "frames_left_out": outcome.left_out, "stderr": stderr,
        "follows_from": _follows(outcome), "stimuli": stimuli_of(outcome), "apart": list(dict.fromkeys(outcome.apart)),
        "broken_too": [asdict(rule) for rule in outcome.broken_too],
        "counters": dict(sorted(outcome.counters.items())), "drops": list(outcome.drops),
        "duration_ms": round(outcome.duration * 1000, 1), "baseline": baseline, "repeat": repeat,
    }


def _follows(outcome: Outcome) -> dict[str, str] | None:
    lacking = outcome.follows_from
    return {"case": lacking.root, "ability": lacking.ability} if lacking else None


def stimuli_of(outcome: Outcome) -> Stimuli | None:
    sweep = outcome.sweep
    if sweep is None:
        return None

    def row(name: str, stop: Stop) -> Stimulus:
        return {"name": name, "verdict": str(stop.rank), "requirement": stop.requirement, "expected": stop.expected,
                "actual": stop.actual, "frame": None if outcome.left_out else stop.frame}  # fmt: skip

    return {"judged": len(sweep.judged), "failed": [row(name, stop) for name, stop in sweep.failed.items()],
            "left_out": [row(name, stop) for name, stop in sweep.left_out.items()]}  # fmt: skip


def counts(found: Iterable[Result]) -> dict[str, int]:
    """How many results have each verdict, in the order of the verdicts, zeros included."""
    counter = Counter(result["verdict"] for result in found)
    return {verdict: counter[verdict] for verdict in VERDICTS}


class Journal:
    """Appends events to a file; each line is with the system before the call returns. The file is new, and begins with the
    events of a run that goes on."""

    def __init__(self, path: Path, events: Iterable[Mapping[str, Any]] = ()) -> None:
        partial = path.with_name(f"{path.name}.partial")
        self._file = partial.open("w", encoding="utf-8", errors=SURROGATES)
        self.events: list[dict[str, Any]] = []
        for event in events:
            self._append(dict(event))
        self._file.flush()
        os.replace(partial, path)

    def write(self, event: str, facts: Mapping[str, Any]) -> None:
        self._append({"event": event, **facts})
        self._file.flush()

    def _append(self, line: dict[str, Any]) -> None:
        self.events.append(line)
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        with suppress(OSError):  # of a line that write() could not write either, and has said so
            self._file.close()


def fold(events: Iterable[Mapping[str, Any]]) -> Document:
    """The document that these events amount to, in one order whatever theirs was."""
    facts: dict[str, Any] = {}
    found: dict[Key, Result] = {}
    for line in events:
        body = {name: value for name, value in line.items() if name != "event"}
        if line.get("event") == "result":
            result = cast(Result, body)
            found[key(result)] = result
            continue
        run = {**facts.get("run", {}), **body.pop("run", {})}
        facts |= body | {"run": run}
    return cast(Document, {"complete": False, **facts, "results": [found[k] for k in sorted(found)]})


def write(document: Document, path: Path) -> None:
    """Writes the whole file or nothing: a reader never sees half of one."""
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    files.write(path, text.encode("utf-8", SURROGATES))


def find(path: Path) -> Path:
    """The results that a user means by a directory or a file."""
    if not path.is_dir():
        return path
    for name in ("results.json", "events.jsonl", "unfinished/events.jsonl"):
        if found := files.inside(path, name):
            return found
    raise UsageError(f"{path} holds neither results.json nor events.jsonl; `postel run --out {path}` writes them")


def read(path: Path) -> Document:
    """The document in a results.json, an events.jsonl or a directory with one of them, whoever wrote it.

    UsageError says what is wrong with it and where."""
    path = find(path)
    try:
        octets = files.octets_of(path, MOST)
    except UsageError as error:
        raise UsageError(f"{error}; give a results.json, an events.jsonl or the directory that `postel run` wrote") from error
    document = fold(_events(path, octets)) if path.suffix == ".jsonl" else _json(path, octets, 1)
    _check(path, document)
    return cast(Document, document)


def _json(path: Path, octets: bytes, line: int) -> Any:
    try:
        return strict_json.parse(octets)
    except strict_json.NotStrict as error:
        where = f"{path}:{line + max(error.line, 1) - 1}" if error.line or path.suffix == ".jsonl" else f"{path}"
        raise UsageError(f"{where}: {error}; was the file cut off or changed? "
                         "`postel report` on its events.jsonl may mend it") from error


def _events(path: Path, octets: bytes) -> Iterator[dict[str, Any]]:
    """Each event; a last line without its end is what a killed run leaves, and is passed over."""
    lines = octets.split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        event = _json(path, line, number)
        if not isinstance(event, dict) or event.get("event") not in ("run-start", "result", "run-end"):
            raise UsageError(f"{path}:{number}: not an event of `postel run`")
        if event["event"] == "result" and not all(isinstance(event.get(name), str) for name in KEY):
            raise UsageError(f"{path}:{number}: a result must have the texts {', '.join(KEY)}")
        if not isinstance(event.get("run", {}), dict):
            raise UsageError(f"{path}:{number}: `run` must be an object")
        yield event


def _check(path: Path, document: Any) -> None:
    found = document.get("schema") if isinstance(document, dict) else None
    if found != SCHEMA:
        what = "has no schema version" if found is None else f"has schema version {found!r:.40}"
        raise UsageError(f"{path} {what}; this postel reads version {SCHEMA}: run the cases again with it")
    problem = invalid(document)
    if problem:
        raise UsageError(f"{path} does not follow its schema: {problem}")


def invalid(document: Any) -> str | None:
    """What the schema has against a document: the place and the reason, or None."""
    import jsonschema  # 0.1 s, which only readers need

    error = jsonschema.exceptions.best_match(islice(_validator().iter_errors(document), ERRORS))
    if error is not None:
        return f"{error.json_path[:200]}: {error.message[:200]}"
    keys = Counter(key(result) for result in document["results"])
    twice = [k for k, n in keys.items() if n > 1]
    return f"two results have the key {' '.join(twice[0])}" if twice else None


@cache
def _validator() -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
