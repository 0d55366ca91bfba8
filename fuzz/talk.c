/* SPDX-License-Identifier: BSD-2-Clause */
#include "talk.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "calls.h"

#define ARP 42
#define FRAME 14

/* Where the conversation has come to. */
struct talk {
    struct draft *draft;
    size_t at;
};

static struct talk begin(struct draft *draft)
{
    return (struct talk){draft, draft_below(draft, draft->count + 1)};
}

static struct draft_record *put(struct talk *talk, enum script_kind kind, const void *octets,
                                size_t len)
{
    const struct draft_record made = {.is.kind = kind};
    struct draft_record *record = draft_insert(talk->draft, talk->at, &made);

    if (record == NULL || !draft_resize(talk->draft, record, len))
        return NULL;
    talk->at++;
    if (len > 0)
        memcpy(record->octets, octets, len);
    return record;
}

static void say(struct talk *talk, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct talk *talk, const char *format, ...)
{
    char line[CALL_MAX];
    va_list words;

    va_start(words, format);
    int len = vsnprintf(line, sizeof line, format, words);
    va_end(words);
    if (len > 0 && (size_t)len < sizeof line)
        put(talk, SCRIPT_OP, line, (size_t)len);
}

/* At most a minute and five seconds at a time. */
static void wait_ms(struct talk *talk, uint32_t ms)
{
    while (ms > 0) {
        uint32_t now = ms < 65535 ? ms : 65535;
        struct draft_record *record = put(talk, SCRIPT_ADVANCE, "", 0);
        if (record == NULL)
            return;
        record->is.milliseconds = (uint16_t)now;
        ms -= now;
    }
}

/* ARP of host number `host`, a number of 0: of nobody (RFC 5227's probe). */
static void arp(struct talk *talk, unsigned iface, unsigned operation, uint8_t host,
                uint32_t sender, uint32_t target)
{
    uint8_t frame[ARP] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 0, 8, 6,
                          0,    1,    8,    0,    6,    4,    0, 1, 2, 0, 0, 0, 0, 0};

    frame[10] = frame[26] = (uint8_t)iface;
    frame[11] = frame[27] = host;
    frame[21] = (uint8_t)operation;
    v4_put32(frame + 28, sender);
    v4_put32(frame + 38, target);
    struct draft_record *record = put(talk, SCRIPT_FRAME, frame, sizeof frame);
    if (record != NULL)
        record->is.interface = (uint8_t)iface;
}

/* A socket's setting, or the host's, and what is sent by it. */
void talk_set(struct draft *draft)
{
    static const char *const settings[] = {
        "ttl value=7",
        "ttl value=255",
        "ttl value=1",
        "tos value=16",
        "tos value=255",
        "df value=0",
        "df value=1",
        "df value=2",
        "options value=94040000",
        "options value=",
        "options value=01010101",
        "options value=8807c612000944080500",
        "checksum value=0",
        "checksum value=1",
        "broadcast value=0",
        "broadcast value=1",
        "peer value=198.18.0.1",
        "peer value=0.0.0.0",
        "peer-port value=40000",
        "peer-port value=0",
        "by-iface value=1",
        "by-iface value=2",
        "by-iface value=0",
        "multicast-ttl value=9",
    };
    static const char *const dsts[] = {"198.18.0.1",      "198.18.0.1",   "198.18.15.255",
                                       "255.255.255.255", "198.18.64.65", "127.0.0.1"};
    struct talk talk = begin(draft);
    unsigned sock = DRAFT_ONE_OF(draft, 1, 1, 1, 2);
    bool raw = draft_once_in(draft, 4);

    arp(&talk, 0, 1, 1, 0xc6120001, 0xc6120002);
    if (draft_once_in(draft, 2))
        say(&talk, raw ? "ip.bind protocol=253" : "udp.bind port=4000");
    for (size_t n = 1 + draft_below(draft, 3); n > 0; n--)
        say(&talk, "set sock=%u name=%s", sock,
            settings[draft_below(draft, sizeof settings / sizeof *settings)]);
    say(&talk,
        raw ? "ip.send sock=%u dst=%s protocol=253 data=0102030405060708"
            : "udp.send sock=%u dst=%s dport=40000 data=706f7374656c",
        sock, dsts[draft_below(draft, sizeof dsts / sizeof *dsts)]);
    if (draft_once_in(draft, 3))
        say(&talk, "%s.close sock=%u", draft_once_in(draft, 4) ? "ip" : "udp", sock);
}

