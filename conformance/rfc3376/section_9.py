# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 section 9.1: queries that somebody forges."""

from postel.kit import *

SECOND = LEFT.host(10)
CURRENT = {"igmp_type": 0x22, "dst": ALL_REPORTS, "eth_dst": group_mac(ALL_REPORTS), "igmp_group": "0.0.0.1", "igmp_rest": record(2, GROUP)}


@case("RFC3376-9.1-b", needs="group", violator=answers("igmp", where={"src": SECOND}, **CURRENT))
def queries_without_router_alert(lt):
    """A query of version 2 or 3 that is not for all routers to read is ignored, by whom that can be told."""
    member(lt, version=3)
    if "igmp-router-alert" in lt.ut.caps:
        lt.set("igmp-router-alert", 1)
    for version in lt.each((3, 2), "version"):
        lt.send(query(version, within=0.1, src=SECOND, options=b""))
        says_nothing(lt, 0.1 + LATE, "a query without Router Alert")
    asked(lt, 3, within=0.1)
    says(lt, 0.1)


@case("RFC3376-9.1-c", needs="group", violator=answers("igmp", where={"src": SECOND}, **CURRENT))
def general_query_to_another_group(lt):
    """A general query to another group than that of all hosts is ignored."""
    member(lt, version=3)
    for dst in lt.each((GROUP, ALL_ROUTERS, ALL_REPORTS)):
        lt.send(query(3, within=0.1, src=SECOND, dst=dst))
        says_nothing(lt, 0.1 + LATE, "a general query to another group")
    asked(lt, 3, within=0.1)
    says(lt, 0.1)


@case("RFC3376-9.1-d", needs={"udp", "group-filter"}, kind=characteristic, violator=drops("igmp", where=ASKED))
def memory_for_queries(lt):
    """What becomes of a query for more sources than a host may care to remember."""
    speaks(lt, 3)
    wants(lt, bind(lt), "exclude")
    said_all(lt)
    asked(lt, 3, within=0.1, group=GROUP, sources=[LEFT.host(300 + number) for number in range(300)])
    found = listened(lt, 0.1 + LATE)
    return f"{found[0].kind}, {sum(len(each.sources) for each in found)} sources" if found else "no answer"
