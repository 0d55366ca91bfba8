/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/core.h"
#include <stdlib.h>
#include <string.h>

#define QUEUE_MIN ((size_t)128 * 1024) /* the longest packet, and what surrounds it */
#define LOOP_OCTETS QUEUE_MIN
#define ARP_RETRY V4_SECOND /* RFC1122-2.3.2.1-b */
#define ARP_TRIES 3
#define WAITING 4 /* packets that wait for one neighbour: a reply in fragments is more than one */
#define NON_STANDARD UINT32_C(0x80000000)

struct v4_config v4_config_default(void)
{
    return (struct v4_config){
        .ifaces[0].mtu = V4_MTU_DEFAULT,
        .iface_count = 1,
        .profile = "modern",
        .sockets = 64,
        .neighbors = 128,
        .reass_datagrams = 64,
        .reass_octets = (size_t)1024 * 1024,
        .output_octets = (size_t)1024 * 1024,
        .event_octets = (size_t)1024 * 1024,
        .neighbor_lifetime = 15 * 60 * V4_SECOND,
    };
}

static const char *iface_fault(const struct v4_iface *iface)
{
    if (iface->net.len > 32)
        return "an interface's prefix is longer than 32 bits";
    if (!v4_addr_is_host(iface->net.addr) || v4_prefix_is_broadcast(iface->net, iface->net.addr) ||
        v4_prefix_is_zero_host(iface->net, iface->net.addr))
        return "an interface's address is none that a host may have";
    if (v4_mac_is_group(iface->mac))
        return "an interface's MAC is a group's";
    if (iface->mtu < V4_MTU_MIN || iface->mtu > V4_MTU_MAX)
        return "an interface's MTU is not between 68 and 65535";
    return NULL;
}

/* The interface in whose network `addr` lies; iface_count when there is none. */
static unsigned iface_towards(const struct v4_config *config, uint32_t addr)
{
    unsigned i = 0;

    while (i < config->iface_count && !v4_prefix_contains(config->ifaces[i].net, addr))
        i++;
    return i;
}

static const char *gateway_fault(const struct v4_config *config)
{
    unsigned i = iface_towards(config, config->gateway);

    if (config->gateway == 0)
        return NULL;
    if (i == config->iface_count)
        return "the gateway is in no interface's network";
    const struct v4_prefix *net = &config->ifaces[i].net;
    if (!v4_addr_is_host(config->gateway) || config->gateway == net->addr ||
        v4_prefix_is_broadcast(*net, config->gateway) ||
        v4_prefix_is_zero_host(*net, config->gateway))
        return "the gateway's address is none that another host may have";
    return NULL;
}

const char *v4_config_fault(const struct v4_config *config)
{
    if (config->iface_count == 0 || config->iface_count > V4_IFACES_MAX)
        return "there must be 1 to 8 interfaces";
    for (unsigned i = 0; i < config->iface_count; i++) {
        const char *fault = iface_fault(&config->ifaces[i]);
        if (fault != NULL)
            return fault;
        for (unsigned j = 0; j < i; j++)
            if (config->ifaces[i].net.addr == config->ifaces[j].net.addr)
                return "two interfaces have the same address";
    }
    if (gateway_fault(config) != NULL)
        return gateway_fault(config);
    if (config->profile == NULL || v4_profile_find(config->profile) == NULL)
        return "no such profile: there are rfc791, rfc1122, rfc1812 and modern";
    if (config->sockets == 0 || config->neighbors == 0 || config->reass_datagrams == 0 ||
        config->neighbor_lifetime == 0)
        return "a table's size or lifetime is 0";
    if (config->reass_octets < 2 * V4_REASS_CHUNK) /* RFC1122-3.3.2-b */
        return "reassembly needs 1024 octets or more";
    if (config->output_octets < QUEUE_MIN || config->event_octets < QUEUE_MIN)
        return "the queues of frames and of events need 131072 octets or more";
    return NULL;
}

static void add_routes(struct v4_core *core)
{
    const struct v4_config *config = &core->config;

    for (unsigned i = 0; i < config->iface_count; i++)
        v4_routes_add(core->routes, &(struct v4_route){.addr = config->ifaces[i].net.addr,
                                                       .len = config->ifaces[i].net.len,
                                                       .iface = i});
    if (config->gateway != 0)
        v4_routes_add(core->routes,
                      &(struct v4_route){.iface = iface_towards(config, config->gateway),
                                         .gateway = config->gateway});
}

