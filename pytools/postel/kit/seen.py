# SPDX-License-Identifier: BSD-2-Clause
"""What the passive checker knows beyond the frame before it: whom the IUT is, and what it was told and has sent in this case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from postel.kit import wire
from postel.kit.configured import Configured
from postel.kit.wire import Fields
from postel.lab.addresses import GATEWAY, INTERFACES, Interface

BROADCASTS = {"255.255.255.255", *(each.broadcast for each in INTERFACES)}
LIFETIME = 120.0  # seconds for which a datagram's identification is its own (RFC 791 3.2)

Stations = dict[tuple[int, str], set[str]]  # interface and address: the MACs under which the IUT may know it


def is_group(address: str) -> bool:
    """Multicast, or a broadcast that the lab's networks have."""
    return address in BROADCASTS or is_multicast(address)


def is_multicast(address: str) -> bool:
    return 224 <= int(address.split(".")[0]) <= 239


def not_one_host(address: str) -> bool:
    """Zero, loopback, multicast, class E or a broadcast: no source that an error may go to."""
    first = int(address.split(".")[0])
    return first in (0, 127) or first >= 224 or address in BROADCASTS


@dataclass
class Seen:
    """Of one case, but for `stations`, which outlive it as the IUT's own table may."""

    config: Configured = field(default_factory=Configured)
    mtu: int = 1500  # of the link
    stations: Stations = field(default_factory=dict)
    now: float = 0.0  # seconds that the case has let pass
    options: set[int] = field(default_factory=set)  # octets of the options that the IUT was sent, or was asked to send
    ttls: set[int] = field(default_factory=set)
    claimed: set[int] = field(default_factory=set)  # interfaces on which somebody else has claimed the IUT's address
    gateways: set[str] = field(default_factory=set)  # that Redirects have named, or that advertise routers
    entered: set[tuple[str, int]] = field(default_factory=set)  # sources and protocols of the packets that it was sent
    of_nobody: set[bytes] = field(default_factory=set)  # what it was sent from 0.0.0.0
    lived: dict[tuple[str, int, int], int] = field(default_factory=dict)  # and of those with an identification: their time to live
    unchecked: bool = False  # its user wants no UDP checksum
    pieces: dict[tuple[object, ...], tuple[float, bytes, Fields]] = field(default_factory=dict)  # of datagrams that came in fragments
    heads: dict[tuple[object, ...], tuple[float, Fields]] = field(default_factory=dict)

    @property
    def addresses(self) -> Collection[str]:
        """The IUT's."""
        return self.config.addresses

    def of(self, fields: Fields) -> Interface:
        """The interface by which a frame came."""
        return self.config.interfaces[int(fields.get("iface", 0))]

    def mtu_of(self, fields: Fields) -> int:
        """Of the interface by which a frame came. What is sent of the IUT's own accord is held to the link's only: another user may have
        said it before the case has set a lower one."""
        return self.mtu if fields.get("unasked") else self.config.mtus.get(int(fields.get("iface", 0)), self.mtu)

    def is_near(self, address: str, fields: Fields) -> bool:
        """Is somebody on the link by which a frame came?"""
        return self.config.is_near(int(fields.get("iface", 0)), address) if self.config.added else is_near(address, self.of(fields))

    def is_group(self, address: str) -> bool:
        """Multicast, or a broadcast that the networks have of which the IUT knows."""
        return is_group(address) or self.config.is_broadcast(address)

    def sent(self, iface: int, frame: bytes) -> None:
        """We have sent the IUT a frame: whoever stands in it is known to it from now on."""
        fields = wire.parse(frame)
        if "sha" in fields:
            self.stations.setdefault((iface, fields["spa"]), set()).add(fields["sha"])
            self.claimed |= {iface} if fields["spa"] == self.config.interfaces[iface].iut and fields["sha"] != self.config.interfaces[iface].iut_mac else set()
        if "src" not in fields:
            return
        self.stations.setdefault((iface, fields["src"]), set()).add(fields["eth_src"])
        self.entered.add((fields["src"], fields["protocol"]))
        self.of_nobody |= {fields.get("payload", b"")} if fields["src"] == "0.0.0.0" else set()
        of = fields["src"], fields["protocol"], fields["id"]
        self.lived[of] = max(fields["ttl"], self.lived.get(of, 0))
        self.options |= set(fields["packet"][wire.IP_MIN : fields["ihl"] * 4])
        self.ttls.add(fields["ttl"])
        if fields["kind"] == "redirect":
            self.gateways.add(fields["gateway"])
        if fields["kind"] == "icmp-9":  # whom it names as routers is for its case to see
            self.gateways.add(fields["src"])

    def called(self, op: str, keys: Mapping[str, object]) -> None:
        """The IUT's user has asked for something."""
        if op == "set":
            keys = {str(keys.get("name")): keys.get("value")}
        options = keys.get("options", b"")
        self.options |= set(options if isinstance(options, bytes) else bytes.fromhex(str(options)))
        self.unchecked = self.unchecked or str(keys.get("checksum", 1)) == "0"
        if "ttl" in keys:
            self.ttls.add(int(str(keys["ttl"])))
        if op == "add" and "gateway" in keys:
            self.gateways.add(str(keys["gateway"]))

    def took(self, fields: Fields) -> None:
        """The IUT has sent a frame, and the rules have been held against it."""
        self.config.heard(fields)
        if fields["kind"] == "fragment":
            self.pieces[piece_of(fields)] = self.now, fields["payload"], fields
            self.heads.setdefault(datagram_of(fields), (self.now, fields))

    def passes(self, fields: Fields) -> bool:
        """Is this packet somebody else's, which the IUT passes on as a router?"""
        if not self.config.forwards or "src" not in fields or fields["src"] in self.addresses:
            return False
        if fields["src"] == "0.0.0.0":  # a host that looks for its address speaks as nobody too
            return fields.get("payload") in self.of_nobody
        return self.config.rewrites or (fields["src"], fields["protocol"]) in self.entered

    def lived_before(self, fields: Fields) -> int:
        """The time to live with which a packet that is passed on has come."""
        return self.lived.get((fields["src"], fields["protocol"], fields["id"]), 256)

    def knows(self, fields: Fields) -> bool:
        """Does this datagram to one host go to a MAC that its next hop has told? What Redirects make of it is for cases to see."""
        iface, dst, mac = int(fields.get("iface", 0)), fields["dst"], fields["eth_dst"]
        if self.is_near(dst, fields):
            return any(mac in self.stations.get((iface, who), ()) for who in (dst, *self.gateways))
        anybody = self.gateways or iface != 0  # on the other link the lab has no gateway
        return any(mac in macs for (on, who), macs in self.stations.items() if on == iface and (anybody or who in (dst, GATEWAY)))


@cache
def is_near(address: str, interface: Interface) -> bool:
    return interface.is_near(address)


def datagram_of(fragment: Fields) -> tuple[object, ...]:
    """What is equal in all fragments of a datagram and differs from any other's."""
    return fragment.get("iface", 0), fragment["src"], fragment["dst"], fragment["protocol"], fragment["id"]


def piece_of(fragment: Fields) -> tuple[object, ...]:
    return *datagram_of(fragment), fragment["offset"]
