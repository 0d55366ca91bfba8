/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/link_in.h"
#include "proto/arp_in.h"
#include "proto/iface.h"
#include "proto/igmp_query.h"
#include "proto/ip_in.h"
#include "proto/link_out.h"
#include "wire/ether.h"
#include "wire/llc.h"

/* Are they the frames of a group that somebody here wants (RFC1112-7.4-b)? */
static bool is_wanted(const struct v4_core *core, unsigned iface, struct v4_mac dst)
{
    const struct v4_wanted *wanted = NULL;

    while (v4_mac_is_group(dst) && (wanted = v4_groups_next(core->groups, wanted)) != NULL)
        if (wanted->iface == iface && v4_mac_equal(dst, v4_link_group(wanted->group)))
            return true;
    return false;
}

/* We listen to our own address, the broadcast, and the groups that we are in; as router to all
 * groups, for reports of version 2 go to those that they report, and others have members beyond. */
static bool is_for_us(const struct v4_core *core, unsigned iface, struct v4_mac dst)
{
    return v4_mac_equal(dst, core->ifaces[iface].mac) || v4_mac_equal(dst, V4_MAC_BROADCAST) ||
           v4_mac_equal(dst, v4_link_group(V4_ADDR_ALL_HOSTS)) || is_wanted(core, iface, dst) ||
           (v4_mac_is_group(dst) &&
            (v4_igmp_routes(core, iface) || v4_iface_forwards_groups(core, iface)));
}

/* Answers a command of 802.2 to the station itself or to whom SNAP's frames are for; false: it is
 * none (RFC1042-LLC-a). */
static bool answer_command(struct v4_core *core, unsigned iface, struct v4_span frame)
{
    uint8_t header[V4_LLC_HEADER];
    struct v4_llc command;

    if (!v4_llc_parse(frame, &command) || !is_for_us(core, iface, command.dst) ||
        (command.to != V4_LLC_NULL && command.to != V4_LLC_SNAP) || v4_mac_is_group(command.src))
        return false;
    struct v4_llc response = v4_llc_response(&command, core->ifaces[iface].mac);
    v4_llc_emit(&response, header);
    v4_link_emit(core, iface, (struct v4_span){header, sizeof header}, response.info);
    return true;
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
    if (why == V4_DROP_ETHER_FRAMING && answer_command(core, iface, frame))
        return;
    if (why != V4_KEEP) {
        v4_core_drop(core, why, frame);
        return;
    }
    if (ether.type == V4_ETHER_TYPE_ARP)
        v4_arp_input(core, iface, ether.snap, ether.data);
    else
        v4_ip_input(core, iface, v4_mac_is_group(ether.dst), ether.data); /* RFC1122-2.4-a */
}
