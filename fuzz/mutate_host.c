/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to the script of a whole host: neighbours speak, users call, time passes; a field of what
 * is there gets a value from its edges. Lengths and checksums are made right again most of the
 * time, so that what lies behind the parsers is reached. */
#include <string.h>
#include "calls.h"
#include "exchange.h"
#include "igmp_steps.h"
#include "mutate_ways.h"
#include "speech.h"
#include "talk.h"

#define ICMP 1
#define TCP 6
#define UDP 17
#define FRAME 14

static const char *const calls[] = {
    "udp.bind port=4000",
    "udp.bind port=4001 addr=198.18.0.2",
    "udp.bind port=0",
    "udp.close sock=1",
    "udp.send sock=1 dst=198.18.0.1 dport=40000 data=706f7374656c",
    "udp.send sock=1 dst=198.18.0.1 dport=40000 data=706f7374656c ttl=7 tos=16 df=1",
    "udp.send sock=1 dst=198.18.0.9 dport=40000 data= options=07070400000000",
    "udp.send sock=1 dst=198.18.0.2 dport=4000 data=61",
    "udp.send sock=1 dst=127.0.0.1 dport=4000 data=6162",
    "udp.send sock=1 dst=255.255.255.255 dport=4000 data=616263",
    "udp.send sock=1 dst=203.0.113.1 dport=9 data=61626364",
    "udp.send sock=1 dst=0.0.0.5 dport=9 data=61",
    "udp.send sock=1 dst=198.18.64.127 dport=9 data=61",
    "udp.send sock=1 dst=240.0.0.1 dport=9 data=61",
    "ip.bind protocol=253",
    "ip.close sock=1",
    "ip.send dst=198.18.0.1 protocol=253 data=0102030405060708",
    "ip.send dst=198.18.64.65 protocol=253 data=01 id=7 df=1",
    "echo.send dst=198.18.0.1 id=1 seq=1 data=6162",
    "counters",
    "sync",
    "set name=mtu value=68 iface=0",
    "set name=mtu value=576 iface=0",
    "set name=ttl value=9",
    "set name=up value=0 iface=0",
    "set name=up value=1 iface=0",
    "add kind=address iface=0 addr=198.18.0.20 len=20",
    "del kind=address iface=0 addr=198.18.0.2 len=20",
    "add kind=route net=203.0.113.0 len=24 gateway=198.18.0.9",
    "add kind=neighbor iface=0 addr=198.18.0.9 mac=020000000009",
    "list kind=route",
    "get name=pmtu dst=203.0.113.1",
    "get name=source dst=203.0.113.1",
    "tcp.listen port=4000",
    "tcp.connect dst=198.18.0.1 dport=40000 port=4000",
    "tcp.connect dst=198.18.0.2 dport=4000", /* to itself, where it is answered */
    "tcp.send sock=2 data=706f7374656c",
    "tcp.close sock=2",
};

static uint8_t host_of(struct draft *draft)
{
    return (uint8_t)DRAFT_ONE_OF(draft, 1, 1, 1, 9, 20, 119);
}

