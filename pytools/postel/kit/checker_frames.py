# SPDX-License-Identifier: BSD-2-Clause
"""Rules of the passive checker about all that stands around a message: the frame, padding, options, fragments, and the fields
of a message that nobody reads."""

from postel.kit import wire
from postel.kit.configured import LIMITED
from postel.kit.rule import Rule
from postel.kit.seen import LIFETIME, Seen, datagram_of, is_multicast, piece_of
from postel.kit.violator import changes
from postel.kit.wire import Fields

LEAST_FRAME, LEAST_TAGGED = 60, 64  # octets without FCS: Ethernet's smallest, and where there is to be room for a VLAN's tag
REACH = 32  # hops that the Internet is wide
QUIET = (130, 133, 134, 148)  # options that a stack may add by itself: security in its three forms, and router alert
STREAM = 136
SOURCE_ROUTES = (131, 137)
VRRP = 112
STAMP_SLACK = 0.25  # seconds, of a clock that is read 15 times a second and of the way between
DAY = 86_400_000


def _mine(f: Fields, seen: Seen) -> bool:
    """A packet of the IUT's own."""
    return f.get("eth_type") == wire.TYPE_IP and f.get("src") in seen.addresses


def _by_the_iut(f: Fields, seen: Seen) -> bool:
    """One that it has put into a frame: its own, or one that it passes on."""
    return _mine(f, seen) or bool(f.get("passed"))


def _other_mac(f: Fields, seen: Seen) -> bool:
    """A virtual router's advertisements come from its own MAC (RFC 5798 7.3)."""
    virtual = f.get("protocol") == VRRP and f["eth_src"].startswith("00:00:5e:00:01:")
    return _by_the_iut(f, seen) and not virtual and f["eth_src"] != seen.of(f).iut_mac


def _to_one_host(f: Fields, seen: Seen) -> bool:
    return _by_the_iut(f, seen) and not seen.is_group(f["dst"])


def _nobodys_mac(f: Fields, seen: Seen) -> bool:
    return _to_one_host(f, seen) and f["eth_dst"] != wire.BROADCAST_MAC and not seen.knows(f)


def _other_group_mac(f: Fields, seen: Seen) -> bool:
    if not _by_the_iut(f, seen) or not is_multicast(f["dst"]):
        return False
    low = wire.address_octets(f["dst"])
    return bool(f["eth_dst"] != wire.mac_text(b"\x01\x00\x5e" + bytes([low[1] & 0x7F]) + low[2:]))


def _broadcast_to_some(f: Fields, seen: Seen) -> bool:
    here = _by_the_iut(f, seen) and seen.is_group(f["dst"]) and not is_multicast(f["dst"]) and (f["dst"] == LIMITED or seen.is_near(f["dst"], f))
    return bool(here and f["eth_dst"] != wire.BROADCAST_MAC)


def _of_another_organization(f: Fields, seen: Seen) -> bool:
    head = f["frame"][wire.ETHER_LEN :]
    snap = f.get("eth_type", wire.TYPE_IP) <= wire.LONGEST_802 and head[:3] == wire.SNAP[:3]
    return snap and head[3:6] != wire.SNAP[3:] and head[6:8] in (b"\x08\0", b"\x08\6")


def _bad_padding(f: Fields, seen: Seen) -> bool:
    """Octets other than zero, or more than the smallest frame needs, behind a packet. (Of ARP no RFC says what its padding is.)"""
    padding = f["padding"] if "payload" in f else b""
    return any(padding) or bool(padding and len(f["frame"]) > LEAST_TAGGED)


def _after_options(f: Fields) -> bytes:
    """From End of Option List on, or from an option that cannot be read."""
    return wire.split_options(f.get("options", b""))[1]


def _kinds(f: Fields) -> set[int]:
    return {option[0] for option in wire.split_options(f.get("options", b""))[0]}


def _two_routes(f: Fields, seen: Seen) -> bool:
    found = [option[0] for option in wire.split_options(f.get("options", b""))[0]]
    return sum(kind in SOURCE_ROUTES for kind in found) > 1


def _unasked_options(f: Fields, seen: Seen) -> set[int]:
    return _kinds(f) - seen.options - {*QUIET, STREAM}


def _other_than_its_first_piece(f: Fields, seen: Seen) -> bool:
    """A fragment of a datagram of which another came with another time to live or type of service."""
    if f["kind"] != "fragment" or datagram_of(f) not in seen.heads:
        return False
    when, head = seen.heads[datagram_of(f)]
    return seen.now - when < LIFETIME and (head["ttl"], head["tos"]) != (f["ttl"], f["tos"])


