# SPDX-License-Identifier: BSD-2-Clause
"""Can the verdicts be trusted? IUTs that deserve no `pass` get none, and what is right gets one."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import today
import wrong_iut
from postel import kit
from postel.cli import cli
from postel.iut import iut
from postel.iut.iut import Instance
from postel.kit import (
    IP, PEER, PEER_MAC, Case, Outcome, Verdict, adds, answers, arp, arp_request, budget, changes, checker, drops, echo, echo_reply,
    lower, one_fault, probe, timed, udp, unreachable, wire,
)  # fmt: skip
from postel.base.patience import Patience
from postel.iut.links import LinkClosed
from postel.iut.traits import Traits
from postel.iut.upper import UpperClosed, UpperError
from postel.kit.case import PROFILES, REQUIREMENT
from postel.kit.fence import FENCE_ID
from postel.kit.lower import LowerTester

PROGRAM = Path(__file__).with_name("wrong_iut.py")
USERS_PROGRAM = Path(__file__).with_name("small_iut.py")  # has an upper tester
SILENCE = "rfc1122/3.2.1.1/version_not_4"  # a case that judges silence
ANSWER = "rfc1122/3.2.2.6/data_returns_whole"  # and one that judges answers
RED = (Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.ERROR)


def definition(directory: Path, fault: str, *, with_user: bool = False) -> Path:
    path = directory / f"{fault}.toml"
    program = [str(USERS_PROGRAM), "fd"] if with_user else [str(PROGRAM)]
    words = [sys.executable, *program, "{if0}", fault]
    upper = 'upper_tester = "stdio"' if with_user else ""
    lines = [f'name = "{fault}"', 'about = "an IUT of the tests"', 'links = ["fd"]', upper, "[command]", f"fd = {json.dumps(words)}", ""]
    path.write_text("\n".join(lines))
    return path


@contextmanager
def running(directory: Path, fault: str, *, with_user: bool = False) -> Iterator[Instance]:
    loaded = iut.load(str(definition(directory, fault, with_user=with_user)))
    instance = iut.start(loaded, "fd", profile="modern", seed=1, build=directory)
    with closing(instance), pytest.MonkeyPatch.context() as changed:
        if fault not in ("dropping", "learning", "starting"):  # on a busy machine who answers at once is late
            changed.setattr(lower, "AGAIN", 5.0)
        yield instance


@pytest.fixture
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs to wait long for who is mute or never ends; others get the time that a busy machine takes."""
    monkeypatch.setattr(budget, "ENDLESS", 200)
    if getattr(request.node, "callspec", None) is None or request.node.callspec.params["fault"].startswith(("mute", "hoards")):
        monkeypatch.setattr(lower, "PATIENCE", 0.3)
        monkeypatch.setattr(lower, "FIRST_PATIENCE", 10.0 if "later" in str(request.node.name) else 1.0)


def known(id_: str) -> Case:
    return next(c for c in kit.cases() if c.id == id_)


def judged(directory: Path, fault: str, which: str | Case, **how: Any) -> Outcome:
    with running(directory, fault) as instance:
        return kit.judge(known(which) if isinstance(which, str) else which, instance, **how)


def made(body: Callable[[LowerTester], Any], requirement: str = "RFC1122-3.2.2.6-a") -> Case:
    """A case of the tests, which is none of the suite."""
    return Case(
        f"tests/{body.__name__}", body, (requirement,), REQUIREMENT, "A case of the tests.", {}, frozenset(),
        frozenset(PROFILES), "host", False, "0.1", Path(__file__), 1,
    )  # fmt: skip


@pytest.mark.parametrize("which", [SILENCE, ANSWER])
def test_what_is_right_passes(tmp_path: Path, which: str):
    outcome = judged(tmp_path, "right", which)
    assert (outcome.verdict, outcome.probes_passed) == (Verdict.PASS, True)


