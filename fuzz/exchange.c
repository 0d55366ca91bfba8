/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FRAME 14
#define HOST 0xc6120002  /* its address on interface 0 */
#define OTHER 0xc6124042 /* and on interface 1 */
#define PORT 4000

enum {
    ICMP = 1,
    TCP = 6,
    UDP = 17
};

struct exchange {
    struct draft *draft;
    size_t at;   /* where its next record goes */
    uint8_t who; /* the last octet of the neighbour that speaks */
};

static void say(struct exchange *now, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say(struct exchange *now, const char *format, ...)
{
    const struct draft_record op = {.is.kind = SCRIPT_OP};
    char line[160];
    va_list words;

    va_start(words, format);
    int len = vsnprintf(line, sizeof line, format, words);
    va_end(words);
    struct draft_record *record = draft_insert(now->draft, now->at, &op);
    if (record == NULL || !draft_resize(now->draft, record, (size_t)len))
        return;
    memcpy(record->octets, line, record->len);
    now->at++;
}

/* A datagram from the neighbour, with `len` octets of data; NULL when full. */
static uint8_t *comes(struct exchange *now, uint8_t protocol, uint32_t dst, size_t len)
{
    struct draft_record *frame = draft_new_packet(now->draft, now->at, 20 + len);

    if (frame == NULL)
        return NULL;
    now->at++;
    uint8_t *p = packet_of(frame);
    frame->octets[11] = p[15] = now->who;
    p[1] = (uint8_t)DRAFT_ONE_OF(now->draft, 0, 0, 0, 1, 3, 0x10, 0xb8, 0xff);
    v4_put16(p + 4, (uint16_t)draft_below(now->draft, 65536));
    p[8] = (uint8_t)DRAFT_ONE_OF(now->draft, 64, 64, 64, 1, 0, 255, 7);
    p[9] = protocol;
    v4_put32(p + 16, dst);
    if (dst == UINT32_MAX || dst == 0xc6120fff)
        memset(frame->octets, 0xff, 6);
    for (size_t i = 0; i < len; i++)
        p[20 + i] = (uint8_t)(i * 7 + len);
    return p + 20;
}

/* So that it can be answered. */
static void tells_its_mac(struct exchange *now)
{
    static const uint8_t start[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,   1,  8, 6,
                                    0,    1,    8,    0,    6,    4,    0, 2, 2, 0, 0,   0,  0, 1,
                                    198,  18,   0,    1,    0,    0,    0, 0, 0, 0, 198, 18, 0, 2};
    const struct draft_record nothing = {.is.kind = SCRIPT_FRAME};
    struct draft_record *frame = draft_insert(now->draft, now->at, &nothing);

    if (frame == NULL || !draft_resize(now->draft, frame, sizeof start))
        return;
    memcpy(frame->octets, start, sizeof start);
    frame->octets[11] = frame->octets[27] = frame->octets[31] = now->who;
    now->at++;
}

/* Options before the data of the record that came last. */
static void with_options(struct exchange *now)
{
    static const uint8_t some[][4] = {
        {148, 4, 0, 0}, {136, 4, 0, 9}, {1, 1, 1, 1}, {1, 1, 0, 0}, {1, 148, 4, 0}};
    struct draft_record *frame = now->draft->records + now->at - 1;
    size_t len = packet_len(frame);

    if (!draft_resize(now->draft, frame, frame->len + 4))
        return;
    uint8_t *p = packet_of(frame);
    memmove(p + 24, p + 20, len - 20);
    memcpy(p + 20, some[draft_below(now->draft, sizeof some / sizeof *some)], 4);
    p[0] = 0x46;
    v4_put16(p + 2, (uint16_t)packet_len(frame));
}

/* The header of what a user has sent, and its ports. */
static void quote(struct exchange *now, uint8_t *q, size_t len, uint8_t protocol)
{
    struct draft *draft = now->draft;

    memset(q, 0, 20);
    q[0] = 0x45;
    v4_put16(q + 2, (uint16_t)(len + DRAFT_ONE_OF(draft, 0, 0, 6, 600)));
    q[8] = 63;
    q[9] = protocol;
    v4_put32(q + 12, DRAFT_ONE_OF(draft, HOST, HOST, HOST, HOST, OTHER, 0xc6120009));
    v4_put32(q + 16, 0xc6120001);
    if (len >= 24) {
        v4_put16(q + 20, (uint16_t)DRAFT_ONE_OF(draft, PORT, PORT, PORT, PORT + 1));
        v4_put16(q + 22, (uint16_t)DRAFT_ONE_OF(draft, 9, 9, 10));
    }
    if (draft_once_in(draft, 8)) /* a field that a router or a liar has changed */
        q[DRAFT_ONE_OF(draft, 0, 0, 3, 7, 9, 11)] ^= (uint8_t)DRAFT_ONE_OF(draft, 1, 2, 4, 16);
}

/* RFC 4884: objects behind the quote, in all that a parser looks at. */
static void extend(struct exchange *now, uint8_t *m, size_t quoted, size_t len)
{
    struct draft *draft = now->draft;
    uint8_t *e = m + 8 + quoted;
    uint32_t sum = 0, words = (uint32_t)quoted / 4;

    memset(e, 0, len);
    e[0] = (uint8_t)DRAFT_ONE_OF(draft, 0x20, 0x20, 0x20, 0x20, 0x10, 0x25);
    for (size_t at = 4; at + 4 <= len; at += 8) {
        v4_put16(e + at, 8);
        e[at + 2] = 1;
        e[at + 3] = 1;
    }
    if (draft_once_in(draft, 3))
        v4_put16(e + 4, (uint16_t)DRAFT_ONE_OF(draft, 4, 16, 20, 0, 3, 6, (uint32_t)len - 4,
                                               (uint32_t)len));
    for (size_t i = 0; i < len; i += 2)
        sum += v4_be16(e + i);
    sum = (sum & 0xffff) + (sum >> 16);
    v4_put16(e + 2, (uint16_t)DRAFT_ONE_OF(draft, ~sum, ~sum, ~sum, 0, 0, sum));
    m[5] = (uint8_t)DRAFT_ONE_OF(draft, words, words, words, words + 1, 0);
}

static void error(struct exchange *now, uint8_t protocol)
{
    struct draft *draft = now->draft;
    bool extended = draft_once_in(draft, 3);
    size_t quoted = extended ? DRAFT_ONE_OF(draft, 128, 128, 132, 124)
                             : DRAFT_ONE_OF(draft, 28, 28, 28, 36, 24, 20, 19, 60);
    size_t more = extended ? DRAFT_ONE_OF(draft, 12, 12, 20, 4, 8) : 0;
    uint8_t *m = comes(now, ICMP, HOST, 8 + quoted + more);

    if (m == NULL)
        return;
    m[0] = (uint8_t)DRAFT_ONE_OF(draft, 3, 3, 3, 11, 12, 4, 5);
    m[1] = (uint8_t)draft_below(draft, m[0] == 3 ? 16 : 3);
    v4_put32(m + 4, m[0] == 3 && m[1] == 4 ? DRAFT_ONE_OF(draft, 576, 68, 0, 1400) : 0);
    if (m[0] == 12)
        m[4] = 20;
    quote(now, m + 8, quoted < 20 ? 20 : quoted, protocol);
    if (extended)
        extend(now, m, quoted, more);
}

/* A user has sent; routers and hosts complain; he asks what was wrong. */
static void complaint(struct exchange *now)
{
    struct draft *draft = now->draft;
    uint8_t protocol = (uint8_t)DRAFT_ONE_OF(draft, UDP, UDP, UDP, 253, 253, ICMP, 6);

    if (draft_once_in(draft, 4))
        say(now, "set name=source-quench value=1");
    if (protocol == UDP)
        say(now, "udp.bind port=%u", (unsigned)DRAFT_ONE_OF(draft, PORT, PORT, PORT + 1));
    else
        say(now, "ip.bind protocol=%u", protocol);
    if (draft_once_in(draft, 3))
        say(now, "ip.bind protocol=%u", protocol);
    if (draft_once_in(draft, 2))
        say(now, "udp.send sock=1 dst=198.18.0.1 dport=9 data=706f7374656c");
    for (size_t n = 1 + draft_below(draft, 2); n > 0; n--)
        error(now, protocol);
    if (draft_once_in(draft, 2))
        say(now, "get name=error sock=%u", 1 + (unsigned)draft_below(draft, 2));
}

/* A socket that has named more than its port. */
static void choosy(struct exchange *now, unsigned sock)
{
    switch (draft_below(now->draft, 5)) {
    case 0:
        say(now, "set name=peer sock=%u value=198.18.0.%u", sock,
            (unsigned)DRAFT_ONE_OF(now->draft, 1, 1, 9));
        break;
    case 1:
        say(now, "set name=peer-port sock=%u value=%u", sock,
            (unsigned)DRAFT_ONE_OF(now->draft, 9, 9, 10));
        break;
    case 2:
        say(now, "set name=by-iface sock=%u value=%u", sock,
            (unsigned)DRAFT_ONE_OF(now->draft, 1, 1, 2));
        break;
    default:
        break;
    }
}

/* The lengths and sums of UDP in all that a parser looks at; else they are right. */
static void spoil(struct draft *draft, uint8_t *u, size_t len)
{
    if (draft_once_in(draft, 4))
        v4_put16(u + 4, (uint16_t)DRAFT_ONE_OF(draft, (uint32_t)len - 1, (uint32_t)len + 1, 8, 7, 0,
                                               (uint32_t)len - 2, 65535));
    if (draft_once_in(draft, 4))
        v4_put16(u + 6, (uint16_t)DRAFT_ONE_OF(draft, 0, 0, 0xffff));
}

static void datagram(struct exchange *now)
{
    struct draft *draft = now->draft;
    uint32_t dst = DRAFT_ONE_OF(draft, HOST, HOST, HOST, OTHER, UINT32_MAX, 0xc6120fff, 0xe0000001);
    size_t len = DRAFT_ONE_OF(draft, 8, 8, 9, 10, 11, 12, 40);
    uint8_t *u = comes(now, UDP, dst, len);

    if (u == NULL)
        return;
    v4_put16(u, (uint16_t)DRAFT_ONE_OF(draft, 9, 9, 10));
    v4_put16(u + 2, (uint16_t)DRAFT_ONE_OF(draft, PORT, PORT, PORT, PORT + 1));
    v4_put16(u + 4, (uint16_t)len);
    v4_put16(u + 6, 1);
    spoil(draft, u, len);
    if (draft_once_in(draft, 4))
        with_options(now);
}

/* Several sockets share a port: whose is what comes? */
static void sharing(struct exchange *now)
{
    static const char *const binds[] = {
        "udp.bind port=4000", "udp.bind port=4000 addr=198.18.0.2", "udp.bind port=4001",
        "udp.bind port=4000 addr=198.18.64.66", "ip.bind protocol=17"};
    struct draft *draft = now->draft;
    unsigned count = 1 + (unsigned)draft_below(draft, 4);

    for (unsigned i = 1; i <= count; i++) {
        say(now, "%s", binds[draft_below(draft, sizeof binds / sizeof *binds)]);
        choosy(now, i);
    }
    for (size_t n = 1 + draft_below(draft, 3); n > 0; n--)
        datagram(now);
    if (draft_once_in(draft, 4))
        say(now, "udp.close sock=1");
}

/* Queries of all types and lengths. */
static void query(struct exchange *now)
{
    struct draft *draft = now->draft;
    uint32_t dst = DRAFT_ONE_OF(draft, HOST, HOST, HOST, HOST, OTHER, 0xc6120fff, UINT32_MAX);
    size_t len = DRAFT_ONE_OF(draft, 8, 9, 11, 12, 20, 20, 20, 21, 64, 576, 700, 800, 900, 1480);

    if (draft_once_in(draft, 6))
        say(now, "set name=mask-agent value=1");
    tells_its_mac(now);
    if (draft_once_in(draft, 4))
        say(now, "ip.bind protocol=1");
    uint8_t *m = comes(now, ICMP, dst, len);
    if (m == NULL)
        return;
    m[0] = (uint8_t)DRAFT_ONE_OF(draft, 8, 8, 13, 13, 15, 17, 0, 14, 16, 18, 10, 30, 42);
    m[1] = 0;
    if (draft_once_in(draft, 6))
        with_options(now);
}

/* XID and TEST, to the access points that every host has, and to others. */
static void command(struct exchange *now)
{
    struct draft *draft = now->draft;
    const struct draft_record nothing = {.is.kind = SCRIPT_FRAME};
    struct draft_record *frame = draft_insert(draft, now->at, &nothing);
    size_t info = DRAFT_ONE_OF(draft, 0, 3, 3, 4, 40);

    if (frame == NULL || !draft_resize(draft, frame, FRAME + 3 + info + DRAFT_ONE_OF(draft, 0, 9)))
        return;
    const uint8_t head[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, now->who};
    now->at++;
    memcpy(frame->octets, head, sizeof head);
    if (draft_once_in(draft, 4))
        memset(frame->octets, 0xff, 6);
    v4_put16(frame->octets + 12, (uint16_t)(3 + info));
    frame->octets[14] = (uint8_t)DRAFT_ONE_OF(draft, 0, 0, 0xaa, 0xaa, 0x42);
    frame->octets[15] = (uint8_t)DRAFT_ONE_OF(draft, 0, 4, 0xaa, 1);
    frame->octets[16] = (uint8_t)DRAFT_ONE_OF(draft, 0xaf, 0xbf, 0xe3, 0xf3);
}

/* To a port or a protocol that nobody has: is it reported, and to whom is it not? */
static void stranger(struct exchange *now)
{
    struct draft *draft = now->draft;
    uint32_t dst = DRAFT_ONE_OF(draft, HOST, HOST, OTHER, 0xc6120fff, UINT32_MAX, 0xe0000001);
    uint8_t protocol = (uint8_t)DRAFT_ONE_OF(draft, UDP, UDP, 253, 6, 200);
    size_t len = DRAFT_ONE_OF(draft, 8, 12, 28, 520, 528, 529, 600);

    tells_its_mac(now);
    uint8_t *u = comes(now, protocol, dst, len);
    if (u != NULL && protocol == UDP) {
        v4_put16(u + 2, 7);
        v4_put16(u + 4, (uint16_t)len);
    }
    if (u != NULL && draft_once_in(draft, 4))
        with_options(now);
}

/* A segment from a port of the neighbour's, with or without a size. */
static void segment(struct exchange *now, uint32_t dst)
{
    struct draft *draft = now->draft;
    size_t options = DRAFT_ONE_OF(draft, 0, 4, 8);
    uint8_t *s = comes(now, TCP, dst, 20 + options + DRAFT_ONE_OF(draft, 0, 0, 5));

    if (s == NULL)
        return;
    v4_put16(s, 40000);
    v4_put16(s + 2, (uint16_t)DRAFT_ONE_OF(draft, PORT, PORT, PORT + 1));
    v4_put32(s + 4, DRAFT_ONE_OF(draft, 1, 0xffffffff, 0x12345678));
    v4_put32(s + 8, DRAFT_ONE_OF(draft, 0, 1, 0x9abcdef0));
    s[12] = (uint8_t)((5 + options / 4) << 4);
    s[13] = (uint8_t)DRAFT_ONE_OF(draft, 2, 2, 2, 0x10, 0x12, 0x11, 4, 0x14, 1);
    v4_put16(s + 16, (uint16_t)DRAFT_ONE_OF(draft, 0, 0, 0, TCP_WRONG));
    memset(s + 20, 1, options);
    if (options >= 4)
        v4_put32(s + 20, 0x02040000 | DRAFT_ONE_OF(draft, 1460, 536, 100));
}

/* Users wait for connections and ask for some, with choices of their own. */
static void connection(struct exchange *now)
{
    static const char *const choices[] = {"", "", " ttl=9", " tos=16", " ttl=7 tos=184"};
    static const char *const addresses[] = {"", "", " addr=198.18.0.2", " addr=198.18.64.66"};
    struct draft *draft = now->draft;
    const char *chosen = choices[draft_below(draft, sizeof choices / sizeof *choices)];
    const char *addr = addresses[draft_below(draft, sizeof addresses / sizeof *addresses)];

    tells_its_mac(now);
    if (draft_once_in(draft, 3))
        say(now, "tcp.connect dst=198.18.%s dport=40000%s%s",
            draft_once_in(draft, 4)   ? "15.255"
            : draft_once_in(draft, 4) ? "0.9"
                                      : "0.1",
            addr, chosen);
    else
        say(now, "tcp.listen port=4000%s%s", addr, chosen);
    for (size_t n = 1 + draft_below(draft, 2); n > 0; n--)
        segment(now, DRAFT_ONE_OF(draft, HOST, HOST, OTHER));
}

void exchange(struct draft *draft)
{
    static void (*const all[])(struct exchange *) = {
        complaint, complaint, sharing, sharing, connection, query, query, command, stranger};
    size_t at = draft_once_in(draft, 2) ? 0 : draft_below(draft, draft->count + 1);
    struct exchange now = {draft, at, (uint8_t)DRAFT_ONE_OF(draft, 1, 1, 1, 9, 20)};

    all[draft_below(draft, sizeof all / sizeof *all)](&now);
}
