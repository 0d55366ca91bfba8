# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6864 section 4.3: Don't Fragment, on the way."""

from postel.kit import *


@case("RFC6864-4.3-e", role="router", needs="mtu", ability="keeps-dont-fragment", violator=changes("echo-request", nth=1, df=0))
def dont_fragment_is_never_cleared(lt):
    """What may not be fragmented stays so when it is forwarded, however long it is and whatever identification it has."""
    lt.set("mtu", 576, iface=1)
    for size in lt.each({"short": 0, "as long as the next link carries": 548}):
        for id_ in 0, 0x4321:
            crosses(lt, transit(echo(data=counting(size)), df=1, id=id_))
    lt.send(transit(echo(data=counting(549)), df=1))
    expect_kept(lt, after="what is too long")
    lt.answer()  # it may be reported
