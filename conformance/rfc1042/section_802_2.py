# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1042, "IEEE 802.2 Details": what stations that read 802.3 frames owe each other."""

from postel.kit import *

COMMANDS = [(kind, poll) for kind in ("llc-xid", "llc-test") for poll in (True, False)]
CLASS_1 = bytes([129, 1, 0])


@case("RFC1042-LLC-b", violator=drops("echo-reply", where={"seq": 2}))
def unnumbered_information(lt):
    """Who reads 802.3 frames reads those of type 1, whatever their length, and however many come."""
    reads_802(lt)
    for seq, size in enumerate((0, 46, 500, lt.room - 8), 1):
        lt.send(probe(echo(seq=seq, data=counting(size)), llc=SNAP_IP))
        lt.expect(echo_reply(seq=seq))


@case("RFC1042-LLC-a", violator=drops("llc-test"))
def commands_are_answered(lt):
    """XID and TEST are answered, whether the poll bit is set or not."""
    reads_802(lt)
    for kind, poll in COMMANDS:
        lt.send(command(kind, poll=poll, info=CLASS_1))
        lt.expect(response(kind))


@case("RFC1042-LLC-c", violator=changes("llc-xid", nth=1, control=0xBF))
def fields_of_a_response(lt):
    """A response goes back to who asked, between the same access points, says that it is one, and has the poll bit of the command."""
    reads_802(lt)
    for kind, poll in COMMANDS:
        asked = command(kind, poll=poll, info=CLASS_1)
        lt.send(asked)
        lt.expect(response(kind, eth_dst=lt.mac, eth_src=lt.iut_mac, dsap=asked[15], ssap=asked[14] | 1, control=asked[16]))


@case("RFC1042-LLC-d", violator=changes("llc-xid", info=bytes([129, 3, 0])))
def class_of_service(lt):
    """The response to XID says by its information that type 1 is what there is, whatever the command says of who sent it."""
    reads_802(lt)
    for types in (CLASS_1, bytes([129, 3, 14]), b""):
        lt.send(command("llc-xid", info=types))
        lt.expect(response("llc-xid", info=CLASS_1))


@case("RFC1042-LLC-e", violator=changes("llc-test", nth=2, info=lambda info: info[:-1]))
def information_of_a_test(lt):
    """The response to TEST has the information of the command, from none to as much as a frame holds."""
    reads_802(lt)
    for size in (0, 1, 43, min(lt.mtu, 1500) - 3):
        lt.send(command("llc-test", info=counting(size)))
        lt.expect(response("llc-test", info=counting(size)))


STATIONS = {"the IUT": LEFT.iut_mac, "all": BROADCAST_MAC, "another": OTHER_MAC}


@case("RFC1042-LLC-a", kind=characteristic, violator=drops("llc-test", nth=1))
def commands_to_other_stations(lt):
    """To which stations commands are answered."""
    reads_802(lt)
    answered = []
    for name, mac in STATIONS.items():
        lt.send(command("llc-test", to=mac))
        answered += [name] if lt.answer("llc-test") else []
    return ", ".join(answered) or "none"
