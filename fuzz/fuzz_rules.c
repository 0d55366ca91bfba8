/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Do rules decide as RFC 1812 5.3.9 and docs/filters.md have it, and does what they rewrite stay
 * sound? A frame is a step: its interface says of which kind, its octets the rule or the packet, of
 * which there are few, so that they meet. table/rule.h is held against model/filters.h, and
 * wire/rewrite.h against sums over all that there is. After every step:
 *
 *   add      a rule is taken exactly when the model takes it, and removed when it is there
 *   order    the table has the model's rules, in its order, each with its count
 *   match    the rule that decides is the model's
 *   apply    a rewritten address and port are the model's
 *   undo     what a flow was before it was rewritten is what the model says
 *   sum      a rewritten datagram verifies, whole or in fragments; a UDP checksum of none stays so
 *   quote    so does an ICMP error that quotes it, however little, with the quoted header
 *   rest     nothing else is changed, and nothing at all where a packet cannot be read */
#include <string.h>
#include "fuzz.h"
#include "model/filters.h"
#include "script.h"
#include "table/rule.h"
#include "wire/icmp.h"
#include "wire/ip.h"
#include "wire/rewrite.h"

#define STEP 6 /* octets of a step that count; what is missing is 0 */
#define SEGMENT 40
#define HEADER 20

static struct v4_rules rules;
static struct model_list model;

static uint32_t address(unsigned octet)
{
    static const uint32_t bases[] = {0xc0000200, 0xc0000280, 0xc6336400, 0x0a000000};

    return bases[octet % 4] | (octet >> 2 & 3);
}

static unsigned port(unsigned octet)
{
    static const unsigned ports[] = {MODEL_ANY, 53, 4000, 65535};

    return ports[octet % 4];
}

static unsigned protocol(unsigned octet)
{
    static const unsigned protocols[] = {17, 6, 17, 6, 1, 0, 255, MODEL_ANY};

    return protocols[octet % 8];
}

static unsigned iface(unsigned octet)
{
    return octet % 4 == 0 ? octet >> 2 & 1 : MODEL_ANY;
}

static struct model_rule rule_of(const uint8_t *step)
{
    static const uint8_t bits[] = {0, 1, 8, 24, 25, 31, 32, 33};
    struct model_rule rule = {
        .place = step[0] % 6,
        .deed = step[0] / 6 % 6,
        .in = iface(step[1] >> 4),
        .out = iface(step[1]),
        .protocol = protocol(step[4] >> 5),
        .code = step[4] % 3 + 9,
        .to = address(step[5] % 16),
        .to_port = port(step[5] >> 4),
        .log = step[5] >> 7 & 1,
    };

    for (unsigned end = 0; end < 2; end++) {
        rule.ends[end].net = address(step[2 + end] % 16);
        rule.ends[end].bits = bits[step[2 + end] >> 4 & 7];
        rule.ends[end].port = port(step[4] >> (2 * end));
    }
    return rule;
}

/* As the table counts: interfaces and protocols from 1, nothing as 0. */
static struct v4_rule as_ours(const struct model_rule *rule)
{
    return (struct v4_rule){
        .hook = (enum v4_hook)rule->place,
        .action = (enum v4_rule_action)rule->deed,
        .in = rule->in == MODEL_ANY ? 0 : rule->in + 1,
        .out = rule->out == MODEL_ANY ? 0 : rule->out + 1,
        .src = rule->ends[0].net,
        .dst = rule->ends[1].net,
        .src_len = (uint8_t)rule->ends[0].bits,
        .dst_len = (uint8_t)rule->ends[1].bits,
        .protocol = (uint16_t)(rule->protocol == MODEL_ANY ? 0 : rule->protocol + 1),
        .src_port = (uint16_t)rule->ends[0].port, /* MODEL_ANY is 0 */
        .dst_port = (uint16_t)rule->ends[1].port,
        .to = rule->to,
        .to_port = (uint16_t)rule->to_port,
        .code = (uint8_t)rule->code,
        .log = rule->log,
    };
}

static struct model_flow flow_of(const uint8_t *step)
{
    struct model_flow flow = {.in = step[1] >> 4 & 1,
                              .out = step[1] & 1,
                              .protocol = protocol(step[4] >> 5) % MODEL_ANY,
                              .ports = step[5] & 1};

