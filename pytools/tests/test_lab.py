# SPDX-License-Identifier: BSD-2-Clause
"""The lab: frames reach an IUT over every link, its end is told, and nothing is left behind or touched."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from postel.base import build
from postel.base.exits import EnvironmentUnusable, IutFailed
from postel.base.paths import ROOT
from postel.iut import iut
from postel.iut.iut import Definition, Instance
from postel.iut.links import LinkClosed
from postel.iut.upper import UpperClosed, UpperError
from postel.kit import wire
from postel.lab import client, drops, netdev

SMALL = Path(__file__).with_name("small_iut.py")
PATIENCE_S = 20.0
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="takes root")


ECHO = {"type": 8, "code": 0, "ident": 7, "seq": 1}
FIELDS = {
    "eth_dst": "02:00:00:00:00:02", "eth_src": "02:00:00:00:00:01", "src": "198.18.0.1", "dst": "198.18.0.2",
    "protocol": wire.ICMP, **ECHO,
}  # fmt: skip


def request(data: bytes = b"postel", **changed: object) -> bytes:
    return wire.build(FIELDS | {"data": data} | changed)


ARP_REPLY = bytes.fromhex(
    "020000000002" "020000000001" "0806" "0001080006040002" "020000000001" "c6120001" "020000000002" "c6120002"
)  # fmt: skip


def small(link: str, *fault: str, **changed: object) -> Definition:
    table = {"name": "small", "about": "for tests", "links": [link], "upper_tester": "stdio",
             "command": {link: [sys.executable, str(SMALL), link, "{if0}", *fault]}}  # fmt: skip
    return iut.parse(table | changed)


def started(definition: Definition, link: str, where: Path = Path("nowhere")) -> Instance:
    try:
        return iut.start(definition, link, profile="modern", seed=1, build=where)
    except EnvironmentUnusable as error:
        pytest.skip(f"this system does not let us: {error}")


@pytest.fixture(autouse=True)
def _lab() -> Iterator[None]:
    yield
    client.end()


def echoed(instance: Instance, iface: int = 0) -> bool:
    """Whether it answers an echo request; it may ask for our MAC address first."""
    instance.link.send(iface, request())
    while instance.link.wait(PATIENCE_S):
        got = instance.link.receive()
        assert got and got[0] == iface
        fields = wire.parse(got[1])
        if fields["kind"] == "arp-request":
            instance.link.send(iface, ARP_REPLY)
        if fields["kind"] == "echo-reply":
            return fields["data"] == b"postel" and fields["ident"] == 7
    return False


@pytest.mark.parametrize("link", ["fd", "tap"])
def test_a_program_over(link: str):
    instance = started(small(link), link)
    assert echoed(instance)
    assert instance.upper and instance.upper.name == "small"
    assert instance.close() == ""
    assert not instance.alive()


def test_the_kernel():
    instance = started(iut.load("linux"), "tap")
    assert instance.link.synchronous
    instance.link.send(0, ARP_REPLY)
    instance.link.send(0, request())
    got = instance.link.receive()  # at once: nothing waits here
    assert got is None or wire.parse(got[1])["kind"] in ("arp-request", "echo-reply")
    assert got or echoed(instance)
    assert instance.upper and {"udp", "ip", "echo", "icmp-errors"} <= instance.upper.caps
    assert instance.close() == ""


def test_what_was_delivered_to_the_kernels_user_fills_no_pipe():
    """12 MB of events before one reply, to a request that a pipe does not hold either."""
    instance = started(iut.load("linux"), "tap")
    assert instance.upper
    instance.upper.call("udp.bind", port=4000)
    for number in range(100):
        head = {"sport": 9, "dport": 4000, "data": bytes(60_000), "protocol": wire.UDP, "id": number}
        instance.link.send(0, wire.build({key: value for key, value in FIELDS.items() if key not in ECHO} | head))
    with pytest.raises(UpperError, match="EINVAL"):
        instance.upper.raw("sync florp=" + "0" * 130_000)
    assert [event.name for event in instance.upper.events()] == ["udp.recv"] * 100
    assert instance.close() == ""


def test_the_reference_over_sim():
    instance = started(iut.load("reference"), "sim", build.build())
    assert echoed(instance)
    assert instance.upper and "vtime" in instance.upper.caps
    assert instance.upper.call("advance", ms=60_000) == {}
    assert instance.close() == ""


def test_an_interface_that_exists():
    """In a namespace of our own, where the IUT is behind the other end of a veth pair."""
    code = f"""
        import subprocess, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import test_lab as t
        t.subprocess.run("ip link add near type veth peer far && ip link set far up", shell=True, check=True)
        there = subprocess.Popen([sys.executable, {str(SMALL)!r}, "iface", "far"], stdin=subprocess.PIPE)
        about = dict(upper_tester="none", command={{}}, iface=["near"])
        instance = t.iut.start(t.small("iface", **about), "iface", profile="modern", seed=1, build=t.Path())
        shown = subprocess.run("ip -o link show near", shell=True, capture_output=True, text=True)
        assert "does not exist" in shown.stderr, shown
        while not t.echoed(instance): pass
        instance.close()
        there.stdin.close()
        print("echoed")
    """
    done = in_namespace(code)
    assert done.stdout.strip().endswith("echoed"), done


def test_an_interface_with_an_address_is_not_taken():
    code = f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import test_lab as t
        t.subprocess.run("ip link add near type veth peer far", shell=True, check=True)
        t.subprocess.run("ip address add 198.18.0.1/24 dev near", shell=True, check=True)
        about = dict(upper_tester="none", command={{}}, iface=["near"])
        try:
            t.iut.start(t.small("iface", **about), "iface", profile="modern", seed=1, build=t.Path())
        except t.EnvironmentUnusable as error:
            print(error)
    """
    assert "near has an address, so it may be in use" in in_namespace(code).stdout


