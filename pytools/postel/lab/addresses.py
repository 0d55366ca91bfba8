# SPDX-License-Identifier: BSD-2-Clause
"""The lab's addresses (docs/iut.md)."""
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address


@dataclass(frozen=True)
class Interface:
    """One interface of the IUT: `iut` is the IUT's address there, `lt` the lower tester's."""

    index: int
    network: IPv4Network
    iut: str
    lt: str
    iut_mac: str
    lt_mac: str

    @property
    def prefix(self) -> int:
        """How many bits its network has."""
        return self.network.prefixlen

    @property
    def broadcast(self) -> str:
        """The address of all on its network."""
        return str(self.network.broadcast_address)

    @property
    def number(self) -> str:
        """Its network's own address, with zeros as host."""
        return str(self.network.network_address)

    def host(self, number: int) -> str:
        """Who has this number, counted from the network's own; what is not below the network's size is off the link."""
        return str(self.network.network_address + number)

    @property
    def tap(self) -> str:
        """What its TAP is called inside the namespace."""
        return f"postel{self.index}"

    @property
    def kernel_mac(self) -> str:
        """The MAC of the kernel's side where the IUT opens the TAP itself: nobody's, so nothing is for the kernel."""
        return f"02:00:00:00:{self.index:02x}:fe"

    def is_near(self, address: str) -> bool:
        """On its network."""
        return ip_address(address) in self.network

    def is_peer(self, address: str) -> bool:
        """A neighbour there, neither the IUT nor who sends control probes."""
        return bool(address) and self.is_near(address) and address not in (self.iut, self.lt, self.number, self.broadcast)


def _interface(index: int, network: str) -> Interface:
    net = IPv4Network(network)
    return Interface(
        index, net, iut=str(net[2]), lt=str(net[1]), iut_mac=f"02:00:00:00:{index:02x}:02", lt_mac=f"02:00:00:00:{index:02x}:01"
    )


# Of lengths that no class has and that do not end with an octet, so that who goes by either is seen; the longer one is neither the
# first nor the last subnet of its class C network, which RFC 1122 3.2.1.3 keeps from hosts.
INTERFACES: tuple[Interface, ...] = (_interface(0, "198.18.0.0/20"), _interface(1, "198.18.64.64/26"), _interface(2, "198.19.12.0/22"))
LEFT, RIGHT, THIRD = INTERFACES
GATEWAY: str = LEFT.lt
