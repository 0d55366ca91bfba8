# SPDX-License-Identifier: BSD-2-Clause
"""RFC 4884 section 3: An extension structure behind what an ICMP error quotes."""

from postel.kit import *


@case("RFC4884-3-c", kind=characteristic, violator=changes("unreachable", nth=3, payload=extended()))
def errors_that_are_extended(lt):
    """Which of its errors a host extends, as it may."""
    found = []
    for name, stimulus in reported(lt).items():
        lt.send(stimulus)
        error = next((each for kind in ("unreachable", "parameter-problem") if (each := lt.answer(kind))), {})
        found += [name] if "extension" in error else []
    return ", ".join(found) or "none"


@case(*[rule.requirement for rule in EXTENSIONS], violators={rule.requirement: rule.violator for rule in EXTENSIONS})
def what_is_extended_is_sound(lt):
    """Where a host extends errors each says how long the quote is and has a sound extension behind it; no other message has one."""
    reported(lt)
    for stimulus in (timestamp_request(), echo(data=counting(24))):  # the passive checker looks at all of them
        lt.send(stimulus)
        lt.answer()
