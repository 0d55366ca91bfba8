# SPDX-License-Identifier: BSD-2-Clause
"""v4host over a descriptor, and postel-sim and postel-host with the reference as an object."""

import re
import select
import signal
import socket
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from postel.base.build import build
from postel.base.paths import ROOT
from postel.iut.iut import INTERFACES, settings
from postel.iut.links import Sim
from programs import ADDRESSES, IUT, IUT_MAC, LT, LT_MAC, PATIENCE_S, Program, acquainted, arp, echo, first_fragment, running, udp
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP, Ether

VIRTUAL = ("--seed", "1", "--clock", "virtual")


@pytest.fixture(scope="module")
def port() -> Path:
    return build("release") / "stack" / "port"


@pytest.fixture(params=["v4host", "postel-host"])
def program(port: Path, request: pytest.FixtureRequest) -> Iterator[Program]:
    words = {"v4host": [port / "v4host"], "postel-host": [port / "postel-host", port / "libpostel_reference.so"]}
    with running(words[request.param], *VIRTUAL) as started:
        yield acquainted(started)
        assert started.process.returncode is not None or started.end() == 0


def test_hello(program: Program):
    [reply] = program.ask("hello version=1")
    version = re.search(r"(?<!_)version: '([^']+)'", (ROOT / "meson.build").read_text())
    assert version
    head, _, caps = reply.partition(" caps=")
    assert head == f"ok version=1 name=reference release={version[1]}"
    names = tomllib.loads((ROOT / "conformance" / "iut" / "names.toml").read_text())["names"]  # of what it can be told and asked
    assert set(caps.split(",")) - set(names) == {"udp", "ip", "echo", "tcp", "vtime", "counters", "icmp-errors", "conflict", "igmp-warning", "mroute-events", "ip-packet", "ip-sock", "udp-options", "udp-ttl"}


@pytest.mark.parametrize("line, code", [
    ("florp.x7f3", "ENOSYS"),
    ("florp.x7f3 port=1", "ENOSYS"),
    ("hello version=2", "EINVAL"),
    ("hello", "EINVAL"),
    ("sync x=1", "EINVAL"),
    ("advance", "EINVAL"),
    ("advance ms=-1", "EINVAL"),
    ("udp.bind port=65536", "EINVAL"),
    ("udp.bind port=4000 addr=203.0.113.9", "EADDRNOTAVAIL"),
    ("udp.send sock=1 dst=198.18.0.1 dport=9 data=00", "EBADF"),
    ("udp.close sock=1", "EBADF"),
    ("ip.close sock=1", "EBADF"),
    ("ip.send dst=198.18.0.1 protocol=200 data=0", "EINVAL"),
    ("ip.send dst=198.18.0.1 protocol=200 data=0A", "EINVAL"),
    ("ip.send dst=198.18.0.1 protocol=200 data=00 options=0101", "EINVAL"),
    ("ip.send dst=198.18.0.1 protocol=200 data=" + "00" * 65516, "EMSGSIZE"),
    ("ip.send dst=198.18.0.1 protocol=200 df=1 data=" + "00" * 1481, "EMSGSIZE"),
], ids=lambda text: text[:40])  # fmt: skip
def test_what_is_refused(program: Program, line: str, code: str):
    assert program.ask(line) == [f"err code={code}"]


@pytest.mark.parametrize("line", [
    b"", b"sync", b"1", b"1  sync", b"x sync", b"1 sync\r", b"1 sync\0", b"1 sync \xff", b"1 " + b"a" * 139_998,
], ids=lambda line: line[:12].hex())  # fmt: skip
def test_no_line_of_the_grammar(program: Program, line: bytes):
    program.write(line + b"\n")
    assert program.line() == "0 err code=EPROTO"
    assert program.ask("sync") == ["ok"], "it reads on with the next line"


def test_the_longest_line(program: Program):
    program.write(b"1 florp k=" + b"a" * (139_999 - 10) + b"\n")
    assert program.line() == "1 err code=ENOSYS"


