# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong in what they say of changes: of groups that are joined, and of sources that are wanted otherwise. RFC 2236 3, RFC 3376 5.1."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, wrong
from postel.fakes.memberships import ALLOW, BLOCK, REPORT_1, REPORT_2, TO_EX, TO_IN, Record, changed, is_igmp, is_query, kinds, note, records, seconds, with_records

BOTH = (SENT, RECEIVED)
ALL = (SENT, RECEIVED, ASKED)
CHANGES = (TO_IN, TO_EX, ALLOW, BLOCK)
OLD = (REPORT_1, REPORT_2)


def said_by_it(frame: Frame, *types: int) -> bool:
    return not frame.incoming and is_igmp(frame, *types)


def repeated(frame: Frame, world: World, within: float) -> bool:
    """Was this change, or join, said not long ago?"""
    key = "said", frame.iface, frame["payload"]
    before = world.memory.get(key, -1e9)
    world.memory[key] = world.now
    return bool(world.now - before <= within)


@wrong(("RFC3376-5.1-c", "RFC3376-8.11-a"), "a change is said once, whatever the robustness is")
def changes_said_once(frame: Frame, world: World) -> Passed:
    return None if kinds(frame) & set(CHANGES) and repeated(frame, world, 1.5) else frame


@wrong(("RFC2236-3-e", "RFC1112-App.I-j"), "a join is reported once by versions 1 and 2", BOTH)
def joins_reported_once(frame: Frame, world: World) -> Passed:
    if is_query(frame):
        world.memory["asked"] = world.now + seconds(frame)
    unasked = world.now > world.memory.get("asked", -1)
    return None if said_by_it(frame, *OLD) and repeated(frame, world, 15) and unasked else frame


@wrong("RFC2236-3-e", "a join of version 2 is reported for as long as the host is in the group, every ten seconds", (SENT, ASKED))
def joins_reported_for_ever(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    if said_by_it(what, REPORT_2) and not world.count(("begun", what["igmp_group"])):
        for number in range(1, 6):
            world.later(2.5 * number, what)
    return what


@wrong("RFC2236-3-e", "a join is reported by version 2 only when somebody asks", ALL)
def joins_not_reported(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        return what
    if is_query(what):
        world.memory["asked"] = world.now + seconds(what)
    return None if said_by_it(what, REPORT_2) and world.now > world.memory.get("asked", -1) + 0.2 else what


@wrong("RFC3376-8.11-a", "a change is said again after ten seconds, as in version 2")
def changes_said_again_late(frame: Frame, world: World) -> Passed:
    if not kinds(frame) & set(CHANGES) or not repeated(frame, world, 1.5):
        return frame
    world.later(9.0, frame)
    return None


@wrong("RFC3376-5.1-a", "what has changed is said half a second later")
def changes_said_late(frame: Frame, world: World) -> Passed:
    if not kinds(frame) & set(CHANGES):
        return frame
    world.later(0.5, frame)
    return None


@wrong("RFC3376-5.1-a", "sources that are new or gone are not told: only modes are")
def sources_not_told(frame: Frame) -> Passed:
    return changed(frame, lambda record: None if record.kind in (ALLOW, BLOCK) else record)


@wrong("RFC3376-5.1-a", "sources that are none any more are not told, for routers forget them")
def gone_sources_not_told(frame: Frame) -> Passed:
    return changed(frame, lambda record: None if record.kind == BLOCK else record)


@wrong("RFC3376-5.1-a", "a new mode is told without its sources")
def new_mode_without_sources(frame: Frame) -> Passed:
    return changed(frame, lambda record: Record(record.kind, record.group) if record.kind in (TO_IN, TO_EX) else record)


@wrong("RFC3376-5.1-b", "where sources are new it is said too that none are gone, and the other way round")
def empty_records_said(frame: Frame) -> Passed:
    other = {ALLOW: BLOCK, BLOCK: ALLOW}
    found = records(frame)
    alone = [record for record in found if record.kind in other and not any(each.kind == other[record.kind] and each.group == record.group for each in found)]
    return with_records(frame, [*found, *(Record(other[record.kind], record.group) for record in alone)])


@wrong("RFC3376-5.1-d", "a change that comes while another is to be said again takes its place")
def newer_change_takes_the_place(frame: Frame, world: World) -> Passed:
    def last(record: Record) -> Record:
        if record.kind != ALLOW:
            return record
        known = world.memory.setdefault(("allowed", record.group), list[str]())
        new = [source for source in record.sources if source not in known]
        known += new
        return Record(ALLOW, record.group, tuple(new or known[-1:]))

    return changed(frame, last)


@wrong("RFC3376-5.1-e", "while a new mode is to be said again a change of its sources is said as one of sources")
def new_mode_told_in_parts(frame: Frame, world: World) -> Passed:
    def part(record: Record) -> Record:
        if record.kind != TO_EX:
            world.memory.pop(("mode", record.group), None)
            return record
        before = world.memory.setdefault(("mode", record.group), set(record.sources))
        more = tuple(source for source in record.sources if source not in before)
        return Record(BLOCK, record.group, more) if more else record

    return changed(frame, part)
