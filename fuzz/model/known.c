/* SPDX-License-Identifier: BSD-2-Clause */
#include "known.h"

#define UDP 17
#define SECOND UINT64_C(1000000000)
#define KNOWN_FOR (60 * SECOND) /* RFC 1122 2.3.2.1 lets nobody forget sooner */

const struct model_packet *model_datagram(const struct model_given *given)
{
    if (given->completes)
        return &given->whole;
    return given->packet.mf || given->packet.offset != 0 ||
                   (given->fate.known && given->fate.end != FATE_TAKEN)
               ? NULL
               : &given->packet;
}

bool model_may_loop(const struct model_given *given)
{
    return !given->fate.known && given->rules.source_route && given->packet.header.len > 20;
}

const struct model_socket *model_socket_of(const struct model_host *model, unsigned protocol,
                                           uint32_t dst, uint16_t port)
{
    for (size_t i = 0; i < model->socket_count; i++) {
        const struct model_socket *socket = model->sockets + i;
        if (protocol == UDP
                ? !socket->raw && socket->port == port && (socket->addr == 0 || socket->addr == dst)
                : socket->raw && socket->protocol == protocol)
            return socket;
    }
    return NULL;
}

struct model_socket *model_socket_numbered(struct model_host *model, unsigned number)
{
    for (size_t i = 0; i < model->socket_count; i++)
        if (model->sockets[i].number == number)
            return model->sockets + i;
    return NULL;
}

uint32_t model_mask(unsigned len)
{
    return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

bool model_on_link(const struct model_iface *iface, uint32_t addr)
{
    uint32_t host = ~model_mask(iface->len);

    return ((addr ^ iface->addr) & ~host) == 0 && (addr & host) != 0 && (addr & host) != host &&
           addr != iface->addr;
}

void model_doubt_known(struct model_host *model, uint32_t addr)
{
    for (size_t i = 0; i < model->known_count; i++)
        if (model->known[i].addr == addr)
            model->known[i] = model->known[--model->known_count];
}

const struct model_known *model_find_known(const struct model_host *model, unsigned iface,
                                           uint32_t addr)
{
    /* A connection that has no answer gives its neighbour up (RFC 1122 3.3.1.4). */
    const uint64_t known_for = model->connects ? SECOND : KNOWN_FOR;

    for (size_t i = 0; i < model->known_count; i++)
        if (model->known[i].addr == addr && model->known[i].iface == iface &&
            model->now - model->known[i].at < known_for)
            return model->known + i;
    return NULL;
}

void model_want(struct model_host *model, struct model_wanted wanted)
{
    bool event = wanted.kind == WANT_EVENT;
    size_t *count = event ? &model->event_count : &model->frame_count;

    if (*count < MODEL_WANTED)
        (event ? model->events : model->frames)[(*count)++] = wanted;
}

bool model_is_ours(const struct model_host *model, uint32_t addr)
{
    return addr == model->ifaces[0].addr || addr == model->ifaces[1].addr;
}

bool model_is_own(const struct model_host *model, uint32_t addr)
{
    for (size_t i = 0; i < model->own_count; i++)
        if (model->own[i] == addr)
            return true;
    return false;
}

bool model_is_one(const struct model_host *model, uint32_t addr)
{
    for (unsigned i = 0; i < 2; i++) {
        uint32_t host = ~model_mask(model->ifaces[i].len);
        if (((addr ^ model->ifaces[i].addr) & ~host) == 0 &&
            ((addr & host) == 0 || (addr & host) == host))
            return false;
    }
    return model_is_single(addr);
}
