/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to one datagram of UDP: its length against what arrived, its checksum, its ports and
 * addresses. Most are made right again around the change. */
#include "mutate.h"

#define HEADER 8
#define CHECKSUM 6

/* Behind a header of whatever length; NULL where there is no room for UDP's. */
static uint8_t *segment_of(const struct draft_record *frame, size_t *ret_len)
{
    size_t header = packet_header_len(frame), len = packet_len(frame);

    if (header < 20 || len < header + HEADER)
        return NULL;
    *ret_len = len - header;
    return packet_of(frame) + header;
}

static uint32_t sum_of(const uint8_t *octets, size_t len)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 == 0 ? (uint32_t)octets[i] << 8 : octets[i];
    return sum;
}

/* Over as much as the length says, or, where that is too much, as there is: a parser that takes one
 * for the other must be reached. */
static void repair_udp(struct draft_record *frame, bool of_all)
{
    size_t len = 0;
    uint8_t *p = segment_of(frame, &len), *ip = packet_of(frame);

    if (!p)
        return;
    size_t says = v4_be16(p + 4);
    size_t covers = of_all || says > len ? len : says;
    v4_put16(p + CHECKSUM, 0);
    uint32_t sum = sum_of(p, covers) + sum_of(ip + 12, 8) + 17 + (uint32_t)(of_all ? len : says);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    v4_put16(p + CHECKSUM, (uint16_t)(sum == 0xffff ? 0xffff : ~sum));
}

static void ports(struct draft *draft, uint8_t *p)
{
    v4_put16(p, (uint16_t)DRAFT_ONE_OF(draft, 40000, 40000, 40001, 0, 4000));
    v4_put16(p + 2, (uint16_t)DRAFT_ONE_OF(draft, 4000, 4000, 4001, 4001, 4002, 4002, 4003, 0));
}

static void addresses(struct draft *draft, uint8_t *ip)
{
    v4_put32(ip + 12, DRAFT_ONE_OF(draft, 0xc6120001, 0xc6120001, 0xc6120009, 0xc6124041));
    v4_put32(ip + 16, DRAFT_ONE_OF(draft, 0xc6120002, 0xc6120002, 0xc6124042, 0xc6120003));
}

static void change(struct draft *draft, struct draft_record *frame)
{
    size_t len = 0;
    uint8_t *p = segment_of(frame, &len);

    if (!p)
        return;
    switch (draft_below(draft, 6)) {
    case 0:
        v4_put16(p + 4, (uint16_t)DRAFT_ONE_OF(draft, 0, 1, 7, 8, 9, (uint32_t)len - 1,
                                               (uint32_t)len, (uint32_t)len + 1, 0xffff));
        break;
    case 1:
        ports(draft, p);
        break;
    case 2:
        addresses(draft, packet_of(frame));
        break;
    case 3:
        frame->is.interface = (uint8_t)draft_below(draft, 3);
        break;
    case 4: /* there may be more or less than the length says */
        draft_resize(draft, frame, frame->len - len + draft_below(draft, 24));
        break;
    default:
        p[draft_below(draft, len)] = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 0x7f, 0x80, 0xff);
        break;
    }
}

void mutate_script(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (!frame)
        frame = draft_new_packet(draft, 0, 28 + draft_below(draft, 9));
    if (!frame || frame->len < 14 + 20)
        return;
    if (draft_once_in(draft, 16))
        draft_mutate(draft, frame);
    for (size_t n = 1 + draft_below(draft, 4); n > 0 && frame->len >= 14 + 20; n--)
        change(draft, frame);
    if (frame->len < 14 + 20)
        return;
    packet_of(frame)[9] = 17;
    v4_put16(packet_of(frame) + 2, (uint16_t)packet_len(frame));
    if (!draft_once_in(draft, 4))
        repair_udp(frame, draft_once_in(draft, 4));
    packet_repair(frame);
    if (draft->count > 1 && draft_once_in(draft, 4))
        draft_remove(draft, draft_below(draft, draft->count));
}
