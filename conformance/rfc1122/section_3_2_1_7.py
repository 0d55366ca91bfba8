# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.7: Time to live."""

from postel.kit import *

DIAMETER = 32  # hops; 64 is what is sent as a rule, and nothing that is below half of it crosses the Internet


@case("RFC1122-3.2.1.7-a", violator=changes("echo-reply", ttl=0))
def ttl_of_an_answer_is_above_zero(lt):
    """No datagram leaves with a time to live of zero, not even in answer to one that came so."""
    lt.send(IP(ttl=255) / echo())
    lt.expect(echo_reply(ttl=at_least(1)))
    for ttl in (1, 0):  # whether these have arrived is RFC1122-3.2.1.7-b
        lt.send(IP(ttl=ttl) / echo())
        reply = lt.answer("echo-reply") or {"ttl": ttl + 1}
        lt.check("TTL of the reply", reply["ttl"], at_least(1))


@case("RFC1122-3.2.1.7-a", needs=["udp"], violator=changes("udp", ttl=0))
def user_cannot_send_ttl_0(lt):
    """A user that asks for a time to live of zero is refused, or gets another."""
    sock = bind(lt)
    user_sends(lt, sock, ttl=1)
    try:
        lt.call("udp.send", sock=sock, dst=lt.me, dport=OUR_PORT, data=b"postel", ttl=0)
        lt.answer("udp")
    except UpperError:
        lt.expect_silence(after="a refusal to send with TTL 0")


@case("RFC1122-3.2.1.7-a", needs={"udp", "multicast-ttl"}, violator=changes("udp", ttl=0))
def group_ttl_0_does_not_leave(lt):
    """A user who keeps on the host what it sends to a group, by a time to live of zero, has it leave no interface with that."""
    sock = bind(lt)
    user_sends(lt, sock, GROUP)
    lt.tried("set", name="multicast-ttl", sock=sock, value=0)
    for said in ({}, {"ttl": 0}):
        lt.tried("udp.send", sock=sock, dst=GROUP, dport=OUR_PORT, data=b"postel", **said)
        lt.answer("udp")


@case("RFC1122-3.2.1.7-b", violator=drops("echo-reply", nth=1))
def low_ttl_has_arrived(lt):
    """A datagram is not discarded because its time to live is 1 or 0 when it arrives."""
    for ttl in (1, 0):
        lt.send(IP(ttl=ttl) / echo())
        lt.expect(echo_reply())


@case("RFC1122-3.2.1.7-c", needs=["udp"], ability="sets-ttl", violator=changes("udp", ttl=64))
def user_chooses_the_ttl(lt):
    """The user sets the time to live of each datagram."""
    sock = bind(lt)
    for ttl in (1, 9, 255):
        lt.check("TTL", user_sends(lt, sock, ttl=ttl)["ttl"], ttl)


@case("RFC1122-3.2.1.7-d", needs="udp", demands="ttl", violator=ignores("set"))
def default_ttl_is_configurable(lt):
    """Where the time to live of what is sent by default is a fixed one, it can be set."""
    sock = bind(lt)
    for ttl in (9, 255):
        lt.set("ttl", ttl)
        lt.check("the default that is told", lt.get("ttl"), ttl)
        lt.send(echo())
        lt.expect(echo_reply(ttl=ttl))
        lt.check("TTL of what a user sends", user_sends(lt, sock)["ttl"], ttl)


@case("RFC1122-3.2.1.7-e", violator=changes("echo-reply", ttl=9))
def default_ttl_crosses_the_internet(lt):
    """The time to live of what is sent by default is enough for the whole Internet."""
    lt.send(IP(ttl=7) / echo())
    lt.expect(echo_reply(ttl=at_least(DIAMETER)))


@case("RFC1122-3.2.1.7-e", kind=characteristic, violator=changes("echo-reply", every=True, ttl=99))
def fields_that_nobody_has_chosen(lt):
    """Which time to live, type of service and Don't Fragment messages have that answer, report, or were sent by a user who said nothing."""
    kinds = {"echo reply": (probe(echo(), ttl=77, df=1, tos=0x28), "echo-reply"), "error": (probe(udp(), ttl=77, df=1, tos=0x28), "unreachable"),
             "timestamp reply": (timestamp_request(), "timestamp-reply")}  # fmt: skip
    found = {}
    for name, (stimulus, kind) in kinds.items():
        lt.send(stimulus)
        found[name] = lt.answer(kind)
    if lt.ut and "udp" in lt.ut.caps:
        found["user"] = user_sends(lt, bind(lt))
    return "; ".join(f"{name} {said['ttl']}, {said['tos']:#04x}, {said['df']}" for name, said in found.items() if said)
