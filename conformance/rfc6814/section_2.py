# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6814 section 2: options that nobody should use any more."""

from postel.kit import *

OBSOLETE = (11, 12, 15, 82, 136, 142, 145, 147, 149, 151, 152)


@case(
    "RFC6814-2-a", "RFC6814-2-b",
    violators={
        "RFC6814-2-a": changes("echo-reply", nth=3, options=bytes([82, 4, 0, 0])),
        "RFC6814-2-b": drops("echo-reply", nth=5),
    },
)  # fmt: skip
def obsolete_options(lt):
    """Obsolete options are unknown ones: ignored when they come, and not sent."""
    for kind in OBSOLETE:
        with lt.judging("RFC6814-2-b"):
            lt.send(probe(echo(seq=kind), options=bytes([kind, 4, 1, 2])))
            reply = lt.expect(echo_reply())
        holds(lt, reply["options"], without_option(kind))
