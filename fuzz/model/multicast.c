/* SPDX-License-Identifier: BSD-2-Clause */
#include "multicast.h"
#include <string.h>
#include "model/line.h"
#include "model/nearby.h"

#define ROOM 64       /* datagrams, and numbers of sockets */
#define WAITING 60000 /* octets of events for which every host has room */
#define EVENT 200     /* octets of one, beside its data */
#define ALL_SYSTEMS 0xe0000001

enum {
    IGMP = 2,
    UDP = 17
};

struct datagram {
    struct model_packet packet;
    unsigned iface;
    uint64_t may, must; /* sockets that are told of it */
};

static struct {
    struct datagram datagrams[ROOM];
    size_t count, waiting;
    bool more;    /* than are remembered: in fragments, or many */
    bool guarded; /* nobody has to be told */
} past;

void model_multicast_open(void)
{
    past.count = past.waiting = 0;
    past.more = past.guarded = false;
}

static bool is_group(uint32_t addr)
{
    return addr >> 28 == 14;
}

/* One host may have it, and it is not this one. */
static bool is_another_host(const struct model_host *model, uint32_t addr)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct model_iface *self = model->ifaces + i;
        const bool near = ((addr ^ self->addr) & model_mask(self->len)) == 0;
        if (near && !model_on_link(self, addr))
            return false;
    }
    return model_is_single(addr);
}

/* Nothing but who has joined decides whom it reaches. */
static bool is_plain(const struct model_host *model, const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;
    const uint32_t group = packet->dst;
    const uint8_t mac[6] = {1, 0, 0x5e, group >> 16 & 0x7f, group >> 8 & 255, group & 255};
    const uint8_t *p = packet->data.octets;

    if (memcmp(frame->dst, mac, 6) != 0 || frame->snap || packet->header.len > 20 ||
        packet->ttl == 0 || packet->octets.octets[6] & 0x80 ||
        !is_another_host(model, packet->src) ||
        model->unsure & (UNSURE_OWN | UNSURE_LINK | UNSURE_OPTIONS | UNSURE_SOCKETS))
        return false;
    return packet->protocol != UDP ||
           (packet->data.len >= 8 && v4_be16(p + 4) == packet->data.len &&
            (v4_be16(p + 6) == 0 || model_sum(packet->data, model_pseudo(packet)) == 0xffff));
}

static bool is_of(const struct model_socket *socket, const struct model_packet *packet)
{
    if (socket->raw)
        return socket->protocol == packet->protocol;
    return packet->protocol == UDP && packet->data.len >= 8 &&
           socket->port == v4_be16(packet->data.octets + 2);
}

/* What it has named of itself is this one's; a socket of IP itself has no ports. */
static bool is_named(const struct model_socket *socket, const struct datagram *datagram,
                     uint32_t addr)
{
    const struct model_packet *packet = &datagram->packet;

    return (socket->addr == 0 || socket->addr == addr) &&
           (socket->by_iface == 0 || socket->by_iface == datagram->iface + 1) &&
           (socket->peer == 0 || socket->peer == packet->src) &&
           (socket->raw || socket->peer_port == 0 ||
            socket->peer_port == v4_be16(packet->data.octets));
}

/* Whether the socket may be told of it, and whether it must be. */
static void judge(const struct model_host *model, struct datagram *datagram,
                  const struct model_socket *socket, const struct model_groups *groups)
{
    const struct model_packet *packet = &datagram->packet;
    const struct model_filter *filter =
        model_filter_find(groups, socket->number, datagram->iface, packet->dst);
    const bool here = (model->must || socket->addr == 0) &&
                      is_named(socket, datagram, model->ifaces[datagram->iface].addr);
    const uint64_t bit = UINT64_C(1) << socket->number;
    bool may, must;

    if (filter != NULL) {
        may = must = model_state_hears(&filter->state, packet->src);
    } else if (packet->dst == ALL_SYSTEMS) { /* every host is in it */
        may = true;
        must = model->must;
    } else { /* some let it through where another has joined */
        const struct model_state taken = model_groups_state(groups, datagram->iface, packet->dst);
        may = !model->must && !model_state_none(&taken);
        must = false;
    }
    datagram->may |= may ? bit : 0;
    datagram->must |= must && here ? bit : 0;
}

