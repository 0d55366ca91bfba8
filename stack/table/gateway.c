/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/gateway.h"
#include <stdlib.h>

struct gateway {
    unsigned iface;
    uint32_t addr;
    unsigned asked;      /* how many times since it is doubted */
    v4_time last;        /* when it was asked last */
    v4_time dead_from;   /* V4_NEVER while it is doubted, and may be asked again */
    unsigned long order; /* of complaints */
};

struct v4_gateways {
    struct v4_gateway_config config;
    size_t count;
    unsigned long complaints;
    struct gateway gateways[];
};

struct v4_gateways *v4_gateways_open(const struct v4_gateway_config *config)
{
    struct v4_gateways *opened;

    if (config->gateways == 0 || config->tries == 0 ||
        config->gateways > (SIZE_MAX - sizeof *opened) / sizeof *opened->gateways)
        return NULL;
    opened = malloc(sizeof *opened + config->gateways * sizeof *opened->gateways);
    if (opened == NULL)
        return NULL;
    opened->config = *config;
    v4_gateways_reset(opened);
    return opened;
}

void v4_gateways_close(struct v4_gateways *gateways)
{
    free(gateways);
}

void v4_gateways_reset(struct v4_gateways *gateways)
{
    gateways->count = 0;
    gateways->complaints = 0;
}

static size_t place_of(const struct v4_gateways *gateways, unsigned iface, uint32_t addr)
{
    size_t at = 0;

    while (at < gateways->count &&
           (gateways->gateways[at].iface != iface || gateways->gateways[at].addr != addr))
        at++;
    return at;
}

static size_t place_for_new(struct v4_gateways *gateways)
{
    size_t oldest = 0;

    if (gateways->count < gateways->config.gateways)
        return gateways->count++;
    for (size_t i = 1; i < gateways->count; i++)
        if (gateways->gateways[i].order < gateways->gateways[oldest].order)
            oldest = i;
    return oldest;
}

static struct gateway *complained_of(struct v4_gateways *gateways, unsigned iface, uint32_t addr)
{
    size_t at = place_of(gateways, iface, addr);

    if (at < gateways->count)
        return &gateways->gateways[at];
    at = place_for_new(gateways);
    gateways->gateways[at] = (struct gateway){
        .iface = iface, .addr = addr, .dead_from = V4_NEVER, .order = gateways->complaints++};
    return &gateways->gateways[at];
}

void v4_gateways_praise(struct v4_gateways *gateways, unsigned iface, uint32_t addr)
{
    size_t at = place_of(gateways, iface, addr);

    if (at < gateways->count)
        gateways->gateways[at] = gateways->gateways[--gateways->count];
}

void v4_gateways_doubt(struct v4_gateways *gateways, unsigned iface, uint32_t addr)
{
    (void)complained_of(gateways, iface, addr);
}

void v4_gateways_fail(struct v4_gateways *gateways, unsigned iface, uint32_t addr, v4_time now)
{
    complained_of(gateways, iface, addr)->dead_from = now;
}

static bool is_at_rest(const struct v4_gateways *gateways, const struct gateway *gateway,
                       v4_time now)
{
    return now >= gateway->dead_from && now - gateway->dead_from < gateways->config.rest;
}

bool v4_gateways_is_dead(const struct v4_gateways *gateways, unsigned iface, uint32_t addr,
                         v4_time now)
{
    size_t at = place_of(gateways, iface, addr);

    return at < gateways->count && is_at_rest(gateways, &gateways->gateways[at], now);
}

bool v4_gateways_is_asked(const struct v4_gateways *gateways, unsigned iface, uint32_t addr)
{
    size_t at = place_of(gateways, iface, addr);

    return at < gateways->count && gateways->gateways[at].asked > 0;
}

bool v4_gateways_use(struct v4_gateways *gateways, unsigned iface, uint32_t addr, v4_time now)
{
    size_t at = place_of(gateways, iface, addr);
    struct gateway *gateway = &gateways->gateways[at];

    /* The last resort, of which all are dead, is used and not asked. */
    if (at == gateways->count || is_at_rest(gateways, gateway, now))
        return false;
    if (now >= gateway->dead_from) { /* its rest is over */
        gateway->dead_from = V4_NEVER;
        gateway->asked = 0;
    }
    if (gateway->asked == gateways->config.tries ||
        (gateway->asked > 0 && now - gateway->last < gateways->config.interval))
        return false;
    gateway->last = now;
    if (++gateway->asked == gateways->config.tries)
        gateway->dead_from = v4_time_after(now, gateways->config.interval);
    return true;
}
