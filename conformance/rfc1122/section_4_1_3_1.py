# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.1.3.1: UDP ports."""

from postel.kit import *


@case("RFC1122-4.1.3.1-a", ability="reports-closed-ports", violator=drops("unreachable"))
def closed_port_is_reported(lt):
    """A datagram for a port that nobody listens to is answered by port unreachable."""
    lt.send(udp(dport=9))
    lt.expect(unreachable(code=3))


@case("RFC1122-4.1.3.1-a", violator=drops("unreachable", nth=2))
def every_closed_port_is_reported(lt):
    """So is one for the lowest and for the highest port, and one for what is well known and not there."""
    for port in lt.each((1, 7, 65535), "port"):
        lt.send(udp(dport=port))
        lt.expect(unreachable(code=3))


@case("RFC1122-4.1.3.1-a", needs=["udp"], violator=drops("unreachable"))
def port_is_reported_once_it_is_closed(lt):
    """A port is not reported while somebody listens to it, and is when that has ended."""
    sock = bind(lt)
    lt.send(udp(USER_PORT))
    lt.expect_event("udp.recv", data=b"postel")
    lt.call("udp.close", sock=sock)
    lt.send(udp(USER_PORT))
    lt.expect(unreachable(code=3))