@pytest.mark.parametrize("fault, which, verdict, actual", [
    ("dead", SILENCE, Verdict.INCONCLUSIVE, "ended"),
    ("dead", ANSWER, Verdict.INCONCLUSIVE, "ended"),
    ("mute", SILENCE, Verdict.INCONCLUSIVE, "silence from a living IUT"),
    ("mute", ANSWER, Verdict.INCONCLUSIVE, "silence from a living IUT"),
    ("mute_later", SILENCE, Verdict.FAIL, "silence from a living IUT"),
    ("mute_later", ANSWER, Verdict.FAIL, "silence from a living IUT"),
    ("mute_thread", ANSWER, Verdict.FAIL, "silence from a living IUT: ValueError: odd"),
    ("probes_only", SILENCE, Verdict.INCONCLUSIVE, "silence"),
    ("probes_only", ANSWER, Verdict.FAIL, "silence"),
    ("babbling", SILENCE, Verdict.FAIL, "icmp 41"),
    ("endless", SILENCE, Verdict.FAIL, "frames without end"),
    ("endless", ANSWER, Verdict.FAIL, "frames without end"),
    ("twice", ANSWER, Verdict.FAIL, "echo reply"),
    ("agreeing", SILENCE, Verdict.FAIL, "echo reply"),
    ("bad_probes", SILENCE, Verdict.FAIL, "echo reply"),
    ("bad_probes", ANSWER, Verdict.FAIL, "echo reply"),
    ("crashing", SILENCE, Verdict.FAIL, "SIGSEGV"),
    ("crashing", ANSWER, Verdict.FAIL, "SIGSEGV"),
    ("leaving", SILENCE, Verdict.FAIL, "ended"),
    ("leaving", ANSWER, Verdict.FAIL, "ended"),
])  # fmt: skip
def test_what_is_wrong_gets_what_it_deserves(
    tmp_path: Path, fault: str, which: str, verdict: Verdict, actual: str, impatient: None
):
    outcome = judged(tmp_path, fault, which)
    assert outcome.verdict == verdict, f"{outcome.expected}: {outcome.actual}"
    assert actual in outcome.actual


@pytest.mark.parametrize("fault, verdict, actual", [
    ("right", Verdict.FAIL, "udp.recv sock=1"),  # it looks at no checksum
    ("threads", Verdict.FAIL, "udp.recv sock=1"),  # nor does this, and it delivers after the control probe was answered
    ("hoards", Verdict.INCONCLUSIVE, "no delivery"),
])  # fmt: skip
def test_delivery_has_a_fence_of_its_own(tmp_path: Path, fault: str, verdict: Verdict, actual: str, impatient: None):
    def wrong_checksum(lt: LowerTester) -> None:
        lt.call("udp.bind", port=4000)
        lt.send(probe(udp(4000), udp_checksum=0x1234))
        lt.expect_no_event("udp.recv", after="a wrong checksum")

    with running(tmp_path, fault, with_user=True) as instance:
        outcome = kit.judge(made(wrong_checksum), instance)
    assert outcome.verdict == verdict and actual in outcome.actual


def test_what_nobody_asked_for_and_no_rule_forbids_is_told_apart(tmp_path: Path, impatient: None):
    outcome = judged(tmp_path, "babbling", ANSWER)
    assert (outcome.verdict, outcome.probes_passed) == (Verdict.PASS, True)
    assert outcome.apart and all("icmp 41" in words for words in outcome.apart)


@pytest.mark.parametrize("kind, fields, rule", [
    ("echo-reply", {}, "RFC1122-3.2.2.6-a"), ("redirect", {}, "RFC1122-3.2.2.2-a"), ("parameter-problem", {"pointer": 20}, "RFC792-param-b"),
])  # fmt: skip
def test_what_nobody_asked_for_breaks_the_rule_that_forbids_it(tmp_path: Path, kind: str, fields: dict[str, Any], rule: str):
    outcome = judged(tmp_path, "right", ANSWER, violator=adds(kind, to="echo-reply", **fields))
    assert outcome.verdict in RED + (Verdict.WARN,) and outcome.requirement == rule
    assert outcome.frame and wire.parse(outcome.frames[outcome.frame - 1].octets)["kind"] == kind


def silent_port(lt: LowerTester) -> None:
    lt.send(udp(5000))
    lt.expect(unreachable(code=3))


def of_another_value(lt: LowerTester) -> None:
    lt.send(echo())
    lt.check("TTL", lt.expect(echo_reply())["ttl"], 3)