def test_echo(program: Program):
    program.send(echo(seq=9, data=b"round trip"))
    assert program.ask("sync") == ["ok"]
    [reply] = program.frames()
    assert (reply.dst, reply.src, reply[IP].src, reply[IP].dst) == (LT_MAC, IUT_MAC, IUT, LT)
    assert (reply[ICMP].type, reply[ICMP].id, reply[ICMP].seq, bytes(reply[ICMP].payload)) == (0, 7, 9, b"round trip")


def test_the_longest_packet(program: Program):
    data = bytes(n % 251 for n in range(65_507))
    program.send(echo(data=data))
    assert program.ask("sync") == ["ok"]
    packets = [frame[IP] for frame in program.frames()]
    assert len(packets) > 1 and all(packet.len <= 1500 for packet in packets)
    whole = b"".join(bytes(packet.payload) for packet in sorted(packets, key=lambda packet: packet.frag))
    assert whole[8:] == data


def test_events_come_before_the_reply(program: Program):
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    for data in (b"one", b""):
        program.send(udp(data, tos=8, ttl=9))
    event = f"* udp.recv sock=1 src={LT} sport=999 dst={IUT} dport=4000 data=%s ttl=9 tos=8 options= specdst={IUT} iface=0"
    assert program.ask("sync") == [event % "6f6e65", event % "", "ok"]


def test_what_it_sends_is_out_before_the_reply(program: Program):
    [bound] = program.ask("udp.bind port=0")
    found = re.fullmatch(r"ok sock=1 port=(\d+)", bound)
    assert found
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data=0102 ttl=3 tos=16 df=1 options=01010100") == ["ok"]
    [sent] = program.frames()
    assert (sent[IP].ttl, sent[IP].tos, sent[IP].flags, sent[IP].ihl) == (3, 16, "DF", 6)
    assert (sent[IP].payload.sport, sent[IP].payload.dport, bytes(sent[IP].payload.payload)) == (int(found[1]), 9, b"\1\2")


def test_ip_and_echo_users(program: Program):
    assert program.ask("ip.bind protocol=200") == ["ok sock=1"]
    assert program.ask(f"ip.send dst={LT} protocol=200 data=abcd id=4321") == ["ok"]
    assert program.ask(f"echo.send dst={LT} id=5 seq=6 data=ff") == ["ok"]
    sent, asked = program.frames()
    assert (sent[IP].proto, sent[IP].id, bytes(sent[IP].payload)) == (200, 4321, b"\xab\xcd")
    assert (asked[ICMP].type, asked[ICMP].id, asked[ICMP].seq, bytes(asked[ICMP].payload)) == (8, 5, 6, b"\xff")
    program.send(Ether(dst=IUT_MAC, src=LT_MAC) / IP(src=LT, dst=IUT) / ICMP(type=0, id=5, seq=6) / b"\xff")
    program.send(Ether(dst=IUT_MAC, src=LT_MAC) / IP(src=LT, dst=IUT, proto=200, ttl=7, tos=4) / b"hi")
    assert program.ask("sync") == [
        f"* echo.recv src={LT} id=5 seq=6 data=ff",
        f"* ip.recv sock=1 src={LT} dst={IUT} protocol=200 data=6869 ttl=7 tos=4 options= specdst={IUT} iface=0",
        "ok",
    ]


def test_an_error_reaches_the_user(program: Program):
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data=00") == ["ok"]
    quoted = bytes(program.frames()[0][IP])[:28]
    program.send(Ether(dst=IUT_MAC, src=LT_MAC) / IP(src=LT, dst=IUT) / ICMP(type=3, code=3) / quoted)
    assert program.ask("sync") == [f"* icmp.error type=3 code=3 src={LT} data={quoted.hex()} rest=00000000 sock=1", "ok"]


def test_time_moves_by_advance_only(program: Program):
    """A reassembly lives for 60 s (RFC 1122 3.3.2), not a moment less or more."""
    program.send(first_fragment())
    assert program.ask("advance ms=59999") == ["ok"]
    program.send(arp())  # its mapping of our MAC would end with the same second
    assert program.ask("sync") == ["ok"]
    assert [frame[ARP].op for frame in program.frames()] == [2]
    assert program.ask("advance ms=1") == ["ok"]
    [late] = program.frames()
    assert (late[ICMP].type, late[ICMP].code) == (11, 1)


