# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.9: Filters, which say what a router passes on."""

from ipaddress import IPv4Address

from postel.kit import *

OF_RULES = {"role": "router", "needs": "rule"}
ONE, ANOTHER = RIGHT.host(9), RIGHT.host(10)
TO_ONE = {"dst": ONE, "dstlen": 32}
BASE = IPv4Address("85.85.85.85")  # with any of its bits turned it is some ordinary host's, beyond the default gateway
LENGTHS = {f"{end} of {bits} bits": (end, bits) for end in ("src", "dst") for bits in range(1, 33)}
ANY = {
    "any source": {"src": "0.0.0.0", "srclen": 0} | TO_ONE, "any destination": {"src": LEFT.lt, "srclen": 32, "dst": "0.0.0.0", "dstlen": 0},
    "any of both": {"src": "0.0.0.0", "srclen": 0, "dst": "0.0.0.0", "dstlen": 0}, "a prefix of no bits, and what is behind it": {"src": ONE, "srclen": 0} | TO_ONE,
}  # fmt: skip
ATTRIBUTES = {"protocol": {"protocol": 17}, "source port": {"protocol": 17, "sport": OUR_PORT}, "destination port": {"protocol": 17, "dport": USER_PORT}}
OTHER_KINDS = {"protocol": IP(proto=253) / b"postel", "source port": udp(USER_PORT, sport=OUR_PORT + 1), "destination port": udp(USER_PORT + 1)}


def rule(lt, action, hook="forward", **keys):
    """A rule behind all others; what it says, to take it back."""
    keys = {"hook": hook, "action": action} | keys
    lt.add("rule", **keys)
    return keys


def to(address):
    """A packet that goes there, whatever the way."""
    return transit(dst=address)


def turned(bit):
    """The base with one bit turned, the first of which is 0."""
    return str(BASE + 0 if bit == 32 else IPv4Address(int(BASE) ^ 1 << 31 - bit))


def comes_from_right(end, address):
    """A packet that comes by the right and goes to the left, with that address at one end."""
    return transit(**({"src": RIGHT.lt, "dst": LEFT.lt} | {end: address}))


@case("RFC1812-5.3.9-a", role="router", demands="rule", violator=passes())
def what_is_chosen_is_not_passed_on(lt):
    """A router can be told what it does not pass on; the rest it does, and that one too before and after."""
    crosses(lt, to(ONE))
    keys = rule(lt, "drop", **TO_ONE)
    lt.send(to(ONE))
    expect_kept(lt, after="a packet that a rule drops")
    crosses(lt, to(ANOTHER))
    lt.remove("rule", **keys)
    crosses(lt, to(ONE))


@case("RFC1812-5.3.9-a", role="router", needs={"rule", "mtu"}, violator=drops("echo-request", nth=1))
def what_would_leave_in_fragments_is_not_passed_on(lt):
    """Neither is it where it is too long for the link that it would leave by, whichever place the rule is asked at."""
    lt.set("mtu", 576, iface=1)
    for hook in lt.each(("forward", "postrouting")):
        keys = rule(lt, "drop", hook, **TO_ONE)
        lt.send(transit(echo(data=counting(1000)), dst=ONE))
        expect_kept(lt, after="a long packet that a rule drops")
        lt.remove("rule", **keys)
        crosses(lt, to(ONE))


@case("RFC1812-5.3.9-a", role="router", needs=OF_GROUPS | {"rule"}, violator=passes(eth_dst=group_mac(GROUP)))
def groups_are_not_passed_on_either(lt):
    """So it is of what is for a group, whichever place the rule is asked at, and nobody is told though the rule says so."""
    routes_groups(lt)
    for hook, action in lt.each((("forward", "drop"), ("forward", "reject"), ("postrouting", "drop"))):
        keys = rule(lt, action, hook, dst=GROUP, dstlen=32)
        ends_in_silence(lt, for_group(), after="a multicast that a rule drops")
        lt.remove("rule", **keys)
        spreads(lt)


@case("RFC1812-5.3.9-b", **OF_RULES, violator=passes(on=0, nth=9))
def prefixes_of_any_length(lt):
    """A rule holds for all whose address begins with its prefix, of any length, and for nobody else: neither for him whose last bit within differs."""
    for end, bits in lt.each(LENGTHS):
        keys = rule(lt, "drop", **{end: str(BASE), f"{end}len": bits})
        lt.send(comes_from_right(end, turned(bits)), on=1)
        expect_kept(lt, after="an address that begins so")
        crosses(lt, comes_from_right(end, turned(bits - 1)), on=1, out=0)
        lt.remove("rule", **keys)


@case("RFC1812-5.3.9-b", **OF_RULES, violator=passes())
def both_prefixes_are_matched(lt):
    """A rule for a source and a destination holds for who has both, and for nobody who has one of them."""
    rule(lt, "drop", src=LEFT.lt, srclen=32, **TO_ONE)
    lt.send(to(ONE))
    expect_kept(lt, after="a packet from the source to the destination")
    crosses(lt, to(ANOTHER))
    crosses(lt, transit(src=LEFT.host(9), dst=ONE))


