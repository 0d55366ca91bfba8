# SPDX-License-Identifier: BSD-2-Clause
"""RFC 5227 section 2.4: connections of an address that is given up."""

from postel.kit import *


@case("RFC5227-2.4-h", needs=["address", "defend", "vtime", "conflict", "tcp"], stands_on="probes-addresses", violator=drops("protocol-6", nth=2))
def connections_are_reset_before_the_address_is_given_up(lt):
    """Who gives an address up resets the connections that it has there."""
    lt.set("defend", 0)
    holds_address(lt)
    end, _ = opens(lt, addr=NEW)
    contest(lt, NEW)
    lt.settle()
    reset = [sent for sent in lt.take("protocol-6") if segment_of(sent).flags & RST]
    lt.check("resets", len(reset), at_least(1))
    leaves(lt, "the conflict")
    lt.expect_event("conflict", addr=NEW)
    lt.expect_event("tcp.closed", sock=end.sock)
