/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Filters of users and what their interface wants, against sets of three sources kept as bits. */
#include "octets.h"
#include "table/group.h"

#define SOURCES 3
#define FILTERS 16 /* a mode and a set */

static const uint32_t source[SOURCES] = {0xc0000201, 0xc0000209, 0xcb007105};

static bool excludes(unsigned number)
{
    return number >> SOURCES;
}

static unsigned set_of(unsigned number)
{
    return number & ((1U << SOURCES) - 1);
}

/* The sources from the last to the first, and one of them twice. */
static struct v4_filter filter_of(unsigned number)
{
    uint32_t listed[SOURCES + 1];
    struct v4_filter filter;
    size_t count = 0;

    for (unsigned i = SOURCES; i > 0; i--)
        if (set_of(number) >> (i - 1) & 1)
            listed[count++] = source[i - 1];
    if (count != 0)
        listed[count++] = listed[0];
    cr_assert(v4_filter_make(excludes(number) ? V4_FILTER_EXCLUDE : V4_FILTER_INCLUDE, listed,
                             count, &filter));
    return filter;
}

static void expect_filter(const struct v4_filter *filter, unsigned number, const char *what)
{
    struct v4_filter want = filter_of(number);

    cr_expect(v4_filter_equal(filter, &want), "%s: mode %d, %zu sources, not %x", what,
              (int)filter->mode, filter->count, number);
    for (unsigned i = 0; i < SOURCES; i++) {
        bool listed = set_of(number) >> i & 1;
        cr_expect(v4_filter_lists(filter, source[i]) == listed);
        cr_expect(v4_filter_wants(filter, source[i]) == (listed != excludes(number)));
    }
    cr_expect(!v4_filter_lists(filter, 0xc0000202) && !v4_filter_lists(filter, 0) &&
              !v4_filter_lists(filter, UINT32_MAX));
    for (size_t i = 1; i < filter->count; i++)
        cr_expect(filter->sources[i - 1] < filter->sources[i], "in order");
}

/* RFC 3376 3.2: if any excludes, what all of those exclude and nobody includes; else what some
 * include. */
static unsigned merged(const unsigned *numbers, unsigned count)
{
    unsigned all = (1U << SOURCES) - 1, excluded = all, included = 0;
    bool any = false;

    for (unsigned i = 0; i < count; i++) {
        if (excludes(numbers[i])) {
            excluded &= set_of(numbers[i]);
            any = true;
        } else {
            included |= set_of(numbers[i]);
        }
    }
    return any ? 1U << SOURCES | (excluded & ~included) : included;
}

static void listen(struct v4_groups *groups, unsigned user, unsigned number)
{
    struct v4_filter filter = filter_of(number);

    cr_assert(v4_groups_listen(groups, &(struct v4_listener){user, 1, 0xe9fc0001}, &filter) ==
              V4_LISTEN_DONE);
}

static void expect_wanted(const struct v4_groups *groups, const unsigned *numbers, unsigned count)
{
    const struct v4_filter *wanted = v4_groups_wanted(groups, 1, 0xe9fc0001);
    unsigned number = merged(numbers, count);

    cr_expect((wanted == NULL) == (number == 0));
    if (wanted != NULL)
        expect_filter(wanted, number, "of the interface");
}

Test(filter, one_by_one)
{
    for (unsigned number = 0; number < FILTERS; number++) {
        struct v4_filter filter = filter_of(number);
        expect_filter(&filter, number, "of a user");
        cr_expect(v4_filter_is_none(&filter) == (number == 0));
    }
}

Test(filter, of_another_mode_or_other_sources_is_another)
{
    for (unsigned i = 0; i < FILTERS; i++)
        for (unsigned j = 0; j < FILTERS; j++) {
            struct v4_filter one = filter_of(i), other = filter_of(j);
            cr_expect(v4_filter_equal(&one, &other) == (i == j));
        }
}

/* Any three users, in this order, then the second has another filter, then the first none. */
Test(filter, of_three_users)
{
    struct v4_groups *groups = v4_groups_open(3, 1);

    cr_assert(groups != NULL);
    for (unsigned all = 0; all < FILTERS * FILTERS * FILTERS; all++) {
        unsigned numbers[] = {all % FILTERS, all / FILTERS % FILTERS, all / FILTERS / FILTERS};
        for (unsigned user = 0; user < 3; user++) {
            listen(groups, user, numbers[user]);
            expect_wanted(groups, numbers, user + 1);
        }
        numbers[1] = (numbers[1] * 7 + 5) % FILTERS;
        listen(groups, 1, numbers[1]);
        expect_wanted(groups, numbers, 3);
        listen(groups, 0, 0);
        expect_wanted(groups, numbers + 1, 2);
        v4_groups_reset(groups);
        cr_expect(v4_groups_next(groups, NULL) == NULL);
    }
    v4_groups_close(groups);
}

/* The table takes any number for a source: which of them are one host's its users know. */
Test(filter, zero_is_listed_like_any_other)
{
    static const uint32_t zero[] = {0, 0};
    struct v4_filter filter;

    cr_assert(v4_filter_make(V4_FILTER_INCLUDE, zero, 2, &filter));
    cr_expect(filter.count == 1 && v4_filter_lists(&filter, 0));
}

Test(filter, has_a_limit)
{
    uint32_t sources[V4_FILTER_SOURCES + 1];
    struct v4_filter filter = {.count = 7};

    for (uint32_t i = 0; i < COUNT(sources); i++)
        sources[i] = 1000 - i;
    cr_expect(!v4_filter_make(V4_FILTER_INCLUDE, sources, COUNT(sources), &filter));
    cr_expect(filter.count == 7, "unchanged");
    sources[V4_FILTER_SOURCES] = sources[3];
    cr_expect(v4_filter_make(V4_FILTER_INCLUDE, sources, COUNT(sources), &filter));
    cr_expect(filter.count == V4_FILTER_SOURCES);
    for (uint32_t i = 0; i < V4_FILTER_SOURCES; i++)
        cr_expect(v4_filter_wants(&filter, sources[i]));
    cr_expect(!v4_filter_wants(&filter, 1001));
}
