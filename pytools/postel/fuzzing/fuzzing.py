# SPDX-License-Identifier: BSD-2-Clause
"""Runs libFuzzer over fuzz_X programs, reads what it says, and makes its findings small."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from postel.base import script
from postel.base.exits import EnvironmentUnusable, PostelError, how_it_ended
from postel.base.paths import ROOT
from postel.base.system import attempt

# The targets, and the longest input that the search may make: about one packet, or some twenty. No seed is longer.
TARGETS: Mapping[str, int] = {
    "frag": 1024, "pmtu": 1024, "ip_header": 104, "ip_options": 96, "reass": 1024, "arp": 1024, "host": 2048, "icmp": 512, "route": 1024, "querier": 1024,
    "udp": 256, "upper_tester": 1024, "igmp": 2048, "two_hosts": 1024, "forward": 1024, "rules": 1024, "mroute": 1024,
}  # fmt: skip
HOST, STAND_IN = "host", "POSTEL_IUT_OBJECT"  # the target that knows any IUT, and where it learns which one (fuzz/iut.h)
EMPTY = "empty"  # a target that does nothing, to measure the others against

HANGS_AFTER = 10  # seconds of one execution
MEMORY = 1024  # MiB
AT_ONCE = 500  # inputs that one process is given
KEPT_LINES = 3000  # of what a process says beside its progress
INSTALL = "apt-get install --no-install-recommends clang libclang-rt-dev llvm"

# A small quarantine and short stacks of allocations make ASan a third faster. A finding is told by a run without them.
# (Stacks of one frame would be shorter still, but LSan takes what was allocated there for the loader's, and says nothing.)
FAST = "malloc_context_size=2:quarantine_size_mb=1:thread_local_quarantine_size_kb=16"
STATUS = re.compile(r"^#(\d+)\s+\w+.*?cov: (\d+) .*?corp: (\d+)/")
EXECUTED = re.compile(r"^stat::number_of_executed_units:\s+(\d+)")
THROUGH = re.compile(r"^stat::through: (\d+) of (\d+)$")  # fuzz/fuzz.c
FLOOR, FEW = 25, 20  # in a hundred packets that must get through the parser, where more than a few were given (FUZZ_FLOOR)
WRITTEN = re.compile(r"Test unit written to (\S+)")
FRAME = re.compile(r"^\s*#\d+ 0x[0-9a-f]+ in (\S+) (\S+)")


@dataclass(frozen=True)
class Finding:
    """What one input broke."""

    kind: str  # "oracle hole", "ASan heap-buffer-overflow", "hang"
    broken: str  # the line that says it
    stack: tuple[str, ...]  # "function file:line", the innermost first, ours only


@dataclass
class Search:
    """One libFuzzer process, as far as it has come."""

    target: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    executions: int = 0
    coverage: int = 0
    corpus: int = 0
    through: tuple[int, int] = (0, 0)  # packets that got through the parser before the target, and all
    seconds: float = 0
    artifact: Path | None = None
    said: list[str] = field(default_factory=list)

    @property
    def finding(self) -> Finding | None:
        return finding_in(self.said) if self.artifact else None


def need_libfuzzer() -> None:
    """EnvironmentUnusable, with what to install, unless this clang builds fuzzers."""
    with tempfile.TemporaryDirectory(prefix="postel-") as directory:
        source = Path(directory, "probe.c")
        source.write_text("int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { (void)d; return n > 1ul << 40; }\n")
        tried = attempt(["clang", "-fsanitize=fuzzer,address", source, "-o", source.with_suffix("")])
    if tried.ok:
        return
    raise EnvironmentUnusable(f"fuzzing needs clang with libFuzzer and ASan ({tried.last_line}); as root: {INSTALL}")


def about(target: str) -> str:
    """What it tries, in the first sentence of its header comment."""
    text = (ROOT / "fuzz" / f"fuzz_{target}.c").read_text(encoding="utf-8")
    return " ".join(re.sub(r"^/?\s?\*/?", "", text.split("\n *\n")[1], flags=re.MULTILINE).split()).partition("?")[0] + "?"


def seeds(target: str) -> list[Path]:
    """What a search starts from: well-formed traffic, and every input that once broke something."""
    name = "ip_header" if target == EMPTY else target
    return [place for kind in ("seed", "regression") if (place := ROOT / "corpus" / kind / name).is_dir()]


def search(target: str, executable: Path, *, seed: int, corpus: Path, start: Iterable[Path], artifacts: str,
           seconds: float | None = None, executions: int | None = None) -> Search:
    """A search that is ready to run: new inputs go to `corpus`, findings to names that begin with `artifacts`."""
    dictionary = ROOT / "fuzz" / "dict" / f"{target}.dict"
    limits = {"max_total_time": round(seconds) if seconds else None, "runs": executions}
    options = {
        "seed": seed, "max_len": TARGETS.get(target, TARGETS["ip_header"]), "len_control": 0, "timeout": HANGS_AFTER,
        "rss_limit_mb": MEMORY, "print_final_stats": 1, "artifact_prefix": artifacts,
        "entropic": 0,  # its schedule costs more than all of a small target, and finds nothing sooner
        "dict": dictionary if dictionary.exists() else None,
        "keep_seed": 1 if target == EMPTY else None,  # without it nothing has coverage, and one octet is all that is left
        **limits,
    }  # fmt: skip
    chosen = [f"-{name}={value}" for name, value in options.items() if value is not None]
    return Search(target, [str(executable), *chosen, str(corpus), *map(str, start)])


def run(search: Search) -> Search:
    """Runs it to its end: its time, its executions, or a finding."""
    started = time.monotonic()
    search.process = subprocess.Popen(
        search.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", env={**os.environ, "ASAN_OPTIONS": FAST},
    )  # fmt: skip
    assert search.process.stdout
    try:
        for line in search.process.stdout:
            hear(search, line.rstrip("\n"))
        code = search.process.wait()
    finally:
        stop(search)
        search.seconds = time.monotonic() - started
    stopped = code in (-signal.SIGINT, -signal.SIGTERM) or any("run interrupted" in line for line in search.said)
    if code and not search.artifact and not stopped:
        raise PostelError(f"fuzz_{search.target} ended ({how_it_ended(code)}) and there is no finding:\n" + "\n".join(search.said[-20:]))
    through, given = search.through
    if not search.artifact and given > FEW and through * 100 < given * FLOOR:
        raise PostelError(f"fuzz_{search.target}: of {given:,} packets {through:,} got through the parser, so that nothing was judged")
    return search


def hear(search: Search, line: str) -> None:
    if status := STATUS.match(line):
        search.executions, search.coverage, search.corpus = map(int, status.groups())
    elif executed := EXECUTED.match(line):
        search.executions = int(executed[1])
    elif through := THROUGH.match(line):
        search.through = int(through[1]), int(through[2])
    elif written := WRITTEN.search(line):
        search.artifact = Path(written[1])
    elif len(search.said) < KEPT_LINES:
        search.said.append(line)


def stop(search: Search) -> None:
    if search.process and search.process.poll() is None:
        with suppress(ProcessLookupError):
            search.process.send_signal(signal.SIGINT)
        search.process.wait()


def run_all(searches: Sequence[Search], jobs: int, watch: Callable[[float], None], *, first_only: bool = False) -> None:
    """Runs the searches, `jobs` at a time; `first_only` stops the rest at the first finding."""
    started = time.monotonic()
    with ThreadPoolExecutor(jobs) as pool:
        left: set[Future[Search]] = {pool.submit(run, search) for search in searches}
        try:
            while left:
                done, left = wait_for(left, timeout=0.5, return_when="FIRST_COMPLETED")
                watch(time.monotonic() - started)
                if first_only and any(future.result().artifact for future in done):
                    break
                for future in done:
                    future.result()
        finally:
            for future in left:
                future.cancel()
            for search in searches:
                stop(search)


# What a report says


def finding_in(said: Sequence[str]) -> Finding | None:
    """The first complaint in what a process said; None when there is none."""
    readers: tuple[tuple[str, Callable[[re.Match[str]], tuple[str, str]]], ...] = (
        (r"ORACLE BROKEN: ((\w+): .*?)( \(\S+\))?$", lambda m: (f"oracle {m[2]}", m[1])),
        (r"(\S+): (runtime error: .*)", lambda m: ("UBSan", f"{m[2]} ({plain(m[1])})")),
        (r"ERROR: (LeakSanitizer: .*)", lambda m: ("LSan leak", m[1])),
        (r"ERROR: ((\w+)Sanitizer: ([\w-]+).*?)( on (unknown )?address .*)?$", lambda m: (f"{short(m[2])} {m[3]}", m[1])),
        (r"WARNING: MemorySanitizer: ([\w-]+)", lambda m: (f"MSan {m[1]}", m[0].removeprefix("WARNING: "))),
        (r"ERROR: libFuzzer: timeout", lambda m: ("hang", f"one execution took more than {HANGS_AFTER} s")),
        (r"ERROR: libFuzzer: ([\w-]+)", lambda m: (f"libFuzzer {m[1]}", m[0].removeprefix("ERROR: "))),
    )
    for at, line in enumerate(said):
        for pattern, read in readers:
            if match := re.search(pattern, line):
                kind, broken = read(match)
                access = re.search(r"^(READ|WRITE) of size \d+", "\n".join(said[at : at + 3]), re.MULTILINE)
                return Finding(kind, f"{broken}, {access[0]}" if access else broken, stack_in(said[at:]))
    return None


def short(sanitizer: str) -> str:
    return {"Address": "ASan", "Leak": "LSan", "Memory": "MSan", "UndefinedBehavior": "UBSan"}.get(sanitizer, sanitizer)


def stack_in(said: Iterable[str]) -> tuple[str, ...]:
    """The frames of the first stack that are our own, from the innermost to the target's entry."""
    frames: list[str] = []
    for line in said:
        frame = FRAME.match(line)
        if not frame and frames:
            break
        if frame and re.search(r"\b(stack|fuzz)/\S+\.[ch]:\d+", frame[2]) and frame[1] != "oracle_broken":
            frames.append(f"{frame[1]} {plain(frame[2])}")
        if frame and frame[1] == "LLVMFuzzerTestOneInput":
            break
    return tuple(frames)


