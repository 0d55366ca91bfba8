# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.4: Internet/transport layer interface."""

from postel.kit import *


@case("RFC1122-3.4-a", needs=["udp"], stands_on=["sets-ttl", "sets-tos", "sets-options"], violator=changes("udp", ttl=64))
def transport_reaches_all_of_ip(lt):
    """Options, type of service and time to live are the transport's to choose."""
    sent = user_sends(lt, bind(lt), ttl=9, tos=0x10, options=NOP * 4)
    lt.check("TTL, TOS and options", (sent["ttl"], sent["tos"], sent["options"]), (9, 0x10, NOP * 4))


CHOICES = {  # and the ability of having it
    "time to live": ("sets-ttl", "ttl", 9), "type of service": ("sets-tos", "tos", 0x10), "options": ("sets-options", "options", NOP * 4),
}  # fmt: skip


@case("RFC1122-3.4-a", needs=["ip"], violator=changes("protocol-253", nth=1, tos=0))
def users_of_ip_reach_all_of_it(lt):
    """So they are those of a user of IP itself."""
    for ability, field, value in lt.each(CHOICES):
        lt.stands_on(ability)
        lt.call("ip.send", dst=lt.me, protocol=253, data=b"postel", **{field: value})
        lt.check(field, lt.expect(protocol(253, dst=lt.me))[field], value)


@case("RFC1122-3.4-a", needs=["echo"], violator=changes("echo-request", nth=1, tos=0))
def who_sends_an_echo_reaches_all_of_ip(lt):
    """And time to live and type of service are those of who sends an echo."""
    for ability, field, value in lt.each({name: CHOICES[name] for name in ("time to live", "type of service")}):
        lt.stands_on(ability)
        lt.call("echo.send", dst=lt.me, id=77, seq=5, data=b"postel", **{field: value})
        lt.check(field, lt.expect(Expectation("echo-request", {"ident": 77, "seq": 5}))[field], value)


@case("RFC1122-3.4-c", needs=["udp", "udp-options"], stands_on="passes-options-up", violator=alters("udp.recv", options=b""))
def options_are_passed_up(lt):
    """A recorded route is passed up, whatever the IUT has added to it."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), options=record_route("192.0.2.1", room=1, pointer=8) + NOP))
    told = lt.expect_event("udp.recv", data=b"postel")
    lt.check("options passed up:", told.get("options", ""), holding(bytes([7, 11])))


@case("RFC1122-3.4-e", needs=["udp", "icmp-errors", "echo"], violator=loses("echo.recv"))
def icmp_is_passed_up(lt):
    """Destination Unreachable, Time Exceeded and Echo Reply are passed up."""
    sent = user_sends(lt, bind(lt))
    for type_, code in ((3, 3), (11, 0)):
        lt.send(icmp(type_, code, data=sent["packet"][:28]))
        lt.expect_event("icmp.error", type=type_, code=code)
    lt.call("echo.send", dst=lt.me, id=77, seq=5, data=b"postel")
    lt.expect(Expectation("echo-request", {"ident": 77, "seq": 5}))
    lt.send(icmp(0, rest=bytes([0, 77, 0, 5]), data=b"postel"))
    lt.expect_event("echo.recv", src=lt.me, id=77, seq=5, data=b"postel")


@case("RFC1122-3.4-f", needs=["udp", "icmp-errors"], violator=alters("icmp.error", data=bytes(20)))
def errors_are_passed_up_with_all_that_they_quote(lt):
    """What an error quotes, the header and 8 octets or more, is passed up with it."""
    sock = bind(lt)
    for quoted in (28, 40, 92):
        sent = user_sends(lt, sock, data=counting(64))
        lt.send(icmp(3, 1, data=sent["packet"][:quoted]))
        lt.expect_event("icmp.error", type=3, code=1, data=sent["packet"][:quoted])


@case("RFC1122-3.4-g", needs=["udp"], violator=alters("udp.recv", specdst=RIGHT.iut))
def destination_of_a_broadcast_is_passed_up(lt):
    """Of a datagram to all the user is told the IUT's own address that is meant, as the destination or beside it."""
    bind(lt)
    lt.send(probe(udp(USER_PORT), dst=LEFT.broadcast, eth_dst=BROADCAST_MAC))
    told = lt.expect_event("udp.recv", data=b"postel")
    if "specdst" not in told and told["dst"] != lt.iut:
        lt.unsupported("the IUT's upper tester tells no specific destination (specdst=)")
    lt.check("specific destination", told.get("specdst", told["dst"]), lt.iut)


