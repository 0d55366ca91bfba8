# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Information request and reply, which RFC 1122 ended."""

from postel.kit import *

REQUEST = message(15, rest=b"\0\7\0\5")


def asked(lt, **said):
    """The reply to such a request; a host need not give one to be judged."""
    lt.send(probe(REQUEST, **said))
    reply = lt.answer("information-reply")
    if reply is None:
        lt.not_applicable("the IUT answers no information request")
    return reply


@case("RFC792-info-b", violator=changes("information-reply", rest=b"\0\7\0\6"))
def information_reply(lt):
    """The reply is of type 16, with the addresses reversed, and the identifier and the sequence number that were sent."""
    reply = asked(lt)
    lt.check("source", reply["src"], lt.iut)
    lt.check("destination", reply["dst"], lt.me)
    lt.check("identifier and sequence number", reply["rest"].hex(), "00070005")


@case("RFC792-info-a", violator=changes("information-reply", nth=1, src=LEFT.host(9)))
def information_reply_has_whole_addresses(lt):
    """A request to nobody's network is answered under the whole address that tells its sender where it is."""
    asked(lt)
    reply = asked(lt, dst="0.0.0.0", eth_dst=BROADCAST_MAC)
    lt.check("source", reply["src"], lt.iut)
    lt.check("destination", reply["dst"], lt.me)
