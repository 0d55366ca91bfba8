# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4821 section 9: a user that probes the path by itself."""

from postel.kit import *


@case("RFC4821-9-a", "RFC4821-9-b", needs=["udp"], stands_on="keeps-to-the-path",
      violators={"RFC4821-9-a": changes("udp", nth=1, data=lambda data: data[:500]), "RFC4821-9-b": changes("udp", nth=1, df=0)})  # fmt: skip
def user_may_probe(lt):
    """A user can send what is longer than the path is thought to carry: it leaves whole, and must not be fragmented."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    try:
        probes = packets_of(lt, sock, lt.room, df=2)
    except UpperError as refusal:
        lt.not_applicable(f"the IUT's user cannot probe a path ({refusal.code})")
    with lt.judging("RFC4821-9-a"):
        lt.check("lengths of the packets", [packet["length"] for packet in probes], [lt.room + 28])
    with lt.judging("RFC4821-9-b"):
        lt.check("Don't Fragment", [packet["df"] for packet in probes], [1])
