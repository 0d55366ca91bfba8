/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/igmp.h"
#include <string.h>
#include "wire/addr.h"
#include "wire/checksum.h"

#define SUPPRESS 0x08
#define ROBUSTNESS_MAX 7
#define CODE_LINEAR 128 /* from there on a code is a float */
#define CODE_MAX 31744  /* what 0xff means */
#define TENTHS_2_MAX 255
#define VERSION_1_TENTHS 100 /* what a query of version 1 leaves (RFC2236-4-b, RFC3376-7.2.1-d) */

uint32_t v4_igmp_time(uint8_t code)
{
    return code < 128 ? code : (uint32_t)((code & 0x0f) | 0x10) << ((code >> 4 & 0x07) + 3);
}

/* RFC3376-7.1-a; 0: of none (RFC3376-7.1-b). */
static uint8_t version_of(struct v4_span message, unsigned newest)
{
    bool timed = message.octets[1] != 0;

    if (newest == 1)
        return 1;
    if (newest == 2 || message.len == V4_IGMP_HEADER) /* RFC2236-2.5-a */
        return timed ? 2 : 1;
    return message.len < V4_IGMP_QUERY_3 ? 0 : 3;
}

static enum v4_drop read_sources(struct v4_span message, struct v4_igmp *igmp)
{
    size_t len = (size_t)v4_be16(message.octets + 10) * 4;

    if (message.len - V4_IGMP_QUERY_3 < len)
        return V4_DROP_IGMP_TRUNCATED;
    if (igmp->group == V4_ADDR_ANY && len != 0) /* RFC3376-4.1.8-a */
        return V4_DROP_IGMP_QUERY;
    /* What is behind them is none of anybody's (RFC3376-4.1.10-c). */
    igmp->sources = (struct v4_span){message.octets + V4_IGMP_QUERY_3, len};
    igmp->suppress = message.octets[8] & SUPPRESS;
    igmp->robustness = message.octets[8] & ROBUSTNESS_MAX;
    igmp->interval = v4_igmp_time(message.octets[9]); /* RFC3376-4.1.7-a */
    return V4_KEEP;
}

static enum v4_drop read_query(struct v4_span message, unsigned newest, struct v4_igmp *igmp)
{
    uint8_t code = message.octets[1];

    igmp->version = version_of(message, newest);
    if (igmp->version == 0)
        return V4_DROP_IGMP_QUERY;
    if (igmp->version == 1) { /* RFC1112-App.I-m */
        igmp->group = V4_ADDR_ANY;
        igmp->tenths = VERSION_1_TENTHS;
        return V4_KEEP;
    }
    if (igmp->group != V4_ADDR_ANY && !v4_addr_is_multicast(igmp->group)) /* RFC2236-6-c */
        return V4_DROP_IGMP_QUERY;
    igmp->tenths = igmp->version == 2 ? code : v4_igmp_time(code); /* RFC3376-7.2.1-e */
    return igmp->version == 2 ? V4_KEEP : read_sources(message, igmp);
}

/* Whether a host that speaks no later version knows messages of this type. */
static bool is_known(uint8_t type, unsigned newest)
{
    if (type == V4_IGMP_QUERY || type == V4_IGMP_REPORT_1)
        return true;
    if (type == V4_IGMP_REPORT_2 || type == V4_IGMP_LEAVE)
        return newest >= 2;
    return type == V4_IGMP_REPORT_3 && newest >= 3;
}

enum v4_drop v4_igmp_parse(struct v4_span message, unsigned newest, struct v4_igmp *ret_igmp)
{
    if (message.len < V4_IGMP_HEADER)
        return V4_DROP_IGMP_TRUNCATED;
    if (v4_checksum(message) != 0) /* RFC2236-2.3-a, RFC3376-4.1.2-a, RFC3376-4.2.2-a */
        return V4_DROP_IGMP_CHECKSUM;

    struct v4_igmp igmp = {.type = message.octets[0], .group = v4_be32(message.octets + 4)};
    if (!is_known(igmp.type, newest)) /* RFC1112-App.I-i, RFC2236-2.1-a, RFC3376-4-c */
        return V4_DROP_IGMP_TYPE;
    enum v4_drop why = V4_KEEP;
    if (igmp.type == V4_IGMP_QUERY)
        why = read_query(message, newest, &igmp);
    if (igmp.type == V4_IGMP_REPORT_3) {
        igmp.record_count = v4_be16(message.octets + 6);
        igmp.records =
            (struct v4_span){message.octets + V4_IGMP_HEADER, message.len - V4_IGMP_HEADER};
    }
    if (why == V4_KEEP)
        *ret_igmp = igmp;
    return why;
}