    for (unsigned end = 0; end < 2; end++) {
        flow.ends[end].addr = address(step[2 + end] % 16) ^ (step[2 + end] & 0x40 ? 0x80000000 : 0);
        flow.ends[end].port = port(step[4] >> (2 * end)) % MODEL_ANY;
    }
    return flow;
}

static struct v4_rule_flow seen(const struct model_flow *flow)
{
    return (struct v4_rule_flow){
        .in = flow->in + 1,
        .out = flow->out + 1,
        .src = flow->ends[0].addr,
        .dst = flow->ends[1].addr,
        .protocol = (uint8_t)flow->protocol,
        .ports = flow->ports,
        .src_port = (uint16_t)flow->ends[0].port,
        .dst_port = (uint16_t)flow->ends[1].port,
    };
}

static void add(const uint8_t *step)
{
    struct model_rule rule = rule_of(step);
    struct v4_rule ours = as_ours(&rule);
    bool added = v4_rules_add(&rules, &ours) == V4_RULE_ADDED;

    ORACLE(added == model_rule_add(&model, &rule), "add: a rule was %s",
           added ? "taken" : "refused");
}

static void remove_one(const uint8_t *step)
{
    struct model_rule rule = rule_of(step);
    struct v4_rule ours = as_ours(&rule);

    ORACLE(v4_rules_remove(&rules, &ours) == model_rule_remove(&model, &rule),
           "add: another rule was removed, or none");
}

static void check_order(void)
{
    ORACLE(rules.count == model.count, "order: %zu rules, not %zu", rules.count, model.count);
    for (size_t i = 0; i < model.count; i++) {
        struct v4_rule want = as_ours(&model.rules[i]);
        const struct v4_rule *is = &rules.rules[i];
        ORACLE(is->hook == want.hook && is->action == want.action && is->in == want.in &&
                   is->src_len == want.src_len && is->dst_port == want.dst_port,
               "order: another rule at %zu", i);
        ORACLE(rules.hits[i] == model.rules[i].hits, "order: rule %zu has matched %llu times", i,
               (unsigned long long)rules.hits[i]);
    }
}

/* Both ends as `flow` has them; the port that `end` names counts where there are ports. */
static void check_end(struct v4_rule_end end, const struct model_flow *flow, unsigned which,
                      uint16_t stays, const char *oracle)
{
    ORACLE(end.addr == flow->ends[which].addr, "%s: %08x, not %08x", oracle, end.addr,
           flow->ends[which].addr);
    ORACLE(!flow->ports || (end.port == 0 ? stays : end.port) == flow->ends[which].port,
           "%s: port %u", oracle, end.port);
}

static void check_undo(const struct model_flow *flow, unsigned deed, bool ours)
{
    struct v4_rule_flow view = seen(flow);
    struct model_flow before;
    struct v4_rule_end end;

    bool wanted = model_rule_undoes(&model, deed, ours, flow, &before);
    bool found = v4_rules_undo(&rules, (enum v4_rule_action)deed, ours, &view, &end);
    ORACLE(found == wanted, "undo: %s", found ? "nothing did that" : "nothing is found");
    if (found)
        check_end(end, &before, deed == MODEL_TO, (uint16_t)flow->ends[deed == MODEL_TO].port,
                  "undo");
}

static void check_match(unsigned place, const struct model_flow *flow, bool ours)
{
    struct v4_rule_flow view = seen(flow);

    size_t want = model_rule_match(&model, place, flow);
    const struct v4_rule *rule = v4_rules_match(&rules, (enum v4_hook)place, &view);
    ORACLE(rule == (want == MODEL_RULES ? NULL : &rules.rules[want]), "match: another rule");
    for (unsigned deed = MODEL_FROM; deed <= MODEL_TO; deed++)
        check_undo(flow, deed, ours);
    if (rule == NULL || (rule->action != V4_RULE_SOURCE && rule->action != V4_RULE_DESTINATION))
        return;
    bool to = rule->action == V4_RULE_DESTINATION;
    struct model_flow after = model_rule_does(&model.rules[want], flow);
    check_end(v4_rule_apply(rule, &view), &after, to, (uint16_t)flow->ends[to].port, "apply");
    check_undo(&after, to ? MODEL_TO : MODEL_FROM, ours);
}

static void match(const uint8_t *step)
{
    struct model_flow flow = flow_of(step);

    check_match(step[0] % MODEL_PLACES, &flow, step[5] & 2);
}

