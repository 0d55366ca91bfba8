/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_out.h"
#include "proto/address.h"
#include "proto/group.h"
#include "proto/hook.h"
#include "proto/icmp_count.h"
#include "proto/ip_frag.h"
#include "proto/ip_option.h"
#include "proto/link_local.h"
#include "proto/option_judge.h"
#include "proto/path.h"
#include "proto/role.h"
#include "proto/security.h"
#include "wire/icmp.h"
#include "wire/special.h"

#define ROUTE_HEADER 3 /* type, length, pointer */
#define FAR_MTU 576    /* what every host can receive */

/* Both ends of 127/8 stay inside, whatever interface has lent its number (RFC1122-3.2.1.3-i). */
static bool stays_inside(const struct v4_core *core, uint32_t dst, unsigned *ret_iface)
{
    if (v4_role_ours(core, dst, ret_iface))
        return true;
    *ret_iface = 0;
    return v4_addr_is_loopback(dst);
}

static enum v4_error find_way(const struct v4_core *core, uint32_t src, uint32_t dst, uint8_t tos,
                              struct v4_way *ret_way)
{
    struct v4_way way = {0};

    if (stays_inside(core, dst, &way.iface)) {
        way.local = true;
        *ret_way = way;
        return V4_OK;
    }
    /* RFC1122-3.3.1.1-c, RFC1112-6.2-a: no gateway is looked for; the source says by which
     * interface. */
    if (dst == V4_ADDR_BROADCAST || v4_addr_is_multicast(dst)) {
        if (!v4_role_ours(core, src, &way.iface))
            way.iface = dst == V4_ADDR_BROADCAST ? 0 : v4_group_iface(core, dst);
        way.group = true;
        way.heard = v4_group_member(core, way.iface, dst);
        *ret_way = way;
        return V4_OK;
    }
    if (!v4_special_is_host(dst)) /* RFC6890-2.2.2-a, -d, -i */
        return V4_ENETUNREACH;
    bool near = v4_link_local_way(core, src, dst, &way.iface); /* RFC3927-2.6.2-b */
    enum v4_error error = near ? V4_OK : v4_route_find(core, src, dst, tos, &way);
    if (error != V4_OK)
        return error;
    if (near)
        way.next_hop = dst;
    /* The old broadcast of zeros is nobody's, and never sent (RFC1812-4.2.3.1-d). */
    if (v4_address_is_zero_host(core, way.iface, dst))
        return V4_ENETUNREACH;
    way.group = v4_address_is_broadcast(core, way.iface, dst);
    *ret_way = way;
    return V4_OK;
}

enum v4_error v4_ip_way(const struct v4_core *core, uint32_t src, uint32_t dst, uint8_t tos,
                        struct v4_way *ret_way)
{
    return find_way(core, src, dst, tos, ret_way);
}

/* What the first hop carries of what goes this way. */
static unsigned first_hop_mtu(const struct v4_core *core, const struct v4_way *way, uint32_t dst)
{
    unsigned mtu = core->ifaces[way->iface].mtu;
    bool far = !way->group && way->next_hop != dst;

    if (way->local)
        return V4_IP_LENGTH_MAX;
    return far && core->profile->far_576 && mtu > FAR_MTU ? FAR_MTU : mtu; /* RFC1122-3.3.3-d */
}

unsigned v4_ip_first_hop_mtu(const struct v4_core *core, uint32_t dst)
{
    struct v4_way way;

    if (find_way(core, V4_ADDR_ANY, dst, 0, &way) != V4_OK)
        return 0;
    return first_hop_mtu(core, &way, dst);
}

unsigned v4_ip_path_mtu(const struct v4_core *core, uint32_t dst)
{
    return v4_path_mtu(core, dst, v4_ip_first_hop_mtu(core, dst));
}

void v4_ip_tick(struct v4_core *core)
{
    uint32_t dst;

    while (v4_pmtu_due(core->pmtus, core->now, &dst)) {
        v4_pmtu_raise(core->pmtus, dst, v4_ip_first_hop_mtu(core, dst), core->now);
        v4_stat_count(&core->stats, V4_STAT_PMTU_RAISED);
    }
}

/* RFC1191-2-a, RFC4821-8-b, -c: unless the user has said that it must not be. */
static bool do_not_fragment(const struct v4_core *core, const struct v4_way *way, enum v4_df df)
{
    if (df == V4_DF_USUAL) /* of what goes to many no router would tell */
        return core->profile->pmtu == V4_PMTU_ALWAYS && core->switches.pmtu_discovery &&
               !way->group;
    return df != V4_DF_CLEAR;
}

