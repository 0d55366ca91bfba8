/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What every fuzz target shares. A target is deterministic, returns 0, and keeps nothing from one
 * input to the next; any engine that calls LLVMFuzzerTestOneInput() can drive it. Its input is a
 * script (docs/script.md).
 *
 * An oracle names the invariant that it guards: ORACLE(n == 20, "return: %zu octets", n) is about
 * `return`, which the target's header comment states. A broken one says so in one line, shows the
 * stack and aborts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

#define FUZZ_ETHERNET 14 /* octets of a frame before its packet */

#define ORACLE(condition, ...)                                                                     \
    ((condition) ? (void)0 : oracle_broken(__FILE__, __LINE__, __VA_ARGS__))

_Noreturn void oracle_broken(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The packet of a frame, in an allocation of exactly its size, so that a sanitizer sees one octet
 * too many. False for a frame with less than an Ethernet header. The caller frees
 * ret_packet->octets. */
bool fuzz_packet(struct v4_span frame, struct v4_span *ret_packet);

/* Edges of the control flow that were executed so far in the sources which fuzz/meson.build has
 * counted for this target: a measure of work that is the same each time. How many edges code has is
 * the compiler's business. */
extern uint64_t fuzz_edges;

/* A target whose packets come through a parser says of each whether it got through, and goes on if
 * so. Where fewer than FUZZ_FLOOR in a hundred do, replay_X fails and a search says that it judged
 * nothing: a parser that refuses everything breaks no oracle behind it. */
#define FUZZ_FLOOR 25
extern uint64_t fuzz_given, fuzz_through;
bool fuzz_gets_through(bool kept);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
