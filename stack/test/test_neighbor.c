/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/poison.h"
#include "octets.h"
#include "table/neighbor.h"

#define A UINT32_C(0xc6120001)
#define B UINT32_C(0xc6120003)
#define C UINT32_C(0xc6120004)
#define D UINT32_C(0xc6120005)
#define LIFETIME (60 * V4_SECOND)
#define RETRY V4_SECOND
#define NO_MAC ((struct v4_mac){{0}})
#define MAC(n) ((struct v4_mac){{2, 0, 0, 0, 0, (n)}})

static struct v4_stats stats;
static struct v4_neighbors *table;
static struct v4_mac mac;     /* of the last resolve */
static struct v4_span waited; /* of the last learn */
static struct v4_neighbor_event event;

/* Room for three, three requests each, one datagram of at most 8 octets. */
static const struct v4_neighbor_config config = {
    .neighbors = 3,
    .octets = 8,
    .waiting = 1,
    .lifetime = LIFETIME,
    .retry = RETRY,
    .tries = 3,
    .seed = 826,
    .stats = &stats,
};

static void open_table(void)
{
    table = v4_neighbors_open(&config);
    cr_assert(table != NULL);
}

static void close_table(void)
{
    /* Whoever entered the table left it in one of three ways, or is still there. */
    uint64_t left = stats.value[V4_STAT_NEIGHBOR_EXPIRED] + stats.value[V4_STAT_NEIGHBOR_EVICTED] +
                    stats.value[V4_STAT_NEIGHBOR_FAILED];
    cr_expect(stats.value[V4_STAT_NEIGHBOR_ADDED] == left + v4_neighbors_count(table));
    v4_neighbors_close(table);
}

TestSuite(neighbor, .init = open_table, .fini = close_table);

static struct v4_span text(const char *octets)
{
    return (struct v4_span){(const uint8_t *)octets, strlen(octets)};
}

static bool is(struct v4_span span, const char *octets)
{
    return span.len == strlen(octets) && memcmp(span.octets, octets, span.len) == 0;
}

static enum v4_neighbor_answer resolve(uint32_t addr, const char *datagram, v4_time now)
{
    mac = NO_MAC;
    struct v4_span copy = exact(datagram, strlen(datagram));
    enum v4_neighbor_answer answer = v4_neighbors_resolve(table, 0, addr, copy, now, &mac);
    drop_octets(copy); /* what waits is a copy */
    return answer;
}

static bool learn(uint32_t addr, struct v4_mac said, bool add, v4_time now)
{
    return v4_neighbors_learn(table, 0, addr, said, add, now, &waited);
}

static bool expire(v4_time now)
{
    return v4_neighbors_expire(table, now, &event);
}

Test(neighbor, is_asked_for_then_known)
{
    cr_expect(resolve(A, "one", 0) == V4_NEIGHBOR_ASK);
    cr_assert(learn(A, MAC(1), false, V4_MS));
    cr_expect(is(waited, "one"));
    cr_expect(resolve(A, "two", 2 * V4_MS) == V4_NEIGHBOR_KNOWN);
    cr_expect(v4_mac_equal(mac, MAC(1)));
    cr_expect(!learn(A, MAC(1), false, 3 * V4_MS), "nothing waits any more");
}

Test(neighbor, the_newest_datagram_waits)
{
    cr_expect(resolve(A, "one", 0) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(A, "two", 1) == V4_NEIGHBOR_WAIT);
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_QUEUE] == 1);
    cr_expect(resolve(A, "too long.", 2) == V4_NEIGHBOR_WAIT);
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_LENGTH] == 1);
    cr_assert(learn(A, MAC(1), false, 3));
    cr_expect(is(waited, "two"));
}

static void two_wait_in_room_for_two(void)
{
    struct v4_neighbor_config roomy = config;

    roomy.waiting = 2;
    v4_neighbors_close(table);
    table = v4_neighbors_open(&roomy);
    cr_assert(table != NULL);
    cr_expect(resolve(A, "one", 0) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(A, "two", 1) == V4_NEIGHBOR_WAIT);
}

