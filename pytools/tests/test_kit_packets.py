# SPDX-License-Identifier: BSD-2-Clause
"""Stimuli with one fault, options as fields and predicates, and the model of overlap policies."""

import pytest
from postel.kit import expect, packets, wire
from postel.kit.overlap import DROPPERS, KEEPERS, PROBES, predicted

ME, IUT = "198.18.0.1", "198.18.0.2"
DIGITS = str.maketrans("ABCDEF", "123456")


def octets(stimulus: packets.Stimulus) -> bytes:
    return stimulus.octets(ME, IUT, 5)


@pytest.mark.parametrize("bit", [0, 7, 83, 159])
def test_a_flipped_bit_is_all_that_differs(bit: int) -> None:
    stimulus = packets.one_fault(packets.echo(), flip=bit)
    right, wrong = stimulus.twin_octets(ME, IUT, 5), octets(stimulus)
    differing = int.from_bytes(right, "big") ^ int.from_bytes(wrong, "big")
    assert differing == 1 << (8 * len(right) - 1 - bit)
    assert wire.ones_sum(right[:20]) == 0xFFFF != wire.ones_sum(wrong[:20])


def test_every_wrong_bit_of_a_header_of_five_words_shows_in_its_sum() -> None:
    """A ones-complement sum finds each single error; with another IHL it covers other octets, and finds it too."""
    for bit in range(160):
        wrong = octets(packets.one_fault(packets.echo(), flip=bit))
        covered = (wrong[0] & 15) * 4
        assert covered < 20 or covered > len(wrong) or wire.ones_sum(wrong[:covered]) != 0xFFFF, bit


def test_a_header_that_sums_to_zero() -> None:
    packet = octets(packets.summing_to_zero(packets.echo(), ME, IUT))
    assert packet[10:12] == b"\0\0"
    assert wire.ones_sum(packet[:20]) == 0xFFFF
    other = octets(packets.probe(packets.summing_to_zero(packets.echo(), ME, IUT), checksum=0xFFFF))
    assert wire.ones_sum(other[:20]) == 0xFFFF  # the other zero adds up to the same


def test_a_fragment_is_what_scapy_makes_of_it() -> None:
    from scapy.layers.inet import IP
    from scapy.packet import Raw

    scapy = IP(src=ME, dst=IUT, id=5, proto=1, flags="MF", frag=3, ttl=64) / Raw(b"12345678")
    assert octets(packets.cut(b"12345678", 24, True)) == bytes(scapy)
    assert octets(packets.cut(b"12345678", 24, True, id=9))[4:6] == b"\0\x09"


def test_an_empty_fragment() -> None:
    made = octets(packets.fragments("-@3+")[0])
    assert wire.parse_packet(made)["payload"] == b""
    assert (wire.parse_packet(made)["offset"], wire.parse_packet(made)["mf"]) == (24, 1)


@pytest.mark.parametrize(
    "options, found, rest",
    [
        (b"", [], b""),
        (b"\x01\x01\x01\x00", [], b"\x00"),
        (b"\x01\x5e\x04\x01\x02\x44\x04\x05\x00\x00\x00\x00", [b"\x5e\x04\x01\x02", b"\x44\x04\x05\x00"], b"\x00\x00\x00"),
        (b"\x5e\x03\x01\x5e\x04\x01\x02\x01\x5e\x03\x01\x00", [b"\x5e\x03\x01", b"\x5e\x04\x01\x02", b"\x5e\x03\x01"], b"\x00"),
        (b"\x00\x5e\x04\x01", [], b"\x00\x5e\x04\x01"),  # behind the end there are no options
        (b"\x5e\x02\x5e\x00", [b"\x5e\x02"], b"\x5e\x00"),  # a length that leads nowhere
        (b"\x5e\x02\x5e\x01", [b"\x5e\x02"], b"\x5e\x01"),
        (b"\x5e\x02\x5e\x03", [b"\x5e\x02"], b"\x5e\x03"),  # past the header
        (b"\x01\x01\x01\x5e", [], b"\x5e"),  # no length at all
    ],
)
def test_options_are_split(options: bytes, found: list[bytes], rest: bytes) -> None:
    assert wire.split_options(options) == (found, rest)


def test_a_recorded_route_is_told_from_one_that_is_not() -> None:
    asked = packets.record_route("192.0.2.1", room=2, pointer=8)
    right = expect.recorded(asked, IUT)
    own = wire.address_octets(IUT)
    assert right(bytes([7, 15, 12]) + asked[3:7] + own + bytes(4))
    assert right(bytes([7, 15, 16]) + asked[3:7] + own + own)
    assert not right(asked)  # nothing recorded
    assert not right(bytes([7, 15, 12]) + own + asked[3:7] + bytes(4))  # what was there is gone
    assert not right(bytes([7, 15, 12]) + asked[3:7] + wire.address_octets(ME) + bytes(4))  # another's address
    assert not right(bytes([7, 11, 12]) + asked[3:7] + own)  # the option shrank
    assert not right(bytes([7, 15, 12]) + asked[3:7] + own + b"\0\0\0\1")  # something behind the pointer


def test_a_stamped_option_is_told_from_one_that_is_not() -> None:
    asked = packets.timestamp(bytes(16), flag=1)
    right, once = expect.stamped(asked, IUT), expect.stamped(asked, IUT, entries=1)
    own, noon = wire.address_octets(IUT), (12 * 3600 * 1000).to_bytes(4, "big")
    one = bytes([68, 20, 13, 1]) + own + noon + bytes(8)
    two = bytes([68, 20, 21, 1]) + (own + b"\x80\0\0\1") * 2
    assert right(one) and once(one)
    assert right(two) and not once(two)
    assert not right(asked)
    assert not right(one[:4] + wire.address_octets(ME) + one[8:])  # another's address
    assert not right(one[:8] + (86_400_000).to_bytes(4, "big") + one[12:])  # no time of the day
    assert not right(one[:3] + b"\x11" + one[4:])  # overflow, though there was room
    assert not right(one[:2] + b"\x0f" + one[3:])  # half an entry


def test_padding_and_copied_options() -> None:
    assert expect.padded_with_zeros(packets.record_route(room=1) + b"\0")
    assert not expect.padded_with_zeros(packets.record_route(room=1) + b"\xee")
    assert expect.only_copied(packets.NOP + packets.lsrr(ME) + packets.EOL)
    assert not expect.only_copied(packets.lsrr(ME) + packets.record_route(room=1))


@pytest.mark.parametrize(
    "name, vector",
    [
        ("bsd", "111442333666"), ("bsd-right", "144422555666"), ("linux-2", "111442555666"), ("last", "144442555666"),
        ("first", "111422333666"), ("windows", "111422333666"), ("solaris", "111422333666"), ("drop", None), ("linux", None),
    ],
)  # fmt: skip
def test_the_vectors_of_shankar_and_paxson(name: str, vector: str | None) -> None:
    got = predicted(name)[0]
    assert (got.translate(DIGITS) if got else None) == vector


def test_the_probes_tell_all_policies_apart() -> None:
    names = [*KEEPERS, *DROPPERS]
    assert len({predicted(name) for name in names}) == len(names)
    assert all(len(predicted(name)) == len(PROBES) for name in names)
