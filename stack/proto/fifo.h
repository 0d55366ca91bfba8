/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Records of octets in one buffer of fixed size, first in, first out. A record is written from
 * several spans and read as one. Room that no record holds is poisoned for the sanitizers. */
#pragma once
#include <stdbool.h>
#include "base/span.h"

struct v4_fifo {
    uint8_t *octets;
    size_t size;
    size_t first, end; /* the records lie from first to end; once wrapped, from first to limit, then
                          from 0 to end */
    size_t limit;
    bool wrapped;
    size_t taken; /* octets at `first` that the last _take lent */
};

/* False, and nothing allocated, when memory is short. */
bool v4_fifo_open(struct v4_fifo *fifo, size_t size);
/* Also of a queue that is all zero. */
void v4_fifo_close(struct v4_fifo *fifo);
/* Forgets all records, and ends the loan of the last _take. */
void v4_fifo_clear(struct v4_fifo *fifo);

/* Appends one record; false, and nothing changed, when there is no room. Ends the loan of the last
 * _take. */
bool v4_fifo_put(struct v4_fifo *fifo, const struct v4_span *parts, size_t count);
/* Is there room for so many records of up to `len` octets each? Ends the loan of the last _take. */
bool v4_fifo_takes(struct v4_fifo *fifo, size_t count, size_t len);
/* Removes the oldest record, which is aligned for any type and borrowed until the next call; false
 * when there is none. */
bool v4_fifo_take(struct v4_fifo *fifo, struct v4_span *ret_record);