def _identification_again(f: Fields, seen: Seen) -> bool:
    """The same place in a datagram of the same identification was sent with other octets, and not too long ago."""
    if f["kind"] != "fragment" or piece_of(f) not in seen.pieces:
        return False
    when, octets, _ = seen.pieces[piece_of(f)]
    return seen.now - when < LIFETIME and octets != f["payload"]


def _unused_fields(f: Fields, seen: Seen) -> bool:
    """Octets 4 to 7 of an error: RFC 792's fields, RFC 1191's MTU and RFC 4884's length are the only ones that are used."""
    if "quoted" not in f:
        return False
    rest = bytearray(f["unused"])
    if f["type"] == 5:
        return False
    if f["type"] == 12:
        rest[0] = 0
    if (f["type"], f["code"]) == (3, 4):
        rest[2:] = bytes(2)
    return any(rest)


def _udp_length(f: Fields, seen: Seen) -> bool:
    """More than there is, or less than a header. Less than there is may be (RFC 9868)."""
    if f.get("protocol") != wire.UDP or f["kind"] not in ("udp", "protocol-17"):
        return False
    return f["kind"] != "udp" or not 8 <= f["udp_length"] <= len(f["payload"])


def _short_lived(f: Fields, seen: Seen) -> bool:
    return _to_one_host(f, seen) and f["kind"] != "igmp" and f["ttl"] < REACH and f["ttl"] not in seen.ttls


def _reply_to_whom(f: Fields, seen: Seen) -> bool:
    """An ARP reply to one host whose addresses are not those that this host has told."""
    if f["kind"] != "arp-reply" or f["eth_dst"] == wire.BROADCAST_MAC:
        return False
    told = seen.stations.get((int(f.get("iface", 0)), f["tpa"]), set())
    return f["spa"] != f["tpa"] and (f["tha"] not in told or f["eth_dst"] != f["tha"])


def _asks_for_far(f: Fields, seen: Seen) -> bool:
    """An ARP request for who is not on this link, unless a Redirect has named it, which should be another rule's matter
    (RFC1122-3.2.2.2-d). Of the IUT's own address RFC 5227 has it ask everywhere."""
    if f["kind"] != "arp-request" or f["tpa"] in seen.addresses:
        return False
    if any(f[name].startswith("169.254.") for name in ("spa", "tpa")):  # RFC 3927 2.6.2: all the world is on the link
        return False
    return not seen.is_near(f["tpa"], f) and f["tpa"] not in seen.gateways


