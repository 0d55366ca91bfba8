# SPDX-License-Identifier: BSD-2-Clause
"""Stacks that are wrong about queries and the times of what they say of their groups: RFC 1112 appendix I, RFC 2236 3 to 6, RFC 3376 4.1, 5 and 7."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, wrong
from postel.fakes.memberships import (
    ALL_HOSTS, CURRENT, IS_EX, IS_IN, LEAVE, NONE, REPORT_1, REPORT_2, REPORT_3, TO_EX, Record, about, by, changed, filters, group_mac, is_igmp, is_query,
    kinds, leave, members, note, records, report, report_3, seconds, to_group, version, with_records,
)  # fmt: skip
from postel.kit import wire

BOTH = (SENT, RECEIVED)
ALL = (SENT, RECEIVED, ASKED)
OLD = (REPORT_1, REPORT_2)


def said_by_it(frame: Frame, *types: int) -> bool:
    return not frame.incoming and is_igmp(frame, *types)


# How soon an answer comes


def query_in(frame: Frame, of_version: int) -> bool:
    """One that its checksum does not make none."""
    return is_query(frame) and version(frame) == of_version and wire.ones_sum(frame["payload"]) == 0xFFFF


@wrong("RFC3376-5.2-g", "a general query of version 3 is answered within a tenth of a second, however much time there is", RECEIVED)
def general_query_answered_at_once(frame: Frame) -> Passed:
    return edit(frame, igmp_code=1) if query_in(frame, 3) and about(frame)[0] == "0.0.0.0" and frame["igmp_code"] > 1 else frame


@wrong("RFC2236-3-a", "a query of version 2 is answered within a tenth of a second, however much time there is", RECEIVED)
def query_2_answered_at_once(frame: Frame) -> Passed:
    return edit(frame, igmp_code=1) if query_in(frame, 2) else frame


@wrong(("RFC1112-App.I-b", "RFC2236-4-b", "RFC3376-7.2.1-d"), "the time of a query of version 1, which has none, is taken for none: it is answered at once", ALL)
def query_1_answered_at_once(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    if is_query(what):
        world.memory["quiet", what.iface] = world.now + 10.3 if version(what) == 1 else 0
    if query_in(what, 1) and what["dst"] == ALL_HOSTS:
        return [what, *(report(what.iface, group, 1) for group in members(world, what.iface))]
    return None if said_by_it(what, REPORT_1) and world.now < world.memory.get(("quiet", what.iface), 0) else what


@wrong(("RFC2236-4-b", "RFC3376-7.2.1-d", "RFC3376-7.2.1-a"), "a query of version 1 has no time, and so is not answered at all", RECEIVED)
def query_1_not_answered(frame: Frame) -> Passed:
    return None if query_in(frame, 1) else frame


@wrong(("RFC2236-3-a", "RFC3376-5.2-a"), "answers come half a second after their time", BOTH)
def answers_too_late(frame: Frame, world: World) -> Passed:
    if is_query(frame):
        world.memory["until", frame.iface] = world.now + seconds(frame)
    late = said_by_it(frame, REPORT_2) or (kinds(frame) & set(CURRENT) and not frame.incoming)
    until = world.memory.pop(("until", frame.iface), 0) if late else 0
    if not until or until <= world.now:
        return frame
    world.later(until + 0.5 - world.now, frame)
    return None


@wrong("RFC3376-4.1.1-a", "a time from 128 on is read as so many tenths of a second", RECEIVED)
def long_times_are_linear(frame: Frame) -> Passed:
    """191 are 19.1 s then, as 0x88 says."""
    return edit(frame, igmp_code=0x88) if query_in(frame, 3) and frame["igmp_code"] > 0x88 else frame


@wrong("RFC3376-4.1.1-a", "the mantissa of a long time is read without the bit that is not sent", RECEIVED)
def long_times_without_hidden_bit(frame: Frame) -> Passed:
    """(mantissa) << (exponent + 3), less than 128 of which are tenths themselves."""
    code = frame["igmp_code"] or 0
    value = (code & 15) << ((code >> 4 & 7) + 3)
    if not query_in(frame, 3) or code < 128:
        return frame
    return edit(frame, igmp_code=value if value < 128 else max(float_code for float_code in range(128, 256) if (float_code & 15 | 16) << ((float_code >> 4 & 7) + 3) <= value))


@wrong("RFC3376-7.2.1-e", "a time from 128 on in a query of version 2 is read as that of version 3 is", BOTH)
def times_of_version_2_are_floats(frame: Frame, world: World) -> Passed:
    if query_in(frame, 2) and frame["igmp_code"] >= 128:
        code = frame["igmp_code"]
        world.memory["late"] = ((code & 15 | 16) << ((code >> 4 & 7) + 3)) / 10 - code / 10
    late = world.memory.pop("late", 0) if said_by_it(frame, REPORT_2) else 0
    if not late:
        return frame
    world.later(late, frame)
    return None


def postponed(frame: Frame, world: World, of_version: int, types: tuple[int, ...]) -> Passed:
    """Each query begins the time of the answer anew, though one was due already."""
    if query_in(frame, of_version):
        asked = world.memory.get(("asked", frame.iface))
        world.memory["asked", frame.iface] = True
        if asked:
            world.memory["put off", frame.iface] = world.now + 0.9 * seconds(frame)
        return frame
    if not said_by_it(frame, *types):
        return frame
    world.memory["asked", frame.iface] = False
    until = world.memory.pop(("put off", frame.iface), 0)
    if until <= world.now:
        return frame
    world.later(until - world.now, frame)
    return None


@wrong("RFC2236-3-b", "each query of version 2 sets all timers anew, though they would have ended sooner", BOTH)
def timers_2_set_anew(frame: Frame, world: World) -> Passed:
    return postponed(frame, world, 2, (REPORT_2,))


@wrong("RFC1112-App.I-c", "each query of version 1 sets all timers anew, and a report comes ten seconds after the last of them", BOTH)
def timers_1_set_anew(frame: Frame, world: World) -> Passed:
    return postponed(frame, world, 1, (REPORT_1,))


@wrong(("RFC3376-5.2-c", "RFC3376-5.2-d"), "each query of version 3 puts off what is due already", BOTH)
def answers_3_put_off(frame: Frame, world: World) -> Passed:
    return postponed(frame, world, 3, (REPORT_3,))


@wrong("RFC3376-5.2-d", "while an answer is due a query that has less time does not bring it forward", RECEIVED)
def answer_not_brought_forward(frame: Frame, world: World) -> Passed:
    if not query_in(frame, 3):
        return frame
    if world.now < world.memory.get(("until", frame.iface), 0):
        return None
    world.memory["until", frame.iface] = world.now + seconds(frame)
    return frame


@wrong("RFC2236-3-b", "while a report is due a query that has less time does not bring it forward", RECEIVED)
def report_2_not_brought_forward(frame: Frame, world: World) -> Passed:
    if not query_in(frame, 2):
        return frame
    if world.now < world.memory.get(("until", frame.iface), 0):
        return None
    world.memory["until", frame.iface] = world.now + seconds(frame)
    return frame


@wrong(("RFC3376-5.2-c", "RFC3376-5.2-d", "RFC3376-5.2-a"), "each of two general queries is answered, though one answer would do for both", ALL)
def each_query_has_its_answer(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    if query_in(what, 3) and about(what)[0] == "0.0.0.0":
        if world.now < world.memory.get(("until", what.iface), 0) and (groups := members(world, what.iface)):
            world.later(0.7 * seconds(what), report_3(what.iface, *(Record(IS_EX, group) for group in groups)))
        world.memory["until", what.iface] = world.now + seconds(what)
    if not what.incoming and kinds(what) & set(CURRENT):
        world.memory["until", what.iface] = 0
    return what


@wrong("RFC2236-3-a", "all groups are reported at one moment: there is one timer for all of them", ALL)
def one_timer_for_all_groups(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    end = world.memory.get(("quiet", what.iface), -1.0)
    if query_in(what, 2) and about(what)[0] == "0.0.0.0":
        world.memory["quiet", what.iface] = max(end, world.now + seconds(what))
        for group in members(world, what.iface):
            world.later(seconds(what) / 2, report(what.iface, group))
    if what.incoming and is_igmp(what, *OLD):
        world.never(report(what.iface, what["igmp_group"]))
    return None if said_by_it(what, REPORT_2) and world.now <= end else what


# What another host says


@wrong(("RFC1112-App.I-e", "RFC2236-5-a"), "what other hosts report by version 1 is not listened to", RECEIVED)
def reports_1_not_heard(frame: Frame) -> Passed:
    return None if is_igmp(frame, REPORT_1) and frame.incoming else frame


@wrong("RFC2236-3-d", "what other hosts report by version 2 is not listened to", RECEIVED)
def reports_2_not_heard(frame: Frame) -> Passed:
    return None if is_igmp(frame, REPORT_2) and frame.incoming else frame


@wrong(("RFC2236-6-d", "RFC1112-App.I-e"), "another host's report of any group is enough for all groups", (RECEIVED, ASKED))
def any_report_is_enough(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    if not is_igmp(what, *OLD) or wire.ones_sum(what["payload"]) != 0xFFFF or what["dst"] != what["igmp_group"]:
        return what
    return [to_group(edit(what, igmp_group=group), group) for group in {*members(world, what.iface), what["igmp_group"]}]


@wrong("RFC1112-App.I-o", "another host's report on one link is enough for the other one", RECEIVED)
def report_counts_on_all_links(frame: Frame) -> Passed:
    return [frame, by(edit(frame, src=f"198.18.{(0, 64)[1 - frame.iface]}.{(9, 75)[1 - frame.iface]}"), 1 - frame.iface)] if is_igmp(frame, *OLD) else frame


@wrong("RFC3376-5-b", "an answer of version 3 is left out where another host has reported the group by version 3", BOTH)
def reports_3_are_enough(frame: Frame, world: World) -> Passed:
    if is_query(frame):
        world.memory["enough"] = set()
    if frame.incoming:
        world.memory.setdefault("enough", set()).update(record.group for record in records(frame))
        return frame
    enough = world.memory.get("enough", set())
    return changed(frame, lambda record: None if record.kind in CURRENT and record.group in enough else record)


@wrong("RFC3376-5-b", "another host's leave is taken for a report", RECEIVED)
def leave_is_enough(frame: Frame, world: World) -> Passed:
    if not is_igmp(frame, LEAVE):
        return frame
    return to_group(edit(frame, igmp_type=REPORT_2), frame["igmp_group"])


@wrong("RFC2236-3-f", "who leaves says nothing: its group ends when nobody answers")
def no_leave(frame: Frame) -> Passed:
    return None if is_igmp(frame, LEAVE) else frame


@wrong("RFC2236-6-b", "who leaves says so, though the querier is of version 1", ALL)
def leave_for_version_1(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Frame):
        if query_in(what, 1):
            world.memory["old", what.iface] = True
        return what
    found = note(what, world)
    if found and found[1] == ("include", NONE) and world.memory.get(("old", found[0][1])) and not filters(world, found[0][1], found[0][2]):
        world.later(0.001, leave(found[0][1], found[0][2]))
    return what


# Queries for one group, and for sources


@wrong("RFC2236-3-c", "a query of version 2 for one group is answered for all", RECEIVED)
def query_2_for_a_group_is_general(frame: Frame) -> Passed:
    general = query_in(frame, 2) and about(frame)[0] != "0.0.0.0" and about(frame)[0] != ALL_HOSTS
    return edit(frame, igmp_group="0.0.0.0", dst=ALL_HOSTS, eth_dst=group_mac(ALL_HOSTS)) if general else frame


@wrong("RFC3376-5.2-h", "a query for a group that the host is not in is answered: it wants no source of it", (RECEIVED, ASKED))
def answers_for_others_groups(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    strange = query_in(what, 3) and about(what)[0] not in ("0.0.0.0", ALL_HOSTS, *members(world, what.iface)) and not about(what)[1]
    return [what, report_3(what.iface, Record(IS_IN, about(what)[0]))] if strange else what


@wrong("RFC2236-6-d", "a query of version 2 for a group that the host is not in is answered", (RECEIVED, ASKED))
def reports_2_others_groups(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    strange = query_in(what, 2) and about(what)[0] not in ("0.0.0.0", ALL_HOSTS, *members(world, what.iface)) and about(what)[0].startswith("2")
    return [what, report(what.iface, about(what)[0])] if strange and int(about(what)[0].split(".")[0]) >= 224 else what


@wrong("RFC1112-App.I-m", "a query of version 1 that has a group is one for that group", ALL)
def group_of_a_query_1_read(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    return None if query_in(what, 1) and about(what)[0] not in ("0.0.0.0", *members(world, what.iface)) else what


@wrong(("RFC3376-5.2-i", "RFC3376-5.2-e"), "a query for sources is not answered", RECEIVED)
def query_for_sources_ignored(frame: Frame) -> Passed:
    return None if query_in(frame, 3) and about(frame)[1] else frame


@wrong(("RFC3376-5.2-i", "RFC3376-5.2-e"), "a query for sources is answered as one for their group is", RECEIVED)
def query_for_sources_is_for_the_group(frame: Frame) -> Passed:
    return edit(frame, igmp_rest=frame["igmp_rest"][:2] + bytes(2)) if query_in(frame, 3) and about(frame)[1] else frame


@wrong("RFC3376-5.2-i", "what answers a query for sources has all of them, wanted or not", BOTH)
def answer_repeats_the_sources(frame: Frame, world: World) -> Passed:
    if query_in(frame, 3):
        world.memory["sources", about(frame)[0]] = about(frame)[1]
    if frame.incoming:
        return frame
    return changed(frame, lambda record: Record(IS_IN, record.group, world.memory.get(("sources", record.group)) or record.sources) if record.kind == IS_IN else record)


@wrong("RFC3376-5.2-i", "where no source is wanted that a query names this is said, by an empty record", (RECEIVED, ASKED))
def empty_answer_for_sources(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    group, sources = about(what) if query_in(what, 3) else ("", NONE)
    found = filters(world, what.iface, group)
    nothing = sources and found and not any((source in of) == (mode == "include") for source in sources for mode, of in found)
    return [what, report_3(what.iface, Record(IS_IN, group))] if nothing else what


@wrong("RFC3376-5.2-e", "of several queries for sources of a group the last one is answered", BOTH)
def last_query_for_sources_counts(frame: Frame, world: World) -> Passed:
    if query_in(frame, 3) and about(frame)[1]:
        world.memory["last", about(frame)[0]] = about(frame)[1]
    if frame.incoming:
        return frame

    def of_the_last(record: Record) -> Record:
        last = world.memory.pop(("last", record.group), NONE)
        return Record(IS_IN, record.group, tuple(source for source in record.sources if source in last)) if last and record.kind == IS_IN else record

    return changed(frame, of_the_last)


@wrong("RFC3376-5.2-k", "sources that were asked for stay so: the next answer has them again", (SENT, RECEIVED))
def asked_sources_stay(frame: Frame, world: World) -> Passed:
    if query_in(frame, 3):
        world.memory["of", about(frame)[0]] = bool(about(frame)[1])
    if frame.incoming:
        return frame

    def with_those_before(record: Record) -> Record:
        if record.kind != IS_IN or not world.memory.get(("of", record.group)):
            return record
        known = world.memory.setdefault(("known", record.group), list[str]())
        known += [source for source in record.sources if source not in known]
        return Record(IS_IN, record.group, tuple(known))

    return changed(frame, with_those_before)


@wrong("RFC3376-5.2-f", "a general query is answered for the first group alone")
def answer_for_the_first_group(frame: Frame) -> Passed:
    return with_records(frame, records(frame)[:1]) if kinds(frame) == {IS_EX} else frame


# Queriers of other versions, and of other links


@wrong(("RFC3376-5-c", "RFC1112-App.I-o"), "a query is answered by all interfaces", RECEIVED)
def query_answered_on_all_links(frame: Frame) -> Passed:
    return [frame, by(edit(frame, src=f"198.18.{(0, 64)[1 - frame.iface]}.{(1, 65)[1 - frame.iface]}"), 1 - frame.iface)] if is_query(frame) and wire.ones_sum(frame["payload"]) == 0xFFFF else frame


@wrong(("RFC3376-7.1-a", "RFC3376-7.2.1-a"), "a query of version 3 is read as one of version 2, for it is longer and begins like one", RECEIVED)
def query_3_read_as_2(frame: Frame) -> Passed:
    return edit(frame, igmp_rest=b"") if query_in(frame, 3) and frame["igmp_code"] else frame


@wrong(("RFC3376-7.2.1-a", "RFC3376-7.2.1-c", "RFC3376-4-b"), "an older query is answered by version 3", SENT)
def never_an_older_version(frame: Frame) -> Passed:
    return report_3(frame.iface, Record(IS_EX, frame["igmp_group"])) if is_igmp(frame, *OLD) else frame


def as_of(frame: Frame, of_version: int) -> Passed:
    """What is said of groups, by another version."""
    if is_igmp(frame, REPORT_1, REPORT_2):
        group = frame["igmp_group"]
        return report_3(frame.iface, Record(IS_EX, group)) if of_version == 3 else report(frame.iface, group, of_version)
    if records(frame) and of_version < 3:
        return [report(frame.iface, record.group, of_version) for record in records(frame) if record.kind in (IS_EX, TO_EX)]
    return frame


@wrong(("RFC9776-8.12-a", "RFC3376-7.2.1-g"), "an older querier is forgotten when one of version 3 asks", BOTH)
def older_querier_forgotten_at_once(frame: Frame, world: World) -> Passed:
    if is_query(frame):
        world.memory["version", frame.iface] = version(frame)
    known = world.memory.get(("version", frame.iface))
    return as_of(frame, 3) if known == 3 and said_by_it(frame, *OLD) else frame


@wrong("RFC3376-7.2.1-g", "an older querier is remembered for ever", BOTH)
def older_querier_never_forgotten(frame: Frame, world: World) -> Passed:
    if is_query(frame) and version(frame) < 3:
        world.memory["version", frame.iface] = min(version(frame), world.memory.get(("version", frame.iface), 3))
    known = world.memory.get(("version", frame.iface))
    return as_of(frame, known) if known and said_by_it(frame, REPORT_3) else frame


@wrong(("RFC9776-8.12-a", "RFC3376-7.2.1-g"), "an older querier is remembered for half a minute", BOTH)
def older_querier_forgotten_soon(frame: Frame, world: World) -> Passed:
    if is_query(frame) and version(frame) < 3:
        world.memory["at", frame.iface] = world.now
    gone = world.now - world.memory.get(("at", frame.iface), world.now) > 30
    return as_of(frame, 3) if gone and said_by_it(frame, *OLD) else frame


@wrong(("RFC2236-4-d", "RFC2236-8.11-a"), "where a querier of version 1 was heard the next of version 2 makes reports ones of version 2", BOTH)
def version_of_the_last_query(frame: Frame, world: World) -> Passed:
    if is_query(frame):
        world.memory["version", frame.iface] = version(frame)
    return as_of(frame, 2) if said_by_it(frame, REPORT_1) and world.memory.get(("version", frame.iface)) == 2 else frame


@wrong("RFC2236-8.11-a", "a querier of version 1 is remembered for half a minute", BOTH)
def querier_1_forgotten_soon(frame: Frame, world: World) -> Passed:
    if query_in(frame, 1):
        world.memory["at", frame.iface] = world.now
    gone = world.now - world.memory.get(("at", frame.iface), world.now) > 30
    return as_of(frame, 2) if gone and said_by_it(frame, REPORT_1) else frame


@wrong("RFC2236-5-a", "reports of version 1 are nothing to a host of version 2", BOTH)
def older_reports_not_heard(frame: Frame, world: World) -> Passed:
    if is_query(frame):
        world.memory["version"] = version(frame)
    return None if frame.incoming and is_igmp(frame, REPORT_1) and world.memory.get("version") == 2 else frame


@wrong("RFC3376-7.2.1-b", "an older querier on one link makes the host speak its version on all", BOTH)
def version_of_all_links(frame: Frame, world: World) -> Passed:
    if is_query(frame) and version(frame) < 3:
        world.memory["version"] = version(frame)
    known = world.memory.get("version")
    return as_of(frame, known) if known and said_by_it(frame, REPORT_3) and kinds(frame) <= {IS_EX, TO_EX} else frame


@wrong("RFC3376-7.2.1-f", "what is due to a query of version 3 is said though an older querier was heard since", ALL)
def due_answers_not_cancelled(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        note(what, world)
        return what
    if query_in(what, 3):
        world.memory["until", what.iface] = world.now + seconds(what)
    if query_in(what, 2) and world.now < world.memory.pop(("until", what.iface), 0) and (groups := members(world, what.iface)):
        world.later(0.2, report_3(what.iface, *(Record(IS_EX, group) for group in groups)))
    if not what.incoming and kinds(what) & set(CURRENT):
        world.memory.pop(("until", what.iface), 0)
    return what


@wrong(("RFC3376-7.2.1-c", "RFC3376-7.2.1-a"), "the version of an older querier is spoken ten seconds after its query", BOTH)
def older_version_spoken_late(frame: Frame, world: World) -> Passed:
    if is_query(frame) and version(frame) < 3:
        world.memory.setdefault(("first", frame.iface), world.now)
    soon = world.now - world.memory.get(("first", frame.iface), -1e9) < 10
    return as_of(frame, 3) if soon and said_by_it(frame, REPORT_2) else frame


@wrong("RFC1112-App.I-n", "what is due of a group is reported though the host has left it", ALL)
def left_groups_reported(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Frame):
        if query_in(what, 1):
            world.memory["until", what.iface] = world.now + seconds(what)
        return what
    found = note(what, world)
    if found and found[1] == ("include", NONE) and world.now < world.memory.get(("until", found[0][1]), 0):
        world.later(1.0, report(found[0][1], found[0][2], 1))
    return what
