/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/election.h"

#define OURS UINT32_C(0xc6120005)
#define LOWER (OURS - 1)
#define START (1000 * V4_SECOND)

static struct v4_election election;

static void begins(void)
{
    election = v4_election_first();
    v4_election_begin(&election, START);
}

static bool hears(uint32_t addr, unsigned robustness, v4_time interval, v4_time now)
{
    const struct v4_election_voice voice = {addr, robustness, interval};

    return v4_election_heard(&election, OURS, &voice, now);
}

/* The moment of the next query, and that it is due then and not before. */
static v4_time next(void)
{
    v4_time at = v4_election_next(&election);

    cr_expect(at == 0 || !v4_election_due(&election, at - 1));
    cr_expect(v4_election_due(&election, at));
    cr_expect(!v4_election_due(&election, at));
    return at;
}

Test(election, at_first_some_in_short_time_then_at_intervals)
{
    for (unsigned robustness = 1; robustness <= 7; robustness++) {
        v4_time at = START;
        election = v4_election_first();
        election.times.robustness = robustness;
        election.times.interval = 100 * V4_SECOND;
        cr_expect(!v4_election_due(&election, START) && !v4_election_is_querier(&election));
        v4_election_begin(&election, START);
        for (unsigned i = 0; i < robustness; i++, at += 25 * V4_SECOND)
            cr_expect(next() == at, "%u", i);
        at += 75 * V4_SECOND;
        cr_expect(next() == at);
        cr_expect(next() == at + 100 * V4_SECOND);
        cr_expect(v4_election_is_querier(&election));
    }
}

static const struct {
    const char *what;
    uint32_t addr;
    bool wins;
} candidates[] = {
    {"the next lower address", LOWER, true},
    {"a lower octet in front", 0xc5ffffff, true},
    {"our own address", OURS, false},
    {"the next higher one", OURS + 1, false},
    {"a higher octet in front", 0xc7000001, false},
    {"nobody", 0, false},
    {"the lowest", 1, true},
};

Test(election, the_lowest_address_wins)
{
    for (size_t i = 0; i < COUNT(candidates); i++) {
        begins();
        cr_expect(hears(candidates[i].addr, 0, 0, START) == candidates[i].wins, "%s",
                  candidates[i].what);
        cr_expect(v4_election_is_querier(&election) != candidates[i].wins, "%s",
                  candidates[i].what);
        cr_expect(v4_election_due(&election, START) != candidates[i].wins, "%s",
                  candidates[i].what);
    }
}

Test(election, who_has_lost_begins_again_when_the_other_is_gone)
{
    begins();
    hears(LOWER, 0, 0, START);
    cr_expect(v4_election_next(&election) == START + 255 * V4_SECOND);
    hears(LOWER, 0, 0, START + 100 * V4_SECOND);
    cr_expect(!v4_election_due(&election, START + 355 * V4_SECOND - 1));
    cr_expect(!v4_election_is_querier(&election));
    cr_expect(next() == START + 355 * V4_SECOND);
    cr_expect(v4_election_is_querier(&election));
    cr_expect(next() == START + 480 * V4_SECOND);
}

Test(election, times_are_the_queriers)
{
    begins();
    election.times.robustness = 3;
    hears(LOWER, 5, 20 * V4_SECOND, START);
    cr_expect(v4_election_next(&election) == START + 105 * V4_SECOND);
    cr_expect(v4_election_robustness(&election) == 5 && v4_election_count(&election) == 5);
    cr_expect(v4_election_interval(&election) == 20 * V4_SECOND);
    cr_expect(v4_election_membership(&election) == 110 * V4_SECOND);
    hears(LOWER, 0, 20 * V4_SECOND, START);
    cr_expect(v4_election_membership(&election) == 70 * V4_SECOND);
    hears(LOWER, 2, 0, START);
    cr_expect(v4_election_membership(&election) == 260 * V4_SECOND);
    cr_expect(next() == START + 255 * V4_SECOND);
    cr_expect(v4_election_membership(&election) == 385 * V4_SECOND, "ours again");
}

Test(election, a_higher_one_is_not_followed)
{
    begins();
    cr_expect(!hears(OURS + 1, 7, V4_SECOND, START));
    cr_expect(v4_election_membership(&election) == 260 * V4_SECOND);
    cr_expect(v4_election_presence(&election) == 255 * V4_SECOND);
}

Test(election, other_times)
{
    struct v4_election_times times;

    begins();
    next();
    next();
    times = election.times;
    times.interval = 10 * V4_SECOND;
    times.count = 4;
    v4_election_set(&election, &times, START + 60 * V4_SECOND);
    cr_expect(next() == START + 70 * V4_SECOND, "sooner");
    cr_expect(v4_election_count(&election) == 4);
    times.interval = 300 * V4_SECOND;
    v4_election_set(&election, &times, START + 71 * V4_SECOND);
    cr_expect(next() == START + 80 * V4_SECOND, "what was due is");
    cr_expect(next() == START + 380 * V4_SECOND);
}

Test(election, who_takes_no_part)
{
    begins();
    v4_election_end(&election);
    cr_expect(v4_election_next(&election) == V4_NEVER);
    cr_expect(!v4_election_due(&election, V4_NEVER - 1));
    cr_expect(!hears(LOWER, 0, 0, START));
    cr_expect(!v4_election_is_querier(&election));
    v4_election_begin(&election, 2 * START);
    cr_expect(next() == 2 * START);
}
