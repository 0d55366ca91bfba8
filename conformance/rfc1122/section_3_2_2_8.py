# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.8: Timestamp and timestamp reply. The service is optional; where it is there, its rules are."""

from postel.kit import *


@case("RFC1122-3.2.2.8-a", kind=characteristic, ability="answers-timestamps", lacking="silent", violator=drops("timestamp-reply"))
def timestamp_service(lt):
    """Whether timestamp requests are answered."""
    lt.send(timestamp_request())
    return "answered" if lt.answer("timestamp-reply") else "silent"


@case("RFC1122-3.2.2.8-c", kind=characteristic, violator=answers("timestamp-reply", data=bytes(12)))
def timestamp_to_a_broadcast(lt):
    """Whether a timestamp request to the link's broadcast address is answered."""
    lt.send(probe(timestamp_request(), dst=LEFT.broadcast, eth_dst=BROADCAST_MAC))
    return "answered" if lt.answer("timestamp-reply") else "silent"


@case("RFC1122-3.2.2.8-d", kind=characteristic, violator=answers("timestamp-reply", data=bytes(12)))
def timestamp_to_all_hosts(lt):
    """Whether a timestamp request to the group of all hosts is answered."""
    lt.send(probe(timestamp_request(), dst="224.0.0.1", eth_dst="01:00:5e:00:00:01"))
    return "answered" if lt.answer("timestamp-reply") else "silent"


@case("RFC1122-3.2.2.8-e", violator=changes("timestamp-reply", src=LEFT.host(9)))
def reply_comes_from_the_address_asked(lt):
    """The source of a timestamp reply is the destination of its request."""
    lt.check("source", timestamp_answer(lt, timestamp_request())["src"], lt.iut)


@case("RFC1122-3.2.2.8-e", needs="two-interfaces", stands_on="takes-the-other-address", violator=changes("timestamp-reply", src=LEFT.iut))
def reply_comes_from_the_other_interface_s_address(lt):
    """So it is where that is the address of another interface than the one that the request came by."""
    request = probe(timestamp_request(), dst=lt.right.iut)
    lt.check("source", timestamp_answer(lt, request)["src"], lt.right.iut)


@case("RFC1122-3.2.2.8-k", violator=drops("timestamp-reply", nth=1))
def every_request_is_answered(lt):
    """A host that answers one timestamp request answers all, from wherever they come."""
    timestamp_answer(lt, timestamp_request())
    for src in (lt.me, PEER, "192.0.2.9"):
        lt.send(probe(timestamp_request(), src=src))
        lt.expect(timestamp_reply())


@case("RFC1122-3.2.2.8-k", kind=characteristic, violator=drops("timestamp-reply"))
def requests_of_other_lengths(lt):
    """Which timestamp requests are answered that are shorter or longer than RFC 792 has them."""
    answered = []
    for size in (0, 4, 8, 11, 12, 13, 16, 64):
        lt.send(message(13, data=bytes(size)))
        answered += [str(size)] if lt.answer("timestamp-reply") else []
        lt.forget()
    return f"of {' and '.join(answered)} octets" if answered else "none"


@case("RFC1122-3.2.2.8-f", violator=changes("timestamp-reply", nth=1, options=b""))
def options_that_record_come_back(lt):
    """Record Route and Timestamp of a timestamp request are in its reply, with this host entered."""
    timestamp_answer(lt, timestamp_request())
    route, stamps = record_route(room=3) + NOP, timestamp(bytes(12))
    for asked, right in (route, recorded(route[:-1], lt.iut)), (stamps, stamped(stamps, lt.iut)):
        lt.send(probe(timestamp_request(), options=asked))
        lt.expect(timestamp_reply(options=having(asked[0], right)))


@case("RFC1122-3.2.2.8-g", stands_on="takes-source-routes", violator=changes("timestamp-reply", nth=1, options=patched(3, 9)))
def source_route_is_reversed(lt):
    """The reply to a request that came by a source route goes back along it."""
    timestamp_answer(lt, timestamp_request())
    nearer, first = LEFT.host(9), LEFT.host(8)
    for route in lsrr, ssrr:
        lt.send(probe(timestamp_request(), options=route(first, nearer, pointer=12)))
        lt.expect(timestamp_reply(dst=nearer, options=with_option(route(first, lt.me))))


@case("RFC1122-3.2.2.8-h", needs=["ip"], violator=alters("ip.recv", nth=4, data=b""))
def reply_reaches_a_user_of_icmp(lt):
    """A timestamp reply is brought to the user of ICMP who has asked for it."""
    reply = icmp(14, rest=bytes([0, 7, 0, 1]), data=counting(12))
    with user_of_icmp(lt) as heard:
        lt.call("ip.send", dst=lt.me, protocol=1, data=bytes(timestamp_request()))
        lt.expect(Expectation("timestamp-request", {"ident": 7, "seq": 1}))
        lt.send(reply)
        lt.check("timestamp replies brought:", [message for message in heard() if message[:1] == b"\x0e"], [bytes(reply)])
