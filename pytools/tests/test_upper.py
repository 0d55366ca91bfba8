# SPDX-License-Identifier: BSD-2-Clause
"""postel.iut.upper against docs/upper-tester.md: an upper tester is believed as far as it keeps to the protocol."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from postel.base.keys import LINE_MAX, parse_keys
from postel.base.patience import START_S, Patience
from postel.iut import lines
from postel.iut.upper import DescriptorLines, Event, Keys, NoAnswer, Upper, UpperClosed, UpperError, render

RECV = "* udp.recv sock=1 src=198.18.0.1 sport=9 dst=198.18.0.2 dport=4000 data="
ERROR = "* icmp.error type=3 code=1 src=198.18.0.1 data="
Answer = Callable[[str, str], list[str]]  # of SEQ and the rest of the line: the lines of the answer


def sound(sequence: str, rest: str) -> list[str]:
    op = rest.partition(" ")[0]
    if op == "hello":
        return [f"{sequence} ok version=1 name=mine release=2.1 caps=udp,vtime"]
    if op == "udp.send":
        return [RECV, ERROR, f"{sequence} ok"]
    if op == "udp.bind":
        return [f"{sequence} err code=EADDRINUSE text={b'taken'.hex()}"]
    return [f"{sequence} ok said={rest.encode().hex()}"] if op == "sync" else [f"{sequence} err code=ENOSYS"]


class Scripted:
    """Lines that are answered in this process."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def exchange(self, line: str, last: Callable[[str], bool], seconds: float) -> list[str]:
        said = self.answer(*line.split(" ", 1))
        assert last(said[-1])
        return said


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
    assert upper.events() == [
        Event("udp.recv", {"sock": "1", "src": "198.18.0.1", "sport": "9", "dst": "198.18.0.2", "dport": "4000", "data": ""}),
        Event("icmp.error", {"type": "3", "code": "1", "src": "198.18.0.1", "data": ""}),
    ]
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


def test_a_key_that_a_case_asks_for_and_is_not_there_is_the_adapters_fault():
    event = Keys({"sock": "1"}, "* udp.recv sock=1")
    assert event["sock"] == "1" and event.get("tos") is None
    with pytest.raises(UpperClosed, match="it says '. udp.recv sock=1', in which tos= is missing"):
        event["tos"]


def test_one_that_says_ok_to_anything_is_not_believed():
    with pytest.raises(UpperClosed, match="says ok to an operation that does not exist"):
        Upper(Scripted(lambda sequence, rest: sound(sequence, rest) if "hello" in rest else [f"{sequence} ok"]))
    with pytest.raises(UpperClosed, match="with EINVAL, not ENOSYS"):
        Upper(Scripted(lambda sequence, rest: sound(sequence, rest) if "hello" in rest else [f"{sequence} err code=EINVAL"]))


def test_one_of_another_version():
    closed("speaks version '2'", hello=lambda sequence, rest: [f"{sequence} ok version=2 name=a caps="])


