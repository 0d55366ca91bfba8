# SPDX-License-Identifier: BSD-2-Clause
"""What is read in a fuzzer's output, how an input is made small, and what `postel fuzz` says and returns."""

import shutil
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest
from postel.base import script
from postel.base.exits import Exit, PostelError
from postel.base.paths import ROOT
from postel.base.script import Advance, Frame, Op, Record
from postel.cli import cli
from postel.commands import fuzz
from postel.fuzzing import fuzzing, seeds

Patch, Said = pytest.MonkeyPatch, pytest.CaptureFixture[str]
PROGRAM = Path("/build/fuzz_reass")

ASAN = """\
=================================================================
==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000078 at pc 0x55 bp 0x7f sp 0x7e
READ of size 1 at 0x602000000078 thread T0
    #0 0x55c2eefd5207 in parse_one /copy/stack/wire/option.c:153:14
    #1 0x55c2eefd5208 in v4_options_parse ../sources/stack/wire/option.c:169:29
    #2 0x55c2eefd5209 in LLVMFuzzerTestOneInput /copy/fuzz/fuzz_ip_options.c:182:9
    #3 0x55c2eefd520a in fuzzer::Fuzzer::ExecuteCallback(unsigned char const*, unsigned long) (/x/fuzz+0x512f3)

0x602000000078 is located 0 bytes to the right of 8-byte region
    #0 0x55c2eefd5207 in __interceptor_malloc (/x/fuzz+0x1)
SUMMARY: AddressSanitizer: heap-buffer-overflow /copy/stack/wire/option.c:153:14 in parse_one
"""
ORACLE = """\
INFO: Seed: 1
ORACLE BROKEN: deliver: 16 octets, not 24 (../../fuzz/fuzz_reass.c:101)
    #0 0x55 in __sanitizer_print_stack_trace (/x/fuzz+0x1)
    #1 0x56 in oracle_broken /w/fuzz/fuzz.c:21:9
    #2 0x57 in check_datagram /w/fuzz/fuzz_reass.c:101:5
    #3 0x58 in LLVMFuzzerTestOneInput /build/fuzz/../../w/fuzz/fuzz_reass.c:250:5
==7== ERROR: libFuzzer: deadly signal
"""
UBSAN = "/w/stack/table/reass.c:364:9: runtime error: member access within null pointer\n"
LEAK = "==9==ERROR: LeakSanitizer: detected memory leaks\n\n    #0 0x1 in malloc (/x+1)\n    #1 0x2 in f /w/stack/a.c:3:4\n"
MEMORY = "==9==WARNING: MemorySanitizer: use-of-uninitialized-value\n    #0 0x1 in f /w/stack/a.c:3:4\n"


@pytest.mark.parametrize(
    ("said", "kind", "broken", "stack"),
    [
        (ASAN, "ASan heap-buffer-overflow", "AddressSanitizer: heap-buffer-overflow, READ of size 1",
         ["parse_one stack/wire/option.c:153", "v4_options_parse stack/wire/option.c:169",
          "LLVMFuzzerTestOneInput fuzz/fuzz_ip_options.c:182"]),
        (ORACLE, "oracle deliver", "deliver: 16 octets, not 24",
         ["check_datagram fuzz/fuzz_reass.c:101", "LLVMFuzzerTestOneInput fuzz/fuzz_reass.c:250"]),
        (UBSAN, "UBSan", "runtime error: member access within null pointer (stack/table/reass.c:364)", []),
        (LEAK, "LSan leak", "LeakSanitizer: detected memory leaks", ["f stack/a.c:3"]),
        (MEMORY, "MSan use-of-uninitialized-value", "MemorySanitizer: use-of-uninitialized-value", ["f stack/a.c:3"]),
        ("==7== ERROR: libFuzzer: timeout after 10 seconds\n", "hang", "one execution took more than 10 s", []),
        ("==7== ERROR: libFuzzer: out-of-memory (used: 1025Mb)\n", "libFuzzer out-of-memory", "libFuzzer: out-of-memory", []),
    ],
)  # fmt: skip
def test_a_report_says_what_broke_and_where(said: str, kind: str, broken: str, stack: list[str]) -> None:
    finding = fuzzing.finding_in(said.splitlines())
    assert finding == fuzzing.Finding(kind, broken, tuple(stack))


def test_no_report_is_no_finding() -> None:
    assert fuzzing.finding_in(["INFO: Seed: 1", "Done 5 runs in 0 second(s)"]) is None


def test_progress_and_artifact_are_heard() -> None:
    search = fuzzing.Search("reass", [])
    for line in (
        "INFO: Seed: 1",
        "#2048\tNEW    cov: 293 ft: 1100 corp: 86/20Kb lim: 1024 exec/s: 1024 rss: 33Mb L: 120/1000 MS: 1 Custom-",
        "artifact_prefix='./'; Test unit written to ./crash-9c31",
        "stat::number_of_executed_units: 2077",
    ):
        fuzzing.hear(search, line)
    assert (search.executions, search.coverage, search.corpus) == (2077, 293, 86)
    assert search.artifact == Path("./crash-9c31")
    assert search.said == ["INFO: Seed: 1"]


