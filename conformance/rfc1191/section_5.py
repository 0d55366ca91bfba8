# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1191 section 5: routers that do not say what their link carries."""

from postel.kit import *


@case("RFC1191-5-a", kind=characteristic, needs=["udp"], stands_on="keeps-to-the-path",
      violator=changes("fragment", nth=0, payload=lambda octets: octets[:-8]))  # fmt: skip
def what_is_tried_after_an_old_router(lt):
    """How long what must not be fragmented is after a router has refused a packet as long as the link carries, and said no MTU."""
    sock = bind(lt)
    narrowed(lt, sock, 0)
    longest = max((packet["length"] for packet in packets_of(lt, sock, lt.room) if packet["df"]), default=0)
    return f"{longest} octets" if longest else "Don't Fragment is not set any more"


@case("RFC1191-5-a", kind=characteristic, needs=["udp"], stands_on="keeps-to-the-path",
      violator=changes("fragment", nth=0, payload=lambda octets: octets[:-8]))  # fmt: skip
def what_is_tried_after_shorter_packets(lt):
    """The same after it has refused packets that were shorter than that, whose length none of the routers of old made too great."""
    sock, found = bind(lt), []
    for length in (1400, 1010, 1006, 520, 300):
        far = f"203.0.113.{length % 250 + 1}"
        too_big(lt, only_packet(lt, sock, length - 28, far), 0)
        longest = max((packet["length"] for packet in packets_of(lt, sock, lt.room, far) if packet["df"]), default=0)
        found.append(f"{longest} after {length}")
    return ", ".join(found)
