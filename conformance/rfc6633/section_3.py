# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6633 section 3: Source Quench at the Internet layer."""

from postel.kit import *


@case("RFC6633-3-b", kind=characteristic, needs=["ip"], violator=loses("ip.recv"))
def source_quench_and_a_user_of_icmp(lt):
    """Whether IP, which may drop a Source Quench, brings it to a user of ICMP."""
    lt.send(echo())
    reply = lt.expect(echo_reply())
    with user_of_icmp(lt) as heard:
        lt.send(icmp(4, data=reply["packet"][:28]))
        return "brought" if 4 in {message[0] for message in heard()} else "dropped"
