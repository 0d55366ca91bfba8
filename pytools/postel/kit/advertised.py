# SPDX-License-Identifier: BSD-2-Clause
"""What a router says of itself (RFC 1256 4): its advertisements, and how it is asked for one.

Delays are drawn at random, so that nothing is judged by one of them but its bounds."""

from dataclasses import dataclass

from postel.kit import wire
from postel.kit.groups import passes
from postel.kit.lower import LowerTester
from postel.kit.packets import icmp, probe
from postel.kit.wire import Fields

KIND = "icmp-9"
TO_ALL = {"224.0.0.1": "01:00:5e:00:00:01", "255.255.255.255": wire.BROADCAST_MAC}  # AdvertisementAddress: to all hosts, or to everybody
SOON, FIRST, INTERVAL = 2.0, 16.0, (450.0, 600.0)  # seconds until an answer, between the first three, between all others
LOOKS, LEAST = 100, 0.05  # how often it is looked in a span of time, and seconds between two looks
NEVER = 0x80000000  # a preference: no default router


def in_words(routers: dict[str, int]) -> str:
    """Addresses and their preferences, in no order."""
    return ", ".join(f"{addr} with {preference}" for addr, preference in sorted(routers.items()))


@dataclass(frozen=True)
class Advertised:
    """One advertisement, `at` so many seconds after it was listened for."""

    at: float
    lifetime: int
    routers: dict[str, int]  # each with its preference
    fields: Fields

    @property
    def words(self) -> str:
        return in_words(self.routers)

    @property
    def number(self) -> int:
        return int(self.fields["frame_number"])


def read(fields: Fields, at: float) -> Advertised:
    entries, words = fields["rest"][0], fields["rest"][1]
    data = bytes(fields["payload"][8:])
    starts = [n for n in range(0, entries * words * 4, words * 4 or 8) if len(data) >= n + 8]
    routers = {wire.address_text(data[n : n + 4]): int.from_bytes(data[n + 4 : n + 8], "big") for n in starts}
    return Advertised(at, int.from_bytes(fields["rest"][2:4], "big"), routers, fields)


def late(seconds: float) -> float:
    """By so much more than `seconds` a timer may seem late."""
    return 0.2 + seconds / LOOKS


def heard(lt: LowerTester, seconds: float, *, on: int = 0, enough: int = 0) -> list[Advertised]:
    """What the IUT advertises by an interface in so many seconds, or until that is enough."""
    lt.settle()
    begun, found = lt.now(), list[Advertised]()
    while True:
        gone = lt.now() - begun
        frames = lt.take(KIND, on)
        for number, fields in enumerate(frames, 1):
            found.append(read(fields, gone))
            if enough and len(found) >= enough:
                lt.gives_back(frames[number:])
                return found
        if gone > seconds - LEAST / 2:
            return found
        passes(lt, min(max(seconds / LOOKS, LEAST), max(seconds - gone, LEAST)))


def advertises(lt: LowerTester, *, on: int = 0) -> None:
    """Its user wants it to advertise itself by that interface, as it does at first."""
    lt.set("advertise", 1, iface=on)


def next_one(lt: LowerTester, seconds: float, *, on: int = 0) -> Advertised:
    """The next advertisement, which comes within so many seconds."""
    found = heard(lt, seconds + late(seconds), on=on, enough=1)
    if not found:
        lt.lacks(*lt.taken(on))
        lt.fail(f"an advertisement within {seconds:g} s", "none")
    lt.shown = found[0].number
    return found[0]


def none_comes(lt: LowerTester, seconds: float, after: str, *, on: int = 0) -> None:
    for each in heard(lt, seconds, on=on, enough=1):
        lt.fail(f"no advertisement in {seconds:g} s after {after}", wire.summary(each.fields), each.number)


def is_quiet(lt: LowerTester, *, on: int = 0) -> None:
    """The first three advertisements, which come sooner, are over; there is none for some minutes."""
    for _ in range(3):
        next_one(lt, FIRST, on=on)


def asks(lt: LowerTester, *, dst: str = "224.0.0.2", on: int = 0, **changes: object) -> None:
    """A neighbour asks which routers there are."""
    macs = {"224.0.0.2": "01:00:5e:00:00:02", "255.255.255.255": wire.BROADCAST_MAC}
    to = {"dst": dst, "eth_dst": macs[dst]} if dst in macs else {"dst": dst}
    lt.send(probe(icmp(10), **to | {"ttl": 1} | changes), on=on)
