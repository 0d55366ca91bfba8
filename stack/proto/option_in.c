/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/option_in.h"
#include "proto/icmp_out.h"
#include "proto/option_judge.h"

static bool refuse(struct v4_core *core, const struct v4_packet *packet, enum v4_drop why,
                   uint8_t pointer)
{
    v4_core_drop(core, why, v4_packet_whole(packet));
    v4_icmp_error(core, packet, V4_ICMP_PARAMETER_PROBLEM, 0, v4_icmp_pointer(pointer));
    return false;
}

bool v4_option_admit(struct v4_core *core, struct v4_packet *packet)
{
    struct v4_span options = packet->ip.options;
    uint8_t pointer;
    uint32_t next;

    enum v4_drop why = v4_options_parse(options, &packet->options, &pointer);
    if (why == V4_KEEP)
        why = v4_option_judge(core, options, packet->ip.offset, &pointer);
    if (why != V4_KEEP) /* RFC792-param-a, RFC792-param-c */
        return refuse(core, packet, why, pointer);
    if (packet->options.source_route.len == 0 ||
        !v4_option_next_addr(options.octets + packet->options.source_route.at, &next))
        return true;
    v4_core_drop(core, V4_DROP_SOURCE_ROUTE, v4_packet_whole(packet)); /* RFC1122-3.3.5-j */
    v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_SOURCE_ROUTE, 0);
    return false;
}
