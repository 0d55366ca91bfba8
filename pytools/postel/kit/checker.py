# SPDX-License-Identifier: BSD-2-Clause
"""The passive checker: what no IUT may ever send, held against every frame of every case.

Here are the rules about what a message says and to whom; checker_frames.py has those about all around it,
checker_extensions.py those about RFC 4884's extensions of ICMP errors, checker_igmp.py those about IGMP."""

from collections.abc import Iterable

from postel.catalogue.requirements import catalogue
from postel.kit import wire
from postel.kit.arp import PEER
from postel.kit.checker_extensions import EXTENSIONS
from postel.kit.checker_frames import FRAMES
from postel.kit.checker_igmp import IGMP
from postel.kit.rule import Rule
from postel.kit.seen import Seen, not_one_host
from postel.kit.violator import changes
from postel.kit.wire import Fields
from postel.lab.addresses import LEFT

SNAP_IP = bytes.fromhex("aaaa030000000800")  # RFC 1042


def _is_ip(f: Fields) -> bool:
    return f.get("eth_type") == wire.TYPE_IP and "src" in f


def _header(f: Fields) -> bytes:
    return bytes(f["packet"][: max(f["ihl"] * 4, wire.IP_MIN)])


def _is_error(f: Fields) -> bool:
    return "quoted" in f


def _quoted(f: Fields) -> Fields:
    return wire.parse_packet(f["quoted"]) if _is_error(f) else {}


def _no_packet(f: Fields) -> bool:
    """A frame of IPv4's type that does not hold as much as a header, or not as much as its header says."""
    return f.get("eth_type") == wire.TYPE_IP and not f.get("ihl", 15) * 4 <= f.get("length", 0) <= len(f["packet"])


def _foreign_source(f: Fields, seen: Seen) -> bool:
    """None of the IUT's, nor zero where there may be none yet. RFC 1122 3.3.5 lets hosts pass on along source routes."""
    if not _is_ip(f) or f["src"] in seen.addresses:
        return False
    routed = any(option[0] in (131, 137) for option in wire.split_options(f.get("options", b""))[0])
    return not routed and not (f["src"] == "0.0.0.0" and _needs_no_source(f))


def _needs_no_source(f: Fields) -> bool:
    """IGMP, a DHCP client's datagram and a router solicitation (RFC 1256) leave before there is an address."""
    dhcp = (f.get("sport"), f.get("dport")) == (68, 67)
    return f["kind"] == "igmp" or dhcp or f.get("type") == 10


def _bad_icmp_sum(f: Fields, seen: Seen) -> bool:
    return "type" in f and wire.ones_sum(f["payload"]) != 0xFFFF


def _bad_udp_sum(f: Fields, seen: Seen) -> bool:
    if "sport" not in f or f["udp_checksum"] == 0 or not 8 <= f["udp_length"] <= len(f["payload"]):  # a length is another rule's
        return False
    datagram = f["payload"][: f["udp_length"]]
    return wire.ones_sum(wire.pseudo_header(f["src"], f["dst"], wire.UDP, len(datagram)) + datagram) != 0xFFFF


def _error_about_error(f: Fields, seen: Seen) -> bool:
    q = _quoted(f)
    return q.get("protocol") == wire.ICMP and q.get("offset") == 0 and (q.get("payload") or b"\x08")[0] in wire.ICMP_ERRORS


def _advertises_as_a_host(f: Fields, seen: Seen) -> bool:
    """A router that ceases to be one says so, for no time (RFC 1256 4.3)."""
    return f["kind"] == "icmp-9" and any(f["rest"][2:4]) and not seen.config.forwards


def _broken_arp(f: Fields, seen: Seen) -> bool:
    if f["kind"] not in ("arp-request", "arp-reply"):
        return f.get("eth_type") == wire.TYPE_ARP
    shape = (f["htype"], f["ptype"], f["hlen"], f["plen"]) != (1, wire.TYPE_IP, 6, 4)
    return shape or f["sha"] != seen.of(f).iut_mac or f["sha"] != f["eth_src"]


