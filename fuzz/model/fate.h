/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What becomes of a packet that a host is given, by its options and its place in a datagram: RFC
 * 791 3.1 and 3.2, RFC 1108, RFC 1122 3.2.1.8, 3.3.2 and 3.3.5, RFC 3168 5.3, RFC 6274 3.13. */
#pragma once
#include "model/known.h"

void model_rules_open(struct model_rules *rules);
/* A `set` that was not refused; false: of no name that is known here. */
bool model_rules_set(struct model_host *model, const char *line);

/* The packet of a frame that was read well, before the host has it. */
void model_fate(struct model_host *model, struct model_given *given, bool snap, const uint8_t *to);
/* A frame in 802.3 that cannot be read, or more than can be remembered. */
void model_fate_unread(struct model_host *model);
/* A call that may bring the host packets of its own. */
void model_fate_line(struct model_host *model, const char *line);
/* Time passes: what reassembly gives up now. */
void model_fate_time(struct model_host *model);

/* May the host send this error about it? */
bool model_fate_allows(const struct model_given *given, const struct model_packet *error);
/* May it say that this has taken too long? */
bool model_fate_late(struct model_host *model, const struct model_packet *error);
/* How many octets an error quotes of a datagram, its header and as much as there is room for. */
size_t model_quoted_by(const struct model_rules *rules, const struct model_packet *packet);
size_t model_quoted(const struct model_host *model, const struct model_packet *packet);

/* Holds the answer to `counters` against what was given. NULL, or the name of one that is wrong. */
const char *model_tally_fault(const struct model_host *model, const char *counters);
