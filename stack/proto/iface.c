/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/iface.h"
#include "proto/address.h"
#include "wire/ether.h"

bool v4_iface_forwards(const struct v4_core *core, unsigned iface)
{
    return core->switches.forwarding && core->ifaces[iface].forwarding &&
           v4_address_next(core, iface, NULL) != NULL; /* RFC1812-10.2.1-a, RFC1812-10.2.1-c */
}

bool v4_iface_forwards_groups(const struct v4_core *core, unsigned iface)
{
    return core->switches.multicast_forwarding && core->ifaces[iface].multicast_forwarding &&
           v4_iface_forwards(core, iface);
}

void v4_iface_set_up(struct v4_core *core, unsigned iface, bool up)
{
    core->ifaces[iface].up = up;
}

void v4_iface_set_promiscuous(struct v4_core *core, unsigned iface, bool promiscuous)
{
    core->ifaces[iface].promiscuous = promiscuous;
}

/* The longest packet that the link carries, in the frames that are sent. */
static unsigned most(const struct v4_core *core, unsigned iface)
{
    unsigned link = core->config.ifaces[iface].mtu;

    return core->ifaces[iface].snap && link > V4_ETHER_SNAP_MTU ? V4_ETHER_SNAP_MTU : link;
}

enum v4_error v4_iface_set_mtu(struct v4_core *core, unsigned iface, uint64_t mtu)
{
    if (mtu < V4_MTU_MIN || mtu > most(core, iface))
        return V4_EINVAL;
    core->ifaces[iface].mtu = (unsigned)mtu; /* RFC1122-3.3.3-f */
    return V4_OK;
}

void v4_iface_set_snap(struct v4_core *core, unsigned iface, bool snap)
{
    bool full = core->ifaces[iface].mtu >= most(core, iface);
    core->ifaces[iface].snap = snap;
    if (full || core->ifaces[iface].mtu > most(core, iface))
        core->ifaces[iface].mtu = most(core, iface);
}

enum v4_error v4_iface_set_mac(struct v4_core *core, unsigned iface, struct v4_mac mac)
{
    static const struct v4_mac none;

    if (v4_mac_is_group(mac) || v4_mac_equal(mac, none))
        return V4_EINVAL;
    core->ifaces[iface].mac = mac;
    return V4_OK;
}
