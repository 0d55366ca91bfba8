# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.8: Time to Live, of which RFC 1122 3.2.1.7 has the rule."""

from postel.kit import *


@case("RFC1122-3.2.1.7-b", violator=drops("echo-reply", nth=3))
def extremes_of_the_time_to_live(lt):
    """A host takes what has reached it, whatever time is left."""
    for ttl in (1, 2, 254, 255):
        lt.send(probe(echo(seq=ttl), ttl=ttl))
        lt.expect(echo_reply())