/* Somebody else's claim, in one of the forms that it may have. */
static void contest(struct talk *talk, unsigned iface, uint32_t addr)
{
    uint8_t host = (uint8_t)DRAFT_ONE_OF(talk->draft, 9, 9, 8);

    switch (draft_below(talk->draft, 6)) {
    case 0: /* a probe */
        arp(talk, iface, 1, host, 0, addr);
        break;
    case 1:
        arp(talk, iface, 2, host, addr, iface == 0 ? 0xc6120002 : 0xc6124042);
        break;
    case 2:
        arp(talk, iface, 1, host, addr, iface == 0 ? 0xc6120001 : 0xc6124041);
        break;
    case 3: /* on the other link it is none */
        arp(talk, !iface, 1, host, addr, addr);
        break;
    case 4: /* nor is a question */
        arp(talk, iface, 1, host, iface == 0 ? 0xc6120009 : 0xc6124049, addr);
        break;
    default:
        arp(talk, iface, 1, host, addr, addr);
        break;
    }
}

static void look(struct talk *talk, unsigned iface, uint32_t addr)
{
    switch (draft_below(talk->draft, 4)) {
    case 0:
        say(talk, "list kind=address");
        break;
    case 1:
        say(talk, "sync");
        break;
    case 2:
        arp(talk, iface, 1, 1, iface == 0 ? 0xc6120001 : 0xc6124041, addr);
        break;
    default:
        break;
    }
}

static uint32_t some_time(struct draft *draft)
{
    return DRAFT_ONE_OF(draft, 1, 500, 999, 1500, 2500, 3500, 5000, 7500, 9000, 9999, 10001, 20000,
                        61000);
}

/* One address after the other is taken before it is ours. */
static void lose_many(struct talk *talk, unsigned iface)
{
    const char *net = iface == 0 ? "198.18.0" : "198.18.64";
    unsigned many = DRAFT_ONE_OF(talk->draft, 9, 10, 11, 12);

    for (unsigned n = 0; n < many; n++) {
        unsigned host = (iface == 0 ? 30 : 80) + n;
        say(talk, "add kind=address iface=%u addr=%s.%u len=%u probe=1", iface, net, host,
            iface == 0 ? 20 : 26);
        arp(talk, iface, 2, 9, (iface == 0 ? 0xc6120000 : 0xc6124000) + host,
            iface == 0 ? 0xc6120002 : 0xc6124042);
    }
    say(talk, "add kind=address iface=%u addr=%s.%u len=%u probe=1", iface, net,
        iface == 0 ? 60 : 100, iface == 0 ? 20 : 26);
    if (draft_once_in(talk->draft, 2))
        wait_ms(talk, some_time(talk->draft));
}

/* 169.254.0.0, that nobody has, stands for the one that the host has chosen (fuzz_host.c). */
static void choose(struct talk *talk, unsigned iface)
{
    if (draft_once_in(talk->draft, 2))
        say(talk, "del kind=address iface=%u addr=%s", iface,
            iface == 0 ? "198.18.0.2" : "198.18.64.66");
    if (draft_once_in(talk->draft, 2)) /* each MAC has choices of its own */
        say(talk, "set name=mac iface=%u value=0200%04x00%02x", iface,
            (unsigned)draft_below(talk->draft, 65536), iface);
    if (draft_once_in(talk->draft, 3))
        say(talk, "set name=defend value=%u", (unsigned)draft_below(talk->draft, 3));
    say(talk, "set name=link-local iface=%u value=1", iface);
    if (draft_once_in(talk->draft, 2))
        say(talk, "del kind=address iface=%u addr=%s", iface,
            iface == 0 ? "198.18.0.2" : "198.18.64.66");
    wait_ms(talk, some_time(talk->draft));
    for (size_t n = draft_below(talk->draft, 4); n > 0; n--) {
        contest(talk, iface, 0xa9fe0000);
        wait_ms(talk, some_time(talk->draft));
    }
    if (draft_once_in(talk->draft, 3))
        arp(talk, iface, 1, 9, 0xa9fe0709, 0xa9fe0000);
    if (draft_once_in(talk->draft, 3)) {
        say(talk, "udp.bind port=4000");
        say(talk, "udp.send sock=1 dst=%s dport=9 data=61",
            draft_once_in(talk->draft, 2) ? "169.254.7.7" : "203.0.113.1");
    }
    if (draft_once_in(talk->draft, 2))
        say(talk, "add kind=address iface=%u addr=%s len=%u", iface,
            iface == 0 ? "198.18.0.20" : "198.18.64.80", iface == 0 ? 20 : 26);
    wait_ms(talk, some_time(talk->draft));
    if (draft_once_in(talk->draft, 2))
        say(talk, "del kind=address iface=%u addr=%s", iface,
            iface == 0 ? "198.18.0.20" : "198.18.64.80");
    else
        say(talk, "set name=link-local iface=%u value=%u", iface,
            (unsigned)draft_below(talk->draft, 2));
    wait_ms(talk, some_time(talk->draft));
}

