# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792: Destination Unreachable message, as a host sends it."""

from postel.kit import *


@case("RFC792-unreach-c", kind=characteristic, violator=drops("unreachable"))
def what_is_reported_as_unreachable(lt):
    """Whether a host says that a protocol is not there, or a port, as it may."""
    found = []
    for name, code, stimulus in ("protocol", 2, probe(IP(proto=253) / counting(40))), ("port", 3, probe(udp())):
        lt.send(stimulus)
        error = lt.answer("unreachable") or {}
        found += [name] if error.get("code") == code else []
    return " and ".join(found) or "neither"
