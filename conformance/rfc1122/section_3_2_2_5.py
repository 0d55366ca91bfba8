# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.5: Parameter Problem."""

from postel.kit import *


@case("RFC1122-3.2.2.5-a", violator=drops("parameter-problem"))
def parameter_problem_is_sent(lt):
    """An option that cannot be processed is reported; to which of its octets the error points is RFC792-param-c."""
    lt.send(probe(echo(), options=record_route(room=1, pointer=2)))
    lt.expect(parameter_problem(pointer=one_of(20, 21, 22)))


@case("RFC1122-3.2.2.5-b", needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def parameter_problem_reaches_the_user(lt):
    """A Parameter Problem is reported to whom it concerns."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(12, rest=bytes([20, 0, 0, 0]), data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=12, code=0)
