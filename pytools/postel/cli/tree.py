# SPDX-License-Identifier: BSD-2-Clause
"""The command line as one tree: which commands there are and what each takes. What a command is for stands at the top of
its module, which is read and not imported: help, completion and the manual wait for nothing that a command needs to run.
"""

import ast
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from postel.base.exits import UsageError
from postel.base.terminal import instead
from postel.cli import completion, options
from postel.cli.completion import offer
from postel.cli.options import OUT, Parser
from postel.selftest.fresh import RELEASES, SUPPORTED, WAYS


def run(parser: Parser) -> None:
    add = parser.add_argument
    options.patterns(parser)
    options.iut(parser, "what is judged, repeatable (default: reference, linux)", action="append")
    options.link(parser, "of every IUT that does not name its own (default: the IUT's first that works here)")
    options.profile(parser)
    options.seed(parser)
    add("--slow", action="store_true", help="also cases that wait for real timers")
    add("--strict", action="store_true", help="an unexpected pass fails the run")
    add("--require-all", action="store_true", help="exit code 3 when an IUT cannot be judged here, also one that was not named")
    options.baseline(parser, action="append", default=[])
    add("--shard", metavar="K/N", help="only the K-th of N parts of the cases")
    offer(add("--fake", metavar="NAME", help="judge a fake made of each IUT (docs/fakes.md): what does the suite say of it?"), completion.fakes)
    add("--last-failed", action="store_true", help="only what failed in the results that are in DIR")
    add("-x", "--exitfirst", action="store_true", help="end at the first failure")
    add("--timeout", type=options.seconds, metavar="TIME", help="end after so long, such as 90, 60s, 10m, 2h; what is left is not judged")
    options.jobs(parser, "processes at once; more than there are IUTs share the cases of one (default: one for each IUT, two for a kernel)", default=None)
    add("--dry-run", action="store_true", help="say what would be judged, and start nothing")
    add("--resume", action="store_true", help="go on with the run in DIR that was cut short, as it began")
    options.out(parser, "where results go")
    options.build(parser)
    loud = parser.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="say only what failed, and the last line")
    loud.add_argument("-v", "--verbose", action="store_true", help="a line for each result, and every warning")
    options.no_install(parser)


def doctor(parser: Parser) -> None:
    words = "only these, by the names that a run without any prints"
    offer(parser.add_argument("checks", nargs="*", metavar="CHECK", help=words), completion.checks)
    options.json(parser)
    options.no_install(parser)


def list_(parser: Parser) -> None:
    add = parser.add_argument
    options.patterns(parser)
    add("--requirements", action="store_true", help="requirements instead of cases")
    add("--pending", action="store_true", help="the requirements that no case judges yet")
    add("--write-ids", action="store_true", help="add the ids of new cases to conformance/ids.txt")
    options.json(parser)


def explain(parser: Parser) -> None:
    words = "a case (its last word is enough), a requirement, or a drop reason"
    offer(parser.add_argument("id", metavar="ID", help=words), completion.ids)
    options.results(parser, f"whose results to show (default: {OUT}, if it is there)", default=None)
    options.json(parser)


def report(parser: Parser) -> None:
    add = parser.add_argument
    add("results", nargs="*", type=Path, default=[OUT], metavar="DIR|FILE",
        help=f"what a run wrote: its directory, results.json or events.jsonl (default: {OUT}); several, such as shards, are put together")
    add("--out", type=Path, metavar="DIR", help="where the results of several go, with their evidence")
    add("--format", action="append", choices=["html", "junit", "text"], help="may be repeated (default: html)")


def diff(parser: Parser) -> None:
    add = parser.add_argument
    add("before", type=Path, metavar="BEFORE", help="what a run wrote: its directory, results.json or events.jsonl")
    add("after", type=Path, metavar="AFTER", help="the same of a later run")
    options.json(parser)


def baseline(parser: Parser) -> None:
    write = parser.command("write", "bring the baseline up to date with a run")
    offer(write.add_argument("iut", metavar="IUT", help="by its name in the results"), completion.names)
    options.results(write, f"what a run wrote (default: {OUT})")
    file = "where it is kept (default: conformance/baseline/IUT.toml)"
    write.add_argument("--file", type=Path, metavar="FILE", help=file)
    update = parser.command("update", "show how its entries would follow a run, then write that")
    offer(update.add_argument("iut", metavar="IUT", help="by its name in the results"), completion.names)
    options.results(update, f"what a run wrote (default: {OUT})")
    update.add_argument("--file", type=Path, metavar="FILE", help=file)
    update.add_argument("--dry-run", action="store_true", help="only show it")
    check = parser.command("check", "say what is wrong or missing in it")
    offer(check.add_argument("iut", nargs="?", metavar="IUT", help="only this one's"), completion.names)
    check.add_argument("--file", type=Path, metavar="FILE", help=file)
    options.json(check)


