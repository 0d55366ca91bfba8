# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.4.4: The local address of a TCP connection."""

from postel.kit import *


@case("RFC1122-4.2.4.4-a", needs=["tcp", "address"], violator=changes("protocol-6", src=LEFT.iut))
def user_gives_the_address_of_a_connection(lt):
    """Who opens a connection can say which of the host's addresses it has."""
    lt.add("address", iface=0, addr=LEFT.host(98), len=LEFT.prefix)
    end, syn = opens(lt, addr=LEFT.host(98))
    for sent in syn, end.user_sends():
        lt.check("source", sent["src"], LEFT.host(98))


@case("RFC1122-4.2.4.4-a", needs=["tcp", "address"], violator=changes("protocol-6", payload=lambda payload: payload[:13] + b"\x12" + payload[14:]))
def user_gives_the_address_that_is_waited_on(lt):
    """Who waits for a connection can say so as well: one to another address is not for him."""
    lt.add("address", iface=0, addr=LEFT.host(98), len=LEFT.prefix)
    lt.call("tcp.listen", port=USER_PORT, addr=LEFT.host(98))
    lt.check("a SYN to another address is", knocks(lt, lt.iut), one_of("refused", "passed over"))
    lt.check("a SYN to this one is", knocks(lt, LEFT.host(98)), "taken")
    lt.forget()
