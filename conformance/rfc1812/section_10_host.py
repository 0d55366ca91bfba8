# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 sections 7.4 and 10: what can be configured, and asked of a router, as of a host."""

from postel.kit import *

as_router("RFC1812-7.4-a", "rfc1122/3.3.1.6/gateways_are_configurable_with_preference")
as_router("RFC1812-10.2.2-a", "rfc1122/3.3.1.6/addresses_and_masks_are_configurable")
as_router("RFC1812-10.3.2.3-a", "rfc1122/3.2.2.9/mask_reply_is_ignored")
as_router("RFC1812-10.3.2.7-a", "rfc1122/3.2.2.6/user_sends_an_echo")
