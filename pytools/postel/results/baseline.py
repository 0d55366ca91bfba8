# SPDX-License-Identifier: BSD-2-Clause
"""Baselines: what is known of an IUT, so that a run is red only for what is new.

conformance/baseline/IUT.toml holds a table (or several, for different versions or links) a case:
the verdict that is expected, the requirement and the reason, and what the entry holds for.
docs/baseline.md says it for people. An entry that does not hold here is not applied: it excuses nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from postel.base.exits import UsageError
from postel.base.files import octets_of
from postel.base.paths import CONFORMANCE
from postel.iut.definition import Definition
from postel.iut.definition import names as iuts
from postel.results.results import Document, Expectation, Result, Stimuli

VERDICTS = ("warn", "inconclusive", "fail")  # what a baseline may expect; an `error` is never expected
FIELDS = {"verdict": str, "requirement": str, "reason": str, "reading": str, "versions": str, "links": list, "settings": dict,
          "stimuli": list, "seen": list}  # fmt: skip
SETTINGS = ("profile", "slow")  # what `postel run` was told, and an entry may depend on
COMPARISON = re.compile(r"(>=|<=|>|<|==)\s*(\d{1,9}(?:\.\d{1,9})*)$")
MOST = 4 << 20  # octets of a baseline


@dataclass(frozen=True)
class Entry:
    case: str
    verdict: str
    reason: str
    requirement: str = ""
    reading: str = ""
    versions: str = ""
    links: tuple[str, ...] = ()
    settings: tuple[tuple[str, object], ...] = ()
    stimuli: tuple[str, ...] = ()  # of a sweep, those that it excuses; none: the whole case
    seen: tuple[str, ...] = ()  # the IUT's releases of which it was found to be true

    def holds(self, *, release: str, link: str, settings: Mapping[str, object]) -> bool:
        return (
            (not self.links or link in self.links)
            and (not self.versions or within(release, self.versions))
            and all(settings.get(name) == value for name, value in self.settings)
        )


def path_of(iut: str, directory: Path = CONFORMANCE / "baseline") -> Path:
    return directory / f"{iut}.toml"


class Known(NamedTuple):
    """What is known of an IUT: the entries of `path`, None where it has no baseline. `named`: by --baseline."""

    entries: tuple[Entry, ...] = ()
    path: Path | None = None
    named: bool = False


def chosen(options: Sequence[str], definitions: Sequence[Definition]) -> list[Known]:
    """Of each IUT its baseline: the file that --baseline names (FILE or IUT=FILE), else the one that Postel has. An IUT that is
    only called like one of Postel's is another one, and has none of it."""
    named: dict[str, Path] = {}
    names = {definition.name for definition in definitions}
    for option in options:
        before, equals, after = option.partition("=")
        if equals and before in names:
            name, path = before, Path(after)
        else:
            path = Path(option)
            name = path.stem if path.stem in names or len(names) > 1 else next(iter(names))
        if name not in names:
            raise UsageError(f"--baseline {option}: of which IUT? Say IUT=FILE, with one of {', '.join(sorted(names))}")
        if not path.is_file():
            raise UsageError(f"--baseline {option}: there is no file {path}")
        if name in named:
            raise UsageError(f"--baseline {option}: {name} has {named[name]} already")
        named[name] = path
    return [_known(definition, named.get(definition.name)) for definition in definitions]


def _known(definition: Definition, named: Path | None) -> Known:
    path = named or (None if is_namesake(definition) else path_of(definition.name))
    return Known(tuple(load(path)), path, named is not None) if path and path.exists() else Known()


def is_namesake(definition: Definition) -> bool:
    """Is it called like an IUT of Postel's, and is another?"""
    return definition.name in iuts() and definition.path.resolve() != (CONFORMANCE / "iut" / f"{definition.name}.toml").resolve()


def load(path: Path) -> list[Entry]:
    """The entries of a file; none when there is no file. UsageError names the entry that is wrong."""
    if not path.exists():
        return []
    try:
        tables = tomllib.loads(octets_of(path, MOST).decode("utf-8"))
    except RecursionError as error:
        raise UsageError(f"{path}: it nests too deep") from error
    except ValueError as error:  # of UTF-8, of TOML, of a number with thousands of digits
        raise UsageError(f"{path}: {error}") from error
    entries = []
    for case, found in tables.items():
        for table in found if isinstance(found, list) else [found]:
            wrong = fault(case, table)
            if wrong:
                raise UsageError(f"{path}: [{case!r}]: {wrong}; docs/baseline.md shows an entry")
            table = {"reason": "", **table}
            table["links"], table["stimuli"], table["seen"] = (tuple(table.get(name, ())) for name in ("links", "stimuli", "seen"))
            table["settings"] = tuple(sorted(table.get("settings", {}).items()))
            entries.append(Entry(case=case, **table))
    return entries


