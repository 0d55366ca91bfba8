/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who has datagrams in reassembly, and how much room they take: what keeps one sender from taking
 * all of it. A sender is there as long as it has a datagram. */
#pragma once
#include <stddef.h>
#include "base/buckets.h"
#include "base/list.h"
#include "base/pool.h"

struct v4_sender {
    struct v4_link in_bucket;
    uint32_t addr;
    struct v4_list held; /* its datagrams, oldest first */
    size_t datagrams, chunks;
};

struct v4_senders {
    struct v4_pool pool;
    struct v4_buckets buckets;
};

/* With room for so many; one that has no datagrams yet is among them. False, and v4_senders_close()
 * is due, when memory is short. */
bool v4_senders_open(struct v4_senders *senders, size_t room, uint64_t seed);
/* Also of what is all zero. */
void v4_senders_close(struct v4_senders *senders);

/* The one with this address; a new one where there is none. There is room for it. */
struct v4_sender *v4_senders_of(struct v4_senders *senders, uint32_t addr);
/* It is forgotten if it has no datagrams. */
void v4_senders_release(struct v4_senders *senders, struct v4_sender *sender);
