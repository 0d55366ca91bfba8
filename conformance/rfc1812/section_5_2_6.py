# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.6: Fragmentation and reassembly."""

from postel.kit import *

ORDERS = {
    "the first alone": "H@0+", "one in the middle alone": "A@3+", "the last alone": "B@9", "in order": "H@0+ A@1+ B@2",
    "backwards": "B@2 A@1+ H@0+", "twice": "H@0+ H@0+", "overlapping": "HA@0+ BB@1",
}  # fmt: skip


@case("RFC1812-5.2.6-a", role="router", violator=drops("fragment", nth=1))
def fragments_are_not_put_together(lt):
    """Each fragment of a datagram for another is passed on as it comes, at its place and at once, whether or not the others come."""
    for number, spec in enumerate(lt.each(ORDERS)):
        for piece in fragments(spec, dst=lt.right.lt, id=700 + number):
            lt.send(piece)
            expect_passed(lt)
            lt.expect_silence(after="a fragment that was passed on")
