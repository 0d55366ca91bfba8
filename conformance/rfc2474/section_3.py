# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2474 section 3: the differentiated services field."""

from postel.kit import *


@case("RFC2474-3-c", violator=drops("echo-reply", nth=200))
def every_codepoint_is_received(lt):
    """No codepoint, known or unknown, makes a host malfunction."""
    request = bytes(echo())
    for octet in range(256):
        lt.send(cut(request, 0, False, tos=octet))
        lt.expect(echo_reply())
