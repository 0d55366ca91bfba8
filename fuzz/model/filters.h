/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A list of rules, told again from RFC 1812 5.3.9 and docs/filters.md bit by bit, and checksums by
 * adding up all that there is. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_RULES 64
#define MODEL_ANY 0x10000u /* of interfaces, protocols and ports */

enum model_place {
    MODEL_PRE,
    MODEL_IN,
    MODEL_ON,
    MODEL_OUT,
    MODEL_POST,
    MODEL_PLACES
};

enum model_deed {
    MODEL_LET,
    MODEL_LOSE,
    MODEL_TELL,
    MODEL_FROM,
    MODEL_TO,
    MODEL_DEEDS
};

struct model_rule {
    unsigned place, deed, in, out, protocol, code;
    struct {
        uint32_t net;
        unsigned bits, port;
    } ends[2]; /* the source, the destination */
    uint32_t to;
    unsigned to_port;
    bool log;
    unsigned long hits;
};

struct model_flow {
    unsigned in, out, protocol;
    struct {
        uint32_t addr;
        unsigned port;
    } ends[2];
    bool ports;
};

struct model_list {
    struct model_rule rules[MODEL_RULES];
    size_t count;
};

/* False: it could do nothing, is there, or finds no room. */
bool model_rule_add(struct model_list *model, const struct model_rule *rule);
bool model_rule_remove(struct model_list *model, const struct model_rule *rule);
/* Its index, counted; MODEL_RULES: none matches. */
size_t model_rule_match(struct model_list *model, unsigned place, const struct model_flow *flow);
/* What it makes of a flow. */
struct model_flow model_rule_does(const struct model_rule *rule, const struct model_flow *flow);
/* The flow of which the first rule of that deed that can have done so made this one; false: none.
 * Of what we have sent ourselves only rules for that count, and of others' only the other ones. */
bool model_rule_undoes(const struct model_list *model, unsigned deed, bool ours,
                       const struct model_flow *flow, struct model_flow *ret_flow);

/* Does a datagram's header verify, and what it carries under TCP or UDP? */
bool model_sums_are_right(const uint8_t *packet, size_t len);
/* By how much a segment and its pseudo header are more than what would verify. */
unsigned model_lacks(const uint8_t *packet, size_t len);
/* Does what a checksum covers add up to one? */
bool model_verifies(const uint8_t *octets, size_t len);
