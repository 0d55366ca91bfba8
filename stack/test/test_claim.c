/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/claim.h"

#define A UINT32_C(0xc6120003)
#define B UINT32_C(0xc6120004)
#define NOBODY UINT32_C(0)
#define ROOM 3

static struct v4_claims *table;
static struct v4_claim told;
static enum v4_claim_due due;
static bool held;

static void open_table(void)
{
    table = v4_claims_open(ROOM, 2, v4_rng_open(5227));
    cr_assert(table != NULL);
}

static void close_table(void)
{
    v4_claims_close(table);
}

TestSuite(claim, .init = open_table, .fini = close_table);

static bool add(uint32_t addr, enum v4_claim_policy policy, bool tested, v4_time now)
{
    return v4_claims_add(
        table, &(struct v4_claim){.addr = addr, .policy = policy, .tested = tested, .len = 24},
        now);
}

static bool expire(v4_time now)
{
    return v4_claims_expire(table, now, &due, &told);
}

static enum v4_claim_answer heard(uint32_t sender, uint32_t target, v4_time now)
{
    return v4_claims_heard(table, 0, sender, target, now, &told);
}

/* The next event, at its time. */
static v4_time step(enum v4_claim_due want)
{
    v4_time now = v4_claims_next_timeout(table);

    cr_assert(now != V4_NEVER);
    cr_expect(now == 0 || !expire(now - 1), "before its time");
    cr_assert(expire(now));
    cr_expect(due == want && told.addr == A && told.len == 24);
    cr_expect(!expire(now), "once");
    return now;
}

static v4_time hold(enum v4_claim_policy policy)
{
    cr_assert(add(A, policy, true, 0));
    for (int i = 0; i < 3; i++)
        step(V4_CLAIM_PROBE);
    return step(V4_CLAIM_HELD);
}

Test(claim, probes_three_times_waits_and_announces_twice)
{
    cr_assert(add(A, V4_CLAIM_STANDS, true, 100 * V4_SECOND));
    v4_time first = step(V4_CLAIM_PROBE);
    cr_expect(first >= 100 * V4_SECOND && first <= 101 * V4_SECOND);
    v4_time second = step(V4_CLAIM_PROBE), third = step(V4_CLAIM_PROBE);
    cr_expect(second - first >= V4_SECOND && second - first <= 2 * V4_SECOND);
    cr_expect(third - second >= V4_SECOND && third - second <= 2 * V4_SECOND);
    cr_expect(v4_claims_find(table, 0, A, &held) != NULL && !held);
    v4_time first_told = step(V4_CLAIM_HELD);
    cr_expect(first_told - third == 2 * V4_SECOND);
    cr_expect(v4_claims_find(table, 0, A, &held) != NULL && held);
    cr_expect(step(V4_CLAIM_ANNOUNCE) - first_told == 2 * V4_SECOND);
    cr_expect(v4_claims_next_timeout(table) == V4_NEVER, "and never again");
    cr_expect(v4_claims_tested(table, 0) == NULL);
}

Test(claim, moments_are_drawn)
{
    uint64_t firsts = 0;

    for (unsigned seed = 0; seed < 64; seed++) {
        v4_claims_reset(table, v4_rng_open(seed));
        add(A, V4_CLAIM_STANDS, true, 0);
        firsts |= UINT64_C(1) << (v4_claims_next_timeout(table) / (125 * V4_MS));
    }
    cr_expect((firsts & 0xff) == 0xff, "%#llx", (unsigned long long)firsts);
}

Test(claim, a_late_caller_keeps_probes_apart)
{
    cr_assert(add(A, V4_CLAIM_STANDS, true, 0));
    cr_assert(expire(50 * V4_SECOND) && due == V4_CLAIM_PROBE);
    cr_expect(!expire(51 * V4_SECOND - 1));
}

/* Whoever has it, wants it or only says so while it is tested. */
static const struct {
    const char *what;
    uint32_t sender, target;
    enum v4_claim_answer tested, held;
} packets[] = {
    {"its owner asks", A, B, V4_CLAIM_TAKEN, V4_CLAIM_DEFENDED},
    {"its owner announces it", A, A, V4_CLAIM_TAKEN, V4_CLAIM_DEFENDED},
    {"another probe", NOBODY, A, V4_CLAIM_TAKEN, V4_CLAIM_NONE},
    {"a probe for another", NOBODY, B, V4_CLAIM_NONE, V4_CLAIM_NONE},
    {"somebody asks for it", B, A, V4_CLAIM_NONE, V4_CLAIM_NONE},
};

