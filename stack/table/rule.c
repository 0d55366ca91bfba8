/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/rule.h"
#include <string.h>

static const char *const hooks[] = {"prerouting", "input", "forward", "output", "postrouting"};
static const char *const actions[] = {"accept", "drop", "reject", "source", "destination"};

const char *v4_hook_name(size_t hook)
{
    return hook < V4_HOOKS ? hooks[hook] : NULL;
}

const char *v4_rule_action_name(size_t action)
{
    return action < V4_RULE_ACTIONS ? actions[action] : NULL;
}

static uint32_t mask_of(uint8_t len)
{
    return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

static bool within(uint32_t addr, uint32_t net, uint8_t len)
{
    return ((addr ^ net) & mask_of(len)) == 0;
}

/* What is forwarded or for us has come in somewhere, what is forwarded or leaves goes out. */
static bool interfaces_are_right(const struct v4_rule *rule)
{
    return (rule->in == 0 || rule->hook <= V4_HOOK_FORWARD) &&
           (rule->out == 0 || rule->hook >= V4_HOOK_FORWARD);
}

/* Who has let it come so far rejects nothing. A network is rewritten, and a port, that is named. */
static bool action_is_right(const struct v4_rule *rule)
{
    switch (rule->action) {
    case V4_RULE_ACCEPT:
    case V4_RULE_DROP:
        return true;
    case V4_RULE_REJECT:
        return rule->hook != V4_HOOK_POSTROUTING;
    case V4_RULE_SOURCE:
        return (rule->hook == V4_HOOK_INPUT || rule->hook == V4_HOOK_POSTROUTING) &&
               rule->src_len != 0 && (rule->to_port == 0 || rule->src_port != 0);
    case V4_RULE_DESTINATION:
        return (rule->hook == V4_HOOK_PREROUTING || rule->hook == V4_HOOK_OUTPUT) &&
               rule->dst_len != 0 && (rule->to_port == 0 || rule->dst_port != 0);
    case V4_RULE_ACTIONS:
        break;
    }
    return false;
}

static bool rewrites(const struct v4_rule *rule)
{
    return rule->action == V4_RULE_SOURCE || rule->action == V4_RULE_DESTINATION;
}

/* Without what does not matter, so that equal rules are equal. */
static struct v4_rule cleaned(const struct v4_rule *rule)
{
    struct v4_rule clean = *rule;
    uint8_t len = rule->action == V4_RULE_SOURCE ? rule->src_len : rule->dst_len;

    clean.src &= mask_of(rule->src_len);
    clean.dst &= mask_of(rule->dst_len);
    clean.to &= rewrites(rule) ? mask_of(len) : 0;
    clean.to_port = rewrites(rule) ? rule->to_port : 0;
    clean.code = rule->action == V4_RULE_REJECT ? rule->code : 0;
    return clean;
}

static bool equal(const struct v4_rule *a, const struct v4_rule *b)
{
    return a->hook == b->hook && a->action == b->action && a->in == b->in && a->out == b->out &&
           a->src == b->src && a->dst == b->dst && a->src_len == b->src_len &&
           a->dst_len == b->dst_len && a->protocol == b->protocol &&
           a->precedence == b->precedence && a->src_port == b->src_port &&
           a->dst_port == b->dst_port && a->to == b->to && a->to_port == b->to_port &&
           a->code == b->code && a->log == b->log;
}

static bool is_right(const struct v4_rule *rule)
{
    return rule->hook < V4_HOOKS && rule->src_len <= 32 && rule->dst_len <= 32 &&
           rule->protocol <= UINT8_MAX + 1 && rule->precedence <= 7 && interfaces_are_right(rule) &&
           action_is_right(rule);
}

/* Its place; `count` where there is none. */
static size_t find(const struct v4_rules *rules, const struct v4_rule *rule)
{
    size_t i = 0;

    while (i < rules->count && !equal(&rules->rules[i], rule))
        i++;
    return i;
}

enum v4_rule_added v4_rules_add(struct v4_rules *rules, const struct v4_rule *rule)
{
    if (!is_right(rule))
        return V4_RULE_WRONG;
    struct v4_rule clean = cleaned(rule);
    if (find(rules, &clean) < rules->count)
        return V4_RULE_TWICE;
    if (rules->count == V4_RULES)
        return V4_RULE_FULL;
    rules->rules[rules->count] = clean;
    rules->hits[rules->count] = 0;
    rules->count++;
    rules->rewriting += rewrites(rule);
    return V4_RULE_ADDED;
}

bool v4_rules_remove(struct v4_rules *rules, const struct v4_rule *rule)
{
    if (!is_right(rule))
        return false;
    struct v4_rule clean = cleaned(rule);
    size_t at = find(rules, &clean);
    if (at == rules->count)
        return false;
    rules->count--;
    rules->rewriting -= rewrites(rule);
    memmove(rules->rules + at, rules->rules + at + 1, (rules->count - at) * sizeof *rules->rules);
    memmove(rules->hits + at, rules->hits + at + 1, (rules->count - at) * sizeof *rules->hits);
    return true;
}

static bool port_fits(uint16_t wanted, const struct v4_rule_flow *flow, uint16_t port)
{
    return wanted == 0 || (flow->ports && wanted == port);
}

static bool matches(const struct v4_rule *rule, const struct v4_rule_flow *flow)
{
    return (rule->in == 0 || rule->in == flow->in) && (rule->out == 0 || rule->out == flow->out) &&
           within(flow->src, rule->src, rule->src_len) &&
           within(flow->dst, rule->dst, rule->dst_len) &&
           (rule->protocol == 0 || rule->protocol == flow->protocol + 1) &&
           (rule->precedence == 0 || (rule->precedence <= flow->precedence && !flow->error)) &&
           port_fits(rule->src_port, flow, flow->src_port) &&
           port_fits(rule->dst_port, flow, flow->dst_port);
}

const struct v4_rule *v4_rules_match(struct v4_rules *rules, enum v4_hook hook,
                                     const struct v4_rule_flow *flow)
{
    for (size_t i = 0; i < rules->count; i++) {
        if (rules->rules[i].hook != hook || !matches(&rules->rules[i], flow))
            continue;
        rules->hits[i]++;
        return &rules->rules[i];
    }
    return NULL;
}

struct v4_rule_end v4_rule_apply(const struct v4_rule *rule, const struct v4_rule_flow *flow)
{
    bool src = rule->action == V4_RULE_SOURCE;
    uint32_t rest = ~mask_of(src ? rule->src_len : rule->dst_len);

    return (struct v4_rule_end){rule->to | ((src ? flow->src : flow->dst) & rest), rule->to_port};
}

/* The rule with its result in the place of what it wants. */
static struct v4_rule turned(const struct v4_rule *rule)
{
    bool src = rule->action == V4_RULE_SOURCE;
    struct v4_rule back = *rule;

    *(src ? &back.src : &back.dst) = rule->to;
    back.to = src ? rule->src : rule->dst;
    if (rule->to_port == 0)
        return back;
    *(src ? &back.src_port : &back.dst_port) = rule->to_port;
    back.to_port = src ? rule->src_port : rule->dst_port;
    return back;
}

bool v4_rules_undo(const struct v4_rules *rules, enum v4_rule_action action, bool ours,
                   const struct v4_rule_flow *flow, struct v4_rule_end *ret_end)
{
    for (size_t i = 0; i < rules->count; i++) {
        struct v4_rule back = turned(&rules->rules[i]);
        back.in = back.out = 0; /* nobody knows any more by which it went */
        bool other = back.hook == (ours ? V4_HOOK_PREROUTING : V4_HOOK_OUTPUT);
        if (back.action != action || other || !matches(&back, flow))
            continue;
        *ret_end = v4_rule_apply(&back, flow);
        return true;
    }
    return false;
}
