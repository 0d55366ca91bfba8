# SPDX-License-Identifier: BSD-2-Clause
"""What happens to a run at a moment that was drawn: another one begins beside it, nobody reads on, the disk is full."""

import os
import random
import shutil
import time
from pathlib import Path

import chaos
import fakes
import pytest
from chaos import ROUNDS, SEED
from postel.lab import system
from postel.results import outdir, results
from test_kills import Undisturbed, undisturbed, words

assert undisturbed  # the fixture `before`
pytestmark = [pytest.mark.chaos, pytest.mark.kills]
FEW = [f"{SEED}-{number}" for number in range(max(ROUNDS // 8, 1))]


def drawn(name: str) -> float:
    return random.Random(name).random()


@pytest.mark.parametrize("name", FEW)
def test_another_run_begins_in_the_same_directory(name: str, before: Undisturbed, tmp_path: Path) -> None:
    with chaos.nothing_left():
        first = chaos.command(words(), tmp_path)
        time.sleep(drawn(name) * before.life[False])
        second = chaos.command(words(), tmp_path)
        codes = {first.wait(): first, second.wait(): second}
    said = (tmp_path / "said").read_text()
    assert 0 in codes and set(codes) <= {0, 2}, said
    assert (2 in codes) == (f"another run (process {codes[0].pid}) is writing into out: wait for it" in said)
    assert chaos.verdicts(results.read(tmp_path / "out")) == before.verdicts
    assert not (tmp_path / "out" / outdir.STAGING).exists()


@pytest.mark.parametrize("name", FEW)
def test_nobody_reads_on(name: str, before: Undisturbed, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    with chaos.nothing_left():
        run = chaos.command(words(), tmp_path, output=writer)
        os.close(writer)
        time.sleep(drawn(name) * before.life[False] / 2)
        os.read(reader, 1 + int(drawn(f"{name} octets") * 2000))
        os.close(reader)
        assert run.wait() == 0
    assert chaos.verdicts(results.read(tmp_path / "out")) == before.verdicts


@pytest.mark.parametrize("name", FEW)
def test_the_disk_is_full(name: str, before: Undisturbed, tmp_path: Path) -> None:
    """At some file, of which a part has room or none."""
    status = fakes.in_a_process(lambda: on_a_disk(drawn(name), before, tmp_path))
    if os.waitstatus_to_exitcode(status) == SKIPPED:
        pytest.skip("this system lets nobody mount a disk of his own")
    assert status == 0, (tmp_path / "said").read_text()


SKIPPED = 77


def on_a_disk(room: float, before: Undisturbed, directory: Path) -> int:
    """In a process of its own: a run into old results, on a disk with room for this part of the new ones."""
    (directory / "out").mkdir()
    size = sum(4096 + path.stat().st_size for path in before.out.rglob("*"))
    try:
        if os.geteuid() == 0:
            system.unshare(system.CLONE_NEWNS)
        else:
            system.become_root_of_new_user_namespace(system.CLONE_NEWNS)
        system.make_mounts_private()
        system.mount("tmpfs", str(directory / "out"), options=f"size={2 * size + (1 << 20)}")
    except OSError:
        return SKIPPED
    shutil.copytree(before.out, directory / "out", dirs_exist_ok=True)
    filler = directory / "filler"  # which is on that disk by a link
    filler.symlink_to(directory / "out" / "mine")
    fill(filler, int(room * 1.2 * size))
    old = (directory / "out/results.json").read_bytes()
    with chaos.nothing_left():
        code = chaos.command(words(), directory).wait()
    said = (directory / "said").read_text()
    new = (directory / "out/results.json").read_bytes()
    found = chaos.verdicts(results.read(directory / "out"))
    assert code in (0, 3) and found == before.verdicts, (code, said)
    assert (code == 3) == ("No space left on device" in said) and "Traceback" not in said, said
    assert code or new != old
    filler.resolve().unlink()
    assert chaos.command(words(), directory).wait() == 0
    assert chaos.verdicts(results.read(directory / "out")) == before.verdicts and not (directory / "out" / outdir.STAGING).exists()
    return 0


def fill(path: Path, room: int) -> None:
    """Leaves so many octets free."""
    disk = os.statvfs(path.parent / "out")
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(disk.f_bavail * disk.f_frsize - room, 1))
