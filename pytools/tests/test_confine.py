# SPDX-License-Identifier: BSD-2-Clause
"""An IUT runs without privileges: it holds no capability, sees little of the environment, and can do its work all the same."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import pytest
from postel.base import patience
from postel.base.exits import IutFailed
from postel.iut import iut
from postel.lab import client, confine, family, view
from postel.results import results
from test_lab import PATIENCE_S, ROOT_ONLY, SMALL, as_nobody, echoed, ended, in_namespace, request, small, started

TESTS = Path(__file__).parent
NOTHING = "capabilities 0000000000000000, no new privileges 1"


@pytest.fixture(autouse=True)
def _lab():
    patience.forget()
    yield
    client.end()


@pytest.fixture
def read_only() -> None:
    if client.helper().greeting["refused"]:
        pytest.skip("this system does not let us make the file system read-only")


def program(link: str, *words: str, **changed: Any) -> iut.Definition:
    return small(link, command={link: [sys.executable, *words]}, **changed)


def said(code: str, link: str = "fd", **changed: Any) -> str:
    """What an IUT at level 0 says that does this and ends."""
    instance = started(program(link, "-c", textwrap.dedent(code), upper_tester="none", **changed), link)
    if link == "fd":
        ended(instance)
    instance.close()
    return instance.stderr().decode().strip()


def opens_its_tap() -> None:
    instance = started(program("tap", str(TESTS / "tap_iut.py"), "{if0}"), "tap")
    assert echoed(instance)
    instance.close()
    print(instance.stderr())


@ROOT_ONLY
def test_a_foreign_iut_opens_its_tap_without_any_capability_as_root(capsys: pytest.CaptureFixture[str]):
    opens_its_tap()
    assert NOTHING in capsys.readouterr().out


@ROOT_ONLY
def test_a_foreign_iut_opens_its_tap_without_any_capability_as_an_ordinary_user(tmp_path: Path):
    done = as_nobody("666", tmp_path, "-c", f"import sys; sys.path.insert(0, {str(TESTS)!r})\n"
                     "import test_confine; test_confine.opens_its_tap()")  # fmt: skip
    if "user namespaces: " in done.stderr:
        pytest.skip("this system does not let ordinary users make namespaces")
    assert NOTHING in done.stdout, done


def test_an_iut_that_joins_its_tap_late_is_waited_for():
    """At level 0 nobody says when it is ready, and what were sent before would be lost."""
    late = f"import sys, time; time.sleep(0.5); sys.path.insert(0, {str(TESTS)!r}); import small_iut; small_iut.main('tap', sys.argv[1])"
    instance = started(program("tap", "-c", late, "{if0}", upper_tester="none"), "tap")
    instance.link.send(0, request())
    assert instance.link.wait(PATIENCE_S)
    assert echoed(instance)


@pytest.mark.skipif(not os.access("/dev/net/tun", os.R_OK | os.W_OK), reason="there is no TAP for us here")
def test_a_tap_belongs_to_the_user_of_the_iut():
    code = """
        import subprocess
        from postel.lab import netdev
        netdev.open_tap("mine")
        print(subprocess.run(["ip", "-d", "link", "show", "mine"], capture_output=True, text=True).stdout)
    """
    assert " persist on user root group root " in in_namespace(code).stdout  # as whom the user is known in there


@ROOT_ONLY
def test_its_guardian_keeps_nothing_of_the_labs():
    instance = started(small("fd"), "fd")
    [guardian] = [pid for pid in family.below(client.helper().process.pid) if len(family.children(pid)) == 1][-1:]
    kept = {os.readlink(f"/proc/{guardian}/fd/{number}").partition(":")[0] for number in os.listdir(f"/proc/{guardian}/fd")}
    assert kept == {"pipe"} and len(os.listdir(f"/proc/{guardian}/fd")) == 2  # its standard error, and where it tells the end
    status = Path(f"/proc/{guardian}/status").read_text()
    assert set(re.findall(r"^Cap\w+:\t(.*)$", status, re.MULTILINE)) == {"0" * 16}
    instance.close()


@pytest.mark.usefixtures("read_only")
def test_it_has_few_devices():
    assert said("import os, sys; print(*sorted(os.listdir('/dev')), file=sys.stderr)").split() == [
        "fd", "full", "net", "null", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"]  # fmt: skip


ITS_CHILDS = """
    import re, subprocess, sys
    status = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
    print(*re.findall(r"^Cap(?:Prm|Eff|Bnd):\\t(.*)$", status, re.MULTILINE), file=sys.stderr)
