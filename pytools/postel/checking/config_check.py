# SPDX-License-Identifier: BSD-2-Clause
"""Does an IUT that can be configured keep to what the protocol says of settings, queries and items? Each name that it claims is tried
(docs/upper-tester.md, "Settings, queries, items"); adapter_check.py has the other rules."""

from collections.abc import Iterator, Mapping

from postel.catalogue import names
from postel.catalogue.names import Name
from postel.iut.upper import Upper, UpperError
from postel.kit import LowerTester, links
from postel.checking.words import Broken, Lacking, expect, refusal

UNKNOWN = "florp-x7f3"
USUAL = {
    "mtu": ("576", "1000"), "options": ("01010100", "01010000"), "mac": ("020000000099", "020000000098"), "peer": ("192.0.2.9", "192.0.2.8"),
    "solicitation-address": ("255.255.255.255", "224.0.0.2"), "advertise-address": ("255.255.255.255", "224.0.0.1"),
    "advertise-max": ("1200", "600"), "advertise-min": ("500", "400"), "advertise-lifetime": ("9000", "1800"), "group-filter": ("include,192.0.2.9", "exclude,192.0.2.8,192.0.2.9"),
}  # fmt: skip
IMPOSSIBLE = {"address": "198.18.0.256", "mac": "0200", "octets": "0", "filter": "include,192.0.2"}
GROUP = "233.252.0.9"
NOWHERE = " iface=7"  # none of the lab's
PORT = 4007


def claimed(upper: Upper, is_: str) -> list[Name]:
    return [row for row in names.names().values() if row.name in upper.caps and row.is_ == is_]


def needs_names(upper: Upper, *kinds: str) -> None:
    if not any(claimed(upper, kind) for kind in kinds):
        raise Lacking("a capability that names what can be set")


def unknown_names(lt: LowerTester, upper: Upper) -> None:
    """says EOPNOTSUPP to names and kinds that there are not, and EINVAL where there is none"""
    needs_names(upper, names.SETTING, names.QUERY, names.ITEM)
    for line in (f"set name={UNKNOWN} value=1", f"get name={UNKNOWN}", *(f"{verb} kind={UNKNOWN}" for verb in names.VERBS)):
        expect(f"the error for `{line}`", refusal(upper, line), "EOPNOTSUPP")
    for line in ("set value=1", "get", *names.VERBS):
        expect(f"the error for `{line}`", refusal(upper, line), "EINVAL")


def settings(lt: LowerTester, upper: Upper) -> None:
    """gives back each setting as it was set, refuses impossible values with EINVAL and then leaves it as it was"""
    needs_names(upper, names.SETTING)
    for row in claimed(upper, names.SETTING):
        found = [of for scope in row.scope for of in of_scope(scope, upper, row.with_) if refusal(upper, f"get name={row.name}{of}") != "EOPNOTSUPP"]
        if not found and not (row.scope == ("sock",) and "udp" not in upper.caps):
            raise Broken(f"it claims {row.name}, and get says EOPNOTSUPP")
        for of in found if row.name != "multicast-iface" or len(links(lt)) > 1 else []:
            try_setting(upper, row, of)
        if " iface=0" in found:
            of_an_interface(lt, upper, row)


def of_scope(scope: str, upper: Upper, more: tuple[str, ...] = ()) -> Iterator[str]:
    """The keys of a request about the host, an interface or a socket."""
    if scope == "host":
        yield ""
    if scope == "iface":
        yield " iface=0"
    if scope == "sock" and "udp" in upper.caps:
        yield f" sock={a_socket(upper)}" + (f" addr={GROUP}" if "addr" in more else "")


def a_socket(upper: Upper) -> str:
    try:
        upper.call("reset")  # of the one before
        return upper.call("udp.bind", port=PORT)["sock"]
    except UpperError as error:
        raise Broken(f"it can bind no socket: {error}") from None


def try_setting(upper: Upper, row: Name, of: str) -> None:
    get = f"get name={row.name}{of}"
    before = upper.raw(get)["value"]
    value = another(row, before)
    set_(upper, row, of, value)
    expect(f"what `{get}` gives after {value} was set", upper.raw(get)["value"], value)
    for bad in impossible(row.type, value):
        line = f"set name={row.name} value={bad}{of}"
        expect(f"the error for `{line}`", refusal(upper, line), "EINVAL")
        expect(f"what `{get}` gives after that", upper.raw(get)["value"], value)
    expect(f"the error for `set name={row.name}{of}`", refusal(upper, f"set name={row.name}{of}"), "EINVAL")
    set_(upper, row, of, before)
    expect(f"what `{get}` gives after {before or 'nothing'} was set", upper.raw(get)["value"], before)


