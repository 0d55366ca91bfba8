/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"
#include <stdlib.h>
#include <string.h>
#include "host/inside.h"
#include "proto/advertise.h"
#include "proto/arp_out.h"
#include "proto/conflict.h"
#include "proto/event.h"
#include "proto/hook.h"
#include "proto/icmp_in.h"
#include "proto/icmp_out.h"
#include "proto/igmp_in.h"
#include "proto/igmp_out.h"
#include "proto/igmp_query.h"
#include "proto/ip_forward.h"
#include "proto/ip_forward_group.h"
#include "proto/ip_in.h"
#include "proto/ip_out.h"
#include "proto/link_in.h"
#include "proto/mask.h"
#include "proto/mask_learn.h"
#include "proto/packet_out.h"
#include "proto/raw_in.h"
#include "proto/raw_out.h"
#include "proto/reassembly.h"
#include "proto/route.h"
#include "proto/router.h"
#include "proto/udp_in.h"
#include "proto/udp_out.h"
#include "table/say.h"
#include "user/tcp.h"

struct v4_host {
    struct v4_core core;
};

/* Users of IP itself get their copy first. */
static const struct v4_protocol protocols[] = {
    {V4_PROTOCOL_EVERY, v4_raw_input, v4_raw_sender, NULL, NULL},
    {V4_PROTOCOL_EVERY, v4_taker_input, NULL, NULL, NULL},
    {V4_PROTOCOL_ICMP, v4_icmp_input, NULL, NULL, NULL},
    {V4_PROTOCOL_IGMP, v4_igmp_input, NULL, NULL, NULL},
    {V4_PROTOCOL_UDP, v4_udp_input, v4_udp_sender, NULL, NULL},
    {V4_PROTOCOL_TCP, v4_tcp_input, NULL, v4_tcp_failed, v4_tcp_leaves},
    {0},
};

static bool open_parts(struct v4_host *host, const struct v4_config *config)
{
    if (!v4_core_open(&host->core, config, protocols))
        return false;
    host->core.tcp = v4_tcp_open();
    if (host->core.tcp == NULL)
        v4_core_close(&host->core);
    return host->core.tcp != NULL;
}

struct v4_host *v4_host_open(const struct v4_config *config, const char **ret_why)
{
    const char *fault = v4_config_fault(config);
    struct v4_host *host = NULL;

    if (fault != NULL) {
        *ret_why = fault;
        return NULL;
    }
    host = malloc(sizeof *host);
    if (host != NULL && open_parts(host, config))
        return host;
    free(host);
    *ret_why = "memory is short";
    return NULL;
}

void v4_host_close(struct v4_host *host)
{
    if (host == NULL)
        return;
    v4_tcp_close(host->core.tcp);
    v4_core_close(&host->core);
    free(host);
}

void v4_host_reset(struct v4_host *host)
{
    v4_core_reset(&host->core);
    v4_tcp_reset(host->core.tcp);
}

/* What is due comes first: a fragment must not find a datagram whose time is over. */
static struct v4_core *enter(struct v4_host *host, v4_time now)
{
    host->core.now = now;
    v4_conflict_tick(&host->core);
    v4_arp_tick(&host->core, v4_forward_failed);
    v4_reassembly_tick(&host->core);
    v4_mask_tick(&host->core);
    v4_mask_learn_tick(&host->core);
    v4_ip_tick(&host->core);
    v4_router_tick(&host->core);
    v4_advertise_tick(&host->core);
    v4_tcp_tick(&host->core);
    v4_forward_group_tick(&host->core);
    v4_igmp_query_tick(&host->core);
    v4_igmp_tick(&host->core);
    return &host->core;
}

/* Receives what we sent to ourselves. It ends: whatever an answer to an answer may be, it is none
 * that is answered. */
