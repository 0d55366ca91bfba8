# SPDX-License-Identifier: BSD-2-Clause
"""RFC 7126 section 4.23: unknown options."""

from postel.kit import *


@case("RFC7126-4.23-b", kind=characteristic, needs=["udp", "log"], violator=delivers("log", reason="OPTION", at=1, data=b"postel"))
def unknown_option_in_the_log(lt):
    """Whether a host that logs what it discards logs of what it takes that an option was unknown to it."""
    lt.set("log", 1)
    bind(lt)
    lt.send(probe(udp(USER_PORT), options=UNKNOWN))
    taken(lt)
    return "logged" if lt.delivered("log") else "not logged"
