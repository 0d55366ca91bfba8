# SPDX-License-Identifier: BSD-2-Clause
"""The link `iface`: an IUT behind an interface that exists already, here one end of a veth pair with default offloads.

Each test that needs interfaces runs in namespaces of its own: as an ordinary user may make them, and where the tests run as
root once more as root's."""

import json
import os
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from postel.base.exits import EnvironmentUnusable
from postel.base.paths import ROOT
from postel.iut import offload
from postel.kit import wire
from postel.results import baseline

HERE = Path(__file__).parent
PRELUDE = """
    import json, os, signal, socket, subprocess, sys, time
    sys.path.insert(0, {here!r})
    from pathlib import Path
    from postel import kit
    from postel.base.exits import EnvironmentUnusable
    from postel.cli import cli
    from postel.iut import iut, offload
    from postel.lab import client, ethtool, netdev
    from test_iface import *

    def ip(line):
        subprocess.run(["ip", *line.split()], check=True)

    def features(*names):
        with socket.socket() as sock:
            return [{{each for each, (on, _) in ethtool.features(sock, name).items() if on}} for name in names]

    def shown(*names):
        return [subprocess.run(["ip", "-o", "link", "show", name], capture_output=True, text=True).stdout for name in names]

    def started(**changed):
        return iut.start(definition(**changed), "iface", profile="modern", seed=1, build=Path())
"""


def definition(**changed: object):  # type: ignore[no-untyped-def]
    from postel.iut import iut

    table: dict[str, object] = {"name": "board", "about": "for tests", "links": ["iface"], "iface": ["near"]}
    return iut.parse(table | changed)


KINDS = {"a user's": ["unshare", "-Urn"], "root's": ["unshare", "-n"]}


def works(words: list[str]) -> bool:
    return subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(params=list(KINDS))
def namespaces(request: pytest.FixtureRequest) -> list[str]:
    if not works(KINDS[request.param]):
        pytest.skip("this system does not let us make such namespaces")
    return KINDS[request.param]


@pytest.fixture
def namespace() -> list[str]:
    """Of the first kind that can be made here."""
    for words in KINDS.values():
        if works(words):
            return words
    pytest.skip("this system does not let us make namespaces")


def told(namespaces: list[str], code: str, *arguments: object) -> list[str]:
    """The lines that this code says there."""
    program = textwrap.dedent(PRELUDE.format(here=str(HERE))) + textwrap.dedent(code)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pytools"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*namespaces, sys.executable, "-c", program, *map(str, arguments)], env=environment,
                          capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# A kernel with default offloads at the other end

BOARD = """
    program, path = str(Path({here!r}) / "behind_veth.py"), Path(sys.argv[1]) / "upper"
    board = subprocess.Popen([sys.executable, program, "kernel", "near", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert board.stdout.readline() == b"ready\\n"
    command = {{"iface": [sys.executable, program, "connect", str(path)]}}
    about = {{"isolate": "run", "upper_tester": "stdio", "command": command, "timers": {{"reassembly": 1}}}}
""".format(here=str(HERE))


def test_udp_over_a_veth_pair_with_default_offloads_does_not_fail(namespaces: list[str], tmp_path: Path):
    code = BOARD + """
    before = features("near"), shown("near")
    instance = started(**about)
    for case in kit.cases():
        if "udp" in case.needs and not case.slow and case.id.split("/")[0] in ("rfc1122", "rfc791"):
            instance.reset()
            outcome = kit.judge(case, instance)
            print(json.dumps([case.id, outcome.verdict, outcome.actual, outcome.requirement]))
    print(json.dumps(instance.patience.remarks))
    instance.close()
    assert (features("near"), shown("near")) == before
    board.communicate()
    """
    *lines, remarks = map(json.loads, told(namespaces, code, tmp_path))
    known = {entry.case for entry in baseline.load(baseline.path_of("linux"))}
    red = [line for line in lines if line[1] in ("fail", "warn", "error", "inconclusive") and line[0] not in known]
    assert red == []
    assert len([line for line in lines if line[1] == "pass"]) > 30
    assert remarks == [offload.UNFINISHED], "there was something to complete"


