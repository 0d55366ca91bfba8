"""RFC 1812 section 5.3.1: Time to live."""

from postel.kit import *


@case("RFC1812-5.3.1-a", role="router", ability="lowers-ttl", violator=changes("echo-request", nth=1, ttl=64))
def time_to_live_falls(lt):
    """The time to live of what is passed on is lower by one at least."""
    for ttl in 2, 64, 255:
        lt.send(transit(ttl=ttl))
        lt.check("TTL", expect_passed(lt, ttl=anything)["ttl"], at_most(ttl - 1))
