"""RFC 1812 section 5.2.1: The forwarding algorithm, in its simplest form."""

from postel.kit import *


@case("RFC1812-5.2.3-f", role="router", ability="forwards", violator=drops("echo-request"))
def transit_is_passed_on(lt):
    """What is for others is passed on, in either direction."""
    for on, out in (0, 1), (1, 0):
        lt.send(transit(out=out), on=on)
        lt.expect(passed(lt, out=out, ttl=anything), on=out)
