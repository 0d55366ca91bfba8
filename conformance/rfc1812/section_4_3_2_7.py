# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 4.3.2.7: When a router says nothing of what it does not pass on."""

from postel.kit import *

ENDS = {  # a datagram for another goes no further: reported where its source is one host
    "at its end": {"ttl": 1}, "cut off": {"length": 99}, "with an option at fault": {"options": record_route(room=1, pointer=2) + NOP},
}  # fmt: skip
NOBODY = ("0.0.0.0", "0.0.0.9", "127.0.0.1", "224.0.0.9", "240.0.0.1", "255.255.255.255", LEFT.broadcast)
SILENT = {
    "RFC1812-4.3.2.7-e": [{"src": src} for src in NOBODY],
    "RFC1812-4.3.2.7-d": [{"eth_dst": BROADCAST_MAC}, {"eth_dst": "01:00:5e:00:00:01"}],
    "RFC1812-4.3.2.7-c": [{"dst": dst} for dst in (GROUP, "255.255.255.255", RIGHT.broadcast)],
    "RFC1812-4.3.2.7-f": [{"offset": 8}],
}  # fmt: skip


def reported_in_transit(lt):
    """Those that this router reports; else there is nothing to see."""
    found = {}
    for name, said in ENDS.items():
        lt.send(transit(udp(data=counting(24)), **said))
        found |= {name: said} if any([lt.answer(kind) for kind in ("time-exceeded", "parameter-problem")]) else {}
        lt.forget()
    if not found:
        lt.not_applicable("the IUT reports nothing of what it does not pass on")
    return found


@case(*SILENT, role="router", violators={row: passes(ttl=9, where=said[-1]) for row, said in SILENT.items()})
def nothing_of_transit_is_reported(lt):
    """What came from nobody, to many, or in a later fragment is reported to nobody, whatever keeps it from being passed on."""
    stimuli = {f"{name}, {key} {value}": (row, said | how) for name, said in reported_in_transit(lt).items()
               for row, each in SILENT.items() for how in each for key, value in how.items()}  # fmt: skip
    for row, said in lt.each(stimuli):
        with lt.judging(row):
            lt.send(transit(udp(data=counting(24)), **said))
            expect_silent_discard(lt, after="it")


GROUPS_END = {name: (0, how) for name, how in (ENDS | {"without a route": {"group": OTHER_GROUP}}).items()}


@case("RFC1812-4.3.2.7-c", role="router", needs=OF_GROUPS, stands_on="checks-total-length", violator=passes(ttl=9, eth_dst=group_mac(GROUP)))
def nothing_of_groups_is_reported(lt):
    """Of what is for a group nothing is reported either where such datagrams are passed on, whatever keeps one from that."""
    routes_groups(lt)
    for on, how in lt.each(GROUPS_END | {"by another interface": (1, {})}, "which ends"):
        spreads(lt)
        ends_in_silence(lt, for_group(**how), after="a datagram for a group", on=on)


@case("RFC1812-4.3.2.7-c", role="router", needs=OF_GROUPS | {"mtu"}, violator=passes(eth_dst=group_mac(GROUP)))
def nothing_of_groups_that_are_too_long_is_reported(lt):
    """Nor is it where one is too long for all the links that it would leave by, and may not be fragmented."""
    routes_groups(lt)
    for lab in all_links(lt)[1:]:
        lt.set("mtu", 576, iface=lab.index)
    for more in lt.each((1, 400), "octets too many"):
        spreads(lt, for_group(udp(data=counting(548)), df=1))
        ends_in_silence(lt, for_group(udp(data=counting(548 + more)), df=1), after="a long datagram for a group")
