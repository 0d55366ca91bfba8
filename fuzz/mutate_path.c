/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to what routers say of paths: what they can send on, what they could not, to whom; time
 * between them; and what the user says. The checksums are right again afterwards. */
#include <string.h>
#include "mutate.h"

#define ICMP 20 /* where the message begins, and the datagram that it quotes */
#define QUOTE 28
#define LEN 56

static uint32_t mtu(struct draft *draft)
{
    return DRAFT_ONE_OF(draft, 0, 0, 1, 67, 68, 69, 296, 297, 508, 552, 576, 1006, 1007, 1280, 1400,
                        1492, 1493, 1499, 1500, 1501, 1520, 2002, 9000, 65535);
}

static uint32_t path(struct draft *draft)
{
    return 0xc0000200u + DRAFT_ONE_OF(draft, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x100, 0x101, 0x1000000);
}

/* Of the message, and of the header that it quotes. */
static void repair(struct draft_record *frame)
{
    uint8_t *p = packet_of(frame);
    uint32_t sum = 0;

    packet_repair(frame);
    v4_put16(p + ICMP + 2, 0);
    for (size_t i = ICMP; i + 1 < packet_len(frame); i += 2)
        sum += v4_be16(p + i);
    sum += packet_len(frame) % 2 ? (uint32_t)p[packet_len(frame) - 1] << 8 : 0;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    v4_put16(p + ICMP + 2, (uint16_t)~sum);
}

/* A router says `said` of a datagram of `length` octets to `dst`. */
static struct draft_record *report(struct draft *draft, size_t at, uint32_t dst)
{
    struct draft_record *frame = draft_new_packet(draft, at, LEN);

    if (!frame)
        return NULL;
    uint8_t *p = packet_of(frame);
    p[9] = 1;
    memset(p + ICMP, 0, LEN - ICMP);
    p[ICMP] = 3;
    p[ICMP + 1] = 4;
    v4_put16(p + ICMP + 6, (uint16_t)mtu(draft));
    p[QUOTE] = 0x45;
    v4_put16(p + QUOTE + 2, (uint16_t)mtu(draft));
    v4_put16(p + QUOTE + 6, 0x4000);
    p[QUOTE + 8] = 64;
    p[QUOTE + 9] = 17;
    v4_put32(p + QUOTE + 12, 0xc6120002);
    v4_put32(p + QUOTE + 16, dst);
    repair(frame);
    return frame;
}

static void add_report(struct draft *draft)
{
    report(draft, draft_below(draft, draft->count + 1), path(draft));
}

static void add_time(struct draft *draft)
{
    static const uint16_t steps[] = {1200, 1199, 6000, 5999, 6001, 600, 65535, 1};
    const struct draft_record step = {
        .is = {.kind = SCRIPT_ADVANCE, .milliseconds = steps[draft_below(draft, 8)]}};

    draft_insert(draft, draft_below(draft, draft->count + 1), &step);
}

static void add_setting(struct draft *draft)
{
    const struct draft_record setting = {
        .is = {.kind = SCRIPT_INTERFACE,
               .address = path(draft),
               .interface = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 20, 28, 60),
               .prefix_len = (uint8_t)DRAFT_ONE_OF(draft, 0, 0, 1, 12, 31)}};

    draft_insert(draft, draft_below(draft, draft->count + 1), &setting);
}

static void change_report(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (!frame || packet_len(frame) < LEN)
        return;
    uint8_t *p = packet_of(frame);
    switch (draft_below(draft, 4)) {
    case 0:
        v4_put16(p + ICMP + 6, (uint16_t)mtu(draft));
        break;
    case 1:
        v4_put16(p + QUOTE + 2, (uint16_t)mtu(draft));
        break;
    case 2:
        v4_put32(p + QUOTE + 16, path(draft));
        break;
    default:
        p[ICMP + draft_below(draft, LEN - ICMP)] ^= (uint8_t)(1 << draft_below(draft, 8));
        break;
    }
    repair(frame);
}

static void drop_one(struct draft *draft)
{
    if (draft->count > 1)
        draft_remove(draft, draft_below(draft, draft->count));
}

static void (*const changes[])(struct draft *) = {
    add_report, add_report, add_time, add_setting, change_report, change_report, drop_one};

void mutate_script(struct draft *draft)
{
    for (size_t n = 1 + draft_below(draft, 4); n > 0; n--)
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft);
    if (draft->count == 0)
        add_report(draft);
}
