# SPDX-License-Identifier: BSD-2-Clause
"""RFC 768: the user interface."""

from postel.kit import *


@case("RFC768-User-a", needs=["udp"], violator=alters("udp.recv", nth=2, sock=1))
def ports_of_several_users(lt):
    """A receive port can be created while there are others, three in all, and each gets what comes for it."""
    sockets = {port: bind(lt, port=port) for port in range(USER_PORT, USER_PORT + 3)}
    for port, sock in sockets.items():
        lt.send(udp(port))
        lt.expect_event("udp.recv", sock=sock, dport=port, data=b"postel")
