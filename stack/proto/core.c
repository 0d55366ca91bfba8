/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/core.h"
#include <stdlib.h>
#include <string.h>

#define LOOP_OCTETS ((size_t)128 * 1024) /* the longest packet, and what surrounds it */
#define ARP_RETRY V4_SECOND              /* RFC1122-2.3.2.1-b */
#define ARP_TRIES 3
#define WAITING 4 /* packets that wait for one neighbour: a reply in fragments is more than one */
#define ROUTES 64
#define REDIRECTS 16
#define REDIRECT_LIFETIME (10 * 60 * V4_SECOND)
#define GATEWAYS 16 /* that are doubted or dead */
#define GATEWAY_TRIES 3
#define GATEWAY_INTERVAL V4_SECOND
#define GATEWAY_REST (5 * 60 * V4_SECOND)
#define LIMITED 256                       /* destinations whose errors are counted at one time */
#define IDENT_LIFETIME (120 * V4_SECOND)  /* of a datagram (RFC6864-4.3-a) */
#define PMTU_AFTER_FALL (600 * V4_SECOND) /* RFC1191-3-g */
#define PMTU_AFTER_RAISE (120 * V4_SECOND)
#define ROUTERS 16 /* that were advertised and are remembered */
#define CLAIMS 64
#define GROUPS 256      /* of all interfaces together; and filters of users */
#define MEMBERSHIPS 128 /* groups of others, of all interfaces together */
#define NON_STANDARD UINT32_C(0x80000000)

/* Fragments of one datagram. */
static bool are_of_one(struct v4_span one, struct v4_span other)
{
    struct v4_ip a, b;

    return v4_ip_parse(one, &a) == V4_KEEP && v4_ip_parse(other, &b) == V4_KEEP &&
           (a.mf || a.offset != 0) && (b.mf || b.offset != 0) && a.id == b.id && a.src == b.src &&
           a.dst == b.dst && a.protocol == b.protocol;
}

static bool open_neighbors(struct v4_core *core)
{
    core->neighbors = v4_neighbors_open(&(struct v4_neighbor_config){
        .neighbors = core->config.neighbors,
        .octets = v4_config_longest(&core->config),
        .waiting = WAITING,
        .lifetime = core->config.neighbor_lifetime,
        .retry = ARP_RETRY,
        .tries = ARP_TRIES,
        .same = are_of_one,
        .seed = v4_rng_next(&core->seeds),
        .stats = &core->stats,
        .trace = &core->config.trace,
    });
    return core->neighbors != NULL;
}

static void reset_neighbors(struct v4_core *core)
{
    v4_neighbors_reset(core->neighbors);
}

static void close_neighbors(struct v4_core *core)
{
    v4_neighbors_close(core->neighbors);
}

/* No draw of `seeds`: what the others draw does not depend on this. */
static struct v4_rng claims_rng(const struct v4_core *core)
{
    return v4_rng_open(~core->config.seed);
}

static bool open_claims(struct v4_core *core)
{
    core->claims = v4_claims_open(CLAIMS, core->config.iface_count, claims_rng(core));
    return core->claims != NULL;
}

/* Who configures a host at its start answers for its addresses: they are held from then on, and
 * never given up (RFC5227-2.4-e). */
static void reset_claims(struct v4_core *core)
{
    v4_claims_reset(core->claims, claims_rng(core));
    for (unsigned i = 0; i < core->config.iface_count; i++)
        v4_claims_add(core->claims,
                      &(struct v4_claim){.iface = i,
                                         .addr = core->config.ifaces[i].net.addr,
                                         .policy = V4_CLAIM_STAYS,
                                         .len = core->config.ifaces[i].net.len},
                      core->now);
}

static void close_claims(struct v4_core *core)
{
    v4_claims_close(core->claims);
}

/* The room for one sender's datagrams: a quarter, but what the longest needs, if there is so much.
 */
static size_t sender_octets(size_t octets)
{
    return octets / 4 < V4_LENGTH_MAX + V4_REASS_CHUNK ? V4_LENGTH_MAX + V4_REASS_CHUNK
                                                       : octets / 4;
}

/* Who wins an overlap, as long as nobody sets it. */
static enum v4_overlap overlap_of(const struct v4_core *core)
{
    return core->config.reassembly == NULL ? core->profile->overlap
                                           : v4_overlap_find(core->config.reassembly);
}

