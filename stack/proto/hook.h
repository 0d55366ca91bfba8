/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where packets meet the rules (table/rule.h): five hooks on their way (docs/filters.md). Who has
 * no rules pays for asking whether there are any. */
#pragma once
#include "proto/core.h"
#include "proto/route.h"

static inline bool v4_hook_is_idle(const struct v4_core *core)
{
    return core->state.rules.count == 0;
}

/* V4_EINVAL: it could do nothing, is of no interface of ours, or makes of an address one that no
 * host can have. */
enum v4_error v4_hook_add(struct v4_core *core, const struct v4_rule *rule);

/* A datagram, or at the last hook a packet of others, that is to leave that way. False: it does
 * not; `*ret_error` is what its sender is told, V4_OK if nothing. Where the destination is another
 * one now so is the way. What a rule rewrites lies in core->leaving from then on. */
bool v4_hook_out(struct v4_core *core, enum v4_hook hook, const struct v4_way *way,
                 struct v4_ip *ip, enum v4_error *ret_error);

/* To whom an error of ours will go: who sent what it is about, where a rule has given him another
 * address. To that there may be no way, or another one. */
uint32_t v4_hook_towards(struct v4_core *core, const struct v4_ip *ip);

/* For those two hooks and the others (proto/hook_in.h): the rule by which the packet ends here,
 * NULL if it goes on. What is rewritten lies in `buffer` from then on, header and all, but for the
 * options that `ip` has borrowed. Interfaces are counted from 1; 0: none. */
const struct v4_rule *v4_hook_ask(struct v4_core *core, enum v4_hook hook, unsigned in,
                                  unsigned out, struct v4_ip *ip, uint8_t *buffer);
/* Counts what a rule discards, and tells of it where the rule says so. */
void v4_hook_discard(struct v4_core *core, const struct v4_rule *rule, struct v4_span packet);
