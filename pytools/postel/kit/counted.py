# SPDX-License-Identifier: BSD-2-Clause
"""What the IUT counts. The names of counters are its own, so none is looked for: what tells of a packet is what rises with it, and
does not rise with ordinary ones."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from scapy.packet import Packet

from postel.base import mib
from postel.kit import wire
from postel.kit.expect import saying
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus

SHARED = "RtCache."  # of Linux: they count for all of the system, so that what others do may raise them meanwhile
Doing: TypeAlias = Packet | Stimulus | bytes | Callable[[LowerTester], object]  # what is sent, or done


def counters(lt: LowerTester) -> dict[str, int]:
    """Those of the IUT as they stand; what was left out is zero."""
    return {name: int(value) for name, value in lt.call("counters").items()}


def risen(lt: LowerTester, *all_of_it: Doing) -> set[str]:
    """The counters that rise with these, and with the control probes around them."""
    before = counters(lt)
    for doing in all_of_it:
        if isinstance(doing, Packet | Stimulus | bytes):
            lt.send(doing)
        else:
            doing(lt)
    after = counters(lt)
    return {name for name, value in after.items() if value > before.get(name, 0)}


def taken(lt: LowerTester) -> bool:
    """Whether what was sent was no discard after all: it was answered, or has reached the user. Nothing of it is left."""
    found = bool(lt.told_more() or lt.leftovers())
    lt.forget()
    return found


def told_by(lt: LowerTester, usual: set[str], kinds: Mapping[str, Doing]) -> str:
    """For a label: the counters that rise with each kind, beside the usual ones and those that it shares with others."""
    words = []
    for name, doing in kinds.items():
        found = sorted(counter for counter in risen(lt, doing) - usual if not counter.startswith(SHARED))
        words.append(f"{name}: {', '.join(found) or 'none'}")
        taken(lt)
    return "; ".join(words)


def counted_as(lt: LowerTester, kinds: Mapping[str, tuple[Doing, str]]) -> str:
    """For a label: which of RFC 1213's counters rise otherwise than they should with each kind, beside those of echoes and of all that
    enters or leaves."""
    usual = risen(lt, lambda lt: None) | {name for name in mib.NAMES if name.startswith(("ipIn", "ipOut", "icmpInMsgs", "icmpOutMsgs"))}
    usual -= {"ipInHdrErrors", "ipInAddrErrors", "ipInUnknownProtos", "ipInDiscards"}
    if not usual.intersection(risen(lt, lambda lt: None)) & set(mib.NAMES):
        return "it has none of RFC 1213's names"
    words = []
    for name, (doing, wanted) in kinds.items():
        found, right = risen(lt, doing).intersection(mib.NAMES) - usual, set(wanted.split())
        taken(lt)
        if found != right:
            words.append(f"{name}: {', '.join(sorted(found)) or 'none'} in place of {', '.join(sorted(right))}")
    return "; ".join(words) or "as RFC 1213 has them"


def by_how_much(lt: LowerTester, kinds: Mapping[str, Doing]) -> str:
    """For a label: the counters that rise with each kind, and by how much if not by one, beyond what rises with control probes alone."""
    def rises(doing: Doing) -> dict[str, int]:
        before = counters(lt)
        lt.send(doing) if isinstance(doing, Packet | Stimulus | bytes) else doing(lt)
        lt.settle(probe_anyway=True)
        return {name: value - before.get(name, 0) for name, value in counters(lt).items()}

    words, usual = [], rises(lambda lt: None)
    for kind, doing in kinds.items():
        more = {name: value - usual.get(name, 0) for name, value in rises(doing).items() if not name.startswith(SHARED)}
        taken(lt)
        words.append(f"{kind}: " + (", ".join(name if by == 1 else f"{name} {by}" for name, by in sorted(more.items()) if by) or "none"))
    return "; ".join(words)


def expect_logged(lt: LowerTester) -> None:
    """What was sent last is in the log of what is discarded, whole: from its IP header on, or its frame. That it was discarded is another
    case's matter."""
    told = lt.delivered("log")
    if told is None and taken(lt):
        return
    sent = next(frame.octets for frame in reversed(lt.frames) if frame.comment.startswith("stimulus"))
    contents = bytes.fromhex(told["data"]) if told else b""
    whole = saying("what was sent", lambda octets: octets.rstrip(b"\0") in (sent.rstrip(b"\0"), sent[wire.ETHER_LEN :].rstrip(b"\0")))  # short frames are padded
    lt.check("in the log:", contents, whole)