bool v4_igmp_record_next(struct v4_span *records, struct v4_igmp_record *ret_record)
{
    const uint8_t *p = records->octets;

    if (records->len < V4_IGMP_RECORD_HEADER)
        return false;
    size_t sources = (size_t)v4_be16(p + 2) * 4, auxiliary = (size_t)p[1] * 4;
    if (records->len - V4_IGMP_RECORD_HEADER < sources + auxiliary)
        return false;
    *ret_record = (struct v4_igmp_record){
        .type = p[0], .group = v4_be32(p + 4), .sources = {p + V4_IGMP_RECORD_HEADER, sources}};
    records->octets += V4_IGMP_RECORD_HEADER + sources + auxiliary;
    records->len -= V4_IGMP_RECORD_HEADER + sources + auxiliary;
    return true;
}

uint8_t v4_igmp_code(uint32_t value)
{
    unsigned exponent = 0;

    if (value < CODE_LINEAR)
        return (uint8_t)value;
    if (value > CODE_MAX)
        value = CODE_MAX;
    while (value >> (exponent + 3) > 0x1f)
        exponent++;
    return (uint8_t)(0x80 | exponent << 4 | (value >> (exponent + 3) & 0x0f));
}

/* RFC3376-7.3.1-c, RFC3376-7.3.1-d */
static uint8_t code_of(const struct v4_igmp_query *query)
{
    if (query->version == 1)
        return 0;
    if (query->version == 3)
        return v4_igmp_code(query->tenths);
    return (uint8_t)(query->tenths < TENTHS_2_MAX ? query->tenths : TENTHS_2_MAX);
}

size_t v4_igmp_ask(const struct v4_igmp_query *query, uint8_t *ret_octets)
{
    size_t len = query->version == 3 ? V4_IGMP_QUERY_3 + 4 * query->count : V4_IGMP_HEADER;
    unsigned robustness = query->robustness > ROBUSTNESS_MAX ? 0 : query->robustness;

    memset(ret_octets, 0, len); /* RFC3376-4.1.10-b: and no octet more */
    ret_octets[0] = V4_IGMP_QUERY;
    ret_octets[1] = code_of(query);
    v4_put32(ret_octets + 4, query->group);
    if (query->version == 3) {
        ret_octets[8] = (uint8_t)((query->suppress ? SUPPRESS : 0) | robustness);
        ret_octets[9] = v4_igmp_code(query->interval);
        v4_put16(ret_octets + 10, (uint16_t)query->count);
        for (size_t i = 0; i < query->count; i++)
            v4_put32(ret_octets + V4_IGMP_QUERY_3 + 4 * i, query->sources[i]);
    }
    v4_put16(ret_octets + 2, v4_checksum((struct v4_span){ret_octets, len}));
    return len;
}

void v4_igmp_emit(uint8_t type, uint32_t group, uint8_t ret_octets[V4_IGMP_HEADER])
{
    ret_octets[0] = type;
    ret_octets[1] = 0; /* RFC2236-2.2-a */
    v4_put16(ret_octets + 2, 0);
    v4_put32(ret_octets + 4, group);
    v4_put16(ret_octets + 2, v4_checksum((struct v4_span){ret_octets, V4_IGMP_HEADER}));
}

void v4_igmp_begin(struct v4_igmp_report *ret_report, uint8_t *octets, size_t room)
{
    *ret_report = (struct v4_igmp_report){.octets = octets, .room = room, .len = V4_IGMP_HEADER};
}

size_t v4_igmp_append(struct v4_igmp_report *report, uint8_t type, uint32_t group,
                      const uint32_t *sources, size_t count)
{
    size_t least = V4_IGMP_RECORD_HEADER + (count == 0 ? 0 : 4);

    if (report->room - report->len < least || report->records == UINT16_MAX)
        return SIZE_MAX;
    size_t fit = (report->room - report->len - V4_IGMP_RECORD_HEADER) / 4;
    if (fit > count)
        fit = count;
    uint8_t *record = report->octets + report->len;
    record[0] = type;
    record[1] = 0; /* RFC3376-4.2.10-c */
    v4_put16(record + 2, (uint16_t)fit);
    v4_put32(record + 4, group);
    for (size_t i = 0; i < fit; i++)
        v4_put32(record + V4_IGMP_RECORD_HEADER + 4 * i, sources[i]);
    report->len += V4_IGMP_RECORD_HEADER + 4 * fit;
    report->records++;
    return fit;
}

void v4_igmp_end(struct v4_igmp_report *report)
{
    uint8_t *octets = report->octets;

    memset(octets, 0, V4_IGMP_HEADER); /* RFC3376-4.2.1-a, RFC9776-4.2-a */
    octets[0] = V4_IGMP_REPORT_3;
    v4_put16(octets + 6, report->records);
    v4_put16(octets + 2, v4_checksum((struct v4_span){octets, report->len}));
}
