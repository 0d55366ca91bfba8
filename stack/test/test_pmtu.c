/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/pmtu.h"

#define MINUTE (60 * V4_SECOND)
#define PATHS 4
#define LINK 1500

static struct v4_pmtus *pmtus;

static void start(void)
{
    pmtus = v4_pmtus_open(&(struct v4_pmtu_config){
        .paths = PATHS, .after_fall = 10 * MINUTE, .after_raise = 2 * MINUTE, .seed = 3});
    cr_assert(pmtus != NULL);
}

static void stop(void)
{
    v4_pmtus_close(pmtus);
}

/* A router says `said` about a packet of 1,500 octets to `dst`. */
static bool lower(uint32_t dst, unsigned said, v4_time now)
{
    const struct v4_pmtu_report report = {
        .dst = dst, .said = said, .length = LINK, .header_len = 20};

    return v4_pmtu_lower(pmtus, &report, LINK, now);
}

/* Raises what is due, on links of `LINK` octets; returns how many. */
static unsigned pass(v4_time now)
{
    unsigned count = 0;
    uint32_t dst;

    for (; v4_pmtu_due(pmtus, now, &dst); count++)
        v4_pmtu_raise(pmtus, dst, LINK, now);
    return count;
}

Test(pmtu, what_nobody_complained_about_is_as_wide_as_the_first_hop, .init = start, .fini = stop)
{
    cr_expect(v4_pmtu_find(pmtus, 1, LINK) == LINK);
    cr_expect(v4_pmtu_find(pmtus, 1, 65535) == 65535);
    cr_expect(v4_pmtu_next_timeout(pmtus) == V4_NEVER);
    cr_expect(v4_pmtu_count(pmtus) == 0);
}

static const struct {
    const char *what;
    unsigned said, length, header_len, want;
} reports[] = {
    {"what is said", 1280, 1500, 20, 1280},
    {"68", 68, 1500, 20, 68},
    {"less than 68", 67, 1500, 20, 68},
    {"one octet", 1, 1500, 20, 68},
    {"as much as the link", 1500, 1501, 20, LINK},
    {"more than the link", 1501, 9000, 20, LINK},
    {"as much as the packet was long", 600, 600, 20, LINK},
    {"more than the packet was long", 600, 500, 20, LINK},
    {"old, the link's whole MTU", 0, 1500, 20, 1006},
    {"old, the link's, and the header on top", 0, 1520, 20, 1492},
    {"old, with options", 0, 1540, 40, 1492},
    {"old, a shorter packet", 0, 1499, 20, 1492},
    {"old, a plateau", 0, 1006, 20, 508},
    {"old, one above a plateau", 0, 1007, 20, 1006},
    {"old, 297", 0, 297, 20, 296},
    {"old, 69", 0, 69, 20, 68},
    {"old, 68, which passes everywhere", 0, 68, 20, LINK},
    {"less than 68, of a packet of 68", 60, 68, 20, LINK},
    {"old, a header longer than all", 0, 1500, 1600, 68},
};

Test(pmtu, a_report_says_what_the_path_carries)
{
    for (size_t i = 0; i < COUNT(reports); i++) {
        start();
        const struct v4_pmtu_report report = {.dst = 1,
                                              .said = reports[i].said,
                                              .length = reports[i].length,
                                              .header_len = reports[i].header_len};
        bool fell = v4_pmtu_lower(pmtus, &report, LINK, 0);
        cr_expect(v4_pmtu_find(pmtus, 1, LINK) == reports[i].want, "%s: %u", reports[i].what,
                  v4_pmtu_find(pmtus, 1, LINK));
        cr_expect(fell == (reports[i].want < LINK), "%s", reports[i].what);
        cr_expect(v4_pmtu_count(pmtus) == fell, "%s: remembered", reports[i].what);
        stop();
    }
}

Test(pmtu, it_only_falls, .init = start, .fini = stop)
{
    cr_expect(lower(1, 900, 0));
    cr_expect(!lower(1, 901, 1) && !lower(1, 900, 1) && !lower(1, 1400, 1));
    cr_expect(v4_pmtu_find(pmtus, 1, LINK) == 900);
    cr_expect(v4_pmtu_next_timeout(pmtus) == 10 * MINUTE, "what lowers nothing delays nothing");
    cr_expect(lower(1, 899, 1));
    cr_expect(v4_pmtu_find(pmtus, 1, LINK) == 899);
    cr_expect(v4_pmtu_find(pmtus, 2, LINK) == LINK, "another destination");
    cr_expect(v4_pmtu_find(pmtus, 1, 576) == 576, "a narrower first hop");
}