@pytest.mark.parametrize("answer, said", [
    (["{} maybe"], "which is no reply"),
    (["{}"], "which is no reply"),
    (["{} err"], "which is no reply"),
    (["9{} ok"], r"answers '93 ok' to sync with number 3"),
    (["{} ok key"], "'key' is not a key with its value"),
    (["* udp.recv data", "{} ok"], "'data' is not a key with its value"),
    (["*udp.recv", "{} ok"], "which is no event"),
    (["* ", "{} ok"], "which is no event"),
    (["{} err code="], "which is no reply: an error has code=NAME"),
    (["{} err code=\x1b[2J"], "which is no reply: an error has code=NAME"),
    (["{} err code=" + "E" * 1000], "which is no reply: an error has code=NAME"),
    (["{} ok text=\0"], r"in which 'text=\\x00' is not a key"),
    (["{} ok\r"], "which is no reply"),
    (["\xff{} ok"], r"answers '\xff3 ok' to sync"),
    ([""], "answers '' to sync"),
    (["{} ok " + "k" * 1000 + "=1"], "is not a key with its value"),
    ([RECV + "xyz", "{} ok"], "data= cannot be 'xyz'"),
    ([RECV + "ABCD", "{} ok"], "data= cannot be 'ABCD'"),
    ([RECV + "abc", "{} ok"], "data= cannot be 'abc'"),
    ([RECV.replace("sock=1", "sock=-1"), "{} ok"], "sock= cannot be '-1'"),
    ([RECV.replace("sport=9", "sport=65536"), "{} ok"], "sport= cannot be '65536'"),
    ([RECV.replace("sport=9", "sport=" + "9" * 5000), "{} ok"], r"sport= cannot be '9{80}'\.\.\. \(5,000 octets\)"),
    ([RECV.replace("src=198.18.0.1", "src=198.18.0.256"), "{} ok"], "src= cannot be '198.18.0.256'"),
    ([RECV.replace("src=198.18.0.1 ", ""), "{} ok"], "src= is missing"),
    ([RECV + " ttl=256", "{} ok"], "ttl= cannot be '256'"),
    ([ERROR.replace("type=3 ", ""), "{} ok"], "type= is missing"),
    ([ERROR + " rest=zz", "{} ok"], "rest= cannot be 'zz'"),
    (["* echo.recv src=1.2.3.4 id=70000 seq=1 data=", "{} ok"], "id= cannot be '70000'"),
    (["* route net=192.0.2.0", "{} ok"], "len= is missing"),
    (["* route net=192.0.2.0 len=33", "{} ok"], "len= cannot be '33'"),
    (["* address iface=0 addr=192.0.2 len=24", "{} ok"], "addr= cannot be '192.0.2'"),
    (["* neighbor iface=0 addr=192.0.2.1 mac=02:0", "{} ok"], "mac= cannot be '02:0'"),
    (["* conflict iface=0 addr=192.0.2.1", "{} ok"], "mac= is missing"),
    (["* ip.recv sock=1 src=1.2.3.4 dst=1.2.3.4 protocol=300 data=", "{} ok"], "protocol= cannot be '300'"),
])  # fmt: skip
def test_what_is_not_of_the_protocol_ends_belief(answer: list[str], said: str):
    closed(said, sync=lambda sequence, rest: [line.replace("{}", sequence) for line in answer])


@pytest.mark.parametrize("op, reply, said", [
    ("udp.bind port=4000", "ok", "in which sock= is missing"),
    ("udp.bind port=4000", "ok sock=one", "sock= cannot be 'one'"),
    ("udp.bind port=4000", "ok sock=99999999999", "sock= cannot be '99999999999'"),
    ("udp.bind port=0", "ok sock=1", "in which port= is missing"),
    ("udp.bind port=0", "ok sock=1 port=NaN", "port= cannot be 'NaN'"),
    ("ip.bind protocol=253", "ok", "in which sock= is missing"),
    ("get name=mtu iface=0", "ok", "in which value= is missing"),
    ("get name=mtu iface=0", "ok value=67", "value= cannot be '67'"),
    ("get name=mac iface=0", "ok value=0200", "value= cannot be '0200'"),
    ("get name=source dst=192.0.2.1", "ok value=192.0.2", "value= cannot be '192.0.2'"),
    ("counters", "ok IpInReceives=NaN", "IpInReceives= cannot be 'NaN'"),
    ("counters", "ok IpInReceives=-1", "IpInReceives= cannot be '-1'"),
    ("counters", "ok IpInReceives=1e3", "IpInReceives= cannot be '1e3'"),
    ("counters", "ok IpInReceives=" + "9" * 5000, "IpInReceives= cannot be '9{80}'"),
])  # fmt: skip
def test_a_value_that_cannot_be_is_named_and_never_gets_past(op: str, reply: str, said: str):
    def answer(sequence: str, rest: str) -> list[str]:
        return [f"{sequence} {reply}"]

    with pytest.raises(UpperClosed, match=f"it says .* {said}"):
        but(udp_bind=answer, ip_bind=answer, counters=answer, get=answer).raw(op)


@pytest.mark.parametrize("hello, said", [
    ("version=1 name=" + "x" * 1000, "name= cannot be"),
    ("version=1 name=x caps=" + ",".join(f"c{n}" for n in range(1000)), "says hello with 1,000 capabilities"),
    ("version=1 name=x caps=udp,<b>", "capability '<b>', which is no name"),
    ("name=x", "speaks version '' "),
])  # fmt: skip
def test_a_hello_within_bounds(hello: str, said: str):
    closed(said, hello=lambda sequence, rest: [f"{sequence} ok {hello}"])


