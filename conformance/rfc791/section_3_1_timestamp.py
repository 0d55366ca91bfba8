# SPDX-License-Identifier: BSD-2-Clause
"""RFC 791 section 3.1: the option Internet Timestamp, as a host meets it. Returning it at all is left to the host: where it
does not, most of these cases do not apply."""

from postel.kit import *

TIMESTAMP = 68
GATEWAY = address_octets(LEFT.host(9))
ANSWERED = {"type": 0}  # for violators: what makes a reply of an error


@case("RFC791-3.1_TS-a", violator=changes("parameter-problem", nth=3, **ANSWERED))
def faults_of_a_timestamp(lt):
    """Type 68; a length of 4 to the header's end, a pointer of at least 5: anything else is an error."""
    good = timestamp(bytes(12))
    echoed(lt, good, TIMESTAMP)
    for change in {"length": 0}, {"length": 3}, {"length": 40}, {"pointer": 0}, {"pointer": 1}, {"pointer": 4}:
        lt.send(one_fault(probe(echo(), options=good), options=timestamp(bytes(12), **change)))
        expect_discard(lt, [22] if "pointer" in change else [20, 21])


@case("RFC1122-3.2.2.6-i", ability="stamps", violator=changes("echo-reply", options=b""))
def timestamp_comes_back(lt):
    """A timestamp option in an echo request is in its reply, with the host's own time added."""
    lt.send(probe(echo(), options=timestamp(bytes(12))))
    lt.expect(echo_reply(options=having(TIMESTAMP, stamped(timestamp(bytes(12)), lt.iut))))


@case("RFC791-3.1_TS-a", violator=drops("echo-reply", nth=2))
def lengths_of_a_timestamp(lt):
    """A timestamp option has 4 to 40 octets."""
    for words in (0, 1, 9):
        lt.send(probe(echo(seq=words), options=timestamp(bytes(4 * words))))
        lt.expect(echo_reply())


@case("RFC791-3.1_TS-b", violator=changes("echo-reply", nth=2, options=patched(2, 9)))
def timestamps_only(lt):
    """Flag 0: times in successive words, from the pointer on."""
    expect_stamps(lt, timestamp(bytes(16)), timestamp(b"\0\0\0\x2a" + bytes(16), pointer=9))


@case("RFC791-3.1_TS-c", violator=changes("echo-reply", nth=2, options=patched(15, 0)))
def timestamps_with_addresses(lt):
    """Flag 1: pairs of the address of who stamped and its time."""
    expect_stamps(lt, timestamp(bytes(24), flag=1), timestamp(GATEWAY + b"\0\0\0\x2a" + bytes(16), flag=1, pointer=13))


@case("RFC791-3.1_TS-d", violator=changes("echo-reply", nth=2, options=patched(2, 13)))
def timestamps_for_given_addresses(lt):
    """Flag 3: a host stamps when the next address is its own, and leaves the option alone when it is another's."""
    own = address_octets(LEFT.iut)
    expect_stamps(lt, timestamp(own + bytes(4) + GATEWAY + bytes(4), flag=3), entries=1)
    others = timestamp(GATEWAY + bytes(4) + own + bytes(4), flag=3)
    lt.send(probe(echo(), options=others))
    lt.expect(echo_reply(options=with_option(others)))


@case("RFC791-3.1_TS-d", kind=characteristic, needs="two-interfaces", violator=changes("echo-reply", options=patched(2, 5)))
def timestamp_for_the_address_of_another_interface(lt):
    """Whether a host stamps where the next address is that of another of its interfaces than it was asked at."""
    option = timestamp(address_octets(RIGHT.iut) + bytes(4) + GATEWAY + bytes(4), flag=3)
    lt.send(probe(echo(), options=option))
    options = lt.expect(echo_reply())["options"]
    return "stamped" if having(TIMESTAMP, stamped(option, RIGHT.iut, 1))(options) else "left alone" if with_option(option)(options) else "neither"


def expect_stamps(lt, *options, entries=None):
    """An IUT that stamps at all stamps these options."""
    echoed(lt, timestamp(bytes(12)), TIMESTAMP)
    for option in options:
        lt.send(probe(echo(), options=option))
        lt.expect(echo_reply(options=having(TIMESTAMP, stamped(option, lt.iut, entries))))


@case("RFC791-3.1_TS-e", kind=characteristic, violator=drops("parameter-problem"))
def undefined_flags(lt):
    """What is done with a flag that has no meaning: RFC 791 does not say."""
    done = {}
    for flag in (2, 4, 15):
        lt.send(probe(echo(), options=timestamp(bytes(16), flag=flag)))
        done[flag] = answer.replace("-", " ") if (answer := (lt.answer() or {}).get("kind")) else "silence"
    return ", ".join(f"{flag}: {what}" for flag, what in done.items())


