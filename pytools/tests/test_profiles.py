# SPDX-License-Identifier: BSD-2-Clause
"""In which profiles a row judges: its RFC's year and what later RFCs did to it decide, and what it says itself."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postel.base.build import build
from postel.base.exits import PostelError
from postel.base.paths import CONFORMANCE, ROOT
from postel.catalogue.requirements import catalogue, holds, later_fault, load
from postel.iut import iut
from postel.kit import Case, LowerTester, Verdict, changes, echo, echo_reply, judge
from postel.kit.case import PROFILES, REQUIREMENT, cases

ROW: dict[str, Any] = {
    "rfc": 1122, "section": "1", "level": "MUST", "role": "host", "rule": "r", "observable": "wire", "source": "text"
}  # fmt: skip
YEARS = {791: 1981, 1122: 1989, 1812: 1995, 6864: 2013}
LATER = "RFC6864-4.1-a"


def superseded(effect: str, **by: str) -> dict[str, Any]:
    return {**ROW, "superseded_by": [{"effect": effect, **by}]}


@pytest.mark.parametrize("row, where", [
    (ROW, "rfc1122 rfc1812 modern"),
    ({**ROW, "rfc": 791}, "rfc791 rfc1122 rfc1812 modern"),
    ({**ROW, "rfc": 1812}, "rfc1812 modern"),
    ({**ROW, "rfc": 6864}, "modern"),
    ({**ROW, "also_in": {"rfc791": "nothing works without"}}, "rfc791 rfc1122 rfc1812 modern"),
    (superseded("same", row=LATER), "rfc1122 rfc1812 modern"),
    (superseded("changed", row=LATER), "rfc1122 rfc1812"),
    (superseded("withdrawn", section="RFC 6864 4.1"), "rfc1122 rfc1812"),
    (superseded("withdrawn", section="RFC 1812 4"), "rfc1122"),
    ({**superseded("withdrawn", section="RFC 1812 4"), "also_in": {"modern": "it is still done"}}, "rfc1122 modern"),
])  # fmt: skip
def test_where_a_row_holds(row: dict[str, Any], where: str) -> None:
    assert [profile for profile in PROFILES if holds(row, profile, YEARS)] == where.split()


@pytest.mark.parametrize("row, wrong", [
    (superseded("changed", row=LATER), None),
    (superseded("withdrawn", section="RFC 1812 4.3.2.3"), None),
    (superseded("repealed", row=LATER), "must have an effect"),
    (superseded("changed", section="RFC 6864 4.1"), "names no row that replaces it"),
    (superseded("changed", row="RFC6864-4.1-zz"), "which is no row"),
    (superseded("changed", row=LATER, section="RFC 6864 4.1"), "either the row or the section"),
    (superseded("withdrawn"), "either the row or the section"),
    (superseded("withdrawn", section="1812 4.3.2.3"), "whose year"),
    (superseded("withdrawn", section="RFC 9999 1"), "whose year"),
    (superseded("withdrawn", section="RFC 791 3.1"), "did not come after it"),
    (superseded("same", row="RFC1122-1-a"), "did not come after it"),
    ({**ROW, "also_in": {"rfc791": ""}}, "a reason"),
    ({**ROW, "also_in": {"linux": "why not"}}, "a reason"),
    ({**ROW, "rfc": 4242}, "whose year"),
])  # fmt: skip
def test_what_a_row_says_of_later_rfcs_is_checked(row: dict[str, Any], wrong: str | None) -> None:
    rows = {"RFC1122-1-a": row, LATER: {**ROW, "rfc": 6864}}
    said = later_fault("RFC1122-1-a", rows, {str(rfc): year for rfc, year in YEARS.items()})
    assert said is None if wrong is None else wrong in str(said)


def test_a_catalogue_with_a_mistake_is_not_loaded(tmp_path: Path) -> None:
    text = CONFORMANCE.joinpath("requirements.toml").read_text()
    (tmp_path / "requirements.toml").write_text(text.replace("\n6864 = 2013", ""))
    with pytest.raises(PostelError, match="RFC 6864, whose year"):
        load(tmp_path / "requirements.toml")


def test_no_case_applies_where_nothing_of_it_holds() -> None:
    for case in cases():
        if case.kind == REQUIREMENT:
            assert case.profiles <= {name for id_ in case.requirements for name in catalogue()[id_].profiles}, case.id
    dated = {case.id: case.profiles for case in cases()}
    assert "rfc791" not in dated["rfc1122/3.2.1.1/version_not_4"]
    assert dated["rfc6864/4.3/do_not_fragment_is_obeyed"] == {"modern"}
    assert "rfc791" in dated["rfc826/Reception/only_requests_are_answered"]


@pytest.fixture(scope="module")
def reference() -> Iterator[iut.Instance]:
    instance = iut.start(iut.load("reference"), "sim", profile="rfc791", seed=1, build=build("release"))
    yield instance
    instance.close()


def test_a_step_of_a_later_rule_judges_nothing(reference: iut.Instance) -> None:
    def two_rules(lt: LowerTester) -> None:
        with lt.judging("RFC1122-3.2.2.6-f"):
            lt.send(echo())
            lt.check("data", 1, 2)

    case = Case("tests/two_rules", two_rules, ("RFC792-echo-a", "RFC1122-3.2.2.6-f"), REQUIREMENT, "Two.", {}, frozenset(),
                frozenset(PROFILES), "host", False, "0.1", Path(__file__), 1)  # fmt: skip
    for profile, verdict in ("rfc1122", Verdict.FAIL), ("rfc791", Verdict.NOT_APPLICABLE):
        outcome = judge(case, reference, profile=profile)
        assert outcome.verdict == verdict
    assert "RFC1122-3.2.2.6-f does not hold in rfc791" in outcome.actual


def test_the_passive_checker_knows_the_profile_too(reference: iut.Instance) -> None:
    def asks(lt: LowerTester) -> None:
        lt.send(echo())
        lt.expect(echo_reply())

    case = Case("tests/asks", asks, ("RFC792-echo-a",), REQUIREMENT, "One.", {}, frozenset(), frozenset(PROFILES), "host",
                False, "0.1", Path(__file__), 1)  # fmt: skip
    for profile, verdict in ("rfc1122", Verdict.FAIL), ("rfc791", Verdict.PASS):
        outcome = judge(case, reference, profile=profile, violator=changes("echo-reply", ttl=0))
        assert outcome.verdict == verdict, outcome.actual


# Every row of the table: turned round it is seen

SEEN_BY = {  # the row of `modern` -> a profile that has it otherwise, and the case that shows it
    "group_echo": ("rfc1122", "rfc1122/3.2.2.6/echo_to_a_broadcast"),
    "reply_tos": ("rfc1122", "rfc792/general/tos_of_a_reply"),
    "error_tos": ("rfc1812", "rfc1122/3.2.2/errors_have_tos_0"),
    "router_reports": ("rfc1122", "rfc1812/4.3.2/errors_have_precedence"),
    "long_quotes": ("rfc1122", "rfc1122/3.2.2/how_much_is_quoted"),
    "link_broadcast_must_match": ("rfc791", "rfc1122/3.3.6/unicast_in_a_link_broadcast"),
    "zero_broadcasts": ("rfc1122", "rfc1122/3.3.6/forms_of_broadcast_that_are_no_more"),
    "information": ("rfc791", "rfc1122/3.2.2.7/information_request"),
    "ttl_0_destroyed": ("rfc791", "rfc1122/3.2.1.7/low_ttl_has_arrived"),
    "strict_options": ("rfc1122", "rfc6274/3.13.2/fields_of_a_record_route"),
    "filters_options": ("rfc1812", "rfc7126/4/what_records_is_dropped"),
    "directed_broadcasts": ("rfc1812", "rfc2644/3/not_forwarded_by_default"),
    "redirects_by_tos": ("rfc1122", "rfc1349/7.1/types_that_a_redirect_moves"),
    "source_quench": ("rfc1122", "rfc6633/5/source_quench_reaches_no_user"),
    "far_576": ("rfc1122", "rfc791/3.1/more_than_576_octets_unasked"),
    "reassembly_seconds": ("rfc791", "rfc791/3.2.reassembly/how_long_reassembly_waits"),
    "reassembly_by_ttl": ("rfc791", "rfc791/3.2.reassembly/how_long_reassembly_waits"),
    "tiny_refused": ("rfc1122", "rfc6274/4.1/first_fragment_that_cuts_the_header_of_tcp"),
    "pmtu": ("rfc1122", "rfc4821/8/nothing_leaves_for_the_network_to_fragment"),
    "ident_6864": ("rfc1122", "rfc6864/4.1/identification_of_answers"),
    "overlap": ("rfc1122", "rfc791/3.2.reassembly/overlap_is_resolved"),
}
UNSEEN = {
    "router_masks",  # RFC 6918 leaves no row for it in `modern`: stack/test/test_mask.c judges it
    "classful_broadcasts",  # as long as the lab's networks are those of a class: stack/test/test_ip_in.c judges it
    "directed_broadcasts", "routers_are_hops",  # stack/test/test_ip_forward.c
    "igmp", "group_by_user", "source_specific",  # stack/test/test_igmp_profiles.c does
}  # fmt: skip


@pytest.fixture(scope="module")
def configured() -> Iterator[Callable[[str], iut.Instance]]:
    """The reference as it is configured in a profile, whatever it is judged by."""
    running: dict[str, iut.Instance] = {}

    def of(profile: str) -> iut.Instance:
        if profile not in running:
            running[profile] = iut.start(iut.load("reference"), "sim", profile=profile, seed=1, build=build("release"))
        running[profile].reset()
        return running[profile]

    yield of
    for each in running.values():
        each.close()


@pytest.mark.parametrize("row", SEEN_BY)
def test_a_row_of_modern_is_seen_when_it_is_turned_round(row: str, configured: Callable[[str], iut.Instance]) -> None:
    profile, id_ = SEEN_BY[row]
    case = next(case for case in cases() if case.id == id_)
    right, turned = judge(case, configured("modern")), judge(case, configured(profile))
    assert right.verdict == (Verdict.PASS if case.kind == REQUIREMENT else Verdict.INFO), right.actual
    assert (turned.verdict, turned.label) != (right.verdict, right.label)
    assert turned.verdict in (Verdict.INFO, Verdict.WARN, Verdict.FAIL)


def test_every_row_of_the_table_has_its_case() -> None:
    rows = re.findall(r"^\| `(\w+)`(?::| \|) .*\|$", (ROOT / "docs/profiles.md").read_text(), re.MULTILINE)
    table = {row for row in rows if row not in PROFILES}
    fields = set(re.findall(r"^        \.(\w+) = ", (ROOT / "stack/proto/profile.c").read_text(), re.MULTILINE))
    assert table == fields - {"name"} == {*SEEN_BY, *UNSEEN}
