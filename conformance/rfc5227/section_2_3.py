# SPDX-License-Identifier: BSD-2-Clause
"""RFC 5227 section 2.3: announcing an address."""

from postel.kit import *

NEEDS = ["address", "vtime"]


@case("RFC5227-2.3-a", needs=NEEDS, stands_on="probes-addresses", violator=drops("announcement", nth=1))
def address_is_announced_twice(lt):
    """Two seconds after the last probe the address is announced, as sender's and as target's, and once more two seconds later."""
    gives(lt)
    said = watched(lt, HELD, NEW)
    moments = {kind: [each.at for each in said if each.kind == kind] for kind in ("probe", "announcement")}
    lt.check("announcements", len(moments["announcement"]), 2)
    for since, then in (max(moments["probe"]), moments["announcement"][0]), moments["announcement"]:
        lt.check("seconds between", abs(then - since - 2), at_most(GRAIN))
    for each in said[-2:]:
        lt.check("announced", [each.fields[name] for name in ("op", "sha", "spa", "tpa")], [1, lt.iut_mac, NEW, NEW])


@case("RFC5227-2.3-c", needs=NEEDS, stands_on="probes-addresses", violator=changes("announcement", nth=1, tha=OTHER_MAC))
def announcement_names_no_hardware_but_its_own(lt):
    """The target hardware address of an announcement is zero."""
    gives(lt)
    lt.advance(HELD)
    said = [each["tha"] for each in claims(lt, "announcement", NEW)]
    lt.check("target hardware addresses", said, [NO_MAC] * max(1, len(said)))


@case("RFC5227-2.3-b", kind=characteristic, needs=NEEDS, stands_on="probes-addresses", violator=drops("arp-reply", every=True))
def when_an_address_is_used_first(lt):
    """Between which of its claims the address is answered for first."""
    gives(lt)
    said = "nothing"
    for _ in range(26):
        lt.advance(0.5)
        said = next((kind for kind in ("probe", "announcement") if claims(lt, kind, NEW)), said)
        lt.send(arp(tpa=NEW))
        if lt.answer("arp-reply"):
            return f"after {said}"
    return "never"
