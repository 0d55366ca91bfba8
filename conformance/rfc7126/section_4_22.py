# SPDX-License-Identifier: BSD-2-Clause
"""RFC 7126 section 4.22: options for experiments."""

from postel.kit import *

EXPERIMENTS = (30, 94, 158, 222)


@case("RFC7126-4.22-b", needs={"udp"}, violator=changes("udp", options=bytes([94, 4, 0, 0])))
def no_experiment_unasked(lt):
    """What a host sends has none of the options for experiments, unless its user asks for one."""
    found = {"a user's datagram": user_sends(lt, bind(lt))}
    for name, stimulus, kind in ("a reply", echo(), "echo-reply"), ("an error", udp(), "unreachable"):
        lt.send(stimulus)
        found[name] = lt.answer(kind) or {"options": b""}
    for sent in found.values():
        for number in EXPERIMENTS:
            holds(lt, sent["options"], without_option(number))