@case("RFC1812-5.3.9-c", **OF_RULES, violator=passes(nth=1))
def any_address_matches(lt):
    """A prefix of no bits matches every address, as source and as destination."""
    for said in lt.each(ANY):
        keys = rule(lt, "drop", **said)
        lt.send(to(ONE))
        expect_kept(lt, after="a packet to be dropped whatever its address")
        lt.remove("rule", **keys)
        crosses(lt, to(ONE))


@case("RFC1812-5.3.9-d", **OF_RULES, violator=answers("unreachable"))
def silence_can_be_chosen(lt):
    """What a rule drops is discarded without a word."""
    for message in lt.each({"an echo request": echo(), "a datagram": udp()}):
        keys = rule(lt, "drop", **TO_ONE)
        lt.send(transit(message, dst=ONE))
        expect_silent_discard(lt, after="a packet that a rule drops")
        lt.remove("rule", **keys)
        crosses(lt, transit(message, dst=ONE))


@case("RFC1812-5.3.9-e", **OF_RULES, violator=changes("unreachable", code=10))
def a_word_can_be_chosen_for_each_rule(lt):
    """What one rule rejects is reported as prohibited, code 13, and what another drops, or rejects in another protocol, is not."""
    rule(lt, "reject", protocol=17, **TO_ONE)
    rule(lt, "drop", dst=ANOTHER, dstlen=32)
    lt.send(transit(udp(), dst=ANOTHER))
    expect_silent_discard(lt, after="what the second rule drops")
    crosses(lt, to(ONE))
    lt.send(transit(udp(), dst=ONE))
    lt.expect(unreachable(code=13, src=LEFT.iut))
    expect_kept(lt, after="what the first rejects")


@case("RFC1812-5.3.9-f", **OF_RULES, violator=alters("rule", nth=1, hits=0))
def what_is_filtered_is_counted(lt):
    """It is known how many packets a rule has kept from being passed on."""
    rule(lt, "accept", dst=ANOTHER, dstlen=32)
    rule(lt, "drop", src=LEFT.lt, srclen=32)
    for address in (ONE, ANOTHER, ONE, ONE):
        lt.send(to(address))
    lt.settle()
    lt.forget()
    lt.check("how often each of two rules matched", [each["hits"] for each in lt.listed("rule")], [1, 3])


@case("RFC1812-5.3.9-f", role="router", needs=("rule", "log"), violator=loses("log"))
def what_is_filtered_is_logged_by_choice(lt):
    """Of what one rule discards each packet is told, and none of what another does."""
    rule(lt, "drop", log=1, **TO_ONE)
    rule(lt, "drop", dst=ANOTHER, dstlen=32)
    lt.send(to(ANOTHER))
    expect_silent_discard(lt, after="a packet that nobody wants logged")
    lt.send(to(ONE))
    expect_logged(lt)


@case("RFC1812-5.3.9-g", **OF_RULES, kind=characteristic, violator=drops("udp"))
def what_else_filters_match(lt):
    """By which other attributes a rule can choose, so that what differs in it is passed on."""
    found = []
    for name, said in ATTRIBUTES.items():
        if "code" in lt.tried("add", kind="rule", hook="forward", action="drop", **said):
            continue
        lt.send(transit(udp(USER_PORT)), transit(OTHER_KINDS[name]))
        lt.settle()
        found += [name] if len(lt.crossing()) == 1 else []
        lt.forget()
        lt.remove("rule", hook="forward", action="drop", **said)
    return ", ".join(found) or "none"


@case("RFC1812-5.3.9-h", **OF_RULES, violator=passes())
def lists_include_or_exclude(lt):
    """There can be a list of what is passed on, and nothing else is, and a list of what is not, and all else is."""
    accepted, rest = rule(lt, "accept", **TO_ONE), rule(lt, "drop")
    crosses(lt, to(ONE))
    lt.send(to(ANOTHER))
    expect_kept(lt, after="what is not in the list of what is passed on")
    for keys in (accepted, rest):
        lt.remove("rule", **keys)
    rule(lt, "drop", **TO_ONE)
    crosses(lt, to(ANOTHER))
    lt.send(to(ONE))
    expect_kept(lt, after="what is in the list of what is not")


@case("RFC1812-5.3.9-i", **OF_RULES, kind=characteristic, violator=passes(nth=0))
def which_of_two_rules_decides(lt):
    """Which list a rule belongs to is said by itself; which of two that both match decides: the first, the last or the one with the longer prefix."""
    found = []
    for actions in (("drop", "accept"), ("accept", "drop")):
        both = [rule(lt, actions[0]), rule(lt, actions[1], **TO_ONE)]
        lt.send(to(ONE))
        lt.settle()
        found += ["passed on" if lt.crossing() else "kept"]
        lt.forget()
        for keys in both:
            lt.remove("rule", **keys)
    return {"kept, passed on": "the first", "passed on, kept": "the last or the longer"}.get(", ".join(found), ", ".join(found))
