# SPDX-License-Identifier: BSD-2-Clause
"""Abilities and sweeps: what is missing is charged once, to its own case; a stimulus that fails keeps no other from being judged."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakes
import pytest
from fakes import World, make_world, outcome
from postel import kit
from postel.base.build import build
from postel.fakes import lists, proxy
from postel.iut import iut
from postel.iut.iut import Instance
from postel.kit import IP, Abilities, Case, LowerTester, Outcome, Verdict, abilities, changes, drops, echo, echo_reply, probe, udp, unreachable
from postel.iut.upper import UpperError
from postel.kit.stops import Finding, Stop
from postel.kit.sweep import Sweep, name_of, named
from postel.results import merging, report, report_text, results
from test_kit_judge import made
from test_results import document, result

assert make_world  # the fixture `world`


@pytest.fixture(scope="module")
def reference() -> Iterator[Instance]:
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    yield instance
    instance.close()


def judged(case: Case, instance: Instance, **how: Any) -> Outcome:
    instance.reset()
    return kit.judge(case, instance, **how)


@pytest.mark.parametrize("first", ["rfc815/2/three_fragments_in_every_order", "rfc1122/3.3.2/fragments_are_put_together"])
def test_of_two_that_would_follow_from_each_other_one_is_charged(first: str) -> None:
    """Whichever is judged first: fragments that do not come in order are part of both."""
    instance = iut.start(iut.load("reference"), "sim", profile="modern", seed=1, build=build("release"))
    proxy.before(instance, lists.named("fragments_in_order_only"))
    known, by_id = Abilities(), {case.id: case for case in kit.cases()}
    both = sorted(("rfc815/2/three_fragments_in_every_order", "rfc1122/3.3.2/fragments_are_put_together"), key=lambda id_: id_ != first)
    verdicts = [known.judged(by_id[id_], lambda case: judged(case, instance, abilities=known)).verdict for id_ in both]
    instance.close()
    assert sorted(verdicts) == sorted([Verdict.FAIL, Verdict.NOT_APPLICABLE])


# Sweeps


def test_stimuli_that_are_found_out_may_be_others_in_the_next_pass():
    sweep = Sweep()
    assert sweep.begins("a") and sweep.begins("b")
    assert sweep.stopped(Stop(Verdict.FAIL, "this", "that"))
    assert [sweep.begins(name) for name in ("b", "c", "a")] == [False, True, False]
    assert sweep.judged == ["a", "b", "c"] and [*sweep.failed] == ["b"]
    with pytest.raises(ValueError, match="two stimuli are called 'c'"):
        sweep.begins("c")


def every_size(lt: LowerTester) -> None:
    for size in lt.each((0, 1, 2, 3, 4), "size"):
        lt.send(echo(seq=size, data=bytes(size)))
        lt.expect(echo_reply())


def test_a_sweep_goes_on_after_a_failure_and_lists_each(reference: Instance) -> None:
    outcome = judged(made(every_size), reference, violator=replace(drops("echo-reply", nth=1)))
    assert (outcome.verdict, outcome.actual) == (Verdict.FAIL, "silence")
    assert outcome.sweep and outcome.sweep.judged == [f"size {n}" for n in range(5)]
    assert list(outcome.sweep.failed) == ["size 1"] and outcome.probes_passed
    sent = [r for r in outcome.frames if r.comment == "stimulus"]
    assert len(sent) == 5, "what was judged is not sent again"


def two_rules(lt: LowerTester) -> None:
    sock = lt.call("udp.bind", port=4000)["sock"]
    for tos, rule in lt.each({"must": (0, "RFC1122-3.2.2-a"), "should": (1, "RFC1122-3.2.2.1-a"), "fine": (2, "RFC1122-3.2.2-a")}):
        with lt.judging(rule):
            lt.call("udp.send", sock=sock, dst=lt.me, dport=9, data=b"postel", tos=tos)
            sent = lt.answer("udp")
            lt.check("TOS", sent["tos"] if sent else 0, 2)


def test_a_sweep_has_the_worst_verdict_and_begins_anew_with_a_user_who_holds_nothing(reference: Instance) -> None:
    outcome = judged(made(two_rules), reference)
    assert (outcome.verdict, outcome.requirement, outcome.expected) == (Verdict.FAIL, "RFC1122-3.2.2-a", "TOS 2")
    assert outcome.sweep and {name: str(stop.rank) for name, stop in outcome.sweep.failed.items()} == {"must": "fail", "should": "warn"}


def one_too_many(lt: LowerTester) -> None:
    for seq in lt.each((1, 2, 3), "request"):
        lt.send(echo(seq=seq), *[echo(seq=9)] * (seq == 2))
        lt.expect(echo_reply(seq=seq))


def test_what_a_stimulus_leaves_over_is_its_own_matter(reference: Instance) -> None:
    outcome = judged(made(one_too_many), reference)
    assert outcome.sweep and list(outcome.sweep.failed) == ["request 2"]
    assert (outcome.expected, outcome.frame and outcome.frames[outcome.frame - 1].comment) == (
        "nothing more", "echo reply 198.18.0.2 > 198.18.0.1 id 7 seq 9, 6 octets of data",
    )  # fmt: skip


@pytest.mark.parametrize("stimuli, words, names", [
    ((1, 2), "version", ["version 1", "version 2"]),
    ({"a broadcast": 3}, "", ["a broadcast"]),
    ([({"ttl": 1}, "far")], "", ["ttl 1, far"]),
    ([test_what_a_stimulus_leaves_over_is_its_own_matter], "", ["test what a stimulus leaves over is its own matter"]),
    ([b"\1\x44", b""], "options", ["options 0144", "options nothing"]),
])  # fmt: skip
def test_each_stimulus_has_a_name(stimuli: Any, words: str, names: list[str]) -> None:
    assert [name for name, _ in named(stimuli, words)] == names


def test_one_without_a_name_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a name"):
        name_of(lambda: 1)


def alike(lt: LowerTester) -> None:
    for _ in lt.each((1, 1)):
        pass


def test_two_of_one_name_are_a_mistake(reference: Instance) -> None:
    assert judged(made(alike), reference).verdict == Verdict.ERROR


# Abilities


def closed_port(lt: LowerTester) -> None:
    lt.send(udp())
    lt.expect(unreachable(code=3))


def echoes(lt: LowerTester) -> str:
    lt.send(probe(echo(), tos=4))
    return "echoes" if lt.answer("echo-reply") else "silent"


def by_step(lt: LowerTester) -> None:
    lt.stands_on("reports-closed-ports")
    lt.send(udp(5))
    lt.expect(unreachable(code=3))


def by_row(lt: LowerTester) -> None:
    for ability in lt.each(("reports-closed-ports", "echoes")):
        lt.stands_on(ability)


def of_its_own(lt: LowerTester) -> None:
    lt.send(IP(ttl=3) / echo())
    lt.expect(echo_reply())


CLOSED = replace(made(closed_port, "RFC1122-4.1.3.1-a"), ability="reports-closed-ports")
ECHOES = replace(made(echoes), kind="characteristic", ability="echoes", lacking="silent")
ON_CLOSED = replace(made(of_its_own), id="tests/declared", stands_on=frozenset({"reports-closed-ports"}))
ABOVE = replace(made(of_its_own), id="tests/above", ability="above", stands_on=frozenset({"reports-closed-ports"}))
ON_ABOVE = replace(made(of_its_own), id="tests/on_above", stands_on=frozenset({"above"}))
CASES = [CLOSED, ECHOES, ON_CLOSED, ABOVE, ON_ABOVE, made(by_step), made(by_row)]
Run = Callable[..., dict[str, Outcome]]


@pytest.fixture
def run(reference: Instance, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Judges these cases in this order; `violators` of some make the IUT one that lacks something."""
    monkeypatch.setattr(abilities, "case_of", lambda name: next(case for case in CASES if case.ability == name))

    def of(cases: list[Case], **violators: kit.Violator) -> dict[str, Outcome]:
        known = Abilities()
        return {
            case.id.removeprefix("tests/"): known.judged(
                case, lambda each: judged(each, reference, abilities=known, violator=violators.get(each.id.removeprefix("tests/")))
            )
            for case in cases
        }

    return of


