/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/arp_in.h"
#include "proto/address.h"
#include "proto/arp_out.h"
#include "proto/conflict.h"
#include "proto/link_out.h"
#include "proto/role.h"
#include "proto/route.h"
#include "wire/arp.h"
#include "wire/ether.h"

/* What we have sent ourselves and a link returns says nothing (RFC5227-2.1.1-f), nor does who
 * claims to be many. */
static bool is_from_another(const struct v4_core *core, unsigned iface, const struct v4_arp *arp)
{
    return !v4_mac_is_group(arp->sender_mac) &&
           !v4_mac_equal(arp->sender_mac, core->ifaces[iface].mac);
}

/* A sender without an address only asks whether somebody has the one it wants (RFC5227-2.5-a): it
 * is answered and not learned. */
static bool is_believable(const struct v4_core *core, const struct v4_arp *arp)
{
    unsigned ours;

    if (arp->sender == V4_ADDR_ANY)
        return true;
    return v4_role_single(core, arp->sender) && !v4_role_ours(core, arp->sender, &ours);
}

void v4_arp_input(struct v4_core *core, unsigned iface, bool snap, struct v4_span packet)
{
    struct v4_arp arp;
    struct v4_span waiting;
    enum v4_drop why = v4_arp_parse(packet, &arp);

    if (why == V4_KEEP && !is_from_another(core, iface, &arp))
        why = V4_DROP_ARP_SENDER;
    if (why == V4_KEEP) {
        v4_conflict_input(core, iface, &arp);
        why = is_believable(core, &arp) ? V4_KEEP : V4_DROP_ARP_SENDER;
    }
    if (why != V4_KEEP) {
        v4_core_drop(core, why, packet);
        return;
    }
    v4_stat_count(&core->stats,
                  arp.operation == V4_ARP_REQUEST ? V4_STAT_ARP_IN_REQUEST : V4_STAT_ARP_IN_REPLY);

    /* The table first, whatever the operation, and whoever is asked for (RFC826-Reception-d, -e).
     */
    const struct v4_address *wanted = v4_address_find(core, arp.target);
    bool wants_us = wanted != NULL && wanted->iface == iface;
    bool waited = arp.sender != V4_ADDR_ANY &&
                  v4_neighbors_learn(core->neighbors, iface, arp.sender, arp.sender_mac, wants_us,
                                     core->now, &waiting);
    v4_neighbors_note(core->neighbors, iface, arp.sender, !snap); /* RFC1042-Ethernet-a */
    v4_route_heard(core, iface, arp.sender);
    while (waited) {
        v4_link_send(core, iface,
                     &(struct v4_link_to){
                         .dst = arp.sender_mac, .type = V4_ETHER_TYPE_IP, .ethernet = !snap},
                     waiting);
        waited = v4_neighbors_next(core->neighbors, &waiting);
    }

    if (!wants_us) /* RFC826-Reception-h */
        v4_core_drop(core, V4_DROP_ARP_NOT_OURS, packet);
    else if (arp.operation == V4_ARP_REQUEST) /* RFC826-Reception-f */
        v4_arp_answer(core, iface, &arp, !snap);
}
