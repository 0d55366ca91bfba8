# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.3.8: IP options and TCP."""

from postel.kit import *

HERE, THERE = LEFT.host(7), LEFT.host(8)


@case("RFC1122-4.2.3.8-a", needs="tcp", violator=loses("tcp.recv"))
def options_that_tcp_does_not_know(lt):
    """A connection is opened, and data taken, by segments with IP options that nobody knows."""
    end, _ = waits(lt, options=UNKNOWN)
    end.send(data=b"postel", options=UNKNOWN)
    lt.expect_event("tcp.recv", data=b"postel")
    lt.forget()


@case("RFC1122-4.2.3.8-b", kind=characteristic, needs="tcp", violator=changes("protocol-6", options=b""))
def options_of_the_user(lt):
    """Whether the user of a connection can have its segments record their route."""
    try:
        _, syn = asks(lt, options=record_route(room=3) + NOP)
    except UpperError as refusal:
        return f"refused: {refusal.code}"
    return "recorded" if syn["options"][:1] == record_route(room=3)[:1] else "left out"


@case("RFC1122-4.2.3.8-c", needs="tcp", stands_on="keeps-datagrams", violator=changes("protocol-6", nth=2, options=lsrr(LEFT.lt) + NOP))
def route_of_the_user(lt):
    """Who opens a connection can give a source route: its first segment and all others go along it, whatever route comes."""
    way = lsrr(lt.me)
    end, syn = opens(lt, HERE, options=lsrr(THERE) + NOP, answer={"options": lsrr(lt.me, pointer=8) + NOP})
    for sent in syn, end.user_sends():
        lt.check("first hop", sent["dst"], THERE)
        lt.check("source route", sent["options"][: len(way)].hex(), lsrr(HERE).hex())


@case("RFC1122-4.2.3.8-d", needs="tcp", stands_on="takes-source-routes", violator=changes("protocol-6", nth=1, options=b""))
def route_that_comes_is_kept(lt):
    """A connection that was waited for, and comes by a source route, sends all its segments back along that."""
    end, answer = waits(lt, HERE, options=lsrr(THERE, pointer=8) + NOP)
    for sent in answer, end.user_sends():
        lt.check("first hop", sent["dst"], THERE)
        lt.check("source route", sent["options"][:7].hex(), lsrr(HERE).hex())


@case("RFC1122-4.2.3.8-e", needs="tcp", stands_on="takes-source-routes", violator=changes("protocol-6", nth=2, dst=THERE, eth_dst=LEFT.lt_mac))
def later_route_takes_the_place_of_an_earlier(lt):
    """When a later segment comes by another route, that is the way back from then on."""
    end, _ = waits(lt, HERE, options=lsrr(THERE, pointer=8) + NOP)
    end.send(data=b"postel", options=lsrr(PEER, pointer=8) + NOP)
    lt.expect_event("tcp.recv", data=b"postel")
    lt.forget()
    lt.check("first hop", end.user_sends()["dst"], PEER)
