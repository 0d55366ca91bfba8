# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6864 section 4.3: what senders owe."""

from postel.kit import *


@case("RFC6864-4.3-a", needs={"udp", "vtime"}, stands_on="fragments", violator=changes("fragment", nth=100, id=AS_FIRST))
def no_identification_twice_in_two_minutes(lt):
    """Datagrams that may be fragmented repeat no identification within two minutes."""
    sock = bind(lt)
    seen, began = [], lt.now()
    while lt.now() - began < 118:
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE))
        seen.append({piece["id"] for piece in gathered(lt)})
        lt.advance(3)
    lt.check("different identifications", len(set.union(*seen)), sum(map(len, seen)))


@case("RFC6864-4.3-d", needs={"udp"}, violator=answers("udp", mf=1, data=bytes(8)))
def do_not_fragment_is_obeyed(lt):
    """What has Don't Fragment set is never sent in fragments."""
    sock = bind(lt)
    try:
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(LARGE), df=1)
    except UpperError as error:
        lt.check("error", error.code, "EMSGSIZE")
    lt.expect_silence(after="a datagram that is too large", of="fragment")
    lt.answer("udp")
