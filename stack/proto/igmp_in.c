/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/igmp_in.h"
#include "proto/igmp_query.h"
#include "proto/role.h"
#include "wire/igmp.h"

/* An address of the interface: its own, or that of a group there (RFC3376-4.1.12-a). */
static bool is_of_iface(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    if (v4_addr_is_multicast(packet->ip.dst))
        return true;
    return v4_role_ours(core, packet->ip.dst, &iface) && iface == packet->iface;
}

static enum v4_drop judge_query(const struct v4_core *core, const struct v4_packet *packet,
                                const struct v4_igmp *igmp, unsigned newest)
{
    bool all = packet->ip.dst == V4_ADDR_ALL_HOSTS;

    if (newest == 1) /* RFC1112-App.I-k */
        return all ? V4_KEEP : V4_DROP_IGMP_DESTINATION;
    if (!is_of_iface(core, packet))
        return V4_DROP_IGMP_DESTINATION;
    if (igmp->group == V4_ADDR_ANY && v4_addr_is_multicast(packet->ip.dst) && !all)
        return V4_DROP_IGMP_DESTINATION; /* RFC3376-9.1-c */
    if (igmp->version != 1 && core->switches.igmp_router_alert &&
        packet->options.router_alert.len == 0) /* RFC3376-9.1-b, RFC3376-5.2-b */
        return V4_DROP_IGMP_ALERT;
    return V4_KEEP;
}

static enum v4_drop hear_query(struct v4_core *core, const struct v4_packet *packet,
                               const struct v4_igmp *igmp, unsigned newest)
{
    enum v4_drop why = judge_query(core, packet, igmp, newest);
    uint32_t sources[V4_REPORT_ASKED];
    size_t count = igmp->sources.len / 4;
    unsigned heeded = core->switches.igmp_compatibility ? igmp->version : newest;

    if (why != V4_KEEP)
        return why;
    if (count > V4_REPORT_ASKED) /* too many to remember: all are told of */
        count = 0;
    for (size_t i = 0; i < count; i++)
        sources[i] = v4_be32(igmp->sources.octets + 4 * i);
    v4_stat_count(&core->stats, V4_STAT_IGMP_IN_QUERY);
    if (igmp->version < newest)
        v4_stat_count(&core->stats, V4_STAT_IGMP_IN_OLDER);
    v4_reports_query(core->reports, packet->iface,
                     &(struct v4_query){.version = heeded,
                                        .group = igmp->group,
                                        .max = igmp->tenths * (V4_SECOND / 10),
                                        .sources = sources,
                                        .count = count},
                     core->now);
    return V4_KEEP;
}

static enum v4_drop hear_report(struct v4_core *core, const struct v4_packet *packet,
                                const struct v4_igmp *igmp, unsigned newest)
{
    if (newest == 1 ? packet->ip.dst != igmp->group /* RFC1112-App.I-g */
                    : !is_of_iface(core, packet))   /* RFC3376-4.2.14-b */
        return V4_DROP_IGMP_DESTINATION;
    v4_stat_count(&core->stats, V4_STAT_IGMP_IN_REPORT);
    /* RFC 4604 2.2.2: whoever reports such a group so has not said from where. */
    if (!v4_ssm_has(&core->ssm, igmp->group))
        v4_reports_heard(core->reports, packet->iface, igmp->group, core->now);
    return V4_KEEP;
}

/* As a host. */
static enum v4_drop hear(struct v4_core *core, const struct v4_packet *packet,
                         const struct v4_igmp *igmp, unsigned newest)
{
    if (igmp->type == V4_IGMP_QUERY)
        return hear_query(core, packet, igmp, newest);
    if (igmp->type == V4_IGMP_REPORT_1 || igmp->type == V4_IGMP_REPORT_2)
        return hear_report(core, packet, igmp, newest);
    return v4_igmp_routes(core, packet->iface) ? V4_KEEP : V4_DROP_IGMP_UNSERVED; /* RFC3376-5-b */
}

static enum v4_drop hear_as_router(struct v4_core *core, const struct v4_packet *packet,
                                   const struct v4_igmp *igmp)
{
    if (igmp->type == V4_IGMP_QUERY) {
        v4_igmp_query_heard(core, packet, igmp);
        return V4_KEEP;
    }
    enum v4_drop why = v4_igmp_member_heard(core, packet, igmp);
    if (why == V4_KEEP)
        v4_stat_count(&core->stats, V4_STAT_IGMP_IN_MEMBER);
    return why;
}

bool v4_igmp_input(struct v4_core *core, const struct v4_packet *packet)
{
    unsigned newest = v4_reports_newest(core->reports, packet->iface);
    struct v4_igmp igmp;

    v4_stat_count(&core->stats, V4_STAT_IGMP_IN);
    enum v4_drop why = v4_igmp_parse(packet->ip.data, newest, &igmp);
    if (why == V4_KEEP)
        why = hear(core, packet, &igmp, newest);
    if (why == V4_KEEP && v4_igmp_routes(core, packet->iface))
        why = hear_as_router(core, packet, &igmp);
    if (why != V4_KEEP)
        v4_core_drop(core, why, v4_packet_whole(packet));
    return true;
}
