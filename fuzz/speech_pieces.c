/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "speech.h"

#define UNIT 8
#define PIECES 12
#define ICMP 1
#define TCP 6
#define UDP 17

static const char policies[] =
    "set name=reassembly value=first|set name=reassembly value=last|"
    "set name=reassembly value=bsd|set name=reassembly value=bsd-right|"
    "set name=reassembly value=linux-2|set name=reassembly value=windows|"
    "set name=reassembly value=solaris|set name=reassembly value=linux|"
    "set name=reassembly value=linux|set name=reassembly value=drop";

struct piece {
    size_t first, len; /* octets */
    bool more;
    uint8_t fill;
};

struct plan {
    struct piece pieces[PIECES];
    size_t count, len;
    bool late; /* it is never whole */
    uint8_t protocol, fill;
    uint16_t id, port;
};

/* A datagram in two to five pieces that follow each other. */
static void cut(struct draft *draft, struct plan *plan)
{
    size_t count = 2 + draft_below(draft, 4), at = 0;

    plan->len = DRAFT_ONE_OF(draft, 24, 30, 40, 61, 64, 72, 560, 620, 1050);
    for (size_t i = 0; i < count && at < plan->len; i++) {
        size_t left = plan->len - at, blocks = left / UNIT;
        size_t most = blocks / (count - i) + 1;
        size_t len = i + 1 == count ? left : UNIT * (1 + draft_below(draft, most));
        bool last = len >= left;
        plan->pieces[plan->count++] =
            (struct piece){at, last ? left : len, !last, (uint8_t)(plan->fill + at)};
        at += last ? left : len;
    }
}

/* Two that meet, the later one before, with or behind the earlier at either end, and what is
 * missing to a whole: whose octets win? */
static void contest(struct draft *draft, struct plan *plan)
{
    size_t old = 2 * draft_below(draft, 2), old_end = old + 2;
    size_t new = old == 0 ? draft_below(draft, 2) : old - 1 + draft_below(draft, 3);
    size_t new_end = new + 1 + draft_below(draft, 3);
    size_t first = old < new ? old : new, end = old_end > new_end ? old_end : new_end;
    uint8_t other = draft_once_in(draft, 4) ? plan->fill : (uint8_t)draft_below(draft, 256);
    const struct piece pieces[] = {
        {old * UNIT, (old_end - old) * UNIT, true, (uint8_t)(plan->fill + old * UNIT)},
        {new *UNIT, (new_end - new) * UNIT, true, (uint8_t)(other + new *UNIT)},
        {end * UNIT, 5, false, plan->fill},
        {0, first * UNIT, true, plan->fill},
    };

    plan->count = first > 0 ? 4 : 3;
    plan->len = end * UNIT + 5;
    memcpy(plan->pieces, pieces, plan->count * sizeof *pieces);
    plan->late = first == 0 && draft_once_in(draft, 3); /* what is quoted of it then? */
    plan->count -= plan->late;
}

static struct piece *some(struct draft *draft, struct plan *plan)
{
    return plan->pieces + draft_below(draft, plan->count);
}

/* Once more, there or near it, as long or not, with the same octets or others. */
static void overlap(struct draft *draft, struct plan *plan)
{
    struct piece piece = *some(draft, plan);
    size_t blocks = DRAFT_ONE_OF(draft, 0, 0, 0, 1, 1, 2);
    bool before = draft_once_in(draft, 2);

    if (plan->count == PIECES)
        return;
    if (before && piece.first >= blocks * UNIT) {
        piece.first -= blocks * UNIT;
        piece.fill = (uint8_t)(piece.fill - blocks * UNIT);
    } else if (!before) {
        piece.first += blocks * UNIT;
        piece.fill = (uint8_t)(piece.fill + blocks * UNIT);
    }
    if (draft_once_in(draft, 2))
        piece.len = UNIT * DRAFT_ONE_OF(draft, 1, 1, 2, (uint32_t)(piece.len / UNIT) + 1,
                                        (uint32_t)(piece.len / UNIT) + 2, 66);
    if (piece.more)
        piece.len = (piece.len + UNIT - 1) / UNIT * UNIT;
    if (!draft_once_in(draft, 3))
        piece.fill = (uint8_t)draft_below(draft, 256);
    size_t at = draft_below(draft, plan->count + 1);
    memmove(plan->pieces + at + 1, plan->pieces + at, (plan->count - at) * sizeof piece);
    plan->pieces[at] = piece;
    plan->count++;
}