/* What one of the rules there would match, were it the first. */
static void match_one(const uint8_t *step)
{
    struct model_flow flow = flow_of(step);

    if (model.count == 0)
        return;
    const struct model_rule *rule = &model.rules[step[0] % model.count];
    for (unsigned end = 0; end < 2; end++) {
        uint32_t rest = rule->ends[end].bits == 32 ? 0 : UINT32_MAX >> rule->ends[end].bits;
        flow.ends[end].addr = (rule->ends[end].net & ~rest) | (flow.ends[end].addr & rest);
        flow.ports = flow.ports || rule->ends[end].port != MODEL_ANY;
        if (rule->ends[end].port != MODEL_ANY)
            flow.ends[end].port = rule->ends[end].port;
    }
    flow.in = rule->in == MODEL_ANY ? flow.in : rule->in;
    flow.out = rule->out == MODEL_ANY ? flow.out : rule->out;
    flow.protocol = rule->protocol == MODEL_ANY ? flow.protocol : rule->protocol;
    check_match(rule->place, &flow, step[5] & 2);
}

/* A datagram of TCP or UDP, whose sums are right, or with no sum at all. */
static size_t build(const uint8_t *step, uint8_t packet[HEADER + SEGMENT])
{
    struct model_flow flow = flow_of(step);
    uint8_t segment[SEGMENT];
    bool tcp = step[0] & 1;
    size_t at = tcp ? 16 : 6;

    for (size_t i = 0; i < SEGMENT; i++)
        segment[i] = (uint8_t)(step[i % STEP] * (i + 1));
    v4_put16(segment, (uint16_t)flow.ends[0].port);
    v4_put16(segment + 2, (uint16_t)flow.ends[1].port);
    struct v4_ip ip = {.ttl = 64,
                       .protocol = tcp ? V4_PROTOCOL_TCP : V4_PROTOCOL_UDP,
                       .src = flow.ends[0].addr,
                       .dst = flow.ends[1].addr,
                       .data = {segment, SEGMENT}};
    v4_ip_emit(&ip, packet);
    memcpy(packet + HEADER, segment, SEGMENT);
    if (!tcp && step[5] & 4) {
        v4_put16(packet + HEADER + at, 0);
        return HEADER + SEGMENT;
    }
    v4_put16(packet + HEADER + at, 0);
    v4_put16(packet + HEADER + at, (uint16_t)(65535 - model_lacks(packet, HEADER + SEGMENT)));
    return HEADER + SEGMENT;
}

static struct v4_rewrite change_of(const uint8_t *step)
{
    return (struct v4_rewrite){.src = step[5] & 8,
                               .addr = address(step[5] >> 4) + step[1],
                               .port = (uint16_t)(step[5] & 1 ? step[2] * 257u : 0)};
}

/* Where it may differ: the address, and the sums and the port that go with it. */
static void check_rest(const uint8_t *was, const uint8_t *is, size_t len, bool src)
{
    size_t sum = HEADER + (was[9] == V4_PROTOCOL_TCP ? 16 : 6);

    for (size_t i = 0; i < len; i++) {
        bool addr = i / 4 == (src ? 3 : 4), own = i / 2 == 5 || i / 2 == sum / 2;
        bool port_there = i / 2 == HEADER / 2 + (src ? 0 : 1);
        ORACLE(was[i] == is[i] || addr || own || port_there, "rest: octet %zu", i);
    }
}

