# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Time Exceeded message."""

from postel.kit import *
from postel.kit.wire import parse_packet


@case("RFC792-time-c", violator=answers("echo-reply"))
def fragments_are_forgotten_in_time(lt):
    """When the time for reassembly is over what was there is discarded: a late last fragment completes nothing."""
    first, last = fragments("HA@0+ B@2")
    lt.send(first, last)
    lt.expect(echo_reply(data=blocks("AB")))
    lt.send(first)
    identification = parse_packet(lt.sent)["id"]
    lt.advance(seconds=lt.timers.reassembly)
    lt.answer("time-exceeded")
    lt.send(probe(last, id=identification))
    lt.expect_silence(after="a last fragment that came too late")
