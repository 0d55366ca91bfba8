# SPDX-License-Identifier: BSD-2-Clause
"""report.html and `postel report`: readable as it is, whole, and nothing in it that a result could have put there."""

import re
import xml.etree.ElementTree as xml
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, outcome, run
from postel import kit
from postel.catalogue.requirements import catalogue, section_address
from postel.cli import cli
from postel.kit import Recorded
from postel.results import evidence, junit, report, report_frames, results
from test_results import document, result

assert make_world  # the fixture `world`
OUT = Path("postel-out")
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """The elements of a page; `open` is empty after a balanced one."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name))]


@pytest.fixture(name="page")
def failing_run(world: World) -> Page:
    world.cases = [
        fakes.case("rfc1122/3.2.10/ten"),
        fakes.case("rfc1122/3.2.9/nine", fakes.SHOULD),
        fakes.case("rfc1122/3.2.9/open"),
    ]
    world.verdicts |= {
        ("linux", "rfc1122/3.2.10/ten"): outcome(world.cases[0], "fail", actual="<script>alert(1)</script> & co"),
        ("linux", "rfc1122/3.2.9/nine"): outcome(world.cases[1], "warn"),
        ("linux", "rfc1122/3.2.9/open"): outcome(world.cases[2], "info", label="first <wins>"),
    }
    assert run() == 1
    return Page(OUT / "report.html")


def test_it_is_balanced_has_no_script_and_loads_nothing(page: Page) -> None:
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not page.values("src")
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    style = re.search(r"<style>(.*?)</style>", (OUT / "report.html").read_text(), re.DOTALL)
    assert style and "url(" not in style[1] and "@import" not in style[1] and "prefers-color-scheme: dark" in style[1]
    assert "<script>alert(1)</script> & co" in page.text and "first <wins>" in page.text


def test_every_link_within_leads_somewhere(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    within = {href[1:] for href in page.values("href") if href.startswith("#")}
    assert within and within <= set(ids)
    for href in page.values("href"):
        if not href.startswith(("#", "https://www.rfc-editor.org/rfc/rfc")):
            assert (OUT / href.partition("#")[0]).exists()


def test_behind_a_cell_is_all_that_is_known(page: Page) -> None:
    words = " ".join(page.text.split())
    assert "MUST RFC 1122 3.2.1.1" in words
    assert "https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.1" in page.values("href")
    for said in ("silence after version 6", "VERSION", "IpInHdrErrors +1", "./postel run rfc1122/3.2.10/ten --iut linux:tap",
                 "echo request 198.18.0.1 > 198.18.0.2", "TTL 64 ",
                 "08 00 45 00"):  # fmt: skip
        assert said in words, said
    assert "evidence/rfc1122-3.2.10-ten-linux-tap.pcapng" in page.values("href")


def test_failures_come_first_and_sections_in_their_order(page: Page) -> None:
    text = page.text
    assert text.index("Failures") < text.index("Cases and IUTs") < text.index("Results")
    assert text.index("RFC 1122 3.2.9", text.index("Cases and IUTs")) < text.index(
        "RFC 1122 3.2.10", text.index("Cases and IUTs")
    )
    results_ = text[text.rindex("Results") :]
    assert results_.index("rfc1122/3.2.10/ten") < results_.index("rfc1122/3.2.9/nine") < results_.index("rfc1122/3.2.9/open")


def test_frames_of_what_did_not_fail_are_beside_it(page: Page) -> None:
    [where] = {href for href in page.values("href") if href.startswith("evidence/") and ".html" in href}
    assert where == "evidence/rfc1122-3.2.9.html#rfc1122-3.2.9-nine-linux-tap-modern"
    beside = Page(OUT / where.partition("#")[0])
    assert "TTL 64 " in beside.text and "IpInHdrErrors +1" in beside.text and beside.open == []
    for href in beside.values("href"):
        place, _, anchor = href.partition("#")
        assert (OUT / "evidence" / place).exists() and (not anchor or anchor in page.values("id"))


def test_a_page_of_somebody_is_not_written_over(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    mine = OUT / "evidence/rfc1122-3.2.9.html"
    assert cli.main(["report"]) == 0
    mine.write_text("mine")
    assert cli.main(["report"]) == 2
    assert f"{mine} was changed since Postel wrote it" in capsys.readouterr().err and mine.read_text() == "mine"


def test_what_is_too_big_goes_beside_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Recorded(n / 1000, 0, False, fakes.REPLY + bytes(2000), f"frame number {n}") for n in range(40)]
    for case in world.cases:
        world.verdicts["linux", case.id] = outcome(case, "fail", frames=frames)
    run("--iut", "linux")
    whole = (OUT / "report.html").stat().st_size
    monkeypatch.setattr(report_frames, "EMBEDDED", 60_000)
    report.write(results.read(OUT), OUT / "report.html")
    assert (OUT / "report.html").stat().st_size < whole - 60_000
    page = Page(OUT / "report.html")
    aside = {href for href in page.values("href") if ".html#" in href}
    assert len(aside) == 2 and page.open == []
    assert "frame number 39" in Page(OUT / aside.pop().partition("#")[0]).text


def test_of_a_flood_the_ends_and_the_judged_frame_are_shown(tmp_path: Path) -> None:
    case = fakes.case("rfc1/1/one")
    frames = [Recorded(n / 1000, 0, False, fakes.REPLY, f"frame number {n}") for n in range(1, 5001)]
    evidence.write(tmp_path / "a.pcapng", outcome(case, "fail", frames=frames), iut="x", link="tap")
    rows = report_frames.rows_of(tmp_path / "a.pcapng", {**result(), "frame": 2500})
    assert len(rows) == 122 and [row["numbers"] for row in rows if "numbers" in row][59:62] == [[60], [2500], [4941]]
    assert rows[61] == {"gap": "and 4,879 more, which are in the capture"}


def test_a_capture_that_is_none_is_said_to_be_that(world: World) -> None:
    world.verdicts["linux", "rfc1/1/one"] = "fail"
    run("--iut", "linux")
    next(OUT.glob("evidence/*.pcapng")).write_bytes(b"what is this")
    report.write(results.read(OUT), OUT / "report.html")
    assert "is not evidence that this postel wrote" in Page(OUT / "report.html").text


def test_a_frame_is_cut_where_it_gets_long() -> None:
    assert report_frames.dump(bytes(300)).splitlines()[-1] == "and 44 octets more in the capture"
    assert len(report_frames.dump(bytes(256)).splitlines()) == 16


def page_of(tmp_path: Path, *found: results.Result, **changed: Any) -> Page:
    (tmp_path / "report.html").unlink(missing_ok=True)
    report.write({**document(*found), **changed}, tmp_path / "report.html")  # type: ignore[typeddict-item]
    return Page(tmp_path / "report.html")


def test_what_one_should_know_is_at_the_top(tmp_path: Path) -> None:
    known = {"verdict": "fail", "reason": "so", "state": "unexpected-pass"}
    found = [result("a/b/c", baseline=known), result("a/b/d", "warn"), result("a/b/e", "not-applicable")]
    left = {"left_out": [{"iut": "lwip", "link": "tap", "why": "no tun"}], "deselected": {"slow": 3, "pattern": 0, "excluded": 1}}
    text = page_of(tmp_path, *found, **left).text
    top = text[: text.index("Implementations under test")]
    for words in ("not judged here: lwip over tap (no tun)", "Warnings: 1", "Unexpected passes: 1",
                  "Not applicable or unsupported: 1", "3 cases left out: slow", "1 case left out: excluded", "No failure"):  # fmt: skip
        assert words in top, words
    assert "not asked for" not in top


def test_what_was_cut_what_it_said_and_what_else_was_seen_of_it(tmp_path: Path) -> None:
    said = "evidence/a.stderr.txt"
    made = document(result("a/b/c", "fail", evidence="evidence/a.pcapng", frame=9, frames_left_out=70, stderr=said))
    made["iuts"][0] |= {"remarks": ["it takes no notice of the end of its input"], "confinement": ["no seccomp"], "settings": ["net.ipv4.ipfrag_time = 1 (by default 30): waited for"],
                        "broken": "it broke", "baseline": "my/known.toml"}  # fmt: skip
    report.write(made, tmp_path / "report.html")
    page = Page(tmp_path / "report.html")
    assert said in page.values("href")
    for words in ("frame 9 (70 of the middle are not kept)", "no notice of the end", "no seccomp", "it broke", "my/known.toml"):
        assert words in page.text


def test_what_was_asked_for_and_is_not_judged_is_a_headline(tmp_path: Path) -> None:
    left = [{"iut": "lwip", "link": "tap", "why": "no tun", "asked": True},
            {"iut": "linux", "link": "sim", "why": "no", "instead": "tap"}]  # fmt: skip
    page = page_of(tmp_path, result(), left_out=left)
    text = page.text[: page.text.index("Implementations under test")]
    assert "asked for, and not judged here: lwip over tap (no tun)" in text and "over sim" not in text
    assert ("p", {"class": "banner bad"}) in page.tags and "No failure" not in text


def test_the_title_says_what_could_not_be_judged(tmp_path: Path) -> None:
    text = page_of(tmp_path, result("a/b/c"), result("a/b/d", "fail"), result("a/b/e", "error")).text
    assert "Postel: 1 failure, 1 not judged, 2026" in text and "1 result of 3 could not be judged" in text


def test_why_a_run_was_cut_short_is_said(tmp_path: Path) -> None:
    made = document(result())
    made |= {"complete": False, "run": {**made["run"], "cut_short": "--timeout 5 has passed"}}
    report.write(made, tmp_path / "report.html")
    assert "The run was cut short, --timeout 5 has passed: these are the 1 result" in Page(tmp_path / "report.html").text


def test_385_results_without_a_judgement_are_one_cause(tmp_path: Path) -> None:
    lost = [result(f"a/b/c{n}", "error", actual="it does not start", expected="an IUT that can be judged") for n in range(385)]
    text = page_of(tmp_path, *lost).text
    assert "Nothing was judged of linux over tap: it does not start" in text
    assert " failures" not in text and text.startswith("\n\n\n\n\nPostel: nothing was judged"), text[:100]
    assert text.count("it does not start") < 385 + 5 and "the 385 cases" in text


def test_one_rule_broken_with_many_numbers_is_one_cause(tmp_path: Path) -> None:
    text = page_of(tmp_path, *(result(f"a/b/c{n}", "fail", actual=f"reply {n}") for n in range(9))).text
    assert "9 failures among 9 results" in text and "the 9 cases" in text


def hidden(page: str, off: set[str], chosen: str) -> set[str]:
    """The classes that the page's style hides, when these inputs are off and that IUT is chosen."""
    said: set[str] = set()
    for rule in re.findall(r"^(#\S+)~section ([^{]+)\{display:none\}$", page, re.MULTILINE):
        checks = [re.fullmatch(r"#([\w-]+?)(:checked|:not\(:checked\))", check) for check in rule[0].split("~")]
        assert all(checks)
        if all((check[1] == chosen if check[2] == ":checked" else check[1] in off) for check in checks if check):
            said.add(rule[1])
    return said


