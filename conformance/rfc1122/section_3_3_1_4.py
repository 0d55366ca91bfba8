# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.3.1.4: Dead gateway detection."""

from postel.kit import *

FAR = "192.0.2.9"


@case("RFC1122-3.3.1.4-c", needs=["vtime"], violator=answers("echo-request"))
def idle_gateway_is_not_pinged(lt):
    """A gateway to which nothing is sent is not asked, again and again, whether it lives."""
    lt.check("first hop", first_hop(lt, FAR), lt.mac)
    lt.forget()  # to ask while it is used, and nothing else tells of it, is allowed
    lt.send(one_fault(echo(), checksum=1))
    lt.advance(seconds=600)
    lt.expect_silence(after="ten idle minutes", of="echo-request")


@case("RFC1122-3.3.1.4-a", needs={"vtime"}, stands_on="follows-redirects", violator=drops("echo-reply", nth=1))
def gateway_that_is_not_there(lt):
    """Where nobody answers for the gateway that a Redirect named, that is noticed within a minute: the old one is used."""
    with lt.mute_arp():
        redirect(lt, FAR)
        lt.send(IP(src=FAR) / echo(seq=2))
        if lt.answer("echo-reply"):
            lt.not_applicable("the IUT does not follow a Redirect (RFC1122-3.2.2.2-b), so it has no other gateway")
        lt.advance(60)
        lt.answer("echo-reply")  # what waited may go the other way
        lt.check("first hop", first_hop(lt, FAR), lt.mac)


@case("RFC1122-3.3.1.4-b", needs={"vtime"}, stands_on="follows-redirects", violator=drops("echo-reply", nth=2, every=True))
def gateway_that_fell_silent(lt):
    """A gateway of which nothing was heard for half an hour, and that does not answer when asked, is not used any more."""
    peer_is_known(lt)
    redirect(lt, FAR)
    if first_hop(lt, FAR) != PEER_MAC:
        lt.not_applicable("the IUT does not follow a Redirect (RFC1122-3.2.2.2-b), so it has no other gateway")
    with lt.mute_arp():
        lt.advance(1800)
        lt.send(IP(src=FAR) / echo(seq=2))
        lt.advance(60)
        lt.answer("echo-reply")  # of an IUT that noticed before
        lt.check("first hop", first_hop(lt, FAR), lt.mac)


def heard_from(lt, gateway):
    """It has asked for the IUT, and pinged it: nothing of it is new to hear any more."""
    lt.send(IP(src=gateway) / echo())
    lt.expect(echo_reply())


def complaints(lt, good, seconds=8):
    """A user sends a datagram a second to where nothing arrives, and says so, or to where all arrives; the MACs that they went to."""
    sock = bind(lt)
    hops = []
    for _ in range(seconds):
        lt.add("advice", dst=FAR, good=good)
        hops.append(user_sends(lt, sock, FAR)["eth_dst"])
        lt.advance(1)
    return hops


@case("RFC1122-3.3.1.4-d", needs=["vtime", "udp", "advice"], violator=answers("echo-request"))
def gateway_is_not_pinged_while_nothing_goes_there(lt):
    """However a user complains, a gateway is asked only while something is sent to it."""
    user_sends(lt, bind(lt), FAR)
    lt.forget()  # to ask while it is used, and nothing else tells of it, is allowed
    lt.add("advice", dst=FAR, good=0)
    lt.send(one_fault(echo(), checksum=1))
    lt.advance(600)
    lt.expect_silence(after="a complaint, and ten idle minutes", of="echo-request")


@case("RFC1122-3.3.1.4-e", needs=["vtime", "udp", "advice"], violator=adds("echo-request", to="udp", nth=4))
def gateway_is_not_pinged_while_it_is_known_to_work(lt):
    """Nor is it where a user says that what is sent to it arrives."""
    lt.check("gateways", set(complaints(lt, good=1)), {lt.mac})
    lt.expect_silence(after="datagrams that arrive", of="echo-request")


@case("RFC1122-3.3.1.4-f", needs=["vtime", "udp", "route"], demands="advice", violator=changes("udp", every=True, eth_dst=PEER_MAC))
def advice_from_above(lt):
    """A user's complaints that nothing arrives over a gateway, which does not answer either, make another one be used."""
    two_gateways(lt)
    lt.check("the other gateway", OTHER_MAC, one_of(*sorted(set(complaints(lt, good=0)))))
    lt.forget()  # it may have been asked


def questions(lt, sock, seconds):
    """In each of so many seconds a user sends two datagrams, and one to the gateway itself; how many questions came, as digits, and an
    `x` behind those of a second in which another gateway was used."""
    asked = ""
    for _ in range(seconds):
        hops = [user_sends(lt, sock, dst)["eth_dst"] for dst in (FAR, FAR, PEER)]
        asked += str(len(lt.take("echo-request"))) + ("x" if OTHER_MAC in hops else "")
        lt.advance(1)
    return asked


