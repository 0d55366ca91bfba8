/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/path.h"
#include "proto/role.h"
#include "proto/socket.h"

#define PORTS 4 /* octets of a UDP header */

unsigned v4_path_mtu(const struct v4_core *core, uint32_t dst, unsigned first_hop)
{
    return core->switches.pmtu_discovery ? v4_pmtu_find(core->pmtus, dst, first_hop)
                                         : v4_pmtu_set_for(core->pmtus, dst, first_hop);
}

/* A later fragment has no ports. */
static bool has_sender(const struct v4_core *core, const struct v4_ip *quote)
{
    if (quote->protocol != V4_PROTOCOL_UDP || quote->offset != 0)
        return true;
    return quote->data.len >= PORTS &&
           v4_socket_for(core, quote->src, v4_be16(quote->data.octets)) != NULL;
}

static bool is_ours(const struct v4_core *core, const struct v4_ip *quote)
{
    const struct v4_ident_key key = {quote->src, quote->dst, quote->protocol};

    return quote->df && v4_role_single(core, quote->dst) && has_sender(core, quote) &&
           v4_ident_is_ours(&core->idents, &key, quote->id, quote->data);
}

void v4_path_report(struct v4_core *core, const struct v4_icmp *icmp, const struct v4_ip *quote,
                    unsigned first_hop)
{
    const struct v4_pmtu_report report = {
        .dst = quote->dst,
        .said = icmp->rest & 0xffff, /* RFC1191-3-a; 0: RFC1191-3-h */
        .length = v4_be16(icmp->data.octets + 2),
        .header_len = V4_IP_HEADER_MIN + (unsigned)quote->options.len,
    };

    if (!core->switches.pmtu_discovery)
        return;
    if (!is_ours(core, quote))
        v4_stat_count(&core->stats, V4_STAT_PMTU_REFUSED);
    else if (v4_pmtu_lower(core->pmtus, &report, first_hop, core->now))
        v4_stat_count(&core->stats, V4_STAT_PMTU_LOWERED);
}
