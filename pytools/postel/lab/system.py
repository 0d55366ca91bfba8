# SPDX-License-Identifier: BSD-2-Clause
"""The system calls that Python 3.11's standard library lacks."""
import ctypes
import os
import signal
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

READ_ONLY, NO_SUID, NO_DEVICES = 1, 2, 4  # of a mount

_NO_EXECUTION = 8
_MS_REC_PRIVATE = 0x4000 | 0x40000
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_CAPABILITIES_OF_64_BITS = 0x20080522

# The same on every architecture.
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_HERE, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def join(namespace: int, kind: int) -> None:
    _check(_libc.setns(namespace, kind), "setns")


def mount(kind: str, target: str, flags: int = 0, options: str = "") -> None:
    more = ctypes.c_ulong(flags | NO_SUID | NO_DEVICES | _NO_EXECUTION)
    _check(_libc.mount(kind.encode(), target.encode(), kind.encode(), more, options.encode() or None), f"mount {kind}")


def copy_of_mounts(path: str) -> int:
    """A descriptor of what is mounted at `path` and below it, which is nowhere until it is attached."""
    flags = ctypes.c_uint(_OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE)
    tree: int = _libc.syscall(_OPEN_TREE, _AT_HERE, path.encode(), flags)
    _check(tree, f"open_tree {path}")
    return tree


def restrict(tree: int, attributes: int) -> None:
    """For all mounts of a copy."""
    what = struct.pack("QQQQ", attributes, 0, 0, 0)
    flags = ctypes.c_uint(_AT_EMPTY_PATH | _AT_RECURSIVE)
    _check(_libc.syscall(_MOUNT_SETATTR, tree, b"", flags, what, ctypes.c_size_t(len(what))), "mount_setattr")


def attach(tree: int, target: str) -> None:
    flags = ctypes.c_uint(_MOVE_MOUNT_F_EMPTY_PATH)
    _check(_libc.syscall(_MOVE_MOUNT, tree, b"", _AT_HERE, target.encode(), flags), f"move_mount {target}")


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


def die_with_parent(parent: int, how: signal.Signals = signal.SIGKILL) -> None:
    """This process is killed, or asked to end, when `parent`, which made it, ends; it ends now if that has happened already."""
    prctl(_PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """What this process has made, and what that has made, becomes its child when its own parent ends."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def become_root_of_new_user_namespace(more: int) -> None:
    """Enters a user namespace in which this user is root, together with the namespaces `more`."""
    uid, gid = os.geteuid(), os.getegid()
    unshare(CLONE_NEWUSER | more)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
