/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/link_out.h"
#include "wire/ether.h"

struct v4_mac v4_link_group(uint32_t dst)
{
    if (!v4_addr_is_multicast(dst))
        return V4_MAC_BROADCAST; /* RFC894-Address-b */
    return (struct v4_mac){
        {0x01, 0x00, 0x5e, (uint8_t)(dst >> 16 & 0x7f), (uint8_t)(dst >> 8), (uint8_t)dst}};
}

void v4_link_send(struct v4_core *core, unsigned iface, struct v4_mac dst, uint16_t type,
                  struct v4_span packet)
{
    uint8_t header[V4_ETHER_HEADER];
    uint32_t number = iface;

    if (!core->ifaces[iface].up) {
        v4_core_drop(core, V4_DROP_IFACE_DOWN, packet);
        return;
    }
    v4_ether_emit(&(struct v4_ether){.dst = dst, .src = core->ifaces[iface].mac, .type = type},
                  header);
    struct v4_span parts[] = {
        {(const uint8_t *)&number, sizeof number}, {header, sizeof header}, packet};
    if (!v4_fifo_put(&core->output, parts, 3)) {
        v4_core_drop(core, V4_DROP_OUTPUT_FULL, packet);
        if (type == V4_ETHER_TYPE_IP)
            v4_stat_count(&core->stats, V4_STAT_IP_OUT_DISCARDS);
        return;
    }
    v4_stat_count(&core->stats, V4_STAT_ETHER_OUT);
}
