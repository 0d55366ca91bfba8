# SPDX-License-Identifier: BSD-2-Clause
"""What the IUT counts. The names of counters are its own, so none is looked for: what tells of a packet is what rises with it, and
does not rise with ordinary ones."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from scapy.packet import Packet

from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus

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
    """For a label: the counters that rise with each kind, beside the usual ones."""
    words = []
    for name, doing in kinds.items():
        words.append(f"{name}: {', '.join(sorted(risen(lt, doing) - usual)) or 'none'}")
        taken(lt)
    return "; ".join(words)