@pytest.mark.parametrize(("through", "judged"), [("100 of 100", True), ("30 of 100", True), ("20 of 100", False), ("0 of 2000", False), ("0 of 3", True)])
def test_a_search_of_which_little_got_through_the_parser_judged_nothing(through: str, judged: bool, tmp_path: Path) -> None:
    program = tmp_path / "fuzz_reass"
    program.write_text(f"#!/bin/sh\necho 'stat::through: {through}'\n")
    program.chmod(0o755)
    if judged:
        assert fuzzing.run(fuzzing.Search("reass", [str(program)])).artifact is None
        return
    with pytest.raises(PostelError, match="nothing was judged"):
        fuzzing.run(fuzzing.Search("reass", [str(program)]))


def test_a_search_is_what_was_asked_for(tmp_path: Path) -> None:
    made = fuzzing.search("reass", PROGRAM, seed=7, corpus=tmp_path, start=[Path("s")], artifacts="out/",
                          seconds=12, executions=0)  # fmt: skip
    dictionary = f"-dict={ROOT}/fuzz/dict/reass.dict"
    for option in ("-seed=7", "-max_total_time=12", "-runs=0", "-artifact_prefix=out/", dictionary):
        assert option in made.command
    assert list(made.command[-2:]) == [str(tmp_path), "s"]  # what is new goes to the first of them, never to the seeds
    assert "-keep_seed=1" not in made.command
    empty = fuzzing.search("empty", PROGRAM, seed=1, corpus=tmp_path, start=[], artifacts="", seconds=1)
    assert "-keep_seed=1" in empty.command


@pytest.mark.parametrize("target", seeds.TARGETS)
def test_the_seeds_are_what_their_code_writes(target: str) -> None:
    held = {path.stem: path.read_bytes() for path in (ROOT / "corpus" / "seed" / target).iterdir()}
    assert held == seeds.TARGETS[target]()
    assert max(map(len, held.values())) <= fuzzing.TARGETS[target]  # else the search would cut it


@pytest.mark.parametrize("target", fuzzing.TARGETS)
def test_inputs_that_once_broke_something_stay_readable(target: str) -> None:
    for path in (ROOT / "corpus" / "regression" / target).iterdir():
        records = script.from_binary(path.read_bytes())
        assert any(isinstance(record, Frame | Op) for record in records), path.name
        assert path.read_bytes().startswith(script.to_binary(records)), path.name


# Making an input small

INPUT: Sequence[Record] = script.from_binary(b"".join(seeds.fragments([16, 24, 5])) + seeds.advance(9))


def test_records_that_do_not_matter_are_left_out() -> None:
    def breaks(records: Sequence[Record]) -> bool:
        return INPUT[1] in records

    assert fuzzing.fewer(INPUT, breaks) == [INPUT[1]]


def test_records_that_matter_together_stay() -> None:
    def breaks(records: Sequence[Record]) -> bool:
        return INPUT[0] in records and INPUT[3] in records

    assert fuzzing.fewer(INPUT, breaks) == [INPUT[0], INPUT[3]]


def test_data_are_cut_as_far_as_it_still_breaks() -> None:
    def breaks(records: Sequence[Record]) -> bool:
        return all(not isinstance(record, Frame) or len(record.octets) >= 14 + 20 + 3 for record in records)

    shorter = fuzzing.shorter(INPUT, breaks)
    assert [len(record.octets) for record in shorter if isinstance(record, Frame)] == [37, 37, 37]
    assert shorter[3] == Advance(9)


def test_a_cut_packet_is_whole_again() -> None:
    frame = INPUT[1]
    assert isinstance(frame, Frame)
    cut = fuzzing.cut_packet(frame.octets, 8)
    assert cut is not None
    assert len(cut) == len(frame.octets) - 8
    assert struct.unpack(">H", cut[16:18])[0] == len(cut) - 14
    assert seeds.sum_of_words(cut[14:34]) == 0xFFFF  # the checksum verifies
    assert cut[34:] == frame.octets[34:-8]


@pytest.mark.parametrize("frame", [b"", bytes(14), bytes(14) + b"\x44" + bytes(30)])
def test_what_is_no_packet_is_not_cut(frame: bytes) -> None:
    assert fuzzing.cut_packet(frame, 1) is None


def test_the_name_of_an_input_says_what_it_breaks() -> None:
    assert fuzzing.name_of("reass", "oracle deliver", b"x").startswith("reass-deliver-")
    assert fuzzing.name_of("reass", "ASan use-after-poison", b"x") == "reass-asan-use-after-poison-11f6ad8e.bin"


