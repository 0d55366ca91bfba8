# SPDX-License-Identifier: BSD-2-Clause
"""Who is who in a capture: which host is the IUT, and which of the lab's addresses stand for it and for the others.

The IUT is the host to which most packets go, the other end the one that sends it most. Distinct hosts stay distinct. What is no
host's address (broadcast, multicast, loopback, this network) stays what it is; a directed broadcast becomes the lab's. A capture
in which the lab's own IUT is addressed has the lab's addresses already, and keeps them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from postel.captures.ethernet import NO_MAC, Seen, network_layer
from postel.kit import wire
from postel.kit.arp import PEER, PEER_MAC
from postel.lab.addresses import INTERFACES

LAB = INTERFACES[0]
IUT, IUT_MAC = wire.address_octets(LAB.iut), wire.mac_octets(LAB.iut_mac)
LOWER_TESTER = wire.address_octets(LAB.lt), wire.mac_octets(LAB.lt_mac)
NEIGHBOUR = wire.address_octets(PEER), wire.mac_octets(PEER_MAC)  # for which the lower tester need not answer ARP
BROADCAST = wire.address_octets(LAB.broadcast)
NEAR = [wire.address_octets(LAB.host(n)) for n in range(10, LAB.network.num_addresses - 1) if LAB.host(n) != PEER]
FAR = [bytes((198, 19, a, b)) for a in range(256) for b in range(1, 255)]  # when the lab's own network has no room
OTHER_MACS = b"\2\0\1"

Ends = tuple[bytes, bytes, bytes]  # a frame, the addresses of its source and its destination


@dataclass
class Hosts:
    """The capture's addresses and MACs, and what they are in the lab."""

    iut: set[bytes]
    iut_mac: bytes = b""  # in the capture; empty when it does not show
    addresses: dict[bytes, bytes] = field(default_factory=dict)
    macs: dict[bytes, bytes] = field(default_factory=dict)
    neighbours: dict[str, str] = field(default_factory=dict)  # addresses and MACs in the lab, for whoever answers ARP
    words: list[str] = field(default_factory=list)  # what was found out, for people

    def address(self, octets: bytes) -> bytes:
        return self.addresses.get(octets, octets)

    def source(self, source: bytes, destination: bytes) -> bytes:
        """The same; who talks to itself over loopback becomes two."""
        looped = source[:1] == b"\x7f" and source in self.iut and destination in self.iut
        return LOWER_TESTER[0] if looped else self.address(source)

    def mac(self, octets: bytes) -> bytes:
        return self.macs.get(octets, octets)

    def sent(self, frame: bytes) -> bool:
        """Was it the IUT that sent this? Its MAC says it, where there is one: an address is forged by whoever likes to."""
        source, destination = ends(frame)
        if self.iut_mac and frame[6:12] not in (NO_MAC, frame[:6]):
            return frame[6:12] == self.iut_mac and (destination not in self.iut or source in self.iut)
        return source in self.iut and destination not in self.iut


def ends(frame: bytes) -> tuple[bytes, bytes]:
    """Source and destination, of an ARP packet its sender and its target; empty when it holds none."""
    kind, at = network_layer(frame)
    if kind == wire.TYPE_IP and len(frame) >= at + wire.IP_MIN:
        return frame[at + 12 : at + 16], frame[at + 16 : at + 20]
    if kind == wire.TYPE_ARP and len(frame) >= at + 28 and frame[at + 4 : at + 6] == b"\6\4":
        return frame[at + 14 : at + 18], frame[at + 24 : at + 28]
    return b"", b""


def is_host(address: bytes) -> bool:
    """One host's address by its form: not loopback, multicast, broadcast, this network, nor reserved."""
    return len(address) == 4 and 0 < address[0] < 224 and address[0] != 127


def is_near(address: bytes) -> bool:
    """On the lab's network."""
    return len(address) == 4 and LAB.is_near(wire.address_text(address))


def is_own(mac: bytes) -> bool:
    """One interface's, neither a group's nor nobody's."""
    return len(mac) == 6 and mac != NO_MAC and not mac[0] & 1


def who_is_who(frames: Sequence[Seen], iut: Iterable[str] = (), client: str | None = None, *, neighbour: bool = False) -> Hosts:
    """Finds out what is not said. `neighbour`: the other end gets an address for which the lower tester need not answer ARP."""
    seen = [(frame.octets, *ends(frame.octets)) for frame in frames]
    said = {wire.address_octets(address) for address in iut}
    broadcasts = directed_broadcasts(seen)
    hosts = Hosts(said or most_addressed(seen, broadcasts))
    hosts.iut_mac = mac_of(hosts.iut, seen)
    other, (place, mac) = most_talkative(seen, hosts.iut), NEIGHBOUR if neighbour else LOWER_TESTER
    if client:
        other = wire.address_octets(client)
    elif IUT in hosts.iut:
        other, (place, mac) = LOWER_TESTER[0], LOWER_TESTER
    hosts.addresses = dict.fromkeys(broadcasts, BROADCAST) | dict.fromkeys(hosts.iut, IUT)
    if other and other not in hosts.iut:
        hosts.addresses[other] = place
        theirs = next((f[6:12] for f, source, _ in seen if source == other and is_own(f[6:12]) and f[6:12] != hosts.iut_mac), b"")
        hosts.macs = {theirs: mac} if theirs else {}
    if hosts.iut_mac:
        hosts.macs[hosts.iut_mac] = IUT_MAC
    place_addresses(hosts, seen)
    place_macs(hosts, seen)
    hosts.words = list(words(hosts, other, told=bool(said)))
    return hosts