def test_the_words_of_an_error_are_not_endless():
    answer: Answer = lambda sequence, rest: [f"{sequence} err code=EIO text={b'x'.hex() * 60_000}"]  # noqa: E731
    with pytest.raises(UpperError) as raised:
        but(sync=answer).call("sync")
    assert len(str(raised.value)) < 300


def test_events_without_end_end_belief_also_when_nobody_takes_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "LINES", 50)
    upper = but()
    with pytest.raises(UpperClosed, match="it speaks without end: 51 lines"):
        for _ in range(50):
            upper.call("udp.send", sock=1)


# Over descriptors


class Life:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process, self.pidfd = process, os.pidfd_open(process.pid)

    def fileno(self) -> int:
        return self.pidfd

    def alive(self) -> bool:
        return self.process.poll() is None


class Link:
    def pump(self) -> None:
        pass

    def listening(self) -> tuple[int, ...]:
        return ()


def over_pipes(code: str, seconds: float = 20.0, line: str = "1 sync", known: Patience | None = None) -> list[str]:
    """What an adapter of this code answers to one line."""
    command = [sys.executable, "-uc", f"import sys, time\n{code}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        fds = process.stdin.fileno(), process.stdout.fileno()
        carrier = DescriptorLines(*fds, Life(process), Link(), known)
        try:
            return carrier.exchange(line, lambda line: not line.startswith("*"), seconds)
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
    (f"sys.stdout.write('x' * {LINE_MAX} + '\\n'); time.sleep(60)", "a line of more than 140,000 octets"),
    ("sys.stdin.readline(); sys.stdout.write('1 ok')", "it has ended; its last line, '1 ok', has no end"),
    ("while True: sys.stdout.write('* a\\n' * 10000)", "it speaks without end: 100,001 lines"),
    ("while True: sys.stdout.write('* ' + 'a' * 130000 + '\\n')", "it speaks without end: [0-9]+ lines of 33,[0-9]+,[0-9]+ octets"),
])  # fmt: skip
def test_an_adapter_that_ends_or_babbles(code: str, said: str):
    with pytest.raises(UpperClosed, match=said):
        over_pipes(code)


def test_one_that_does_not_answer():
    with pytest.raises(UpperClosed, match="no answer to `1 sync` in time"):
        over_pipes("time.sleep(60)", seconds=0.2)
    with pytest.raises(NoAnswer, match="in time; it has said '1 ok' without the end of the line"):
        over_pipes("sys.stdout.write('1 ok'); time.sleep(60)", seconds=0.5)


def test_one_that_tells_a_line_now_and_then_has_one_time_for_the_whole_answer():
    before = time.monotonic()
    with pytest.raises(NoAnswer):
        over_pipes("while True: print('* a'); time.sleep(0.05)", seconds=0.5)
    assert time.monotonic() - before < 5


def test_one_that_is_waited_for_in_vain_again_and_again_is_waited_for_less():
    known = Patience(hung=3)
    before = time.monotonic()
    with pytest.raises(NoAnswer):
        over_pipes("time.sleep(60)", seconds=8, known=known)
    assert 1 <= time.monotonic() - before < 4


TEN_MEGABYTES = "EVENTS = ('* a k=' + 'x' * 993 + chr(10)) * 10000\n"


@pytest.mark.parametrize("code", [
    "sys.stdin.readline(); sys.stdout.write(EVENTS + '1 ok\\n')",  # all that a request has caused
    "sys.stdout.write(EVENTS); sys.stdin.readline(); sys.stdout.write('1 ok\\n')",  # told before the request is read
])  # fmt: skip
def test_events_that_fill_the_pipe_do_not_lock_anybody_up(code: str):
    """The request is longer than a pipe holds too: neither side can write all of it unless the other reads."""
    said = over_pipes(TEN_MEGABYTES + code, line="1 florp data=" + "0" * 130_000)
    assert len(said) == 10_001 and said[-1] == "1 ok"


def test_a_start_is_given_some_seconds_however_often_it_hung():
    assert Patience(hung=9).of(1.6) == 0.1
    assert Patience(hung=9).of(START_S) == 5.0 and Patience().of(START_S) == 20.0
