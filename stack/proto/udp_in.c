/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/udp_in.h"
#include "proto/event.h"
#include "proto/group.h"
#include "proto/icmp_out.h"
#include "proto/ip_out.h"
#include "proto/socket.h"
#include "wire/udp.h"

static struct v4_flow flow_of(const struct v4_packet *packet, const struct v4_udp *udp,
                              uint32_t addr)
{
    return (struct v4_flow){.iface = packet->looped ? V4_IFACES_MAX : packet->iface,
                            .addr = addr,
                            .peer = packet->ip.src,
                            .port = udp->dst_port,
                            .peer_port = udp->src_port};
}

static void tell(struct v4_core *core, const struct v4_packet *packet, const struct v4_udp *udp,
                 const struct v4_socket *sock)
{
    struct v4_event event = {.kind = V4_EVENT_UDP,
                             .udp = {.sock = sock->number,
                                     .iface = packet->iface,
                                     .src = packet->ip.src,
                                     .dst = packet->ip.dst,
                                     .specific = v4_ip_specific(core, packet),
                                     .src_port = udp->src_port,
                                     .dst_port = udp->dst_port,
                                     .ttl = packet->ip.ttl,
                                     .tos = packet->ip.tos}};

    if (!v4_event_tell(core, &event, packet->ip.options, udp->data)) { /* RFC1122-4.1.3.2-a */
        v4_core_drop(core, V4_DROP_USER_FULL, packet->ip.data);
        v4_stat_count(&core->stats, V4_STAT_UDP_IN_ERRORS);
        return;
    }
    v4_stat_count(&core->stats, V4_STAT_UDP_DELIVERED);
}

/* What comes to a group is everybody's who is bound to the port (RFC919-5-b). */
static bool tell_all(struct v4_core *core, const struct v4_packet *packet, const struct v4_udp *udp)
{
    struct v4_flow flow = flow_of(packet, udp, v4_ip_specific(core, packet));
    const struct v4_socket *sock = NULL;
    bool told = false;

    while ((sock = v4_socket_next(core, sock)) != NULL) {
        if (!v4_socket_takes(sock, &flow) || !v4_group_passes(core, sock->number, packet))
            continue;
        tell(core, packet, udp, sock);
        told = true;
    }
    return told;
}

static bool tell_one(struct v4_core *core, const struct v4_packet *packet, const struct v4_udp *udp)
{
    struct v4_flow flow = flow_of(packet, udp, packet->ip.dst);
    const struct v4_socket *sock = v4_socket_of(core, &flow);

    if (sock == NULL)
        return false;
    tell(core, packet, udp, sock);
    return true;
}

bool v4_udp_input(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_ip *ip = &packet->ip;
    struct v4_span whole = {packet->header.octets, packet->header.len + ip->data.len};
    struct v4_udp udp;

    v4_stat_count(&core->stats, V4_STAT_UDP_IN);
    enum v4_drop why = packet->built ? v4_udp_read(ip->data, &udp)
                                     : v4_udp_parse(ip->data, ip->src, ip->dst, &udp);
    if (why != V4_KEEP) { /* RFC1122-4.1.3.4-b */
        v4_core_drop(core, why, whole);
        return true;
    }
    if (packet->group ? tell_all(core, packet, &udp) : tell_one(core, packet, &udp))
        return true;
    v4_core_drop(core, V4_DROP_UDP_PORT, whole);
    v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_PORT, 0); /* RFC1122-4.1.3.1-a */
    return true;
}

const struct v4_socket *v4_udp_sender(const struct v4_core *core, const struct v4_ip *quote,
                                      const struct v4_socket *after)
{
    bool has_ports = quote->offset == 0 && quote->data.len >= 4;

    if (after != NULL || !has_ports)
        return NULL;
    const struct v4_flow flow = {.iface = V4_IFACES_MAX,
                                 .addr = quote->src,
                                 .peer = quote->dst,
                                 .port = v4_be16(quote->data.octets),
                                 .peer_port = v4_be16(quote->data.octets + 2)};
    return v4_socket_of(core, &flow);
}