static void swap(struct draft *draft, struct plan *plan)
{
    struct piece *a = some(draft, plan), *b = some(draft, plan), kept = *a;

    *a = *b;
    *b = kept;
}

static void lose(struct draft *draft, struct plan *plan)
{
    struct piece *piece = some(draft, plan);

    if (plan->count < 2)
        return;
    memmove(piece, piece + 1, (size_t)(plan->pieces + plan->count - piece - 1) * sizeof *piece);
    plan->count--;
}

/* What cannot be: no data, or a part of a block, another end, or one beyond the longest. */
static void spoil(struct draft *draft, struct plan *plan)
{
    struct piece *piece = some(draft, plan);

    switch (draft_below(draft, 5)) {
    case 0:
        piece->len = 0;
        break;
    case 1:
        piece->len += DRAFT_ONE_OF(draft, 1, 4, 7);
        break;
    case 2:
        piece->more = !piece->more;
        break;
    case 3:
        piece->first = DRAFT_ONE_OF(draft, 65504, 65512, 65488, 32760);
        piece->len = DRAFT_ONE_OF(draft, 3, 4, 8, 11, 12, 16, 24, 27, 31);
        break;
    default:
        piece->first += DRAFT_ONE_OF(draft, 8, 16, 4096);
        break;
    }
}

/* Octets of the message, whichever piece they are in. */
static void put_head(const struct plan *plan, const struct piece *piece, uint8_t *data)
{
    uint8_t head[8] = {8, 0, 0, 0, 0, 1, 0, 1};

    if (plan->protocol == UDP) {
        v4_put16(head, 40000);
        v4_put16(head + 2, plan->port);
        v4_put16(head + 4, (uint16_t)plan->len);
        v4_put16(head + 6, 0);
    }
    if ((plan->protocol == UDP || plan->protocol == ICMP) && piece->first == 0 && piece->len >= 8)
        memcpy(data, head, 8);
}

/* The sum of an echo request, as it is when nothing overlaps. */
static void sum_up(const struct plan *plan, uint8_t *data)
{
    uint32_t sum = 0x0801 + 1;

    for (size_t i = 8; i < plan->len; i++)
        sum += i % 2 == 0 ? (uint32_t)(uint8_t)(plan->fill + i) << 8
                          : (uint32_t)(uint8_t)(plan->fill + i);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    v4_put16(data + 2, (uint16_t)~sum);
}

static void send(struct speech *speech, const struct plan *plan, size_t which)
{
    static const uint8_t options[8] = {148, 4, 0, 0, 1, 1, 1, 1};
    struct draft *draft = speech->draft;
    const struct piece *piece = plan->pieces + which;
    size_t words = draft_once_in(draft, 12) ? 1 + draft_below(draft, 2) : 0;
    struct draft_record *frame =
        speech_packet(speech, plan->protocol, options, 4 * words, piece->len, piece->fill);

    if (frame == NULL)
        return;
    uint8_t *p = packet_of(frame), *data = p + packet_header_len(frame);
    v4_put16(p + 4, plan->id);
    v4_put16(p + 6, (uint16_t)((piece->first / UNIT & 0x1fff) | (piece->more ? 0x2000 : 0)));
    put_head(plan, piece, data);
    if (plan->protocol == ICMP && piece->first == 0 && piece->len >= 8)
        sum_up(plan, data);
    if (draft_once_in(draft, 12)) /* of another datagram, by a part of its key; or Don't Fragment */
        p[DRAFT_ONE_OF(draft, 4, 5, 9, 14, 19, 6)] ^= 0x40;
    if (draft_once_in(draft, 24)) { /* from there to here, or from here to there */
        p[14] ^= 0x40;
        p[15] ^= 0x40;
        p[18] ^= 0x40;
        p[19] ^= 0x40;
    }
    if (draft_once_in(draft, 12)) { /* the host's other address; or from a neighbour's neighbour */
        p[18] ^= 0x40;
        p[19] ^= 0x40;
    }
    if (draft_once_in(draft, 6))
        p[1] = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 2, 3, 3, 0x20);
    packet_repair(frame);
}

