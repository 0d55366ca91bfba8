/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Neighbours speak, datagrams are sent to them, time passes; few of them, so that they meet, and
 * now and then many, so that the table is full. */
#include <string.h>
#include "mutate.h"

#define ARP_FRAME 42

static size_t place(struct draft *draft)
{
    return draft_below(draft, draft->count + 1);
}

static uint32_t somebody(struct draft *draft)
{
    return 0xc6120001 + (uint32_t)draft_below(draft, 5);
}

static uint8_t table(struct draft *draft)
{
    return (uint8_t)DRAFT_ONE_OF(draft, 0, 0, 1, 1, 2, 3);
}

static struct draft_record *new_frame(struct draft *draft, size_t len)
{
    const struct draft_record nothing = {.is.kind = SCRIPT_FRAME};
    struct draft_record *frame = draft_insert(draft, place(draft), &nothing);

    if (frame == NULL || !draft_resize(draft, frame, len))
        return NULL;
    frame->is.interface = table(draft);
    return frame;
}

static void arp(struct draft *draft)
{
    static const uint8_t start[ARP_FRAME] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0,
        1,    2,    0,    0,    0,    0,    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    struct draft_record *frame = new_frame(draft, ARP_FRAME);

    if (frame == NULL)
        return;
    memcpy(frame->octets, start, ARP_FRAME);
    frame->octets[21] = (uint8_t)DRAFT_ONE_OF(draft, 1, 1, 2);
    frame->octets[27] = (uint8_t)draft_below(draft, 4);
    v4_put32(frame->octets + 28, somebody(draft));
    v4_put32(frame->octets + 38, DRAFT_ONE_OF(draft, 0xc6120002, 0xc6120002, 0xc6120009));
}

static void datagram(struct draft *draft)
{
    size_t len = DRAFT_ONE_OF(draft, 20, 21, 28, 40, 63, 64, 65);
    struct draft_record *frame = draft_new_packet(draft, place(draft), len);

    if (frame == NULL)
        return;
    frame->is.interface = table(draft);
    v4_put32(packet_of(frame) + 16, somebody(draft));
    for (size_t i = 20; i < len; i++)
        packet_of(frame)[i] = (uint8_t)draft_below(draft, 256);
}

static void call(struct draft *draft)
{
    const struct draft_record op = {.is.kind = SCRIPT_OP};
    struct draft_record *record = draft_insert(draft, place(draft), &op);

    if (record == NULL || !draft_resize(draft, record, 11))
        return;
    record->octets[0] = (uint8_t)DRAFT_ONE_OF(draft, 'f', 'f', 'r');
    v4_put32(record->octets + 1, somebody(draft));
}

static void time_passes(struct draft *draft)
{
    struct draft_record advance = {.is.kind = SCRIPT_ADVANCE};

    advance.is.milliseconds =
        (uint16_t)DRAFT_ONE_OF(draft, 1, 999, 1000, 1001, 2000, 3000, 59000, 59999, 60000, 60001);
    draft_insert(draft, place(draft), &advance);
}

/* As many as fill a table, or more. */
static void many(struct draft *draft)
{
    size_t at = place(draft);
    uint32_t addr = 0xc6120100 + (uint32_t)draft_below(draft, 64);

    for (size_t n = DRAFT_ONE_OF(draft, 3, 4, 5, 12); n > 0; n--) {
        struct draft_record *frame = draft_new_packet(draft, at, 21);
        if (frame == NULL)
            return;
        frame->is.interface = 1;
        v4_put32(packet_of(frame) + 16, addr++);
    }
}

static void octet(struct draft *draft)
{
    struct draft_record *record = draft->records + draft_below(draft, draft->count);

    if (draft->count == 0 || record->len == 0)
        return;
    size_t most = record->len < ARP_FRAME ? record->len : ARP_FRAME;
    record->octets[draft_below(draft, most)] ^= (uint8_t)(1u << draft_below(draft, 8));
}

static void length(struct draft *draft)
{
    struct draft_record *record = draft->records + draft_below(draft, draft->count);

    if (draft->count > 0 && record->is.kind == SCRIPT_FRAME)
        draft_resize(draft, record, DRAFT_ONE_OF(draft, 14, 22, 41, 42, 60, 33, 34, 78, 79));
}

static void other_table(struct draft *draft)
{
    if (draft->count > 0)
        draft->records[draft_below(draft, draft->count)].is.interface = table(draft);
}

static void again(struct draft *draft)
{
    if (draft->count > 0)
        draft_insert(draft, place(draft), draft->records + draft_below(draft, draft->count));
}

static void gone(struct draft *draft)
{
    if (draft->count > 1)
        draft_remove(draft, draft_below(draft, draft->count));
}

static void (*const changes[])(struct draft *) = {
    arp,  arp,   datagram, datagram, datagram,    call,  time_passes, time_passes,
    many, octet, octet,    length,   other_table, again, gone,        gone};

void mutate_script(struct draft *draft)
{
    for (size_t n = 1 + draft_below(draft, 4); n > 0; n--)
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft);
}
