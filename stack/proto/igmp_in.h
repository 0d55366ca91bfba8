/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages of IGMP that we receive: the queries of routers, and what other hosts report. */
#pragma once
#include "proto/core.h"

/* As struct v4_protocol has it. */
bool v4_igmp_input(struct v4_core *core, const struct v4_packet *packet);
