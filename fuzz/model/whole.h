/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fragments that a host is given, put together by model/reassembly.h within the bounds that the
 * host has in fuzz_host.c, as long as nothing is drawn by lot. One host at a time. */
#pragma once
#include "base/drop.h"
#include "model/frame.h"
#include "model/reassembly.h"

void model_whole_open(void);
/* What it may have got otherwise: from here on nothing is sure. */
void model_whole_lost(void);
bool model_whole_is_sure(void);
/* Who wins where fragments overlap; another choice than before gives up what is held. */
void model_whole_choose(enum model_overlap overlap);
/* The host takes this fragment, which raises the time to `lifetime` at least. True: it completes
 * `*ret_datagram`, whose data are borrowed until the next call. Else it is held, or dropped for
 * `*ret_drop`. Nothing of that when it is not sure afterwards. */
bool model_whole_add(const struct model_packet *fragment, v4_time lifetime, uint64_t now,
                     struct model_datagram *ret_datagram, enum v4_drop *ret_drop);
/* Takes out one whose time is over. */
bool model_whole_expire(uint64_t now, struct model_datagram *ret_datagram);
/* How many have begun, and have left by an exit. */
size_t model_whole_started(void);
size_t model_whole_left(enum model_exit by);
