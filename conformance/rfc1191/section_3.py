# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1191 section 3: what a host makes of Fragmentation Needed."""

from postel.kit import *


@case("RFC1191-3-i", needs=["udp"], violator=changes("udp", where={"sport": USER_PORT}, nth=2, mf=1, data=bytes(8)))
def no_path_is_narrower_than_68_octets(lt):
    """A path that is said to carry less than 68 octets carries them: no fragment with more behind it is shorter by a block."""
    sock = bind(lt)
    for mtu in (1, 20, 40, 60):
        sent = user_sends(lt, sock)
        lt.send(icmp(3, 4, rest=bytes([0, 0, 0, mtu]), data=sent["packet"][:28]))
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(200))
        lt.settle()
        short = [frame["length"] for frame in lt.take("udp") + lt.take("fragment") if frame["mf"] and frame["length"] <= 60]
        lt.check(f"short fragments after a path of {mtu} octets", short, [])
        lt.delivered("icmp.error")  # the user may be told
