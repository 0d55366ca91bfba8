/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages of IGMP: version 1 (RFC 1112 Appendix I), 2 (RFC 2236), 3 (RFC 3376, RFC 9776).
 *
 * A query is of the version that its length and its time say, and of none that the host does not
 * speak: to who knows version 2 at most, what is behind the first eight octets says nothing. The
 * records of a report are read one by one, by routers alone. */
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
    bool suppress;          /* the flag S of a query of version 3 */
    uint8_t robustness;     /* and what it says of the querier's times; 0: nothing, */
    uint32_t interval;      /* in seconds */
    unsigned
        record_count; /* of a report of version 3; `records` is all that is behind its header */
    struct v4_span records;
};

/* Reads a message as a host that speaks no later version than `newest`. */
enum v4_drop v4_igmp_parse(struct v4_span message, unsigned newest, struct v4_igmp *ret_igmp);

/* What Max Resp Code means in version 3: up to 127 itself, then three bits of exponent and four of
 * mantissa (RFC3376-4.1.1-a). */
uint32_t v4_igmp_time(uint8_t code);

/* The code of such a time, or of the longest that is shorter and has one (RFC 3376 8.8). */
uint8_t v4_igmp_code(uint32_t value);

struct v4_igmp_record {
    uint8_t type;
    uint32_t group;
    struct v4_span sources; /* borrowed, four octets each */
};
/* Takes out the next record, past its auxiliary data (RFC3376-4.2.10-b). False: it is not whole. */
bool v4_igmp_record_next(struct v4_span *records, struct v4_igmp_record *ret_record);

/* A query to send; in versions 1 and 2 only `group` and, in 2, `tenths` can be said. */
struct v4_igmp_query {
    unsigned version;
    uint32_t group;
    uint32_t tenths;
    bool suppress;
    unsigned robustness;
    uint32_t interval;
    const uint32_t *sources;
    size_t count;
};
/* Writes it; its length, at most V4_IGMP_QUERY_3 and four octets for each source. */
size_t v4_igmp_ask(const struct v4_igmp_query *query, uint8_t *ret_octets);

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
