# SPDX-License-Identifier: BSD-2-Clause
"""What cases about routers say again and again, made of the steps of postel.kit.passing."""

from postel.kit.arp import REPLY, arp
from postel.kit.lower import LowerTester
from postel.kit.packets import Stimulus
from postel.kit.passing import expect_kept
from postel.kit.wire import Fields
from postel.lab.addresses import RIGHT

SLOW = RIGHT.host(9)  # a neighbour on the other side whose MAC nobody knows yet


def stays(lt: LowerTester, stimulus: Stimulus, *, after: str, on: int = 0) -> None:
    """It comes by the interface `on`, and nothing of it is passed on. Whether its source is told is another case's matter."""
    lt.send(stimulus, on=on)
    expect_kept(lt, after)
    lt.answer()


def tells_its_mac(lt: LowerTester, near: str = SLOW, mac: str = "", on: int = 1) -> None:
    """A neighbour answers the IUT's question at last."""
    lab = lt.labs[on]
    lt.send(arp(REPLY, spa=near, sha=mac or lab.lt_mac, eth_src=lab.lt_mac, eth_dst=lab.iut_mac, tha=lab.iut_mac, tpa=lab.iut), on=on)


def waited(lt: LowerTester, *stimuli: Stimulus) -> list[Fields]:
    """What is passed on of these, all for SLOW, once it has told its MAC, in the order in which it leaves."""
    with lt.mute_arp():
        lt.send(*stimuli)
        lt.settle()
    tells_its_mac(lt)
    return list(iter(lambda: lt.answer("echo-request"), None))


def processes(lt: LowerTester, *types: int) -> None:
    """The IUT does with these options in transit what they ask for: where its user can say so he does, for RFC 7126 would have them dropped."""
    if lt.ut and "option-rule" in lt.ut.caps:
        for each in types:
            lt.add("option-rule", option=each, act="process")
