# SPDX-License-Identifier: BSD-2-Clause
"""Steps that many sections share, made of the lower tester's own."""

from collections.abc import Callable, Iterable
from typing import Any

from postel.kit import wire
from postel.kit.expect import (
    Expectation, anything, at_most_one_of, completed, echo_reply, one_of, parameter_problem, unreachable,
)  # fmt: skip
from postel.iut.upper import UpperError
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus, blocks, counting, cut, echo, fragments, one_fault, probe, split, udp
from postel.kit.wire import Fields

LARGE = 4000  # octets of data that no Ethernet carries in one packet


def expect_discard(lt: LowerTester, fault_at: Iterable[int], or_unreachable: int | None = None, **fields: Any) -> None:
    """A datagram in error went no further: silence, or a Parameter Problem that points at the fault, which RFC 792 and
    RFC 791 3.1 allow. `fault_at`: the octets of the header that may be called wrong; `or_unreachable`: a code that would do."""
    wanted = [parameter_problem(one_of(*fault_at), **fields)]
    if or_unreachable is not None:
        wanted.append(unreachable(or_unreachable))
    for want in (completed(each, lt.sent) for each in wanted):
        error = lt.answer(want.kind)
        difference = want.difference(error) if error else None
        if error and difference:
            lt.fail(f"silence or a {want.words()}", f"{wire.summary(error)}: {difference}")
    lt.expect_silence(after="a datagram in error")


def expect_if_reported(lt: LowerTester, want: Expectation) -> Fields:
    """The ICMP error about the last stimulus is as it must be. An IUT that sends none is not this case's matter: whether it
    should is RFC1122-3.2.2.1-a, RFC1122-3.2.2.5-a and RFC1122-3.3.8-a."""
    error = lt.answer(want.kind)
    if error is None:
        lt.not_applicable(f"the IUT sends no {want.kind.replace('-', ' ')} here")
    want = completed(want, lt.sent)
    difference = want.difference(error)
    if difference:
        lt.fail(want.words(), f"{wire.summary(error)}: {difference}")
    return error


def returned(lt: LowerTester, reply: Fields, kind: int) -> bytes:
    """The option of this kind in an echo reply. Without one the case does not apply: RFC 1122 3.2.1.8d and e leave a host the
    choice (what it should do is RFC1122-3.2.2.6-i)."""
    found = [option for option in wire.split_options(reply["options"])[0] if option[0] == kind]
    if not found:
        lt.not_applicable(f"the IUT returns no option {kind}: recording is optional (RFC 1122 3.2.1.8)")
    return found[0]


def echoed(lt: LowerTester, options: bytes, kind: int) -> bytes:
    """The option of this kind in the reply to an echo request that has these options, after the IUT has acted on it. Where it
    comes back as it went the case does not apply either: ask so once, for an option that no IUT can misread."""
    lt.send(probe(echo(), options=options))
    option = returned(lt, lt.expect(echo_reply()), kind)
    if option in wire.split_options(options)[0]:
        lt.not_applicable(f"the IUT returns option {kind} as it came: recording is optional (RFC 1122 3.2.1.8)")
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


def unknown_protocols_are_reported(lt: LowerTester) -> None:
    """The case applies only to an IUT that does, for RFC 791 3.1 lets it be silent."""
    lt.send(cut(b"postel", 0, False, protocol=253))
    if not lt.answer("unreachable"):
        lt.not_applicable("the IUT does not report a protocol that nobody uses, so there is nothing to see")


def closed_ports_are_reported(lt: LowerTester) -> None:
    """The case applies only to an IUT that does (RFC1122-4.1.3.1-a): of one that does not no silence proves anything."""
    lt.send(udp())
    if not lt.answer("unreachable"):
        lt.not_applicable("the IUT does not report a closed port, so there is nothing to see")


def bad_options_are_reported(lt: LowerTester, bad: Stimulus) -> None:
    """The case applies only to an IUT that does (RFC1122-3.2.2.5-a): of one that does not no silence proves anything."""
    lt.send(bad)
    if not lt.answer("parameter-problem"):
        lt.not_applicable("the IUT does not report a bad option, so there is nothing to see")


def expect_refusal(lt: LowerTester, op: str, **keys: object) -> None:
    """The upper interface refuses the operation, and nothing is sent."""
    try:
        lt.call(op, **keys)
    except UpperError:
        lt.expect_silence(after=f"a refused {op}")
        return
    lt.fail(f"an error of {op}", "ok")


def seconds_until(lt: LowerTester, kind: str, limit: int) -> str:
    """After how many seconds of the IUT's clock it sends a frame of this kind, in words for a label."""
    for second in range(1, limit + 1):
        lt.advance(1)
        if lt.answer(kind):
            return f"{second} s"
    return f"more than {limit} s"


def reassembles(lt: LowerTester) -> None:
    """Good fragments are put together: if bad ones meet silence afterwards, it is for a reason."""
    lt.send(*fragments("H@0+ A@1+ B@2"))
    lt.expect(echo_reply(data=blocks("AB")))


def gathered(lt: LowerTester) -> list[Fields]:
    """All the pieces of one large answer, in the order sent. An IUT that does not fragment sends one (RFC 1122 3.3.3)."""
    pieces = []
    while piece := lt.answer("fragment"):
        pieces.append(piece)
    whole = lt.answer("echo-reply")
    return [whole] if whole and not pieces else pieces


def has_room_for_large(lt: LowerTester) -> list[Fields]:
    """Nothing, where an IUT that did not answer a large request has room for one: a closed port shows it. For another, which
    reassembles less, as RFC 1122 3.3.2 lets it, the case does not apply."""
    lt.send(*split(udp(data=counting(LARGE)), 1200, 1200, 1200))
    if not lt.answer("unreachable"):
        lt.not_applicable(f"the IUT reassembles no {LARGE} octets")
    return []


def large_reply(lt: LowerTester, stimuli: Iterable[Stimulus]) -> list[Fields]:
    """The fragments of the reply to these fragments of a large echo request."""
    lt.send(*stimuli)
    pieces = gathered(lt) or has_room_for_large(lt)
    if not pieces:
        lt.fail("an echo reply in fragments", "silence")
    if pieces[0]["kind"] != "fragment":
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
