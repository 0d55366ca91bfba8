/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to ICMP messages and to what carries them: types, lengths, extensions, entries of
 * routers; and the ways in which a datagram may come that forbid an error about it. */
#include <string.h>
#include "mutate.h"

#define MESSAGE (14 + 20)

static uint8_t *message_of(struct draft_record *frame)
{
    return frame->octets + MESSAGE;
}

static uint32_t sum_of(const uint8_t *octets, size_t len)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? octets[i] : octets[i] * 256u;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static void put_sum(uint8_t *octets, size_t len, size_t at)
{
    v4_put16(octets + at, 0);
    v4_put16(octets + at, (uint16_t)~sum_of(octets, len));
}

static void any_octets(struct draft *draft, struct draft_record *frame)
{
    draft_mutate(draft, frame);
}

static void type(struct draft *draft, struct draft_record *frame)
{
    message_of(frame)[0] = (uint8_t)DRAFT_ONE_OF(draft, 0, 3, 4, 5, 8, 9, 11, 12, 13, 14, 17, 200);
}

static void second_word(struct draft *draft, struct draft_record *frame)
{
    message_of(frame)[4 + draft_below(draft, 4)] =
        (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 2, 3, 31, 32, 33, 34, 128, 255);
}

static void code(struct draft *draft, struct draft_record *frame)
{
    message_of(frame)[1] = (uint8_t)DRAFT_ONE_OF(draft, 0, 0, 1, 4, 255);
}

static void length(struct draft *draft, struct draft_record *frame)
{
    size_t len = frame->len - MESSAGE;

    draft_resize(draft, frame,
                 MESSAGE + DRAFT_ONE_OF(draft, 7, 8, 20, 28, 36, (uint32_t)len - 1,
                                        (uint32_t)len + 1, (uint32_t)len + 4, 144, 148) %
                               0x200);
}

/* A structure of one object or two behind a quote of 128 octets. */
static void extension(struct draft *draft, struct draft_record *frame)
{
    static const uint8_t objects[] = {0x20, 0, 0, 0, 0, 8, 1, 1, 7, 7, 7, 7, 0, 4, 200, 9};
    size_t len = draft_once_in(draft, 2) ? 12 : 16;

    if (!draft_resize(draft, frame, MESSAGE + 8 + 128 + len))
        return;
    uint8_t *m = message_of(frame);
    m[0] = (uint8_t)DRAFT_ONE_OF(draft, 3, 11, 12, 12, 5);
    m[5] = 32;
    m[8] = 0x45;
    memcpy(m + 136, objects, len);
    m[136 + draft_below(draft, len)] ^= (uint8_t)(draft_once_in(draft, 2) << draft_below(draft, 8));
}

static void to_whom(struct draft *draft, struct draft_record *frame)
{
    static const uint32_t places[] = {0xc6120002, 0xc6120002, 0xffffffff, 0xc6120fff,
                                      0xe0000001, 0xc6124042, 0};

    v4_put32(frame->octets + 14 + 16, places[draft_below(draft, 7)]);
    if (draft_once_in(draft, 3))
        memset(frame->octets, 0xff, 6);
}

static void from_whom(struct draft *draft, struct draft_record *frame)
{
    v4_put32(frame->octets + 14 + 12,
             DRAFT_ONE_OF(draft, 0xc6120001, 0xc6120001, 0xc0000201, 0, 0x7f000001, 0xe0000001));
}

static void protocol(struct draft *draft, struct draft_record *frame)
{
    frame->octets[14 + 9] = (uint8_t)DRAFT_ONE_OF(draft, 1, 1, 17, 253);
    v4_put16(frame->octets + 14 + 6, (uint16_t)DRAFT_ONE_OF(draft, 0, 0, 0, 0x2000, 1));
    frame->octets[14 + 1] = (uint8_t)draft_below(draft, 256);
}

static void (*const changes[])(struct draft *, struct draft_record *) = {
    any_octets, type, second_word, code, length, extension, to_whom, from_whom, protocol};

/* Lengths and checksums are right again, but for one in eight. */
static void repair(struct draft *draft, struct draft_record *frame)
{
    uint8_t *m = message_of(frame);
    size_t len = frame->len - MESSAGE, at = 8 + m[5] * 4u;

    if (draft_once_in(draft, 8))
        return;
    v4_put16(frame->octets + 14 + 2, (uint16_t)(len + 20));
    if (frame->octets[14] == 0x45 && frame->octets[14 + 9] == 1) {
        if (m[5] >= 32 && at + 4 <= len && !draft_once_in(draft, 4))
            put_sum(m + at, len - at, 2);
        put_sum(m, len, 2);
    }
    packet_repair(frame);
}

void mutate_script(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL)
        frame = draft_new_packet(draft, 0, 20 + 36);
    if (frame == NULL)
        return;
    for (size_t n = 1 + draft_below(draft, 3); n > 0 && frame->len >= MESSAGE + 8; n--)
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft, frame);
    if (frame->len >= MESSAGE + 8)
        repair(draft, frame);
    if (draft_once_in(draft, 32))
        draft_insert(draft, draft_below(draft, draft->count), frame);
    if (draft->count > 2 && draft_once_in(draft, 8))
        draft_remove(draft, draft_below(draft, draft->count));
}
