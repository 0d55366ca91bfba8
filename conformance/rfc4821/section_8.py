# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4821 section 8: hosts fragment, not the network."""

from postel.kit import *


@case("RFC4821-8-a", needs=["udp"], stands_on=("keeps-to-the-path", "fragments"),
      violator=changes("fragment", nth=1, payload=lambda octets: octets + bytes(600)))  # fmt: skip
def fragments_fit_the_path(lt):
    """What is too long for the path leaves in fragments that fit it, though the first link would carry it whole."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    for size in lt.each((600, lt.room, LARGE), "octets of data:"):
        sent = packets_of(lt, sock, size)
        lt.check("octets of the longest packet", max((packet["length"] for packet in sent), default=0), at_most(552))


@case("RFC4821-8-b", needs=["udp"], stands_on=["discovers-path-mtu", "fragments"], violator=changes("fragment", nth=2, df=0))
def fragments_must_not_be_fragmented_again(lt):
    """The fragments that a host makes have Don't Fragment, unless the user does not want it."""
    sent = packets_of(lt, bind(lt), LARGE, lt.me)
    lt.check("Don't Fragment in the fragments", [packet["df"] for packet in sent], [1] * len(sent))


@case("RFC4821-8-c", needs=["udp"], ability="discovers-path-mtu", stands_on="reaches-far-hosts-for-users", violator=changes("udp", df=0))
def nothing_leaves_for_the_network_to_fragment(lt):
    """What a user sends, who says nothing of it, has Don't Fragment."""
    sock = bind(lt)
    for size in (0, 100, 548, lt.room):
        lt.check(f"Don't Fragment, {size} octets of data", {packet["df"] for packet in packets_of(lt, sock, size)}, {1})
