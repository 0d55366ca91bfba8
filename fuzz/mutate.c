/* SPDX-License-Identifier: BSD-2-Clause */
#include "mutate.h"
#include <string.h>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
/* libFuzzer is not built for MSan. */
#define WRITTEN(octets, len) __msan_unpoison((octets), (len))
#endif
#endif
#ifndef WRITTEN
#define WRITTEN(octets, len) ((void)(octets), (void)(len))
#endif

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two,
                                 size_t two_size, uint8_t *out, size_t max_size, unsigned seed);

static struct draft the_draft; /* too large for a stack; holds nothing between calls */

static uint64_t draw(struct draft *draft)
{
    /* Xorshift (Marsaglia 2003): quick, and any state but zero will do. */
    draft->random ^= draft->random << 13;
    draft->random ^= draft->random >> 7;
    draft->random ^= draft->random << 17;
    return draft->random;
}

size_t draft_below(struct draft *draft, size_t n)
{
    return n == 0 ? 0 : (size_t)((draw(draft) >> 11) % n);
}

bool draft_once_in(struct draft *draft, size_t n)
{
    return draft_below(draft, n) == 0;
}

static uint8_t *take(struct draft *draft, size_t len)
{
    if (len > DRAFT_ROOM - draft->used)
        return NULL;

    uint8_t *octets = draft->room + draft->used;
    draft->used += len;
    return octets;
}

struct draft_record *draft_insert(struct draft *draft, size_t at, const struct draft_record *record)
{
    struct draft_record copy = *record;

    if (draft->count == DRAFT_RECORDS)
        return NULL;
    copy.octets = take(draft, copy.len);
    if (!copy.octets)
        return NULL;
    if (copy.len > 0)
        memcpy(copy.octets, record->octets, copy.len);

    struct draft_record *slot = draft->records + at;
    memmove(slot + 1, slot, (draft->count - at) * sizeof *slot);
    *slot = copy;
    draft->count++;
    return slot;
}

void draft_remove(struct draft *draft, size_t at)
{
    struct draft_record *slot = draft->records + at;

    draft->count--;
    memmove(slot, slot + 1, (draft->count - at) * sizeof *slot);
}

bool draft_resize(struct draft *draft, struct draft_record *record, size_t len)
{
    if (len > record->len) {
        uint8_t *octets = take(draft, len);
        if (!octets)
            return false;
        memcpy(octets, record->octets, record->len);
        for (size_t i = record->len; i < len; i++)
            octets[i] = (uint8_t)i;
        record->octets = octets;
    }
    record->len = len;
    return true;
}

static bool holds_packet(const struct draft_record *record)
{
    return record->is.kind == SCRIPT_FRAME && record->len >= 14 + 20;
}

struct draft_record *draft_packet(struct draft *draft)
{
    size_t from = draft_below(draft, draft->count);

    for (size_t i = 0; i < draft->count; i++) {
        struct draft_record *record = draft->records + (from + i) % draft->count;
        if (holds_packet(record))
            return record;
    }
    return NULL;
}

struct draft_record *draft_new_packet(struct draft *draft, size_t at, size_t len)
{
    static const uint8_t start[14 + 20] = {
        2,    0, 0, 0, 0, 2, 2, 0, 0,  0,  0, 1, 8,   0, /* Ethernet */
        0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2};
    const struct draft_record nothing = {.is.kind = SCRIPT_FRAME};
    struct draft_record *frame = draft_insert(draft, at, &nothing);

    if (!frame)
        return NULL;
    if (!draft_resize(draft, frame, 14 + len)) {
        draft_remove(draft, at);
        return NULL;
    }
    memcpy(frame->octets, start, sizeof start);
    v4_put16(packet_of(frame) + 2, (uint16_t)len);
    packet_repair(frame);
    return frame;
}

void draft_mutate(struct draft *draft, struct draft_record *record)
{
    size_t room = record->len + 16;
    uint8_t *octets = take(draft, room);

    if (!octets)
        return;
    memcpy(octets, record->octets, record->len);
    record->len = LLVMFuzzerMutate(octets, record->len, room);
    record->octets = octets;
    WRITTEN(octets, record->len);
}

void packet_repair(struct draft_record *frame)
{
    if (!holds_packet(frame))
        return;

    uint8_t *p = packet_of(frame);
    size_t header_len = packet_header_len(frame);
    uint32_t sum = 0;

    if (header_len < 12 || header_len > packet_len(frame))
        return;
    v4_put16(p + 10, 0);
    for (size_t i = 0; i < header_len; i += 2)
        sum += v4_be16(p + i);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    v4_put16(p + 10, (uint16_t)~sum);
}

static void draft_read(struct draft *draft, struct v4_span script, unsigned seed)
{
    struct script_record record;

    draft->count = draft->used = 0;
    draft->random = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    while (draft->count < DRAFT_RECORDS && script_next(&script, &record)) {
        uint8_t *octets = take(draft, record.octets.len);
        if (!octets)
            return;
        if (record.octets.len > 0)
            memcpy(octets, record.octets.octets, record.octets.len);
        draft->records[draft->count++] = (struct draft_record){record, octets, record.octets.len};
    }
}

static size_t draft_write(struct draft *draft, uint8_t *to, size_t room)
{
    size_t len = 0;

    for (size_t i = 0; i < draft->count; i++) {
        struct draft_record *record = draft->records + i;
        record->is.octets = (struct v4_span){record->octets, record->len};
        len += script_put(&record->is, to + len, room - len);
    }
    return len;
}

/* One time in sixteen libFuzzer may do to the script what it likes, so that no form is out of
 * reach. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    WRITTEN(data, size);
    draft_read(&the_draft, (struct v4_span){data, size}, seed);
    if (draft_once_in(&the_draft, 16)) {
        size = LLVMFuzzerMutate(data, size, max_size);
        WRITTEN(data, size);
        return size;
    }
    mutate_script(&the_draft);

    size_t len = draft_write(&the_draft, data, max_size);
    return len > 0 ? len : size;
}

/* The records of one up to some place, then those of the other from some place. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two,
                                 size_t two_size, uint8_t *out, size_t max_size, unsigned seed)
{
    struct draft *draft = &the_draft;

    draft_read(draft, (struct v4_span){one, one_size}, seed);
    draft->count = draft_below(draft, draft->count + 1);
    size_t len = draft_write(draft, out, max_size);

    draft_read(draft, (struct v4_span){two, two_size}, seed);
    for (size_t skip = draft_below(draft, draft->count); skip > 0; skip--)
        draft_remove(draft, 0);
    return len + draft_write(draft, out + len, max_size - len);
}
