/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/igmp_query.h"
#include "proto/address.h"
#include "proto/event.h"
#include "proto/group.h"
#include "proto/iface.h"
#include "proto/ip_out.h"

#define ALL_V3_ROUTERS V4_ADDR(224, 0, 0, 22)
#define TOS_CONTROL 0xc0 /* RFC3376-4-a */
#define ALERT_LEN 4
#define TENTH (V4_SECOND / 10)
#define HOST 0                      /* no socket: who joins groups for all of the host */
#define WARN_AGAIN (60 * V4_SECOND) /* RFC3376-7.3.1-f */

bool v4_igmp_routes(const struct v4_core *core, unsigned iface)
{
    return core->querying[iface].election.on;
}

bool v4_igmp_overhears(const struct v4_core *core, const struct v4_packet *packet)
{
    return packet->ip.protocol == V4_PROTOCOL_IGMP && v4_addr_is_multicast(packet->ip.dst) &&
           v4_igmp_routes(core, packet->iface);
}

static uint32_t ours(const struct v4_core *core, unsigned iface)
{
    return v4_address_towards(core, iface, V4_ADDR_ALL_HOSTS);
}

/* What we speak as router. Who is told to speak version 2 stays with it: version 1 is a matter of
 * configuration alone (RFC2236-4-e). */
static unsigned version(struct v4_core *core, unsigned iface)
{
    unsigned newest = v4_reports_newest(core->reports, iface);

    return newest < 3 ? newest : v4_reports_mode(core->reports, iface, core->now);
}

enum v4_error v4_igmp_query_set(struct v4_core *core, unsigned iface,
                                const struct v4_election_times *times)
{
    if (times->response >= times->interval)
        return V4_EINVAL;
    v4_election_set(&core->querying[iface].election, times, core->now);
    return V4_OK;
}

/* In the group, or not any more. Where there is no room it is tried again. */
static void belong(struct v4_core *core, unsigned iface, uint32_t group, bool in, bool *is_in)
{
    const struct v4_listener who = {HOST, iface, group};

    if (in == *is_in)
        return;
    enum v4_error error = in ? v4_group_join(core, &who) : v4_group_leave(core, &who);
    *is_in = error == V4_OK ? in : *is_in;
}

static struct v4_membership_part part_of(struct v4_core *core, unsigned iface)
{
    const struct v4_election *election = &core->querying[iface].election;
    unsigned spoken = version(core, iface);

    return (struct v4_membership_part){
        .querier = v4_election_is_querier(election),
        .suppress = spoken == 3,
        .membership = v4_election_membership(election),
        .last = election->times.last,
        .count = spoken == 1 ? 0 : v4_election_count(election), /* version 1 asks all or nobody */
    };
}

/* Begins or ends, and does as it is set by now. */
static void follow(struct v4_core *core, unsigned iface)
{
    struct v4_querying *querying = &core->querying[iface];
    struct v4_election *election = &querying->election;
    bool forwards = v4_iface_forwards(core, iface), routes = forwards && querying->wanted;
    bool newest_3 = v4_reports_newest(core->reports, iface) == 3;
    bool speaks = routes && core->ifaces[iface].up && ours(core, iface) != 0;

    belong(core, iface, V4_ADDR_ALL_ROUTERS, forwards, &querying->router);
    belong(core, iface, ALL_V3_ROUTERS, routes && newest_3, &querying->reports); /* RFC3376-6-a */
    election->times.robustness = v4_reports_robustness(core->reports, iface);
    if (speaks && !election->on)
        v4_election_begin(election, core->now);
    if (!speaks && election->on) {
        v4_election_end(election);
        v4_membership_forget(core->membership, iface);
    }
    if (!election->on)
        return;
    const struct v4_membership_part part = part_of(core, iface);
    v4_membership_play(core->membership, iface, &part);
}

static void send(struct v4_core *core, unsigned iface, const struct v4_igmp_query *query)
{
    struct v4_ip_group to = {
        .dst = query->group == 0 ? V4_ADDR_ALL_HOSTS : query->group,
        .tos = query->version == 3 ? TOS_CONTROL : 0,
        .alert = query->version != 1, /* RFC 1112 has none */
    };

    v4_stat_count(&core->stats, V4_STAT_IGMP_OUT_QUERY);
    v4_ip_tell_group(core, iface, &to, v4_igmp_ask(query, core->message));
    /* We are a member of groups ourselves, and of no older version for what we say (RFC3376-6-b).
     */
    v4_reports_query(core->reports, iface,
                     &(struct v4_query){.version = v4_reports_newest(core->reports, iface),
                                        .group = query->group,
                                        .max = query->tenths * TENTH,
                                        .sources = query->sources,
                                        .count = query->count},
                     core->now);
}

/* A query of nobody yet, which leaves so much time. */
static struct v4_igmp_query draft(struct v4_core *core, unsigned iface, v4_time response)
{
    const struct v4_election *election = &core->querying[iface].election;

    return (struct v4_igmp_query){
        .version = version(core, iface),
        .tenths = (uint32_t)(response / TENTH),
        .robustness = election->times.robustness,
        .interval = (uint32_t)(election->times.interval / V4_SECOND),
    };
}

static void send_specific(struct v4_core *core, const struct v4_membership_ask *ask)
{
    struct v4_igmp_query query =
        draft(core, ask->iface, core->querying[ask->iface].election.times.last);

    query.group = ask->group;
    query.suppress = ask->suppress;
    query.sources = ask->sources;
    query.count = ask->count;
    send(core, ask->iface, &query);
}

/* How many sources a query holds on every interface that asks: the smallest MTU has room for some.
 */
