# SPDX-License-Identifier: BSD-2-Clause
"""RFC 3376 sections 4.2, 9.1, 9.2 and 9.3: which messages routers take, and that they pass none on."""

from postel.kit import *

NEEDS = {"igmp-querier", "membership"}
NOBODY = "0.0.0.0"
RENEWED = 260


@case("RFC3376-4.2.10-b", role="router", needs=NEEDS, violator=loses("membership", nth=3))
def auxiliary_data_is_passed_over(lt):
    """A record may have auxiliary data, which is ignored: it counts, and so does the next one."""
    first = bytes([2, 2, 0, 0]) + address_octets(GROUP) + b"postel's"
    querier(lt)
    tells_routers(lt, igmp(0x22, ALL_REPORTS, group="0.0.0.2", rest=first + record(2, OTHER_GROUP), src=MEMBER, options=ALERT))
    for group in (GROUP, OTHER_GROUP):
        lt.check("what is known", known(lt, group, times=False), "exclude")


@case("RFC3376-4.2.11-b", role="router", needs=NEEDS, stands_on="checks-igmp-checksums", violator=loses("membership"))
def octets_behind_the_last_record(lt):
    """What is behind the last record is ignored, but counts in the checksum."""
    querier(lt)
    reports(lt, "is ex", more=b"more")
    lt.check("what is known", known(lt, times=False), "exclude")
    rest = record(2, OTHER_GROUP)
    lt.send(cut_to(igmp(0x22, ALL_REPORTS, group="0.0.0.1", rest=rest, src=MEMBER, options=ALERT), 8 + len(rest), b"more"))
    lt.check("what is known where they do not count", known(lt, OTHER_GROUP), "nothing")


@case("RFC3376-4.2.13-b", role="router", needs=NEEDS, violator=loses("membership"))
def reports_from_nobody_are_taken(lt):
    """A member that has no address yet is one."""
    querier(lt)
    reports(lt, "is ex", src=NOBODY)
    lt.check("what is known", known(lt, times=False), "exclude")


@case("RFC3376-9.2-a", "RFC3376-9.3-a", role="router", needs=NEEDS | {"source-validation"},
      violators={"RFC3376-9.2-a": loses("membership"), "RFC3376-9.3-a": loses("membership", nth=2)})  # fmt: skip
def sources_are_looked_at(lt):
    """Reports of what is, and of changes, are taken from who has no address even where sources are looked at."""
    lt.set("source-validation", 1)
    querier(lt)
    with lt.judging("RFC3376-9.2-a"):
        reports(lt, "is ex", src=NOBODY)
        lt.check("what is known", known(lt, times=False), "exclude")
    with lt.judging("RFC3376-9.3-a"):
        reports(lt, "to ex", group=OTHER_GROUP, src=NOBODY)
        lt.check("what is known after a change", known(lt, OTHER_GROUP, times=False), "exclude")


@case("RFC3376-9.1-a", role="router", violator=passes())
def queries_stay_on_their_link(lt):
    """A router passes no query on, whoever it is to and however long it may live; what is none it does."""
    for dst in lt.each({"a host": RIGHT.lt, "a group": GROUP}, "to"):
        if dst == RIGHT.lt:
            crosses(lt, transit(igmp(0x42, dst, ttl=64, options=ALERT)))
        lt.send(query(3, GROUP, dst=dst, ttl=64))
        expect_kept(lt, after="a query")


@case("RFC3376-9.1-a", role="router", needs=OF_GROUPS, violator=passes(nth=1, eth_dst=group_mac(GROUP)))
def queries_for_a_group_with_a_route_stay_on_their_link(lt):
    """Nor does it where what is for the group is passed on."""
    routes_groups(lt)
    for version in lt.each((1, 2, 3), "version"):
        spreads(lt)
        lt.send(query(version, GROUP, dst=GROUP, ttl=64))
        expect_kept(lt, after="a query")


@case("RFC3376-4-a", role="router", needs="igmp-querier", stands_on="is-querier", violator=changes("igmp", where={"igmp_type": 0x11}, tos=0))
def header_of_a_query(lt):
    """A query goes by one hop, as control of the network and for all routers to read."""
    querier(lt, begun=False)
    header = it_asks(lt, "all").fields
    lt.check("TTL and precedence", f"{header['ttl']}, {header['tos'] & 0xE0:#x}", f"1, {CONTROL:#x}")
    holds(lt, header["options"], with_option(ALERT))
