/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fragments that a host is given, put together by model/reassembly.h, as long as no bound of
 * the host's is near. One host at a time. */
#pragma once
#include "base/drop.h"
#include "model/frame.h"

void model_whole_open(void);
/* What it may have got otherwise: from here on nothing is sure. */
void model_whole_lost(void);
bool model_whole_is_sure(void);
/* The host takes this fragment, which has no options. True: it completes `*ret_packet`, whose data
 * are borrowed until the next call. */
bool model_whole_add(const struct model_packet *fragment, uint64_t now,
                     struct model_packet *ret_packet);
