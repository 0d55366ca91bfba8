# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.2.19: The time to live of TCP's segments."""

from postel.kit import *


@case("RFC1122-4.2.2.19-a", needs="tcp", demands="ttl", violator=changes("protocol-6", nth=2, ttl=64))
def time_to_live_of_segments_is_set(lt):
    """The time to live of what a connection sends can be configured, and is that from then on."""
    end, _ = opens(lt)
    for ttl in (33, 255, 1):
        lt.set("ttl", ttl, sock=end.sock)
        lt.check("TTL", end.user_sends()["ttl"], ttl)
