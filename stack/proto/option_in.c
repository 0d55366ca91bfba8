/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/option_in.h"
#include "proto/icmp_out.h"
#include "proto/iface.h"
#include "proto/option_judge.h"
#include "proto/security.h"
#include "proto/source_route.h"

#define PROHIBITED 10  /* code of unreachable */
#define MISSING 1      /* code of parameter problem */
#define DESTINATION 16 /* where that address is in the header */

static bool is_label(uint8_t type)
{
    return type == V4_OPTION_SECURITY || type == V4_OPTION_EXTENDED_SECURITY;
}

/* The type of the option that the octet at `at` belongs to; those before it are right. */
static uint8_t type_at(struct v4_span options, size_t at)
{
    size_t i = 0, len = 0;

    for (; i + 1 < options.len; i += len) {
        bool single = options.octets[i] == V4_OPTION_EOL || options.octets[i] == V4_OPTION_NOP;
        len = single ? 1 : options.octets[i + 1];
        len = len < 2 && !single ? 2 : len; /* the length itself is at fault */
        if (at < i + len)
            break;
    }
    return options.octets[i];
}

/* Of a wrong option in a message of ICMP nothing is said either if it is a label. */
static bool may_tell(const struct v4_core *core, const struct v4_packet *packet, uint8_t pointer)
{
    size_t at = pointer - (size_t)V4_IP_HEADER_MIN;

    return !core->switches.security || packet->ip.protocol != V4_PROTOCOL_ICMP ||
           !is_label(type_at(packet->ip.options, at));
}

static bool refuse(struct v4_core *core, const struct v4_packet *packet, enum v4_drop why,
                   uint8_t pointer)
{
    v4_core_drop(core, why, v4_packet_whole(packet));
    if (why != V4_DROP_OBSOLETE && core->switches.report_options && /* RFC6274-3.13.1.3-a */
        may_tell(core, packet, pointer))
        v4_icmp_error(core, packet, V4_ICMP_PARAMETER_PROBLEM, 0, v4_icmp_pointer(pointer));
    return false;
}

/* Where labels are processed only those of the configured range come in, and no message of ICMP is
 * reported for its label (RFC1108-2.8-e). */
static bool admit_label(struct v4_core *core, const struct v4_packet *packet)
{
    bool icmp = packet->ip.protocol == V4_PROTOCOL_ICMP;
    bool required = core->switches.security_required && !icmp;
    uint8_t at = 0;

    if (!core->switches.security)
        return true;
    enum v4_drop why = v4_security_judge(core, packet->ip.options, &at);
    if (why == V4_KEEP || (why == V4_DROP_LABEL_NONE && !required))
        return true;
    v4_core_drop(core, why, v4_packet_whole(packet)); /* RFC1108-2.8-d */
    if (icmp)
        return false;
    if (why == V4_DROP_LABEL_RANGE) /* RFC1108-2.8-c */
        v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, PROHIBITED, 0);
    else if (why == V4_DROP_LABEL_NONE) /* RFC1108-2.8-a */
        v4_icmp_error(core, packet, V4_ICMP_PARAMETER_PROBLEM, MISSING,
                      v4_icmp_pointer(V4_OPTION_SECURITY));
    else /* RFC1108-2.8-b */
        v4_icmp_error(core, packet, V4_ICMP_PARAMETER_PROBLEM, 0,
                      v4_icmp_pointer((uint8_t)(V4_IP_HEADER_MIN + at)));
    return false;
}

/* RFC6274-3.13.2.3-a, RFC6274-3.13.2.4-a */
static bool is_refused(struct v4_core *core, const struct v4_packet *packet)
{
    if (packet->options.source_route.len == 0 || !core->switches.drop_source_routed)
        return false;
    v4_core_drop(core, V4_DROP_ROUTED, v4_packet_whole(packet));
    return true;
}

/* RFC7126-4.1-a on: by a rule about one of its options it goes no further. */
static bool is_filtered(struct v4_core *core, const struct v4_packet *packet)
{
    enum v4_drop why = v4_option_filtered(&core->option_filter, core->switches.source_route,
                                          packet->iface, packet->ip.options);

    if (why != V4_KEEP)
        v4_core_drop(core, why, v4_packet_whole(packet));
    return why != V4_KEEP;
}

/* A datagram whose source route leads on is somebody else's, whatever becomes of it; but for a
 * router that ignores routes it is as it stands (RFC7126-4.3-a). */
static bool follow(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_option *route = &packet->options.source_route;
    uint32_t next;

    if (route->len == 0)
        return true;
    if (is_refused(core, packet))
        return false;
    if (!v4_option_next_addr(packet->ip.options.octets + route->at, &next))
        return true;
    bool router = v4_iface_forwards(core, packet->iface);
    if (router && v4_core_transit(core, route->type) == V4_TRANSIT_IGNORE)
        return true;
    if (router && is_filtered(core, packet))
        return false;
    bool hop = router && core->profile->routers_are_hops; /* RFC1812-5.3.13.4-b */
    if (core->switches.source_route || hop)
        v4_source_route_pass(core, packet, next);
    else
        v4_source_route_fail(core, packet);
    return false;
}

/* Whether the options are well formed and allowed; else the packet is gone (RFC792-param-a,
 * RFC792-param-c). */
static bool are_right(struct v4_core *core, struct v4_packet *packet)
{
    struct v4_span options = packet->ip.options;
    uint8_t pointer;

    enum v4_drop why = v4_options_parse(options, &packet->options, &pointer);
    if (why == V4_KEEP)
        why = v4_option_judge(core, options, packet->ip.offset, &pointer);
    return why == V4_KEEP || refuse(core, packet, why, pointer);
}

bool v4_option_admit(struct v4_core *core, struct v4_packet *packet)
{
    return are_right(core, packet) && admit_label(core, packet) && follow(core, packet);
}

/* RFC1812-5.2.2-h: who is not named next in a strict route is no hop of it. */
static bool is_astray(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_option *route = &packet->options.source_route;

    if (route->len == 0 || route->type != V4_OPTION_SSRR ||
        v4_core_transit(core, route->type) == V4_TRANSIT_IGNORE)
        return false;
    v4_core_drop(core, V4_DROP_STRICT_ROUTE, v4_packet_whole(packet));
    v4_icmp_error(core, packet, V4_ICMP_PARAMETER_PROBLEM, 0, v4_icmp_pointer(DESTINATION));
    return true;
}

bool v4_option_pass(struct v4_core *core, struct v4_packet *packet)
{
    return are_right(core, packet) && !is_filtered(core, packet) && !is_astray(core, packet) &&
           admit_label(core, packet) && !is_refused(core, packet);
}
