# SPDX-License-Identifier: BSD-2-Clause
"""lwIP as an IUT: how it is set up, and that its glue keeps to the contracts."""

import select
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from postel.base.build import BuildFailed, build
from postel.base.exits import EnvironmentUnusable
from postel.base.paths import BUILD
from postel.base.system import Attempt
from postel.iut import iut, lwip
from programs import IUT, IUT_MAC, LT, LT_MAC, PATIENCE_S, Program, acquainted, echo, first_fragment, frame, running, udp
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP


@pytest.fixture(scope="module")
def object_() -> Path:
    try:
        return lwip.setup()
    except EnvironmentUnusable as error:
        pytest.skip(f"lwIP cannot be had here: {error}")


@pytest.fixture
def program(object_: Path) -> Iterator[Program]:
    with running([build("release") / "stack" / "port" / "postel-host", object_], "--clock", "virtual") as started:
        yield acquainted(started)
        assert started.process.returncode is not None or started.end() == 0


def test_hello_and_nonsense(program: Program):
    release = lwip.release_of(BUILD / "lwip" / "source")
    caps = "udp,ip,echo,counters,udp-options,udp-ttl,up,mtu,mac,ttl,tos,broadcast,source,mms-s,neighbor,multicast-ttl,multicast-iface,group,vtime"
    assert program.ask("hello version=1") == [f"ok version=1 name=lwip release={release} caps={caps} lacks=icmp-errors,options"]
    assert program.ask("florp.x7f3") == ["err code=ENOSYS"]
    for line in (b"", b"sync", b"1", b"1  sync", b"1 sync\0", b"1 " + b"a" * 139_998):
        program.write(line + b"\n")
        assert program.line() == "0 err code=EPROTO"
    assert program.ask("sync") == ["ok"]


@pytest.mark.parametrize("line, code", [
    ("hello version=2", "EINVAL"),
    ("sync x=1", "EINVAL"),
    ("udp.bind", "EINVAL"),
    ("udp.bind port=65536", "EINVAL"),
    ("udp.bind port=", "EINVAL"),
    ("udp.bind port=1 port=1", "EINVAL"),
    ("udp.bind port=1 addr=198.18.0", "EINVAL"),
    ("ip.send dst=198.18.0.1 protocol=200 data=0", "EINVAL"),
    ("ip.send dst=198.18.0.1 protocol=200 data=0A", "EINVAL"),
    ("udp.send sock=1 dst=198.18.0.1 dport=9 data=00", "EBADF"),
    ("udp.close sock=1", "EBADF"),
    ("ip.send dst=198.18.0.1 protocol=200 data=00 df=1", "EOPNOTSUPP"),
    ("ip.send dst=198.18.0.1 protocol=200 data=00 options=01010101", "EOPNOTSUPP"),
    ("ip.send dst=198.18.0.1 protocol=200 data=00 id=7", "EOPNOTSUPP"),
])  # fmt: skip
def test_what_is_refused(program: Program, line: str, code: str):
    assert program.ask(line) == [f"err code={code}"]


def test_echo(program: Program):
    program.send(echo(seq=9, data=b"round trip"))
    assert program.ask("sync") == ["ok"]
    [reply] = program.frames()
    assert (reply.dst, reply.src, reply[IP].src, reply[IP].dst) == (LT_MAC, IUT_MAC, IUT, LT)
    assert (reply[ICMP].type, reply[ICMP].id, reply[ICMP].seq, bytes(reply[ICMP].payload)) == (0, 7, 9, b"round trip")


def test_bind_receive_send(program: Program):
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    assert program.ask("udp.bind port=4000") == ["err code=EADDRINUSE"]
    program.send(udp(b"one", tos=8, ttl=9))
    program.send(udp(b""))
    common = f"* udp.recv sock=1 sport=999 dport=4000 src={LT} dst={IUT}"
    assert program.ask("sync") == [f"{common} ttl=9 tos=8 options= data=6f6e65", f"{common} ttl=64 tos=0 options= data=", "ok"]
    program.frames()
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data=0102 ttl=3 tos=16") == ["ok"]
    [sent] = program.frames()
    assert (sent[IP].ttl, sent[IP].tos) == (3, 16)
    assert (sent[IP].payload.sport, sent[IP].payload.dport, bytes(sent[IP].payload.payload)) == (4000, 9, b"\1\2")
    assert program.ask("udp.close sock=1") == ["ok"]
    program.send(udp(b"nobody"))
    assert program.ask("sync") == ["ok"]
    assert [(answer[ICMP].type, answer[ICMP].code) for answer in program.frames()] == [(3, 3)]


