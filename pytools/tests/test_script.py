# SPDX-License-Identifier: BSD-2-Clause
"""postel.base.script against docs/script.md."""

import random

import pytest
from postel.base import script
from postel.base.exits import UsageError
from postel.base.script import Advance, Frame, Interface, Op

TEXT = """\
postel-script 1
# a comment
interface 0 198.18.0.2/24            # another
frame 0 0200 00000002 020000000001
\t
advance 1500   # milliseconds
op udp.bind port=4000  # and one here
op udp.send sock=1 data=#23
"""
RECORDS = [
    Interface(0, "198.18.0.2", 24),
    Frame(0, bytes.fromhex("020000000002020000000001")),
    Advance(1500),
    Op("udp.bind port=4000"),
    Op("udp.send sock=1 data=#23"),
]
# Worked out by hand from the table of docs/script.md.
OCTETS = bytes.fromhex(
    "0300c612000218" "0000000c020000000002020000000001" "0105dc"
    "0200127564702e62696e6420706f72743d34303030" "0200187564702e73656e6420736f636b3d3120646174613d233233"
)  # fmt: skip


def test_the_documented_example_in_both_forms():
    assert script.from_text(TEXT) == RECORDS
    assert script.to_binary(RECORDS) == OCTETS
    assert script.from_binary(OCTETS) == RECORDS


@pytest.mark.parametrize("text, said", [
    ("", "script:1: a script begins with the line `postel-script 1`"),
    ("frame 0 00\n", "script:1: a script begins"),
    ("# first\npostel-script 2\n", "script:2: a script begins"),
    ("postel-script 1\n\nfarme 0 00\n", "script:3: there is no record 'farme'"),
    ("postel-script 1\nframe 0 0\n", "script:2: octets are written as pairs"),
    ("postel-script 1\nframe 256 00\n", "script:2: '256' is not an interface's number"),
    ("postel-script 1\nframe\n", "script:2: '' is not an interface's number"),
    ("postel-script 1\nframe 0 " + "00" * 65_550 + "\n", "script:2: 65550 octets are too many"),
    ("postel-script 1\nadvance -1\n", "script:2: '-1' is not milliseconds"),
    ("postel-script 1\nop\n", "script:2: `op` needs a line"),
    ("postel-script 1\ninterface 0 198.18.0.2\n", "script:2: an interface is written"),
    ("postel-script 1\ninterface 0 198.18.0.256/24\n", "script:2: '256' is not a part of an address"),
    ("postel-script 1\ninterface 0 198.18.0/24\n", "script:2: '198.18.0' is not an address"),
    ("postel-script 1\ninterface 0 198.18.0.2/33\n", "script:2: '33' is not a prefix length"),
])  # fmt: skip
def test_errors_name_the_line(text: str, said: str):
    with pytest.raises(UsageError) as raised:
        script.from_text(text)
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize("octets, records", [
    (b"", []),
    (bytes.fromhex("0000"), []),  # too short for a frame's fixed part
    (bytes.fromhex("00000005aabb"), [Frame(0, b"\xaa\xbb")]),  # a length beyond the end means the rest
    (bytes.fromhex("ff07c612000222"), [Interface(7, "198.18.0.2", 1)]),  # kind modulo 4, prefix length modulo 33
    (bytes.fromhex("05000a0601"), [Advance(10)]),
    (bytes.fromhex("0a0002ff0a"), [Op("\xff\n")]),
])  # fmt: skip
def test_every_string_of_octets_is_a_script(octets: bytes, records: list[script.Record]):
    assert script.from_binary(octets) == records


def test_translation_loses_nothing_of_what_a_fuzzer_writes():
    rng = random.Random(1)
    kinds = set()
    for _ in range(3000):
        octets = bytes(rng.choice((0, 1, 2, 3, 4, 7, 32, 35, 10, 111, 255)) for _ in range(rng.randrange(40)))
        records = script.from_binary(octets)
        kinds |= {type(record) for record in records}
        assert script.from_text(script.to_text(records)) == records
        assert script.from_binary(script.to_binary(records)) == records
    assert kinds == {Frame, Advance, Op, Interface}


def test_long_steps_become_several_and_last_as_long():
    packed = script.from_binary(script.to_binary([Advance(200_000), Advance(65_535), Advance(0)]))
    assert packed == [Advance(65_535)] * 3 + [Advance(3395), Advance(65_535), Advance(0)]


def test_what_does_not_fit_the_binary_form_is_refused():
    with pytest.raises(UsageError, match=r"65549 octets does not fit the binary form"):
        script.to_binary([Frame(0, bytes(65_549))])
    assert script.from_text(script.to_text([Frame(0, bytes(65_549))])) == [Frame(0, bytes(65_549))]


@pytest.mark.parametrize("octets, said", [
    (OCTETS, ""),
    (b"", ""),
    (OCTETS[:-1], "its last record has 23 of 24 octets"),
    (OCTETS + bytes(3), "its last 3 octets are no record"),
    (bytes.fromhex("00000005aabb"), "its last record has 2 of 5 octets"),
])  # fmt: skip
def test_how_the_binary_form_ends_is_told(octets: bytes, said: str):
    assert script.cut_off(octets) == said


def test_comments_stand_before_their_records():
    text = script.to_text(RECORDS, {0: ["first", "second"], 2: ["third"]})
    assert script.from_text(text) == RECORDS
    assert text.splitlines()[1:4] == ["# first", "# second", "interface 0 198.18.0.2/24"] and text.splitlines()[5] == "# third"


def test_so_many_records_are_not_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(script, "RECORDS", 10)
    assert len(script.from_binary(bytes([1, 0, 0]) * 10)) == 10
    with pytest.raises(UsageError, match="more than 10 records"):
        script.from_binary(bytes([1, 0, 0]) * 11)
    with pytest.raises(UsageError, match="script: a script of more than 10 lines"):
        script.from_text("postel-script 1\n" + "advance 1\n" * 10)
