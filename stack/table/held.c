/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/held.h"
#include <string.h>
#include "base/poison.h"

bool v4_held_open(struct v4_held *held, size_t lists, size_t each, size_t octets)
{
    held->octets = octets;
    if (octets == 0)
        return true;
    if (each > SIZE_MAX / lists || octets > SIZE_MAX - sizeof(struct v4_held_one))
        return false;
    return v4_pool_open(&held->pool, lists * each, sizeof(struct v4_held_one) + octets);
}

void v4_held_close(struct v4_held *held)
{
    v4_pool_close(&held->pool);
}

/* The slack behind a datagram is not the caller's to read. */
struct v4_held_one *v4_held_keep(struct v4_held *held, struct v4_span datagram)
{
    struct v4_held_one *kept = v4_pool_take(&held->pool);

    kept->len = datagram.len;
    memcpy(kept->octets, datagram.octets, datagram.len);
    v4_poison(kept->octets + datagram.len, held->octets - datagram.len);
    return kept;
}

void v4_held_give(struct v4_held *held, struct v4_held_one *one)
{
    v4_pool_give(&held->pool, one);
}

void v4_held_give_all(struct v4_held *held, struct v4_list *list)
{
    struct v4_held_one *kept;

    while ((kept = v4_held_first(list)) != NULL) {
        v4_list_remove(&kept->link);
        v4_held_give(held, kept);
    }
}

struct v4_held_one *v4_held_at(struct v4_link *link)
{
    return V4_OF(link, struct v4_held_one, link);
}

struct v4_held_one *v4_held_first(const struct v4_list *list)
{
    struct v4_link *first = v4_list_first(list);

    return first == NULL ? NULL : v4_held_at(first);
}

struct v4_span v4_held_octets(const struct v4_held_one *one)
{
    return (struct v4_span){one->octets, one->len};
}