void talk_claim(struct draft *draft)
{
    struct talk talk = begin(draft);
    unsigned iface = (unsigned)draft_below(draft, 2);
    uint32_t host = DRAFT_ONE_OF(draft, 80, 80, 81, 66), addr = 0xc6120000 + host;
    bool probe = !draft_once_in(draft, 4);

    if (draft_once_in(draft, 8)) {
        lose_many(&talk, iface);
        return;
    }
    if (draft_once_in(draft, 4)) {
        choose(&talk, iface);
        return;
    }
    addr = iface == 0 ? addr : 0xc6124000 + host;
    if (draft_once_in(draft, 10)) /* no host's, by this length or by another */
        addr = iface == 0 ? DRAFT_ONE_OF(draft, 0xc6120000, 0xc6120fff)
                          : DRAFT_ONE_OF(draft, 0xc6124040, 0xc612407f);
    if (draft_once_in(draft, 3))
        say(&talk, "set name=defend value=%u", (unsigned)draft_below(draft, 3));
    say(&talk, "add kind=address iface=%u addr=198.18.%u.%u len=%u%s%s%s", iface, addr >> 8 & 255,
        addr & 255, iface == 0 ? 20u : DRAFT_ONE_OF(draft, 26, 26, 24, 32), probe ? " probe=1" : "",
        draft_once_in(draft, 4) ? " primary=1" : "",
        draft_once_in(draft, 4) ? " deprecated=1" : "");
    for (size_t n = draft_below(draft, 5); n > 0; n--) {
        wait_ms(&talk, some_time(draft));
        if (draft_once_in(draft, 2))
            contest(&talk, iface, addr);
        if (draft_once_in(draft, 6)) {
            say(&talk, "set name=up iface=%u value=0", iface);
            wait_ms(&talk, some_time(draft));
            say(&talk, "set name=up iface=%u value=1", iface);
        }
        look(&talk, iface, addr);
    }
    if (draft_once_in(draft, 3))
        say(&talk, "del kind=address iface=%u addr=198.18.%u.%u", iface, addr >> 8 & 255,
            addr & 255);
    look(&talk, iface, addr);
}

/* What waits has so many octets of data. */
static void send(struct talk *talk, uint8_t host)
{
    char data[2 * 96 + 1];
    size_t len = DRAFT_ONE_OF(talk->draft, 1, 2, 3, 40, 96);

    for (size_t i = 0; i < len; i++)
        snprintf(data + 2 * i, 3, "%02x", (unsigned)((i + len) & 255));
    say(talk, "udp.send sock=1 dst=198.18.0.%u dport=40000 data=%s", host, data);
}

void talk_neighbor(struct draft *draft)
{
    struct talk talk = begin(draft);
    uint8_t host = (uint8_t)DRAFT_ONE_OF(draft, 9, 9, 1, 119);
    unsigned lifetime = DRAFT_ONE_OF(draft, 1, 5, 20, 60, 900);

    say(&talk, "udp.bind port=4000");
    if (draft_once_in(draft, 3))
        say(&talk, "set name=neighbor-lifetime value=%u", lifetime);
    if (draft_once_in(draft, 3))
        say(&talk, "set name=neighbor-polls value=%u", (unsigned)draft_below(draft, 4));
    if (draft_once_in(draft, 6))
        say(&talk, "add kind=neighbor iface=0 addr=198.18.0.%u mac=020000000008", host);
    for (size_t n = 1 + draft_below(draft, 6); n > 0; n--)
        switch (draft_below(draft, 8)) {
        case 0:
        case 1:
        case 2:
            send(&talk, host);
            break;
        case 3: /* it answers, asks, or tells everybody */
            arp(&talk, 0, 2, host, 0xc6120000u + host, 0xc6120002);
            break;
        case 4:
            arp(&talk, 0, 1, (uint8_t)DRAFT_ONE_OF(draft, host, 7), 0xc6120000u + host,
                DRAFT_ONE_OF(draft, 0xc6120002, 0xc6120001, 0xc6120000u + host));
            break;
        case 5:
            wait_ms(&talk, DRAFT_ONE_OF(draft, 500, 1000, 2000, 3001, lifetime * 1000,
                                        lifetime * 1000 + 1, lifetime * 900));
            break;
        case 6:
            say(&talk, "list kind=neighbor");
            break;
        default:
            if (draft_once_in(draft, 3))
                say(&talk, "del kind=neighbor iface=0 addr=198.18.0.%u", host);
            else if (draft_once_in(draft, 2))
                say(&talk, "add kind=advice dst=198.18.0.%u good=0", host);
            else
                wait_ms(&talk, 3001);
            break;
        }
}

