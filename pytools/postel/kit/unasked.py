# SPDX-License-Identifier: BSD-2-Clause
"""What an IUT says of its own accord, whatever a case does: a whole operating system behind a link announces itself, looks
for services and speaks other protocols. None of it is taken for an answer; all of it is in the evidence and before the
passive checker.

The one rule must not hide an answer, however wrong. So what the case has spoken of is not set apart, nor an ICMP error or reply to
whomever. Set apart are:

* a frame that is neither IPv4 nor ARP, nor a response of 802.2 where the case has sent commands, unless it holds a packet of the IUT's all the same, under a wrong type or header;
* an ARP packet by which the IUT announces its own address, or asks whether anybody has it (RFC 5227);
* a report of IGMP of groups that programs join (mDNS, SSDP, ...), and no case;
* a datagram, to whomever, of a protocol and, where it is UDP or TCP, of ports that no stimulus and no call of the case has named (DHCP, mDNS,
  OSPF, a connection, what a user of the host sends, ...), its fragments among them, and ICMP's router discovery (RFC 1256), which no call has turned on. What
  answers a stimulus has its protocol, ICMP's, or one of its ports."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from postel.kit import wire
from postel.kit.seen import datagram_of
from postel.kit.wire import Fields

_PACKET_AT = (14, 17, 22)  # in a frame: after Ethernet's header, an 802.2 header, a SNAP header
_ROUTER_DISCOVERY = (9, 10)
TCP = 6
ALL_HOSTS, OF_PROGRAMS = "224.0.0.1", ("224.0.0.", "224.0.1.", "239.")
TYPES = {0x86DD: "IPv6", 0x88CC: "LLDP", 0x888E: "EAPOL", 0x8809: "slow protocols", 0x88F7: "PTP", 0x8035: "RARP", 0x8100: "VLAN"}
PORTS = {53: "DNS", 67: "DHCP", 68: "DHCP", 123: "NTP", 137: "NetBIOS", 138: "NetBIOS", 161: "SNMP", 162: "SNMP",
         514: "syslog", 1900: "SSDP", 5353: "mDNS", 5355: "LLMNR"}
_PORTS_OF_CALLS = ("port", "dport")
CLAIM, CLAIMS = 2.0, 5  # seconds between what RFC 5227 (1.1) has a host send before it uses an address; three probes, two announcements


# What is left when every step of a case has taken what it asked for, and the rules that forbid it, whatever the case is about.
FORBIDDEN = {
    "redirect": "RFC1122-3.2.2.2-a", "source-quench": "RFC6633-3-a", "information-reply": "RFC1122-3.2.2.7-a",
    "mask-reply": "RFC1122-3.2.2.9-i", "echo-reply": "RFC1122-3.2.2.6-a", "parameter-problem": "RFC792-param-b",
    "icmp-6": "RFC6918-2-3-a", "icmp-30": "RFC6918-2-3-f",
}  # fmt: skip


# Rules that hold where the user asks for nothing else: of what the case has not asked for another user may have.
OF_USERS = ("RFC1122-3.2.1.7-e", "RFC1122-4.1.3.4-d", "RFC1122-4.1.3.2-c")


def forbidden(fields: Fields, frames: Iterable[Fields], of_a_router: bool = False) -> str | None:
    """The rule that forbids what is left over, if there is one: a Parameter Problem may be sent where an echo request was discarded, and
    of a fragment nobody knows. Routers send Redirects, and what others have sent."""
    rule = None if fields.get("passed") or (of_a_router and fields["kind"] == "redirect") else FORBIDDEN.get(fields["kind"])
    asked = wire.parse_packet(fields.get("quoted", b""))
    if fields["kind"] != "parameter-problem" or asked.get("kind") not in ("echo-request", "fragment"):
        return rule
    if asked["kind"] == "fragment":
        return None
    kinds = [each["kind"] for each in frames if all(each.get(name) == asked[name] for name in ("ident", "seq"))]
    return rule if kinds.count("echo-request") <= kinds.count("echo-reply") else None


@dataclass
class Spoken:
    """The protocols and ports of a case's stimuli and calls so far."""

    protocols: set[int] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)
    tcp_ports: set[int] = field(default_factory=set)
    routers: bool = False  # it was told to discover them
    llc: bool = False  # it was sent commands of 802.2
    apart: set[tuple[Any, ...]] = field(default_factory=set)  # datagrams whose first fragment named no such port

    def stimulus(self, frame: bytes) -> None:
        fields = wire.parse(frame)
        self.llc |= "control" in fields
        if "protocol" in fields:
            at = fields.get("payload", fields["packet"][wire.IP_MIN :])[:4]
            ports = {int.from_bytes(at[:2], "big"), int.from_bytes(at[2:], "big")}
            of_tcp = fields["protocol"] == TCP and len(at) == 4  # of a later fragment it is what one might take for them
            if fields["protocol"] == wire.UDP:
                self.ports |= ports
            self.tcp_ports |= ports if of_tcp else set()
            self.protocols |= set() if of_tcp else {fields["protocol"]}

    def call(self, op: str, keys: dict[str, object]) -> None:
        named = self.tcp_ports if op.startswith("tcp.") else self.ports
        named |= {int(str(keys[name])) for name in _PORTS_OF_CALLS if name in keys}
        self.routers |= str(keys.get("name")).startswith(("router-discovery", "advertise"))
        if "protocol" in keys:
            self.protocols.add(int(str(keys["protocol"])))
        packet = keys.get("data")
        if set(keys) == {"data"} and isinstance(packet, bytes):  # a datagram with its header
            self.protocols.add(packet[9])


