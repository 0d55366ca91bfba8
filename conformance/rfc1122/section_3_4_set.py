# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.4: what is above IP reaches its means. Here is whether what was set is what is told, and what cannot be set."""

from postel.kit import *

SWITCH = (0, 1, 0), (2,)
LEVEL = (3, 0), (4,)
HOST = {
    "ttl": ((9, 255, 1), (0, 256)), "accept-redirects": SWITCH, "echo-broadcast": SWITCH, "reassembly": (("first", "linux", "drop"), ("nobody",)),
    "source-route": SWITCH, "drop-source-routed": SWITCH, "drop-obsolete-options": SWITCH, "strict-options": SWITCH, "report-bad-options": SWITCH,
    "timestamp-option": SWITCH, "security": SWITCH, "security-low": LEVEL, "security-high": LEVEL, "security-authorities": ((129, 0), (256,)),
    "security-required": SWITCH, "security-label": SWITCH, "mask-agent": SWITCH, "icmp-rate": ((70000, 0), (1000001,)), "reassembly-by-ttl": SWITCH,
    "source-quench": SWITCH, "strong-host": SWITCH, "log": SWITCH, "defend": ((2, 0), (3,)),
}  # fmt: skip
IFACE = {
    "mtu": ((68, 1000), (67, 0, 65536 + 576)), "mac": ((), ("01005e000007", "000000000000", "02000000")), "promiscuous": SWITCH,
    "router-discovery": SWITCH, "link-local": SWITCH, "solicitation-address": (("255.255.255.255", "224.0.0.2"), ("192.0.2", "1.2.3.256")),
    "advertise": SWITCH, "advertise-address": (("255.255.255.255", "224.0.0.1"), ("224.0.0.2", "1.2.3.256")), "advertise-max": ((1800, 4), (3, 1801)),
    "advertise-min": ((4, 3), (2, 5)), "advertise-lifetime": ((9000, 4), (3, 9001)),
}  # fmt: skip
LONG, RAGGED = NOP * 40, UNKNOWN[:1] + bytes([9, 0, 0])
SOCK = {
    "ttl": ((9, 255), (0, 256)), "tos": ((40, 0), (256,)), "df": ((0, 1, 2, 0), (3,)), "options": ((LONG, NOP * 4, b""), (NOP * 3, NOP * 44, RAGGED)),
    "broadcast": SWITCH, "checksum": SWITCH, "peer": ((PEER, "0.0.0.0"), ("192.0.2",)), "peer-port": ((40000, 0), (65536,)), "by-iface": ((2, 0), (9,)),
}  # fmt: skip
BY_OTHERS = {
    "another protocol's": f"ip.send sock={{sock}} dst={LEFT.lt} protocol=254 data=61", "UDP's": f"ip.send sock={{other}} dst={LEFT.lt} protocol=0 data=61",
    "to a broadcast": f"ip.send sock={{sock}} dst={LEFT.broadcast} protocol=253 data=61",
    "to that of the other link": f"ip.send sock={{sock}} dst={RIGHT.broadcast} protocol=253 data=61",
    "to everybody": "ip.send sock={sock} dst=255.255.255.255 protocol=253 data=61",
}  # fmt: skip
WRONG = {
    "a name that nobody knows": "get name=zib", "the same, set": "set name=zib value=1", "a kind that nobody knows": "list kind=zib",
    "a query that is set": "set name=mms-r value=9", "a key that nobody knows": "get name=ttl zib=1", "a key that is missing": "set name=ttl",
    "no interface": "get name=mtu", "an interface that is not there": "get name=mtu iface=7", "an address of no interface": "list kind=address iface=7",
    "a socket that is not there": "get name=tos sock=99", "a way to nowhere": "get name=source dst=240.0.0.1", "a key of no use": "sync zib=1",
}  # fmt: skip


@case("RFC1122-3.4-a", kind=characteristic, needs="ttl", violator=replies("get", nth=1, value=7))
def settings_of_the_host(lt):
    """Whether each setting of the host is told as it was set, and which impossible values are taken."""
    return told_as_set(lt, HOST)


