# SPDX-License-Identifier: BSD-2-Clause
"""postel replay: any script into any IUT."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import captures
import pytest
from postel.base import build, script
from postel.base.paths import ROOT
from postel.base.script import Advance, Frame, Interface, Op
from postel.kit import wire
from postel.kit.arp import arp

ECHO = {
    "eth_dst": "02:00:00:00:00:02", "eth_src": "02:00:00:00:00:01", "src": "198.18.0.1", "dst": "198.18.0.2",
    "protocol": wire.ICMP, "type": 8, "code": 0, "ident": 7, "seq": 1, "data": b"postel",
}  # fmt: skip
DATAGRAM = {key: value for key, value in ECHO.items() if key not in ("type", "code")}
DATAGRAM |= {"protocol": 17, "sport": 999, "dport": 4000}
SMALL = f"""
name = "small"
about = "for tests"
links = ["fd", "tap"]
upper_tester = "stdio"
[command]
fd = ["{sys.executable}", "{Path(__file__).with_name('small_iut.py')}", "fd", "{{if0}}"]
tap = ["{sys.executable}", "{Path(__file__).with_name('small_iut.py')}", "tap", "{{if0}}"]
"""


ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "pytools"), "PYTHONUNBUFFERED": "1"}


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "postel", "replay", *map(str, words)]


def postel(*words: str | Path) -> tuple[int, str, str]:
    done = subprocess.run(command(*words), env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


@contextmanager
def ended_after(seconds: float, process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever happens, it does not outlive this."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        process.kill()


@pytest.fixture(scope="session")
def built_once() -> str:
    """The reference, over a link that takes no privilege and with virtual time."""
    build.build("release")
    return "reference:fd"


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
        "# interface 0 is 198.18.0.2/20 here, not 198.18.0.9/24",
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


def test_an_operation_that_is_no_line_is_not_sent(tmp_path: Path, small: Path):
    code, out, said = postel(write(tmp_path / "a.bin", Op("florp\nudp.bind port=4000"), Op("florp")), "--iut", small)
    assert code == 0, said
    assert out.splitlines() == [
        "> op-hex 666c6f72700a7564702e62696e6420706f72743d34303030",
        "  (not sent: it is no line of the upper tester's protocol)",
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
    said = f"postel: {tmp_path}/b.bin: read as a script in the binary form: 1 frame, 1 step of the clock, 1 operation\n"
    assert postel("--print", tmp_path / "b.bin") == (0, source.read_text(), said)


def test_a_capture_of_somebody_elses(tmp_path: Path, small: Path):
    """Kind 1: it is moved into the lab, the IUT's own frames are shown and not sent, and what became of it is told."""
    there = {"eth_dst": "08:00:27:00:00:0a", "eth_src": "08:00:27:00:00:0b", "src": "10.0.0.9", "dst": "10.0.0.5"}
    back = {"eth_src": "08:00:27:00:00:0a", "eth_dst": "08:00:27:00:00:0b", "dst": "10.0.0.9", "src": "10.0.0.5", "type": 0}
    frames = [wire.build(ECHO | there), wire.build(ECHO | back), wire.build(DATAGRAM | there | {"src": "10.0.0.7"})]
    (tmp_path / "some capture").write_bytes(captures.pcap(*frames, wire.build(ECHO | there), order=">", magic=captures.NANO))
    code, out, said = postel(tmp_path / "some capture", "--iut", small)
    assert code == 0, said
    assert out.splitlines() == [
        "> if0 echo request 198.18.0.1 > 198.18.0.2 id 7 seq 1, 6 octets of data (48 octets)",
        "< if0 echo reply 198.18.0.2 > 198.18.0.1 id 7 seq 1, 6 octets of data (48 octets)",
        "# then: echo reply 198.18.0.2 > 198.18.0.1 id 7 seq 1, 6 octets of data (48 octets)",
        "> if0 UDP 999 > 4000 198.18.0.10 > 198.18.0.2, 6 octets of data (48 octets)",
        "> if0 echo request 198.18.0.1 > 198.18.0.2 id 7 seq 1, 6 octets of data (48 octets)",
        "< if0 echo reply 198.18.0.2 > 198.18.0.1 id 7 seq 1, 6 octets of data (48 octets)",
    ]
    assert said.splitlines() == [f"postel: {line}" for line in (
        f"{tmp_path}/some capture: pcap, Ethernet: 4 packets",
        "10.0.0.5 (08:00:27:00:00:0a) is the IUT, here 198.18.0.2: it is addressed most (--iut-address says another)",
        "10.0.0.9 is the other end, here 198.18.0.1 (--client says another)",
        "others: 10.0.0.7 here 198.18.0.10",
        "sent by the IUT itself then, and not sent again: 1 frame",
    )]  # fmt: skip
    assert postel("--pack", tmp_path / "seed", tmp_path / "some capture")[0] == 0
    found = script.from_binary((tmp_path / "seed").read_bytes())
    assert [wire.parse(record.octets)["dst"] for record in found if isinstance(record, Frame)] == ["198.18.0.2"] * 3
    assert "# then: echo reply" in postel("--print", tmp_path / "some capture")[1]


