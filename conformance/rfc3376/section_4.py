# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 section 4: messages of IGMP, version 3."""

from postel.kit import *

SECOND = LEFT.host(10)
CURRENT = {"igmp_type": 0x22, "dst": ALL_REPORTS, "eth_dst": group_mac(ALL_REPORTS), "igmp_group": "0.0.0.1", "igmp_rest": record(2, GROUP)}
LINEAR = 17.6  # seconds, which this time does not exceed where it is read as tenths
FLOAT, FLOATS = 0xB0, 102.4  # a Max Resp Code, and the seconds that it stands for: all of it is in the bit that is not sent
COARSE = 13.0  # seconds by which so long a timer of a real clock may be late: the steps of a timer wheel are an eighth of the time
UNKNOWN_TYPES = (0x10, 0x13, 0x21, 0x23, 0x42)


@case(
    "RFC3376-4-a", "RFC3376-4.2.13-a", "RFC3376-4.2.14-a", "RFC2236-2.3-b", needs="group",
    violators={
        "RFC2236-2.3-b": changes("igmp", igmp_checksum=0x1234),
        "RFC3376-4-a": changes("igmp", tos=0), "RFC3376-4.2.13-a": changes("igmp", src=RIGHT.iut),
        "RFC3376-4.2.14-a": changes("igmp", dst=ALL_HOSTS, eth_dst=group_mac(ALL_HOSTS)),
    },
)  # fmt: skip
def header_of_a_report(lt):
    """A report goes from the interface's address to the routers of version 3, by one hop, as control of the network and for all to read."""
    speaks(lt, 3)
    joins(lt)
    report = is_reported(lt).fields
    with lt.judging("RFC3376-4-a"):
        lt.check("TTL and precedence", f"{report['ttl']}, {report['tos'] & 0xE0:#x}", f"1, {CONTROL:#x}")
        holds(lt, report["options"], with_option(ALERT))
    with lt.judging("RFC3376-4.2.13-a"):
        lt.check("source", report["src"], lt.iut)
    with lt.judging("RFC3376-4.2.14-a"):
        lt.check("destination", report["dst"], ALL_REPORTS)
    with lt.judging("RFC2236-2.3-b"):
        holds(lt, report["payload"], message_verifies)


@case("RFC3376-4.2.13-a", needs="group", violator=changes("igmp", every=True, src=LEFT.iut))
def source_is_of_the_link(lt):
    """A report comes from the address that the host has on its link, whichever that is."""
    for lab in links(lt):
        speaks(lt, 3, lab.index)
        joins(lt, port=USER_PORT + lab.index, on=lab.index)
        lt.check("source", is_reported(lt, on=lab.index).fields["src"], lab.iut)


@case(
    "RFC3376-4.2.10-c", "RFC3376-4.2.11-a", "RFC9776-4.2-a", "RFC2236-2.4-a", needs="group",
    violators={
        "RFC2236-2.4-a": changes("igmp", igmp_rest=record(4, GROUP) + record(4, "192.0.2.1"), igmp_group="0.0.0.2"),
        "RFC3376-4.2.10-c": changes("igmp", igmp_rest=bytes([4, 1, 0, 0]) + address_octets(GROUP) + bytes(4)),
        "RFC3376-4.2.11-a": changes("igmp", igmp_rest=record(4, GROUP) + bytes(4)), "RFC9776-4.2-a": changes("igmp", igmp_code=1),
    },
)  # fmt: skip
def nothing_but_records(lt):
    """A report has records, without auxiliary data, and nothing behind them or in its reserved octet."""
    speaks(lt, 3)
    joins(lt)
    report = is_reported(lt).fields
    with lt.judging("RFC3376-4.2.10-c"):
        lt.check("words of auxiliary data", sum(words for _, words, *_ in records(report["payload"])), 0)
    with lt.judging("RFC3376-4.2.11-a"):
        lt.check("octets behind the last record", [len(rest) for *_, rest in records(report["payload"])][-1:], [0])
    with lt.judging("RFC9776-4.2-a"):
        lt.check("reserved octet", report["igmp_code"], 0)
    with lt.judging("RFC2236-2.4-a"):
        lt.check("groups reported", [group for _, _, group, *_ in records(report["payload"])], [GROUP])


