# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.6: what becomes of more than a router can hold."""

from postel.kit import *

CRITICAL, ROUTINE = 5 << 5, 0


@case("RFC1812-5.3.6-a", role="router", profiles=["rfc1812"], violator=answers("source-quench", nth=3))
def no_source_is_quenched(lt):
    """Who sends more than the router can hold is not told so by Source Quench."""
    with lt.mute_arp():
        for seq in range(1, 65):
            lt.send(transit(echo(seq=seq, data=counting(900)), dst=SLOW))
            lt.expect_silence(after="what waits for its next hop", of="source-quench")
    tells_its_mac(lt, SLOW)
    lt.answer("echo-request")
    lt.forget()


@case("RFC1812-5.3.6-c", kind=characteristic, role="router", stands_on="keeps-datagrams", violator=drops("echo-request"))
def who_is_dropped_of_what_waits(lt):
    """Of what has a higher and a lower precedence, whichever came first, how much leaves at last when more of it waits than is held."""
    found = []
    for first, then in (CRITICAL, ROUTINE), (ROUTINE, CRITICAL):
        left = [sent["tos"] for sent in waited(lt, *(transit(echo(seq=seq), dst=SLOW, tos=first if seq <= 8 else then) for seq in range(1, 17)))]
        found.append(f"{left.count(first)} and {left.count(then)}")
        lt.starts_anew()
    return f"of eight that are critical and eight that are not {found[0]}, the other way round {found[1]}"
