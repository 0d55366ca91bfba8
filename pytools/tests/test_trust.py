# SPDX-License-Identifier: BSD-2-Clause
"""docs/trust.md is what the stored figures say, and says what they are."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from postel.base.exits import UsageError
from postel.fakes import lists
from postel.fuzzing import planted
from postel.selftest import checks, ledger, mutation, trust

Patch = pytest.MonkeyPatch
WRONG = next(fake for fake in lists.every().values() if fake.is_wrong)
RIGHT = next(fake for fake in lists.every().values() if not fake.is_wrong)
PLANTED: dict[str, dict[str, Any]] = {
    "a": {"row": "RFC791-3.2-a", "mistake": "m", "shows": "a frame more", "suite": "modern x fail", "red": True, "unit": "test_x y", "files": ["stack/wire/ip.c"],
          "fuzz": "ip_header oracle accept, 5 executions, 0.1 s"},
    "b": {"row": "RFC1122-3.2.2-g", "mistake": "one too many", "shows": "another reply", "files": ["stack/proto/ip_in.c"]},
    "c": {"row": "CVE-1999-0128 Ping of Death", "mistake": "m", "shows": "another frame", "suite": "modern x warn", "red": False, "files": ["stack/wire/ip.c"]},
    "d": {"row": "RFC791-3.2-a", "mistake": "m", "unit": "test_x z", "files": ["stack/table/reass.c"]},
}  # fmt: skip


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: Patch) -> Path:
    monkeypatch.setattr(ledger, "STORED", tmp_path)
    monkeypatch.setattr(mutation, "EQUIVALENT", tmp_path / "equivalent.toml")
    monkeypatch.setattr(trust, "FIRST", tmp_path / "first.json")
    ledger.store("planted", {"of": 9}, [{"name": name} | entry for name, entry in PLANTED.items()])
    mutants = [("u", "test_x y"), ("v", "corpus reass"), ("w", "modern x fail"), ("x", ""), ("y", "")]
    ledger.store("mutation", {"of": 9}, [{"name": name, "file": "stack/x.c", "old": "a | b", "new": "a & b", "killed": by} for name, by in mutants])
    (tmp_path / "equivalent.toml").write_text('x = "both are the same, as x is never above y"\n')
    fakes = [{"name": WRONG.name, "state": "missed", "rule": ["RFC792-echo-a"], "words": "w"}, {"name": RIGHT.name, "state": "kept", "words": "r"}]
    ledger.store("fakes", {}, fakes)
    return tmp_path


def test_the_page_says_what_is_stored(stored: Path) -> None:
    page = trust.page()
    for line in (
        "| planted bugs that show |  | 3 of 4 (75.0%) |", "| found by the suite |  | 2 of 3 (66.7%) |",
        "| found by a case that turns red |  | 1 of 3 (33.3%) |", "| ... or warns |  | 2 of 3 (66.7%) |", "| found by another label only |  | 0 of 3 (0.0%) |", "| seen by the stage `golden` |  | 2 of 3 (66.7%) |", "| found by `iut check` |  | 0 of 3 (0.0%) |", "| seen by any of these |  | 2 of 3 (66.7%) |", "| found by the unit tests |  | 2 of 4 (50.0%) |",
        "| found by the fuzz targets |  | 1 of 3 (33.3%) |", "| found by nobody |  | 1 of 3 (33.3%) |", "| mutants killed |  | 3 of 5 (60.0%) |",
        "| mutants claimed to be no mistakes |  | 1 of 5 (20.0%) |", "| wrong fakes found |  | 0 of 1 (0.0%) |",
        "| right fakes accused |  | 0 of 1 (0.0%) |", "| RFC 791 | 1 of 1 | ", "| RFC 1122 | 0 of 1 | ", "| `b` | one too many | nobody |",
        f"| `{WRONG.name}` | ", "| `x` | stack/x.c | `a \\| b` | `a & b` | both are the same",
    ):  # fmt: skip
        assert line in page, page
    assert "`a` |" not in page and "`c` |" not in page and "| `u`" not in page


def test_the_first_score_stays(stored: Path) -> None:
    trust.keep_first("planted")
    better = {name: entry | {"suite": "modern x fail"} for name, entry in PLANTED.items()}
    ledger.store("planted", {"of": 9}, [{"name": name} | entry for name, entry in better.items()])
    trust.keep_first("planted")
    assert "| found by the suite | 2 of 3 (66.7%) | 3 of 3 (100.0%) |" in trust.page()


def test_shards_are_put_together(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(ledger, "PLACE", tmp_path)
    monkeypatch.setattr(trust, "FAKES", tmp_path / "none.jsonl")
    for file, name in (("planted.jsonl", "a"), ("planted-2.jsonl", "b"), ("mutation-2.jsonl", "c")):
        (tmp_path / file).write_text(json.dumps({"name": name, "key": "k"}) + "\n")
    others = [tmp_path / "planted-2.jsonl", tmp_path / "mutation-2.jsonl"]
    assert set(trust.gathered("planted", others)) == {"a", "b"} and set(trust.gathered("mutation", others)) == {"c"}
    with pytest.raises(UsageError, match="there is no file"):
        trust.gathered("planted", [tmp_path / "nothing"])


def measured(place: Path, names: Iterable[str], at: str = "beef 2031-01-01") -> None:
    """The ledger of planted bugs, all seen, measured at this commit."""
    entries = [PLANTED["a"] | {"name": name, "key": "k", "at": at} for name in names]
    place.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def test_only_what_is_whole_is_stored_with_the_commit_that_it_was_measured_at(stored: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(ledger, "PLACE", stored)
    monkeypatch.setattr(trust, "FAKES", stored / "fakes.jsonl")
    every, before = sorted(planted.every()), {path.name: path.read_bytes() for path in stored.glob("*.json")}
    measured(stored / "planted.jsonl", every[1:])
    (stored / "fakes.jsonl").write_text(json.dumps({"fake": WRONG.name, "state": "found", "case": "c", "sources": "s"}) + "\n")
    for kind in trust.KINDS:
        assert "what is stored stays as it is" in trust.stored_now(kind, [])
    assert {name: (stored / name).read_bytes() for name in before} == before

    measured(stored / "planted-2.jsonl", every[:1])
    assert trust.stored_now("planted", [stored / "planted-2.jsonl"]) == f"planted: {len(every)} entries stored, of beef"
    now = ledger.stored("planted")
    assert (now["commit"], now["date"], now["of"], len(now["entries"])) == ("beef", "2031-01-01", len(every), len(every))
    assert all((stored / name).read_bytes() == before[name] for name in ("mutation.json", "fakes.json"))
    measured(stored / "planted-2.jsonl", every[:1], "cafe 2031-01-02")
    with pytest.raises(UsageError, match="measured at one commit"):
        trust.stored_now("planted", [stored / "planted-2.jsonl"])


def test_a_whole_measurement_of_fakes_is_stored_and_what_is_older_is_not(stored: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(trust, "FAKES", stored / "fakes.jsonl")
    lines = [{"sources": "new", "at": "beef 2031-01-01", "fake": name, "state": "kept", "case": ""} for name in lists.every()]
    old = lines[0] | {"sources": "old"}
    (stored / "fakes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in [old, *lines[1:]]))
    assert "stays as it is" in trust.stored_now("fakes", [])
    (stored / "fakes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in [old, *lines]))
    assert trust.stored_now("fakes", []).endswith("entries stored, of beef")
    assert ledger.stored("fakes")["entries"][WRONG.name] == {"state": "kept", "rule": list(WRONG.rules[:1]), "words": WRONG.words}


def test_the_commit_is_that_of_what_was_measured_last(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(ledger, "PLACE", tmp_path)
    for at in ("1", "2"):
        monkeypatch.setattr(ledger, "here", lambda at=at: {"commit": at, "date": "2031-01-01"})
        book = ledger.Ledger("x", resume=True)
        book.only({"a", "b"})
        book.add({"name": "ab"[int(at) - 1], "key": "k"})
        book.add({"name": f"stale {at}", "key": "k"})
    assert list(ledger.read(book.path)) == ["a", "b", "stale 2"]
    assert ledger.measured_at(ledger.read(book.path)) == {"commit": "2", "date": "2031-01-01"}


def test_the_page_is_the_one_that_is_there() -> None:
    assert trust.PAGE.read_text(encoding="utf-8") == trust.page()


@pytest.mark.parametrize(("code", "said", "tally"), [
    (0, "3 of 9 planted bugs tried: ...\n", (3, 0)),
    (1, "lost: x, which\n3 of 9 mutants tried: ...\n", (2, 1)),
    (1, "error  x: does not apply\n3 of 9 planted bugs tried: ...\nwrong: x: does not apply\nwrong: y: z\n", (1, 2)),
    (1, "3 of 9 mutants tried: ...\nnew: x lives, and\nmany: 9 of\nuntrue: y is\ngate: 5 of 9\n", (0, 4)),
    (1, "3 of 9 planted bugs tried: ...\n", (0, 1)),
    (0, "nothing\n", (0, 1)),
])  # fmt: skip
def test_the_stages_count_what_was_tried(code: int, said: str, tally: tuple[int, int], monkeypatch: Patch) -> None:
    asked: list[list[str]] = []

    def spoken(command: Any, log: str, limit: float) -> tuple[int, str]:
        asked.append([str(word) for word in command[1:]])
        return code, said

    monkeypatch.setattr(checks, "spoken", spoken)
    monkeypatch.setattr(checks, "shard", "2/3")
    found = checks.on_purpose("planted", "--fuzz")
    assert (found.passed, found.failed) == tally
    checks.on_purpose("planted", "--sample", "9s")
    assert asked == [["test", "--planted", "--fuzz", "--shard", "2/3"], ["test", "--planted", "--sample", "9s"]]
