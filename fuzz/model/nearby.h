/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host's neighbours: what ARP has told it of them (RFC 826), and where its packets go (RFC 1122
 * 3.3.1.1). */
#pragma once
#include "model/known.h"

/* Is it a neighbour that it knows? */
bool model_reaches(const struct model_host *model, uint32_t addr);
/* ARP is given to it. */
void model_on_arp(struct model_host *model, unsigned iface, const struct model_frame *frame);
/* What is wrong with where it sends this; NULL: nothing. */
const char *model_where_fault(const struct model_host *model, unsigned iface,
                              const struct model_frame *frame);
