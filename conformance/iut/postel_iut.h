/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a stack exports to be judged over the link `sim`: a shared object with
 * these eight calls. One thread calls them, never from within each other. Times are nanoseconds
 * that only grow; the object reads no clock. Frames are Ethernet frames without FCS, at most 65,549
 * octets. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define POSTEL_IUT_NEVER UINT64_MAX

struct postel_iut; /* the object's own state */

/* `settings` holds one `key=value` a line: seed, profile, gateway, and for interface N from 0 on
 * ifN=mac,address,prefix
 * (`if0=02:00:00:00:00:02,198.18.0.2,20`). `clock=real`: nobody carries out `advance`, so `vtime`
 * is not announced. `ut`: the nanoseconds from midnight UT to time 0; without it nobody knows.
 * Unknown keys are ignored. NULL: it cannot run so. */
struct postel_iut *postel_iut_open(const char *settings);
/* A frame arrives; `frame` is the caller's and gone after the call. */
void postel_iut_input(struct postel_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                      uint64_t now);
/* The next frame to send: its length, or 0 when there is none. `frame` has room for 65,549 octets.
 */
size_t postel_iut_output(struct postel_iut *iut, unsigned *ret_iface, uint8_t *frame);
/* When `_tick` wants to be called next; POSTEL_IUT_NEVER if not at all. */
uint64_t postel_iut_next_timeout(struct postel_iut *iut);
void postel_iut_tick(struct postel_iut *iut, uint64_t now);
/* One line of the upper tester's protocol, without LF. Calls `emit` for each line of the answer
 * (events, then the reply). */
void postel_iut_line(struct postel_iut *iut, const char *line, uint64_t now,
                     void (*emit)(void *context, const char *line), void *context);
void postel_iut_reset(struct postel_iut *iut);
void postel_iut_close(struct postel_iut *iut);
