/* SPDX-License-Identifier: BSD-2-Clause */
#include "ways.h"
#include <string.h>

#define SECOND UINT64_C(1000000000)
#define TRIES 3 /* requests for a MAC that stay without an answer (of the reference) */
#define NEVER INT32_MIN
#define ROUTER_REQUESTS 3 /* RFC 1256 6.1: MAX_SOLICITATIONS, SOLICITATION_INTERVAL */
#define ROUTER_INTERVAL (3 * SECOND)
#define ROUTER_DELAY SECOND
#define ALL_ROUTERS UINT32_C(0xe0000002)

void model_ways_open(struct model_ways *ways, const struct model_way networks[2], uint32_t gateway)
{
    *ways = (struct model_ways){
        .paths = {.room = MODEL_PATHS, .after_fall = 600 * SECOND, .after_raise = 120 * SECOND}};
    for (unsigned i = 0; i < 2; i++) {
        model_way_add(&ways->routing, &networks[i]);
        ways->discovery[i].to = ALL_ROUTERS;
    }
    model_way_add(&ways->routing, &(struct model_way){.gateway = gateway});
}

static bool is_link(const struct model_hop *link, unsigned iface, uint32_t addr)
{
    return link->iface == iface && link->addr == addr;
}

bool model_ways_is_vague(const struct model_ways *ways, unsigned iface, uint32_t gateway)
{
    for (size_t i = 0; i < ways->vague_count; i++)
        if (is_link(&ways->vague[i], iface, gateway))
            return true;
    return false;
}

void model_ways_vague(struct model_ways *ways, unsigned iface, uint32_t addr)
{
    if (model_ways_is_vague(ways, iface, addr))
        return;
    model_praise(&ways->routing, iface, addr);
    if (ways->vague_count + ways->routing.trouble_count >= MODEL_VAGUE)
        ways->lost = true; /* who makes room for whom? */
    else
        ways->vague[ways->vague_count++] = (struct model_hop){iface, addr};
}

static bool is_tried(const struct model_way *way, const struct model_way *const *tried,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tried[i] == way)
            return true;
    return false;
}

/* The best of those that were not tried yet. */
static const struct model_way *best(const struct model_ways *ways, unsigned from, uint32_t dst,
                                    unsigned tos, const struct model_way *const *tried,
                                    size_t count)
{
    const struct model_way *found = NULL;

    for (size_t i = 0; i < ways->routing.way_count; i++) {
        const struct model_way *way = &ways->routing.ways[i];
        if (model_leads(way, dst, tos) && (from == MODEL_EVERY_IFACE || from == way->iface) &&
            !is_tried(way, tried, count) && (found == NULL || !model_before(found, way)))
            found = way;
    }
    return found;
}

static struct model_next next_of(const struct model_way *way, uint32_t dst)
{
    return (struct model_next){way->kind, way->iface, way->gateway != 0 ? way->gateway : dst};
}

size_t model_ways_find(const struct model_ways *ways, unsigned from, uint32_t dst, unsigned tos,
                       uint64_t now, struct model_next ret_next[MODEL_NEXTS])
{
    const struct model_routing *routing = &ways->routing;
    const struct model_way *tried[MODEL_ROUTES], *way;
    size_t count = 0, tries = 0;

    if (ways->lost)
        return 0;
    if (!ways->strong)
        from = MODEL_EVERY_IFACE;
    const struct model_redirect *taught = model_taught(routing, dst, MODEL_EVERY_TOS, now);
    if (taught != NULL && (from == MODEL_EVERY_IFACE || from == taught->iface) &&
        !model_is_dead(routing, taught->iface, taught->gateway, now)) {
        ret_next[count++] = (struct model_next){MODEL_GOES, taught->iface, taught->gateway};
        if (!taught->vague && !model_ways_is_vague(ways, taught->iface, taught->gateway))
            return count;
    }
    while ((way = best(ways, from, dst, tos, tried, tries)) != NULL) {
        tried[tries++] = way;
        if (model_is_dead(routing, way->iface, way->gateway, now))
            continue;
        if (count == MODEL_NEXTS)
            return 0;
        ret_next[count++] = next_of(way, dst);
        if (way->gateway == 0 || !model_ways_is_vague(ways, way->iface, way->gateway))
            return count;
    }
    if (count == MODEL_NEXTS)
        return 0;
    /* All may be dead: then it is the best of them (RFC 1122 3.3.1.5). */
    ret_next[count++] =
        tries > 0 ? next_of(tried[0], dst) : (struct model_next){MODEL_NO_WAY, 0, 0};
    return count;
}

