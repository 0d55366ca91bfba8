/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/role.h"
#include "wire/special.h"

bool v4_role_ours(const struct v4_core *core, uint32_t addr, unsigned *ret_iface)
{
    for (unsigned i = 0; i < core->config.iface_count; i++) {
        if (core->config.ifaces[i].net.addr != addr)
            continue;
        *ret_iface = i;
        return true;
    }
    return false;
}

/* The network as it was before there were masks. */
static struct v4_prefix classful(uint32_t addr)
{
    uint8_t len = addr >> 31 == 0 ? 8 : addr >> 30 == 2 ? 16 : 24;

    return (struct v4_prefix){addr, len};
}

bool v4_role_broadcast(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_profile *profile = core->profile;
    struct v4_prefix net = core->config.ifaces[iface].net, class = classful(net.addr);
    /* Where the prefix is shorter than the class's there are no subnets that the class could have.
     */
    bool has_class = profile->classful_broadcasts && net.len > class.len;

    if (addr == V4_ADDR_BROADCAST || v4_prefix_is_broadcast(net, addr)) /* RFC1122-3.3.6-d */
        return true;
    if (has_class && v4_prefix_is_broadcast(class, addr))
        return true;
    return profile->zero_broadcasts && /* RFC1122-3.3.6-a */
           (addr == V4_ADDR_ANY || v4_prefix_is_zero_host(net, addr) ||
            (has_class && v4_prefix_is_zero_host(class, addr)));
}

bool v4_role_single(const struct v4_core *core, uint32_t addr)
{
    if (!v4_special_is_host(addr))
        return false;
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_role_broadcast(core, i, addr) ||
            v4_prefix_is_zero_host(core->config.ifaces[i].net, addr))
            return false;
    return true;
}

bool v4_role_group(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    return addr == V4_ADDR_ALL_HOSTS || v4_role_broadcast(core, iface, addr); /* RFC1122-3.3.7-c */
}
