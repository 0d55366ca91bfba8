/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The options of an IPv4 header (RFC 791 3.1, RFC 2113 for router alert).
 *
 * Reading comes first: v4_options_parse() either finds all options in order or names the one fault.
 * Only options that it accepted may be given to the rest. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"

#define V4_OPTION_EOL 0
#define V4_OPTION_NOP 1
#define V4_OPTION_RECORD_ROUTE 7
#define V4_OPTION_MTU_PROBE 11
#define V4_OPTION_MTU_REPLY 12
#define V4_OPTION_TIMESTAMP 68
#define V4_OPTION_TRACEROUTE 82
#define V4_OPTION_SECURITY 130
#define V4_OPTION_LSRR 131
#define V4_OPTION_EXTENDED_SECURITY 133
#define V4_OPTION_COMMERCIAL_SECURITY 134
#define V4_OPTION_STREAM_ID 136
#define V4_OPTION_SSRR 137
#define V4_OPTION_ROUTER_ALERT 148
#define V4_OPTION_DIRECTED_BROADCAST 149

#define V4_OPTION_COPIED 0x80 /* this bit of the type: in every fragment, not in the first only */

/* The flag of a timestamp option: the low half of its fourth octet; the high half counts overflows.
 */
#define V4_TIMESTAMP_ONLY 0
#define V4_TIMESTAMP_ADDRESS 1
#define V4_TIMESTAMP_PRESPECIFIED 3

/* Where an option lies in the options; `len` is 0 where there is none. */
struct v4_option {
    uint8_t type, at, len;
};

/* The options that mean something to us. */
struct v4_options {
    struct v4_option record_route, timestamp, source_route, security, stream_id, router_alert;
    unsigned others; /* how many that we do not know, and skip (RFC1122-3.2.1.8-c) */
};

/* Reads all options. When the answer is not V4_KEEP, `*ret_pointer` is the octet of the header that
 * a Parameter Problem must point at, 20 being the first of the options, and `*ret_options` is
 * unchanged; else the other way round.
 *
 *   OPTION_LENGTH   points at the length octet, or at the type where no octet follows it
 *   OPTION_POINTER  at the pointer octet
 *   OPTION_FLAG, OPTION_OVERFLOW   at the octet of overflow and flag
 *   OPTION_TWICE    at the type of the second one; a loose and a strict source route count as one
 *                   option
 *
 * The first option at fault is named, and of its faults the first in this order: the length past
 * the header or impossible for the type (router alert has 4, a timestamp at least 4, security and
 * routes at least 3, all others at least 2), twice, flag, overflow, pointer. A pointer within the
 * option has to be at a whole entry, counted from the first. A full record route or timestamp is no
 * fault, until a timestamp's overflow count is full too; a finished prespecified list never counts.
 * Stream identifiers and router alerts may repeat: the first is kept. */
enum v4_drop v4_options_parse(struct v4_span options, struct v4_options *ret_options,
                              uint8_t *ret_pointer);

/* Steps through options of whatever kind, EOL and NOP left out: start with `*at` 0. False at the
 * end. */
bool v4_option_next(struct v4_span options, size_t *at, struct v4_option *ret_option);

/* The four octets at an option's pointer: where a source route leads next, or whose turn a
 * prespecified timestamp is. False when the pointer is past the end. `option` points at its type
 * octet, here and below. */
bool v4_option_next_addr(const uint8_t *option, uint32_t *ret_addr);

/* Writes `addr` at the pointer of a record or source route and moves it on; a full option stays as
 * it is. */
void v4_option_record(uint8_t *option, uint32_t addr);

/* Stamps a timestamp option: `addr` is ours, `ms` the milliseconds since midnight UT. With
 * prespecified addresses only if `addr` is the next of them. Where there is no room the overflow
 * count goes up; but a finished prespecified list lacks none, and stays as it is. */
void v4_option_stamp(uint8_t *option, uint32_t addr, uint32_t ms);
