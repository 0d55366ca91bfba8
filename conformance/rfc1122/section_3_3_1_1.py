# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.1: Local or remote decision."""

from postel.kit import *


@case("RFC1122-3.3.1.1-a", violator=changes("arp-request", tpa="198.18.0.1"))
def near_is_resolved_itself(lt):
    """A destination that has the IUT's network under the mask is sent to directly."""
    for near in ("198.18.0.3", PEER, "198.18.0.254"):
        lt.check("destination", resolved(lt, near)["dst"], near)


@case("RFC1122-3.3.1.1-a", violator=changes("echo-reply", nth=1, eth_dst=OTHER_MAC))
def far_goes_to_the_gateway(lt):
    """A destination outside the mask goes to a gateway, however near its number is, and is not asked for on the link."""
    for far in ("198.17.255.254", "198.18.2.1", "198.19.0.9"):
        lt.send(IP(src=far) / echo())
        lt.expect(echo_reply(dst=far, eth_dst=lt.mac))
    lt.expect_silence(after="destinations off the link", of="arp-request")


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
    lt.check("Ethernet destination", user_sends(lt, bind(lt), "198.18.0.255")["eth_dst"], BROADCAST_MAC)
