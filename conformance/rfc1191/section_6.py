# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1191 section 6: what a host keeps of its paths, and who is told."""

from postel.kit import *


@case("RFC1191-6.1-a", needs=["udp"], violator=changes("udp", df=lambda df: 1 - df))
def user_decides_on_dont_fragment(lt):
    """Don't Fragment is set or clear as the user wants it."""
    sock = bind(lt)
    for df in (1, 0, 1):
        lt.check("Don't Fragment", user_sends(lt, sock, df=df)["df"], df)


@case("RFC1191-6.2-a", needs=["udp"], stands_on="keeps-to-the-path", violator=changes("udp", nth=1, data=lambda data: data[:-8]))
def other_destinations_are_unaffected(lt):
    """What is known of the path to one destination says nothing of another's."""
    sock = bind(lt)
    sent = narrowed(lt, sock, 552)
    elsewhere = [packet["length"] for packet in packets_of(lt, sock, lt.room, FAR_TOO)]
    lt.check("longest of what goes elsewhere", max(elsewhere, default=0), sent["length"])


@case("RFC1191-6.2-c", needs=["udp", "icmp-errors"], stands_on=["discovers-path-mtu", "keeps-to-the-path", "tells-of-errors"], violator=alters("icmp.error", code=3))
def user_is_told_of_a_narrower_path(lt):
    """Whose datagram was too long for the path is told: at once, or by a refusal when it sends as much again that must not be fragmented."""
    sock = bind(lt)
    narrowed(lt, sock, 552, tell=True)
    if told := lt.delivered("icmp.error"):
        lt.check("type, code and socket", [told[name] for name in ("type", "code", "sock")], ["3", "4", sock])
    else:
        lt.check("what becomes of as much again", refusal(lt, sock, lt.room, df=1), "EMSGSIZE")


@case("RFC1191-6.3-a", needs=["udp", "vtime"], stands_on="keeps-to-the-path", violator=changes("udp", nth=1, df=0))
def estimate_is_aged(lt):
    """A while after the last message, some ten minutes, more is expected of the path again: within half an hour."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    lt.advance(1800)
    longest = max((packet["length"] for packet in packets_of(lt, sock, lt.room) if packet["df"]), default=0)
    lt.check("octets of the longest packet that must not be fragmented", longest, at_least(553))


@case("RFC1191-6.3-b", needs=["udp", "vtime"], stands_on="keeps-to-the-path", violator=answers("udp", nth=1))
def wider_path_brings_nothing_back(lt):
    """When more is expected of a path again, what was sent before is not sent once more."""
    sent = narrowed(lt, bind(lt), 552)
    lt.advance(1800)
    too_big(lt, sent, 9000)
    lt.expect_silence(after="time that makes the path wider", of="udp")


@case("RFC1191-6.4-a", needs=["udp"], stands_on="keeps-to-the-path", violator=answers("udp", nth=2))
def messages_bring_nothing_back(lt):
    """One message after the other about a datagram has it not sent once more for each."""
    sent = narrowed(lt, bind(lt), 552)
    for _ in range(3):
        too_big(lt, sent, 552)
        lt.expect_silence(after="a message about a datagram", of="udp")


@case("RFC1191-6.5-a", needs=["udp"], stands_on=["fragments", "keeps-to-the-path"], violator=changes("fragment", nth=1, df=1))
def user_may_send_it_again_without(lt):
    """A user that cannot send less may send the same again without Don't Fragment, and all of it leaves."""
    sock = bind(lt)
    narrowed(lt, sock, 552)
    sent = packets_of(lt, sock, lt.room, df=0)
    lt.check("octets that leave", sum(len(packet["payload"]) for packet in sent), lt.room + 8)
    lt.check("Don't Fragment", {packet["df"] for packet in sent}, {0})


@case("RFC1191-6.6-a", kind=characteristic, needs=["udp", "pmtu-discovery"], stands_on="keeps-to-the-path", violator=ignores("set"))
def discovery_can_be_turned_off(lt):
    """What there is where the user wants no discovery: Don't Fragment unasked, heed of a router; and what when it is turned on again."""
    sock = bind(lt)
    lt.set("pmtu-discovery", 0)
    sent = only_packet(lt, sock, lt.room)
    unasked = "set" if sent["df"] else "clear"
    too_big(lt, sent, 552)
    heeded = [] if too_long(packets_of(lt, sock, lt.room), 552) else ["off"]
    lt.set("pmtu-discovery", 1)
    too_big(lt, only_packet(lt, sock, lt.room), 552)
    heeded += [] if too_long(packets_of(lt, sock, lt.room), 552) else ["on"]
    return f"Don't Fragment {unasked} where it is off, routers heeded where it is {' and '.join(heeded) or 'neither'}"


@case("RFC1191-6.6-a", kind=characteristic, needs=["udp", "path"], violator=ignores("add"))
def path_that_is_set(lt):
    """Whether what a user sets is the MTU of that path, of no other, and until it is not set any more."""
    sock, fits = bind(lt), []
    lt.add("path", dst=FAR, mtu=700)
    for name, dst in ("the path", FAR), ("another", FAR_TOO):
        fits += [] if too_long(packets_of(lt, sock, lt.room, dst, df=0), 700) else [name]
    lt.remove("path", dst=FAR)
    fits += [] if too_long(packets_of(lt, sock, lt.room, df=0), 700) else ["the path when it is removed"]
    return " and ".join(fits) or "nothing"


@case("RFC1191-6.3-a", needs=["udp", "vtime", "pmtu-age"], stands_on=["fragments", "keeps-to-the-path"], violator=ignores("set", nth=1))
def age_can_be_set(lt):
    """How long an estimate holds can be set, also that it does for good."""
    sock = bind(lt)
    grown = []
    for age, dst in (0, FAR), (60, FAR_TOO):
        lt.set("pmtu-age", age)
        narrowed(lt, sock, 552, dst)
        lt.advance(120)
        longest = max((packet["length"] for packet in packets_of(lt, sock, lt.room, dst) if packet["df"]), default=0)
        grown += [age] if longest > 552 else []
    lt.check("seconds of the ages after which more was expected within two minutes", grown, [60])


@case("RFC1191-6.2-a", kind=characteristic, needs=["udp", "pmtu"], stands_on="keeps-to-the-path", violator=replies("get", every=True, value=1500))
def paths_that_are_remembered(lt):
    """Of how many of seventy paths that are narrower than the first link this is known in the end, and of which others it is not."""
    sock, hosts = bind(lt), [f"203.0.113.{number}" for number in range(1, 71)]
    for far in hosts:
        lt.tried("udp.send", sock=sock, dst=far, dport=OUR_PORT, data=bytes(100), df=1)
    lt.settle()
    lt.send(*(icmp(3, 4, rest=b"\0\0\0\x64", data=sent["packet"][:28]) for sent in lt.take("udp")))
    lt.settle()
    lt.forget()
    known = {far for far in hosts if lt.tried("get", name="pmtu", dst=far).get("value") == "100"}
    others = [far.rpartition(".")[2] for far in hosts if far not in known]
    return f"{len(known)} of {len(hosts)}{', not ' if others else ''}{', '.join(others)}" if known else "none"
