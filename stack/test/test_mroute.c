/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/mroute.h"
#include "wire/addr.h"

#define A V4_ADDR(192, 0, 2, 1)
#define B V4_ADDR(192, 0, 2, 2)
#define G V4_ADDR(233, 252, 0, 1)
#define H V4_ADDR(233, 252, 0, 2)
#define OCTETS 40

static struct v4_mroutes *mroutes;

static void opened(void)
{
    mroutes = v4_mroutes_open(OCTETS);
    cr_assert(mroutes != NULL);
}

static void closed(void)
{
    v4_mroutes_close(mroutes);
}

TestSuite(mroute, .init = opened, .fini = closed);

static enum v4_mroute_added add(uint32_t source, uint32_t group, v4_time expiry, v4_time now)
{
    const struct v4_mroute route = {
        .source = source, .group = group, .iface = 1, .least = {2}, .expiry = expiry};

    return v4_mroutes_add(mroutes, &route, now);
}

/* The source of the route that is found; 1: there is none. */
static uint32_t found(uint32_t source, uint32_t group, v4_time now)
{
    struct v4_mroute_use *use;
    const struct v4_mroute *route = v4_mroutes_find(mroutes, source, group, now, &use);

    return route == NULL ? 1 : route->source;
}

static enum v4_mroute_wait queued(uint32_t source, uint32_t group, uint8_t octet, size_t len,
                                  v4_time now)
{
    uint8_t octets[OCTETS + 1] = {octet};
    struct v4_span copy = exact(octets, len);
    const struct v4_mroute_packet packet = {source, group, octet, copy};

    enum v4_mroute_wait waits = v4_mroutes_wait(mroutes, &packet, now);
    drop_octets(copy);
    return waits;
}

/* The first octet of what has waited for such a route longest; 0: nothing has. */
static uint8_t taken(uint32_t source, uint32_t group)
{
    const struct v4_mroute route = {.source = source, .group = group};
    struct v4_mroute_packet packet;

    if (!v4_mroutes_take(mroutes, &route, &packet))
        return 0;
    cr_expect(packet.group == group && (source == 0 || packet.source == source));
    cr_expect(packet.iface == packet.octets.octets[0], "it came by another interface");
    return packet.octets.octets[0];
}

static uint8_t expired(v4_time now)
{
    struct v4_mroute_packet packet;

    return v4_mroutes_expire(mroutes, now, &packet) ? packet.octets.octets[0] : 0;
}

Test(mroute, that_of_a_source_goes_before_that_of_all)
{
    cr_expect(found(A, G, 0) == 1);
    cr_expect(add(0, G, 0, 0) == V4_MROUTE_ADDED);
    cr_expect(found(A, G, 0) == 0 && found(A, H, 0) == 1);
    cr_expect(add(A, G, 0, 0) == V4_MROUTE_ADDED);
    cr_expect(found(A, G, 0) == A && found(B, G, 0) == 0);
    cr_expect(v4_mroutes_remove(mroutes, A, G, 0) && !v4_mroutes_remove(mroutes, A, G, 0));
    cr_expect(found(A, G, 0) == 0);
    cr_expect(!v4_mroutes_remove(mroutes, B, G, 0) && !v4_mroutes_remove(mroutes, 0, H, 0));
}

Test(mroute, there_is_one_of_each_and_no_more_than_there_is_room_for)
{
    const struct v4_mroute_use *use;

    for (uint32_t i = 0; i < V4_MROUTES; i++)
        cr_expect(add(A + i, G, 0, i) == V4_MROUTE_ADDED);
    cr_expect(add(A + 3, G, 0, 0) == V4_MROUTE_TWICE);
    cr_expect(add(A, H, 0, 0) == V4_MROUTE_FULL);
    cr_expect(v4_mroutes_at(mroutes, V4_MROUTES - 1, 0, NULL)->source == A + V4_MROUTES - 1);
    cr_expect(v4_mroutes_at(mroutes, V4_MROUTES, 0, NULL) == NULL);
    cr_expect(v4_mroutes_remove(mroutes, A + 1, G, 0));
    cr_expect(v4_mroutes_at(mroutes, 1, 0, &use)->source == A + 2 && use->used == 2);
    cr_expect(v4_mroutes_at(mroutes, V4_MROUTES - 1, 0, NULL) == NULL);
    cr_expect(add(A, H, 0, 0) == V4_MROUTE_ADDED);
}

Test(mroute, what_is_not_used_is_forgotten)
{
    struct v4_mroute_use *use;

    cr_expect(add(A, G, 10, 100) == V4_MROUTE_ADDED && add(B, G, 0, 100) == V4_MROUTE_ADDED);
    cr_assert(v4_mroutes_find(mroutes, A, G, 109, &use) != NULL);
    cr_expect(use->used == 100 && use->hits == 0 && use->warn_at == 0);
    use->used = 109;
    use->hits++;
    cr_expect(found(A, G, 118) == A);
    cr_expect(found(A, G, 119) == 1 && found(B, G, V4_NEVER) == B);
    cr_expect(add(A, G, 10, 120) == V4_MROUTE_ADDED);
    cr_assert(v4_mroutes_find(mroutes, A, G, 120, &use) != NULL);
    cr_expect(use->used == 120 && use->hits == 0, "what was before is remembered");
    cr_expect(add(A, G, 10, 129) == V4_MROUTE_TWICE && add(A, G, 10, 130) == V4_MROUTE_ADDED);
    cr_expect(v4_mroutes_remove(mroutes, A, G, 139) && add(A, G, 10, 139) == V4_MROUTE_ADDED);
    cr_expect(!v4_mroutes_remove(mroutes, A, G, 149));
    cr_expect(add(A, G, 10, 149) == V4_MROUTE_ADDED);
    cr_expect(v4_mroutes_at(mroutes, 1, 158, NULL) != NULL);
    cr_expect(v4_mroutes_at(mroutes, 1, 159, NULL) == NULL);
}