def test_macs_and_octets_are_shown(tmp_path: Path, small: Path):
    """Kind 4: of ARP, and of a packet whose MACs are not the lab's; octets when asked for."""
    asks = arp(sha="ff:ff:ff:ff:ff:ff")
    odd = wire.build(ECHO | {"eth_src": "01:00:5e:00:00:05"})
    file = write(tmp_path / "a.script", Frame(0, asks), Frame(0, odd))
    code, out, said = postel(file, "--iut", small, "--hex")
    assert code == 0, said
    lines = out.splitlines()
    assert lines[:2] == ["> if0 ARP request 198.18.0.77 is ff:ff:ff:ff:ff:ff > 198.18.0.2 "
                         "[ff:ff:ff:ff:ff:ff > ff:ff:ff:ff:ff:ff] (42 octets)", f"    {asks.hex()}"]  # fmt: skip
    assert lines[2].startswith("< if0 ARP reply 198.18.0.2 is 02:00:00:00:00:02 > 198.18.0.77 [02:00:00:00:00:02 > ff:ff:ff")
    assert lines[4].endswith("6 octets of data [01:00:5e:00:00:05 > 02:00:00:00:00:02] (48 octets)")
    assert postel(write(tmp_path / "a.script", Frame(0, wire.build(ECHO))), "--iut", small, "-v")[1].splitlines()[1:4] == [
        "    0000  02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00  ..............E.",
        "    0010  00 22 00 01 00 00 40 01 ee b2 c6 12 00 01 c6 12  .\"....@.........",
        "    0020  00 02 08 00 ae a7 00 07 00 01 70 6f 73 74 65 6c  ..........postel",
    ]


def test_arp_need_not_be_answered(tmp_path: Path, built_once: str):
    """Kind 4: then a script can do it, rightly or not."""
    echo = Frame(0, wire.build(ECHO | {"src": "198.18.0.77", "eth_src": "02:00:00:00:00:77"}))
    file = write(tmp_path / "a.script", echo, Frame(0, arp(op=2)))
    code, out, said = postel(file, "--iut", built_once, "--no-arp")
    assert code == 0, said
    assert [line.split(" (")[0] for line in out.splitlines()] == [
        "> if0 echo request 198.18.0.77 > 198.18.0.2 id 7 seq 1, 6 octets of data",
        "< if0 ARP request 198.18.0.2 is 02:00:00:00:00:02 > 198.18.0.77 [02:00:00:00:00:02 > ff:ff:ff:ff:ff:ff]",
        "> if0 ARP reply 198.18.0.77 is 02:00:00:00:00:77 > 198.18.0.2 [02:00:00:00:00:77 > 02:00:00:00:00:02]",
        "< if0 echo reply 198.18.0.2 > 198.18.0.77 id 7 seq 1, 6 octets of data",
    ]
    assert "echo reply" in postel(write(tmp_path / "b.script", echo), "--iut", built_once)[1]
    (tmp_path / "x").write_bytes(captures.pcap(wire.build(ECHO | {"src": "10.0.0.9", "dst": "10.0.0.5"})))
    assert "echo request 198.18.0.77 > 198.18.0.2" in postel(tmp_path / "x", "--iut", built_once, "--no-arp")[1]


