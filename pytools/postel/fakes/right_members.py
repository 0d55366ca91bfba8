# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that answer queries otherwise than most, or cannot be in all groups: RFC 1112, RFC 2236, RFC 3376, RFC 9776, and what these leave open."""

from postel.fakes.engine import ASKED, RECEIVED, SENT, Call, Frame, Passed, World, edit, right
from postel.fakes.memberships import (
    CURRENT, IS_EX, REPORT_1, REPORT_2, REPORT_3, Record, asked, filters, is_igmp, is_query, kinds, leave,
    members, note, records, report, report_3, seconds, version, with_records,
)  # fmt: skip
from postel.iut.upper import UpperError
from postel.kit import wire

BOTH = (SENT, RECEIVED)
NAMES = "224.0.0.251"  # mDNS


def answers(frame: Frame) -> bool:
    return not frame.incoming and (is_igmp(frame, REPORT_1, REPORT_2) or bool(kinds(frame) & set(CURRENT)))


def within(frame: Frame, world: World, least: float, most: float) -> Passed:
    """Answers come in this part of the time that the query has, if they do not come sooner than that or later anyway."""
    if is_query(frame):
        begun, end = world.memory.get(("from", frame.iface), (0.0, 0.0))
        soon = world.now + seconds(frame)
        world.memory["from", frame.iface] = (begun, min(end, soon)) if world.now < end else (world.now, soon)
        return frame
    begun, end = world.memory.get(("from", frame.iface), (0.0, 0.0))
    if not answers(frame) or not begun <= world.now <= end:
        return frame
    place = (world.now - begun) / (end - begun)
    at = begun + (end - begun) * (least + place * (most - least))
    if at <= world.now:
        return frame
    world.later(at - world.now, frame)
    return None


@right("RFC 3376 5.2, RFC 2236 3 (drawn from the time of the query)", "answers come in the last third of their time", BOTH)
def answers_in_the_last_third(frame: Frame, world: World) -> Passed:
    return within(frame, world, 0.67, 0.99)


@right("RFC 3376 5.2, RFC 2236 3", "answers come never in the first tenth of their time", BOTH)
def answers_not_at_once(frame: Frame, world: World) -> Passed:
    return within(frame, world, 0.1, 1.0)


