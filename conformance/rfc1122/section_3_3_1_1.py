# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.1: Local or remote decision."""

from contextlib import suppress
from ipaddress import ip_address

from postel.kit import *

CLASS_C = RIGHT.network.supernet(new_prefix=24)  # whose first and last subnets were no hosts' (RFC 1122 3.2.1.3)


@case("RFC1122-3.3.1.1-a", ability="asks-for-neighbours", violator=changes("arp-request", every=True, tpa=LEFT.lt))
def near_is_resolved_itself(lt):
    """A destination that has the IUT's network under the mask is sent to directly."""
    for near in (LEFT.host(3), PEER, LEFT.host(LEFT.network.num_addresses - 2)):
        lt.check("destination", resolved(lt, near)["dst"], near)


@case("RFC1122-3.3.1.1-a", violator=changes("echo-reply", nth=1, eth_dst=OTHER_MAC))
def far_goes_to_the_gateway(lt):
    """A destination outside the mask goes to a gateway, however near its number is, and is not asked for on the link."""
    destinations = LEFT.host(-2), LEFT.host(LEFT.network.num_addresses + 1), "198.19.0.9"
    for far in destinations:
        lt.send(IP(src=far) / echo())
        lt.expect(echo_reply(dst=far, eth_dst=lt.mac))
    expect_no_question(lt, *destinations, after="destinations off the link")


def differing_by_a_bit(lab):
    """The addresses that differ from the IUT's there in one bit, by its number."""
    return {f"bit {bit}": ip_address(int(ip_address(lab.iut)) ^ 1 << bit) for bit in range(32)}


@case("RFC1122-3.3.1.1-a", violator=changes("arp-request", every=True, tpa=LEFT.lt))
def near_whichever_bit_of_the_host_differs(lt):
    """A destination that differs from the IUT's address in one bit outside the mask, whichever, is asked for on that link."""
    for lab in links(lt):
        near = {bit: str(each) for bit, each in differing_by_a_bit(lab).items() if each in lab.network and str(each) != lab.number}
        for dst in lt.each({f"{bit}, link {lab.index}": each for bit, each in near.items()}):
            lt.check("destination", resolved(lt, dst, on=lab.index)["dst"], dst)


@case("RFC1122-3.3.1.1-a", violator=changes("echo-reply", nth=1, eth_dst=OTHER_MAC))
def far_whichever_bit_of_the_network_differs(lt):
    """One that differs under the mask goes to the gateway, also one that has all of the other link's octets but the last."""
    far = {bit: str(each) for bit, each in differing_by_a_bit(LEFT).items()
           if each not in LEFT.network and each not in CLASS_C and not each.is_multicast}  # fmt: skip
    for dst in lt.each(far | {f"host {number} of the other link": RIGHT.host(number) for number in (65, 86, 126)}):
        lt.send(IP(src=dst) / echo())
        lt.expect(echo_reply(dst=dst, eth_dst=lt.mac))


@case("RFC1122-3.3.1.1-c", needs=["udp"], violator=changes("udp", eth_dst="02:00:00:00:00:01"))
def limited_broadcast_goes_to_the_link(lt):
    """A datagram to 255.255.255.255 leaves as a broadcast of the link, without a gateway."""
    lt.check("Ethernet destination", user_sends(lt, bind(lt), "255.255.255.255")["eth_dst"], BROADCAST_MAC)


@case("RFC1122-3.3.1.1-c", needs=["udp"], violator=changes("udp", eth_dst="02:00:00:00:00:01"))
def multicast_goes_to_the_link(lt):
    """A datagram to a group leaves as a multicast of the link, without a gateway."""
    lt.check("Ethernet destination", user_sends(lt, bind(lt), "233.252.0.7")["eth_dst"], "01:00:5e:7c:00:07")


@case("RFC1122-3.3.1.1-d", needs=["udp"], violator=changes("udp", eth_dst="02:00:00:00:00:01"))
def directed_broadcast_goes_where_its_network_is(lt):
    """A datagram to the broadcast address of the IUT's own link leaves there, as a broadcast."""
    lt.check("Ethernet destination", user_sends(lt, bind(lt), LEFT.broadcast)["eth_dst"], BROADCAST_MAC)


@case("RFC1122-3.3.1.1-d", needs=["udp"], violator=changes("udp", eth_dst=BROADCAST_MAC))
def directed_broadcast_of_another_network(lt):
    """One to the broadcast address of a network elsewhere goes to the gateway, and in a frame to it alone."""
    lt.check("Ethernet destination", user_sends(lt, bind(lt), "203.0.113.255")["eth_dst"], lt.mac)


@case("RFC1122-3.3.1.1-b", needs=["route", "udp"], violator=drops("echo-reply", nth=1))
def host_without_a_gateway(lt):
    """Where there is no gateway the host works on its own network, and says so to who wants to send further, or discards it."""
    lt.send(IP(src=PEER) / echo())
    lt.expect(echo_reply(dst=PEER))
    without_gateway(lt)
    sock = bind(lt)
    with suppress(UpperError):
        lt.call("udp.send", sock=sock, dst="192.0.2.9", dport=OUR_PORT, data=b"postel")
    lt.expect_silence(after="a datagram that no gateway could take")
    lt.send(IP(src=PEER) / echo(seq=2))
    lt.expect(echo_reply(dst=PEER))
    user_sends(lt, sock, PEER)