/* An ICMP message about a mask: of a neighbour, to the host or to everybody. */
static void mask(struct talk *talk, unsigned iface, unsigned type, uint32_t value, bool to_all)
{
    uint8_t frame[FRAME + 20 + 12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45};
    uint8_t *p = frame + FRAME, *icmp = p + 20;

    frame[4] = frame[10] = (uint8_t)iface;
    if (to_all)
        memset(frame, 0xff, 6);
    v4_put16(p + 2, 32);
    p[8] = 64;
    p[9] = 1;
    v4_put32(p + 12, iface == 0 ? 0xc6120001 : 0xc6124041);
    v4_put32(p + 16, to_all ? UINT32_MAX : iface == 0 ? 0xc6120002 : 0xc6124042);
    icmp[0] = (uint8_t)type;
    v4_put32(icmp + 4, (uint32_t)draft_below(talk->draft, 3) << 16);
    v4_put32(icmp + 8, value);
    uint32_t sum = 0;
    for (size_t i = 0; i < 12; i += 2)
        sum += v4_be16(icmp + i);
    sum = (sum & 0xffff) + (sum >> 16);
    v4_put16(icmp + 2, (uint16_t) ~((sum & 0xffff) + (sum >> 16)));
    struct draft_record *record = put(talk, SCRIPT_FRAME, frame, sizeof frame);
    if (record == NULL)
        return;
    record->is.interface = (uint8_t)iface;
    packet_repair(record);
}

void talk_mask(struct draft *draft)
{
    struct talk talk = begin(draft);
    unsigned iface = (unsigned)draft_below(draft, 2);
    bool agent = draft_once_in(draft, 3);

    arp(&talk, iface, 1, 1, iface == 0 ? 0xc6120001 : 0xc6124041,
        iface == 0 ? 0xc6120002 : 0xc6124042);
    if (draft_once_in(draft, 6))
        say(&talk, "%s kind=address iface=%u addr=%s", "del", iface,
            iface == 0 ? "198.18.0.2" : "198.18.64.66");
    if (draft_once_in(draft, 6))
        say(&talk, "add kind=address iface=%u addr=%s len=%u", iface,
            draft_once_in(draft, 2) ? "172.16.0.9" : "10.1.2.3", DRAFT_ONE_OF(draft, 20, 24, 12));
    if (agent)
        say(&talk, "set name=mask-agent value=%u", (unsigned)draft_below(draft, 2));
    else
        say(&talk, "set name=mask-learn iface=%u value=1", iface);
    for (size_t n = 1 + draft_below(draft, 5); n > 0; n--)
        switch (draft_below(draft, 5)) {
        case 0:
            wait_ms(&talk, DRAFT_ONE_OF(draft, 1000, 2000, 4000, 9000));
            break;
        case 1:
            say(&talk, "list kind=address");
            break;
        case 2:
            say(&talk,
                agent ? "set name=mask-agent value=%u" : "set name=mask-learn value=%u iface=%u",
                (unsigned)draft_below(draft, 2), iface);
            break;
        default:
            mask(&talk, iface, agent ? 17 : 18,
                 DRAFT_ONE_OF(draft, 0xfffff000, 0xffffff00, 0xffff0000, 0xffffffc0, 0xff00ff00,
                              0xfffff0f0, 0xfffffffe, 0, UINT32_MAX),
                 draft_once_in(draft, 2));
            break;
        }
    if (!agent)
        say(&talk, "list kind=address");
}
