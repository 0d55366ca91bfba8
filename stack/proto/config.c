/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/config.h"
#include <stddef.h>
#include "proto/profile.h"
#include "table/reass.h"

#define QUEUE_MIN ((size_t)128 * 1024) /* the longest packet, and what surrounds it */

struct v4_config v4_config_default(void)
{
    return (struct v4_config){
        .ifaces[0].mtu = V4_MTU_DEFAULT,
        .iface_count = 1,
        .profile = "modern",
        .sockets = 64,
        .neighbors = 128,
        .paths = 64,
        .reass_datagrams = 64,
        .reass_octets = (size_t)1024 * 1024,
        .output_octets = (size_t)1024 * 1024,
        .event_octets = (size_t)1024 * 1024,
        .neighbor_lifetime = 15 * 60 * V4_SECOND,
    };
}

static const char *iface_fault(const struct v4_iface *iface)
{
    if (iface->net.len > 32)
        return "an interface's prefix is longer than 32 bits";
    if (!v4_addr_is_host(iface->net.addr) || v4_prefix_is_broadcast(iface->net, iface->net.addr) ||
        v4_prefix_is_zero_host(iface->net, iface->net.addr))
        return "an interface's address is none that a host may have";
    if (v4_mac_is_group(iface->mac))
        return "an interface's MAC is a group's";
    if (iface->mtu < V4_MTU_MIN || iface->mtu > V4_MTU_MAX)
        return "an interface's MTU is not between 68 and 65535";
    return NULL;
}

unsigned v4_config_towards(const struct v4_config *config, uint32_t addr)
{
    unsigned i = 0;

    while (i < config->iface_count && !v4_prefix_contains(config->ifaces[i].net, addr))
        i++;
    return i;
}

static const char *gateway_fault(const struct v4_config *config)
{
    unsigned i = v4_config_towards(config, config->gateway);

    if (config->gateway == 0)
        return NULL;
    if (i == config->iface_count)
        return "the gateway is in no interface's network";
    const struct v4_prefix *net = &config->ifaces[i].net;
    if (!v4_addr_is_host(config->gateway) || config->gateway == net->addr ||
        v4_prefix_is_broadcast(*net, config->gateway) ||
        v4_prefix_is_zero_host(*net, config->gateway))
        return "the gateway's address is none that another host may have";
    return NULL;
}

const char *v4_config_fault(const struct v4_config *config)
{
    if (config->iface_count == 0 || config->iface_count > V4_IFACES_MAX)
        return "there must be 1 to 8 interfaces";
    for (unsigned i = 0; i < config->iface_count; i++) {
        const char *fault = iface_fault(&config->ifaces[i]);
        if (fault != NULL)
            return fault;
        for (unsigned j = 0; j < i; j++)
            if (config->ifaces[i].net.addr == config->ifaces[j].net.addr)
                return "two interfaces have the same address";
    }
    if (gateway_fault(config) != NULL)
        return gateway_fault(config);
    if (config->profile == NULL || v4_profile_find(config->profile) == NULL)
        return "no such profile: there are rfc791, rfc1122, rfc1812 and modern";
    if (config->sockets == 0 || config->neighbors == 0 || config->paths == 0 ||
        config->reass_datagrams == 0 || config->neighbor_lifetime == 0)
        return "a table's size or lifetime is 0";
    if (config->reass_octets < 2 * V4_REASS_CHUNK) /* RFC1122-3.3.2-b */
        return "reassembly needs 1024 octets or more";
    if (config->reassembly != NULL && v4_overlap_find(config->reassembly) == V4_OVERLAP_COUNT)
        return "nobody wins overlaps by such a name: first, last, bsd, bsd-right, linux-2, "
               "windows, "
               "solaris, linux, drop";
    if (config->output_octets < QUEUE_MIN || config->event_octets < QUEUE_MIN)
        return "the queues of frames and of events need 131072 octets or more";
    return NULL;
}

size_t v4_config_longest(const struct v4_config *config)
{
    size_t mtu = 0;

    for (unsigned i = 0; i < config->iface_count; i++)
        mtu = config->ifaces[i].mtu > mtu ? config->ifaces[i].mtu : mtu;
    return mtu;
}