def test_a_row_is_hidden_exactly_when_nothing_of_it_is_left(tmp_path: Path) -> None:
    verdicts = [("pass", "pass"), ("pass", "fail"), ("warn", "not-applicable"), ("fail", "fail"), ("info", "pass")]
    found = [result(f"a/{n}/c", verdict, iut) for n, pair in enumerate(verdicts)
             for iut, verdict in zip(("linux", "reference"), pair, strict=True)]  # fmt: skip
    found += [result("a/9/alone", "pass", "linux")]
    levels = {id_: {"rfc": 1, "section": "1", "level": level, "rule": "so", "provisional": False}
              for id_, level in ((fakes.RULE, "MUST"), (fakes.SHOULD, "SHOULD NOT"))}  # fmt: skip
    found = [{**r, "requirements": [fakes.SHOULD]} if r["case"] == "a/3/c" else r for r in found]
    page = page_of(tmp_path, *found, requirements=levels)
    text = (tmp_path / "report.html").read_text()
    order = [attributes["id"] for tag, attributes in page.tags if tag == "input"]
    assert order[:3] == ["iut-all", "iut-0", "iut-1"] and page.open == []
    rows = [str(attributes.get("class")).split() for tag, attributes in page.tags if tag == "tr"]
    rows = [row for row in rows if len(row) == 4]
    assert len(rows) == 6
    kinds = {"pass", "fail", "warn", "na", "info"}
    for off in [set[str](), {"pass"}, {"pass", "info"}, {"fail"}, {"warn"}, {"warn", "na"}, kinds, {"must"}, {"should"}]:
        for chosen in ("iut-all", "iut-0", "iut-1"):
            gone = hidden(text, {f"show-{name}" for name in off}, chosen)
            for number, row in zip([0, 1, 2, 3, 4, 9], rows, strict=True):
                own = [r for r in found if r["case"].startswith(f"a/{number}/")]
                own = [r for r in own if chosen in ("iut-all", "iut-0" if r["iut"] == "linux" else "iut-1")]
                level = "should" if number == 3 else "must"
                left = [r for r in own if {"not-applicable": "na"}.get(r["verdict"], r["verdict"]) not in off and level not in off]
                assert (not left) == any(f".{name}" in gone for name in row), (number, off, chosen, gone)