def of_an_interface(lt: LowerTester, upper: Upper, row: Name) -> None:
    """What is set for one interface is not another's, and none can be set where there is no interface."""
    if len(links(lt)) > 1:
        get = f"get name={row.name} iface=1"
        other, before = upper.raw(get)["value"], upper.raw(f"get name={row.name} iface=0")["value"]
        set_(upper, row, " iface=0", another(row, before))
        expect(f"what `{get}` gives after that of the first interface was set", upper.raw(get)["value"], other)
        set_(upper, row, " iface=0", before)
    for line in (f"get name={row.name}{NOWHERE}", f"set name={row.name} value={another(row, '')}{NOWHERE}"):
        expect(f"the error for `{line}`", refusal(upper, line), "EINVAL")


def set_(upper: Upper, row: Name, of: str, value: str) -> None:
    line = f"set name={row.name} value={value}{of}"
    expect(f"the answer to `{line}`", refusal(upper, line), "ok")


def another(row: Name, value: str) -> str:
    """A value that the setting can have and has not."""
    if row.name in USUAL:
        return next(usual for usual in USUAL[row.name] if usual != value)
    if "|" in row.type:
        return next(word for word in row.type.split("|") if word != value)
    least = int(row.type.partition("..")[0])
    return str(int(value) - 1 if value and int(value) > least else int(value or least) + 1)


def impossible(type_: str, value: str) -> list[str]:
    """Values that none of this type can have; some of them are `value` to who keeps too few bits."""
    if names.is_number(type_):
        least, _, most = type_.partition("..")
        wrapped = [str(int(value) + 2**bits) for bits in (8, 16, 32, 64) if int(value) + 2**bits > int(most)]
        return [str(int(most) + 1), "-1", "", *([str(int(least) - 1)] if int(least) else []), *wrapped]
    return [IMPOSSIBLE.get(type_, UNKNOWN)]


def queries(lt: LowerTester, upper: Upper) -> None:
    """answers each query with a value that it can have"""
    needs_names(upper, names.QUERY)
    for row in claimed(upper, names.QUERY):
        for of in [f" dst={lt.me}"] if "dst" in row.scope else of_scope(row.scope[0], upper):
            try_query(upper, row, of)


def try_query(upper: Upper, row: Name, of: str) -> None:
    expect(f"the answer to `get name={row.name}{of}`", refusal(upper, f"get name={row.name}{of}"), "ok")  # Upper looks at the value
    line = f"set name={row.name} value=1{of}"
    expect(f"the error for `{line}`", refusal(upper, line), "EINVAL")


def items(lt: LowerTester, upper: Upper) -> None:
    """has each item that was added in its list, once, and not any more when it was taken back"""
    needs_names(upper, names.ITEM)
    for row in claimed(upper, names.ITEM):
        if "add" not in row.verbs:
            continue
        expect(f"the error for `add kind={row.name}`", refusal(upper, f"add kind={row.name}"), "EINVAL")
        sample = {key: value for key, value in samples(lt, row.name, upper).items() if key in (*row.keys, *row.optional)}
        if set(row.keys) - set(sample):
            continue
        line = request("add", row, sample, (*row.keys, *row.optional))
        expect(f"the answer to `{line}`", refusal(upper, line), "ok")
        if "del" in row.verbs and "list" in row.verbs:
            try_item(upper, row, sample, line)
            more = {"address": next_address, "route": another_route, "neighbor": of_each_link, "group": of_a_socket, "ssm-range": another_range, "rule": in_order}.get(row.name)
            if more:
                more(lt, upper, row, sample)