/* False: none is left that could not be taken for another's (RFC6864-4.3-b). */
static bool identify(struct v4_core *core, struct v4_ip *ip, bool whole)
{
    const struct v4_ident_key key = {ip->src, ip->dst, ip->protocol};
    bool wait = core->switches.ident_wait;

    if (whole && ip->df && core->profile->ident_6864) { /* RFC6864-4-a */
        ip->id = v4_ident_atomic(&core->idents, &key, ip->data);
        return true;
    }
    if (v4_ident_next(&core->idents, &key, wait, core->now, &ip->id) == V4_IDENT_FRESH)
        return true;
    if (!wait)
        v4_stat_count(&core->stats, V4_STAT_IP_IDENT_AGAIN);
    return !wait;
}

/* Not a user's, and seen by none. */
static void ask_gateway(struct v4_core *core, const struct v4_way *way, uint32_t rest)
{
    uint8_t message[V4_ICMP_HEADER];
    struct v4_way straight = {.iface = way->iface, .next_hop = way->next_hop};
    struct v4_ip ip = {
        .df = do_not_fragment(core, way, V4_DF_USUAL),
        .ttl = V4_TTL_DEFAULT,
        .protocol = V4_PROTOCOL_ICMP,
        .src = v4_address_towards(core, way->iface, way->next_hop),
        .dst = way->next_hop,
        .data = {message,
                 v4_icmp_emit(&(struct v4_icmp){.type = V4_ICMP_ECHO, .rest = rest}, message)},
    };

    enum v4_error error;
    if (!identify(core, &ip, true))
        return;
    if (!v4_hook_is_idle(core) && !v4_hook_out(core, V4_HOOK_OUTPUT, &straight, &ip, &error))
        return;
    v4_icmp_count_out(&core->stats, V4_ICMP_ECHO);
    v4_stat_count(&core->stats, V4_STAT_IP_OUT);
    v4_ip_fragment(core, &straight, &ip, core->ifaces[way->iface].mtu);
}

/* Whole or in fragments, as its length, the path and the wish `df` want it. `chosen`: `ip` has its
 * identification. */
static enum v4_error send_off(struct v4_core *core, const struct v4_way *way, struct v4_ip *ip,
                              enum v4_df df, bool chosen)
{
    size_t len = V4_IP_HEADER_MIN + ip->options.len + ip->data.len;
    unsigned mtu = first_hop_mtu(core, way, ip->dst);
    uint32_t rest;

    v4_stat_count(&core->stats, V4_STAT_IP_OUT);
    if (way->lost) {
        v4_core_drop(core, V4_DROP_BLACKHOLE, ip->data);
        return V4_OK;
    }
    if (df != V4_DF_PROBE && !way->local) /* RFC4821-8-a, RFC4821-9-a */
        mtu = v4_path_mtu(core, ip->dst, mtu);
    bool whole = len <= mtu, must_be = df == V4_DF_SET || df == V4_DF_PROBE;
    if (len <= V4_IP_LENGTH_MAX && !whole && must_be)
        v4_stat_count(&core->stats, V4_STAT_IP_FRAG_FAILS);
    if (len > V4_IP_LENGTH_MAX || (!whole && must_be)) /* RFC791-3.2_Fragmentation-f */
        return V4_EMSGSIZE;
    ip->df = do_not_fragment(core, way, df);
    if (!chosen && !identify(core, ip, whole)) {
        v4_core_drop(core, V4_DROP_IDENT_WAIT, ip->data);
        return V4_ENOBUFS;
    }
    v4_ip_fragment(core, way, ip, mtu);
    if (v4_route_asks(core, way, ip->dst, &rest))
        ask_gateway(core, way, rest);
    return V4_OK;
}

/* Past the rules, by another way where they give it another destination. */
static enum v4_error transmit(struct v4_core *core, const struct v4_way *way, struct v4_ip *ip,
                              enum v4_df df, bool chosen)
{
    size_t len = V4_IP_HEADER_MIN + ip->options.len + ip->data.len;
    struct v4_way other = *way;
    uint32_t dst = ip->dst;
    enum v4_error error = V4_OK;

