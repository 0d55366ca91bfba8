/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "claims.h"

#define SECOND UINT64_C(1000000000)
#define TRIES 3 /* of the reference: "a small number of times" */
#define RETRY (2 * SECOND)
#define WAITS (4 * SECOND) /* a reply for its asker's MAC, at most */

enum {
    ICMP = 1,
    REQUEST = 17,
    REPLY = 18
};

static uint32_t mask_of(unsigned len)
{
    return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

/* The only address of the interface; NULL: there are others. */
static struct model_claim *only(struct model_claims *claims, unsigned iface)
{
    struct model_claim *found = NULL;

    for (size_t i = 0; i < claims->count; i++) {
        if (claims->list[i].iface != iface)
            continue;
        if (found != NULL || !claims->list[i].ours || claims->list[i].chosen)
            return NULL;
        found = claims->list + i;
    }
    return found;
}

static void resize(struct model_claims *claims, unsigned iface, unsigned len)
{
    struct model_claim *claim = only(claims, iface);

    if (claim == NULL) {
        model_masks_unsure(claims, iface);
        return;
    }
    struct model_claim changed = *claim;
    changed.len = len;
    if (model_claim_edge(&changed, changed.addr))
        return;
    claim->len = len;
    model_claim_moved(claims, claim, true);
}

void model_masks_unsure(struct model_claims *claims, unsigned iface)
{
    claims->ifaces[iface].mask.unsure |= claims->ifaces[iface].mask.on;
    claims->ifaces[iface].masked |= claims->ifaces[iface].mask.on;
}

/* RFC 1122 3.2.2.9: until it is told it goes by the class. */
static unsigned class_len(uint32_t addr)
{
    return addr >> 31 == 0 ? 8 : addr >> 30 == 2 ? 16 : 24;
}

void model_masks_learn(struct model_claims *claims, unsigned iface, bool on)
{
    struct model_mask *mask = &claims->ifaces[iface].mask;
    const struct model_claim *claim = only(claims, iface);

    if (on == mask->on)
        return;
    if (!on) {
        mask->on = false;
        resize(claims, iface, mask->configured);
        mask->unsure |= claim == NULL;
        claims->ifaces[iface].masked |= claim == NULL || mask->unsure;
        return;
    }
    mask->on = true;
    mask->learned = false;
    mask->asked = 0;
    mask->ask_at = claims->now;
    if (claim == NULL || mask->unsure || !claims->ifaces[iface].up) {
        mask->unsure = claims->ifaces[iface].masked = true;
        return;
    }
    mask->configured = claim->len;
    resize(claims, iface, class_len(claim->addr));
}

void model_masks_agent(struct model_claims *claims, bool on)
{
    if (on == claims->agent)
        return;
    claims->agent = on;
    claims->agent_since = claims->now;
    for (unsigned i = 0; i < 2; i++) /* who becomes one says so */
        claims->ifaces[i].mask.tells =
            on && !claims->ifaces[i].mask.kept && claims->ifaces[i].up && only(claims, i) != NULL;
}

/* A reply that is one for any host: whole, without options, to it or to everybody. */
static bool is_plain(struct model_claims *claims, unsigned iface, const struct model_frame *frame)
{
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const struct model_packet *packet = &frame->packet;
    const struct model_claim *claim = only(claims, iface);
    bool to_all = packet->dst == UINT32_MAX && memcmp(frame->dst, all, 6) == 0;
    bool to_us = claim != NULL && packet->dst == claim->addr &&
                 memcmp(frame->dst, claims->ifaces[iface].mac, 6) == 0;

    return (to_all || to_us) && !frame->snap && packet->header.len == 20 && !packet->mf &&
           packet->offset == 0 && packet->ttl > 0 && packet->data.len == 12 &&
           model_is_single(packet->src) && model_claim_near(claim, packet->src) &&
           !model_claim_edge(claim, packet->src) && packet->src != claim->addr &&
           packet->data.octets[1] == 0 && model_sum(packet->data, 0) == 0xffff;
}

void model_masks_frame(struct model_claims *claims, unsigned iface, const struct model_frame *frame)
{
    struct model_mask *mask = &claims->ifaces[iface].mask;
    const uint8_t *p = frame->packet.data.octets;

    if (frame->kind != MODEL_IP || frame->packet.protocol != ICMP || !mask->on || mask->learned)
        return;
    if (frame->packet.mf || frame->packet.offset != 0 || frame->packet.data.len < 8) {
        model_masks_unsure(claims, iface);
        return;
    }
    if (p[0] != REPLY || model_sum(frame->packet.data, 0) != 0xffff)
        return;
    if (only(claims, iface) == NULL || !is_plain(claims, iface, frame)) {
        model_masks_unsure(claims, iface);
        return;
    }
    for (unsigned len = 8; len <= 30; len++) { /* bits without a gap */
        struct model_claim changed = *only(claims, iface);
        changed.len = len;
        if (v4_be32(p + 8) != mask_of(len) || model_claim_edge(&changed, changed.addr))
            continue;
        resize(claims, iface, len);
        mask->learned = true;
        return;
    }
}

static const char *on_request(struct model_claims *claims, unsigned iface)
{
    struct model_mask *mask = &claims->ifaces[iface].mask;

    if (mask->unsure)
        return NULL;
    if (!mask->on || mask->learned || mask->asked == TRIES || claims->now != mask->ask_at)
        return "masks: RFC 1122 3.2.2.9: a mask is asked for that is known, or too often";
    mask->asked++;
    mask->ask_at += RETRY;
    return NULL;
}

/* To everybody, where a host has become an agent; of one that was asked for nothing is said but
 * that an agent tells it. */
static const char *on_told(struct model_claims *claims, unsigned iface,
                           const struct model_packet *packet)
{
    struct model_claims_iface *self = claims->ifaces + iface;
    const struct model_claim *claim = only(claims, iface);
    bool tells = self->mask.tells;

    self->mask.tells = false;
    if (!claims->agent && claims->now - claims->agent_since > WAITS)
        return "masks: RFC 1122 3.2.2.9: who is no agent tells a mask";
    if (!tells || claim == NULL || self->masked || self->mask.on)
        return NULL;
    return packet->dst == UINT32_MAX && v4_be32(packet->data.octets + 8) == mask_of(claim->len)
               ? NULL
               : "masks: RFC 950: a mask is told that is another, or to somebody";
}

const char *model_masks_sent(struct model_claims *claims, unsigned iface,
                             const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;

    if (frame->kind != MODEL_IP || packet->protocol != ICMP || packet->offset != 0 ||
        packet->data.len < 12 || claims->writes)
        return NULL;
    if (packet->data.octets[0] == REQUEST)
        return on_request(claims, iface);
    return packet->data.octets[0] == REPLY ? on_told(claims, iface, packet) : NULL;
}

const char *model_masks_done(struct model_claims *claims)
{
    for (unsigned i = 0; i < 2; i++) {
        bool tells = claims->ifaces[i].mask.tells;
        claims->ifaces[i].mask.tells = false;
        if (tells && !claims->writes)
            return "masks: RFC 1122 3.2.2.9: who becomes an agent does not say its mask";
    }
    return NULL;
}

const char *model_masks_time(struct model_claims *claims)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct model_mask *mask = &claims->ifaces[i].mask;
        if (mask->on && !mask->unsure && !mask->learned && mask->asked < TRIES &&
            mask->ask_at < claims->now && !claims->writes)
            return "masks: RFC 1122 3.2.2.9: a mask is not asked for again";
    }
    return NULL;
}