@right("RFC 3376 5.2 (the time is the most), RFC 2236 3", "answers come in the first half of the time that there is", RECEIVED)
def answers_in_the_first_half(frame: Frame) -> Passed:
    """Of times that are long enough to be halved, and not floats."""
    return edit(frame, igmp_code=frame["igmp_code"] // 2) if is_query(frame) and version(frame) > 1 and 2 <= frame["igmp_code"] < 128 else frame


@right("RFC 3376 7.2.2 (MAY)", "an answer of version 3 is left out where an older report of the group was heard", BOTH)
def older_reports_are_enough(frame: Frame, world: World) -> Passed:
    if is_query(frame):
        world.memory["enough"] = set()
    if is_igmp(frame, REPORT_1, REPORT_2) and frame.incoming:
        world.memory.setdefault("enough", set()).add(frame["igmp_group"])
    enough = world.memory.get("enough", set())
    if frame.incoming or not kinds(frame) & set(CURRENT) or any(group.startswith("232.") for group in enough):
        return frame
    left = [record for record in records(frame) if record.kind not in CURRENT or record.group not in enough]
    return with_records(frame, left) if left else None


# What is said beside it


@right("RFC 6762, RFC 3376 5.1 and 5.2", "a program of the host is in the group of mDNS, which answers of version 3 have too")
def in_a_group_of_its_own(frame: Frame) -> Passed:
    return with_records(frame, [*records(frame), Record(IS_EX, NAMES)]) if kinds(frame) == {IS_EX} and len(frame.packet) < 200 and len(records(frame)) < 3 else frame


@right("RFC 6762, RFC 2236 3", "a program of the host is in the group of mDNS, and that is reported in every version", BOTH)
def reports_a_group_of_its_own(frame: Frame, world: World) -> Passed:
    if not answers(frame) or not world.memory.pop(("asked", frame.iface), False):
        if is_query(frame):
            world.memory["asked", frame.iface] = True
        return frame
    if is_igmp(frame, REPORT_3):
        return [report_3(frame.iface, Record(IS_EX, NAMES)), frame]
    return [report(frame.iface, NAMES, 1 if is_igmp(frame, REPORT_1) else 2), frame]


@right("RFC 2236 3 (who cannot know whether it was the last MAY always say it)", "a leave is said whoever reported last", (SENT, RECEIVED, ASKED))
def always_leaves(what: Frame | Call, world: World) -> Passed:
    """Where the querier is of version 2, once, and where the host itself says nothing."""
    if isinstance(what, Frame):
        if is_query(what) and version(what) == 1:
            world.memory["old", what.iface] = True
        if is_igmp(what, REPORT_1, REPORT_2) and what.incoming:
            world.memory["last", what.iface, what["igmp_group"]] = True
        if not what.incoming and is_igmp(what, REPORT_2, REPORT_1):
            world.memory["last", what.iface, what["igmp_group"]] = False
        if is_igmp(what, REPORT_3):
            world.memory["new", what.iface] = True
        if not what.incoming and is_igmp(what, REPORT_2):
            world.memory["new", what.iface] = False
        return what
    found = note(what, world)
    if not found or found[1] != ("include", ()) or filters(world, found[0][1], found[0][2]):
        return what
    on, group = found[0][1], found[0][2]
    if world.memory.get(("last", on, group)) and not world.memory.get(("old", on)) and not world.memory.get(("new", on)):
        world.later(0.001, leave(on, group))
    return what


# What they cannot


@right("RFC 2236 (a host of version 2)", "the host speaks version 2 at most", (ASKED, SENT, RECEIVED), role="host")
def version_2_at_most(what: Frame | Call, world: World) -> Passed:
    return only(what, world, 2)


@right("RFC 1112 App. I (a host of version 1)", "the host speaks version 1 and no other", (ASKED, SENT, RECEIVED), role="host")
def version_1_only(what: Frame | Call, world: World) -> Passed:
    return only(what, world, 1)


def only(what: Frame | Call, world: World, newest: int) -> Passed:
    """Sources are chosen by the sockets alone, and the routers know of groups."""
    if isinstance(what, Call):
        note(what, world)
        return what
    if is_query(what):
        return older(what, newest)
    return [said for record in records(what) for said in in_short(what, record, world, newest)] if is_igmp(what, REPORT_3) and not what.incoming else what


def older(query: Frame, newest: int) -> Frame:
    """The query as a host reads it that knows no newer version."""
    if version(query) <= newest:
        return query
    known = query["payload"][:8]
    known = known[:1] + (known[1:2] if newest == 2 else b"\0") + bytes(2) + known[4:]
    right_sum = wire.ones_sum(query["payload"]) == 0xFFFF
    return edit(query, payload=known[:2] + (wire.checksum(known) if right_sum else 0x1234).to_bytes(2, "big") + known[4:])


def in_short(frame: Frame, record: Record, world: World, newest: int) -> list[Frame]:
    """What an older version says in place of a record: that the host is in the group since, or not any more."""
    key, joined = ("in", frame.iface, record.group), record.group in members(world, frame.iface)
    before = world.memory.get(key)
    if record.kind in CURRENT:
        return [report(frame.iface, record.group, newest)] if joined else []
    if joined and before in (None, record):
        world.memory[key] = record
        return [report(frame.iface, record.group, newest)]
    if joined or before is None:
        return []
    del world.memory[key]
    return [leave(frame.iface, record.group)] if newest == 2 else []


@right("RFC 3376 2 (the number of sources may be limited, to 64 at least)", "a user may name sixty-four sources", ASKED)
def sixty_four_sources(call: Call) -> Passed:
    found = asked(call)
    if found and len(found[1][1]) > 64:
        raise UpperError(call.op, "ENOBUFS")
    return call


@right("RFC 3376 3.2 (where there is no room who wants a group is told)", "the host may be in twenty-four groups of each interface", ASKED)
def twenty_four_groups(call: Call, world: World) -> Passed:
    found = asked(call)
    if found and found[1] != ("include", ()) and found[0][2] not in members(world, found[0][1]) and len(members(world, found[0][1])) >= 24:
        raise UpperError(call.op, "ENOBUFS")
    note(call, world)
    return call


@right("RFC 4604 2.1 (what has no source there may be refused, or taken)", "a user who joins one of 232/8 without a source is refused", ASKED)
def source_specific_joins_refused(call: Call) -> Passed:
    if call.keys.get("kind") == "ssm-range":
        raise UpperError(call.op, "EOPNOTSUPP", "which ones these are is not for the user to say")
    if call.op == "add" and call.keys.get("kind") == "group" and call.keys["addr"].startswith("232."):
        raise UpperError(call.op, "EINVAL")
    return call
