# SPDX-License-Identifier: BSD-2-Clause
"""RFC 6274 section 3.13.2.8: Router Alert, as a router passes it on."""

from postel.kit import *


@case("RFC6274-3.13.2.8-a", role="router", violator=passes(nth=1))
def router_alert_of_another_length(lt):
    """What has a Router Alert that is not four octets long is not forwarded."""
    crosses(lt, transit(options=bytes([148, 4, 0, 0])))
    for option in lt.each({"3 octets": bytes([148, 3, 0, 1]), "2 octets": bytes([148, 2, 1, 1]), "8 octets": bytes([148, 8]) + bytes(6)}):
        lt.send(transit(options=option))
        expect_kept(lt, after="a Router Alert of another length")
        lt.answer()  # it may be reported
