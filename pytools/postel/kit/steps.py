# SPDX-License-Identifier: BSD-2-Clause
"""Steps that many sections share, made of the lower tester's own."""

from collections.abc import Iterable
from typing import NoReturn

from postel.kit import wire
from postel.kit.expect import completed, one_of, parameter_problem
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus, echo, probe
from postel.kit.wire import Fields

LARGE = 4000  # octets of data that no Ethernet carries in one packet


def expect_discard(lt: LowerTester, fault_at: Iterable[int]) -> None:
    """A datagram in error went no further: silence, or a Parameter Problem that points at the fault, which RFC 792 and
    RFC 791 3.1 allow. `fault_at`: the octets of the header that may be called wrong."""
    problem = lt.answer("parameter-problem")
    if problem:
        want = completed(parameter_problem(one_of(*fault_at)), lt.sent)
        difference = want.difference(problem)
        if difference:
            lt.fail(f"silence or a {want.words()}", f"{wire.summary(problem)}: {difference}")
    lt.expect_silence(after="a datagram in error")


def returned(lt: LowerTester, reply: Fields, kind: int) -> bytes:
    """The option of this kind in an echo reply. Without one the case does not apply: RFC 1122 3.2.1.8d and e leave a host the
    choice (what it should do is RFC1122-3.2.2.6-i)."""
    found = [option for option in wire.parse_options(reply["options"]) if option[0] == kind]
    if not found:
        lt.not_applicable(f"the IUT returns no option {kind}: recording is optional (RFC 1122 3.2.1.8)")
    return found[0]


def echoed_option(lt: LowerTester, option: bytes) -> bytes:
    """What becomes of `option` in the reply to an echo request."""
    lt.send(probe(echo(), options=option))
    reply = lt.answer("echo-reply") or _nothing(lt)
    return returned(lt, reply, option[0])


def _nothing(lt: LowerTester) -> NoReturn:
    lt.fail("echo reply", "silence")


def gathered(lt: LowerTester) -> list[Fields]:
    """All the pieces of one large answer, in the order sent. An IUT that does not fragment sends one (RFC 1122 3.3.3)."""
    pieces = []
    while piece := lt.answer("fragment"):
        pieces.append(piece)
    whole = lt.answer("echo-reply")
    return [whole] if whole and not pieces else pieces


def large_reply(lt: LowerTester, stimuli: Iterable[Stimulus]) -> list[Fields]:
    """The fragments of the reply to these fragments of a large echo request."""
    lt.send(*stimuli)
    pieces = gathered(lt)
    if not pieces:
        lt.fail("an echo reply in fragments", "silence")
    if len(pieces) == 1:
        lt.not_applicable("the IUT's answer came in one piece: it does not fragment here")
    return pieces


def joined(lt: LowerTester, pieces: list[Fields]) -> bytes:
    """The message that these fragments carry, which must fit together without a hole."""
    message = b""
    in_order = sorted(pieces, key=lambda f: int(f["offset"]))
    for piece in in_order:
        lt.check("fragment offset", piece["offset"], len(message))
        message += piece["payload"]
    lt.check("more fragments", [piece["mf"] for piece in in_order], [1] * (len(pieces) - 1) + [0])
    return message
