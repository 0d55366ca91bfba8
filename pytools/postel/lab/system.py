# SPDX-License-Identifier: BSD-2-Clause
"""The system calls that Python 3.11's standard library lacks."""
import ctypes
import os
import signal
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

_MS_NOSUID_NODEV_NOEXEC = 2 | 4 | 8
_MS_REC_PRIVATE = 0x4000 | 0x40000
_PR_SET_PDEATHSIG = 1
_CAPABILITIES_OF_64_BITS = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str) -> None:
    flags = ctypes.c_ulong(_MS_NOSUID_NODEV_NOEXEC)
    _check(_libc.mount(source.encode(), target.encode(), kind.encode(), flags, None), f"mount {kind}")


def make_mounts_private() -> None:
    """From here on, what this mount namespace mounts stays its own."""
    _check(_libc.mount(b"none", b"/", None, ctypes.c_ulong(_MS_REC_PRIVATE), None), "mount --make-rprivate /")


def prctl(option: int, *arguments: int) -> None:
    _check(_libc.prctl(option, *[ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]), f"prctl {option}")


def capabilities() -> int:
    """Those that this process may use, a bit each."""
    head, sets = struct.pack("Ii", _CAPABILITIES_OF_64_BITS, 0), ctypes.create_string_buffer(24)
    _check(_libc.capget(head, sets), "capget")
    low, high = (struct.unpack_from("I", sets, at)[0] for at in (4, 16))
    return int(low | high << 32)


def set_capabilities(effective: int, permitted: int, inheritable: int) -> None:
    words = [value >> shift & 0xFFFFFFFF for shift in (0, 32) for value in (effective, permitted, inheritable)]
    _check(_libc.capset(struct.pack("Ii", _CAPABILITIES_OF_64_BITS, 0), struct.pack("6I", *words)), "capset")


def die_with_parent(parent: int) -> None:
    """This process is killed when `parent`, which made it, ends; it ends now if that has happened already."""
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def become_root_of_new_user_namespace(more: int) -> None:
    """Enters a user namespace in which this user is root, together with the namespaces `more`."""
    uid, gid = os.geteuid(), os.getegid()
    unshare(CLONE_NEWUSER | more)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
