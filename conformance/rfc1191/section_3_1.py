# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1191 section 3.1: TCP's size on offer."""

from postel.kit import *


@case("RFC1191-3.1-a", needs="tcp", violator=changes("protocol-6", nth=2, payload=lambda payload: payload + bytes(40)))
def nothing_over_576_without_permission(lt):
    """To who has offered to take no more no datagram of more than 576 octets is sent, whatever the path carries."""
    end, _ = opens(lt, FAR, mss=0)
    lt.check("the longest datagram", max(sent["length"] for sent in end.user_fills(counting(1072))), at_most(576))


@case("RFC1191-3.1-b", needs="tcp", violator=changes("protocol-6", payload=lambda payload: payload[:22] + (536).to_bytes(2, "big") + payload[24:]))
def far_peers_are_offered_more_than_536(lt):
    """The size that is offered to a peer on another network is not lowered to 536 octets."""
    _, syn = asks(lt, FAR)
    lt.check("size on offer", segment_of(syn).mss or 536, at_least(537))