def test_the_run_says_so_once_and_gives_the_interface_back(namespace: list[str], tmp_path: Path):
    source = BOARD + """
    file = Path(sys.argv[1]) / "board.toml"
    file.write_text(f'''
        name = "board"\\nabout = "for tests"\\nlinks = ["iface"]\\niface = ["near"]\\nisolate = "run"\\nupper_tester = "stdio"
        [command]\\niface = {json.dumps(command["iface"])}
    ''')
    before = shown("near")
    words = ["run", "rfc1122/4.1.3.4", "--iut", f"{file}:iface", "--out", sys.argv[1] + "/out", "--no-install"]
    done = subprocess.run([sys.executable, "-m", "postel", *words], capture_output=True, text=True)
    assert shown("near") == before
    board.communicate()
    print(json.dumps([done.returncode, done.stdout, done.stderr]))
    """
    code, *said = json.loads(told(namespace, source, tmp_path)[-1])
    assert code == 0, said
    assert [each.count(offload.UNFINISHED) for each in said] == [1, 1], "in the report, and when it was noticed"


# Offloads and settings


PAIR = """
    ip("link add near type veth peer far"); ip("link set far up")
    def beside(code):
        return subprocess.Popen([sys.executable, *code], stdin=subprocess.PIPE)
    small = lambda: beside([{here!r} + "/small_iut.py", "iface", "far"])
    def answers(instance):
        lt = kit.LowerTester(instance, "modern")
        lt.settle(probe_anyway=True)
        return lt
""".format(here=str(HERE))


def test_offloads_are_off_at_both_ends_meanwhile_and_as_they_were_afterwards(namespaces: list[str]):
    code = PAIR + """
    ip("link set near up multicast off"); ip("link set far gso_max_size 30000")
    with socket.socket() as sock:
        ethtool.switch(sock, "near", {"rx-gro": True, "tx-udp-segmentation": False})
    before = features("near", "far"), shown("near", "far")
    assert "rx-gro" in before[0][0] and "tx-checksum-ip-generic" in before[0][1]
    instance = started()
    assert shown("near") == [""], "it is in the lab"
    print(sorted(each for each in features("far")[0] if ethtool.OFFLOADS.match(each) and "_tnl" not in each))
    instance.close()
    after = features("near", "far"), shown("near", "far")
    assert after == before, (after, before)
    """
    kept = ["tx-gre-csum-segmentation", "tx-gre-segmentation", "tx-ipxip4-segmentation", "tx-ipxip6-segmentation", "tx-sctp-segmentation"]
    assert eval(told(namespaces, code)[-1]) in ([], kept)


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_who_is_killed_gives_it_back_too(namespaces: list[str], how: str):
    code = PAIR + f"""
    before = features("near", "far"), shown("near", "far")
    pid = os.fork()
    if pid == 0:
        started()
        print("lent", flush=True)
        signal.pause()
    while shown("near") != [""]:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(pid, signal.{how}); os.waitpid(pid, 0)
    give_up = time.monotonic() + 20
    while (features("near", "far") if shown("near") != [""] else None, shown("near", "far")) != before:
        assert time.monotonic() < give_up, shown("near", "far")
        time.sleep(0.01)
    """
    assert told(namespaces, code) == ["lent"]


def test_a_wrong_checksum_is_still_wrong(namespace: list[str]):
    code = PAIR + """
    process = small()
    instance = started()
    lt = answers(instance)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind(("far", 0))
        for wrong in ({}, {"udp_checksum": 0x1234}, {"checksum": 0x1234}):
            sock.send(kit.wire.build(DATAGRAM | wrong))
            lt.settle(probe_anyway=True)
            print([rule.requirement for rule, *_ in lt.broken])
            lt.broken.clear()
    instance.close(); process.communicate()
    """
    assert told(namespace, code) == ["[]", "['RFC1122-4.1.3.4-a']", "['RFC791-3.1_Checksum-a']"]


DATAGRAM = {"eth_src": "02:00:00:00:00:02", "eth_dst": "02:00:00:00:00:01", "src": "198.18.0.2", "dst": "198.18.0.1", "protocol": 17,
            "sport": 4000, "dport": 40000, "data": b"postel"}  # fmt: skip