static size_t most_sources(const struct v4_core *core)
{
    size_t mtu = V4_MTU_MAX;

    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_igmp_routes(core, i) && core->ifaces[i].mtu < mtu)
            mtu = core->ifaces[i].mtu;
    return (mtu - V4_IP_HEADER_MIN - ALERT_LEN - V4_IGMP_QUERY_3) / 4;
}

void v4_igmp_query_tick(struct v4_core *core)
{
    struct v4_membership_ask ask;

    for (unsigned i = 0; i < core->config.iface_count; i++) {
        follow(core, i);
        if (!v4_election_due(&core->querying[i].election, core->now))
            continue;
        struct v4_igmp_query query = draft(core, i, core->querying[i].election.times.response);
        send(core, i, &query);
    }
    while (v4_membership_take(core->membership, most_sources(core), core->now, &ask))
        send_specific(core, &ask);
}

v4_time v4_igmp_query_next_timeout(const struct v4_core *core)
{
    v4_time next = v4_membership_next_timeout(core->membership);

    for (unsigned i = 0; i < core->config.iface_count; i++) {
        v4_time here = v4_election_next(&core->querying[i].election);
        next = here < next ? here : next;
    }
    return next;
}

/* RFC3376-7.3.1-e, RFC2236-4-g: whoever asks in another version has been configured otherwise. */
static void warn(struct v4_core *core, const struct v4_packet *packet)
{
    struct v4_querying *querying = &core->querying[packet->iface];
    struct v4_igmp igmp;

    if (v4_igmp_parse(packet->ip.data, 3, &igmp) != V4_KEEP ||
        igmp.version == v4_reports_newest(core->reports, packet->iface) ||
        core->now < querying->warn_at)
        return;
    querying->warn_at = v4_time_after(core->now, WARN_AGAIN);
    v4_stat_count(&core->stats, V4_STAT_IGMP_WARNED);
    v4_event_tell(
        core,
        &(struct v4_event){
            .kind = V4_EVENT_IGMP,
            .igmp = {.iface = packet->iface, .addr = packet->ip.src, .version = igmp.version}},
        V4_NOTHING, V4_NOTHING);
}

void v4_igmp_query_heard(struct v4_core *core, const struct v4_packet *packet,
                         const struct v4_igmp *igmp)
{
    struct v4_election *election = &core->querying[packet->iface].election;
    const struct v4_election_voice voice = {.addr = packet->ip.src,
                                            .robustness = igmp->robustness,
                                            .interval = igmp->interval * V4_SECOND};
    /* In version 2 the query itself says it (RFC 2236 3), else our own times do. */
    v4_time last = igmp->version == 2 ? igmp->tenths * TENTH : election->times.last;

    warn(core, packet);
    if (v4_election_heard(election, ours(core, packet->iface), &voice, core->now))
        v4_stat_count(&core->stats, V4_STAT_IGMP_LOST);
    if (igmp->group != 0 && !igmp->suppress)
        v4_membership_asked(core->membership, packet->iface, igmp->group, igmp->sources,
                            last * v4_election_count(election), core->now);
}

static enum v4_drop answered(struct v4_core *core, enum v4_membership_answer answer)
{
    if (answer == V4_MEMBERSHIP_CROWDED)
        v4_stat_count(&core->stats, V4_STAT_IGMP_CROWDED);
    if (answer == V4_MEMBERSHIP_FULL)
        return V4_DROP_IGMP_FULL;
    return answer == V4_MEMBERSHIP_IGNORED ? V4_DROP_IGMP_IGNORED : V4_KEEP;
}

static bool is_whole(const struct v4_igmp *igmp)
{
    struct v4_span records = igmp->records;
    struct v4_igmp_record record;
    unsigned count = 0;

    while (count < igmp->record_count && v4_igmp_record_next(&records, &record))
        count++;
    return count == igmp->record_count;
}

/* V4_KEEP when one of its records has been heeded. What is behind the last one is nobody's
 * (RFC3376-4.2.11-b). */
static enum v4_drop hear_records(struct v4_core *core, unsigned iface, const struct v4_igmp *igmp)
{
    struct v4_span records = igmp->records;
    struct v4_igmp_record record;
    enum v4_drop why = V4_DROP_IGMP_IGNORED;

    if (!is_whole(igmp))
        return V4_DROP_IGMP_TRUNCATED;
    for (unsigned i = 0; i < igmp->record_count && v4_igmp_record_next(&records, &record); i++) {
        const struct v4_member_record said = {iface, record.group, (enum v4_record_type)record.type,
                                              record.sources};
        bool known = record.type >= V4_RECORD_IS_IN && record.type <= V4_RECORD_BLOCK;
        if (!known || !v4_addr_is_multicast(record.group)) /* RFC3376-4.2.12-b */
            continue;
        enum v4_drop of_it =
            answered(core, v4_membership_record(core->membership, &said, core->now));
        if (why != V4_KEEP && of_it != V4_DROP_IGMP_IGNORED)
            why = of_it;
    }
    return why;
}

enum v4_drop v4_igmp_member_heard(struct v4_core *core, const struct v4_packet *packet,
                                  const struct v4_igmp *igmp)
{
    struct v4_membership *membership = core->membership;
    unsigned iface = packet->iface;

    if (igmp->type == V4_IGMP_REPORT_3)
        return hear_records(core, iface, igmp);
    if (!v4_addr_is_multicast(igmp->group))
        return V4_DROP_IGMP_IGNORED;
    if (igmp->type == V4_IGMP_LEAVE)
        return answered(core, v4_membership_leave(membership, iface, igmp->group, core->now));
    return answered(core, v4_membership_report(membership, iface, igmp->group,
                                               igmp->type == V4_IGMP_REPORT_1 ? 1 : 2, core->now));
}