/* Room for two: the newest stay, and leave in their order, or fail together. */
Test(neighbor, several_datagrams_may_wait)
{
    two_wait_in_room_for_two();
    cr_expect(resolve(A, "three", 2) == V4_NEIGHBOR_WAIT);
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_QUEUE] == 1);
    cr_expect(resolve(B, "four", 3) == V4_NEIGHBOR_ASK);
    cr_assert(learn(A, MAC(1), false, 4) && is(waited, "two"));
    cr_assert(v4_neighbors_next(table, &waited) && is(waited, "three"));
    cr_expect(!v4_neighbors_next(table, &waited));

    cr_expect(resolve(B, "five", 5) == V4_NEIGHBOR_WAIT);
    for (unsigned n = 1; n <= config.tries; n++)
        cr_assert(expire(n * RETRY + 3));
    cr_expect(event.failed);
    cr_expect(is(event.datagram, "four"));
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_FAILED] == 2);
    cr_assert(v4_neighbors_next(table, &waited) && is(waited, "five"));
    cr_expect(!v4_neighbors_next(table, &waited));
    cr_expect(resolve(B, "six", 9 * RETRY) == V4_NEIGHBOR_ASK);
}

static bool begin_alike(struct v4_span one, struct v4_span other)
{
    return one.octets[0] == other.octets[0];
}

/* What is no good without the oldest goes with it, and nothing else does. */
Test(neighbor, the_same_go_together)
{
    struct v4_neighbor_config roomy = config;

    roomy.waiting = 4;
    roomy.same = begin_alike;
    v4_neighbors_close(table);
    table = v4_neighbors_open(&roomy);
    cr_assert(table != NULL);
    cr_expect(resolve(A, "a1", 0) == V4_NEIGHBOR_ASK);
    resolve(A, "b1", 0);
    resolve(A, "a2", 0);
    resolve(A, "b2", 0);
    cr_expect(v4_neighbors_takes(table, 0, A, 4) && !v4_neighbors_takes(table, 0, A, 5));
    resolve(A, "c1", 0);
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_QUEUE] == 2, "both that begin with a");
    cr_assert(learn(A, MAC(1), false, 1) && is(waited, "b1"));
    cr_assert(v4_neighbors_next(table, &waited) && is(waited, "b2"));
    cr_assert(v4_neighbors_next(table, &waited) && is(waited, "c1"));
    cr_expect(!v4_neighbors_next(table, &waited));
    cr_expect(v4_neighbors_takes(table, 0, A, 5), "nothing has to wait");
}

Test(neighbor, lifetime_can_be_set)
{
    learn(A, MAC(1), true, 0);
    v4_neighbors_set_lifetime(table, 10 * V4_SECOND);
    cr_expect(v4_neighbors_next_timeout(table) == 10 * V4_SECOND, "of those that are there too");
    learn(B, MAC(2), true, V4_SECOND);
    cr_expect(resolve(A, "", 10 * V4_SECOND - 1) == V4_NEIGHBOR_KNOWN);
    cr_expect(!expire(10 * V4_SECOND) && v4_neighbors_count(table) == 1);
    cr_expect(v4_neighbors_lifetime(table) == 10 * V4_SECOND);
    v4_neighbors_reset(table);
    stats = (struct v4_stats){0};
    cr_expect(v4_neighbors_lifetime(table) == LIFETIME);
}

/* One that is used is asked alone, and is gone after as many questions; one that is not is gone at
 * once, and one that answers stays. */
Test(neighbor, polls_at_the_end_of_the_lifetime)
{
    v4_neighbors_set_polls(table, 2);
    learn(A, MAC(1), true, 0);
    learn(B, MAC(2), true, 0);
    resolve(A, "", 1);
    cr_expect(!expire(LIFETIME - 1));
    cr_assert(expire(LIFETIME) && event.poll && !event.failed && event.addr == A);
    cr_expect(v4_mac_equal(event.mac, MAC(1)));
    cr_expect(!expire(LIFETIME) && v4_neighbors_count(table) == 1, "B went");
    cr_expect(resolve(A, "", LIFETIME) == V4_NEIGHBOR_KNOWN);
    cr_expect(v4_neighbors_next_timeout(table) == LIFETIME + RETRY);
    learn(A, MAC(1), false, LIFETIME + 1);
    resolve(A, "", LIFETIME + 2);
    for (unsigned n = 0; n < 2; n++)
        cr_assert(expire(2 * LIFETIME + 1 + n * RETRY) && event.poll);
    cr_expect(!expire(2 * LIFETIME + 1 + RETRY) && v4_neighbors_count(table) == 1);
    cr_expect(!expire(2 * LIFETIME + 1 + 2 * RETRY) && v4_neighbors_count(table) == 0);
    cr_expect(stats.value[V4_STAT_NEIGHBOR_EXPIRED] == 2);
}

