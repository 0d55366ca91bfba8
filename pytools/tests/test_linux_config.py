# SPDX-License-Identifier: BSD-2-Clause
"""The verbs of docs/upper-tester.md as this kernel's adapter has them, in a namespace that the lab makes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from postel.base.paths import ROOT
from postel.iut import iut
from postel.iut.upper import Upper
from postel.lab.addresses import LEFT, RIGHT

pytest.importorskip("pyroute2")


@pytest.fixture(scope="module")
def upper() -> Iterator[Upper]:
    instance = iut.start(iut.load("linux"), "tap", profile="modern", seed=1, build=Path())
    assert instance.upper
    yield instance.upper
    assert instance.close() == ""


@pytest.fixture(autouse=True)
def at_first(upper: Upper) -> Iterator[None]:
    """Every test finds what the lab has made, and leaves it to `reset` to make that again."""
    before = everything(upper)
    yield
    assert said(upper, "reset") == ["ok"]
    assert everything(upper) == before


def said(upper: Upper, line: str) -> list[str]:
    """The events and the reply, without its number."""
    *events, reply = upper._lines.exchange(f"7 {line}", lambda answer: not answer.startswith("*"), 10)
    return [*events, reply.removeprefix("7 ")]


def test_what_is_set_of_times_is_put_back_as_it_was(upper: Upper) -> None:
    for name, value in ("neighbor-lifetime", 7), ("neighbor-polls", 9), ("pmtu-age", 60):
        assert said(upper, f"set name={name} value={value}") == said(upper, f"set name={name} value={value + 1}") == ["ok"]
    assert said(upper, "set name=pmtu-age value=0") == ["err code=EOPNOTSUPP"]


def test_paths(upper: Upper) -> None:
    assert said(upper, "add kind=path dst=192.0.2.9 mtu=700") == ["ok"]
    assert said(upper, "add kind=path dst=192.0.2.9 mtu=800") == ["err code=EEXIST"]
    assert said(upper, f"add kind=path dst={LEFT.lt} mtu=600") == ["ok"]
    for wrong in "dst=192.0.2.8 mtu=67", "dst=224.0.0.9 mtu=700", "dst=0.0.0.0 mtu=700", "dst=192.0.2.8":
        assert said(upper, f"add kind=path {wrong}") == ["err code=EINVAL"]
    assert [said(upper, f"get name=pmtu dst={dst}") for dst in ("192.0.2.9", LEFT.lt, "192.0.2.8")] == [["ok value=700"], ["ok value=600"], ["ok value=1500"]]
    assert sorted(said(upper, "list kind=path")) == ["* path dst=192.0.2.9 mtu=700 set=1", f"* path dst={LEFT.lt} mtu=600 set=1", "ok"]
    assert said(upper, "list kind=route") == [DEFAULT, "ok"]
    assert said(upper, "del kind=path dst=192.0.2.9") == ["ok"]
    assert said(upper, "del kind=path dst=192.0.2.9") == ["err code=ENOENT"]
    assert said(upper, "get name=pmtu dst=192.0.2.9") == ["ok value=1500"]


def everything(upper: Upper) -> list[str]:
    lines = [f"list kind={kind}" for kind in ("address", "route", "neighbor", "path")]
    lines += [f"get name={name}" for name in ("ttl", "forwarding", "accept-redirects", "drop-source-routed", "directed-broadcast", "source-validation", "send-redirects", "echo-broadcast", *TIMES)]
    lines += [f"get name={name} iface={number}" for name in ("up", "mtu", "mac", "forwarding") for number in (0, 1)]
    return [answer for line in lines for answer in said(upper, line)]


TIMES = ("neighbor-lifetime", "neighbor-polls", "pmtu-age")
DEFAULT = f"* route net=0.0.0.0 len=0 type=unicast preference=0 tos=0 gateway={LEFT.lt} iface=0"


@pytest.mark.parametrize("where, value, wrong", [
    ("name=ttl", "9", "256"), ("name=forwarding", "1", "2"), ("name=accept-redirects", "0", "x"), ("name=drop-source-routed", "1", "2"),
    ("name=echo-broadcast", "1", "2"), ("name=pmtu-discovery", "0", "2"), ("name=directed-broadcast", "1", "2"),
    ("name=forwarding iface=1", "1", "2"), ("name=source-validation", "2", "3"), ("name=send-redirects", "0", "2"),
    ("name=up iface=1", "0", "2"), ("name=mtu iface=0", "576", "67"), ("name=mac iface=0", "020000000777", "02"),
    ("name=promiscuous iface=0", "1", "2"), ("name=neighbor-lifetime", "60", "0"), ("name=neighbor-polls", "0", "256"), ("name=pmtu-age", "60", "x"),
    ("name=igmp-version iface=0", "2", "4"), ("name=igmp-robustness iface=0", "7", "8"),
    ("name=multicast-ttl sock=1", "9", "256"), ("name=multicast-loop sock=1", "0", "2"), ("name=multicast-iface sock=1", "1", "2"),
    ("name=group-filter sock=1 addr=233.252.0.1", "exclude,192.0.2.1", "include,192.0.2.256"),
    ("name=ttl sock=1", "9", "256"), ("name=tos sock=1", "16", "256"), ("name=df sock=1", "2", "3"),
    ("name=options sock=1", "01010101", "0"), ("name=broadcast sock=1", "0", "2"), ("name=reports sock=1", "0", "2"),
])  # fmt: skip
def test_what_is_set_is_told(upper: Upper, where: str, value: str, wrong: str) -> None:
    said(upper, "udp.bind port=4000")
    assert said(upper, f"set {where} value={value}") == ["ok"]
    assert said(upper, f"get {where}") == [f"ok value={value}"]
    assert said(upper, f"set {where} value={wrong}") == ["err code=EINVAL"]
    assert said(upper, f"get {where}") == [f"ok value={value}"]


@pytest.mark.parametrize("line, code", [
    ("set name=florp value=1", "EOPNOTSUPP"), ("get name=florp", "EOPNOTSUPP"), ("list kind=florp", "EOPNOTSUPP"), ("add kind=florp", "EOPNOTSUPP"),
    ("set name=ttl", "EINVAL"), ("set name=mtu value=576", "EINVAL"), ("set name=pmtu value=576", "EINVAL"), ("get name=pmtu", "EINVAL"),
    ("set name=ttl value=1 sock=9", "EBADF"), ("add kind=neighbor iface=0", "EINVAL"), ("add kind=neighbor florp=1", "EINVAL"),
    ("del kind=address iface=0 addr=198.18.0.9", "ENOENT"), ("del kind=route net=192.0.2.0 len=24", "ENOENT"),
    ("add kind=route net=192.0.2.1 len=24 gateway=198.18.0.1", "EINVAL"), ("add kind=route net=192.0.2.0 len=24", "EINVAL"),
])  # fmt: skip
def test_what_cannot_be(upper: Upper, line: str, code: str) -> None:
    assert said(upper, line) == [f"err code={code}"]


def test_addresses(upper: Upper) -> None:
    """The first one of a network goes alone, and who shall be the first comes before the others."""
    more = [LEFT.host(number) for number in (77, 78)]
    assert said(upper, f"add kind=address iface=0 addr={more[0]} len=20 deprecated=1") == ["ok"]
    assert said(upper, f"add kind=address iface=0 addr={more[0]} len=20") == ["err code=EEXIST"]
    assert said(upper, f"add kind=address iface=0 addr={more[1]} len=20 primary=1") == ["ok"]
    assert said(upper, f"get name=source dst={LEFT.lt}") == [f"ok value={more[1]}"]
    assert said(upper, f"del kind=address iface=0 addr={more[1]}") == ["ok"]
    assert said(upper, "list kind=address iface=0") == [
        f"* address iface=0 addr={LEFT.iut} len=20 primary=1 deprecated=0", f"* address iface=0 addr={more[0]} len=20 primary=0 deprecated=1", "ok",
    ]  # fmt: skip
    assert said(upper, "list kind=route") == [DEFAULT, "ok"]


def test_routes(upper: Upper) -> None:
    added = [
        f"net=0.0.0.0 len=0 type=unicast preference=0 tos=0 gateway={LEFT.host(9)} iface=0",
        f"net=0.0.0.0 len=0 type=unicast preference=5 tos=0 gateway={LEFT.host(8)} iface=0",
        *(f"net=192.0.2.{at} len={26 if at else 24} type={kind} preference=0 tos=0" for at, kind in ((0, "unreachable"), (64, "blackhole"), (128, "prohibit"))),
        "net=192.0.2.7 len=32 type=unicast preference=0 tos=16 iface=1",
    ]  # fmt: skip
    for route in added:
        assert said(upper, f"add kind=route {route}") == ["ok"]
        assert said(upper, f"add kind=route {route}") == ["err code=EEXIST"]
    listed = said(upper, "list kind=route")
    assert sorted(listed) == sorted([DEFAULT, *(f"* route {route}" for route in added), "ok"])
    assert said(upper, "get name=source dst=192.0.2.1") == ["err code=EHOSTUNREACH"]
    assert said(upper, f"del kind=route net=0.0.0.0 len=0 gateway={LEFT.host(9)}") == ["ok"]
    assert said(upper, "list kind=route")[0] == DEFAULT


def test_neighbours_and_routes_come_back_with_their_interface(upper: Upper) -> None:
    neighbor = f"iface=0 addr={LEFT.host(99)} mac=020000000099"
    assert said(upper, f"add kind=neighbor {neighbor}") == ["ok"]
    assert said(upper, f"add kind=neighbor {neighbor}") == ["err code=EEXIST"]
    assert said(upper, "set name=up value=0 iface=0") == ["ok"]
    assert said(upper, "get name=source dst=192.0.2.1") == ["err code=ENETUNREACH"]
    assert said(upper, "set name=up value=1 iface=0") == ["ok"]
    assert said(upper, "list kind=route") == [DEFAULT, "ok"]
    assert said(upper, "list kind=neighbor") == [f"* neighbor {neighbor}", "ok"]
    assert said(upper, f"del kind=neighbor iface=0 addr={LEFT.host(99)}") == ["ok"]


def test_queries(upper: Upper) -> None:
    assert said(upper, f"get name=source dst={RIGHT.lt}") == [f"ok value={RIGHT.iut}"]
    assert said(upper, "set name=mtu value=576 iface=0") == ["ok"]
    assert said(upper, "get name=pmtu dst=192.0.2.1") == ["ok value=576"]
    assert said(upper, "get name=mms-s dst=192.0.2.1") == ["ok value=556"]
    assert said(upper, "get name=mms-r") == ["ok value=65515"]


def test_a_broadcast_takes_permission(upper: Upper) -> None:
    assert said(upper, "udp.bind port=4000") == ["ok sock=1"]
    send = f"udp.send sock=1 dst={LEFT.broadcast} dport=9 data=00"
    assert said(upper, send) == ["ok"]
    assert said(upper, "set name=broadcast value=0 sock=1") == ["ok"]
    assert said(upper, send) == ["err code=EPERM"]


def test_connections(upper: Upper) -> None:
    """Nobody but ourselves is there to connect to: both ends are here."""
    assert said(upper, f"tcp.listen port=4000 addr={LEFT.iut} tos=16") == ["ok sock=1"]
    assert said(upper, f"tcp.listen port=4000 addr={LEFT.iut}") == ["err code=EADDRINUSE"]
    opened = f"* tcp.open sock=2 src={LEFT.iut} sport=4000 dst={LEFT.iut} dport=4001"
    accepted = f"* tcp.open sock=3 src={LEFT.iut} sport=4001 dst={LEFT.iut} dport=4000 listen=1"
    told = said(upper, f"tcp.connect dst={LEFT.iut} dport=4000 port=4001 ttl=9")
    assert sorted(told + said(upper, "sync")) == sorted([accepted, opened, "ok sock=2", "ok"])
    assert [said(upper, f"get name={name} sock={sock}") for sock, name in ((2, "ttl"), (3, "tos"))] == [["ok value=9"], ["ok value=16"]]
    assert said(upper, "tcp.send sock=2 data=706f7374656c") == ["* tcp.recv sock=3 data=706f7374656c", "ok"]
    assert said(upper, "tcp.close sock=2") == ["* tcp.closed sock=3 reason=peer", "ok"]
    assert [said(upper, f"tcp.send sock={sock} data=00") for sock in (2, 3, 4)] == [["err code=EBADF"]] * 3
    assert said(upper, f"tcp.connect dst={LEFT.broadcast} dport=9") == ["err code=ENETUNREACH"]
    assert said(upper, "udp.bind port=4000") == ["ok sock=4"]


def test_a_connection_that_nobody_takes(upper: Upper) -> None:
    told = said(upper, f"tcp.connect dst={LEFT.iut} dport=9") + said(upper, "sync")
    assert sorted(told) == ["* tcp.closed sock=1 reason=refused", "ok", "ok sock=1"]


def test_counters_have_the_names_of_the_mib(upper: Upper) -> None:
    said(upper, "udp.bind port=4000")
    said(upper, f"udp.send sock=1 dst={LEFT.iut} dport=4001 data=00")
    [*_, reply] = said(upper, "counters")
    assert {"udpOutDatagrams=1", "udpNoPorts=1", "icmpOutDestUnreachs=1", "ipInReceives=2", "Udp.NoPorts=1"} <= set(reply.split())
    assert not [word for word in reply.split() if word.endswith("=0")]


def test_nothing_is_touched_in_another_namespace() -> None:
    """Nor in one with nothing in it but `lo`."""
    code = (
        "from postel.adapters import linux_config as c\nassert c.capabilities() == []\n"
        "for deed in (lambda: c.Config().set({'name': 'ttl', 'value': '9'}, None), lambda: c.Config().listed('route'),\n"
        "             lambda: c.Config().add({'kind': 'route', 'net': '192.0.2.0', 'len': '24', 'type': 'blackhole'})):\n"
        "    try:\n        deed()\n        raise SystemExit('it did it')\n    except c.Refused as refused:\n        assert str(refused) == 'EPERM'\n"
    )
    words = ["unshare", "-rn", sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(ROOT / "pytools"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if "unshare failed" in done.stderr:
        pytest.skip("no namespaces here")
    assert done.returncode == 0, done.stderr


def groups(upper: Upper) -> list[str]:
    return [line.removeprefix("* group ") for line in said(upper, "list kind=group")[:-1] if "addr=224.0.0.1 " not in line]


def test_groups(upper: Upper) -> None:
    """What the interface has is merged of what the sockets want."""
    assert [said(upper, f"udp.bind port={port}")[-1] for port in (4000, 4001)] == ["ok sock=1", "ok sock=2"]
    join = "kind=group sock=1 addr=233.252.0.1 iface=1"
    assert [said(upper, f"{verb} {join}") for verb in ("add", "add")] == [["ok"], ["err code=EEXIST"]]
    assert groups(upper) == ["iface=1 addr=233.252.0.1 mode=exclude sources="]
    assert [said(upper, f"del {join}") for _ in range(2)] == [["ok"], ["err code=ENOENT"]]
    where = "name=group-filter addr=233.252.0.1"
    assert said(upper, f"set {where} sock=1 value=include,192.0.2.1,192.0.2.2") == ["ok"]
    assert groups(upper) == ["iface=0 addr=233.252.0.1 mode=include sources=192.0.2.1,192.0.2.2"]
    assert said(upper, f"set {where} sock=2 value=exclude,192.0.2.2,192.0.2.3") == ["ok"]
    assert groups(upper) == ["iface=0 addr=233.252.0.1 mode=exclude sources=192.0.2.3"]
    many = ",".join(f"192.0.2.{number}" for number in range(1, 100))
    assert said(upper, f"set {where} sock=2 value=exclude,{many}") == ["err code=ENOBUFS"]
    assert said(upper, f"get {where} sock=2") == ["ok value=exclude,192.0.2.2,192.0.2.3"]
    assert said(upper, f"set {where} sock=1 value=include") == said(upper, "udp.close sock=2") == ["ok"]
    assert groups(upper) == []


@pytest.mark.parametrize("line, code", [
    ("add kind=group addr=233.252.0.1", "EINVAL"), ("add kind=group sock=9 addr=233.252.0.1", "EBADF"), ("add kind=group sock=1 addr=192.0.2.1", "EINVAL"),
    ("add kind=group sock=1 addr=233.252.0.1 iface=7", "EINVAL"), ("add kind=group sock=1 addr=233.252.0.1 len=4", "EINVAL"),
    ("set name=group-filter sock=1 value=exclude", "EINVAL"), ("set name=group-filter sock=1 addr=233.252.0.1 value=exclude,", "EINVAL"),
    ("set name=multicast-iface sock=1 value=7", "EINVAL"), ("set name=igmp-version iface=0 value=0", "EINVAL"), ("set name=igmp-mode iface=0 value=3", "EINVAL"),
])  # fmt: skip
def test_groups_that_cannot_be(upper: Upper, line: str, code: str) -> None:
    said(upper, "udp.bind port=4000")
    assert said(upper, line) == [f"err code={code}"]


def test_versions_and_robustness_of_igmp(upper: Upper) -> None:
    for version in (1, 2, 3):
        assert said(upper, f"set name=igmp-version iface=1 value={version}") == ["ok"]
        assert [said(upper, f"get name=igmp-mode iface={number}") for number in (0, 1)] == [["ok value=3"], [f"ok value={version}"]]
    assert said(upper, "set name=igmp-robustness iface=0 value=5") == ["ok"]
    assert [said(upper, f"get name=igmp-robustness iface={number}") for number in (0, 1)] == [["ok value=5"], ["ok value=1"]]
