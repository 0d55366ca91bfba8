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


@case("RFC792-time-d", kind=characteristic, violator=drops("time-exceeded"))
def whether_reassembly_that_ends_is_reported(lt):
    """Whether a Time Exceeded tells of a reassembly that took too long."""
    lt.send(*fragments("HA@0+"))
    lt.advance(seconds=lt.timers.reassembly)
    return "reported" if lt.answer("time-exceeded") else "silent"


@case("RFC792-time-e", stands_on="reports-reassembly-time-outs", violator=answers("time-exceeded", code=1))
def reassembly_without_a_first_fragment_is_not_reported(lt):
    """Where the first fragment never came there is nothing to quote, and no report."""
    lt.send(*fragments("HA@0+ B@2", seq=1))
    lt.expect(echo_reply(data=blocks("AB")))
    lt.send(*fragments("B@2", seq=2))
    lt.advance(seconds=lt.timers.reassembly)
    lt.expect_silence(after="a reassembly that never had its first fragment")
