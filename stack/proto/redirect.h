/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What redirects teach (RFC 1122 3.2.2.2): a better gateway for one destination. The last sixteen
 * are remembered. */
#pragma once
#include "proto/core.h"

/* A redirect about a datagram to `dst`, from `sender`. It is believed only if it comes from the
 * gateway that we use for `dst`, and names another on the same network (RFC1122-3.2.2.2-d). False:
 * it is not. */
bool v4_redirect_learn(struct v4_core *core, uint32_t sender, uint32_t dst, uint32_t gateway);

bool v4_redirect_find(const struct v4_core *core, uint32_t dst, unsigned *ret_iface,
                      uint32_t *ret_gateway);