/* The sum of RFC 1071 over `len` octets and what comes in front. */
static uint16_t sum_of(const uint8_t *octets, size_t len, uint32_t sum)
{
    for (size_t i = 0; i < len; i++)
        sum += i % 2 == 0 ? (uint32_t)octets[i] << 8 : octets[i];
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Over as much as it says that it has. None, and all ones, may be meant so. */
static void repair_udp(uint8_t *data, size_t data_len, uint32_t pseudo)
{
    size_t len = v4_be16(data + 4);
    uint16_t was = v4_be16(data + 6);

    if (was == 0 || was == 0xffff)
        return;
    if (len < 8 || len > data_len)
        len = data_len;
    v4_put16(data + 6, 0);
    uint16_t sum = sum_of(data, len, pseudo - (uint32_t)(data_len - len));
    v4_put16(data + 6, sum == 0 ? 0xffff : sum);
}

/* Makes the sums of ICMP, UDP and TCP right, then the header's. */
static void repair(struct draft_record *frame)
{
    if (frame->len < FRAME + 20 || v4_be16(frame->octets + 12) != 0x0800)
        return;

    uint8_t *p = packet_of(frame);
    size_t header = packet_header_len(frame), len = packet_len(frame), total = v4_be16(p + 2);
    if (header < 20 || header > len)
        return;
    if (total >= header && total < len)
        len = total;
    uint8_t *data = p + header;
    size_t data_len = len - header;
    uint32_t pseudo = v4_be16(p + 12) + v4_be16(p + 14) + v4_be16(p + 16) + v4_be16(p + 18) + p[9] +
                      (uint32_t)data_len;
    if (p[9] == ICMP && data_len >= 8) {
        v4_put16(data + 2, 0);
        v4_put16(data + 2, sum_of(data, data_len, 0));
    }
    if (p[9] == UDP && data_len >= 8)
        repair_udp(data, data_len, pseudo);
    if (p[9] == TCP && data_len >= 20 && v4_be16(data + 16) != TCP_WRONG) {
        v4_put16(data + 16, 0);
        v4_put16(data + 16, sum_of(data, data_len, pseudo));
    }
    packet_repair(frame);
}

static size_t place(struct draft *draft)
{
    return draft_below(draft, draft->count + 1);
}

static struct draft_record *new_packet(struct draft *draft, uint8_t protocol, size_t data)
{
    struct draft_record *frame = draft_new_packet(draft, place(draft), 20 + data);

    if (frame == NULL)
        return NULL;
    frame->octets[11] = host_of(draft);
    packet_of(frame)[9] = protocol;
    packet_of(frame)[15] = frame->octets[11];
    v4_put16(packet_of(frame) + 4, (uint16_t)draft_below(draft, 65536));
    for (size_t i = 0; i < data; i++)
        packet_of(frame)[20 + i] = (uint8_t)(i * 7 + data);
    return frame;
}

static void arp(struct draft *draft)
{
    static const uint8_t start[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,   1,  8, 6,
                                    0,    1,    8,    0,    6,    4,    0, 1, 2, 0, 0,   0,  0, 1,
                                    198,  18,   0,    1,    0,    0,    0, 0, 0, 0, 198, 18, 0, 2};
    const struct draft_record nothing = {.is.kind = SCRIPT_FRAME};
    struct draft_record *frame = draft_insert(draft, place(draft), &nothing);

    if (frame == NULL || !draft_resize(draft, frame, sizeof start))
        return;
    memcpy(frame->octets, start, sizeof start);
    frame->octets[11] = frame->octets[27] = frame->octets[31] = host_of(draft);
    frame->octets[21] = (uint8_t)DRAFT_ONE_OF(draft, 1, 1, 2);
    if (draft_once_in(draft, 6))
        frame->octets[draft_below(draft, sizeof start)] ^= (uint8_t)(1u << draft_below(draft, 8));
}

static void echo(struct draft *draft)
{
    struct draft_record *frame =
        new_packet(draft, ICMP, DRAFT_ONE_OF(draft, 8, 9, 16, 64, 600, 1472, 7));

    if (frame == NULL)
        return;
    packet_of(frame)[20] = (uint8_t)DRAFT_ONE_OF(draft, 8, 8, 8, 13, 17, 15, 0, 10, 9, 30);
    packet_of(frame)[21] = (uint8_t)DRAFT_ONE_OF(draft, 0, 0, 0, 0, 1);
    repair(frame);
}

static void udp(struct draft *draft)
{
    size_t data = DRAFT_ONE_OF(draft, 8, 9, 10, 40, 600, 1480, 7);
    struct draft_record *frame = new_packet(draft, UDP, data);

    if (frame == NULL)
        return;
    v4_put16(packet_of(frame) + 22, (uint16_t)DRAFT_ONE_OF(draft, 4000, 4000, 4001, 7, 0, 49152));
    v4_put16(packet_of(frame) + 24, (uint16_t)data);
    repair(frame);
}

/* A segment of no connection, or, as numbers have it, of one. */
static void tcp(struct draft *draft)
{
    struct draft_record *frame = new_packet(draft, TCP, 20 + DRAFT_ONE_OF(draft, 0, 0, 4, 9));

    if (frame == NULL)
        return;
    uint8_t *segment = packet_of(frame) + 20;
    v4_put16(segment, (uint16_t)DRAFT_ONE_OF(draft, 40000, 40000, 9));
    v4_put16(segment + 2, (uint16_t)DRAFT_ONE_OF(draft, 4000, 4000, 4001, 49152));
    v4_put32(segment + 4, (uint32_t)draft_below(draft, 3));
    v4_put32(segment + 8, (uint32_t)draft_below(draft, 3));
    segment[12] = (uint8_t)DRAFT_ONE_OF(draft, 0x50, 0x50, 0x60);
    segment[13] = (uint8_t)DRAFT_ONE_OF(draft, 0x02, 0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14);
    if (segment[12] == 0x60 && packet_len(frame) >= 44)
        v4_put32(segment + 20, 0x02040000 | DRAFT_ONE_OF(draft, 1460, 0, 65535));
    repair(frame);
}

static void other(struct draft *draft)
{
    struct draft_record *frame = new_packet(
        draft, (uint8_t)DRAFT_ONE_OF(draft, 253, 254, 2, 6, 0, 255), 8 + draft_below(draft, 24));

    if (frame != NULL)
        repair(frame);
}

/* An ICMP error about a datagram that a user of the host may have sent. */
static void error(struct draft *draft)
{
    struct draft_record *frame = new_packet(draft, ICMP, 8 + 20 + 8);

    if (frame == NULL)
        return;
    uint8_t *p = packet_of(frame) + 20, *quote = p + 8;
    p[0] = (uint8_t)DRAFT_ONE_OF(draft, 3, 3, 11, 12, 4, 5);
    p[1] = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 2, 3, 4, 4, 13);
    v4_put32(p + 4, DRAFT_ONE_OF(draft, 0, 576, 68, 296, 0xc6120009, 0x14000000));
    memset(quote, 0, 28);
    quote[0] = 0x45;
    v4_put16(quote + 2, 34);
    quote[8] = 64;
    quote[9] = (uint8_t)DRAFT_ONE_OF(draft, 17, 17, 253, 1);
    v4_put32(quote + 12, 0xc6120002);
    v4_put32(quote + 16, DRAFT_ONE_OF(draft, 0xc6120001, 0xcb007101, 0xc6120009));
    v4_put16(quote + 20, 4000);
    v4_put16(quote + 22, (uint16_t)DRAFT_ONE_OF(draft, 40000, 9));
    v4_put16(quote + 24, 14);
    repair(frame);
}

