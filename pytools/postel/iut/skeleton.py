# SPDX-License-Identifier: BSD-2-Clause
"""What `postel iut new` writes: a program with both ends that an IUT has, frames and lines, and its definition."""

import re
from pathlib import Path

from postel.base.exits import UsageError
from postel.iut import definition

SOURCES = Path(__file__).with_name("skeletons")
LANGUAGES = {  # how a program is named, how it is made, how it is started
    "c": ("c", "cc -O2 -Wall -o {name} {name}.c", "./{name}"),
    "python": ("py", "", "python3 {name}.py"),
    "go": ("go", "go build -o {name} {name}.go", "./{name}"),
    "rust": ("rs", "rustc -O -o {name} {name}.rs", "./{name}"),
}
DEFINITION = """\
# How Postel runs {name} (docs/iut.md).{made}
name = "{name}"
about = "a skeleton: it answers nothing yet"
links = ["fd"]
upper_tester = "stdio"

[command]
fd = [{words}, "{{if0}}", "{{if0.mac}}", "{{if0.addr}}"]
"""


def write(name: str, language: str, place: Path) -> str:
    """Writes the directory NAME in `place`; returns the shell line that compiles it, empty if nothing has to be. UsageError where it
    cannot, and then nothing is left."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise UsageError(f"{name!r} is no name for an IUT: a small letter, then small letters, digits and _, at most 40")
    if name in definition.names():
        raise UsageError(f"there is an IUT {name} already; choose another name")
    ending, made, started = (word.format(name=name) for word in LANGUAGES[language])
    words = ", ".join(f'"{word}"' for word in started.split())
    defined = DEFINITION.format(name=name, words=words, made=f" To compile it here: {made}" if made else "")
    source = (SOURCES / f"skeleton.{ending}").read_text(encoding="utf-8").replace("NAME", name)
    directory = place / name
    try:
        directory.mkdir()
        (directory / f"{name}.{ending}").write_text(source, encoding="utf-8")
        (directory / f"{name}.toml").write_text(defined, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{directory}: {error.strerror}; nothing that is there is written over") from error
    return made