def replay(parser: Parser) -> None:
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="a capture, a script, a fuzzer's input, or a case's evidence")
    options.iut(parser, "into which IUT it is played")
    options.link(parser, "over this link (default: the IUT's first)")
    add("--print", action="store_true", dest="printed", help="print the script as text")
    add("--pack", type=Path, metavar="OUT", help="write the script as octets")
    add("-v", "--verbose", action="store_true", help="with a dump of each frame's octets")
    add("--hex", action="store_true", help="with each frame's octets on one line")
    add("--no-arp", action="store_true", help="answer the IUT's ARP requests for the lower tester's own address only")
    add("--slow", action="store_true", help="wait in real time also where a script takes more than two minutes")
    options.profile(parser)
    options.seed(parser)
    options.build(parser)
    add = options.captures(parser)
    add("--timed", action="store_true", help="keep its pauses, each up to a minute (default: none)")


def fuzz(parser: Parser) -> None:
    from postel.fuzzing.fuzzing import TARGETS

    add = parser.add_argument
    words = f"{', '.join(TARGETS)} (default: all, one after the other)"
    offer(add("targets", nargs="*", metavar="TARGET", help=words), lambda prefix: TARGETS)
    add("-t", "--time", type=options.seconds, metavar="TIME", help="how long for each, such as 90, 60s, 10m, 2h (default: 60s)")
    options.jobs(parser, "processes at once (default: 1)")
    options.seed(parser, "of the search (default: another one each time; 1 with --planted)", least=1, most=2**31, default=None)
    options.out(parser, "where findings go, in fuzz/ there")
    add("--corpus", type=Path, metavar="DIR", help="keeps what gave new coverage (default: fuzz/corpus/ in --out's)")
    options.no_install(parser)
    words = "the target host judges this IUT, of which it needs the shared object of the link sim (default: the reference)"
    offer(add("--iut", metavar="NAME|FILE[:LINK]", help=words), completion.iuts)
    options.captures(parser)
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--input", type=Path, metavar="FILE", help="no search: this input or capture, into one TARGET")
    other.add_argument("--import", type=Path, nargs="+", dest="imported", metavar="FILE",
                       help="no search: captures and scripts become seeds in the corpus")
    words = "looks for the bugs of fuzz/planted/, each within TIME of one core"
    offer(other.add_argument("--planted", nargs="*", metavar="NAME", help=words), completion.planted)
    add("--every", action="store_true", help="of --planted: one TARGET looks for all that show, not for its own alone")
    add("--shard", metavar="K/N", help="of --planted: every N-th, from the K-th on")
    other.add_argument("--speed", action="store_true", help="executions per second of each target beside an empty one")
    other.add_argument("--list", action="store_true", dest="listed", help="list the targets")
    options.json(parser, "with --list: ")


def iut(parser: Parser) -> None:
    from postel.iut.definition import OPTIONAL
    from postel.iut.skeleton import LANGUAGES

    options.json(parser.command("list", "what can be judged, over which links"))
    check = parser.command("check", "does an IUT keep to the rules that every verdict rests on?")
    offer(check.add_argument("iut", metavar="NAME|FILE[:LINK]|COMMAND", help="an IUT, or what runs one"), completion.iuts)
    options.link(check, "over this link (default: the definition's first; a command's: fd)")
    check.add_argument("--no-upper-tester", action="store_true", help="the command is at level 0: it says nothing")
    options.profile(check)
    options.seed(check)
    options.build(check)
    options.out(check, "where check.pcapng goes, the frames of it")
    new = parser.command("new", "writes the skeleton of an adapter, to be filled in")
    new.add_argument("iut", metavar="NAME", help="what it is called; its directory, made where one stands")
    new.add_argument("--lang", choices=[*LANGUAGES], required=True, metavar="LANGUAGE", help=", ".join(LANGUAGES))
    setup = parser.command("setup", "fetches and builds an optional IUT")
    setup.add_argument("iut", choices=OPTIONAL, metavar="IUT", help=", ".join(OPTIONAL))


