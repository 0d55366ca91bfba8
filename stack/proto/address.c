/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/address.h"

const struct v4_address *v4_address_next(const struct v4_core *core, unsigned iface,
                                         const struct v4_address *after)
{
    unsigned i = after == NULL ? 0 : (unsigned)(after - core->addresses) + 1;

    for (; i < core->address_count; i++)
        if (core->addresses[i].iface == iface)
            return &core->addresses[i];
    return NULL;
}

const struct v4_address *v4_address_find(const struct v4_core *core, uint32_t addr)
{
    for (unsigned i = 0; i < core->address_count; i++)
        if (core->addresses[i].net.addr == addr)
            return &core->addresses[i];
    return NULL;
}

bool v4_address_is_near(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_address *ours = NULL;

    while ((ours = v4_address_next(core, iface, ours)) != NULL)
        if (v4_prefix_contains(ours->net, addr))
            return true;
    return false;
}

bool v4_address_is_broadcast(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_address *ours = NULL;

    while ((ours = v4_address_next(core, iface, ours)) != NULL)
        if (v4_prefix_is_broadcast(ours->net, addr))
            return true;
    return false;
}

bool v4_address_is_zero_host(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_address *ours = NULL;

    while ((ours = v4_address_next(core, iface, ours)) != NULL)
        if (v4_prefix_is_zero_host(ours->net, addr))
            return true;
    return false;
}

bool v4_address_share_network(const struct v4_core *core, unsigned iface, uint32_t one,
                              uint32_t other)
{
    const struct v4_address *ours = NULL;

    while ((ours = v4_address_next(core, iface, ours)) != NULL)
        if (v4_prefix_contains(ours->net, one) && v4_prefix_contains(ours->net, other))
            return true;
    return false;
}

/* How well an address suits: near ones over far ones, and each over deprecated ones. */
static unsigned suits(const struct v4_address *address, uint32_t dst)
{
    return (address->deprecated ? 1u : 4u) + (v4_prefix_contains(address->net, dst) ? 2u : 0u);
}

uint32_t v4_address_towards(const struct v4_core *core, unsigned iface, uint32_t dst)
{
    const struct v4_address *ours = NULL, *best = NULL;

    while ((ours = v4_address_next(core, iface, ours)) != NULL)
        if (best == NULL || suits(ours, dst) > suits(best, dst))
            best = ours;
    return best == NULL ? V4_ADDR_ANY : best->net.addr;
}

static bool same_network(const struct v4_address *a, const struct v4_address *b)
{
    return a->iface == b->iface && a->net.len == b->net.len &&
           v4_prefix_contains(a->net, b->net.addr);
}

static struct v4_route way_to(const struct v4_address *address)
{
    return (struct v4_route){.addr = address->net.addr & v4_addr_mask(address->net.len),
                             .len = address->net.len,
                             .iface = address->iface};
}

/* The first one of its network, apart from itself; NULL: there is none. */
static struct v4_address *companion(struct v4_core *core, const struct v4_address *address)
{
    for (unsigned i = 0; i < core->address_count; i++)
        if (core->addresses[i].net.addr != address->net.addr &&
            same_network(&core->addresses[i], address))
            return &core->addresses[i];
    return NULL;
}

/* RFC1812-10.2.2-c: a router's network has hosts, and is not all there is. */
static bool is_no_network(const struct v4_core *core, uint8_t len)
{
    return core->switches.forwarding && core->profile->router_reports && (len == 0 || len == 32);
}

bool v4_address_is_usable(const struct v4_core *core, const struct v4_address *address)
{
    return address->iface < core->config.iface_count && address->net.len <= 32 &&
           !is_no_network(core, address->net.len) && v4_addr_is_host(address->net.addr) &&
           !v4_prefix_is_broadcast(address->net, address->net.addr) &&
           !v4_prefix_is_zero_host(address->net, address->net.addr);
}

enum v4_error v4_address_add(struct v4_core *core, const struct v4_address *address, bool first)
{
    struct v4_address added = *address;
    struct v4_route way = way_to(address);

    if (!v4_address_is_usable(core, address))
        return V4_EINVAL;
    if (v4_address_find(core, address->net.addr) != NULL)
        return V4_EEXIST;
    if (core->address_count == V4_ADDRESSES || v4_routes_add(core->routes, &way) == V4_ROUTE_FULL)
        return V4_ENOBUFS;

    struct v4_address *before = companion(core, address);
    added.secondary = before != NULL && !first;
    if (before != NULL && first)
        before->secondary = true;
    unsigned at = first ? 0 : core->address_count;
    for (unsigned i = core->address_count++; i > at; i--)
        core->addresses[i] = core->addresses[i - 1];
    core->addresses[at] = added;
    return V4_OK;
}

enum v4_error v4_address_remove(struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_address *found = v4_address_find(core, addr);

    if (found == NULL || found->iface != iface)
        return V4_ENOENT;
    struct v4_address gone = *found, *next = companion(core, &gone);
    struct v4_route way = way_to(&gone);

    if (next == NULL)
        v4_routes_remove(core->routes, &way);
    else if (!gone.secondary)
        next->secondary = false;
    core->address_count--;
    for (unsigned i = (unsigned)(found - core->addresses); i < core->address_count; i++)
        core->addresses[i] = core->addresses[i + 1];
    return V4_OK;
}