def test_options_reach_the_user(program: Program):
    program.ask("udp.bind port=4000")
    program.send(frame(udp(b"x")[IP].payload, options=b"\x01\x01\x01\x00"))
    [event, _] = program.ask("sync")
    assert event.endswith(" options=01010100 data=78")


def test_ip_and_echo_users(program: Program):
    assert program.ask("ip.bind protocol=200") == ["ok sock=1"]
    assert program.ask(f"ip.send dst={LT} protocol=200 data=abcd") == ["ok"]
    assert program.ask(f"echo.send dst={LT} id=5 seq=6 data=ff") == ["ok"]
    sent, asked = program.frames()
    assert (sent[IP].proto, bytes(sent[IP].payload)) == (200, b"\xab\xcd")
    assert (asked[ICMP].type, asked[ICMP].id, asked[ICMP].seq, bytes(asked[ICMP].payload)) == (8, 5, 6, b"\xff")
    program.send(frame(ICMP(type=0, id=5, seq=6) / b"\xff"))
    program.send(frame(ICMP(type=0, id=5, seq=7, chksum=1) / b"\xff"))
    said = program.ask("sync")
    assert said == [f"* echo.recv id=5 seq=6 src={LT} dst={IUT} ttl=64 tos=0 options= data=ff", "ok"]


def test_the_longest_datagram(program: Program):
    """65,507 octets of user data leave in fragments; one octet more is refused."""
    program.ask("udp.bind port=4000")
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data={'00' * 65_508}") == ["err code=EMSGSIZE"]
    data = bytes(n % 251 for n in range(65_507))
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data={data.hex()}") == ["ok"]
    packets = sorted((packet[IP] for packet in program.frames()), key=lambda packet: packet.frag)
    assert b"".join(bytes(packet.payload) for packet in packets)[8:] == data


def test_time_moves_by_advance_only(program: Program):
    """A reassembly ends 16 ticks of a second after it began: IP_REASS_MAXAGE is 15, and 0 is counted too."""
    program.send(first_fragment())
    assert program.ask("advance ms=15999") == ["ok"]
    assert program.frames() == []
    assert program.ask("advance ms=1") == ["ok"]
    [late] = program.frames()
    assert (late[ICMP].type, late[ICMP].code) == (11, 1)


def test_a_real_clock_is_not_for_us_to_move(object_: Path):
    with running([build("release") / "stack" / "port" / "postel-host", object_]) as started:
        [reply] = acquainted(started).ask("hello version=1")
        assert "vtime" not in reply
        assert started.ask("advance ms=1") == ["err code=ENOSYS"]
        assert started.ask("ip.send dst=198.18.0.77 protocol=200 data=00") == ["ok"]
        assert started.frames()[-1][ARP].pdst == "198.18.0.77"
        assert select.select([started.link], [], [], PATIENCE_S)[0], "it asks again by itself"
        assert started.frames()[0][ARP].pdst == "198.18.0.77"
        assert started.end() == 0


def test_reset(program: Program):
    program.ask("udp.bind port=4000")
    program.send(first_fragment())
    program.send(udp(b"never told"))
    assert program.ask("reset") == ["ok"]
    assert [answer[ARP].psrc for answer in program.frames()] == [IUT], "it announces itself, as at start"
    assert program.ask("udp.close sock=1") == ["err code=EBADF"]
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    assert program.ask("advance ms=60000") == ["ok"]
    assert program.frames() == [], "the fragment is forgotten"
    program.send(echo())
    program.ask("sync")
    assert [answer[ARP].pdst for answer in program.frames()] == [LT], "so is the neighbour"


def test_counters(program: Program):
    program.ask("reset")
    program.send(echo(version=5))
    [reply] = program.ask("counters")
    counted = set(reply.split(" "))
    assert counted >= {"ok", "link.recv=1", "ip.recv=1", "ip.err=1", "ip.drop=1"}
    assert not any(word.endswith("=0") for word in counted)


