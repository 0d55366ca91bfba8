# SPDX-License-Identifier: BSD-2-Clause
"""What the programs of the reference stack give up once they run, and that a sanitizer's report comes whole out of the sandbox."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from postel.base import build, patience
from postel.base.paths import CONFORMANCE, ROOT
from postel.iut import iut
from postel.iut.iut import Definition, Instance
from postel.iut.links import LinkClosed, Sim
from postel.lab import client
from test_confine import TESTS
from test_lab import ended, request, small, started

REFUSED = ["openat", "socket", "ptrace", "clone", "execve", "kill", "mmap", "rt_sigaction"]
NEEDED = ["threads", "allocate"]


@pytest.fixture(autouse=True)
def _lab() -> Iterator[None]:
    patience.forget()
    yield
    client.end()


@pytest.fixture(scope="module")
def where() -> Path:
    built = build.build()
    said = subprocess.run([built / "stack/port/v4host", "--help"], capture_output=True, text=True, check=True).stdout
    if "(seccomp)" not in said:
        pytest.skip("this build has no libseccomp")
    return built


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("object") / "refused_calls.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-pthread", f"-I{CONFORMANCE / 'iut'}", "-o", made, TESTS / "refused_calls.c"],
                   check=True)  # fmt: skip
    return made


def over_sim(hostile: Path, where: Path, *privileges: str) -> Instance:
    table = {"name": "hostile", "about": "for tests", "links": ["sim"], "object": {"sim": str(hostile)}}
    return started(iut.parse(table | ({"privileges": list(privileges)} if privileges else {})), "sim", where)


def made(instance: Instance, call: str) -> list[str]:
    assert isinstance(instance.link, Sim)
    return instance.link.line(f"1 {call}")


@pytest.mark.parametrize("call", REFUSED)
def test_an_object_is_ended_by_a_call_that_it_has_no_need_of(where: Path, hostile: Path, call: str):
    instance = over_sim(hostile, where)
    with pytest.raises(LinkClosed):
        made(instance, call)
    assert instance.obituary() == f"killed by SIGSYS: the system call {call} is refused by the sandbox"


@pytest.mark.parametrize("call", NEEDED)
def test_an_object_may_do_what_a_stack_needs(where: Path, hostile: Path, call: str):
    assert made(over_sim(hostile, where), call) == ["1 ok"]


@pytest.mark.parametrize("call", [*REFUSED[:-1], *NEEDED])
def test_an_object_may_do_all_of_it_where_its_definition_asks_for_that(where: Path, hostile: Path, call: str):
    instance = over_sim(hostile, where, "unconfined")
    if call == "execve":
        with pytest.raises(LinkClosed):
            made(instance, call)
        assert instance.obituary() == "exit code 0"  # it has become `true`
    else:
        assert made(instance, call) == ["1 ok"]


@pytest.mark.parametrize("link", ["fd", "sim"])
def test_the_reference_is_confined_so(where: Path, link: str):
    instance = started(iut.load("reference"), link, where)
    assert "few system calls" in (instance.patience.confinement or [])
    assert instance.close() == ""


def test_an_abort_is_still_one(where: Path, hostile: Path):
    instance = over_sim(hostile, where)
    with pytest.raises(LinkClosed):
        made(instance, "abort")
    assert instance.obituary() == "killed by SIGABRT"


def over_fd(hostile: Path, where: Path, call: str, *words: str) -> str:
    """What became of postel-host that runs the object."""
    command = [str(where / "stack/port/postel-host"), str(hostile), "--fd", "{if0}", "--addr", "{if0.addr}/{if0.prefix}",
               "--mac", "{if0.mac}", *words]  # fmt: skip
    instance = started(small("fd", upper_tester="none", command={"fd": command}), "fd", where)
    os.write(instance._lines._requests, f"1 {call}\n".encode())  # type: ignore[union-attr]
    ended(instance)
    return instance.obituary()


@pytest.mark.parametrize("call", ["openat", "socket", "clone"])
def test_over_a_real_link_it_is_ended_as_well(where: Path, hostile: Path, call: str):
    assert over_fd(hostile, where, call) == f"killed by SIGSYS: the system call {call} is refused by the sandbox"


# Sanitizers


@pytest.mark.parametrize("sanitize, source", [("none", "confine.c"), ("address,undefined", "confine_none.c")])
def test_a_build_with_a_sanitizer_keeps_every_call(where: Path, sanitize: str, source: str, tmp_path: Path):
    subprocess.run(["meson", "setup", f"-Db_sanitize={sanitize}", tmp_path, ROOT], capture_output=True, check=True)
    shown = subprocess.run(["meson", "introspect", "--targets", tmp_path], capture_output=True, text=True, check=True).stdout
    [port] = [target for target in json.loads(shown) if target["name"] == "port"]
    assert source in {Path(file).name for part in port["target_sources"] for file in part.get("sources", [])}


@pytest.fixture(scope="module", params=["gcc", "clang"])
def sanitized(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which(request.param):
        pytest.skip(f"there is no {request.param}")
    made = tmp_path_factory.mktemp("sanitized") / "overflowing_iut"
    subprocess.run([request.param, "-g", "-O1", "-fsanitize=address", "-fno-omit-frame-pointer", "-o", made,
                    TESTS / "overflowing_iut.c"], check=True)  # fmt: skip
    return made


def level_0(program: Path, *words: str) -> Definition:
    return small("fd", upper_tester="none", command={"fd": [str(program), "{if0}", *words]})


def test_a_sanitizers_report_comes_whole_out_of_the_sandbox(sanitized: Path):
    """With its stack, file and line, for which it starts a symbolizer."""
    instance = started(level_0(sanitized), "fd")
    instance.link.send(0, request())
    ended(instance)
    assert "ERROR: AddressSanitizer: heap-buffer-overflow" in instance.obituary()
    text = instance.stderr().decode()
    assert "READ of size 1" in text
    for frame in (r"#0 0x\w+ in sum_of_one_too_many .*overflowing_iut.c:19", r"#1 0x\w+ in main .*overflowing_iut.c:32"):
        assert re.search(frame, text), text
    assert "is located 0 bytes" in text and "allocated by thread T0 here:" in text
    assert "Shadow bytes around the buggy address" in text and text.rstrip().endswith("ABORTING")


def test_a_leak_is_found_inside_the_sandbox(sanitized: Path):
    """For which the sanitizer stops the program's threads by ptrace."""
    instance = started(level_0(sanitized, "leaks"), "fd")
    instance.link.send(0, request())
    instance.link.wait(0.1)
    said = instance.close(thorough=True)
    assert "ERROR: LeakSanitizer: detected memory leaks" in said
