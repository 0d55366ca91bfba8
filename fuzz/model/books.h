/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host's own books: do its counters add up, and to what was seen of it? What comes in leaves by
 * one way or is dropped under one name (RFC 1213's groups ip, icmp and udp; docs/counters.md,
 * docs/drops.md). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* What was seen of a host from when it was opened. */
struct model_books {
    size_t given, taken; /* frames */
    size_t ieee;         /* of 802.3 among those given: commands of 802.2 are answered */
    bool calls;          /* its user has sent, and may have to itself */
};

/* Holds the answer to `counters` against it, after so long a time that nothing is held any more.
 * NULL, or what does not add up. */
const char *model_books_fault(const struct model_books *seen, const char *counters);