static bool open_reass(struct v4_core *core)
{
    core->reass = v4_reass_open(&(struct v4_reass_config){
        .datagrams = core->config.reass_datagrams,
        .octets = core->config.reass_octets,
        .timeout = core->profile->reassembly_seconds * V4_SECOND,
        .sender_datagrams = (core->config.reass_datagrams + 3) / 4,
        .sender_octets = sender_octets(core->config.reass_octets),
        .overlap = overlap_of(core),
        .drawn = 4,
        .seed = v4_rng_next(&core->seeds),
        .stats = &core->stats,
    });
    return core->reass != NULL;
}

static void reset_reass(struct v4_core *core)
{
    v4_reass_reset(core->reass);
    v4_reass_choose(core->reass, overlap_of(core));
}

static void close_reass(struct v4_core *core)
{
    v4_reass_close(core->reass);
}

static bool open_paths(struct v4_core *core)
{
    core->ident_seed = v4_rng_next(&core->seeds);
    core->pmtus = v4_pmtus_open(&(struct v4_pmtu_config){
        .paths = core->config.paths,
        .after_fall = PMTU_AFTER_FALL,
        .after_raise = PMTU_AFTER_RAISE,
        .seed = v4_rng_next(&core->seeds),
    });
    return core->pmtus != NULL;
}

static void reset_paths(struct v4_core *core)
{
    v4_idents_start(&core->idents, core->ident_seed, IDENT_LIFETIME);
    v4_pmtus_reset(core->pmtus);
}

static void close_paths(struct v4_core *core)
{
    v4_pmtus_close(core->pmtus);
}

static bool open_routes(struct v4_core *core)
{
    core->routes = v4_routes_open(ROUTES);
    return core->routes != NULL;
}

static void reset_routes(struct v4_core *core)
{
    const struct v4_config *config = &core->config;

    v4_routes_clear(core->routes);
    for (unsigned i = 0; i < config->iface_count; i++)
        v4_routes_add(core->routes,
                      &(struct v4_route){.addr = config->ifaces[i].net.addr &
                                                 v4_addr_mask(config->ifaces[i].net.len),
                                         .len = config->ifaces[i].net.len,
                                         .iface = i});
    if (config->gateway != 0)
        v4_routes_add(core->routes,
                      &(struct v4_route){.iface = v4_config_towards(config, config->gateway),
                                         .gateway = config->gateway});
}

static void close_routes(struct v4_core *core)
{
    v4_routes_close(core->routes);
}

static bool open_route_cache(struct v4_core *core)
{
    core->route_cache = v4_route_cache_open(REDIRECTS, REDIRECT_LIFETIME);
    return core->route_cache != NULL;
}

static void reset_route_cache(struct v4_core *core)
{
    v4_route_cache_reset(core->route_cache);
}

static void close_route_cache(struct v4_core *core)
{
    v4_route_cache_close(core->route_cache);
}

static bool open_gateways(struct v4_core *core)
{
    core->gateways = v4_gateways_open(&(struct v4_gateway_config){
        .gateways = GATEWAYS,
        .tries = GATEWAY_TRIES,
        .interval = GATEWAY_INTERVAL,
        .rest = GATEWAY_REST,
    });
    return core->gateways != NULL;
}

static void reset_gateways(struct v4_core *core)
{
    v4_gateways_reset(core->gateways);
}

static void close_gateways(struct v4_core *core)
{
    v4_gateways_close(core->gateways);
}

static bool open_sockets(struct v4_core *core)
{
    core->sockets = calloc(core->config.sockets, sizeof *core->sockets);
    return core->sockets != NULL;
}

static void reset_sockets(struct v4_core *core)
{
    memset(core->sockets, 0, core->config.sockets * sizeof *core->sockets);
}

static void close_sockets(struct v4_core *core)
{
    free(core->sockets);
}

static bool open_queues(struct v4_core *core)
{
    return v4_fifo_open(&core->output, core->config.output_octets) &&
           v4_fifo_open(&core->loop, LOOP_OCTETS) &&
           v4_fifo_open(&core->events, core->config.event_octets);
}

