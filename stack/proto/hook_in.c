/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/hook_in.h"
#include "proto/hook.h"
#include "proto/icmp_out.h"

bool v4_hook_in(struct v4_core *core, enum v4_hook hook, struct v4_packet *packet, unsigned out)
{
    unsigned in = packet->looped ? 0 : packet->iface + 1;

    if (v4_hook_is_idle(core))
        return true;
    const struct v4_rule *rule = v4_hook_ask(core, hook, in, out, &packet->ip, core->entering);
    if (packet->ip.data.octets == core->entering + packet->header.len)
        packet->header.octets = core->entering;
    if (rule == NULL)
        return true;
    v4_hook_discard(core, rule, v4_packet_whole(packet));
    if (rule->action == V4_RULE_REJECT) /* RFC1812-5.3.9-e */
        v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, rule->code, 0);
    return false;
}
