# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.2: reassembly. Its example procedure binds nobody; what any procedure must come to does."""

from postel.kit import *

LONGEST_DATA = 65507  # of an echo
TOO_LONG = ["reassembles-the-longest", "refuses-what-is-too-long"]
TWO_ENDS = {  # what may be made of these fragments: either end, or nothing
    "HA@0+ C@3 B@2": ("AB", "ABC"), "HA@0+ B@3 C@2": ("AC", "ACB"), "B@2 D@4+ HA@0+": ("AB",),
    "B@2 D@3 HA@0+": ("AB", "ABD"), "D@4+ B@2 HA@0+ C@3+": ("AB",),
}  # fmt: skip


@case("RFC791-3.2_Reassembly-a", kind=characteristic, violator=drops("echo-reply"))
def whole_datagram_of_the_same_identification(lt):
    """A whole datagram is delivered; whether it releases fragments of the same identification is open."""
    head, end = fragments("HA@0+ B@2", id=300)
    lt.send(head)
    lt.send(probe(echo(seq=9), id=300))
    whole = "delivered" if lt.answer("echo-reply") else "lost"
    lt.send(end)
    return f"whole datagram {whole}, fragments {'kept' if lt.answer('echo-reply') else 'released'}"


@case(
    "RFC791-3.2_Reassembly-b", "RFC1122-3.3.2-i", kind=characteristic,
    violator=changes("echo-reply", data=lambda data: bytes(len(data))),
)  # fmt: skip
def overlap_is_resolved(lt):
    """Which octets win where fragments overlap."""
    return overlap_policy(lt)


@case("RFC791-3.2_Reassembly-c", violator=changes("echo-reply", nth=1, data=lambda data: data[:-8]))
def last_fragment_sets_the_length(lt):
    """The fragment without More Fragments says where the datagram ends, whenever it comes and whatever its size."""
    for seq, spec in enumerate(("C@3 HA@0+ B@2+", "HA@0+ B@2+ C@3", "HA@0+ C@3 B@2+")):
        lt.send(*fragments(spec, seq=seq))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks("ABC")))
    for size in (1, 7, 9):
        lt.send(*split(echo(seq=size, data=counting(16 + size)), 8, 16))
        lt.expect(echo_reply(ident=7, seq=size, data=counting(16 + size)))


@case("RFC791-3.2_Reassembly-d", needs={"udp", "udp-options"}, stands_on="passes-options-up", violator=alters("udp.recv", nth=1, options=b""))
def header_of_the_first_fragment(lt):
    """The datagram has the options of the fragment at offset zero, in whatever order they come and whatever those of the others say."""
    bind(lt)
    head, *bare = split(udp(dport=USER_PORT, data=counting(40)), 16, 16)
    marked = [probe(each, options=bytes([136, 4, 0, 99])) for each in bare]
    for options, others in (UNKNOWN, bare), (STREAM_ID + UNKNOWN, marked):
        first = probe(head, options=options)
        for stimuli in [first, *others], [*others, first], [others[0], first, others[1]]:
            lt.send(*stimuli)
            lt.expect_event("udp.recv", data=counting(40), options=options)


@case("RFC791-3.2_Reassembly-l", kind=characteristic, needs={"udp", "udp-ttl"}, violator=alters("udp.recv", ttl=200, tos=0x48))
def fields_of_the_first_fragment(lt):
    """Whose time to live and type of service a datagram has: the example takes those of the fragment at offset zero."""
    bind(lt)
    head, middle, last = split(udp(dport=USER_PORT, data=counting(40)), 16, 16)
    lt.send(probe(middle, ttl=99, tos=0x68), probe(head, ttl=9, tos=0x28), probe(last, ttl=200, tos=0x48))
    event = lt.delivered()
    return f"time to live {event['ttl']} and type of service {event['tos']}, of the first 9 and 40" if event else "not delivered"


@case("RFC791-3.2_Reassembly-e", violator=answers("echo-reply", nth=3))
def every_octet_must_be_there(lt):
    """A datagram is complete when all its octets have come, and not while one fragment is missing."""
    for missing in range(5):
        pieces = fragments("H@0+ A@1+ B@2+ C@3+ D@4", seq=missing, id=400 + missing)
        late = pieces.pop(missing)
        lt.send(*pieces)
        lt.expect_silence(after="a datagram with a hole")
        lt.send(late)
        lt.expect(echo_reply(ident=7, seq=missing, data=blocks("ABCD")))