void model_multicast_frame(const struct model_host *model, unsigned iface,
                           const struct model_frame *frame, const struct model_groups *groups,
                           bool down)
{
    const struct model_packet *packet = &frame->packet;
    struct datagram datagram = {.packet = *packet, .iface = iface};

    if (!is_group(packet->dst) || packet->protocol == IGMP)
        return;
    past.more |= packet->mf || packet->offset > 0 || past.count == ROOM;
    if (past.more)
        return;
    for (size_t i = 0; i < model->socket_count && groups != NULL && !down; i++)
        if (model->sockets[i].number < ROOM && is_of(model->sockets + i, packet))
            judge(model, &datagram, model->sockets + i, groups);
    if (groups == NULL)
        datagram.may = UINT64_MAX;
    for (uint64_t left = datagram.must; left != 0; left &= left - 1)
        past.waiting += EVENT + 2 * packet->data.len;
    if (past.waiting > WAITING || past.guarded || !is_plain(model, frame))
        datagram.must = 0;
    past.datagrams[past.count++] = datagram;
}

void model_multicast_guarded(void)
{
    past.guarded = true;
}

void model_multicast_close(unsigned sock)
{
    for (size_t i = 0; i < past.count && sock < ROOM; i++)
        past.datagrams[i].must &= ~(UINT64_C(1) << sock);
}

static bool is_about(const struct datagram *datagram, const char *event)
{
    const struct model_packet *packet = &datagram->packet;
    const uint8_t *p = packet->data.octets;
    struct v4_span data = packet->data;

    if (packet->src != model_address(event, "src") || packet->dst != model_address(event, "dst") ||
        model_number_or(event, "iface", datagram->iface) != datagram->iface)
        return false;
    if (model_begins(event, "* ip.recv "))
        return packet->protocol == model_number(event, "protocol") &&
               model_is_hex(event, "data", data);
    if (packet->protocol != UDP || data.len < 8 || v4_be16(p) != model_number(event, "sport") ||
        v4_be16(p + 2) != model_number(event, "dport") || v4_be16(p + 4) < 8 ||
        v4_be16(p + 4) > data.len)
        return false;
    return model_is_hex(event, "data", (struct v4_span){p + 8, v4_be16(p + 4) - 8u});
}

const char *model_multicast_event(const struct model_host *model, const char *event)
{
    const unsigned sock = model_number(event, "sock");
    struct datagram *found = NULL;

    if ((!model_begins(event, "* udp.recv ") && !model_begins(event, "* ip.recv ")) ||
        model_number(event, "protocol") == IGMP || !is_group(model_address(event, "dst")) ||
        sock >= ROOM || model->unsure & (UNSURE_OWN | UNSURE_LINK | UNSURE_SOCKETS) ||
        !is_another_host(model, model_address(event, "src")))
        return NULL;
    const uint64_t bit = UINT64_C(1) << sock;
    for (size_t i = 0; i < past.count; i++) {
        struct datagram *datagram = past.datagrams + i;
        if (datagram->may & bit && (found == NULL || !(found->must & bit)) &&
            is_about(datagram, event))
            found = datagram;
    }
    if (found == NULL)
        return past.more ? NULL
                         : "deliver: a datagram of a group to a socket that does not hear it";
    found->may &= ~bit;
    found->must &= ~bit;
    return NULL;
}

const char *model_multicast_all(const struct model_host *model)
{
    uint64_t missing = 0;

    for (size_t i = 0; i < past.count; i++) {
        missing |= past.datagrams[i].must;
        past.datagrams[i].must = 0;
    }
    past.waiting = 0;
    return missing == 0 || model->unsure & (UNSURE_OWN | UNSURE_LINK | UNSURE_SOCKETS)
               ? NULL
               : "deliver: a datagram of a group never reached a socket that hears it";
}
