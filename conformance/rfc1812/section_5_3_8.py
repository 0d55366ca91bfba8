# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.8: sources that are not to be found where the datagram came from."""

from postel.kit import *

FAR = "192.0.2.9"  # behind a gateway on the right
ELSEWHERE = {"a neighbour on the other side": RIGHT.host(9), "somebody behind a gateway there": FAR}
STRICT = 1


def beyond(lt):
    """FAR is behind the neighbour on the right, all others behind the one on the left."""
    lt.add("route", net="192.0.2.0", len=24, gateway=lt.right.lt)


@case("RFC1812-5.3.8-a", role="router", needs="route", demands="source-validation", violator=passes())
def sources_can_be_validated(lt):
    """A router can be told to ask of each source whether it would be reached by where it came from."""
    lt.set("source-validation", STRICT)
    beyond(lt)
    for src in (PEER, "203.0.113.9"):
        crosses(lt, transit(src=src))
    stays(lt, transit(src=FAR), after="a source that is elsewhere")


@case("RFC1812-5.3.8-b", role="router", needs="route", violator=drops("echo-request", nth=1))
def sources_are_not_validated_at_first(lt):
    """As long as nobody wants it a datagram passes, wherever its source would be reached."""
    beyond(lt)
    for src in lt.each(ELSEWHERE):
        crosses(lt, transit(src=src))


@case("RFC1812-5.3.8-c", role="router", needs=["route", "source-validation"], violator=answers("unreachable"))
def sources_from_elsewhere_are_dropped(lt):
    """What comes by another interface than its source would be reached by is dropped without a word, and passes where it comes by that one."""
    lt.set("source-validation", STRICT)
    beyond(lt)
    for src in lt.each(ELSEWHERE):
        crosses(lt, transit(src=src, out=0), on=1, out=0)
        lt.send(transit(src=src))
        expect_silent_discard(lt, after=f"a datagram from {src} on the left")
