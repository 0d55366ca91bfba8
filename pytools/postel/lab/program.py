# SPDX-License-Identifier: BSD-2-Clause
"""Why a program cannot be run, and what to do about it: the system says the same few words for many reasons."""
import errno
import os
import shutil
import struct

_MACHINES = {3: "x86", 40: "Arm", 62: "x86-64", 183: "AArch64", 243: "RISC-V"}  # of ELF


def why_not(word: str, error: OSError) -> str:
    """`word` is what was to be executed, from the working directory and by this PATH."""
    said = os.strerror(error.errno or 0)
    path = word if "/" in word else shutil.which(word, os.F_OK)
    if path is None:
        return f"it is not on PATH; a program beside its definition is named ./{word}"
    if not os.path.exists(path):
        return f"there is no such file (looked for from {os.getcwd()})" if error.errno == errno.ENOENT else said
    if os.path.isdir(path):
        return "it is a directory"
    if not os.access(path, os.X_OK):
        return f"it is not executable: chmod +x {path}"
    try:
        with open(path, "rb") as file:
            head = file.read(256)
    except OSError:
        return said
    return _of_head(head, error.errno or 0) or said


def _of_head(head: bytes, number: int) -> str:
    first = head.split(b"\n")[0]
    if head.startswith(b"#!") and number in (errno.ENOENT, errno.EACCES, errno.ENOEXEC):
        names = first[2:].strip(b" \t").decode("utf-8", "replace")
        line = "; its lines end with CR, which belongs to the name: save it with LF" if names.endswith("\r") else ""
        return f"its first line wants the interpreter {names!r}, which cannot be run here{line}"
    if head.startswith(b"\x7fELF") and len(head) > 20:
        machine = _machine(head)
        if machine != _own_machine():
            return f"it was built for {_MACHINES.get(machine, f'the machine {machine}')}, not for this one: build it here"
        if number == errno.ENOENT:
            return "the loader that it was linked for is not here: build it on this system, or statically"
    if number == errno.ENOEXEC:
        return "it is no program: a script begins with a line such as #!/usr/bin/env python3"
    return ""


def _machine(head: bytes) -> int:
    (machine,) = struct.unpack_from("<H" if head[5] == 1 else ">H", head, 18)
    return int(machine)


def _own_machine() -> int:
    with open("/proc/self/exe", "rb") as file:
        return _machine(file.read(20))
