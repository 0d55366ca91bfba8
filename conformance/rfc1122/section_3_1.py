# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.1: what is silently discarded is counted."""

from postel.kit import *

SOMEBODYS = bytes(IP(src=LEFT.iut, dst=LEFT.lt, proto=253) / counting(8))  # what nobody here has sent
SILENT = {  # of each rule that has something silently discarded, and of which only a counter tells
    "version": probe(echo(), version=5),
    "header checksum": probe(echo(), checksum=0xABCD),
    "destination of another host": probe(echo(), dst=PEER),
    "source that is none": probe(echo(), src="127.0.0.1"),
    "link broadcast around a unicast": probe(echo(), eth_dst=BROADCAST_MAC),
    "ICMP type": message(255),
    "UDP checksum": probe(udp(USER_PORT), udp_checksum=0xABCD),
    "source that is everybody": probe(echo(), src="255.255.255.255"),
    "source that is a group": probe(echo(), src="233.252.0.7"),
    "source that has no host": probe(echo(), src="127.255.255.254"),
    "echo request to all": probe(echo(), dst="255.255.255.255", eth_dst=BROADCAST_MAC),
    "timestamp request to all": probe(message(13, data=bytes(12)), dst="255.255.255.255", eth_dst=BROADCAST_MAC),
    "UDP source that is a group": probe(udp(USER_PORT), src="233.252.0.7"),
}
IN_ERROR = {
    "header of four words": probe(echo(), ihl=4),
    "total length": probe(echo(), length=19),
    "cut off": one_fault(echo(), size=24),
    "option": probe(echo(), options=UNKNOWN[:1] + b"\x01\0\0"),
    "source route": probe(echo(), options=lsrr("192.0.2.9")),
    "own address as source": probe(echo(), src=LEFT.iut),
    "empty fragment": cut(b"", 0, True),
    "ragged fragment": cut(b"postel", 0, True),
    "fragment past the end": cut(bytes(16), 65528, False),
    "protocol": probe(IP(proto=253) / b"postel", dst=LEFT.broadcast, eth_dst=BROADCAST_MAC),
    "route back over a group": probe(echo(), options=lsrr("233.252.0.7", pointer=8)),
    "overlap": lambda lt: lt.send(*fragments("HA@0+ BB@1+ C@3")),
    "two ends": lambda lt: lt.send(*fragments("HA@0+ C@3 B@2")),
    "congestion and no ECN": lambda lt: lt.send(*(probe(piece, tos=tos) for piece, tos in zip(fragments("HA@0+ B@2"), (3, 0), strict=True))),
    "hundred beginnings": lambda lt: lt.send(*(cut(bytes(8), 0, True, id=2000 + n) for n in range(100))),
}
MESSAGES = {
    "ICMP checksum": probe(echo(), icmp_checksum=0xABCD),
    "ICMP cut off": cut(b"\x08\0\xf7", 0, False),
    "information request": message(15),
    "mask request": message(17, data=bytes(4)),
    "mask reply": message(18, data=bytes(4)),
    "error about nobody's": message(3, 1, data=bytes(28)),
    "error cut off": message(3, 1, data=SOMEBODYS[:12]),
    "error cut off in options": message(3, 1, data=b"\x46" + SOMEBODYS[1:20]),
    "redirect": probe(message(5, 1, rest=address_octets(PEER), data=SOMEBODYS), src=PEER),
    "source quench": message(4, data=SOMEBODYS),
    "UDP length": probe(udp(USER_PORT), udp_length=7),
    "UDP cut off": cut(b"\x9c\x40\x0f", 0, False, protocol=17),
    "closed port": udp(),
    "closed port, to all": probe(udp(), dst=LEFT.broadcast, eth_dst=BROADCAST_MAC),
}


def usual(lt):
    """What good datagrams raise; a user listens, so that they are good for UDP as well."""
    bind(lt)
    names = risen(lt, echo(), udp(USER_PORT))
    taken(lt)
    return names


@case("RFC1122-3.1-i", needs=["udp", "counters"], violator=keeps("counters"))
def what_is_silently_discarded_is_counted(lt):
    """Of each kind of datagram that a host silently discards a counter tells, which good ones leave as it is."""
    good = usual(lt)
    for fault in lt.each(SILENT):
        tell = risen(lt, fault) - good
        if not taken(lt):  # else it was not discarded, which is another case's matter
            lt.check("counters that tell of it:", sorted(tell), saying("one at least", bool))


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_what_is_silently_discarded(lt):
    """By which counters that is told."""
    return told_by(lt, usual(lt), SILENT)


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_datagrams_in_error(lt):
    """By which counters a user is told of datagrams that IP cannot take."""
    return told_by(lt, usual(lt), IN_ERROR)


@case("RFC1122-3.1-i", kind=characteristic, needs=["udp", "counters"], violator=keeps("counters"))
def counters_of_messages_in_error(lt):
    """By which counters a user is told of messages that ICMP and UDP cannot take, and of errors that are not sent."""
    return told_by(lt, usual(lt), MESSAGES)