@pytest.mark.parametrize("body, comment", [(silent_port, "stimulus"), (of_another_value, "echo reply")])
def test_the_frame_is_the_stimulus_or_its_answer_and_no_control_probe(tmp_path: Path, body: Any, comment: str):
    outcome = judged(tmp_path, "right", made(body), violator=drops("unreachable"))
    assert outcome.verdict == Verdict.FAIL and outcome.frame
    assert outcome.frames[outcome.frame - 1].comment.startswith(comment)


def finds_nothing(lt: LowerTester) -> str:
    lt.send(echo())
    return str(lt.expect(echo_reply())["ttl"])


def test_a_characteristic_demands_nothing(tmp_path: Path):
    case = replace(made(finds_nothing), kind="characteristic")
    outcome = judged(tmp_path, "right", case, violator=drops("echo-reply"))
    assert outcome.verdict == Verdict.INFO and (outcome.label or "").startswith("not to be seen: silence in place of echo reply")


def test_a_malformed_answer_is_called_so_and_charged_to_its_rule(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wrong_iut, "right", lambda frame, right=wrong_iut.right: [wire.edit(each, ihl=1) for each in right(frame)])
    outcome = kit.judge(made(three_steps), prompt_sim())
    assert (outcome.verdict, outcome.requirement) == (Verdict.FAIL, "RFC791-3.1_IHL-a")
    assert "header of 1 words" in outcome.actual and outcome.frame


def prompt_sim() -> Any:
    instance = prompt()
    instance.link.name, instance.hang = "sim", lambda: None
    return instance


def test_who_answers_later_than_the_fence_does_not_pass(tmp_path: Path):
    """It may be taken for an IUT that is silent after its twin; the answer that should not be is still seen in the end."""
    assert judged(tmp_path, "late", SILENCE).verdict in RED


@pytest.mark.sampled
def test_who_only_answers_control_probes_passes_no_case(tmp_path: Path):
    """Whatever a case takes for silence, something else in it must have been answered before."""
    with running(tmp_path, "probes_only") as instance:
        known, some = kit.Abilities(), today.part([each for each in kit.cases() if each.kind == "requirement"], 8)
        outcomes = [known.judged(each, lambda case: kit.judge(case, instance, abilities=known)) for each in some]
    assert [each.case.id for each in outcomes if each.verdict == Verdict.PASS] == []


# The lower tester: twins, fences, addresses, the passive checker


def silent_twin(lt: LowerTester) -> None:
    lt.send(one_fault(IP(proto=253) / b"postel", version=5))  # this IUT is silent about protocol 253
    lt.expect_silence()


def test_silence_without_an_answer_to_its_twin_proves_nothing(tmp_path: Path):
    outcome = judged(tmp_path, "right", made(silent_twin))
    assert (outcome.verdict, outcome.expected) == (Verdict.INCONCLUSIVE, "an answer to the twin, which has no fault")


def twin_and_fault(lt: LowerTester) -> None:
    lt.send(one_fault(echo(), version=5))
    lt.expect_silence()


def test_a_twin_differs_in_the_one_fault(tmp_path: Path):
    outcome = judged(tmp_path, "right", made(twin_and_fault))
    sent = {r.comment: wire.parse(r.octets) for r in outcome.frames if r.sent and r.comment in ("twin", "stimulus")}
    differing = {name for name, value in sent["twin"].items() if sent["stimulus"].get(name) != value}
    unread = set(sent["twin"]) - set(sent["stimulus"])  # what comes after a wrong version
    assert {"version"} <= differing <= {"version", "id", "checksum", "packet", "frame", "kind"} | unread
    assert [sent[each]["version"] for each in ("twin", "stimulus")] == [4, 5]


def silent_end(lt: LowerTester) -> None:
    lt.send(echo())
    lt.expect(echo_reply())
    lt.expect_silence()


def test_each_step_ends_on_a_fence_and_a_case_on_a_control_probe(tmp_path: Path):
    outcome = judged(tmp_path, "right", made(silent_end))
    fences = [n for n, r in enumerate(outcome.frames) if r.comment == "control probe"]
    stimulus = next(n for n, r in enumerate(outcome.frames) if r.comment == "stimulus")
    assert fences[0] < stimulus < fences[1] and len(fences) >= 3
    replies = [wire.parse(r.octets) for r in outcome.frames if not r.sent and wire.parse(r.octets)["kind"] == "echo-reply"]
    assert len([f for f in replies if f["ident"] == FENCE_ID]) == len(fences)  # each was waited for