Test(neighbor, a_doubted_one_is_flushed_but_not_more_often_than_it_may_be_asked)
{
    learn(A, MAC(1), true, 0);
    v4_neighbors_fix(table, 0, B, MAC(2));
    cr_expect(!v4_neighbors_doubt(table, 0, A, RETRY - 1));
    cr_expect(!v4_neighbors_doubt(table, 1, A, RETRY) && !v4_neighbors_doubt(table, 0, B, RETRY));
    cr_expect(v4_neighbors_doubt(table, 0, A, RETRY) && v4_neighbors_count(table) == 1);
    cr_expect(resolve(A, "", RETRY) == V4_NEIGHBOR_ASK);
    cr_expect(!v4_neighbors_doubt(table, 0, A, 3 * RETRY), "it is asked for as it is");
    learn(C, MAC(3), true, 3 * RETRY);
    cr_expect(!v4_neighbors_doubt(table, 0, C, 3 * RETRY + LIFETIME), "it is gone by itself");
}

/* What was released and not fetched before another call is gone: it is nobody else's. */
Test(neighbor, what_nobody_fetched_is_gone)
{
    two_wait_in_room_for_two();
    cr_expect(resolve(B, "three", 2) == V4_NEIGHBOR_ASK);
    cr_assert(learn(A, MAC(1), false, 3) && is(waited, "one"));
    cr_assert(learn(B, MAC(2), false, 4));
    cr_expect(is(waited, "three") && !v4_neighbors_next(table, &waited));
}

Test(neighbor, as_long_as_allowed_may_wait)
{
    cr_expect(resolve(A, "12345678", 0) == V4_NEIGHBOR_ASK);
    cr_assert(learn(A, MAC(1), false, 1));
    cr_expect(is(waited, "12345678"));
}

Test(neighbor, one_octet_may_wait)
{
    struct v4_neighbor_config small = config;

    small.octets = 1;
    v4_neighbors_close(table);
    table = v4_neighbors_open(&small);
    cr_assert(table != NULL);
    cr_expect(resolve(A, "1", 0) == V4_NEIGHBOR_ASK);
    cr_expect(learn(A, MAC(1), false, 1) && is(waited, "1"));
}

Test(neighbor, one_too_long_still_asks)
{
    cr_expect(resolve(A, "too long.", 0) == V4_NEIGHBOR_ASK);
    cr_expect(!learn(A, MAC(1), false, 1));
    cr_expect(resolve(A, "", 2) == V4_NEIGHBOR_KNOWN);
}

Test(neighbor, is_added_only_on_request)
{
    cr_expect(!learn(A, MAC(1), false, 0));
    cr_expect(v4_neighbors_count(table) == 0);
    cr_expect(!learn(A, MAC(1), true, 0));
    cr_expect(v4_neighbors_count(table) == 1);
    cr_expect(resolve(A, "one", 1) == V4_NEIGHBOR_KNOWN);
    cr_expect(!learn(A, MAC(2), false, 2), "updated");
    cr_expect(resolve(A, "one", 3) == V4_NEIGHBOR_KNOWN && v4_mac_equal(mac, MAC(2)));
}

Test(neighbor, interfaces_are_apart)
{
    cr_expect(!learn(A, MAC(1), true, 0));
    cr_expect(v4_neighbors_resolve(table, 1, A, text("one"), 1, &mac) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(A, "one", 2) == V4_NEIGHBOR_KNOWN);
}

