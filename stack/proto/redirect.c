/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/redirect.h"
#include "proto/role.h"

bool v4_redirect_find(const struct v4_core *core, uint32_t dst, unsigned *ret_iface,
                      uint32_t *ret_gateway)
{
    for (unsigned i = 0; i < V4_REDIRECTS; i++) {
        if (core->state.redirects[i].dst != dst || dst == V4_ADDR_ANY)
            continue;
        *ret_iface = core->state.redirects[i].iface;
        *ret_gateway = core->state.redirects[i].gateway;
        return true;
    }
    return false;
}

/* The entry of `dst`, or the one that was learned longest ago. */
static struct v4_redirect *entry_for(struct v4_core *core, uint32_t dst)
{
    for (unsigned i = 0; i < V4_REDIRECTS; i++)
        if (core->state.redirects[i].dst == dst)
            return &core->state.redirects[i];
    return &core->state.redirects[core->state.next_redirect++ % V4_REDIRECTS];
}

bool v4_redirect_learn(struct v4_core *core, unsigned iface, uint32_t sender, uint32_t dst,
                       uint32_t gateway)
{
    unsigned leaves_by, ours;
    uint32_t current;

    if (!v4_redirect_find(core, dst, &leaves_by, &current) &&
        !v4_routes_find(core->routes, dst, &leaves_by, &current))
        return false;
    if (current != sender || leaves_by != iface || current == dst) /* a neighbour needs none */
        return false;
    if (!v4_prefix_contains(core->config.ifaces[iface].net, gateway) ||
        !v4_role_single(core, gateway) || v4_role_ours(core, gateway, &ours))
        return false;
    /* A network's redirect is taken for the one host only (RFC1122-3.3.1.2-b). */
    *entry_for(core, dst) = (struct v4_redirect){.dst = dst, .gateway = gateway, .iface = iface};
    return true;
}

void v4_redirect_forget(struct v4_core *core, unsigned iface, uint32_t gateway)
{
    for (unsigned i = 0; i < V4_REDIRECTS; i++)
        if (core->state.redirects[i].iface == iface && core->state.redirects[i].gateway == gateway)
            core->state.redirects[i] = (struct v4_redirect){0};
}