@case("RFC1122-3.3.1.4-f", kind=characteristic, needs=["vtime", "udp", "route", "advice"], violator=drops("echo-request"))
def questions_to_a_gateway(lt):
    """How often a gateway is asked of which a user complains, which does not answer, and which is not heard of for some minutes; `x`: then
    another is used."""
    two_gateways(lt)
    sock = bind(lt)
    lt.add("advice", dst=FAR, good=0)
    asked = questions(lt, sock, seconds=6)
    other = user_sends(lt, sock, FAR)["eth_dst"] == OTHER_MAC
    lt.advance(400)
    again = questions(lt, sock, seconds=2)
    return f"{asked} in six seconds, then {'another' if other else 'the same'}, after minutes {again}"


@case("RFC1122-3.3.1.4-f", kind=characteristic, needs=["vtime", "udp", "route", "advice"], violator=adds("echo-request", to="udp", nth=9, dst=PEER))
def question_that_is_answered(lt):
    """What becomes of a gateway that was asked, once it has answered."""
    two_gateways(lt)
    heard_from(lt, PEER)
    sock = bind(lt)
    lt.add("advice", dst=FAR, good=0)
    user_sends(lt, sock, FAR)
    for asked in lt.take("echo-request"):
        lt.send(probe(icmp(0, rest=asked["payload"][4:8], data=asked["data"]), src=PEER))
    lt.advance(2)
    return f"{questions(lt, sock, seconds=4)} in the next seconds, and {'no other' if first_hop(lt, FAR) == PEER_MAC else 'another'}"


@case("RFC1122-3.3.1.4-f", kind=characteristic, needs=["vtime", "udp", "advice"], stands_on="follows-redirects", violator=changes("udp", every=True, eth_dst=PEER_MAC))
def advice_against_a_redirect(lt):
    """Whether complaints end the use of a gateway that a Redirect named, where it does not answer either."""
    peer_is_known(lt)
    redirect(lt, FAR)
    hops = complaints(lt, good=0)
    lt.forget()  # it may have been asked
    return "".join("x" if hop == lt.mac else "o" for hop in hops)


@case("RFC1122-3.3.1.4-f", kind=characteristic, needs=["vtime", "udp", "route", "advice"], violator=drops("echo-request"))
def redirect_of_a_gateway_that_is_doubted(lt):
    """Whether a gateway of which a user complains is asked when it has just sent a Redirect for another destination."""
    two_gateways(lt)
    heard_from(lt, PEER)
    sock = bind(lt)
    lt.add("advice", dst=FAR, good=0)
    sent = user_sends(lt, sock, FAR_TOO)
    first = len(lt.take("echo-request"))
    lt.send(probe(icmp(5, 1, rest=address_octets(OTHER), data=sent["packet"][:28]), src=PEER))
    lt.advance(2)
    return f"asked {first} times before, then {questions(lt, sock, seconds=3)}"


@case("RFC1122-3.2.2.6-h", needs=["vtime", "udp", "route", "advice", "echo"], violator=loses("echo.recv"))
def user_may_ask_the_same_gateway(lt):
    """A user that sends an echo to a gateway that the host asks as well is told of the answer."""
    two_gateways(lt)
    heard_from(lt, PEER)
    lt.add("advice", dst=FAR, good=0)
    user_sends(lt, bind(lt), FAR)
    lt.take("echo-request")  # the host's own question
    lt.call("echo.send", dst=PEER, id=77, seq=5, data=b"postel")
    asked = lt.expect(Expectation("echo-request", {"ident": 77, "seq": 5}))
    lt.send(probe(icmp(0, rest=asked["payload"][4:8], data=asked["data"]), src=PEER))
    lt.expect_event("echo.recv", src=PEER, id=77, seq=5, data=b"postel")


@case("RFC1122-3.2.2.6-h", needs=["vtime", "udp", "route", "advice", "echo"], violator=alters("echo.recv", seq=4))
def answers_to_the_hosts_questions_are_no_users(lt):
    """A user of echo is told of no answer to what the host itself has asked a gateway, and of that to his own."""
    two_gateways(lt)
    heard_from(lt, PEER)
    lt.add("advice", dst=FAR, good=0)
    user_sends(lt, bind(lt), FAR)
    asked = lt.take("echo-request")
    lt.call("echo.send", dst=PEER, id=77, seq=5, data=b"postel")
    for question in asked + [lt.expect(Expectation("echo-request", {"ident": 77, "seq": 5}))]:
        lt.send(probe(icmp(0, rest=question["payload"][4:8], data=question["data"]), src=PEER))
    lt.expect_event("echo.recv", src=PEER, id=77, seq=5, data=b"postel")
    lt.expect_no_event("echo.recv", after="an answer to the host's own question")


