# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.9: what else rules can choose, and where they are asked."""

from postel.kit import *

LABEL = {"role": "router", "needs": "rule", "kind": characteristic}
PLACES = ("prerouting", "input", "forward", "output", "postrouting")
WAYS = {"for us": probe(echo(), src=PEER), "for our other address": probe(echo(), src=PEER, dst=RIGHT.iut), "for others": transit(src=PEER)}
BY = {f"{way}={number}": {way: number} for way in ("in", "out") for number in (0, 1)}
CODES = (0, 1, 2, 3, 9, 10, 13)


def rules(lt, hook, action="drop", **keys):
    """Two of them, for what comes from the peer and for what goes to it; what they say, to take them back."""
    both = [{"hook": hook, "action": action, end: PEER, f"{end}len": 32} | keys for end in ("src", "dst")]
    for each in both:
        lt.add("rule", **each)
    return both


def take_back(lt, both):
    for keys in both:
        lt.remove("rule", **keys)


def dropped_at(hook):
    """What is for the router, for its other address and for others, and a rule at this place that drops it."""
    def all_ways(lt):
        both = rules(lt, hook)
        lt.send(*WAYS.values())
        lt.settle(probe_anyway=True)
        take_back(lt, both)
    return all_ways


def passes_with(lt, stimulus, **keys):
    """Is it passed on in spite of a rule that drops what is so?"""
    lt.add("rule", hook="forward", action="drop", **keys)
    lt.send(stimulus)
    found = bool(lt.crossing())
    lt.forget()
    lt.remove("rule", hook="forward", action="drop", **keys)
    return found


@case("RFC1812-5.3.9-a", **LABEL, violator=drops("echo-reply"))
def where_rules_are_asked(lt):
    """What a rule keeps at each of five places: what is for the router, for its address on another link, or for others."""
    words = []
    for hook in PLACES:
        both, kept = rules(lt, hook), []
        for name, stimulus in WAYS.items():
            lt.send(stimulus)
            lt.settle(probe_anyway=True)
            kept += [] if taken(lt) else [name]
        take_back(lt, both)
        words.append(f"{hook}: {', '.join(kept) or 'nothing'}")
    return "; ".join(words)


@case("RFC1812-5.3.9-f", role="router", needs=("rule", "counters"), kind=characteristic, violator=keeps("counters"))
def counters_of_rules(lt):
    """Which counters tell of what a rule drops at each of five places."""
    usual = risen(lt, *WAYS.values())
    taken(lt)
    return told_by(lt, usual, {hook: dropped_at(hook) for hook in PLACES})


@case("RFC1812-5.3.9-g", **LABEL, violator=drops("echo-request"))
def interfaces_that_rules_match(lt):
    """By which interfaces a rule finds a packet that comes by the first and leaves by the second."""
    return ", ".join(name for name, said in BY.items() if not passes_with(lt, transit(), **said)) or "by none"


@case("RFC1812-5.3.9-g", **LABEL, violator=drops("fragment"))
def fragments_that_ports_match(lt):
    """Which fragments of a datagram a rule keeps that says its port."""
    pieces = zip(("first", "second", "third"), split(udp(USER_PORT, data=counting(40)), 16, 16, dst=RIGHT.lt), strict=True)
    return ", ".join(name for name, piece in pieces if not passes_with(lt, piece, protocol=17, dport=USER_PORT)) or "none"


@case("RFC1812-5.3.9-e", **LABEL, violator=drops("unreachable"))
def codes_of_what_is_rejected(lt):
    """With which codes it can be said that a packet was rejected."""
    found = []
    for code in CODES:
        both = rules(lt, "forward", "reject", code=code)
        lt.send(transit(udp(), src=PEER))
        lt.settle()
        found += [str(each["code"]) for each in lt.take("unreachable")]
        lt.forget()
        take_back(lt, both)
    return ", ".join(found) or "none"


@case("RFC1812-5.3.9-g", role="router", needs={"rule", "udp"}, kind=characteristic, violator=drops("udp"))
def way_of_what_is_rewritten(lt):
    """Which way what the router sends itself leaves, where a rule turns its destination into one of another link."""
    lt.add("rule", hook="output", action="destination", dst=PEER, dstlen=32, to=RIGHT.lt)
    lt.call("udp.send", sock=bind(lt), dst=PEER, dport=OUR_PORT, data=b"postel")
    sent = lt.answer("udp")
    return f"by the {('left', 'right')[sent['iface']]} to {sent['dst']}" if sent else "nowhere"
