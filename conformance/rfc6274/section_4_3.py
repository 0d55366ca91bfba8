# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 4.3: addresses that mean something else than a host."""

from scapy.layers.inet import TCP

from postel.kit import *

NUMBERED_ZERO_OR_ONES = ("1.0.0.9", "126.255.255.9", "128.0.0.9", "191.255.255.9", "192.0.1.9", "223.255.255.9", "10.0.0.9", "10.255.255.9")
TO_MANY = {"all": ("255.255.255.255", BROADCAST_MAC), "the network": (LEFT.broadcast, BROADCAST_MAC), "a group": ("224.0.0.1", "01:00:5e:00:00:01")}
THROUGH_OURSELVES = {"led over it": lsrr("127.0.0.1", pointer=8), "led over it strictly": ssrr("127.0.0.1", pointer=8), "leads there": lsrr("127.0.0.1")}


def syn(lt, dst, **frame):
    """A segment that asks whoever is there for a connection, which somebody has to refuse."""
    return probe(IP(src=lt.me, dst=dst) / TCP(sport=40000, dport=9, flags="S", seq=1), **frame)


@case("RFC6274-4.3.4-a", violator=answers("echo-reply"))
def class_e_is_dropped(lt):
    """What comes from 240/4, or goes there, is dropped."""
    for address in ("240.0.0.9", "247.1.2.3", "255.255.255.254"):
        for end in lt.each({f"{end} {address}": end for end in ("src", "dst")}):
            lt.send(one_fault(echo(), **{end: address}))
            lt.expect_silence(after=f"{end} {address}")


@case("RFC6274-4.3.4-a", needs=["udp"], violator=delivers("udp.recv", sock=1, src="240.0.0.9", data=b"postel"))
def class_e_reaches_no_user(lt):
    """Nor does a user get it."""
    lt.send(IP(src="240.0.0.9") / echo())
    if lt.answer("echo-reply"):
        lt.not_applicable("the IUT answers hosts of class E, with which class_e_is_dropped is charged")
    bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel")
    for fields in {"src": "240.0.0.9"}, {"src": "255.255.255.254"}, {"dst": "240.0.0.9"}, {"dst": "240.0.0.9", "eth_dst": BROADCAST_MAC}:
        lt.send(probe(udp(USER_PORT), **fields))
        lt.expect_no_event("udp.recv", after=" and ".join(fields.values()))


@case("RFC6274-4.3.5-a", violator=answers("echo-reply"))
def connections_are_not_asked_of_many(lt):
    """A segment of TCP to all, to the network or to a group is dropped: it is not answered, by whatever message."""
    lt.send(syn(lt, lt.iut))
    if not lt.answer():
        lt.stands_on("reports-unknown-protocols")
        lt.not_applicable("the IUT says nothing to who asks it alone for a connection")
    for dst, mac in TO_MANY.values():
        lt.send(syn(lt, dst, eth_dst=mac))
        lt.expect_silence(after=f"a TCP segment to {dst}")


@case("RFC6274-4.3.6-a", violator=drops("echo-reply", nth=3))
def hosts_of_networks_numbered_zero_or_ones(lt):
    """A host whose network or subnet would have had a number of all zeros or ones, as long as there were classes, is answered."""
    for src in lt.each(NUMBERED_ZERO_OR_ONES, "source"):
        lt.send(IP(src=src) / echo())
        lt.expect(echo_reply(dst=src, eth_dst=lt.mac))


@case("RFC6274-4.3.7-a", violator=answers("echo-reply"))
def this_network_is_dropped(lt):
    """What goes to 0/8 is dropped, in whatever frame; what comes from there must be, by RFC 1122 3.2.1.3."""
    for address in ("0.0.0.5", "0.255.255.254"):
        for fields in {"dst": address}, {"dst": address, "eth_dst": BROADCAST_MAC}:
            lt.send(one_fault(echo(), **fields))
            lt.expect_silence(after=f"a datagram with {address}")


@case("RFC6274-4.3.7-b", violator=answers("echo-reply"))
def loopback_from_a_link_is_dropped(lt):
    """What goes to 127/8 is dropped where it came by a link; what comes from there must be, by RFC 1122 3.2.1.3."""
    for fields in {"dst": "127.0.0.1"}, {"dst": "127.255.255.254"}, {"src": "127.0.0.1", "dst": "127.0.0.1"}:
        lt.send(one_fault(echo(), **fields))
        lt.expect_silence(after=" and ".join(fields.values()))


@case("RFC6274-4.3.7-b", stands_on="takes-source-routes", violator=answers("echo-reply"))
def loopback_in_a_source_route_is_dropped(lt):
    """So is what has it in a source route, whether that has led over it or leads there."""
    for route in lt.each(THROUGH_OURSELVES):
        lt.send(one_fault(echo(), options=route + EOL))
        lt.expect_silence(after="127.0.0.1 in a source route", of="echo-reply")
        lt.answer("parameter-problem") or lt.answer("unreachable")