# The first control probe


@pytest.mark.parametrize("which", [SILENCE, ANSWER])
@pytest.mark.parametrize("kind", ["dropping", "learning", "starting"])
def test_who_is_not_to_be_had_at_once_is_met(tmp_path: Path, kind: str, which: str):
    """Kind 8: what waits for an address may be dropped, and an IUT may take its time to start."""
    outcome = judged(tmp_path, kind, which)
    assert (outcome.verdict, outcome.probes_passed) == (Verdict.PASS, True), outcome.actual


@pytest.mark.sampled
def test_who_drops_while_it_resolves_is_judged_by_every_case(tmp_path: Path):
    with running(tmp_path, "dropping") as instance:
        outcomes = [kit.judge(each, instance) for each in today.part(kit.cases(), 5) if not each.slow and not each.needs]
    unmet = [each.case.id for each in outcomes if each.expected == "an answer to the first control probe"]
    assert unmet == [] and len([each for each in outcomes if each.verdict == Verdict.PASS]) > 20


def test_for_so_long_as_its_definition_says(tmp_path: Path):
    definition(tmp_path, "starting").write_text("start_s = 0.4\n" + (tmp_path / "starting.toml").read_text())
    instance = iut.start(iut.load(str(tmp_path / "starting.toml")), "fd", profile="modern", seed=1, build=tmp_path)
    outcome = kit.judge(known(ANSWER), instance)
    instance.close()
    assert (outcome.verdict, outcome.expected) == (Verdict.INCONCLUSIVE, "an answer to the first control probe")
    assert [r.comment for r in outcome.frames] == ["control probe", "address resolution", "control probe"]


@pytest.mark.parametrize("kind", ["right", "resolving"])
def test_who_answers_at_once_is_not_introduced(tmp_path: Path, kind: str):
    """So that cases about ARP begin in the state that they always began in."""
    outcome = judged(tmp_path, kind, ANSWER)
    assert outcome.verdict == Verdict.PASS
    before = [r.comment for r in outcome.frames[: [r.comment for r in outcome.frames].index("stimulus")] if r.sent]
    assert before == ["control probe", *["address resolution", "control probe"] * (kind == "resolving")]
    asked = [wire.parse(r.octets) for r in outcome.frames if r.sent and r.comment == "address resolution"]
    assert all(f["kind"] == "arp-reply" for f in asked)


def test_a_later_probe_is_not_repeated_without_a_reason(tmp_path: Path, impatient: None):
    outcome = judged(tmp_path, "losing", ANSWER)
    assert (outcome.verdict, outcome.actual) == (Verdict.FAIL, "silence from a living IUT")


class Prompt:
    """A synchronous link: the whole answer is there when send() returns."""

    name, synchronous, mtu = "prompt", True, 65_535

    def __init__(self) -> None:
        self._waiting: list[tuple[int, bytes]] = []

    def send(self, iface: int, frame: bytes) -> None:
        self._waiting += [(iface, said) for said in wrong_iut.right(frame)]

    def receive(self) -> tuple[int, bytes] | None:
        return self._waiting.pop(0) if self._waiting else None

    def wait(self, seconds: float) -> bool:
        raise AssertionError("nobody waits where the answer is there at once")


class Never(Prompt):
    """A link that has its answers at once, like `sim`, to an IUT that has none."""

    name = "sim"

    def send(self, iface: int, frame: bytes) -> None:
        pass

    def wait(self, seconds: float) -> bool:
        return False


def test_where_nothing_can_come_nobody_waits_for_it():
    instance = prompt()
    instance.link, instance.hang = Never(), lambda: None
    start = time.monotonic()
    outcome = kit.judge(made(three_steps), instance)
    assert (outcome.verdict, outcome.expected) == (Verdict.INCONCLUSIVE, "an answer to the first control probe")
    assert time.monotonic() - start < lower.FIRST_PATIENCE / 2
    assert [r.comment for r in outcome.frames].count("control probe") == lower.MOST