static bool open_tables(struct v4_core *core)
{
    const struct v4_config *config = &core->config;
    unsigned mtu = 0;

    for (unsigned i = 0; i < config->iface_count; i++)
        mtu = config->ifaces[i].mtu > mtu ? config->ifaces[i].mtu : mtu;
    core->neighbors = v4_neighbors_open(&(struct v4_neighbor_config){
        .neighbors = config->neighbors,
        .octets = mtu,
        .waiting = WAITING,
        .lifetime = config->neighbor_lifetime,
        .retry = ARP_RETRY,
        .tries = ARP_TRIES,
        .seed = v4_rng_next(&core->rng),
        .stats = &core->stats,
        .trace = &core->config.trace,
    });
    core->reass = v4_reass_open(&(struct v4_reass_config){
        .datagrams = config->reass_datagrams,
        .octets = config->reass_octets,
        .timeout = core->profile->reassembly_seconds * V4_SECOND,
        .overlap = core->profile->overlap_refused ? V4_REASS_DROP : V4_REASS_LAST,
        .seed = v4_rng_next(&core->rng),
        .stats = &core->stats,
    });
    core->routes = v4_routes_open(config->iface_count + 1);
    core->sockets = calloc(config->sockets, sizeof *core->sockets);
    return core->neighbors != NULL && core->reass != NULL && core->routes != NULL &&
           core->sockets != NULL;
}

static bool open_buffers(struct v4_core *core)
{
    core->message = malloc(V4_IP_LENGTH_MAX);
    core->packet = malloc(V4_IP_LENGTH_MAX);
    core->looped = malloc(V4_IP_LENGTH_MAX);
    core->whole = malloc(V4_IP_LENGTH_MAX);
    return core->message != NULL && core->packet != NULL && core->looped != NULL &&
           core->whole != NULL && v4_fifo_open(&core->output, core->config.output_octets) &&
           v4_fifo_open(&core->loop, LOOP_OCTETS) &&
           v4_fifo_open(&core->events, core->config.event_octets);
}

bool v4_core_open(struct v4_core *core, const struct v4_config *config)
{
    *core = (struct v4_core){
        .config = *config,
        .profile = v4_profile_find(config->profile),
        .rng = v4_rng_open(config->seed),
    };
    core->config.profile = core->profile->name;
    if (!open_tables(core) || !open_buffers(core)) {
        v4_core_close(core);
        return false;
    }
    add_routes(core);
    return true;
}

void v4_core_close(struct v4_core *core)
{
    v4_neighbors_close(core->neighbors);
    v4_reass_close(core->reass);
    v4_routes_close(core->routes);
    free(core->sockets);
    free(core->message);
    free(core->packet);
    free(core->looped);
    free(core->whole);
    v4_fifo_close(&core->output);
    v4_fifo_close(&core->loop);
    v4_fifo_close(&core->events);
}

void v4_core_reset(struct v4_core *core)
{
    v4_neighbors_reset(core->neighbors);
    v4_reass_reset(core->reass);
    v4_fifo_clear(&core->output);
    v4_fifo_clear(&core->loop);
    v4_fifo_clear(&core->events);
    memset(core->sockets, 0, core->config.sockets * sizeof *core->sockets);
    memset(core->redirects, 0, sizeof core->redirects);
    core->next_redirect = core->last_socket = 0;
    core->datagrams = 0;
    core->stats = (struct v4_stats){0};
    core->rng = v4_rng_open(core->config.seed);
    /* The two that the tables were opened with, so that what follows is the same again. */
    v4_rng_next(&core->rng);
    v4_rng_next(&core->rng);
}

void v4_core_drop(struct v4_core *core, enum v4_drop why, struct v4_span packet)
{
    core->stats.drops[why]++;
    v4_trace_drop(&core->config.trace, why, packet);
}

uint32_t v4_core_timestamp(const struct v4_core *core)
{
    if (!core->config.ut) /* RFC792-timestamp-b */
        return v4_time_of_day(core->now) | NON_STANDARD;
    return v4_time_of_day(core->config.since_midnight + core->now);
}

/* The spans of an event, wherever its kind has them; `*ret_options` is NULL for a kind without. */
static struct v4_span *spans_of(struct v4_event *event, struct v4_span **ret_options)
{
    switch (event->kind) {
    case V4_EVENT_UDP:
        *ret_options = &event->udp.options;
        return &event->udp.data;
    case V4_EVENT_IP:
        *ret_options = &event->ip.options;
        return &event->ip.data;
    case V4_EVENT_ECHO:
        *ret_options = &event->echo.options;
        return &event->echo.data;
    case V4_EVENT_ERROR:
        break;
    }
    *ret_options = NULL;
    return &event->error.data;
}

bool v4_core_tell(struct v4_core *core, const struct v4_event *event, struct v4_span options,
                  struct v4_span data)
{
    struct v4_event record = *event;
    struct v4_span *record_options;
    struct v4_span *record_data = spans_of(&record, &record_options);

    record_data->len = data.len;
    if (record_options == NULL)
        options.len = 0;
    if (record_options != NULL)
        record_options->len = options.len;
    struct v4_span parts[] = {{(const uint8_t *)&record, sizeof record}, options, data};
    return v4_fifo_put(&core->events, parts, 3);
}

bool v4_core_told(struct v4_core *core, struct v4_event *ret_event)
{
    struct v4_span record, *options;

    if (!v4_fifo_take(&core->events, &record))
        return false;
    memcpy(ret_event, record.octets, sizeof *ret_event);
    struct v4_span *data = spans_of(ret_event, &options);
    const uint8_t *next = record.octets + sizeof *ret_event;
    if (options != NULL) {
        options->octets = next;
        next += options->len;
    }
    data->octets = next;
    return true;
}
