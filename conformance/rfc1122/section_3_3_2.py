# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.2: Reassembly."""

from postel.kit import *

LONGEST_DATA = 65507  # of an echo
NOT = "not reassembled"
UNSAID = drops("unreachable")
COPIED = ("rfc791", "rfc1122", "rfc1812")  # `modern` may refuse every overlap, as RFC 5722 has IPv6 do
FIXED = ("rfc1122", "rfc1812", "modern")  # where the timer is RFC 1122's and not RFC 791's


@case("RFC1122-3.3.2-a", ability="reassembles", violator=drops("echo-reply"))
def two_fragments_are_put_together(lt):
    """A datagram that comes in two fragments is reassembled."""
    lt.send(*fragments("HA@0+ B@2"))
    lt.expect(echo_reply(ident=7, seq=1, data=blocks("AB")))


@case("RFC1122-3.3.2-a", ability="reassembles-a-few", violator=changes("echo-reply", nth=1, data=lambda data: data[::-1]))
def fragments_are_put_together(lt):
    """Datagrams that come in a few fragments are reassembled: in small or large ones, in order or not."""
    expect_reassembly(lt, [8], [544], [280, 8], [8, 440, 16, 64])


MANY = [64] * 8, [8] * 60, list(range(8, 96, 8))


@case("RFC1122-3.3.2-a", ability="reassembles-many", violator=drops("echo-reply", nth=1))
def many_fragments_are_put_together(lt):
    """Datagrams that come in many fragments are reassembled."""
    for sizes in MANY:
        lt.send(*split(echo(data=counting(548)), *sizes))
        lt.expect(echo_reply(ident=7, seq=1, data=counting(548)))


@case("RFC1122-3.3.2-a", violator=drops("echo-reply", nth=3))
def many_fragments_are_put_together_in_other_orders(lt):
    """And so they are when they come last first, or every other before the rest."""
    expect_reassembly(lt, *MANY)


def expect_reassembly(lt, *splits):
    """An echo request of 576 octets, which every host has room for, is answered whatever the order of its fragments."""
    for sizes in splits:
        pieces = split(echo(data=counting(548)), *sizes)
        for order in pieces, pieces[::-1], pieces[1::2] + pieces[::2]:
            lt.send(*order)
            lt.expect(echo_reply(ident=7, seq=1, data=counting(548)))


@case("RFC1122-3.3.2-b", violator=changes("echo-reply", data=lambda data: data[:-1]))
def datagram_of_576_octets_in_the_smallest_fragments(lt):
    """The reassembly buffer holds at least 576 octets, also where they come eight by eight."""
    request = echo(data=counting(548))
    for pieces in split(request, *[8] * 69), split(request, *[8] * 69)[::-1]:
        lt.send(*pieces)
        lt.expect(echo_reply(ident=7, seq=1, data=counting(548)))


@case("RFC1122-3.3.2-c", kind=characteristic, ability="reassembles-large", lacking=NOT, violator=UNSAID)
def datagram_of_4000_octets(lt):
    """Whether more is reassembled than the link carries in one packet: a host may have a limit, if somebody can set it."""
    return came_through(lt, LARGE)


@case("RFC1122-3.3.2-c", kind=characteristic, ability="reassembles-the-longest", lacking=NOT, violator=UNSAID)
def longest_datagram_in_fragments(lt):
    """Whether the longest datagram there is, 65,535 octets, is reassembled."""
    return came_through(lt, LONGEST_DATA)


def came_through(lt, size):
    """The report of a closed port shows that a datagram was put together; the reply to an echo, where no port is reported."""
    reports = lt.has("reports-closed-ports")
    lt.send(*in_pieces(lt, (udp if reports else echo)(data=counting(size)), most=1400))
    if lt.answer("unreachable") if reports else gathered(lt):
        return "reassembled"
    lt.lacks(*lt.taken())
    return NOT


