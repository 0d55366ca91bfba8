/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What an embedder may change while the host runs: interfaces, addresses, neighbours; and sending
 * several datagrams at once. */
#include "host/host.h"
#include "host/inside.h"
#include "proto/address.h"
#include "proto/advertise.h"
#include "proto/arp_out.h"
#include "proto/conflict.h"
#include "proto/group.h"
#include "proto/iface.h"
#include "proto/igmp_out.h"
#include "proto/ip_forward_group.h"
#include "proto/mask_learn.h"
#include "proto/socket.h"

/* Whatever a change causes at once has happened when the call returns. */
static enum v4_error done(struct v4_host *host, v4_time now, enum v4_error error)
{
    v4_host_enter(host, now);
    v4_host_settle(host);
    return error;
}

void v4_iface_bring(struct v4_core *core, unsigned iface, bool up)
{
    bool comes = up && !core->ifaces[iface].up;

    v4_igmp_bring(core, iface, up); /* who goes says so before */
    if (!up)
        v4_advertise_cease(core, iface);
    v4_iface_set_up(core, iface, up);
    if (!comes)
        return;
    v4_conflict_up(core, iface);
    v4_mask_learn_restart(core, iface);
}

static bool is_there(const struct v4_host *host, unsigned iface)
{
    return iface < v4_host_config(host)->iface_count;
}

enum v4_error v4_host_iface_set_up(struct v4_host *host, unsigned iface, bool up, v4_time now)
{
    if (!is_there(host, iface))
        return V4_EINVAL;
    v4_iface_bring(v4_host_enter(host, now), iface, up);
    return done(host, now, V4_OK);
}

enum v4_error v4_host_iface_set_mtu(struct v4_host *host, unsigned iface, unsigned mtu, v4_time now)
{
    return is_there(host, iface)
               ? done(host, now, v4_iface_set_mtu(v4_host_enter(host, now), iface, mtu))
               : V4_EINVAL;
}

enum v4_error v4_host_iface_set_mac(struct v4_host *host, unsigned iface, struct v4_mac mac,
                                    v4_time now)
{
    return is_there(host, iface)
               ? done(host, now, v4_iface_set_mac(v4_host_enter(host, now), iface, mac))
               : V4_EINVAL;
}

enum v4_error v4_host_address_add(struct v4_host *host, const struct v4_address *address,
                                  bool first, bool test, v4_time now)
{
    return done(host, now, v4_conflict_add(v4_host_enter(host, now), address, first, test));
}

enum v4_error v4_host_address_remove(struct v4_host *host, unsigned iface, uint32_t addr,
                                     v4_time now)
{
    struct v4_core *core = v4_host_enter(host, now);

    v4_advertise_withdraw(core, iface, addr);
    return done(host, now, v4_conflict_remove(core, iface, addr));
}

const struct v4_address *v4_host_address(struct v4_host *host, size_t index, v4_time now)
{
    const struct v4_core *core = v4_host_enter(host, now);

    return index < core->address_count ? &core->addresses[index] : NULL;
}

enum v4_error v4_host_neighbor_add(struct v4_host *host, unsigned iface, uint32_t addr,
                                   struct v4_mac mac, v4_time now)
{
    return done(host, now, v4_arp_fix(v4_host_enter(host, now), iface, addr, mac));
}

enum v4_error v4_host_neighbor_remove(struct v4_host *host, unsigned iface, uint32_t addr,
                                      v4_time now)
{
    struct v4_core *core = v4_host_enter(host, now);

    return v4_neighbors_remove(core->neighbors, iface, addr) ? V4_OK : V4_ENOENT;
}

/* V4_OK: the socket is there, of whichever kind. */
static enum v4_error find_sock(struct v4_core *core, unsigned sock)
{
    bool there =
        v4_socket_find(core, sock, false) != NULL || v4_socket_find(core, sock, true) != NULL;

    return there ? V4_OK : V4_EBADF;
}

enum v4_error v4_host_group_join(struct v4_host *host, unsigned sock, unsigned iface,
                                 uint32_t group, v4_time now)
{
    struct v4_core *core = v4_host_enter(host, now);
    enum v4_error error = find_sock(core, sock);

    if (error == V4_OK)
        error = v4_group_join(core, &(struct v4_listener){sock, iface, group});
    return done(host, now, error);
}

enum v4_error v4_host_group_leave(struct v4_host *host, unsigned sock, unsigned iface,
                                  uint32_t group, v4_time now)
{
    struct v4_core *core = v4_host_enter(host, now);
    enum v4_error error = find_sock(core, sock);

    if (error == V4_OK)
        error = v4_group_leave(core, &(struct v4_listener){sock, iface, group});
    return done(host, now, error);
}

enum v4_error v4_host_group_filter(struct v4_host *host, unsigned sock, unsigned iface,
                                   uint32_t group, const struct v4_filter *filter, v4_time now)
{
    struct v4_core *core = v4_host_enter(host, now);
    enum v4_error error = find_sock(core, sock);

    if (error == V4_OK)
        error = v4_group_filter(core, &(struct v4_listener){sock, iface, group}, filter);
    return done(host, now, error);
}

enum v4_error v4_host_mroute_add(struct v4_host *host, const struct v4_mroute *route, v4_time now)
{
    return done(host, now, v4_forward_group_add(v4_host_enter(host, now), route));
}

enum v4_error v4_host_mroute_remove(struct v4_host *host, uint32_t source, uint32_t group,
                                    v4_time now)
{
    struct v4_core *core = v4_host_enter(host, now);

    return v4_mroutes_remove(core->mroutes, source, group, now) ? V4_OK : V4_ENOENT;
}

const struct v4_mroute *v4_host_mroute(struct v4_host *host, size_t index, v4_time now,
                                       const struct v4_mroute_use **ret_use)
{
    return v4_mroutes_at(v4_host_enter(host, now)->mroutes, index, now, ret_use);
}

size_t v4_host_udp_send_each(struct v4_host *host, unsigned sock, struct v4_udp_out *datagrams,
                             size_t count, v4_time now)
{
    size_t sent = 0;

    for (size_t i = 0; i < count; i++) {
        struct v4_udp_out *out = &datagrams[i];
        out->ret_error = v4_host_udp_send(host, sock, &out->send, out->dst_port, now);
        sent += out->ret_error == V4_OK;
    }
    return sent;
}
