# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 4.2.3.10: TCP and addresses that are none."""

from postel.kit import *

NOBODY = {
    "loopback": "127.0.0.1", "loopback's last": "127.255.255.254", "the limited broadcast": "255.255.255.255", "nothing but zeros": "0.0.0.0",
    "a group": "233.252.0.7", "all hosts": "224.0.0.1", "the link's broadcast": LEFT.broadcast,
}  # fmt: skip
EVERYBODY = {"the limited broadcast": "255.255.255.255", "the link's broadcast": LEFT.broadcast, "all hosts": "224.0.0.1"}


@case("RFC1122-4.2.3.10-b", violator=answers("echo-reply"))
def syn_from_nobody(lt):
    """A SYN from an address that no single host has is ignored, by TCP or by IP."""
    expect_an_answer_to_a_syn(lt)
    for src in lt.each(NOBODY):
        lt.neighbours[src] = lt.mac
        lt.send(syn(src=src))
        lt.expect_silence(after="a SYN from there")


@case("RFC1122-4.2.3.10-c", violator=answers("echo-reply"))
def syn_to_everybody(lt):
    """A SYN to a broadcast address or a group is discarded silently."""
    expect_an_answer_to_a_syn(lt)
    for dst in lt.each(EVERYBODY):
        lt.send(syn(dst=dst, eth_dst=BROADCAST_MAC if dst != "224.0.0.1" else "01:00:5e:00:00:01"))
        lt.expect_silence(after="a SYN to there")


@case("RFC1122-4.2.3.10-a", needs="tcp", violator=accepts("tcp.connect"))
def connection_to_everybody_is_refused(lt):
    """A user who would connect to a broadcast address or a group is refused."""
    end, _ = asks(lt)
    end.send(RST | ACK)  # or it would ask again
    lt.expect_event("tcp.closed", sock=end.sock)
    for dst in lt.each(EVERYBODY):
        expect_refusal(lt, "tcp.connect", dst=dst, dport=OUR_PORT)
