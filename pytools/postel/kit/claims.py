# SPDX-License-Identifier: BSD-2-Clause
"""Claims of addresses (RFC 5227, RFC 3927): what the IUT says for one that it is to have, and who contests it."""

from dataclasses import dataclass
from typing import Any

from postel.kit.arp import OTHER_MAC, REPLY, arp
from postel.kit.expect import Expectation, arp_reply, saying
from postel.kit.lower import LowerTester
from postel.kit.unasked import of_a_claim
from postel.kit.wire import Fields
from postel.lab.addresses import INTERFACES, LEFT

NEW = LEFT.host(90)  # an address that the IUT is given while it runs
TESTED, HELD = 9.5, 11.5  # seconds after which it is held for certain (1 + 2 + 2 + 2, and a timer may be late), and announced twice
GRAIN = 0.25  # seconds between two looks


@dataclass(frozen=True)
class Said:
    """A probe or an announcement, and how many seconds later than asked for it had come for certain."""

    kind: str
    at: float
    fields: Fields


def contest(lt: LowerTester, address: str, mac: str = OTHER_MAC, op: int = REPLY, on: int = 0) -> None:
    """Somebody else says that it has this address."""
    lt.send(arp(op, sha=mac, spa=address, tpa=address), on=on)


def gives(lt: LowerTester, address: str = NEW, iface: int = 0) -> None:
    """The IUT is given an address, which it is to test."""
    lt.add("address", iface=iface, addr=address, len=INTERFACES[iface].prefix, probe=1)


def claims(lt: LowerTester, kind: str, address: str = "") -> list[Fields]:
    """The probes or announcements, for an address, that have come since the last look. Where none is named the host is to choose one
    of 169.254/16 itself: it may claim others of its networks meanwhile, which are none of those."""
    lt.settle()
    found = [fields for fields in lt.unasked if of_a_claim(fields) == kind and _is_meant(fields, address)]
    lt.unasked = [fields for fields in lt.unasked if fields not in found]
    return found


def candidate(lt: LowerTester) -> str:
    """The address that the last probe since the last look was for."""
    probes = claims(lt, "probe")
    if not probes:
        lt.fail("a probe for an address", "none")
    return str(probes[-1]["tpa"])


def watched(lt: LowerTester, seconds: float, address: str = "") -> list[Said]:
    """All claims of so many seconds from now on, for an address or as of claims(), with their moments."""
    said: list[Said] = []
    for step in range(1, int(seconds / GRAIN) + 1):
        lt.pass_time(GRAIN)
        said += [Said(of_a_claim(fields), step * GRAIN, fields) for fields in lt.unasked if of_a_claim(fields) and _is_meant(fields, address)]
        lt.unasked = [fields for fields in lt.unasked if not of_a_claim(fields)]
    return said


def holds_address(lt: LowerTester, address: str = NEW, iface: int = 0) -> None:
    """The IUT is given it, has tested it and announced it; nothing of that is left over."""
    gives(lt, address, iface)
    lt.advance(HELD)
    uses(lt, address, iface)
    claims(lt, "probe", address), claims(lt, "announcement", address)


def uses(lt: LowerTester, address: str = NEW, on: int = 0) -> Fields:
    """It answers for the address."""
    lt.send(arp(tpa=address, **_asker(on)), on=on)
    return lt.expect(answer_for(address), on=on)


def leaves(lt: LowerTester, after: str, address: str = NEW, on: int = 0) -> None:
    """It does not."""
    lt.send(arp(tpa=address, **_asker(on)), on=on)
    lt.expect_silence(after=f"{after}, of {address}", of="arp-reply")


def answer_for(address: str) -> Expectation:
    return arp_reply(spa=address)


def chooses(lt: LowerTester, iface: int = 0) -> None:
    """An interface has lost its address, and may choose one of 169.254/16 for itself (RFC 3927)."""
    lt.remove("address", iface=iface, addr=lt.labs[iface].iut)
    lt.set("link-local", 1, iface=iface)


def chosen(lt: LowerTester, iface: int = 0) -> str:
    """Which one it has, as it has announced."""
    chooses(lt, iface)
    lt.advance(HELD)
    claims(lt, "probe")
    said = [str(fields["tpa"]) for fields in claims(lt, "announcement") if fields["iface"] == iface]
    lt.check("a link-local address", said[-1] if said else "none", saying("of 169.254.1.0 to 169.254.254.255", is_link_local))
    return said[-1]


def is_link_local(address: str) -> bool:
    """One that a host may choose."""
    return address.startswith("169.254.") and 1 <= int(address.split(".")[2]) <= 254


def _is_meant(fields: Fields, address: str) -> bool:
    return bool(fields["tpa"] == address) if address else not any(lab.is_near(fields["tpa"]) for lab in INTERFACES)


def _asker(on: int) -> dict[str, Any]:
    return {"spa": INTERFACES[on].host(37)} if on else {}
