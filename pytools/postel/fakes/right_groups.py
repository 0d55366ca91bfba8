# SPDX-License-Identifier: BSD-2-Clause
"""Right stacks that are in groups in another way than most: RFC 1112, RFC 2236, RFC 3376, RFC 9776, and what these leave open."""

from postel.fakes.engine import ASKED, SENT, Call, Frame, Passed, World, edit, right
from postel.fakes.memberships import ALLOW, BLOCK, LEAVE, REPORT_1, REPORT_2, TO_EX, TO_IN, Record, is_igmp, kinds, records, with_records


def says(frame: Frame, *types: int) -> bool:
    """A message of IGMP of its own: what a router passes on is from another link."""
    return is_igmp(frame, *types) and (frame["src"] == "0.0.0.0" or frame.lab.is_near(frame["src"]))


# How reports are put together


@right("RFC 3376 4.2 (a report has as many records as it may)", "each record is in a report of its own")
def records_one_by_one(frame: Frame) -> Passed:
    return [with_records(frame, [record]) for record in records(frame)] if len(records(frame)) > 1 else frame


@right("RFC 3376 4.2.16 (sources may be in several records of a group)", "what an answer includes is said by a record for each source", SENT)
def sources_one_by_one(frame: Frame) -> Passed:
    if not kinds(frame) & {1, ALLOW, BLOCK}:
        return frame
    found = [Record(record.kind, record.group, (source,)) for record in records(frame) if record.kind in (1, ALLOW, BLOCK) for source in record.sources]
    rest = [record for record in records(frame) if record.kind not in (1, ALLOW, BLOCK)]
    return [with_records(frame, [record]) for record in rest + found]


@right("RFC 3376 4.2 (records have no order)", "records come in the opposite order, and sources too")
def records_turned_round(frame: Frame) -> Passed:
    return with_records(frame, [Record(record.kind, record.group, record.sources[::-1]) for record in records(frame)[::-1]]) if records(frame) else frame


@right("RFC 791 3.1 (padding), RFC 2113", "messages of IGMP have forty octets of options: Router Alert, and No Operations")
def router_alert_and_nothing(frame: Frame) -> Passed:
    """As long as they fit: those that are cut by the MTU leave no room."""
    return edit(frame, options=frame["options"] + b"\1\1\1\0") if says(frame) and frame["options"] and len(frame.packet) <= 64 else frame


@right("RFC 791 3.1 (options have no order)", "the Router Alert stands behind No Operations")
def router_alert_behind_nothing(frame: Frame) -> Passed:
    return edit(frame, options=b"\1\1\1\1" + frame["options"]) if says(frame) and frame["options"] and len(frame.packet) <= 64 else frame


@right("RFC 2236 2 (nothing is said of the type of service)", "messages of version 2 are control of the network")
def version_2_as_control(frame: Frame) -> Passed:
    return edit(frame, tos=0xC0) if says(frame, REPORT_1, REPORT_2, LEAVE) else frame


@right("RFC 2474 4.2.2.2 (class selectors have their codepoints)", "messages of version 3 have a bit of ECN or none, and all have Don't Fragment and the identification 0")
def atomic_igmp(frame: Frame) -> Passed:
    return edit(frame, df=1, id=0) if says(frame) else frame


@right("RFC 1112 App. I, RFC 2113 (options may be in any datagram)", "reports of version 1 have the Router Alert too")
def version_1_with_router_alert(frame: Frame) -> Passed:
    return edit(frame, options=b"\x94\4\0\0") if says(frame, REPORT_1) else frame


# How often, and when


@right("RFC 3376 4.1.7 and 8.1 (the robustness may be up to 7)", "changes are said as often as a robustness of 7 has it, unless the user sets one", (SENT, ASKED))
def robustness_of_7(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["set"] = world.memory.get("set") or what.keys.get("name") == "igmp-robustness"
        return what
    if kinds(what) & {TO_EX, TO_IN} and not world.memory.get("set") and not world.count(what["payload"]):
        for number in range(5):
            world.later(0.9 * (number + 1), what)
    return what


@right("RFC 3376 5.1 and 8.1 (said again after a random time, which may be short)", "a join is reported twice at once, unless the user sets a robustness", (SENT, ASKED))
def joins_said_twice(what: Frame | Call, world: World) -> Passed:
    if isinstance(what, Call):
        world.memory["set"] = world.memory.get("set") or what.keys.get("name") == "igmp-robustness"
        return what
    return [what, what] if TO_EX in kinds(what) and not world.memory.get("set") and not world.count(what["payload"]) else what