FRAMES = (
    Rule("RFC1122-2.3.3-a", "a frame that comes from the interface's own MAC",
         _other_mac, changes("echo-reply", eth_src="02:00:00:00:00:99"), passed=True),
    Rule("RFC1122-2.3.3-f", "a frame to the MAC that the next hop has told", _nobodys_mac,
         changes("echo-reply", eth_dst="02:00:00:00:00:99"), passed=True),
    Rule("RFC1122-3.3.7-e", "a multicast in a frame to the MAC that belongs to the group", _other_group_mac,
         changes("udp", dst="224.0.0.1"), stimulus="udp-send", passed=True),
    Rule("RFC894-Address-b", "a broadcast in a frame to all", _broadcast_to_some,
         changes("udp", dst="255.255.255.255"), stimulus="udp-send", passed=True),
    Rule("RFC1812-5.3.1-a", "a time to live, of what is passed on, that is less than it was",
         lambda f, seen: f.get("passed") and f["ttl"] >= seen.lived_before(f), changes("echo-request", ttl=64), passed=True, stimulus="transit"),
    Rule("RFC1812-5.3.1-b", "a time to live above zero in what is passed on",
         lambda f, seen: f.get("passed") and f["ttl"] == 0, changes("echo-request", ttl=0), passed=True, stimulus="transit"),
    Rule("RFC1042-Frame-a", "the organization code zero behind an 802.2 header, before IP or ARP", _of_another_organization,
         changes("echo-reply", eth_type=84, version=10, ihl=10, tos=0xAA, length=0x0300, id=0xF8, df=0, offset=0x4000), passed=True),
    Rule("RFC894-Frame-b", "nothing behind a packet but zeros up to the smallest frame", _bad_padding,
         changes("echo-reply", padding=bytes(11) + b"heap"), passed=True),
    Rule("RFC1122-3.3.3-c", "a packet that the interface's MTU has room for",
         lambda f, seen: f["kind"] != "fragment" and f.get("length", 0) > seen.mtu_of(f),
         changes("echo-reply", data=bytes(1480)), passed=True),
    Rule("RFC791-3.2_Fragmentation-i", "a fragment that the interface's MTU has room for",
         lambda f, seen: f["kind"] == "fragment" and f["length"] > seen.mtu_of(f),
         changes("fragment", options=b"\1" * 40), stimulus="large", passed=True),
    Rule("RFC791-3.2_Fragmentation-f", "no fragment with Don't Fragment", lambda f, seen: f["kind"] == "fragment" and f["df"],
         changes("fragment", nth=1, df=1), stimulus="large"),
    Rule("RFC791-3.2_Fragmentation-b", "a multiple of 8 octets in each fragment but the last",
         lambda f, seen: f["kind"] == "fragment" and f["mf"] and len(f["payload"]) % 8,
         changes("fragment", payload=lambda octets: octets[:-4]), stimulus="large"),
    Rule("RFC791-3.2_Fragmentation-j", "one time to live and type of service in all fragments of a datagram",
         _other_than_its_first_piece, changes("fragment", nth=1, ttl=63), stimulus="large"),
    Rule("RFC791-3.2_Identification-a", "an identification for each datagram that is sent in fragments", _identification_again,
         changes("fragment", nth=1, offset=0), stimulus="large"),
    Rule("RFC6864-4.3-a", "an identification for each datagram that is sent in fragments", _identification_again,
         changes("fragment", nth=1, offset=0), stimulus="large"),
    Rule("RFC791-3.1_Options-c", "no option without the copied flag in a later fragment",
         lambda f, seen: f.get("offset") and any(kind < 0x80 for kind in _kinds(f)),
         changes("fragment", nth=2, options=bytes([7, 3, 4, 0])), stimulus="large"),
    Rule("RFC791-3.1_Padding-a", "zeros behind End of Option List",
         lambda f, seen: _after_options(f)[:1] == b"\0" and any(_after_options(f)), changes("echo-reply", options=b"\0\1\1\1")),
    Rule("RFC791-3.1_Options-b", "options that end where their length says", lambda f, seen: _after_options(f)[:1] > b"\0",
         changes("echo-reply", options=b"\x07\x09\4\0")),
    Rule("RFC1122-3.2.1.8c-d", "one source route in a packet", _two_routes,
         changes("echo-reply", options=bytes([131, 3, 4, 137, 3, 4, 0, 0]))),
    Rule("RFC1122-3.2.1.8b-a", "no stream identifier", lambda f, seen: STREAM in _kinds(f),
         changes("echo-reply", options=b"\x88\4\0\1")),
    Rule("RFC792-echo-a", "no option in a reply that the request did not have",
         lambda f, seen: f["kind"] == "echo-reply" and _unasked_options(f, seen),
         changes("echo-reply", options=b"\x07\x07\4\0\0\0\0\0")),
    Rule("RFC1122-4.1.3.2-c", "no option in a datagram that its user did not ask for",
         lambda f, seen: f["kind"] == "udp" and _unasked_options(f, seen),
         changes("udp", options=b"\x07\x07\4\0\0\0\0\0"), stimulus="udp-send"),
    Rule("RFC1122-3.2.1.7-e", "a time to live that crosses the Internet, where nobody has asked for less", _short_lived,
         changes("echo-reply", ttl=9)),
    Rule("RFC792-general-e", "zero in the octets of an ICMP error that are not used", _unused_fields,
         changes("unreachable", rest=b"\0\0\0\1"), stimulus="udp"),
    Rule("RFC1122-3.2.2.2-a", "no Redirect from a host", lambda f, seen: f["kind"] == "redirect" and _mine(f, seen) and not seen.config.forwards,
         changes("unreachable", type=5), stimulus="udp"),
    Rule("RFC768-Fields-a", "a UDP length of 8 octets to as many as there are", _udp_length,
         changes("udp", udp_length=0), stimulus="udp-send"),
    Rule("RFC1122-4.1.3.4-d", "a UDP checksum, unless the user wants none",
         lambda f, seen: f["kind"] == "udp" and _mine(f, seen) and f["udp_checksum"] == 0 and not seen.unchecked,
         changes("udp", udp_checksum=0), stimulus="udp-send"),
    Rule("RFC826-Reception-g", "an ARP reply to the addresses that its receiver has told", _reply_to_whom,
         changes("arp-reply", tha="02:00:00:00:00:99"), stimulus="arp"),
    Rule("RFC1122-3.3.1.1-a", "no ARP request for who is on another link", _asks_for_far,
         changes("arp-request", tpa="192.0.2.9"), stimulus="neighbour"),
)  # fmt: skip