/* One piece each of more datagrams than a sender may have. */
static void flood(struct speech *speech, struct plan *plan)
{
    for (size_t n = 14 + draft_below(speech->draft, 5); n > 0; n--) {
        struct draft_record *frame =
            speech_packet(speech, plan->protocol, NULL, 0, UNIT, plan->fill);
        if (frame == NULL)
            return;
        v4_put16(packet_of(frame) + 4, (uint16_t)(plan->id + n));
        v4_put16(packet_of(frame) + 6, 0x2000);
        packet_repair(frame);
    }
}

/* So that it is over, while the sender is still known. */
static void wait(struct speech *speech)
{
    struct draft *draft = speech->draft;

    speech_time(speech, DRAFT_ONE_OF(draft, 1000, 30000, 30000, 59999));
    speech_arp(speech);
    speech_time(speech, DRAFT_ONE_OF(draft, 1, 29999, 30000, 30001, 60000));
}

static void make(struct draft *draft, struct plan *plan, bool chosen)
{
    bool contested = chosen ? !draft_once_in(draft, 3) : draft_once_in(draft, 6);
    if (contested)
        contest(draft, plan);
    else
        cut(draft, plan);
    for (size_t n = draft_below(draft, contested ? 2 : 4); n > 0; n--) {
        void (*const changes[])(struct draft *, struct plan *) = {overlap, overlap, overlap, swap,
                                                                  swap,    lose,    spoil};
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft, plan);
    }
}

void speech_pieces(struct draft *draft)
{
    struct speech speech = speech_begin(draft);
    struct plan plan = {.protocol =
                            (uint8_t)DRAFT_ONE_OF(draft, UDP, UDP, UDP, UDP, ICMP, 253, TCP),
                        .fill = (uint8_t)draft_below(draft, 256),
                        .id = (uint16_t)draft_below(draft, 65536),
                        .port = (uint16_t)DRAFT_ONE_OF(draft, 4000, 4000, 7)};

    if (draft_once_in(draft, 2))
        speech_line(&speech, "udp.bind port=4000");
    bool chosen = !draft_once_in(draft, 3);
    if (chosen)
        speech_one_of(&speech, policies);
    if (draft_once_in(draft, 8))
        speech_line(&speech, "set name=reassembly-by-ttl value=1");
    speech.ttl = (uint8_t)DRAFT_ONE_OF(draft, 64, 64, 1, 59, 61, 120, 255);
    speech.to_all = draft_once_in(draft, 10);
    make(draft, &plan, chosen);
    if (!plan.late && draft_once_in(draft, 5)) {
        lose(draft, &plan);
        plan.late = true;
    }
    size_t pause = draft_below(draft, 3 * plan.count);
    for (size_t i = 0; i < plan.count; i++) {
        send(&speech, &plan, i);
        if (i == pause)
            speech_time(&speech, DRAFT_ONE_OF(draft, 1000, 29999, 30000));
        if (i == pause && draft_once_in(draft, 3))
            flood(&speech, &plan);
    }
    if (plan.late || draft_once_in(draft, 8))
        wait(&speech);
    if (draft_once_in(draft, 2))
        speech_line(&speech, "sync");
}
