# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.4: Fragmentation and reassembly."""

from postel.kit import *


@case("RFC1122-3.2.1.4-a", stands_on="reassembles", violator=drops("echo-reply", nth=1))
def reassembly_is_supported(lt):
    """Reassembly is supported, whichever of two fragments comes first and whatever the length of the last."""
    for seq, (spec, data) in enumerate((("HA@0+ B@2", "AB"), ("B@2 HA@0+", "AB"), ("H@0+ ABC@1", "ABC"))):
        lt.send(*fragments(spec, seq=seq))
        lt.expect(echo_reply(ident=7, seq=seq, data=blocks(data)))
