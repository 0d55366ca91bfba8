# SPDX-License-Identifier: BSD-2-Clause
"""Steps that many sections share, made of the lower tester's own."""

from collections.abc import Callable, Iterable
from typing import Any

from scapy.packet import Packet

from postel.kit import needs, wire
from postel.kit.expect import (
    Expectation, anything, at_most_one_of, completed, echo_reply, one_of, parameter_problem, unreachable,
)  # fmt: skip
from postel.iut.upper import UpperError
from postel.kit.lower import LowerTester
from postel.kit.packets import BAD_OPTIONS, IP, Stimulus, blocks, counting, cut, echo, fragments, one_fault, probe, split, udp
from postel.kit.wire import Fields

LONGEST_HEADER, LAST_PLACE = 60, 65528  # where the last fragment that there can be begins
LARGE = 4000  # octets of data that no Ethernet carries in one packet


def expect_discard(lt: LowerTester, fault_at: Iterable[int], or_unreachable: int | None = None, **fields: Any) -> None:
    """A datagram in error went no further: silence, or a Parameter Problem that points at the fault, which RFC 792 and
    RFC 791 3.1 allow. `fault_at`: the octets of the header that may be called wrong; `or_unreachable`: a code that would do."""
    wanted = [parameter_problem(one_of(*fault_at), **fields)]
    if or_unreachable is not None:
        wanted.append(unreachable(or_unreachable))
    for want in (completed(each, lt.sent) for each in wanted):
        error = lt.answer(want.kind)
        difference = lt.differs(want, error) if error else None
        if error and difference:
            lt.lacks(*needs.of_difference(lt.sent_all, want, difference))
            lt.fail(f"silence or a {want.words()}", f"{wire.summary(error)}: {difference}")
    lt.expect_silence(after="a datagram in error")


def expect_if_reported(lt: LowerTester, want: Expectation) -> Fields:
    """The ICMP error about the last stimulus is as it must be. An IUT that sends none is not this case's matter: whether it
    should is RFC1122-3.2.2.1-a, RFC1122-3.2.2.5-a and RFC1122-3.3.8-a."""
    error = lt.answer(want.kind)
    if error is None:
        lt.lacks(*needs.of_answer(want.kind, want.fields), *lt.taken())
        lt.not_applicable(f"the IUT sends no {want.kind.replace('-', ' ')} here")
    want = completed(want, lt.sent)
    difference = lt.differs(want, error)
    if difference:
        lt.lacks(*needs.of_difference(lt.sent_all, want, difference))
        lt.fail(want.words(), f"{wire.summary(error)}: {difference}", error["frame_number"])
    return error


def returned(lt: LowerTester, reply: Fields, kind: int) -> bytes:
    """The option of this kind in an echo reply. Without one the case does not apply: RFC 1122 3.2.1.8d and e leave a host the
    choice (what it should do is RFC1122-3.2.2.6-i)."""
    found = [option for option in wire.split_options(reply["options"])[0] if option[0] == kind]
    if not found:
        lt.lacks(needs.RETURNS[kind])
        lt.not_applicable(f"the IUT returns no option {kind} here")
    return found[0]


def echoed(lt: LowerTester, options: bytes, kind: int) -> bytes:
    """The option of this kind in the reply to an echo request that has these options, after the IUT has acted on it. Where it
    comes back as it went the case does not apply either: ask so once, for an option that no IUT can misread."""
    lt.send(probe(echo(), options=options))
    option = returned(lt, lt.expect(echo_reply()), kind)
    if option in wire.split_options(options)[0]:
        lt.lacks(needs.RETURNS[kind])
        lt.not_applicable(f"the IUT returns option {kind} as it came")
    return option


def holds(lt: LowerTester, value: bytes, predicate: Callable[[Any], bool]) -> None:
    """Octets that must be as a predicate of postel.kit.expect says."""
    if not predicate(value):
        lt.fail(predicate.__doc__ or "", value.hex())


def expect_once(lt: LowerTester, option: bytes, **fields: Any) -> None:
    """Of an option that comes twice the IUT returns one at most, or an error that names them. Once is its twin."""
    lt.send(one_fault(probe(echo(), options=option), options=option + option))
    if reply := lt.answer("echo-reply"):
        holds(lt, reply["options"], at_most_one_of(option[0]))
    # the first may have been acted on before the second was seen: that is RFC1122-3.2.2-c, and another case's
    expect_discard(lt, range(20, 20 + 2 * len(option)), quoted=anything, **fields)


