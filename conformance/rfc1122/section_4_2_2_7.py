# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.2.7: TCP's checksum."""

from postel.kit import *


def without(payload):
    """without a checksum"""
    return payload[:16] + bytes(2) + payload[18:]


@case("RFC1122-4.2.2.7-a", needs="tcp", violator=changes("protocol-6", nth=2, payload=without))
def every_segment_has_a_checksum(lt):
    """Each segment that is sent, with data or without, has the checksum of itself and the two ends."""
    end, syn = opens(lt)
    sent = [syn, end.user_sends(b"postel"), end.user_sends(b"odd")]
    end.send(data=b"x")
    sent.append(lt.expect(protocol(6, payload=flagged(ACK))))
    lt.expect_event("tcp.recv", data=b"x")
    lt.check("checksums", {sum_of(each) for each in sent}, {"right"})


@case("RFC1122-4.2.2.7-a", needs="tcp", violator=delivers("tcp.recv", sock=1, data=b"postel"))
def wrong_checksum_reaches_no_user(lt):
    """A segment whose checksum is wrong is not taken, and the same one is whose checksum is right."""
    end, _ = opens(lt)
    for wrong in (1, 0x8000, 0xFFFF):
        lt.send(end.stimulus(data=b"postel", wrong=wrong))
        lt.expect_no_event("tcp.recv", after="a wrong checksum")
    end.send(data=b"postel")
    lt.expect_event("tcp.recv", data=b"postel")
    lt.forget()
