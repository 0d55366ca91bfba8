# SPDX-License-Identifier: BSD-2-Clause
"""report.html and `postel report`: readable as it is, whole, and nothing in it that a result could have put there."""

import re
import xml.etree.ElementTree as xml
from html.parser import HTMLParser
from pathlib import Path

import fakes
import pytest
from fakes import World, make_world, outcome, run
from postel import cli, report, results
from postel.kit import Recorded
from postel.requirements import section_address

assert make_world  # the fixture `world`
OUT = Path("postel-out")
VOID = {"meta", "br", "link", "img", "hr"}


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
            assert (OUT / href).exists()


def test_behind_a_cell_is_all_that_is_known(page: Page) -> None:
    words = " ".join(page.text.split())
    assert "MUST RFC 1122 3.2.1.1" in words
    assert "https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.1" in page.values("href")
    for said in ("silence after version 6", "VERSION", "IpInHdrErrors +1", "./postel run rfc1122/3.2.10/ten --iut linux:tap",
                 "rfc1122-3.2.10-ten-linux-tap.pcapng", "echo request 198.18.0.1 > 198.18.0.2", "TTL 64 ",
                 "08 00 45 00"):  # fmt: skip
        assert said in words, said


def test_failures_come_first_and_sections_in_their_order(page: Page) -> None:
    text = page.text
    assert text.index("Failures") < text.index("Cases and IUTs") < text.index("Results")
    assert text.index("RFC 1122 3.2.9", text.index("Cases and IUTs")) < text.index(
        "RFC 1122 3.2.10", text.index("Cases and IUTs")
    )
    results_ = text[text.rindex("Results") :]
    assert results_.index("rfc1122/3.2.10/ten") < results_.index("rfc1122/3.2.9/nine") < results_.index("rfc1122/3.2.9/open")


def test_what_is_too_big_goes_beside_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Recorded(n / 1000, 0, False, fakes.REPLY + bytes(2000), f"frame number {n}") for n in range(40)]
    for case in world.cases:
        world.verdicts["linux", case.id] = outcome(case, "warn", frames=frames)
    run("--iut", "linux")
    whole = (OUT / "report.html").stat().st_size
    monkeypatch.setattr(report, "EMBEDDED", 60_000)
    report.write(results.read(OUT), OUT / "report.html")
    assert (OUT / "report.html").stat().st_size < whole - 60_000
    page = Page(OUT / "report.html")
    aside = [href for href in page.values("href") if href.endswith(".html")]
    assert len(aside) == 2 and page.open == []
    beside = Page(OUT / aside[0])
    assert "frame number 39" in beside.text and beside.open == []
    back = [href for href in beside.values("href") if "report.html#" in href]
    assert back[0].partition("#")[2] in page.values("id")


def test_a_frame_is_cut_where_it_gets_long() -> None:
    assert report.dump(bytes(300)).splitlines()[-1] == "and 44 octets more in the capture"
    assert len(report.dump(bytes(256)).splitlines()) == 16


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


def test_report_of_nothing_is_2(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "nowhere"]) == 2
    assert "give a results.json" in capsys.readouterr().err
