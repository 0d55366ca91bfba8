# SPDX-License-Identifier: BSD-2-Clause
"""The lab's addresses (docs/iut.md)."""
from dataclasses import dataclass
from ipaddress import ip_address, ip_network


@dataclass(frozen=True)
class Interface:
    """One interface of the IUT: `iut` is the IUT's address there, `lt` the lower tester's."""

    index: int
    network: str
    iut: str
    lt: str
    iut_mac: str
    lt_mac: str
    prefix: int = 24

    @property
    def tap(self) -> str:
        """What its TAP is called inside the namespace."""
        return f"postel{self.index}"

    @property
    def kernel_mac(self) -> str:
        """The MAC of the kernel's side where the IUT opens the TAP itself: nobody's, so nothing is for the kernel."""
        return f"02:00:00:00:{self.index:02x}:fe"

    def is_peer(self, address: str) -> bool:
        """A neighbour there, neither the IUT nor who sends control probes."""
        network = ip_network(self.network)
        known = (self.iut, self.lt, str(network.network_address), str(network.broadcast_address))
        return bool(address) and ip_address(address) in network and address not in known


INTERFACES: tuple[Interface, ...] = tuple(
    Interface(
        index=n,
        network=f"198.18.{n}.0/24",
        iut=f"198.18.{n}.2",
        lt=f"198.18.{n}.1",
        iut_mac=f"02:00:00:00:{n:02x}:02",
        lt_mac=f"02:00:00:00:{n:02x}:01",
    )
    for n in range(2)
)
GATEWAY: str = INTERFACES[0].lt
