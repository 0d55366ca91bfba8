/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which packets in transit a router drops for an option (RFC 7126): as its user says of the
 * option's type, else as the profile does (option_filter.def). What is for ourselves is another
 * matter (proto/option_in.h). */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/drop.h"
#include "base/span.h"
#include "proto/config.h"

enum v4_transit {
    V4_TRANSIT_UNSAID,
    V4_TRANSIT_PROCESS,
    V4_TRANSIT_IGNORE,
    V4_TRANSIT_DROP,
};

#define V4_TRANSIT_OTHERS 0 /* in place of a type: all that no row and no rule names */

/* What the user has said, and what came. */
struct v4_option_filter {
    bool drops; /* what the rows have dropped; for who passes all of it they are PROCESS */
    uint8_t acts[UINT8_MAX + 1]; /* enum v4_transit, by type */
    uint32_t seen[V4_IFACES_MAX][UINT8_MAX + 1];
};

/* As after open and after reset. */
struct v4_option_filter v4_option_filter_first(bool drops);

/* The act that is in force for options of this type; `routes`: source routes are followed, so that
 * none is dropped for its row (RFC7126-4.3-a). */
enum v4_transit v4_option_transit(const struct v4_option_filter *filter, bool routes, uint8_t type);

/* Counts the options of a packet that came by `iface` (RFC7126-4.12-b); they were accepted by
 * v4_options_parse(). V4_DROP_OPTION_FILTERED: it goes no further. */
enum v4_drop v4_option_filtered(struct v4_option_filter *filter, bool routes, unsigned iface,
                                struct v4_span options);
