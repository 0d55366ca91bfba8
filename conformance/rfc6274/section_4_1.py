# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 4.1: fragments that mean harm."""

from postel.kit import *

SYN = TCP(sport=40000, dport=9, seq=1, flags="S", options=[("MSS", 1460)]) / bytes(8)  # to a port on which nobody listens


def begin(lt, ids):
    """As many datagrams are begun, by many hosts, and never ended."""
    for ident in ids:
        lt.send(cut(block("A") * 100, 0, True, src=f"192.0.2.{1 + ident % 200}", id=ident, protocol=17))


def end_behind(lt, later, ident):
    """A datagram whose end comes behind the beginnings of others."""
    head, end = fragments("HA@0+ B@2", id=ident)
    lt.send(head)
    begin(lt, later)
    lt.send(end)


@case("RFC6274-4.1-a", violator=drops("echo-reply"))
def flood_of_first_fragments(lt):
    """However many datagrams are begun, by however many hosts, one more is still put together."""
    begin(lt, range(1000))
    lt.advance(lt.timers.reassembly)
    lt.expect_life()
    lt.send(*fragments("HA@0+ B@2"))
    lt.expect(echo_reply(ident=7, seq=1, data=blocks("AB")))


@case("RFC6274-4.1-a", kind=characteristic, violator=drops("echo-reply", nth=1))
def datagram_in_a_flood(lt):
    """Whether in a flood a datagram is put together that is ended soon after it was begun, alone and behind some that were begun
    later, where the IUT holds so many at all: what is full may refuse what is new, or forget any."""
    end_behind(lt, range(5), ident=2000)
    some = 5 if lt.answer("echo-reply") else 0
    begin(lt, range(1000))
    made = 0
    for later in range(0), range(1000, 1000 + some):
        end_behind(lt, later, ident=2001 + len(later))
        made += lt.answer("echo-reply") is not None
    lt.expect_life()  # who makes room may say so
    return f"{made} of 2"


@case("RFC6274-4.1-a", kind=characteristic, ability="reassembles-several", lacking="no", violator=drops("echo-reply", nth=0))
def two_datagrams_at_a_time(lt):
    """Whether a datagram stays that is incomplete while another is put together: no rule says how many a host has room for."""
    (head, end), other = fragments("HA@0+ B@2", seq=1, id=90), fragments("HC@0+ D@2", seq=2, id=91)
    lt.send(head, *other, end)
    lt.expect(echo_reply(seq=2, data=blocks("CD")))
    return "yes" if lt.answer("echo-reply") else "no"


@case("RFC6274-4.1.2.1-a", violator=drops("echo-reply", every=True))
def whole_datagrams_in_a_flood(lt):
    """Fragments have memory of their own: however many are held, whole datagrams come through, also the longest that the link carries."""
    begin(lt, range(500))
    for size in 0, lt.room:
        lt.send(echo(seq=size, data=counting(size)))
        lt.expect(echo_reply(seq=size, data=counting(size)))
    lt.forget()  # who makes room for fragments may say so


@case("RFC6274-4.1.2.2-a", stands_on="reassembles", violator=answers("echo-reply", nth=1))
def nothing_is_left_of_what_was_given_up(lt):
    """Where one fragment is given up, for others that need its room, so are all of its datagram: none is there to meet a new one."""
    (head, middle, end), (again, *_) = (fragments("HA@0+ B@2+ C@3", seq=1, id=2500) for _ in range(2))
    lt.send(head, middle)
    for at in range(0, 500, 50):
        begin(lt, range(3000 + at, 3050 + at))
    lt.forget()
    lt.send(end)
    if lt.answer("echo-reply"):
        lt.not_applicable("500 datagrams that were begun since have not made it give up anything")
    lt.send(again)
    lt.expect_silence(after="the first fragment again, where the others were given up", of="echo-reply")


@case("RFC6274-4.1.2.2-b", needs={"vtime"}, stands_on=["reaches-far-hosts", "reassembles-several"], violator=drops("echo-reply", every=True))
def which_are_given_up_is_not_always_the_same(lt):
    """Where more are begun than there is room for it is not always the same of them that are given up: an attacker could choose his victims."""
    if lt.pace.limits_echoes:
        lt.not_applicable("echo replies are limited: which of many come says nothing of what was given up")
    made = []
    for ident in 4000, 4100, 4200:
        pieces = [fragments("HA@0+ B@2", seq=n, id=ident + n, src=f"192.0.2.{1 + n}") for n in range(90)]
        lt.send(*(head for head, _ in pieces))
        lt.send(*(end for _, end in reversed(pieces)))  # those of the lost come last, and begin anew
        made.append({int(reply["seq"]) for reply in iter(lambda: lt.answer("echo-reply"), None)})
        lt.advance(lt.timers.reassembly)
        lt.forget()
    if min(map(len, made)) == 90:
        lt.not_applicable("there is room for all of 90")
    lt.check("choices of those that were given up, in three rounds:", len(set(map(frozenset, made))), at_least(2))


