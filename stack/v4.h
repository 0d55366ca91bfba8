/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The public face of the stack. An embedder includes this and links libv4:
 *
 *   struct v4_config config = v4_config_default();   fill in an interface's addresses
 *   struct v4_host *host = v4_host_open(&config, &why);
 *   for each frame:   v4_host_input(), then v4_host_output() and v4_host_event() until false
 *   at the time of v4_host_next_timeout():   v4_host_tick(), then the same */
#pragma once
#include "host/host.h"
#include "proto/profile.h"