static void settle(struct v4_core *core)
{
    struct v4_span record;
    uint32_t iface;

    while (v4_fifo_take(&core->loop, &record)) {
        size_t len = record.len - sizeof iface;
        memcpy(&iface, record.octets, sizeof iface);
        memcpy(core->looped, record.octets + sizeof iface, len);
        v4_ip_input_looped(core, iface & ~V4_LOOP_BUILT, iface & V4_LOOP_BUILT,
                           (struct v4_span){core->looped, len});
    }
}

struct v4_core *v4_host_enter(struct v4_host *host, v4_time now)
{
    return enter(host, now);
}

void v4_host_settle(struct v4_host *host)
{
    settle(&host->core);
}

/* What a send ends with. */
static enum v4_error sent(struct v4_core *core, enum v4_error error)
{
    settle(core);
    if (error == V4_ENETUNREACH || error == V4_EHOSTUNREACH || error == V4_EACCES) {
        v4_stat_count(&core->stats, V4_STAT_IP_OUT);
        v4_stat_count(&core->stats, V4_STAT_IP_OUT_NO_ROUTES);
    }
    return error;
}

void v4_host_input(struct v4_host *host, unsigned iface, struct v4_span frame, v4_time now)
{
    struct v4_core *core = enter(host, now);

    v4_link_input(core, iface, frame);
    settle(core);
}

void v4_host_tick(struct v4_host *host, v4_time now)
{
    settle(enter(host, now));
}

bool v4_host_output(struct v4_host *host, struct v4_frame *ret_frame)
{
    struct v4_span record;
    uint32_t iface;

    if (!v4_fifo_take(&host->core.output, &record))
        return false;
    memcpy(&iface, record.octets, sizeof iface);
    *ret_frame = (struct v4_frame){
        .iface = iface, .octets = {record.octets + sizeof iface, record.len - sizeof iface}};
    return true;
}

v4_time v4_host_next_timeout(const struct v4_host *host)
{
    v4_time neighbors = v4_neighbors_next_timeout(host->core.neighbors);
    v4_time reass = v4_reass_next_timeout(host->core.reass);
    v4_time router = v4_router_next_timeout(&host->core);
    v4_time paths = v4_pmtu_next_timeout(host->core.pmtus);
    v4_time next = neighbors < reass ? neighbors : reass;

    next = next < paths ? next : paths;
    v4_time others = next < router ? next : router;
    v4_time claims = v4_conflict_next_timeout(&host->core);
    v4_time mask = v4_mask_learn_next_timeout(&host->core);

    v4_time ours = claims < others ? claims : others;
    v4_time users = v4_tcp_next_timeout(&host->core);

    v4_time groups = v4_reports_next_timeout(host->core.reports);
    v4_time asked = v4_igmp_query_next_timeout(&host->core);

    v4_time multicasts = v4_mroutes_next_timeout(host->core.mroutes);

    ours = mask < ours ? mask : ours;
    ours = multicasts < ours ? multicasts : ours;
    v4_time advertised = v4_advertise_next_timeout(&host->core);

    ours = groups < ours ? groups : ours;
    ours = asked < ours ? asked : ours;
    ours = advertised < ours ? advertised : ours;
    return users < ours ? users : ours;
}

bool v4_host_event(struct v4_host *host, struct v4_event *ret_event)
{
    return v4_event_take(&host->core, ret_event);
}

enum v4_error v4_host_udp_bind(struct v4_host *host, uint32_t addr, uint16_t port,
                               unsigned *ret_sock, uint16_t *ret_port)
{
    return v4_udp_bind(&host->core, addr, port, ret_sock, ret_port);
}

enum v4_error v4_host_udp_send(struct v4_host *host, unsigned sock, const struct v4_send *send,
                               uint16_t dst_port, v4_time now)
{
    struct v4_core *core = enter(host, now);

    return sent(core, v4_udp_send(core, sock, send, dst_port));
}

enum v4_error v4_host_udp_close(struct v4_host *host, unsigned sock)
{
    enum v4_error error = v4_udp_close(&host->core, sock);