MESSAGES = (
    Rule("RFC791-3.1_Version-a", "a datagram of version 4", lambda f, seen: _is_ip(f) and f["version"] != 4,
         changes("echo-reply", version=5), passed=True),
    Rule("RFC791-3.1_TotalLength-a", "a total length between the header's and the frame's",
         lambda f, seen: _no_packet(f), changes("echo-reply", length=60000), passed=True),
    Rule("RFC791-3.1_IHL-a", "a header of five words or more", lambda f, seen: _is_ip(f) and f["ihl"] < 5,
         changes("echo-reply", ihl=4), passed=True),
    Rule("RFC791-3.1_Flags-a", "the reserved flag at zero", lambda f, seen: _is_ip(f) and f["reserved"] == 1,
         changes("echo-reply", reserved=1)),
    Rule("RFC1122-3.2.1.7-a", "a time to live above zero", lambda f, seen: _is_ip(f) and f["ttl"] == 0,
         changes("echo-reply", ttl=0)),
    Rule("RFC791-3.1_Checksum-a", "a header checksum that verifies",
         lambda f, seen: _is_ip(f) and wire.ones_sum(_header(f)) != 0xFFFF,
         changes("echo-reply", checksum=0x1234), passed=True),
    Rule("RFC1122-3.2.1.3-b", "a source that is the IUT's own address", _foreign_source,
         changes("echo-reply", src=PEER)),
    Rule("RFC1122-3.2.1.3-i", "no address of 127/8 on the wire",
         lambda f, seen: _is_ip(f) and "127" in (f["src"].split(".")[0], f["dst"].split(".")[0]),
         changes("echo-reply", dst="127.0.0.1")),
    Rule("RFC1122-3.2.1.3-e", "a destination that is not 0.0.0.0", lambda f, seen: _is_ip(f) and f["dst"] == "0.0.0.0",
         changes("echo-reply", dst="0.0.0.0")),
    Rule("RFC792-general-g", "an ICMP checksum that verifies", _bad_icmp_sum, changes("echo-reply", icmp_checksum=0x1234)),
    Rule("RFC1122-4.1.3.4-a", "a UDP checksum that verifies, or none", _bad_udp_sum,
         changes("udp", udp_checksum=0x1234), stimulus="udp-send"),
    Rule("RFC1122-3.3.6-e", "a link broadcast only around an IP broadcast or multicast",
         lambda f, seen: _is_ip(f) and f["eth_dst"] == wire.BROADCAST_MAC and not seen.is_group(f["dst"]),
         changes("echo-reply", eth_dst=wire.BROADCAST_MAC), passed=True),
    Rule("RFC1122-3.2.2-f", "no ICMP error about an ICMP error", _error_about_error,
         changes("unreachable", quoted=lambda q: wire.edit_packet(q + bytes(8), protocol=1, payload=b"\x03\x03" + bytes(6))),
         stimulus="udp"),
    Rule("RFC1122-3.2.2-g", "no ICMP error about a packet to a broadcast or multicast address",
         lambda f, seen: _is_error(f) and seen.is_group(_quoted(f).get("dst", "0.0.0.0")),
         changes("unreachable", quoted=lambda q: wire.edit_packet(q, dst="224.0.0.1")), stimulus="udp"),
    Rule("RFC1122-3.2.2-i", "no ICMP error about a fragment other than the first",
         lambda f, seen: _is_error(f) and _quoted(f).get("offset", 0) > 0,
         changes("unreachable", quoted=lambda q: wire.edit_packet(q, offset=8)), stimulus="udp"),
    Rule("RFC1122-3.2.2-j", "no ICMP error to a source that is not one host",
         lambda f, seen: _is_error(f) and not_one_host(_quoted(f).get("src", LEFT.lt)),
         changes("unreachable", quoted=lambda q: wire.edit_packet(q, src="240.0.0.1")), stimulus="udp"),
    Rule("RFC1122-2.3.1-b", "no trailer encapsulation", lambda f, seen: 0x1001 <= f.get("eth_type", 0) <= 0x100F,
         changes("echo-reply", eth_type=0x1001), passed=True),
    Rule("RFC1122-2.3.3-e", "no 802 frame with the service access point 6",
         lambda f, seen: f.get("eth_type", wire.TYPE_IP) <= 1500 and f["frame"][14:16] == b"\x06\x06",
         changes("echo-reply", eth_type=34, version=0, ihl=6, tos=6), passed=True),  # octets 6 and 6 where the header was
    Rule("RFC1122-2.3.3-d", "Ethernet II around a packet, which is the default where there is a choice",
         lambda f, seen: f.get("eth_type", wire.TYPE_IP) <= 1500 and f["frame"][14:22] == SNAP_IP,
         changes("echo-reply", eth_type=84, version=10, ihl=10, tos=0xAA, length=0x0300, id=0, df=0, offset=0x4000), passed=True),
    Rule("RFC1256-5.3-a", "no router advertisement of a host, but that it is a router no more", _advertises_as_a_host, changes("echo-reply", type=9)),
    Rule("RFC6633-3-a", "no Source Quench", lambda f, seen: f["kind"] == "source-quench", changes("unreachable", type=4, code=0),
         stimulus="udp"),
    Rule("RFC826-Format-a", "an ARP packet for Ethernet and IPv4 from the interface's own MAC", _broken_arp,
         changes("arp-reply", sha="02:00:00:00:00:99"), stimulus="arp"),
    Rule("RFC826-Generation-a", "an ARP packet that tells of an address of the IUT, or of none yet",
         lambda f, seen: f["kind"] != "arp-reply" and f.get("spa", "0.0.0.0") not in {"0.0.0.0", *seen.addresses},
         changes("arp-request", spa=LEFT.host(9)), stimulus="neighbour"),
    Rule("RFC826-Reception-g", "an ARP reply that tells of an address of the IUT",
         lambda f, seen: f["kind"] == "arp-reply" and f["spa"] not in {"0.0.0.0", *seen.addresses},
         changes("arp-reply", spa=LEFT.host(9)), stimulus="arp"),
)  # fmt: skip
RULES = MESSAGES + EXTENSIONS + FRAMES + IGMP


NO_ERRORS = {f"RFC1122-3.2.2-{letter}" for letter in "fgij"}  # of what there may be no ICMP error about
THE_SAME = {"RFC1122-3.3.2-f", "RFC792-general-d", "RFC792-time-e"}  # in other words: of fragments but the first


def violations(fields: Fields, seen: Seen) -> list[Rule]:
    """The rules that this frame breaks. What is passed on is as its source has made it, but for the frame and for what a router changes."""
    rules = MESSAGES + FRAMES + EXTENSIONS * ("type" in fields) + IGMP * ("igmp_type" in fields)
    return [rule for rule in rules if (rule.passed or not fields.get("passed")) and rule.broken(fields, seen)]


def uncharged(frames: Iterable[Fields], broken: Iterable[tuple[Rule, Fields, int]], judged: str | None, profile: str) -> list[Fields]:
    """Without the ICMP errors that must not be whatever a case is about: that they break a silence too is no second deviation."""
    rules = {id_ for id_ in NO_ERRORS - {judged} if profile in catalogue()[id_].profiles} if judged not in THE_SAME else set()
    charged = {number for rule, _, number in broken if rule.requirement in rules}
    return [fields for fields in frames if fields["frame_number"] not in charged]


