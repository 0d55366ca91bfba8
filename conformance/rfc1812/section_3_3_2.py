# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 3.3.2: ARP of a router, for what it passes on."""

from postel.kit import *

NEAR = RIGHT.host(40)
NO_STATION = {"everybody's": BROADCAST_MAC, "a group's": "01:00:5e:00:00:05", "a group's of others": "03:00:00:00:00:01"}


def waits(lt, *seqs, near=NEAR):
    """These echo requests, for a neighbour on the right that the router has to ask for."""
    lt.send(*(transit(echo(seq=seq), dst=near) for seq in seqs))
    lt.expect(arp_request(tpa=near), on=1)


def tells(lt, near=NEAR, mac=RIGHT.lt_mac):
    """The neighbour says that this is its MAC."""
    lt.send(arp(REPLY, spa=near, sha=mac, eth_src=RIGHT.lt_mac, tpa=RIGHT.iut, tha=RIGHT.iut_mac, eth_dst=RIGHT.iut_mac), on=1)


def came(lt):
    """The requests that were passed on."""
    return list(iter(lambda: lt.answer("echo-request"), None))


@case("RFC1812-3.3.2-b", role="router", violator=answers("unreachable"))
def what_waits_for_a_neighbour_is_not_unreachable(lt):
    """Nothing is reported of what is to be passed on to a neighbour that is yet to be asked for, nor of more for the same."""
    with lt.mute_arp():
        waits(lt, 1)
        lt.expect_silence(after="a datagram for who has to be asked for")
        lt.send(transit(echo(seq=2), dst=NEAR))
        lt.expect_silence(after="another one")


@case("RFC1812-3.3.2-c", role="router", violator=drops("echo-request", every=True))
def what_waits_is_passed_on(lt):
    """Of a few datagrams that wait for a neighbour some are passed on when it has answered, each once."""
    with lt.mute_arp():
        waits(lt, 1, 2, 3)
    tells(lt)
    seqs = [request["seq"] for request in came(lt)]
    lt.check("passed on:", seqs, saying("some of 1, 2, 3, each once", lambda seqs: seqs and sorted(set(seqs)) == sorted(seqs)))


@case("RFC1812-3.3.2-c", role="router", needs="vtime", violator=drops("unreachable"))
def one_that_waited_in_vain_is_reported(lt):
    """Where the neighbour never answers one of those that waited is reported as unreachable, and not before."""
    with lt.mute_arp():
        waits(lt, 1, 2, 3)
        lt.advance(60)
        reports = list(iter(lambda: lt.answer("unreachable"), None))
    lt.check("reports, and their codes:", [error["code"] for error in reports], [1])


@case("RFC1812-3.3.2-d", role="router", violator=changes("echo-request", eth_dst=BROADCAST_MAC))
def mac_that_no_station_has_is_not_believed(lt):
    """Who says that a neighbour's MAC is everybody's, or a group's, is not believed: nothing is passed on to that."""
    for last, (name, mac) in enumerate(lt.each(NO_STATION.items()), 41):
        with lt.mute_arp():
            waits(lt, last, near=RIGHT.host(last))
            tells(lt, RIGHT.host(last), mac)
        tells(lt, RIGHT.host(last))
        lt.send(transit(echo(seq=last), dst=RIGHT.host(last)))
        lt.check(f"MACs where the neighbour's was {name}", {request["eth_dst"] for request in came(lt)}, {RIGHT.lt_mac})
