# SPDX-License-Identifier: BSD-2-Clause
"""What sweeps are made of: all the errors that a host can report, the ways a datagram may come, and numbers that differ by a bit."""

from collections.abc import Iterator, Mapping
from typing import Any

from postel.kit import wire
from postel.kit.expect import ERRORS
from postel.kit.lower import LowerTester
from postel.kit.packets import BAD_OPTIONS, ECHO_ID, IP, Stimulus, cut, echo, lsrr, probe, udp
from postel.kit.seen import is_group
from postel.lab.addresses import INTERFACES, LEFT, Interface

REPORTS: Mapping[str, Stimulus] = {  # what a host may send an ICMP error about, at once
    "closed port": probe(udp()),
    "unknown protocol": probe(IP(proto=253) / b"postel, eight octets and more"),
    "source route that goes on": probe(udp(), options=lsrr(LEFT.host(9), pointer=4)),
}
NEEDED = ("reports-closed-ports", "reports-unknown-protocols", "reports-bad-options")
BEGINNING = cut(wire.build_packet({"src": "0.0.0.0", "dst": "0.0.0.0", "protocol": wire.UDP, "sport": 40000, "dport": 9,
                                   "udp_checksum": 0, "data": bytes(16)})[wire.IP_MIN :], 0, True, protocol=wire.UDP)  # fmt: skip


def ping(seq: int = 1, data: bytes = b"postel", **said: Any) -> Stimulus:
    """An echo request as echo() has it, made without Scapy: sweeps send thousands."""
    return Stimulus({"protocol": wire.ICMP, "type": 8, "code": 0, "ident": ECHO_ID, "seq": seq, "data": data} | said)


def message(type_: int, code: int = 0, rest: bytes = b"\0\7\0\1", data: bytes = b"") -> Stimulus:
    """The same for icmp()."""
    return Stimulus({"protocol": wire.ICMP, "type": type_, "code": code, "rest": rest, "data": data})


def links(lt: LowerTester) -> list[Interface]:
    """Those that the IUT has an interface on, of the two that most cases use."""
    return [lt.left, lt.right][: lt.instance.definition.interfaces]


def all_links(lt: LowerTester) -> list[Interface]:
    """The third too, if it has one there."""
    return list(lt.labs[: lt.instance.definition.interfaces])


def to_all(lab: Interface) -> str:
    """The broadcast address of a link."""
    return lab.broadcast


def reported(lt: LowerTester, on: int = 0, **changes: Any) -> dict[str, Stimulus]:
    """The errors that the IUT reports: of the others silence proves nothing."""
    found = {}
    bad = [("bad option", probe(echo(), options=option)) for option, _ in BAD_OPTIONS.values()]
    for name, stimulus in (*REPORTS.items(), *bad):
        if name in found:  # of the bad options one will do
            continue
        lt.send(probe(stimulus, **changes), on=on)
        if any([lt.answer(kind) for kind in ERRORS]):  # all, or the next one is thought to be this one's
            found[name] = stimulus
        lt.forget()
    if not found:
        lt.stands_on(*NEEDED)
        lt.not_applicable("the IUT reports no error, so there is nothing to see")
    return found


def unreported(lt: LowerTester, circumstances: Mapping[str, Mapping[str, Any]], on: int = 0) -> None:
    """A datagram that is never whole is reported when its time is over, and is not where it came so."""
    all_of_them: list[Mapping[str, Any]] = [{}, *circumstances.values()]
    twin, *others = [probe(BEGINNING, id=900 + n, **said) for n, said in enumerate(all_of_them)]
    lt.send(twin, on=on)
    lt.send(*others, on=on)
    lt.advance(lt.timers.reassembly)
    about = {}
    while error := lt.answer("time-exceeded"):
        about[int(wire.parse_packet(error["quoted"]).get("id", 0))] = error["frame_number"]
    if 900 not in about:
        lt.lacks("reports-reassembly-time-outs", "quotes-intact", *lt.taken())
        lt.not_applicable("the IUT reports no reassembly that ends")
    names = dict(enumerate(circumstances, 901))
    if also := [number for number in about if number != 900]:
        lt.fail("a report of the datagram that came to one host only", f"reported as well: {', '.join(names.get(n, str(n)) for n in also)}", about[also[0]])


def differing(number: int, bits: int) -> Iterator[int]:
    """The numbers that differ from this one in one of their bits."""
    yield from (number ^ 1 << bit for bit in range(bits))


def differing_addresses(address: str, groups: bool = True) -> Iterator[str]:
    """The addresses of other hosts, or of nobody, and of `groups`, that differ in a bit; but for {network, 0}, which was a broadcast
    once."""
    found = differing(int.from_bytes(wire.address_octets(address), "big"), 32)
    others = {each for lab in INTERFACES for each in (lab.iut, lab.number)}
    texts = (wire.address_text(number.to_bytes(4, "big")) for number in found)
    yield from (text for text in texts if text not in others and (groups or not is_group(text)))


def short_headers(src: str, dst: str) -> dict[str, Stimulus]:
    """Headers of three and four words whose data would begin in the addresses and be a message all the same: an echo request, and a
    datagram for the port 2. The checksum is right over the header as it stands, or over five words."""
    request = Stimulus({"protocol": wire.ICMP, "src": "8.0.49.235", "dst": dst, "id": 7, "payload": b""})
    datagram = Stimulus({"protocol": wire.UDP, "src": src, "dst": dst, "id": 7, "payload": bytes.fromhex("000a0000") + b"po"})
    made = {}
    for ihl, stimulus in (3, request), (4, datagram):
        made[f"a header of {ihl} words"] = probe(stimulus, ihl=ihl)
        head = stimulus.octets(src, dst, 7)[: wire.IP_MIN]
        whole = wire.checksum(bytes([0x40 | ihl]) + head[1:10] + bytes(2) + head[12:])
        made[f"a header of {ihl} words, whose checksum is over five"] = probe(stimulus, ihl=ihl, checksum=whole)
    return made