Test(claim, what_is_a_conflict)
{
    for (size_t i = 0; i < COUNT(packets); i++) {
        v4_claims_reset(table, v4_rng_open(1));
        add(A, V4_CLAIM_STANDS, true, 0);
        cr_expect(heard(packets[i].sender, packets[i].target, 0) == packets[i].tested, "%s",
                  packets[i].what);
        cr_expect((v4_claims_find(table, 0, A, &held) == NULL) ==
                      (packets[i].tested == V4_CLAIM_TAKEN),
                  "%s", packets[i].what);
        v4_claims_reset(table, v4_rng_open(1));
        hold(V4_CLAIM_STANDS);
        cr_expect(heard(packets[i].sender, packets[i].target, 20 * V4_SECOND) == packets[i].held,
                  "%s", packets[i].what);
    }
}

Test(claim, is_in_conflict_until_two_seconds_after_the_last_probe)
{
    add(A, V4_CLAIM_STANDS, true, 0);
    for (int i = 0; i < 3; i++)
        step(V4_CLAIM_PROBE);
    cr_expect(heard(A, B, v4_claims_next_timeout(table) - 1) == V4_CLAIM_TAKEN);
    cr_expect(v4_claims_next_timeout(table) == V4_NEVER);
}

Test(claim, another_interface_is_another_link)
{
    hold(V4_CLAIM_YIELDS);
    cr_expect(v4_claims_heard(table, 1, A, B, 20 * V4_SECOND, &told) == V4_CLAIM_NONE);
    cr_expect(v4_claims_find(table, 1, A, &held) == NULL);
    cr_expect(v4_claims_heard(table, 0, A, B, 20 * V4_SECOND, &told) == V4_CLAIM_LOST);
}

Test(claim, stands_once_in_ten_seconds)
{
    v4_time now = hold(V4_CLAIM_STANDS);

    cr_expect(heard(A, B, now) == V4_CLAIM_DEFENDED);
    cr_expect(heard(A, B, now + 10 * V4_SECOND) == V4_CLAIM_DEFENDED);
    cr_expect(heard(A, B, now + 20 * V4_SECOND - 1) == V4_CLAIM_LOST);
    cr_expect(heard(A, B, now + 20 * V4_SECOND) == V4_CLAIM_NONE);
}

Test(claim, yields_at_once)
{
    v4_time now = hold(V4_CLAIM_YIELDS);

    cr_expect(heard(A, B, now) == V4_CLAIM_LOST);
    cr_expect(v4_claims_next_timeout(table) == V4_NEVER, "nothing more is announced");
}

Test(claim, stays_and_is_announced_once_in_ten_seconds)
{
    cr_assert(add(A, V4_CLAIM_STAYS, false, 0));
    cr_expect(v4_claims_next_timeout(table) == V4_NEVER, "it is not tested");
    cr_expect(heard(A, B, V4_SECOND) == V4_CLAIM_DEFENDED);
    cr_expect(heard(A, B, 11 * V4_SECOND - 1) == V4_CLAIM_BORNE);
    cr_expect(heard(A, B, 11 * V4_SECOND) == V4_CLAIM_DEFENDED);
    cr_expect(heard(A, B, 21 * V4_SECOND - 1) == V4_CLAIM_BORNE);
    cr_expect(v4_claims_find(table, 0, A, &held) != NULL && held);
}

Test(claim, one_new_address_a_minute_after_ten_conflicts)
{
    v4_time now = 0;

    for (int i = 0; i < 10; i++) {
        cr_assert(add(A, V4_CLAIM_STANDS, true, now));
        cr_expect(v4_claims_next_timeout(table) <= now + V4_SECOND, "%d", i);
        cr_expect(heard(A, B, now) == V4_CLAIM_TAKEN);
        now += V4_MS;
    }
    cr_assert(add(A, V4_CLAIM_STANDS, true, now));
    v4_time begun = 60 * V4_SECOND + 9 * V4_MS;
    cr_expect(v4_claims_next_timeout(table) >= begun);
    cr_expect(v4_claims_next_timeout(table) <= begun + V4_SECOND);
    cr_expect(heard(A, B, begun) == V4_CLAIM_TAKEN);
    cr_assert(add(A, V4_CLAIM_STANDS, true, begun));
    cr_expect(v4_claims_next_timeout(table) >= begun + 60 * V4_SECOND);
    cr_assert(v4_claims_remove(table, 0, A));
    cr_assert(add(A, V4_CLAIM_STANDS, true, begun + 200 * V4_SECOND));
    cr_expect(v4_claims_next_timeout(table) <= begun + 201 * V4_SECOND, "a minute has passed");
}

