# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1108 sections 2 and 3: the security options in what is sent, whether or not anybody processes them."""

from postel.kit import *

BASIC = bytes([130, 4, 0xAB, 0x80])  # unclassified, by the rules of one authority
EXTENDED = bytes([133, 4, 1, 0])


@case(
    "RFC1108-2-a", "RFC1108-3-b", needs={"udp"}, stands_on=["sets-options", "fragments"],
    violators={
        "RFC1108-2-a": changes("fragment", nth=1, options=b""),
        "RFC1108-3-b": changes("fragment", nth=4, options=BASIC),
    },
)  # fmt: skip
def security_in_every_fragment(lt):
    """Who asks for the options of security finds them in all fragments."""
    sock = bind(lt)
    for requirement, options in ("RFC1108-2-a", BASIC), ("RFC1108-3-b", BASIC + EXTENDED):
        with lt.judging(requirement):
            lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=counting(4000), options=options)
            pieces = gathered(lt)
            lt.check("fragments", len(pieces), at_least(2))
            for piece in pieces:
                holds(lt, piece["options"], with_option(options[-4:]))
