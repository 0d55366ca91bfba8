/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/route_cache.h"
#include <stdlib.h>

struct entry {
    struct v4_cached_route route;
    v4_time learned;
};

/* In the order in which they were learned. */
struct v4_route_cache {
    size_t size, count;
    v4_time lifetime;
    struct entry entries[];
};

struct v4_route_cache *v4_route_cache_open(size_t entries, v4_time lifetime)
{
    struct v4_route_cache *opened;

    if (entries == 0 || entries > (SIZE_MAX - sizeof *opened) / sizeof *opened->entries)
        return NULL;
    opened = malloc(sizeof *opened + entries * sizeof *opened->entries);
    if (opened == NULL)
        return NULL;
    opened->size = entries;
    opened->lifetime = lifetime;
    v4_route_cache_reset(opened);
    return opened;
}

void v4_route_cache_close(struct v4_route_cache *cache)
{
    free(cache);
}

void v4_route_cache_reset(struct v4_route_cache *cache)
{
    cache->count = 0;
}

static void remove_at(struct v4_route_cache *cache, size_t at)
{
    cache->count--;
    for (; at < cache->count; at++)
        cache->entries[at] = cache->entries[at + 1];
}

/* Is `old` no more once `new` is known? */
static bool is_replaced(const struct v4_cached_route *old, const struct v4_cached_route *new)
{
    return old->dst == new->dst && (old->tos == new->tos || new->tos == V4_ROUTE_CACHE_EACH);
}

bool v4_route_cache_learn(struct v4_route_cache *cache, const struct v4_cached_route *route,
                          v4_time now)
{
    bool evicts;

    for (size_t i = cache->count; i-- > 0;)
        if (is_replaced(&cache->entries[i].route, route))
            remove_at(cache, i);
    evicts = cache->count == cache->size;
    if (evicts)
        remove_at(cache, 0);
    cache->entries[cache->count++] = (struct entry){.route = *route, .learned = now};
    return evicts;
}

bool v4_route_cache_forget(struct v4_route_cache *cache, unsigned iface, uint32_t gateway)
{
    size_t before = cache->count;

    for (size_t i = cache->count; i-- > 0;)
        if (cache->entries[i].route.iface == iface && cache->entries[i].route.gateway == gateway)
            remove_at(cache, i);
    return cache->count != before;
}

const struct v4_cached_route *v4_route_cache_find(const struct v4_route_cache *cache, uint32_t dst,
                                                  int tos, v4_time now)
{
    const struct v4_cached_route *found = NULL;

    for (size_t i = 0; i < cache->count; i++) {
        const struct v4_cached_route *route = &cache->entries[i].route;
        if (route->dst != dst || now - cache->entries[i].learned >= cache->lifetime)
            continue;
        if (route->tos == tos)
            return route;
        if (route->tos == V4_ROUTE_CACHE_EACH)
            found = route;
    }
    return found;
}

size_t v4_route_cache_count(const struct v4_route_cache *cache)
{
    return cache->count;
}