static void call(struct draft *draft)
{
    const struct draft_record op = {.is.kind = SCRIPT_OP};
    char made[CALL_MAX];
    size_t len = draft_once_in(draft, 3) ? call_write(draft, made) : 0;
    const char *text = len > 0 ? made : calls[draft_below(draft, sizeof calls / sizeof *calls)];
    struct draft_record *record = draft_insert(draft, place(draft), &op);

    if (record != NULL && draft_resize(draft, record, len > 0 ? len : strlen(text)))
        memcpy(record->octets, text, record->len);
}

/* One digit of a call. */
static void digit(struct draft *draft)
{
    struct draft_record *record = draft->records + draft_below(draft, draft->count);

    if (draft->count == 0 || record->is.kind != SCRIPT_OP || record->len == 0)
        return;
    uint8_t *octet = record->octets + draft_below(draft, record->len);
    if (*octet >= '0' && *octet <= '9')
        *octet = (uint8_t)('0' + draft_below(draft, 10));
}

static void time_passes(struct draft *draft)
{
    struct draft_record advance = {.is.kind = SCRIPT_ADVANCE};

    advance.is.milliseconds =
        (uint16_t)DRAFT_ONE_OF(draft, 1, 500, 999, 1000, 1001, 3000, 15000, 30000, 60001, 65535);
    draft_insert(draft, place(draft), &advance);
}

