/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Counts ICMP messages by their type, as RFC 1213 does. Types that it does not know count as
 * messages alone. */
#pragma once
#include "base/stat.h"

/* One that arrived without a fault; the message itself is counted before anything can be wrong. */
void v4_icmp_count_in(struct v4_stats *stats, uint8_t type);
/* One that is to be sent. */
void v4_icmp_count_out(struct v4_stats *stats, uint8_t type);