@pytest.mark.parametrize("where, value, wrong", [
    ("name=up iface=0", "0", "2"), ("name=mtu iface=0", "576", "67"), ("name=mac iface=0", "020000000777", "010000000777"),
    ("name=ttl sock=1", "9", "0"), ("name=tos sock=1", "16", "256"), ("name=broadcast sock=1", "0", "x"),
])  # fmt: skip
def test_what_is_set_is_told_until_reset(program: Program, where: str, value: str, wrong: str):
    program.ask("udp.bind port=4000")
    before = program.ask(f"get {where}")
    assert program.ask(f"set {where} value={value}") == ["ok"]
    assert program.ask(f"set {where} value={wrong}") == ["err code=EINVAL"]
    assert program.ask(f"get {where}") == [f"ok value={value}"] != before
    program.ask("reset")
    program.ask("udp.bind port=4000")
    assert program.ask(f"get {where}") == before


def test_what_cannot_be_configured(program: Program):
    lines = ["set name=ttl value=9", "get name=forwarding", f"get name=pmtu dst={LT}", "list kind=route", f"add kind=route net=0.0.0.0 len=0 gateway={LT}"]
    assert [program.ask(line) for line in lines] == [["err code=EOPNOTSUPP"]] * len(lines)
    assert program.ask("set name=mtu value=576 iface=7") == ["err code=EINVAL"]
    assert program.ask("get name=ttl sock=9") == ["err code=EBADF"]


def test_an_interface_that_is_down_is_silent(program: Program):
    assert program.ask("set name=up value=0 iface=0") == ["ok"]
    program.frames()
    program.send(echo())
    assert program.ask("sync") == ["ok"] and program.frames() == []
    assert program.ask(f"get name=source dst={LT}") == ["err code=ENETUNREACH"]


def test_a_neighbour_that_stays(program: Program):
    item = "iface=0 addr=198.18.0.9 mac=020000000009"
    assert program.ask(f"add kind=neighbor {item}") == ["ok"]
    assert program.ask(f"add kind=neighbor {item}") == ["err code=EEXIST"]
    assert f"* neighbor {item}" in program.ask("list kind=neighbor")
    program.ask("ip.send dst=198.18.0.9 protocol=200 data=00")
    assert [sent.dst for sent in program.frames()] == ["02:00:00:00:00:09"]
    assert program.ask("del kind=neighbor iface=0 addr=198.18.0.9") == ["ok"]
    assert program.ask("del kind=neighbor iface=0 addr=198.18.0.9") == ["err code=ENOENT"]


def test_groups(program: Program):
    """Who joins is counted by lwIP; a socket that is closed has left."""
    program.ask("udp.bind port=4000")
    program.ask("udp.bind port=4001")
    item, told = "addr=233.252.0.1 iface=0", "* group iface=0 addr=233.252.0.1 mode=exclude sources="
    assert program.ask("list kind=group") == [told.replace("233.252.0.1", "224.0.0.1"), "ok"]
    assert program.ask(f"add kind=group sock=1 {item}") == ["ok"]
    assert program.ask(f"add kind=group sock=1 {item}") == ["err code=EEXIST"]
    assert program.ask(f"add kind=group sock=2 {item}") == ["ok"]
    assert [sent.dst for sent in program.frames()] == ["01:00:5e:7c:00:01"]
    assert program.ask(f"del kind=group sock=1 {item}") == ["ok"]
    assert program.ask(f"del kind=group sock=1 {item}") == ["err code=ENOENT"]
    assert told in program.ask("list kind=group iface=0")
    program.ask("udp.close sock=2")
    assert told not in program.ask("list kind=group iface=0")
    for wrong, code in (("sock=1 addr=198.18.0.1", "EINVAL"), ("sock=1 addr=233.252.0.1 iface=7", "EINVAL"), ("sock=9 addr=233.252.0.1", "EBADF")):
        assert program.ask(f"add kind=group {wrong}") == [f"err code={code}"]


