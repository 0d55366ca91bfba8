# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.6: Echo request and reply."""

from postel.kit import *


@case("RFC1122-3.2.2.6-f", violator=changes("echo-reply", nth=2, data=lambda data: data[:-1]))
def data_returns_whole(lt):
    """The reply carries all the data of the request."""
    for size in (0, 1, 548, 1472):
        lt.send(echo(seq=size, data=counting(size)))
        lt.expect(echo_reply(data=counting(size)))