/* Cut at a block, changed piece by piece, and put together again. */
static void in_fragments(const uint8_t *step, const struct v4_rewrite *to, uint8_t *packet,
                         size_t len)
{
    size_t first = 8 + step[3] % 4 * 8u;
    uint8_t pieces[2][HEADER + SEGMENT];
    struct v4_ip ip, head;

    v4_ip_parse((struct v4_span){packet, len}, &ip);
    head = ip;
    head.data.len = first;
    head.mf = true;
    ip.offset = (uint16_t)(first / 8);
    ip.data = (struct v4_span){ip.data.octets + first, ip.data.len - first};
    const struct v4_ip *both[] = {&head, &ip};
    for (unsigned i = 0; i < 2; i++) {
        v4_ip_emit(both[i], pieces[i]);
        memcpy(pieces[i] + HEADER, both[i]->data.octets, both[i]->data.len);
        struct v4_rewrite change = {to->src, to->addr,
                                    i == 0 ? 0 : to->port}; /* a later one has none */
        v4_rewrite(pieces[i], HEADER + both[i]->data.len, &change);
        ORACLE(model_verifies(pieces[i], HEADER), "sum: of a fragment's header");
    }
    uint8_t udp_sum[2] = {packet[HEADER + 6], packet[HEADER + 7]};
    memcpy(packet + HEADER, pieces[0] + HEADER, first);
    memcpy(packet + HEADER + first, pieces[1] + HEADER, ip.data.len);
    memcpy(packet + 12, pieces[0] + 12, 8);
    v4_put16(packet + 10, 0);
    v4_ip_emit(&(struct v4_ip){.ttl = 64,
                               .protocol = packet[9],
                               .src = v4_be32(packet + 12),
                               .dst = v4_be32(packet + 16),
                               .data = {packet + HEADER, len - HEADER}},
               packet);
    bool none = packet[9] == V4_PROTOCOL_UDP && udp_sum[0] == 0 && udp_sum[1] == 0;
    bool still = packet[HEADER + 6] == 0 && packet[HEADER + 7] == 0;
    ORACLE(packet[9] != V4_PROTOCOL_UDP || none == still, "sum: of none, or none no more");
    ORACLE(model_sums_are_right(packet, len), "sum: of fragments put together");
}

static void quoted(const uint8_t *step, const struct v4_rewrite *to, const uint8_t *packet)
{
    uint8_t message[V4_ICMP_HEADER + HEADER + SEGMENT], before[sizeof message];
    size_t data = step[4] % (SEGMENT + 1), cut = step[1] & 1 ? step[3] % HEADER : HEADER + data;
    struct v4_icmp icmp = {.type = V4_ICMP_UNREACHABLE, .data = {packet, cut}};

    size_t len = v4_icmp_emit(&icmp, message);
    memcpy(before, message, len);
    bool read = v4_rewrite_quote(message, len, to);
    ORACLE(read == (cut >= HEADER), "rest: a quotation of %zu octets", cut);
    ORACLE(model_verifies(message, len), "quote: the message does not verify");
    if (!read) {
        ORACLE(memcmp(message, before, len) == 0, "rest: it was changed");
        return;
    }
    const uint8_t *quote = message + V4_ICMP_HEADER;
    ORACLE(model_verifies(quote, HEADER), "quote: its header does not verify");
    ORACLE(v4_be32(quote + (to->src ? 12 : 16)) == to->addr, "quote: another address");
    check_rest(packet, quote, cut, to->src);
    ORACLE(data < SEGMENT || model_sums_are_right(quote, cut), "quote: a whole one, and its sum");
}

static void rewrite(const uint8_t *step)
{
    uint8_t packet[HEADER + SEGMENT], was[HEADER + SEGMENT];
    struct v4_rewrite to = change_of(step);
    size_t len = build(step, packet);

    memcpy(was, packet, len);
    quoted(step, &to, packet);
    v4_rewrite(packet, len, &to);
    bool none = was[9] == V4_PROTOCOL_UDP && v4_be16(was + HEADER + 6) == 0;
    ORACLE(model_sums_are_right(packet, len), "sum: of a datagram");
    ORACLE(was[9] != V4_PROTOCOL_UDP || none == (v4_be16(packet + HEADER + 6) == 0),
           "sum: of none, or none no more");
    ORACLE(v4_be32(packet + (to.src ? 12 : 16)) == to.addr, "apply: another address");
    ORACLE(to.port == 0 || v4_be16(packet + HEADER + (to.src ? 0 : 2)) == to.port,
           "apply: another port");
    check_rest(was, packet, len, to.src);
    in_fragments(step, &to, was, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(const uint8_t *) = {add,   add,       add,       remove_one,
                                                     match, match_one, match_one, rewrite};
    struct v4_span script = {data, size};
    struct script_record record;

    rules = (struct v4_rules){0};
    model = (struct model_list){0};
    while (script_next(&script, &record)) {
        uint8_t step[STEP] = {0};
        if (record.kind != SCRIPT_FRAME)
            continue;
        for (size_t i = 0; i < STEP && i < record.octets.len; i++)
            step[i] = record.octets.octets[i];
        kinds[record.interface % 8](step);
        check_order();
    }
    return 0;
}
