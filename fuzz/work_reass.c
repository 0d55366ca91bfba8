/* SPDX-License-Identifier: BSD-2-Clause */
#include "work_reass.h"
#include "fuzz.h"

/* So many steps are allowed everywhere: a search, whose scripts hold up to 22 datagrams, sees what
 * walks over more of them, but not what a hash that nobody can predict puts into one of 64 buckets:
 * eleven of 21 there are less likely than one in 10^13 scripts. */
#define STEPS 10

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The edges of one add, without those that the octets of its fragment pay for. */
static size_t edges_of_add(struct v4_reass *reass, uint16_t id, uint16_t first, uint16_t len,
                           bool more)
{
    static const uint8_t octets[20 + 16] = {0x45};
    const struct v4_reass_fragment fragment = {
        .key.id = id,
        .first = first,
        .more = more,
        .header = {octets, 20},
        .data = {octets + 20, len},
    };
    struct v4_reass_datagram datagram;
    enum v4_drop drop;
    uint64_t edges = fuzz_edges;

    v4_reass_add(reass, &fragment, 0, &datagram, &drop);
    edges = fuzz_edges - edges;
    return edges > len ? edges - len : 0;
}

static size_t edges_of_expire(struct v4_reass *reass)
{
    struct v4_reass_datagram datagram;
    uint64_t edges = fuzz_edges;

    v4_reass_expire(reass, 0, &datagram);
    uint64_t then = fuzz_edges;
    v4_reass_next_timeout(reass);
    return larger(then - edges, fuzz_edges - then);
}

/* A datagram alone: it begins with either fragment, has one over the end of a chunk, twice, and one
 * that ends it. */
static void measure_alone(struct v4_reass_config config, bool from_the_end, struct work_reass *work)
{
    struct v4_stats stats = {0};
    config.datagrams = 1;
    config.stats = &stats;
    struct v4_reass *reass = v4_reass_open(&config);

    if (!reass)
        return;
    if (from_the_end)
        work->add = larger(work->add, edges_of_add(reass, 0, 520, 1, false));
    for (int i = 0; i < 2; i++)
        work->add = larger(work->add, edges_of_add(reass, 0, 504, 16, true));
    work->add = larger(work->add, edges_of_add(reass, 0, 520, 1, false));
    work->expire = larger(work->expire, edges_of_expire(reass));
    v4_reass_close(reass);
}

/* What it takes more where one other of the same sender is held in the same of two buckets, as it
 * is for some of the ids; and the edge that only an empty bucket takes. */
static size_t measure_step(struct v4_reass_config config)
{
    size_t apart = SIZE_MAX, beside = 0;

    for (uint16_t id = 1; id <= 16; id++) {
        struct v4_stats stats = {0};
        config.datagrams = 2;
        config.stats = &stats;
        struct v4_reass *reass = v4_reass_open(&config);
        if (!reass)
            continue;
        edges_of_add(reass, 0, 0, 8, true);
        size_t edges = edges_of_add(reass, id, 0, 8, true);
        apart = edges < apart ? edges : apart;
        beside = larger(beside, edges);
        v4_reass_close(reass);
    }
    return beside - apart + 1;
}

void work_reass_measure(struct v4_reass_config config, struct work_reass *work)
{
    size_t steps = STEPS * measure_step(config);
    struct work_reass alone = {0};

    measure_alone(config, false, &alone);
    measure_alone(config, true, &alone);
    work->add = larger(work->add, alone.add + steps);
    /* Twice as many: more than the dozen datagrams of a seed take, and less than those of a search.
     */
    work->expire = larger(work->expire, alone.expire + 2 * steps);
}
