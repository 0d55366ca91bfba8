/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The address of 169.254/16 that an interface chooses for itself while it has no other
 * (RFC 3927). It is tested, announced and defended like any other (proto/conflict.h). */
#pragma once
#include "proto/core.h"

static inline bool v4_link_local_is(uint32_t addr)
{
    return addr >> 16 == V4_ADDR(169, 254, 0, 0) >> 16;
}

/* Whether the interface may have one. Once it may not, what it has is given up. */
void v4_link_local_set(struct v4_core *core, unsigned iface, bool on);
/* The interface's other addresses have changed. */
void v4_link_local_review(struct v4_core *core, unsigned iface);
/* What it had or wanted is somebody else's, and has been forgotten: another is chosen
 * (RFC3927-2.2.1-d). */
void v4_link_local_lost(struct v4_core *core, unsigned iface);

void v4_link_local_tick(struct v4_core *core);
v4_time v4_link_local_next_timeout(const struct v4_core *core);

/* Such a destination is on the link, and so is any for such a source (RFC3927-2.6.2-a,
 * RFC3927-2.6.2-c); on which one. False: neither is. */
bool v4_link_local_way(const struct v4_core *core, uint32_t src, uint32_t dst, unsigned *ret_iface);