def prompt() -> Any:
    known = iut.parse({"name": "prompt", "about": "answers at once", "links": ["fd"], "command": {"fd": ["true"]}})
    return SimpleNamespace(definition=known, link=Prompt(), upper=None, alive=lambda: True, drop_reasons=list, patience=Patience(listened=timed.LISTENED),
                           answered=False, stations={}, traits=Traits(), memory={}, report=str)  # fmt: skip


def three_steps(lt: LowerTester) -> None:
    lt.send(echo(seq=1), echo(seq=2))
    lt.expect(echo_reply(seq=1))
    lt.expect(echo_reply(seq=2))
    lt.send(one_fault(echo(), version=5))
    lt.expect_silence()


def test_on_a_synchronous_link_nobody_waits_and_an_answer_stands_behind_its_stimulus():
    outcome = kit.judge(made(three_steps), prompt())
    assert outcome.verdict == Verdict.PASS, outcome.actual
    story = [r.comment if r.sent else "" for r in outcome.frames]
    first = story.index("stimulus")
    assert story[first : first + 6] == ["stimulus", "", "stimulus", "", "control probe", ""]
    assert story[-4:] == ["control probe", ""] * 2  # after the last stimulus; and the last of the case


def from_three(lt: LowerTester) -> None:
    for src in (lt.me, PEER, "198.18.0.99"):
        lt.send(IP(src=src) / echo())
        lt.expect(echo_reply(dst=src, eth_dst=lt.neighbours.get(src, lt.mac)))


def resolving(lt: LowerTester) -> None:
    with lt.mute_arp():
        lt.send(IP(src=PEER) / echo(seq=1))
        lt.expect(arp_request(tpa=PEER))
        lt.expect_silence()
    lt.send(IP(src=PEER) / echo(seq=2))
    lt.expect(arp_request(tpa=PEER))
    for seq in (1, 2):  # this IUT keeps both
        lt.expect(echo_reply(seq=seq, eth_dst=PEER_MAC))


@pytest.mark.parametrize("body", [from_three, resolving])
def test_the_lower_tester_answers_arp_for_its_addresses_unless_told_not_to(tmp_path: Path, body: Any):
    outcome = judged(tmp_path, "resolving", made(body))
    assert outcome.verdict == Verdict.PASS, f"{outcome.expected}: {outcome.actual}"
    asked = [r for r in outcome.frames if not r.sent and wire.parse(r.octets)["kind"] == "arp-request"]
    answered = [r for r in outcome.frames if r.comment == "address resolution" and wire.parse(r.octets)["op"] == 2]
    assert len(asked) - len(answered) == (1 if body is resolving else 0)


def nothing_is_asked(lt: LowerTester) -> None:
    lt.send(echo())
    lt.expect(echo_reply())


def test_an_iut_with_static_neighbours_is_judged_too(tmp_path: Path):
    outcome = judged(tmp_path, "right", made(nothing_is_asked))  # it answers to the MAC that it sees, and never asks
    assert outcome.verdict == Verdict.PASS
    assert not any(wire.parse(r.octets)["kind"].startswith("arp") for r in outcome.frames)


def ask_everything(lt: LowerTester) -> None:
    for packet in (echo(), udp(7), udp(9)):
        lt.send(packet)
        lt.answer()
    lt.send(arp())
    lt.answer("arp")
    lt.send(one_fault(echo(), version=5))
    lt.expect_silence()


def test_the_passive_checker_sees_every_frame_of_the_iut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen: list[bytes] = []
    real = checker.violations
    monkeypatch.setattr(checker, "violations", lambda fields, own: seen.append(fields["frame"]) or real(fields, own))
    outcome = judged(tmp_path, "right", made(ask_everything))
    assert outcome.verdict == Verdict.PASS, outcome.actual
    assert seen == [r.octets for r in outcome.frames if not r.sent]
    assert {wire.parse(f)["kind"] for f in seen} == {"echo-reply", "udp", "unreachable", "arp-reply"}


def test_a_violated_rule_outweighs_a_pass_and_names_its_frame(tmp_path: Path):
    outcome = judged(tmp_path, "bad_probes", made(nothing_is_asked))
    assert (outcome.verdict, outcome.requirement) == (Verdict.FAIL, "RFC1122-3.2.1.7-a")
    assert outcome.frame and wire.parse(outcome.frames[outcome.frame - 1].octets)["ttl"] == 0