Test(neighbor, requests_are_apart_and_end)
{
    cr_expect(resolve(A, "one", 0) == V4_NEIGHBOR_ASK);
    cr_expect(v4_neighbors_next_timeout(table) == RETRY);
    for (unsigned n = 1; n < config.tries; n++) {
        cr_expect(!expire(n * RETRY - 1), "request %u came early", n);
        cr_expect(resolve(A, "two", n * RETRY - 1) == V4_NEIGHBOR_WAIT);
        cr_assert(expire(n * RETRY));
        cr_expect(!event.failed && event.iface == 0 && event.addr == A);
        cr_expect(!expire(n * RETRY), "request %u came twice", n);
    }
    cr_expect(!expire(3 * RETRY - 1));
    cr_assert(expire(3 * RETRY));
    cr_expect(event.failed && event.addr == A && is(event.datagram, "two"));
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_FAILED] == 1);
    cr_expect(stats.value[V4_STAT_NEIGHBOR_FAILED] == 1);
    cr_expect(!expire(3 * RETRY) && v4_neighbors_count(table) == 0);
    cr_expect(v4_neighbors_next_timeout(table) == V4_NEVER);
    cr_expect(resolve(A, "three", 3 * RETRY) == V4_NEIGHBOR_ASK, "a new beginning");
}

Test(neighbor, a_late_tick_does_not_crowd_requests)
{
    cr_expect(resolve(A, "one", 0) == V4_NEIGHBOR_ASK);
    cr_assert(expire(5 * RETRY / 2) && !event.failed);
    cr_expect(!expire(7 * RETRY / 2 - 1));
    cr_assert(expire(7 * RETRY / 2) && !event.failed);
}

Test(neighbor, fails_without_a_datagram)
{
    cr_expect(resolve(A, "too long.", 0) == V4_NEIGHBOR_ASK);
    cr_assert(expire(RETRY) && expire(2 * RETRY) && expire(3 * RETRY));
    cr_expect(event.failed && event.datagram.len == 0);
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_FAILED] == 0);
}

static enum v4_drop shown_why;
static char shown[9];

static void show(void *context, enum v4_drop why, struct v4_span datagram)
{
    (void)context;
    shown_why = why;
    memset(shown, 0, sizeof shown);
    memcpy(shown, datagram.octets, datagram.len < sizeof shown ? datagram.len : sizeof shown - 1);
}

static bool was_shown(enum v4_drop why, const char *datagram)
{
    return shown_why == why && strcmp(shown, datagram) == 0;
}

Test(neighbor, shows_the_datagram_that_it_discards)
{
    struct v4_trace trace = {.drop = show};
    struct v4_neighbor_config seen = config;

    seen.trace = &trace;
    v4_neighbors_close(table);
    table = v4_neighbors_open(&seen);
    cr_assert(table != NULL);
    cr_expect(resolve(A, "one", 0) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(A, "two", 1) == V4_NEIGHBOR_WAIT);
    cr_expect(was_shown(V4_DROP_NEIGHBOR_QUEUE, "one"));
    cr_expect(resolve(A, "12345678.", 2) == V4_NEIGHBOR_WAIT);
    cr_expect(was_shown(V4_DROP_NEIGHBOR_LENGTH, "12345678"));
    cr_expect(resolve(B, "b", 3) == V4_NEIGHBOR_ASK && resolve(C, "c", 4) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(D, "d", 5) == V4_NEIGHBOR_ASK);
    cr_expect(was_shown(V4_DROP_NEIGHBOR_FULL, "two"));
    for (unsigned n = 1; n <= seen.tries; n++)
        while (expire(n * RETRY + 5))
            cr_expect(event.failed == (n == seen.tries));
    cr_expect(was_shown(V4_DROP_NEIGHBOR_FAILED, "d"));
}

Test(neighbor, lives_so_long_and_use_does_not_count)
{
    cr_expect(!learn(A, MAC(1), true, 0));
    cr_expect(v4_neighbors_next_timeout(table) == LIFETIME);
    cr_expect(resolve(A, "one", LIFETIME - 1) == V4_NEIGHBOR_KNOWN);
    cr_expect(resolve(A, "one", LIFETIME) == V4_NEIGHBOR_ASK);
    cr_expect(stats.value[V4_STAT_NEIGHBOR_EXPIRED] == 1);
}

