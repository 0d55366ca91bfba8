/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/rule.h"
#include "wire/addr.h"

#define A V4_ADDR(192, 0, 2, 1)
#define B V4_ADDR(198, 51, 100, 7)
#define TCP (6 + 1) /* as rules count them */
#define UDP (17 + 1)
#define AT(place, ...)                                                                             \
    {                                                                                              \
        .hook = V4_HOOK_##place, __VA_ARGS__                                                       \
    }
#define RULE(...) AT(FORWARD, __VA_ARGS__)
#define DROP_AT(place, ...) AT(place, .action = V4_RULE_DROP, __VA_ARGS__)
#define DROP(...) DROP_AT(FORWARD, __VA_ARGS__)

static const struct v4_rule_flow usual = {.in = 1,
                                          .out = 2,
                                          .src = A,
                                          .dst = B,
                                          .protocol = UDP - 1,
                                          .precedence = 5,
                                          .ports = true,
                                          .src_port = 4000,
                                          .dst_port = 53};

#define add(rules, ...) add_rule(rules, (struct v4_rule)__VA_ARGS__)

static enum v4_rule_added add_rule(struct v4_rules *rules, struct v4_rule rule)
{
    return v4_rules_add(rules, &rule);
}

static const struct v4_rule *match(struct v4_rules *rules)
{
    return v4_rules_match(rules, V4_HOOK_FORWARD, &usual);
}

static const struct {
    const char *what;
    struct v4_rule rule;
    bool matches;
} wants[] = {
    {"anything", DROP(.code = 0), true},
    {"its interface in", DROP(.in = 1), true},
    {"another one in", DROP(.in = 2), false},
    {"its interface out", DROP(.out = 2), true},
    {"another one out", DROP(.out = 1), false},
    {"its source", DROP(.src = A, .src_len = 32), true},
    {"the source's neighbour", DROP(.src = A + 1, .src_len = 32), false},
    {"the two of them", DROP(.src = A - 1, .src_len = 31), true},
    {"the two others", DROP(.src = A + 1, .src_len = 31), false},
    {"its network, whatever the host bits", DROP(.src = A + 77, .src_len = 24), true},
    {"half of the addresses", DROP(.src = 0x80000000, .src_len = 1), true},
    {"the other half", DROP(.src = 0, .src_len = 1), false},
    {"every source, whatever stands there", DROP(.src = B, .src_len = 0), true},
    {"its destination", DROP(.dst = B, .dst_len = 32), true},
    {"the source as destination", DROP(.dst = A, .dst_len = 32), false},
    {"every destination", DROP(.dst = A, .dst_len = 0), true},
    {"both ends", DROP(.src = A, .src_len = 24, .dst = B, .dst_len = 24), true},
    {"one end of the two", DROP(.src = A, .src_len = 24, .dst = A, .dst_len = 24), false},
    {"the other end of the two", DROP(.src = B, .src_len = 24, .dst = B, .dst_len = 24), false},
    {"its protocol", DROP(.protocol = UDP), true},
    {"another one", DROP(.protocol = TCP), false},
    {"protocol 0", DROP(.protocol = 1), false},
    {"its precedence", DROP(.precedence = 5), true},
    {"a lower one", DROP(.precedence = 1), true},
    {"a higher one", DROP(.precedence = 6), false},
    {"its source port", DROP(.src_port = 4000), true},
    {"the other as source port", DROP(.src_port = 53), false},
    {"its destination port", DROP(.dst_port = 53), true},
    {"the other as destination port", DROP(.dst_port = 4000), false},
    {"another hook", DROP_AT(INPUT, .code = 0), false},
};

Test(rule, matches_what_it_says)
{
    for (size_t i = 0; i < COUNT(wants); i++) {
        struct v4_rules rules = {0};

        cr_assert(v4_rules_add(&rules, &wants[i].rule) == V4_RULE_ADDED, "%s", wants[i].what);
        cr_expect((match(&rules) != NULL) == wants[i].matches, "%s", wants[i].what);
        cr_expect(rules.hits[0] == wants[i].matches, "%s", wants[i].what);
    }
}