@case("RFC6274-4.1-a", kind=characteristic, stands_on="reassembles", violator=drops("echo-reply", nth=0))
def one_sender_against_the_others(lt):
    """Whether one host that begins hundreds of datagrams makes those of others be given up: no rule says that each has a share."""
    kept = []
    for flood in (100, 500):
        head, end = fragments("HA@0+ B@2", id=2600 + flood)
        lt.send(head)
        for ident in range(flood):
            lt.send(cut(block("A") * 100, 0, True, src=PEER, id=ident, protocol=17))
        lt.send(end)
        kept.append("kept" if lt.answer("echo-reply") else "given up")
        lt.forget()
    return f"{kept[0]} behind 100 of another sender, {kept[1]} behind 500"


@case("RFC6274-4.1.2.6-a", stands_on="reassembles", violator=answers("unreachable", code=2))
def first_fragment_that_cuts_the_header_of_tcp(lt):
    """A datagram whose first fragment ends within the header of TCP is dropped; whoever has TCP refuses the connection else, whoever has
    none the protocol."""
    segment = bytes(IP(src=lt.me, dst=lt.iut) / SYN)[20:]
    for size in (24, 8, 16):
        lt.send(*split(segment, size, protocol=6)[::-1])
        if size < 20:
            lt.expect_silence(after=f"a first fragment of {size} octets")
        elif not lt.answer():
            lt.stands_on("reassembles-in-any-order", "reports-unknown-protocols")
            lt.not_applicable("the IUT answers no segment of TCP that comes in fragments")
        lt.forget()  # the answer may be in fragments itself


@case("RFC1122-3.3.2-a", profiles=("rfc791", "rfc1122", "rfc1812"), stands_on="reassembles", violator=drops("unreachable", nth=1))
def first_fragment_of_tcp_in_one_block(lt):
    """Before that advice was given a first fragment of one block was as good as any, also where it cuts the header of TCP."""
    segment = bytes(IP(src=lt.me, dst=lt.iut) / SYN)[20:]
    made = 0
    for size in (24, 8):
        lt.send(*split(segment, size, protocol=6)[::-1])
        made += lt.answer() is not None
        if not made:
            lt.stands_on("reassembles-in-any-order", "reports-unknown-protocols")
            lt.not_applicable("the IUT answers no segment of TCP that comes in fragments")
    lt.check("answers to first fragments of 24 and of 8 octets:", made, 2)


@case("RFC6274-4.1-b", violator=answers("echo-reply", nth=1, data=bytes(24)))
def tiny_and_overlapping_fragments(lt):
    """No octets but those that one of the fragments brought to their place are delivered."""
    reassembles(lt)
    specs = "H@0+ A@1+ B@1+ C@2+ D@3", "D@3 CC@2+ AB@1+ H@0+", "HAB@0+ CD@1+ EF@2+ K@3", "K@3 HA@0+ B@1+ CC@1+"
    for seq, spec in enumerate(specs):
        lt.send(*fragments(spec, seq=seq))
        if reply := lt.answer("echo-reply"):
            lt.check("blocks", len(letters(reply["data"])), 3)
            lt.check("blocks that nobody sent", letters(reply["data"]).count("?"), 0)


@case("RFC6274-4.1-c", violator=answers("echo-reply"))
def end_beyond_65535(lt):
    """A fragment that would end beyond 65,535 octets is discarded."""
    reassembles(lt)
    for offset, size in (65528, 8), (65528, 1480), (65520, 17), (64000, 1536):
        lt.send(*fragments("HA@0+"), cut(bytes(size), offset, False))
        lt.answer("parameter-problem")
        lt.expect_silence(after=f"{size} octets at {offset}")


@case("RFC6274-4.1-c", kind=characteristic, violator=drops("echo-reply"))
def end_beyond_65535_beside_good_fragments(lt):
    """What becomes of a datagram one of whose fragments, the last or not, would end beyond 65,535 octets."""
    made = []
    for more in (True, False):
        head, end = fragments("HA@0+ B@2", id=650 + more)
        lt.send(head, cut(block("C"), 65528, more, id=650 + more), end)
        lt.answer("parameter-problem")
        reply = lt.answer("echo-reply")
        made.append(letters(reply["data"]) if reply else "nothing")
    return f"{made[0]} where More Fragments was set, {made[1]} where not"


def made_of(lt, ident, *sources):
    """How many of twenty datagrams that are begun, by each of these in turn, are put together when their ends come."""
    pieces = [fragments("HA@0+ B@2", seq=n, id=ident + n, src=sources[n % len(sources)]) for n in range(20)]
    lt.send(*(head for head, _ in pieces))
    lt.send(*(end for _, end in reversed(pieces)))  # those of what was given up come last, and begin anew
    return len([*iter(lambda: lt.answer("echo-reply"), None)])


@case("RFC6274-4.1-a", kind=characteristic, stands_on="reassembles", violator=drops("echo-reply", nth=0))
def datagrams_of_one_sender(lt):
    """How many of twenty datagrams that have been begun are put together: of one sender, and of two of a network."""
    return f"{made_of(lt, 5000, '192.0.2.1')} of one, {made_of(lt, 5100, '192.0.2.2', '192.0.2.3')} of two"
