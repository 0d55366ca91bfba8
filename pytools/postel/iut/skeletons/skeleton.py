"""NAME, plugged into Postel: frames come and go by one descriptor, lines of the upper tester's protocol by standard input and
output. Nothing answers yet: `frame` is where your stack begins, `OPERATIONS` where its upper interface does."""

import os
import re
import select
import socket
import sys

LINK = int(sys.argv[1])  # a message is a frame, at most 65,549 octets
MAC = bytes.fromhex(sys.argv[2].replace(":", ""))
ADDR = socket.inet_aton(sys.argv[3])
LINE_MAX = 140_000  # octets, with LF
LINE = re.compile(r"([0-9]{1,10}) ([A-Za-z0-9._-]+)((?: [A-Za-z0-9._-]+=[!-~]*)*)")


def frame(octets: bytes) -> list[bytes]:
    """A frame came in: the frames that go out for it."""
    return []


def hello(keys: dict[str, str]) -> str:
    if keys["version"] != "1":
        return "err code=EINVAL"
    return "ok version=1 name=NAME release=0 caps=skeleton"  # `skeleton` goes when frames are answered; udp, vtime, ... come, and the names that set and add know


def reset(keys: dict[str, str]) -> str:
    """Forget sockets, neighbours, fragments, counters."""
    return "ok"


def sync(keys: dict[str, str]) -> str:
    """Events of what was delivered before go out before this returns."""
    return "ok"


OPERATIONS = {"hello": (hello, {"version"}), "reset": (reset, set()), "sync": (sync, set())}  # with the keys that each needs


def answer(line: str) -> str:
    match = LINE.fullmatch(line)
    if not match or len(line) >= LINE_MAX:
        return "0 err code=EPROTO"
    sequence, operation, rest = match.groups()
    if operation not in OPERATIONS:
        return f"{sequence} err code=ENOSYS"
    words = [word.partition("=") for word in rest.split()]
    keys = {key: value for key, _, value in words}
    act, needed = OPERATIONS[operation]
    right = keys.keys() == needed and len(words) == len(keys)
    return f"{sequence} {act(keys) if right else 'err code=EINVAL'}"


def main() -> None:
    held = b""
    while True:
        ready = select.select([LINK, 0], [], [])[0]
        if LINK in ready:  # frames first: what came before a line is then told before its answer
            octets = os.read(LINK, 65_549)
            if not octets:
                return
            for reply in frame(octets):
                os.write(LINK, reply)
            continue
        octets = os.read(0, 65_536)
        if not octets:
            return
        *lines, held = (held + octets).split(b"\n")
        held = held[:LINE_MAX]  # of a line that is too long the beginning will do
        for line in lines:
            print(answer(line.decode("latin-1")), flush=True)


main()
