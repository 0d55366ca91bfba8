/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Datagrams that wait: copies in a fixed pool, in lists that are their users'. */
#pragma once
#include <stdbool.h>
#include "base/list.h"
#include "base/pool.h"
#include "base/span.h"

struct v4_held_one {
    struct v4_link link;
    size_t len;
    uint8_t octets[];
};

struct v4_held {
    struct v4_pool pool;
    size_t octets;
};

/* `lists` times `each` of at most `octets` octets; none where that is 0. False when memory is
 * short, or there cannot be so many. */
bool v4_held_open(struct v4_held *held, size_t lists, size_t each, size_t octets);
void v4_held_close(struct v4_held *held); /* also of one that is all zero */

/* A copy, in no list yet; there must be room. */
struct v4_held_one *v4_held_keep(struct v4_held *held, struct v4_span datagram);
/* One that is in no list any more, or all that are in one. */
void v4_held_give(struct v4_held *held, struct v4_held_one *one);
void v4_held_give_all(struct v4_held *held, struct v4_list *list);

struct v4_held_one *v4_held_at(struct v4_link *link);
struct v4_held_one *v4_held_first(const struct v4_list *list); /* NULL: it is empty */
struct v4_span v4_held_octets(const struct v4_held_one *one);
