# SPDX-License-Identifier: BSD-2-Clause
"""RFC 2236 sections 4, 5 and 8.11: hosts of version 2 among those of version 1."""

from postel.kit import *

SECOND = LEFT.host(10)
OLD_ANSWER = {"igmp_type": 0x12, "igmp_group": GROUP, "options": b""}
LONGEST = 10.0  # seconds until a query of version 1 is answered
STILL_OLD = 240  # seconds after such a query in which it holds for certain, by RFC 2236 and by RFC 3376


@case(
    "RFC2236-4-b", "RFC2236-8.11-a", needs="group", ability="speaks-igmp-1",
    violators={
        "RFC2236-4-b": drops("igmp", where=ASKED), "RFC2236-8.11-a": changes("igmp", where=ASKED, every=True, igmp_type=0x16),
    },
)  # fmt: skip
def query_without_time(lt):
    """A query with no time is one of version 1, and is answered so within ten seconds."""
    member(lt, version=2)
    asked(lt, 1)
    with lt.judging("RFC2236-4-b"):
        said = says(lt, LONGEST)
    with lt.judging("RFC2236-8.11-a"):
        lt.check("version of what is said", said.version, 1)


@case("RFC2236-4-b", needs="group", stands_on=["speaks-igmp-1", "spreads-answers-1"],
      violator=answers("igmp", where={"igmp_type": 0x11}, every=True, **OLD_ANSWER))  # fmt: skip
def no_time_is_ten_seconds(lt):
    """A query with no time is answered some time within ten seconds, not always at once."""
    member(lt, version=2)
    answer_that_waits(lt, 1, LONGEST)


@case("RFC2236-4-d", needs="group", ability="remembers-igmp-1", stands_on="speaks-igmp-1", violator=changes("igmp", where=ASKED, nth=1, igmp_type=0x16))
def one_newer_query_is_not_enough(lt):
    """Where a querier of version 1 was heard a query of version 2 does not make reports ones of version 2."""
    member(lt, version=2)
    asked(lt, 1)
    lt.check("version", says(lt, LONGEST).version, 1)
    asked(lt, 2, within=1.0)
    lt.check("version", says(lt, LONGEST).version, 1)


@case("RFC2236-6-b", needs="group", stands_on="remembers-igmp-1", violator=answers("igmp", where={"src": SECOND}, igmp_type=0x17, igmp_group=GROUP, dst=ALL_ROUTERS))
def nobody_leaves_a_querier_of_version_1(lt):
    """Where the querier is of version 1 nobody says that it leaves."""
    sock = member(lt, version=2)
    asked(lt, 1)
    says(lt, LONGEST)
    lt.remove("group", sock=sock, addr=GROUP, iface=0)
    lt.send(igmp(0x42, ALL_HOSTS, src=SECOND))
    says_nothing(lt, AT_ONCE, "the group was left")


@case("RFC2236-5-a", needs="group", ability="heeds-old-reports", stands_on="heeds-reports", violator=answers("igmp", where={"igmp_type": 0x12}, igmp_type=0x16, igmp_group=GROUP))
def older_report_is_enough(lt):
    """A report of version 1 does as well as one of version 2."""
    member(lt, version=2)
    asked(lt, 2, within=0.1)
    says(lt, 0.1)
    is_asked(lt, 2, within=1.0)
    lt.send(neighbours_report(GROUP, 1))
    says_nothing(lt, 1.0 + LATE, "a report of version 1")


@case("RFC2236-8.11-a", needs="group", stands_on="remembers-igmp-1", violator=changes("igmp", where=ASKED, nth=1, igmp_type=0x16))
def old_querier_is_remembered(lt):
    """For minutes after a query of version 1 all that is said is of version 1."""
    usual_robustness(lt)
    member(lt, version=2)
    asked(lt, 1)
    lt.check("version", says(lt, LONGEST).version, 1)
    lt.advance(STILL_OLD - 2 * LONGEST)
    asked(lt, 2, within=1.0)
    lt.check("version", says(lt, LONGEST).version, 1)
