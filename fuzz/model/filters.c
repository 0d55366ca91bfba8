/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"

static bool bit(uint32_t addr, unsigned index)
{
    return addr >> (31 - index) & 1;
}

static bool begins(uint32_t addr, uint32_t net, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++)
        if (bit(addr, i) != bit(net, i))
            return false;
    return true;
}

static bool is_of(unsigned wanted, unsigned is)
{
    return wanted == MODEL_ANY || wanted == is;
}

static bool changes(const struct model_rule *rule)
{
    return rule->deed == MODEL_FROM || rule->deed == MODEL_TO;
}

/* The end that it changes. */
static unsigned end_of(const struct model_rule *rule)
{
    return rule->deed == MODEL_TO;
}

static bool makes_sense(const struct model_rule *rule)
{
    static const char *const places[MODEL_DEEDS] = {[MODEL_LET] = "\1\1\1\1\1",
                                                    [MODEL_LOSE] = "\1\1\1\1\1",
                                                    [MODEL_TELL] = "\1\1\1\1",
                                                    [MODEL_FROM] = "\0\1\0\0\1",
                                                    [MODEL_TO] = "\1\0\0\1"};

    if (rule->place >= MODEL_PLACES || rule->deed >= MODEL_DEEDS ||
        places[rule->deed][rule->place] == 0)
        return false;
    if (rule->in != MODEL_ANY && (rule->place == MODEL_OUT || rule->place == MODEL_POST))
        return false;
    if (rule->out != MODEL_ANY && (rule->place == MODEL_PRE || rule->place == MODEL_IN))
        return false;
    if (rule->ends[0].bits > 32 || rule->ends[1].bits > 32)
        return false;
    return !changes(rule) ||
           (rule->ends[end_of(rule)].bits > 0 &&
            (rule->to_port == MODEL_ANY || rule->ends[end_of(rule)].port != MODEL_ANY));
}

static bool is_same(const struct model_rule *a, const struct model_rule *b)
{
    if (a->place != b->place || a->deed != b->deed || a->in != b->in || a->out != b->out ||
        a->protocol != b->protocol || a->log != b->log)
        return false;
    for (unsigned end = 0; end < 2; end++)
        if (a->ends[end].bits != b->ends[end].bits || a->ends[end].port != b->ends[end].port ||
            !begins(a->ends[end].net, b->ends[end].net, a->ends[end].bits))
            return false;
    if (a->deed == MODEL_TELL && a->code != b->code)
        return false;
    return !changes(a) ||
           (begins(a->to, b->to, a->ends[end_of(a)].bits) && a->to_port == b->to_port);
}

static size_t place_of(const struct model_list *model, const struct model_rule *rule)
{
    for (size_t i = 0; i < model->count; i++)
        if (is_same(&model->rules[i], rule))
            return i;
    return MODEL_RULES;
}

bool model_rule_add(struct model_list *model, const struct model_rule *rule)
{
    if (!makes_sense(rule) || place_of(model, rule) != MODEL_RULES || model->count == MODEL_RULES)
        return false;
    model->rules[model->count] = *rule;
    model->rules[model->count++].hits = 0;
    return true;
}

bool model_rule_remove(struct model_list *model, const struct model_rule *rule)
{
    size_t at = makes_sense(rule) ? place_of(model, rule) : MODEL_RULES;

    if (at == MODEL_RULES)
        return false;
    for (model->count--; at < model->count; at++)
        model->rules[at] = model->rules[at + 1];
    return true;
}

/* But for interfaces. */
static bool suits(const struct model_rule *rule, const struct model_flow *flow)
{
    for (unsigned end = 0; end < 2; end++) {
        if (!begins(flow->ends[end].addr, rule->ends[end].net, rule->ends[end].bits))
            return false;
        if (rule->ends[end].port != MODEL_ANY &&
            (!flow->ports || rule->ends[end].port != flow->ends[end].port))
            return false;
    }
    return is_of(rule->protocol, flow->protocol);
}

size_t model_rule_match(struct model_list *model, unsigned place, const struct model_flow *flow)
{
    for (size_t i = 0; i < model->count; i++) {
        struct model_rule *rule = &model->rules[i];
        if (rule->place != place || !suits(rule, flow) || !is_of(rule->in, flow->in) ||
            !is_of(rule->out, flow->out))
            continue;
        rule->hits++;
        return i;
    }
    return MODEL_RULES;
}

/* The address with another beginning. */
static uint32_t with(uint32_t addr, uint32_t net, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++)
        if (bit(addr, i) != bit(net, i))
            addr ^= 1u << (31 - i);
    return addr;
}

struct model_flow model_rule_does(const struct model_rule *rule, const struct model_flow *flow)
{
    unsigned end = end_of(rule);
    struct model_flow after = *flow;

    after.ends[end].addr = with(flow->ends[end].addr, rule->to, rule->ends[end].bits);
    if (rule->to_port != MODEL_ANY && flow->ports)
        after.ends[end].port = rule->to_port;
    return after;
}

bool model_rule_undoes(const struct model_list *model, unsigned deed, bool ours,
                       const struct model_flow *flow, struct model_flow *ret_flow)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct model_rule *rule = &model->rules[i];
        unsigned end = end_of(rule);
        struct model_flow before = *flow;

        if (rule->deed != deed || rule->place == (ours ? MODEL_PRE : MODEL_OUT))
            continue;
        before.ends[end].addr =
            with(flow->ends[end].addr, rule->ends[end].net, rule->ends[end].bits);
        if (rule->to_port != MODEL_ANY && flow->ports)
            before.ends[end].port = rule->ends[end].port;
        struct model_flow again = model_rule_does(rule, &before);
        if (!suits(rule, &before) || again.ends[end].addr != flow->ends[end].addr ||
            again.ends[end].port != flow->ends[end].port)
            continue;
        *ret_flow = before;
        return true;
    }
    return false;
}

/* As words, the last of which may be half a one. */
static unsigned long total(const uint8_t *octets, size_t len)
{
    unsigned long sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? octets[i] : octets[i] * 256ul;
    return sum;
}

bool model_verifies(const uint8_t *octets, size_t len)
{
    unsigned long sum = total(octets, len);

    return sum != 0 && sum % 65535 == 0;
}

bool model_sums_are_right(const uint8_t *packet, size_t len)
{
    size_t header = packet[0] % 16u * 4u;
    const uint8_t *segment = packet + header;

    if (!model_verifies(packet, header))
        return false;
    if (packet[9] == 17 && segment[6] == 0 && segment[7] == 0)
        return true; /* it has none */
    return model_lacks(packet, len) == 0;
}

unsigned model_lacks(const uint8_t *packet, size_t len)
{
    size_t header = packet[0] % 16u * 4u;
    unsigned long sum = total(packet + 12, 8) + packet[9] + (len - header);

    return (unsigned)((sum + total(packet + header, len - header)) % 65535);
}
