# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1191 section 3: what a host makes of Fragmentation Needed."""

from postel.kit import *


@case("RFC1191-3-i", needs=["udp"], stands_on="keeps-to-the-path", violator=changes("fragment", nth=1, payload=bytes(32)))
def estimate_is_never_below_68(lt):
    """Whatever a router says, of a datagram that is cut the pieces are as long as 68 octets allow, and no longer."""
    sock = bind(lt)
    for mtu in lt.each((68, 67, 60, 40, 20, 1), "said"):
        far = f"203.0.113.{mtu}"
        too_big(lt, only_packet(lt, sock, 100, far), mtu)
        sent = packets_of(lt, sock, 200, far)
        lt.check("lengths that are too long", too_long(sent, 68), [])
        lt.check("lengths of short fragments", [packet["length"] for packet in sent if packet["mf"] and packet["length"] <= 60], [])


@case("RFC1191-3-a", needs=["udp"], stands_on=["fragments", "keeps-to-the-path"], violator=changes("fragment", nth=1, df=1, payload=bytes(1480)))
def what_the_router_says_is_kept_to(lt):
    """What must not be fragmented is no longer than the router has said, and all of it leaves."""
    sock = bind(lt)
    for mtu in lt.each([mtu for mtu in (lt.mtu - 8, lt.mtu // 2, 552, 296, 68) if LEAST <= mtu < lt.mtu], "next hop of"):
        far = f"203.0.113.{mtu % 250 + 1}"
        narrowed(lt, sock, mtu, far)
        sent = packets_of(lt, sock, lt.room, far)
        lt.check("lengths that are too long for the path", too_long(sent, mtu), [])
        if sent or refusal(lt, sock, lt.room, far) != "EMSGSIZE":
            lt.check("octets that leave", sum(len(packet["payload"]) for packet in sent), lt.room + 8)


@case("RFC1191-3-d", needs=["udp"], ability="keeps-to-the-path", stands_on=["discovers-path-mtu", "sends-by-its-ports"],
      violator=changes("fragment", nth=1, df=1, payload=bytes(1400)))  # fmt: skip
def next_datagram_keeps_to_it_already(lt):
    """One message is enough: the very next datagram keeps to it."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    lt.check("lengths that are too long for the path", too_long(packets_of(lt, sock, lt.room), 552), [])


@case("RFC1191-3-b", needs=["udp"], stands_on="keeps-to-the-path", violator=changes("fragment", nth=4, df=1, payload=bytes(1000)))
def no_more_messages_are_elicited(lt):
    """What follows keeps to it too: no datagram more is too long for the path, and must not be fragmented."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    for size in (600, 520, lt.room, LARGE, 525):
        lt.check(f"lengths that are too long, of {size} octets of data", too_long(packets_of(lt, sock, size), 552), [])


@case("RFC1191-3-c", needs=["udp"], stands_on="keeps-to-the-path", violator=changes("fragment", nth=7, df=1, payload=bytes(1480)))
def ever_narrower_paths_are_found(lt):
    """Where one link after the other turns out to be narrower the estimate comes down to each, and to 68 in the end."""
    sock = bind(lt)
    sent = [narrowed(lt, sock, lt.mtu - 100)]
    for mtu in [each for each in (lt.mtu // 2, 400, 200, 100, 68) if each < lt.mtu - 100]:
        too_big(lt, next((packet for packet in sent if packet["df"] and not packet["offset"]), only_packet(lt, sock, 20)), mtu)
        sent = packets_of(lt, sock, lt.room)
        lt.check(f"lengths that are too long for {mtu} octets", too_long(sent, mtu), [])


@case("RFC1191-3-h", needs=["udp"], stands_on="keeps-to-the-path", violator=changes("fragment", nth=1, df=1, payload=bytes(1480)))
def old_routers_say_no_mtu(lt):
    """Where the router does not say what its link carries, nothing as long as what it refused leaves with Don't Fragment again."""
    if lt.mtu <= LEAST:
        lt.not_applicable("no path carries less than the first link")
    sock = bind(lt)
    for length in lt.each([lt.mtu, *(each for each in (1007, 1006, 508, 296) if each < lt.mtu)], "refused, octets:"):
        far = f"203.0.113.{length % 250 + 1}"
        too_big(lt, only_packet(lt, sock, length - 28, far), 0)
        lt.check("lengths that were refused before", too_long(packets_of(lt, sock, lt.room, far), length - 1), [])


@case("RFC1191-3-j", needs=["udp"], stands_on="keeps-to-the-path", violator=changes("fragment", nth=1, df=1, payload=bytes(1000)))
def no_message_raises_the_estimate(lt):
    """A message that says more than is known to pass raises nothing."""
    sock = bind(lt)
    sent = narrowed(lt, sock, 552)
    for mtu in lt.each((553, 1000, lt.mtu, 9000, 65535), "said"):
        too_big(lt, sent, mtu)
        lt.check("lengths that are too long", too_long(packets_of(lt, sock, lt.room), 552), [])


@case("RFC1191-3-f", "RFC1191-3-g", needs=["udp", "vtime"], stands_on="keeps-to-the-path",
      violators={"RFC1191-3-f": changes("fragment", nth=1, df=1, payload=bytes(1000)),
                 "RFC1191-3-g": changes("fragment", nth=4, df=1, payload=bytes(1000))})  # fmt: skip
def wider_paths_are_not_tried_too_soon(lt):
    """Nothing longer is tried within five minutes of a message, and better not within ten."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    since = lt.now()
    for requirement, seconds in ("RFC1191-3-f", 290), ("RFC1191-3-g", 590):
        lt.advance_to(seconds, since=since)
        with lt.judging(requirement):
            lt.check(f"lengths that are too long after {seconds} s", too_long(packets_of(lt, sock, lt.room), 552), [])


@case("RFC1191-3-e", kind=characteristic, needs=["udp", "vtime"], stands_on="keeps-to-the-path", violator=changes("udp", nth=1, df=0))
def when_wider_paths_are_tried(lt):
    """After how many minutes something longer is tried, and how long it is."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    since, said = lt.now(), []
    for minutes in (9, 11, 13, 15, 30):
        lt.advance_to(60 * minutes, since=since)
        longest = max((packet["length"] for packet in packets_of(lt, sock, lt.room) if packet["df"]), default=0)
        said += [f"{longest} octets after {minutes} min"] if longest > 552 else []
    return ", ".join(said) or "not within half an hour"


def of_a_user_that_is_gone(lt, sock, far):
    sent = only_packet(lt, sock, lt.room, far)
    lt.call("udp.close", sock=sock)
    return sent


def the_identification_before(lt, sock, far):
    sent = only_packet(lt, sock, 200, far, df=0)
    return sent | {"packet": edit_packet(sent["packet"], id=(sent["id"] - 1) % 65536, length=1500, df=1)}


def another_identification(lt, sock, far):
    sent = only_packet(lt, sock, lt.room, far)
    return sent | {"packet": edit_packet(sent["packet"], id=sent["id"] ^ 0x5555)}


DOUBTFUL = {
    "one that was sent": lambda lt, sock, far: only_packet(lt, sock, lt.room, far),
    "one that might have been fragmented": lambda lt, sock, far: only_packet(lt, sock, lt.room, far, df=0),
    "a fragment that was sent": lambda lt, sock, far: only_packet(lt, sock, LARGE, far),
    "one of a user that is gone": of_a_user_that_is_gone, "one of another identification": another_identification,
    "one of the identification before the first": the_identification_before,
    "one that is shorter than what is said": lambda lt, sock, far: only_packet(lt, sock, 200, far),
}  # fmt: skip


@case("RFC1191-3-a", kind=characteristic, needs=["udp"], stands_on="keeps-to-the-path", violator=changes("fragment", nth=1, df=1, payload=bytes(1480)))
def reports_that_are_believed(lt):
    """About which datagrams a report is believed: RFC 5927 would have a host doubt those that it cannot have sent, or that need no report."""
    believed = []
    for number, (name, doubtful) in enumerate(DOUBTFUL.items()):
        far, sock = f"203.0.113.{number + 1}", bind(lt, USER_PORT + number)
        too_big(lt, doubtful(lt, sock, far), 552)
        if not too_long(packets_of(lt, bind(lt, 0), lt.room, far), 552):
            believed.append(name)
    return ", ".join(believed) or "none"


@case("RFC1191-3-a", kind=characteristic, needs=["udp", "ip"], stands_on="discovers-path-mtu", violator=changes("fragment", nth=1, df=1, payload=bytes(1480)))
def what_a_user_of_ip_sent_is_reported(lt):
    """Which reports are believed that are about what a user of IP sent, who may have chosen the identification and be gone."""
    sock, believed = bind(lt), []
    for number, (name, said) in enumerate({"one without": {}, "one with an identification of its own": {"id": 0x1234}}.items()):
        far = f"203.0.113.{number + 1}"
        try:
            lt.call("ip.send", dst=far, protocol=253, data=counting(1000), df=1, **said)
        except UpperError:
            continue
        too_big(lt, lt.expect(protocol(253, dst=far)), 552)
        believed += [] if too_long(packets_of(lt, sock, lt.room, far), 552) else [name]
    return " and ".join(believed) or "none"
