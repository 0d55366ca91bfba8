/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host as its own upper tester sees it: not part of the public face. */
#pragma once
#include "proto/core.h"

struct v4_host;

/* Does what is due at `now`; what is behind the host, until the next call for it. */
struct v4_core *v4_host_enter(struct v4_host *host, v4_time now);
/* An interface goes up or down; who comes up tests and learns anew what it has to. */
void v4_iface_bring(struct v4_core *core, unsigned iface, bool up);
/* Receives what we have sent to ourselves meanwhile. */
void v4_host_settle(struct v4_host *host);
