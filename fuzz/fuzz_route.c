/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does the host send where RFC 1122 3.3.1 says? A frame is a step: its interface says of which
 * kind, its octets the routes, gateways and destinations, of which there are few, so that they
 * meet. What proto/route.h and proto/redirect.h do is held against model/routing.h. After every
 * step:
 *
 *   add      a route is taken exactly when the model takes it, and removed when it is there
 *   order    the routes to a destination are those that lead there, each once, the best first
 *   way      a datagram goes, by interface and next hop, where the model's goes, or is refused; in
 *            the strong end-system model that depends on whose address its source is
 *   learn    a redirect is believed exactly when it comes from the gateway in use, by its link,
 *            and names another host there
 *   ask      a gateway is asked whether it lives exactly when it is doubted, used, and was not
 *            asked a second ago
 *   bound    there are no more redirects than sixteen, nor routes than sixty-four
 *
 * And at the end:
 *
 *   reset    what was configured is there, and nothing else */
#include "fuzz.h"
#include "model/routing.h"
#include "proto/redirect.h"
#include "proto/route.h"
#include "script.h"

#define STEP 6 /* octets of a step that count; what is missing is 0 */
#define NET(iface) (0xc6120000u | (uint32_t)(iface) << 8)
#define US(iface) (NET(iface) | 2)
#define GATEWAY (NET(0) | 1)

static struct v4_core cores[2]; /* in a profile that heeds the type of service, and in another */
static struct v4_core *core;
static struct model_routing model;
static bool strong; /* the end-system model (RFC 1122 3.3.4.2) */

static const struct v4_protocol protocols[] = {{0}};

static bool open_core(struct v4_core *opened, const char *profile)
{
    struct v4_config config = v4_config_default();

    if (opened->routes != NULL)
        return true;
    config.profile = profile;
    config.iface_count = 2;
    config.ifaces[1].mtu = config.ifaces[0].mtu;
    for (unsigned i = 0; i < 2; i++)
        config.ifaces[i].net = (struct v4_prefix){US(i), 24};
    config.gateway = GATEWAY;
    config.neighbors = config.sockets = config.reass_datagrams = 1;
    return v4_core_open(opened, &config, protocols);
}

/* What opening costs is paid once; reset leaves what there was then. */
static bool start(bool by_tos)
{
    core = &cores[by_tos];
    if (!open_core(core, by_tos ? "rfc1122" : "modern"))
        return false;
    v4_core_reset(core);
    core->switches.strong_host = strong;
    core->now = V4_SECOND;
    model = (struct model_routing){0};
    model_way_add(&model, &(struct model_way){.net = NET(0), .bits = 24, .iface = 0});
    model_way_add(&model, &(struct model_way){.net = NET(1), .bits = 24, .iface = 1});
    model_way_add(&model, &(struct model_way){.gateway = GATEWAY});
    return true;
}

static uint32_t destination(const uint8_t *step)
{
    static const uint32_t bases[] = {0xc0000200, 0xc0000300, 0xcb007100, 0xc6120000, 0xc6120100};

    return bases[step[0] % 5] | (step[1] & 0x83);
}

static unsigned tos_of(uint8_t octet)
{
    static const uint8_t values[] = {0, 0, 8, 16, 0x48, 0xf1};

    return values[octet % 6];
}

/* Two hosts in three are neighbours by that interface, and not we. */
static uint32_t gateway(uint8_t octet, unsigned iface)
{
    static const uint8_t hosts[] = {1, 3, 4, 5, 6, 7, 8, 9, 2, 0, 255};
    unsigned on = octet & 0x40 ? 1 - iface : iface;

    return octet & 0x80 ? 0 : NET(on) | hosts[octet % 11];
}

static bool could_lead_on(uint32_t addr, unsigned iface)
{
    uint32_t host = addr & 0xff;

    return addr - host == NET(iface) && host != 0 && host != 255 && host != 2;
}

static struct model_way way_of(const uint8_t *step)
{
    static const uint8_t bits[] = {0, 0, 16, 23, 24, 24, 25, 31, 32, 33};
    unsigned iface = step[3] >> 5 & 1;

    return (struct model_way){
        .net = destination(step),
        .bits = bits[step[2] % 10],
        .tos = tos_of(step[4]),
        .iface = iface,
        .gateway = gateway(step[3] & 0xdf, iface),
        .preference = step[5] & 3,
        .kind = step[5] < 0xe0 ? MODEL_GOES : (enum model_where)(step[5] >> 3 & 3),
    };
}

