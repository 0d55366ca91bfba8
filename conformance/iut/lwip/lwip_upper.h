/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The upper tester (docs/upper-tester.md) over lwIP's own `udp_` and `raw_` calls. */
#pragma once
#include <stdbool.h>

#include "../postel_iut.h"

/* `vtime`: somebody carries out `advance`, so the capability is announced. */
void upper_open(bool vtime);

/* Carries out one line; `emit` gets the events since the line before, then the reply. */
void upper_line(struct postel_iut *iut, const char *line,
                void (*emit)(void *context, const char *line), void *context);

/* Closes every socket and forgets the events. */
void upper_close(void);
