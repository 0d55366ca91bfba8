/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What redirects teach (RFC 1122 3.2.2.2): a better gateway for one destination. The last sixteen
 * are remembered. */
#pragma once
#include "proto/core.h"

/* A redirect about a datagram to `dst`, from `sender`, that came by `iface`. It is believed only if
 * it comes from the gateway that we use for `dst`, by its network, and names another there
 * (RFC1122-3.2.2.2-d). False: it is not. */
bool v4_redirect_learn(struct v4_core *core, unsigned iface, uint32_t sender, uint32_t dst,
                       uint32_t gateway);

/* Nobody has that gateway's address any more: whatever led there goes the way that it went before
 * (RFC1122-3.3.1.4-a). */
void v4_redirect_forget(struct v4_core *core, unsigned iface, uint32_t gateway);

/* The gateway that was learned for `dst`; false when none was. */
bool v4_redirect_find(const struct v4_core *core, uint32_t dst, unsigned *ret_iface,
                      uint32_t *ret_gateway);
