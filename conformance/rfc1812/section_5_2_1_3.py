# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.2.1.3: What is for groups."""

from postel.kit import *


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, violator=passes(nth=1, eth_dst=group_mac(GROUP)))
def groups_are_passed_on(lt):
    """Whether what is for a group goes on of itself to a link on which somebody is in the group, and of what time to live."""
    lt.send(neighbours_report(GROUP), on=1)
    found = []
    for ttl in 1, 2, 64:
        lt.send(probe(udp(), dst=GROUP, ttl=ttl))
        went = lt.crossing()
        found += [f"{ttl} as {went[0]['ttl']}"] if went else []
        lt.forget()
    return ", ".join(found) or "not passed on"


SOME, OTHERS = "192.0.2.9", "192.0.2.10"
OTHERWISE = {"the interface of the route": 0, "another": 1}


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS, violator=passes(on=0, where={"src": RIGHT.lt}, eth_dst=group_mac(GROUP)))
def interface_that_it_comes_by(lt):
    """Whether what is for a group is passed on that comes by another interface than its route says."""
    routes_groups(lt)
    return ", ".join(f"by {name}: {'passed on' if leaves_of(lt, for_group(), on=on) else 'dropped'}" for name, on in OTHERWISE.items())


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS, violator=passes(nth=1, eth_dst=group_mac(GROUP)))
def least_time_to_live(lt):
    """The least time to live with which it leaves by an interface whose minimum is 16."""
    routes_groups(lt, least=16)
    went = [ttl for ttl in range(14, 19) if leaves_of(lt, for_group(ttl=ttl))]
    return f"{min(went)}" if went else "none"


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS, violator=drops("udp"))
def packets_that_wait_for_a_route(lt):
    """How many of ten packets for a group without a route leave when the route comes."""
    lt.set("multicast-forwarding", 1)
    lt.send(*[for_group(udp(data=counting(24 + each))) for each in range(10)])
    lt.settle()
    route_to_group(lt)
    return f"{sum(each['iface'] == 1 for each in lt.crossing())}"


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS | {"vtime"}, violator=drops("udp", every=True))
def seconds_that_they_wait(lt):
    """After how many seconds at most a packet that has waited for a route still leaves."""
    lt.set("multicast-forwarding", 1)
    waited = 0
    for seconds in 1, 5, 9, 15, 60:
        lt.send(for_group())
        lt.advance(seconds)
        keys = route_to_group(lt)
        waited = seconds if lt.crossing() else waited
        lt.forget()
        lt.remove("mroute", addr=keys["addr"])
    return f"{waited}"


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS | {"mroute-events"}, violator=loses("mroute.missing"))
def missing_routes_are_told_of(lt):
    """How often its user is told that a route is missing, of two packets of one source for a group, one of another source, and two for another group."""
    lt.set("multicast-forwarding", 1)
    lt.send(*[for_group(src=SOME)] * 2, for_group(src=OTHERS), *[for_group(src=SOME, group=OTHER_GROUP)] * 2)
    lt.settle()
    told = list(iter(lambda: lt.delivered("mroute.missing"), None))
    return ", ".join(f"{each['src']} to {each['dst']}" for each in told) or "never"


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS | {"mroute-events", "vtime"}, violator=loses("mroute.wrong"))
def wrong_interfaces_are_told_of(lt):
    """How often its user is told of four packets that come by another interface than the route says, one second apart after the second."""
    routes_groups(lt)
    for seconds in 0, 0, 1, 1:
        lt.advance(seconds)
        lt.send(for_group(), on=1)
    lt.settle()
    told = list(iter(lambda: lt.delivered("mroute.wrong"), None))
    return ", ".join(f"{each['dst']} by {each['iface']}" for each in told) or "never"


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS | {"igmp-querier", "vtime"}, violator=drops("udp"))
def where_members_are(lt):
    """Whether what is for a group leaves by a route of members, before somebody on that link says that he is in it, and after."""
    querier(lt)
    lt.set("multicast-forwarding", 1)
    lt.add("mroute", iface=1, addr=GROUP, ttls="1,0", members=1)
    before = leaves_of(lt, for_group(), on=1)
    reports(lt, "is ex")
    return f"{before}, then {leaves_of(lt, for_group(), on=1)}"


@case("RFC1812-5.2.1.3-a", role="router", kind=characteristic, needs=OF_GROUPS, violator=drops("udp"))
def packets_that_wait_for_another_route(lt):
    """Which of those that wait leave when the route of a source comes, and when that of all does: some are of another source, or came by another interface."""
    lt.set("multicast-forwarding", 1)
    for src, on in (SOME, 0), (SOME, 1), (OTHERS, 0):
        lt.send(for_group(src=src), on=on)
    lt.settle()
    found = []
    for keys in {"src": SOME}, {}:
        route_to_group(lt, **keys)
        found.append(", ".join(sorted(f"{each['src']} by {each['iface']}" for each in lt.crossing() if each["iface"] < 2)) or "none")
        lt.forget()
    return ", then ".join(found)
