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

static bool queue(struct v4_core *core, unsigned iface, struct v4_span header, struct v4_span data)
{
    uint32_t number = iface;
    struct v4_span parts[] = {{(const uint8_t *)&number, sizeof number}, header, data};

    if (!core->ifaces[iface].up) {
        v4_core_drop(core, V4_DROP_IFACE_DOWN, data);
        return true;
    }
    if (!v4_fifo_put(&core->output, parts, 3)) {
        v4_core_drop(core, V4_DROP_OUTPUT_FULL, data);
        return false;
    }
    v4_stat_count(&core->stats, V4_STAT_ETHER_OUT);
    return true;
}

void v4_link_emit(struct v4_core *core, unsigned iface, struct v4_span header, struct v4_span data)
{
    (void)queue(core, iface, header, data);
}

void v4_link_send(struct v4_core *core, unsigned iface, const struct v4_link_to *to,
                  struct v4_span packet)
{
    uint8_t header[V4_ETHER_SNAP_HEADER];
    bool snap = core->ifaces[iface].snap && !to->ethernet;
    struct v4_ether ether = {
        .dst = to->dst, .src = core->ifaces[iface].mac, .type = to->type, .data = packet};

    if (snap)
        v4_ether_emit_snap(&ether, header);
    else
        v4_ether_emit(&ether, header);
    size_t len = snap ? V4_ETHER_SNAP_HEADER : V4_ETHER_HEADER;
    if (!queue(core, iface, (struct v4_span){header, len}, packet) && to->type == V4_ETHER_TYPE_IP)
        v4_stat_count(&core->stats, V4_STAT_IP_OUT_DISCARDS);
}