@pytest.mark.parametrize("iut", ["small:fd", "small:tap", "linux", "reference:sim"])
def test_every_record_of_a_script_survives_every_link(iut: str, tmp_path: Path, small: Path, built_once: str):
    """Kind 3: too short, too long, as long as can be, and what fuzzers write; the last frame arrives all the same."""
    rng = random.Random(1)
    odd = [Frame(0, bytes(size)) for size in (0, 1, 13, 14, 1514, 9000, 65_000, 65_549)]
    odd += script.from_binary(b"".join(rng.choice((b"\0\1\0\20", b"\2\0\6", b"\3\0\7\1")) + rng.randbytes(16) for _ in range(30)))
    file = write(tmp_path / "a.script", *odd, Frame(0, wire.build(ECHO | {"seq": 99})))
    name = iut.replace("small", str(small)) if "small" in iut else iut
    code, out, said = postel(file, "--iut", name)
    if code == 3:
        pytest.skip(said)
    assert code == 0, said
    assert "< if0 echo reply 198.18.0.2 > 198.18.0.1 id 7 seq 99" in out
    assert sum(line.startswith(">") for line in out.splitlines()) == sum(not isinstance(record, Interface) for record in odd) + 1
    refused = re.findall(r"not sent: the link takes no frame of ([\d,]+) octets", out)
    least = {"small:tap": 3, "linux": 3}.get(iut, 0)
    assert refused[:least] == ["0", "1", "13"][:least]


def test_so_long_a_wait_is_refused_unless_it_is_asked_for(tmp_path: Path, small: Path, built_once: str):
    """Kind 3: 4,294,967,295 ms in real time; virtual time takes them at once."""
    file = write(tmp_path / "a.script", Advance(2**32 - 1), Frame(0, wire.build(ECHO)))
    code, out, said = postel(file, "--iut", small)
    assert (code, out) == (2, "")
    assert "the script takes 4,294,967 s, and this IUT's clock is a real one: --slow waits for all of it" in said
    code, out, said = postel(file, "--iut", built_once)
    assert code == 0 and "echo reply" in out, said
    waiting = subprocess.Popen(command(file, "--iut", small, "--slow"), env=ENVIRONMENT, stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.PIPE)  # fmt: skip
    with waiting, ended_after(60, waiting):
        assert waiting.stdout and waiting.stdout.readline() == "> advance 4294967295 ms\n"
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait() == 130


def test_an_iut_that_ends_badly_is_told(tmp_path: Path, small: Path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(small.read_text().replace('"{if0}"]', '"{if0}", "leaks"]'))
    code, _, said = postel(write(tmp_path / "a.script", Frame(0, wire.build(ECHO))), "--iut", f"{wrong}:fd")
    assert code == 1 and "the IUT ended badly" in said


@pytest.mark.parametrize("words, said", [
    (["a.script"], "say what to do"),
    (["nothing.script", "--print"], "nothing.script: No such file"),
    (["nothing.pcapng", "--print"], "nothing.pcapng: No such file"),
    (["/dev/zero", "--print"], "/dev/zero is a device: only regular files are read"),
    (["junk", "--iut", "small.toml"], "junk is neither a capture (pcap, pcapng) nor a script"),
    (["own.pcap", "--iut", "small.toml", "--iut-address", "10.0.0.5"], "all frames (1) were sent by 10.0.0.5"),
    (["own.pcap", "--print", "--client", "10.0.0"], "'10.0.0' is no IPv4 address"),
    (["bad.script", "--print"], "bad.script:2: there is no record 'jump'"),
    (["a.script", "--pack", "no/such/place"], "No such file"),
    (["a.script", "--iut", "florp"], "there is no IUT 'florp'"),
])  # fmt: skip
def test_wrong_usage(words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(tmp_path / "a.script", Advance(1))
    (tmp_path / "bad.script").write_text("postel-script 1\njump 5\n")
    (tmp_path / "junk").write_bytes(b"\x7fELF" + bytes(90))
    (tmp_path / "own.pcap").write_bytes(captures.pcap(wire.build(ECHO | {"src": "10.0.0.5", "dst": "10.0.0.9"})))
    monkeypatch.chdir(tmp_path)
    code, _, error = postel(*words)
    assert code == 2
    assert said in error
