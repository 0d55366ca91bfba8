/* SPDX-License-Identifier: BSD-2-Clause */
#include "nearby.h"
#include <string.h>
#include "model/ways_wire.h"

#define SECOND UINT64_C(1000000000)

/* What it must have learned: the sender of ARP that was about its own address (RFC 826). */
static void learn(struct model_host *model, unsigned iface, const struct model_arp *arp)
{
    struct model_known *known = model->known;
    size_t i = 0;

    while (i < model->known_count && (known[i].addr != arp->spa || known[i].iface != iface))
        i++;
    if (i == MODEL_KNOWN)
        return;
    model->known_count += i == model->known_count;
    known[i] = (struct model_known){.iface = iface, .addr = arp->spa, .at = model->now};
    memcpy(known[i].mac, arp->sha, 6);
}

bool model_reaches(const struct model_host *model, uint32_t addr)
{
    for (unsigned i = 0; i < 2; i++)
        if (model_on_link(model->ifaces + i, addr) && model_find_known(model, i, addr) != NULL &&
            model_ways_straight(model, i, addr))
            return true;
    return false;
}

/* Was it asked for its MAC before, so that what waits may be given up any moment? */
static bool asked_long_ago(const struct model_host *model, uint32_t addr)
{
    for (size_t i = 0; i < model->asked_count; i++)
        if (model->asked[i].addr == addr && model->now - model->asked[i].first >= SECOND)
            return true;
    return model->asked_count == MODEL_KNOWN;
}

/* A user's datagram that was sent a moment ago and has waited for this neighbour's MAC since. */
static bool waits_for(const struct model_host *model, unsigned iface, uint32_t addr)
{
    if (asked_long_ago(model, addr))
        return false;
    if (!model->must || model->unsure & (UNSURE_WHERE | UNSURE_SIZES | UNSURE_HEADER))
        return false;
    for (size_t i = 0; i < model->send_count; i++)
        if (model->sends[i].went && model->sends[i].dst == addr &&
            (model->ways.changed == 0 || model->sends[i].at >= model->ways.changed) &&
            model_ways_straight(model, iface, addr) && model->now - model->sends[i].at < SECOND)
            return true;
    return false;
}

static void note(struct model_host *model, unsigned iface, const struct model_arp *arp)
{
    struct model_told *told = model->told + model->told_count;

    if (model->told_count == MODEL_TOLD)
        return;
    *told = (struct model_told){.iface = iface, .addr = arp->spa};
    memcpy(told->mac, arp->sha, 6);
    model->told_count++;
}

/* Where any host's packet goes: to its neighbour, or to the gateway of the lab (RFC 1122 3.3.1.1),
 * where that is known by its MAC. */
const char *model_where_fault(const struct model_host *model, unsigned iface,
                              const struct model_frame *frame)
{
    const struct model_iface *self = model->ifaces + iface;
    uint32_t dst = frame->packet.dst, hop = model_on_link(self, dst) ? dst : MODEL_GATEWAY;

    if (model->must || model->unsure & UNSURE_WHERE || frame->kind != MODEL_IP ||
        model_is_group_mac(frame->dst) || model->told_count == MODEL_TOLD)
        return NULL;
    if (hop != dst && iface != 0)
        return "where: to the gateway by the interface where it is not";
    const struct model_known *known = model_find_known(model, iface, hop);
    if (known != NULL)
        return memcmp(known->mac, frame->dst, 6) == 0
                   ? NULL
                   : "where: to another MAC than its neighbour's";
    return NULL; /* others may have it from a frame */
}

/* ARP about a neighbour that is known already, for whomever it is. */
static bool merges(const struct model_host *model, unsigned iface, const struct model_frame *frame)
{
    const struct model_iface *self = model->ifaces + iface;
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const struct model_arp *arp = &frame->arp;

    return (arp->operation == 1 || arp->operation == 2) && !frame->snap &&
           !(model->unsure & (UNSURE_NEIGHBORS | UNSURE_OWN | UNSURE_LINK)) &&
           model_find_known(model, iface, arp->spa) != NULL && !model_is_group_mac(arp->sha) &&
           memcmp(arp->sha, self->mac, 6) != 0 && memcmp(arp->sha, frame->src, 6) == 0 &&
           (memcmp(frame->dst, self->mac, 6) == 0 || memcmp(frame->dst, all, 6) == 0);
}

void model_on_arp(struct model_host *model, unsigned iface, const struct model_frame *frame)
{
    const struct model_iface *self = model->ifaces + iface;
    const struct model_arp *arp = &frame->arp;
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    bool plain = (arp->operation == 1 || arp->operation == 2) && arp->tpa == self->addr &&
                 model_on_link(self, arp->spa) && !model_is_group_mac(arp->sha) && !frame->snap &&
                 memcmp(arp->sha, self->mac, 6) != 0 && memcmp(arp->sha, frame->src, 6) == 0 &&
                 (memcmp(frame->dst, self->mac, 6) == 0 || memcmp(frame->dst, all, 6) == 0);

    note(model, iface, arp);
    bool others = !model_is_group_mac(frame->dst) && memcmp(frame->dst, self->mac, 6) != 0;
    if (!others || model->unsure & UNSURE_LINK) /* not for another station */
        model_ways_arp(model, iface, arp->spa, plain || merges(model, iface, frame));
    bool waits = waits_for(model, iface, arp->spa);
    for (size_t i = 0; i < model->send_count; i++) /* what waits goes now, or is lost */
        model->sends[i].went &= model->sends[i].dst != arp->spa;
    if (!plain) { /* RFC 826: but what is known of its sender is put right, whoever is asked for */
        if (merges(model, iface, frame))
            learn(model, iface, arp);
        else
            model_doubt_known(model, arp->spa);
        return;
    }
    learn(model, iface, arp);
    if (waits) /* RFC 1122 2.3.2.2 */
        model_want(model,
                   (struct model_wanted){.kind = WANT_PACKET, .mac = arp->sha, .dst = arp->spa});
    if (arp->operation == 1 && !(model->unsure & (UNSURE_OWN | UNSURE_LINK)))
        model_want(model,
                   (struct model_wanted){
                       .kind = WANT_ARP_REPLY, .mac = arp->sha, .dst = arp->spa, .src = arp->tpa});
}
