# SPDX-License-Identifier: BSD-2-Clause
"""IUTs that want to hold up, fill up or take in the harness, a program; what is not hostile in them is right (`small_iut`).

  hostile_iut.py fd NUMBER|tap NAME KIND

What is on the wire is in `Wire`, what the upper tester says in `Lines`; a name is a kind of hostility. Most begin with the
first frame that is no control probe, or with the operation udp.bind."""

import itertools
import os
import signal
import socket
import sys
import time

import small_iut

PROBE = b"\xfe\x9c"  # the identifier of control probes
MEGABYTE = 1_000_000
OTHER = bytes.fromhex("020000000001") + small_iut.MAC + b"\x08\x00"  # the head of a frame to the lower tester


def is_probe(octets):
    return octets[38:40] == PROBE or octets[12:14] == b"\x08\x06"


def arp_request(number):
    asked = bytes([198, 18, 0, 3 + number % 200])
    head = b"\xff" * 6 + small_iut.MAC + bytes.fromhex("0806" "0001080006040001")
    return head + small_iut.MAC + small_iut.ADDRESS + bytes(6) + asked


class Wire:
    """Each takes a frame, and what is right to say to it; it says itself what is sent."""

    def __init__(self, link):
        self.link = link
        self.count = 0

    def send(self, frames):
        for octets in frames:
            os.write(self.link, octets)

    def answer(self, right):
        self.send([right] if right else [])

    def flood(self, octets, right):
        """Without end, from the first moment."""
        self.send(itertools.repeat(OTHER + bytes(46)))

    def flood_large(self, octets, right):
        self.send(itertools.repeat(OTHER + bytes(65_535)))

    def flood_on_stimulus(self, octets, right):
        self.answer(right) if is_probe(octets) else self.flood(octets, right)

    def flood_large_on_stimulus(self, octets, right):
        self.answer(right) if is_probe(octets) else self.flood_large(octets, right)

    def flood_of_answers(self, octets, right):
        """To a control probe, for ever the same right answer."""
        self.send(itertools.repeat(right) if right else [])

    def flood_of_questions(self, octets, right):
        """Asks for the MAC addresses of everybody, for ever."""
        self.send(map(arp_request, itertools.count()))

    def questions_double(self, octets, right):
        """Each answer to an ARP request begets two requests: an exchange that grows for as long as the harness takes part."""
        self.answer(right)
        is_reply = octets[12:14] == b"\x08\x06" and octets[21] == 2
        for _ in range(2 if is_reply else 1):
            self.count += 1
            self.send([arp_request(self.count)])

    def burst(self, octets, right):
        """6,000 frames of 65 KB, and then it is right again."""
        self.answer(right) if is_probe(octets) else self.send([OTHER + bytes(65_535)] * 6000)

    def flood_and_die(self, octets, right):
        if is_probe(octets):
            return self.answer(right)
        self.send([OTHER + bytes(46)] * 3000)
        os.kill(os.getpid(), signal.SIGSEGV)

    def slow(self, octets, right):
        """Answers each control probe, but only just in time."""
        time.sleep(0.3)
        self.answer(right)

    def mute(self, octets, right):
        """Lives, and says nothing."""

    def mute_on_stimulus(self, octets, right):
        if not is_probe(octets):
            signal.pause()
        self.answer(right)

    def spins(self, octets, right):
        while not is_probe(octets):
            pass
        self.answer(right)

    def stops(self, octets, right):
        if not is_probe(octets):
            os.kill(os.getpid(), signal.SIGSTOP)
        self.answer(right)

    def closes(self, octets, right):
        """Closes its link, and lives on."""
        os.close(self.link)
        signal.pause()

    def closes_on_stimulus(self, octets, right):
        self.answer(right) if is_probe(octets) else self.closes(octets, right)

    def leaves(self, octets, right):
        os._exit(0)

    def crashes(self, octets, right):
        if not is_probe(octets):
            os.kill(os.getpid(), signal.SIGSEGV)
        self.answer(right)

    def aborts(self, octets, right):
        """As a sanitizer does: a long report, then SIGABRT."""
        if not is_probe(octets):
            report = "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x\n" + "    #0 0x0 in f\n" * 20_000
            os.write(2, (report + "SUMMARY\n").encode())
            os.abort()
        self.answer(right)

    def empty(self, octets, right):
        self.send([b"", b""])
        self.answer(right)

    def short(self, octets, right):
        self.send([bytes(size) for size in range(1, 14)] if not is_probe(octets) else [])
        self.answer(right)

    def oversized(self, octets, right):
        self.send([OTHER + bytes(100_000)] if not is_probe(octets) else [])
        self.answer(right)

    def garbage(self, octets, right):
        import random

        dice = random.Random(7)
        self.send([OTHER[:12] + dice.choice((b"\x08\x00", b"\x08\x06")) + dice.randbytes(dice.randrange(90)) for _ in range(500)])
        self.answer(right)

    def cut(self, octets, right):
        """Its own right answers, at every length."""
        if not is_probe(octets) and right:
            self.send([right[:size] for size in range(1, len(right))])
        self.answer(right)

    def stderr_flood(self, octets, right):
        """Right, and says 20 MB about it."""
        for _ in range(20 if not is_probe(octets) else 0):
            os.write(2, b"x" * 99 + b"\n" + b"y" * (MEGABYTE - 100))
        self.answer(right)

    def stderr_raw(self, octets, right):
        """Right, and says what no terminal should get."""
        os.write(2, b"\x1b]0;title\x07\x1b[2J\xff\xfe\0\xe2\x80\xae\n")
        self.answer(right)

    def daemons(self, octets, right):
        """Right, and has a child for each frame that leaves its group, holds all descriptors, and stays."""
        for _ in range(10 if not is_probe(octets) else 0):
            if os.fork() == 0:
                os.setsid()
                time.sleep(1000)
        self.answer(right)

    def daemon_that_writes(self, octets, right):
        """Right, and leaves behind who says things on its standard error for ever."""
        if not is_probe(octets) and os.fork() == 0:
            os.setsid()
            while True:
                os.write(2, b"z" * 4096)
        self.answer(right)

    def stays(self, octets, right):
        """Right, and takes no notice of the end of its input, nor of signals."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        self.answer(right)


BIG_EVENT = "* noise data=" + "00" * 490


class Lines:
    """Each takes an operation with its SEQ and the right lines, and writes what is said."""

    def __init__(self, iut):
        self.iut = iut

    def say(self, *lines, end="\n"):
        octets = "".join(line + end for line in lines).encode("latin-1")
        while octets:
            octets = octets[os.write(1, octets) :]

    def no_hello(self, seq, op, right):
        signal.pause()

    def hello_of_binary(self, seq, op, right):
        os.write(1, bytes(range(256)) * 2)

    def believes(self, seq, op, right):
        self.say(*(right if op == "hello" else [f"{seq} ok"]))

    def events_first(self, seq, op, right):
        """10 MB of events, then the right answer."""
        self.say(*[BIG_EVENT] * 10_000, *right)

    def events_for_ever(self, seq, op, right):
        while True:
            self.say(*[BIG_EVENT] * 1000)

    def small_events_for_ever(self, seq, op, right):
        while True:
            self.say(*["* a"] * 10_000)

    def line_for_ever(self, seq, op, right):
        while True:
            self.say("x" * 1000, end="")

    def long_line(self, seq, op, right):
        self.say(f"{seq} ok text=" + "0" * 150_000)

    def nul(self, seq, op, right):
        self.say(f"{seq} ok\0")

    def control_characters(self, seq, op, right):
        self.say(f"{seq} ok text=\x1b[2J\x07")

    def no_socket(self, seq, op, right):
        self.say(f"{seq} ok")

    def port_nan(self, seq, op, right):
        self.say(f"{seq} ok sock=NaN port=NaN")

    def huge_number(self, seq, op, right):
        self.say(f"{seq} ok sock=" + "9" * 10_000)

    def wrong_sequence(self, seq, op, right):
        self.say(f"{int(seq) + 1} ok sock=1")

    def two_replies(self, seq, op, right):
        self.say(f"{seq} ok sock=1", f"{seq} ok sock=2")

    def no_end(self, seq, op, right):
        self.say(f"{seq} ok sock=1", end="")
        signal.pause()

    def no_answer(self, seq, op, right):
        signal.pause()

    def drip(self, seq, op, right):
        """A line now and then, and never the reply."""
        while True:
            self.say("* a")
            time.sleep(0.05)

    def dies(self, seq, op, right):
        os.kill(os.getpid(), signal.SIGSEGV)

    def closes_output(self, seq, op, right):
        os.close(1)
        signal.pause()

    def floods_link(self, seq, op, right):
        """Frames without end instead of an answer."""
        while True:
            os.write(self.iut.link, OTHER + bytes(1000))

    def bad_data(self, seq, op, right):
        self.say("* udp.recv sock=1 src=198.18.0.1 sport=9 dst=198.18.0.2 dport=9 data=xyz", *right)

    def hangs_at_reset(self, seq, op, right):
        signal.pause()

    def counters_nan(self, seq, op, right):
        self.say(f"{seq} ok IpInReceives=NaN")

    def tells_unasked(self, seq, op, right):
        """10 MB of events nobody asked for, before it looks at its link again; otherwise right."""
        self.say(*right)
        self.say(*[BIG_EVENT] * 10_000)


WHEN = {"no_hello": "hello", "hello_of_binary": "hello", "believes": "", "counters_nan": "counters", "hangs_at_reset": "reset"}  # others: udp.bind


class Hostile(small_iut.Iut):
    def __init__(self, link, name, kind):
        super().__init__(link, name, "")
        self.wire = getattr(Wire(self.link), kind, None)
        self.lines = getattr(Lines(self), kind, None)
        self.when = WHEN.get(kind, "udp.bind")

    def take(self, octets):
        right = self.frame(octets)
        if self.wire:
            self.wire(octets, right)
        elif right:
            os.write(self.link, right)

    def ask(self, line):
        seq, op = line.split(" ")[:2]
        right = [f"{seq} ok version=1 name=hostile release=1 caps=udp,counters"] if op == "hello" else self.line(line)
        right = [f"{seq} ok"] if op == "counters" else right
        if self.lines and op.startswith(self.when):
            self.lines(seq, op, right)
        else:
            Lines(self).say(*right)


def main(link, name, kind):
    iut, held, number = Hostile(link, name, kind), b"", 0
    with small_iut.selectors.DefaultSelector() as selector:
        selector.register(iut.link, small_iut.selectors.EVENT_READ)
        selector.register(0, small_iut.selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if iut.link in ready:
                octets = os.read(iut.link, 1 << 17)
                if not octets and link == "fd":
                    break
                iut.take(octets)
                continue
            octets = os.read(0, 1 << 18)
            if not octets:
                break
            *lines, held = (held + octets).split(b"\n")
            for line in lines:
                iut.ask(line.decode("latin-1"))
    while kind == "stays":
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
