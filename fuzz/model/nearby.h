/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host's neighbours: what ARP has told it of them (RFC 826), and where its packets go (RFC 1122
 * 3.3.1.1). */
#pragma once
#include "model/known.h"

uint32_t model_mask(unsigned len);
/* The address of a neighbour there. */
bool model_on_link(const struct model_iface *iface, uint32_t addr);
/* Whom it must know; NULL: nobody of that address. */
const struct model_known *model_find_known(const struct model_host *model, unsigned iface,
                                           uint32_t addr);
/* Is it a neighbour that it knows? */
bool model_reaches(const struct model_host *model, uint32_t addr);
/* It is doubted, or spoken of in a way that leaves open what the host makes of it. */
void model_doubt_known(struct model_host *model, uint32_t addr);
/* From here on this must come. */
void model_want(struct model_host *model, struct model_wanted wanted);

/* ARP is given to it. */
void model_on_arp(struct model_host *model, unsigned iface, const struct model_frame *frame);
/* What is wrong with where it sends this; NULL: nothing. */
const char *model_where_fault(const struct model_host *model, unsigned iface,
                              const struct model_frame *frame);
