/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply.h"
#include <string.h>
#include "model/nearby.h"

enum {
    TCP = 6,
    UDP = 17,
    UNREACHABLE = 3,
    EXCEEDED = 11,
    PROBLEM = 12,
    MISSING = 1, /* an option of which the pointer is the type (RFC 1108 2.8) */
    TIMESTAMP_REPLY = 14,
    INFORMATION_REPLY = 16
};

bool model_reply_fits(const struct model_host *model, const struct model_packet *reply,
                      const struct model_packet *query, uint64_t at)
{
    /* No time of day is known but the host's own (RFC 792). */
    uint32_t stamp = (uint32_t)(at / UINT64_C(1000000) % 86400000) | 1u << 31;
    const uint8_t *p = reply->data.octets, *q = query->data.octets;

    if (p[0] == TIMESTAMP_REPLY && !reply->mf &&
        (reply->data.len != 20 || query->data.len < 20 || memcmp(p + 8, q + 8, 4) != 0 ||
         v4_be32(p + 12) != stamp || v4_be32(p + 16) != stamp))
        return false;
    if (p[0] == 0 && !reply->mf && reply->data.len != query->data.len)
        return false;
    return p[0] != INFORMATION_REPLY && reply->tos == (query->tos & 0xfc) &&
           (reply->ttl == model->ttl || model->ttl_was_set);
}

/* Who has spoken by the other interface is answered by that of his network. */
static bool came_by_the_other(const struct model_host *model, unsigned iface, uint32_t addr)
{
    for (size_t i = 0; i < model->given_count; i++)
        if (model->given[i].iface != iface && model->given[i].packet.src == addr)
            return true;
    return model->given_count == MODEL_GIVEN;
}

bool model_mask_is_right(const struct model_host *model, unsigned iface,
                         const struct model_packet *reply)
{
    if (!model->must || model->unsure & UNSURE_OWN)
        return true;
    if (reply->data.len != 12)
        return false;
    uint32_t mask = v4_be32(reply->data.octets + 8);
    return mask == model_mask(model->ifaces[iface].len) ||
           ((!model_on_link(model->ifaces + iface, reply->dst) ||
             came_by_the_other(model, iface, reply->dst)) &&
            reply->dst != UINT32_MAX && mask == model_mask(model->ifaces[!iface].len));
}

bool model_error_says_no_more(const struct model_packet *error, const struct model_packet *quote)
{
    const uint8_t *p = error->data.octets;

    if (p[0] == PROBLEM)
        return (p[4] < quote->header.len || p[1] == MISSING) && p[5] == 0 && p[6] == 0 && p[7] == 0;
    return (p[0] == UNREACHABLE && p[1] == 4) || v4_be32(p + 4) == 0;
}

bool model_error_is_deserved(const struct model_packet *error, const struct model_packet *packet)
{
    const uint8_t *p = error->data.octets, *u = packet->data.octets;
    struct model_packet whole = *packet;

    if (packet->mf || packet->offset != 0)
        return true;
    if (p[0] == EXCEEDED && p[1] == 1)
        return false;
    if (p[0] == PROBLEM)
        return packet->header.len > 20 || p[1] == MISSING;
    if (p[0] != UNREACHABLE || p[1] != 3)
        return p[0] != UNREACHABLE || p[1] != 2 || packet->protocol != UDP;
    if (packet->protocol != UDP || packet->data.len < 8)
        return packet->protocol == TCP;
    whole.data.len = v4_be16(u + 4); /* RFC 1122 4.1.3.4: else it is not told of */
    return whole.data.len >= 8 && whole.data.len <= packet->data.len &&
           (v4_be16(u + 6) == 0 || model_sum(whole.data, model_pseudo(&whole)) == 0xffff);
}
