# SPDX-License-Identifier: BSD-2-Clause
"""Finds out what an IUT does in its own way, before it is judged: its MTU, its limits, and whether its answers keep their order."""

import math
import time
from collections.abc import Callable
from contextlib import suppress

from scapy.packet import Packet

from postel.iut.iut import Instance
from postel.iut.links import LinkClosed, NotTaken
from postel.iut.traits import ARP, ECHOES, ERRORS, USUAL_MTU, Limit, Traits
from postel.iut.upper import UpperClosed, UpperError
from postel.kit.arp import arp
from postel.kit.lower import LowerTester, Silent, Stop
from postel.kit.pace import Pace
from postel.kit.wire import Fields
from postel.kit.packets import IP, counting, echo, fragments, framed, probe, udp
from postel.kit.steps import LARGE, large_echo
from postel.kit.timed import LATE, STEP
from postel.kit.user import OUR_PORT, bind
from postel.lab.addresses import LEFT

AT_ONCE = {ECHOES: 120, ERRORS: 64, ARP: 16}  # so many are asked for; who answers them all has no limit that matters
WITHOUT_TIME = 3  # so many times more where no time passes meanwhile, nor does within a case
SMALLEST = 68
QUIET = 0.06  # seconds after which nothing more is expected; an answer may be so late
SLOWEST = 15.0  # seconds until the next try is given up
MOST_LOSSES = 2  # control probes that an IUT may leave without an answer
ROUNDS = 60  # in which the order of answers is looked at
ASKER = LEFT.host(78)
NEIGHBOURS = [LEFT.host(last) for last in range(80, 90)]  # whom nobody else plays
LONGEST_KEPT = 256  # seconds: no time to live is longer


def find_out(instance: Instance, profile: str) -> Traits:
    """What is found of an instance, which is to be reset or replaced then. What cannot be found is as usual."""
    traits = instance.traits
    lt, losses = LowerTester(instance, profile, slow=True), 0
    for step in (_echoes, _errors, _arp, _lateness, _questions, _mtu, _reassembly):
        try:
            step(lt, traits)
        except Silent:  # a control probe may be lost behind so many at once: who begins anew repeats his first
            losses += 1
            if losses > MOST_LOSSES or not instance.answered or not instance.alive():
                break
            lt = LowerTester(instance, profile, slow=True)
        except (Stop, NotTaken, LinkClosed, UpperError, UpperClosed):
            break
    for words in traits.words():
        instance.patience.remark(words)
    return traits


def _echoes(lt: LowerTester, traits: Traits) -> None:
    """The first control probe may be lost while the IUT starts and asks for our MAC, so it goes first."""
    lt.settle(probe_anyway=True)
    _limit(lt, traits, ECHOES, lambda number: echo(seq=number), "echo-reply")


def _errors(lt: LowerTester, traits: Traits) -> None:
    _limit(lt, traits, ERRORS, lambda number: udp(sport=30000 + number), "unreachable")


def _arp(lt: LowerTester, traits: Traits) -> None:
    _limit(lt, traits, ARP, lambda number: arp(spa=ASKER), "arp-reply")


def _limit(lt: LowerTester, traits: Traits, what: str, asks: Callable[[int], Packet | bytes], kind: str) -> None:
    """How many of so many are answered, and how long it takes until the next ones are."""
    number = AT_ONCE[what] * (WITHOUT_TIME if lt.virtual else 1)
    began = lt.now()
    for each in range(number):
        _say(lt, asks(each))
    _first(lt, kind)
    taken = lt.now() - began
    burst = _answers(lt, kind)
    if not 0 < burst < number:
        return
    ends = [lt.now()]
    while len(ends) < 4 and lt.now() - ends[-1] < SLOWEST:
        lt.pass_time(STEP)
        number += 1
        _say(lt, asks(number))
        if _answers(lt, kind, quiet=STEP):
            ends.append(lt.now())
    apart = [max(after - before, STEP) for before, after in zip(ends[1:], ends[2:], strict=False)] or [SLOWEST]
    meanwhile = math.ceil(taken / min(apart))  # may have been allowed while the others were asked for
    traits.limits[what] = Limit(1 / max(apart), max(1, burst - meanwhile))
    lt.instance.memory.setdefault("drained", set()).add(what)
    lt.pace = Pace.of(lt.instance, lt.now())
    lt.settle(probe_anyway=True)


def _say(lt: LowerTester, stimulus: Packet | bytes) -> None:
    """Past all pacing, and without a fence."""
    frame = stimulus if isinstance(stimulus, bytes) else framed(probe(stimulus).octets(lt.me, lt.iut, 1), lt.left)
    lt.instance.link.send(0, frame)


def _answers(lt: LowerTester, kind: str, quiet: float = QUIET) -> int:
    """How many have come, when nothing more does."""
    seen, news = 0, 1
    while news:
        lt.listen(0.0 if lt.instance.link.synchronous else quiet)
        news = len(lt.take(kind))
        seen += news
    return seen


