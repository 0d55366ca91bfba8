# SPDX-License-Identifier: BSD-2-Clause
"""A Debian system with nothing in it, and commands run inside it.

Its mounts and processes live in namespaces of their own, so they end with the command; only directories are left, and
they are removed. It shares the network of this system (it installs packages), and has a /dev/net/tun of its own.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from postel.base.exits import EnvironmentUnusable
from postel.base.paths import ROOT
from postel.base.system import attempt, is_root

SUPPORTED = ("bookworm", "trixie")  # Debian 12 and 13
RELEASES = (*SUPPORTED, "forky")  # and testing, as an early warning
LEFT_OUT = shutil.ignore_patterns("build", "postel-out", "__pycache__", ".mypy_cache", ".pytest_cache", ".git")
SCRIPTS = Path("/usr/share/debootstrap/scripts")
NAME, NUMBER = "somebody", 1000  # an ordinary user

# What a container's user 0 may do unless it is given more.
OF_A_CONTAINER = "chown,dac_override,fsetid,fowner,mknod,net_raw,setgid,setuid,setfcap,setpcap,net_bind_service,sys_chroot,kill,audit_write"

# $1 is the new root, $2 a directory of packages that are fetched already, $3 where to stand, the rest the command.
MOUNTS = """
mount --bind "$1" "$1"
mount --bind "$2" "$1/var/cache/apt/archives"
cd "$1"
place=$3
shift 3
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tracefs tracefs sys/kernel/tracing
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
"""
# Inside a chroot nobody may make a user namespace.
WITH_NAMESPACES = MOUNTS + 'pivot_root . mnt\numount -l /mnt\ncd "$place"\nexec "$@"\n'
WITHOUT_NAMESPACES = MOUNTS + "exec chroot . sh -euc 'cd \"$1\" && shift && exec \"$@\"' sh \"$place\" \"$@\"\n"


@dataclass(frozen=True)
class Way:
    """How a command is run inside."""

    name: str = "root"
    about: str = "as root"
    user: str = "root"
    namespaces: bool = True  # may users make them?
    confined: bool = False  # without the capabilities that a container lacks
    tun: int | None = 0o600  # the mode of /dev/net/tun
    place: str = "/postel"
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def judged(self) -> set[str]:
        """What `postel run` must be able to judge."""
        lab = self.tun and not self.confined and (self.user == "root" or (self.namespaces and self.tun == 0o666))
        return {"reference", "linux"} if lab else {"reference"}


ROOT_USER = Way()
CONTAINER = Way("container", "as root without capabilities, as in a container", namespaces=False, confined=True, tun=None)
WAYS = (
    ROOT_USER,
    Way("user", "as an ordinary user", user=NAME, tun=0o666),
    Way("no-namespaces", "as an ordinary user who may make no namespaces", user=NAME, namespaces=False, tun=0o666),
    Way("no-tun", "as root without /dev/net/tun", tun=None),
    CONTAINER,
)


@contextmanager
def base(release: str) -> Iterator[Path]:
    """A directory that holds a minimal system of that release, `base`, and `packages`, those that were fetched."""
    if not is_root():
        raise EnvironmentUnusable("--fresh makes a system of its own, which takes root: sudo ./postel test --fresh")
    directory = Path(tempfile.mkdtemp(prefix=f"postel-fresh-{release}-"))
    try:
        directory.chmod(0o755)
        (directory / "packages" / "partial").mkdir(parents=True)
        script = [] if (SCRIPTS / release).exists() else [SCRIPTS / "sid"]  # a release that this debootstrap is too old for
        source = mirror()
        if script and not source:
            raise EnvironmentUnusable(f"this debootstrap knows no {release}, and no mirror of this system's own packages was found to try it from")
        alone = ["unshare", "--mount", "--propagation", "private"]  # what it mounts ends with it, however it ends
        made = attempt([*alone, "debootstrap", "--variant=minbase", release, directory / "base", *source, *script], seconds=900)
        if not made.ok:
            raise EnvironmentUnusable(f"debootstrap {release} failed: {made.last_line}")
        yield directory
    finally:
        remove(directory)


@contextmanager
def system(directory: Path, way: Way, *, checkout: bool = True) -> Iterator[Path]:
    """A copy of the base for one way of using it, with a copy of the checkout in /postel."""
    root = directory / way.name
    copied = attempt(["cp", "-a", "--reflink=auto", directory / "base", root], seconds=300)
    if not copied.ok:
        raise EnvironmentUnusable(f"the base system cannot be copied: {copied.last_line}")
    try:
        equip(root, way)
        if checkout:
            copy_checkout(root, NUMBER if way.user == NAME else 0)
        yield root
    finally:
        remove(root)


def remove(directory: Path) -> None:
    """After an interruption what ran inside ends a moment later than what ran it, and still writes."""
    for _ in range(50):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(0.2)
    shutil.rmtree(directory)


def equip(root: Path, way: Way) -> None:
    """What a system has that was installed on a machine: a name server, a user, perhaps a TAP device."""
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    home = root / "home" / NAME
    home.mkdir()
    os.chown(home, NUMBER, NUMBER)
    for file, line in (("passwd", f"{NAME}:x:{NUMBER}:{NUMBER}::/home/{NAME}:/bin/sh"), ("group", f"{NAME}:x:{NUMBER}:")):
        with (root / "etc" / file).open("a", encoding="utf-8") as appended:
            appended.write(f"{line}\n")
    (root / "etc/apt/apt.conf.d/90yes").write_text('APT::Get::Assume-Yes "true";\n')  # nobody is there to be asked
    (root / "dev/net").mkdir(exist_ok=True)
    if way.tun:
        os.mknod(root / "dev/net/tun", 0o020000, os.makedev(10, 200))
        (root / "dev/net/tun").chmod(way.tun)


def copy_checkout(root: Path, owner: int) -> None:
    shutil.copytree(ROOT, root / "postel", symlinks=True, ignore=LEFT_OUT)
    for place, directories, files in os.walk(root / "postel"):
        for name in (".", *directories, *files):
            os.chown(Path(place, name), owner, owner, follow_symlinks=False)


def mirror() -> list[str]:
    """Where this system's own packages come from, if it is a Debian; else debootstrap's own choice."""
    asked = attempt(["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages"])
    origins = [line.split() for line in asked.output.splitlines()]
    return [uri for origin, uri in (o for o in origins if len(o) == 2) if origin == "Debian"][:1]


def inside(root: Path, way: Way, command: Sequence[str]) -> list[str]:
    """The command that runs a command inside."""
    home = "/root" if way.user == "root" else f"/home/{way.user}"
    given = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LANG": "C.UTF-8", "CI": "true",
             "DEBIAN_FRONTEND": "noninteractive", **way.environment}  # fmt: skip
    become = ["setpriv", f"--reuid={way.user}", f"--regid={way.user}", "--clear-groups", "--inh-caps=-all"]
    if way.confined:
        become.append(f"--bounding-set=-all,+{OF_A_CONTAINER.replace(',', ',+')}")
    wanted = [*(become if way.user != "root" or way.confined else []), "env", "-i", *(f"{k}={v}" for k, v in given.items()), *command]
    script = WITH_NAMESPACES if way.namespaces else WITHOUT_NAMESPACES
    namespaces = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
    return [*namespaces, "sh", "-euc", script, "sh", str(root), str(root.parent / "packages"), way.place, *wanted]


def enter(root: Path, way: Way, command: Sequence[str]) -> int:
    """Runs a command inside, with its output on ours; returns its exit code."""
    return subprocess.run(inside(root, way, command), stdin=subprocess.DEVNULL, check=False).returncode


def heard(root: Path, way: Way, command: Sequence[str]) -> tuple[int, str]:
    """The same, and what it said."""
    done = subprocess.run(inside(root, way, command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)  # fmt: skip
    return done.returncode, done.stdout