@case("RFC3376-4.2.12-a", needs={"udp", "group-filter"}, stands_on="tells-changes", violator=changes("igmp", every=True, igmp_rest=record(6, GROUP, A)))
def kinds_of_records(lt):
    """Six kinds of records say what an interface has, what its mode becomes, and which sources are new or are none any more."""
    speaks(lt, 3)
    sock = bind(lt)
    said = ((("include", A), {f"allow {A}"}), (("include", B), {f"allow {B}", f"block {A}"}), (("exclude", C), {f"to ex {C}"}), (("include", A), {f"to in {A}"}))
    for wanted, words in said:
        wants(lt, sock, *wanted)
        lt.check(f"what {' '.join(wanted)} makes of it", set(kinds(listened(lt, AT_ONCE))), words)
        said_all(lt)
    asked(lt, 3, within=0.1)
    lt.check("what the interface has", says(lt, 0.1).words, f"is in {A}")


@case("RFC3376-4-b", needs="group", stands_on="heeds-old-reports", violator=changes("igmp", where=ASKED, igmp_type=0x22))
def older_messages_are_understood(lt):
    """Messages of versions 1 and 2 are understood: where the querier speaks version 2 another host's report of either is enough."""
    member(lt, version=3)
    asked(lt, 2, within=0.1)
    lt.check("version", says(lt, 0.1).version, 2)
    said_all(lt)
    for version in (1, 2):
        is_asked(lt, 2, within=1.0)
        lt.send(neighbours_report(GROUP, version))
        says_nothing(lt, 1.0 + LATE, f"a report of version {version}")


@case("RFC3376-4-c", needs="group", violator=answers("igmp", where={"igmp_type": 0x42}, **CURRENT))
def unknown_types_are_ignored(lt):
    """Messages of unknown types are ignored silently."""
    member(lt, version=3)
    for kind in lt.each(UNKNOWN_TYPES, "type"):
        lt.send(igmp(kind, ALL_HOSTS, code=1, rest=bytes(4), options=ALERT))
        says_nothing(lt, 0.1 + LATE, "a message of no type")
    asked(lt, 3, within=0.1)
    says(lt, 0.1)


@case("RFC3376-4.1.1-a", needs={"group", "vtime"}, stands_on="spreads-answers-3", violator=drops("igmp", where=ASKED))
def long_times_are_floats(lt):
    """From 128 on the time of a query is a float: answers to one of 102 seconds do not all come in its first sixth."""
    member(lt, version=3)
    for _ in range(8):
        asked(lt, 3, code=FLOAT)
        soon = listened(lt, LINEAR + LATE, enough=1)
        if not soon:
            says(lt, FLOATS - LINEAR + COARSE * (not lt.virtual))
            return
    lt.fail(f"an answer some time in {FLOATS:g} s", f"one in the first {LINEAR} s each time")


@case("RFC3376-4.1.2-a", needs="group", stands_on="checks-igmp-checksums", violator=answers("igmp", where={"src": SECOND}, **CURRENT))
def checksum_of_a_query_is_verified(lt):
    """A query with a wrong checksum is none."""
    member(lt, version=3)
    for wrong in lt.each((0, 0x1234, 0xFFFF), "checksum"):
        lt.send(probe(query(3, within=0.1, src=SECOND), igmp_checksum=wrong))
        says_nothing(lt, 0.1 + LATE, "a query with a wrong checksum")
    asked(lt, 3, within=0.1)
    says(lt, 0.1)


@case(
    "RFC3376-4.1.8-a", "RFC3376-4.1.10-a", "RFC3376-4.1.10-c", needs={"udp", "group-filter"}, stands_on="checks-igmp-checksums",
    violators={
        "RFC3376-4.1.8-a": changes("igmp", where=ASKED, igmp_rest=record(1, GROUP, A, B)), "RFC3376-4.1.10-c": drops("igmp", where=ASKED),
        "RFC3376-4.1.10-a": answers("igmp", where={"src": SECOND}, **CURRENT),
    },
)  # fmt: skip
def octets_behind_a_query(lt):
    """What stands behind the sources of a query is none of them, counts in the checksum, and changes nothing."""
    speaks(lt, 3)
    wants(lt, bind(lt), "include", A, B)
    said_all(lt)
    with lt.judging("RFC3376-4.1.10-c"):
        asked(lt, 3, within=0.1, group=GROUP, sources=[A], more=address_octets(B))
        found = says(lt, 0.1)
    with lt.judging("RFC3376-4.1.8-a"):
        lt.check("what is said", found.words, f"is in {A}")
    with lt.judging("RFC3376-4.1.10-a"):
        lt.send(cut_to(query(3, within=0.1, more=counting(6, 9), src=SECOND), 12, counting(6, 9)))
        says_nothing(lt, 0.1 + LATE, "a query whose checksum leaves out what is behind it")