Test(pmtu, old_routers_bring_it_down_by_plateaus, .init = start, .fini = stop)
{
    static const unsigned want[] = {1006, 508, 296, 68};
    unsigned mtu = LINK;

    for (size_t i = 0; i < COUNT(want); i++) {
        const struct v4_pmtu_report report = {.dst = 1, .length = mtu, .header_len = 20};
        cr_expect(v4_pmtu_lower(pmtus, &report, LINK, 0));
        mtu = v4_pmtu_find(pmtus, 1, LINK);
        cr_expect(mtu == want[i], "%u, not %u", mtu, want[i]);
    }
    cr_expect(!lower(1, 0, 0), "68 is the end");
}

Test(pmtu, it_is_raised_after_ten_minutes_and_every_two, .init = start, .fini = stop)
{
    static const unsigned want[] = {508, 1006, 1492, LINK};

    cr_assert(lower(1, 300, 5));
    for (size_t i = 0; i < COUNT(want); i++) {
        v4_time when = 5 + (10 + 2 * i) * MINUTE;
        cr_expect(v4_pmtu_next_timeout(pmtus) == when, "step %zu", i);
        cr_expect(pass(when - 1) == 0 && pass(when) == 1, "step %zu", i);
        cr_expect(v4_pmtu_find(pmtus, 1, LINK) == want[i], "step %zu", i);
    }
    cr_expect(v4_pmtu_count(pmtus) == 0 && v4_pmtu_next_timeout(pmtus) == V4_NEVER);
}

Test(pmtu, a_fall_after_a_raise_waits_ten_minutes_again, .init = start, .fini = stop)
{
    cr_assert(lower(1, 300, 0) && pass(10 * MINUTE) == 1);
    cr_assert(lower(1, 300, 11 * MINUTE));
    cr_expect(v4_pmtu_next_timeout(pmtus) == 21 * MINUTE);
    cr_expect(v4_pmtu_find(pmtus, 1, LINK) == 300);
}

Test(pmtu, who_is_due_first_comes_first, .init = start, .fini = stop)
{
    uint32_t dst;

    cr_assert(lower(1, 300, 0) && lower(2, 300, 9 * MINUTE) && pass(10 * MINUTE) == 1);
    cr_expect(v4_pmtu_next_timeout(pmtus) == 12 * MINUTE, "1, which was raised");
    cr_expect(v4_pmtu_due(pmtus, 12 * MINUTE, &dst) && dst == 1);
    cr_expect(pass(18 * MINUTE) == 1 && v4_pmtu_next_timeout(pmtus) == 19 * MINUTE, "then 2");
    cr_expect(v4_pmtu_due(pmtus, 19 * MINUTE, &dst) && dst == 2);
}

Test(pmtu, time_may_be_told_to_change_nothing, .init = start, .fini = stop)
{
    cr_assert(lower(1, 300, 0));
    v4_pmtus_age(pmtus, V4_NEVER);
    cr_expect(v4_pmtu_next_timeout(pmtus) == V4_NEVER && pass(1000 * MINUTE) == 0);
    v4_pmtus_age(pmtus, MINUTE);
    cr_expect(v4_pmtu_next_timeout(pmtus) == MINUTE);
}

Test(pmtu, the_path_that_changed_longest_ago_makes_room, .init = start, .fini = stop)
{
    for (uint32_t dst = 1; dst <= PATHS; dst++)
        cr_assert(lower(dst, 1000 - dst, dst));
    cr_assert(lower(1, 600, 5)); /* now 2 is the stalest */
    cr_assert(lower(9, 500, 6));
    cr_expect(v4_pmtu_count(pmtus) == PATHS);
    cr_expect(v4_pmtu_find(pmtus, 2, LINK) == LINK);
    cr_expect(v4_pmtu_find(pmtus, 1, LINK) == 600 && v4_pmtu_find(pmtus, 3, LINK) == 997 &&
              v4_pmtu_find(pmtus, 4, LINK) == 996 && v4_pmtu_find(pmtus, 9, LINK) == 500);
}

