# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1191 section 2: the path's MTU is found out by what must not be fragmented."""

from postel.kit import *


@case("RFC1191-2-a", kind=characteristic, needs=["udp"], violator=changes("udp", df=0))
def whether_the_path_is_discovered(lt):
    """Whether what a user sends, who says nothing of it, leaves with Don't Fragment."""
    return "yes" if user_sends(lt, bind(lt), FAR, data=counting(300))["df"] else "no"


@case("RFC1191-2-a", needs=["udp"], stands_on="discovers-path-mtu", violator=changes("udp", df=0, where={"length": 1500}))
def first_estimate_is_the_first_link(lt):
    """Of a path that nothing is known of as much is expected as of its first link: a datagram of that length leaves whole."""
    sent = packets_of(lt, bind(lt), lt.room)
    if lt.profile == "modern" and len(sent) > 1 and all(packet["df"] for packet in sent):
        lt.not_applicable("the IUT begins with less, as RFC 4821 7.2 has it")
    lt.check("packets, whether they must not be fragmented", [packet["df"] for packet in sent], [1])
