/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What becomes of a packet by its options, before anybody looks at its data. */
#pragma once
#include "proto/core.h"

/* True when the options let the packet in; packet->options says where they are. Else it is dropped,
 * and its sender told where a rule says so. */
bool v4_option_admit(struct v4_core *core, struct v4_packet *packet);
/* The same of a packet for others, which is about to be passed on. */
bool v4_option_pass(struct v4_core *core, struct v4_packet *packet);