Test(mroute, a_few_packets_wait_in_their_order)
{
    cr_expect(queued(A, G, 1, OCTETS, 0) == V4_MROUTE_FIRST);
    for (uint8_t i = 2; i <= V4_MROUTE_PACKETS; i++)
        cr_expect(queued(A, G, i, OCTETS, 0) == V4_MROUTE_WAITS);
    cr_expect(queued(A, G, 9, OCTETS, 0) == V4_MROUTE_CROWDED);
    cr_expect(queued(B, G, 11, 1, 0) == V4_MROUTE_FIRST &&
              queued(A, H, 21, 1, 0) == V4_MROUTE_FIRST);
    for (uint8_t i = 1; i <= V4_MROUTE_PACKETS; i++)
        cr_expect(taken(A, G) == i);
    cr_expect(taken(A, G) == 0);
    cr_expect(queued(A, G, 2, OCTETS, 0) == V4_MROUTE_FIRST, "it is told of again");
    cr_expect(taken(B, G) == 11 && taken(B, G) == 0 && taken(A, H) == 21);
}

Test(mroute, a_route_of_all_sources_takes_those_of_all)
{
    cr_expect(queued(A, G, 1, 1, 0) == V4_MROUTE_FIRST && queued(B, G, 2, 1, 0) == V4_MROUTE_FIRST);
    cr_expect(queued(A, H, 3, 1, 0) == V4_MROUTE_FIRST);
    uint8_t one = taken(0, G), other = taken(0, G);
    cr_expect(one + other == 3 && taken(0, G) == 0 && taken(0, H) == 3);
}

Test(mroute, what_is_too_long_or_of_too_many_groups_does_not_wait)
{
    cr_expect(queued(A, G, 1, OCTETS + 1, 0) == V4_MROUTE_CROWDED && taken(A, G) == 0);
    for (uint8_t i = 0; i < V4_MROUTE_QUEUES; i++)
        for (uint8_t j = 0; j < V4_MROUTE_PACKETS; j++)
            cr_expect(queued(A + i, G, (uint8_t)(i + 1), OCTETS, 0) != V4_MROUTE_CROWDED);
    cr_expect(queued(A, H, 1, 1, 0) == V4_MROUTE_CROWDED);
    for (uint8_t j = 0; j < V4_MROUTE_PACKETS; j++)
        cr_expect(taken(A + 5, G) == 6);
    cr_expect(queued(A, H, 1, 1, 0) == V4_MROUTE_FIRST);
}

Test(mroute, nothing_waits_longer_than_the_first_of_its_kind)
{
    cr_expect(v4_mroutes_next_timeout(mroutes) == V4_NEVER);
    cr_expect(queued(A, G, 1, 1, 5) == V4_MROUTE_FIRST && queued(A, G, 2, 1, 7) == V4_MROUTE_WAITS);
    cr_expect(queued(B, G, 3, 1, 6) == V4_MROUTE_FIRST);
    cr_expect(v4_mroutes_next_timeout(mroutes) == V4_MROUTE_WAIT + 5);
    cr_expect(expired(V4_MROUTE_WAIT + 4) == 0);
    cr_expect(expired(V4_MROUTE_WAIT + 5) == 1 && expired(V4_MROUTE_WAIT + 5) == 2);
    cr_expect(expired(V4_MROUTE_WAIT + 5) == 0);
    cr_expect(v4_mroutes_next_timeout(mroutes) == V4_MROUTE_WAIT + 6);
    cr_expect(queued(A, G, 4, 1, V4_MROUTE_WAIT + 5) == V4_MROUTE_FIRST);
    cr_expect(v4_mroutes_next_timeout(mroutes) == V4_MROUTE_WAIT + 6);
    cr_expect(taken(B, G) == 3 && v4_mroutes_next_timeout(mroutes) == 2 * V4_MROUTE_WAIT + 5);
    cr_expect(taken(A, G) == 4 && v4_mroutes_next_timeout(mroutes) == V4_NEVER);
}

Test(mroute, a_reset_forgets_all)
{
    for (int round = 0; round < 3; round++) {
        cr_expect(add(A, G, 0, 0) == V4_MROUTE_ADDED && queued(A, H, 1, 1, 0) == V4_MROUTE_FIRST);
        cr_expect(queued(B, H, 2, OCTETS, 0) == V4_MROUTE_FIRST && taken(A, H) == 1);
        v4_mroutes_reset(mroutes);
        cr_expect(found(A, G, 0) == 1 && taken(B, H) == 0);
        cr_expect(v4_mroutes_next_timeout(mroutes) == V4_NEVER);
    }
}
