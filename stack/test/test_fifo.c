/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/poison.h"
#include "octets.h"
#include "proto/fifo.h"

#define SIZE 256

static bool put(struct v4_fifo *fifo, uint8_t value, size_t len)
{
    uint8_t octets[SIZE];

    memset(octets, value, sizeof octets);
    struct v4_span parts[] = {{octets, len / 2}, {octets, 0}, {octets, len - len / 2}};
    return v4_fifo_put(fifo, parts, 3);
}

static bool take(struct v4_fifo *fifo, uint8_t value, size_t len)
{
    struct v4_span record;

    if (!v4_fifo_take(fifo, &record) || record.len != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (record.octets[i] != value)
            return false;
    return true;
}

/* What it says of its room is what then fits, wherever in the buffer it stands. */
Test(fifo, tells_how_many_more_it_takes)
{
    struct v4_fifo fifo;
    struct v4_span record;

    cr_assert(v4_fifo_open(&fifo, SIZE));
    for (size_t round = 0; round < 200; round++) {
        size_t count = 0, len = round * 11 % 50;
        while (v4_fifo_takes(&fifo, count + 1, len))
            count++;
        cr_expect(!v4_fifo_takes(&fifo, count + 2, len));
        for (size_t i = 0; i < count; i++)
            cr_assert(put(&fifo, 7, len), "%zu of %zu", i, count);
        cr_assert(!put(&fifo, 7, len));
        for (size_t i = 0; i < 1 + round % 3; i++)
            cr_assert(v4_fifo_take(&fifo, &record) || i > 0);
    }
    v4_fifo_close(&fifo);
}

Test(fifo, gives_back_what_was_put_in_its_order)
{
    struct v4_fifo fifo;
    uint8_t in = 0, out = 0;

    cr_assert(v4_fifo_open(&fifo, SIZE));
    for (size_t round = 0; round < 200; round++) {
        size_t len = round * 7 % 60;
        if (put(&fifo, in, len))
            in++;
        else
            cr_assert(in != out); /* an empty one has room */
        struct v4_span record;
        if (round % 3 == 2)
            continue;
        cr_assert(v4_fifo_take(&fifo, &record) == (in != out));
        if (record.len != 0)
            cr_assert(record.octets[0] == out && record.octets[record.len - 1] == out);
        out++;
    }
    cr_expect(in > 100);
    v4_fifo_close(&fifo);
}

Test(fifo, is_full_and_then_has_room_again)
{
    struct v4_fifo fifo;

    cr_assert(v4_fifo_open(&fifo, SIZE));
    for (int again = 0; again < 5; again++) {
        size_t count = 0;
        while (put(&fifo, (uint8_t)count, 32))
            count++;
        cr_expect(count == SIZE / 48, "%zu",
                  count); /* a record of 32 takes 16 more for its length */
        for (size_t i = 0; i < count; i++)
            cr_expect(take(&fifo, (uint8_t)i, 32));
        struct v4_span record;
        cr_expect(!v4_fifo_take(&fifo, &record));
    }
    cr_expect(!put(&fifo, 1, SIZE - 15));
    cr_expect(put(&fifo, 1, SIZE - 16));
    cr_expect(take(&fifo, 1, SIZE - 16));
    v4_fifo_close(&fifo);
}

/* As full as can be: room is there where the record was that is lent no more. */
Test(fifo, a_record_gives_its_room_to_the_next)
{
    struct v4_fifo fifo;
    uint8_t count = 0;

    cr_assert(v4_fifo_open(&fifo, SIZE));
    while (put(&fifo, count, 32))
        count++;
    cr_assert(take(&fifo, 0, 32));
    cr_expect(put(&fifo, count, 32));
    for (uint8_t i = 1; i <= count; i++)
        cr_expect(take(&fifo, i, 32));
    v4_fifo_close(&fifo);
}

Test(fifo, clear_empties_it)
{
    struct v4_fifo fifo;
    struct v4_span record;

    cr_assert(v4_fifo_open(&fifo, SIZE));
    cr_assert(put(&fifo, 1, 10) && put(&fifo, 2, 10) && take(&fifo, 1, 10));
    v4_fifo_clear(&fifo);
    cr_expect(!v4_fifo_take(&fifo, &record));
    cr_expect(put(&fifo, 3, SIZE - 16));
    v4_fifo_close(&fifo);
    v4_fifo_close(&fifo); /* what is closed is all zero, and may be closed */
    v4_fifo_close(&(struct v4_fifo){0});
}

static void read_after_the_loan(void *context)
{
    struct v4_fifo *fifo = context;
    struct v4_span record, next;

    put(fifo, 1, 10);
    v4_fifo_take(fifo, &record);
    v4_fifo_take(fifo, &next);
    if (*(const volatile uint8_t *)record.octets != 1) /* poisoned, where a sanitizer watches */
        _exit(0);
}

Test(fifo, a_record_may_not_be_read_after_its_loan)
{
    struct v4_fifo fifo;

    cr_assert(v4_fifo_open(&fifo, SIZE));
    cr_expect(dies(read_after_the_loan, &fifo) == V4_ASAN);
    v4_fifo_close(&fifo);
}