bool model_ways_sure(const struct model_ways *ways, unsigned from, uint32_t dst, unsigned tos,
                     uint64_t now, struct model_next *ret_next)
{
    struct model_next next[MODEL_NEXTS];

    if (model_ways_find(ways, from, dst, tos, now, next) != 1)
        return false;
    *ret_next = next[0];
    return true;
}

void model_ways_used(struct model_ways *ways, unsigned iface, uint32_t gateway, uint64_t now)
{
    if (!ways->lost && !model_ways_is_vague(ways, iface, gateway) &&
        model_asks(&ways->routing, iface, gateway, now))
        ways->due = (struct model_hop){iface, gateway};
}

const char *model_ways_asked(struct model_ways *ways, unsigned iface, uint32_t gateway)
{
    if (ways->lost || model_ways_is_vague(ways, iface, gateway))
        return NULL;
    if (!is_link(&ways->due, iface, gateway))
        return "cause: RFC1122-3.3.1.4-d: a gateway is asked that is not doubted, or was asked";
    ways->due.addr = 0;
    return NULL;
}

static void not_vague(struct model_ways *ways, unsigned iface, uint32_t addr)
{
    size_t kept = 0;

    for (size_t i = 0; i < ways->vague_count; i++)
        if (!is_link(&ways->vague[i], iface, addr))
            ways->vague[kept++] = ways->vague[i];
    ways->vague_count = kept;
}

void model_ways_heard(struct model_ways *ways, unsigned iface, uint32_t addr, bool sure)
{
    if (sure) {
        not_vague(ways, iface, addr);
        model_praise(&ways->routing, iface, addr);
        return;
    }
    for (size_t i = 0; i < ways->routing.trouble_count; i++)
        if (ways->routing.troubles[i].iface == iface && ways->routing.troubles[i].gateway == addr) {
            model_ways_vague(ways, iface, addr);
            break;
        }
}

void model_ways_resolved(struct model_ways *ways, unsigned iface, uint32_t addr, bool sure)
{
    size_t kept = 0;

    for (size_t i = 0; i < ways->question_count; i++)
        if (!is_link(&ways->questions[i].link, iface, addr))
            ways->questions[kept++] = ways->questions[i];
    if (kept < ways->question_count && !sure) {
        model_ways_vague(ways, iface, addr);
        model_redirects_vague(&ways->routing, iface, addr);
    }
    ways->question_count = kept;
    model_ways_heard(ways, iface, addr, sure);
}

void model_ways_resolves(struct model_ways *ways, unsigned iface, uint32_t addr, bool everybody,
                         uint64_t now)
{
    size_t i = 0;

    while (i < ways->question_count && !is_link(&ways->questions[i].link, iface, addr))
        i++;
    if (i == MODEL_VAGUE) {
        ways->lost = true;
        return;
    }
    if (i == ways->question_count)
        ways->questions[ways->question_count++] = (struct model_question){.link = {iface, addr}};
    ways->questions[i].count += everybody ? 1 : TRIES + 1; /* polls: how many is its own */
    ways->questions[i].at = now;
}

void model_ways_doubted(struct model_ways *ways, unsigned iface, uint32_t gateway)
{
    if (model_ways_is_vague(ways, iface, gateway))
        return;
    model_doubt(&ways->routing, iface, gateway);
    ways->lost |=
        ways->vague_count > 0 && ways->vague_count + ways->routing.trouble_count > MODEL_VAGUE;
}

void model_ways_redirect(struct model_ways *ways, uint32_t dst, unsigned iface, uint32_t gateway,
                         uint64_t now)
{
    model_redirect_learn(
        &ways->routing,
        &(struct model_redirect){
            .dst = dst, .gateway = gateway, .tos = MODEL_EVERY_TOS, .iface = iface, .when = now});
    ways->changed = now + 1;
}

/* RFC 1256 5.3: the higher its preference the sooner it is used. */
static struct model_way way_over(const struct model_router *router)
{
    return (struct model_way){.gateway = router->link.addr,
                              .iface = router->link.iface,
                              .preference = (uint32_t)((int64_t)INT32_MAX - router->preference)};
}

static void take_out(struct model_ways *ways, size_t at, uint64_t now)
{
    struct model_way way = way_over(&ways->routers[at]);

    model_way_remove(&ways->routing, &way);
    memmove(ways->routers + at, ways->routers + at + 1,
            (--ways->router_count - at) * sizeof *ways->routers);
    ways->changed = now + 1;
}

