/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The IPv4 header on the wire (RFC 791 3.1).
 *
 * Pure functions, octets in, values out: nothing here allocates, keeps state, reads a clock or
 * looks past the span that it was given. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"

#define V4_IP_HEADER_MIN 20
#define V4_IP_HEADER_MAX 60
#define V4_IP_OPTIONS_MAX 40
#define V4_IP_LENGTH_MAX 65535

/* The ECN field: the last two bits of the TOS (RFC 3168 5). */
#define V4_ECN_MASK 3
#define V4_ECN_NOT_CAPABLE 0
#define V4_ECN_EXPERIENCED 3

#define V4_PROTOCOL_ICMP 1
#define V4_PROTOCOL_IGMP 2
#define V4_PROTOCOL_TCP 6
#define V4_PROTOCOL_UDP 17

/* A header as values. It keeps every bit of the wire form but the checksum, so emitting a parsed
 * header gives the same octets back. */
struct v4_ip {
    uint8_t tos;
    uint16_t id;
    bool reserved, df, mf;
    uint16_t offset; /* in units of 8 octets, as on the wire */
    uint8_t ttl;
    uint8_t protocol;
    uint32_t src, dst;
    struct v4_span options; /* borrowed from the packet, 0 to 40 octets */
    struct v4_span data;    /* borrowed from the packet, link padding cut off */
};

/* Reads the header of `packet`; `*ret_ip` is written only when the answer is V4_KEEP. */
enum v4_drop v4_ip_parse(struct v4_span packet, struct v4_ip *ret_ip);

/* Reads the header that an ICMP error quotes: its checksum is not judged (it may have been changed
 * on the way) and the data ends where the quotation does. */
enum v4_drop v4_ip_parse_quote(struct v4_span quote, struct v4_ip *ret_ip);

/* Writes header and options of `ip` with their checksum; returns the length, 20 to 60 octets.
 * Options of a length that is no multiple of 4 are padded with zeros (RFC791-3.1_Padding-a). The
 * caller sees to it that there are at most 40 octets of options, and 65,535 of all. */
size_t v4_ip_emit(const struct v4_ip *ip, uint8_t ret_octets[V4_IP_HEADER_MAX]);