@case("RFC1122-3.3.1.4-f", kind=characteristic, needs=["vtime", "udp", "route", "advice"], violator=drops("echo-request"))
def praise_of_one_gateway(lt):
    """How often each of two gateways is asked of which users complain, and one of which is said to work after all."""
    two_gateways(lt)
    lt.add("route", net=FAR_TOO, len=32, gateway=OTHER)
    sock = bind(lt)
    for dst, good in (FAR, 0), (FAR_TOO, 0), (FAR, 1):
        lt.add("advice", dst=dst, good=good)
    asked = []
    for dst in FAR, FAR_TOO:
        user_sends(lt, sock, dst)
        asked.append(len(lt.take("echo-request")))
    return f"that one {asked[0]} times, the other {asked[1]} times"


def first_gateway(lt, sock):
    """By which gateway a user's datagram goes at once, if it does: one may have to be asked for first."""
    lt.call("udp.send", sock=sock, dst=FAR, dport=OUR_PORT, data=b"postel")
    sent = lt.answer("udp")
    return {lt.mac: "the next one", PEER_MAC: "the preferred one"}[sent["eth_dst"]] if sent else "none at once"


@case("RFC1122-3.3.1.4-a", kind=characteristic, needs=["vtime", "udp", "route"], violator=drops("udp"))
def silent_neighbours_are_no_gateways(lt):
    """Which gateway is used while the preferred one is not there, before and after many neighbours are silent too."""
    lt.add("route", net="0.0.0.0", len=0, gateway=PEER, preference=1)
    lt.add("route", net="0.0.0.0", len=0, gateway=lt.me, preference=2)
    without_gateway(lt)
    sock, used = bind(lt), []
    with lt.mute_arp():
        for silent in [FAR], [LEFT.host(number) for number in range(100, 120)]:
            for dst in silent:
                lt.call("udp.send", sock=sock, dst=dst, dport=OUR_PORT, data=b"postel")
            lt.advance(10)
            lt.forget()
            used.append(first_gateway(lt, sock))
    return ", then ".join(used)


@case("RFC1122-3.3.1.4-a", kind=characteristic, needs=["vtime", "route"], violator=drops("echo-reply", nth=1))
def gateways_that_are_known_to_be_dead(lt):
    """To which of eighteen hosts, each behind a gateway of its own that is not there, the way by another gateway is taken at once the second time."""
    hosts = [f"192.0.2.{number}" for number in range(1, 19)]
    for number, far in enumerate(hosts, 101):
        lt.tried("add", kind="route", net=far, len=32, gateway=LEFT.host(number), preference=1)
        lt.tried("add", kind="route", net=far, len=32, gateway=lt.me, preference=2)
    with lt.mute_arp():
        for _ in range(2):
            answered = replies_to(lt, hosts)
            lt.advance(10)
        lt.forget()
    return "all" if len(answered) == len(hosts) else f"all but {', '.join(str(hosts.index(far) + 1) for far in hosts if far not in answered)}" if answered else "none"


@case("RFC1122-3.3.1.4-a", kind=characteristic, needs=["vtime", "address", "route", "two-interfaces"], violator=drops("arp-request", where={"tpa": PEER}))
def dead_gateway_on_one_of_two_links(lt):
    """Whether a gateway that is not there on one link is looked for on another on which its address may be as well."""
    lt.add("address", iface=1, addr=LEFT.host(90), len=LEFT.prefix)
    lt.add("route", net=FAR, len=32, gateway=PEER, iface=0, preference=1)
    lt.add("route", net=FAR, len=32, gateway=PEER, iface=1, preference=2)
    asked = []
    with lt.mute_arp():
        for _ in range(2):
            lt.send(probe(echo(), src=FAR))
            lt.settle()
            asked += [" and ".join({0: "left", 1: "right"}[sent["iface"]] for sent in lt.take("arp-request")) or "nowhere"]
            lt.advance(10)
            lt.forget()
    return ", then ".join(asked)


@case("RFC1122-3.3.1.4-b", kind=characteristic, needs="vtime", stands_on="follows-redirects", violator=changes("echo-reply", nth=2, eth_dst=PEER_MAC))
def redirect_after_a_while(lt):
    """Whether a Redirect is followed five and fifteen minutes later, where its gateway is there."""
    peer_is_known(lt)
    redirect(lt, FAR)
    followed = []
    for minutes in (5, 10):
        lt.advance(60 * minutes)
        followed.append("followed" if first_hop(lt, FAR) == PEER_MAC else "forgotten")
    return ", then ".join(followed)
