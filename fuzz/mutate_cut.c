/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to packets that are to be cut: how long they are, whether they are fragments, which
 * options they have, and the MTUs that come next. */
#include <string.h>
#include "mutate.h"

#define MORE 0x2000

static size_t header_len(const struct draft_record *frame)
{
    size_t len = packet_header_len(frame);

    return len < 20 || len > packet_len(frame) ? 20 : len;
}

static bool set_len(struct draft *draft, struct draft_record *frame, size_t len)
{
    if (len > UINT16_MAX || !draft_resize(draft, frame, 14 + len))
        return false;
    v4_put16(packet_of(frame) + 2, (uint16_t)len);
    return true;
}

static void data(struct draft *draft, struct draft_record *frame)
{
    size_t len = header_len(frame);
    size_t near = 8 * draft_below(draft, 64) + DRAFT_ONE_OF(draft, 0, 0, 1, 4, 7);

    set_len(draft, frame, len + near);
}

static void place(struct draft *draft, struct draft_record *frame)
{
    uint32_t more = draft_once_in(draft, 2) ? MORE : 0;
    size_t len = header_len(frame), blocks = (packet_len(frame) - len) / 8;

    v4_put16(packet_of(frame) + 6,
             (uint16_t)(more | DRAFT_ONE_OF(draft, 0, 0, 1, 2, 185, 0x1000, 0x1fff - 64)));
    if (more != 0)
        set_len(draft, frame, len + 8 * (blocks > 0 ? blocks : 1));
}

static void flags(struct draft *draft, struct draft_record *frame)
{
    packet_of(frame)[6] ^= (uint8_t)DRAFT_ONE_OF(draft, 0x80, 0x40, 0x20);
}

/* As many octets of options as words are left, from such as are copied and such as are not. */
static void options(struct draft *draft, struct draft_record *frame)
{
    static const uint8_t kinds[][12] = {
        {1},       {7, 7, 4},      {68, 8, 5}, {131, 7, 4, 192, 0, 2, 1},
        {130, 11}, {136, 4, 0, 1}, {148, 4},   {0x9e, 3},
        {0x1e, 3}, {0x9e, 6},
    };
    uint8_t made[40] = {0};
    size_t old = header_len(frame), count = packet_len(frame) - old, len = 0;

    for (size_t n = draft_below(draft, 6); n > 0; n--) {
        const uint8_t *kind = kinds[draft_below(draft, sizeof kinds / sizeof *kinds)];
        size_t size = *kind == 1 ? 1 : kind[1];
        if (len + size > sizeof made)
            break;
        memcpy(made + len, kind, size);
        len += size;
    }
    len = (len + 3) / 4 * 4;
    if (!set_len(draft, frame, 20 + len + count))
        return;
    uint8_t *p = packet_of(frame);
    memcpy(p + 20, made, len);
    for (size_t i = 0; i < count; i++)
        p[20 + len + i] = (uint8_t)(i * 7 + count);
    p[0] = (uint8_t)(0x45 + len / 4);
}

static void octets(struct draft *draft, struct draft_record *frame)
{
    packet_of(frame)[1 + draft_below(draft, 19)] ^= (uint8_t)(1 << draft_below(draft, 8));
    v4_put16(packet_of(frame) + 2, (uint16_t)packet_len(frame));
}

static void (*const changes[])(struct draft *, struct draft_record *) = {data,  data,    place,
                                                                         flags, options, octets};

/* The MTUs of the frame at `at`. */
static void step(struct draft *draft, size_t at)
{
    const struct draft_record advance = {
        .is = {.kind = SCRIPT_ADVANCE, .milliseconds = (uint16_t)draft_below(draft, 0x10000)}};

    draft_insert(draft, at, &advance);
}

void mutate_script(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (!frame)
        frame = draft_new_packet(draft, 0, 20 + draft_below(draft, 400));
    if (!frame)
        return;
    for (size_t n = 1 + draft_below(draft, 3); n > 0 && frame->len >= 14 + 20; n--)
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft, frame);
    packet_repair(frame);
    if (draft_once_in(draft, 2))
        step(draft, (size_t)(frame - draft->records));
    while (draft->count > 6)
        draft_remove(draft, draft_below(draft, draft->count));
}