# What a violator is: one wrong answer, and nothing else


VIOLATORS = [drops("echo-reply"), changes("echo-reply", seq=9), answers("echo-reply")]


@pytest.mark.parametrize("violator", VIOLATORS, ids=lambda v: v.action)
def test_a_violator_leaves_control_probes_and_twins_alone(tmp_path: Path, violator: kit.Violator):
    outcome = judged(tmp_path, "right", made(ask_everything), violator=violator)
    assert outcome.probes_passed
    assert outcome.verdict == Verdict.FAIL or violator.action != "answers"
    assert "twin" not in outcome.expected


def wrong_code(lt: LowerTester) -> None:
    lt.send(udp(9))
    lt.expect(unreachable(code=2))


@pytest.mark.parametrize("requirement, verdict", [("RFC1122-3.2.2.1-a", Verdict.WARN), ("RFC1122-3.2.2-a", Verdict.FAIL)])
def test_what_should_be_warns_and_what_must_be_fails(tmp_path: Path, requirement: str, verdict: Verdict):
    outcome = judged(tmp_path, "right", made(wrong_code, requirement))
    assert (outcome.verdict, outcome.requirement) == (verdict, requirement)
    assert "code 3 instead of 2" in outcome.actual


def mistaken(lt: LowerTester) -> None:
    lt.send(no_such_thing)  # type: ignore[name-defined]  # noqa: F821


def test_a_mistake_in_a_case_is_an_error_of_ours(tmp_path: Path):
    outcome = judged(tmp_path, "right", made(mistaken))
    assert (outcome.verdict, outcome.ours) == (Verdict.ERROR, True)


@pytest.mark.parametrize("code, verdict", [("EPERM", Verdict.FAIL), ("EINVAL", Verdict.ERROR)])
def test_what_an_iut_refuses_fails_and_what_its_adapter_cannot_is_an_error(tmp_path: Path, code: str, verdict: Verdict):
    def refused(lt: LowerTester) -> None:
        raise UpperError("udp.send", code)

    outcome = judged(tmp_path, "right", made(refused))
    assert (outcome.verdict, outcome.actual.endswith(f"udp.send: {code}")) == (verdict, True)


def test_ipv6_that_nobody_asked_for_is_no_answer(tmp_path: Path):
    def heard(lt: LowerTester) -> None:
        solicitation = "333300000002" "020000000002" "86dd" + "6000000000083aff" + "00" * 40
        lt._take(0, bytes.fromhex(solicitation))
        lt.expect_silence()

    assert judged(tmp_path, "right", made(heard)).verdict == Verdict.PASS


# Exit codes


@pytest.mark.parametrize("fault, code", [
    ("right", 0), ("mute", 1), ("mute_later", 1), ("babbling", 1), ("agreeing", 1), ("crashing", 1), ("leaving", 1),
    ("dead", 4),
])  # fmt: skip
def test_exit_codes(tmp_path: Path, fault: str, code: int, impatient: None, capsys: pytest.CaptureFixture[str]):
    path = definition(tmp_path, fault)
    out = tmp_path / "out"
    got = cli.main(["run", SILENCE, ANSWER, "--iut", f"{path}:fd", "--out", str(out), "--no-install"])
    said = capsys.readouterr()
    assert got == code, said.out + said.err
    if code == 1:
        results = json.loads((out / "results.json").read_text())["results"]
        assert results and not [r for r in results if r["verdict"] == "pass" and r["case"] == SILENCE]


@pytest.mark.parametrize("cause, verdict", [(LinkClosed("it hangs"), Verdict.FAIL), (None, Verdict.ERROR)])
def test_an_object_that_hangs_fails_and_an_adapter_that_does_is_an_error(tmp_path: Path, cause: Exception | None, verdict: Verdict):
    def hangs(lt: LowerTester) -> None:
        lt.send(echo())
        raise UpperClosed("it hangs") from cause

    outcome = judged(tmp_path, "right", made(hangs))
    assert (outcome.verdict, outcome.probes_passed) == (verdict, False)
    assert "it hangs" in outcome.actual
