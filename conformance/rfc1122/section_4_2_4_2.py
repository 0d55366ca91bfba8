# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.4.2: The type of service of TCP's segments."""

from postel.kit import *


@case("RFC1122-4.2.4.2-a", needs="tcp", violator=changes("protocol-6", nth=2, tos=0))
def type_of_service_of_a_connection(lt):
    """The user can say the type of service of a connection, which all its segments have."""
    end, syn = opens(lt, tos=0x10)
    for sent in syn, end.user_sends():
        lt.check("TOS", sent["tos"], 0x10)


@case("RFC1122-4.2.4.2-b", needs="tcp", demands="tos", violator=changes("protocol-6", nth=3, tos=0x10))
def type_of_service_can_be_changed(lt):
    """It can be changed while the connection lasts, and is passed on as it was said."""
    end, _ = opens(lt)
    for tos in (0x10, 0x08, 0xB8, 0):
        lt.set("tos", tos, sock=end.sock)
        lt.check("TOS", end.user_sends()["tos"], tos)


@case("RFC1122-4.2.4.2-c", kind=characteristic, needs="tcp", violator=alters("tcp.recv", tos=0))
def type_of_service_that_comes(lt):
    """Whether the user is told the type of service of what comes."""
    end, _ = opens(lt)
    end.send(data=b"postel", tos=0x08)
    told = lt.expect_event("tcp.recv", data=b"postel")
    return "told" if told.get("tos", "") == "8" else "not told"
