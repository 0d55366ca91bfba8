# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.3.3.9: Address Mask Request and Reply. RFC 6918 has since done away with both."""

from postel.kit import *

ASKS = message(17, data=bytes(4))


def mask_of(lab):
    """The mask of a link as the IUT has it, in octets."""
    return lab.network.netmask.packed


def mask(lab, **said):
    """The reply to a request that came by this link."""
    return Expectation("mask-reply", {"src": lab.iut, "data": mask_of(lab)} | said)


@case("RFC1812-4.3.3.9-a", "RFC1812-4.3.3.9-e", role="router",
      violators={"RFC1812-4.3.3.9-a": changes("mask-reply", data=bytes(4)), "RFC1812-4.3.3.9-e": drops("mask-reply")})  # fmt: skip
def masks_are_told_by_default(lt):
    """A request for the address mask is answered, on each link by its own, unless somebody has said otherwise."""
    for lab in lt.left, lt.right:
        lt.send(ASKS, on=lab.index)
        with lt.judging("RFC1812-4.3.3.9-e"):
            reply = lt.expect(Expectation("mask-reply"), on=lab.index)
        lt.check("mask", reply["data"], mask_of(lab))


@case("RFC1812-4.3.3.9-d", role="router", demands="mask-agent", violator=answers("mask-reply"))
def masks_are_not_told_where_that_is_configured(lt):
    """Of each interface it can be said that requests are not answered there; then those on the other one still are."""
    lt.set("mask-agent", 0, iface=0)
    lt.send(ASKS)
    lt.expect_silence(after="a mask request on the interface that tells none")
    lt.send(ASKS, on=1)
    lt.expect(mask(lt.right), on=1)
    lt.set("mask-agent", 1, iface=0)
    lt.send(ASKS)
    lt.expect(mask(lt.left))


@case("RFC1812-4.3.3.9-b", role="router", needs=["mask-learn", "vtime"], violator=answers("mask-reply"))
def mask_that_is_not_known_is_not_told(lt):
    """Whoever has still to learn the mask does not tell any."""
    lt.set("mask-learn", 1, iface=0)
    lt.advance(60)
    lt.forget()
    lt.send(ASKS)
    lt.expect_silence(after="a mask request to who does not know", of="mask-reply")
    lt.send(icmp(18, rest=bytes(4), data=mask_of(LEFT)))
    lt.send(ASKS)
    lt.expect(mask(lt.left))


NOBODY_ASKS = probe(ASKS, src="0.0.0.0", dst="255.255.255.255", eth_dst=BROADCAST_MAC)


@case("RFC1812-4.3.3.9-j", "RFC1812-4.2.2.11-j", role="router", profiles=["rfc1812"],
      violators={"RFC1812-4.3.3.9-j": changes("mask-reply", dst="255.255.255.255"), "RFC1812-4.2.2.11-j": drops("mask-reply")})  # fmt: skip
def who_has_no_address_is_told_by_a_broadcast(lt):
    """A request from 0.0.0.0 is taken, and answered to the broadcast address of the network, in a frame to all."""
    for lab in lt.left, lt.right:
        lt.send(NOBODY_ASKS, on=lab.index)
        with lt.judging("RFC1812-4.2.2.11-j"):
            reply = lt.expect(Expectation("mask-reply", {"src": anything, "dst": anything}), on=lab.index)
        lt.check("destination, and that of the frame", (reply["dst"], reply["eth_dst"]), (lab.broadcast, BROADCAST_MAC))


@case("RFC1812-4.3.3.9-f", role="router", needs="address", violator=answers("mask-reply"))
def who_has_no_address_is_not_told_one_mask_of_several(lt):
    """Where an interface has addresses with different masks nothing is told to who asks from 0.0.0.0, and who has an address is told."""
    lt.send(NOBODY_ASKS)
    lt.expect(Expectation("mask-reply", {"src": lt.iut, "dst": anything}))
    lt.add("address", iface=0, addr="172.20.0.1", len=24)
    lt.send(NOBODY_ASKS)
    lt.expect_silence(after="a mask request from 0.0.0.0 where there are two masks")
    lt.send(ASKS)
    lt.expect(mask(lt.left))


@case("RFC1812-4.3.3.9-g", role="router", needs="log", violator=alters("log", data=b"postel"))
def wrong_mask_that_is_heard_is_logged(lt):
    """A reply with another mask than the router's is told to who reads the log, with its sender; one with the right mask is none's matter."""
    lt.set("log", 1)
    lt.send(icmp(18, rest=bytes(4), data=address_octets("255.255.255.252")))
    expect_logged(lt)


@case("RFC1812-4.3.3.9-i", role="router", needs="up", violator=adds("mask-reply", to="echo-reply"))
def masks_are_not_told_unasked(lt):
    """Where nobody has said so no mask is told that nobody has asked for: not by who begins to forward, nor by an interface that comes up."""
    for value in 0, 1:
        lt.set("forwarding", value)
        lt.send(echo())
        lt.expect(echo_reply())
    lt.expect_silence(after="who begins to forward", of="mask-reply")
    for value in 0, 1:
        lt.set("up", value, iface=1)
    lt.send(echo())
    lt.expect(echo_reply())
    lt.expect_silence(after="an interface that has come up", of="mask-reply")


@case("RFC1812-4.3.3.9-h", role="router", kind=characteristic, needs="mask-agent", violator=adds("mask-reply", to="echo-reply"))
def masks_that_are_told_unasked(lt):
    """Whether who is told to be an agent for masks says them to all on that."""
    lt.set("mask-agent", 1)
    lt.send(echo(ident=9))
    lt.expect(echo_reply())
    told = list(iter(lambda: lt.answer("mask-reply"), None))
    return f"on {len(told)} links" if told else "on none"
