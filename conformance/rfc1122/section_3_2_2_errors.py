# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2: when no ICMP error is sent, whatever it would be about and by whichever link the datagram came."""

from postel.kit import *

ALL_HOSTS, LIMITED = "224.0.0.1", "255.255.255.255"
GROUP_MAC = "01:00:5e:00:00:01"
LINKS = "the link's broadcast"
NOT_ONE_HOST = ("0.0.0.0", "127.0.0.1", "127.9.9.9", LIMITED, ALL_HOSTS, "233.252.0.7", "240.0.0.9")


def to_many(lab):
    """How a datagram comes to more than one host, by its frame or by its address alone."""
    ways = [(name, dst, mac) for name, dst in ((LIMITED, LIMITED), (LINKS, lab.broadcast)) for mac in (BROADCAST_MAC, lab.iut_mac)]
    ways += [(ALL_HOSTS, ALL_HOSTS, mac) for mac in (GROUP_MAC, BROADCAST_MAC, lab.iut_mac)]
    return {f"to {name} in a frame to {mac}": {"dst": dst, "eth_dst": mac} for name, dst, mac in ways}


def from_nobody(lab):
    return {f"from {src}": {"src": src} for src in NOT_ONE_HOST} | {f"from {LINKS}": {"src": lab.broadcast}}


def others(lab):
    """Other hosts: of its link, of the first one, just beyond its link and far away."""
    return {"the lower tester": lab.lt, "a neighbour": PEER, "one off the link": lab.host(lab.network.num_addresses + 9), "192.0.2.9": "192.0.2.9"}


def expect_nothing(lt, circumstances):
    """Each error that the IUT reports is not reported of what came in one of these ways."""
    rows = {}
    for lab in links(lt):
        for name, stimulus in reported(lt, on=lab.index).items():
            ways = circumstances(lab).items()
            rows |= {f"{name} {words}, link {lab.index}": (lab.index, probe(stimulus, **said)) for words, said in ways}
    for on, stimulus in lt.each(rows):
        lt.send(stimulus, on=on)
        lt.expect_silence()


@case("RFC1122-3.2.2-g", violator=answers("unreachable", nth=9))
def nothing_is_reported_of_what_came_to_many(lt):
    """No error is about what came to a broadcast or multicast address, by whichever frame."""
    expect_nothing(lt, to_many)


@case("RFC1122-3.2.2-h", violator=answers("unreachable", nth=1))
def nothing_is_reported_of_a_link_broadcast(lt):
    """No error is about what came as a broadcast of the link, though its IP destination is the IUT alone."""
    expect_nothing(lt, lambda lab: {"in a broadcast frame": {"eth_dst": BROADCAST_MAC}})


@case("RFC1122-3.2.2-j", violator=answers("unreachable", nth=9, dst=LEFT.lt))
def nothing_is_reported_to_nobody(lt):
    """No error is sent to a source that is not one host."""
    expect_nothing(lt, from_nobody)


@case("RFC1122-3.2.2-i", violator=answers("unreachable", nth=2))
def nothing_is_reported_of_a_later_fragment(lt):
    """No error is about a fragment other than the first, whatever else could be said of it."""
    expect_nothing(lt, lambda lab: {f"at {at}": {"offset": at, "mf": more} for at, more in ((8, 0), (8, 1), (65528, 0))})


@case("RFC1122-3.2.1.3-c", violator=answers("parameter-problem", nth=1))
def nothing_is_reported_of_what_is_anothers(lt):
    """A datagram for another host is discarded without a word, whatever is wrong with it."""
    expect_nothing(lt, lambda lab: {f"for {name}": {"dst": dst} for name, dst in others(lab).items()})


@case("RFC1122-3.2.2-f", violator=answers("parameter-problem", nth=1))
def nothing_is_reported_of_an_error(lt):
    """No error is about an ICMP error, of whatever type and code, with an option that is reported of an echo request."""
    options = {name: each.changes["options"] for name, each in reported(lt).items() if "options" in each.changes}
    if not options:
        lt.stands_on("reports-bad-options")
        lt.not_applicable("the IUT reports no bad option, so there is nothing to see")
    errors = (3, 0), (3, 4), (3, 15), (4, 0), (5, 1), (11, 0), (11, 1), (12, 0), (12, 2)
    rows = {f"{name} in {type_}/{code}": (message(type_, code, data=bytes(28)), octets)
            for name, octets in options.items() for type_, code in errors}  # fmt: skip
    for error, octets in lt.each(rows):
        lt.send(probe(error, options=octets))
        lt.expect_silence()


@case("RFC1122-3.2.2-g", violator=answers("time-exceeded"))
def no_time_exceeded_about_what_came_to_many(lt):
    """Nor is the end of a reassembly reported of what came to a broadcast or multicast address."""
    for lab in links(lt):
        unreported(lt, to_many(lab), on=lab.index)


@case("RFC1122-3.2.2-h", violator=answers("time-exceeded"))
def no_time_exceeded_about_a_link_broadcast(lt):
    """Nor of what came as a broadcast of the link."""
    unreported(lt, {"a link broadcast": {"eth_dst": BROADCAST_MAC}})


@case("RFC1122-3.2.2-j", violator=answers("time-exceeded"))
def no_time_exceeded_to_nobody(lt):
    """Nor to a source that is not one host."""
    for lab in links(lt):
        unreported(lt, from_nobody(lab), on=lab.index)


@case("RFC1122-3.2.2-f", violator=answers("time-exceeded"))
def no_time_exceeded_about_an_error(lt):
    """Nor of an ICMP error that came in fragments."""
    errors = {f"an error of type {type_}": bytes(icmp(type_, data=bytes(40))) for type_ in (3, 4, 5, 11, 12)}
    unreported(lt, {name: {"protocol": 1, "payload": octets} for name, octets in errors.items()})


@case("RFC1122-3.2.2-g", needs={"udp", "group"}, stands_on="reports-groups", violator=answers("unreachable", where={"udp_length": 8}, dst=LEFT.lt))
def members_report_nothing(lt):
    """No more is of what came to a group that the host is in, where nobody has its port."""
    joins(lt)
    receives(lt)
    lt.send(probe(udp(data=b""), dst=GROUP, eth_dst=group_mac(GROUP)))
    lt.expect_silence(after="a datagram to a port of the group that nobody has")
    receives(lt)