def test_reset(program: Program):
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    program.send(first_fragment())
    program.send(udp(b"never told"))
    assert program.ask("reset") == ["ok"]
    assert program.ask("counters") == ["ok"]
    assert program.ask("udp.close sock=1") == ["err code=EBADF"]
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    assert program.ask("advance ms=120000") == ["ok"]
    assert program.frames() == [], "the fragment is forgotten"


def test_counters(program: Program):
    program.ask("reset")
    program.send(echo(version=5))
    assert program.ask("sync") == ["ok"]
    [reply] = program.ask("counters")
    assert set(reply.split(" ")) == {"ok", "ether.in=1", "ipInReceives=1", "ipInHdrErrors=1", "drop.VERSION=1"}


def test_the_end_of_its_link_ends_it(program: Program):
    program.link.close()
    assert program.process.wait(PATIENCE_S) == 0


def test_a_frame_over_the_limit_is_lost(program: Program):
    program.link.send(bytes(65_550))
    program.send(echo())
    assert program.ask("sync") == ["ok"]
    assert [frame[ICMP].type for frame in program.frames()] == [0]


def test_without_a_reader_of_its_frames_it_waits(program: Program):
    """It neither drops what it sends nor spins: once we read, all of it is there."""
    program.link.setblocking(False)
    sent = 0
    while sent < 2000:
        try:
            program.send(echo(seq=sent, data=bytes(1000)))
            sent += 1
        except BlockingIOError:
            break
    got: list[int] = []
    while len(got) < sent:
        assert select.select([program.link], [], [], PATIENCE_S)[0], f"{len(got)} of {sent}"
        got += [frame[ICMP].seq for frame in program.frames()]
    assert got == list(range(sent))


def test_the_same_seed_gives_the_same_octets(port: Path):
    def transcript(seed: str) -> list[str]:
        with running([port / "v4host"], "--seed", seed, "--clock", "virtual") as started:
            acquainted(started)
            said = [line for _ in range(3) for line in started.ask("udp.bind port=0")]
            started.ask(f"udp.send sock=1 dst={LT} dport=9 data=00")
            return [*said, *(bytes(frame).hex() for frame in started.frames())]

    assert transcript("1") == transcript("1")
    assert transcript("1") != transcript("2")


def test_a_real_clock_is_not_for_us_to_move(port: Path):
    with running([port / "v4host"]) as started:
        [reply] = acquainted(started).ask("hello version=1")
        assert "vtime" not in reply
        assert started.ask("advance ms=1") == ["err code=ENOSYS"]
        assert started.ask("ip.send dst=198.18.0.77 protocol=200 data=00") == ["ok"]
        assert started.frames()[0][ARP].pdst == "198.18.0.77"
        assert select.select([started.link], [], [], PATIENCE_S)[0], "it asks again by itself"
        assert started.frames()[0][ARP].pdst == "198.18.0.77"
        assert started.end() == 0