Test(neighbor, confirmation_prolongs)
{
    cr_expect(!learn(A, MAC(1), true, 0));
    cr_expect(!learn(B, MAC(2), true, 1));
    cr_expect(!learn(A, MAC(1), false, 2));
    cr_expect(!expire(LIFETIME + 1), "an expiry is no event");
    cr_expect(v4_neighbors_count(table) == 1);
    cr_expect(resolve(A, "one", LIFETIME + 1) == V4_NEIGHBOR_KNOWN);
    cr_expect(v4_neighbors_next_timeout(table) == LIFETIME + 2);
}

Test(neighbor, the_oldest_makes_room)
{
    cr_expect(!learn(A, MAC(1), true, 0));
    cr_expect(!learn(B, MAC(2), true, 1));
    cr_expect(!learn(C, MAC(3), true, 2));
    cr_expect(!learn(A, MAC(1), false, 3));
    cr_expect(!learn(D, MAC(4), true, 4));
    cr_expect(v4_neighbors_count(table) == 3);
    cr_expect(stats.value[V4_STAT_NEIGHBOR_EVICTED] == 1);
    cr_expect(resolve(A, "", 5) == V4_NEIGHBOR_KNOWN && resolve(C, "", 5) == V4_NEIGHBOR_KNOWN &&
              resolve(D, "", 5) == V4_NEIGHBOR_KNOWN);
    cr_expect(resolve(B, "", 6) == V4_NEIGHBOR_ASK, "B was confirmed longest ago");
}

Test(neighbor, an_incomplete_one_makes_room_first)
{
    cr_expect(!learn(A, MAC(1), true, 0));
    cr_expect(resolve(B, "one", 1) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(C, "two", 2) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(D, "three", 3) == V4_NEIGHBOR_ASK);
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_FULL] == 1, "what waited for B");
    cr_expect(resolve(A, "", 4) == V4_NEIGHBOR_KNOWN);
    cr_expect(resolve(C, "two", 4) == V4_NEIGHBOR_WAIT);
    cr_expect(!learn(B, MAC(2), false, 5), "B is not there");
}

Test(neighbor, a_polled_one_makes_room)
{
    v4_neighbors_set_polls(table, 2);
    for (uint8_t i = 0; i < 3; i++) {
        cr_expect(!learn(A + i, MAC(i), true, 0));
        cr_expect(resolve(A + i, "", 0) == V4_NEIGHBOR_KNOWN, "in use, so it is polled");
    }
    cr_expect(v4_neighbors_expire(table, LIFETIME, &event) && event.poll && event.addr == A);
    cr_expect(resolve(D, "one", LIFETIME) == V4_NEIGHBOR_ASK);
    cr_expect(resolve(A + 1, "", LIFETIME) == V4_NEIGHBOR_KNOWN, "those that nobody asks for stay");
    cr_expect(resolve(A + 2, "", LIFETIME) == V4_NEIGHBOR_KNOWN);
    cr_expect(resolve(D, "two", LIFETIME) == V4_NEIGHBOR_WAIT);
}

Test(neighbor, fixed_ones_stay)
{
    cr_expect(v4_neighbors_fix(table, 0, A, MAC(1)) && v4_neighbors_fix(table, 0, B, MAC(2)));
    cr_expect(!learn(A, MAC(9), true, 1));
    cr_expect(resolve(A, "", 2) == V4_NEIGHBOR_KNOWN && v4_mac_equal(mac, MAC(1)));
    cr_expect(v4_neighbors_next_timeout(table) == V4_NEVER);
    cr_expect(resolve(C, "one", 3) == V4_NEIGHBOR_ASK);
    cr_expect(v4_neighbors_fix(table, 0, C, MAC(3)), "in place of the incomplete one");
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_FULL] == 1);
    cr_expect(v4_neighbors_count(table) == 3);
    cr_expect(resolve(D, "two", 4) == V4_NEIGHBOR_FULL);
    cr_expect(stats.drops[V4_DROP_NEIGHBOR_FULL] == 2);
    cr_expect(!learn(D, MAC(4), true, 5) && !v4_neighbors_fix(table, 0, D, MAC(4)));
    cr_expect(v4_neighbors_fix(table, 0, A, MAC(7)), "another address for a fixed one");
    cr_expect(resolve(A, "", 1000 * LIFETIME) == V4_NEIGHBOR_KNOWN && v4_mac_equal(mac, MAC(7)));
}