/* A field of a header, of the packet's or of what it carries. */
static void field(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL)
        return;
    size_t header = packet_header_len(frame), len = packet_len(frame);
    size_t at = draft_below(draft, 3) ? draft_below(draft, 20) : draft_below(draft, header + 12);
    if (draft_once_in(draft, 12)) /* the frame's own */
        frame->octets[draft_below(draft, FRAME)] ^= (uint8_t)(1u << draft_below(draft, 8));
    else if (at < len)
        packet_of(frame)[at] =
            (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 2, 4, 8, 15, 17, 20, 32, 64, 127, 128, 224, 255,
                                  packet_of(frame)[at] + 1u, packet_of(frame)[at] - 1u);
}

/* An address that means something. */
static void address(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame != NULL)
        v4_put32(packet_of(frame) + DRAFT_ONE_OF(draft, 12, 12, 16),
                 DRAFT_ONE_OF(draft, 0xc6120002, 0xc6124042, 0xc6120fff, 0xc6120000, 0xc612407f,
                              0xc6124040, 0xc61200ff, 0xffffffff, 0, 0x00000005, 0x7f000001,
                              0xe0000001, 0xefffffff, 0xf0000001, 0xcb007101, 0xc6120001));
}

/* A command of 802.2, or a packet behind RFC 1042's header. */
static void llc(struct draft *draft)
{
    static const uint8_t start[][3] = {{0x00, 0x01, 0xaf}, {0xaa, 0x00, 0xf3}, {0xaa, 0xaa, 0x03}};
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL || !draft_resize(draft, frame, frame->len + 8))
        return;
    size_t len = frame->len - FRAME;
    memmove(frame->octets + FRAME + 8, frame->octets + FRAME, len - 8);
    memset(frame->octets + FRAME, 0, 8);
    memcpy(frame->octets + FRAME, start[draft_below(draft, 3)], 3);
    frame->octets[FRAME + 6] = 0x08;
    if (len <= 1500)
        v4_put16(frame->octets + 12, (uint16_t)len);
}

/* The frame goes to all, to a group, or to somebody else. */
static void station(struct draft *draft)
{
    static const uint8_t macs[][6] = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
                                      {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01},
                                      {0x02, 0x00, 0x00, 0x00, 0x00, 0x03},
                                      {0x02, 0x00, 0x00, 0x00, 0x01, 0x02}};
    struct draft_record *frame = draft_packet(draft);

    if (frame != NULL)
        memcpy(frame->octets, macs[draft_below(draft, sizeof macs / sizeof *macs)], 6);
}

static void resize(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL)
        return;
    size_t len = packet_len(frame);
    len = DRAFT_ONE_OF(draft, (uint32_t)len + 1, (uint32_t)len + 8, (uint32_t)len - 1, 20, 27, 28);
    if (!draft_resize(draft, frame, FRAME + (len & 0x7ff)) || draft_once_in(draft, 4))
        return;
    v4_put16(packet_of(frame) + 2, (uint16_t)packet_len(frame)); /* else padding, or cut short */
    if (packet_of(frame)[9] == UDP && packet_len(frame) >= packet_header_len(frame) + 8)
        v4_put16(packet_of(frame) + packet_header_len(frame) + 4,
                 (uint16_t)(packet_len(frame) - packet_header_len(frame)));
}

/* Options between header and data. */
static void options(struct draft *draft)
{
    static const uint8_t some[][12] = {
        {7, 11, 4},
        {7, 7, 4, 0, 0, 0, 0, 0},
        {68, 12, 5, 0},
        {68, 12, 5, 1},
        {68, 8, 9, 0xf0},
        {68, 12, 13, 0xe1},
        {68, 12, 5, 3, 198, 18, 0, 2},
        {68, 12, 6, 1},
        {131, 7, 8},
        {131, 7, 4, 198, 18, 0, 9},
        {137, 11, 12},
        {148, 4},
        {130, 11},
        {1, 1, 1, 1},
        {30, 4},
        {7, 3, 4},
    };
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL || packet_header_len(frame) != 20 ||
        !draft_resize(draft, frame, frame->len + 12))
        return;
    uint8_t *p = packet_of(frame);
    memmove(p + 32, p + 20, packet_len(frame) - 32);
    memcpy(p + 20, some[draft_below(draft, sizeof some / sizeof *some)], 12);
    p[0] = 0x48;
    v4_put16(p + 2, (uint16_t)packet_len(frame));
}