def fault(case: str, table: object) -> str | None:
    """What is wrong with an entry, or None."""
    if not isinstance(table, dict) or "/" not in case:
        return "is not an entry: a case's id in quotes, and under it its keys"
    unknown = sorted(set(table) - set(FIELDS))
    if unknown:
        return f"has an unknown key {unknown[0]}"
    for name, kind in FIELDS.items():
        if not isinstance(table.get(name, kind()), kind):
            return f"{name} is not a {kind.__name__}"
    if table.get("verdict") not in VERDICTS:
        return f"verdict must be one of {', '.join(VERDICTS)}"
    if table.get("versions") and not comparisons(table["versions"]):
        return f"versions {table['versions']!r} is not a range: `>=6.1, <6.12` is one"
    strange = sorted(set(table.get("settings", {})) - set(SETTINGS))
    return f"settings may hold {' and '.join(SETTINGS)}, not {strange[0]}" if strange else None


def comparisons(versions: str) -> list[tuple[str, tuple[int, ...]]]:
    """The parts of a range, or an empty list when it is none."""
    found = [COMPARISON.match(part.strip()) for part in versions.split(",")]
    return [(m[1], numbers(m[2])) for m in found if m] if all(found) else []


def numbers(release: str) -> tuple[int, ...]:
    """The numbers that a release begins with: 6.18.44-cloud is (6, 18, 44)."""
    found = re.match(r"\d{1,9}(?:\.\d{1,9})*", release)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def within(release: str, versions: str) -> bool:
    """Is a release in a range? One that does not begin with a number is in none."""
    known = numbers(release)
    tests: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
        ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
        "<": lambda a, b: a < b, "==": lambda a, b: a == b,
    }  # fmt: skip
    return bool(known) and all(
        # 6.12.3 is neither above nor below 6.12: as many numbers count as the range has
        tests[how]((*known, 0, 0, 0)[: len(bound)], bound) for how, bound in comparisons(versions)
    )


def expectation(entries: Iterable[Entry], case: str, verdict: str, *, requirement: str | None, release: str, link: str,
                settings: Mapping[str, object], stimuli: Stimuli | None = None) -> Expectation | None:
    """What the first entry that holds here says of this verdict of a case, which is about `requirement`; of a sweep what all say
    that name stimuli, if the first does."""
    holding = [entry for entry in entries if entry.case == case and entry.holds(release=release, link=link, settings=settings)]
    if not holding:
        return None
    entry = holding[0]
    if stimuli and entry.stimuli:
        return _by_stimulus([each for each in holding if each.stimuli], verdict, stimuli)
    found: Expectation = {"verdict": entry.verdict, "reason": entry.reason, "state": _state(entry, verdict, requirement)}
    if stimuli and found["state"] == "expected":
        found["whole"] = True
    return found


def _by_stimulus(entries: Sequence[Entry], verdict: str, stimuli: Stimuli) -> Expectation:
    """What those entries say that name stimuli, each with a reason of its own."""
    failed = {each["name"]: each for each in stimuli["failed"]}
    named = {name: entry for entry in reversed(entries) for name in entry.stimuli}
    news = [name for name, each in failed.items()
            if name not in named or _state(named[name], each["verdict"], each["requirement"]) != "expected"]  # fmt: skip
    mended = sorted({*named} - {*failed} - {each["name"] for each in stimuli["left_out"]})
    applying = [entry for entry in entries if {*entry.stimuli} & {*failed}] or list(entries[:1])
    state = _state(entries[0], verdict, None)
    if verdict in VERDICTS:  # the verdict may have come of something else than a stimulus
        state = "changed" if news or verdict not in {entry.verdict for entry in applying} else "expected"
    found: Expectation = {"verdict": applying[0].verdict, "reason": "; ".join(entry.reason for entry in applying), "state": state}
    if news:
        found["news"] = news
    if mended and state != "not-judged":
        found["mended"] = mended
    return found