@case("RFC1122-3.4-g", needs=["ip"], violator=alters("ip.recv", specdst=RIGHT.iut))
def destination_of_a_broadcast_is_passed_up_to_users_of_ip(lt):
    """So are users of IP itself, if they hear of what is sent to all."""
    lt.call("ip.bind", protocol=253)
    for lab in links(lt):
        lt.send(probe(cut(b"postel", 0, False, protocol=253), dst="255.255.255.255", eth_dst=BROADCAST_MAC), on=lab.index)
        told = lt.delivered("ip.recv")
        if told is None:
            lt.lacks(*lt.taken(lab.index))
            lt.not_applicable("no user of IP is told of a broadcast")
        if "specdst" not in told and told["dst"] != lab.iut:
            lt.unsupported("the IUT's upper tester tells no specific destination (specdst=)")
        lt.check("specific destination", told.get("specdst", told["dst"]), lab.iut)


@case("RFC1122-3.4-b", needs=["udp", "two-interfaces"], violator=alters("udp.recv", nth=2, iface="0"))
def interface_of_arrival_is_passed_up(lt):
    """The user is told by which interface a datagram came, to one host or to all."""
    bind(lt)
    expect_interface(lt, "udp.recv", udp(USER_PORT))


@case("RFC1122-3.4-b", needs=["ip", "two-interfaces"], violator=alters("ip.recv", nth=2, iface="0"))
def interface_of_arrival_is_passed_up_to_users_of_ip(lt):
    """So are users of IP itself."""
    lt.call("ip.bind", protocol=253)
    expect_interface(lt, "ip.recv", cut(b"postel", 0, False, protocol=253))


def expect_interface(lt, event, packet):
    """Of what comes to the host, and of what comes to all where that is delivered."""
    for lab in links(lt):
        lt.send(probe(packet, dst=lab.iut), on=lab.index)
        found = [lt.expect_event(event, data=b"postel")]
        lt.send(probe(packet, dst="255.255.255.255", eth_dst=BROADCAST_MAC), on=lab.index)
        found += [told] if (told := lt.delivered(event)) else []
        for told in found:
            if "iface" not in told:
                lt.unsupported("the IUT's upper tester tells no interface (iface=)")
            lt.check("interface", told["iface"], str(lab.index))


QUOTED = bytes.fromhex("45000022000100004011f79f") + address_octets(LEFT.lt) + address_octets(LEFT.iut) + bytes([156, 64, 15, 160, 0, 14, 0, 0])
QUERIES = {"Port Unreachable": icmp(3, 3, data=QUOTED), "Echo": icmp(8, data=b"postel"), "Timestamp": icmp(13, data=bytes(12)),
           "Information": icmp(15), "Address Mask": icmp(17, data=bytes(4))}  # fmt: skip


@case("RFC1122-3.4-d", needs=["ip"], stands_on="reports-closed-ports", violator=changes("timestamp-request", data=bytes(8)))
def user_sends_messages_of_icmp(lt):
    """A Port Unreachable and every message of ICMP that asks can be sent from above."""
    for message in lt.each(QUERIES):
        lt.call("ip.send", dst=lt.me, protocol=1, data=bytes(message))
        sent = lt.answer() or lt.fail("the message", "silence")
        lt.check("message", sent["payload"], bytes(message))


@case("RFC1122-3.4-h", needs=["udp"], violator=changes("udp", nth=1, tos=0))
def user_of_udp_reaches_all_of_ip(lt):
    """UDP has means to set options, type of service and time to live, or passes on what its user says of them."""
    sock = bind(lt)
    for ability, field, value in lt.each(CHOICES):
        lt.stands_on(ability)
        lt.check(field, user_sends(lt, sock, **{field: value})[field], value)


@case("RFC1122-3.4-h", needs=["udp", "ttl", "tos", "options"], stands_on=["sets-ttl", "sets-tos", "sets-options"], violator=ignores("set", nth=2))
def a_socket_has_choices_of_its_own(lt):
    """Options, type of service and time to live can be set for all that a socket sends, and for it alone."""
    sock, other = bind(lt), bind(lt, USER_PORT + 1)
    usual = user_sends(lt, other, sport=USER_PORT + 1)
    for name, value in (("ttl", 9), ("tos", 0x10), ("options", NOP * 4)):
        lt.set(name, value, sock=sock)
    for _ in range(2):
        sent = user_sends(lt, sock)
        lt.check("TTL, TOS and options", (sent["ttl"], sent["tos"], sent["options"]), (9, 0x10, NOP * 4))
    again = user_sends(lt, other, sport=USER_PORT + 1)
    lt.check("TTL, TOS and options of another", [again[name] for name in ("ttl", "tos", "options")], [usual[name] for name in ("ttl", "tos", "options")])