static void reset_queues(struct v4_core *core)
{
    v4_fifo_clear(&core->output);
    v4_fifo_clear(&core->loop);
    v4_fifo_clear(&core->events);
}

static void close_queues(struct v4_core *core)
{
    v4_fifo_close(&core->output);
    v4_fifo_close(&core->loop);
    v4_fifo_close(&core->events);
}

static bool open_buffers(struct v4_core *core)
{
    core->message = malloc(V4_IP_LENGTH_MAX);
    core->packet = malloc(V4_IP_LENGTH_MAX);
    core->looped = malloc(V4_IP_LENGTH_MAX);
    core->whole = malloc(V4_IP_LENGTH_MAX);
    core->entering = malloc(V4_IP_LENGTH_MAX);
    core->leaving = malloc(V4_IP_LENGTH_MAX);
    return core->message != NULL && core->packet != NULL && core->looped != NULL &&
           core->whole != NULL && core->entering != NULL && core->leaving != NULL;
}

static void close_buffers(struct v4_core *core)
{
    free(core->message);
    free(core->packet);
    free(core->looped);
    free(core->whole);
    free(core->entering);
    free(core->leaving);
}

static bool open_routers(struct v4_core *core)
{
    core->routers = v4_routers_open(ROUTERS);
    return core->routers != NULL;
}

static void reset_routers(struct v4_core *core)
{
    v4_routers_reset(core->routers);
}

static void close_routers(struct v4_core *core)
{
    v4_routers_close(core->routers);
}

static bool open_groups(struct v4_core *core)
{
    core->groups = v4_groups_open(GROUPS, GROUPS);
    if (core->groups != NULL)
        core->reports = v4_reports_open(core->groups, GROUPS, core->config.iface_count);
    return core->reports != NULL;
}

/* No draw of `seeds`, as above. */
static void reset_groups(struct v4_core *core)
{
    v4_groups_reset(core->groups);
    v4_reports_reset(core->reports, core->profile->igmp,
                     v4_rng_open(core->config.seed ^ V4_GROUP_ALL));
}

static void close_groups(struct v4_core *core)
{
    v4_reports_close(core->reports);
    v4_groups_close(core->groups);
}

static bool open_membership(struct v4_core *core)
{
    core->membership = v4_membership_open(MEMBERSHIPS, core->config.iface_count);
    core->mroutes = v4_mroutes_open(v4_config_longest(&core->config));
    return core->membership != NULL && core->mroutes != NULL;
}

static void reset_membership(struct v4_core *core)
{
    v4_membership_reset(core->membership);
    v4_mroutes_reset(core->mroutes);
    for (unsigned i = 0; i < V4_IFACES_MAX; i++)
        core->querying[i] = (struct v4_querying){.election = v4_election_first()};
}

static void close_membership(struct v4_core *core)
{
    v4_membership_close(core->membership);
    v4_mroutes_close(core->mroutes);
}

static bool open_limit(struct v4_core *core)
{
    core->limit = v4_ratelimit_open(LIMITED, core->config.seed);
    return core->limit != NULL;
}

static void reset_limit(struct v4_core *core)
{
    v4_ratelimit_reset(core->limit);
}

static void close_limit(struct v4_core *core)
{
    v4_ratelimit_close(core->limit);
}

/* All that a core is made of; whoever adds a part says here how it begins, is forgotten and ends.
 * `reset` also follows `open`, so that both leave the same. */
static const struct {
    bool (*open)(struct v4_core *core);
    void (*reset)(struct v4_core *core);
    void (*close)(struct v4_core *core);
} parts[] = {
    {open_neighbors, reset_neighbors, close_neighbors},
    {open_claims, reset_claims, close_claims},
    {open_reass, reset_reass, close_reass},
    {open_paths, reset_paths, close_paths},
    {open_routes, reset_routes, close_routes},
    {open_route_cache, reset_route_cache, close_route_cache},
    {open_gateways, reset_gateways, close_gateways},
    {open_routers, reset_routers, close_routers},
    {open_groups, reset_groups, close_groups},
    {open_membership, reset_membership, close_membership},
    {open_sockets, reset_sockets, close_sockets},
    {open_queues, reset_queues, close_queues},
    {open_buffers, NULL, close_buffers}, /* each is written before it is read */
    {open_limit, reset_limit, close_limit},
};

