# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.3.9: ICMP messages and TCP."""

from postel.kit import *

SOFT = {"net": (3, 0), "host": (3, 1), "source route": (3, 5), "time in transit": (11, 0), "time of fragments": (11, 1), "parameter": (12, 0)}


@case("RFC1122-4.2.3.9-a", needs="tcp", violator=alters("tcp.error", sock=9))
def error_is_for_the_connection_that_it_quotes(lt):
    """An ICMP error is the matter of the connection whose segment it quotes, and not of another between the same hosts."""
    end, _ = opens(lt)
    lt.call("tcp.connect", dst=lt.me, dport=OUR_PORT + 1, port=USER_PORT + 1)
    lt.forget()
    lt.call("tcp.send", sock=end.sock, data=b"postel")
    sent = lt.expect(data_of(b"postel", end))
    end.failed(3, 1, sent)
    lt.expect_event("tcp.error", sock=end.sock, type=3, code=1)


@case("RFC1122-4.2.3.9-a", needs="tcp", violator=alters("tcp.error", code=0))
def error_that_quotes_another_port(lt):
    """Nor is it the matter of a connection from another port to the same one, whatever numbers it quotes."""
    end, _ = opens(lt)
    lt.call("tcp.send", sock=end.sock, data=b"postel")
    sent = lt.expect(data_of(b"postel", end))
    at = sent["ihl"] * 4
    end.failed(3, 0, sent | {"packet": sent["packet"][:at] + (end.port + 1).to_bytes(2, "big") + sent["packet"][at + 2 :]})
    lt.delivered("icmp.error")  # a user of ICMP may be told, whosever it is
    lt.expect_no_event("tcp.error", after="an error about what left from another port")
    end.failed(3, 1, sent)
    lt.expect_event("tcp.error", sock=end.sock, type=3, code=1)


@case("RFC1122-4.2.3.9-c", needs="tcp", violator=drops("protocol-6", nth=2, every=True))
def soft_errors_do_not_end_a_connection(lt):
    """A connection about which routers complain goes on: what comes is taken, and what its user sends leaves."""
    end, _ = opens(lt)
    for type_, code in SOFT.values():
        lt.call("tcp.send", sock=end.sock, data=b"lost")
        end.failed(type_, code, sent := lt.expect(data_of(b"lost", end)))
        end.acknowledges(sent)
        end.hears_errors()
        end.user_sends()


@case("RFC1122-4.2.3.9-c", needs="tcp", violator=drops("protocol-6", nth=1))
def soft_errors_do_not_keep_a_connection_from_being_opened(lt):
    """Nor do they end one whose first segment they quote: the peer's answer opens it."""
    for type_, code in lt.each(SOFT):
        end, syn = asks(lt)
        end.failed(type_, code, syn)
        end.send(SYN | ACK)
        lt.expect(protocol(6, payload=flagged(ACK)))
        end.hears_errors()
        lt.expect_event("tcp.open", sock=end.sock)
        lt.call("tcp.close", sock=end.sock)
        end.send(RST | ACK)
        lt.forget()


@case("RFC1122-4.2.3.9-d", needs="tcp", violator=loses("tcp.error"))
def user_can_learn_of_soft_errors(lt):
    """What routers complain of the user of the connection can learn."""
    end, _ = opens(lt)
    lt.call("tcp.send", sock=end.sock, data=b"postel")
    sent = lt.expect(data_of(b"postel", end))
    for type_, code in lt.each(SOFT):
        end.failed(type_, code, sent)
        lt.expect_event("tcp.error", sock=end.sock, type=type_, code=code)


@case("RFC1122-4.2.3.9-e", needs="tcp", violator=loses("tcp.closed"))
def hard_errors_end_a_connection(lt):
    """Where there is no such protocol or port the connection is ended."""
    for code in lt.each({"protocol": 2, "port": 3}):
        end, _ = opens(lt)
        lt.call("tcp.send", sock=end.sock, data=b"postel")
        end.failed(3, code, lt.expect(data_of(b"postel", end)))
        lt.expect_event("tcp.closed", sock=end.sock)
        lt.forget()


@case("RFC1122-4.2.3.9-f", needs="tcp", violator=loses("tcp.closed"))
def fragmentation_needed_ends_a_connection(lt):
    """So does that a router would have to fragment and may not, where nobody looks for the path's size."""
    end, _ = opens(lt)
    lt.call("tcp.send", sock=end.sock, data=b"postel")
    end.failed(3, 4, lt.expect(data_of(b"postel", end)))
    end.hears_errors()
    lt.expect_event("tcp.closed", sock=end.sock)


@case("RFC1122-4.2.3.9-b", profiles=["rfc1122"], needs="tcp", violator=changes("protocol-6", nth=6, every=True, payload=lambda payload: payload + bytes(700)))
def source_quench_slows_a_connection(lt):
    """After a Source Quench less is under way at one time than before."""
    end, _ = opens(lt, mss=500)
    before = end.user_fills(counting(2000))
    end.failed(4, 0, before[-1])
    end.acknowledges(before[-1])
    lt.forget()
    lt.call("tcp.send", sock=end.sock, data=counting(2000))
    end.hears_errors()
    after = sum(len(segment_of(sent).data) for sent in end.takes())
    lt.check("octets at one time", after, at_most(sum(len(segment_of(sent).data) for sent in before) - 1))
    lt.forget()
