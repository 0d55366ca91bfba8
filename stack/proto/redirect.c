/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/redirect.h"
#include "proto/route.h"

#define FOR_ONE_TOS 2 /* codes 2 and 3; 0 and 1 are for each */

bool v4_redirect_learn(struct v4_core *core, unsigned iface, uint32_t sender,
                       const struct v4_ip *quote, const struct v4_icmp *redirect)
{
    uint32_t dst = quote->dst, gateway = redirect->rest;
    struct v4_way way;

    if (v4_route_find(core, quote->src, dst, quote->tos, &way) != V4_OK)
        return false;
    if (way.next_hop != sender || way.iface != iface || sender == dst) /* a neighbour needs none */
        return false;
    if (!v4_route_is_gateway(core, iface, gateway))
        return false;
    bool one_tos = core->profile->redirects_by_tos && redirect->code >= FOR_ONE_TOS;
    v4_route_heard(core, iface, sender); /* so it lives */
    /* A network's redirect is taken for the one host only (RFC1122-3.3.1.2-b). */
    if (v4_route_cache_learn(core->route_cache,
                             &(struct v4_cached_route){
                                 .dst = dst,
                                 .gateway = gateway,
                                 .tos = one_tos ? quote->tos & V4_ROUTE_TOS : V4_ROUTE_CACHE_EACH,
                                 .iface = iface,
                             },
                             core->now))
        v4_stat_count(&core->stats, V4_STAT_IP_ROUTING_DISCARDS);
    return true;
}
