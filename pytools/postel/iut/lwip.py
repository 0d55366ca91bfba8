# SPDX-License-Identifier: BSD-2-Clause
"""Sets up lwIP as an IUT: Debian's source package and our glue become one shared object (docs/lwip.md).

Nothing of the system is changed: apt reads a list of sources that is made for this and keeps its own state in a
temporary directory, so it works for any user, and whether or not the system lists source packages."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from postel.base.build import BuildFailed, locked, say
from postel.base.exits import EnvironmentUnusable
from postel.base.paths import BUILD, CONFORMANCE
from postel.base.system import Attempt, attempt, is_root
from postel.iut import glue

GLUE = CONFORMANCE / "iut" / "lwip"
TOOLS = {"dpkg-source": "dpkg-dev", "gcc": "gcc", "xz": "xz-utils"}  # and Debian's packages that have them
KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.pgp", "/usr/share/keyrings/debian-archive-keyring.gpg")
PARTS = ("core/*.c", "core/ipv4/*.c", "netif/ethernet.c")  # of lwIP's src/
FLAGS = ["-std=gnu17", "-O2", "-g", "-fPIC", "-shared", "-D_GNU_SOURCE", "-Wl,-z,defs"]


def setup() -> Path:
    """Fetches lwIP unless that has been done, compiles it, and returns the shared object."""
    directory = BUILD / "lwip"
    with locked(directory):
        need_tools()
        source = directory / "source"
        if not source.exists():
            fetch(source)
        release = release_of(source)
        say(f"lwip: compiling {release}")
        built = compile_(source, release, directory / "liblwip_iut.so")
        glue.note("lwip")
    say(f"lwip: {built} is ready; judge it with: ./postel run --iut lwip")
    return built


def need_tools() -> None:
    if not shutil.which("apt-get"):
        raise EnvironmentUnusable("lwIP is built from Debian's source package, and this system has no apt-get to fetch it")
    missing = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    if not missing:
        return
    command = ["apt-get", "install", "--no-install-recommends", *missing]
    if not is_root():
        raise EnvironmentUnusable(f"building lwIP needs {', '.join(missing)}: as root: {' '.join(command)}")
    say(f"lwip: installing: {' '.join(command)}")
    done = attempt([*command, "-qq", "-y"], seconds=600, DEBIAN_FRONTEND="noninteractive")
    if not done.ok:
        raise EnvironmentUnusable(f"installing {', '.join(missing)} failed: {done.last_line}\nrun: apt-get update && {' '.join(command)}")


def fetch(source: Path) -> None:
    """Debian's lwIP with Debian's patches in `source`. apt verifies it: the archive's key signs the index, the index
    holds the hashes."""
    listed = archive()
    with tempfile.TemporaryDirectory(prefix="postel-lwip-", dir=source.parent) as name:
        private = Path(name)
        (private / "sources.list").write_text(listed)
        for each in ("lists/partial", "cache/archives/partial"):
            (private / each).mkdir(parents=True)
        say("lwip: fetching Debian's source package")
        apt(private, "update")
        apt(private, "source", "--download-only", "lwip")
        say("lwip: apt has verified it; unpacking")
        [description] = private.glob("*.dsc")
        # Its maintainer's own signature is not looked at: apt has checked the hash of each file against the archive's.
        done = attempt(["dpkg-source", "--no-check", "--extract", description, private / "unpacked"])
        if not done.ok:
            raise EnvironmentUnusable(f"dpkg-source cannot unpack {description.name}: {done.last_line}")
        os.rename(private / "unpacked", source)


def archive() -> str:
    """The lines of a sources.list for the source packages of the Debian archives that this system's apt uses."""
    keyring = next((f"[signed-by={path}] " for path in KEYRINGS if Path(path).exists()), "")
    line = f"deb-src {keyring}$(REPO_URI) $(RELEASE) $(COMPONENT)"
    asked = attempt(["apt-get", "indextargets", "--format", line, "Created-By: Packages", "Origin: Debian"], LC_ALL="C")
    if not asked.ok or not asked.output.strip():
        raise EnvironmentUnusable(
            "lwIP's source comes from Debian's archive, and apt knows of none here: on a Debian, as root: apt-get update"
        )
    return asked.output


def apt(private: Path, *words: str) -> None:
    """One apt-get that reads and writes in `private` only."""
    places = {
        "Dir::Etc::sourcelist": private / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": private / "lists",
        "Dir::Cache": private / "cache",
        "APT::Sandbox::User": "root",  # its own user may not enter our directory; of no meaning to others than root
        "APT::Update::Error-Mode": "any",  # else an archive that cannot be reached is but a warning
    }
    options = [word for key, value in places.items() for word in ("-o", f"{key}={value}")]
    done = spoken_in(private, ["apt-get", "-q", *options, *words])
    if not done.ok:
        faults = [line for line in done.output.splitlines() if line.startswith("E: ")]
        raise EnvironmentUnusable(
            f"fetching lwIP failed ({' '.join(words)}): {(faults or [done.last_line])[0]}\n"
            "it takes a connection to the Debian archive that apt uses; try again: ./postel iut setup lwip"
        )


def spoken_in(directory: Path, command: list[str]) -> Attempt:
    """apt-get source leaves its files where it stands."""
    return attempt(["env", "-C", directory, *command], seconds=300, LC_ALL="C")


def release_of(source: Path) -> str:
    """Debian's version of what is unpacked there."""
    changes = source / "debian" / "changelog"
    found = re.match(r"lwip \(([^ )]+)\)", changes.read_text(encoding="utf-8", errors="replace")) if changes.exists() else None
    if not found:
        raise EnvironmentUnusable(f"{source} is not lwIP's source any more: remove it, then: ./postel iut setup lwip")
    return found[1]


def compile_(source: Path, release: str, built: Path) -> Path:
    """Our glue and lwIP's core in one shared object, which exports the eight calls of postel_iut.h."""
    files = [*sorted(GLUE.glob("*.c")), *(path for part in PARTS for path in sorted((source / "src").glob(part)))]
    fresh = built.with_suffix(".new")
    done = attempt(
        ["gcc", *FLAGS, f'-DLWIP_RELEASE="{release}"', f"-I{GLUE}", f"-I{source / 'src' / 'include'}", *files,
         f"-Wl,--version-script={GLUE / 'exports.map'}", "-o", fresh],
        seconds=300,
    )  # fmt: skip
    if not done.ok:
        raise BuildFailed(f"lwIP {release} does not compile with our glue:\n{done.output.rstrip()}")
    os.replace(fresh, built)  # whoever has the old one open keeps it
    return built
