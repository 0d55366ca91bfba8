# SPDX-License-Identifier: BSD-2-Clause
"""postel replay: any script into any IUT."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from postel import evidence, script
from postel.kit import Case, Outcome, Recorded, Verdict, changes, wire
from postel.paths import ROOT
from postel.script import Advance, Frame, Interface, Op

ECHO = {
    "eth_dst": "02:00:00:00:00:02", "eth_src": "02:00:00:00:00:01", "src": "198.18.0.1", "dst": "198.18.0.2",
    "protocol": wire.ICMP, "type": 8, "code": 0, "ident": 7, "seq": 1, "data": b"postel",
}  # fmt: skip
DATAGRAM = {key: value for key, value in ECHO.items() if key not in ("type", "code")}
DATAGRAM |= {"protocol": 17, "sport": 999, "dport": 4000}
SMALL = f"""
name = "small"
about = "for tests"
links = ["fd"]
upper_tester = "stdio"
[command]
fd = ["{sys.executable}", "{Path(__file__).with_name('small_iut.py')}", "fd", "{{if0}}"]
"""


def postel(*words: str | Path) -> tuple[int, str, str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pytools")}
    done = subprocess.run([sys.executable, "-m", "postel", "replay", *map(str, words)],
                          env=environment, capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path / "small.toml"


def write(path: Path, *records: script.Record) -> Path:
    path.write_bytes(script.to_binary(records) if path.suffix == ".bin" else script.to_text(records).encode())
    return path


@pytest.mark.parametrize("name", ["a.bin", "a.script"])
def test_what_comes_out(name: str, tmp_path: Path, small: Path):
    records = [Interface(0, "198.18.0.9", 24), Op("udp.bind port=4000"), Frame(0, wire.build(DATAGRAM)),
               Frame(2, wire.build(ECHO)), Op("florp"), Advance(1)]  # fmt: skip
    code, out, said = postel(write(tmp_path / name, *records), "--iut", small)
    assert code == 0, said
    assert out.splitlines() == [
        "# interface 0 is 198.18.0.2/24 here, not 198.18.0.9/24",
        "> udp.bind port=4000",
        "  ok sock=1",
        "> if0 UDP 999 > 4000 198.18.0.1 > 198.18.0.2, 6 octets of data (48 octets)",
        "* udp.recv sock=1 src=198.18.0.1 sport=999 dst=198.18.0.2 dport=4000 data=706f7374656c",
        "> if0 echo request 198.18.0.1 > 198.18.0.2 id 7 seq 1, 6 octets of data (48 octets)",
        "< if0 echo reply 198.18.0.2 > 198.18.0.1 id 7 seq 1, 6 octets of data (48 octets)",
        "> florp",
        "  err code=ENOSYS",
        "> advance 1 ms",
    ]


def test_an_operation_of_several_lines_is_not_sent(tmp_path: Path, small: Path):
    code, out, said = postel(write(tmp_path / "a.bin", Op("florp\nudp.bind port=4000"), Op("florp")), "--iut", small)
    assert code == 0, said
    assert out.splitlines() == [
        "> op-hex 666c6f72700a7564702e62696e6420706f72743d34303030",
        "  (not sent: it is more than one line)",
        "> florp",
        "  err code=ENOSYS",
    ]


def test_an_iut_that_dies_of_it(tmp_path: Path, small: Path):
    code, out, said = postel(write(tmp_path / "a.bin", Frame(0, wire.build(ECHO | {"data": b"crash now!"}))), "--iut", small)
    assert code == 1
    assert "postel: the IUT ended: killed by SIGSEGV" in said
    assert len(out.splitlines()) == 1


def test_translation(tmp_path: Path):
    records = [Frame(0, wire.build(ECHO)), Advance(5), Op("sync")]
    source = write(tmp_path / "a.script", *records)
    assert postel("--pack", tmp_path / "b.bin", source) == (0, "", "")
    assert (tmp_path / "b.bin").read_bytes() == script.to_binary(records)
    assert postel("--print", tmp_path / "b.bin") == (0, source.read_text(), "")


def test_the_evidence_of_a_case(tmp_path: Path):
    """What the case sent, not what the lower tester sends anyway."""
    rule = "RFC1122-3.2.1.1-a"
    case = Case("rfc0/0/x", lambda lt: None, (rule,), "requirement", "Words.", {rule: changes("udp")},
                frozenset(), frozenset(), "host", False, "0.1", Path(__file__), 1)  # fmt: skip
    echo, datagram, probe = wire.build(ECHO), wire.build(DATAGRAM), wire.build(ECHO | {"ident": 1})
    frames = [Recorded(0, 0, True, probe, "control probe"), Recorded(1, 0, True, datagram, "twin"),
              Recorded(2, 0, False, echo, "answer"), Recorded(3, 1, True, echo, "stimulus"),
              Recorded(4, 0, True, probe, "address resolution")]  # fmt: skip
    evidence.write(tmp_path / "a.pcapng", Outcome(case, Verdict.PASS, frames=frames), iut="small", link="fd")
    code, out, _ = postel("--print", tmp_path / "a.pcapng")
    assert code == 0
    assert script.from_text(out) == [Frame(0, datagram), Frame(1, echo)]


@pytest.mark.parametrize("words, said", [
    (["a.script"], "say what to do"),
    (["nothing.script", "--print"], "nothing.script: No such file"),
    (["nothing.pcapng", "--print"], "there is no such file"),
    (["bad.script", "--print"], "bad.script:2: there is no record 'jump'"),
    (["a.script", "--pack", "no/such/place"], "No such file"),
    (["a.script", "--iut", "florp"], "there is no IUT 'florp'"),
])  # fmt: skip
def test_wrong_usage(words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path / "a.script", Advance(1))
    (tmp_path / "bad.script").write_text("postel-script 1\njump 5\n")
    monkeypatch.chdir(tmp_path)
    code, _, error = postel(*words)
    assert code == 2
    assert said in error
