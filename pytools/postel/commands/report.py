# SPDX-License-Identifier: BSD-2-Clause
"""Makes the report of a run again, also of one that was killed: its events.jsonl is enough.

report.html and junit.xml are written beside the results; text goes to the terminal. Several results, such as the shards of a suite,
become one with --out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from postel.base.exits import Exit, UsageError
from postel.base.plain import plain
from postel.results import junit, merging, outdir, report, report_frames, report_text, results


def run(args: argparse.Namespace) -> int:
    paths = [results.find(path) for path in args.results]
    if len(paths) > 1 or args.out:
        return together(paths, args.out)
    [path] = paths
    document, directory = results.read(path), path.parent
    for form in args.format or ["html"]:
        name = {"html": "report.html", "junit": "junit.xml"}.get(form, "")
        try:
            for new in [name] * bool(name) + (report_frames.pages(directory, document) if form == "html" else []):
                outdir.rewriting(directory, new)
            if form == "html":
                report.write(document, directory / name)
                outdir.rewritten(directory, [name, *report_frames.pages(directory, document)])
            if form == "junit":
                junit.write(directory / name, [*junit.suites(document), *junit.left_out(document)])
                outdir.rewritten(directory, [name])
        except OSError as error:
            raise UsageError(f"cannot write in {directory}: {error.strerror}; copy it to where you may write") from error
        if form == "text":
            print("\n\n".join(report_text.findings(document, f"{plain(str(directory))}/", every=True)))
        else:
            print(f"wrote {plain(str(directory / name))}")
    return Exit.OK


def together(paths: Sequence[Path], out: Path | None) -> int:
    if out is None:
        raise UsageError("say where the results of several runs go: --out DIR")
    sources = [(path.parent, results.read(path)) for path in paths]
    document = merging.merged([each for _, each in sources], list(map(str, paths)))
    merging.write(document, sources, out)
    print("\n\n".join([*report_text.findings(document, f"{out}/"), report_text.written(document, out, merging.FILES)]))
    return Exit.OK