def _state(entry: Entry, verdict: str, requirement: str | None) -> str:
    if verdict == entry.verdict:  # the same verdict about another rule of the case is news
        return "changed" if entry.requirement and requirement and entry.requirement != requirement else "expected"
    if verdict in ("pass", "info"):
        return "unexpected-pass"
    return "not-judged" if verdict in ("not-applicable", "unsupported") else "changed"


def updated(text: str, document: Document, iut: str, *, known_only: bool = False) -> tuple[str, list[str]]:
    """The text of a baseline brought up to date with a run, and what was done, a line each.

    What people wrote stays. New deviations come with an empty reason for somebody to fill in, unless `known_only`, which adds no
    entry and notes in each that is still true the release of this run; entries that held in this run and whose case now passes go;
    entries that did not hold in it are not touched."""
    import tomlkit

    baseline = tomlkit.parse(text)
    done = []
    releases = {each["link"]: each["release"] for each in document["iuts"] if each["name"] == iut}
    for result in (r for r in document["results"] if r["iut"] == iut):
        case, verdict, known = result["case"], result["verdict"], result["baseline"]
        present = baseline.get(case)
        if known_only and known is None:
            continue
        if known_only and known and known["state"] == "expected" and isinstance(present, dict):
            done += _note_release(case, present, releases.get(result["link"], ""))
        if verdict in VERDICTS and present is None:
            baseline[case] = _table(result)
            done.append(f"{case}: new, {verdict}: its reason is for you to write")
        elif verdict in VERDICTS and known is None and not _written_now(done, case):
            done.append(f"{case}: {verdict}, but its entry does not hold here: change it, or add a second one by hand")
        elif known and known["state"] == "unexpected-pass" and isinstance(present, dict):
            del baseline[case]
            done.append(f"{case}: gone, it passes")
        elif known and isinstance(present, dict) and any(known.get(name) for name in ("news", "mended", "whole")):
            done += _follow_stimuli(case, present, result)
        elif known and known["state"] == "changed" and verdict in VERDICTS and isinstance(present, dict):
            present["verdict"] = verdict
            if result["requirement"]:
                present["requirement"] = result["requirement"]
            was = known["verdict"] if known["verdict"] != verdict else "another requirement"
            done.append(f"{case}: {was} is now {verdict}: see whether the reason still holds")
    return tomlkit.dumps(baseline), done


def _note_release(case: str, table: Any, release: str) -> list[str]:
    if not release or release in table.get("seen", []):
        return []
    table["seen"] = [*table.get("seen", []), release]
    return [f"{case}: seen of {release}"]


def _follow_stimuli(case: str, table: Any, result: Result) -> list[str]:
    """Brings the stimuli of an entry up to date."""
    known, stimuli = result["baseline"], result.get("stimuli")
    assert known and stimuli
    failed = [each["name"] for each in stimuli["failed"]]
    table["verdict"], table["stimuli"] = result["verdict"], failed
    said = [("names its stimuli now", failed)] if known.get("whole") else []
    said += [("also fails of", known.get("news", [])), ("fails no more of", known.get("mended", []))]
    return [f"{case}: {words}: {'; '.join(names)}: see whether the reason still holds" for words, names in said if names]


def _written_now(done: list[str], case: str) -> bool:
    return any(line.startswith(f"{case}: ") for line in done)


def _table(result: Result) -> Any:
    import tomlkit

    table = tomlkit.table()
    table["verdict"] = result["verdict"]
    if result["requirement"]:
        table["requirement"] = result["requirement"]
    if (stimuli := result.get("stimuli")) and stimuli["failed"]:
        table["stimuli"] = [each["name"] for each in stimuli["failed"]]
    table["reason"] = ""
    table.add(tomlkit.nl())
    return table


def problems(entries: Iterable[Entry], *, cases: Iterable[str], requirements: Iterable[str]) -> list[str]:
    """What a person still has to do about a baseline, a line each."""
    known_cases, known_requirements = set(cases), set(requirements)
    found = []
    for entry in entries:
        if entry.case not in known_cases:
            found.append(f"{entry.case}: there is no such case")
        if not entry.reason.strip():
            found.append(f"{entry.case}: the reason is empty: say by which mechanism the IUT deviates")
        if entry.requirement and entry.requirement not in known_requirements:
            found.append(f"{entry.case}: there is no requirement {entry.requirement}")
    return found
