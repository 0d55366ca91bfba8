/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_frag.h"
#include <string.h>
#include "proto/arp_out.h"
#include "proto/hook.h"
#include "proto/link_out.h"
#include "wire/ether.h"

/* One packet, whole in core->packet, to where it goes. */
static void emit(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip)
{
    bool built = way->built && !ip->mf && ip->offset == 0; /* a piece is put together first */
    uint32_t number = way->iface | (built ? V4_LOOP_BUILT : 0);
    size_t len = v4_ip_emit(ip, core->packet);

    if (ip->data.len != 0)
        memcpy(core->packet + len, ip->data.octets, ip->data.len);
    struct v4_span packet = {core->packet, len + ip->data.len};

    if (way->local || way->heard) { /* RFC1112-6.2-b */
        struct v4_span parts[] = {{(const uint8_t *)&number, sizeof number}, packet};
        if (!v4_fifo_put(&core->loop, parts, 2)) {
            v4_core_drop(core, V4_DROP_OUTPUT_FULL, packet);
            v4_stat_count(&core->stats, V4_STAT_IP_OUT_DISCARDS);
        }
    }
    if (way->local)
        return;
    if (way->group)
        v4_link_send(core, way->iface,
                     &(struct v4_link_to){.dst = v4_link_group(ip->dst), .type = V4_ETHER_TYPE_IP},
                     packet);
    else
        v4_arp_send(core, way->iface, way->next_hop, packet);
}

void v4_cut_begin(struct v4_cut *cut, const struct v4_ip *ip, size_t mtu)
{
    *cut = (struct v4_cut){.ip = *ip, .mtu = mtu};
    v4_option_copied(ip->options, &cut->copied);
}

bool v4_cut_next(struct v4_cut *cut, struct v4_ip *ret_piece)
{
    const struct v4_ip *ip = &cut->ip;
    struct v4_ip piece = *ip;

    if (cut->at != 0)
        piece.options = v4_option_list_span(&cut->copied);
    size_t left = ip->data.len - cut->at;
    size_t room = cut->mtu - V4_IP_HEADER_MIN - piece.options.len;
    if (left > room) {
        left = room / 8 * 8;
        piece.mf = true;
    }
    if (cut->done)
        return false;
    piece.offset = (uint16_t)(ip->offset + cut->at / 8);
    piece.data.len = left;
    if (left > 0) /* nothing may be nowhere */
        piece.data.octets += cut->at;
    cut->at += left;
    cut->done = cut->at == ip->data.len;
    *ret_piece = piece;
    return true;
}

/* Whether all of its pieces can leave, or wait: one without the others is good for nothing
 * (RFC6274-4.2.4-a). */
static bool goes_whole(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip,
                       size_t mtu)
{
    struct v4_cut cut;
    struct v4_ip piece;
    size_t count = 0;
    enum v4_drop why = V4_KEEP;

    v4_cut_begin(&cut, ip, mtu);
    while (v4_cut_next(&cut, &piece))
        count++;
    if (!way->group && !v4_arp_takes(core, way->iface, way->next_hop, count))
        why = V4_DROP_NEIGHBOR_QUEUE;
    if (!v4_fifo_takes(&core->output, count, sizeof(uint32_t) + V4_ETHER_SNAP_HEADER + mtu))
        why = V4_DROP_OUTPUT_FULL;
    if (why == V4_KEEP)
        return true;
    v4_core_drop(core, why, ip->data);
    v4_stat_count(&core->stats, V4_STAT_IP_OUT_DISCARDS);
    return false;
}

static void send_pieces(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip,
                        size_t mtu)
{
    struct v4_cut cut;
    struct v4_ip piece;
    bool whole = V4_IP_HEADER_MIN + ip->options.len + ip->data.len <= mtu;

    if (!whole && !way->local && !goes_whole(core, way, ip, mtu))
        return;
    if (!whole)
        v4_stat_count(&core->stats, V4_STAT_IP_FRAG_OKS);
    v4_cut_begin(&cut, ip, mtu);
    while (v4_cut_next(&cut, &piece)) {
        if (!whole)
            v4_stat_count(&core->stats, V4_STAT_IP_FRAG_OUT);
        emit(core, way, &piece);
    }
}

void v4_ip_fragment(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip,
                    size_t mtu)
{
    if (v4_hook_is_idle(core)) {
        send_pieces(core, way, ip, mtu);
        return;
    }
    struct v4_ip leaving = *ip;
    enum v4_error error;
    if (v4_hook_out(core, V4_HOOK_POSTROUTING, way, &leaving, &error))
        send_pieces(core, way, &leaving, mtu);
}