# The command


NONSENSE = ["-t soon", "-t 0s", "-j 0", "nothing", "--input x", "--planted no_such_bug", "--planted -j 2 no_such_bug"]


@pytest.mark.parametrize("words", NONSENSE)
def test_nonsense_is_a_usage_error(words: str, capsys: Said, monkeypatch: Patch) -> None:
    monkeypatch.setattr(fuzzing, "need_libfuzzer", lambda: None)
    monkeypatch.setattr(fuzz, "built", lambda targets: Path("/nowhere"))
    assert cli.main(["fuzz", *words.split()]) == Exit.USAGE
    assert "argument" in (said := capsys.readouterr().err) or "target" in said.lower() or "there is no" in said


def test_without_clang_it_says_what_to_install(capsys: Said, monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["fuzz", "-t", "1s"]) == Exit.ENVIRONMENT
    assert "apt-get install --no-install-recommends clang libclang-rt-" in capsys.readouterr().err


# Real searches, of targets made for it

TARGET = """
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] == 'P') {
            %s
        }
    return 0;
}
"""
MISTAKES = {
    "ASan heap-buffer-overflow": "volatile uint8_t *p = malloc(4); p[4] = 1; free((void *)p);",
    "UBSan": "volatile int one = 1; one = one << (size + 40);",
    "oracle deliver": 'fprintf(stderr, "ORACLE BROKEN: deliver: too much (a.c:1)\\n"); abort();',
    "LSan leak": "void *volatile p = malloc(10000); p = 0; (void)p;",
    "hang": "for (volatile unsigned i = 0;; i++) {}",
}
HOLDS_CLANG = pytest.mark.skipif(not shutil.which("clang"), reason="clang is not there")


def program(place: Path, mistake: str) -> Path:
    (place / "target.c").write_text(TARGET % mistake)
    options = ["-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"]
    made = fuzzing.attempt(["clang", *options, place / "target.c", "-o", place / "fuzz_reass"])
    assert made.ok, made.output
    return place / "fuzz_reass"


@HOLDS_CLANG
@pytest.mark.parametrize("kind", MISTAKES)
def test_each_kind_of_mistake_is_found_and_kept(kind: str, tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(fuzzing, "HANGS_AFTER", 1)
    made = program(tmp_path, MISTAKES[kind])
    (tmp_path / "corpus").mkdir()
    search = fuzzing.search("reass", made, seed=1, corpus=tmp_path / "corpus", start=[], artifacts=f"{tmp_path}/found-",
                            seconds=60)  # fmt: skip
    fuzzing.run(search)
    assert search.finding is not None
    assert search.finding.kind == kind
    assert search.artifact is not None
    assert b"P" in search.artifact.read_bytes()
    assert search.executions > 0


@HOLDS_CLANG
def test_a_finding_is_told_in_full_and_repeated(tmp_path: Path, capsys: Said, monkeypatch: Patch) -> None:
    monkeypatch.chdir(tmp_path)
    program(tmp_path, MISTAKES["oracle deliver"])
    monkeypatch.setattr(fuzzing, "need_libfuzzer", lambda: None)
    monkeypatch.setattr(fuzz, "built", lambda targets: tmp_path)
    assert cli.main(["fuzz", "reass", "-t", "30s", "-j", "2", "--seed", "1", "--out", "mine"]) == Exit.FAILED
    said = capsys.readouterr().out
    assert "FINDING in reass after " in said
    assert "broken   deliver: too much" in said
    again = next(line.split()[1:] for line in said.splitlines() if line.lstrip().startswith("repeat "))
    assert again[:4] == ["./postel", "fuzz", "reass", "--input"]
    kept = Path(again[4])
    assert kept.parent == Path("mine", "fuzz") and not Path("postel-out").exists()
    assert b"P" in kept.read_bytes()

    assert cli.main(again[1:]) == Exit.FAILED
    assert "broken   deliver: too much" in capsys.readouterr().out
    kept.write_bytes(script.to_binary([Frame(0, bytes(20))]))
    assert cli.main(again[1:]) == Exit.OK
    assert "no finding" in capsys.readouterr().out


@HOLDS_CLANG
def test_nothing_found_is_success(tmp_path: Path, capsys: Said, monkeypatch: Patch) -> None:
    monkeypatch.chdir(tmp_path)
    program(tmp_path, "")
    monkeypatch.setattr(fuzzing, "need_libfuzzer", lambda: None)
    monkeypatch.setattr(fuzz, "built", lambda targets: tmp_path)
    assert cli.main(["fuzz", "reass", "-t", "1s", "--corpus", "kept"]) == Exit.OK
    assert "no finding" in capsys.readouterr().out
    assert (tmp_path / "kept" / "reass").is_dir()
    assert not [path for path in (tmp_path / "postel-out" / "fuzz").rglob("*") if path.is_file()]
