/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Router advertisements (RFC 1256 3): which routers there are, how much each wants to be used, and
 * for how long that holds. */
#pragma once
#include "wire/icmp.h"

#define V4_ROUTER_NEVER INT32_MIN /* a preference: it is no default router */

struct v4_advertisement {
    uint16_t lifetime;    /* seconds */
    uint8_t count, words; /* entries, and words of 32 bits of each: two or more */
    struct v4_span entries;
};

struct v4_advertised {
    uint32_t addr;
    int32_t preference; /* the highest is the first to be used */
};

/* Reads an advertisement that v4_icmp_parse() has read. False: it is not valid (RFC1256-6.1-a);
 * what is behind its entries does not matter (RFC1256-5.2-c). */
bool v4_advertisement_parse(const struct v4_icmp *icmp, struct v4_advertisement *ret_advertisement);

#define V4_ADVERTISED_OCTETS 8
/* Writes an entry of two words; and what a message with so many of them has as its `rest`. */
void v4_advertised_put(uint8_t ret_octets[V4_ADVERTISED_OCTETS], struct v4_advertised advertised);
uint32_t v4_advertisement_rest(unsigned entries, unsigned lifetime);

/* The entry of that number, below `count`. */
struct v4_advertised v4_advertisement_entry(const struct v4_advertisement *advertisement,
                                            unsigned number);
