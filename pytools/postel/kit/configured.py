# SPDX-License-Identifier: BSD-2-Clause
"""What the IUT is by now: the lab's interfaces as it was started with them, and what a case has told it since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Interface, ip_address

from postel.kit import wire
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES, Interface

NOBODY = "0.0.0.0"
LIMITED = "255.255.255.255"


@dataclass
class Configured:
    """Of one case, until it begins anew."""

    interfaces: Sequence[Interface] = INTERFACES
    mtus: dict[int, int] = field(default_factory=dict)
    snap: set[int] = field(default_factory=set)  # interfaces that were told to send frames of 802.3
    down: set[int] = field(default_factory=set)
    added: dict[str, tuple[int, IPv4Interface]] = field(default_factory=dict)  # addresses: their interface and network
    removed: set[str] = field(default_factory=set)  # of those that it was started with
    chooses: set[int] = field(default_factory=set)  # interfaces that choose a link-local address for themselves
    forwards: bool = False  # between its interfaces, as a router does
    rewrites: bool = False  # by a rule, so that sources are not what they were
    undo: list[str] = field(default_factory=list)  # requests by which it answers control probes again

    @property
    def addresses(self) -> set[str]:
        """The IUT's."""
        return {each.iut for each in self.interfaces} - self.removed | set(self.added)

    def rests(self, iface: int) -> bool:
        """Does it answer no control probe there, as it was told?"""
        return iface in self.down or self.interfaces[iface].iut in self.removed

    def is_near(self, iface: int, address: str) -> bool:
        """On the interface's link."""
        return self.interfaces[iface].is_near(address) or any(ip_address(address) in net.network for net in self._networks(iface))

    def is_peer(self, iface: int, address: str) -> bool:
        """A neighbour there, neither the IUT nor who sends control probes."""
        if self.interfaces[iface].is_peer(address):
            return address not in self.added
        return bool(address) and self.is_near(iface, address) and self._is_one_of_others(iface, address)

    def _is_one_of_others(self, iface: int, address: str) -> bool:
        lab = self.interfaces[iface]
        ends = {str(end) for net in self._networks(iface) if net.network.prefixlen < 31 for end in (net.network[0], net.network[-1])}
        return address not in ends | self.addresses | {lab.lt, lab.number, lab.broadcast, lab.iut}

    def is_broadcast(self, address: str) -> bool:
        """Of a network that the IUT was told of."""
        return any(str(net.network[-1]) == address for _, net in self.added.values() if net.network.prefixlen < 31)

    def _networks(self, iface: int) -> Iterator[IPv4Interface]:
        return (net for on, net in self.added.values() if on == iface)

    def was_told(self, op: str, keys: Mapping[str, object]) -> None:
        """A verb that the IUT has taken."""
        iface = int(str(keys.get("iface", 0)))
        if op == "set" and keys["name"] == "forwarding":
            self.forwards = str(keys["value"]) == "1" or ("iface" in keys and self.forwards)
        if op == "set" and keys["name"] == "answer-echo":
            self.down = set() if str(keys["value"]) == "1" else {lab.index for lab in self.interfaces}
            self.undo += ["set name=answer-echo value=1"] if self.down else []
        if op == "set" and "iface" in keys:
            self._set(str(keys["name"]), keys["value"], iface)
        self.rewrites |= op == "add" and keys.get("kind") == "rule" and keys.get("action") in ("source", "destination")
        if op in ("add", "del") and keys.get("kind") == "address":
            address = str(keys["addr"])
            self._add(iface, address, keys["len"]) if op == "add" else self._remove(iface, address)

    def _set(self, name: str, value: object, iface: int) -> None:
        if name == "link-local":
            self.chooses.add(iface)
        if name == "mtu":
            self.mtus[iface] = int(str(value))
        if name == "framing":
            self.snap -= {iface}
            self.snap |= {iface} if value == "snap" else set()
        if name == "mac":
            changed = replace(self.interfaces[iface], iut_mac=wire.mac_text(value if isinstance(value, bytes) else bytes.fromhex(str(value))))
            self.interfaces = [changed if lab.index == iface else lab for lab in self.interfaces]
        if name == "up":
            self.down -= {iface}
            self.down |= {iface} if value in (0, "0") else set()
            self.undo += [f"set name=up value=1 iface={iface}"] if iface in self.down else []

    def heard(self, fields: Fields) -> None:
        """The IUT has sent a frame: of an address that it chooses for itself it tells by a probe."""
        iface = int(fields.get("iface", 0))
        if iface in self.chooses and fields.get("spa") == NOBODY and fields["tpa"].startswith("169.254."):
            self.added[fields["tpa"]] = iface, IPv4Interface(fields["tpa"] + "/16")

    def _add(self, iface: int, address: str, len_: object) -> None:
        self.removed.discard(address)
        if address not in {each.iut for each in self.interfaces}:
            self.added[address] = iface, IPv4Interface(f"{address}/{len_}")

    def _remove(self, iface: int, address: str) -> None:
        lab = self.interfaces[iface]
        if address == lab.iut:
            self.removed.add(address)
            self.undo.append(f"add kind=address iface={iface} addr={address} len={lab.prefix}")
        self.added.pop(address, None)
