/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host's user is told of its ways and paths, and what is changed of them by lines
 * (docs/upper-tester.md), held against what is known (ways.h). */
#pragma once
#include "model/known.h"

/* Before a call. */
void model_ways_line(struct model_host *model);
/* NULL, or what is wrong with an event or with the reply to model->line. */
const char *model_ways_said(struct model_host *model, const char *line);
/* What the setting or item of `line` makes unsure, of that which is known all the same. */
unsigned model_ways_decides(struct model_host *model, const char *line, unsigned unsure);

/* Of what interface an address is; MODEL_EVERY_IFACE: of none. */
unsigned model_ways_from(const struct model_host *model, uint32_t addr);
/* The address of one host elsewhere, to which ways lead; not those of RFC 3927, which are near. */
bool model_is_elsewhere(const struct model_host *model, uint32_t addr);
/* What its first hop carries of what goes to `dst`, 0: nothing goes there; false: not known. */
bool model_first_hop(const struct model_host *model, uint32_t dst, unsigned tos, unsigned *ret_mtu);
/* And the whole path. */
bool model_path_carries(const struct model_host *model, uint32_t dst, unsigned tos,
                        unsigned *ret_mtu);
