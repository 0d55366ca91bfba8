# SPDX-License-Identifier: BSD-2-Clause
"""The fakes themselves: how many there are of which rule, and that the layer before an IUT does what a fake says."""

import re
from collections import Counter, deque

import pytest
from postel.base.paths import ROOT
from postel.catalogue.requirements import catalogue
from postel.fakes import lists, proxy
from postel.fakes.engine import ASKED, FAKES, RECEIVED, SENT, TOLD, Call, Fake, Frame, Passed, World, arp, edit, fragmented, made
from postel.iut.upper import Event, Upper, UpperError
from postel.kit import wire
from postel.lab.addresses import LEFT

EVERY = lists.every()
WRONG = [fake for fake in EVERY.values() if fake.is_wrong]
RIGHT = [fake for fake in EVERY.values() if not fake.is_wrong]
PAGE = (ROOT / "docs" / "fakes.md").read_text(encoding="utf-8")


def test_they_are_spread_as_the_quota_says() -> None:
    quota = {rules: int(count) for rules, count in re.findall(r"^\| RFC ([\d. ]+) \| (\d+) \|$", PAGE, re.MULTILINE)}
    assert sum(quota.values()) >= 120
    have: Counter[str] = Counter()
    for fake in WRONG:
        rfc, _, section = lists.section(fake.rules[0]).removeprefix("RFC").partition("-")
        have.update(rules for rules in quota if f"{rfc} {section}.".startswith(f"{rules}.") or rules == rfc)
    assert {rules: count for rules, count in quota.items() if have[rules] < count} == {}


def test_there_are_enough_right_ones() -> None:
    assert len(RIGHT) >= 60


@pytest.mark.parametrize("fake", WRONG, ids=lambda fake: fake.name)
def test_what_a_wrong_one_breaks_is_in_the_catalogue(fake: Fake) -> None:
    assert [rule for rule in fake.rules if rule not in catalogue()] == []


def test_no_two_say_the_same() -> None:
    words = Counter(fake.words for fake in EVERY.values())
    assert [said for said, count in words.items() if count > 1] == []


def test_the_lists_name_fakes_only() -> None:
    for path in (lists.FINDERS, lists.MISSED, lists.ACCUSED):
        assert set(lists.listed(path)) <= set(EVERY), path


@pytest.mark.parametrize("rule", ["RFC1122-3.2.1.3-c", "RFC1122-3.2.1.3-a"])
def test_a_rule_of_the_section_is_blamed(rule: str) -> None:
    assert lists.blames(rule, EVERY["answers_for_all"])


@pytest.mark.parametrize("rule", ["RFC1122-3.2.1.2-a", "RFC1122-3.2.1-a", None])
def test_another_rule_is_not(rule: str | None) -> None:
    assert not lists.blames(rule, EVERY["answers_for_all"])


class Line:
    """A link on which the IUT says what is put into `said`, and hears what goes into `heard`."""

    name, synchronous, mtu = "sim", True, 65_535

    def __init__(self) -> None:
        self.said: deque[tuple[int, bytes]] = deque()
        self.heard: list[bytes] = []

    def send(self, iface: int, frame: bytes) -> None:
        self.heard.append(frame)

    def receive(self) -> tuple[int, bytes] | None:
        return self.said.popleft() if self.said else None

    def wait(self, seconds: float) -> bool:
        return bool(self.said)

    def close(self) -> None:
        pass


def faked(act: object, *where: str, role: str = "") -> tuple[World, Line, proxy.FakedLink, proxy.Clock]:
    clock = proxy.Clock(virtual=True)
    world = World(Fake("f", "w", ("R-a",), "", where, act, "g", role=role), clock)  # type: ignore[arg-type]
    line = Line()
    return world, line, proxy.FakedLink(line, world), clock


ECHO = made(0, protocol=1, type=0, code=0, ident=1, seq=2, data=b"postel")


def test_a_frame_is_changed_swallowed_and_added() -> None:
    for passed, octets in (([ECHO, ECHO], 2), (None, 0), (edit(ECHO, ttl=9), 1)):
        world, line, link, _ = faked(lambda what, world, passed=passed: passed, SENT)
        line.said.append((0, ECHO.octets))
        assert len([got for _ in range(3) if (got := link.receive())]) == octets
        assert world.changed == 1


