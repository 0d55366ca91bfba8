/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/fifo.h"
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include "base/poison.h"

#define ALIGN alignof(max_align_t)

/* A record is its length, in a block of its own so that the octets are aligned, then the octets. */
static size_t stored(size_t len)
{
    return ALIGN + (len + ALIGN - 1) / ALIGN * ALIGN;
}

bool v4_fifo_open(struct v4_fifo *fifo, size_t size)
{
    uint8_t *octets = malloc(size);

    if (octets == NULL)
        return false;
    *fifo = (struct v4_fifo){.octets = octets, .size = size};
    v4_poison(octets, size);
    return true;
}

void v4_fifo_close(struct v4_fifo *fifo)
{
    if (fifo->octets != NULL)
        v4_unpoison(fifo->octets, fifo->size);
    free(fifo->octets);
    *fifo = (struct v4_fifo){0};
}

void v4_fifo_clear(struct v4_fifo *fifo)
{
    v4_poison(fifo->octets, fifo->size);
    *fifo = (struct v4_fifo){.octets = fifo->octets, .size = fifo->size};
}

static bool is_empty(const struct v4_fifo *fifo)
{
    return !fifo->wrapped && fifo->first == fifo->end;
}

static void end_loan(struct v4_fifo *fifo)
{
    if (fifo->taken == 0)
        return;
    v4_poison(fifo->octets + fifo->first, fifo->taken);
    fifo->first += fifo->taken;
    fifo->taken = 0;
    if (fifo->wrapped && fifo->first == fifo->limit) {
        fifo->first = 0;
        fifo->wrapped = false;
    }
    if (is_empty(fifo))
        fifo->first = fifo->end = 0;
}

/* Where the next `need` octets go: behind the last record, or at the front again when only there is
 * room. */
static bool find_room(struct v4_fifo *fifo, size_t need)
{
    if (fifo->wrapped)
        return fifo->first - fifo->end >= need;
    if (fifo->size - fifo->end >= need)
        return true;
    if (fifo->first < need)
        return false;
    fifo->limit = fifo->end;
    fifo->end = 0;
    fifo->wrapped = true;
    return true;
}

bool v4_fifo_takes(struct v4_fifo *fifo, size_t count, size_t len)
{
    size_t need = stored(len);

    end_loan(fifo);
    if (fifo->wrapped)
        return (fifo->first - fifo->end) / need >= count;
    return (fifo->size - fifo->end) / need + fifo->first / need >= count;
}

bool v4_fifo_put(struct v4_fifo *fifo, const struct v4_span *parts, size_t count)
{
    size_t len = 0;

    end_loan(fifo);
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    if (!find_room(fifo, stored(len)))
        return false;

    uint8_t *record = fifo->octets + fifo->end;
    v4_unpoison(record, sizeof len);
    memcpy(record, &len, sizeof len);
    record += ALIGN;
    v4_unpoison(record, len);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len != 0)
            memcpy(record, parts[i].octets, parts[i].len);
        record += parts[i].len;
    }
    fifo->end += stored(len);
    return true;
}

bool v4_fifo_take(struct v4_fifo *fifo, struct v4_span *ret_record)
{
    size_t len;

    end_loan(fifo);
    if (is_empty(fifo))
        return false;
    memcpy(&len, fifo->octets + fifo->first, sizeof len);
    fifo->taken = stored(len);
    *ret_record = (struct v4_span){fifo->octets + fifo->first + ALIGN, len};
    return true;
}
