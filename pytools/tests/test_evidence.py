# SPDX-License-Identifier: BSD-2-Clause
"""Evidence: what tshark reads in it, and that we read back what we wrote."""

import shutil
import subprocess
from pathlib import Path

import fakes
import pytest
from postel.base.exits import UsageError
from postel.results import evidence


@pytest.fixture(name="capture")
def write(tmp_path: Path) -> Path:
    case = fakes.case("rfc1122/3.2.1.1/version_not_4")
    path = tmp_path / evidence.name(case.id, "linux", "tap")
    evidence.write(path, fakes.outcome(case, "fail"), iut="linux", link="tap")
    return path


def tshark(path: Path, *fields: str) -> list[list[str]]:
    words = [word for field in fields for word in ("-e", field)]
    done = subprocess.run(
        ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=|", *words], capture_output=True, text=True, check=True
    )
    assert "malformed" not in done.stderr.lower()
    return [line.split("|") for line in done.stdout.splitlines()]


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not there")
def test_tshark_reads_names_directions_comments_and_times(capture: Path) -> None:
    rows = tshark(capture, "frame.interface_name", "frame.packet_flags_direction", "frame.comment", "frame.time_relative",
                  "icmp.type", "icmp.checksum.status")  # fmt: skip
    names, directions, comments, times, types, icmp_sums = zip(*rows, strict=True)
    assert names == ("if0", "if0", "if1")
    assert [int(d, 0) for d in directions] == [evidence.OUTBOUND, evidence.INBOUND, evidence.OUTBOUND]
    assert comments[0] == "stimulus; RFC1122-3.2.1.1-a"
    assert comments[1] == ("echo reply [silence was due]; RFC1122-3.2.1.1-a; "
                           "fail: expected silence after version 6, actual echo reply <id 7>")  # fmt: skip
    assert [float(t) for t in times] == pytest.approx([0.0, 0.0002, 1.5])
    assert types == ("8", "0", "8") and set(icmp_sums) == {"1"}  # 1: verified


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not there")
def test_capinfos_reads_what_the_file_is_about(capture: Path) -> None:
    said = subprocess.run(["capinfos", capture], capture_output=True, text=True, check=True).stdout
    assert "rfc1122/3.2.1.1/version_not_4 (What rfc1122/3.2.1.1/version_not_4 says.) linux over tap: fail" in said
    assert "198.18.0.0/20: lower tester 198.18.0.1, IUT 198.18.0.2" in said


def test_it_is_read_back(capture: Path) -> None:
    found = evidence.read(capture)
    assert [(f.iface, f.sent, f.octets, round(f.time, 9)) for f in found] == [
        (f.iface, f.sent, f.octets, f.time) for f in fakes.FRAMES
    ]
    assert found[2].comment == "control probe; RFC1122-3.2.1.1-a"


@pytest.mark.parametrize("cut", [1, 5, 12, 50])
def test_a_file_that_is_cut_or_foreign_is_refused(capture: Path, cut: int) -> None:
    capture.write_bytes(capture.read_bytes()[:-cut])
    with pytest.raises(UsageError, match="run its case again"):
        evidence.read(capture)
    capture.write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(20))  # a pcap of old
    with pytest.raises(UsageError, match="does not begin like one"):
        evidence.read(capture)


def test_the_name_is_the_same_for_every_run_and_safe_as_a_file() -> None:
    assert (
        evidence.name("rfc1122/3.2.1.1/version_not_4", "my iut", "tap") == "rfc1122-3.2.1.1-version_not_4-my-iut-tap.pcapng"
    )
