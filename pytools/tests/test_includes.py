# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom (DESIGN.md section 2): port -> host -> user -> proto -> {wire, table} -> base, and what stands beside it; inside
proto, input above output; and nobody, by whatever way, himself."""

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath

import pytest
from postel.base.paths import ROOT

BELOW = {
    "base": {"base"},
    "wire": {"wire", "base"},
    "table": {"table", "base"},
    "proto": {"proto", "wire", "table", "base"},
    "user": {"user", "proto", "wire", "table", "base"},
    "host": {"host", "user", "proto", "wire", "table", "base"},
}
ALL_BUT_PORT = BELOW["host"] | {"v4.h"}
ALLOWED = {  # folder -> the parts that its files may include; the closest folder counts
    **{f"stack/{part}": {f"stack/{other}" for other in below} for part, below in BELOW.items()},
    "stack/port": {f"stack/{part}" for part in ALL_BUT_PORT | {"port"}} | {f"conformance/iut/{name}.h" for name in ("postel_iut", "postel_iut_calls")},
    "stack": {f"stack/{part}" for part in ALL_BUT_PORT},  # v4.h
    "stack/test": {f"stack/{part}" for part in ALL_BUT_PORT | {"test"}},
    "fuzz": {f"stack/{part}" for part in ALL_BUT_PORT} | {"fuzz", "conformance/iut/postel_iut_calls.h"},
    "fuzz/model": {"stack/base", "fuzz/model"},
    "conformance": {"conformance"},
}
INPUT = ["link_in", "arp_in", "ip_in", "ip_forward", "option_in", "source_route", "reassembly", "icmp_in", "mask", "mask_learn", "router", "advertise", "udp_in", "raw_in", "igmp_in"]  # a packet's way, from the wire and back to it
OUTPUT = ["udp_out", "raw_out", "icmp_out", "packet_out", "ip_out", "ip_frag", "arp_out", "link_out"]
WAY = {
    "link_in": {"arp_in", "ip_in"},  # of those that receive, the ones that it hands packets to
    "option_in": {"source_route"},
    "ip_forward": {"option_in"},
    "ip_in": {"advertise", "ip_forward", "option_in", "reassembly"},  # who takes a protocol's datagrams it knows by their number only
    "icmp_in": {"advertise", "mask", "mask_learn", "router"},  # who has a part of it
    **{name: set() for name in ("arp_in", "source_route", "reassembly", "mask", "mask_learn", "router", "advertise", "udp_in", "raw_in", "igmp_in")},
}
OUTPUT.insert(OUTPUT.index("ip_out"), "igmp_out")
OUTPUT.insert(OUTPUT.index("ip_out"), "igmp_query")
OUTPUT.insert(OUTPUT.index("arp_out"), "conflict")  # what is sent for our addresses
INPUT.insert(INPUT.index("icmp_in"), "hook_in")
WAY |= {"hook_in": set(), "ip_in": WAY["ip_in"] | {"hook_in"}, "ip_forward": WAY["ip_forward"] | {"hook_in"}, "source_route": {"hook_in"}}
INPUT.insert(INPUT.index("option_in"), "ip_forward_group")
WAY |= {"ip_forward_group": {"hook_in", "ip_forward", "option_in"}, "ip_in": WAY["ip_in"] | {"ip_forward_group"}}
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for top in ("stack", "fuzz", "conformance")
    for kind in ("*.c", "*.h", "*.def")
    for path in (ROOT / top).rglob(kind)
)


def folder_of(path: PurePosixPath) -> str:
    return next(str(parent) for parent in path.parents if str(parent) in ALLOWED)


def target(path: PurePosixPath, included: str) -> str | None:
    """The file of ours that an include means, as the compiler looks for it; None: it is not ours."""
    for base in (path.parent, PurePosixPath("stack"), PurePosixPath("fuzz")):
        found = (ROOT / base / included).resolve()
        if found.is_relative_to(ROOT) and found.is_file():
            return found.relative_to(ROOT).as_posix()
    return None


def faults(file: str, text: str) -> list[str]:
    """The includes of `text`, were it in `file`, that go against the direction."""
    path = PurePosixPath(file)
    allowed = ALLOWED[folder_of(path)]
    found = ((included, target(path, included)) for included in INCLUDE.findall(text))
    return [included for included, ours in found if ours and not any(f"{ours}/".startswith(f"{part}/") for part in allowed)]


def against_the_way(name: str, text: str) -> list[str]:
    """The includes of `text`, were it in proto/NAME, that go against a packet's way: input calls output, never the other way, and
    on either side only what comes next."""
    included = [path.removeprefix("proto/").removesuffix(".h") for path in INCLUDE.findall(text) if path.startswith("proto/")]
    used = {other for other in included if other in INPUT + OUTPUT and other != name}
    if name in INPUT:
        return sorted(used - WAY[name] - set(OUTPUT))
    return sorted(used - set(OUTPUT[OUTPUT.index(name) + 1 :] if name in OUTPUT else []))


def includes() -> dict[str, set[str]]:
    """Which of our files each file includes."""
    return {
        file: {ours for included in INCLUDE.findall((ROOT / file).read_text()) if (ours := target(PurePosixPath(file), included))}
        for file in FILES
    }


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """One that there is, headers and their sources taken together; empty when there is none."""
    units: dict[str, set[str]] = {}
    for file, used in graph.items():
        unit = file.rpartition(".")[0]
        units.setdefault(unit, set()).update(other.rpartition(".")[0] for other in used if other.rpartition(".")[0] != unit)
    try:
        TopologicalSorter(units).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("file", FILES)
def test_includes_go_down(file: str) -> None:
    assert faults(file, (ROOT / file).read_text()) == []


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("stack/proto/")])
def test_a_packet_goes_one_way(file: str) -> None:
    assert against_the_way(PurePosixPath(file).stem, (ROOT / file).read_text()) == []


def test_every_step_of_the_way_is_there() -> None:
    assert {PurePosixPath(file).stem for file in FILES if file.startswith("stack/proto/")} > set(INPUT + OUTPUT)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("link_out", "arp_out"), ("ip_out", "icmp_out"), ("ip_frag", "ip_out"), ("arp_out", "link_in"), ("icmp_out", "ip_in"),
        ("udp_out", "udp_in"), ("icmp_in", "ip_in"), ("arp_in", "ip_in"), ("reassembly", "ip_in"), ("ip_in", "udp_in"), ("ip_in", "link_in"),
        ("core", "ip_out"), ("redirect", "arp_out"), ("event", "raw_in"),
    ],
)  # fmt: skip
def test_a_call_back_up_is_found(name: str, header: str) -> None:
    assert against_the_way(name, f'#include "proto/{name}.h"\n#include "proto/{header}.h"\n') == [header]


def test_there_is_no_circle() -> None:
    assert circle(includes()) == []


def test_a_circle_is_found() -> None:
    assert circle({"a.c": {"a.h", "b.h"}, "a.h": set(), "b.c": {"b.h", "c.h"}, "b.h": set(), "c.h": {"a.h"}})


def test_every_folder_is_looked_at() -> None:
    assert {folder_of(PurePosixPath(file)) for file in FILES} == set(ALLOWED)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("stack/base/pool.c", '#include "wire/ip.h"'),
        ("stack/wire/ip.c", '#include "table/reass.h"'),
        ("stack/table/reass.c", '#include "wire/ip.h"'),
        ("stack/table/reass.c", "#  include <wire/ip.h>"),
        ("stack/table/reass.c", '#include "../wire/ip.h"'),
        ("stack/proto/ip_in.c", '#include "host/host.h"'),
        ("stack/host/host.c", '#include "port/iut.h"'),
        ("stack/host/host.c", '#include "../../conformance/iut/postel_iut.h"'),
        ("stack/port/tap.c", '#include "test/octets.h"'),
        ("stack/test/test_ip.c", '#include "port/iut.h"'),
        ("fuzz/fuzz_reass.c", '#include "port/iut.h"'),
        ("fuzz/model/options.c", '#include "wire/option.h"'),
        ("fuzz/model/options.c", '#include "fuzz.h"'),
        ("conformance/iut/postel_iut.h", '#include "base/span.h"'),
        ("conformance/iut/lwip/lwip_iut.c", '#include "../../../stack/v4.h"'),
    ],
)
def test_an_include_that_goes_up_is_found(file: str, line: str) -> None:
    assert len(faults(file, f"/* x */\n#include <stdint.h>\n{line}\n")) == 1


def test_what_is_allowed_and_what_is_not_ours_is_let_through() -> None:
    assert faults("stack/proto/ip_in.c", '#include "wire/ip.h"\n#include "base/span.h"\n#include <string.h>\n') == []
    assert faults("stack/test/test_ip.c", '#include "octets.h"\n#include "host/host.h"\n#include <criterion/criterion.h>\n') == []
    assert faults("fuzz/fuzz_reass.c", '#include "fuzz.h"\n#include "model/reassembly.h"\n#include "table/reass.h"\n') == []


def test_no_case_touches_the_stack() -> None:
    """Cases reach an IUT through a link and the upper tester only: no case names a file of stack/."""
    for path in (ROOT / "conformance").rglob("*.py"):
        assert not re.search(r"\bstack/|\bctypes\b|\bcffi\b", path.read_text()), path


def test_all_that_an_embedder_includes_is_installed():
    """`v4_public` in stack/meson.build, of which docs/embedding.md tells."""
    reached, ahead = set(), ["stack/v4.h"]
    while ahead:
        reached.add(file := ahead.pop())
        ahead += includes()[file] - reached
    [listed] = re.findall(r"^v4_public = files\((.*?)\)", (ROOT / "stack/meson.build").read_text(), re.MULTILINE | re.DOTALL)
    assert {f"stack/{name}" for name in re.findall(r"'([^']+)'", listed)} == reached
