/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/route_cache.h"
#include "wire/addr.h"

#define FAR V4_ADDR(192, 0, 2, 1)
#define FURTHER V4_ADDR(192, 0, 2, 2)
#define EACH V4_ROUTE_CACHE_EACH

static struct v4_route_cache *cache;
static v4_time now;

static void opened(void)
{
    cache = v4_route_cache_open(3, 60 * V4_SECOND);
    now = V4_SECOND;
}

static void closed(void)
{
    v4_route_cache_close(cache);
}

TestSuite(route_cache, .init = opened, .fini = closed);

static void learn(uint32_t dst, int tos, uint32_t gateway)
{
    v4_route_cache_learn(
        cache, &(struct v4_cached_route){.dst = dst, .gateway = gateway, .tos = tos, .iface = 1},
        now);
}

static uint32_t gateway_of(uint32_t dst, int tos)
{
    const struct v4_cached_route *found = v4_route_cache_find(cache, dst, tos, now);

    return found == NULL ? 0 : found->gateway;
}

Test(route_cache, one_destination_and_no_other)
{
    cr_expect(gateway_of(FAR, 0) == 0, "at first nothing is known");
    learn(FAR, EACH, 7);
    cr_expect(gateway_of(FAR, 0) == 7 && gateway_of(FAR, 0x10) == 7);
    cr_expect(gateway_of(FURTHER, 0) == 0);
    cr_expect(v4_route_cache_find(cache, FAR, 0, now)->iface == 1);
    learn(FAR, EACH, 8);
    cr_expect(gateway_of(FAR, 0) == 8 && v4_route_cache_count(cache) == 1);
    v4_route_cache_reset(cache);
    cr_expect(gateway_of(FAR, 0) == 0 && v4_route_cache_count(cache) == 0);
}

Test(route_cache, by_type_of_service)
{
    learn(FAR, 8, 7);
    cr_expect(gateway_of(FAR, 8) == 7 && gateway_of(FAR, 0) == 0 && gateway_of(FAR, 0x18) == 0);
    learn(FAR, EACH, 6);
    cr_expect(gateway_of(FAR, 8) == 6 && v4_route_cache_count(cache) == 1, "all is taught anew");
    learn(FURTHER, 0, 4);
    learn(FAR, 8, 5);
    cr_expect(gateway_of(FAR, 8) == 5 && gateway_of(FAR, 0) == 6, "the one for each stays");
    learn(FAR, 8, 3);
    cr_expect(gateway_of(FAR, 8) == 3 && v4_route_cache_count(cache) == 3);
    learn(FAR, EACH, 2);
    cr_expect(gateway_of(FAR, 8) == 2 && gateway_of(FURTHER, 0) == 4);
}

Test(route_cache, the_oldest_makes_room)
{
    learn(1, EACH, 11);
    learn(2, EACH, 12);
    learn(3, EACH, 13);
    learn(1, EACH, 21); /* it is the newest now */
    learn(4, EACH, 14);
    cr_expect(gateway_of(2, 0) == 0 && gateway_of(1, 0) == 21 && gateway_of(3, 0) == 13);
    cr_expect(gateway_of(4, 0) == 14 && v4_route_cache_count(cache) == 3);
}

Test(route_cache, each_ages)
{
    learn(1, EACH, 11);
    now += 59 * V4_SECOND;
    learn(2, EACH, 12);
    now += V4_SECOND - 1;
    cr_expect(gateway_of(1, 0) == 11);
    now++;
    cr_expect(gateway_of(1, 0) == 0 && gateway_of(2, 0) == 12);
    learn(1, EACH, 13);
    cr_expect(gateway_of(1, 0) == 13, "what is aged is learned anew");
}

Test(route_cache, a_gateway_is_forgotten)
{
    learn(1, EACH, 11);
    learn(2, EACH, 12);
    learn(3, EACH, 11);
    cr_expect(!v4_route_cache_forget(cache, 0, 11), "that of another interface");
    cr_expect(!v4_route_cache_forget(cache, 1, 13));
    cr_expect(v4_route_cache_forget(cache, 1, 11));
    cr_expect(gateway_of(1, 0) == 0 && gateway_of(2, 0) == 12 && gateway_of(3, 0) == 0);
}

Test(route_cache, refuses)
{
    cr_expect(v4_route_cache_open(0, 1) == NULL);
    cr_expect(v4_route_cache_open(SIZE_MAX / 8, 1) == NULL, "the size would wrap around");
    v4_route_cache_close(NULL);
}
