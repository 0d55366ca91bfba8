# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 4.3.7, to which 3.11 and 3.12 refer: a source address that is one's own."""

from postel.kit import *


@case("RFC6274-3.12-a", violator=answers("echo-reply"))
def land(lt):
    """A datagram that claims to come from where it goes to is dropped."""
    for message in echo(), udp():
        lt.send(one_fault(message, src=lt.iut))
        lt.expect_silence(after="a datagram from the host's own address")


@case("RFC6274-3.12-b", kind=characteristic, needs={"two-interfaces"}, violator=answers("echo-reply"))
def other_address_of_the_host(lt):
    """Whether one that claims to come from another address of the host is dropped: RFC 1122 3.2.1.3 does not call such a source invalid."""
    answered = 0
    for on, src in (0, lt.right.iut), (1, lt.left.iut):
        lt.send(probe(ping(), src=src), on=on)
        answered += lt.answer("echo-reply") is not None
    return "dropped" if not answered else f"{answered} of 2 answered"


@case("RFC6274-3.12-a", needs={"udp"}, violator=delivers("udp.recv", sock=1, src=LEFT.iut, data=b"postel"))
def land_reaches_no_user(lt):
    """Nor does it reach a user, whichever port it says to come from."""
    bind(lt)
    for sport in lt.each((40000, USER_PORT), "source port"):
        lt.send(one_fault(udp(USER_PORT, sport=sport), src=lt.iut))
        lt.expect_no_event("udp.recv", after="a datagram from the host's own address")
