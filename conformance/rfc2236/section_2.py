# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2236 sections 2 and 9: messages of IGMP, version 2."""

from postel.kit import *

SECOND = LEFT.host(10)
ANSWER = {"igmp_type": 0x16, "igmp_group": GROUP}
UNKNOWN_TYPES = (0x10, 0x13, 0x18, 0x42)


@case(
    "RFC2236-2-a", "RFC2236-2-b", "RFC2236-2.2-a", "RFC2236-2.3-b", "RFC2236-2.4-a", "RFC2236-9-a", needs="group",
    violators={
        "RFC2236-2-a": changes("igmp", igmp_rest=bytes(4)), "RFC2236-2-b": changes("igmp", options=b""), "RFC2236-2.2-a": changes("igmp", igmp_code=7),
        "RFC2236-2.3-b": changes("igmp", igmp_checksum=0x1234), "RFC2236-2.4-a": changes("igmp", every=True, igmp_group=OTHER_GROUP),
        "RFC2236-9-a": changes("igmp", dst=ALL_ROUTERS, eth_dst=group_mac(ALL_ROUTERS)),
    },
)  # fmt: skip
def report_of_version_2(lt):
    """A report of version 2: eight octets, with no time and the group in its place, to the group, by one hop, for all routers to read."""
    speaks(lt, 2)
    joins(lt)
    with lt.judging("RFC2236-2.4-a"):
        report = is_reported(lt).fields
    with lt.judging("RFC2236-2-a"):
        lt.check("type and size", f"{report['igmp_type']:#x}, {len(report['payload'])}", "0x16, 8")
    with lt.judging("RFC2236-2-b"):
        is_for_all_routers(lt, report)
    with lt.judging("RFC2236-2.2-a"):
        lt.check("time", report["igmp_code"], 0)
    with lt.judging("RFC2236-2.3-b"):
        holds(lt, report["payload"], message_verifies)
    with lt.judging("RFC2236-9-a"):
        lt.check("destination", report["dst"], GROUP)


def is_for_all_routers(lt, message):
    lt.check("TTL", message["ttl"], 1)
    holds(lt, message["options"], with_option(ALERT))


@case(
    "RFC2236-3-f", "RFC2236-9-a", needs="group",
    violators={
        "RFC2236-3-f": drops("igmp", where={"igmp_type": 0x17}),
        "RFC2236-9-a": changes("igmp", where={"igmp_type": 0x17}, dst=GROUP, eth_dst=group_mac(GROUP)),
    },
)  # fmt: skip
def leave_of_version_2(lt):
    """Who reported a group last says to all routers that it leaves."""
    sock = member(lt, version=2)
    lt.remove("group", sock=sock, addr=GROUP, iface=0)
    with lt.judging("RFC2236-3-f"):
        left = says(lt)
        lt.check("what is said", left.words, "leave")
    with lt.judging("RFC2236-9-a"):
        lt.check("destination of a leave", left.fields["dst"], ALL_ROUTERS)


@case("RFC2236-2.1-a", needs="group", violator=answers("igmp", where={"igmp_type": 0x42}, **ANSWER))
def other_types_are_ignored(lt):
    """Messages of unknown types are ignored silently."""
    member(lt, version=2)
    for kind in lt.each(UNKNOWN_TYPES, "type"):
        lt.send(igmp(kind, ALL_HOSTS, code=1, options=ALERT))
        says_nothing(lt, 0.1 + LATE, "a message of no type")
    asked(lt, 2, within=0.1)
    says(lt, 0.1)


@case("RFC2236-2.2-a", needs="group", stands_on="heeds-reports", violator=answers("igmp", where={"igmp_code": 77}, **ANSWER))
def time_in_a_report_means_nothing(lt):
    """Another host's report counts, whatever stands where a query has its time."""
    member(lt, version=2)
    is_asked(lt, 2, within=1.0)
    lt.send(probe(neighbours_report(GROUP), igmp_code=77))
    says_nothing(lt, 1.0 + LATE, "another host's report")


@case("RFC2236-2.3-a", needs="group", ability="checks-igmp-checksums", violator=answers("igmp", where={"src": SECOND}, **ANSWER))
def checksum_is_verified(lt):
    """What has a wrong checksum is no query, and no report."""
    member(lt, version=2)
    lt.send(probe(query(2, within=0.1, src=SECOND), igmp_checksum=0x1234))
    says_nothing(lt, 0.1 + LATE, "a query with a wrong checksum")
    is_asked(lt, 2, within=0.5)
    lt.send(probe(neighbours_report(GROUP), igmp_checksum=0x1234))
    says(lt, 0.5)


@case("RFC2236-2.5-a", needs="group", stands_on={"heeds-reports", "checks-igmp-checksums"}, violator=answers("igmp", where={"src": SECOND}, **ANSWER))
def octets_behind_a_report(lt):
    """Octets behind the eighth count in the checksum and change nothing else."""
    member(lt, version=2)
    longer = probe(neighbours_report(GROUP), igmp_rest=counting(5))
    is_asked(lt, 2, within=0.5)
    lt.send(cut_to(longer, 8, counting(4, start=7)))  # they are left out
    says(lt, 0.5)
    lt.stands_on("heeds-reports")
    is_asked(lt, 2, within=1.0)
    lt.send(probe(longer, src=SECOND))
    says_nothing(lt, 1.0 + LATE, "a report with octets behind it")
