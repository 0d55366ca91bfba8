/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/election.h"

#define ROBUSTNESS 2
#define INTERVAL (125 * V4_SECOND)
#define RESPONSE (10 * V4_SECOND)
#define LAST V4_SECOND
#define STARTUP_PARTS 4 /* of an interval: so many are the first queries apart (RFC3376-8.6-a) */

struct v4_election v4_election_first(void)
{
    return (struct v4_election){
        .times = {.interval = INTERVAL,
                  .response = RESPONSE,
                  .last = LAST,
                  .robustness = ROBUSTNESS},
        .general_at = V4_NEVER,
    };
}

void v4_election_begin(struct v4_election *election, v4_time now)
{
    election->on = true;
    election->other_until = 0;
    election->startup = election->times.robustness; /* RFC3376-8.7-a, RFC2236-3-j */
    election->general_at = now;
}

void v4_election_end(struct v4_election *election)
{
    election->on = false;
    election->other_until = 0;
    election->general_at = V4_NEVER;
}

void v4_election_set(struct v4_election *election, const struct v4_election_times *times,
                     v4_time now)
{
    v4_time latest = v4_time_after(now, times->interval);

    election->times = *times;
    if (v4_election_is_querier(election) && latest < election->general_at)
        election->general_at = latest;
}

bool v4_election_heard(struct v4_election *election, uint32_t ours,
                       const struct v4_election_voice *voice, v4_time now)
{
    /* Who has no address is no router, but a switch that listens for reports. */
    if (!election->on || voice->addr == 0 || voice->addr >= ours) /* RFC3376-6.6-a, RFC2236-3-g */
        return false;
    election->other = voice->addr;
    election->other_robustness = voice->robustness;
    election->other_interval = voice->interval;
    election->general_at = V4_NEVER;
    election->startup = 0;
    election->other_until = 1; /* those are in force from here on */
    election->other_until = v4_time_after(now, v4_election_presence(election));
    return true;
}

bool v4_election_due(struct v4_election *election, v4_time now)
{
    const v4_time interval = election->times.interval;

    if (!election->on)
        return false;
    if (election->other_until != 0 && now >= election->other_until) { /* RFC2236-3-i */
        election->other_until = 0;
        election->general_at = now;
    }
    if (now < election->general_at)
        return false;
    if (election->startup > 0)
        election->startup--;
    election->general_at =
        v4_time_after(now, election->startup > 0 ? interval / STARTUP_PARTS : interval);
    return true;
}

v4_time v4_election_next(const struct v4_election *election)
{
    if (!election->on)
        return V4_NEVER;
    return election->other_until != 0 ? election->other_until : election->general_at;
}

unsigned v4_election_robustness(const struct v4_election *election)
{
    bool said = election->other_until != 0 && election->other_robustness != 0;

    return said ? election->other_robustness : election->times.robustness;
}

v4_time v4_election_interval(const struct v4_election *election)
{
    bool said = election->other_until != 0 && election->other_interval != 0;

    return said ? election->other_interval : election->times.interval;
}

unsigned v4_election_count(const struct v4_election *election)
{
    return election->times.count != 0 ? election->times.count : v4_election_robustness(election);
}

v4_time v4_election_membership(const struct v4_election *election)
{
    return v4_election_robustness(election) * v4_election_interval(election) +
           election->times.response;
}

v4_time v4_election_presence(const struct v4_election *election)
{
    return v4_election_robustness(election) * v4_election_interval(election) +
           election->times.response / 2;
}
