# SPDX-License-Identifier: BSD-2-Clause
"""postel.upper against docs/upper-tester.md: an upper tester is believed as far as it keeps to the protocol."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from postel.upper import LINE_MAX, DescriptorLines, Event, Upper, UpperClosed, UpperError, parse_keys, render

Answer = Callable[[str, str], list[str]]  # of SEQ and the rest of the line: the lines of the answer


def sound(sequence: str, rest: str) -> list[str]:
    op = rest.partition(" ")[0]
    if op == "hello":
        return [f"{sequence} ok version=1 name=mine release=2.1 caps=udp,vtime"]
    if op == "udp.send":
        return ["* udp.recv sock=1 data=", "* icmp.error type=3 code=1", f"{sequence} ok"]
    if op == "udp.bind":
        return [f"{sequence} err code=EADDRINUSE text={b'taken'.hex()}"]
    return [f"{sequence} ok said={rest.encode().hex()}"] if op == "sync" else [f"{sequence} err code=ENOSYS"]


class Scripted:
    """Lines that are answered in this process."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]:
        lines = self.answer(*line.split(" ", 1))
        assert last(lines[-1])
        return lines


def but(**changed: Answer) -> Upper:
    """A sound upper tester, but for these operations (with _ for the dot)."""

    def answer(sequence: str, rest: str) -> list[str]:
        op = rest.partition(" ")[0].replace(".", "_")
        return changed.get(op, sound)(sequence, rest)

    return Upper(Scripted(answer))


def test_what_a_sound_one_says():
    upper = but()
    assert (upper.name, upper.release, upper.caps) == ("mine", "2.1", frozenset({"udp", "vtime"}))
    assert upper.call("udp.send", sock=1) == {}
    assert upper.events() == [Event("udp.recv", {"sock": "1", "data": ""}), Event("icmp.error", {"type": "3", "code": "1"})]
    assert upper.events() == []
    with pytest.raises(UpperError, match=r"udp\.bind: EADDRINUSE \(taken\)") as raised:
        upper.call("udp.bind", port=4000)
    assert raised.value.code == "EADDRINUSE"


def test_how_values_are_written():
    said = but().call("sync", data=b"\x00\xff", df=True, ttl=9, addr="198.18.0.2", from_=1)["said"]
    assert bytes.fromhex(said) == b"sync data=00ff df=1 ttl=9 addr=198.18.0.2 from=1"
    assert render("sync", {}) == "sync"


@pytest.mark.parametrize("word", ["florp", "=1", "a b", "k=\t", "k=\xe9", "k/=1"])
def test_what_is_no_key(word: str):
    with pytest.raises(ValueError):
        parse_keys([word])
    with pytest.raises(ValueError):
        parse_keys(["a=1", "a=1"])


def closed(said: str, **changed: Answer) -> None:
    with pytest.raises(UpperClosed, match=said):
        but(**changed).call("sync")


def test_one_that_says_ok_to_anything_is_not_believed():
    with pytest.raises(UpperClosed, match="says ok to an operation that does not exist"):
        Upper(Scripted(lambda sequence, rest: sound(sequence, rest) if "hello" in rest else [f"{sequence} ok"]))
    with pytest.raises(UpperClosed, match="with EINVAL, not ENOSYS"):
        Upper(Scripted(lambda sequence, rest: sound(sequence, rest) if "hello" in rest else [f"{sequence} err code=EINVAL"]))


def test_one_of_another_version():
    closed("speaks version 2", hello=lambda sequence, rest: [f"{sequence} ok version=2 name=a caps="])


@pytest.mark.parametrize("lines, said", [
    (["{} maybe"], "which is no reply"),
    (["{}"], "which is no reply"),
    (["{} err"], "which is no reply"),
    (["9{} ok"], r"answers '93 ok' to sync with number 3"),
    (["{} ok key"], "'key' is not a key with its value"),
    (["* udp.recv data", "{} ok"], "'data' is not a key with its value"),
    (["*udp.recv", "{} ok"], "which is no event"),
    (["* ", "{} ok"], "which is no event"),
])  # fmt: skip
def test_what_is_not_of_the_protocol_ends_belief(lines: list[str], said: str):
    closed(said, sync=lambda sequence, rest: [line.format(sequence) for line in lines])


# Over descriptors


class Life:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process, self.pidfd = process, os.pidfd_open(process.pid)

    def fileno(self) -> int:
        return self.pidfd

    def alive(self) -> bool:
        return self.process.poll() is None


def over_pipes(code: str, seconds: float = 20.0) -> list[str]:
    """What an adapter of this code answers to one line."""
    command = [sys.executable, "-uc", f"import sys, time\n{code}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        pumped: list[int] = []
        lines = DescriptorLines(process.stdin.fileno(), process.stdout.fileno(), Life(process), lambda: pumped.append(1))
        try:
            return lines.exchange("1 sync", lambda line: not line.startswith("*"), seconds)
        finally:
            process.kill()


def test_a_reply_in_pieces():
    code = "line = sys.stdin.readline(); [sys.stdout.write(c) for c in '* a\\n* b\\n1 ok\\n']"
    assert over_pipes(code) == ["* a", "* b", "1 ok"]


@pytest.mark.parametrize("code, said", [
    ("sys.exit(1)", "it has ended"),
    ("sys.stdin.readline(); sys.exit(1)", "it has ended"),
    ("import os; os.close(1); sys.stdin.readline(); time.sleep(60)", "it has closed its standard output or input"),
    (f"sys.stdout.write('x' * {LINE_MAX + 1}); time.sleep(60)", "a line of more than 140,000 octets"),
])  # fmt: skip
def test_an_adapter_that_ends_or_babbles(code: str, said: str):
    with pytest.raises(UpperClosed, match=said):
        over_pipes(code)


def test_one_that_does_not_answer():
    with pytest.raises(UpperClosed, match="no answer to `1 sync` in time"):
        over_pipes("time.sleep(60)", seconds=0.2)