def test_what_does_not_concern_it_passes() -> None:
    world, line, link, _ = faked(lambda what, world: None, RECEIVED)
    line.said.append((1, ECHO.octets))
    assert link.receive() == (1, ECHO.octets) and not world.changed


def test_what_comes_in_may_be_answered_at_once() -> None:
    world, line, link, _ = faked(lambda what, world: [ECHO], RECEIVED)
    link.send(0, arp(0).octets)
    assert line.heard == [] and link.receive() == (0, ECHO.octets)


def test_what_is_late_passes_when_it_is_due_in_virtual_time() -> None:
    def late(what: Frame, world: World) -> Passed:
        world.later(2.5, what)
        return None

    _, line, link, clock = faked(late, SENT)
    line.said.append((0, ECHO.octets))
    assert link.receive() is None
    clock.advance(2499)
    assert link.receive() is None
    clock.advance(1)
    assert link.receive() == (0, ECHO.octets)


class Lines:
    """An adapter that says ok to all that it knows, and notes what gets through to it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.events: list[str] = []
        self.knows = {"udp", "ip", "advance", "reset"}

    def exchange(self, line: str, last: object, seconds: float) -> list[str]:
        number, _, asked = line.partition(" ")
        self.asked.append(asked)
        if asked.startswith("hello"):
            return [f"{number} ok version=1 name=x release=1 caps=udp,vtime"]
        return [*self.events, f"{number} ok" if asked.split(".")[0].split(" ")[0] in self.knows else f"{number} err code=ENOSYS"]


def asked(world: World, link: proxy.FakedLink, clock: proxy.Clock) -> tuple[proxy.FakedUpper, Lines]:
    lines = Lines()
    upper = proxy.FakedUpper(Upper(lines), link, world, clock)
    lines.asked.clear()
    return upper, lines


def test_an_advance_stops_where_something_is_due() -> None:
    world, line, link, clock = faked(lambda what, world: what, SENT)
    upper, lines = asked(world, link, clock)
    world.later(1.5, ECHO)
    world.later(61, ECHO)
    upper.call("advance", ms=60_000)
    assert lines.asked[:3] == ["advance ms=1000", "advance ms=500", "advance ms=1000"] and len(lines.asked) == 61 and clock() == 60
    assert link.receive() == (0, ECHO.octets) and link.receive() is None


def test_an_advance_ends_though_what_is_due_is_due_between_two_milliseconds() -> None:
    world, line, link, clock = faked(lambda what, world: what, SENT)
    upper, lines = asked(world, link, clock)
    world.later(0.0003, ECHO)
    upper.call("advance", ms=2)
    assert lines.asked == ["advance ms=1", "advance ms=1"] and link.receive() == (0, ECHO.octets)


def test_calls_are_changed_swallowed_and_refused() -> None:
    def act(what: Call, world: World) -> Passed:
        if what.op == "ip.send":
            raise UpperError(what.op, "EMSGSIZE")
        return Call(what.op, what.keys | {"ttl": "9"}) if what.op == "udp.send" else None

    world, line, link, clock = faked(act, ASKED)
    upper, lines = asked(world, link, clock)
    upper.call("udp.send", sock=1, ttl=3)
    assert upper.call("udp.close", sock=1) == {}
    with pytest.raises(UpperError):
        upper.call("ip.send", data=b"x")
    assert lines.asked == ["udp.send sock=1 ttl=9"]


def test_events_are_changed_and_added_and_a_reset_forgets() -> None:
    world, line, link, clock = faked(lambda what, world: [what, what], TOLD)
    upper, lines = asked(world, link, clock)
    lines.events = ["* echo.recv src=1.2.3.4 id=1 seq=1 data="]
    upper.call("udp.close", sock=1)
    lines.events = []
    world.tell("icmp.error", type=3, data=b"\1")
    told = Event("echo.recv", {"src": "1.2.3.4", "id": "1", "seq": "1", "data": ""})
    assert upper.events() == [told] * 2 + [Event("icmp.error", {"type": "3", "data": "01"})]
    world.memory["x"] = world.count("x")
    world.later(1, ECHO)
    upper.call("reset")
    assert not world.memory and not world.counts and world.next_due() is None


@pytest.mark.parametrize("role, changed", [("host", [1, 0, 0, 1]), ("router", [0, 1, 1, 0]), ("", [1, 1, 1, 1])])
def test_one_of_a_role_changes_nothing_while_the_iut_has_the_other(role: str, changed: list[int]) -> None:
    """At first, as a router, when one interface is to forward no more, and after a reset."""
    world, line, link, clock = faked(lambda what, world: None, SENT, role=role)
    upper, lines = asked(world, link, clock)
    lines.knows.add("set")

    def is_changed() -> int:
        line.said.append((0, ECHO.octets))
        return int(link.receive() is None)

    found = [is_changed()]
    for op, keys in ("set", {"name": "forwarding", "value": 1}), ("set", {"name": "forwarding", "value": 0, "iface": 1}), ("reset", {}):
        upper.call(op, **keys)
        found.append(is_changed())
    assert found == changed


@pytest.mark.parametrize("src, forwards, others", [(LEFT.iut, 1, False), (LEFT.lt, 1, True), (LEFT.lt, 0, False)])
def test_what_a_router_passes_on_is_anothers(src: str, forwards: int, others: bool) -> None:
    world, _, link, clock = faked(lambda what, world: what, SENT)
    upper, lines = asked(world, link, clock)
    lines.knows.add("set")
    upper.call("set", name="forwarding", value=forwards)
    assert world.passes_on(edit(ECHO, src=src)) == others


def test_fragments_fit_together_again() -> None:
    whole = made(0, protocol=1, type=0, code=0, ident=1, seq=2, data=bytes(range(250)) * 10)
    cut = fragmented(whole, 576)
    assert [len(piece.packet) for piece in cut] == [572, 572, 572, 572, 320]
    assert b"".join(piece["payload"] for piece in cut) == whole["payload"]
    assert [piece["mf"] for piece in cut] == [1, 1, 1, 1, 0] and [piece["offset"] for piece in cut][:3] == [0, 552, 1104]
    again = [each for piece in cut for each in fragmented(piece, 300)]
    assert b"".join(piece["payload"] for piece in again) == whole["payload"] and [piece["mf"] for piece in again][-1] == 0


def test_every_fake_lets_pass_what_it_cannot_read() -> None:
    """Whatever comes: frames of nothing, cut ones, ARP, and events and calls with no more than they must have."""
    odd = [b"", b"\xff" * 13, bytes(14), bytes.fromhex("ffffffffffff0200000000020806") + bytes(9), ECHO.octets[:20], ECHO.octets[:36],
           arp(0).octets, edit(ECHO, version=6).octets, edit(ECHO, ihl=3).octets, edit(ECHO, length=3).octets]  # fmt: skip
    for fake in FAKES.values():
        world = World(fake, lambda: 0.0)
        for octets in odd:
            for incoming in (False, True):
                world.passes(Frame(0, octets, incoming), RECEIVED if incoming else SENT)
        for op, keys in (("udp.send", {"dst": "1.2.3.4", "data": ""}), ("udp.bind", {"port": "7"}), ("advance", {"ms": "1000"})):
            world.passes(Call(op, keys), ASKED)
        world.passes(Event("icmp.error", {"type": "3", "code": "1", "src": "1.2.3.4", "data": ""}), TOLD)


def test_edits_repair_what_follows() -> None:
    changed = edit(ECHO, data=b"other", ttl=3)
    assert wire.ones_sum(changed.packet[:20]) == 0xFFFF == wire.ones_sum(changed["payload"])


def test_completion_knows_them_all() -> None:
    from postel.cli import completion

    assert sorted(completion.fakes("")) == sorted(EVERY)


def test_what_was_to_come_later_may_be_called_off() -> None:
    world, line, link, clock = faked(lambda what, world: what, SENT)
    world.later(1, ECHO)
    world.later(1, arp(0))
    world.never(ECHO)
    clock.advance(1000)
    assert link.receive() == (0, arp(0).octets) and link.receive() is None
