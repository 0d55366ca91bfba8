/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/link_in.h"
#include "proto/arp_in.h"
#include "proto/ip_in.h"
#include "proto/link_out.h"
#include "wire/ether.h"

/* We listen to our own address, the broadcast, and the only group that we are in. */
static bool is_for_us(const struct v4_core *core, unsigned iface, struct v4_mac dst)
{
    return v4_mac_equal(dst, core->ifaces[iface].mac) || v4_mac_equal(dst, V4_MAC_BROADCAST) ||
           v4_mac_equal(dst, v4_link_group(V4_ADDR_ALL_HOSTS));
}

void v4_link_input(struct v4_core *core, unsigned iface, struct v4_span frame)
{
    struct v4_ether ether;

    v4_stat_count(&core->stats, V4_STAT_ETHER_IN);
    if (iface >= core->config.iface_count) {
        v4_core_drop(core, V4_DROP_ETHER_IFACE, frame);
        return;
    }
    enum v4_drop why = core->ifaces[iface].up ? v4_ether_parse(frame, &ether) : V4_DROP_IFACE_DOWN;
    if (why == V4_KEEP && !is_for_us(core, iface, ether.dst))
        why = core->ifaces[iface].promiscuous ? V4_DROP_ETHER_WATCHED : V4_DROP_ETHER_NOT_OURS;
    if (why != V4_KEEP) {
        v4_core_drop(core, why, frame);
        return;
    }
    if (ether.type == V4_ETHER_TYPE_ARP)
        v4_arp_input(core, iface, ether.data);
    else
        v4_ip_input(core, iface, v4_mac_is_group(ether.dst), ether.data); /* RFC1122-2.4-a */
}