static struct v4_route route_of(const struct model_way *way)
{
    return (struct v4_route){
        .addr = way->net,
        .len = (uint8_t)way->bits,
        .tos = (uint8_t)way->tos,
        .iface = way->iface,
        .gateway = way->gateway,
        .preference = way->preference,
        .type = (enum v4_route_type)way->kind,
    };
}

static void add(const uint8_t *step)
{
    struct model_way way = way_of(step);
    struct v4_route route = route_of(&way);
    bool sound = way.bits <= 32 && (way.tos & ~0x1eu) == 0 &&
                 (way.gateway == 0 || could_lead_on(way.gateway, way.iface));

    bool added = v4_route_add(core, &route) == V4_OK;
    ORACLE(added == (sound && model_way_add(&model, &way)), "add: a route was %s",
           added ? "taken" : "refused");
}

static void remove_one(const uint8_t *step)
{
    struct model_way way = way_of(step);
    struct v4_route route = route_of(&way);

    ORACLE(v4_routes_remove(core->routes, &route) ==
               (way.bits <= 32 && model_way_remove(&model, &way)),
           "add: another route was removed, or none");
}

static void check_order(uint32_t dst, unsigned tos)
{
    const struct v4_route *route = NULL, *last = NULL;
    size_t found = 0, there = 0;

    for (size_t i = 0; i < model.way_count; i++)
        there += model_leads(&model.ways[i], dst, tos);
    while ((route = v4_routes_next(core->routes, dst, (uint8_t)tos, route)) != NULL) {
        struct model_way way = {.net = route->addr, .bits = route->len, .tos = route->tos};
        way.preference = route->preference;
        ORACLE(model_leads(&way, dst, tos), "order: a route that leads elsewhere");
        if (last != NULL) {
            struct model_way before = {.bits = last->len, .tos = last->tos};
            before.preference = last->preference;
            ORACLE(model_before(&before, &way), "order: a better route comes later");
        }
        last = route;
        found++;
    }
    ORACLE(found == there, "order: %zu routes, not %zu", found, there);
}

/* A source by the interface that has it. */
static uint32_t source(unsigned from)
{
    return from == MODEL_EVERY_IFACE ? V4_ADDR_ANY : US(from);
}

static enum model_where find_model(unsigned from, uint32_t dst, unsigned tos, unsigned *ret_iface,
                                  uint32_t *ret_hop)
{
    return model_find(&model, strong ? from : MODEL_EVERY_IFACE, dst, tos, core->now, ret_iface,
                      ret_hop);
}

static bool find(unsigned from, uint32_t dst, unsigned tos, struct v4_way *ret_way)
{
    static const enum v4_error errors[] = {V4_OK, V4_EHOSTUNREACH, V4_OK, V4_EACCES,
                                           V4_ENETUNREACH};
    unsigned iface = 0;
    uint32_t hop = 0;
    struct v4_way way = {0};

    enum model_where kind = find_model(from, dst, tos, &iface, &hop);
    enum v4_error error = v4_route_find(core, source(from), dst, (uint8_t)tos, &way);
    ORACLE(error == errors[kind], "way: %s, not %s", v4_error_name(error),
           v4_error_name(errors[kind]));
    if (error != V4_OK)
        return false;
    ORACLE(way.lost == (kind == MODEL_BLACKHOLE), "way: %s", way.lost ? "lost" : "not lost");
    ORACLE(way.iface == iface && way.next_hop == hop, "way: by %u to %08x, not by %u to %08x",
           way.iface, way.next_hop, iface, hop);
    *ret_way = way;
    return true;
}

static void use(const uint8_t *step)
{
    uint32_t dst = destination(step), rest;
    struct v4_way way;

    if (!find(step[2] % 3, dst, tos_of(step[4]), &way) || way.lost)
        return;
    bool asks = v4_route_asks(core, &way, dst, &rest);
    bool wants = way.next_hop != dst && model_asks(&model, way.iface, way.next_hop, core->now);
    ORACLE(asks == wants, "ask: %s", asks ? "a gateway that is not to be asked" : "it is not");
    if (asks && step[5] & 1) {
        ORACLE(v4_route_answered(core, way.iface, way.next_hop, rest), "ask: not our own answer");
        model_praise(&model, way.iface, way.next_hop);
    }
}

