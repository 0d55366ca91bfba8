# SPDX-License-Identifier: BSD-2-Clause
"""Groups: what the IUT's user joins, and what the IUT says of it to queriers (RFC 1112, 2236, 3376).

Delays are drawn at random, so that nothing is judged by one of them but its bounds. By a clock that we drive an answer is waited for to
the end of its time; by a real one until it is there."""

from postel.kit import timed, wire
from postel.kit.igmp import GROUP, Said, group_mac, query, said
from postel.kit.lower import LowerTester
from postel.kit.packets import probe, udp
from postel.kit.user import USER_PORT, bind
from postel.lab.addresses import LEFT

A, B, C, D = (LEFT.host(number) for number in (101, 102, 103, 104))  # sources
AT_ONCE = 0.3  # seconds within which what is due at once has come: some stacks look at their timers ten times a second
LATE, BUSY = 0.2, 1.0  # by which a timer may be late; and where the machine has much else to do
CHANCES = 8  # that somebody has who draws a time, and is not to draw that of now
SPREADS = {version: f"spreads-answers-{version}" for version in (1, 2, 3)}  # abilities, by the version of the query
ANSWERS = {version: f"answers-queries-{version}" for version in (2, 3)}  # of version 1: speaks-igmp-1
LOOKS, LEAST = 16, 0.02  # how often it is looked in a span of time, and seconds between two looks


def joins(lt: LowerTester, group: str = GROUP, *, port: int = USER_PORT, on: int = 0) -> str:
    """A socket of the IUT's user, which has joined the group."""
    sock = bind(lt, port)
    lt.add("group", sock=sock, addr=group, iface=on)
    return sock


def wants(lt: LowerTester, sock: str, mode: str, *sources: str, group: str = GROUP, on: int = 0) -> None:
    """A socket's filter is this from now on: RFC 3376's IPMulticastListen."""
    lt.call("set", name="group-filter", sock=sock, addr=group, iface=on, value=",".join([mode, *sources]))


def listened(lt: LowerTester, seconds: float, *, group: str = GROUP, on: int = 0, enough: int = 0) -> list[Said]:
    """What the IUT says of a group (or of all: "") by an interface in so many seconds, or until it has said enough."""
    if seconds > timed.LONGEST_WAIT and not (lt.virtual or lt.slow):
        lt.unsupported(f"takes {seconds:g} s of real time: run with --slow")
    lt.settle()
    begun, found = lt.now(), list[Said]()
    while True:
        gone = lt.now() - begun
        frames = lt.take("igmp", on)
        for number, fields in enumerate(frames, 1):
            found += [each for each in said(fields, gone) if group == each.group or not group and is_the_cases(each.group)]
            if enough and len(found) >= enough:
                lt.gives_back(frames[number:])
                return found
        if gone > seconds - LEAST / 2:
            if not found:
                asked = lt.queried if lt.own_ability != "reports-groups" else set()  # who says nothing at all answers no queries either
                lt.lacks(*lt.taken(on), *(ANSWERS[version] for version in sorted(asked & ANSWERS.keys())))  # not understood, or too late
            return found
        passes(lt, min(max(seconds / LOOKS, LEAST) if lt.virtual else LEAST, max(seconds - gone, LEAST)))


def passes(lt: LowerTester, seconds: float) -> None:
    """Time passes, and what the IUT has sent meanwhile is here."""
    lt.pass_time(seconds)
    if lt.virtual and not lt.instance.link.synchronous:
        lt.settle(probe_anyway=True)


def is_the_cases(group: str) -> bool:
    """Programs of the host may be in others."""
    return group.startswith(("233.252.0.", "232."))


def says(lt: LowerTester, seconds: float = AT_ONCE, *, group: str = GROUP, on: int = 0) -> Said:
    """The next that the IUT says of a group, which comes within so many seconds."""
    found = listened(lt, seconds + (LATE if lt.virtual else BUSY), group=group, on=on, enough=1)
    if not found:
        lt.fail(f"a report of {group} within {seconds:g} s", "none")
    lt.shown = int(found[0].fields["frame_number"])
    return found[0]


def says_nothing(lt: LowerTester, seconds: float, after: str, *, group: str = GROUP, on: int = 0) -> None:
    """It says nothing of it for so long."""
    for each in listened(lt, seconds, group=group, on=on, enough=1):
        lt.fail(f"no report of {each.group} after {after}", wire.summary(each.fields), int(each.fields["frame_number"]))


def said_all(lt: LowerTester, on: int = 0) -> None:
    """What was to be reported of changes has been, as often as the IUT does it; none of that is an answer to what comes now."""
    if lt.virtual:
        lt.settle()
        passes(lt, lt.timers.membership)
        lt.take("igmp", on)
    else:
        listened(lt, lt.timers.membership, group="", on=on)


