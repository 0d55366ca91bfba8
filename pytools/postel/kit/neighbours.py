# SPDX-License-Identifier: BSD-2-Clause
"""The IUT's neighbours on the lab's links, all of whom the lower tester plays: what it says by ARP for them."""

from dataclasses import dataclass, field

from postel.kit import fence, wire
from postel.kit.arp import PEER, PEER_MAC
from postel.kit.configured import Configured
from postel.kit.wire import Fields

SOURCE_ROUTES = (131, 137)
CROWD = 7  # and we


@dataclass
class Neighbours:
    """Of one case. A neighbour is introduced before its first packet, as anybody is who begins a conversation: whether an IUT
    keeps what waits for a MAC is RFC1122-2.3.2.2-a and no other case's matter."""

    macs: dict[str, str] = field(default_factory=lambda: {PEER: PEER_MAC})  # of who has one of its own; all others: our MAC
    config: Configured = field(default_factory=Configured)
    answer: bool = True  # questions for others than who sends control probes
    strangers: set[str] = field(default_factory=set)  # whom the IUT is to find itself
    silent: set[str] = field(default_factory=set)  # who answers no questions, where others do
    _in_vain: set[str] = field(default_factory=set)  # whom the IUT has asked for without an answer
    _introduced: set[tuple[int, str]] = field(default_factory=set)
    _greeted: set[str] = field(default_factory=set)  # whose introduction may still be answered

    def introductions(self, iface: int, packet: bytes) -> list[bytes]:
        """What the IUT is told before this packet comes: where those are to whom an answer may go."""
        lab = self.config.interfaces[iface]
        unknown = [each for each in self._on_the_way(packet) if self._introduces_himself(iface, each)
                   and (iface, each) not in self._introduced]  # fmt: skip
        self._introduced |= {(iface, each) for each in unknown}
        self._greeted |= set(unknown)
        return [fence.introduction(lab, each, self.macs.get(each, lab.lt_mac)) for each in unknown]

    def greets(self, address: str) -> None:
        """Somebody introduces himself once more."""
        self._greeted.add(address)

    def owes(self, answer: Fields) -> bool:
        """It had to wait for a MAC that was not told when it was asked for: it leaves when that is told at last, or never."""
        return answer["kind"] == "echo-reply" and answer["dst"] in self._in_vain

    def may_be_asked_for(self, iface: int, packet: bytes) -> bool:
        """Whether somebody on the link to whom an answer may go has not introduced himself, and will not."""
        lab = self.config.interfaces[iface]
        here = [each for each in self._on_the_way(packet) if self.config.is_near(iface, each) and each not in (lab.lt, *self.config.addresses)]
        return any(not self._introduces_himself(iface, each) and (iface, each) not in self._introduced for each in here)

    def _on_the_way(self, packet: bytes) -> list[str]:
        """To whom an answer may go; and where the IUT is a router, to whom the packet goes."""
        fields = wire.parse_packet(packet)
        return [*_on_the_way(packet), *([fields["dst"]] if self.config.forwards and "dst" in fields else [])]

    def _introduces_himself(self, iface: int, address: str) -> bool:
        return self.answer and self.config.is_peer(iface, address) and address not in self.strangers

    def crowd(self, iface: int) -> bool:
        """Whether so many have been introduced that a small table may have forgotten us: there are some of eight."""
        return sum(on == iface for on, _ in self._introduced) >= CROWD

    def is_greeting(self, fields: Fields) -> bool:
        """The answer to an introduction."""
        return fields["kind"] == "arp-reply" and fields["tpa"] in self._greeted

    def greeted(self) -> None:
        """Whoever wanted to has answered."""
        self._greeted.clear()

    def reply(self, iface: int, asked: Fields) -> bytes | None:
        """To a question of the IUT: None where there is nobody, or nobody any more at the MAC that was asked."""
        lab, address = self.config.interfaces[iface], asked["tpa"]
        mac = self.macs.get(address, lab.lt_mac)
        there = self.config.is_peer(iface, address) or address == lab.lt or address in self.macs
        if not there or address in self.silent or not (self.answer or address == lab.lt) or asked["eth_dst"] not in (wire.BROADCAST_MAC, mac):
            self._in_vain.add(address)
            return None
        changes = {"op": 2, "sha": mac, "spa": address, "tha": asked["sha"], "tpa": asked["spa"]}
        return wire.edit(asked["frame"], eth_dst=asked["eth_src"], eth_src=mac, **changes)


def _on_the_way(packet: bytes) -> list[str]:
    """The source of a packet and the hops of its source routes, each once."""
    fields = wire.parse_packet(packet)
    routes = [option[3:] for option in wire.split_options(fields.get("options", b""))[0] if option[0] in SOURCE_ROUTES]
    hops = [wire.address_text(route[at : at + 4]) for route in routes for at in range(0, len(route) - 3, 4)]
    return list(dict.fromkeys([*([fields["src"]] if "src" in fields else []), *hops]))