def verdicts(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: str(outcome.verdict) for name, outcome in outcomes.items()}


@pytest.mark.parametrize("order", [1, -1])
def test_where_all_is_there_all_is_judged(run: Run, order: int) -> None:
    assert set(verdicts(run(CASES[::order])).values()) == {"pass", "info"}


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_missing_is_charged_once_whatever_the_order(run: Run, order: int) -> None:
    outcomes = run(CASES[::order], closed_port=drops("unreachable"))
    assert verdicts(outcomes) == {
        "closed_port": "warn", "echoes": "info", "declared": "not-applicable", "above": "not-applicable", "on_above": "not-applicable",
        "by_step": "not-applicable", "by_row": "pass",
    }  # fmt: skip
    roots = {outcome.follows_from.root for outcome in outcomes.values() if outcome.follows_from}
    assert roots == {"tests/closed_port"}, "also of what stands on it by way of another"
    sweep = outcomes["by_row"].sweep
    assert sweep and (sweep.judged, list(sweep.left_out)) == (["echoes"], ["reports-closed-ports"])


def test_a_sweep_does_not_apply_where_nothing_is_left(run: Run) -> None:
    outcomes = run([made(by_row)], closed_port=drops("unreachable"), echoes=drops("echo-reply"))
    assert verdicts(outcomes) == {"by_row": "not-applicable"} and outcomes["by_row"].follows_from


