# SPDX-License-Identifier: BSD-2-Clause
"""Plays a capture, a script, a fuzzer's input or the evidence of a case into an IUT, and prints what comes out.

  postel replay FILE --iut NAME|FILE[:LINK]    plays it: frames go in, and what the IUT sends and tells is printed
  postel replay --print FILE                   the script as text, whatever its form
  postel replay --pack OUT FILE                the script as octets, into OUT

A capture (pcap, pcapng, either byte order, gzip) of anybody's is moved into the lab: its hosts become the lab's, and what the IUT
sent then is shown (# then), not sent again. What a file is, its octets say; what it was taken for is printed.
`>` is sent, `<` is what the IUT sends, `*` what it tells its user.

Exit codes: 0 played to its end by an IUT that lives, 1 the IUT ended or went mute, 2 usage, 3 environment unusable,
4 the IUT could not be started.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from postel.base import script
from postel.base.exits import Exit, UsageError
from postel.base.plain import plain
from postel.replay import inputs, player
from postel.replay.inputs import Input
from postel.runs import targets


def run(args: argparse.Namespace) -> int:
    if not (args.iut or args.printed or args.pack):
        raise UsageError("say what to do: --iut NAME plays the script, --print shows it, --pack OUT translates it")
    found = inputs.read(args.file, args)
    for line in found.said:
        print(f"postel: {plain(line)}", file=sys.stderr)
    if args.pack:
        write(args.pack, script.to_binary(found.records))
    if args.printed:
        comments = {number: [player.then(frame, found) for frame in frames] for number, frames in found.then.items()}
        sys.stdout.write(script.to_text(found.records, comments))
    return into_iut(found, args) if args.iut else Exit.OK


def into_iut(found: Input, args: argparse.Namespace) -> int:
    asked = targets.asked_for(args.iut, args.link)
    instance = targets.starter(asked, args)(asked.links[0])()
    try:
        code = player.play(found, instance, args)
    except BaseException:
        instance.close()
        raise
    if (words := instance.close()) and code == Exit.OK:
        print(f"postel: the IUT ended badly: {plain(words)}", file=sys.stderr)
        return Exit.FAILED
    return code


def write(path: Path, octets: bytes) -> None:
    try:
        path.write_bytes(octets)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
