# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6864 section 4.2: retransmissions, and what receivers have to live with."""

from postel.kit import *


@case("RFC6864-4.2-a", needs={"udp"}, violator=changes("udp", nth=1, id=AS_FIRST))
def copy_gets_another_identification(lt):
    """A datagram that is sent a second time, and may be fragmented, has another identification."""
    sock = bind(lt)
    once, again = (user_sends(lt, sock, df=0) for _ in range(2))
    if once["df"] or again["df"]:
        lt.not_applicable("the IUT sets Don't Fragment, where the identification means nothing")
    lt.check("identification of the copy", again["id"], other_than(once["id"]))


@case("RFC6864-4.2-b", violator=drops("echo-reply", where={"seq": 9}))
def overlaps_are_lived_with(lt):
    """Overlapping fragments, which retransmissions may bring, do not keep a host from the next datagram."""
    for spec in "HAB@0+ CC@1+ D@3", "HABC@0+ DD@2", "A@1+ AA@1+ AAA@1+ HA@0+":
        lt.send(*fragments(spec))
        lt.expect_life()
    lt.send(*fragments("HA@0+ B@2", seq=9))
    lt.expect(echo_reply(ident=7, seq=9, data=blocks("AB")))