def test_an_ability_s_case_is_judged_for_what_stands_on_it_though_nobody_selected_it(run: Run) -> None:
    assert verdicts(run([ON_ABOVE], closed_port=drops("unreachable"))) == {"on_above": "not-applicable"}


def asks_for_its_identifier(lt: LowerTester) -> None:
    lt.send(echo())
    lt.expect(echo_reply(ident=7))


@pytest.mark.parametrize("step, there, verdict", [
    (of_its_own, True, Verdict.FAIL), (of_its_own, None, Verdict.FAIL), (of_its_own, False, Verdict.PASS),
    (asks_for_its_identifier, True, Verdict.FAIL), (asks_for_its_identifier, False, Verdict.NOT_APPLICABLE),
])  # fmt: skip
def test_what_each_answer_has_wrong_is_one_case_s_matter(
    reference: Instance, step: Callable[[LowerTester], None], there: bool | None, verdict: Verdict
) -> None:
    found = Finding("returns-identifiers", "tests/identifiers", there, "tests/identifiers", requirement="RFC792-echo-a", expected="7", actual="9")
    wrong = changes("echo-reply", every=True, ident=9)
    outcome = judged(made(step), reference, abilities=Abilities({"returns-identifiers": found}), violator=wrong)
    assert outcome.verdict == verdict
    assert [each.charged for each in outcome.broken_too] == ["tests/identifiers"] * (verdict == Verdict.PASS)


def test_an_answer_that_breaks_another_rule_is_an_answer(run: Run) -> None:
    outcomes = run([CLOSED, ON_CLOSED], closed_port=changes("unreachable", ttl=0))
    assert verdicts(outcomes) == {"closed_port": "fail", "declared": "pass"}


def test_what_breaks_another_rule_hides_no_missing_ability() -> None:
    own = Outcome(CLOSED, Verdict.NOT_APPLICABLE, follows_from=Finding("takes-options", "tests/root", False, "tests/root"))
    seen = Outcome(CLOSED, Verdict.FAIL, "RFC791-3.1_Options-b", beside=own)
    found = abilities.finding(CLOSED, seen)
    assert (found.there, found.root) == (False, "tests/root")


def test_a_rule_that_an_ability_s_case_breaks_too_while_its_own_is_looked_for_is_charged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "RFC791-3.1_Options-b"
    about = replace(made(echoes, rule), stands_on=frozenset({"reports-closed-ports"}))
    monkeypatch.setattr(abilities, "case_of", lambda name: CLOSED)
    monkeypatch.setattr(abilities.declared, "cases", lambda: [about])
    known = Abilities()

    def judges(case: Case) -> Outcome:
        return Outcome(case, Verdict.FAIL, rule, beside=None if case is about else Outcome(case, Verdict.PASS))

    first = known.judged(made(by_step), judges)
    assert [each.verdict for each in (first, known.outcomes[CLOSED.id], known.outcomes[about.id])] == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]


@pytest.mark.parametrize("violator, expected", [(drops("unreachable"), "not-applicable"), (None, "pass")])
def test_an_ability_is_found_out_also_where_no_rule_of_the_profile_demands_it(
    reference: Instance, monkeypatch: pytest.MonkeyPatch, violator: kit.Violator | None, expected: str
) -> None:
    """Its case does not apply there, and has no verdict."""
    later = replace(CLOSED, profiles=frozenset({"rfc1122", "modern"}))
    monkeypatch.setattr(abilities, "case_of", lambda name: later)
    known = Abilities()

    def judges(case: Case) -> Outcome:
        return judged(case, reference, profile="rfc791", abilities=known, violator=violator if case.id == later.id else None)

    outcomes = [known.judged(case, judges) for case in (later, ON_CLOSED)]
    assert [str(outcome.verdict) for outcome in outcomes] == ["not-applicable", expected]
    assert not outcomes[0].follows_from and bool(outcomes[1].follows_from) == (expected != "pass")
    assert known.found["reports-closed-ports"].there is (violator is None)