def test_a_vlan_tag_is_given_back(namespace: list[str]):
    code = PAIR + """
    instance = started()
    tagged = bytes.fromhex("020000000001 020000000002 8100 0005 0800") + kit.wire.build(DATAGRAM)[14:]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind(("far", 0))
        sock.send(tagged)
        while instance.link.wait(5):
            iface, frame = instance.link.receive()
            if frame[6:12] == tagged[6:12]:
                print(frame == tagged, frame.hex())
                break
    instance.close()
    """
    assert told(namespace, code)[0].startswith("True ")


def test_several_frames_in_one_are_cut_up_by_a_peer_that_is_ours_and_refused_of_another(namespace: list[str]):
    code = PAIR + """
    before = {each: True for each in features("far")[0]}
    instance = started()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind(("far", 0))
        sock.setsockopt(263, 15, 1)  # PACKET_VNET_HDR
        for ours in (True, False):
            if not ours:
                ethtool.switch(sock, "far", before)
            sock.send(struct.pack("=BBHHHH", 1, 1, 54, 1000, 34, 16) + SEGMENTS)
            sizes = []
            try:
                while instance.link.wait(0.3):
                    sizes.append(len(instance.link.receive()[1]))
            except EnvironmentUnusable as error:
                print(error)
            print(sizes.count(1054))
    instance.close()
    """
    assert told(namespace, code) == ["4", offload.AGGREGATE, "0"]


SEGMENTS = wire.build({  # four of TCP, which are one for a device
    "eth_src": "02:00:00:00:00:02", "eth_dst": "02:00:00:00:00:01", "src": "198.18.0.2", "dst": "198.18.0.1", "protocol": 6,
    "payload": struct.pack(">HHIIBBHHH", 4000, 40000, 1, 0, 0x50, 0x10, 1000, 0, 0) + bytes(4000),
})  # fmt: skip


@pytest.mark.parametrize("line", ["link del far", "link set far down"])
def test_an_interface_that_vanishes_is_no_internal_error(namespace: list[str], line: str):
    code = PAIR + f"""
    kit.lower.PATIENCE = 0.3
    process = small()
    instance = started()
    def vanishing(lt):
        lt.send(kit.echo())
        lt.expect(kit.echo_reply())
        ip({line!r})
        lt.send(kit.echo())
        lt.expect_silence()
    case = kit.Case("tests/vanishing", vanishing, ("RFC1122-3.2.2.6-a",), "requirement", "Vanishes.", {{}}, frozenset(),
                    frozenset(["modern"]), "host", False, "0.1", Path(), 1)
    outcome = kit.judge(case, instance)
    print(outcome.verdict, outcome.ours, outcome.actual)
    instance.close()
    process.communicate()
    """
    assert told(namespace, code)[-1].startswith("fail False silence from a living IUT")


# What is refused, and with which advice


@pytest.mark.parametrize("before, name, said", [
    ("", "eth9", "there is no interface eth9 here; there are lo, far, near"),
    ("", "a-long-name-15c", "there is no interface a-long-name-15c here"),
    ("", "lo", "carries no Ethernet frames but loopback: name an Ethernet interface"),
    ("link set near mtu 9000", "near", "has an MTU of 9000; the cases are about 1500, at both ends: ip link set near mtu 1500"),
    ("link set near mtu 1280", "near", "has an MTU of 1280"),
    ("address add 192.0.2.1/24 dev near", "near", "take it off first (ip address del 192.0.2.1/24 dev near)"),
    ("address add 2001:db8::1/64 dev near", "near", "take it off first (ip address del 2001:db8::1/64 dev near)"),
    ("link add br0 type bridge; link set near master br0", "near", "is part of br0: take it out first (ip link set near nomaster)"),
    ("link add br0 type bridge", "br0", "cannot be moved to another network namespace"),
    ("link add above link near type macvlan", "near", "carries above, so it may be in use"),
    ("link set far down", "near", "nobody is at the other end of the interface near"),
])  # fmt: skip
def test_an_unfit_interface_is_refused_and_left_alone(before: str, name: str, said: str, namespace: list[str]):
    code = PAIR + f"""
    try:
        for line in {before!r}.split(";"):
            ip(line) if line else None
    except subprocess.CalledProcessError:
        print("not here"); sys.exit()
    iut.CARRIER_S = 0.3
    there = subprocess.run(["ip", "-o", "address"], capture_output=True, text=True).stdout
    try:
        started(iface=[{name!r}])
    except EnvironmentUnusable as error:
        print(error)
    client.end()
    assert subprocess.run(["ip", "-o", "address"], capture_output=True, text=True).stdout == there
    """
    found = told(namespace, code)[-1]
    if found == "not here":
        pytest.skip("this kernel has no such interfaces")
    assert said in found


