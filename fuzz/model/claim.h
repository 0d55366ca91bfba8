/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One claim among the others: what the two halves of claims.h share. */
#pragma once
#include "model/claims.h"

#define MODEL_STAYS 2 /* of the setting `defend`: it is never given up */

/* In words that last until the next ones. */
const char *model_claim_fault(struct model_claims *claims, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* NULL: there is none. */
struct model_claim *model_claim_find(struct model_claims *claims, unsigned iface, uint32_t addr);
struct model_claim *model_claim_ours(struct model_claims *claims, uint32_t addr);
/* RFC 3927: the one of the interface that it has chosen. */
struct model_claim *model_claim_chosen(struct model_claims *claims, unsigned iface);

/* NULL: there are too many, and nothing is judged any more. */
struct model_claim *model_claim_add(struct model_claims *claims, struct model_claim claim);
void model_claim_gone(struct model_claims *claims, struct model_claim *claim);
/* It becomes the last of all, or the first; where it is then. */
struct model_claim *model_claim_moved(struct model_claims *claims, struct model_claim *claim,
                                      bool first);

/* In its network; and a network's number or its broadcast address (RFC 1122 3.2.1.3). */
bool model_claim_near(const struct model_claim *claim, uint32_t addr);
bool model_claim_edge(const struct model_claim *claim, uint32_t addr);

/* From now, or when conflicts let it. */
void model_claim_test(struct model_claims *claims, struct model_claim *claim);
/* Does the interface need an address of its own choice? RFC 3927 1.9: not beside another, which
 * replaces it after a while. */
void model_claim_review(struct model_claims *claims, unsigned iface);
/* What it has chosen is seen. */
void model_claim_learn(struct model_claims *claims, struct model_claim *claim, uint32_t addr);