@case("RFC1122-3.4-a", kind=characteristic, needs="mtu", violator=replies("get", nth=1, value=7))
def settings_of_an_interface(lt):
    """The same of either interface."""
    return "; ".join(told_as_set(lt, IFACE | {"mtu": (IFACE["mtu"][0], (*IFACE["mtu"][1], lt.mtu + 1))}, iface=lab.index) for lab in links(lt))


@case("RFC1122-3.4-a", kind=characteristic, needs=["udp", "ttl"], violator=replies("get", nth=1, value=7))
def settings_of_a_socket(lt):
    """The same of a socket, and with which values it begins."""
    sock = bind(lt)
    first = {name: lt.tried("get", name=name, sock=sock).get("value") for name in SOCK}
    begins = ", ".join(f"{name} {value or 'empty'}" for name, value in first.items() if value is not None)
    return f"{told_as_set(lt, SOCK, sock=sock)}; begins with {begins}"


USER = {name: SOCK[name] for name in ("ttl", "tos", "df", "options", "broadcast")}


@case("RFC1122-3.4-a", kind=characteristic, needs=["ip-sock", "ttl", "df"], violator=changes("protocol-253", ttl=64))
def settings_of_a_user_of_ip(lt):
    """The same of a user of IP itself: how what he sends leaves, what he is refused, and whether an error waits for him."""
    sock, other = lt.call("ip.bind", protocol=253)["sock"], bind(lt)
    words = [told_as_set(lt, USER, sock=sock)]
    for name, value in {"ttl": 9, "tos": 40, "df": 2, "broadcast": 0}.items():
        lt.set(name, value, sock=sock)
    lt.call("ip.send", sock=sock, dst=lt.me, protocol=253, data=counting(40))
    sent = lt.answer("protocol-253") or lt.fail("a datagram", "silence")
    lt.send(icmp(3, 2, data=sent["packet"][:28]))
    lt.settle()
    words += [f"{name} {sent[name]}" for name in ("ttl", "tos", "df")] + [f"error {lt.tried('get', name='error', sock=sock).get('value')}"]
    return f"{', '.join(words)}; {codes(lt, {name: line.format(sock=sock, other=other) for name, line in BY_OTHERS.items()})}"


@case("RFC1122-3.4-a", kind=characteristic, needs="ttl", violator=accepts("get"))
def requests_that_cannot_be(lt):
    """How requests are refused that cannot be."""
    return codes(lt, WRONG)


def those_of(lt, kind, begin, *keys, iface=None):
    """Of each item whose first key begins so, these keys, as words."""
    found = [[str(each.get(key, "-")) for key in keys] for each in lt.listed(kind, iface)]
    return " and ".join(sorted(" ".join(each) for each in found if each[0].startswith(begin))) or "none"


def refused(lt, kind, **keys):
    return lt.tried("add", kind=kind, **keys).get("code", "taken")


NO_ADDRESSES = {"it twice": ("203.0.113.9", 26), "a network's number": ("203.0.113.64", 26), "a network's broadcast": ("203.0.113.127", 26),
                "a group": ("233.252.0.7", 24), "nobody's": ("0.0.0.0", 8), "one on this network": ("0.0.0.5", 24),
                "everybody's": ("255.255.255.255", 32)}  # fmt: skip


@case("RFC1122-3.4-a", kind=characteristic, needs="address", violator=accepts("add", nth=1))
def addresses_that_are_given(lt):
    """What is listed of two addresses that were given, and of the second when the first is gone; and what no interface can be given."""
    for addr in "203.0.113.9", "203.0.113.10":
        lt.add("address", iface=0, addr=addr, len=26)
    keys = "addr", "len", "iface", "primary", "deprecated"
    both, right = those_of(lt, "address", "203.", *keys), those_of(lt, "address", "203.", *keys, iface=1)
    wrong = {name: refused(lt, "address", iface=0, addr=addr, len=len_) for name, (addr, len_) in NO_ADDRESSES.items()}
    lt.remove("address", iface=0, addr="203.0.113.9")
    left = those_of(lt, "address", "203.", *keys)
    return f"{both}; on the right {right}; then {left}; " + ", ".join(f"{name}: {code}" for name, code in wrong.items())


