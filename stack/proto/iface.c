/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/iface.h"

void v4_iface_set_up(struct v4_core *core, unsigned iface, bool up)
{
    core->ifaces[iface].up = up;
}

void v4_iface_set_promiscuous(struct v4_core *core, unsigned iface, bool promiscuous)
{
    core->ifaces[iface].promiscuous = promiscuous;
}

enum v4_error v4_iface_set_mtu(struct v4_core *core, unsigned iface, uint64_t mtu)
{
    if (mtu < V4_MTU_MIN || mtu > core->config.ifaces[iface].mtu)
        return V4_EINVAL;
    core->ifaces[iface].mtu = (unsigned)mtu; /* RFC1122-3.3.3-f */
    return V4_OK;
}

enum v4_error v4_iface_set_mac(struct v4_core *core, unsigned iface, struct v4_mac mac)
{
    static const struct v4_mac none;

    if (v4_mac_is_group(mac) || v4_mac_equal(mac, none))
        return V4_EINVAL;
    core->ifaces[iface].mac = mac;
    return V4_OK;
}
