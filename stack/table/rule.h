/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which packets go on and which do not (RFC 1812 5.3.9): a list of rules for each of five hooks, of
 * which the first that matches decides. What no rule matches goes on.
 *
 * Rules know a packet by what it says of itself and remember none, so what they rewrite is undone
 * by them alone: each has one result for one packet, and one packet for one result. */
#pragma once
#include <stddef.h>
#include "table/rule_entry.h"

#define V4_RULES 64

/* What rules see of a packet. */
struct v4_rule_flow {
    unsigned in, out; /* 0: by none */
    uint32_t src, dst;
    uint8_t protocol, precedence;
    bool error; /* a message of ICMP that tells of one */
    bool ports; /* it shows them: not so of a later fragment */
    uint16_t src_port, dst_port;
};

/* All zeros: none. */
struct v4_rules {
    size_t count, rewriting;
    struct v4_rule rules[V4_RULES];
    uint64_t hits[V4_RULES];
};

enum v4_rule_added {
    V4_RULE_ADDED,
    V4_RULE_WRONG, /* a value that there is not, or an action that its hook has not */
    V4_RULE_TWICE, /* the very same is there, and the second would never match */
    V4_RULE_FULL
};

/* Behind all others. */
enum v4_rule_added v4_rules_add(struct v4_rules *rules, const struct v4_rule *rule);
/* The very same; false when there is none. */
bool v4_rules_remove(struct v4_rules *rules, const struct v4_rule *rule);

/* The first rule of the hook that matches, which counts it; NULL: none. */
const struct v4_rule *v4_rules_match(struct v4_rules *rules, enum v4_hook hook,
                                     const struct v4_rule_flow *flow);

/* An address and a port at one end; 0: the port stays. */
struct v4_rule_end {
    uint32_t addr;
    uint16_t port;
};

/* What the source or the destination of a flow becomes by a rule that matches it. */
struct v4_rule_end v4_rule_apply(const struct v4_rule *rule, const struct v4_rule_flow *flow);
/* What it was before the first rule of that action that may have made it so; false: none.
 * `ours`: we have sent it ourselves. */
bool v4_rules_undo(const struct v4_rules *rules, enum v4_rule_action action, bool ours,
                   const struct v4_rule_flow *flow, struct v4_rule_end *ret_end);

/* The words of hooks and actions; NULL behind the last. */
const char *v4_hook_name(size_t hook);
const char *v4_rule_action_name(size_t action);
