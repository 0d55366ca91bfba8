# SPDX-License-Identifier: BSD-2-Clause
"""smoltcp and gVisor as IUTs: what setting them up asks for, and, where their compilers are, that the glue keeps to the contracts."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from postel.base.build import BuildFailed, build
from postel.base.exits import EnvironmentUnusable
from postel.base.paths import BUILD, CONFORMANCE
from postel.base.system import Attempt
from postel.iut import definition, iut, third_party
from postel.results import baseline
from postel.selftest import checks
from programs import IUT, LT, Program, acquainted, echo, first_fragment, frame, running, udp
from scapy.layers.inet import ICMP, IP

IGMP_QUERY = bytes.fromhex("110aeef500000000")  # of version 2, to be answered within a second
PLACES = {"smoltcp": "libsmoltcp_iut.so", "gvisor": "gvisor-iut"}


@pytest.fixture(params=sorted(PLACES))
def stack(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def program(stack: str) -> Iterator[Program]:
    """What `iut setup` has built; nothing is fetched here. It has been built wherever the nightly stages ran."""
    built = BUILD / stack / PLACES[stack]
    if not built.exists():
        pytest.skip(f"{stack} is not set up here: ./postel iut setup {stack}")
    host: list[str | Path] = [build("release") / "stack" / "port" / "postel-host"] if stack == "smoltcp" else []
    with running([*host, built], *(["--clock", "virtual"] if host else [])) as started:
        yield acquainted(started)
        assert started.process.returncode is not None or started.end() == 0


def test_hello_and_nonsense(program: Program, stack: str):
    [said] = program.ask("hello version=1")
    assert said.startswith(f"ok version=1 name={stack} release={'0.' if stack == 'smoltcp' else '20'}")
    assert program.ask("florp.x7f3") == ["err code=ENOSYS"]
    for line in (b"", b"sync", b"1", b"1  sync", b"1 sync\t", b"1 " + b"a" * 139_998):
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
    ("ip.send dst=198.18.0.1 protocol=200 data=00 ttl=0", "EINVAL"),
    ("udp.send sock=1 dst=198.18.0.1 dport=9 data=00", "EBADF"),
    ("udp.close sock=1", "EBADF"),
    ("ip.close sock=0", "EBADF"),
])  # fmt: skip
def test_what_is_refused(program: Program, line: str, code: str):
    assert program.ask(line) == [f"err code={code}"]


@pytest.mark.parametrize("stack", ["smoltcp"], indirect=True)
def test_what_smoltcp_has_no_means_for(program: Program):
    program.ask("udp.bind port=4000")
    for key in ("tos=8", "df=1", "options=01010101"):
        assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data=00 {key}") == ["err code=EOPNOTSUPP"]
        assert program.ask(f"ip.send dst={LT} protocol=200 data=00 {key}") == ["err code=EOPNOTSUPP"]


@pytest.mark.parametrize("stack", ["gvisor"], indirect=True)
def test_what_a_user_of_gvisor_may_choose(program: Program):
    assert program.ask(f"ip.send dst={LT} protocol=200 data=aa ttl=9 tos=8 df=1 id=7 options=01010101") == ["ok"]
    [sent] = program.frames()
    header = sent[IP]
    assert (header.ttl, header.tos, int(header.flags), header.id, bytes(header)[20:24]) == (9, 8, 2, 7, b"\1\1\1\1")
    program.ask("udp.bind port=4000")
    assert program.ask(f"udp.send sock=1 src=192.0.2.9 dst={LT} dport=9 data=00") == ["err code=EADDRNOTAVAIL"]
    assert program.ask(f"udp.send sock=1 src={IUT} dst={LT} dport=9 data=00") == ["ok"]
    assert [(sent[IP].src, sent[IP].payload.sport) for sent in program.frames()] == [(IUT, 4000)]
    assert program.ask("udp.bind port=4000") == ["err code=EADDRINUSE"]
    assert program.ask("ip.bind protocol=200") == ["err code=EOPNOTSUPP"], "raw sockets are for the protocols that it has"


def test_echo(program: Program):
    program.send(echo(seq=9, data=b"round trip"))
    assert program.ask("sync") == ["ok"]
    [reply] = program.frames()
    assert (reply[IP].src, reply[IP].dst, reply[ICMP].type, reply[ICMP].seq) == (IUT, LT, 0, 9)
    assert bytes(reply[ICMP].payload) == b"round trip"


def test_bind_receive_send(program: Program):
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    program.send(udp(b"one", ttl=9))
    [event, reply] = program.ask("sync")
    assert reply == "ok"
    assert {"udp.recv", "sock=1", f"src={LT}", "sport=999", f"dst={IUT}", "dport=4000", "data=6f6e65"} <= set(event.split())
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data=0102 ttl=3") == ["ok"]
    [sent] = program.frames()
    assert (sent[IP].ttl, sent[IP].payload.sport, bytes(sent[IP].payload.payload)) == (3, 4000, b"\1\2")
    assert program.ask("udp.close sock=1") == ["ok"]
    program.send(udp(b"nobody"))
    assert program.ask("sync") == ["ok"]
    assert [(answer[ICMP].type, answer[ICMP].code) for answer in program.frames()] == [(3, 3)]


def test_ip_and_echo_users(program: Program):
    assert program.ask("ip.bind protocol=17") == ["ok sock=1"]
    assert program.ask(f"ip.send dst={LT} protocol=201 data=abcd ttl=5") == ["ok"]
    assert program.ask(f"echo.send dst={LT} id=5 seq=6 data=ff") == ["ok"]
    sent, asked = program.frames()
    assert (sent[IP].proto, sent[IP].ttl, bytes(sent[IP].payload)) == (201, 5, b"\xab\xcd")
    assert (asked[ICMP].type, asked[ICMP].id, asked[ICMP].seq, bytes(asked[ICMP].payload)) == (8, 5, 6, b"\xff")
    program.send(frame(ICMP(type=0, id=5, seq=6) / b"\xff"))
    program.send(frame(udp(b"\2")[IP].payload, proto=17))
    told = program.ask("sync")
    assert told[-1] == "ok" and len(told) == 3
    for words in ({"echo.recv", "id=5", "seq=6", f"src={LT}", "data=ff"}, {"ip.recv", "sock=1", "protocol=17", f"src={LT}", f"dst={IUT}"}):
        assert any(words <= set(event.split()) for event in told)


def test_the_longest_datagram(program: Program):
    """65,507 octets of user data leave in fragments; one octet more is refused."""
    program.ask("udp.bind port=4000")
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data={'00' * 65_508}") == ["err code=EMSGSIZE"]
    data = bytes(n % 251 for n in range(65_507))
    assert program.ask(f"udp.send sock=1 dst={LT} dport=9 data={data.hex()}") == ["ok"]
    packets = sorted((packet[IP] for packet in program.frames()), key=lambda packet: packet.frag)
    assert b"".join(bytes(packet.payload) for packet in packets)[8:] == data


def test_time_moves_by_advance_only(program: Program, stack: str):
    """gVisor gives a datagram up after thirty seconds and, of a UDP datagram, tells; smoltcp asks again for a neighbour."""
    if stack == "gvisor":
        program.send(first_fragment())
        waited, before = "advance ms=29999", 0
    else:
        program.ask("ip.send dst=198.18.0.77 protocol=200 data=00")
        waited, before = "advance ms=999", 1
    assert (program.ask(waited), len(program.frames())) == (["ok"], before)
    assert (program.ask("advance ms=1"), len(program.frames())) == (["ok"], 1)


def test_groups(program: Program):
    """A socket that is closed has left, and the last who leaves has the interface leave."""
    program.ask("udp.bind port=4000")
    program.ask("udp.bind port=4001")
    item, told = "addr=233.252.0.1 iface=0", "* group iface=0 addr=233.252.0.1 mode=exclude sources="
    assert program.ask("list kind=group iface=0") == [told.replace("233.252.0.1", "224.0.0.1"), "ok"]
    assert program.ask(f"add kind=group sock=1 {item}") == ["ok"]
    assert program.ask(f"add kind=group sock=1 {item}") == ["err code=EEXIST"]
    assert len(program.frames()) == 1
    assert program.ask(f"add kind=group sock=2 {item}") == ["ok"]
    assert program.ask(f"del kind=group sock=1 {item}") == ["ok"]
    assert program.ask(f"del kind=group sock=1 {item}") == ["err code=ENOENT"]
    assert program.frames() == [] and told in program.ask("list kind=group iface=0")
    program.ask("udp.close sock=2")
    assert len(program.frames()) == 1 and told not in program.ask("list kind=group iface=0")
    for wrong, code in (("sock=1 addr=198.18.0.1", "EINVAL"), ("sock=1 addr=233.252.0.1 iface=7", "EINVAL"), ("sock=9 addr=233.252.0.1", "EBADF")):
        assert program.ask(f"add kind=group {wrong}") == [f"err code={code}"]


@pytest.mark.parametrize("stack", ["smoltcp"], indirect=True)
def test_smoltcp_is_polled_while_a_report_may_be_due(program: Program):
    program.ask("udp.bind port=4000")
    program.ask("add kind=group sock=1 addr=233.252.0.1")
    program.frames()
    program.send(frame(IGMP_QUERY, proto=2, dst="224.0.0.1", ttl=1))
    assert (program.ask("advance ms=1000"), len(program.frames())) == (["ok"], 1)


@pytest.mark.parametrize("stack", ["gvisor"], indirect=True)
def test_what_a_socket_of_gvisor_sends_to_groups_with(program: Program):
    program.ask("udp.bind port=4000")
    for name, first, value in (("multicast-ttl", 1, 9), ("multicast-loop", 1, 0), ("multicast-iface", 0, 0)):
        assert program.ask(f"get name={name} sock=1") == [f"ok value={first}"]
        assert program.ask(f"set name={name} value={value} sock=1") == ["ok"]
        assert program.ask(f"get name={name} sock=1") == [f"ok value={value}"]
    assert program.ask("set name=multicast-iface value=7 sock=1") == ["err code=EINVAL"]
    for key, ttl in (("", 9), (" ttl=3", 3), (f" src={IUT}", 9), ("", 9)):
        assert program.ask(f"udp.send sock=1 dst=233.252.0.1 dport=9 data=00{key}") == ["ok"]
        assert [sent[IP].ttl for sent in program.frames()] == [ttl]


@pytest.mark.parametrize("stack", ["gvisor"], indirect=True)
def test_the_version_that_gvisor_speaks(program: Program):
    assert program.ask("get name=igmp-version iface=0") == ["ok value=3"]
    program.ask("udp.bind port=4000")
    for version, kind in ((1, 0x12), (2, 0x16), (3, 0x22)):
        assert program.ask(f"set name=igmp-version value={version} iface=0") == ["ok"]
        program.ask(f"add kind=group sock=1 addr=233.252.0.{version} iface=0")
        assert [bytes(sent[IP].payload)[0] for sent in program.frames()] == [kind]
    assert program.ask("set name=igmp-version value=4 iface=0") == ["err code=EINVAL"]
    assert program.ask("set name=igmp-version value=1") == ["err code=EINVAL"]


def test_reset(program: Program):
    program.ask("udp.bind port=4000")
    program.send(first_fragment())
    program.send(udp(b"never told"))
    assert program.ask("reset") == ["ok"]
    program.frames()
    assert program.ask("udp.close sock=1") == ["err code=EBADF"]
    assert program.ask("udp.bind port=4000") == ["ok sock=1"]
    assert program.ask("advance ms=120000") == ["ok"]
    assert program.frames() == [], "the fragment is forgotten"


def test_frames_of_any_length(program: Program):
    for size in (0, 1, 13, 14, 15, 65_535, 65_549):
        if size:
            program.link.send(bytes(size))
    program.send(echo())
    assert program.ask("sync") == ["ok"]
    assert program.frames()[-1][ICMP].type == 0


def test_before_it_is_set_up(stack: str, tmp_path: Path):
    with pytest.raises(EnvironmentUnusable, match=f"not set up here: ./postel iut setup {stack}"):
        iut.start(definition.load(stack), "fd", profile="modern", seed=1, build=tmp_path / "release")


def set_up(stack: str) -> Path:
    made: Path = getattr(third_party, stack)()
    return made


def test_without_a_compiler(stack: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(third_party.shutil, "which", lambda command: None)
    compiler = third_party.COMPILERS[stack]
    with pytest.raises(EnvironmentUnusable, match=f"{compiler.language} {compiler.least} or later, and there is no {compiler.command} on PATH: .*Debian"):
        set_up(stack)


def test_its_stage_is_skipped_by_name_where_the_compiler_is_not(stack: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(third_party.shutil, "which", lambda command: None)
    monkeypatch.setattr(checks, "spoken", lambda *_, **__: pytest.fail("it has begun"))
    stage = next(stage for stage in checks.EVERY if stage.name == stack)
    assert stage.nightly
    with pytest.raises(checks.Skipped, match=f"{stack} is built with"):
        stage.check()


def test_its_stage_fails_where_the_compiler_is_and_fails(stack: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(third_party, "need", lambda *_: None)
    monkeypatch.setattr(checks, "spoken", lambda *_, **__: (3, "no route to host"))
    assert checks.third_party(stack) == checks.Tally(failed=1, said=("no route to host",))


@pytest.mark.parametrize("said, why", [("compiler 1.19.8", "is 1.19.8: rustup|is 1.19.8: go.dev"), ("florp", "does not say what it is: florp")])
def test_with_an_old_compiler(stack: str, said: str, why: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(third_party.shutil, "which", lambda command: f"/usr/bin/{command}")
    monkeypatch.setattr(third_party, "attempt", lambda *_, **__: Attempt(0, said))
    with pytest.raises(EnvironmentUnusable, match=why):
        set_up(stack)


@pytest.mark.parametrize("code", [1, 124])
def test_without_a_network(stack: str, code: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(third_party, "need", lambda *_: None)
    monkeypatch.setattr(third_party, "attempt", lambda *_, **__: Attempt(code, "x\nno route to host\n"))
    with pytest.raises(EnvironmentUnusable, match=f"fetching {stack} failed: no route to host\n.*try again: ./postel iut setup {stack}"):
        set_up(stack)


def test_glue_that_does_not_compile(stack: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(third_party, "need", lambda *_: None)
    monkeypatch.setattr(third_party, "attempt", lambda words, **__: Attempt(int("build" in words), "error: florp"))
    with pytest.raises(BuildFailed, match=f"{stack} does not compile with our glue:\nerror: florp"):
        set_up(stack)


def test_what_is_fetched_is_pinned():
    """The crate by its exact version and its hash; the module by its commit and its hash. The compiler named is the one that they ask for."""
    manifest = tomllib.loads((third_party.SMOLTCP / "Cargo.toml").read_text())
    release = third_party.smoltcp_release()
    assert manifest["dependencies"]["smoltcp"]["version"] == f"={release}"
    lock = tomllib.loads((third_party.SMOLTCP / "Cargo.lock").read_text())
    assert all("checksum" in package for package in lock["package"] if package["name"] != "smoltcp_iut")
    module, sums = (third_party.GVISOR / "go.mod").read_text(), (third_party.GVISOR / "go.sum").read_text()
    assert f"\ngo {third_party.GO.least}\n" in module
    [version] = [line.split()[1] for line in module.splitlines() if line.startswith("\tgvisor.dev/gvisor ")]
    assert f"gvisor.dev/gvisor {version} h1:" in sums


def test_each_deviation_was_read_again_in_its_rfc(stack: str):
    for entry in baseline.load(CONFORMANCE / "baseline" / f"{stack}.toml"):
        assert entry.reason and entry.reading.startswith("RFC "), entry.case