def unasked(fields: Fields, spoken: Spoken, own: Collection[str]) -> bool:
    """Was this frame sent of the IUT's own accord? `own` are its addresses."""
    if fields["kind"] in ("arp-request", "arp-reply"):
        return bool(of_a_claim(fields))
    if fields.get("eth_type") == wire.TYPE_ARP:
        return False
    if "control" in fields and spoken.llc:
        return False
    if fields.get("eth_type") != wire.TYPE_IP:
        return not any(_is_packet_of(own, fields["frame"][at:]) for at in _PACKET_AT)
    return "payload" in fields and not _named(fields, spoken)


def claiming(frames: Iterable[Fields]) -> float:
    """So many seconds longer an IUT is waited for that probes for its address first, or announces it: it need not answer before it is done."""
    return CLAIM * min(len([fields for fields in frames if of_a_claim(fields)]), CLAIMS)


def of_a_claim(fields: Fields) -> str:
    """`probe` or `announcement`, where an ARP packet is one."""
    if not fields["kind"].startswith("arp-") or fields["eth_dst"] != wire.BROADCAST_MAC:
        return ""
    announced = "announcement" if fields["spa"] == fields["tpa"] else ""
    return announced or ("probe" if fields["op"] == 1 and fields["spa"] == "0.0.0.0" else "")


def called(fields: Fields) -> str:
    """What people call it."""
    if fields.get("eth_type") == wire.TYPE_ARP:
        return "ARP announcements or probes"
    if fields.get("eth_type") != wire.TYPE_IP:
        kind = int(fields.get("eth_type", 0))
        return TYPES.get(kind, f"frames of type {kind:#06x}") if kind > wire.LONGEST_802 else "802.2"
    if fields["protocol"] == wire.UDP and fields["kind"] == "fragment":
        return "UDP in fragments"
    if fields["protocol"] == TCP:
        return "TCP"
    if fields.get("kind") == "udp":
        known = [PORTS[port] for port in (fields["dport"], fields["sport"]) if port in PORTS]
        return known[0] if known else f"UDP to port {fields['dport']}"
    if fields["protocol"] == wire.IGMP:
        return "IGMP"
    return "router discovery" if fields["protocol"] == wire.ICMP else f"protocol {fields['protocol']}"


def _is_packet_of(own: Collection[str], octets: bytes) -> bool:
    fields = wire.parse_packet(octets)
    return fields.get("version") == 4 and fields["src"] in own


def _named(fields: Fields, spoken: Spoken) -> bool:
    """Has the case spoken of it?"""
    if fields["protocol"] == wire.ICMP:
        return spoken.routers or fields.get("type") not in _ROUTER_DISCOVERY
    if fields["protocol"] == wire.UDP and fields["kind"] == "udp":
        return not spoken.ports.isdisjoint((fields["sport"], fields["dport"]))
    if fields["protocol"] == wire.UDP and fields["kind"] == "fragment":
        return not _is_apart(fields, spoken)
    if fields["protocol"] == TCP and TCP not in spoken.protocols and fields["kind"] != "fragment":
        return not spoken.tcp_ports.isdisjoint(int.from_bytes(fields["payload"][at : at + 2], "big") for at in (0, 2))
    if fields["protocol"] == wire.IGMP:
        return not _is_of_other_groups(fields)
    return fields["protocol"] in {wire.UDP, *spoken.protocols, *([TCP] if spoken.tcp_ports else [])}


def _is_of_other_groups(fields: Fields) -> bool:
    """A report of groups that no case joins, and that programs of the host do."""
    of_version_3 = fields.get("igmp_type") == wire.REPORT_3
    groups = [group for _, _, group, *_ in wire.records(fields["payload"])] if of_version_3 else [fields.get("igmp_group", ALL_HOSTS)]
    return bool(groups) and all(group.startswith(OF_PROGRAMS) and group != ALL_HOSTS for group in groups)


def _is_apart(fragment: Fields, spoken: Spoken) -> bool:
    """The first fragment has the ports; of others whose first was not seen nobody knows them."""
    of = datagram_of(fragment)
    if not fragment["offset"] and len(fragment["payload"]) >= 4:
        ports = {int.from_bytes(fragment["payload"][at : at + 2], "big") for at in (0, 2)}
        spoken.apart -= {of}
        spoken.apart |= {of} if spoken.ports.isdisjoint(ports) else set()
    return of in spoken.apart
