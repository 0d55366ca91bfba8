/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Paths and what they carry, as RFC 1191 has it and with the bounds that table/pmtu.h states, in
 * the plainest way: a list in the order of the last change, searched from its beginning. Shares no
 * code with what it judges. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_PATHS 64 /* at most that a table may have */

struct model_path {
    uint32_t dst;
    unsigned mtu;
    uint64_t changed;
    enum {
        LOWERED,
        LIFTED,
        SET
    } why;
};

struct model_paths {
    size_t room, count;
    uint64_t after_fall, after_raise;
    struct model_path paths[MODEL_PATHS]; /* the one that changed longest ago first */
};

unsigned model_path_mtu(const struct model_paths *model, uint32_t dst, unsigned first_hop);
/* A router's message; `said` 0: an old one, which quotes a packet of `length` octets. */
bool model_path_lower(struct model_paths *model, uint32_t dst, unsigned said, unsigned length,
                      unsigned header, unsigned first_hop, uint64_t now);
bool model_path_set(struct model_paths *model, uint32_t dst, unsigned mtu);
/* When something is due, and whose; UINT64_MAX: nothing is. */
uint64_t model_path_due(const struct model_paths *model, uint32_t *ret_dst);
void model_path_raise(struct model_paths *model, uint32_t dst, unsigned first_hop, uint64_t now);