def samples(lt: LowerTester, kind: str, upper: Upper) -> Mapping[str, str]:
    """Values for the keys of an item that any host of the lab can have."""
    if kind == "group":
        return {"iface": "0", "addr": GROUP} | ({"sock": a_socket(upper)} if "udp" in upper.caps else {})
    if kind == "rule":
        ends = {"src": "192.0.2.0", "srclen": "25", "dst": lt.me, "dstlen": "32", "protocol": "17", "sport": "7", "dport": "9"}
        return {"hook": "forward", "action": "drop", "in": "0", "out": "0", "log": "1"} | ends
    if kind == "mroute":
        return {"iface": "0", "addr": "233.252.0.1", "src": "192.0.2.9", "ttls": "0" + ",16" * (len(links(lt)) - 1), "members": "1", "expiry": "60000"}
    address = lt.left.host(9) if kind == "neighbor" else "203.0.113.9"
    net = "233.252.0.0" if kind == "ssm-range" else "192.0.2.0"
    return {"iface": "0", "addr": address, "len": "25", "net": net, "gateway": lt.me, "mac": "020000000077", "dst": lt.me, "good": "1", "mtu": "576", "option": "77", "act": "drop"}


def request(verb: str, row: Name, sample: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return " ".join([verb, f"kind={row.name}", *(f"{key}={sample[key]}" for key in keys if key in sample)])


def try_item(upper: Upper, row: Name, sample: Mapping[str, str], add: str) -> None:
    expect(f"how often `list kind={row.name}` tells of it after `{add}`", listed(upper, row, sample), 1)
    expect(f"the error for `{add}` again", refusal(upper, add), "EEXIST")
    delete = request("del", row, sample, row.del_)
    expect(f"the answer to `{delete}`", refusal(upper, delete), "ok")
    expect(f"how often `list kind={row.name}` tells of it after `{delete}`", listed(upper, row, sample), 0)
    expect(f"the error for `{delete}` again", refusal(upper, delete), "ENOENT")
    if missing := row.del_[:-1]:
        line = request("del", row, sample, missing)
        wanted = "EINVAL" if row.del_[-1] in row.keys else "ENOENT"
        expect(f"the error for `{line}`", refusal(upper, line), wanted)


def listed(upper: Upper, row: Name, sample: Mapping[str, str], of: str = "") -> int:
    told = told_of(upper, row, of)
    return sum(all(keys.get(key) == sample[key] for key in (*row.keys, *row.optional) if key in sample and key in keys) for keys in told)


def told_of(upper: Upper, row: Name, of: str = "") -> list[Mapping[str, str]]:
    upper.events()
    upper.raw(f"list kind={row.name}{of}")
    return [event.keys for event in upper.events() if event.name == row.name]


def added(upper: Upper, row: Name, sample: Mapping[str, str]) -> None:
    line = request("add", row, sample, (*row.keys, *row.optional))
    expect(f"the answer to `{line}`", refusal(upper, line), "ok")


def next_address(lt: LowerTester, upper: Upper, row: Name, sample: Mapping[str, str]) -> None:
    """A network's first address is its primary one, and the next one is that when the first has gone, if it has not gone with it."""
    after = {**sample, "addr": "203.0.113.10"}
    for each in (sample, after):
        added(upper, row, each)
    is_primary(upper, row, {sample["addr"]: "1", after["addr"]: "0"})
    upper.raw(request("del", row, sample, row.del_))
    is_primary(upper, row, {after["addr"]: "1"})
    refusal(upper, request("del", row, after, row.del_))


def is_primary(upper: Upper, row: Name, wanted: Mapping[str, str]) -> None:
    for keys in told_of(upper, row):
        if keys["addr"] in wanted and "primary" in keys:
            expect(f"what `list kind=address` says of whether {keys['addr']} is primary", keys["primary"], wanted[keys["addr"]])


def another_range(lt: LowerTester, upper: Upper, row: Name, sample: Mapping[str, str]) -> None:
    """Of two that begin alike that goes which has the length that was named; what is behind a range's number is refused or means the same."""
    shorter = {**sample, "len": "24"}
    for each in (shorter, sample):
        added(upper, row, each)
    upper.raw(request("del", row, sample, row.del_))
    expect("how often a range is listed beside which another one was taken back", listed(upper, row, shorter), 1)
    upper.raw(request("del", row, shorter, row.del_))
    if refusal(upper, request("add", row, {**sample, "net": "233.252.0.9"}, row.keys)) == "ok":
        line = request("del", row, sample, row.del_)
        expect(f"the answer to `{line}` after a range of 233.252.0.9 of that length", refusal(upper, line), "ok")


def in_order(lt: LowerTester, upper: Upper, row: Name, sample: Mapping[str, str]) -> None:
    """Rules are listed in the order in which they came, and of two that goes all of whose keys are named."""
    each = [{**sample, "dport": port} for port in ("9", "8", "10")]
    for one in each:
        added(upper, row, one)
    expect("the order in which three rules are listed", [keys.get("dport") for keys in told_of(upper, row)], ["9", "8", "10"])
    upper.raw(request("del", row, each[1], row.del_))
    expect("which rules are listed after the second of three was taken back", [keys.get("dport") for keys in told_of(upper, row)], ["9", "10"])
    for one in (each[0], each[2]):
        upper.raw(request("del", row, one, row.del_))


def another_route(lt: LowerTester, upper: Upper, row: Name, sample: Mapping[str, str]) -> None:
    """Of two to one network that goes whose gateway is named; what is behind a network's number is refused or means the same."""
    other = {**sample, "gateway": lt.left.host(9), "preference": "7"}
    for each in (sample, other):
        added(upper, row, each)
    upper.raw(request("del", row, other, row.del_))
    expect("how often a route is listed whose network had another one that was taken back", listed(upper, row, sample), 1)
    upper.raw(request("del", row, sample, row.del_))
    if refusal(upper, request("add", row, {**sample, "net": "192.0.2.9"}, (*row.keys, *row.optional))) == "ok":
        line = request("del", row, sample, row.del_)
        expect(f"the answer to `{line}` after a route to 192.0.2.9 of that length", refusal(upper, line), "ok")


def of_each_link(lt: LowerTester, upper: Upper, row: Name, sample: Mapping[str, str]) -> None:
    """Each is listed where it is, and without `iface=` all are."""
    samples_ = [{**sample, "iface": str(lab.index), "addr": lab.host(9)} for lab in links(lt)]
    for each in samples_:
        added(upper, row, each)
    for each in samples_:
        for of in ("", *(f" iface={other['iface']}" for other in samples_)):
            wanted = int(of in ("", f" iface={each['iface']}"))
            expect(f"how often `list kind={row.name}{of}` tells of one of interface {each['iface']}", listed(upper, row, each, of), wanted)
    for each in samples_:
        upper.raw(request("del", row, each, row.del_))


def of_a_socket(lt: LowerTester, upper: Upper, row: Name, sample: Mapping[str, str]) -> None:
    """It is in its groups until it is closed, and another one has its own."""
    other = {**sample, "sock": upper.call("udp.bind", port=PORT + 1)["sock"]}
    for each in (sample, other):
        added(upper, row, each)
    for each, wanted in ((other, 1), (sample, 0)):
        upper.call("udp.close", sock=each["sock"])
        expect(f"how often `list kind=group` tells of {GROUP} while {wanted} of two sockets is in it", listed(upper, row, each), wanted)


def reset_undoes(lt: LowerTester, upper: Upper) -> None:
    """is at reset as it was at first, whatever it was told"""
    needs_names(upper, names.SETTING, names.ITEM)
    upper.call("reset")
    first = state(upper)
    for row in claimed(upper, names.ITEM):
        if row.name in ("address", "route"):
            line = request("add", row, samples(lt, row.name, upper), (*row.keys, *row.optional))
            expect(f"the answer to `{line}`", refusal(upper, line), "ok")
    for row in claimed(upper, names.SETTING):
        for of in ("", " iface=0"):
            if f"{row.name}{of}" in first:
                set_(upper, row, of, another(row, first[f"{row.name}{of}"]))
    upper.call("reset")
    now = state(upper)
    for what, value in first.items():
        expect(f"{what} after reset", now.get(what), value)
    lt.settle(probe_anyway=True)


def state(upper: Upper) -> dict[str, str]:
    """Settings of the host and of its first interface, and how many addresses and routes there are."""
    found = {}
    for row in claimed(upper, names.SETTING):
        for scope, of in (("host", ""), ("iface", " iface=0")):
            if scope in row.scope and refusal(upper, f"get name={row.name}{of}") == "ok":
                found[f"{row.name}{of}"] = upper.raw(f"get name={row.name}{of}")["value"]
    for kind in {"address", "route"} & upper.caps:
        upper.events()
        upper.raw(f"list kind={kind}")
        found[f"the number of items {kind}"] = str(sum(event.name == kind for event in upper.events()))
    return found


CHECKS = (unknown_names, settings, queries, items, reset_undoes)
