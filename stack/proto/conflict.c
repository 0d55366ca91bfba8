/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/conflict.h"
#include "proto/address.h"
#include "proto/arp_out.h"
#include "proto/event.h"
#include "proto/link_local.h"

/* What a claim keeps of its address until it is held. */
#define FIRST 1
#define DEPRECATED 2
#define UNADVERTISED 4

static enum v4_error start_test(struct v4_core *core, const struct v4_address *address, bool first)
{
    struct v4_claim claim = {
        .iface = address->iface,
        .addr = address->net.addr,
        .policy = core->switches.defend,
        .tested = true,
        .len = address->net.len,
        .flags = (uint8_t)((first ? FIRST : 0) | (address->deprecated ? DEPRECATED : 0) |
                           (address->unadvertised ? UNADVERTISED : 0)),
        .preference = address->preference,
    };
    bool held;

    if (!v4_address_is_usable(core, address))
        return V4_EINVAL;
    if (v4_address_find(core, claim.addr) != NULL ||
        v4_claims_find(core->claims, claim.iface, claim.addr, &held) != NULL)
        return V4_EEXIST;
    return v4_claims_add(core->claims, &claim, core->now) ? V4_OK : V4_ENOBUFS;
}

enum v4_error v4_conflict_add(struct v4_core *core, const struct v4_address *address, bool first,
                              bool probe)
{
    if (probe)
        return start_test(core, address, first);
    enum v4_error error = v4_address_add(core, address, first);
    if (error != V4_OK)
        return error;
    struct v4_claim claim = {
        .iface = address->iface,
        .addr = address->net.addr,
        .policy = V4_CLAIM_STAYS,
        .len = address->net.len,
    };
    v4_claims_remove(core->claims, claim.iface, claim.addr); /* it need not be tested any more */
    v4_claims_add(core->claims, &claim, core->now);
    v4_link_local_review(core, claim.iface);
    return V4_OK;
}

enum v4_error v4_conflict_remove(struct v4_core *core, unsigned iface, uint32_t addr)
{
    bool claimed = v4_claims_remove(core->claims, iface, addr);
    enum v4_error error = v4_address_remove(core, iface, addr);

    if (error == V4_OK)
        v4_link_local_review(core, iface);
    return claimed ? V4_OK : error;
}

void v4_conflict_up(struct v4_core *core, unsigned iface)
{
    const struct v4_claim *claim;

    v4_claims_up(core->claims, iface, core->now);
    for (size_t i = 0; (claim = v4_claims_tested(core->claims, i)) != NULL; i++)
        v4_address_remove(core, claim->iface, claim->addr);
}

/* Somebody who contradicts all the time is told of once in ten seconds (RFC5227-2.4-j): as often as
 * he is answered. Where the queue is full nobody is told. */
static void tell(struct v4_core *core, const struct v4_claim *claim, struct v4_mac mac)
{
    v4_event_tell(
        core,
        &(struct v4_event){.kind = V4_EVENT_CONFLICT,
                           .conflict = {.iface = claim->iface, .addr = claim->addr, .mac = mac}},
        V4_NOTHING, V4_NOTHING);
}

void v4_conflict_input(struct v4_core *core, unsigned iface, const struct v4_arp *arp)
{
    struct v4_claim claim;

    switch (v4_claims_heard(core->claims, iface, arp->sender, arp->target, core->now, &claim)) {
    case V4_CLAIM_NONE:
    case V4_CLAIM_BORNE:
        return;
    case V4_CLAIM_LOST:
        v4_core_leaves(core, claim.addr);
        v4_address_remove(core, iface, claim.addr);
        break;
    case V4_CLAIM_TAKEN:
        break;
    case V4_CLAIM_DEFENDED:
        v4_arp_announce(core, iface, claim.addr);
        break;
    }
    v4_stat_count(&core->stats, V4_STAT_ADDRESS_CONFLICT);
    tell(core, &claim, arp->sender_mac);
    if (v4_address_find(core, claim.addr) != NULL)
        return;
    if (claim.addr == core->state.link_local[iface].addr)
        v4_link_local_lost(core, iface);
    else
        v4_link_local_review(core, iface);
}

/* It is ours from now on. Where the table of addresses is full by now it never will be. */
static void enter(struct v4_core *core, const struct v4_claim *claim)
{
    struct v4_address address = {
        .net = {claim->addr, claim->len},
        .iface = claim->iface,
        .deprecated = claim->flags & DEPRECATED,
        .unadvertised = claim->flags & UNADVERTISED,
        .preference = claim->preference,
    };

    if (v4_address_add(core, &address, claim->flags & FIRST) != V4_OK) {
        v4_claims_remove(core->claims, claim->iface, claim->addr);
        return;
    }
    v4_arp_announce(core, claim->iface, claim->addr); /* RFC5227-2.3-b */
    v4_link_local_review(core, claim->iface);
}

void v4_conflict_tick(struct v4_core *core)
{
    enum v4_claim_due due;
    struct v4_claim claim;

    while (v4_claims_expire(core->claims, core->now, &due, &claim)) {
        if (due == V4_CLAIM_PROBE)
            v4_arp_probe(core, claim.iface, claim.addr);
        else if (due == V4_CLAIM_HELD)
            enter(core, &claim);
        else
            v4_arp_announce(core, claim.iface, claim.addr);
    }
    v4_link_local_tick(core);
}

v4_time v4_conflict_next_timeout(const struct v4_core *core)
{
    v4_time claims = v4_claims_next_timeout(core->claims);
    v4_time others = v4_link_local_next_timeout(core);

    return claims < others ? claims : others;
}