static void advise(const uint8_t *step)
{
    uint32_t dst = destination(step), hop = 0;
    unsigned iface = 0;
    enum model_where kind = find_model(MODEL_EVERY_IFACE, dst, 0, &iface, &hop);

    v4_route_advise(core, dst, step[5] & 1);
    if ((kind != MODEL_GOES && kind != MODEL_BLACKHOLE) || hop == dst)
        return;
    if (step[5] & 1)
        model_praise(&model, iface, hop);
    else
        model_doubt(&model, iface, hop);
}

static void hear_or_fail(const uint8_t *step)
{
    unsigned iface = step[3] >> 5 & 1;
    uint32_t who = gateway(step[3] & 0x1f, iface);

    if (step[5] & 1) {
        v4_route_heard(core, iface, who);
        model_praise(&model, iface, who);
    } else {
        v4_route_failed(core, iface, who);
        model_silent(&model, iface, who, core->now);
    }
}

static void redirect(const uint8_t *step, bool by_tos)
{
    unsigned on = step[3] >> 5 & 1, iface = 0, code = step[5] & 3, tos = tos_of(step[4]);
    uint32_t dst = destination(step), to = gateway(step[3] & 0x5f, on), hop = 0, sender;
    unsigned from = strong ? step[2] >> 4 & 1 : 0;
    enum model_where kind = find_model(from, dst, tos, &iface, &hop);
    bool leads = kind == MODEL_GOES || kind == MODEL_BLACKHOLE;
    struct v4_ip quote = {.tos = (uint8_t)tos, .src = US(from), .dst = dst};
    struct v4_icmp icmp = {.type = V4_ICMP_REDIRECT, .code = (uint8_t)code, .rest = to};

    sender = step[2] & 8 ? NET(on) | (step[2] & 7) : hop; /* seldom a stranger */
    bool sound = leads && sender == hop && on == iface && hop != dst && could_lead_on(to, on);
    bool learned = v4_redirect_learn(core, on, sender, &quote, &icmp);
    ORACLE(learned == sound, "learn: a redirect was %s", learned ? "believed" : "not believed");
    if (!learned)
        return;
    model_praise(&model, on, sender);
    model_redirect_learn(&model, &(struct model_redirect){
                                     .dst = dst,
                                     .gateway = to,
                                     .tos = by_tos && code >= 2 ? tos & 0x1e : MODEL_EVERY_TOS,
                                     .iface = on,
                                     .when = core->now,
                                 });
}

static void step_on(const struct script_record *record, bool by_tos)
{
    uint8_t step[STEP] = {0};
    struct v4_way way;

    for (size_t i = 0; i < STEP && i < record->octets.len; i++)
        step[i] = record->octets.octets[i];
    switch (record->interface % 8) {
    case 0:
    case 1:
        add(step);
        break;
    case 2:
        remove_one(step);
        break;
    case 3:
    case 4:
        use(step);
        break;
    case 5:
        advise(step);
        break;
    case 6:
        hear_or_fail(step);
        break;
    default:
        redirect(step, by_tos);
    }
    check_order(destination(step), tos_of(step[4]));
    for (unsigned from = 0; from <= MODEL_EVERY_IFACE; from++)
        find(from, destination(step), tos_of(step[4]), &way);
    ORACLE(v4_route_cache_count(core->route_cache) <= MODEL_REDIRECTS, "bound: more redirects");
    ORACLE(v4_routes_at(core->routes, MODEL_ROUTES) == NULL, "bound: more routes");
}

static void check_reset(void)
{
    size_t count = 0;

    v4_core_reset(core);
    while (v4_routes_at(core->routes, count) != NULL)
        count++;
    ORACLE(count == 3, "reset: %zu routes", count);
    ORACLE(v4_route_cache_count(core->route_cache) == 0, "reset: redirects are left");
    ORACLE(!v4_gateways_is_dead(core->gateways, 0, GATEWAY, core->now), "reset: it is still dead");
    ORACLE(!core->switches.strong_host, "reset: the strong model is left");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size};
    struct script_record record;
    bool by_tos = size > 0 && data[size - 1] & 1;

    strong = size > 0 && (data[size - 1] & 6) == 6;

    if (!start(by_tos))
        return 0;
    while (script_next(&script, &record)) {
        if (record.kind == SCRIPT_ADVANCE)
            core->now +=
                record.milliseconds * 10 * V4_MS; /* redirects and dead gateways rest for minutes */
        if (record.kind == SCRIPT_FRAME)
            step_on(&record, by_tos);
    }
    check_reset();
    return 0;
}
