/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/link_local.h"
#include "proto/address.h"

#define FIRST V4_ADDR(169, 254, 1, 0) /* the first and last 256 are reserved (RFC3927-2.1-b) */
#define CHOICE (254 * 256)
#define PREFIX 16               /* of all of them (RFC3927-2.8-a) */
#define LINGER (60 * V4_SECOND) /* for what is under way when a routable address comes */

static struct v4_address *own(struct v4_core *core, unsigned iface)
{
    uint32_t addr = core->state.link_local[iface].addr;

    for (unsigned i = 0; i < core->address_count; i++)
        if (core->addresses[i].net.addr == addr && core->addresses[i].iface == iface)
            return &core->addresses[i];
    return NULL;
}

/* Each host draws others, and the same ones after each start (RFC3927-2.1-c, RFC3927-2.1-d). */
static uint32_t draw(struct v4_core *core, unsigned iface)
{
    struct v4_link_local *state = &core->state.link_local[iface];
    const uint8_t *mac = core->ifaces[iface].mac.octets;

    if (!state->seeded)
        state->rng = v4_rng_open((uint64_t)v4_be16(mac) << 32 | v4_be32(mac + 2));
    state->seeded = true;
    return FIRST + v4_rng_below(&state->rng, CHOICE); /* RFC3927-2.1-a */
}

/* What it had before is tried first (RFC3927-2.1-e). It is never kept against another host
 * (RFC3927-2.5-c). */
static void claim(struct v4_core *core, unsigned iface)
{
    struct v4_link_local *state = &core->state.link_local[iface];
    struct v4_claim claim = {
        .iface = iface,
        .policy = core->switches.defend == V4_CLAIM_YIELDS ? V4_CLAIM_YIELDS : V4_CLAIM_STANDS,
        .tested = true,
        .len = PREFIX,
    };

    if (state->addr == V4_ADDR_ANY)
        state->addr = draw(core, iface);
    claim.addr = state->addr;
    v4_claims_add(core->claims, &claim, core->now);
}

static void leave(struct v4_core *core, unsigned iface)
{
    struct v4_link_local *state = &core->state.link_local[iface];

    v4_claims_remove(core->claims, iface, state->addr);
    v4_address_remove(core, iface, state->addr);
    state->lingers = false;
}

/* One that is deprecated is on its way out, and no reason to do without another. */
static bool has_routable(const struct v4_core *core, unsigned iface)
{
    const struct v4_address *address = NULL;

    while ((address = v4_address_next(core, iface, address)) != NULL)
        if (!address->deprecated && !v4_link_local_is(address->net.addr))
            return true;
    return false;
}

void v4_link_local_review(struct v4_core *core, unsigned iface)
{
    struct v4_link_local *state = &core->state.link_local[iface];
    struct v4_address *address = own(core, iface);
    bool wanted = state->on && !has_routable(core, iface);

    if (address != NULL)
        address->deprecated = !wanted; /* RFC3927-1.9-b */
    if (wanted) {
        state->lingers = false;
        claim(core, iface);
        return;
    }
    if (address == NULL || !state->on) {
        leave(core, iface);
        return;
    }
    if (!state->lingers) /* RFC3927-1.9-a, RFC3927-1.9-d */
        state->until = v4_time_after(core->now, LINGER);
    state->lingers = true;
}

void v4_link_local_set(struct v4_core *core, unsigned iface, bool on)
{
    core->state.link_local[iface].on = on;
    v4_link_local_review(core, iface);
}

void v4_link_local_lost(struct v4_core *core, unsigned iface)
{
    core->state.link_local[iface].addr = V4_ADDR_ANY;
    v4_link_local_review(core, iface);
}

void v4_link_local_tick(struct v4_core *core)
{
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (core->state.link_local[i].lingers && core->state.link_local[i].until <= core->now)
            leave(core, i);
}

v4_time v4_link_local_next_timeout(const struct v4_core *core)
{
    v4_time first = V4_NEVER;

    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (core->state.link_local[i].lingers && core->state.link_local[i].until < first)
            first = core->state.link_local[i].until;
    return first;
}

bool v4_link_local_way(const struct v4_core *core, uint32_t src, uint32_t dst, unsigned *ret_iface)
{
    const struct v4_address *from = v4_address_find(core, src);

    if (!v4_link_local_is(dst) && !(from != NULL && v4_link_local_is(src)))
        return false;
    *ret_iface = 0; /* the default one, where nobody says which */
    for (unsigned i = core->address_count; from == NULL && i-- > 0;)
        if (v4_link_local_is(core->addresses[i].net.addr))
            *ret_iface = core->addresses[i].iface;
    if (from != NULL)
        *ret_iface = from->iface;
    return true;
}