def bad_option(lt: LowerTester) -> tuple[bytes, tuple[int, ...]]:
    """An option that this IUT reports, and which of its octets are at fault; the case stands on that there is one."""
    return BAD_OPTIONS.get(lt.stands_on("reports-bad-options")) or next(iter(BAD_OPTIONS.values()))


def bad_options_are_reported(lt: LowerTester, bad: Stimulus) -> None:
    """The case stands on it, and on that this one is reported: else no silence proves anything."""
    lt.stands_on("reports-bad-options")
    lt.send(bad)
    if not lt.answer("parameter-problem"):
        lt.lacks(*lt.taken())
        lt.not_applicable("the IUT does not report a bad option, so there is nothing to see")


def a_bad_option(lt: LowerTester) -> Stimulus:
    """A datagram that this IUT reports, for its option; the stimulus stands on that it does."""
    return probe(echo(data=counting(24)), options=bad_option(lt)[0])


def expect_refusal(lt: LowerTester, op: str, **keys: object) -> None:
    """The upper interface refuses the operation, and nothing is sent."""
    try:
        lt.call(op, **keys)
    except UpperError:
        lt.expect_silence(after=f"a refused {op}")
        return
    lt.lacks(*(needs.MEANS[name] for name in keys if name in needs.MEANS))  # or it was never asked
    sent = lt.answer()
    lt.fail(f"an error of {op}", "ok" + (f", and {wire.summary(sent)}" if sent else ""), sent["frame_number"] if sent else None)


def seconds_until(lt: LowerTester, kind: str, limit: int) -> str:
    """After how many seconds of the IUT's clock it sends a frame of this kind, in words for a label."""
    for second in range(1, limit + 1):
        lt.advance(1)
        if lt.answer(kind):
            return f"{second} s"
    return f"more than {limit} s"


def unfinished(lt: LowerTester, spec: str, **changes: Any) -> list[Stimulus]:
    """fragments() of a datagram that will never be whole, of a kind whose end the IUT reports. Its data is an echo request's header, also
    as that of UDP."""
    return fragments(spec, protocol=wire.UDP if lt.stands_on("reports-reassembly-time-outs") == "UDP" else wire.ICMP, **changes)


def reassembles(lt: LowerTester) -> None:
    """Good fragments are put together: if bad ones meet silence afterwards, it is for a reason."""
    lt.send(*fragments("H@0+ A@1+ B@2"))
    lt.expect(echo_reply(data=blocks("AB")))


def in_pieces(lt: LowerTester, message: Packet | bytes, most: int = 1200, **changes: Any) -> list[Stimulus]:
    """`message` in fragments of at most so many octets of data, and of no more than the link carries behind any header."""
    size = min(most, lt.mtu - LONGEST_HEADER) // 8 * 8
    ends = [*range(size, min(len(message), LAST_PLACE), size)]
    ends += [LAST_PLACE] * bool(ends and len(message) - ends[-1] > size)  # of more than a datagram holds
    return split(message, *(end - begin for begin, end in zip([0, *ends], ends, strict=False)), **changes)


def large_echo(lt: LowerTester, seq: int = 1, **how: Any) -> list[Stimulus]:
    """An echo request that no packet carries, in fragments."""
    return in_pieces(lt, echo(seq=seq, data=counting(LARGE)), **how)


def gathered(lt: LowerTester, *stimuli: Stimulus) -> list[Fields]:
    """All the pieces of one large answer (to these), in the order sent. An IUT that does not fragment sends one (RFC 1122 3.3.3)."""
    if stimuli:
        lt.send(*stimuli)
    pieces = []
    while piece := lt.answer("fragment"):
        pieces.append(piece)
    whole = lt.answer("echo-reply")
    return [whole] if whole and not pieces else pieces


def large_reply(lt: LowerTester, stimuli: Iterable[Stimulus]) -> list[Fields]:
    """The fragments of the reply to these fragments of a large echo request."""
    pieces = gathered(lt, *stimuli)
    if not pieces:
        lt.lacks(*lt.taken(), "fragments")
        lt.fail("an echo reply in fragments", "silence")
    if pieces[0]["kind"] != "fragment":
        lt.lacks("fragments")
        lt.not_applicable("the IUT's answer came in one piece: it does not fragment here")
    return pieces


def joined(lt: LowerTester, pieces: list[Fields]) -> bytes:
    """The message that these fragments carry, which must fit together without a hole."""
    message = b""
    in_order = sorted(pieces, key=lambda f: int(f["offset"]))
    for piece in in_order:
        lt.check("fragment offset", piece["offset"], len(message))
        message += piece["payload"]
    lt.check("More Fragments:", [piece["mf"] for piece in in_order], [1] * (len(pieces) - 1) + [0])
    return message