Test(pmtu, a_raise_is_a_change_too, .init = start, .fini = stop)
{
    cr_assert(lower(1, 300, 0) && lower(2, 300, 9 * MINUTE) && pass(10 * MINUTE) == 1);
    cr_assert(lower(3, 300, 11 * MINUTE) && lower(4, 300, 11 * MINUTE));
    cr_assert(lower(5, 300, 11 * MINUTE));
    cr_expect(v4_pmtu_find(pmtus, 2, LINK) == LINK && v4_pmtu_find(pmtus, 1, LINK) == 508);
}

Test(pmtu, what_the_user_set_stays, .init = start, .fini = stop)
{
    cr_assert(v4_pmtu_fix(pmtus, 1, 1000));
    cr_expect(!lower(1, 600, 0) && pass(1000 * MINUTE) == 0);
    cr_expect(v4_pmtu_find(pmtus, 1, LINK) == 1000);
    for (uint32_t dst = 2; dst < 20; dst++)
        cr_expect(lower(dst, 600, dst));
    cr_expect(v4_pmtu_find(pmtus, 1, LINK) == 1000 && v4_pmtu_count(pmtus) == PATHS);
    cr_expect(v4_pmtu_fix(pmtus, 1, 5) && v4_pmtu_find(pmtus, 1, LINK) == 68);
    cr_expect(v4_pmtu_fix(pmtus, 1, 0) && v4_pmtu_find(pmtus, 1, LINK) == LINK);
    cr_expect(lower(1, 600, 20) && v4_pmtu_fix(pmtus, 77, 0), "nothing to forget");
    v4_pmtu_raise(pmtus, 77, LINK, 0); /* nor to raise */
    cr_expect(v4_pmtu_count(pmtus) == PATHS);
}

Test(pmtu, when_all_are_set_nobody_makes_room, .init = start, .fini = stop)
{
    for (uint32_t dst = 1; dst <= PATHS; dst++)
        cr_assert(v4_pmtu_fix(pmtus, dst, 1000));
    cr_expect(!v4_pmtu_fix(pmtus, 9, 1000) && !lower(9, 600, 0));
    cr_expect(v4_pmtu_find(pmtus, 9, LINK) == LINK && v4_pmtu_next_timeout(pmtus) == V4_NEVER);
}

Test(pmtu, reset_leaves_what_open_left, .init = start, .fini = stop)
{
    cr_assert(lower(1, 300, 0) && lower(2, 300, 0) && v4_pmtu_fix(pmtus, 3, 700));
    cr_assert(pass(10 * MINUTE) == 2);
    v4_pmtus_reset(pmtus);
    cr_expect(v4_pmtu_count(pmtus) == 0 && v4_pmtu_next_timeout(pmtus) == V4_NEVER);
    for (uint32_t dst = 1; dst <= PATHS; dst++) {
        cr_expect(v4_pmtu_find(pmtus, dst, LINK) == LINK);
        cr_expect(lower(dst, 600, 0));
    }
}

Test(pmtu, each_can_be_listed, .init = start, .fini = stop)
{
    static const uint32_t order[] = {4, 1, 3, 2}; /* fallen, raised, and set */
    struct v4_pmtu_path path;

    cr_expect(!v4_pmtu_at(pmtus, 0, &path));
    cr_assert(lower(3, 300, 0) && lower(1, 300, 0) && v4_pmtu_fix(pmtus, 2, 700));
    cr_assert(pass(10 * MINUTE) == 2 && lower(4, 600, 10 * MINUTE));
    cr_assert(lower(1, 298, 11 * MINUTE));
    for (size_t i = 0; i < COUNT(order); i++) {
        cr_assert(v4_pmtu_at(pmtus, i, &path), "%zu", i);
        cr_expect(path.dst == order[i] && path.fixed == (order[i] == 2), "%zu: %u", i, path.dst);
        cr_expect(path.mtu == v4_pmtu_find(pmtus, path.dst, LINK), "%zu", i);
        cr_expect(path.fixed || path.changed == (path.dst == 1 ? 11 : 10) * MINUTE, "%zu", i);
    }
    cr_expect(!v4_pmtu_at(pmtus, COUNT(order), &path));
}

Test(pmtu, some_numbers_must_not_be_0)
{
    struct v4_pmtu_config config = {.paths = 1, .after_fall = 1, .after_raise = 1};

    config.paths = 0;
    cr_expect(v4_pmtus_open(&config) == NULL);
    config.paths = 1, config.after_fall = 0;
    cr_expect(v4_pmtus_open(&config) == NULL);
    config.after_fall = 1, config.after_raise = 0;
    cr_expect(v4_pmtus_open(&config) == NULL);
    v4_pmtus_close(NULL);
}
