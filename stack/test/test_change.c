/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is told of changes (RFC 3376 5.1), against sets of three sources kept as bits. */
#include "octets.h"
#include "table/change.h"

#define SOURCES 3
#define ALL ((1U << SOURCES) - 1)
#define FILTERS 16 /* a mode, the fourth bit, and a set */
#define NO_RECORD UINT32_MAX
#define TYPES (V4_RECORD_BLOCK + 1)

static bool excludes(unsigned number)
{
    return number > ALL;
}

static struct v4_filter filter_of(unsigned number)
{
    struct v4_filter filter = {.mode = excludes(number) ? V4_FILTER_EXCLUDE : V4_FILTER_INCLUDE};

    for (uint32_t i = 0; i < SOURCES; i++)
        if (number >> i & 1)
            filter.sources[filter.count++] = 100 + i;
    return filter;
}

/* The sets of the next report's records. */
struct told {
    unsigned sets[TYPES];
};

static struct told told_by(const struct v4_change *change, unsigned is)
{
    struct v4_filter filter = filter_of(is);
    uint32_t sources[V4_CHANGE_SOURCES];
    struct told told;
    size_t count;

    for (unsigned type = 0; type < TYPES; type++) {
        told.sets[type] = NO_RECORD;
        if (!v4_change_record(change, &filter, (enum v4_record_type)type, &count, sources))
            continue;
        told.sets[type] = 0;
        for (size_t i = 0; i < count; i++)
            told.sets[type] |= 1U << (sources[i] - 100);
    }
    return told;
}

static void expect_told(const struct v4_change *change, unsigned is, struct told want,
                        const char *what, unsigned was)
{
    struct told told = told_by(change, is);

    for (unsigned type = 0; type < TYPES; type++)
        cr_expect(told.sets[type] == want.sets[type], "%s, %x to %x, type %u: %x, not %x", what,
                  was, is, type, told.sets[type], want.sets[type]);
}

static struct told of_nothing(void)
{
    struct told told;

    for (unsigned type = 0; type < TYPES; type++)
        told.sets[type] = NO_RECORD;
    return told;
}

/* The table of RFC 3376 5.1. */
static struct told of_table(unsigned was, unsigned is)
{
    unsigned a = was & ALL, b = is & ALL;
    struct told told = of_nothing();

    if (!excludes(was) && excludes(is))
        told.sets[V4_RECORD_TO_EX] = b;
    if (excludes(was) && !excludes(is))
        told.sets[V4_RECORD_TO_IN] = b;
    if (excludes(was) != excludes(is))
        return told;
    unsigned allow = excludes(is) ? a & ~b : b & ~a, block = excludes(is) ? b & ~a : a & ~b;
    if (allow != 0)
        told.sets[V4_RECORD_ALLOW] = allow;
    if (block != 0)
        told.sets[V4_RECORD_BLOCK] = block;
    return told;
}

static void note(struct v4_change *change, unsigned was, unsigned is, unsigned robustness)
{
    struct v4_filter before = filter_of(was), after = filter_of(is);

    v4_change_note(change, &before, &after, robustness);
}

Test(change, each_pair_of_the_table_as_often_as_it_is_to_be_told)
{
    for (unsigned was = 0; was < FILTERS; was++)
        for (unsigned is = 0; is < FILTERS; is++)
            for (unsigned robustness = 1; robustness <= 7; robustness++) {
                struct v4_change change = {0};
                if (was == is)
                    continue;
                note(&change, was, is, robustness);
                for (unsigned i = 0; i < robustness; i++) {
                    cr_expect(!v4_change_is_told(&change));
                    expect_told(&change, is, of_table(was, is), "once more", was);
                    v4_change_sent(&change);
                }
                cr_expect(v4_change_is_told(&change));
                expect_told(&change, is, of_nothing(), "told", was);
            }
}

/* A second change after `sent` reports of the first: RFC 3376 5.1's rules for merging, with a count
 * for the mode and one for each source. */
struct merged {
    unsigned mode, sources[SOURCES];
};

static void model_note(struct merged *merged, unsigned was, unsigned is, unsigned robustness)
{
    if (excludes(was) != excludes(is))
        merged->mode = robustness;
    for (unsigned i = 0; i < SOURCES && excludes(was) == excludes(is); i++)
        if ((was ^ is) >> i & 1)
            merged->sources[i] = robustness;
}

static struct told model_told(const struct merged *merged, unsigned is)
{
    struct told told = of_nothing();
    unsigned retransmitted = 0, wanted = excludes(is) ? ~is & ALL : is & ALL;

    for (unsigned i = 0; i < SOURCES; i++)
        retransmitted |= merged->sources[i] != 0 ? 1U << i : 0;
    if (merged->mode != 0) {
        told.sets[excludes(is) ? V4_RECORD_TO_EX : V4_RECORD_TO_IN] = is & ALL;
        return told;
    }
    if ((retransmitted & wanted) != 0)
        told.sets[V4_RECORD_ALLOW] = retransmitted & wanted;
    if ((retransmitted & ~wanted) != 0)
        told.sets[V4_RECORD_BLOCK] = retransmitted & ~wanted;
    return told;
}

static void model_sent(struct merged *merged)
{
    merged->mode -= merged->mode != 0;
    for (unsigned i = 0; i < SOURCES; i++)
        merged->sources[i] -= merged->sources[i] != 0;
}

Test(change, three_states_one_after_the_other)
{
    for (unsigned all = 0; all < FILTERS * FILTERS * FILTERS * 3; all++) {
        unsigned first = all % FILTERS, second = all / FILTERS % FILTERS,
                 third = all / FILTERS / FILTERS % FILTERS,
                 sent = all / FILTERS / FILTERS / FILTERS;
        struct v4_change change = {0};
        struct merged merged = {0};

        note(&change, first, second, 3);
        model_note(&merged, first, second, 3);
        for (unsigned i = 0; i < sent; i++) {
            v4_change_sent(&change);
            model_sent(&merged);
        }
        note(&change, second, third, 3);
        model_note(&merged, second, third, 3);
        for (unsigned i = 0; i < 4; i++) {
            expect_told(&change, third, model_told(&merged, third), "merged", second);
            v4_change_sent(&change);
            model_sent(&merged);
        }
        cr_expect(v4_change_is_told(&change));
    }
}

Test(change, of_too_many_sources_is_told_as_a_whole)
{
    struct v4_filter none = {0}, some = {.count = V4_FILTER_SOURCES}, others = some;
    uint32_t sources[V4_CHANGE_SOURCES];
    struct v4_change change = {0};
    size_t count = 0;

    for (uint32_t i = 0; i < V4_FILTER_SOURCES; i++) {
        some.sources[i] = 1000 + i;
        others.sources[i] = 1001 + i; /* one is another */
    }
    v4_change_note(&change, &none, &some, 2);
    cr_expect(v4_change_record(&change, &some, V4_RECORD_ALLOW, &count, sources));
    cr_expect(count == V4_FILTER_SOURCES);
    v4_change_sent(&change);
    v4_change_note(&change, &some, &others, 2);
    cr_expect(!v4_change_record(&change, &others, V4_RECORD_ALLOW, &count, sources));
    cr_expect(v4_change_record(&change, &others, V4_RECORD_TO_IN, &count, sources));
    cr_expect(count == V4_FILTER_SOURCES && sources[0] == 1001);
    v4_change_sent(&change);
    v4_change_sent(&change);
    cr_expect(v4_change_is_told(&change));
}
