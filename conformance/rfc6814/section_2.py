# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6814 section 2: options that nobody should use any more."""

from postel.kit import *

DROPPED = (11, 12, 82, 149)  # so RFC 6274 3.13.2.9 to 3.13.2.11 and 3.13.2.15 would have it
OBSOLETE = (11, 12, 15, 82, 136, 142, 145, 147, 149, 151, 152)


@case("RFC6814-2-b", violator=drops("echo-reply", nth=5))
def obsolete_options(lt):
    """Obsolete options are unknown ones, and ignored when they come; what has some of them may be dropped."""
    for kind in OBSOLETE:
        lt.send(probe(echo(seq=kind), options=bytes([kind, 4, 1, 2])))
        if kind not in DROPPED:
            lt.expect(echo_reply())
        elif answer := lt.answer():
            lt.check("answer", answer["kind"], "echo-reply")


@case("RFC6814-2-a", kind=characteristic, violator=changes("echo-reply", nth=3, options=bytes([82, 4, 0, 0])))
def obsolete_options_in_replies(lt):
    """Which obsolete options of a request stand in its reply: the RFC changes what a registry says, and has no rule for hosts."""
    copied = []
    for kind in OBSOLETE:
        lt.send(probe(echo(seq=kind), options=bytes([kind, 4, 1, 2])))
        reply = lt.answer("echo-reply")
        copied += [str(kind)] if reply and not without_option(kind)(reply["options"]) else []
    return ", ".join(copied) or "none"