def test_every_rule_names_inputs_in_their_order(page: Page) -> None:
    order = [attributes["id"] for tag, attributes in page.tags if tag == "input"]
    for rule in re.findall(r"^(#\S+)~section ", (OUT / "report.html").read_text(), re.MULTILINE):
        named = [order.index(name) for name in re.findall(r"#([\w-]+)", rule)]
        assert named == sorted(named), "a sibling further on is what ~ means"


def test_a_name_steers_no_style(tmp_path: Path) -> None:
    made = document(result(), result(iut="reference"))
    made["iuts"][0]["name"] = 'x"}</style><script>alert(1)</script>'
    report.write(made, tmp_path / "report.html")
    assert "<script" not in (tmp_path / "report.html").read_text()


def test_the_report_of_a_default_run_is_light(tmp_path: Path) -> None:
    """All cases, of two IUTs, with counters and captures; a hundred of them not as they should be."""
    every = kit.cases()
    made = document(*(result(case.id, "warn" if n < 100 else "pass", iut, requirements=list(case.requirements),
                             counters={f"Some.Counter{k}": k for k in range(15)},
                             evidence=f"evidence/{evidence.name(case.id, iut, 'tap')}",
                             repeat=f"./postel run {case.id} --iut {iut}:tap")
                      for n, case in enumerate(every) for iut in ("linux", "reference")))  # fmt: skip
    source = "conformance/rfc1122/section_3_2_1_1.py:11"
    made["cases"] = {case.id: {"words": case.words, "kind": case.kind, "since": "0.1", "source": source} for case in every}
    made["requirements"] = {
        id_: {"rfc": row.rfc, "section": row.section, "level": row.level, "rule": row.rule, "provisional": False}
        for id_, row in catalogue().items()
    }
    report.write(made, tmp_path / "report.html")
    assert 600 < (tmp_path / "report.html").stat().st_size / len(made["results"]) < 1_200  # octets


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_what_is_written_can_be_read_in_the_light_and_in_the_dark() -> None:
    """WCAG 2: a contrast of 4.5 between a text and its ground."""
    style = (Path(report.__file__).parent / "templates" / "style.css").read_text()
    light, dark = style.split("@media (prefers-color-scheme", 2)[:2]
    for part in (light, dark):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part))
        pairs = [(ink, ground) for ink in ("ink", "quiet", "link", "known-ink") for ground in ("ground", "panel")]
        pairs += [("ink", "code"), *((f"{name}-ink", name) for name in ("pass", "info", "warn", "inconclusive", "fail", "error"))]
        for ink, ground in pairs:
            bright, dim = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= 4.5, (ink, ground)


