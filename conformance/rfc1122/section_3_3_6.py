# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.6: Broadcasts."""

from postel.kit import *

MATCHED = ("rfc1122", "rfc1812", "modern")  # RFC 791 knows no such rule

LIMITED, DIRECTED, ZERO, ZERO_DIRECTED = "255.255.255.255", LEFT.broadcast, "0.0.0.0", LEFT.number
CLASSFUL = str(RIGHT.network.supernet(new_prefix=24).broadcast_address)  # of all subnets of its class C network


@case("RFC1122-3.3.6-a", profiles=["rfc1122"], needs=["udp"], violator=loses("udp.recv"))
def old_forms_of_broadcast_are_received(lt):
    """{0, 0} and {network, 0}, the broadcast addresses of old, are received like those of all ones."""
    bind(lt)
    for dst in (ZERO, ZERO_DIRECTED):
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=BROADCAST_MAC))
        lt.expect_event("udp.recv", data=b"postel")


@case("RFC3021-3.1-d", kind=characteristic, needs=["udp"], violator=delivers("udp.recv", data=b"postel"))
def forms_of_broadcast_that_are_no_more(lt):
    """Which forms of broadcast reach a user that RFC 3021 3.1 and prefixes of any length have done away with."""
    bind(lt)
    forms = {"zero": (0, ZERO), "zero of the network": (0, ZERO_DIRECTED), "ones of the class": (1, CLASSFUL)}
    heard = []
    for name, (on, dst) in forms.items():
        if on < len(links(lt)):
            lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=BROADCAST_MAC), on=on)
            heard += [name] if lt.delivered() else []
    return ", ".join(heard) or "none"


@case("RFC1122-3.3.6-d", needs=["udp"], ability="takes-broadcasts", violator=loses("udp.recv", nth=1))
def broadcasts_are_received(lt):
    """The limited broadcast and that of the link reach a socket bound to any address."""
    bind(lt)
    for dst in (LIMITED, DIRECTED):
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=BROADCAST_MAC))
        lt.expect_event("udp.recv", data=b"postel")


@case("RFC1122-3.3.6-d", needs=["udp", "two-interfaces"], violator=loses("udp.recv", nth=1))
def broadcasts_are_received_on_the_other_link(lt):
    """So do those of a link with another mask: the broadcast is all ones under the mask, not in the last octet."""
    bind(lt)
    for dst in (LIMITED, RIGHT.broadcast):
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=BROADCAST_MAC), on=1)
        lt.expect_event("udp.recv", data=b"postel")


@case("RFC1122-3.3.6-d", profiles=["rfc1122"], needs=["udp", "two-interfaces"], stands_on="takes-broadcasts", violator=loses("udp.recv"))
def broadcast_of_all_subnets_is_received(lt):
    """So does {network, -1, -1}, as long as networks had classes: that of the class C network which the other link is a subnet of."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), dst=CLASSFUL, eth_dst=BROADCAST_MAC), on=1)
    lt.expect_event("udp.recv", data=b"postel")


@case("RFC1122-3.3.6-e", violator=changes("echo-reply", eth_dst=BROADCAST_MAC))
def unicast_is_not_sent_to_all(lt):
    """A datagram to one host leaves in a frame to one host, also where its MAC had to be found first."""
    for src in (lt.me, PEER, "192.0.2.9"):
        lt.send(IP(src=src) / echo())
        lt.check("Ethernet destination", lt.expect(echo_reply())["eth_dst"], lt.neighbours.get(src, lt.mac))


@case("RFC1122-3.3.6-f", profiles=MATCHED, violator=answers("echo-reply"))
def unicast_in_a_link_broadcast(lt):
    """A datagram to the IUT alone that came in a broadcast frame is silently discarded, and reaches no user."""
    lt.send(one_fault(echo(), eth_dst=BROADCAST_MAC))
    lt.expect_silence(after="a link broadcast around a unicast")
    if lt.ut and "udp" in lt.ut.caps:
        bind(lt)
        lt.send(one_fault(udp(USER_PORT), eth_dst=BROADCAST_MAC))
        lt.expect_no_event("udp.recv", after="a link broadcast around a unicast")


@case("RFC1122-3.3.6-f", kind=characteristic, violator=answers("echo-reply"))
def unicast_in_a_link_multicast(lt):
    """Whether a datagram to the IUT alone is taken that came in a frame to a group, of which the section does not speak."""
    lt.send(probe(echo(), eth_dst="01:00:5e:00:00:01"))
    return "answered" if lt.answer("echo-reply") else "discarded"


@case("RFC1122-3.3.6-d", needs=["udp", "two-interfaces"], stands_on="takes-broadcasts", violator=loses("udp.recv", nth=2))
def broadcasts_are_received_by_every_interface(lt):
    """So they are by each of several interfaces: the limited one and that of its own link."""
    bind(lt)
    for lab in links(lt):
        for dst in (LIMITED, to_all(lab)):
            lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=BROADCAST_MAC), on=lab.index)
            lt.expect_event("udp.recv", data=b"postel", src=lab.lt)


@case("RFC1122-3.3.6-c", needs=["udp"], violator=changes("udp", eth_dst="02:00:00:00:00:99"))
def ones_are_the_form_that_is_sent(lt):
    """Unless somebody has chosen otherwise it is all ones that mean all: what goes there leaves in a frame to all, on each link."""
    for lab in links(lt):
        sock = bind(lt, port=USER_PORT + lab.index, addr=lab.iut)
        sent = user_sends(lt, sock, lab.broadcast, on=lab.index, sport=USER_PORT + lab.index)
        lt.check("Ethernet destination", sent["eth_dst"], BROADCAST_MAC)


@case("RFC1122-3.3.6-d", needs=["udp", "address"], stands_on="takes-broadcasts", violator=loses("udp.recv", nth=1))
def broadcast_of_a_second_network(lt):
    """An interface that has an address on a second network takes that network's broadcasts as well."""
    bind(lt)
    lt.add("address", iface=0, addr="203.0.113.9", len=25)
    for dst in lt.left.broadcast, "203.0.113.127":
        lt.send(probe(udp(USER_PORT), dst=dst, eth_dst=BROADCAST_MAC))
        lt.expect_event("udp.recv", data=b"postel")


@case("RFC1122-3.3.6-d", needs=["udp", "address"], violator=changes("udp", eth_dst=OTHER_MAC))
def broadcast_of_each_network_of_a_link(lt):
    """Each network that an interface has an address of has its broadcast: what goes there leaves in a frame to all."""
    lt.add("address", iface=0, addr="203.0.113.9", len=24)
    lt.call("udp.send", sock=bind(lt), dst="203.0.113.255", dport=OUR_PORT, data=b"postel")
    lt.check("Ethernet destination", lt.expect(udp_datagram(src=anything, dst="203.0.113.255"))["eth_dst"], BROADCAST_MAC)


@case("RFC919-7-a", kind=characteristic, needs=["udp", "broadcast"], violator=ignores("set"))
def broadcasts_without_leave(lt):
    """To which broadcasts a user may not send where a socket has no leave to."""
    sock = bind(lt)
    lt.set("broadcast", 0, sock=sock)
    sent = {"all": LIMITED} | {("the left link", "the right link")[lab.index]: lab.broadcast for lab in links(lt)}
    codes = [f"to {name}: {lt.tried('udp.send', sock=sock, dst=dst, dport=OUR_PORT, data=b'postel').get('code', 'sent')}" for name, dst in sent.items()]
    lt.forget()
    return ", ".join(codes)