def plain(place: str) -> str:
    """A place in the sources as seen from the checkout: where a copy of them lies does not matter."""
    match = re.search(r".*\b((?:stack|fuzz)/\S+?:\d+)(?::\d+)?$", place)
    return match[1] if match else place


# One input


def try_input(executable: Path, octets: bytes, *, told: bool = False) -> Finding | None:
    """What this input breaks; None when nothing. With `told` the finding has the whole stack, which takes longer."""
    with tempfile.TemporaryDirectory(prefix="postel-") as directory:
        file = Path(directory, "input")
        file.write_bytes(octets)
        options = "" if told else f"symbolize=0:{FAST}"
        done = attempt(
            [executable, f"-timeout={HANGS_AFTER}", f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={directory}/", file],
            seconds=3 * HANGS_AFTER, ASAN_OPTIONS=options, UBSAN_OPTIONS="print_stacktrace=1" if told else "symbolize=0",
        )  # fmt: skip
    finding = None if done.ok else finding_in(done.output.splitlines())
    if finding and finding.kind == "LSan leak" and not told:
        return try_input(executable, octets, told=True)  # what libFuzzer's own thread holds is known by its name (fuzz/fuzz.c)
    return finding


def try_inputs(executable: Path, inputs: Sequence[bytes]) -> tuple[bytes, Finding] | None:
    """The first of the inputs that breaks something, and what."""
    with tempfile.TemporaryDirectory(prefix="postel-") as directory:
        for start in range(0, len(inputs), AT_ONCE):
            files = [Path(directory, f"{number:07}") for number in range(start, min(start + AT_ONCE, len(inputs)))]
            for number, file in enumerate(files, start):
                file.write_bytes(inputs[number])
            options = (f"-timeout={HANGS_AFTER}", f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={directory}/")
            done = attempt([executable, *options, *files], seconds=3 * HANGS_AFTER + len(files))
            if done.ok:
                continue
            begun = [int(Path(name).name) for name in re.findall(r"^Running: (\S+)", done.output, re.MULTILINE)]
            suspects = [inputs[number] for number in [*begun[-1:], *range(start, start + len(files))]]  # of a leak, any
            found = ((octets, finding) for octets in suspects if (finding := try_input(executable, octets)))
            if first := next(found, None):
                return first
            raise PostelError("what these inputs break together none breaks alone:\n" + done.output[-2000:])
    return None


def minimise(executable: Path, octets: bytes, kind: str, seconds: float) -> bytes:
    """A smaller input that breaks the same thing: fewer records, then shorter ones."""
    deadline = time.monotonic() + seconds

    def breaks(records: Sequence[script.Record]) -> bool:
        if time.monotonic() > deadline:
            return False
        finding = try_input(executable, script.to_binary(records))
        return finding is not None and finding.kind == kind

    records: Sequence[script.Record] = script.from_binary(octets)
    if not breaks(records):
        return octets
    records = fewer(records, breaks)
    return script.to_binary(shorter(records, breaks))


def fewer(records: Sequence[script.Record], breaks: Callable[[Sequence[script.Record]], bool]) -> Sequence[script.Record]:
    """Leaves out runs of records, long ones first, as long as the rest breaks the same."""
    size = len(records) // 2
    while size > 0:
        at = 0
        while at < len(records):
            rest = [*records[:at], *records[at + size :]]
            if rest and breaks(rest):
                records = rest
            else:
                at += size
        size //= 2
    return records


def shorter(records: Sequence[script.Record], breaks: Callable[[Sequence[script.Record]], bool]) -> Sequence[script.Record]:
    """Cuts the data of frames, with the lengths and checksums repaired, as long as they break the same."""
    for at, record in enumerate(records):
        if not isinstance(record, script.Frame):
            continue
        octets, size = record.octets, len(record.octets) // 2
        while size > 0:
            cut = cut_packet(octets, size)
            attempted = [*records[:at], script.Frame(record.iface, cut or b""), *records[at + 1 :]]
            if cut and breaks(attempted):
                records, octets = attempted, cut
            else:
                size //= 2
    return records


def cut_packet(frame: bytes, octets: int) -> bytes | None:
    """The frame of a packet with that many octets of data less; None when it has not as many."""
    header = (frame[14] & 15) * 4 if len(frame) > 14 else 0
    if header < 20 or len(frame) < 14 + header + octets:
        return None
    cut = bytearray(frame[: len(frame) - octets])
    cut[16:18] = (len(cut) - 14).to_bytes(2, "big")
    cut[24:26] = bytes(2)
    total = sum(int.from_bytes(cut[at : at + 2], "big") for at in range(14, 14 + header, 2))
    total = (total & 0xFFFF) + (total >> 16)
    cut[24:26] = (0xFFFF - ((total & 0xFFFF) + (total >> 16))).to_bytes(2, "big")
    return bytes(cut)


def name_of(target: str, kind: str, octets: bytes) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", kind.removeprefix("oracle ").lower()).strip("-")
    return f"{target}-{slug}-{hashlib.sha1(octets).hexdigest()[:8]}.bin"
