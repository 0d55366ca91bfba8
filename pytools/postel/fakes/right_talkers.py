# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that say things of their own accord: one frame beside every third of theirs, and one in each second that passes."""

from collections.abc import Callable

from postel.fakes import noise
from postel.fakes.engine import ASKED, FAKES, RECEIVED, SENT, Call, Fake, Frame, Passed, World, fragmented, made, right
from postel.kit import wire

BOTH = (SENT, ASKED)


def says(name: str, allowed: str, words: str, made: Callable[[int], Frame], every: int = 3, unless: str = "") -> Fake:
    """One that says so `unless` it is told by that setting whether it is to do so."""

    def speaks(what: Frame | Call, world: World) -> Passed:
        if isinstance(what, Call):
            world.memory["told"] = world.memory.get("told") or what.keys.get("name") == unless
        if world.memory.get("told"):
            return what
        if isinstance(what, Call):
            for second in range(min(300, int(what.keys["ms"]) // 1000) if what.op == "advance" else 0):
                world.later(second + 0.7, made(second % 2))
            return what
        return [made(what.iface), what] if world.count("frames") % every == every - 1 else what

    speaks.__name__ = name
    return right(allowed, words, BOTH)(speaks)


def talker(of: str) -> Fake:
    return FAKES[f"talks_{of}"]


says("talks_lldp", "IEEE 802.1AB", "the host speaks LLDP", noise.lldp)
says("talks_spanning_tree", "IEEE 802.1D", "the host takes part in the spanning tree", noise.spanning_tree)
says("talks_eapol", "IEEE 802.1X", "the host wants to be authenticated", noise.eapol)
says("talks_precision_time", "IEEE 1588", "the host keeps precise time", noise.precision_time)
says("talks_ipv6_routers", "RFC 4861 6.3.7", "the host looks for routers of IPv6", noise.ipv6_solicitation)
says("talks_ipv6_groups", "RFC 3810 5.2", "the host is in groups of IPv6", noise.ipv6_listener)
says("talks_mdns", "RFC 6762 8.3", "the host tells its name by mDNS", noise.mdns)
says("talks_mdns_always", "RFC 6762 8.3", "the host tells its name by mDNS before each frame", noise.mdns, every=1)
says("talks_llmnr", "RFC 4795 2", "the host asks for names by LLMNR", noise.llmnr)
says("talks_ssdp", "RFC 1122 3.3.7", "the host is a device of UPnP", noise.ssdp)
says("talks_netbios", "RFC 1002 4.2", "the host registers its NetBIOS name", noise.netbios)
says("talks_dhcp", "RFC 2131 4.4", "the host asks for a DHCP server", noise.dhcp)
says("talks_igmp_2", "RFC 2236 3", "the host reports its groups by IGMPv2", noise.membership_2)
says("talks_igmp_3", "RFC 3376 5.1", "the host reports its groups by IGMPv3", noise.membership_3)
says("talks_router_solicitations", "RFC 1256 5.2", "the host looks for routers", noise.router_solicitation, unless="router-discovery")
says("talks_dns", "RFC 1035 4.2.1", "the host asks its gateway for names", noise.names)
says("talks_syslog", "RFC 5424", "the host tells its gateway how it is, before each frame", noise.syslog, every=1)
says("talks_ntp", "RFC 5905 3", "the host takes part in an NTP group", noise.ntp)
says("talks_discovery", "RFC 1122 2.3.3 (other protocols on one link)", "the host looks for its vendor's devices behind SNAP", noise.discovery_of_neighbours)
says("talks_process_data", "IEEE 802.1Q", "the host sends tagged frames of a fieldbus", noise.process_data)
says("talks_reverse_arp", "RFC 903", "the host is announced by Reverse ARP", noise.reverse_arp)
says("talks_ospf", "RFC 2328 9.5", "the host speaks OSPF", noise.routing)
says("talks_vrrp", "RFC 5798 5.1 and 7.3", "the host speaks for a virtual router, from its hardware address", noise.virtual_router)
says("talks_rip", "RFC 2453 3.9", "the host asks for routes by RIP", noise.old_routing)
says("talks_tcp", "RFC 9293 3.5", "the host would like to connect to its gateway", noise.connection)
says("talks_arp_for_another", "RFC 826", "the host asks for a neighbour that nobody else speaks of", noise.asks_for_others, every=50)
says("talks_igmp_1", "RFC 1112 App. I", "the host reports its groups by IGMPv1", noise.report_1)
says("talks_traceroute", "RFC 1122 3.2.1.7 (a user may set it)", "a user of the host looks for the way to the gateway", noise.way_of_a_datagram)


@right("RFC 791 3.2", "the host tells its gateway how it is, in fragments")
def talks_in_fragments(frame: Frame, world: World) -> Passed:
    number = world.count("frames")
    said = made(frame.iface, protocol=wire.UDP, sport=1514, dport=514, data=b"<13>postel: well " * 200, id=number // 5 + 40_000 & 0xFFFF)
    return [*fragmented(said, 1500), frame] if number % 5 == 4 else frame


@right("RFC 5227 2.4 (b)", "the host defends its address by an announcement, once in ten seconds at most", (RECEIVED, SENT))
def defends_once(frame: Frame, world: World) -> Passed:
    if not frame.incoming:
        twice = frame.is_arp and frame["spa"] == frame["tpa"] == frame.lab.iut and world.now - world.memory.get("defended", -10) < 10
        return None if twice else frame
    conflict = frame.is_arp and frame["spa"] == frame.lab.iut and frame["sha"] != frame.lab.iut_mac
    if not conflict or world.now - world.memory.get("defended", -10) < 10:
        return frame
    world.memory["defended"] = world.now
    return [frame, noise.announcement(frame.iface)]


@right("RFC 5227 2.1.1", "when it has started the host looks whether somebody has the address .77, which it would like to have too")
def probes_at_start(frame: Frame, world: World) -> Passed:
    if world.count("frames"):
        return frame
    world.later(1.4, noise.probe(0))
    world.later(2.9, noise.probe(0))
    return [noise.probe(0), frame]
