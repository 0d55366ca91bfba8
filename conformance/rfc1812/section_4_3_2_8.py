# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.3.2.8: ICMP errors can be limited; a host whose limit can be set."""

from postel.kit import *

RATE = 5
LIMITED = {"kind": characteristic, "needs": ("icmp-rate", "vtime"), "stands_on": "reports-closed-ports"}
HOSTS = [f"192.0.2.{number}" for number in range(1, 65)]


def reports(lt, *sources):
    """How many errors come of a datagram from each of these at once."""
    lt.send(*(probe(udp(), src=src) for src in sources))
    lt.settle()
    return len(lt.take("unreachable"))


@case("RFC1812-4.3.2.8-a", **LIMITED, violator=drops("unreachable", nth=2))
def errors_to_one_destination(lt):
    """How many errors leave of many that are due at once, where five a second are allowed: to one host, to another then, and a while later."""
    lt.set("icmp-rate", RATE)
    found = [f"{reports(lt, *[HOSTS[0]] * 60)} to one", f"{reports(lt, *[HOSTS[1]] * 9)} to another"]
    for seconds in 0.5, 1:
        lt.advance(seconds)
        found.append(f"{reports(lt, *[HOSTS[0]] * 9)} after {seconds} s more")
    return ", ".join(found)


@case("RFC1812-4.3.2.8-a", **LIMITED, violator=drops("unreachable", nth=2))
def errors_to_many(lt):
    """How many leave of one to each of sixty-four hosts, of a second to each, and to a newcomer and to the first in the next second."""
    lt.set("icmp-rate", RATE)
    first, second = reports(lt, *HOSTS), reports(lt, *HOSTS)
    lt.advance(1)
    return f"{first}, then {second}, then {reports(lt, *['203.0.113.9'] * 9)} to a newcomer and {reports(lt, *[HOSTS[0]] * 9)} to the first"


@case("RFC1812-4.3.2.8-a", kind=characteristic, needs=("icmp-rate", "counters"), stands_on="reports-closed-ports", violator=keeps("counters"))
def counters_of_errors_that_are_not_sent(lt):
    """Which counters tell of errors that are too many."""
    usual = risen(lt, echo(), udp())
    taken(lt)
    lt.set("icmp-rate", 1)
    return told_by(lt, usual, {"too many": lambda lt: reports(lt, *[lt.me] * 4)})


@case("RFC1812-4.3.2.8-a", **LIMITED, violator=drops("unreachable", nth=2))
def errors_to_a_few_at_a_time(lt):
    """How many leave of one to each of seven hosts, where each may have one a second, and of another to each at once: of others each time."""
    lt.set("icmp-rate", 1)
    found = []
    for first in range(1, 29, 7):
        hosts = [f"192.0.2.{number}" for number in range(first, first + 7)]
        found.append(f"{reports(lt, *hosts)} and {reports(lt, *hosts)}")
        lt.advance(2)
    return ", ".join(found)
