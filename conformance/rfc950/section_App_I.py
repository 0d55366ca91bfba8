# SPDX-License-Identifier: BSD-2-Clause
"""RFC 950 appendix I: Address mask request and reply."""

from postel.kit import *


@case("RFC950-App.I-a", needs="mask-agent", violator=changes("mask-reply", nth=2, seq=9))
def reply_of_an_agent(lt):
    """A request of type 17 is answered by an agent with type 18, and with its identifier and sequence number."""
    lt.set("mask-agent", 1)
    while any([lt.answer("mask-reply") for _ in links(lt)]):
        pass
    for ident, seq in (7, 1), (0x1234, 0xFFFE):
        lt.send(message(17, rest=ident.to_bytes(2, "big") + seq.to_bytes(2, "big"), data=bytes(4)))
        lt.expect(Expectation("mask-reply", {"code": 0, "ident": ident, "seq": seq}))
