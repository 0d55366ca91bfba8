# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Timestamp and timestamp reply messages. RFC 1122 3.2.2.8 makes the service optional."""

from postel.kit import *
from postel.kit.expect import standard_time


@case("RFC792-timestamp-a", violator=changes("timestamp-reply", data=lambda data: bytes(4) + data[4:]))
def originate_timestamp_returns(lt):
    """The reply has the originate timestamp of the request, and two of the IUT's own after it."""
    for originate in (0x00ABCDEF, 0xFFFFFFFF, 1):
        reply = timestamp_answer(lt, timestamp_request(originate))
        lt.check("originate timestamp", reply["data"][:4].hex(), f"{originate:08x}")
        lt.check("octets of timestamps", len(reply["data"]), 12)


@case("RFC792-timestamp-b", violator=changes("timestamp-reply", data=lambda data: data[:4] + b"\x05\x26\x5c\x00" + data[8:]))
def timestamps_are_milliseconds_of_the_day(lt):
    """Receive and transmit timestamps are milliseconds since midnight UT, or have the high bit set."""
    data = timestamp_answer(lt, timestamp_request())["data"]
    for place, name in ((4, "receive"), (8, "transmit")):
        stamp = data[place : place + 4]
        lt.check(f"{name} timestamp", stamp, standard_time)


@case("RFC792-timestamp-d", violator=changes("timestamp-reply", seq=9))
def identifier_and_addresses_return(lt):
    """Identifier and sequence number of the request stand in the reply, and its addresses are the request's, reversed."""
    for rest in (bytes(4), b"\x12\x34\xff\xff", b"\xff\xff\x00\x01"):
        lt.send(probe(timestamp_request(), rest=rest))
        reply = lt.answer("timestamp-reply")
        if reply is None:
            lt.stands_on("answers-timestamps")
            lt.fail("a timestamp reply", "silence")
        lt.check("identifier and sequence number", reply["rest"], rest)
        lt.check("source and destination", (reply["src"], reply["dst"]), (lt.iut, lt.me))


@case("RFC792-timestamp-c", kind=characteristic, violator=answers("timestamp-reply", data=bytes(12)))
def request_without_room_for_its_timestamps(lt):
    """Which requests are answered that are too short for three timestamps; RFC 792 does not say what comes of them."""
    timestamp_answer(lt, timestamp_request())
    answered = []
    for size in (0, 4, 11):
        lt.send(probe(timestamp_request(), data=lambda data, size=size: data[:size]))
        answered += [str(size)] if lt.answer("timestamp-reply") else []
    return f"answered with {' and '.join(answered)} of 12 octets" if answered else "discarded"
