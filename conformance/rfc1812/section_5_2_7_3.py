# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.7.3: Time Exceeded."""

from postel.kit import *


@case("RFC1812-5.2.7.3-a", role="router", stands_on="ends-time-to-live", violator=changes("time-exceeded", code=1))
def end_of_a_time_to_live(lt):
    """What a router discards since its time to live has ended it reports as such, in transit: code 0."""
    for stimulus in lt.each({"an echo request": echo(), "a datagram of UDP": udp(), "the first fragment": probe(echo(data=counting(24)), mf=1)}):
        crosses(lt, transit(stimulus, ttl=2))
        for ttl in 1, 0:
            lt.send(transit(stimulus, ttl=ttl))
            lt.expect(time_exceeded(0, src=anything))
            expect_silent_discard(lt, after=f"a time to live of {ttl}")


@case("RFC1812-5.2.7.3-c", role="router", stands_on="ends-time-to-live", violator=drops("time-exceeded", nth=1))
def time_exceeded_is_the_default(lt):
    """At first Time Exceeded is sent by each interface."""
    for on in lt.each({"the left": 0, "the right": 1}, "link"):
        lt.send(transit(out=1 - on, ttl=1), on=on)
        lt.expect(time_exceeded(0, src=anything), on=on)


@case("RFC1812-5.2.7.3-b", role="router", kind=characteristic, needs="time-exceeded", violator=drops("time-exceeded"))
def time_exceeded_can_be_switched_off(lt):
    """From which link what ends is reported still, where that is switched off on the left one, and where it is on again."""
    found = []
    for value in 0, 1:
        lt.set("time-exceeded", value, iface=0)
        for words, on in ("left", 0), ("right", 1):
            lt.send(transit(out=1 - on, ttl=1), on=on)
            found += [f"{words} with {value}"] if lt.answer("time-exceeded") else []
    return ", ".join(found) or "from none"
