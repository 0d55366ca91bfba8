# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1108 section 2.7: the Basic Security option, whoever processes it."""

from postel.kit import *

UNCLASSIFIED = 0xAB
GENSER, NSA = b"\x80", b"\x10"  # the flags of two authorities


@case("RFC1108-2.9-a", stands_on="skips-unknown-options", violator=drops("echo-reply", nth=1))
def labelled_datagrams_are_accepted(lt):
    """What is labelled is taken by who processes the option and by who does not."""
    for flags in b"", GENSER, NSA:
        lt.send(probe(echo(), options=bytes([130, 3 + len(flags), UNCLASSIFIED]) + flags))
        lt.expect(echo_reply())