def member(lt: LowerTester, group: str = GROUP, *, version: int = 0, port: int = USER_PORT, on: int = 0) -> str:
    """The IUT is in a group, has reported that, and is quiet again. It speaks this version, if one is named."""
    lt.stands_on("reports-groups")
    if version:
        speaks(lt, version, on)
    sock = joins(lt, group, port=port, on=on)
    is_reported(lt, group, on)
    said_all(lt, on)
    return sock


def is_reported(lt: LowerTester, group: str = GROUP, on: int = 0) -> Said:
    """A group that was joined: at once, which it should be (RFC 1112, appendix I), or when somebody asks."""
    if found := listened(lt, AT_ONCE, group=group, on=on, enough=1):
        return found[0]
    asked(lt, 3, within=0.5, on=on)  # which those of older versions take for one of theirs
    return says(lt, lt.timers.membership, group=group, on=on)


def is_asked(lt: LowerTester, version: int, *, within: float = 10.0, on: int = 0, **how: object) -> None:
    """A querier has asked, and the IUT has not answered yet. That it does so at once is no more than a chance."""
    for _ in range(CHANCES):
        asked(lt, version, within=within, on=on, **how)
        if not listened(lt, 0, group="", on=on):
            return
        listened(lt, within + LATE, group="", on=on)
    lt.lacks(SPREADS[version])
    lt.not_applicable("the IUT answers each query at once")


def answer_that_waits(lt: LowerTester, version: int, within: float) -> Said:
    """What it says to a query, whose time it does not spend on none: of some answers one comes later than a twentieth of it."""
    for _ in range(CHANCES):
        asked(lt, version, within=within)
        if not listened(lt, within / 20, enough=1):
            return says(lt, within * 19 / 20)
    lt.fail("an answer that waits", f"{CHANCES} at once")


def speaks(lt: LowerTester, version: int, on: int = 0) -> None:
    """From here on the IUT speaks this version there: as it is told, or for the sake of a querier that knows no newer one."""
    newest = int((lt.stands_on("reports-groups") or "IGMPv3")[-1])
    if version > newest:
        lt.not_applicable(f"the newest version of IGMP that the IUT speaks is {newest}")
    if version == 1 and newest > 1:
        lt.stands_on("speaks-igmp-1")
    if version < newest and lt.ut and "igmp-version" in lt.ut.caps:
        lt.set("igmp-version", version, iface=on)
    elif version < newest:
        lt.send(query(version, within=0.1), on=on)
        listened(lt, 0.2 if version > 1 else 11.0, group="", on=on)


def usual_robustness(lt: LowerTester, reports: int = 2, on: int = 0) -> None:
    """A change is reported so often, where that can be set: an IUT may have been started with less, to be quiet soon."""
    if lt.ut and "igmp-robustness" in lt.ut.caps:
        lt.set("igmp-robustness", reports, iface=on)


def asked(lt: LowerTester, version: int, *, within: float = 1.0, on: int = 0, **how: object) -> None:
    """A querier asks."""
    lt.queried.add(version)
    lt.send(query(version, within=within, **how), on=on)  # type: ignore[arg-type]


def sent_to(lt: LowerTester, group: str = GROUP, src: str = "", *, data: bytes = b"postel", on: int = 0, port: int = USER_PORT) -> None:
    """Somebody sends to the group."""
    lt.send(probe(udp(port, data=data), dst=group, eth_dst=group_mac(group), **({"src": src} if src else {})), on=on)


def receives(lt: LowerTester, group: str = GROUP, src: str = "", *, on: int = 0, port: int = USER_PORT, **keys: object) -> None:
    """What is sent to the group reaches a user."""
    sent_to(lt, group, src, on=on, port=port)
    lt.expect_event("udp.recv", dport=port, data=b"postel", **keys)


def misses(lt: LowerTester, after: str, group: str = GROUP, src: str = "", *, on: int = 0, port: int = USER_PORT) -> None:
    """It reaches no user, and nobody answers."""
    sent_to(lt, group, src, on=on, port=port)
    lt.expect_no_event("udp.recv", after=after)
    lt.expect_silence(after=after)


def kinds(found: list[Said]) -> list[str]:
    """What was said, without what was said again. What was said of some sources and of others at one moment was said of all of them."""
    parts: dict[tuple[object, ...], list[str]] = {}
    for number, each in enumerate(found):
        whole = number if each.kind not in ("is in", "allow", "block") else each.group
        sources = parts.setdefault((each.kind, each.at, whole), [])
        sources += [source for source in each.sources if source not in sources]
    return list(dict.fromkeys(" ".join([str(key[0]), *sorted(sources, key=wire.address_octets)]) for key, sources in parts.items()))
