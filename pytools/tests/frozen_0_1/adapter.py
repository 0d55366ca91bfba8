# SPDX-License-Identifier: BSD-2-Clause
"""A small IUT for the tests of the lab, a program: ARP, echo, UDP to the user, an upper tester; and one fault on demand.

  small_iut.py fd NUMBER|tap NAME|iface NAME [FAULT]"""

import fcntl
import os
import re
import selectors
import signal
import socket
import struct
import sys

MAC, ADDRESS = bytes.fromhex("020000000002"), socket.inet_aton("198.18.0.2")
LIMIT = 139_999
KEYS = {"hello": ({"version"}, set()), "sync": (set(), set()), "reset": (set(), set()), "udp.bind": ({"port"}, {"addr"}),
        "udp.close": ({"sock"}, set())}  # fmt: skip


def checksum(octets):
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


class Iut:
    def __init__(self, kind, name, fault):
        self.fault, self.sockets, self.last, self.echoes, self.events = fault, {}, 0, 0, []
        self.waiting = []  # turns to wait, and an event
        if kind == "fd":
            self.link = int(name)
        elif kind == "iface":
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.socket.setsockopt(263, 23, 1)  # PACKET_IGNORE_OUTGOING
            self.socket.bind((name, 3))
            self.link = self.socket.fileno()
        else:
            self.link = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.link, 0x400454CA, struct.pack("16sH14x", name.encode(), 0x1002))

    def frame(self, octets):
        """What is sent in answer; None for nothing."""
        kind, body = octets[12:14], octets[14:]
        if kind == b"\x08\x06" and body[24:28] == ADDRESS and body[7] == 1:
            return octets[6:12] + MAC + kind + body[:7] + b"\x02" + MAC + ADDRESS + body[8:18]
        if kind != b"\x08\x00" or len(body) < 28 or body[16:20] != ADDRESS or checksum(body[:20]):
            return None
        body = body[: int.from_bytes(body[2:4], "big")]
        if body[9] == 17:
            self.datagram(body)
        return self.echo(octets, body) if body[9] == 1 and body[20] == 8 else None

    def echo(self, octets, body):
        self.echoes += 1
        if b"crash" in body:
            os.kill(os.getpid(), signal.SIGSEGV)
        if self.fault == "mute" or (self.fault == "forgetful" and self.echoes % 10 == 0):
            return None
        message = b"\0\0\0\0" + body[24:]
        message = message[:2] + checksum(message).to_bytes(2, "big") + message[4:]
        header = body[:10] + b"\0\0" + ADDRESS + body[12:16]
        header = header[:10] + checksum(header).to_bytes(2, "big") + header[12:]
        return octets[6:12] + MAC + b"\x08\x00" + header + message

    def datagram(self, body):
        sport, dport = struct.unpack(">HH", body[20:24])
        for sock, port in self.sockets.items():
            if port == dport:
                here = f"dst=198.18.0.2 dport={dport} data={body[28:].hex()}"
                self.events.append(f"* udp.recv sock={sock} src={socket.inet_ntoa(body[12:16])} sport={sport} {here}")

    def line(self, line):
        """The lines of the answer."""
        match = re.fullmatch(r"([0-9]{1,10}) ([A-Za-z0-9._-]+)((?: [A-Za-z0-9._-]+=[!-~]*)*)", line)
        if not match or (len(line) > LIMIT and self.fault != "endless"):
            return ["0 err code=EPROTO"] if self.fault != "guesses" else ["1 ok"]
        sequence, op, rest = match.groups()
        keys = dict(word.split("=", 1) for word in rest.split())
        reply = f"{sequence} {self.answer(op, keys)}"
        events, self.events = self.events, []
        if self.fault in ("threads", "hoards"):  # delivery takes its time, or for ever
            self.waiting += [(3, event) for event in events]
            self.waiting = [(turns - 1, event) for turns, event in self.waiting if self.fault == "threads"]
            events = [event for turns, event in self.waiting if turns == 0]
            self.waiting = [(turns, event) for turns, event in self.waiting if turns > 0]
        return [reply, *events] if self.fault == "late" else [*events, reply]

    def answer(self, op, keys):
        if op not in KEYS:
            return "ok" if self.fault == "believes" else "err code=ENOSYS"
        must, may = KEYS[op]
        number = all(value.isdigit() and int(value) < 65536 for key, value in keys.items() if key != "addr")
        if not (must <= set(keys) <= must | may and number) and self.fault != "sloppy":
            return "err code=EINVAL"
        if op == "hello":
            return "ok version=1 name=small release=1 caps=udp"
        if op == "udp.bind":
            self.last += 1
            self.sockets[self.last] = int(keys.get("port", 0))
            return f"ok sock={self.last}"
        if op == "udp.close" and self.sockets.pop(int(keys["sock"]), None) is None:
            return "err code=EBADF"
        if op == "reset" and self.fault != "remembers":
            self.sockets.clear()
        return "ok"


def main(kind, name, fault=""):
    iut, held = Iut(kind, name, fault), b""
    if fault == "forks" and os.fork() == 0:
        signal.pause()
    with selectors.DefaultSelector() as selector:
        selector.register(iut.link, selectors.EVENT_READ)
        selector.register(0, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if iut.link in ready:
                octets = os.read(iut.link, 1 << 17)
                if not octets and kind == "fd":
                    break
                reply = iut.frame(octets)
                if reply is not None:
                    os.write(iut.link, reply)
                continue  # frames first: what came before a line is told before its answer
            octets = os.read(0, 1 << 18)
            if not octets:
                break
            *lines, held = (held + octets).split(b"\n")
            for line in lines:
                sys.stdout.write("".join(f"{answer}\n" for answer in iut.line(line.decode("latin-1"))))
            sys.stdout.flush()
    while fault == "stays":
        signal.pause()
    sys.exit(3 if fault == "leaks" else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