def test_what_a_socket_sends_to_groups_with(program: Program):
    program.ask("udp.bind port=4000")
    assert program.ask("set name=multicast-ttl value=9 sock=1") == ["ok"]
    assert program.ask("get name=multicast-ttl sock=1") == ["ok value=9"]
    assert program.ask("get name=multicast-iface sock=1") == ["ok value=0"]
    assert program.ask("set name=multicast-iface value=7 sock=1") == ["err code=EINVAL"]
    for key, ttl in (("", 9), (" ttl=3", 3), ("", 9)):
        assert program.ask(f"udp.send sock=1 dst=233.252.0.1 dport=9 data=00{key}") == ["ok"]
        assert [sent[IP].ttl for sent in program.frames()] == [ttl]


def test_a_broadcast_takes_leave(program: Program):
    program.ask("udp.bind port=4000")
    assert program.ask("udp.send sock=1 dst=255.255.255.255 dport=9 data=00") == ["ok"]
    program.ask("set name=broadcast value=0 sock=1")
    assert program.ask("udp.send sock=1 dst=255.255.255.255 dport=9 data=00") == ["err code=EPERM"]


def test_frames_of_any_length(program: Program):
    """lwIP counts in 16 bits: what is longer, or shorter than a header, is lost and does no harm."""
    for size in (0, 1, 13, 14, 15, 65_535, 65_536, 65_549):
        program.link.send(bytes(size))
    program.send(echo())
    assert program.ask("sync") == ["ok"]
    assert program.frames()[-1][ICMP].type == 0


def test_the_end_of_its_link_ends_it(program: Program):
    program.link.close()
    assert program.process.wait(PATIENCE_S) == 0


def test_a_second_setup_fetches_nothing(object_: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lwip, "fetch", lambda source: pytest.fail("fetched again"))
    assert lwip.setup() == object_


def test_before_it_is_set_up(tmp_path: Path):
    with pytest.raises(EnvironmentUnusable, match="not set up here: ./postel iut setup lwip"):
        iut.start(iut.load("lwip"), "fd", profile="modern", seed=1, build=tmp_path / "release")


def test_without_apt(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda tool: None)
    with pytest.raises(EnvironmentUnusable, match="no apt-get"):
        lwip.need_tools()


def test_tools_that_are_missing_are_named_to_a_user(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == "dpkg-source" else "/usr/bin/" + tool)
    monkeypatch.setattr(lwip, "is_root", lambda: False)
    with pytest.raises(EnvironmentUnusable, match="as root: apt-get install --no-install-recommends dpkg-dev"):
        lwip.need_tools()


def test_tools_that_are_missing_are_installed_by_root(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    ran: list[list[str]] = []

    def attempt(command: list[str], **how: object) -> Attempt:
        ran.append(command)
        return Attempt(0, "")

    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == "dpkg-source" else "/usr/bin/" + tool)
    monkeypatch.setattr(lwip, "is_root", lambda: True)
    monkeypatch.setattr(lwip, "attempt", attempt)
    lwip.need_tools()
    assert ran == [["apt-get", "install", "--no-install-recommends", "dpkg-dev", "-qq", "-y"]]
    assert "installing: apt-get install --no-install-recommends dpkg-dev" in capsys.readouterr().err


@pytest.mark.parametrize("answer", [Attempt(0, ""), Attempt(100, "E: broken")])
def test_without_an_archive(answer: Attempt, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lwip, "attempt", lambda *_, **__: answer)
    with pytest.raises(EnvironmentUnusable, match="apt knows of none here"):
        lwip.archive()


def test_an_archive_that_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lwip, "archive", lambda: f"deb-src [trusted=yes] file:{tmp_path}/none bookworm main\n")
    with pytest.raises(EnvironmentUnusable, match=r"fetching lwIP failed \(update\): E: "):
        lwip.fetch(tmp_path / "source")
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_a_source_that_is_none(tmp_path: Path):
    with pytest.raises(EnvironmentUnusable, match="remove it, then"):
        lwip.release_of(tmp_path)


def test_a_source_that_does_not_compile(tmp_path: Path, object_: Path):
    (tmp_path / "src" / "include").mkdir(parents=True)
    with pytest.raises(BuildFailed, match="does not compile with our glue"):
        lwip.compile_(tmp_path, "2.1.3", tmp_path / "liblwip_iut.so")
    assert not (tmp_path / "liblwip_iut.so").exists()
