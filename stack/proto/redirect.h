/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Redirects (RFC 1122 3.2.2.2): a better gateway for one destination. */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

/* A redirect about the datagram that `quote` has begun, from `sender`, that came by `iface`. It is
 * believed only if it comes from the gateway that we use for that, by its network, and names
 * another there (RFC1122-3.2.2.2-d). False: it is not. */
bool v4_redirect_learn(struct v4_core *core, unsigned iface, uint32_t sender,
                       const struct v4_ip *quote, const struct v4_icmp *redirect);
