/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_frag.h"
#include <string.h>
#include "proto/arp_out.h"
#include "proto/ip_option.h"
#include "proto/link_out.h"
#include "wire/ether.h"

/* One packet, whole in core->packet, to where it goes. */
static void emit(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip)
{
    uint32_t number = way->iface;
    size_t len = v4_ip_emit(ip, core->packet);

    if (ip->data.len != 0)
        memcpy(core->packet + len, ip->data.octets, ip->data.len);
    struct v4_span packet = {core->packet, len + ip->data.len};

    /* We are in the group of all hosts, and hear ourselves (RFC1112-6.2-b). */
    if (way->local || ip->dst == V4_ADDR_ALL_HOSTS) {
        struct v4_span parts[] = {{(const uint8_t *)&number, sizeof number}, packet};
        if (!v4_fifo_put(&core->loop, parts, 2)) {
            v4_core_drop(core, V4_DROP_OUTPUT_FULL, packet);
            v4_stat_count(&core->stats, V4_STAT_IP_OUT_DISCARDS);
        }
    }
    if (way->local)
        return;
    if (way->group)
        v4_link_send(core, way->iface, v4_link_group(ip->dst), V4_ETHER_TYPE_IP, packet);
    else
        v4_arp_send(core, way->iface, way->next_hop, packet);
}

void v4_ip_fragment(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip,
                    size_t mtu)
{
    struct v4_option_list copied;
    struct v4_ip piece = *ip;
    size_t at = 0;

    if (V4_IP_HEADER_MIN + ip->options.len + ip->data.len <= mtu) {
        emit(core, way, ip);
        return;
    }
    v4_stat_count(&core->stats, V4_STAT_IP_FRAG_OKS);
    v4_option_copied(ip->options, &copied);
    while (at < ip->data.len) {
        size_t room = (mtu - V4_IP_HEADER_MIN - piece.options.len) / 8 * 8;
        size_t left = ip->data.len - at;
        piece.offset = (uint16_t)(at / 8);
        piece.mf = left > room;
        piece.data = (struct v4_span){ip->data.octets + at, left > room ? room : left};
        v4_stat_count(&core->stats, V4_STAT_IP_FRAG_OUT);
        emit(core, way, &piece);
        at += piece.data.len;
        piece.options = v4_option_list_span(&copied);
    }
}