def in_namespace(code: str) -> subprocess.CompletedProcess[str]:
    probe = subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this system does not let us make a user namespace")
    return python(code, "unshare", "-Urn")


def python(code: str, *before: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pytools")}
    command = [*before, sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


# What is not ours is not touched


def test_no_ioctl_in_a_namespace_that_is_not_ours():
    with pytest.raises(netdev.NotPrivate):
        netdev.private_socket()


@pytest.mark.parametrize("made, said", [
    ("ip link add near type veth peer far", "that holds lo, far, near"),
    ("ip link set lo up", "lo is up already"),
])  # fmt: skip
def test_a_namespace_that_is_in_use_is_refused(made: str, said: str):
    code = f"""
        import subprocess
        from postel.lab import netdev
        netdev.private_socket().close()
        subprocess.run({made!r}, shell=True, check=True)
        try:
            netdev.private_socket()
        except netdev.NotPrivate as error:
            print(error)
    """
    done = in_namespace(code)
    assert said in done.stdout, done


def test_no_descriptor_of_the_labs_reaches_the_iut():
    """Only its standard three and its link."""
    lister = "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))"
    instance = started(small("fd", upper_tester="none", command={"fd": [sys.executable, "-c", lister]}), "fd")
    ended(instance)
    assert instance.said().strip() == "[0, 1, 2, 3, 4]"  # 4 is the open directory


# Ends


def ended(instance: Instance) -> None:
    """Waits for its end."""
    with pytest.raises(LinkClosed):
        while instance.link.wait(PATIENCE_S):
            instance.link.receive()


@pytest.mark.parametrize("link", ["fd", "tap"])
def test_a_crash_is_told(link: str):
    instance = started(small(link), link)
    instance.link.send(0, request(b"crash now!"))
    ended(instance)
    assert not instance.alive()
    assert instance.obituary() == "killed by SIGSEGV"
    assert instance.upper
    with pytest.raises(UpperClosed, match="it has ended"):
        instance.upper.call("sync")
    instance.close()
    assert instance.obituary() == "killed by SIGSEGV"  # still known


def test_the_telling_line_of_a_standard_error():
    report = "==7==ERROR: AddressSanitizer: heap-buffer-overflow"
    words = f"import sys; sys.exit('{report}\\na\\nb')"
    with pytest.raises(IutFailed, match=f"exit code 1: {report}$"):
        iut.start(small("fd", command={"fd": [sys.executable, "-c", words]}), "fd", profile="modern", seed=1, build=Path())


def test_of_a_traceback_the_exception_is_told():
    instance = started(small("fd", upper_tester="none", command={"fd": [sys.executable, "-c", "1 // 0"]}), "fd")
    ended(instance)
    assert re.fullmatch("exit code 1: ZeroDivisionError: .+", instance.obituary())


def test_of_who_lives_a_traceback_is_told_and_no_chatter():
    words = b"warning: panic is near\nException in thread:\nTraceback (most recent call last):\n  File x\nValueError: odd\n"
    assert client.report_in(b"ready\nfatal things may come\n") == ""
    assert client.report_in(words.partition(b"\n")[2]) == "ValueError: odd"


def test_a_lot_of_standard_error_stops_nobody():
    words = "import sys; sys.stderr.write('\\0begin' + 'x' * 10_000_000 + '\\nend'); sys.exit(1)"
    instance = started(small("fd", upper_tester="none", command={"fd": [sys.executable, "-c", words]}), "fd")
    ended(instance)
    said = instance.stderr()
    assert said.startswith(b"\0begin") and said.endswith(b"\nend") and 1 << 20 <= len(said) < 1_200_000
    assert re.search(rb"x\n\[postel: 8,[0-9]{3},[0-9]{3} octets are left out here\]\nx", said)
    assert len(instance.said()) < 30_000 and instance.obituary() == "exit code 1: end"


def test_a_standard_error_of_half_a_megabyte_is_whole():
    words = "import os, sys; sys.stdin.read(); os.write(2, bytes(range(256)) * 2048); sys.exit(1)"
    instance = started(small("fd", upper_tester="none", command={"fd": [sys.executable, "-c", words]}), "fd")
    instance.close()
    assert instance.stderr() == bytes(range(256)) * 2048


def test_an_iut_that_does_not_read_its_link_is_not_waited_for():
    instance = started(small("fd", upper_tester="none", command={"fd": ["sleep", "60"]}), "fd")
    with pytest.raises(LinkClosed, match="does not read its link"):
        for _ in range(100_000):
            instance.link.send(0, bytes(60_000))
    assert instance.alive()


def descendants(pid: int) -> dict[int, int]:
    """All processes under `pid`, each with a pidfd."""
    found: dict[int, int] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found |= {child: os.pidfd_open(child)} | descendants(child)
    return found


def in_namespaces_of(processes: Iterable[int]) -> set[int]:
    """All processes of this system in network namespaces that these made; a namespace ends with the last of them."""
    inside: dict[str, set[int]] = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            inside.setdefault(os.readlink(directory / "ns/net"), set()).add(int(directory.name))
        except (FileNotFoundError, PermissionError):  # it ended meanwhile, or is somebody else's
            continue
    inside.pop(os.readlink("/proc/self/ns/net"))
    made = {name: pids for name, pids in inside.items() if pids & set(processes)}
    mounts = Path("/proc/self/mountinfo").read_text()
    assert not any(name in mounts for name in made)  # a mount would hold one too
    return set().union(*made.values())


def all_end(processes: dict[int, int]) -> bool:
    for pidfd in processes.values():
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        if not poll.poll(PATIENCE_S * 1000):
            return False
        os.close(pidfd)
    return True


HARNESS = """
    import sys
    sys.path.insert(0, {tests!r})
    import test_lab as t
    for link, fault in (("fd", "forks"), ("fd", "stays"), ("tap", "stays")):
        try:
            instance = t.iut.start(t.small(link, fault), link, profile="modern", seed=1, build=t.Path())
            assert t.echoed(instance)
            print(link, flush=True)
        except t.EnvironmentUnusable:
            pass
    try:
        linux = t.iut.start(t.iut.load("linux"), "tap", profile="modern", seed=1, build=t.Path())
    except t.EnvironmentUnusable:
        pass
    print("ready", flush=True)
    sys.stdin.read()
"""


WITHOUT_NAMESPACES = """
echo 0 >/proc/sys/user/max_user_namespaces
exec setpriv --inh-caps=-all --bounding-set=-all "$@"
"""


@pytest.mark.parametrize("how, allowed", [
    ("harness killed", True), ("helper killed", True), ("harness ends", True),
    ("harness killed", False), ("harness ends", False),
])  # fmt: skip
def test_nothing_is_left_behind(how: str, allowed: bool):
    """Also where the system allows no namespaces, so that the kernel does not clear up for us."""
    code = textwrap.dedent(HARNESS.format(tests=str(SMALL.parent)))
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pytools")}
    way = [] if allowed else ["unshare", "-Ur", "sh", "-ec", WITHOUT_NAMESPACES, "sh"]
    if way and subprocess.run([*way, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us make a user namespace")
    with subprocess.Popen([*way, sys.executable, "-c", code], env=environment, text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as harness:  # fmt: skip
        assert harness.stdin and harness.stdout
        while (line := harness.stdout.readline().strip()) != "ready":
            assert line in ("fd", "tap")
        processes = descendants(harness.pid)
        assert len(processes) >= 4  # the helper, and at least three of its IUTs
        assert in_namespaces_of(processes) <= set(processes)
        if how == "helper killed":
            os.kill(min(processes), signal.SIGKILL)
        elif how == "harness killed":
            harness.kill()
        else:
            harness.stdin.close()
        assert all_end(processes)
        harness.kill()


def test_after_the_iut_is_killed_its_children_are_gone_and_the_next_can_start():
    first = started(small("fd", "forks"), "fd")
    below = descendants(client.helper().process.pid)
    theirs = dict(sorted(below.items())[-3:])
    _guardian, process, _child = theirs
    os.kill(process, signal.SIGKILL)
    assert all_end(theirs)
    assert first.obituary() == "killed by SIGKILL"
    first.close()
    second = started(small("fd"), "fd")
    assert echoed(second)
    for pid, pidfd in below.items():
        if pid not in theirs:
            os.close(pidfd)


# The ordinary user

AS_NOBODY = """
mount -t tmpfs -o mode=755 tmpfs "$1"
mknod -m "$2" "$1/tun" c 10 200
mount --bind "$1/tun" /dev/net/tun
shift 2
exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
"""


def as_nobody(mode: str, place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Python with these words, and a /dev/net/tun of this mode that nobody else sees."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pytools"), "HOME": "/nonexistent", "POSTEL_BUILD": "/nonexistent"}
    command = ["unshare", "-m", "sh", "-ec", AS_NOBODY, "sh", str(place), mode, sys.executable, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False, cwd="/")
    if re.match("(unshare|mount|mknod|setpriv): ", done.stderr):  # root of a container, say
        pytest.skip(done.stderr.strip())
    return done


@ROOT_ONLY
def test_an_ordinary_user_judges_the_kernel(tmp_path: Path):
    with tempfile.TemporaryDirectory() as out:
        os.chmod(out, 0o777)
        done = as_nobody("666", tmp_path, "-m", "postel", "iut", "check", "linux", "--out", out)
    if "user namespaces: " in done.stderr:
        pytest.skip("this system does not let ordinary users make namespaces")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all is well" in done.stdout


@ROOT_ONLY
def test_an_ordinary_user_who_may_not_open_the_tun_device_is_told_so(tmp_path: Path):
    done = as_nobody("600", tmp_path, "-m", "postel", "iut", "check", "linux")
    assert done.returncode == 3
    assert "Permission denied (/dev/net/tun)" in done.stderr


@ROOT_ONLY
def test_the_kernels_reasons_to_discard():
    try:
        drops.open_()
    except drops.Unavailable as error:
        pytest.skip(str(error))
    instance = started(iut.load("linux"), "tap")
    instance.drop_reasons()
    instance.link.send(0, request(checksum=0xBEEF))
    instance.link.send(0, request(version=6))
    assert instance.drop_reasons() == ["IP_CSUM", "IP_INHDR"]
    instance.link.send(0, request(dst="198.18.0.2"))
    assert instance.drop_reasons() == []