Test(claim, conflicts_of_what_is_held_count_too)
{
    add(B, V4_CLAIM_STAYS, false, 0);
    for (int i = 0; i < 10; i++)
        heard(B, A, 0);
    add(A, V4_CLAIM_STANDS, true, 0);
    cr_expect(v4_claims_next_timeout(table) <= V4_SECOND, "the first one since");
    v4_claims_remove(table, 0, A);
    add(A, V4_CLAIM_STANDS, true, 0);
    cr_expect(v4_claims_next_timeout(table) >= 60 * V4_SECOND);
}

Test(claim, other_interfaces_have_their_own_rate)
{
    for (int i = 0; i < 10; i++) {
        add(A, V4_CLAIM_STANDS, true, 0);
        heard(A, B, 0);
    }
    v4_claims_add(table, &(struct v4_claim){.iface = 1, .addr = A, .tested = true}, 0);
    cr_expect(v4_claims_next_timeout(table) <= V4_SECOND);
}

Test(claim, is_tested_again_on_a_link_that_nobody_knows)
{
    v4_time now = hold(V4_CLAIM_STANDS);

    add(B, V4_CLAIM_STAYS, false, now);
    for (int i = 0; i < 10; i++)
        heard(B, A, now);
    v4_claims_up(table, 1, now);
    cr_expect(v4_claims_tested(table, 0) == NULL, "another interface");
    v4_claims_up(table, 0, now);
    cr_assert(v4_claims_tested(table, 0) != NULL && v4_claims_tested(table, 0)->addr == A);
    cr_expect(v4_claims_tested(table, 1) == NULL, "what was not tested is not");
    cr_expect(v4_claims_next_timeout(table) <= now + V4_SECOND, "its conflicts are forgotten");
    for (int i = 0; i < 3; i++)
        step(V4_CLAIM_PROBE);
    step(V4_CLAIM_HELD);
}

Test(claim, what_is_tested_again_may_be_defended_again)
{
    v4_time now = hold(V4_CLAIM_STANDS);

    cr_assert(heard(A, B, now) == V4_CLAIM_DEFENDED);
    v4_claims_up(table, 0, now);
    for (int i = 0; i < 3; i++)
        step(V4_CLAIM_PROBE);
    now = step(V4_CLAIM_HELD);
    cr_expect(heard(A, B, now) == V4_CLAIM_DEFENDED);
}

Test(claim, room_is_bounded)
{
    cr_assert(add(A, V4_CLAIM_STAYS, false, 0));
    cr_expect(!add(A, V4_CLAIM_STAYS, true, 0), "twice");
    cr_expect(!v4_claims_add(table, &(struct v4_claim){.iface = 2, .addr = B}, 0), "no interface");
    cr_assert(add(B, V4_CLAIM_STANDS, true, 0));
    cr_assert(v4_claims_add(table, &(struct v4_claim){.iface = 1, .addr = A}, 0));
    cr_expect(!v4_claims_add(table, &(struct v4_claim){.iface = 1, .addr = B}, 0), "full");
    cr_expect(!v4_claims_remove(table, 1, B));
    cr_assert(v4_claims_remove(table, 0, B));
    cr_expect(v4_claims_next_timeout(table) == V4_NEVER);
    cr_assert(v4_claims_add(table, &(struct v4_claim){.iface = 1, .addr = B}, 0));
}

Test(claim, time_ends)
{
    cr_assert(add(A, V4_CLAIM_STANDS, true, V4_NEVER - 1));
    cr_expect(v4_claims_next_timeout(table) == V4_NEVER || !expire(V4_NEVER - 1));
}

Test(claim, needs_room)
{
    cr_expect(v4_claims_open(0, 1, v4_rng_open(1)) == NULL);
    cr_expect(v4_claims_open(1, 0, v4_rng_open(1)) == NULL);
    cr_expect(v4_claims_open(SIZE_MAX, 1, v4_rng_open(1)) == NULL);
    v4_claims_close(NULL);
}