@case("RFC791-3.2_Reassembly-f", kind=characteristic, needs={"vtime"}, violator=drops("time-exceeded"))
def how_long_reassembly_waits(lt):
    """RFC 791 raised a timer of 15 s to the time to live; RFC 1122 3.3.2 fixes it at 60 to 120 s."""
    seconds = []
    for ttl in (1, 255):
        lt.send(*unfinished(lt, "HA@0+", ttl=ttl))
        seconds.append(seconds_until(lt, "time-exceeded", 300))
    return f"{seconds[0]} with a time to live of 1, {seconds[1]} with 255"


@case("RFC791-3.2_Reassembly-f", kind=characteristic, needs={"vtime", "reassembly-by-ttl"}, violator=drops("time-exceeded"))
def time_to_live_raises_the_time(lt):
    """Where the user may have it so, each fragment raises the time that is left to its time to live, and none shortens it."""
    lt.set("reassembly-by-ttl", 1)
    seconds = []
    for first, second in ((1, 1), (80, 1), (1, 90)):
        lt.send(*unfinished(lt, "HA@0+", id=510 + first + second, ttl=first))
        lt.advance(10)
        lt.send(*unfinished(lt, "B@2+", id=510 + first + second, ttl=second))
        lt.advance(45)
        seconds.append(f"{seconds_until(lt, 'time-exceeded', 90)} with {first} and {second}")
    return f"beyond 55 s {', '.join(seconds)}, which comes 10 s later"


@case("RFC791-3.2_Reassembly-g", violator=answers("echo-reply", nth=1))
def nothing_is_left_after_the_timer(lt):
    """When the timer has run out nothing is kept: a late fragment completes nothing, and begins a datagram of its own."""
    head, end = fragments("HA@0+ B@2", id=500)
    lt.send(head)
    lt.advance(lt.timers.reassembly)
    lt.answer("time-exceeded")
    lt.send(end)
    lt.expect_silence(after="a fragment that came too late")
    lt.send(*fragments("HC@0+", seq=2, id=500))
    lt.expect(echo_reply(ident=7, seq=2, data=blocks("CB")))


@case("RFC791-3.2_Reassembly-h", ability="refuses-what-is-too-long", stands_on="reassembles-the-longest", violator=answers("echo-reply"))
def datagram_of_more_than_65535_octets(lt):
    """Fragments that end where no datagram can are refused: by an octet, by a block, and by as many as an offset reaches."""
    for over in (1, 8, 280):
        lt.send(*in_fragments(lt, LONGEST_DATA + over))
        lt.answer("parameter-problem")
        lt.expect_silence(after=f"{over} octets too many")


def in_fragments(lt, size):
    """An echo request with so many octets of data, which may be more than a datagram holds."""
    return in_pieces(lt, icmp(8, rest=bytes([0, 7, 0, 1]), data=counting(size)), most=1400)


@case("RFC791-3.2_Reassembly-h", kind=characteristic, stands_on=TOO_LONG, violator=answers("echo-reply"))
def options_that_make_it_more_than_65535_octets(lt):
    """Whether No Operations in one fragment's header, which anybody on the way may have put there, end a datagram that fits without them."""
    made = 0
    for words in (1, 10):
        head, *tail = in_fragments(lt, LONGEST_DATA)
        lt.send(*tail, probe(head, options=NOP * 4 * words))
        lt.answer("parameter-problem")
        made += bool(gathered(lt))
    return f"{made} of 2 are put together"


@case("RFC791-3.2_Reassembly-h", violator=answers("echo-reply", nth=1))
def offset_that_wraps(lt):
    """A fragment at the far end does not come round to the beginning."""
    reassembles(lt)
    for seq, spec in enumerate(("HA@0+ BB@8191", "HA@0+ B@2+ C@8191", "HA@0+ BBBB@8190")):
        lt.send(*fragments(spec, seq=seq))
        lt.answer("parameter-problem")
        lt.expect_silence(after="a fragment at the far end")