def ended(words: list[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


GIVEN = ["--fd", "9", *ADDRESSES]


@pytest.mark.parametrize("words, said", [
    ([], "takes an interface"),
    (["--frob"], "no option --frob"),
    (["tap0"], "no option tap0"),
    (["--tap"], "--tap takes a value"),
    (["--addr", "198.18.0.2/24"], "before any --tap or --fd"),
    (["--fd", "x"], "--fd takes the number"),
    (["--fd", "9", "--mac", IUT_MAC], "interface 0 lacks its --addr"),
    (["--fd", "9", "--addr", "198.18.0.2/24"], "interface 0 lacks its --mac"),
    (["--fd", "9", "--addr", "198.18.0.2", "--mac", IUT_MAC], "as 198.18.0.2/24, not 198.18.0.2"),
    (["--fd", "9", "--addr", "198.18.0/24", "--mac", IUT_MAC], "not 198.18.0/24"),
    (["--fd", "9", "--addr", "198.18.0.2/33", "--mac", IUT_MAC], "not 198.18.0.2/33"),
    (["--fd", "9", "--addr", "198.18.0.2/24", "--mac", "2:0:0:0:0:2"], "not 2:0:0:0:0:2"),
    ([*GIVEN, "--mac", IUT_MAC], "--mac is given twice"),
    ([*GIVEN, "--gateway", "here"], "--gateway is given twice"),
    ([*GIVEN[:-2], "--gateway", "here"], "--gateway takes an address, not here"),
    ([*GIVEN, "--clock", "sundial"], "--clock is virtual or real, not sundial"),
    ([*GIVEN, "--seed", "-1"], "--seed takes a number below 2^64, not -1"),
    ([*GIVEN, "--seed", "18446744073709551616"], "--seed takes a number below 2^64"),
    ([*GIVEN, "--profile", "rfc1"], "there is no profile rfc1, but modern, "),
    (["--fd", "9"] * 9, "at most 8 interfaces"),
])  # fmt: skip
def test_usage(port: Path, words: list[str], said: str):
    done = ended([port / "v4host", *words])
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("v4host: ") and said in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_help(port: Path):
    for program in ("v4host", "postel-host"):
        done = ended([port / program, "--help"])
        assert (done.returncode, done.stderr) == (0, "")
        for option in ("--tap", "--fd", "--addr", "--mac", "--gateway", "--profile", "--seed", "--clock"):
            assert option in done.stdout


@pytest.mark.parametrize("words, code, said", [
    (["--fd", "0"], 3, "descriptor 0 is no open SOCK_SEQPACKET socket"),
    (["--fd", "77"], 3, "descriptor 77 is no open SOCK_SEQPACKET socket"),
    (["--tap", "nosuchtap0"], 3, "cannot open the TAP nosuchtap0: No such device"),
    (["--tap", "a-name-that-is-too-long"], 3, "cannot open the TAP a-name-that-is-too-long: File name too long"),
])  # fmt: skip
def test_links_that_are_not_there(port: Path, words: list[str], code: int, said: str):
    done = ended([port / "v4host", *words, *ADDRESSES])
    assert (done.returncode, done.stderr) == (code, f"v4host: {said}\n")


def test_settings_that_cannot_be(port: Path):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        argv = [port / "v4host", "--fd", str(theirs.fileno()), "--addr", "127.0.0.1/8", "--mac", IUT_MAC]
        done = subprocess.run(argv, pass_fds=[theirs.fileno()], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 4
    assert "an interface's address is none that a host may have" in done.stderr


class Life:
    """A process as a link knows it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def fileno(self) -> int:
        raise AssertionError("nobody waits for an object")

    def alive(self) -> bool:
        return self._process.poll() is None


@pytest.fixture
def simulated(port: Path) -> Iterator[tuple[Sim, subprocess.Popen[bytes]]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    argv = [port / "postel-sim", port / "libpostel_reference.so", str(theirs.fileno())]
    with subprocess.Popen(argv, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        link = Sim(ours.detach(), Life(process), settings(INTERFACES[:1], "modern", 1))
        try:
            yield link, process
        finally:
            link.close()
            try:
                assert process.wait(PATIENCE_S) == 0, "the end of its descriptor ends it"
            finally:
                process.kill()


def taken(link: Sim) -> list[Ether]:
    frames = []
    while (received := link.receive()) is not None:
        frames.append(Ether(received[1]))
    return frames


def test_sim(simulated: tuple[Sim, subprocess.Popen[bytes]]):
    link, _ = simulated
    assert link.line("1 hello version=1")[0].startswith("1 ok version=1 name=reference ")
    assert link.line("2 florp.x7f3") == ["2 err code=ENOSYS"]
    assert link.line("3 advance") == ["3 err code=EINVAL"]
    assert link.line("nonsense") == ["0 err code=EPROTO"]
    assert link.line("4 sync\0") == ["0 err code=EPROTO"]
    assert link.line("4 " + "a" * 139_998) == link.line("4 " + "a" * 150_000) == ["0 err code=EPROTO"]
    link.send(0, bytes(arp()))
    link.send(0, bytes(echo(data=b"")))
    request, reply = taken(link)
    assert (request[ARP].op, reply[ICMP].type) == (2, 0)
    link.send(0, bytes(first_fragment()))
    assert link.line("5 advance ms=59999") == ["5 ok"]
    link.send(0, bytes(arp()))
    assert [frame[ARP].op for frame in taken(link)] == [2]
    assert link.line("6 advance ms=1") == ["6 ok"]
    assert [frame[ICMP].type for frame in taken(link)] == [11]


def test_fd_and_sim_agree_on_every_octet(port: Path, simulated: tuple[Sim, subprocess.Popen[bytes]]):
    link, _ = simulated
    lines = ["udp.bind port=0", f"udp.send sock=1 dst={LT} dport=9 data={'00' * 3000}", "udp.bind port=0", "advance ms=100000"]
    link.send(0, bytes(arp()))
    for number, line in enumerate(lines, 1):
        link.line(f"{number} {line}")
    with running([port / "v4host"], "--profile", "modern", *VIRTUAL) as started:
        started.send(arp())
        for line in lines:
            started.ask(line)
        assert [bytes(frame) for frame in started.frames()] == [bytes(frame) for frame in taken(link)]


@pytest.mark.parametrize("words, said, code", [
    ([], "usage: postel-sim OBJECT FD", 2),
    (["./x.so", "x"], "FD must be a number", 2),
    (["./x.so", "0"], "FD must be an open SOCK_SEQPACKET socket", 2),
])  # fmt: skip
def test_usage_of_sim(port: Path, words: list[str], said: str, code: int):
    done = ended([port / "postel-sim", *words])
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


ENDLESS = r"""
#include "postel_iut.h"
struct postel_iut { int x; } it;
struct postel_iut *postel_iut_open(const char *s) { (void)s; return &it; }
void postel_iut_input(struct postel_iut *i, unsigned n, const uint8_t *f, size_t l, uint64_t t) { (void)i; (void)n; (void)f; (void)l; (void)t; it.x = 1; }
size_t postel_iut_output(struct postel_iut *i, unsigned *n, uint8_t *f) { (void)i; *n = 0; f[0] = 0; return it.x ? 14 : 0; }
uint64_t postel_iut_next_timeout(struct postel_iut *i) { (void)i; return POSTEL_IUT_NEVER; }
void postel_iut_tick(struct postel_iut *i, uint64_t t) { (void)i; (void)t; }
void postel_iut_line(struct postel_iut *i, const char *l, uint64_t t, void (*e)(void *, const char *), void *c) { (void)i; (void)l; (void)t; e(c, "0 err code=EPROTO"); }
void postel_iut_reset(struct postel_iut *i) { (void)i; }
void postel_iut_close(struct postel_iut *i) { (void)i; }
"""


def test_an_object_that_sends_without_end_is_ended(port: Path, tmp_path: Path):
    (tmp_path / "endless.c").write_text(ENDLESS)
    built = ["gcc", "-shared", "-fPIC", f"-I{ROOT / 'conformance' / 'iut'}", "-o", tmp_path / "endless.so", tmp_path / "endless.c"]
    subprocess.run(built, check=True)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    argv = [port / "postel-sim", tmp_path / "endless.so", str(theirs.fileno())]
    with ours, subprocess.Popen(argv, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, text=True) as process:
        theirs.close()
        ours.send(b"S")
        assert ours.recv(100) == b"."
        ours.send(b"F\0frame")
        while ours.recv(100):
            pass
        assert process.stderr and "the object: sends without end" in process.stderr.read()
        assert process.wait(PATIENCE_S) == 4


def test_what_is_no_object(port: Path, tmp_path: Path):
    text = tmp_path / "text.so"
    text.write_text("not an object")
    empty = tmp_path / "empty.so"
    subprocess.run(["gcc", "-shared", "-x", "c", "/dev/null", "-o", empty], check=True)
    for object_, said in ((text, "cannot load the object"), (empty, "lacks the call postel_iut_open"), ("none.so", "a path with a slash")):
        done = ended([port / "postel-host", object_, *GIVEN])
        assert done.returncode == 4 and said in done.stderr


def test_a_signal_ends_it(port: Path):
    with running([port / "v4host"], *VIRTUAL) as started:
        acquainted(started)
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(PATIENCE_S) == -signal.SIGTERM
