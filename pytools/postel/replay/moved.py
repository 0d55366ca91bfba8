# SPDX-License-Identifier: BSD-2-Clause
"""The frames of a capture as a script: moved into the lab, or as they are."""

import argparse
from collections.abc import Sequence

from postel.base import script
from postel.base.exits import UsageError
from postel.base.script import Advance, Frame
from postel.captures import checksums, hosts, rewrite
from postel.captures.ethernet import Seen
from postel.kit.wire import address_text
from postel.replay.inputs import Input, many

LONGEST_GAP = 60_000  # milliseconds that --timed keeps of a pause


def as_is(frames: Sequence[Seen], args: argparse.Namespace) -> Input:
    """All frames; those of a link without MACs get the lab's, or they would be none."""
    made = Input([])
    _fill(made, [(seen, rewrite.addressed(seen)) for seen in frames], args)
    return made


def into_lab(frames: Sequence[Seen], args: argparse.Namespace) -> Input:
    """All frames but those that the IUT itself sent then, with the addresses of the lab."""
    known = hosts.who_is_who(frames, args.iut_address, args.client, neighbour=args.no_arp)
    made = Input([], said=known.words, neighbours=known.neighbours)
    theirs = [seen for seen in frames if not known.sent(seen.octets)]
    if not theirs:
        who = ", ".join(map(address_text, known.iut))
        raise UsageError(f"all frames ({len(frames):,}) were sent by {who}, taken for the IUT; --iut-address says another")
    if own := len(frames) - len(theirs):
        made.said.append(f"sent by the IUT itself then, and not sent again: {many(own, 'frame')}")
    made.said += [] if args.fix_checksums else checksums.offloaded(seen.octets for seen in theirs)
    _fill(made, [(seen, rewrite.rewritten(seen, known)) for seen in frames], args, known)
    return made


def _fill(made: Input, frames: Sequence[tuple[Seen, bytes]], args: argparse.Namespace, known: hosts.Hosts | None = None) -> None:
    before: int | None = None
    cut = long = 0
    for seen, octets in frames:
        if known and known.sent(seen.octets):
            made.then.setdefault(len(made.records), []).append(octets)
            continue
        if len(octets) > script.FRAME_MAX:
            long += 1
            continue
        if args.timed and before is not None and (gap := min(seen.time // 10**6 - before, LONGEST_GAP)) > 0:
            made.records.append(Advance(gap))
        before = seen.time // 10**6
        cut += seen.missing > 0
        iface = 0 if known else seen.iface % 256
        made.records.append(Frame(iface, checksums.repaired(octets) if args.fix_checksums else octets))
    if cut:
        made.said.append(f"captured only in part, and sent as far as it is there: {many(cut, 'frame')}")
    if long:
        made.said.append(f"longer than {script.FRAME_MAX:,} octets, and left out: {many(long, 'frame')}")
