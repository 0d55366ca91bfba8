/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Frames from the Ethernet below: which of them are for us, and whose they are then. */
#pragma once
#include "proto/core.h"

/* A frame from the interface. */
void v4_link_input(struct v4_core *core, unsigned iface, struct v4_span frame);
