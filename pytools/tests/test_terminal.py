# SPDX-License-Identifier: BSD-2-Clause
"""What a terminal is told: lines that move and colours where it can take them, and nothing that wraps."""

import fcntl
import io
import os
import pty
import struct
import termios
import time
from collections.abc import Iterator
from typing import TextIO

import pytest
from postel.base import terminal
from postel.results import report_text

ASKED = ("COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR")


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ASKED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def screen() -> Iterator[tuple[int, TextIO]]:
    """A terminal: the end that sees what is shown, and the stream that is written to."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream:
        yield ours, stream
    os.close(ours)


@pytest.mark.parametrize(
    ("environment", "on_a_terminal", "in_a_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),  # empty counts as unset: so says who made it up
        ({"TERM": "dumb"}, False, False),
        ({"TERM": ""}, False, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_where_there_are_colours(
    environment: dict[str, str], on_a_terminal: bool, in_a_pipe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for stream, wanted in ((Tty(), on_a_terminal), (io.StringIO(), in_a_pipe)):
        assert terminal.painted("FAIL", "red", stream) == ("\x1b[31mFAIL\x1b[0m" if wanted else "FAIL")


def test_the_width_is_what_columns_or_the_terminal_says(screen: tuple[int, TextIO], monkeypatch: pytest.MonkeyPatch) -> None:
    _, stream = screen
    fcntl.ioctl(stream, termios.TIOCSWINSZ, struct.pack("4H", 24, 33, 0, 0))
    assert terminal.width(stream) == 33
    fcntl.ioctl(stream, termios.TIOCSWINSZ, struct.pack("4H", 0, 0, 0, 0))  # a serial line knows no size
    assert terminal.width(stream) == terminal.width(io.StringIO()) == 80
    for value, wanted in (("20", 20), ("0", 80), ("-5", 80), ("wide", 80), ("", 80)):
        monkeypatch.setenv("COLUMNS", value)
        assert terminal.width(stream) == wanted, value


@pytest.mark.parametrize(
    ("text", "columns", "kept"),
    [("postel", 6, "postel"), ("postel", 5, "poste"), ("two\nlines\tof", 40, "two lines of"), ("日本語", 5, "日本"),
     ("e\u0301tat", 3, "e\u0301ta"), ("postel", 0, ""), ("postel", -1, ""), ("\x1b[2J", 9, " [2J")],
)  # fmt: skip
def test_a_line_is_cut_where_the_terminal_ends(text: str, columns: int, kept: str) -> None:
    assert terminal.clipped(text, columns) == kept


def test_a_line_moves_on_a_terminal_and_is_gone_at_the_end(screen: tuple[int, TextIO], monkeypatch: pytest.MonkeyPatch) -> None:
    ours, stream = screen
    monkeypatch.setenv("COLUMNS", "8")
    line = terminal.Line(stream)
    line.show("one of two hundred")
    line.show("two")
    line.say("it fails")
    line.close()
    shown = b""
    while not shown.endswith(b"it fails\r\n"):  # a terminal hands on what it has
        shown += os.read(ours, 1000)
    assert shown == b"\r\x1b[Kone of \r\x1b[Ktwo\r\x1b[Kit fails\r\n"


@pytest.mark.parametrize(("stream", "term"), [(Tty(), "dumb"), (io.StringIO(), "xterm")], ids=["dumb", "pipe"])
def test_nothing_moves_elsewhere(stream: io.StringIO, term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    lines = terminal.Line(stream, every=5.0), terminal.Line(stream)
    for now[0] in (1.0, 4.0, 6.0, 8.0, 11.5):
        for line in lines:
            line.show(f"at {now[0]}")
    lines[0].close()
    assert stream.getvalue() == "at 6.0\nat 11.5\n"


def test_work_goes_on_when_nobody_reads_of_it() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", buffering=1) as stream:
        line = terminal.Line(stream, every=0.0)
        line.show("one")
        line.show("two")
        line.say("three")
        line.close()
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), write)  # what it holds back can be written at the end


@pytest.mark.parametrize(
    ("done", "total", "seconds", "said"),
    [(0, 9, 60, ""), (1, 9, 1, ""), (9, 9, 60, ""), (3, 9, 30, ", 60 s left"), (1, 9, 60, ", 8 min left"),
     (1, 10, 3600, ", 9.0 h left"), (10, 9, 60, "")],
)  # fmt: skip
def test_time_left_is_by_the_pace_so_far(done: int, total: int, seconds: float, said: str) -> None:
    assert terminal.time_left(done, total, seconds) == said


def test_the_progress_of_a_run_says_how_far_it_is_and_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now, stream = [0.0], Tty()
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    progress = report_text.Progress(stream, 10)
    progress.begins("linux over tap: a")
    progress.ended(True)
    now[0] = 3.0
    progress.begins("linux over tap: b")
    assert stream.getvalue().split(terminal.ERASE)[1:] == [
        "0 of 10  linux over tap: a", "1 of 10, 1 failed, 27 s left  linux over tap: b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "hint"),
    [("lnux", "; did you mean linux?"), ("LINUX", "; did you mean linux?"), ("pass", "; did you mean a/b/pass?"), ("qqq", "")],
)
def test_what_a_mistyped_word_is_near(word: str, hint: str) -> None:
    assert terminal.near(word, ["linux", "reference", "a/b/pass"]) == hint
