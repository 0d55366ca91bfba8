/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/hook.h"
#include <string.h>
#include "proto/role.h"
#include "wire/icmp.h"
#include "wire/rewrite.h"
#include "wire/special.h"

static const enum v4_drop drops[] = {
    [V4_HOOK_PREROUTING] = V4_DROP_FILTER_PREROUTING,   [V4_HOOK_INPUT] = V4_DROP_FILTER_INPUT,
    [V4_HOOK_FORWARD] = V4_DROP_FILTER_FORWARD,         [V4_HOOK_OUTPUT] = V4_DROP_FILTER_OUTPUT,
    [V4_HOOK_POSTROUTING] = V4_DROP_FILTER_POSTROUTING,
};

/* Of the codes of RFC 1812 5.2.7.1 those that need no more than to be said; 14 is for who may not
 * use a precedence (RFC1812-5.3.3.3-e). */
static bool is_code(uint8_t code, uint8_t precedence)
{
    return code <= V4_ICMP_PORT || code == 9 || code == 10 || code == 13 ||
           (code == 14 && precedence != 0);
}

enum v4_error v4_hook_add(struct v4_core *core, const struct v4_rule *rule)
{
    bool rewrites = rule->action == V4_RULE_SOURCE || rule->action == V4_RULE_DESTINATION;

    if (rule->in > core->config.iface_count || rule->out > core->config.iface_count ||
        (rule->action == V4_RULE_REJECT && !is_code(rule->code, rule->precedence)) ||
        (rewrites && !v4_special_is_host(rule->to)))
        return V4_EINVAL;
    switch (v4_rules_add(&core->state.rules, rule)) {
    case V4_RULE_ADDED:
        break;
    case V4_RULE_WRONG:
        return V4_EINVAL;
    case V4_RULE_TWICE:
        return V4_EEXIST;
    case V4_RULE_FULL:
        return V4_ENOBUFS;
    }
    return V4_OK;
}

static bool is_error(const struct v4_ip *ip)
{
    return ip->protocol == V4_PROTOCOL_ICMP && ip->offset == 0 && ip->data.len > 0 &&
           v4_icmp_is_error(ip->data.octets[0]);
}

static struct v4_rule_flow flow_of(const struct v4_ip *ip, unsigned in, unsigned out)
{
    struct v4_rule_flow flow = {
        .in = in, .out = out, .src = ip->src, .dst = ip->dst, .protocol = ip->protocol};

    flow.precedence = ip->tos >> 5;
    flow.error = is_error(ip);
    flow.ports = v4_ports(ip, &flow.src_port, &flow.dst_port);
    return flow;
}

/* Writes the packet into a buffer of ours, where its data may lie already; the options stay where
 * they are. Returns the header's length. */
static size_t own(struct v4_ip *ip, uint8_t *buffer)
{
    size_t len = v4_ip_emit(ip, buffer);

    if (ip->data.len != 0)
        memmove(buffer + len, ip->data.octets, ip->data.len);
    ip->data.octets = buffer + len;
    return len;
}

static void rewrite(struct v4_ip *ip, uint8_t *buffer, bool src, struct v4_rule_end end)
{
    size_t len = own(ip, buffer);

    v4_rewrite(buffer, len + ip->data.len, &(struct v4_rewrite){src, end.addr, end.port});
    *(src ? &ip->src : &ip->dst) = end.addr;
}

/* What rules have done to the datagram that an error is about is undone in its quotation, so that
 * its sender knows it again; and the error goes to who sent it, or comes from whom it was sent to,
 * where it has the address that the rule gave. */
static void undo(struct v4_core *core, enum v4_rule_action action, struct v4_ip *ip,
                 uint8_t *buffer)
{
    bool src = action == V4_RULE_SOURCE;
    struct v4_rule_end end;
    struct v4_ip quote;
    unsigned iface;

    struct v4_span quoted = {ip->data.octets + V4_ICMP_HEADER, ip->data.len - V4_ICMP_HEADER};
    if (v4_ip_parse_quote(quoted, &quote) != V4_KEEP)
        return;
    struct v4_rule_flow flow = flow_of(&quote, 0, 0);
    if (!v4_rules_undo(&core->state.rules, action, v4_role_ours(core, quote.src, &iface), &flow,
                       &end))
        return;
    size_t len = own(ip, buffer);
    v4_rewrite_quote(buffer + len, ip->data.len, &(struct v4_rewrite){src, end.addr, end.port});
    uint32_t *other = src ? &ip->dst : &ip->src;
    if (*other == (src ? quote.src : quote.dst))
        rewrite(ip, buffer, !src, (struct v4_rule_end){end.addr, 0});
}

static void undo_all(struct v4_core *core, struct v4_ip *ip, uint8_t *buffer)
{
    if (!is_error(ip) || ip->data.len <= V4_ICMP_HEADER || core->state.rules.rewriting == 0)
        return;
    undo(core, V4_RULE_SOURCE, ip, buffer); /* which was done last */
    undo(core, V4_RULE_DESTINATION, ip, buffer);
}

uint32_t v4_hook_towards(struct v4_core *core, const struct v4_ip *ip)
{
    struct v4_ip undone = *ip;

    undo_all(core, &undone, core->leaving);
    return undone.dst;
}

const struct v4_rule *v4_hook_ask(struct v4_core *core, enum v4_hook hook, unsigned in,
                                  unsigned out, struct v4_ip *ip, uint8_t *buffer)
{
    if (hook == V4_HOOK_PREROUTING || hook == V4_HOOK_OUTPUT)
        undo_all(core, ip, buffer);
    struct v4_rule_flow flow = flow_of(ip, in, out);
    const struct v4_rule *rule = v4_rules_match(&core->state.rules, hook, &flow);
    if (rule == NULL || rule->action == V4_RULE_ACCEPT)
        return NULL;
    if (rule->action != V4_RULE_SOURCE && rule->action != V4_RULE_DESTINATION)
        return rule;
    rewrite(ip, buffer, rule->action == V4_RULE_SOURCE, v4_rule_apply(rule, &flow));
    return NULL;
}

void v4_hook_discard(struct v4_core *core, const struct v4_rule *rule, struct v4_span packet)
{
    v4_core_drop(core, drops[rule->hook], packet); /* RFC1812-5.3.9-f: each hook counts its own */
    if (rule->log && !core->switches.log)
        v4_core_log(core, drops[rule->hook], packet);
}

bool v4_hook_out(struct v4_core *core, enum v4_hook hook, const struct v4_way *way,
                 struct v4_ip *ip, enum v4_error *ret_error)
{
    unsigned out = way->local ? 0 : way->iface + 1;
    const struct v4_rule *rule = v4_hook_ask(core, hook, 0, out, ip, core->leaving);

    if (rule == NULL)
        return true;
    size_t len = own(ip, core->leaving);
    v4_hook_discard(core, rule, (struct v4_span){core->leaving, len + ip->data.len});
    *ret_error = rule->action == V4_RULE_REJECT ? V4_EACCES : V4_OK;
    return false;
}
