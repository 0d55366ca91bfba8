# SPDX-License-Identifier: BSD-2-Clause
"""A hostile IUT for the tests of the sandbox. It tries to get out by every way that it knows and says of each on standard
error how that went: `NAME refused: WHY`, or `NAME ESCAPED`. What it can only attempt, somebody else looks after.

  escapes.py DIRECTORY HARNESS HELPER SOCKET SHARED

DIRECTORY is one that its user may write, HARNESS and HELPER are processes (as whoever started it numbers them), somebody
listens at SOCKET, and SHARED is the key of memory that belongs to its user."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

DIRECTORY, HARNESS, HELPER, SOCKET, SHARED = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
NEWNS, NEWUSER, NEWNET = 0x20000, 0x10000000, 0x40000000
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
libc = ctypes.CDLL(None, use_errno=True)


class Nothing(Exception):
    """The attempt came to nothing, without an error."""


def check(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def mounted(source: str, target: str, kind: str, flags: int) -> None:
    check(libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), None))


def write_a_file_of_its_user() -> None:
    (DIRECTORY / "written").write_text("by the IUT")


def change_itself() -> None:
    Path(__file__).open("a", encoding="utf-8").close()


def write_at_home() -> None:
    file = Path.home() / ".postel-escape"
    file.touch()
    file.unlink()


def set_a_sysctl() -> None:
    """Opening it says enough: nothing of the machine is changed, should it work."""
    os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))


def write_to_a_device() -> None:
    """Of this system's disks or terminals, whatever there is."""
    usual = {"null", "zero", "full", "random", "urandom", "tty", "tun"}
    for path in Path("/dev").rglob("*"):
        if path.name not in usual and (path.is_block_device() or path.is_char_device()):
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            return
    raise Nothing("no other device")


def make_a_device() -> None:
    os.mknod("/tmp/disk", 0o060600, os.makedev(254, 0))


def leave_something_in_tmp() -> None:
    """For the next one, or for the user, who looks whether it is there."""
    Path(f"/tmp/left-by-the-iut-{SHARED}").touch()
    raise Nothing("its own /tmp")


def mount_something() -> None:
    mounted("tmpfs", "/mnt", "tmpfs", 0)


def mount_writable() -> None:
    mounted("none", "/", "none", 32)  # MS_REMOUNT


def unmount_the_view() -> None:
    check(libc.umount2(b"/proc", 2))


def become_root_of_a_user_namespace() -> None:
    user = os.geteuid()
    check(libc.unshare(NEWUSER | NEWNS))
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    mounted("none", "/", "none", 32)


def leave_its_root() -> None:
    os.chroot("/tmp")


def join_the_network_of_its_guardian() -> None:
    check(libc.setns(os.open("/proc/1/ns/net", os.O_RDONLY), NEWNET))


def make_a_network() -> None:
    check(libc.unshare(NEWNET))


def open_a_raw_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def open_a_packet_socket() -> None:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


def reach_the_network() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 9))


def see_other_interfaces() -> None:
    if [name for _, name in socket.if_nameindex()] == ["lo"]:
        raise Nothing("only lo")


def connect_to_a_socket_in_the_file_system() -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(SOCKET)


def attach_to_memory_of_others() -> None:
    check(libc.shmget(SHARED, 0, 0))


def not_ours(pid: int) -> int:
    """Here the same number may be one of our own."""
    if Path(__file__).name in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8"):
        raise Nothing("here that is its own")
    return pid


def trace(pid: int) -> None:
    check(libc.ptrace(PTRACE_ATTACH, not_ours(pid), 0, 0))
    check(libc.ptrace(PTRACE_DETACH, pid, 0, 0))


def trace_the_harness() -> None:
    trace(HARNESS)


def trace_the_helper() -> None:
    trace(HELPER)


def trace_its_guardian() -> None:
    trace(os.getppid())


def read_the_guardians_memory() -> None:
    Path(f"/proc/{os.getppid()}/mem").open("rb").close()


def read_anybodys_environment() -> None:
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if b"hush" in path.read_bytes():
                return
        except OSError:
            continue
    raise Nothing("no token in any")


def read_a_token() -> None:
    if not any(value == "hush" for value in os.environ.values()):
        raise Nothing("no token")


def take_a_descriptor_of_its_guardian() -> None:
    for number in os.listdir(f"/proc/{os.getppid()}/fd"):
        os.readlink(f"/proc/{os.getppid()}/fd/{number}")


def signal_the_harness() -> None:
    """Signal 0 asks whether another could be sent."""
    os.kill(not_ours(HARNESS), 0)


def signal_the_helper() -> None:
    os.kill(not_ours(HELPER), 0)


def kill_its_guardian() -> None:
    """If that worked, this would be the end. The kernel says so, but init is not killed by its own."""
    os.kill(os.getppid(), signal.SIGKILL)
    raise Nothing("it lives")


def signal_everybody_else() -> None:
    os.kill(-1, 0)


def gain_by_a_program(path: Path) -> None:
    done = subprocess.run([path, "/proc/self/status"], capture_output=True, text=True, check=True)
    sets = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("CapPrm", "CapEff"))]
    if all(int(each, 16) == 0 for each in sets):
        raise Nothing("it gained nothing")


def gain_by_a_program_that_sets_its_user() -> None:
    gain_by_a_program(DIRECTORY / "as-root")


def gain_by_being_user_0() -> None:
    gain_by_a_program(Path("/bin/cat"))


def dump_core() -> None:
    if resource.getrlimit(resource.RLIMIT_CORE) == (0, 0):
        raise Nothing("no octet of it")


def attempts() -> Iterator[Callable[[], None]]:
    for each in list(globals().values()):
        if callable(each) and getattr(each, "__module__", "") == __name__ and each not in _TOOLS:
            yield each


@contextmanager
def told(name: str) -> Iterator[None]:
    try:
        yield
        how = "ESCAPED"
    except (OSError, Nothing, subprocess.SubprocessError) as error:
        how = f"refused: {getattr(error, 'strerror', None) or error}"
    print(f"{name} {how}", file=sys.stderr, flush=True)


_TOOLS = (Nothing, check, mounted, not_ours, trace, gain_by_a_program, attempts, told, contextmanager, Path)

if __name__ == "__main__":
    for attempt in attempts():
        with told(attempt.__name__):
            attempt()
    print("done", file=sys.stderr, flush=True)
