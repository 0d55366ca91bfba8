# SPDX-License-Identifier: BSD-2-Clause
"""The reference behind one port of a Linux bridge that snoops on multicasts and asks for members, a kernel behind another.

  behind_bridge.py V4HOST   runs in a network namespace that was made for it, and prints a JSON object of what was seen"""

import fcntl
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

OURS, THEIRS, BRIDGE = "198.18.0.2", "198.18.0.3", "198.18.0.1"
GROUP, FILTERED, SOURCE = "233.252.0.1", "233.252.0.2", "192.0.2.1"
PATIENCE_S = 8
REPORT = 0x22  # of version 3
CURRENT = {1, 2}  # the types of the records that answer queries (RFC 3376 4.2.12)
BRIDGE_LINES = """
    link add br0 type bridge mcast_snooping 1 mcast_igmp_version 3 mcast_querier 1 mcast_query_use_ifaddr 1
    link set br0 type bridge mcast_query_interval 100 mcast_query_response_interval 50 mcast_startup_query_interval 50
    link set br0 type bridge mcast_last_member_interval 20 mcast_membership_interval 3000
    link add peer type veth peer name near
    address add {BRIDGE}/20 dev br0
    address add {THEIRS}/20 dev peer
    link set ours master br0
    link set near master br0
    link set ours up
    link set near up
    link set peer up
    link set br0 up
"""  # times in hundredths of a second


def tap(name: str) -> None:
    descriptor = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(descriptor, 0x400454CA, struct.pack("16sH14x", name.encode(), 0x1002))
    fcntl.ioctl(descriptor, 0x400454CB, 1)
    os.close(descriptor)


def ip(line: str) -> None:
    subprocess.run(["ip", *line.split()], check=True)


def groups(port: str) -> list[str]:
    """What the bridge knows of a port: each group, its mode, and whose packets."""
    said = json.loads(subprocess.run(["bridge", "-j", "-d", "mdb", "show"], check=True, capture_output=True, text=True).stdout or "[]")
    entries = [entry for each in said for entry in each.get("mdb", []) if entry["port"] == port]
    return sorted(f"{entry['grp']} {entry.get('src', '*')} {entry.get('filter_mode', '')}" for entry in entries)


def until(seen: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not (there := seen()) and time.monotonic() < end:
        select.select([], [], [], 0.02)
    return there


def knows(port: str, group: str) -> bool:
    return any(entry.startswith(group + " ") for entry in groups(port))


def answers(wire: socket.socket, groups: set[str]) -> bool:
    """Are records of the groups' state seen on our port, as they answer a query?"""
    end, missing = time.monotonic() + PATIENCE_S, {socket.inet_aton(group) for group in groups}
    while missing and time.monotonic() < end and select.select([wire], [], [], end - time.monotonic())[0]:
        frame = wire.recv(2048)
        if frame[12:14] != b"\x08\x00" or frame[23] != 2 or frame[26:30] != socket.inet_aton(OURS):
            continue
        message, at = frame[14 + 4 * (frame[14] & 15) :], 8
        while message[0] == REPORT and at + 8 <= len(message):
            if message[at] in CURRENT:
                missing.discard(message[at + 4 : at + 8])
            at += 8 + 4 * int.from_bytes(message[at + 2 : at + 4], "big")
    return not missing


def main(v4host: str) -> dict[str, Any]:
    tap("ours")
    for line in BRIDGE_LINES.format(**globals()).strip().splitlines():
        ip(line.strip())
    words = [v4host, "--tap", "ours", "--addr", f"{OURS}/20", "--mac", "02:00:00:00:00:02", "--seed", "1"]
    host = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert host.stdin and host.stdout
    numbers = iter(range(1, 1000))

    def ask(line: str) -> None:
        assert host.stdin and host.stdout
        number = next(numbers)
        host.stdin.write(f"{number} {line}\n")
        host.stdin.flush()
        while not (reply := host.stdout.readline()).startswith(f"{number} "):
            assert reply
        assert reply.startswith(f"{number} ok"), reply

    seen: dict[str, Any] = {}
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        wire.bind(("ours", 3))  # of all protocols
        ask("udp.bind port=4000")
        ask(f"add kind=group sock=1 addr={GROUP}")
        seen["joined"] = until(lambda: knows("ours", GROUP))
        ask(f"set name=group-filter sock=1 addr={FILTERED} value=include,{SOURCE}")
        seen["filtered"] = until(lambda: knows("ours", FILTERED))
        peer.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(THEIRS))
        seen["peer"] = until(lambda: knows("near", GROUP))
        seen["groups"] = groups("ours")
        seen["answered"] = answers(wire, {GROUP, FILTERED})
        ask(f"del kind=group sock=1 addr={GROUP}")
        seen["left"] = until(lambda: not knows("ours", GROUP))
        seen["stay"] = [knows("near", GROUP), knows("ours", FILTERED)]
        ask("udp.close sock=1")
        seen["closed"] = until(lambda: not knows("ours", FILTERED))
    host.stdin.close()
    seen["code"] = host.wait(10)
    return seen


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
