# SPDX-License-Identifier: BSD-2-Clause
"""Our end of a TCP connection with the IUT's user: as much of TCP as shows what its segments ask of IP, and what IP tells TCP."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from scapy.layers.inet import IP
from scapy.packet import Raw

from postel.iut.upper import UpperError
from postel.kit import wire
from postel.kit.expect import Expectation, protocol
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus, icmp, probe
from postel.kit.tcp import TCP
from postel.kit.user import OUR_PORT, USER_PORT
from postel.kit.wire import Fields

FIN, SYN, RST, ACK = 1, 2, 4, 16
WINDOW, FIRST = 8192, 7000  # what we take at one time, and our first number
KIND = f"protocol-{TCP}"


class Segment(NamedTuple):
    sport: int
    dport: int
    seq: int
    ack: int
    flags: int
    mss: int  # 0: it has no such option
    data: bytes


def segment_of(fields: Fields) -> Segment:
    """What the IUT has sent, whatever its checksum."""
    octets = bytes(fields["payload"]).ljust(20, b"\0")
    sport, dport, seq, ack, words, flags = struct.unpack(">HHIIBB", octets[:14])
    header = max(words >> 4, 5) * 4
    return Segment(sport, dport, seq, ack, flags & 0x3F, _mss(octets[20:header]), octets[header : len(fields["payload"])])


def is_ours(segment: Segment) -> bool:
    """Another user of the host may have connections too, to other ports."""
    return segment.dport == OUR_PORT


def _mss(options: bytes) -> int:
    at = 0
    while at < len(options) and options[at]:
        if options[at] == 2:
            return int.from_bytes(options[at + 2 : at + 4], "big")
        at += 1 if options[at] == 1 else max(options[at + 1] if at + 1 < len(options) else 0, 2)
    return 0


def sum_of(fields: Fields, src: str = "", dst: str = "") -> str:
    """Whether the checksum of a segment between these ends verifies, in words."""
    ends = wire.address_octets(src or fields["src"]) + wire.address_octets(dst or fields["dst"]) + struct.pack(">HH", TCP, len(fields["payload"]))
    return "right" if wire.ones_sum(ends + fields["payload"]) == 0xFFFF else "wrong"


@dataclass
class End:
    """Ours. `us` and `them` are the addresses, `seq` the number that we send next, `ack` what we expect next."""

    lt: LowerTester
    sock: str
    us: str
    them: str
    port: int
    seq: int = FIRST
    ack: int = 0

    def stimulus(self, flags: int = ACK, data: bytes = b"", mss: int = 0, wrong: int = 0, **changes: Any) -> Stimulus:
        """A segment of ours; `wrong` is what its checksum is changed by."""
        options = struct.pack(">BBH", 2, 4, mss) if mss else b""
        ack = self.ack if flags & ACK else 0
        head = struct.pack(">HHIIBBHHH", OUR_PORT, self.port, self.seq, ack, 5 + len(options) // 4 << 4, flags, WINDOW, 0, 0)
        segment = head + options + data
        ends = wire.address_octets(self.us) + wire.address_octets(self.them) + struct.pack(">HH", TCP, len(segment))
        value = wire.checksum(ends + segment) ^ wrong
        return probe(IP(proto=TCP, src=self.us, dst=self.them) / Raw(segment[:16] + value.to_bytes(2, "big") + segment[18:]), **changes)

    def send(self, flags: int = ACK, data: bytes = b"", mss: int = 0, **changes: Any) -> None:
        """Sends it, and goes on behind it."""
        self.lt.send(self.stimulus(flags, data, mss, **changes))
        self.seq += len(data) + bool(flags & SYN) + bool(flags & FIN)

    def takes(self) -> list[Fields]:
        """The segments with data that have come since the last look, first to last; they are not acknowledged."""
        self.lt.settle()
        return [fields for fields in self.lt.take(KIND) if is_ours(segment := segment_of(fields)) and segment.data]

    def user_fills(self, data: bytes) -> list[Fields]:
        """The IUT's user sends a lot: the segments that come at one time, of which there must be one."""
        self.lt.call("tcp.send", sock=self.sock, data=data)
        sent = self.takes()
        if not sent and self.lt.take("fragment"):
            self.lt.not_applicable("what its TCP sends leaves in fragments")
        return sent or self.lt.fail("a segment with data", "none")

    def acknowledges(self, fields: Fields) -> None:
        """All up to this segment has arrived."""
        segment = segment_of(fields)
        self.ack = segment.seq + len(segment.data)
        self.send()

    def user_sends(self, data: bytes = b"postel") -> Fields:
        """The IUT's user sends a little, which arrives; the datagram that it came in."""
        self.lt.call("tcp.send", sock=self.sock, data=data)
        sent = self.lt.expect(data_of(data, self))
        self.acknowledges(sent)
        return sent

    def hears_errors(self) -> None:
        """What its user was told of routers' complaints is taken out."""
        while self.lt.delivered("tcp.error"):
            pass

    def failed(self, type_: int, code: int, sent: Fields, rest: bytes = bytes(4)) -> None:
        """An ICMP error about a segment of the IUT comes."""
        self.lt.send(icmp(type_, code, rest=rest, data=sent["packet"][: sent["ihl"] * 4 + 8]))


