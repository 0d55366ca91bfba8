/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/hook.h"

#define PROHIBITED 13 /* RFC1812-5.3.9-e */

/* What the word of `key` is among those that `name` has; `count`: none of them. */
static unsigned read_word(struct v4_request *request, const char *key,
                          const char *(*name)(size_t index))
{
    struct v4_word word = v4_request_word(request, key);
    unsigned i = 0;

    while (name(i) != NULL && !v4_word_is(word, name(i)))
        i++;
    return i;
}

/* An interface, counted from 1. */
static unsigned read_iface(struct v4_request *request, const char *key)
{
    return (unsigned)v4_request_number_or(request, key, 0, V4_IFACES_MAX - 1, UINT32_MAX) + 1;
}

static void read_ends(struct v4_request *request, struct v4_rule *rule)
{
    rule->src = v4_request_address_or(request, "src", 0);
    rule->src_len = (uint8_t)v4_request_number_or(request, "srclen", 0, 32, 0);
    rule->dst = v4_request_address_or(request, "dst", 0);
    rule->dst_len = (uint8_t)v4_request_number_or(request, "dstlen", 0, 32, 0);
    rule->protocol =
        (uint16_t)(v4_request_number_or(request, "protocol", 0, UINT8_MAX, UINT64_MAX) + 1);
    rule->precedence = (uint8_t)v4_request_number_or(request, "precedence", 0, 7, 0);
    rule->src_port = (uint16_t)v4_request_number_or(request, "sport", 0, UINT16_MAX, 0);
    rule->dst_port = (uint16_t)v4_request_number_or(request, "dport", 0, UINT16_MAX, 0);
    rule->to = v4_request_address_or(request, "to", 0);
    rule->to_port = (uint16_t)v4_request_number_or(request, "toport", 0, UINT16_MAX, 0);
}

static bool read_rule(struct v4_verb *verb, struct v4_rule *ret_rule)
{
    struct v4_request *request = verb->request;
    struct v4_rule rule = {0};

    rule.hook = (enum v4_hook)read_word(request, "hook", v4_hook_name);
    rule.action = (enum v4_rule_action)read_word(request, "action", v4_rule_action_name);
    read_ends(request, &rule);
    rule.in = read_iface(request, "in");
    rule.out = read_iface(request, "out");
    rule.code = (uint8_t)v4_request_number_or(request, "code", 0, UINT8_MAX, PROHIBITED);
    rule.log = v4_request_number_or(request, "log", 0, 1, 0) == 1;
    if (!v4_request_understood(request))
        return false;
    *ret_rule = rule;
    return true;
}

static enum v4_error add(struct v4_verb *verb)
{
    struct v4_rule rule;

    return read_rule(verb, &rule) ? v4_hook_add(verb->core, &rule) : V4_EINVAL;
}

static enum v4_error del(struct v4_verb *verb)
{
    struct v4_rule rule;

    if (!read_rule(verb, &rule))
        return V4_EINVAL;
    return v4_rules_remove(&verb->core->state.rules, &rule) ? V4_OK : V4_ENOENT;
}

/* What means anything is left out. */
static void tell(struct v4_text *line, const struct v4_rule *rule, uint64_t hits)
{
    v4_text_start(line);
    v4_text_put(line, "* rule hook=%s action=%s", v4_hook_name(rule->hook),
                v4_rule_action_name(rule->action));
    v4_text_address(line, "src", rule->src);
    v4_text_put(line, " srclen=%u", rule->src_len);
    v4_text_address(line, "dst", rule->dst);
    v4_text_put(line, " dstlen=%u", rule->dst_len);
    if (rule->protocol != 0)
        v4_text_put(line, " protocol=%u", rule->protocol - 1u);
    if (rule->precedence != 0)
        v4_text_put(line, " precedence=%u", rule->precedence);
    v4_text_put(line, " sport=%u dport=%u", rule->src_port, rule->dst_port);
    if (rule->in != 0)
        v4_text_put(line, " in=%u", rule->in - 1);
    if (rule->out != 0)
        v4_text_put(line, " out=%u", rule->out - 1);
    if (rule->to != 0)
        v4_text_address(line, "to", rule->to);
    if (rule->action == V4_RULE_REJECT)
        v4_text_put(line, " code=%u", rule->code);
    v4_text_put(line, " toport=%u log=%u hits=%llu", rule->to_port, rule->log,
                (unsigned long long)hits);
}

static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_rules *rules = &verb->core->state.rules;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    for (size_t i = 0; i < rules->count; i++) {
        tell(verb->line, &rules->rules[i], rules->hits[i]);
        verb->emit(verb->context, verb->line->octets);
    }
    return V4_OK;
}

const struct v4_kind v4_rule_kind = {"rule", add, del, list};