# What a run makes of it


def lacking(case: str, root: str = "rfc1/1/root", **changed: Any) -> results.Result:
    return result(case, "not-applicable", follows_from={"case": root, "ability": "closed"}, **changed)


FOUND = {"ability": "closed", "case": "rfc1/1/root", "there": False, "root": "rfc1/1/root", "label": "", "verdict": "warn",
         "requirement": "RFC1122-4.1.3.1-a", "expected": "an error", "actual": "silence"}  # fmt: skip


@pytest.mark.parametrize("selected, words", [
    (True, "LACKS  closed   linux  tap   a warning of rfc1/1/root; 2 results follow from it"),
    (False, "LACKS  closed   linux  tap   a warning of rfc1/1/root, which was not asked for; 2 results follow from it"),
])  # fmt: skip
def test_what_is_missing_stands_above_what_follows_from_it(tmp_path: Path, selected: bool, words: str) -> None:
    found = document(*[result("rfc1/1/root", "warn")] * selected, lacking("rfc1/1/two"), lacking("rfc1/1/three"))
    found["iuts"][0]["abilities"] = [FOUND, FOUND | {"ability": "above", "case": "rfc1/1/two"}]
    assert results.invalid(found) is None
    said = list(report_text.findings(found, ""))
    assert words in said and said.index(words) == 1
    report.write(found, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert page.index("lacks the ability") < page.index("Implementations under test")
    assert page.count("<dt>follows from</dt>") == 2 and ('<a href="#rfc1-1-root-linux-tap-modern">rfc1/1/root</a></dd>' in page) == selected


def test_what_failed_of_a_sweep_is_in_the_report_and_on_the_terminal(tmp_path: Path) -> None:
    failed = {"name": "source 0.0.0.5", "verdict": "fail", "requirement": "RFC1122-3.2.1.3-d", "expected": "silence", "actual": "an echo reply",
              "frame": 1}  # fmt: skip
    found = document(result("rfc1/1/one", "fail", stimuli={"judged": 7, "failed": [failed], "left_out": []}))
    assert any("failed of    1 of 7: source 0.0.0.5" in block for block in report_text.findings(found, ""))
    report.write(found, tmp_path / "report.html")
    assert "<strong>source 0.0.0.5</strong>" in (tmp_path / "report.html").read_text()


def test_shards_are_put_together_with_what_each_found_out() -> None:
    one, two = document(result("rfc1/1/one")), document(result("rfc1/1/two"))
    one["iuts"][0]["abilities"], two["iuts"][0]["abilities"] = [FOUND], [FOUND, FOUND | {"ability": "other"}]
    together = merging.merged([one, two], ["one", "two"])
    assert [each["ability"] for each in together["iuts"][0]["abilities"]] == ["closed", "other"]


def on_closed(world: World, *selected: str, **settings: str) -> dict[str, tuple[str, str]]:
    """Runs with a case that lacks and one that follows, and what came of each."""
    root, follows = fakes.case("rfc1/1/one", ability="closed"), fakes.case("rfc1/1/two", stands_on=frozenset({"closed"}))
    world.cases = [root, follows]
    world.verdicts = {("reference", "rfc1/1/one"): outcome(root, "warn", missed=True), ("reference", "rfc1/1/two"): follow}
    fakes.run("--iut", "reference", *selected, *(word for name, value in settings.items() for word in (f"--{name}", value)))
    return {r["case"]: (r["verdict"], (r["follows_from"] or {}).get("case", "")) for r in results.read(Path("postel-out"))["results"]}


def follow(of: Case, instance: Any, known: Abilities) -> Outcome:
    stop = known.missing(of.stands_on)
    return outcome(of, "not-applicable", follows_from=stop.follows_from) if stop else outcome(of, "pass")


BOTH = {"rfc1/1/one": ("warn", ""), "rfc1/1/two": ("not-applicable", "rfc1/1/one")}


@pytest.mark.parametrize("how", [{}, {"jobs": "4"}, {"shard": "1/2"}, {"shard": "2/2"}])
def test_however_it_is_run_the_verdicts_are_the_same(world: World, how: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abilities, "case_of", lambda name: world.cases[0])
    found = on_closed(world, "rfc1/1", **how)
    assert found.items() <= BOTH.items() and (len(found) == 2 or "shard" in how)


def test_of_a_case_alone_what_it_stands_on_is_found_out_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abilities, "case_of", lambda name: world.cases[0])
    assert on_closed(world, "rfc1/1/two") == {"rfc1/1/two": ("not-applicable", "rfc1/1/one")}
    assert [each["ability"] for each in results.read(Path("postel-out"))["iuts"][0]["abilities"]] == ["closed"]


