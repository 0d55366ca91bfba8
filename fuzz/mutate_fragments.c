/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to fragments: split, overlapped, shifted, reordered, duplicated, resized, given to
 * another datagram or another policy, with time passing between them. What they touch stays a
 * well-formed packet most of the time, because a parser that does its work lets nothing else come
 * near reassembly. */
#include "mutate.h"

#define UNIT 8 /* RFC 791 3.1: offsets count octets by eight */
#define MORE 0x2000
#define OFFSET 0x1fff

static uint16_t place(const struct draft_record *frame)
{
    return v4_be16(packet_of(frame) + 6);
}

static void set_place(struct draft_record *frame, size_t offset, bool more)
{
    v4_put16(packet_of(frame) + 6, (uint16_t)((offset & OFFSET) | (more ? MORE : 0)));
}

static size_t header_len(const struct draft_record *frame)
{
    size_t len = packet_header_len(frame);

    return len < 20 || len > packet_len(frame) ? 20 : len;
}

static size_t data_len(const struct draft_record *frame)
{
    return packet_len(frame) - header_len(frame);
}

static bool set_data_len(struct draft *draft, struct draft_record *frame, size_t len)
{
    size_t total = header_len(frame) + len;

    if (total > UINT16_MAX || !draft_resize(draft, frame, 14 + total))
        return false;
    v4_put16(packet_of(frame) + 2, (uint16_t)total);
    return true;
}

/* New octets, so that it shows whose data was delivered. */
static void refill(struct draft *draft, struct draft_record *frame)
{
    uint8_t *data = packet_of(frame) + header_len(frame);
    uint8_t octet = (uint8_t)draft_below(draft, 256);

    for (size_t i = 0; i < data_len(frame); i++)
        data[i] = (uint8_t)(octet + i);
}

static size_t index_of(const struct draft *draft, const struct draft_record *frame)
{
    return (size_t)(frame - draft->records);
}

static void split(struct draft *draft, struct draft_record *frame)
{
    size_t at = index_of(draft, frame), blocks = data_len(frame) / UNIT;

    if (blocks < 1 || data_len(frame) == UNIT || !draft_insert(draft, at, frame))
        return;

    struct draft_record *left = draft->records + at, *right = left + 1;
    size_t cut = 1 + draft_below(draft, blocks - 1);
    size_t head = header_len(right), from = head + cut * UNIT, len = packet_len(right) - from;
    uint8_t *p = packet_of(right);
    for (size_t i = 0; i < len; i++)
        p[head + i] = p[from + i];
    set_place(right, (size_t)(place(right) & OFFSET) + cut, place(right) & MORE);
    set_data_len(draft, right, len);
    set_place(left, place(left) & OFFSET, true);
    set_data_len(draft, left, cut * UNIT);
}

/* The same place, or one near it, with other octets. */
static void overlap(struct draft *draft, struct draft_record *frame)
{
    size_t at = index_of(draft, frame);

    if (!draft_insert(draft, at, frame))
        return;

    struct draft_record *copy = draft->records + at + draft_below(draft, 2);
    size_t offset =
        (place(copy) & OFFSET) + DRAFT_ONE_OF(draft, 0, 0, 1, 2, 0xffffffff, 0xfffffffe);
    set_place(copy, offset, place(copy) & MORE);
    refill(draft, copy);
}

static void shift(struct draft *draft, struct draft_record *frame)
{
    uint32_t offset = place(frame) & OFFSET;
    uint32_t last =
        (uint32_t)((UINT16_MAX - data_len(frame)) / UNIT); /* that keeps within 65,535 */

    set_place(frame,
              DRAFT_ONE_OF(draft, offset - 1, offset + 1, offset + 2, 0, 1, 2, 3, last - 3,
                           last - 2, last, last + 1, 0x1fff, 0x1000),
              place(frame) & MORE);
}

static void more(struct draft *draft, struct draft_record *frame)
{
    (void)draft;
    set_place(frame, place(frame) & OFFSET, !(place(frame) & MORE));
}

static void resize(struct draft *draft, struct draft_record *frame)
{
    uint32_t len = (uint32_t)data_len(frame);

    set_data_len(draft, frame,
                 DRAFT_ONE_OF(draft, len + 1, len + 7, len + 8, len + 16, len > 0 ? len - 1 : 0,
                              len > 8 ? len - 8 : 0, len & ~7u, 0, 8, 16, 24, 1, 1480));
}

static void key(struct draft *draft, struct draft_record *frame)
{
    /* Of service, time to live, identification, protocol, source and destination. */
    static const uint8_t octets[] = {1, 4, 5, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19};
    size_t octet = octets[draft_below(draft, sizeof octets)];

    packet_of(frame)[octet] ^= (uint8_t)(1u << draft_below(draft, 3));
}

static void swap(struct draft *draft, struct draft_record *frame)
{
    struct draft_record *other = draft->records + draft_below(draft, draft->count);
    struct draft_record kept = *other;

    *other = *frame;
    *frame = kept;
}

static void duplicate(struct draft *draft, struct draft_record *frame)
{
    draft_insert(draft, draft_below(draft, draft->count + 1), frame);
}

static void remove_one(struct draft *draft, struct draft_record *frame)
{
    if (draft->count > 1)
        draft_remove(draft, index_of(draft, frame));
}

