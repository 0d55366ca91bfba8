# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.5: broadcasts of old, with zeros where there should be ones."""

from postel.kit import *

ZEROS = {"zeros alone": "0.0.0.0", "the number of another network": RIGHT.number, "the number of its own network": LEFT.number}


@case("RFC1812-5.3.5-a", "RFC1812-5.3.5-b", role="router",
      violators={"RFC1812-5.3.5-a": answers("echo-reply"), "RFC1812-5.3.5-b": passes()})  # fmt: skip
def broadcasts_with_zeros(lt):
    """What has the address of a broadcast of old is dropped without a word; who does not drop it takes it for a broadcast, and never for one host's."""
    crosses(lt)
    for dst in lt.each(ZEROS):
        lt.send(transit(dst=dst))
        with lt.judging("RFC1812-5.3.5-b"):
            lt.check("passed on to one station:", [sent["eth_dst"] for sent in lt.crossing() if sent["eth_dst"] != BROADCAST_MAC], [])
            lt.check("questions for its owner:", [asked["tpa"] for asked in lt.take("arp-request") if asked["tpa"] == dst], [])
        with lt.judging("RFC1812-5.3.5-a"):
            expect_silent_discard(lt, after=f"a datagram to {dst}")
