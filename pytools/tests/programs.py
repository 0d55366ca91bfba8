# SPDX-License-Identifier: BSD-2-Clause
"""The IUT of a program on one descriptor link, driven as the harness drives it but by hand; and a few frames."""

import itertools
import select
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet

IUT, LT, IUT_MAC, LT_MAC = "198.18.0.2", "198.18.0.1", "02:00:00:00:00:02", "02:00:00:00:00:01"
ADDRESSES = ["--addr", f"{IUT}/24", "--mac", IUT_MAC, "--gateway", LT]
PATIENCE_S = 20.0


class Program:
    """A running program. Frames that it sent are in the socket before its reply, so `frames` never waits."""

    def __init__(self, process: subprocess.Popen[bytes], link: socket.socket) -> None:
        self.process, self.link = process, link
        self._sequence = itertools.count(1)
        self._held = b""

    def write(self, octets: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(octets)
        self.process.stdin.flush()

    def line(self) -> str:
        """The next line that it says."""
        assert self.process.stdout
        while b"\n" not in self._held:
            assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], "it says nothing"
            said = self.process.stdout.read1(1 << 18)
            assert said, "it has ended"
            self._held += said
        line, _, self._held = self._held.partition(b"\n")
        return line.decode()

    def ask(self, line: str) -> list[str]:
        """The answer to a line without SEQ: events as they came, then the reply without SEQ."""
        sequence = next(self._sequence)
        self.write(f"{sequence} {line}\n".encode())
        said = [self.line()]
        while said[-1].startswith("* "):
            said.append(self.line())
        head, _, reply = said[-1].partition(" ")
        assert head == str(sequence)
        return [*said[:-1], reply]

    def send(self, frame: Packet) -> None:
        self.link.send(bytes(frame))

    def frames(self) -> list[Packet]:
        """What it has sent since the last call."""
        found = []
        while True:
            try:
                octets = self.link.recv(1 << 17, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return found
            assert octets, "its link has ended"
            found.append(Ether(octets))

    def end(self) -> int:
        """Ends its input; its exit code."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(PATIENCE_S)


@contextmanager
def running(words: Sequence[str | Path], *settings: str) -> Iterator[Program]:
    """Runs `words --fd N ADDRESSES settings`."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    argv = [*map(str, words), "--fd", str(theirs.fileno()), *ADDRESSES, *settings]
    with ours, subprocess.Popen(argv, pass_fds=[theirs.fileno()], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        theirs.close()
        try:
            yield Program(process, ours)
        finally:
            process.kill()


def frame(payload: Packet, **header: object) -> Packet:
    return Ether(dst=IUT_MAC, src=LT_MAC) / IP(**{"src": LT, "dst": IUT, **header}) / payload


def echo(seq: int = 1, data: bytes = b"hello", **header: object) -> Packet:
    return frame(ICMP(id=7, seq=seq) / data, **header)


def udp(data: bytes, port: int = 4000, **header: object) -> Packet:
    return frame(UDP(sport=999, dport=port) / data, **header)


def first_fragment(data: bytes = bytes(16)) -> Packet:
    return frame(UDP(sport=999, dport=4000, len=200, chksum=0) / data, flags="MF", id=77)


def arp(op: str = "who-has") -> Packet:
    """The lower tester asks for the IUT's address, or says its own."""
    dst = "ff:ff:ff:ff:ff:ff" if op == "who-has" else IUT_MAC
    mac = "00:00:00:00:00:00" if op == "who-has" else IUT_MAC
    return Ether(dst=dst, src=LT_MAC) / ARP(op=op, hwsrc=LT_MAC, psrc=LT, hwdst=mac, pdst=IUT)


def acquainted(program: Program) -> Program:
    """Each knows the other's MAC; what was sent until then is forgotten."""
    program.send(arp())
    program.ask("sync")
    assert any(answer.haslayer(ARP) and answer[ARP].op == 2 and answer[ARP].hwsrc == IUT_MAC for answer in program.frames())
    return program