    if (v4_hook_is_idle(core) || len > V4_IP_LENGTH_MAX)
        return send_off(core, way, ip, df, chosen);
    if (!v4_hook_out(core, V4_HOOK_OUTPUT, way, ip, &error))
        return error;
    if (ip->dst != dst)
        error = find_way(core, ip->src, ip->dst, ip->tos, &other);
    other.built = way->built;
    return error == V4_OK ? send_off(core, &other, ip, df, chosen) : error;
}

static bool options_are_right(struct v4_span options, struct v4_options *ret_options)
{
    uint8_t pointer;

    return options.len % 4 == 0 && options.len <= V4_IP_OPTIONS_MAX &&
           v4_options_parse(options, ret_options, &pointer) == V4_KEEP;
}

/* RFC1112-6.2-d: in what records a way, or leads one, stands no group. */
static bool names_group(struct v4_span options, const struct v4_option *route)
{
    for (size_t at = ROUTE_HEADER; at + 4 <= route->len; at += 4)
        if (v4_addr_is_multicast(v4_be32(options.octets + route->at + at)))
            return true;
    return false;
}

/* RFC791-3.3_Send-b: one of ours; 127/8 only to where it may go. */
static bool source_is_right(const struct v4_core *core, uint32_t src, const struct v4_way *way)
{
    unsigned iface;

    return src == V4_ADDR_ANY || v4_role_ours(core, src, &iface) ||
           (v4_addr_is_loopback(src) && way->local);
}

static uint32_t default_source(const struct v4_core *core, uint32_t dst, const struct v4_way *way)
{
    return way->local ? dst : v4_address_towards(core, way->iface, way->next_hop);
}

static enum v4_error choose(const struct v4_core *core, uint32_t dst, uint8_t tos, uint32_t *src,
                            struct v4_way *ret_way)
{
    struct v4_way way;
    enum v4_error error = find_way(core, *src, dst, tos, &way);

    if (error != V4_OK)
        return error;
    if (!source_is_right(core, *src, &way))
        return V4_EADDRNOTAVAIL;
    if (*src == V4_ADDR_ANY)
        *src = default_source(core, dst, &way);
    if (*src == V4_ADDR_ANY) /* that interface has no address */
        return V4_EADDRNOTAVAIL;
    *ret_way = way;
    return V4_OK;
}

enum v4_error v4_ip_source(const struct v4_core *core, uint32_t dst, uint8_t tos, uint32_t *src)
{
    struct v4_way way;

    return choose(core, dst, tos, src, &way);
}

uint32_t v4_ip_final(const struct v4_send *send)
{
    struct v4_options where;
    uint32_t next;

    if (!options_are_right(send->options, &where) || where.source_route.len == 0)
        return send->dst;
    const uint8_t *option = send->options.octets + where.source_route.at;
    return v4_option_next_addr(option, &next) ? v4_be32(option + where.source_route.len - 4)
                                              : send->dst;
}

static enum v4_error send_by(struct v4_core *core, uint8_t protocol, const struct v4_send *send,
                             bool built)
{
    struct v4_options where;
    struct v4_option_list options;
    struct v4_way way;
    uint32_t src = send->src;
    uint8_t pointer;

    bool group = v4_addr_is_multicast(send->dst);
    if ((send->ttl == 0 && !group) ||
        !options_are_right(send->options, &where)) /* RFC1122-3.2.1.7-a */
        return V4_EINVAL;
    if (v4_option_judge(core, send->options, 0, &pointer) != V4_KEEP ||
        names_group(send->options, &where.source_route) ||
        names_group(send->options, &where.record_route))
        return V4_EINVAL;
    if (send->data.len > V4_IP_LENGTH_MAX)
        return V4_EMSGSIZE;
    enum v4_error error = v4_security_send(core, send->options);
    if (error == V4_OK)
        error = choose(core, send->dst, send->tos, &src, &way);
    if (error != V4_OK)
        return error;

    way.heard = way.heard && !send->unheard; /* RFC1112-6.1-e */
    way.local = way.local || send->ttl == 0; /* it reaches nobody else */
    if (way.local && group && !way.heard)
        return V4_OK;
    struct v4_ip ip = {
        .tos = send->tos,
        .id = send->id,
        .ttl = send->ttl,
        .protocol = protocol,
        .src = src,
        .dst = send->dst,
        .data = send->data,
    };
    way.built = built;
    v4_option_enter(core, V4_OPTION_SENT, send->options, src, &options);
    v4_security_label(core, false, &options);
    ip.options = v4_option_list_span(&options);
    if (send->with_id)
        v4_ident_note(&core->idents, &(struct v4_ident_key){src, send->dst, protocol}, send->id);
    return transmit(core, &way, &ip, send->df, send->with_id);
}

