/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ICMP messages (RFC 792): eight octets, of which the last four are the type's own, and data. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"

#define V4_ICMP_HEADER 8
#define V4_ICMP_TIMESTAMP_DATA 12 /* originate, receive, transmit */

enum v4_icmp_type {
    V4_ICMP_ECHO_REPLY = 0,
    V4_ICMP_UNREACHABLE = 3,
    V4_ICMP_SOURCE_QUENCH = 4,
    V4_ICMP_REDIRECT = 5,
    V4_ICMP_ECHO = 8,
    V4_ICMP_ADVERTISEMENT = 9, /* RFC 1256 */
    V4_ICMP_SOLICITATION = 10,
    V4_ICMP_TIME_EXCEEDED = 11,
    V4_ICMP_PARAMETER_PROBLEM = 12,
    V4_ICMP_TIMESTAMP = 13,
    V4_ICMP_TIMESTAMP_REPLY = 14,
    V4_ICMP_INFORMATION = 15,
    V4_ICMP_INFORMATION_REPLY = 16,
    V4_ICMP_MASK = 17,
    V4_ICMP_MASK_REPLY = 18,
};

enum v4_icmp_unreachable {
    V4_ICMP_NET = 0,
    V4_ICMP_HOST = 1,
    V4_ICMP_REDIRECT_HOST = 1,
    V4_ICMP_REDIRECT_TOS_HOST = 3,
    V4_ICMP_PROTOCOL = 2,
    V4_ICMP_PORT = 3,
    V4_ICMP_FRAGMENTATION = 4,
    V4_ICMP_SOURCE_ROUTE = 5,
};

#define V4_ICMP_TTL 0 /* codes of time exceeded */
#define V4_ICMP_REASSEMBLY 1

struct v4_icmp {
    uint8_t type, code;
    uint32_t
        rest; /* octets 4 to 7: identifier and sequence number, pointer, gateway, MTU, or nothing */
    struct v4_span data;
};

/* The errors are these five; everything else asks or answers (RFC1122-3.2.2-f depends on it). */
static inline bool v4_icmp_is_error(uint8_t type)
{
    return (type >= V4_ICMP_UNREACHABLE && type <= V4_ICMP_REDIRECT) ||
           type == V4_ICMP_TIME_EXCEEDED || type == V4_ICMP_PARAMETER_PROBLEM;
}

/* Reads a message of any type. A known type has at least the data that it needs: a whole header for
 * an error's quotation, three timestamps, one mask. */
enum v4_drop v4_icmp_parse(struct v4_span message, struct v4_icmp *ret_icmp);

/* Writes the message with its checksum into 8 + data.len octets, and returns that length. The data
 * may already lie in its place. */
size_t v4_icmp_emit(const struct v4_icmp *icmp, uint8_t *ret_octets);

/* Echo's and timestamp's identifier and sequence number, as `rest`. */
static inline uint32_t v4_icmp_rest(uint16_t id, uint16_t seq)
{
    return (uint32_t)id << 16 | seq;
}

/* A Parameter Problem's pointer, as `rest`. */
static inline uint32_t v4_icmp_pointer(uint8_t pointer)
{
    return (uint32_t)pointer << 24;
}
