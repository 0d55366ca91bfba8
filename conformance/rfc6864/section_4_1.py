# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6864 section 4.1: the identification serves fragmentation and nothing else."""

from postel.kit import *


@case(
    "RFC6864-4.1-a", "RFC6864-4.1-c",
    violators={"RFC6864-4.1-a": drops("echo-reply", nth=2), "RFC6864-4.1-c": drops("echo-reply", nth=5)},
)  # fmt: skip
def same_identification_again(lt):
    """Whole datagrams with one identification are all received, with Don't Fragment or without."""
    for requirement, df in ("RFC6864-4.1-a", 0), ("RFC6864-4.1-c", 1):
        with lt.judging(requirement):
            for seq in range(3):
                lt.send(probe(echo(seq=seq), id=4660, df=df))
                lt.expect(echo_reply())


@case("RFC6864-4.1-b", kind=characteristic, violator=changes("echo-reply", nth=2, df=lambda df: 1 - df))
def identification_of_answers(lt):
    """Which identification a host gives to answers that need none."""
    replies = []
    for seq in range(4):
        lt.send(echo(seq=seq))
        replies.append(lt.expect(echo_reply()))
    flags = {reply["df"] for reply in replies}
    steps = {(b["id"] - a["id"]) % 65536 for a, b in zip(replies, replies[1:], strict=False)}
    how = "always the same" if steps == {0} else "counting" if max(steps) < 64 else "scattered"
    return f"{how}, {'with' if flags == {1} else 'without' if flags == {0} else 'sometimes with'} Don't Fragment"


@case("RFC6864-4.1-a", violator=drops("echo-reply", nth=1))
def same_datagram_again(lt):
    """Nor is a whole datagram that comes a second time, octet by octet, thrown away as a copy."""
    for df in (0, 1):
        for _ in range(3):
            lt.send(probe(echo(seq=9), id=4661, df=df))
            lt.expect(echo_reply())


@case("RFC6864-4.1-c", violator=drops("echo-reply", nth=1))
def identification_of_an_atomic_datagram(lt):
    """An atomic datagram is received whatever its identification: 0 and all ones mean nothing there."""
    for ident in lt.each((0, 1, 0x8000, 0xFFFF), "identification"):
        lt.send(probe(echo(), id=ident, df=1))
        lt.expect(echo_reply())