#define PARTS (sizeof parts / sizeof *parts)

bool v4_core_open(struct v4_core *core, const struct v4_config *config,
                  const struct v4_protocol *protocols)
{
    bool whole = true;

    *core = (struct v4_core){
        .config = *config,
        .profile = v4_profile_find(config->profile),
        .protocols = protocols,
        .seeds = v4_rng_open(config->seed),
    };
    core->config.profile = core->profile->name;
    if (config->reassembly != NULL) /* our own spelling, which outlives the caller's */
        core->config.reassembly = v4_overlap_name(v4_overlap_find(config->reassembly));
    core->switches = v4_switches_first(core->profile);
    for (size_t i = 0; i < PARTS && whole; i++)
        whole = parts[i].open(core);
    if (!whole) {
        v4_core_close(core);
        return false;
    }
    v4_core_reset(core);
    return true;
}

void v4_core_close(struct v4_core *core)
{
    for (size_t i = 0; i < PARTS; i++)
        parts[i].close(core);
}

/* Interfaces and addresses, as they were configured. */
static void reset_ifaces(struct v4_core *core)
{
    const struct v4_config *config = &core->config;

    core->address_count = config->iface_count;
    for (unsigned i = 0; i < config->iface_count; i++) {
        const struct v4_iface *iface = &config->ifaces[i];
        core->ifaces[i] = (struct v4_iface_state){
            .mac = iface->mac,
            .mtu = iface->mtu,
            .up = true,
            .forwarding = true,
            .directed_broadcast = true,
            .multicast_forwarding = true,
            .mask_agent = true,
            .solicited = V4_ADDR_ALL_ROUTERS,
            .advertise = true,
            .advertised_to = V4_ADDR_ALL_HOSTS,
            .advertiser = v4_advertiser_first(),
        };
        core->addresses[i] = (struct v4_address){.net = iface->net, .iface = i};
    }
}

void v4_core_reset(struct v4_core *core)
{
    core->switches = v4_switches_first(core->profile);
    core->ssm = v4_ssm_first(core->profile->source_specific);
    core->option_filter = v4_option_filter_first(core->profile->filters_options);
    reset_ifaces(core);
    for (size_t i = 0; i < PARTS; i++)
        if (parts[i].reset != NULL)
            parts[i].reset(core);
    core->state = (struct v4_state){0};
    core->stats = (struct v4_stats){0};
    core->rng = core->seeds;
}

const struct v4_protocol *v4_protocol_next(const struct v4_core *core, uint8_t number,
                                           const struct v4_protocol *after)
{
    const struct v4_protocol *next = after == NULL ? core->protocols : after + 1;

    while (next->input != NULL && next->number != number && next->number != V4_PROTOCOL_EVERY)
        next++;
    return next->input != NULL ? next : NULL;
}

void v4_core_leaves(struct v4_core *core, uint32_t addr)
{
    for (const struct v4_protocol *each = core->protocols; each->input != NULL; each++)
        if (each->leaves != NULL)
            each->leaves(core, addr);
}

enum v4_transit v4_core_transit(const struct v4_core *core, uint8_t type)
{
    return v4_option_transit(&core->option_filter, core->switches.source_route, type);
}

/* RFC1122-3.1-h. As proto/event takes it out; what finds no room is lost, and no discard again. */
void v4_core_log(struct v4_core *core, enum v4_drop why, struct v4_span packet)
{
    struct v4_event event = {.kind = V4_EVENT_LOG,
                             .log = {.why = why, .at = core->now, .data = {NULL, packet.len}}};
    struct v4_span record[] = {{(const uint8_t *)&event, sizeof event}, packet};

    v4_fifo_put(&core->events, record, 2);
}

void v4_core_drop(struct v4_core *core, enum v4_drop why, struct v4_span packet)
{
    v4_stat_drop(&core->stats, why);
    v4_trace_drop(&core->config.trace, why, packet);
    if (core->switches.log)
        v4_core_log(core, why, packet);
}

uint32_t v4_core_timestamp(const struct v4_core *core)
{
    if (!core->config.ut) /* RFC792-timestamp-b */
        return v4_time_of_day(core->now) | NON_STANDARD;
    return v4_time_of_day(core->config.since_midnight + core->now);
}