enum v4_error v4_ip_send(struct v4_core *core, uint8_t protocol, const struct v4_send *send)
{
    return send_by(core, protocol, send, false);
}

enum v4_error v4_ip_send_built(struct v4_core *core, uint8_t protocol, const struct v4_send *send)
{
    return send_by(core, protocol, send, true);
}

uint32_t v4_ip_specific(const struct v4_core *core, const struct v4_packet *packet)
{
    return packet->group ? v4_address_towards(core, packet->iface, packet->ip.dst) : packet->ip.dst;
}

/* What we send of our own accord: where it cannot go, nobody is told. */
static void send_message(struct v4_core *core, struct v4_ip *ip, enum v4_df df)
{
    struct v4_way way;

    ip->ttl = (uint8_t)core->switches.ttl; /* RFC1812-4.3.2.2-a */
    ip->protocol = V4_PROTOCOL_ICMP;
    v4_icmp_count_out(&core->stats, ip->data.octets[0]);
    uint32_t dst = v4_hook_is_idle(core) ? ip->dst : v4_hook_towards(core, ip);
    if (find_way(core, ip->src, dst, ip->tos, &way) != V4_OK) {
        v4_core_drop(core, V4_DROP_NO_ROUTE, ip->data);
        return;
    }
    if (ip->src == V4_ADDR_ANY) /* RFC1812-4.3.2.4-a */
        ip->src = default_source(core, dst, &way);
    transmit(core, &way, ip, df, false);
}

void v4_ip_reply(struct v4_core *core, const struct v4_packet *packet, size_t len)
{
    struct v4_option_list options;
    struct v4_ip ip = {
        .tos = packet->ip.tos & core->profile->reply_tos, /* RFC1812-4.3.2.5-c */
        .src = v4_ip_specific(core, packet),
        .data = {core->message, len},
    };

    if (!v4_option_reply(core, packet, &options, &ip.dst)) {
        v4_core_drop(core, V4_DROP_RETURN_ROUTE, packet->header);
        return;
    }
    v4_security_label(core, false, &options);
    ip.options = v4_option_list_span(&options);
    send_message(core, &ip, V4_DF_USUAL);
}

void v4_ip_announce(struct v4_core *core, unsigned iface, uint32_t src, uint32_t dst, size_t len)
{
    struct v4_way way = {.iface = iface, .group = true, .heard = v4_group_member(core, iface, dst)};
    struct v4_ip ip = {
        .ttl = v4_addr_is_multicast(dst) ? 1 : (uint8_t)core->switches.ttl, /* RFC1256-4-a */
        .protocol = V4_PROTOCOL_ICMP,
        .src = src,
        .dst = dst,
        .data = {core->message, len},
    };

    v4_icmp_count_out(&core->stats, ip.data.octets[0]);
    (void)transmit(core, &way, &ip, V4_DF_USUAL, false); /* it is short, and may be fragmented */
}

void v4_ip_tell_group(struct v4_core *core, unsigned iface, const struct v4_ip_group *to,
                      size_t len)
{
    static const uint8_t alert[] = {V4_OPTION_ROUTER_ALERT, 4, 0, 0}; /* RFC2113-2.1-a */
    struct v4_way way = {.iface = iface, .group = true};
    struct v4_ip ip = {
        .tos = to->tos,
        .ttl = 1, /* RFC1112-App.I-d, RFC2236-2-b, RFC3376-4-a */
        .protocol = V4_PROTOCOL_IGMP,
        .src = v4_address_towards(core, iface, to->dst), /* RFC3376-4.2.13-a: or none */
        .dst = to->dst,
        .options = {alert, to->alert ? sizeof alert : 0},
        .data = {core->message, len},
    };

    (void)transmit(core, &way, &ip, V4_DF_USUAL, false);
}

void v4_ip_report(struct v4_core *core, const struct v4_report *report, size_t len)
{
    struct v4_option_list options = report->options;
    struct v4_ip ip = {
        .tos = report->tos, .src = report->src, .dst = report->dst, .data = {core->message, len}};

    v4_security_label(core, true, &options); /* RFC1108-2.8-f */
    ip.options = v4_option_list_span(&options);
    /* Nobody reports an error that was too long: with Don't Fragment it would be lost for good. */
    send_message(core, &ip, V4_DF_CLEAR);
}
