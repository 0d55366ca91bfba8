# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.3.3: Precedence, in routers that order nothing by it."""

from postel.kit import *

QUOTED = probe(udp()).octets(RIGHT.lt, PEER, 7)[:28]
ERRORS = {"unreachable": icmp(3, 1, data=QUOTED), "redirect": icmp(5, 1, rest=address_octets(PEER), data=QUOTED), "time exceeded": icmp(11, data=QUOTED),
          "parameter problem": icmp(12, rest=bytes([20, 0, 0, 0]), data=QUOTED)}  # fmt: skip
OF_PEER = {"hook": "forward", "src": PEER, "srclen": 32}
PRECEDENCES = {f"precedence {number}": number << 5 for number in range(8)}


@case("RFC1812-5.3.3.3-a", role="router", violator=drops("echo-request", nth=3))
def every_precedence_is_taken(lt):
    """What has any precedence is passed on, and taken where it is for the router, as long as nobody has told it otherwise."""
    for tos in lt.each(PRECEDENCES):
        crosses(lt, transit(tos=tos), tos=anything)
        lt.send(probe(echo(), tos=tos))
        lt.expect(echo_reply())


@case("RFC1812-5.3.3.3-b", role="router", violator=changes("echo-request", nth=6, tos=0xA0))
def precedence_stays_as_it_is(lt):
    """What a router passes on has the precedence with which it came, whatever its type of service."""
    for tos in lt.each(PRECEDENCES):
        for service in (0, 0x10, 0x1E):
            lt.check("precedence", crosses(lt, transit(tos=tos | service), tos=anything)["tos"] & 0xE0, tos)


@case("RFC1812-5.3.3.3-f", kind=characteristic, role="router", needs="precedence-cutoff", violator=drops("echo-request"))
def precedences_above_a_cutoff(lt):
    """What is passed on where a switch lets through nothing below precedence 3."""
    lt.set("precedence-cutoff", 3)
    found = []
    for tos in PRECEDENCES.values():
        lt.send(transit(tos=tos))
        found += [str(tos >> 5)] if lt.answer("echo-request") else []
        lt.forget()
    return "precedence " + ", ".join(found) if found else "none"


@case("RFC1812-5.3.3.3-f", kind=characteristic, role="router", needs=OF_GROUPS | {"precedence-cutoff"}, violator=drops("udp"))
def precedences_of_groups_above_a_cutoff(lt):
    """The same of what is for a group that is passed on."""
    routes_groups(lt)
    lt.set("precedence-cutoff", 3)
    found = [str(tos >> 5) for tos in PRECEDENCES.values() if leaves_of(lt, for_group(tos=tos))]
    return "precedence " + ", ".join(found) if found else "none"


@case("RFC1812-5.3.3.3-g", role="router", needs="precedence-cutoff", violator=changes("unreachable", code=14))
def who_is_cut_off_is_told(lt):
    """What is not passed on for its precedence is reported by code 15."""
    crosses(lt, transit(tos=0x20))
    lt.set("precedence-cutoff", 2)
    lt.send(transit(tos=0x20))
    expect_kept(lt, after="a precedence below the cutoff")
    lt.expect(unreachable(code=15, src=lt.iut))


@case("RFC1812-5.3.3.3-c", role="router", needs="precedence-cutoff", violator=drops("echo-request", nth=1))
def control_is_never_cut_off(lt):
    """However high the cutoff what has the precedence of control, of this network or between networks, is passed on."""
    lt.set("precedence-cutoff", 6)
    stays(lt, transit(tos=0xA0), after="a precedence below the cutoff")
    for tos in lt.each((0xC0, 0xE0), "TOS"):
        crosses(lt, transit(tos=tos), tos=anything)


@case("RFC1812-5.3.3.3-d", kind=characteristic, role="router", needs="rule", violator=drops("echo-request"))
def precedences_that_a_source_may_use(lt):
    """What is passed on of a source that a filter keeps from precedences above 2, and of another one."""
    lt.add("rule", action="drop", precedence=3, **OF_PEER)
    found = []
    for name, src in ("it", PEER), ("another", lt.me):
        through = []
        for tos in PRECEDENCES.values():
            lt.send(transit(src=src, tos=tos))
            through += [str(tos >> 5)] if lt.answer("echo-request") else []
        found.append(f"of {name} precedence {', '.join(through) or 'none'}")
    return ", ".join(found)


@case("RFC1812-5.3.3.3-e", role="router", needs="rule", violator=changes("unreachable", code=13))
def who_may_not_use_a_precedence_is_told(lt):
    """What is dropped because its source may not use its precedence is reported by code 14."""
    lt.add("rule", action="reject", code=14, precedence=3, **OF_PEER)
    crosses(lt, transit(src=PEER, tos=0x40))
    for tos in lt.each((0x60, 0xE0), "TOS"):
        lt.send(transit(src=PEER, tos=tos))
        expect_kept(lt, after="a precedence that its source may not use")
        lt.expect(unreachable(code=14, src=lt.iut))


@case("RFC1812-5.3.3.3-m", role="router", needs="rule", violator=drops("time-exceeded"))
def errors_are_never_filtered_by_precedence(lt):
    """A filter of precedences stops no message of ICMP that tells of an error, where it stops all else."""
    lt.add("rule", action="drop", precedence=1, **OF_PEER)
    stays(lt, transit(src=PEER, tos=0xC0), after="a precedence that its source may not use")
    for message in lt.each(ERRORS):
        crosses(lt, transit(message, src=PEER, tos=0xC0))


@case("RFC1812-5.3.3.3-n", role="router", needs="rule", violator=passes())
def precedences_are_filtered_as_addresses_are(lt):
    """What filters by addresses offer that of precedences has as well: a network and any address, both ends, silence or a word."""
    who = {"one": {}, "a network": {"srclen": lt.left.prefix}, "any": {"src": "0.0.0.0", "srclen": 0}, "one to another": {"dst": RIGHT.lt, "dstlen": 32}}
    for keys in lt.each(who):
        crosses(lt, transit(src=PEER, tos=0xA0))
        for action in "drop", "reject":
            lt.add("rule", action=action, precedence=5, **OF_PEER | keys)
            lt.send(transit(src=PEER, tos=0xA0))
            expect_kept(lt, after=f"a rule to {action}")
            lt.check("reports", len(list(iter(lambda: lt.answer("unreachable"), None))), int(action == "reject"))
            lt.remove("rule", action=action, precedence=5, **({"code": 13} if action == "reject" else {}), **OF_PEER | keys)