/* A later fragment has none, whatever else stands there. */
Test(rule, of_ports_matches_no_packet_without)
{
    struct v4_rules rules = {0};
    struct v4_rule_flow flow = usual;

    flow.ports = false;
    add(&rules, DROP(.src_port = 4000));
    add(&rules, DROP(.dst_port = 53));
    cr_expect(v4_rules_match(&rules, V4_HOOK_FORWARD, &flow) == NULL);
    add(&rules, DROP(.protocol = UDP));
    cr_expect(v4_rules_match(&rules, V4_HOOK_FORWARD, &flow) == &rules.rules[2]);
}

Test(rule, of_precedence_matches_no_error)
{
    struct v4_rules rules = {0};
    struct v4_rule_flow flow = usual;

    flow.error = true;
    cr_assert(add(&rules, DROP(.precedence = 1)) == V4_RULE_ADDED);
    cr_assert(add(&rules, DROP(.precedence = 8)) == V4_RULE_WRONG);
    cr_expect(v4_rules_match(&rules, V4_HOOK_FORWARD, &flow) == NULL);
    cr_assert(add(&rules, DROP(.precedence = 0)) == V4_RULE_ADDED);
    cr_expect(v4_rules_match(&rules, V4_HOOK_FORWARD, &flow) == &rules.rules[1]);
}

Test(rule, the_first_that_matches_wins_and_counts)
{
    struct v4_rules rules = {0};

    add(&rules, DROP(.protocol = TCP));
    add(&rules, RULE(.action = V4_RULE_ACCEPT, .src = A, .src_len = 32));
    add(&rules, DROP(.log = true));
    for (unsigned i = 0; i < 3; i++)
        cr_expect(match(&rules) == &rules.rules[1]);
    cr_expect(rules.hits[0] == 0 && rules.hits[1] == 3 && rules.hits[2] == 0);
}

static const struct {
    const char *what;
    struct v4_rule rule;
    enum v4_rule_added added;
} offers[] = {
    {"no such hook", {.hook = V4_HOOKS}, V4_RULE_WRONG},
    {"no such action", RULE(.action = V4_RULE_ACTIONS), V4_RULE_WRONG},
    {"33 bits of source", DROP(.src_len = 33), V4_RULE_WRONG},
    {"33 bits of destination", DROP(.dst_len = 33), V4_RULE_WRONG},
    {"protocol 257", DROP(.protocol = 257 /* 256 of them */), V4_RULE_WRONG},
    {"in at output", DROP_AT(OUTPUT, .in = 1), V4_RULE_WRONG},
    {"in at postrouting", DROP_AT(POSTROUTING, .in = 1), V4_RULE_WRONG},
    {"out at postrouting", DROP_AT(POSTROUTING, .out = 1), V4_RULE_ADDED},
    {"out at prerouting", DROP_AT(PREROUTING, .out = 1), V4_RULE_WRONG},
    {"out at input", DROP_AT(INPUT, .out = 1), V4_RULE_WRONG},
    {"in at input", DROP_AT(INPUT, .in = 1), V4_RULE_ADDED},
    {"rejected at output", AT(OUTPUT, .action = V4_RULE_REJECT), V4_RULE_ADDED},
    {"rejected at postrouting", AT(POSTROUTING, .action = V4_RULE_REJECT), V4_RULE_WRONG},
    {"a source while forwarding", RULE(.action = V4_RULE_SOURCE, .src_len = 32), V4_RULE_WRONG},
    {"a destination behind the way", AT(POSTROUTING, .action = V4_RULE_DESTINATION, .dst_len = 32),
     V4_RULE_WRONG},
    {"the source of all", AT(INPUT, .action = V4_RULE_SOURCE), V4_RULE_WRONG},
    {"a source", AT(INPUT, .action = V4_RULE_SOURCE, .src_len = 1), V4_RULE_ADDED},
    {"a port in place of any",
     AT(OUTPUT, .action = V4_RULE_DESTINATION, .dst_len = 32, .to_port = 9, .src_port = 5),
     V4_RULE_WRONG},
    {"a port in place of one",
     AT(OUTPUT, .action = V4_RULE_DESTINATION, .dst_len = 32, .to_port = 9, .dst_port = 5),
     V4_RULE_ADDED},
};