/* A datagram becomes two fragments. */
static void split(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL || packet_header_len(frame) != 20 || packet_len(frame) < 20 + 16)
        return;
    size_t at = (size_t)(frame - draft->records), whole = packet_len(frame) - 20;
    size_t cut = 8 * (1 + draft_below(draft, (whole - 1) / 8));
    if (!draft_insert(draft, at, frame))
        return;
    struct draft_record *first = draft->records + at, *last = first + 1;
    repair(first); /* the sum of the whole */
    memcpy(last->octets, first->octets, first->len);
    memmove(packet_of(last) + 20, packet_of(last) + 20 + cut, whole - cut);
    draft_resize(draft, last, FRAME + 20 + whole - cut);
    draft_resize(draft, first, FRAME + 20 + cut);
    v4_put16(packet_of(first) + 2, (uint16_t)(20 + cut));
    v4_put16(packet_of(first) + 6, 0x2000);
    v4_put16(packet_of(last) + 2, (uint16_t)(20 + whole - cut));
    v4_put16(packet_of(last) + 6, (uint16_t)(cut / 8));
    packet_repair(first);
    packet_repair(last);
}

static void other_interface(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL)
        return;
    frame->is.interface ^= 1;
    frame->octets[4] = packet_of(frame)[18] = (uint8_t)(frame->is.interface & 1 ? 1 : 0);
    if (frame->is.interface & 1) { /* from a neighbour there, to the address there */
        v4_put32(packet_of(frame) + 12, 0xc6124041);
        v4_put32(packet_of(frame) + 16, 0xc6124042);
    }
}

/* Once more, somewhere or at once. */
static void again(struct draft *draft)
{
    size_t at = draft_below(draft, draft->count);

    if (draft->count > 0)
        draft_insert(draft, draft_once_in(draft, 2) ? at : place(draft), draft->records + at);
}

static void gone(struct draft *draft)
{
    if (draft->count > 1)
        draft_remove(draft, draft_below(draft, draft->count));
}

/* Each is made so many times in as many as all of them together. */
static const struct {
    size_t times;
    void (*change)(struct draft *draft);
} changes[] = {
    {2, arp},           {2, echo},          {2, udp},
    {1, tcp},           {1, other},         {2, error},
    {3, call},          {1, digit},         {6, field},
    {1, llc},           {2, address},       {1, station},
    {1, split},         {2, options},       {1, resize},
    {2, again},         {2, time_passes},   {1, other_interface},
    {3, gone},          {2, talk_wrong},    {2, talk_set},
    {2, talk_claim},    {2, talk_neighbor}, {4, speech_options},
    {5, speech_pieces}, {10, igmp_talk},    {6, exchange},
    {8, mutate_ways},   {1, talk_mask},
};

static void change(struct draft *draft)
{
    size_t all = 0, i = 0;

    for (size_t k = 0; k < sizeof changes / sizeof *changes; k++)
        all += changes[k].times;
    for (size_t at = draft_below(draft, all); at >= changes[i].times; i++)
        at -= changes[i].times;
    changes[i].change(draft);
}

void mutate_script(struct draft *draft)
{
    for (size_t n = 1 + draft_below(draft, 4); n > 0; n--)
        change(draft);
    bool all = !draft_once_in(draft, 8);
    for (size_t i = 0; i < draft->count && all; i++) {
        struct draft_record *record = draft->records + i;
        if (record->is.kind == SCRIPT_FRAME && record->len >= FRAME &&
            v4_be16(record->octets + 12) <= 1500) /* its packet lies elsewhere, and is right */
            continue;
        if (record->is.kind == SCRIPT_FRAME && record->len >= FRAME + 20 &&
            !(packet_of(record)[6] & 0x3f) && packet_of(record)[7] == 0)
            repair(record);
        else
            packet_repair(record);
    }
}