def data_of(data: bytes, end: End) -> Expectation:
    def carries(payload: bytes) -> bool:
        """a segment with the user's data"""
        segment = segment_of({"payload": payload})
        return is_ours(segment) and segment.data == data

    return protocol(TCP, src=anywhere, dst=anywhere, payload=carries)


def anywhere(address: object) -> bool:
    """whatever"""
    return True


def flagged(flags: int) -> Callable[[Any], bool]:
    def has(payload: bytes) -> bool:
        segment = segment_of({"payload": payload})
        return is_ours(segment) and segment.flags & 0x17 == flags

    has.__doc__ = "a segment of flags " + "".join(name for bit, name in enumerate("FSRPA") if flags >> bit & 1)
    return has


def asks(lt: LowerTester, dst: str = "", *, on: int = 0, **keys: Any) -> tuple[End, Fields]:
    """The IUT's user opens a connection to `dst`: our end of it, and the first segment."""
    sock = lt.call("tcp.connect", dst=dst or lt.me, dport=OUR_PORT, **{"port": USER_PORT} | keys)["sock"]
    syn = lt.expect(protocol(TCP, src=anywhere, dst=anywhere, payload=flagged(SYN)), on=on)
    segment = segment_of(syn)
    return End(lt, sock, dst or lt.me, syn["src"], segment.sport, ack=segment.seq + 1), syn


def opens(lt: LowerTester, dst: str = "", mss: int = 1460, answer: dict[str, Any] | None = None, **keys: Any) -> tuple[End, Fields]:
    """The same, and it is open; `answer` is what is particular in the header of our answer."""
    end, syn = asks(lt, dst, **keys)
    end.send(SYN | ACK, mss=mss, **answer or {})
    lt.expect(protocol(TCP, src=anywhere, dst=anywhere, payload=flagged(ACK)))
    lt.expect_event("tcp.open", sock=end.sock)
    return end, syn


def waits(lt: LowerTester, src: str = "", mss: int = 1460, keys: dict[str, Any] | None = None, **changes: Any) -> tuple[End, Fields]:
    """The IUT's user waits for a connection, and one is opened from `src`, whose first segment has such a header: our end, and the answer."""
    lt.call("tcp.listen", port=USER_PORT, **keys or {})
    end = End(lt, "", src or lt.me, lt.iut, USER_PORT)
    end.send(SYN, mss=mss, **changes)
    answer = lt.expect(protocol(TCP, src=anywhere, dst=anywhere, payload=flagged(SYN | ACK)))
    end.ack = segment_of(answer).seq + 1
    end.send(ACK)
    end.sock = lt.expect_event("tcp.open")["sock"]
    return end, answer


def knocks(lt: LowerTester, dst: str) -> str:
    """What becomes of a SYN to the port on which the IUT's user waits."""
    lt.send(End(lt, "", lt.me, dst, USER_PORT).stimulus(SYN, mss=1460))
    answer = lt.answer(KIND)
    return "passed over" if answer is None else "taken" if segment_of(answer).flags & (SYN | RST) == SYN else "refused"


__all__ = [
    "ACK", "FIN", "KIND", "RST", "SYN", "End", "Segment", "UpperError", "anywhere", "asks", "data_of", "flagged", "knocks", "opens", "segment_of", "sum_of", "waits",
]  # fmt: skip