@case("RFC1122-3.4-a", kind=characteristic, needs=("neighbor", "two-interfaces"), violator=accepts("add"))
def neighbours_that_are_entered(lt):
    """On which links a neighbour is listed that was entered on one, and which cannot be entered."""
    lt.add("neighbor", iface=0, addr=LEFT.host(88), mac="020000000088")
    lists = [those_of(lt, "neighbor", LEFT.host(88), "addr", "iface", iface=iface) for iface in (0, 1)]
    wrong = {"at a group's MAC": (LEFT.host(89), "01005e000007"), "with our address": (LEFT.iut, "020000000088"), "a group": ("233.252.0.7", "020000000088")}
    codes = {name: refused(lt, "neighbor", iface=0, addr=addr, mac=mac) for name, (addr, mac) in wrong.items()}
    return f"on the left: {lists[0].count(LEFT.host(88))}, on the right: {lists[1].count(LEFT.host(88))}; " + ", ".join(f"{name}: {code}" for name, code in codes.items())


@case("RFC1122-3.3.1.2-e", kind=characteristic, needs=("route", "two-interfaces"), violator=accepts("del"))
def routes_that_are_entered(lt):
    """What is listed of a route to a network by a gateway on either link, and how it is found again when it is taken back."""
    lists = []
    for lab in links(lt):
        gateway, other = lab.host(50), lab.host(51)
        lt.add("route", net="203.0.113.0", len=24, gateway=gateway)
        lists.append(those_of(lt, "route", "203.", "net", "len", "iface", "type"))
        by_another = lt.tried("del", kind="route", net="203.0.113.0", len=24, gateway=other).get("code", "taken back")
        by_a_host = lt.tried("del", kind="route", net="203.0.113.77", len=24, gateway=gateway).get("code", "taken back")
        lists.append(f"by another gateway: {by_another}, by a host of it: {by_a_host}")
    return "; ".join(lists)


@case("RFC1191-6.6-a", kind=characteristic, needs=("udp", "path"), stands_on="discovers-path-mtu", violator=ignores("add"))
def paths_that_are_listed(lt):
    """What is listed of a path whose MTU the user has set, and of one that a router has told of."""
    lt.add("path", dst=FAR, mtu=1000)
    too_big(lt, user_sends(lt, bind(lt), FAR_TOO, data=counting(900)), 600)
    keys = "dst", "mtu", "set", "age"
    return f"{those_of(lt, 'path', FAR, *keys)}; {those_of(lt, 'path', FAR_TOO, *keys)}"


@case("RFC1191-6.6-a", kind=characteristic, needs=("udp", "path", "pmtu"), violator=accepts("add"))
def paths_that_are_set(lt):
    """What is known of a path whose MTU the user has set: then, after a router has said less, and when it is taken back; and which cannot be set."""
    sock, known = bind(lt), []
    lt.add("path", dst=FAR, mtu=1000)
    known.append(lt.get("pmtu", dst=FAR))
    sent = user_sends(lt, sock, FAR, data=counting(900))
    too_big(lt, sent, 600)
    known.append(lt.get("pmtu", dst=FAR))
    wrong = {"it again": FAR, "to a group": "233.252.0.7", "to nobody": "0.0.0.0"}
    codes = [f"{name}: {refused(lt, 'path', dst=dst, mtu=900)}" for name, dst in wrong.items()]
    lt.remove("path", dst=FAR)
    return f"{', '.join(map(str, known))}, {lt.get('pmtu', dst=FAR)}; {', '.join(codes)}"


@case("RFC1191-6.6-a", kind=characteristic, needs=("udp", "pmtu-discovery", "pmtu"), violator=ignores("set"))
def discovery_that_is_turned_off(lt):
    """Whether Don't Fragment is set by itself where paths are not discovered, and what a router's message about one where it was set changes."""
    lt.set("pmtu-discovery", 0)
    sock = bind(lt)
    usual = "set" if user_sends(lt, sock, FAR)["df"] else "clear"
    too_big(lt, user_sends(lt, sock, FAR, data=counting(400), df=1), 300)
    return f"{usual}, and {lt.get('pmtu', dst=FAR)} octets in one piece after a message of 300"
