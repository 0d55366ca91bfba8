# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.2: Redirect."""

from postel.kit import *

FAR, SECOND, THIRD, FOURTH = "192.0.2.9", "198.51.100.9", "203.0.113.9", "192.0.2.109"
GATEWAY_MAC = "02:00:00:00:00:01"


@case("RFC1122-3.2.2.2-a", violator=answers("redirect"))
def host_sends_no_redirect(lt):
    """A datagram for somebody else is not answered by a Redirect, though a better way is plain."""
    for dst in (PEER, FAR):
        lt.send(one_fault(echo(), dst=dst))
        lt.expect_silence(after=f"a datagram for {dst}")


@case("RFC1122-3.2.2.2-b", ability="follows-redirects", violator=changes("echo-reply", nth=1, eth_dst=GATEWAY_MAC))
def redirect_changes_the_first_hop(lt):
    """A Redirect from the gateway in use moves the destination that it names to the new gateway."""
    peer_is_known(lt)
    redirect(lt, FAR)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1122-3.2.2.2-b", stands_on="follows-redirects", violator=changes("echo-reply", nth=1, eth_dst=GATEWAY_MAC))
def redirect_to_a_gateway_that_is_not_resolved(lt):
    """The same when the new gateway's MAC is yet to be asked for."""
    redirect(lt, FAR)
    lt.check("first hop", first_hop(lt, FAR), PEER_MAC)


@case("RFC1122-3.2.2.2-c", stands_on="follows-redirects", violator=changes("echo-reply", where={"dst": FOURTH}, nth=1, eth_dst=GATEWAY_MAC))
def every_code_of_redirect(lt):
    """Redirects for a network and for a host, with type of service or without, are all processed."""
    peer_is_known(lt)
    for code, far in enumerate((FAR, SECOND, THIRD, FOURTH)):
        redirect(lt, far, code=code)
        lt.check(f"first hop after code {code}", first_hop(lt, far), PEER_MAC)


@case("RFC1122-3.2.2.2-d", stands_on="follows-redirects", violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def redirect_from_a_stranger(lt):
    """A Redirect that does not come from the gateway in use changes nothing."""
    peer_is_known(lt)
    redirect(lt, FAR, src=LEFT.host(88))
    lt.check("first hop", first_hop(lt, FAR), GATEWAY_MAC)


@case("RFC1122-3.2.2.2-d", stands_on="follows-redirects", violator=changes("echo-reply", nth=2, eth_dst=PEER_MAC))
def redirect_to_an_address_off_the_link(lt):
    """A Redirect to a gateway that is not on the link that it came in by changes nothing, though ARP would find one."""
    lt.neighbours["203.0.113.1"] = PEER_MAC
    for _ in range(2):  # the first may only have its MAC asked for
        redirect(lt, FAR, to="203.0.113.1")
    lt.check("first hop", first_hop(lt, FAR), GATEWAY_MAC)


@case("RFC1122-3.2.2.2-d", needs={"two-interfaces"}, stands_on="follows-redirects", violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def redirect_that_came_by_another_link(lt):
    """A Redirect to a gateway that is not on the link that it came in by changes nothing, whoever it says it is from."""
    peer_is_known(lt)
    lt.send(IP(src=FAR) / echo())
    reply = lt.expect(echo_reply(eth_dst=GATEWAY_MAC))
    about = icmp(5, 1, rest=address_octets(PEER), data=reply["packet"][:28])
    lt.send(probe(about, src=lt.me, dst=lt.iut), on=1)
    lt.check("first hop", first_hop(lt, FAR), GATEWAY_MAC)


@case("RFC1122-3.2.2.2-d", kind=characteristic, violator=changes("echo-reply", nth=1, eth_dst=PEER_MAC))
def redirects_to_who_is_no_gateway(lt):
    """Which Redirects are believed that name nobody who could pass anything on."""
    believed = []
    names = {"the IUT": lt.iut, "a broadcast": to_all(lt.left), "the limited broadcast": "255.255.255.255", "a group": "224.0.0.1", "nobody": "0.0.0.0"}
    for n, (name, to) in enumerate(names.items()):
        redirect(lt, f"192.0.2.{n + 20}", to=to)
        lt.send(probe(echo(), src=f"192.0.2.{n + 20}"))
        reply = lt.answer("echo-reply")
        believed += [] if reply and reply["eth_dst"] == GATEWAY_MAC else [name]
        lt.forget()
    return ", ".join(believed) or "none"
