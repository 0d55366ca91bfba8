/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/mask_learn.h"
#include "proto/address.h"
#include "proto/ip_out.h"

#define TRIES 3 /* "a small number of times" (RFC1122-3.2.2.9-e) */
#define RETRY (2 * V4_SECOND)
#define MASK_OCTETS 4
#define LEN_MIN 8 /* what class A leaves to networks */
#define LEN_MAX 30

static unsigned class_len(uint32_t addr)
{
    return addr >> 31 == 0 ? 8 : addr >> 30 == 2 ? 16 : 24;
}

/* The interface's first address is on a network of so many bits from now on. */
static bool resize(struct v4_core *core, unsigned iface, uint8_t len)
{
    const struct v4_address *found = v4_address_next(core, iface, NULL);

    if (found == NULL)
        return false;
    struct v4_address old = *found, changed = old;
    changed.net.len = len;
    if (!v4_address_is_usable(core, &changed))
        return false;
    v4_address_remove(core, iface, old.net.addr);
    if (v4_address_add(core, &changed, true) == V4_OK)
        return true;
    v4_address_add(core, &old, true); /* there was room for it before */
    return false;
}

void v4_mask_learn_restart(struct v4_core *core, unsigned iface)
{
    struct v4_mask_learning *state = &core->state.mask_learning[iface];
    const struct v4_address *address = v4_address_next(core, iface, NULL);

    if (!state->on || address == NULL)
        return;
    state->learned = false;
    state->asked = 0;
    state->ask_at = core->now;
    resize(core, iface, (uint8_t)class_len(address->net.addr)); /* RFC1122-3.2.2.9-f */
}

enum v4_error v4_mask_learn_set(struct v4_core *core, unsigned iface, bool on)
{
    struct v4_mask_learning *state = &core->state.mask_learning[iface];
    const struct v4_address *address = v4_address_next(core, iface, NULL);

    if (on == state->on)
        return V4_OK;
    if (address == NULL)
        return V4_EADDRNOTAVAIL;
    if (on)
        state->configured = address->net.len;
    else
        resize(core, iface, state->configured);
    state->on = on;
    v4_mask_learn_restart(core, iface);
    return V4_OK;
}

/* Bits without a gap, of which a class has some and hosts too. */
static bool len_of(uint32_t mask, uint8_t *ret_len)
{
    for (uint8_t len = LEN_MIN; len <= LEN_MAX; len++)
        if (v4_addr_mask(len) == mask) {
            *ret_len = len;
            return true;
        }
    return false;
}

/* The first one holds, and no later one (RFC1122-3.2.2.9-g). */
enum v4_drop v4_mask_learn_heard(struct v4_core *core, const struct v4_packet *packet,
                                 const struct v4_icmp *reply)
{
    struct v4_mask_learning *state = &core->state.mask_learning[packet->iface];
    uint8_t len;

    if (!state->on || state->learned || packet->looped) /* RFC1122-3.2.2.9-m */
        return V4_DROP_ICMP_NO_USER;
    if (reply->data.len < MASK_OCTETS || !len_of(v4_be32(reply->data.octets), &len) ||
        !resize(core, packet->iface, len))
        return V4_DROP_ICMP_UNSERVED;
    state->learned = true;
    return V4_KEEP;
}

static bool wants(const struct v4_core *core, unsigned iface)
{
    const struct v4_mask_learning *state = &core->state.mask_learning[iface];

    return state->on && !state->learned && state->asked < TRIES && core->ifaces[iface].up;
}

static void ask(struct v4_core *core, unsigned iface)
{
    static const uint8_t unknown[MASK_OCTETS];
    struct v4_icmp request = {.type = V4_ICMP_MASK,
                              .rest = core->state.mask_learning[iface].asked,
                              .data = {unknown, sizeof unknown}};

    v4_ip_announce(core, iface, v4_address_towards(core, iface, V4_ADDR_BROADCAST),
                   V4_ADDR_BROADCAST, v4_icmp_emit(&request, core->message));
}

void v4_mask_learn_tick(struct v4_core *core)
{
    for (unsigned i = 0; i < core->config.iface_count; i++) {
        struct v4_mask_learning *state = &core->state.mask_learning[i];
        while (wants(core, i) && state->ask_at <= core->now) {
            ask(core, i); /* RFC1122-3.2.2.9-e */
            state->asked++;
            state->ask_at = v4_time_after(state->ask_at, RETRY);
        }
    }
}

v4_time v4_mask_learn_next_timeout(const struct v4_core *core)
{
    v4_time next = V4_NEVER;

    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (wants(core, i) && core->state.mask_learning[i].ask_at < next)
            next = core->state.mask_learning[i].ask_at;
    return next;
}