@case("RFC1122-3.3.2-c", kind=characteristic, needs={"udp"}, violator=alters("udp.recv", nth=1, data=counting(100)))
def sizes_up_to_the_longest(lt):
    """Up to which size datagrams reach the user through reassembly, in as few fragments as the link lets pass."""
    bind(lt)
    taken = 0
    for size in (2000, 9000, 20000, 32768, 50000, 65507):
        lt.send(*in_pieces(lt, udp(dport=USER_PORT, data=counting(size)), most=min(size // 2, lt.link_limit)))
        if (lt.delivered() or {}).get("data") != counting(size).hex():
            break
        taken = size
    return f"{taken} octets"


@case("RFC1122-3.3.2-d", violator=changes("echo-reply", data=lambda data: data[1:]))
def datagram_as_long_as_the_link_takes(lt):
    """What fits into one packet of the connected network, 1500 octets on most Ethernets, can be reassembled too."""
    for size in 8, lt.room // 2 // 8 * 8, lt.room // 8 * 8:
        lt.send(*split(echo(data=counting(lt.room)), size))
        lt.expect(echo_reply(ident=7, seq=1, data=counting(lt.room)))


@case("RFC1122-3.3.2-e", needs="udp", demands="mms-r", stands_on="reassembles", violator=replies("get", value=500))
def longest_message_that_a_user_receives(lt):
    """A user can learn how long a message may be that comes to it (MMS_R): 556 octets at least, and so much is put together."""
    told = int(lt.get("mms-r"))
    lt.check("MMS_R", told, at_least(556))
    lt.stands_on(*["reassembles-the-longest"] * (told >= LONGEST_DATA), "reassembles")
    bind(lt)
    lt.send(*in_pieces(lt, udp(dport=USER_PORT, data=counting(told - 8)), most=1400))
    lt.expect_event("udp.recv", data=counting(told - 8))


@case("RFC1122-3.3.2-f", ability="reports-reassembly-time-outs", violator=drops("time-exceeded", every=True))
def time_exceeded_after_the_first_fragment(lt):
    """A datagram that is not complete in time is reported to its source, if its first fragment was there: ICMP's, or UDP's at least."""
    for name, protocol in {"ICMP": 1, "UDP": 17}.items():
        lt.send(*fragments("HA@0+ B@2+", protocol=protocol))
        lt.advance(lt.timers.reassembly)
        if lt.heard("time-exceeded"):
            lt.expect(time_exceeded(code=1))
            return name
    lt.lacks(*lt.taken())
    lt.fail("a report of what was not complete in time, be it of ICMP or of UDP", "none")


@case("RFC1122-3.3.2-f", stands_on="reports-reassembly-time-outs", violator=drops("time-exceeded", nth=1))
def time_exceeded_about_every_protocol(lt):
    """So is one of any protocol: an echo request, which is no error, one of UDP, and one of a protocol that nobody knows."""
    for protocol in lt.each((1, 17, 253), "protocol"):
        lt.send(*fragments("HA@0+ B@2+", protocol=protocol))
        lt.advance(lt.timers.reassembly)
        lt.expect(time_exceeded(code=1))


@case("RFC1122-3.3.2-f", violator=answers("time-exceeded", code=1))
def no_time_exceeded_without_the_first_fragment(lt):
    """Without its first fragment nobody is told."""
    lt.send(*fragments("A@1+ B@2"))
    lt.advance(lt.timers.reassembly)
    lt.expect_silence(after="the time-out of a datagram without its first fragment")


@case("RFC1122-3.3.2-f", violator=answers("echo-reply", nth=1))
def late_fragment_completes_nothing(lt):
    """What had come is discarded when the time is over: the rest, coming late, does not make a datagram."""
    head, end = fragments("HA@0+ B@2", id=70)
    lt.send(head)
    lt.advance(lt.timers.reassembly)
    lt.answer("time-exceeded")
    lt.send(end)
    lt.expect_silence(after="a fragment that came too late")


@case("RFC1122-3.3.2-f", violator=drops("time-exceeded", nth=2))
def each_datagram_has_its_own_end(lt):
    """Each datagram that is not complete in time is reported once; one that was completed is not."""
    lt.send(IP(src=PEER) / echo())  # whose MAC the IUT knows from now on, or it would have to ask when nobody answers
    lt.expect(echo_reply())
    begun = []
    for ident, source in (80, lt.me), (81, PEER), (82, lt.me):
        lt.send(*unfinished(lt, "HA@0+ B@2+", id=ident, src=source))
        begun.append(lt.sent)
        lt.apart()
    lt.send(*fragments("HA@0+ B@2", seq=9))
    lt.expect(echo_reply(ident=7, seq=9, data=blocks("AB")))
    lt.advance(lt.timers.reassembly)
    for first in begun:
        lt.expect(time_exceeded(code=1), quotes=first)


@case("RFC1122-3.3.2-f", stands_on="reports-reassembly-time-outs", violator=drops("time-exceeded"))
def time_ends_whatever_was_begun_behind(lt):
    """The time of a datagram ends also where another has been begun since, whose time goes on."""
    lt.send(*unfinished(lt, "HA@0+ B@2+", id=84))
    first = lt.sent
    lt.advance(lt.timers.reassembly / 2)
    lt.send(*unfinished(lt, "HA@0+ B@2+", id=85))
    lt.advance(lt.timers.reassembly / 2 + 1)
    lt.expect(time_exceeded(code=1), quotes=first)
    lt.forget()  # where the timer is a short one the other's time is over too


@case("RFC1122-3.3.2-g", needs={"vtime"}, profiles=FIXED, violator=drops("time-exceeded", nth=1))
def timer_does_not_follow_the_time_to_live(lt):
    """The timer is fixed: the time to live of the fragments does not set it."""
    for ident, ttl in (90, 1), (91, 255):
        lt.send(*unfinished(lt, "HA@0+", id=ident, ttl=ttl))
        lt.advance(lt.timers.early)
        lt.expect_silence(after="all but a second of the time")
        lt.advance(lt.timers.reassembly - lt.timers.early + 4)
        lt.expect(time_exceeded(code=1, quoted=saying("the header of ICMP or UDP", lambda packet: packet[9:10] in (b"\1", b"\x11"))))


@case("RFC1122-3.3.2-h", needs={"vtime"}, profiles=FIXED, violator=drops("time-exceeded"))
def timer_between_60_and_120_seconds(lt):
    """Reassembly waits for 60 seconds at least, and 120 at most."""
    if lt.timers.shortened:
        lt.unsupported("the IUT's timer was made short for this run")
    began = lt.now()
    lt.send(*unfinished(lt, "HA@0+ B@2+"))
    lt.advance_to(60, since=began)
    lt.expect_silence(after="almost 60 seconds")
    for late in range(61, 122):  # second by second: whom it has to ask for by then is heard
        lt.advance_to(late, since=began)
    lt.expect(time_exceeded(code=1))


@case("RFC1122-3.3.2-i", kind=characteristic, violator=answers("echo-reply"))
def retransmission_that_is_cut_otherwise(lt):
    """Whether a retransmission under the same identification fits the pieces of the first that it is cut otherwise than."""
    made = 0
    first = split(echo(data=counting(548)), 200, 200, id=95)
    again = split(echo(data=counting(548)), 120, 120, 120, 120, id=95)
    for order in (first[:2] + again[-2:], [again[0], again[1], *first[1:]]):
        lt.send(*order)
        made += lt.answer("echo-reply") is not None
    return f"{made} of 2 are put together"


@case("RFC1122-3.3.2-i", kind=characteristic, violator=answers("echo-reply", data=blocks("ABD")))
def retransmission_behind_an_overlap(lt):
    """Whether a retransmission under the same identification comes through behind pieces that overlapped."""
    lt.send(*fragments("HAB@0+ CC@1+", id=97))
    lt.send(*fragments("HAB@0+ D@3", id=97))
    reply = lt.answer("echo-reply")
    return letters(reply["data"]) if reply else "nothing"


@case("RFC1122-3.3.2-g", kind=characteristic, needs={"vtime"}, violator=drops("time-exceeded"))
def which_fragment_starts_the_time(lt):
    """Whether a fragment that comes later starts the timer anew, which no rule says and which keeps datagrams for ever."""
    lt.send(*unfinished(lt, "HA@0+", id=98))
    lt.advance(5)
    lt.send(*unfinished(lt, "B@2+", id=98))
    seconds = seconds_until(lt, "time-exceeded", 300)
    return f"{seconds} after the last fragment, which came 5 s after the first"


@case("RFC1122-3.3.2-j", profiles=COPIED, violator=changes("time-exceeded", quoted=lambda q: q[:-1] + b"?"))
def time_exceeded_quotes_no_other_fragment(lt):
    """Where a later fragment has overwritten the first the quote stops short of that, or has the first one's octets."""
    lt.send(*unfinished(lt, "HA@0+ B@1+ C@3+"))
    lt.advance(lt.timers.reassembly)
    if report := lt.answer("time-exceeded"):  # the overlap may have ended the datagram
        holds(lt, report["quoted"], quoting(lt.sent))


@case("RFC1122-3.3.2-j", violator=changes("time-exceeded", nth=1, quoted=lambda packet: packet[:1] + b"\xff" + packet[2:]))
def time_exceeded_quotes_the_first_fragment(lt):
    """The header of the first fragment is kept for the quote, also when it came last and is not like the others'."""
    head, middle = unfinished(lt, "HA@0+ B@2+")
    head = probe(head, tos=0x28, ttl=9)
    for at, order in (0, (head, middle)), (1, (middle, head)):
        lt.send(*order)
        first = lt.sent_all[at]
        lt.advance(lt.timers.reassembly)
        lt.expect(time_exceeded(code=1, quoted=quoting(first)))


@case("RFC1122-3.3.2-j", violator=changes("time-exceeded", nth=1, quoted=lambda packet: packet[:20] + bytes(4) + packet[20:]))
def time_exceeded_quotes_the_first_fragments_options(lt):
    """Nor do the options of other fragments get into the quote, be they longer or shorter than the first one's."""
    for n, (first, later, at) in enumerate((*options, at) for options in ((b"", NOP * 4), (NOP * 4, NOP * 40), (NOP * 8, b"")) for at in (0, 1)):
        pieces = unfinished(lt, "HAB@0+ C@3+", id=100 + n)
        order = [probe(pieces[0], options=first), probe(pieces[1], options=later)]
        lt.send(*(order[::-1] if at else order))
        whole = lt.sent_all[at]
        lt.advance(lt.timers.reassembly)
        lt.expect(time_exceeded(code=1, quoted=quoting(whole)), quotes=whole)


@case("RFC1122-3.3.2-a", stands_on=["reassembles", "takes-options"], ability="reassembles-with-options", violator=drops("echo-reply"))
def fragments_that_all_have_options(lt):
    """Options keep no fragments from being put together that all have the same."""
    lt.send(*(probe(piece, options=NOP * 4) for piece in fragments("H@0+ A@1+ B@2")))
    lt.expect(echo_reply(ident=7, seq=1, data=blocks("AB")))


@case("RFC1122-3.3.2-a", stands_on=["reassembles", "takes-options"], violator=drops("echo-reply", nth=1))
def fragments_with_options_are_put_together(lt):
    """Nor do others, be they in the first fragment, as one that is not copied, or in all."""
    for seq, (first, later) in enumerate(((record_route(room=1), b""), (NOP * 4, NOP * 4), (STREAM_ID, STREAM_ID), (NOP * 40, b""))):
        head, *tail = fragments("H@0+ A@1+ B@2", seq=seq)
        lt.send(probe(head, options=first), *(probe(piece, options=later) for piece in tail))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("AB")))


@case("RFC1122-3.3.2-a", needs=["udp"], stands_on="reassembles", violator=loses("udp.recv"))
def fragments_for_a_user_are_put_together(lt):
    """So are those of a datagram for a user of UDP, which has a checksum."""
    bind(lt)
    message = bytes(IP(src=lt.me, dst=lt.iut) / udp(USER_PORT, data=counting(500)))[20:]
    for sizes in [8], [256], [64] * 7:
        for pieces in split(message, *sizes, protocol=17), split(message, *sizes, protocol=17)[::-1]:
            lt.send(*pieces)
            lt.expect_event("udp.recv", data=counting(500))


@case("RFC1122-3.3.2-a", stands_on="reassembles-the-longest", violator=drops("echo-reply"))
def fragments_behind_long_datagrams(lt):
    """So are those that come behind datagrams of the greatest length, in whose room they may lie."""
    lt.pace.errors_matter = False
    for ident in range(120, 140):  # more than a mebibyte in all
        lt.send(*in_pieces(lt, udp(data=counting(LONGEST_DATA)), most=1400, id=ident))
        lt.expect_life()
    lt.send(*fragments("HA@0+ B@2"))
    lt.expect(echo_reply(ident=7, seq=1, data=blocks("AB")))