@case("RFC791-3.1_TS-f", violator=changes("echo-reply", options=patched(4, 0x7F)))
def value_of_a_timestamp(lt):
    """A timestamp is in milliseconds since midnight UT, or its high bit says that it is something else."""
    option = timestamp(bytes(16))
    holds(lt, echoed(lt, option, TIMESTAMP), stamped(option, lt.iut))


@case("RFC791-3.1_TS-h", violator=changes("echo-reply", nth=1, options=patched(3, 0x30)))
def full_timestamp_counts_overflow(lt):
    """A timestamp option without room is no error: who cannot stamp counts itself, coming and going."""
    echoed(lt, timestamp(bytes(12)), TIMESTAMP)
    full = timestamp(b"\0\0\0\x2a", pointer=9, overflow=3)
    lt.send(probe(echo(), options=full))
    option = returned(lt, lt.expect(echo_reply()), TIMESTAMP)
    lt.check("octets of the option", len(option), len(full))
    lt.check("overflow", option[3] >> 4, one_of(4, 5))  # counted once or twice
    lt.check("the rest", option[:3] + bytes([option[3] & 15]) + option[4:], full[:3] + b"\0" + full[4:])


@case("RFC791-3.1_TS-i", violator=changes("parameter-problem", nth=2, **ANSWERED))
def room_for_part_of_an_entry(lt):
    """Some room, but less than an entry needs, is an error of the datagram."""
    echoed(lt, timestamp(bytes(12)), TIMESTAMP)
    for size, flag, pointer in (1, 0, 5), (7, 0, 9), (4, 1, 5), (12, 1, 13), (4, 3, 5):
        good = probe(echo(), options=timestamp(bytes(16), flag=flag % 3))
        lt.send(one_fault(good, options=timestamp(bytes(size), flag=flag, pointer=pointer)))
        expect_discard(lt, range(20, 24))


@case("RFC791-3.1_TS-i", violator=changes("parameter-problem", **ANSWERED))
def overflow_that_overflows(lt):
    """An overflow count that would pass 15 is an error of the datagram."""
    echoed(lt, timestamp(bytes(12)), TIMESTAMP)
    full = {"body": b"\0\0\0\x2a", "pointer": 9}
    lt.send(one_fault(probe(echo(), options=timestamp(**full, overflow=13)), options=timestamp(**full, overflow=15)))
    expect_discard(lt, [22, 23])


@case("RFC791-3.1_TS-j", kind=characteristic, violator=drops("parameter-problem"))
def what_is_said_of_a_faulty_timestamp(lt):
    """A Parameter Problem may be sent."""
    echoed(lt, timestamp(bytes(12)), TIMESTAMP)
    lt.send(probe(echo(), options=timestamp(bytes(7), pointer=9)))
    return "Parameter Problem" if lt.answer("parameter-problem") else "silence"


@case("RFC791-3.1_TS-k", violator=changes("fragment", nth=1, options=timestamp(bytes(4))))
def timestamp_in_the_first_fragment_only(lt):
    """A timestamp option is not copied: only the first fragment has it."""
    echoed(lt, timestamp(bytes(16)), TIMESTAMP)
    head, *tail = large_echo(lt)
    first, *others = large_reply(lt, [probe(head, options=timestamp(bytes(16))), *tail])
    returned(lt, first, TIMESTAMP)
    for piece in others:
        holds(lt, piece["options"], without_option(TIMESTAMP))


@case("RFC791-3.1_TS-k", violator=changes("parameter-problem", pointer=1))
def timestamp_twice(lt):
    """A datagram has one timestamp option at most: what comes back of two is one, or an error that names them."""
    echoed(lt, timestamp(bytes(12)), TIMESTAMP)
    expect_once(lt, timestamp(bytes(12)))


@case("RFC791-3.1_Options-c", needs=["udp"], stands_on=["sets-options", "fragments"], violator=changes("fragment", nth=1, options=UNKNOWN + NOP * 3))
def copied_flag(lt):
    """An option whose type has the copied flag is in every fragment, another one in the first only."""
    copied = bytes([0xDE, 5, 1, 2, 3])
    lt.call("udp.send", sock=bind(lt), dst=lt.me, dport=OUR_PORT, data=counting(LARGE), options=UNKNOWN + copied + NOP * (-len(UNKNOWN + copied) % 4))
    pieces = sorted(gathered(lt), key=lambda piece: piece["offset"])
    lt.check("fragments", len(pieces), at_least(2))
    lt.check("octets of data", len(joined(lt, pieces)), LARGE + 8)
    holds(lt, pieces[0]["options"], with_option(UNKNOWN))
    for piece in pieces[1:]:
        holds(lt, piece["options"], with_option(copied))
        holds(lt, piece["options"], only_copied)
