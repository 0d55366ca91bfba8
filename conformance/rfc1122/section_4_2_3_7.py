# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.3.7: TCP multihoming."""

from postel.kit import *


@case("RFC1122-4.2.3.7-a", needs="tcp", violator=changes("protocol-6", src=LEFT.host(99)))
def address_is_chosen_before_the_first_segment(lt):
    """The first segment of a connection whose user gave no address has one of the host's own, over which its checksum is right."""
    _, syn = asks(lt)
    lt.check("source", syn["src"], one_of(lt.left.iut, lt.right.iut))
    lt.check("checksum", sum_of(syn), "right")


@case("RFC1122-4.2.3.7-b", needs=["tcp", "address"], violator=changes("protocol-6", nth=2, src=LEFT.host(98)))
def address_of_a_connection_stays(lt):
    """All segments of a connection have its address, also when another would be chosen by now."""
    end, syn = opens(lt)
    lt.add("address", iface=0, addr=LEFT.host(98), len=LEFT.prefix, primary=1)
    lt.check("source", {end.user_sends()["src"] for _ in range(2)}, {syn["src"]})
    end.send(data=b"postel")
    lt.check("source", lt.expect(protocol(6, src=one_of(syn["src"], LEFT.host(98)), payload=flagged(ACK)))["src"], syn["src"])
    lt.expect_event("tcp.recv", data=b"postel")
