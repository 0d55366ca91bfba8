# SPDX-License-Identifier: BSD-2-Clause
"""Mutants of the stack: mechanical, the same for the same seed, and each said to be killed by what has seen it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from postel.base import build
from postel.base.exits import PostelError
from postel.base.paths import ROOT
from postel.selftest import hunt, ledger, mutants, mutation, score, shows, variants
from postel.selftest.mutants import Mutant

Patch = pytest.MonkeyPatch


@pytest.mark.parametrize(("line", "made"), [
    ("    if (a < 3)", {"if (a <= 3)", "if (a < 4)", "if (a < 2)", "if (!(a < 3))"}),
    ("    return a + b;", {"return a - b;", "return 0;", "return !(a + b);"}),
    ("    return true;", {"return !true;", "return 0;"}),
    ("    return false;", {"return !false;"}),
    ("    x = *p * q & 0x0f;", {"x = *p / q & 0x0f;", "x = *p * q | 0x0f;", "x = *p * q & 0x10;", "x = *p * q & 0xe;", ";"}),
    ("    call(a, -1);", {"call(a, -2);", "call(a, -0);", ";"}),
    ("        break;", {";"}),
    ("    while (!done && n++ != 0)", {"while (!done || n++ != 0)", "while (done && n++ != 0)", "while (!done && n-- != 0)", "while (!done && n++ == 0)",
                                       "while (!done && n++ != 1)", "while (!(!done && n++ != 0))"}),
    ("    struct v4_span *a;", set()),
    ("    uint8_t *octets = data;", set()),
    ("    v4_put16(p, 0xffff); /* a < 3 */", {"v4_put16(p, 0x10000); /* a < 3 */", "v4_put16(p, 0xfffe); /* a < 3 */", ";"}),
])  # fmt: skip
def test_what_is_made_of_a_line(line: str, made: set[str]) -> None:
    assert {new.strip() for _, new in mutants.changed(line, mutants.blanked(line))} == made


def test_each_line_has_one_and_a_file_as_many_as_its_lines_call_for() -> None:
    every = mutants.every()
    assert len({(mutant.file, mutant.line) for mutant in every}) == len(every) == len({mutant.name for mutant in every})
    assert len(every) > 2 * mutation.COUNT
    assert {file.split("/")[1] for file in mutants.files()} == set(mutants.FOLDERS)
    lines = Counter(mutant.file for mutant in every)
    first = Counter(mutant.file for mutant in every[: mutation.COUNT])
    for file, count in lines.items():
        assert abs(first[file] / mutation.COUNT - count / len(every)) < 0.03, file
    kinds = Counter(mutant.kind for mutant in every)
    assert set(kinds) == {*mutants.SWAPS, "constant", "condition", "return", "deletion"} and min(kinds.values()) > 5


def test_the_seed_decides_and_a_change_elsewhere_moves_nothing() -> None:
    text = (ROOT / "stack/wire/ip.c").read_text()
    here = list(mutants.of_file("stack/wire/ip.c", text, 1))
    assert here == list(mutants.of_file("stack/wire/ip.c", text, 1)) != list(mutants.of_file("stack/wire/ip.c", text, 2))
    below = list(mutants.of_file("stack/wire/ip.c", "/* one\n * more */\n" + text, 1))
    assert [mutant.name for mutant in below] == [mutant.name for mutant in here]
    assert [mutant.line - 2 for mutant in below] == [mutant.line for mutant in here]


def test_a_mutant_is_one_line_that_is_another() -> None:
    mutant = mutants.every()[0]
    was, now = (ROOT / mutant.file).read_text().split("\n"), mutant.applied().split("\n")
    assert [number for number, (a, b) in enumerate(zip(was, now, strict=True), start=1) if a != b] == [mutant.line]


@pytest.fixture(scope="module")
def kept() -> variants.Kept:
    return variants.kept()


def mutant_of(file: str, old: str, new: str) -> Mutant:
    lines = (ROOT / file).read_text().split("\n")
    line = next(number for number, line in enumerate(lines, start=1) if old in line)
    return Mutant(f"x-{line}", file, line, "x", lines[line - 1], lines[line - 1].replace(old, new))


@pytest.mark.parametrize(("new", "is_one"), [("(uint16_t)~~~", False), ("retrun", False), ("(uint16_t)", True)])
def test_what_compiles_to_the_same_or_not_at_all_is_none(kept: variants.Kept, new: str, is_one: bool) -> None:
    assert mutation.compiled(kept, mutant_of("stack/wire/checksum.c", "(uint16_t)~", new)) == is_one


def test_a_corpus_kills(kept: variants.Kept, tmp_path: Path) -> None:
    mutant = mutant_of("stack/wire/checksum.c", "(uint16_t)~", "(uint16_t)")
    variants.made(kept, mutation.planted_in(mutant, tmp_path), [mutant.file], tmp_path)
    assert variants.replay_fails(kept, tmp_path, "ip_header", 60)
    assert not variants.replay_fails(kept, kept.directory, "ip_header", 60)
    assert sorted(variants.replays(kept, ["stack/wire/option.c"])) == ["frag", "ip_options", "route", "upper_tester"]


def test_a_parser_that_refuses_everything_leaves_nothing_to_judge(kept: variants.Kept, tmp_path: Path) -> None:
    mutant = mutant_of("stack/wire/ip.c", "if (packet.len < V4_IP_HEADER_MIN)", "if (packet.len < 65536)")
    variants.made(kept, mutation.planted_in(mutant, tmp_path), [mutant.file], tmp_path)
    for target in ("reass", "ip_options"):
        assert "stat::through: 0 of " in variants.replay_ends(kept.directory, tmp_path, target, 60)


def test_what_is_slow_does_not_hang() -> None:
    asked: list[float] = []

    def ends(seconds: float) -> str:
        asked.append(seconds)
        return "hangs" if seconds < 25 else ""

    assert mutation.surely(ends, 10, False) == "" and asked == [10, 30]
    assert mutation.surely(ends, 10, True) == "hangs" and asked == [10, 30, 10]
    assert mutation.surely(lambda seconds: "hangs", 10, False) == "hangs"
    assert mutation.surely(lambda seconds: "x::y", 10, False) == "x::y"


def test_a_mutant_is_killed_and_what_is_none_is_passed_over(kept: variants.Kept, tmp_path: Path) -> None:
    (tmp_path / "messages").write_bytes(b"\x0d\0\0\0Sseed=1\nif0=x")
    programs = build.build("release", targets=["stack/port/postel-sim", "stack/port/postel-differ"])
    answers: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in shows.NAMES}
    begins: dict[str, dict[str, int]] = {name: {} for name in shows.NAMES}
    on = hunt.Ground(kept, shows.Clean(programs, answers, begins, tmp_path / "messages"), [])
    entry = mutation.tried(on, mutant_of("stack/wire/checksum.c", "(uint16_t)~", "(uint16_t)"), "")
    assert entry and entry["killed"].startswith("test_checksum checksum::")
    likely = mutation.tried(on, mutant_of("stack/wire/checksum.c", "(uint16_t)~", "(uint16_t)"), "test_udp x")
    assert likely and likely["killed"].startswith("test_udp udp")
    for none in ("(uint16_t)~~~", "retrun"):
        assert mutation.tried(on, mutant_of("stack/wire/checksum.c", "(uint16_t)~", none), "") is None


def test_a_sample_is_of_what_was_measured(monkeypatch: Patch) -> None:
    every = mutants.every()
    stored: dict[str, Any] = {"entries": {every[5].name: {}, every[900].name: {}, "gone": {}}}
    monkeypatch.setattr(ledger, "stored", lambda name: stored)
    assert mutation.sampled() == [every[5], every[900]]
    stored["none"] = [mutant.name for mutant in every[:900] if mutant not in (every[5], every[700])]
    assert mutation.sampled() == [every[5], every[700], every[900]], "one came among them"
    assert mutation.passed_over({every[2].name, every[4].name}) == sorted(every[at].name for at in (0, 1, 3))
    monkeypatch.setattr(ledger, "stored", lambda name: {"entries": {}})
    assert mutation.sampled() == every[: mutation.COUNT]


def entry(name: str, killed: str = "test_x x::y") -> ledger.Entry:
    return {"name": name, "file": "stack/x.c", "line": 1, "old": "a", "new": "b", "killed": killed}


def test_the_sum_says_how_many_are_killed(monkeypatch: Patch, capsys: Any) -> None:
    monkeypatch.setattr(ledger, "stored", lambda name: {"entries": {}})
    entries = [entry("a"), entry("b", "")]
    assert score.mutants_told(entries, 9, {"b": "why"}, whole=False) == 0
    assert "2 of 9 mutants tried: 1 of 2 (50.0%) are killed, 1 alive, 1 of them claimed" in capsys.readouterr().out
    assert score.mutants_told(entries, 2, {}, whole=False) == 1
    assert capsys.readouterr().out.endswith("\nnew: b lives, and nobody has measured it before\n")


def test_a_claim_without_an_argument_is_refused(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(mutation, "EQUIVALENT", tmp_path / "equivalent.toml")
    assert mutation.claimed() == {}
    (tmp_path / "equivalent.toml").write_text('a = "the two are one, as x is never above y"\n')
    assert list(mutation.claimed()) == ["a"]
    (tmp_path / "equivalent.toml").write_text('a = "it is"\n')
    with pytest.raises(PostelError, match="without an argument"):
        mutation.claimed()
