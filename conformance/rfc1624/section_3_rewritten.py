# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1624 section 3: the checksums of what a rule rewrites."""

from postel.kit import *
from postel.kit import wire

OF_RULES = {"role": "router", "needs": "rule"}
SERVER, NEW = "203.0.113.5", "203.0.113.77"
MESSAGES = {"UDP": udp(USER_PORT), "UDP of odd length": udp(USER_PORT, data=counting(7)), "UDP without a checksum": UDP(sport=40000, dport=USER_PORT, chksum=0) / b"postel"}
TO_SERVER = {"hook": "prerouting", "action": "destination", "dst": SERVER, "dstlen": 32, "protocol": 17, "dport": USER_PORT, "to": RIGHT.lt, "toport": USER_PORT + 1}


def payload(message, src, dst):
    """Its octets, with the checksum between these two."""
    return wire.parse_packet(probe(message).octets(src, dst, 1))["payload"]


@case("RFC1624-3-a", **OF_RULES, violator=changes("udp", payload=bytes(14)))
def another_source(lt):
    """What is given another source has the checksum with it, or none still."""
    lt.add("rule", hook="postrouting", action="source", src=LEFT.lt, srclen=32, to=NEW)
    for message in lt.each(MESSAGES):
        lt.send(transit(message))
        expect_passed(lt, src=NEW, payload=payload(message, NEW, RIGHT.lt))
    lt.send(syn(LEFT.lt, RIGHT.lt))
    expect_passed(lt, src=NEW, payload=payload(syn(NEW, RIGHT.lt), NEW, RIGHT.lt))


@case("RFC1624-3-a", **OF_RULES, violator=changes("udp", payload=bytes(14)))
def another_destination(lt):
    """What is given another destination and port has the checksum with them, and goes where it is then for."""
    lt.add("rule", **TO_SERVER)
    lt.send(probe(udp(USER_PORT), dst=SERVER))
    expect_passed(lt, dst=RIGHT.lt, payload=payload(udp(USER_PORT + 1), LEFT.lt, RIGHT.lt))


@case("RFC1624-3-a", **OF_RULES, kind=characteristic, violator=drops("fragment"))
def later_fragments_have_no_ports(lt):
    """What becomes of a later fragment whose octets look like the ports that a rule rewrites: it has none."""
    lt.add("rule", **TO_SERVER)
    looks = b"\x9c\x40" + USER_PORT.to_bytes(2, "big")
    _, later = split(udp(USER_PORT, data=counting(8) + looks + counting(12)), 16, dst=SERVER)
    lt.send(later)
    came = lt.crossing()
    if not came or "payload" not in came[0]:
        return "not passed on"
    return f"to {came[0]['dst']}, its data {'as it was' if came[0]['payload'] == wire.parse_packet(lt.sent)['payload'] else 'another'}"


@case("RFC792-general-n", **OF_RULES, kind=characteristic, violator=changes("unreachable", src=RIGHT.lt))
def errors_about_what_was_rewritten(lt):
    """From whom an error about a rewritten datagram comes, from its new destination and from the router, and whose addresses and ports it quotes."""
    lt.add("rule", **TO_SERVER)
    lt.send(probe(udp(USER_PORT), dst=SERVER))
    came = expect_passed(lt, dst=RIGHT.lt, payload=anything)
    lt.send(probe(icmp(3, 3, data=came["packet"]), src=RIGHT.lt, dst=LEFT.lt), on=1)
    found = [lt.answer()]
    lt.send(probe(udp(USER_PORT), dst=SERVER, ttl=1))
    found.append(lt.answer())
    return "; ".join(said(each) for each in found)


def said(error):
    """What an error says of a datagram, by the names of the lab."""
    if error is None or "quoted" not in error:
        return "none"
    quote = wire.parse_packet(error["quoted"])
    if "checksum" not in quote or "src" not in error:
        return "about nothing"
    names = {LEFT.lt: "us", RIGHT.lt: "the host behind", SERVER: "the server", LEFT.iut: "the router", RIGHT.iut: "the router"}
    right = "a right" if quote["checksum"] == header_sum_of(error["quoted"]) else "a wrong"
    return f"from {names.get(error['src'], error['src'])} about {names.get(quote['src'])} to {names.get(quote['dst'])} port {quote['payload'][2:4].hex()} with {right} checksum"


def header_sum_of(quote):
    """Which checksum its header should have."""
    return wire.checksum(quote[:10] + bytes(2) + quote[12:20])
