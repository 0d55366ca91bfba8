# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 10: what a router has to know before it forwards, what it can be told, and what it can be asked for."""

from contextlib import suppress

from postel.kit import *


def without_its_address(lt):
    """The interface on the right, by which both ways were open, has no address any more."""
    crosses(lt, transit())
    crosses(lt, transit(out=0), on=1, out=0)
    lt.remove("address", iface=1, addr=lt.right.iut)


@case("RFC1812-10.2.1-a", role="router", needs="address", violator=ignores("del"))
def nothing_comes_by_an_interface_without_an_address(lt):
    """What comes by an interface that has no address is not passed on."""
    without_its_address(lt)
    lt.send(transit(out=0), on=1)
    expect_kept(lt, after="what came by an interface without an address")


@case("RFC1812-10.2.1-c", role="router", needs="address", violator=ignores("del"))
def nothing_leaves_by_an_interface_without_an_address(lt):
    """Nor is anything passed on by such a one, as by the end of a line that needs none."""
    without_its_address(lt)
    lt.send(transit())
    lt.check("passed on by it:", [summary(found) for found in lt.crossing() if found["iface"] == 1], [])
    lt.forget()


@case("RFC1812-10.2.1-b", role="router", needs="address", violator=alters("address", addr=LEFT.host(9)))
def addresses_are_those_that_were_given(lt):
    """The router has no addresses but those that it was given."""
    lt.check("addresses", {item["addr"] for item in lt.listed("address")}, {lab.iut for lab in all_links(lt)})
    lt.remove("address", iface=1, addr=lt.right.iut)
    lt.check("addresses of the other one when it has none any more", [item["addr"] for item in lt.listed("address", iface=1)], [])


IMPOSSIBLE = {
    "zeros as host": ("172.20.0.0", 24), "ones as host": ("172.20.0.255", 24), "zeros as prefix": ("0.0.0.5", 24), "a group": ("224.0.0.5", 24),
    "loopback": ("127.0.0.5", 8),
}  # fmt: skip


@case("RFC1812-10.2.2-b", role="router", needs="address", violator=accepts("add"))
def addresses_that_no_router_has(lt):
    """No address is taken whose host or prefix is all zeros or all ones."""
    for addr, length in lt.each(IMPOSSIBLE):
        lt.check("the refusal:", lt.tried("add", kind="address", iface=1, addr=addr, len=length).get("code", ""), saying("any", bool))


@case("RFC1812-10.2.2-c", role="router", needs="address", violator=accepts("add"))
def masks_that_are_none(lt):
    """No mask is taken that is all zeros or all ones; one of any other length is."""
    for length in lt.each((0, 32), "length"):
        lt.check("the refusal:", lt.tried("add", kind="address", iface=1, addr="172.20.0.5", len=length).get("code", ""), saying("any", bool))
    lt.add("address", iface=1, addr="172.20.0.5", len=31)


ASKED = icmp(8, rest=b"\0\7\0\1", data=b"postel").load


def leaves_with(lt, **options):
    """The options of these with which an echo request of a user of IP leaves, for a label."""
    names = []
    for name, octets in options.items():
        with suppress(UpperError):
            lt.call("ip.send", dst=lt.me, protocol=1, data=ASKED, options=octets + bytes(-len(octets) % 4))
            sent = lt.answer("echo-request")
            names += [name.replace("_", " ")] if sent and sent["options"][:1] == octets[:1] else []
    return names


@case("RFC1812-10.3.2.7-b", role="router", needs=["echo", "ip"], violator=changes("echo-request", nth=2, data=b"postel"))
def echo_of_any_data_and_size(lt):
    """Who asks for an echo chooses its data and how many octets they are, and has the route recorded."""
    for data in b"", bytes(8), bytes([0xFF, 0xA5]) * 100, counting(lt.room):
        lt.call("echo.send", dst=lt.me, id=77, seq=5, data=data)
        lt.expect(Expectation("echo-request", {"src": lt.iut, "dst": lt.me, "data": data}))
    lt.check("options that leave:", leaves_with(lt, Record_Route=record_route(room=3)), ["Record Route"])


@case("RFC1812-10.3.2.7-c", role="router", kind=characteristic, needs="ip", violator=changes("echo-request", options=b""))
def options_of_an_echo(lt):
    """Whether an echo can be asked for by a source route, loose or strict, and with a timestamp."""
    routes = {"loose_route": lsrr(LEFT.host(9)), "strict_route": ssrr(LEFT.host(9)), "timestamp": timestamp(bytes(8))}
    return ", ".join(leaves_with(lt, **routes)) or "none of them"