def _first(lt: LowerTester, kind: str) -> None:
    """Waits for it: all may be late."""
    if not lt.instance.link.synchronous:
        lt.listen(LATE, until=lambda fields: bool(fields["kind"] == kind))


def _lateness(lt: LowerTester, traits: Traits) -> None:
    """By how much an error comes behind the answer to a control probe that was sent after what it is about."""
    if lt.instance.link.name == "sim":
        traits.lateness = _lateness_by_its_clock(lt) if lt.virtual else 0.0
        return
    late, limited = 0.0, bool(traits.limits)
    for number in range(ROUNDS):
        lt.send(IP(dst=lt.iut) / udp(sport=30000 + number))
        lt.settle()
        if lt.take("unreachable"):
            continue
        since = time.monotonic()
        lt.listen(LATE, until=_is_unreachable)
        if not lt.take("unreachable"):
            break  # it reports no closed ports, or not so many
        late = max(late, time.monotonic() - since)
        if number > 5 and (limited or late > QUIET):
            break
    traits.lateness = late * 1.5 + 0.003 if late else 0.0


def _lateness_by_its_clock(lt: LowerTester) -> float:
    """The same of every kind of answer, where we drive its clock. Each is asked for twice: the first may have been limited."""
    found = [min(_late_by(lt, asks, kind) for _ in range(2)) for asks, kind in ((udp(), "unreachable"), (arp(spa=ASKER), "arp-reply"))]
    return max((late * 1.5 + STEP for late in found if 0 < late < LATE), default=0.0)


def _late_by(lt: LowerTester, asks: Packet | bytes, kind: str) -> float:
    lt.send(asks)
    lt.settle()
    began = lt.now()
    while not lt.take(kind) and lt.now() - began < LATE:
        lt.pass_time(STEP)
    lt.forget()
    return lt.now() - began


def _is_unreachable(fields: Fields) -> bool:
    return bool(fields["kind"] == "unreachable")


def _questions(lt: LowerTester, traits: Traits) -> None:
    """Whether it asks for the MAC of who has just told it; and how late it asks for those that it cannot know."""
    met = NEIGHBOURS[0]
    lt.send(IP(src=met) / echo())
    if not lt.comes("echo-reply", 0, dst=met) or lt.comes("arp-request", 0, tpa=met):
        traits.asks_anyway = lt.comes("arp-request", LATE, tpa=met)
    lt.hosts.strangers |= set(NEIGHBOURS)
    late = 0.0
    for near in NEIGHBOURS[1:]:
        lt.send(IP(src=near) / echo())
        if lt.comes("arp-request", 0, tpa=near):
            continue
        since = time.monotonic()
        if lt.virtual or lt.comes("echo-reply", 0, dst=near) or not lt.comes("arp-request", LATE, tpa=near):
            break
        late = max(late, time.monotonic() - since)
    traits.asks_late = late * 1.5 + 0.003 if late else 0.0
    lt.forget()


def _mtu(lt: LowerTester, traits: Traits) -> None:
    """The longest echo request whose reply comes back in one packet, or what is longer and leaves for another reason: then it is
    echo that is limited."""
    if lt.instance.definition.mtu:
        return
    fits, too_long = SMALLEST, USUAL_MTU + 1
    size = USUAL_MTU
    while too_long - fits > 1:
        lt.send(echo(seq=size, data=counting(size - 28)))
        whole = lt.answer("echo-reply")
        lt.forget()
        fits, too_long = (size, too_long) if whole else (fits, size)
        size = (fits + too_long) // 2
    traits.mtu = max(fits, _longest(lt)) if fits < USUAL_MTU else fits


def _longest(lt: LowerTester) -> int:
    """The longest packet that the IUT sends when it answers, or its user sends, more than a packet carries."""
    lt.send(*large_echo(lt))
    if lt.ut:
        with suppress(UpperError, Stop):
            lt.call("udp.send", sock=bind(lt), dst=lt.me, dport=OUR_PORT, data=bytes(LARGE))
    lt.settle()
    lengths = [fields["length"] for fields in lt.take("fragment") + lt.take("udp")]
    lt.forget()
    return max((length for length in lengths if length <= USUAL_MTU), default=0)


def _reassembly(lt: LowerTester, traits: Traits) -> None:
    """For how many seconds the first of two fragments is kept."""
    if not lt.virtual or "reassembly" in lt.instance.definition.timers or not _kept_for(lt, 0):
        return
    kept, gone = 0, LONGEST_KEPT
    while gone - kept > 1:
        seconds = (kept + gone) // 2
        kept, gone = (seconds, gone) if _kept_for(lt, seconds) else (kept, seconds)
    traits.reassembly = gone if gone < LONGEST_KEPT else None


def _kept_for(lt: LowerTester, seconds: int) -> bool:
    head, end = fragments("HA@0+ B@2", id=40_000 + seconds)
    lt.send(head)
    lt.advance(seconds)
    lt.send(end)
    whole = lt.answer("echo-reply")
    lt.forget()
    lt.advance(LONGEST_KEPT)
    return whole is not None
