# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2474 section 3: the differentiated services field."""

from postel.kit import *


@case(
    "RFC2474-3-c", "RFC2474-3-f",
    violators={"RFC2474-3-c": drops("echo-reply", nth=200), "RFC2474-3-f": drops("echo-reply", nth=3)},
)  # fmt: skip
def every_codepoint_is_received(lt):
    """No codepoint, known or unknown, makes a host malfunction, nor does either of the two bits beside it."""
    request = bytes(echo())
    for octet in range(256):
        lt.send(cut(request, 0, False, tos=octet))
        with lt.judging("RFC2474-3-f" if octet & 3 else "RFC2474-3-c"):
            lt.expect(echo_reply())