def directed_broadcasts(seen: Sequence[Ends]) -> set[bytes]:
    """Addresses that end in 255, that nobody has, and to which only frames for everybody go (or such without MACs)."""
    everybody = {wire.mac_octets(wire.BROADCAST_MAC), NO_MAC}
    found = {destination for _, _, destination in seen if destination[3:] == b"\xff" and is_host(destination)}
    found -= {source for _, source, _ in seen}
    return found - {destination for frame, _, destination in seen if frame[:6] not in everybody}


def most_addressed(seen: Sequence[Ends], broadcasts: set[bytes]) -> set[bytes]:
    """The lab's IUT if it is there, else the host that is addressed most often; a loopback address only if there is no other."""
    counted = Counter(destination for _, _, destination in seen if destination not in broadcasts)
    if IUT in counted:
        return {IUT}
    ranked = [address for address, _ in counted.most_common()]
    hosts = [address for address in ranked if is_host(address)] + [address for address in ranked if address[:1] == b"\x7f"]
    return set(hosts[:1])


def mac_of(iut: set[bytes], seen: Sequence[Ends]) -> bytes:
    """Where most of its packets come from and most of those for it go."""
    votes = Counter(frame[:6] for frame, _, destination in seen if destination in iut)
    votes += Counter(frame[6:12] for frame, source, destination in seen if source in iut and destination not in iut)
    return next((mac for mac, _ in votes.most_common() if is_own(mac)), b"")


def most_talkative(seen: Sequence[Ends], iut: set[bytes]) -> bytes:
    """The host that sends most to the IUT."""
    counted = Counter(source for _, source, destination in seen if destination in iut and source not in iut and is_host(source))
    return next((address for address, _ in counted.most_common(1)), b"")


def place_addresses(hosts: Hosts, seen: Sequence[Ends]) -> None:
    """Gives the others theirs: first those that send, then those that are only spoken of, in the order of the capture."""
    spoken = dict.fromkeys([source for _, source, _ in seen] + [destination for _, _, destination in seen])
    used = set(hosts.addresses.values()) | set(spoken)
    free = _unused(used)
    for address in filter(is_host, spoken):
        if address in hosts.addresses:
            continue
        keeps = IUT in hosts.iut or (is_near(address) and address not in (IUT, LOWER_TESTER[0], NEIGHBOUR[0]))
        hosts.addresses[address] = address if keeps else next(free)


def _unused(used: set[bytes]) -> Iterator[bytes]:
    yield from (address for address in NEAR + FAR if address not in used)
    while True:
        yield from FAR


def place_macs(hosts: Hosts, seen: Sequence[Ends]) -> None:
    used = set(hosts.macs.values())
    for frame, source, _ in seen:
        for mac in filter(is_own, (frame[6:12], frame[:6])):
            if mac not in hosts.macs:
                keeps = mac[:4] == IUT_MAC[:4] and mac not in used and mac != IUT_MAC
                hosts.macs[mac] = mac if keeps else OTHER_MACS + len(hosts.macs).to_bytes(3, "big")
        where = hosts.address(source)
        if is_near(where) and where not in (IUT, LOWER_TESTER[0]) and frame[6:12] != hosts.iut_mac and is_own(frame[6:12]):
            hosts.neighbours.setdefault(wire.address_text(where), wire.mac_text(hosts.mac(frame[6:12])))


def words(hosts: Hosts, other: bytes, *, told: bool) -> Iterator[str]:
    text = wire.address_text
    if not hosts.iut:
        yield "no host is addressed in it, so no address is rewritten"
        return
    if hosts.iut == {IUT}:
        yield f"the lab's IUT, {LAB.iut}, is addressed in it, so addresses are kept"
        return
    mac = f" ({wire.mac_text(hosts.iut_mac)})" if hosts.iut_mac else ""
    why = "" if told else ": it is addressed most (--iut-address says another)"
    yield f"{', '.join(map(text, sorted(hosts.iut)))}{mac} is the IUT, here {LAB.iut}{why}"
    if other and other in hosts.addresses and hosts.addresses[other] != other:
        yield f"{text(other)} is the other end, here {text(hosts.addresses[other])} (--client says another)"
    rest = [f"{text(a)} here {text(b)}" for a, b in hosts.addresses.items() if a != b and a != other and a not in hosts.iut]
    if rest:
        yield f"others: {', '.join(rest[:3])}{f', and {len(rest) - 3} more' * (len(rest) > 3)}"
