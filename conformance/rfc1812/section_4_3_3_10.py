# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.3.3.10: Router Advertisement and Solicitations."""

from postel.kit import *
from postel.kit.advertised import FIRST, INTERVAL, KIND, TO_ALL, next_one

FIRST_VALUES = {"advertise": 1, "advertise-address": "224.0.0.1", "advertise-max": 600, "advertise-min": 450, "advertise-lifetime": 1800}
OTHERS = {"advertise-address": "255.255.255.255", "advertise-max": 10, "advertise-min": 10, "advertise-lifetime": 100}


@case("RFC1812-4.3.3.10-b", role="router", demands=list(FIRST_VALUES), violator=replies("get", value=601, nth=2))
def variables_are_there(lt):
    """Each of RFC 1256's variables of routers is there for each interface, and is at first what that says."""
    for lab in lt.each({f"interface {each.index}": each for each in links(lt)}, "interface"):
        for name, first in FIRST_VALUES.items():
            lt.check(name, lt.get(name, iface=lab.index), first)


@case("RFC1812-4.3.3.10-b", role="router", needs="vtime", demands=list(FIRST_VALUES), violator=changes(KIND, nth=2, where={"src": RIGHT.iut}, rest=b"\1\2\7\x08"))
def variables_are_heeded(lt):
    """What is set for one interface is what it does, and the other does as before."""
    for name, value in OTHERS.items():
        lt.set(name, value, iface=1)
    next_one(lt, FIRST, on=1)
    for _ in range(4):
        said = next_one(lt, 10, on=1)
        lt.check("seconds since the one before", said.at, at_least(9.7))
        lt.check("destination, its MAC, and lifetime", (said.fields["dst"], said.fields["eth_dst"], said.lifetime), ("255.255.255.255", TO_ALL["255.255.255.255"], 100))
    lt.check("lifetime on the left", next_one(lt, INTERVAL[1]).lifetime, 1800)


@case("RFC1812-4.3.3.10-b", kind=characteristic, role="router", needs=list(FIRST_VALUES), violator=replies("get", nth=1, value=7))
def what_the_variables_may_be(lt):
    """Which values outside of RFC 1256's bounds are taken, and what follows from the greatest interval."""
    wrong = {"advertise-min": (2, 601), "advertise-max": (3, 1801), "advertise-lifetime": (599, 9001)}
    taken = [f"{name} {value}" for name, values in wrong.items() for value in values if not lt.tried("set", name=name, iface=0, value=value).get("code")]
    lt.set("advertise-max", 100, iface=0)
    return f"{', '.join(taken) or 'none'}; of 100 s: {lt.get('advertise-min', iface=0)}, {lt.get('advertise-lifetime', iface=0)}"