Test(neighbor, reset_forgets_all)
{
    cr_expect(!learn(A, MAC(1), true, 0));
    cr_expect(resolve(B, "one", 0) == V4_NEIGHBOR_ASK);
    cr_expect(v4_neighbors_fix(table, 0, C, MAC(3)));
    v4_neighbors_set_polls(table, 3);
    v4_neighbors_reset(table);
    cr_expect(v4_neighbors_count(table) == 0 && v4_neighbors_next_timeout(table) == V4_NEVER);
    cr_expect(v4_neighbors_polls(table) == 0);
    cr_expect(stats.value[V4_STAT_NEIGHBOR_ADDED] == 3, "it counts nothing");
    cr_expect(stats.value[V4_STAT_NEIGHBOR_EVICTED] == 0);
    stats = (struct v4_stats){0};
    for (unsigned i = 0; i < 3; i++)
        cr_expect(resolve(A + i, "one", 0) == V4_NEIGHBOR_ASK);
    for (unsigned i = 0; i < 3; i++)
        cr_expect(learn(A + i, MAC(1), false, 0) && is(waited, "one"));
}

/* Three rooms do for any number, one after the other. */
Test(neighbor, what_was_lent_makes_room_again)
{
    for (v4_time now = 0; now < 20 * LIFETIME; now += 2 * LIFETIME) {
        cr_expect(resolve(A, "one", now) == V4_NEIGHBOR_ASK);
        cr_assert(learn(A, MAC(1), false, now) && is(waited, "one"));
    }
}

Test(neighbor, reset_forgets_what_was_to_be_sent)
{
    two_wait_in_room_for_two();
    cr_assert(learn(A, MAC(1), false, 3) && is(waited, "one"));
    v4_neighbors_reset(table);
    stats = (struct v4_stats){0};
    cr_expect(!v4_neighbors_next(table, &waited));
}

Test(neighbor_open, refuses_unusable_numbers)
{
    static const struct {
        const char *what;
        size_t neighbors, octets;
        v4_time lifetime, retry;
        unsigned tries;
        bool usable;
    } rows[] = {
        {"usable", 1, 1, 1, 1, 1, true},
        {"nothing waits", 1, 0, 1, 1, 1, true},
        {"no neighbours", 0, 1, 1, 1, 1, false},
        {"no lifetime", 1, 1, 0, 1, 1, false},
        {"no retry", 1, 1, 1, 0, 1, false},
        {"no tries", 1, 1, 1, 1, 0, false},
        {"more than there is memory", SIZE_MAX / 4, 1, 1, 1, 1, false},
        {"more octets than there is memory", 2, SIZE_MAX / 2, 1, 1, 1, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct v4_neighbors *opened = v4_neighbors_open(&(struct v4_neighbor_config){
            .neighbors = rows[i].neighbors,
            .octets = rows[i].octets,
            .waiting = 1,
            .lifetime = rows[i].lifetime,
            .retry = rows[i].retry,
            .tries = rows[i].tries,
            .stats = &stats,
        });
        cr_expect((opened != NULL) == rows[i].usable, "%s", rows[i].what);
        v4_neighbors_close(opened);
    }
}

#if V4_ASAN
Test(neighbor, a_loan_ends_with_the_next_call)
{
    cr_expect(resolve(A, "one", 0) == V4_NEIGHBOR_ASK);
    cr_assert(learn(A, MAC(1), false, 1));
    cr_expect(!__asan_address_is_poisoned(waited.octets));
    cr_expect(__asan_address_is_poisoned(waited.octets + waited.len), "slack");
    cr_expect(!expire(2));
    cr_expect(__asan_address_is_poisoned(waited.octets));
}
#endif