static void pass_time(struct draft *draft, struct draft_record *frame)
{
    struct draft_record advance = {.is.kind = SCRIPT_ADVANCE};

    (void)frame;
    advance.is.milliseconds = (uint16_t)DRAFT_ONE_OF(draft, 1, 1000, 14999, 15000, 29999, 30000,
                                                     30001, 45000, 59999, 60000, 60001, 65535);
    draft_insert(draft, draft_below(draft, draft->count + 1), &advance);
}

/* What is missing to the end, as the last fragment: the next place after this one, or the hole
 * before it. */
static void complete(struct draft *draft, struct draft_record *frame)
{
    size_t at = index_of(draft, frame), offset = place(frame) & OFFSET;
    size_t next = offset + (data_len(frame) + UNIT - 1) / UNIT;
    bool before = offset > 0 && draft_once_in(draft, 3);

    if (!draft_insert(draft, at, frame))
        return;

    struct draft_record *copy = draft->records + at + (draft_once_in(draft, 4) ? 0 : 1);
    size_t len =
        before ? offset * UNIT : UNIT * (1 + draft_below(draft, 3)) - draft_below(draft, 2);
    if (len > 4096 || !set_data_len(draft, copy, len))
        return;
    set_place(copy, before ? 0 : next, before);
    refill(draft, copy);
}

/* Options make the header of one fragment longer than its fellows'. */
static void options(struct draft *draft, struct draft_record *frame)
{
    size_t old = header_len(frame), words = draft_below(draft, 11), len = data_len(frame);
    size_t head = 20 + words * 4;

    if (!draft_resize(draft, frame, 14 + (head > old ? head : old) + len))
        return;
    uint8_t *p = packet_of(frame);
    for (size_t i = 0; i < len; i++) {
        size_t from = head > old ? len - 1 - i : i; /* like memmove() */
        p[head + from] = p[old + from];
    }
    for (size_t i = 20; i < head; i++)
        p[i] = 1;
    p[0] = (uint8_t)(0x45 + words);
    set_data_len(draft, frame, len);
}

static void interface(struct draft *draft, struct draft_record *frame)
{
    frame->is.interface = (uint8_t)draft_below(draft, 20);
}

/* All fragments onto one interface: a policy can only be seen at work on several. */
static void one_interface(struct draft *draft, struct draft_record *frame)
{
    for (size_t i = 0; i < draft->count; i++)
        if (draft->records[i].is.kind == SCRIPT_FRAME)
            draft->records[i].is.interface = frame->is.interface;
}

static void any_octets(struct draft *draft, struct draft_record *frame)
{
    draft_mutate(draft, frame);
}

/* Many datagrams at once, to fill the table: copies of the frame, each with its own identification,
 * source or destination. */
static void flood(struct draft *draft, struct draft_record *frame)
{
    size_t at = index_of(draft, frame), field = DRAFT_ONE_OF(draft, 4, 4, 14, 18);

    for (size_t n = 1 + draft_below(draft, 24); n > 0; n--) {
        if (!draft_insert(draft, at, draft->records + at))
            return;
        uint8_t *octets = packet_of(draft->records + at) + field;
        v4_put16(octets, (uint16_t)(v4_be16(octets) + 1));
        packet_repair(draft->records + at);
    }
}

/* One datagram all over its length, to fill the room for octets: copies, each some way behind the
 * last. */
static void scatter(struct draft *draft, struct draft_record *frame)
{
    size_t at = index_of(draft, frame), step = DRAFT_ONE_OF(draft, 1, 64, 64, 65, 128, 1000);

    for (size_t n = 1 + draft_below(draft, 8); n > 0; n--) {
        if (!draft_insert(draft, at, draft->records + at))
            return;
        struct draft_record *copy = draft->records + at;
        set_place(copy, (place(copy) & OFFSET) + step, true);
    }
}

/* The end of the datagram where header and data come to 65,535 octets, or one octet beside. */
static void brink(struct draft *draft, struct draft_record *frame)
{
    size_t header = DRAFT_ONE_OF(draft, 20, 20, (uint32_t)header_len(frame), 24, 60);
    size_t end = UINT16_MAX - header + DRAFT_ONE_OF(draft, 0, 0, 1, 0xffffffff);
    size_t offset = (end & UINT16_MAX) / UNIT - draft_below(draft, 2);

    if (set_data_len(draft, frame, (end & UINT16_MAX) - offset * UNIT))
        set_place(frame, offset, false);
}

static void (*const changes[])(struct draft *, struct draft_record *) = {
    split,      split,     overlap,  overlap,  shift,     more,      resize,
    resize,     key,       swap,     swap,     duplicate, duplicate, remove_one,
    remove_one, pass_time, complete, complete, options,   interface, one_interface,
    any_octets, flood,     scatter,  brink};

void mutate_script(struct draft *draft)
{
    for (size_t n = 1 + draft_below(draft, 5); n > 0; n--) {
        struct draft_record *frame = draft_packet(draft);

        if (!frame)
            frame = draft_new_packet(draft, 0, 20 + UNIT * (1 + draft_below(draft, 6)));
        if (!frame)
            return;
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft, frame);
    }

    bool spoil = draft_once_in(draft, 16);
    for (size_t i = 0; i < draft->count; i++)
        if (draft->records[i].is.kind == SCRIPT_FRAME && !spoil)
            packet_repair(draft->records + i);
}