@pytest.mark.parametrize(
    ("rfc", "section", "address"),
    [(1122, "3.2.1.1", "1122#section-3.2.1.1"), (791, "3.1 IHL", "791#section-3.1"),
     (1122, "3.2.1.8e", "1122#section-3.2.1.8"), (815, "App.I", "815#appendix-I"), (792, "echo", "792")],
)  # fmt: skip
def test_the_address_of_a_section(rfc: int, section: str, address: str) -> None:
    assert section_address(rfc, section) == f"https://www.rfc-editor.org/rfc/rfc{address}"


def test_report_of_a_killed_run(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    lines = (OUT / "events.jsonl").read_text().splitlines()
    (OUT / "events.jsonl").write_text("\n".join([*lines[:4], '{"event": "res']))
    for name in ("results.json", "report.html", "junit.xml"):
        (OUT / name).unlink()
    assert cli.main(["report", "--format", "html", "--format", "junit", "--format", "text"]) == 0
    again = Page(OUT / "report.html")
    assert "The run was cut short: these are the 3 results that it had." in again.text and again.open == []
    assert len(list(xml.parse(OUT / "junit.xml").getroot().iter("testcase"))) == 3
    said = capsys.readouterr().out
    assert "3 judged" in said and "the run was cut short" in said


def test_report_makes_the_junit_that_the_run_made(page: Page) -> None:
    def essence() -> list[tuple[str | None, str | None, list[str], list[tuple[str | None, str | None]]]]:
        found = [
            (case.get("classname"), case.get("name"),
             [e.get("message") or "" for tag in ("failure", "skipped") for e in case.iter(tag)],
             sorted((p.get("name"), p.get("value")) for p in case.iter("property") if p.get("name") != "warning"))
            for case in xml.parse(OUT / "junit.xml").getroot().iter("testcase")
        ]  # fmt: skip
        return sorted(found, key=lambda one: one[:2])

    by_the_run = essence()
    assert cli.main(["report", "--format", "junit"]) == 0
    assert essence() == by_the_run and len(by_the_run) == 6


def test_an_iut_that_was_not_judged_here_is_in_junit(tmp_path: Path) -> None:
    made = document(result())
    made["left_out"] = [
        {"iut": "lwip", "link": "fd", "why": "it is \x1b not set up", "asked": True}, {"iut": "lwip", "link": "tap", "why": "no"},
        {"iut": "other", "link": "fd", "why": "no"}, {"iut": "linux", "link": "sim", "why": "no", "instead": "tap"},
    ]  # fmt: skip
    junit.write(tmp_path / "junit.xml", junit.left_out(made))
    found = xml.parse(tmp_path / "junit.xml").getroot()
    assert [(one.get("name"), one.get("errors"), one.get("skipped")) for one in found] == [("lwip", "1", "0"), ("other", "0", "1")]
    assert [one.get("message") for one in found.iter("error")] == ["not judged here over fd: it is \\x1b not set up; over tap: no"]
    assert [one.get("message") for one in found.iter("skipped")] == ["not judged here over fd: no"]


def test_report_of_nothing_is_2(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "nowhere"]) == 2
    assert "give a results.json" in capsys.readouterr().err
