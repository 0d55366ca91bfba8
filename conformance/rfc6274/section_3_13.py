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
