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


@case("RFC1122-3.2.2.5-c", kind=characteristic, needs=["udp", "icmp-errors"], violator=loses("icmp.error"))
def parameter_problem_and_the_user(lt):
    """Whether a Parameter Problem is told to the user, as it may be."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(12, rest=bytes([8, 0, 0, 0]), data=sent["packet"][:28]))
    return "told" if lt.delivered("icmp.error") else "kept"


@case("RFC1122-3.2.2.5-d", needs=["udp", "icmp-errors"], stands_on="tells-of-errors", violator=alters("icmp.error", code=0))
def required_option_that_is_absent(lt):
    """The code that says that an option was missing, 1, is passed up as it is."""
    sent = user_sends(lt, bind(lt))
    lt.send(icmp(12, 1, rest=bytes([130, 0, 0, 0]), data=sent["packet"][:28]))
    lt.expect_event("icmp.error", type=12, code=1)
