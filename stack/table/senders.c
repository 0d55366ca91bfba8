/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/senders.h"

bool v4_senders_open(struct v4_senders *senders, size_t room, uint64_t seed)
{
    return v4_pool_open(&senders->pool, room, sizeof(struct v4_sender)) &&
           v4_buckets_open(&senders->buckets, room, seed);
}

void v4_senders_close(struct v4_senders *senders)
{
    v4_pool_close(&senders->pool);
    v4_buckets_close(&senders->buckets);
}

struct v4_sender *v4_senders_of(struct v4_senders *senders, uint32_t addr)
{
    struct v4_list *list = v4_buckets_of(&senders->buckets, addr);

    for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at)) {
        struct v4_sender *sender = V4_OF(at, struct v4_sender, in_bucket);
        if (sender->addr == addr)
            return sender;
    }

    struct v4_sender *sender = v4_pool_take(&senders->pool);
    *sender = (struct v4_sender){.addr = addr};
    v4_list_open(&sender->held);
    v4_list_append(list, &sender->in_bucket);
    return sender;
}

void v4_senders_release(struct v4_senders *senders, struct v4_sender *sender)
{
    if (sender->datagrams > 0)
        return;
    v4_list_remove(&sender->in_bucket);
    v4_pool_give(&senders->pool, sender);
}
