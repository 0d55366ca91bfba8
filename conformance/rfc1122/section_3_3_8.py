# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.8: Error reporting."""

from postel.kit import *


@case("RFC1122-3.3.8-a", violator=drops("unreachable", nth=1))
def errors_are_reported_wherever_they_may(lt):
    """What cannot be delivered is reported to its source, near or far, and with the don't-fragment flag as without."""
    for said in ({"src": lt.me}, {"src": PEER}, {"src": "192.0.2.9"}, {"df": 1}, {"ttl": 1}, {"options": NOP * 8}):
        lt.send(probe(udp(), **said))
        lt.expect(unreachable(code=3, quoted=anything))
