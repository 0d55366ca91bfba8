# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.4.2: Multihoming requirements."""

from postel.kit import *


@case("RFC1122-3.3.4.2-a", needs=["two-interfaces"], violator=changes("echo-reply", src=LEFT.iut))
def answer_comes_from_the_address_asked(lt):
    """The source of an answer is the specific destination of what it answers, also where that is another interface's."""
    lt.send(IP(dst=lt.right.iut) / echo())
    reply = lt.answer("echo-reply")
    if not reply:
        lt.stands_on("takes-the-other-address")
        lt.not_applicable("the IUT takes nothing by one interface for the address of another, as it may (RFC1122-3.3.4.2-d)")
    lt.check("source", reply["src"], lt.right.iut)
    lt.send(udp(), on=1)
    if error := lt.answer("unreachable"):
        lt.stands_on("reports-from-the-address-asked")
        lt.check("source of an error", error["src"], lt.right.iut)


@case("RFC1122-3.3.4.2-a", needs=["two-interfaces"], stands_on=["takes-the-other-address", "reports-from-the-address-asked"],
      violator=changes("unreachable", every=True, src=LEFT.iut))
def error_comes_from_the_address_that_was_meant(lt):
    """So is the source of an error about what came by one interface for the address of another."""
    found = reported(lt, dst=lt.right.iut)
    for stimulus in lt.each(found):
        lt.send(probe(stimulus, dst=lt.right.iut))
        if error := lt.answer("unreachable") or lt.answer("parameter-problem"):
            lt.check("source of the error", error["src"], lt.right.iut)


@case("RFC1122-3.3.4.2-a", needs="address", violator=changes("echo-reply", nth=1, src=LEFT.iut))
def answers_come_from_each_of_two_addresses(lt):
    """It is where one interface has two addresses: that of a reply, and that of an error."""
    lt.add("address", iface=0, addr=LEFT.host(200), len=LEFT.prefix)
    for dst in (lt.iut, LEFT.host(200), lt.iut):
        lt.send(IP(dst=dst) / echo())
        lt.expect(echo_reply(src=dst))
        lt.send(probe(udp(), dst=dst))
        if error := lt.answer("unreachable"):
            lt.stands_on("reports-from-the-address-asked")
            lt.check("source of an error", error["src"], dst)


@case("RFC1122-3.3.4.2-b", needs=["udp", "two-interfaces"], violator=changes("udp", src=LEFT.iut))
def user_chooses_the_source(lt):
    """The user can say which of the host's addresses a datagram is to come from, where another would have been chosen."""
    sock = bind(lt)
    for address in (lt.right.iut, lt.left.iut, lt.right.iut):
        lt.check("source", source_chosen(lt, sock, src=address), address)


@case("RFC1122-3.3.4.2-c", needs=["udp"], violator=changes("udp", src=RIGHT.iut))
def a_source_is_chosen_for_the_user(lt):
    """Where the user says nothing the IUT chooses the source."""
    lt.check("source", user_sends(lt, bind(lt))["src"], lt.iut)


@case(
    "RFC1122-3.3.4.2-d", needs=["two-interfaces"], kind=characteristic, ability="takes-the-other-address", lacking="strong",
    violator=drops("echo-reply"),
)  # fmt: skip
def model_of_multihoming(lt):
    """Whether a datagram for the address of one interface is taken from another (weak) or not (strong)."""
    lt.send(IP(dst=lt.right.iut) / echo())
    return "weak" if lt.answer("echo-reply") else "strong"


@case("RFC1122-3.3.4.2-e", needs=["udp", "two-interfaces"], kind=characteristic, violator=drops("udp"))
def way_out_for_an_address_of_another_interface(lt):
    """Whether a datagram with another interface's source leaves by the destination's (weak) or the source's (strong)."""
    try:
        lt.call("udp.send", sock=bind(lt), dst=lt.left.lt, src=lt.right.iut, dport=OUR_PORT, data=b"postel")
    except UpperError as error:
        return f"refused with {error.code}"
    sent = lt.answer("udp")
    return {0: "weak", 1: "strong"}[sent["iface"]] if sent else "neither"


@case("RFC1122-3.3.4.2-e", needs=["udp", "two-interfaces"], kind=characteristic, violator=drops("udp"))
def way_out_of_a_broadcast(lt):
    """By which interfaces what a user sends to all leaves, from either address of the IUT or from none that the user has said."""
    ways = []
    for name, said in {"left": {"src": lt.left.iut}, "right": {"src": lt.right.iut}, "no": {}}.items():
        try:
            lt.call("udp.send", sock=bind(lt, port=USER_PORT + len(ways)), dst="255.255.255.255", dport=OUR_PORT, data=b"postel", **said)
        except UpperError as error:
            ways.append(f"{name} source: refused with {error.code}")
            continue
        by = [("left", "right")[sent["iface"]] for sent in iter(lambda: lt.answer("udp"), None)]
        ways.append(f"{name} source: {' and '.join(sorted(by)) or 'none'}")
    return ", ".join(ways)


@case(
    "RFC1122-3.3.4.2-d", "RFC1122-3.3.4.2-e", needs=["udp", "two-interfaces", "strong-host"], kind=characteristic,
    violator=answers("echo-reply"),
)  # fmt: skip
def strong_model_by_a_switch(lt):
    """What the switch for the strong model does: to what comes for the address of another interface, and to what has it as its source."""
    lt.set("strong-host", 1)
    sock = bind(lt)
    lt.send(probe(ping(), dst=lt.right.iut), probe(udp(dport=USER_PORT), dst=lt.right.iut))
    taken = "taken" if lt.answer("echo-reply") or lt.delivered() else "discarded"
    try:
        lt.call("udp.send", sock=sock, dst=lt.left.lt, src=lt.right.iut, dport=OUR_PORT, data=b"postel")
    except UpperError as error:
        return f"{taken}, and refused with {error.code}"
    sent = lt.answer("udp")
    return f"{taken}, and {'sent by the destination' if sent and sent['iface'] == 0 else 'not sent by the destination'}'s"
