# SPDX-License-Identifier: BSD-2-Clause
"""Wrong in what a router is told to keep (RFC 1812 5.3.9): its rules are others than were asked for."""

from collections.abc import Callable
from functools import wraps

from postel.fakes.engine import ASKED, SENT, TOLD, Call, Frame, Passed, edit, wrong
from postel.iut.upper import Event

Keys = dict[str, str]
PREFIXES = ("srclen", "dstlen")
UNREACHABLE, PROHIBITED = 3, 13


def of_rules(change: Callable[[Keys], Keys | None]) -> Callable[[Call], Passed]:
    """Other keys than were asked for; None: nothing is done."""

    @wraps(change)
    def act(call: Call) -> Passed:
        if call.op not in ("add", "del") or call.keys.get("kind") != "rule":
            return call
        keys = change(dict(call.keys))
        return None if keys is None else Call(call.op, keys)

    return act


def _prefixes(keys: Keys, change: Callable[[int], int]) -> Keys:
    return keys | {name: str(change(int(keys[name]))) for name in PREFIXES if name in keys}


@wrong("RFC1812-5.3.9-a", "nothing is kept that a rule would drop", ASKED)
@of_rules
def rules_that_do_nothing(keys: Keys) -> Keys | None:
    return None if keys.get("action") == "drop" else keys


@wrong("RFC1812-5.3.9-b", "prefixes are cut to whole octets", ASKED)
@of_rules
def prefixes_of_octets(keys: Keys) -> Keys | None:
    return _prefixes(keys, lambda bits: bits // 8 * 8)


@wrong("RFC1812-5.3.9-b", "a prefix of 31 bits is one host", ASKED)
@of_rules
def no_pairs(keys: Keys) -> Keys | None:
    return _prefixes(keys, lambda bits: 32 if bits == 31 else bits)


@wrong("RFC1812-5.3.9-b", "rules are for the source alone", ASKED)
@of_rules
def sources_alone(keys: Keys) -> Keys | None:
    return {name: value for name, value in keys.items() if name not in ("dst", "dstlen")}


@wrong("RFC1812-5.3.9-c", "a prefix of no bits is the host 0.0.0.0", ASKED)
@of_rules
def nobody_for_any(keys: Keys) -> Keys | None:
    return _prefixes(keys, lambda bits: bits or 32)


@wrong("RFC1812-5.3.9-d", "what is dropped is reported", ASKED)
@of_rules
def no_silence(keys: Keys) -> Keys | None:
    return keys | {"action": "reject"} if keys.get("action") == "drop" else keys


@wrong("RFC1812-5.3.9-e", "what is rejected is dropped silently", ASKED)
@of_rules
def no_word(keys: Keys) -> Keys | None:
    return {name: value for name, value in keys.items() if name != "code"} | {"action": "drop"} if keys.get("action") == "reject" else keys


@wrong("RFC1812-5.3.9-e", "a rule's rejection holds for every protocol", ASKED)
@of_rules
def rejects_every_protocol(keys: Keys) -> Keys | None:
    return {name: value for name, value in keys.items() if name != "protocol"} if keys.get("action") == "reject" else keys


@wrong("RFC1812-5.3.9-e", "what a rule forbids is a host that cannot be reached", SENT)
def unreachable_by_rule(frame: Frame) -> Passed:
    return edit(frame, code=1) if frame.is_error and (frame["type"], frame["code"]) == (UNREACHABLE, PROHIBITED) else frame


@wrong("RFC1812-5.3.9-f", "how often a rule has matched is not counted", TOLD)
def matches_not_counted(event: Event) -> Passed:
    return Event(event.name, event.keys | {"hits": "0"}) if event.name == "rule" else event


@wrong("RFC1812-5.3.9-f", "what a rule is to tell it does not", ASKED)
@of_rules
def rules_tell_nothing(keys: Keys) -> Keys | None:
    return {name: value for name, value in keys.items() if name != "log"}


@wrong("RFC1812-5.3.9-f", "every rule tells what it discards", ASKED)
@of_rules
def rules_tell_all(keys: Keys) -> Keys | None:
    return keys | {"log": "1"} if keys.get("action") in ("drop", "reject") else keys


@wrong("RFC1812-5.3.9-h", "there is no list of what is passed on", ASKED)
@of_rules
def nothing_is_accepted(keys: Keys) -> Keys | None:
    return None if keys.get("action") == "accept" else keys
