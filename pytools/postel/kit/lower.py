# SPDX-License-Identifier: BSD-2-Clause
"""The lower tester: the one argument of every case.

It sends stimuli, gathers what the IUT answers, and ends every expectation, of a frame or of silence, on a fence: a control
probe whose answer proves that the IUT is done with what came before. So nothing sleeps, and silence is a fact. Where the
link is synchronous (Linux behind a TAP, sim) a read right after the write is the verdict already; the fence is sent there
too, for it also proves that the IUT outlived the stimulus, and its answer is there at once. It answers ARP for all of the
lab's addresses that are not the IUT's, and holds the passive checker's rules against every frame."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from scapy.packet import Packet

from postel.base import script
from postel.base.verdict import Verdict
from postel.catalogue.requirements import catalogue
from postel.iut import upper
from postel.iut.iut import INTERFACES, Instance
from postel.iut.links import Endless, LinkClosed
from postel.iut.upper import UpperClosed, UpperError
from postel.kit import budget, checker, expect, fence, needs, pace, timed, timers, wire
from postel.kit.abilities import Abilities, AllThere
from postel.kit.budget import Budget, Recorded
from postel.kit.configuring import Configuring
from postel.kit.ending import Ending
from postel.kit.expect import Expectation
from postel.kit.late import Late
from postel.kit.meeting import Meeting
from postel.kit.neighbours import Neighbours
from postel.kit.pace import Pace
from postel.kit.packets import Stimulus, framed, probe, udp
from postel.kit.rule import Rule
from postel.kit.seen import Seen
from postel.kit.stops import Finding, Silent, Stop
from postel.kit.sweep import Item, Sweep, named
from postel.kit.taking import Taking, matters, together
from postel.kit.timed import Timed
from postel.kit.told import Told
from postel.kit.unasked import OF_USERS, Spoken, called, claiming, forbidden, unasked
from postel.kit.violator import Filter, Violator
from postel.kit.wire import Fields

PATIENCE = 2.0  # seconds for the answer to a control probe; only a mute IUT ever costs them
FIRST_PATIENCE = 10.0  # for the first one of an IUT whose definition has no start_s: it may still be starting
AGAIN, ASKED = 0.25, 0.05  # seconds until one is repeated: while it is the first, and where the IUT had to ask for our MAC
SELDOM, MOST = 1.0, 10  # seconds between first probes in the end, as long as `start_s` says; how many where nothing takes time
EACH = 0.01  # seconds more for each frame since the last one, which somebody may be slow to work off
FLOOD = 8  # frames at once, behind which a control probe may be lost: no ring of a card holds as many as one likes
ROUNDS = 4  # fences for one step: each round of address resolution may delay an answer once


class LowerTester(Ending, Configuring, Taking, Told, Timed, Meeting):
    """See the module. Addresses are dotted quads, times seconds, `on` an interface's number."""

    def __init__(self, instance: Instance, profile: str, *, violator: Violator | None = None, slow: bool = False,
                 abilities: Abilities | None = None) -> None:  # fmt: skip
        self.instance, self.profile, self.slow = instance, profile, slow
        self.abilities = abilities or AllThere()
        self.own_ability = ""  # that the case itself finds out
        self.sweep = Sweep()
        self.left, self.right, self.third = INTERFACES
        self.iut, self.me = self.left.iut, self.left.lt
        self.iut_mac, self.mac = self.left.iut_mac, self.left.lt_mac
        self.ut = instance.upper
        self.link_limit = instance.link.mtu
        self.timers = timers.of(instance.definition, instance.traits, profile)
        self.seen = Seen(stations=instance.stations)
        self.frames: list[Recorded] = []
        self.script: list[script.Record] = []
        self.sent = b""  # the first IPv4 packet of the last send() that had any
        self.sent_all: list[bytes] = []
        self.judged: str | None = None
        self.all_told = False  # what no step of the case has asked for is looked at
        self.beside: list[str] = []  # that, where no rule forbids it
        self.shown = 0  # the frame that the last step was about
        self.broken: list[tuple[Rule, Fields, int]] = []  # what the passive checker saw
        self.excused: dict[str, Finding] = {}  # abilities that are missing, and whose lack was passed over
        self.begin()
        self._filter = Filter(violator, self.iut) if violator else None
        self._spoken = Spoken()
        self._fences = self._ident = self._probed = self._flood = 0
        self.costs = Budget()
        self._unsettled: set[int] = set()  # interfaces on which something has happened since their last fence
        self._met: set[int] = set()  # interfaces on which a control probe has been answered
        self._fence_seen = self._asked = self._resolved = self._had_to_ask = self._lingers = False
        self._start = time.monotonic()
        self.virtual = self.ut is not None and "vtime" in self.ut.caps
        self.pace, self.late = Pace.of(instance, self.now()), Late.of(instance)

    def begin(self) -> None:
        """A case begins, or begins anew after a stimulus of its sweep has failed."""
        self._forgets_configuration()
        self.hosts, self._order = Neighbours(config=self.seen.config), needs.Order()
        self.neighbours = self.hosts.macs  # who has a MAC of its own; all others have the lower tester's
        self.unasked: list[Fields] = []  # what the IUT has sent of its own accord
        self.called = False  # the IUT's user holds something
        self.asked: dict[str, object] = {}  # what its user has asked for last, since anything was sent to it
        self.queried: set[int] = set()  # versions of IGMP in which a querier has asked
        self._inbox: list[Fields] = []
        self._hears()
        self._twin = False

    # What a case says

    def each(self, stimuli: Iterable[Item] | Mapping[str, Item], words: str = "") -> Iterator[Item]:
        """One stimulus after the other, each judged for itself under its name (postel.kit.sweep)."""
        for name, stimulus in named(stimuli, words):
            if self.sweep.begins(name):
                if self.pace.waited > pace.BUDGET and not self.slow:
                    self.sweep.passed_over(Stop(Verdict.UNSUPPORTED, "", self.pace.words()))
                    continue
                yield stimulus
                self.end()
        self.sweep.ends()

    def end(self) -> None:
        """Of a case or a stimulus: what is left over, that no step has asked for, breaks the rule that forbids it, whatever the case is
        about; where there is none it is told apart."""
        left = checker.uncharged(self.leftovers(), self.broken, self.judged, self.profile) if self.all_told else []
        left = [frame for frame in left if not self.hosts.owes(frame)]
        self._inbox = [frame for frame in self._inbox if frame not in left]
        for fields in left:
            rule = forbidden(fields, (wire.parse(recorded.octets) for recorded in self.frames), self.seen.config.forwards)
            if rule and self.profile in catalogue()[rule].profiles:
                raise Stop(Verdict.FAIL, "nothing more", wire.summary(fields), rule, fields["frame_number"])
            self.beside.append(wire.summary(fields))

    def stands_on(self, *names: str) -> str:
        """From here on the case, or the stimulus of a sweep, stands on these abilities; by which means the IUT has the last."""
        self.lacks(*names)
        return self.abilities.of(names[-1]).label if names[-1] != self.own_ability else ""

    def has(self, name: str) -> bool:
        """Whether the IUT has an ability, where there are several means."""
        return self.abilities.of(name).there is not False

    def lacks(self, *names: str) -> None:
        """What should have come did not: where one of these abilities is missing, and not the case's own, it follows from that."""
        if stop := self.abilities.missing(name for name in names if name != self.own_ability):
            raise stop

    def differs(self, want: Expectation, got: Fields) -> str | None:
        """How an answer differs from what a case wants, but for what the case does not say itself and this IUT has wrong in general: with
        that another case is charged."""
        while difference := want.difference(got):
            name = difference.partition(" ")[0]
            if name not in want.implied or not self.passes_over(needs.in_general(want, difference)):
                return difference
            want = want.without(name)
        return None

    def passes_over(self, ability: str) -> bool:
        """Whether another case is charged with what is wrong here, as this IUT has it wrong in general."""
        if ability in ("", self.own_ability) or self.has(ability):
            return False
        self.excused[ability] = self.abilities.of(ability)
        return True

    def send(self, *stimuli: Packet | Stimulus | bytes, on: int = 0) -> None:
        """Sends packets (or whole frames, as octets). The twin of one_fault() goes first and must be answered."""
        self._ident = self._ident % 0xFFFF + 1
        self._had_to_ask, self.asked = False, {}
        packets = []
        for stimulus in stimuli:
            if isinstance(stimulus, bytes):
                self._transmit(on, stimulus, "stimulus")
                packets += [stimulus[wire.ETHER_LEN :]] if wire.parse(stimulus).get("eth_type") == wire.TYPE_IP else []
                continue
            made = stimulus if isinstance(stimulus, Stimulus) else probe(stimulus)
            if made.fault or made.size is not None:
                self._send_twin(made, on)
            packet = made.octets(self.labs[on].lt, self.labs[on].iut, self._ident)
            self._order.took(packet)
            self._introduce(on, packet)
            self._transmit(on, framed(packet, self.labs[on], **made.ethernet()), "stimulus")
            packets.append(packet)
        self._lost = 0.0
        if packets:
            self.sent, self.sent_all = packets[0], packets

    def again(self, stimulus: Packet | Stimulus, on: int = 0) -> None:
        """Sends it once more, if it was lost while the IUT asked for a MAC: to keep it is RFC1122-2.3.2.2-a, a SHOULD."""
        if not self.leftovers() and self._had_to_ask:
            self.send(stimulus, on=on)

    def expect(self, expectation: Expectation, *, quotes: bytes | None = None, on: int = 0) -> Fields:
        """The IUT has sent such a frame; returns its fields. `quotes`: the packet that an ICMP error is about."""
        want = expect.completed(expectation, self.sent if quotes is None else quotes)
        self.settle(wanted=lambda f: f["iface"] == on and f["kind"] == want.kind and want.difference(f) is None)
        same_kind = self._of_kind(want.kind, on)
        right = [fields for fields in same_kind if want.difference(fields) is None] or [fields for fields in same_kind if self.differs(want, fields) is None]
        if right:
            return self._taken_out(right[0])
        others = same_kind or self._relevant()
        if not same_kind:
            self._fits()
            self.lacks(*needs.of_answer(want.kind, want.fields), *needs.of_call(self.asked))
        if not others:
            self.lacks(*self.taken(on))
            self.fail(want.words(), "silence")
        actual = wire.summary(others[0])
        if same_kind and (difference := self.differs(want, others[0])):
            self.lacks(*needs.of_difference(self.sent_all, want, difference))
            actual += f": {difference}"
        self._mark(others[0], "not as expected")
        self.fail(want.words(), actual, others[0]["frame_number"])

    def _taken_out(self, fields: Fields) -> Fields:
        self._inbox.remove(fields)
        self.shown = int(fields["frame_number"])
        return fields

    def expect_silence(self, after: str = "it", of: str | tuple[str, ...] = "") -> None:
        """The IUT has sent nothing (of a kind that begins with `of`, or one of them) in answer; the fence proves it."""
        self.settle()
        self._inbox = checker.uncharged(self._inbox, self.broken, self.judged, self.profile)
        seen = [f for f in self._inbox if f["kind"].startswith(of)] if of else self._relevant()
        if seen:
            self._mark(seen[0], "silence was due")
            self.fail(f"silence after {after}", wire.summary(seen[0]), seen[0]["frame_number"])

    def _without_means(self, keys: set[str]) -> None:
        """The stack has no means to set these: that is the matter of their own cases, and all else follows from it."""
        for key in sorted(keys):
            if needs.MEANS[key] == self.own_ability:
                self.fail(f"a means of the user to set {key}", "the stack has none, its upper tester says")
            self.lacks(needs.MEANS[key])

    def gave_up(self) -> bool:
        """Whether it is silent where its address was claimed, and only there: it answers elsewhere, or at least its user."""
        others = self._interfaces() - self.seen.claimed
        if not self.seen.claimed or not self.instance.alive():
            return False
        try:
            for iface in sorted(others):
                self._fence(iface)
            if self.ut and not others:
                self.ut.call("sync")
        except (Silent, UpperClosed, UpperError):
            return False
        return True

    def expect_life(self) -> None:
        """Any answer will do, or none: the control probe still comes back."""
        self.settle(probe_anyway=True)
        self.forget()

    def answer(self, of: str = "") -> Fields | None:
        """The next packet that the IUT sent (of a kind that begins with `of`), or None: for what RFCs leave open."""
        self.settle()
        # what cannot be read as a packet breaks a rule of the passive checker, and is left for silence to be expected
        if of and of != "fragment" and not self.heard(of):
            self._inbox = together(self._inbox, self.mtu)
        seen = [f for f in self._inbox if f["kind"].startswith(of)] if of else [f for f in self._relevant() if "payload" in f]
        return self._taken_out(seen[0]) if seen else None

    def call(self, op: str, **keys: object) -> dict[str, str]:
        """An operation of the upper tester; an error that it answers is the case's to expect (UpperError)."""
        assert self.ut, "the case must say needs="
        looks = op in ("get", "list")
        self.arrived() if looks else self.settle()
        self.called, self.asked = True, keys
        line = upper.render(op, keys)
        self.script.append(script.Op(line))
        self._unsettled |= self._interfaces()
        self._may_ask |= "dst" in keys and self.instance.traits.asks_late > 0
        self._spoken.call(op, keys)
        self.seen.called(op, keys)
        if self._filter and op.endswith(".send"):  # for violators, what it should have sent
            self._filter.sent(framed(probe(udp()).octets(self.me, self.iut, 0), self.left), "stimulus")
        try:
            reply = {} if self._filter and self._filter.ignores(op) else self.ut.raw(line)
        except UpperError as error:
            if error.code == "EOPNOTSUPP":
                self._without_means({key for key in keys if key in self.ut.lacks and key in needs.MEANS})
                self.unsupported(f"the IUT's user has no way to ask for this: {op} answers {error.code}")
            if not (self._filter and self._filter.accepts(op)):
                raise
            reply = {}
        reply = self._filter.replied(op, reply) if self._filter else reply
        self.seen.config.was_told(op, keys)
        self.costs.sent(len(line))  # much may come of it
        self._note_socket(op, keys, reply)
        self._lost = self._lost if looks else 0.0
        self._drain()
        return reply

    @contextmanager
    def mute_arp(self) -> Iterator[None]:
        """Inside, ARP requests are answered for no address but the lower tester's own, where control probes come from."""
        self.hosts.answer = False
        yield
        self.hosts.answer = True

    # How it works

    def settle(self, *, probe_anyway: bool = False, wanted: Callable[[Fields], bool] | None = None) -> None:
        """Ends when the IUT is done with all that happened since the last fence: a control probe came back on each interface where it happened, and no address
        had to be resolved meanwhile (which may hold an answer back behind the probe's). Where answers come out of order it takes longer, or until one is `wanted`."""
        if probe_anyway:  # on each interface: who has resolved us there holds back no answer of the case
            self._unsettled |= self._interfaces()
        for _ in range(ROUNDS):
            self._resolved = False
            for iface in sorted(self._unsettled):
                self._unsettled.discard(iface)
                (self._rest if self.seen.config.rests(iface) else self._fence)(iface)
            self.hosts.greeted()
            self._hears_questions()
            if not self._resolved:
                break
        self._linger(wanted)
        self.late.step += 1
        self.pace.settled()

    def _fence(self, iface: int) -> None:
        """A control probe is sent, and answered. It is repeated where its answer may have been lost without a fault."""
        if self.costs.late():
            self.inconclusive(f"an end of the case within {budget.SECONDS:.0f} s", "the IUT answers, but too slowly")
        first = iface not in self._met
        usual = PATIENCE + EACH * self._flood if self.instance.answered else self.instance.definition.start_s or FIRST_PATIENCE
        at_once = self.instance.link.name == "sim"  # its answers are there at once or never
        if at_once and not first and self._is_prompt() and self.pace.wait(fence.echo_probe(self.labs[iface], self._fences), self.now()):
            return  # what it has sent is there, and no time is to pass for a probe that it would not answer yet
        again = time.monotonic()  # when the next probe is due
        patience = self.instance.patience.of(usual)
        most = (MOST if at_once else math.inf) if first else 2 if self.hosts.crowd(iface) or self._flood > FLOOD else 1
        give_up, pause, probes = again + patience, 0.0 if at_once else AGAIN if first else patience / 2, 0
        by_its_clock = self.now() + ((timed.LATE if self.instance.answered else usual) if at_once and self.virtual else 0.0)  # it may be late
        self._fence_seen = False
        self.costs.probes()
        while not self._fence_seen:
            now, end = time.monotonic(), give_up + claiming(self.unasked)
            if now >= again:
                self._probe(iface, introduced=probes > 0)
                probes += 1
                again, pause = now + pause if probes < most else math.inf, min(2 * pause, SELDOM)
            elif self.now() < by_its_clock and self.instance.alive():
                self._loses(timed.STEP if self.instance.answered else SELDOM)
                again = again if self.instance.answered else now
            elif now >= end or at_once or not self.instance.alive():
                raise self._silent()
            else:
                self._wait(min(again, end) - now)
            self._drain()
            if self._asked:  # and may have dropped what waited for it (RFC1122-2.3.2.2-a is another case's matter)
                self._asked, again = False, min(again, time.monotonic() + (0 if at_once else ASKED))
        self._met.add(iface)
        self._flood = 0
        self.instance.answered = True
        self._lingers = True

    def _probe(self, iface: int, introduced: bool) -> None:
        """Sends a control probe; before one that is repeated, so that the IUT need not ask for it, our MAC."""
        if introduced:
            self.hosts.greets(self.labs[iface].lt)
            self._transmit(iface, fence.introduction(self.labs[iface]), "arp")
            self._unsettled.discard(iface)
        self._fences = self._fences % 0xFFFF + 1
        self._probed = len(self.frames)
        self._transmit(iface, fence.echo_probe(self.labs[iface], self._fences), "fence")

    def _silent(self, error: LinkClosed | None = None) -> Silent:
        if isinstance(error, Endless):
            return Silent("endless", str(error))
        if not self.instance.alive():
            return Silent(self.instance.obituary())
        self.instance.hang()
        if instead := self.costs.instead():
            return Silent("endless", instead)
        since = [words for words, number in ((wire.summary(f), n) for _, f, n in self.broken) if number > self._probed]
        return Silent("malformed", since[-1]) if since else Silent("mute", str(error or self.instance.report()))

    def _listen(self) -> tuple[int, bytes] | None:
        got = self.instance.link.receive()
        if got and (too_much := self.costs.heard(len(got[1]))):
            raise Silent("endless", too_much)
        return got

    def _wait(self, seconds: float) -> None:
        try:
            self.instance.link.wait(seconds)
        except LinkClosed as error:
            raise self._silent(error) from None

    def _drain(self) -> None:
        try:
            while got := self._listen():
                iface, frame = got
                inner = wire.opened(frame) if iface in self.seen.config.snap else frame
                for seen in self._filter.received(inner, self._role(iface, inner), iface) if self._filter else [inner]:
                    self._take(iface, seen, in_snap=inner != frame)
        except LinkClosed as error:
            raise self._silent(error) from None

    def _role(self, iface: int, frame: bytes) -> str:
        """What a frame of the IUT is to a violator, which leaves all but answers as they are."""
        fields = wire.parse(frame)
        if fence.is_answer(fields):
            return "fence"
        of_ours = fields["kind"] == "arp-request" and fields["tpa"] == self.labs[iface].lt  # where control probes come from
        if of_ours or iface not in self._met or self.hosts.is_greeting(fields):
            return "resolution"
        if not self.seen.passes(fields) and unasked(fields, self._spoken, self.seen.addresses):
            return "unasked"
        return "twin" if self._twin else "answer"

    def _take(self, iface: int, frame: bytes, in_snap: bool = False) -> None:
        fields = wire.parse(frame)
        fields["iface"], fields["frame_number"] = iface, len(self.frames) + 1
        fields["framing"] = "snap" if in_snap else "ethernet"
        self._record(iface, False, wire.snapped(frame) if in_snap else frame, wire.summary(fields))
        fields["passed"] = self.seen.passes(fields)
        own = fields["unasked"] = not fields["passed"] and unasked(fields, self._spoken, self.seen.addresses)
        for rule in [each for each in checker.violations(fields, self.seen) if not own or each.requirement not in OF_USERS]:
            self._mark(fields, f"breaks {rule.requirement}: {rule.words}")
            self.broken.append((rule, fields, fields["frame_number"]))
        self.seen.took(fields)
        self.pace.heard(fields, self.now())
        if fence.is_answer(fields):
            self._fence_seen |= fields["kind"] == "echo-reply" and fields["seq"] == self._fences
            self._met_by(fields)
            return
        if self.hosts.is_greeting(fields):
            return
        if not fields["passed"] and (case := self.late.heard(fields)):
            self._mark(fields, f"late: it is for {case}")
            return
        if own:
            self._mark(fields, "of its own accord")
            self.unasked.append(fields)
            self.instance.patience.says.add(called(fields))
            return
        self._inbox.append(fields)
        if fields["kind"] == "arp-request":
            self._answer_arp(iface, fields)

    def taken(self, on: int = 0) -> Iterator[str]:
        """The abilities without which the last stimulus is not taken, or its answer is lost."""
        yield from (*needs.of_call(self.asked), *needs.of_stimulus(self.sent_all), *self._order.needs(self.sent_all), *needs.on_interface(self.sent_all, on))
        if self._had_to_ask:
            yield "keeps-datagrams"

    def _send_twin(self, stimulus: Stimulus, on: int) -> None:
        before = len(self._inbox)
        packet = stimulus.twin_octets(self.labs[on].lt, self.labs[on].iut, self._ident)
        self._introduce(on, packet)
        self._twin = True
        self._transmit(on, framed(packet, self.labs[on], **stimulus.twin_ethernet()), "twin")
        self.settle()
        answered = len([f for f in self._inbox[before:] if matters(f)])
        del self._inbox[before:]
        if not answered and self.ut:
            told = len(self._events)
            answered = len(self._told()) - told
            del self._events[told:]
        self._twin = False
        if not answered:
            self.sent_all = [packet]
            self._fits()
            self.lacks(*needs.of_twin(packet), *needs.on_interface([packet], on))
            self.inconclusive("an answer to the twin, which has no fault", "silence")
        self._ident = self._ident % 0xFFFF + 1

    def _transmit(self, iface: int, frame: bytes, role: str) -> None:
        names = {"fence": "control probe", "arp": "address resolution"}
        self._space(frame)
        if role != "fence":
            self._unsettled.add(iface)
            self._flood += 1
        self._record(iface, True, frame, names.get(role, role))
        self.seen.sent(iface, wire.opened(frame))
        self.late.sent(frame, role)
        if role != "arp":  # or who answers each answer with a question would never come to an end
            self.costs.sent(len(frame))
        if role in ("stimulus", "twin"):
            self.shown = len(self.frames)
            self.script.append(script.Frame(iface, frame))
            self._spoken.stimulus(frame)
        if self._filter:
            self._filter.sent(frame, role)
        try:
            self.instance.link.send(iface, frame)
        except LinkClosed as error:
            if self.instance.answered or not self.instance.alive():  # else it has not opened its link yet
                raise self._silent(error) from None
        if self.instance.link.synchronous and role != "arp":  # the whole answer is there: it stands behind its cause
            self._drain()

    def _record(self, iface: int, sent: bool, octets: bytes, comment: str) -> None:
        self.frames.append(Recorded(time.monotonic() - self._start, iface, sent, octets, comment))

    def _mark(self, fields: Fields, comment: str) -> None:
        self.frames[fields["frame_number"] - 1].comment += f" [{comment}]"


__all__ = ["LowerTester", "Recorded", "Silent", "Stop", "UpperClosed"]
