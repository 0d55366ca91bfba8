/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The binary form of a script (docs/script.md), record by record. Every string of octets is one: a
 * length beyond the end means the rest, and a record too short for its fixed part ends the script.
 * Nothing is copied. */
#pragma once
#include <stdbool.h>
#include "base/span.h"

enum script_kind {
    SCRIPT_FRAME,
    SCRIPT_ADVANCE,
    SCRIPT_OP,
    SCRIPT_INTERFACE
};

/* `interface` is as written: count it modulo the interfaces that there are. */
struct script_record {
    enum script_kind kind;
    uint8_t interface;     /* frame, interface */
    uint16_t milliseconds; /* advance */
    uint32_t address;      /* interface */
    uint8_t prefix_len;    /* interface: 0 to 32 */
    struct v4_span octets; /* frame, op: borrowed from the script */
};

/* Takes the first record off `script`; false when there is none. */
bool script_next(struct v4_span *script, struct script_record *ret_record);

/* Writes a record; returns its length, or 0 when it does not fit into `room` octets. What is longer
 * than a length can say is cut off. `record->octets` must not overlap `to`. */
size_t script_put(const struct script_record *record, uint8_t *to, size_t room);