@case("RFC791-3.2_Reassembly-i", violator=answers("echo-reply"))
def odd_fragment_leaves_a_hole(lt):
    """A fragment with More Fragments and no multiple of 8 octets is malformed: what it lacks is not made up."""
    reassembles(lt)
    for size in (1, 9, 12, 15):
        head, end = fragments("H@0+ A@3", id=600 + size)
        lt.send(head, cut(bytes(size), 8, True, id=600 + size), end)
        lt.expect_silence(after=f"a middle fragment of {size} octets", of="echo-reply")
        lt.forget()  # the fault may be reported, and so may a datagram that makes room for the next


@case("RFC791-3.2_Reassembly-i", kind=characteristic, violator=answers("echo-reply"))
def odd_fragment_that_is_filled_up(lt):
    """What becomes of a malformed fragment whose octets all come, some of them twice."""
    head, end = fragments("H@0+ A@2")
    lt.send(head, cut(block("B") + b"\xff\xff\xff\xff", 8, True), end)
    reply = lt.answer("echo-reply")
    return f"reassembled as {letters(reply['data'])}" if reply else "discarded"


@case("RFC791-3.2_Reassembly-j", violator=answers("echo-reply", nth=1, data=bytes(16)))
def two_ends(lt):
    """Last fragments that contradict each other do not make a datagram of octets that nobody sent."""
    reassembles(lt)
    for seq, (spec, right) in enumerate(TWO_ENDS.items()):
        lt.send(*fragments(spec, seq=seq))
        if reply := lt.answer("echo-reply"):
            holds(lt, reply["data"], saying(" or ".join(right), lambda data, right=right: letters(data) in right))


@case("RFC791-3.2_Reassembly-k", violator=answers("echo-reply", nth=1))
def empty_fragments_fill_nothing(lt):
    """A fragment without data completes nothing, and does no harm to what is right."""
    reassembles(lt)
    specs = ("H@0+ -@1+ B@2", "A@1+"), ("-@0+ A@1+ B@2", "H@0+"), ("HA@0+ -@3", "B@2+"), ("H@0+ B@2+ -@5", "A@1+")
    for seq, (first, then) in enumerate(specs):
        lt.send(*fragments(first, seq=seq, id=700 + seq))
        lt.expect_silence(after="an empty fragment where data is missing")
        lt.send(*fragments(then, seq=seq, id=700 + seq))
        if "-@5" in first:  # where two blocks are missing still
            lt.expect_silence(after="an empty fragment at an end that nothing reaches")
        if reply := lt.answer("echo-reply"):  # the datagram may have been given up
            lt.check("data", letters(reply["data"]), "AB")


@case("RFC791-3.2_Reassembly-k", kind=characteristic, violator=answers("echo-reply"))
def empty_last_fragment(lt):
    """Whether an empty last fragment, right behind the data, ends a datagram: RFC 791's example says yes."""
    lt.send(*fragments("HA@0+ -@2"))
    return "ends it" if lt.answer("echo-reply") else "does not end it"


@case("RFC791-3.2_Reassembly-h", needs=["udp"], stands_on=TOO_LONG, violator=delivers("udp.recv", sock=1, src=LEFT.lt, data=b"postel"))
def end_beyond_65535_octets_of_a_short_message(lt):
    """So are they where the message in them ends before: what it says of its length makes no fragment shorter."""
    bind(lt)
    message = bytes(UDP(sport=OUR_PORT, dport=USER_PORT, len=14, chksum=0)) + b"postel"
    for over in (1, 8):
        lt.send(*in_pieces(lt, message + counting(LONGEST_DATA - 6 + over), most=1400, protocol=17))
        lt.answer("parameter-problem")
        lt.expect_no_event("udp.recv", after=f"{over} octets too many")


@case("RFC791-3.2_Reassembly-e", violator=answers("echo-reply", nth=5))
def every_octet_of_many_must_be_there(lt):
    """Nor is a datagram that fills a packet complete while any of its fragments is missing."""
    data, most = counting(lt.room), max(8, lt.room // 6)
    for missing in range(len(in_pieces(lt, echo(data=data), most=most))):
        pieces = in_pieces(lt, echo(seq=missing, data=data), most=most, id=600 + missing)
        late = pieces.pop(missing)
        lt.send(*pieces)
        lt.expect_silence(after=f"all fragments but number {missing}")
        lt.send(late)
        lt.expect(echo_reply(ident=7, seq=missing, data=data))
