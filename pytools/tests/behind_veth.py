# SPDX-License-Identifier: BSD-2-Clause
"""This kernel as an IUT behind one end of a veth pair, as somebody would have it who follows docs/iut.md: a program.

  behind_veth.py kernel NEAR SOCKET   makes the pair, its other end in a network namespace of its own with the offloads that Linux
                                      has by default, and serves an upper tester on a Unix socket; says "ready", and ends at the
                                      end of its input
  behind_veth.py connect SOCKET       the command of the definition: the upper tester's lines come and go by that socket"""

import os
import socket
import subprocess
import sys
import threading

FAR, MAC = "far", "02:00:00:00:00:02"


def ip(line: str) -> None:
    subprocess.run(["ip", *line.split()], check=True)


def kernel(near: str, path: str) -> None:
    from postel.adapters import linux as adapter
    from postel.lab import linux, system
    from postel.lab.addresses import LEFT

    ip(f"link add {near} type veth peer {FAR}")
    moved, tell = os.pipe()
    away, gone = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(tell)
        system.die_with_parent(os.getppid())
        system.unshare(system.CLONE_NEWNET)
        os.write(gone, b".")
        os.read(moved, 1)
        linux.before_up([FAR], 1)
        for line in (f"link set {FAR} address {MAC}", "link set lo up", f"address add {LEFT.iut}/{LEFT.prefix} dev {FAR}", f"link set {FAR} up",
                     f"route add default via {LEFT.lt}"):  # fmt: skip
            ip(line)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path)
            server.listen()
            print("ready", flush=True)
            while True:
                with server.accept()[0] as user:
                    adapter.serve(user.fileno(), user.fileno())
    os.read(away, 1)
    ip(f"link set {FAR} netns {pid}")
    os.write(tell, b".")
    sys.stdin.buffer.read()
    os.kill(pid, 9)


def connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as user:
        user.connect(path)

        def requests() -> None:
            while octets := os.read(0, 1 << 18):
                user.sendall(octets)
            user.shutdown(socket.SHUT_WR)

        threading.Thread(target=requests, daemon=True).start()
        with user.makefile("rb", buffering=0) as replies:
            while octets := replies.read(1 << 18):
                os.write(1, octets)


if __name__ == "__main__":
    {"kernel": kernel, "connect": connect}[sys.argv[1]](*sys.argv[2:])
