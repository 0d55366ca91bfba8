# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: The formats of the errors."""

from postel.kit import *


@case("RFC792-format-a", violator=changes("unreachable", quoted=lambda q: q[:27]))
def destination_unreachable(lt):
    """Destination Unreachable is type 3, and quotes the header with its options and 8 octets of data or more."""
    for options in (b"", NOP * 4, NOP * 40):
        lt.send(probe(udp(data=counting(32)), options=options))
        expect_if_reported(lt, unreachable(code=3, type=3, quoted=quoting(lt.sent)))


@case("RFC792-format-a", violator=changes("unreachable", quoted=lambda q: q + bytes(8)))
def destination_unreachable_about_little(lt):
    """A datagram with less than 8 octets of data is quoted as far as it goes."""
    for size in (0, 1, 7):
        lt.send(IP(proto=253) / counting(size))
        expect_if_reported(lt, unreachable(code=2, quoted=quoting(lt.sent)))


@case("RFC792-format-b", violator=changes("time-exceeded", quoted=lambda q: q[:24]))
def time_exceeded_about_reassembly(lt):
    """Time Exceeded, where it is sent (it may be, says RFC 792), is type 11 and quotes the header and 8 octets of the first fragment."""
    lt.send(*unfinished(lt, "HA@0+"))
    lt.advance(seconds=lt.timers.reassembly)
    expect_if_reported(lt, time_exceeded(code=1, type=11, unused=bytes(4), quoted=quoting(lt.sent)))


@case("RFC792-format-c", violator=changes("parameter-problem", quoted=lambda q: q[:31]))
def parameter_problem_about_an_option(lt):
    """Parameter Problem is type 12, and quotes the header with its options and 8 octets of data."""
    option, faulty = bad_option(lt)
    lt.send(probe(echo(data=counting(32)), options=option))
    expect_if_reported(lt, parameter_problem(pointer=one_of(*(20 + at for at in faulty)), type=12, quoted=quoting(lt.sent)))