def test_who_is_not_root_is_told():
    if os.geteuid() == 0 or not works(KINDS["a user's"]):
        pytest.skip("for an ordinary user who may make namespaces")
    from postel.iut import iut

    with pytest.raises(EnvironmentUnusable, match="takes root"):
        iut.start(definition(iface=["lo"]), "iface", profile="modern", seed=1, build=Path())


# What a packet socket says beside a frame

FRAME = wire.build({"eth_src": "02:00:00:00:00:02", "eth_dst": "02:00:00:00:00:01", "src": "198.18.0.2", "dst": "198.18.0.1",
                    "protocol": 17, "sport": 4000, "dport": 40000, "data": b"postel!"})  # fmt: skip
AUXDATA = (263, 8)


def beside(status: int, tci: int = 0, tpid: int = 0) -> list[tuple[int, int, bytes]]:
    return [(*AUXDATA, struct.pack("=IIIHHHH", status, 0, 0, 0, 0, tci, tpid))]


@pytest.mark.parametrize("data", [b"", b"p", b"postel!", bytes(1471)])
@pytest.mark.parametrize("wrong", [0, 1, 0x8000])
def test_a_checksum_is_completed_as_a_device_would(data: bytes, wrong: int):
    whole = wire.build({**wire.parse(FRAME), "data": data, "udp_length": 8 + len(data), "length": 28 + len(data)}
                       | {"checksum": 0, "udp_checksum": 0})  # fmt: skip
    right = wire.edit(whole, udp_checksum=wire.parse(wire.edit(FRAME, data=data))["udp_checksum"])
    pseudo = wire.ones_sum(wire.pseudo_header("198.18.0.2", "198.18.0.1", 17, 8 + len(data))) ^ wrong
    half = right[:40] + pseudo.to_bytes(2, "big") + right[42:]
    frame, unfinished = offload.as_on_the_wire(struct.pack("=BBHHHH", 1, 0, 42, 0, 34, 6) + half, beside(1 << 3))
    assert unfinished and (frame == right) == (wrong == 0)
    assert frame[:40] + frame[42:] == right[:40] + right[42:]


def test_what_is_finished_is_left_alone():
    for flags in (0, 2):
        assert offload.as_on_the_wire(struct.pack("=BBHHHH", flags, 0, 0, 0, 0, 0) + FRAME, beside(1)) == (FRAME, False)
    beyond = struct.pack("=BBHHHH", 1, 0, 0, 0, 34, 6000) + FRAME
    assert offload.as_on_the_wire(beyond, []) == (FRAME, False)


@pytest.mark.parametrize("status, tci, tpid, tag", [
    (1 << 4 | 1 << 6, 5, 0x88A8, "88a80005"), (1 << 4, 0x2005, 0, "81002005"), (1 << 6, 5, 0x8100, ""),
])  # fmt: skip
def test_a_tag_is_where_it_was(status: int, tci: int, tpid: int, tag: str):
    frame, _ = offload.as_on_the_wire(offload.NOTHING + FRAME, beside(status, tci, tpid))
    assert frame == FRAME[:12] + bytes.fromhex(tag) + FRAME[12:]


@pytest.mark.parametrize("kind", [1, 3, 4, 5, 0x81])
def test_several_frames_in_one_are_none(kind: int):
    with pytest.raises(offload.Aggregate):
        offload.as_on_the_wire(struct.pack("=BBHHHH", 1, kind, 42, 1000, 34, 6) + FRAME, [])