    v4_igmp_tick(&host->core); /* its groups are left */
    return error;
}

enum v4_error v4_host_ip_bind(struct v4_host *host, uint8_t protocol, unsigned *ret_sock)
{
    return v4_raw_bind(&host->core, protocol, ret_sock);
}

enum v4_error v4_host_ip_send(struct v4_host *host, uint8_t protocol, const struct v4_send *send,
                              v4_time now)
{
    struct v4_core *core = enter(host, now);

    return sent(core, v4_ip_send(core, protocol, send));
}

enum v4_error v4_host_ip_send_by(struct v4_host *host, unsigned sock, uint8_t protocol,
                                 const struct v4_send *send, v4_time now)
{
    struct v4_core *core = enter(host, now);

    return sent(core, v4_raw_send(core, sock, protocol, send));
}

enum v4_error v4_host_packet_send(struct v4_host *host, struct v4_span packet, v4_time now)
{
    struct v4_core *core = enter(host, now);

    return sent(core, v4_packet_send(core, packet));
}

enum v4_error v4_host_ip_close(struct v4_host *host, unsigned sock)
{
    enum v4_error error = v4_raw_close(&host->core, sock);

    v4_igmp_tick(&host->core);
    return error;
}

enum v4_error v4_host_echo_send(struct v4_host *host, uint16_t id, uint16_t seq,
                                const struct v4_send *send, v4_time now)
{
    struct v4_core *core = enter(host, now);

    return sent(core, v4_icmp_echo_send(core, id, seq, send));
}

enum v4_error v4_host_route_add(struct v4_host *host, const struct v4_route *route)
{
    return v4_route_add(&host->core, route);
}

enum v4_error v4_host_route_remove(struct v4_host *host, const struct v4_route *route)
{
    return v4_routes_remove(host->core.routes, route) ? V4_OK : V4_ENOENT;
}

const struct v4_route *v4_host_route(const struct v4_host *host, size_t index)
{
    return v4_routes_at(host->core.routes, index);
}

enum v4_error v4_host_rule_add(struct v4_host *host, const struct v4_rule *rule)
{
    return v4_hook_add(&host->core, rule);
}

enum v4_error v4_host_rule_remove(struct v4_host *host, const struct v4_rule *rule)
{
    return v4_rules_remove(&host->core.state.rules, rule) ? V4_OK : V4_ENOENT;
}

const struct v4_rule *v4_host_rule(const struct v4_host *host, size_t index, uint64_t *ret_hits)
{
    const struct v4_rules *rules = &host->core.state.rules;

    if (index >= rules->count)
        return NULL;
    if (ret_hits != NULL)
        *ret_hits = rules->hits[index];
    return &rules->rules[index];
}

void v4_host_advise(struct v4_host *host, uint32_t dst, bool good, v4_time now)
{
    v4_route_advise(enter(host, now), dst, good);
}

enum v4_error v4_host_set(struct v4_host *host, const char *name, uint64_t value)
{
    return v4_switch_set(&host->core.switches, name, value);
}

enum v4_error v4_host_get(const struct v4_host *host, const char *name, uint32_t *ret_value)
{
    return v4_switch_get(&host->core.switches, name, ret_value);
}

struct v4_send v4_host_send_default(const struct v4_host *host, uint32_t dst, struct v4_span data)
{
    struct v4_send send = v4_send_default(dst, data);

    if (!v4_addr_is_multicast(dst))
        send.ttl = (uint8_t)host->core.switches.ttl;
    return send;
}

struct v4_send v4_host_udp_default(const struct v4_host *host, unsigned sock, uint32_t dst,
                                   struct v4_span data)
{
    return v4_udp_default(&host->core, sock, v4_host_send_default(host, dst, data));
}

const struct v4_stats *v4_host_stats(const struct v4_host *host)
{
    return &host->core.stats;
}

const struct v4_config *v4_host_config(const struct v4_host *host)
{
    return &host->core.config;
}
