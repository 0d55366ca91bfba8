# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.4.1: What TCP reports to its user."""

from postel.kit import *


def complained(lt):
    """A connection with a segment under way, about which a router complains."""
    end, _ = opens(lt)
    lt.call("tcp.send", sock=end.sock, data=b"postel")
    return end, lt.expect(data_of(b"postel", end))


@case("RFC1122-4.2.4.1-a", needs="tcp", violator=alters("tcp.error", code=0))
def errors_are_reported(lt):
    """The user is told of an ICMP error about a connection: its type and its code."""
    end, sent = complained(lt)
    for type_, code in (3, 1), (11, 0):
        end.failed(type_, code, sent)
        lt.expect_event("tcp.error", sock=end.sock, type=type_, code=code)


@case("RFC1122-4.2.4.1-b", needs="tcp", demands="reports", violator=ignores("set"))
def reports_can_be_turned_off(lt):
    """The user who wants no such reports gets none, until he wants them."""
    end, sent = complained(lt)
    lt.set("reports", 0, sock=end.sock)
    end.failed(3, 1, sent)
    lt.expect_no_event("tcp.error", after="reports were turned off")
    lt.set("reports", 1, sock=end.sock)
    end.failed(3, 1, sent)
    lt.expect_event("tcp.error", sock=end.sock)
