# SPDX-License-Identifier: BSD-2-Clause
"""Does an IUT, as it is plugged in, keep to the rules that every verdict rests on?

Each check is a function whose docstring is what a pass says; it raises Broken with what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from postel.base.keys import LINE_MAX
from postel.catalogue.ids import SUITE_VERSION
from postel.catalogue.requirements import PROFILES
from postel.iut.iut import Instance
from postel.iut.upper import SKELETON, Upper, UpperClosed, UpperError
from postel.kit import IP, Case, LowerTester, Outcome, Verdict, echo, udp
from postel.kit.budget import kept
from postel.kit.case import ROBUSTNESS
from postel.kit.lower import Silent
from postel.checking import config_check
from postel.checking.words import Broken, Lacking, expect, refusal

ECHOES, AT_ONCE = 1000, 50
DATAGRAMS = 20
PORT = 4000
LIMIT = LINE_MAX - 1  # without LF


def asks_and_answers(lt: LowerTester, upper: Upper) -> None:
    """says hello, and ENOSYS to an operation that does not exist"""
    if not upper.name:
        raise Broken("hello has no name=")
    expect("the error for an operation that does not exist", refusal(upper, "florp.x7f3"), "ENOSYS")


def unknown_keys(lt: LowerTester, upper: Upper) -> None:
    """says EINVAL to keys that are unknown or missing, or have impossible values"""
    lines = ["sync florp=1", "hello", "hello version=two"]
    lines += ["udp.bind", "udp.bind port=70000", "udp.bind port=4000 florp=1"] if "udp" in upper.caps else []
    lines += ["tcp.listen", "tcp.listen port=70000", "tcp.connect dst=198.18.0 dport=9", "tcp.send sock=1"] if "tcp" in upper.caps else []
    for line in lines:
        expect(f"the error for `{line}`", refusal(upper, line), "EINVAL")


def broken_lines(lt: LowerTester, upper: Upper) -> None:
    """says EPROTO to what is no line of the protocol, and reads on"""
    for line in ("sync", "1", "x1 sync", "1 sync florp", "1 sync\tx=1", "12345678901 sync"):
        expect(f"the answer to `{line}`", upper.answer(line), "0 err code=EPROTO")
    expect("the answer to `7 sync` after it", upper.answer("7 sync"), "7 ok")


def longest_line(lt: LowerTester, upper: Upper) -> None:
    """takes lines of 140,000 octets, refuses longer ones with EPROTO, and reads on"""
    head = "9999999999 florp data="
    reply = upper.answer(head + "0" * (LIMIT - len(head)))
    expect("the answer to a line of 140,000 octets", reply.split(" text=")[0], "9999999999 err code=ENOSYS")
    reply = upper.answer(head + "0" * (LIMIT + 1 - len(head)))
    expect("the answer to a line of 140,001 octets", reply, "0 err code=EPROTO")
    expect("the answer to `8 sync` after it", upper.answer("8 sync"), "8 ok")


def order_of_events(lt: LowerTester, upper: Upper) -> None:
    """tells of all that was delivered before it answers sync, in order"""
    if "udp" not in upper.caps:
        raise Lacking("the capability udp")
    sock = int(upper.call("udp.bind", port=PORT)["sock"])
    payloads = [b"datagram %d" % n for n in range(DATAGRAMS)]
    for payload in payloads:
        lt.send(IP(dst=lt.iut) / udp(dport=PORT, data=payload))
    lt.settle(probe_anyway=True)
    upper.call("sync")
    told = [event.keys.get("data", "") for event in upper.events() if event.name == "udp.recv"]
    expect("the datagrams told of before sync is answered", told, [payload.hex() for payload in payloads])
    upper.call("udp.close", sock=sock)
    expect("the error for a socket that is closed", refusal(upper, f"udp.close sock={sock}"), "EBADF")


def reset(lt: LowerTester, upper: Upper) -> None:
    """forgets its sockets at reset"""
    if "udp" in upper.caps:
        socks = [upper.call("udp.bind", port=PORT + n)["sock"] for n in range(3)]
        upper.call("reset")
        for sock in socks:
            expect("the error for a socket of before reset", refusal(upper, f"udp.close sock={sock}"), "EBADF")
        for n in range(3):
            upper.call("udp.bind", port=PORT + n)
    upper.call("reset")
    lt.settle(probe_anyway=True)


def clock(lt: LowerTester, upper: Upper) -> None:
    """lets its clock be driven"""
    if "vtime" not in upper.caps:
        raise Lacking("the capability vtime")
    expect("the error for `advance` without ms", refusal(upper, "advance"), "EINVAL")
    for ms in (0, 1, 100_000):
        upper.call("advance", ms=ms)
        lt.settle(probe_anyway=True)


def control_probe(lt: LowerTester) -> None:
    """answers ARP and echo"""
    lt.settle(probe_anyway=True)


def fence(lt: LowerTester) -> None:
    """answers a thousand echoes in order, so that the answer to a later one proves silence about an earlier one"""
    for first in range(0, ECHOES, AT_ONCE):
        wanted = list(range(first, first + AT_ONCE))
        for number in wanted:
            lt.send(IP(dst=lt.iut) / echo(seq=number))
        lt.settle(probe_anyway=True)
        answered = []
        while got := lt.answer(of="echo-reply"):
            answered.append(got["seq"])
        if answered != wanted:
            missing = [n for n in wanted if n not in answered]
            how = f"{len(missing)} had no answer when a later one had" if missing else "the answers are out of order"
            raise Broken(f"of {AT_ONCE} echoes {how}: set settle_ms in its definition, or lift its limits")


def end_of_input(instance: Instance) -> None:
    """ends by itself, with exit code 0, at the end of input"""
    if not instance.alive():
        raise Broken(f"it had ended before: {instance.obituary()}")
    said = instance.close(thorough=True)
    if said:
        raise Broken(said)


SPEAKING = (fence, order_of_events, reset, clock, *config_check.CHECKS)  # these need an IUT that answers the control probe
ON_THE_WIRE: tuple[Callable[[LowerTester], None], ...] = (control_probe, fence)
OF_THE_UPPER_TESTER: tuple[Callable[[LowerTester, Upper], None], ...] = (
    asks_and_answers, unknown_keys, broken_lines, longest_line, order_of_events, reset, clock, *config_check.CHECKS,
)  # fmt: skip


def checked(lt: LowerTester) -> Iterator[tuple[str, str, str]]:
    """What was found of each rule: `ok`, `-` or `FAIL`, the rule, and why."""
    instance, mute = lt.instance, False
    steps: list[tuple[Callable[..., None], Callable[[], None]]] = [
        *((check, partial(check, lt)) for check in ON_THE_WIRE),
        *((check, partial(_with_upper, check, lt)) for check in OF_THE_UPPER_TESTER),
        (end_of_input, partial(end_of_input, instance)),
    ]
    for check, step in steps:
        rule = check.__doc__ or ""
        try:
            if lt.ut and SKELETON in lt.ut.caps and check in (*ON_THE_WIRE, *SPEAKING):
                raise Lacking(f"a stack: it says {SKELETON}")
            if mute and check in SPEAKING and (lt.ut or check in ON_THE_WIRE):
                raise Lacking("an answer to the control probe")
            step()
            yield "ok", rule, ""
        except Lacking as lacking:
            yield "-", rule, f"not checked without {lacking}"
        except Silent as silent:
            mute = True
            words = {"mute": _no_answer(instance, silent.words), "endless": f"it sends {silent.words}"}
            yield "FAIL", rule, words.get(str(silent), f"it ended: {silent}")
        except (Broken, UpperError, UpperClosed) as error:
            died = not isinstance(error, Broken) and not instance.alive()
            yield "FAIL", rule, f"it ended: {instance.obituary()}" if died else str(error)


def _no_answer(instance: Instance, words: str) -> str:
    said = instance.patience.says
    speaks = f"; but it has sent {', '.join(sorted(said))}: if it starts slowly, `start_s` in its definition says so" * bool(said)
    return "it does not answer the control probe" + f": {words}" * bool(words) + speaks


def outcome(lt: LowerTester, broken: Sequence[str]) -> Outcome:
    """All frames of a check, as the evidence of a case."""
    case = Case("iut check", control_probe, (), ROBUSTNESS, "does it keep to the rules that every verdict rests on?", {}, frozenset(),
                frozenset(PROFILES), "host", False, SUITE_VERSION, Path(__file__), 1)  # fmt: skip
    frames, _, left_out = kept(lt.frames, None)
    verdict = Verdict.FAIL if broken else Verdict.PASS
    return Outcome(case, verdict, actual="; ".join(broken), frames=frames, left_out=left_out)


def _with_upper(check: Callable[[LowerTester, Upper], None], lt: LowerTester) -> None:
    if lt.ut is None:
        raise Lacking("an upper tester")
    check(lt, lt.ut)
