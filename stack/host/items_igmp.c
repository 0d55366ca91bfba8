/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The routers' part of IGMP: its settings, and what is known of members. */
#include "host/settings.h"
#include "proto/igmp_query.h"

#define TENTH (V4_SECOND / 10)
#define LONGEST 31744 /* that a query can say, of seconds and of tenths */
#define LONGEST_LAST 255

/* The last key that is read. False: the request is at fault, or names no interface of ours. */
static bool read_iface(struct v4_verb *verb, unsigned *ret_iface)
{
    *ret_iface = v4_verb_iface(verb);
    return v4_request_understood(verb->request) && *ret_iface < verb->core->config.iface_count;
}

/* A number, and the times that it is to be one of. */
static bool read_times(struct v4_verb *verb, uint64_t min, uint64_t max, unsigned *ret_iface,
                       uint64_t *ret_value, struct v4_election_times *ret_times)
{
    *ret_value = v4_request_number(verb->request, "value", min, max);
    if (!read_iface(verb, ret_iface))
        return false;
    *ret_times = verb->core->querying[*ret_iface].election.times;
    return true;
}

static enum v4_error tell(struct v4_verb *verb, uint64_t value)
{
    v4_text_put(verb->reply, " value=%u", (unsigned)value);
    return V4_OK;
}

/* NULL: the request is at fault. */
static const struct v4_querying *querying_of(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? &verb->core->querying[iface] : NULL;
}

enum v4_error v4_set_igmp_querier(struct v4_verb *verb)
{
    uint64_t on = v4_request_number(verb->request, "value", 0, 1);
    unsigned iface;

    if (!read_iface(verb, &iface))
        return V4_EINVAL;
    verb->core->querying[iface].wanted = on;
    return V4_OK;
}

enum v4_error v4_get_igmp_querier(struct v4_verb *verb)
{
    const struct v4_querying *querying = querying_of(verb);

    return querying == NULL ? V4_EINVAL : tell(verb, querying->wanted);
}

enum v4_error v4_set_igmp_interval(struct v4_verb *verb)
{
    struct v4_election_times times;
    uint64_t seconds;
    unsigned iface;

    if (!read_times(verb, 1, LONGEST, &iface, &seconds, &times))
        return V4_EINVAL;
    times.interval = seconds * V4_SECOND;
    return v4_igmp_query_set(verb->core, iface, &times);
}

enum v4_error v4_get_igmp_interval(struct v4_verb *verb)
{
    const struct v4_querying *querying = querying_of(verb);

    return querying == NULL ? V4_EINVAL : tell(verb, querying->election.times.interval / V4_SECOND);
}

enum v4_error v4_set_igmp_response(struct v4_verb *verb)
{
    struct v4_election_times times;
    uint64_t tenths;
    unsigned iface;

    if (!read_times(verb, 1, LONGEST, &iface, &tenths, &times))
        return V4_EINVAL;
    times.response = tenths * TENTH;
    return v4_igmp_query_set(verb->core, iface, &times);
}

enum v4_error v4_get_igmp_response(struct v4_verb *verb)
{
    const struct v4_querying *querying = querying_of(verb);

    return querying == NULL ? V4_EINVAL : tell(verb, querying->election.times.response / TENTH);
}

enum v4_error v4_set_igmp_last(struct v4_verb *verb)
{
    struct v4_election_times times;
    uint64_t tenths;
    unsigned iface;

    if (!read_times(verb, 1, LONGEST_LAST, &iface, &tenths, &times))
        return V4_EINVAL;
    times.last = tenths * TENTH;
    return v4_igmp_query_set(verb->core, iface, &times);
}

enum v4_error v4_get_igmp_last(struct v4_verb *verb)
{
    const struct v4_querying *querying = querying_of(verb);

    return querying == NULL ? V4_EINVAL : tell(verb, querying->election.times.last / TENTH);
}

enum v4_error v4_set_igmp_count(struct v4_verb *verb)
{
    struct v4_election_times times;
    uint64_t count;
    unsigned iface;

    if (!read_times(verb, 0, V4_ROBUSTNESS_MAX, &iface, &count, &times))
        return V4_EINVAL;
    times.count = (unsigned)count;
    return v4_igmp_query_set(verb->core, iface, &times);
}

enum v4_error v4_get_igmp_count(struct v4_verb *verb)
{
    const struct v4_querying *querying = querying_of(verb);

    return querying == NULL ? V4_EINVAL : tell(verb, querying->election.times.count);
}

/* In whole seconds, of which the last one has begun; 0: it is over. */
static unsigned seconds_to(v4_time until, v4_time now)
{
    return until <= now ? 0 : (unsigned)((until - now + V4_SECOND - 1) / V4_SECOND);
}

/* The sources that are wanted, or those that are not: as addresses, or the seconds that are left.
 */
static void write_sources(struct v4_text *text, const struct v4_membership_group *group,
                          bool wanted, bool seconds, v4_time now)
{
    const char *between = "";

    for (size_t i = 0; i < group->count; i++) {
        uint32_t addr = group->sources[i].addr;
        unsigned left = seconds_to(group->sources[i].until, now);
        if ((left > 0) != wanted)
            continue;
        v4_text_put(text, "%s", between);
        between = ",";
        if (seconds)
            v4_text_put(text, "%u", left);
        else
            v4_text_put(text, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 0xff, addr >> 8 & 0xff,
                        addr & 0xff);
    }
}

static void tell_group(struct v4_verb *verb, const struct v4_membership_group *group)
{
    v4_time now = verb->core->now;

    v4_text_start(verb->line);
    v4_text_put(verb->line, "* membership iface=%u", group->iface);
    v4_text_address(verb->line, "addr", group->group);
    v4_text_put(verb->line,
                " version=%u mode=%s seconds=%u sources=", v4_membership_version(group, now),
                group->excludes ? "exclude" : "include",
                group->excludes ? seconds_to(group->until, now) : 0);
    write_sources(verb->line, group, true, false, now);
    v4_text_put(verb->line, " left=");
    write_sources(verb->line, group, true, true, now);
    v4_text_put(verb->line, " refused=");
    write_sources(verb->line, group, false, false, now);
    verb->emit(verb->context, verb->line->octets);
}

static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_membership_group *group = NULL;
    unsigned only;

    if (!v4_verb_only(verb, &only))
        return V4_EINVAL;
    while ((group = v4_membership_next(verb->core->membership, group)) != NULL)
        if (v4_verb_wants(only, group->iface))
            tell_group(verb, group);
    return V4_OK;
}

const struct v4_kind v4_membership_kind = {"membership", NULL, NULL, list};