@case("RFC3376-4.1.8-a", kind=characteristic, needs={"udp", "group-filter"}, violator=answers("igmp", where={"src": SECOND}, **CURRENT))
def sources_that_are_not_there(lt):
    """What is said to a query for two sources of which the message has one."""
    speaks(lt, 3)
    wants(lt, bind(lt), "include", A, B)
    said_all(lt)
    asked(lt, 3, within=0.1, group=GROUP, src=SECOND, igmp_rest=bytes([2, 125, 0, 2]) + address_octets(A))
    return " and ".join(kinds(listened(lt, 0.1 + LATE))) or "nothing"


@case("RFC3376-4.1.12-a", needs="group", violator=drops("igmp", where=ASKED))
def query_to_any_address(lt):
    """A query is heard whatever address of the interface it came to."""
    member(lt, version=3)
    for dst in lt.each({"its own": lt.iut, "all hosts": ALL_HOSTS, "the group's": GROUP}):
        asked(lt, 3, within=0.1, group=GROUP, dst=dst)
        says(lt, 0.1)


@case("RFC3376-4.2.2-a", needs="group", stands_on="checks-igmp-checksums", violator=drops("igmp", where=ASKED | {"igmp_type": 0x16}, nth=1, every=True))
def checksum_of_a_report_is_verified(lt):
    """A report with a wrong checksum is none, where reports matter to a host."""
    member(lt, version=3)
    asked(lt, 2, within=0.1)
    says(lt, 0.1)
    said_all(lt)
    is_asked(lt, 2, within=0.5)
    lt.send(probe(neighbours_report(GROUP), igmp_checksum=0x1234))
    says(lt, 0.5)


@case("RFC3376-4.2.12-b", "RFC3376-5-b", needs="group",
      violators={"RFC3376-4.2.12-b": drops("igmp", where=ASKED, nth=1), "RFC3376-5-b": drops("igmp", where=ASKED)})  # fmt: skip
def reports_of_version_3_are_ignored(lt):
    """Reports of version 3, whatever their records, and leaves are nothing to a host that is asked."""
    member(lt, version=3)
    leave = igmp(0x17, ALL_ROUTERS, group=GROUP, src=LEFT.host(9), options=ALERT)
    known, unknown = (igmp(0x22, ALL_REPORTS, group="0.0.0.1", rest=record(kind, GROUP), src=LEFT.host(9), options=ALERT) for kind in (2, 77))
    for rule, stimulus in (("RFC3376-5-b", known), ("RFC3376-4.2.12-b", unknown), ("RFC3376-5-b", leave)):
        is_asked(lt, 3, within=0.5)
        lt.send(stimulus)
        with lt.judging(rule):
            says(lt, 0.5)


@case("RFC3376-4.2.14-b", needs="group", stands_on="heeds-reports", violator=answers("igmp", where={"igmp_type": 0x16}, igmp_type=0x16, igmp_group=GROUP))
def older_report_to_any_address(lt):
    """A report of version 2 counts whatever address of the interface it came to."""
    member(lt, version=3)
    asked(lt, 2, within=0.1)
    says(lt, 0.1)
    for dst in lt.each({"all hosts": ALL_HOSTS, "its own": lt.iut}):
        is_asked(lt, 2, within=1.0)
        lt.send(neighbours_report(GROUP, dst=dst))
        says_nothing(lt, 1.0 + LATE, "another host's report")


@case("RFC3376-4.2.16-a", needs={"udp", "group-filter", "mtu"}, stands_on="answers-queries-3", violator=changes("igmp", where=ASKED, igmp_rest=record(1, GROUP, A)))
def sources_are_split_to_fit(lt):
    """Sources that one report cannot hold come in several."""
    speaks(lt, 3)
    names = [LEFT.host(number) for number in range(200, 230)]
    for number in range(0, len(names), 10):
        wants(lt, bind(lt, USER_PORT + number), "include", *names[number : number + 10])
    said_all(lt)
    lt.set("mtu", 96, iface=0)
    asked(lt, 3, within=0.1)
    found = listened(lt, 0.1 + LATE)
    lt.check("kinds of records", sorted({each.kind for each in found}), ["is in"])
    lt.check("all sources", sorted(source for each in found for source in each.sources), sorted(names))
    lt.check("the longest report", max(each.fields["length"] for each in found), at_most(96))
