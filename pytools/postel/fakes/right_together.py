# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that are unusual in several ways at once, as real ones are."""

from postel.fakes import right_hosts, right_ip, right_limits, right_link, right_talkers
from postel.fakes.engine import ASKED, RECEIVED, SENT, TOLD, Call, Fake, Frame, Passed, Passing, World, right


def place(what: Passing) -> str:
    if isinstance(what, Frame):
        return RECEIVED if what.incoming else SENT
    return ASKED if isinstance(what, Call) else TOLD


def through(part: Fake, what: Passing, world: World) -> list[Passing]:
    if not world.sees(part, place(what)):
        return [what]
    given = part.act(what, world)
    return [] if given is None else list(given) if isinstance(given, list | tuple) else [given]  # type: ignore[list-item]


def together(name: str, words: str, *parts: Fake) -> Fake:
    """One stack that is as each of these says, from the first to the last."""

    def act(what: Passing, world: World) -> Passed:
        passing = [what]
        for part in parts:
            passing = [after for before in passing for after in through(part, before, world)]
        return passing

    act.__name__ = name
    return right("what allows each", words, tuple({where for part in parts for where in part.where}))(act)


together("small_device", "a device of little memory: short packets, short quotes, few errors, one datagram incomplete",
         right_link.mtu_576, right_hosts.one_incomplete_datagram, right_ip.quotes_8_octets, right_ip.errors_1_a_second, right_ip.ttl_255)  # fmt: skip
together("well_known_server", "a server: identifications in no order, extensions, few errors, groups and names of its own",
         right_ip.identifications_in_no_order, right_ip.extended_errors, right_hosts.errors_for_each_destination, right_limits.arp_requests_1_a_second,
         right_talkers.talker("mdns"), right_talkers.talker("igmp_3"))  # fmt: skip
together("odd_sender", "MTU 1492, fragments last first, replies of TOS 0, marked time stamps, errors behind answers",
         right_link.mtu_1492, right_link.fragments_last_first, right_ip.replies_of_tos_0, right_ip.timestamps_not_standard, right_ip.errors_behind_answers)  # fmt: skip
together("shy_host", "no time stamps, no UDP without a checksum, nothing for the other interface, little of everything",
         right_ip.no_timestamps, right_ip.udp_without_checksum_refused, right_link.strong_end_system, right_ip.record_route_twice_refused,
         right_ip.reserved_flag_refused, right_limits.all_limited)  # fmt: skip
together("host_of_many_tongues", "the host says of its own accord what desktops say",
         *(right_talkers.talker(what) for what in ("mdns", "llmnr", "netbios", "igmp_3", "ipv6_routers", "ipv6_groups", "lldp", "tcp")))  # fmt: skip