Test(rule, that_could_do_nothing_is_refused)
{
    for (size_t i = 0; i < COUNT(offers); i++) {
        struct v4_rules rules = {0};

        cr_expect(v4_rules_add(&rules, &offers[i].rule) == offers[i].added, "%s", offers[i].what);
        cr_expect(rules.count == (offers[i].added == V4_RULE_ADDED), "%s", offers[i].what);
        cr_expect(v4_rules_remove(&rules, &offers[i].rule) == (offers[i].added == V4_RULE_ADDED),
                  "%s", offers[i].what);
    }
}

/* What is behind a prefix, or means nothing for an action, makes no rule another. */
Test(rule, is_there_once)
{
    struct v4_rules rules = {0};

    cr_expect(add(&rules, DROP(.src = A, .src_len = 24)) == V4_RULE_ADDED);
    cr_expect(add(&rules, DROP(.src = A + 9, .src_len = 24, .to = B, .code = 3)) == V4_RULE_TWICE);
    cr_expect(add(&rules, DROP(.src = A, .src_len = 25)) == V4_RULE_ADDED);
    cr_expect(add(&rules, RULE(.action = V4_RULE_REJECT, .code = 13)) == V4_RULE_ADDED);
    cr_expect(add(&rules, RULE(.action = V4_RULE_REJECT, .code = 10)) == V4_RULE_ADDED);
    struct v4_rule gone = DROP(.src = A + 9, .src_len = 24);
    cr_expect(v4_rules_remove(&rules, &gone));
    cr_expect(!v4_rules_remove(&rules, &gone));
    cr_expect(rules.count == 3);
}

/* Each rule keeps its counter where one before it goes. */
Test(rule, table_is_bounded_and_keeps_its_order)
{
    struct v4_rules rules = {0};
    unsigned port = 1;

    while (add(&rules, DROP(.dst_port = (uint16_t)port)) == V4_RULE_ADDED)
        port++;
    cr_expect(port == V4_RULES + 1);
    cr_expect(add(&rules, DROP(.dst_port = (uint16_t)port)) == V4_RULE_FULL);
    cr_expect(match(&rules) == &rules.rules[52]);
    struct v4_rule first = DROP(.dst_port = 1);
    cr_expect(v4_rules_remove(&rules, &first));
    cr_expect(match(&rules) == &rules.rules[51] && rules.hits[51] == 2 && rules.hits[52] == 0);
    cr_expect(add(&rules, DROP(.log = true)) == V4_RULE_ADDED && rules.hits[63] == 0);
}

#define INTO(...) AT(PREROUTING, .action = V4_RULE_DESTINATION, .dst = B, __VA_ARGS__)
#define FROM(...) AT(POSTROUTING, .action = V4_RULE_SOURCE, .src = A, __VA_ARGS__)

static const struct {
    const char *what;
    struct v4_rule rule;
    uint32_t addr;
    uint16_t port;
} results[] = {
    {"a host", INTO(.dst_len = 32, .to = V4_ADDR(10, 0, 0, 1)), V4_ADDR(10, 0, 0, 1), 0},
    {"a network", INTO(.dst_len = 24, .to = V4_ADDR(10, 0, 0, 1)), V4_ADDR(10, 0, 0, 7), 0},
    {"a port too", INTO(.dst_len = 32, .to = B, .dst_port = 53, .to_port = 54), B, 54},
    {"a port that stays", INTO(.dst_len = 32, .to = A, .dst_port = 53), A, 0},
    {"a source", FROM(.src_len = 32, .to = V4_ADDR(10, 9, 8, 7)), V4_ADDR(10, 9, 8, 7), 0},
    {"a source's network", FROM(.src_len = 8, .to = V4_ADDR(10, 9, 8, 7)), V4_ADDR(10, 0, 2, 1), 0},
    {"a source's port", FROM(.src_len = 32, .to = A, .src_port = 4000, .to_port = 5), A, 5},
};

