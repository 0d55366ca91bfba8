/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whole conversations for the script of a host: lines of the upper tester and what a neighbour says
 * meanwhile, in the order that reaches what takes several steps. */
#pragma once
#include "mutate.h"

/* Makes one line wrong by one word, or right by its edge. */
void talk_wrong(struct draft *draft);
/* A setting, and what it decides. */
void talk_set(struct draft *draft);
/* An address is added, tested, contested and taken away. */
void talk_claim(struct draft *draft);
/* A neighbour is asked for, answers, is forgotten. */
void talk_neighbor(struct draft *draft);
/* A mask is to be learned, or told. */
void talk_mask(struct draft *draft);
