# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.13: options."""

from postel.kit import *

LAYOUTS = (record_route(room=2), timestamp(bytes(8)), timestamp(bytes(8), flag=1), timestamp(bytes(8), flag=3))


@case("RFC6274-3.13-a", violator=drops("echo-reply", where={"seq": 44}))
def every_length_and_pointer(lt):
    """Lengths and pointers are looked at before they are used: no pair of them does any harm."""
    lt.pace.errors_matter = False
    request = bytes(echo())
    for layout in LAYOUTS:
        for length in range(14):
            for pointer in (*range(14), 252, 255):
                options = bytes([layout[0], length, pointer]) + layout[3:] + EOL * 2
                lt.send(cut(request, 0, False, options=options))
            lt.expect_life()
    lt.send(echo(seq=44))
    lt.expect(echo_reply())


@case("RFC6274-3.13.1.1-a", kind=characteristic, violator=drops("echo-reply", nth=1))
def number_of_options(lt):
    """Whether packets with options, and the options of a packet, are limited in number."""
    crowds = {"as many as a header holds": UNKNOWN[:1] + b"\2", "No Operations": NOP, "large ones": UNKNOWN[:1] + b"\x14" + bytes(18)}
    limited = []
    for name, option in crowds.items():
        lt.send(probe(echo(seq=len(option)), options=option * (40 // len(option))))
        limited += [] if lt.answer("echo-reply") else [name]
    lt.send(*(probe(echo(seq=number), options=UNKNOWN) for number in range(32)))
    limited += ["packets"] * (sum(bool(lt.answer("echo-reply")) for _ in range(32)) < 32)
    return ", ".join(limited) or "none"
