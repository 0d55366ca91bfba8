"""RFC 1812 section 5.3.1: Time to live."""

from postel.kit import *

FAR = "192.0.2.9"
MESSAGES = {"an echo request": echo(), "a datagram of UDP": udp(), "of an unknown protocol": IP(proto=253) / b"postel-5.3.1"}


@case("RFC1812-5.3.1-a", role="router", ability="lowers-ttl", violator=changes("echo-request", nth=1, ttl=64))
def time_to_live_falls(lt):
    """The time to live of what is passed on is lower by one at least."""
    for ttl in 2, 64, 255:
        lt.send(transit(ttl=ttl))
        lt.check("TTL", expect_passed(lt, ttl=anything)["ttl"], at_most(ttl - 1))


@case("RFC1812-5.3.1-b", role="router", ability="ends-time-to-live", violator=passes(ttl=1))
def nothing_leaves_when_it_is_used_up(lt):
    """Of what has a time to live of one, or of none at all, nothing leaves."""
    for message in lt.each(MESSAGES):
        crosses(lt, transit(message, ttl=2))
        for ttl in (1, 0):
            stays(lt, transit(message, ttl=ttl), after=f"a TTL of {ttl}")


@case("RFC1812-5.3.1-f", role="router", stands_on="ends-time-to-live", violator=changes("time-exceeded", nth=1, code=1))
def who_sent_what_is_used_up_is_told(lt):
    """What a router discards for its time to live is reported to its source by Time Exceeded, code 0."""
    for message in lt.each(MESSAGES):
        for src, ttl in (lt.me, 1), (PEER, 1), (FAR, 0):
            lt.send(transit(message, src=src, ttl=ttl))
            lt.expect(time_exceeded(code=0, src=lt.iut))


@case("RFC1812-5.3.1-c", role="router", needs="route", violator=drops("echo-request", nth=1))
def last_hop_but_one_is_allowed(lt):
    """What still has a time to live leaves, though the next router will have to discard it."""
    lt.add("route", net="192.0.2.0", len=24, gateway=lt.right.lt)
    for dst in lt.each((FAR, "192.0.2.255"), "to"):
        crosses(lt, transit(dst=dst, ttl=2))


@case("RFC1812-5.3.1-d", kind=characteristic, role="router", needs="vtime", violator=changes("echo-request", ttl=60))
def seconds_that_it_is_held(lt):
    """What is taken from the time to live of a datagram that waits for its next hop for two seconds."""
    with lt.mute_arp():
        lt.send(transit(dst=SLOW, ttl=64))
        lt.advance(2)
    tells_its_mac(lt, SLOW)
    held = lt.answer("echo-request")
    return f"{64 - held['ttl']}" if held else "it is not held so long"


@case("RFC1812-5.3.1-e", kind=characteristic, role="router", violator=passes(eth_dst=group_mac("233.252.0.1")))
def times_to_live_of_groups_that_pass(lt):
    """With which times to live something for a group is passed on, by a router that passes on groups at all."""
    group, found = "233.252.0.1", []
    for ttl in (2, 3, 64):
        lt.send(transit(udp(), dst=group, eth_dst=group_mac(group), ttl=ttl))
        found += [str(ttl)] if lt.crossing() else []
        lt.forget()
    return ", ".join(found) or "none"


@case("RFC1812-5.3.1-e", kind=characteristic, role="router", needs=OF_GROUPS, violator=drops("udp"))
def times_to_live_of_groups_that_pass_by_a_route(lt):
    """The same of a group to which there is a route without a minimum."""
    routes_groups(lt)
    return ", ".join(str(ttl) for ttl in (2, 3, 64) if leaves_of(lt, for_group(ttl=ttl))) or "none"


@case("RFC1812-5.3.1-b", role="router", needs=OF_GROUPS, violator=passes(ttl=1, eth_dst=group_mac(GROUP)))
def groups_end_when_it_is_used_up(lt):
    """So it is of what is for a group."""
    routes_groups(lt)
    for message in lt.each(MESSAGES):
        spreads(lt, for_group(message))
        for ttl in 1, 0:
            ends_in_silence(lt, for_group(message, ttl=ttl), after=f"a TTL of {ttl}")