def test(parser: Parser) -> None:
    from postel.selftest.checks import EVERY

    add = parser.add_argument
    names = [stage.name for stage in EVERY]
    offer(add("stages", nargs="*", metavar="STAGE", help=f"only these: {', '.join(names)}"), lambda prefix: names)
    add("--nightly", action="store_true", help="also what takes long: every planted bug, repeats, longer fuzzing, lwIP")
    add("--fresh", action="append", nargs="?", const="supported", choices=[*RELEASES, "supported", "all"], metavar="RELEASE",
        help="both commands of the README in bare Debian systems made for it, repeatable (root only): "
             f"{', '.join(RELEASES)}, all, or supported (default: {', '.join(SUPPORTED)})")
    add("--as", action="append", dest="ways", choices=[*(way.name for way in WAYS), "image"], metavar="WAY",
        help=f"of --fresh: {', '.join(way.name for way in WAYS)}, or image, the Containerfile; repeatable (default: all)")
    add("--write-golden", action="store_true", help="writes down what the reference does now, which the stage `golden` compares with")
    add = parser.add_argument_group("measuring the tests by mistakes made on purpose").add_argument
    offer(add("--planted", nargs="*", metavar="NAME", help="who finds the planted bugs: suite, units, fuzz targets"), completion.planted)
    add("--mutation", nargs="*", metavar="NAME", help="whether mechanical mutants of the stack are killed by units, corpora or suite")
    add("--trust", nargs="*", metavar="FILE", help="store what these have found, here and in FILEs of shards (NAME*.jsonl), and write docs/trust.md")
    add("--fuzz", action="store_true", help="of --planted: let the targets search too, up to 20 s each")
    offer(add("--fakes", nargs="*", metavar="NAME", help="is each wrong stack found, and no right one accused? (docs/fakes.md)"), completion.fakes)
    offer(add("--before", metavar="IUT[:LINK]", help="of --fakes: made of this IUT (default: reference:sim)"), completion.iuts)
    add("--sample", type=options.seconds, metavar="TIME", help="as many as that takes, chosen anew every day; the first finder is enough")
    add("--shard", metavar="K/N", help="every N-th, from the K-th on")
    add("--resume", action="store_true", help="what was measured of the same sources is not measured again")
    options.jobs(parser, "at a time (default: the cores)", len(os.sched_getaffinity(0)))
    options.no_install(parser)


def help_(parser: Parser) -> None:
    offer(parser.add_argument("words", nargs="*", metavar="COMMAND", help="of which command (default: of all)"), lambda prefix: COMMANDS)


def completion_(parser: Parser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="of which shell")


def man(parser: Parser) -> None:
    """It takes nothing."""


COMMANDS: dict[str, Callable[[Parser], None]] = {
    "run": run, "doctor": doctor, "list": list_, "explain": explain, "report": report, "diff": diff, "baseline": baseline,
    "replay": replay, "fuzz": fuzz, "iut": iut, "test": test,
    "help": help_, "completion": completion_, "man": man,
}  # fmt: skip


def tree(names: Sequence[str] = tuple(COMMANDS)) -> Parser:
    """The command line with these commands, by default all."""
    top = Parser(
        prog="postel",
        description="Does an IPv4 stack do what the RFCs say? `postel run` judges this kernel and a reference stack.",
    )
    top.add_argument("--version", action="store_true", help="say which Postel this is, and end")
    for name in names:
        about = written_about(name)
        COMMANDS[name](top.command(name, about.partition("\n")[0], about))
    return top


def written_about(command: str) -> str:
    source = Path(__file__).parents[1] / "commands" / f"{command}.py"
    return ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""


def leaves(parser: Parser | None = None) -> Iterator[Parser]:
    """Every command that has none below it."""
    parser = parser or tree()
    for each in parser.commands.values():
        yield from leaves(each)
    if not parser.commands:
        yield parser


def leaf(words: Sequence[str]) -> tuple[Parser, list[str]]:
    """The parser of the command that the words begin with, and the words that are left for it."""
    parser, rest = tree([word for word in words[:1] if word in COMMANDS]), list(words)
    known: Sequence[str] = tuple(COMMANDS)
    while known and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in known:
            within = parser.prog.removeprefix("postel").lstrip()
            raise UsageError(f"{within + ': ' if within else ''}there is no command {name!r}{instead(name, known)}")
        parser = parser.commands[name]
        known = tuple(parser.commands)
    return parser, rest


def help_on(words: Sequence[str]) -> str:
    """The help of the command that the words begin with, or of all."""
    named = words and not words[0].startswith("-")
    return (leaf(words)[0] if named else tree()).format_help()
