# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6864 section 4: identification, of datagrams that cannot be fragments and of others."""

from postel.kit import *


@case("RFC6864-4-a", violator=drops("echo-reply", nth=1))
def atomic_datagrams(lt):
    """A datagram that is no fragment and must not be one is whole, and no matter for fragments of its identification."""
    head, end = fragments("HA@0+ B@2", id=640)
    lt.send(head)
    lt.send(probe(echo(seq=5), id=640, df=1))
    lt.expect(echo_reply())
    lt.send(end)
    lt.expect(echo_reply(ident=7, seq=1, data=blocks("AB")))