/* What its user has said of a default router, it keeps. */
static bool is_configured(const struct model_ways *ways, const struct model_hop *link)
{
    for (size_t i = 0; i < ways->routing.way_count; i++) {
        const struct model_way *way = &ways->routing.ways[i];
        if (way->bits == 0 && way->gateway == link->addr && way->iface == link->iface)
            return true;
    }
    return false;
}

void model_ways_router(struct model_ways *ways, const struct model_router *router, uint64_t now)
{
    size_t least = 0;

    ways->discovery[router->link.iface].heard |= router->preference != NEVER;
    for (size_t i = 0; i < ways->router_count; i++)
        if (is_link(&ways->routers[i].link, router->link.iface, router->link.addr))
            take_out(ways, i, now);
    if (router->preference == NEVER || router->expires <= now || is_configured(ways, &router->link))
        return;
    for (size_t i = 0; i < ways->router_count; i++)
        if (ways->routers[i].preference < ways->routers[least].preference)
            least = i;
    if (ways->router_count == MODEL_ROUTERS) {
        if (ways->routers[least].preference >= router->preference)
            return;
        ways->lost = true; /* which of the least preferred ones goes is its own choice */
        return;
    }
    struct model_way way = way_over(router);
    ways->routers[ways->router_count++] = *router;
    model_way_add(&ways->routing, &way);
    ways->changed = now + 1;
}

void model_ways_discover(struct model_ways *ways, unsigned iface, bool on, uint64_t now)
{
    struct model_discovery *discovery = &ways->discovery[iface];

    if (discovery->on == on)
        return;
    *discovery = (struct model_discovery){.on = on, .since = now, .to = discovery->to};
    for (size_t i = ways->router_count; !on && i-- > 0;)
        if (ways->routers[i].link.iface == iface)
            take_out(ways, i, now);
}

const char *model_ways_solicits(struct model_ways *ways, unsigned iface, uint32_t dst, unsigned ttl,
                                uint64_t now)
{
    struct model_discovery *discovery = &ways->discovery[iface];

    if (ways->lost)
        return NULL;
    if (!discovery->on)
        return "cause: RFC1256-5.3-a: a solicitation that nobody wants";
    if (discovery->asked == ROUTER_REQUESTS || discovery->heard)
        return "cause: RFC1256-5.3-d: a solicitation when a router is known, or a fourth";
    if (discovery->asked > 0 && now - discovery->last < ROUTER_INTERVAL)
        return "cause: RFC1256-6.1: solicitations sooner after each other than three seconds";
    if (dst != discovery->to)
        return "sent: RFC1256-5.1: a solicitation to somebody else than its user wants";
    if (dst >> 28 == 14 && ttl != 1)
        return "sent: RFC1256-4-a: a solicitation that may be passed on";
    discovery->asked++;
    discovery->last = now;
    return NULL;
}

bool model_ways_over(const struct model_ways *ways, uint32_t gateway)
{
    bool over = false;

    for (size_t i = 0; i < ways->routing.way_count; i++)
        over |= ways->routing.ways[i].gateway == gateway;
    for (size_t i = 0; i < ways->routing.redirect_count; i++)
        over |= ways->routing.redirects[i].gateway == gateway;
    return over || ways->lost;
}

static void answer_nobody(struct model_ways *ways, uint64_t now)
{
    for (size_t i = ways->question_count; i-- > 0;) {
        struct model_question *question = &ways->questions[i];
        struct model_hop link = question->link;
        if (now - question->at < SECOND)
            continue;
        if (question->count == TRIES) {
            model_silent(&ways->routing, link.iface, link.addr, question->at + SECOND);
            if (model_is_dead(&ways->routing, link.iface, link.addr, question->at + SECOND))
                not_vague(ways, link.iface, link.addr);
            ways->changed = now + 1;
        } else if (question->count > TRIES) {
            model_ways_vague(ways, link.iface, link.addr);
            model_redirects_vague(&ways->routing, link.iface, link.addr);
        } else
            continue;
        *question = ways->questions[--ways->question_count];
    }
}

const char *model_ways_time(struct model_ways *ways, uint64_t now)
{
    if (ways->lost)
        return NULL;
    answer_nobody(ways, now);
    for (size_t i = ways->router_count; i-- > 0;)
        if (ways->routers[i].expires <= now)
            take_out(ways, i, now);
    for (unsigned i = 0; i < 2; i++) {
        const struct model_discovery *discovery = &ways->discovery[i];
        if (discovery->on && !discovery->heard && discovery->asked == 0 &&
            now > discovery->since + ROUTER_DELAY)
            return "time: RFC1256-5.3-c: no router is asked for within a second";
    }
    return NULL;
}
