/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to one packet's header: what it says of itself against what arrived, and each field at
 * its edges. */
#include "mutate.h"

static void any_octets(struct draft *draft, struct draft_record *frame)
{
    draft_mutate(draft, frame);
}

static void version(struct draft *draft, struct draft_record *frame)
{
    uint8_t *p = packet_of(frame);

    p[0] = (uint8_t)(draft_below(draft, 16) << 4 | (p[0] & 0x0f));
}

static void header_words(struct draft *draft, struct draft_record *frame)
{
    uint8_t *p = packet_of(frame);

    p[0] = (uint8_t)((p[0] & 0xf0) | draft_below(draft, 16));
}

static void total_length(struct draft *draft, struct draft_record *frame)
{
    uint32_t len = (uint32_t)packet_len(frame), header_len = (uint32_t)packet_header_len(frame);

    v4_put16(packet_of(frame) + 2,
             (uint16_t)DRAFT_ONE_OF(draft, len, len - 1, len + 1, header_len, header_len - 1,
                                    header_len + 1, 0, 19, 20, 0xffff, len / 2, len | 0x100));
}

static void arrives(struct draft *draft, struct draft_record *frame)
{
    uint32_t len = v4_be16(packet_of(frame) + 2);
    uint32_t header_len = (uint32_t)packet_header_len(frame);

    draft_resize(draft, frame,
                 14 + (size_t)DRAFT_ONE_OF(draft, len, len - 1, len + 1, header_len, header_len - 4,
                                           header_len + 1, 0, 1, 12, 16, 19, 20, 21) %
                          0x800);
}

static void fragment(struct draft *draft, struct draft_record *frame)
{
    uint32_t flags = (uint32_t)draft_below(draft, 8) << 13;

    v4_put16(packet_of(frame) + 6,
             (uint16_t)(flags | DRAFT_ONE_OF(draft, 0, 1, 0x1fff, 0x1000, 0x00ff, 0x0100)));
}

/* RFC 1071: zero has two forms. Makes the other words add up to one, and the checksum the other. */
static void zero_checksum(struct draft *draft, struct draft_record *frame)
{
    uint8_t *p = packet_of(frame);
    uint16_t id = 0;

    v4_put16(p + 4, 0);
    packet_repair(frame);
    id = v4_be16(p + 10);
    v4_put16(p + 4, id);
    v4_put16(p + 10, draft_once_in(draft, 2) ? 0xffff : 0);
}

static void (*const changes[])(struct draft *, struct draft_record *) = {
    any_octets, any_octets, version, header_words, total_length, arrives, fragment};

void mutate_script(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (!frame)
        frame = draft_new_packet(draft, 0, 20 + draft_below(draft, 9) * 4);
    if (!frame)
        return;

    for (size_t n = 1 + draft_below(draft, 3); n > 0 && frame->len >= 14 + 20; n--)
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft, frame);
    if (!draft_once_in(draft, 8))
        packet_repair(frame);
    if (frame->len >= 14 + 20 && draft_once_in(draft, 16))
        zero_checksum(draft, frame);

    if (draft_once_in(draft, 32))
        draft_insert(draft, draft_below(draft, draft->count), frame);
    if (draft->count > 1 && draft_once_in(draft, 4))
        draft_remove(draft, draft_below(draft, draft->count));
}
