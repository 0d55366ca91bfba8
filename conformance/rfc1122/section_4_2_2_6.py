# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.2.6: The size of TCP's segments."""

from postel.kit import *


def longer(payload):
    """some octets longer"""
    return payload + bytes(40)


def offering(size):
    def changed(payload):
        """with another size on offer"""
        return payload[:22] + size.to_bytes(2, "big") + payload[24:] if payload[20:22] == b"\2\4" else payload

    return changed


@case("RFC1122-4.2.2.6-a", needs="tcp", violator=changes("protocol-6", nth=2, payload=longer))
def segments_are_no_longer_than_the_peer_takes(lt):
    """A segment has no more data than the peer has offered to take, less the octets of IP's options."""
    for mss, options in lt.each({"a small size": (500, b""), "a size and options": (1000, NOP * 12)}):
        end, _ = opens(lt, mss=mss, options=options)
        sizes = [len(segment_of(sent).data) for sent in end.user_fills(counting(1800))]
        lt.check("the longest segment's data", max(sizes), at_most(mss - len(options)))
        lt.call("tcp.close", sock=end.sock)
        end.send(RST | ACK)
        lt.forget()


@case("RFC1122-4.2.2.6-a", needs="tcp", violator=changes("protocol-6", nth=2, payload=lambda payload: payload + bytes(1500)))
def segments_are_no_longer_than_ip_can_send(lt):
    """However much the peer takes, a segment is no longer than a datagram that the link carries."""
    end, _ = opens(lt, mss=9000)
    lt.check("the longest datagram", max(sent["length"] for sent in end.user_fills(counting(2 * lt.mtu))), at_most(lt.mtu))


@case("RFC1122-4.2.2.6-b", needs=["tcp", "mms-r"], violator=changes("protocol-6", payload=offering(65500)))
def size_on_offer(lt):
    """Nobody is invited to send segments that IP could not put together."""
    _, syn = asks(lt)
    lt.check("size on offer", segment_of(syn).mss or 536, at_most(int(lt.get("mms-r")) - 20))


@case("RFC1122-4.2.2.6-c", needs="tcp", violator=changes("protocol-6", nth=2, payload=longer))
def size_where_none_is_offered(lt):
    """To who offers no size no segment with more than 536 octets of data is sent."""
    end, _ = opens(lt, mss=0)
    lt.check("the longest segment's data", max(len(segment_of(sent).data) for sent in end.user_fills(counting(1072))), at_most(536))
