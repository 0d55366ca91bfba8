# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 sections 5.3.13.5 and 5.3.13.6: what a router enters into the options of what it passes on."""

from postel.kit import *

FAR, FURTHER = "192.0.2.9", "192.0.2.10"
TIMES, WITH_ADDRESSES, PRESPECIFIED = 0, 1, 3  # flags of a timestamp option
ROUTES = {"empty": record_route(room=3), "begun": record_route(FAR, room=2, pointer=8), "with one slot left": record_route(FAR, FURTHER, room=1, pointer=12)}
STAMPS = {
    "times alone": timestamp(bytes(12)), "with addresses": timestamp(bytes(16), flag=WITH_ADDRESSES),
    "begun": timestamp(address_octets(FAR) + bytes(4) + bytes(8), flag=WITH_ADDRESSES, pointer=13),
}  # fmt: skip


def option_of(lt, option):
    """The option of an echo request as it is when the IUT has passed it on."""
    return crosses(lt, transit(options=option + bytes(-len(option) % 4)), options=anything)["options"][: len(option)]


def by_the_router(lt, done, option, *how):
    """It is `done` by any of its addresses: by which is RFC 1812 4.2.2.2's matter."""
    either = [done(option, lab.iut, *how) for lab in (lt.right, lt.left)]
    return saying(either[0].__doc__, lambda octets: any(right(octets) for right in either))


def prespecified(*addresses):
    """A timestamp option that asks these for their time."""
    return timestamp(b"".join(address_octets(each) + bytes(4) for each in addresses), flag=PRESPECIFIED)


@case("RFC1812-5.3.13.5-a", role="router", violator=changes("echo-request", nth=1, options=patched(2, 4)))
def routes_are_recorded_in_transit(lt):
    """A router enters itself into the record route of what it passes on, in the next slot, and moves the pointer on."""
    processes(lt, 7)
    for option in lt.each(ROUTES):
        holds(lt, option_of(lt, option), by_the_router(lt, recorded, option))


@case("RFC1812-5.3.13.5-c", role="router", violator=changes("echo-request", options=lambda options: record_route(room=3) + EOL))
def routes_are_recorded_at_first(lt):
    """As long as nobody has told it otherwise a router enters itself into record routes."""
    option = record_route(room=3)
    holds(lt, option_of(lt, option), by_the_router(lt, recorded, option))


@case("RFC1812-5.3.13.6-a", role="router", violator=changes("echo-request", nth=1, options=patched(2, 5)))
def times_are_stamped_in_transit(lt):
    """A router enters its time, and where it is asked for its address, into the timestamp option of what it passes on."""
    processes(lt, 68)
    for option in lt.each(STAMPS):
        holds(lt, option_of(lt, option), by_the_router(lt, stamped, option, 1))


@case("RFC1812-5.3.13.6-c", role="router", violator=changes("echo-request", nth=1, options=patched(2, 5)))
def every_address_of_the_router_may_be_asked(lt):
    """Of prespecified addresses the next one is the router's if it is any of its own, whichever interface has it; else nothing is entered."""
    processes(lt, 68)
    for asked in lt.each({"where it came from": LEFT.iut, "where it goes": RIGHT.iut}):
        option = prespecified(asked, FAR)
        holds(lt, option_of(lt, option), stamped(option, asked, 1))
    option = prespecified(FAR, lt.right.iut)
    lt.check("option", option_of(lt, option), option)


@case("RFC1812-5.3.13.6-d", role="router", violator=changes("echo-request", options=patched(4, 0x7F)))
def times_are_those_of_hosts(lt):
    """The time that is entered is in milliseconds since midnight UT, and in step with the clock, or has its high bit set."""
    processes(lt, 68)
    for flag in (TIMES, WITH_ADDRESSES):
        option = timestamp(bytes(16), flag=flag)
        holds(lt, option_of(lt, option), by_the_router(lt, stamped, option, 1))


@case("RFC1812-5.3.13.6-e", role="router", violator=changes("echo-request", options=lambda options: timestamp(bytes(8))))
def times_are_stamped_at_first(lt):
    """As long as nobody has told it otherwise a router enters its time into timestamp options."""
    for flag in (TIMES, WITH_ADDRESSES):
        option = timestamp(bytes(8), flag=flag)
        holds(lt, option_of(lt, option), by_the_router(lt, stamped, option, 1))


@case("RFC1812-5.3.13.5-b", kind=characteristic, role="router", needs="option-rule", violator=changes("echo-request", options=patched(2, 8)))
def routes_that_are_not_to_be_recorded(lt):
    """What becomes of a record route where such options are to be ignored: of what is passed on, and of what is for the router."""
    lt.add("option-rule", option=7, act="ignore")
    route = record_route(room=2)
    own = echoed(lt, route, 7)
    return f"{'as it was' if option_of(lt, route) == route else 'recorded'}, and {'as it was' if own == route else 'recorded'} where it is for the router"


@case("RFC1812-5.3.13.6-b", kind=characteristic, role="router", needs="option-rule", violator=changes("echo-request", options=patched(2, 9)))
def times_that_are_not_to_be_stamped(lt):
    """What becomes of a timestamp option where such options are to be ignored, by its flag."""
    lt.add("option-rule", option=68, act="ignore")
    options = {"times": timestamp(bytes(8)), "with addresses": timestamp(bytes(8), flag=WITH_ADDRESSES), "prespecified": prespecified(lt.right.iut)}
    return ", ".join(f"{name}: {'as it was' if option_of(lt, option) == option else 'stamped'}" for name, option in options.items())
