# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.5: Parameter Problem."""

from postel.kit import *


@case("RFC1122-3.2.2.5-a", ability="reports-bad-options", violator=drops("parameter-problem", every=True))
def parameter_problem_is_sent(lt):
    """Of the options that cannot be processed one at least is reported; to which of its octets that points is RFC792-param-c."""
    for name, (option, _) in BAD_OPTIONS.items():
        lt.send(probe(echo(), options=option))
        if lt.answer("parameter-problem"):
            return name
        lt.forget()
    lt.lacks(*lt.taken())
    lt.fail(f"a report of {' or of '.join(BAD_OPTIONS)}", "none")


@case("RFC1122-3.2.2.5-b", needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def parameter_problem_reaches_the_user(lt):
    """A Parameter Problem is reported to whom it concerns."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(12, rest=bytes([20, 0, 0, 0]), data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=12, code=0)
