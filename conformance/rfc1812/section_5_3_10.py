# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.10: Multicasts, which a router passes on by static routes."""

from postel.kit import *

FAR = "192.0.2.9"
GROUPS = {"of documents": GROUP, "the first that is no link's": "224.0.1.0", "of one administration": "239.1.2.3", "the last": "239.255.255.255"}
ROUTES = {"all sources": {}, "one source": {"src": LEFT.lt}}


@case("RFC1812-5.3.10-a", role="router", demands=OF_GROUPS, violator=drops("udp", nth=1))
def groups_are_passed_on_by_static_routes(lt):
    """A router can be told where what is for a group goes on: there it leaves, with less to live and else as it came, to the group's MAC."""
    for group in lt.each(GROUPS, "group"):
        routes_groups(lt, group)
        for ttl in 16, 64, 255:
            spreads(lt, for_group(group=group, ttl=ttl), group=group)


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS, violator=passes(eth_dst=group_mac(OTHER_GROUP)))
def nothing_goes_on_without_a_route(lt):
    """What is for another group, or comes from another source than the route is of, is not passed on, and nothing is said of it."""
    keys = routes_groups(lt)
    spreads(lt)
    ends_in_silence(lt, for_group(group=OTHER_GROUP), after="a group without a route")
    lt.remove("mroute", addr=keys["addr"])
    ends_in_silence(lt, for_group(), after="a group whose route was taken back")
    route_to_group(lt, "239.1.2.3", src=FAR)
    spreads(lt, for_group(group="239.1.2.3", src=FAR), group="239.1.2.3")
    ends_in_silence(lt, for_group(group="239.1.2.3"), after="another source")


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS, violator=passes(on=0, eth_dst=group_mac(OTHER_GROUP)))
def nothing_returns_by_where_it_came(lt):
    """It does not leave by the interface that it came by, though the route names that as well."""
    lt.set("multicast-forwarding", 1)
    for keys in lt.each(ROUTES, "of"):
        lt.add("mroute", iface=0, addr=GROUP, ttls=",".join("1" for _ in all_links(lt)), **keys)
        spreads(lt)
        lt.add("mroute", iface=0, addr=OTHER_GROUP, ttls="1", **keys)
        ends_in_silence(lt, for_group(group=OTHER_GROUP), after="a group whose route leads back")


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS, violator=drops("udp", nth=1))
def route_of_a_source_goes_before(lt):
    """The route of a source holds for that, and for others the one of all sources."""
    routes_groups(lt, iface=1)
    spreads(lt, on=1)
    route_to_group(lt, src=LEFT.lt)
    spreads(lt)
    spreads(lt, for_group(src=RIGHT.lt), on=1)


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS, violator=drops("fragment"))
def fragments_are_passed_on(lt):
    """Fragments of what is for a group go on one by one."""
    routes_groups(lt)
    for how in {"offset": 0, "mf": 1}, {"offset": 8, "mf": 1}, {"offset": 16}:
        spreads(lt, for_group(**how))


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS | {"mtu"}, violator=drops("fragment"))
def long_ones_are_cut(lt):
    """What is too long for one of the links leaves there in fragments, unless it may not be fragmented."""
    routes_groups(lt)
    lt.set("mtu", 576, iface=1)
    lt.send(for_group(udp(data=counting(1000))))
    for lab in all_links(lt)[2:]:
        expect_passed(lt, out=lab.index, eth_dst=group_mac(GROUP))
    lt.check("data of the fragments on the narrow link", sum(len(each["payload"]) for each in lt.crossing()), 1008)
    lt.forget()
    spreads(lt, for_group(udp(data=counting(548)), df=1))


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS | {"vtime"}, violator=drops("udp", nth=1))
def route_that_is_not_used_is_forgotten(lt):
    """A route that is to be forgotten when it has not been used for a minute holds for as long as it is, and no longer."""
    routes_groups(lt, expiry=60000)
    for _ in range(3):
        lt.advance(55)
        spreads(lt)
    lt.advance(61)
    ends_in_silence(lt, for_group(), after="a route that was not used")


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS | {"vtime"}, violator=loses("mroute"))
def use_of_routes_is_listed(lt):
    """Of each route can be seen how often it was used, and how long ago."""
    routes_groups(lt)
    for _ in range(2):
        lt.advance(5)
        spreads(lt)
    lt.advance(3)
    listed = lt.listed("mroute")
    lt.check("routes", [(each["addr"], each["hits"], int(each["unused"]) // 1000) for each in listed], [(GROUP, 2, 3)])


@case("RFC1812-5.3.10-a", role="router", needs=OF_GROUPS, violator=passes(eth_dst=group_mac(GROUP)))
def it_is_off_at_first(lt):
    """As long as its user has not switched it on, for the router and for both interfaces, nothing is passed on."""
    route_to_group(lt)
    ends_in_silence(lt, for_group(), after="a multicast, where nobody has switched that on")
    lt.set("multicast-forwarding", 1)
    spreads(lt)
    lt.set("multicast-forwarding", 0, iface=1)
    lt.send(for_group())
    lt.check("copies on the right", sum(each["iface"] == 1 for each in lt.crossing()), 0)
    lt.forget()
    lt.set("multicast-forwarding", 1, iface=1)
    lt.set("multicast-forwarding", 0, iface=0)
    ends_in_silence(lt, for_group(), after="a multicast by an interface that takes no part")