# What a stack has no means for


TOLD_OF_ERRORS = ("rfc1122/4.1.3.3/an_error_reaches_the_application", "rfc1122/3.2.2.1/every_code_reaches_the_user", "rfc1122/3.4/icmp_is_passed_up")
WITH_OPTIONS = ("rfc1122/4.1.3.2/user_sends_options", "rfc1122/3.2.1.8/user_gives_options", "rfc1122/4.1.4/ttl_tos_and_options_of_each_datagram")


def with_hello(reference: Instance, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, **hello: set[str]) -> list[str]:
    """The verdicts of these cases where the upper tester says hello so."""
    assert reference.upper
    for name, said in hello.items():
        monkeypatch.setattr(reference.upper, name, frozenset(said))
    known, cases = Abilities(), {case.id: case for case in kit.cases()}
    return [str(known.judged(cases[id_], lambda each: judged(each, reference, abilities=known)).verdict) for id_ in ids]


ALL = {"udp", "ip", "echo", "vtime", "counters", "icmp-errors", "udp-options", "udp-ttl"}


@pytest.mark.parametrize("hello, expected", [
    ({"caps": ALL}, ["pass", "pass", "pass"]),
    ({"caps": ALL - {"icmp-errors"}, "lacks": {"icmp-errors"}}, ["fail", "not-applicable", "not-applicable"]),
    ({"caps": ALL - {"icmp-errors"}, "unsupported": {"icmp-errors"}}, ["unsupported"] * 3),
    ({"caps": ALL - {"icmp-errors"}}, ["fail", "not-applicable", "not-applicable"]),
    ({"caps": ALL - {"icmp-errors", "udp"}}, ["unsupported"] * 3),
], ids=["there", "lacking", "out of reach", "silent", "without UDP"])  # fmt: skip
def test_an_honest_adapter_fares_no_worse_than_a_silent_one(reference: Instance, monkeypatch: pytest.MonkeyPatch, hello: Any, expected: Any) -> None:
    assert with_hello(reference, TOLD_OF_ERRORS, monkeypatch, **hello) == expected


@pytest.mark.parametrize("lacks, expected", [({"options"}, ["fail", "not-applicable", "not-applicable"]), (set(), ["unsupported"] * 3)])
def test_a_key_that_the_stack_has_no_means_for_is_its_own_case_s_matter(
    reference: Instance, monkeypatch: pytest.MonkeyPatch, lacks: set[str], expected: list[str]
) -> None:
    assert reference.upper
    real = reference.upper.raw

    def without_options(line: str) -> dict[str, str]:
        if " options=" in line:
            raise UpperError(line.partition(" ")[0], "EOPNOTSUPP")
        return real(line)

    monkeypatch.setattr(reference.upper, "raw", without_options)
    assert with_hello(reference, WITH_OPTIONS, monkeypatch, caps=ALL, lacks=lacks) == expected


MTU = ("rfc1122/3.3.3/mtu_of_one_interface_is_not_anothers",)  # demands that an MTU can be set


@pytest.mark.parametrize("lacks, expected", [({"mtu"}, "fail"), ({"ttl"}, "unsupported"), (set(), "unsupported")])
def test_what_the_rule_itself_demands_of_a_stack_fails_who_says_that_it_lacks_it(
    reference: Instance, monkeypatch: pytest.MonkeyPatch, lacks: set[str], expected: str
) -> None:
    assert with_hello(reference, MTU, monkeypatch, caps=ALL | {"mtu"}, lacks=set()) == ["pass"]
    assert with_hello(reference, MTU, monkeypatch, caps=ALL, lacks=lacks) == [expected]
