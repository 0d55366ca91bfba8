/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A rule, as the table has it (table/rule.h) and as users give it (docs/filters.md). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Where a packet is when rules are asked. */
enum v4_hook {
    V4_HOOK_PREROUTING,  /* it has come in, and nobody has asked yet for whom */
    V4_HOOK_INPUT,       /* a datagram, put together, for ourselves */
    V4_HOOK_FORWARD,     /* from one interface to another */
    V4_HOOK_OUTPUT,      /* a datagram of ours that is to leave */
    V4_HOOK_POSTROUTING, /* all that leaves, before it is cut */
    V4_HOOKS
};

enum v4_rule_action {
    V4_RULE_ACCEPT,
    V4_RULE_DROP,   /* silently (RFC1812-5.3.9-d) */
    V4_RULE_REJECT, /* and its sender is told (RFC1812-5.3.9-e) */
    V4_RULE_SOURCE, /* `to` takes the place of the source; where packets leave, or are for us */
    V4_RULE_DESTINATION, /* of the destination; before a way is sought */
    V4_RULE_ACTIONS
};

/* Zero is any (RFC1812-5.3.9-c); interfaces and protocols are counted from 1. */
struct v4_rule {
    enum v4_hook hook;
    enum v4_rule_action action;
    unsigned in, out;
    uint32_t src, dst;        /* networks; host bits do not matter */
    uint8_t src_len, dst_len; /* of any length (RFC1812-5.3.9-b) */
    uint16_t protocol;
    uint8_t precedence; /* of this one or a higher, but no error of ICMP (RFC1812-5.3.3.3-m) */
    uint16_t src_port, dst_port; /* who has one matches only what shows ports (RFC1812-5.3.9-g) */
    uint32_t to;      /* the network that the rewritten one becomes; its host bits stay */
    uint16_t to_port; /* 0: as it was */
    uint8_t code;     /* of the unreachable that tells */
    bool log;         /* what it discards is told to the user (RFC1812-5.3.9-f) */
};
