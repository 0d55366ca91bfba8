/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages of IGMP: version 1 (RFC 1112 Appendix I), 2 (RFC 2236), 3 (RFC 3376, RFC 9776).
 *
 * A query is of the version that its length and its time say, and of none that the host does not
 * speak: to who knows version 2 at most, what is behind the first eight octets says nothing. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"

#define V4_IGMP_HEADER 8
#define V4_IGMP_QUERY_3 12      /* a query of version 3 without sources */
#define V4_IGMP_RECORD_HEADER 8 /* of a record in a report of version 3 */

#define V4_IGMP_QUERY 0x11
#define V4_IGMP_REPORT_1 0x12
#define V4_IGMP_REPORT_2 0x16
#define V4_IGMP_LEAVE 0x17
#define V4_IGMP_REPORT_3 0x22

struct v4_igmp {
    uint8_t type;
    uint8_t version;        /* of a query */
    uint32_t group;         /* 0 in a query: of all groups */
    uint32_t tenths;        /* of a second, within which a query is to be answered */
    struct v4_span sources; /* borrowed: of a query, four octets each */
};

/* Reads a message as a host that speaks no later version than `newest`. */
enum v4_drop v4_igmp_parse(struct v4_span message, unsigned newest, struct v4_igmp *ret_igmp);

/* What Max Resp Code means in version 3: up to 127 itself, then three bits of exponent and four of
 * mantissa (RFC3376-4.1.1-a). */
uint32_t v4_igmp_time(uint8_t code);

/* Writes a report or a leave of version 1 or 2. */
void v4_igmp_emit(uint8_t type, uint32_t group, uint8_t ret_octets[V4_IGMP_HEADER]);

/* A report of version 3, written record by record into `octets`, at most `room` of them. */
struct v4_igmp_report {
    uint8_t *octets;
    size_t room, len;
    uint16_t records;
};

void v4_igmp_begin(struct v4_igmp_report *ret_report, uint8_t *octets, size_t room);
/* Appends a record with as many of the sources as fit; how many. SIZE_MAX: not even one of them
 * fits, or the record itself, and nothing is written. */
size_t v4_igmp_append(struct v4_igmp_report *report, uint8_t type, uint32_t group,
                      const uint32_t *sources, size_t count);
/* Fills in what is known at the end. The report's octets are `len` then. */
void v4_igmp_end(struct v4_igmp_report *report);
