/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/arp_out.h"
#include "proto/address.h"
#include "proto/event.h"
#include "proto/link_local.h"
#include "proto/link_out.h"
#include "proto/role.h"
#include "proto/route.h"
#include "wire/ether.h"
#include "wire/icmp.h"

static void emit(struct v4_core *core, unsigned iface, const struct v4_arp *arp, struct v4_mac dst,
                 bool ethernet)
{
    uint8_t octets[V4_ARP_LEN];

    v4_arp_emit(arp, octets);
    v4_link_send(core, iface,
                 &(struct v4_link_to){.dst = dst, .type = V4_ETHER_TYPE_ARP, .ethernet = ethernet},
                 (struct v4_span){octets, sizeof octets});
}

/* RFC826-Generation-a; the target's MAC is left at zero (RFC5227-2.1.1-b, RFC5227-2.3-c). */
static void request(struct v4_core *core, unsigned iface, uint32_t sender, uint32_t target,
                    struct v4_mac dst)
{
    v4_stat_count(&core->stats, V4_STAT_ARP_OUT_REQUEST);
    emit(core, iface,
         &(struct v4_arp){.operation = V4_ARP_REQUEST,
                          .sender_mac = core->ifaces[iface].mac,
                          .sender = sender,
                          .target = target},
         dst, !v4_mac_is_group(dst) && v4_neighbors_noted(core->neighbors, iface, target));
}

static void ask(struct v4_core *core, unsigned iface, uint32_t target, struct v4_mac dst)
{
    request(core, iface, v4_address_towards(core, iface, target), target, dst);
}

void v4_arp_probe(struct v4_core *core, unsigned iface, uint32_t addr)
{
    request(core, iface, V4_ADDR_ANY, addr, V4_MAC_BROADCAST); /* RFC5227-2.1.1-a */
}

void v4_arp_announce(struct v4_core *core, unsigned iface, uint32_t addr)
{
    request(core, iface, addr, addr, V4_MAC_BROADCAST); /* RFC5227-2.3-a */
}

void v4_arp_answer(struct v4_core *core, unsigned iface, const struct v4_arp *request,
                   bool ethernet)
{
    v4_stat_count(&core->stats, V4_STAT_ARP_OUT_REPLY);
    emit(core, iface, /* RFC826-Reception-g */
         &(struct v4_arp){.operation = V4_ARP_REPLY,
                          .sender_mac = core->ifaces[iface].mac,
                          .sender = request->target,
                          .target_mac = request->sender_mac,
                          .target = request->sender},
         v4_link_local_is(request->target) ? V4_MAC_BROADCAST /* RFC3927-2.5-e */
                                           : request->sender_mac,
         ethernet);
}

void v4_arp_send(struct v4_core *core, unsigned iface, uint32_t next_hop, struct v4_span packet)
{
    struct v4_mac mac;

    switch (v4_neighbors_resolve(core->neighbors, iface, next_hop, packet, core->now, &mac)) {
    case V4_NEIGHBOR_KNOWN:
        v4_link_send(core, iface,
                     &(struct v4_link_to){
                         .dst = mac,
                         .type = V4_ETHER_TYPE_IP,
                         .ethernet = v4_neighbors_noted(core->neighbors, iface, next_hop),
                     },
                     packet);
        break;
    case V4_NEIGHBOR_ASK:
        ask(core, iface, next_hop, V4_MAC_BROADCAST);
        break;
    case V4_NEIGHBOR_WAIT:
    case V4_NEIGHBOR_FULL:
        break;
    }
}

bool v4_arp_takes(struct v4_core *core, unsigned iface, uint32_t next_hop, size_t count)
{
    if (v4_neighbors_takes(core->neighbors, iface, next_hop, count))
        return true;
    v4_arp_send(core, iface, next_hop, (struct v4_span){0}); /* so that the next one finds it */
    return false;
}

enum v4_error v4_arp_fix(struct v4_core *core, unsigned iface, uint32_t addr, struct v4_mac mac)
{
    unsigned ours;

    if (iface >= core->config.iface_count || !v4_role_single(core, addr) ||
        v4_role_ours(core, addr, &ours) || v4_mac_is_group(mac))
        return V4_EINVAL;
    if (v4_neighbors_is_fixed(core->neighbors, iface, addr))
        return V4_EEXIST;
    return v4_neighbors_fix(core->neighbors, iface, addr, mac) ? V4_OK : V4_ENOBUFS;
}

/* The users who may have sent what waited for a neighbour that never answered are told as of a host
 * that a router cannot reach, by ourselves. */
static void tell_unreachable(struct v4_core *core, struct v4_span datagram)
{
    const struct v4_protocol *protocol = NULL;
    struct v4_ip ip;
    unsigned iface;

    if (v4_ip_parse(datagram, &ip) != V4_KEEP || ip.offset != 0 || ip.protocol == V4_PROTOCOL_ICMP)
        return;
    if (!v4_role_ours(core, ip.src, &iface)) /* it was passed on: nobody's here */
        return;
    size_t quoted = datagram.len - ip.data.len + 8;
    struct v4_span quote = {datagram.octets, quoted < datagram.len ? quoted : datagram.len};
    struct v4_event event = {
        .kind = V4_EVENT_ERROR,
        .error = {.src = ip.src, .type = V4_ICMP_UNREACHABLE, .code = V4_ICMP_HOST}};
    while ((protocol = v4_protocol_next(core, ip.protocol, protocol)) != NULL) {
        const struct v4_socket *sock = NULL;
        while (protocol->sender != NULL && (sock = protocol->sender(core, &ip, sock)) != NULL) {
            event.error.sock = sock->number;
            if (!v4_event_tell(core, &event, (struct v4_span){0}, quote))
                v4_core_drop(core, V4_DROP_USER_FULL, datagram);
        }
    }
}

static bool is_from_us(const struct v4_core *core, struct v4_span datagram)
{
    struct v4_ip ip;
    unsigned iface;

    return v4_ip_parse(datagram, &ip) == V4_KEEP && v4_role_ours(core, ip.src, &iface);
}

void v4_arp_tick(struct v4_core *core,
                 bool (*passed_on)(struct v4_core *core, struct v4_span datagram))
{
    struct v4_neighbor_event event;

    while (v4_neighbors_expire(core->neighbors, core->now, &event)) {
        if (!event.failed) {
            ask(core, event.iface, event.addr, event.poll ? event.mac : V4_MAC_BROADCAST);
            continue;
        }
        bool told = false; /* RFC1812-3.3.2-c: to one of them */
        for (bool more = event.datagram.len != 0; more;
             more = v4_neighbors_next(core->neighbors, &event.datagram)) {
            tell_unreachable(core, event.datagram);
            if (!told && !is_from_us(core, event.datagram))
                told = passed_on(core, event.datagram);
        }
        v4_route_failed(core, event.iface, event.addr); /* there may be another gateway */
    }
}
