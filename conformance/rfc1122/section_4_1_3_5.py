# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.3.5: UDP multihoming."""

from postel.kit import *


@case("RFC1122-4.1.3.5-a", needs=["udp"], violator=alters("udp.recv", nth=1, dst=RIGHT.iut))
def user_is_told_the_destination(lt):
    """The user is told for which address of the IUT a datagram was; for a broadcast, that or the broadcast will do."""
    bind(lt)
    for dst, mac in ((lt.iut, lt.iut_mac), ("255.255.255.255", BROADCAST_MAC)):
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=mac))
        told = lt.expect_event("udp.recv", data=b"postel")
        lt.check("destination that the user is told:", told["dst"], one_of(dst, lt.iut))
        lt.check("specific destination", told.get("specdst", lt.iut), lt.iut)


@case("RFC1122-4.1.3.5-b", needs=["udp", "two-interfaces"], violator=changes("udp", src=LEFT.iut))
def user_chooses_the_local_address(lt):
    """What a socket that is bound to an address sends comes from there, where another would have been chosen."""
    lt.check("source", source_chosen(lt, bind(lt, addr=lt.right.iut)), lt.right.iut)


@case("RFC1122-4.1.3.5-b", needs=["udp", "two-interfaces"], violator=changes("udp", src=LEFT.iut))
def address_of_the_link_is_chosen(lt):
    """What a socket that is bound to the address of an interface sends by that one comes from there."""
    for interface in lt.right, lt.left:
        sock = bind(lt, addr=interface.iut)
        lt.check("source", user_sends(lt, sock, interface.lt, on=interface.index)["src"], interface.iut)


@case("RFC1122-4.1.3.5-c", needs=["udp", "two-interfaces"], violator=loses("udp.recv", nth=1))
def any_local_address_will_do(lt):
    """A socket that is bound to no address hears what comes to any."""
    bind(lt)
    for number in (0, 1):
        lt.send(udp(USER_PORT), on=number)
    for interface in lt.left, lt.right:
        lt.expect_event("udp.recv", data=b"postel", dst=interface.iut)


@case("RFC1122-4.1.3.5-b", kind=characteristic, needs=["udp"], violator=loses("udp.recv", nth=1))
def sockets_that_share_a_port(lt):
    """Who hears what comes for a port on which one socket is bound to the address that it came for and another to none, and in what order they were bound."""
    heard = []
    for port, addresses in (4001, ({}, {"addr": lt.iut})), (4002, ({"addr": lt.iut}, {})):
        try:
            names = {lt.call("udp.bind", port=port, **said)["sock"]: "the address" if said else "any" for said in addresses}
        except UpperError as refusal:
            return f"refused: {refusal.code}"
        for dst, mac in (lt.iut, lt.iut_mac), ("255.255.255.255", BROADCAST_MAC):
            lt.send(probe(udp(port), dst=dst, eth_dst=mac))
            heard.append(" and ".join(sorted(names.get(event["sock"], "another") for event in iter(lt.delivered, None))) or "none")
    return "to one: {}, to all: {}; bound the other way round: {}, {}".format(*heard)


@case("RFC1122-4.1.3.5-d", needs=["udp", "source"], violator=replies("get", value=RIGHT.host(9)))
def chosen_source_is_told(lt):
    """Which source will be chosen towards a destination the user can learn beforehand."""
    sock = bind(lt)
    peer_is_known(lt)  # for who loses what waits for a MAC
    for dst, interface in (lt.left.lt, lt.left), (PEER, lt.left), ("192.0.2.9", lt.left):
        told = lt.get("source", dst=dst)
        lt.check("source", user_sends(lt, sock, dst, on=interface.index)["src"], told)


@case("RFC1122-4.1.3.5-b", kind=characteristic, needs=["udp", "peer", "peer-port"], violator=alters("udp.recv", data=b"other"))
def socket_with_a_peer(lt):
    """What a socket hears that has one peer, or a peer's port alone; and whether it sends to others."""
    sock, heard = bind(lt), []
    lt.set("peer", lt.me, sock=sock)
    refused = lt.tried("udp.send", sock=sock, dst=PEER, dport=OUR_PORT, data=b"postel").get("code", "sent")
    lt.forget()
    for name, src, port in ("its peer", lt.me, 0), ("others", PEER, 0), ("its port", PEER, 40000), ("other ports", PEER, 40001):
        if port:
            lt.set("peer", "0.0.0.0", sock=sock)
            lt.set("peer-port", 40000, sock=sock)
        lt.send(IP(src=src) / udp(USER_PORT, sport=port or 40000))
        event = lt.delivered()
        heard += [name if event["data"] == b"postel".hex() else f"{name} otherwise"] if event else []
        lt.forget()
    return f"{' and '.join(heard) or 'nobody'}; what goes to another: {refused}"


@case("RFC1122-4.1.3.5-b", kind=characteristic, needs=["udp", "peer", "by-iface", "two-interfaces"], violator=loses("udp.recv"))
def socket_that_is_closest(lt):
    """Which of two sockets of a port hears what is for both: the one that has its peer, or its address; and which links one hears that has its link."""
    ends = {bind(lt, 4001): "the peer's", bind(lt, 4001, addr=lt.iut): "the address's"}
    lt.set("peer", lt.me, sock=next(iter(ends)))
    lt.send(udp(4001))
    heard = [ends[event["sock"]] for event in iter(lt.delivered, None)]
    lt.set("by-iface", 1, sock=bind(lt, 4002))
    for lab in links(lt):
        lt.send(udp(4002), on=lab.index)
        heard += [("on its link", "on the other")[lab.index] for _ in iter(lt.delivered, None)]
        lt.forget()
    return ", ".join(heard) or "nobody"