/* The flow as the rule leaves it, for who is asked what it was. */
static struct v4_rule_flow after(const struct v4_rule *rule, struct v4_rule_end end)
{
    struct v4_rule_flow flow = usual;
    bool src = rule->action == V4_RULE_SOURCE;

    flow.in = flow.out = 0;
    *(src ? &flow.src : &flow.dst) = end.addr;
    if (end.port != 0)
        *(src ? &flow.src_port : &flow.dst_port) = end.port;
    return flow;
}

Test(rule, rewrites_and_undoes_it)
{
    for (size_t i = 0; i < COUNT(results); i++) {
        struct v4_rules rules = {0};
        struct v4_rule_end back = {0};
        bool src = results[i].rule.action == V4_RULE_SOURCE;

        cr_assert(v4_rules_add(&rules, &results[i].rule) == V4_RULE_ADDED, "%s", results[i].what);
        const struct v4_rule *rule = v4_rules_match(&rules, results[i].rule.hook, &usual);
        cr_assert(rule != NULL, "%s", results[i].what);
        struct v4_rule_end end = v4_rule_apply(rule, &usual);
        cr_expect(end.addr == results[i].addr && end.port == results[i].port, "%s",
                  results[i].what);
        struct v4_rule_flow flow = after(rule, end);
        cr_assert(v4_rules_undo(&rules, rule->action, false, &flow, &back), "%s", results[i].what);
        cr_expect(back.addr == (src ? A : B), "%s", results[i].what);
        cr_expect(back.port == (end.port == 0 ? 0 : src ? 4000 : 53), "%s", results[i].what);
        flow.src_port = flow.dst_port = 1;
        bool any = results[i].rule.src_port == 0 && results[i].rule.dst_port == 0;
        cr_expect(v4_rules_undo(&rules, rule->action, false, &flow, &back) == any, "%s",
                  results[i].what);
    }
}

/* What we send is rewritten at output, what others do at prerouting. */
Test(rule, undoes_what_was_done_to_whom)
{
    struct v4_rules rules = {0};
    struct v4_rule_flow flow = usual;
    struct v4_rule_end end;

    add(&rules, INTO(.in = 2, .dst_len = 32, .to = V4_ADDR(10, 0, 0, 1)));
    add(&rules, AT(OUTPUT, .action = V4_RULE_DESTINATION, .out = 1, .dst = A, .dst_len = 32,
                   .to = V4_ADDR(10, 0, 0, 1)));
    flow.dst = V4_ADDR(10, 0, 0, 1);
    cr_expect(v4_rules_undo(&rules, V4_RULE_DESTINATION, false, &flow, &end) && end.addr == B);
    cr_expect(v4_rules_undo(&rules, V4_RULE_DESTINATION, true, &flow, &end) && end.addr == A);
    cr_expect(!v4_rules_undo(&rules, V4_RULE_SOURCE, true, &flow, &end));
    flow.dst++;
    cr_expect(!v4_rules_undo(&rules, V4_RULE_DESTINATION, false, &flow, &end));
}

Test(rule, words_end)
{
    cr_expect_str_eq(v4_hook_name(V4_HOOK_FORWARD), "forward");
    cr_expect_str_eq(v4_rule_action_name(V4_RULE_DESTINATION), "destination");
    cr_expect(v4_hook_name(V4_HOOKS) == NULL && v4_rule_action_name(V4_RULE_ACTIONS) == NULL);
}

Test(rule, hits_stay_with_their_rule)
{
    static struct v4_rules rules;

    add(&rules, DROP(.in = 2));
    add(&rules, DROP(.out = 1));
    add(&rules, DROP(.in = 1));
    cr_assert(match(&rules) == &rules.rules[2] && rules.hits[2] == 1);
    cr_assert(v4_rules_remove(&rules, &(struct v4_rule)DROP(.out = 1)));
    cr_expect(rules.count == 2 && rules.hits[0] == 0 && rules.hits[1] == 1);
}
