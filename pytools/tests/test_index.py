# SPDX-License-Identifier: BSD-2-Clause
"""The index of cases and requirements: it says what they say, and not what they said."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from postel import kit
from postel.base.paths import ROOT
from postel.catalogue.requirements import catalogue
from postel.cli import index

CASE = "rfc1122/3.2.1.1/version_not_4"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that its files can change."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("conformance", "pytools/postel"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def listed(checkout: Path, *words: str, code: int = 0, modules: str = "") -> str:
    """What `list` there says; with `modules` in front, as if these could not be imported."""
    hidden = "".join(f"sys.modules[{name!r}] = None; " for name in modules.split())
    program = f"import sys; {hidden}from postel.cli.cli import main; sys.exit(main(['list', *{list(words)}]))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], env={"PYTHONPATH": str(checkout / "pytools"), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_it_says_what_the_cases_and_the_catalogue_say(tmp_path: Path) -> None:
    made, read = index.load(tmp_path / "deep" / "index.json"), index.load(tmp_path / "deep" / "index.json")
    assert made == read
    assert read.requirements == catalogue()
    for entry, case in zip(read.cases, kit.cases(), strict=True):
        assert (entry.id, entry.words, entry.kind, tuple(entry.requirements)) == (case.id, case.words, case.kind, case.requirements)
        assert entry.violators == {id_: violator.words() for id_, violator in case.violators.items()}
        assert (set(entry.needs), set(entry.profiles), entry.slow) == (case.needs, case.profiles, case.slow)
        assert ROOT / entry.source.rpartition(":")[0] == case.path


def test_a_list_from_the_index_needs_no_module_but_pythons_own(checkout: Path) -> None:
    assert CASE in listed(checkout)
    foreign = "scapy pytest tomlkit jinja2 jsonschema"
    assert CASE in listed(checkout, modules=foreign)
    (checkout / "build" / "index.json").unlink()
    assert "cannot import" in listed(checkout, modules=foreign, code=3)


@pytest.mark.parametrize("same", ["size", "time"])
def test_a_file_of_cases_that_changed_is_read_again(checkout: Path, same: str) -> None:
    file = checkout / "conformance/rfc1122/section_3_2_1_1.py"
    listed(checkout)
    before, at = file.read_text(), file.stat()
    words = {"size": "Only version 5", "time": "Nothing but version 4"}[same]
    file.write_text(before.replace("Only version 4", words))
    os.utime(file, ns=(at.st_atime_ns, at.st_mtime_ns + 10**9 * (same == "size")))
    assert (file.stat().st_size == at.st_size) == (same == "size")
    said = listed(checkout, CASE)
    file.write_text(before)
    assert words in said


def test_a_file_of_cases_that_is_new_or_gone_is_noticed(checkout: Path) -> None:
    listed(checkout)
    file = checkout / "conformance/rfc792/section_echo.py"
    held = file.rename(file.with_name("kept"))
    assert "nothing matches rfc792/echo/" in listed(checkout, "rfc792/echo/", code=5)
    held.rename(file)
    assert "rfc792/echo/" in listed(checkout, "rfc792/echo/")


def test_a_changed_catalogue_is_noticed(checkout: Path) -> None:
    listed(checkout)
    file = checkout / "conformance/requirements.toml"
    file.write_text(file.read_text().replace('rule = "Version field other', 'rule = "Version nibble other'))
    assert "Version nibble other" in listed(checkout, "--requirements", "RFC1122-3.2.1.1-a")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"stands_on": 1}', "\udcff"])
def test_what_is_no_index_is_made_anew(text: str, tmp_path: Path) -> None:
    kept = tmp_path / "index.json"
    kept.write_bytes(text.encode(errors="surrogateescape"))
    assert [entry.id for entry in index.load(kept).cases] == [case.id for case in kit.cases()]
    assert json.loads(kept.read_text())["cases"]


def test_where_it_cannot_be_kept_it_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert index.load(tmp_path / "file" / "index.json").cases
    assert os.listdir(tmp_path) == ["file"]
    (tmp_path / "kept").mkdir()  # in the way: it cannot be replaced
    assert index.load(tmp_path / "kept").cases
    assert sorted(os.listdir(tmp_path)) == ["file", "kept"]