"""


@ROOT_ONLY
def test_a_program_that_user_0_executes_gains_nothing():
    assert set(said(ITS_CHILDS).split()) == {"0" * 16}


@ROOT_ONLY
def test_what_a_definition_asks_for_it_gets_in_a_network_of_its_own():
    code = """
        import os, socket, sys
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        print(os.readlink("/proc/self/ns/net"), socket.if_nameindex(), file=sys.stderr)
    """
    assert "PermissionError" in said(code)
    first, second = (said(code, privileges=["net_raw"]) for _ in range(2))
    assert "[(1, 'lo')]" in first
    assert "[(1, 'lo')]" in second
    wanted = f"{1 << confine.CAPABILITIES['net_raw']:016x}"
    assert set(said(ITS_CHILDS, privileges=["net_raw"]).split()) == {wanted}  # it passes them on


def test_no_capability_is_given_over_a_network_that_is_not_the_iuts_own():
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import test_confine as t; t.iut.start(" \
           "t.program('fd', '-c', 'pass', privileges=['net_admin']), 'fd', profile='modern', seed=1, build=t.Path())"  # fmt: skip
    done = without_namespaces(code)
    assert "EnvironmentUnusable: no network namespace of our own" in done.stderr


def without_namespaces(code: str) -> subprocess.CompletedProcess[str]:
    """Python where the system allows no namespaces, and this user is nobody in particular."""
    return limited(code, "echo 0 >/proc/sys/user/max_user_namespaces", "setpriv --inh-caps=-all --bounding-set=-all")


def limited(code: str, limit: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Python in a user namespace with a limit, which ends with it."""
    way = f'{limit}; exec {before} "$@"'
    command = ["unshare", "-Ur", "sh", "-ec", way, "sh", sys.executable, "-c", code]
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us make a user namespace")
    environment = os.environ | {"PYTHONPATH": str(TESTS.parent)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_where_there_are_no_namespaces_it_holds_no_capability_either():
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import test_confine as t; print(t.said(t.STATUS))"
    assert without_namespaces(code).stdout.strip() == "0000000000000000 1"


STATUS = """
    import re, sys
    status = open("/proc/self/status").read()
    print(*re.findall(r"^(?:CapEff|NoNewPrivs):\\t(.*)$", status, re.MULTILINE), file=sys.stderr)
"""


# The environment


def seen(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> set[str]:
    given = {"GITHUB_TOKEN": "hush", "AWS_SECRET_ACCESS_KEY": "hush", "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "verbosity=0",
             "LLVM_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer", "MY_STACK_CONFIG": "here", "TZ": "UTC"}  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return set(said("import os, sys; print(*os.environ, file=sys.stderr)", **changed).split())


def test_no_token_reaches_an_iut(monkeypatch: pytest.MonkeyPatch):
    names = seen(monkeypatch)
    assert {"PATH", "LC_ALL", "TZ", "ASAN_OPTIONS", "LLVM_SYMBOLIZER_PATH", "POSTEL_IF0", "POSTEL_SEED"} <= names
    assert not {name for name in names if os.environ.get(name) == "hush"}
    assert "MY_STACK_CONFIG" not in names


def test_a_definition_may_ask_for_a_variable_or_for_all(monkeypatch: pytest.MonkeyPatch):
    assert "MY_STACK_CONFIG" in seen(monkeypatch, environment=["MY_STACK_CONFIG"])
    assert {"MY_STACK_CONFIG", "GITHUB_TOKEN"} <= seen(monkeypatch, privileges=["unconfined"])


# Homes that are closed to others


@ROOT_ONLY
@pytest.mark.parametrize("of", [0, 65534])
def test_a_program_under_a_home_that_is_closed_to_others_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: int):
    """That of the user who runs it, and that of another (sudo): who is only root may not read it."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "iut.py").touch()
    for path in (home, home / "iut.py"):
        try:
            os.chown(path, of, of)
        except OSError as error:
            pytest.skip(f"this root may not give files away: {error}")
        path.chmod(0o700)
    monkeypatch.chdir(home)
    wait = "print('ready', file=sys.stderr, flush=True); os.read(3, 1)"
    (home / "iut.py").write_text(f"import os, sys; {wait}")
    instance = started(small("fd", upper_tester="none", command={"fd": [sys.executable, "iut.py"]}), "fd")
    while b"ready" not in instance.stderr():
        assert instance.alive(), instance.obituary()
    said_so = any("it may read every file, for its own are closed to root without that" in line for line in told(instance)[1])
    assert said_so == bool(of)


# The file system


WRITES = """
    import os, sys
    for path in {paths!r}:
        try:
            open(os.path.join(path, "written"), "w").close()
            print(path, "written", file=sys.stderr)
        except OSError as error:
            print(path, error.strerror, file=sys.stderr)
"""


@pytest.mark.usefixtures("read_only")
def test_it_may_write_where_its_definition_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("state", "other"):
        (tmp_path / name).mkdir()
    code = WRITES.format(paths=[".", "state", str(tmp_path / "other")])
    refused = "Read-only file system"
    assert said(code).splitlines() == [f". {refused}", f"state {refused}", f"{tmp_path}/other {refused}"]
    assert list(tmp_path.rglob("written")) == []
    assert said(code, privileges=["write:state"]).splitlines()[1:] == ["state written", f"{tmp_path}/other {refused}"]
    assert list(tmp_path.rglob("written")) == [tmp_path / "state" / "written"]
    said(code, privileges=["unconfined"])
    assert len(list(tmp_path.rglob("written"))) == 3


@pytest.mark.usefixtures("read_only")
def test_a_directory_that_it_may_write_and_that_is_not_there_is_named():
    definition = program("fd", "-c", "pass", privileges=["write:/nonexistent/state"])
    with pytest.raises(IutFailed, match="cannot run .*/nonexistent/state: No such file or directory"):
        iut.start(definition, "fd", profile="modern", seed=1, build=Path())


@pytest.mark.usefixtures("read_only")
def test_its_files_in_tmp_are_its_own_and_end_with_it():
    code = """
        import os, sys, tempfile
        print(tempfile.gettempdir(), os.path.exists("/tmp/postel-mine"), os.listdir("/run"), file=sys.stderr)
        open("/tmp/postel-mine", "w").write("x")
        open("/dev/shm/postel-mine-too", "w").close()
    """
    assert said(code) == "/tmp False []"
    assert said(code) == "/tmp False []"
    assert not Path("/tmp/postel-mine").exists()


def test_what_is_under_a_directory():
    assert view.under("/tmp/x", ["/run", "/tmp"])
    assert not view.under("/tmpfiles/x", ["/run", "/tmp"])  # a socket there is hidden by itself


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize("cwd", ["/", "/tmp"])
def test_no_socket_in_tmp_can_be_connected_to_from_wherever_one_stands(cwd: str, monkeypatch: pytest.MonkeyPatch):
    with tempfile.TemporaryDirectory(dir="/tmp") as place, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{place}/socket")
        listening.listen()
        client.end()  # what listens before the helper starts it knows
        monkeypatch.chdir(cwd)
        code = f"import socket; socket.socket(socket.AF_UNIX).connect({place!r} + '/socket')"
        assert said(code).splitlines()[-1] == "ConnectionRefusedError: [Errno 111] Connection refused"


@pytest.mark.parametrize("place", ["/tmp", "/run"])
def test_a_program_in_a_directory_that_is_hidden_starts(place: str, monkeypatch: pytest.MonkeyPatch):
    """By a path, by a link to it, and from where it lies; beside it lies what it imports."""
    if not os.access(place, os.W_OK):
        pytest.skip(f"we may not write to {place}")
    with tempfile.TemporaryDirectory(dir=place) as name, tempfile.TemporaryDirectory(dir="/var/tmp") as elsewhere:
        (Path(name) / "beside.py").write_text("print('found', file=__import__('sys').stderr)")
        (Path(name) / "iut.py").write_text("import beside")
        (Path(elsewhere) / "link.py").symlink_to(Path(name) / "iut.py")
        for cwd, words in ((elsewhere, f"{name}/iut.py"), (elsewhere, "link.py"), (name, "iut.py"), ("/", f".{name}/iut.py"),
                           (place, f"{name}/iut.py"), (elsewhere, f"-cexec(open('{name}/beside.py').read())")):  # fmt: skip
            monkeypatch.chdir(cwd)
            instance = started(program("fd", words, upper_tester="none"), "fd")
            ended(instance)
            assert instance.obituary() == "exit code 0: found", (cwd, words)
            instance.close()


def test_where_the_file_system_cannot_be_made_read_only_an_iut_runs_all_the_same():
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import test_confine as t; print(t.client.helper().greeting); " \
           "print(t.said(t.STATUS))"  # fmt: skip
    greeting, status = limited(code, "echo 1 >/proc/sys/user/max_mnt_namespaces").stdout.strip().splitlines()
    assert "the file system is not read-only (unshare: No space left on device)" in greeting
    assert status == "0000000000000000 1"


# What is said of it


def told(instance: iut.Instance) -> tuple[list[str], list[str]]:
    instance.close()
    return instance.patience.confinement or [], instance.patience.remarks


USUAL = ["no new privileges", "no capabilities", "file system read-only", "network of its own", "processes of its own",
         "memory up to 2048 MB"]  # fmt: skip


@pytest.mark.usefixtures("read_only")
def test_what_confines_an_iut_is_told_by_the_kernels_word():
    assert told(started(small("fd"), "fd")) == (USUAL, [])
    words, remarks = told(started(small("fd", name="less", privileges=["net_raw"], memory_mb=64), "fd"))
    assert words == [USUAL[0], "no capabilities but net_raw", *USUAL[2:-1], "memory up to 64 MB"] and remarks == []


@pytest.mark.usefixtures("read_only")
def test_an_iut_that_nothing_confines_is_told(tmp_path: Path):
    (tmp_path / "free.toml").write_text('name = "free"\nabout = "for tests"\nlinks = ["fd"]\nupper_tester = "stdio"\n'
                                        f'privileges = ["unconfined"]\n[command]\nfd = ["{sys.executable}", "{SMALL}", "fd", "3"]\n')  # fmt: skip
    words = ["run", "--iut", "free.toml", "rfc1122/3.2.1.1/version_not_4"]
    done = subprocess.run([sys.executable, "-m", "postel", *words], env=os.environ | {"PYTHONPATH": str(TESTS.parent)},
                          cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert "free over fd: isolation: unconfined, as its definition asks\n" in done.stderr
    document = results.read(tmp_path / "postel-out")  # holds it against the schema
    assert document["iuts"][0]["confinement"] == USUAL[3:]
    assert document["iuts"][0]["remarks"] == ["isolation: unconfined, as its definition asks"]
    page = (tmp_path / "postel-out/report.html").read_text()
    assert "isolation: unconfined, as its definition asks" in page and "network of its own" in page


def test_what_a_system_refuses_is_told_in_one_line():
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import test_confine as t; print(t.told(t.started(t.small('fd'), 'fd')))"
    refused = "isolation: the file system is not read-only (unshare: No space left on device)"
    assert limited(code, "echo 1 >/proc/sys/user/max_mnt_namespaces").stdout.strip() == str(([*USUAL[:2], *USUAL[3:]], [refused]))
    refused = "isolation: the file system is not read-only (no mount namespace); its network is the machine's; it can see and end " \
              "the user's processes"  # fmt: skip
    assert without_namespaces(code).stdout.strip() == str(([*USUAL[:2], USUAL[-1]], [refused]))


def test_a_command_that_cannot_be_run_is_named():
    with pytest.raises(IutFailed, match="cannot run /dev/null: it is not executable"):
        iut.start(small("fd", command={"fd": ["/dev/null"]}), "fd", profile="modern", seed=1, build=Path())
