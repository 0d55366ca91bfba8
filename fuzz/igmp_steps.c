/* SPDX-License-Identifier: BSD-2-Clause */
#include "igmp_steps.h"
#include <stdio.h>
#include <string.h>

#define FRAME 14
#define HEADER 24
#define ALL_SYSTEMS 0xe0000001

static struct {
    bool exact; /* lines are given to a host as they are */
    bool ordered;
    uint32_t group; /* that all is about; 0: any */
    size_t at;      /* the place of the next step, where they have an order */
} how;

static uint32_t group_of(struct draft *draft)
{
    if (how.group != 0 && !draft_once_in(draft, 6))
        return how.group;
    if (how.exact && draft_once_in(draft, 24)) /* of which one is special, and one none */
        return DRAFT_ONE_OF(draft, 0xe0000001, 0xe0000000, 0xc6120009);
    return DRAFT_ONE_OF(draft, 0xe9fc0001, 0xe9fc0001, 0xe9fc0001, 0xe9fc0002, 0xe9fc0002,
                        0xe9fc0003, 0xe9fc0004, 0xe00000fb, 0xe9fc0105, 0xe97c0001, 0xe8010203);
}

static uint32_t source_of(struct draft *draft)
{
    if (draft_once_in(draft, 6)) /* who sends, too */
        return DRAFT_ONE_OF(draft, 0xc6120001, 0xc6120009, 0xc6124041);
    return 0xc0000200u + (uint32_t)draft_below(draft, draft_once_in(draft, 4) ? 24 : 4) + 1;
}

static unsigned iface_of(struct draft *draft)
{
    return draft_once_in(draft, 6);
}

static size_t place(struct draft *draft)
{
    if (how.ordered)
        return how.at < draft->count ? how.at++ : draft->count;
    return draft_once_in(draft, 2) ? draft->count : draft_below(draft, draft->count + 1);
}

static uint16_t sum_of(const uint8_t *octets, size_t len)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 == 0 ? (uint32_t)octets[i] << 8 : octets[i];
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* The header's sum, and IGMP's; UDP has none. */
static void repair(struct draft_record *frame)
{
    size_t header = packet_header_len(frame), len = packet_len(frame);
    uint8_t *p = packet_of(frame);

    packet_repair(frame);
    if (p[9] != 2 || header < 20 || len < header + 4)
        return;
    size_t total = v4_be16(p + 2);
    if (total >= header + 4 && total < len)
        len = total;
    v4_put16(p + header + 2, 0);
    v4_put16(p + header + 2, sum_of(p + header, len - header));
}

/* To whom: the Ethernet address follows. */
static void address_to(struct draft_record *frame, uint32_t dst)
{
    const uint8_t us[] = {2, 0, 0, 0, frame->is.interface & 1, 2};
    const uint8_t mac[] = {1, 0, 0x5e, dst >> 16 & 0x7f, dst >> 8 & 255, dst & 255};

    v4_put32(packet_of(frame) + 16, dst);
    memcpy(frame->octets, dst >> 28 == 14 ? mac : us, 6);
}

static struct draft_record *new_frame(struct draft *draft, bool alert, uint8_t protocol,
                                      uint32_t dst, size_t data)
{
    static const uint8_t option[] = {148, 4, 0, 0};
    const size_t header = alert ? HEADER : 20;
    struct draft_record *frame = draft_new_packet(draft, place(draft), header + data);

    if (frame == NULL)
        return NULL;
    uint8_t *p = packet_of(frame);
    frame->is.interface = (uint8_t)iface_of(draft);
    memset(p + 20, 0, header - 20 + data);
    if (alert)
        memcpy(p + 20, option, 4);
    p[0] = (uint8_t)(0x40 + header / 4);
    p[8] = 1;
    p[9] = protocol;
    v4_put32(p + 12,
             frame->is.interface & 1 ? 0xc6124041 : DRAFT_ONE_OF(draft, 0xc6120001, 0xc6120009));
    address_to(frame, dst);
    return frame;
}

/* Of any version; general, or about a group, or about sources of it. */
static void query(struct draft *draft)
{
    const unsigned version = DRAFT_ONE_OF(draft, 3, 3, 3, 3, 3, 2, 2, 1);
    const bool general = version == 1 || draft_once_in(draft, 3);
    const uint32_t group = general && !draft_once_in(draft, 8) ? 0 : group_of(draft);
    const size_t sources =
        version < 3 || general || draft_once_in(draft, 3) ? 0 : 1 + draft_below(draft, 4);
    const uint32_t us = draft_once_in(draft, 8) ? 0xc6120002 : ALL_SYSTEMS;
    const uint32_t many = draft_once_in(draft, 12) ? group_of(draft) : us;
    const uint32_t dst = general ? many : draft_once_in(draft, 4) ? ALL_SYSTEMS : group;
    struct draft_record *frame = new_frame(draft, version > 1 && !draft_once_in(draft, 12), 2, dst,
                                           (version == 3 ? 12 : 8) + 4 * sources);

    if (frame == NULL)
        return;
    if (dst == 0xc6120002 && frame->is.interface & 1)
        address_to(frame, 0xc6124042);
    uint8_t *p = packet_of(frame) + packet_header_len(frame);
    p[0] = 0x11;
    p[1] =
        (uint8_t)(version == 1 ? 0
                               : DRAFT_ONE_OF(draft, 1, 10, 10, 100, 100, 127, 128, 143, 200, 255));
    v4_put32(p + 4, group);
    if (version == 3) {
        p[8] = (uint8_t)DRAFT_ONE_OF(draft, 2, 2, 2, 10, 0, 7);
        p[9] = (uint8_t)DRAFT_ONE_OF(draft, 125, 125, 125, 20, 0, 1, 130);
        v4_put16(p + 10, (uint16_t)(sources + draft_once_in(draft, 12)));
        for (size_t i = 0; i < sources; i++)
            v4_put32(p + 12 + 4 * i, source_of(draft));
    }
    repair(frame);
}

/* One source more, or none any more. */
static void another_source(struct draft *draft, struct draft_record *frame)
{
    const size_t header = packet_header_len(frame);
    const size_t count = v4_be16(packet_of(frame) + header + 10);
    const size_t more = count > 0 && draft_once_in(draft, 3) ? 0 : count + 1;

    if (packet_len(frame) != header + 12 + 4 * count ||
        !draft_resize(draft, frame, FRAME + header + 12 + 4 * more))
        return;
    v4_put16(packet_of(frame) + 2, (uint16_t)packet_len(frame));
    v4_put16(packet_of(frame) + header + 10, (uint16_t)more);
    if (more > 0)
        v4_put32(packet_of(frame) + header + 8 + 4 * more, source_of(draft));
}

/* Octets behind the last source, which are passed over. */
static void longer(struct draft *draft, struct draft_record *frame)
{
    const size_t more = 4 * (1 + draft_below(draft, 3));

    if (draft_resize(draft, frame, frame->len + more))
        v4_put16(packet_of(frame) + 2, (uint16_t)packet_len(frame));
}

/* The same once more, a moment later, with another time to answer it: what comes of two at once? */
static void ask_again(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL)
        return;
    const size_t at = (size_t)(frame - draft->records) + 1, header = packet_header_len(frame);
    struct draft_record *copy = draft_insert(draft, at, frame);
    if (copy == NULL || packet_len(copy) < header + 8 || packet_of(copy)[header] != 0x11)
        return;
    if (packet_of(copy)[header + 1] != 0)
        packet_of(copy)[header + 1] =
            (uint8_t)DRAFT_ONE_OF(draft, 1, 5, 10, 30, 100, 127, 143, 255);
    if (packet_len(copy) == header + 12 && draft_once_in(draft, 2)) /* about a group by now */
        v4_put32(packet_of(copy) + header + 4, group_of(draft));
    if (packet_len(copy) >= header + 12 && draft_once_in(draft, 3))
        another_source(draft, copy);
    else if (packet_len(copy) >= header + 12 && draft_once_in(draft, 6))
        longer(draft, copy);
    repair(copy);
    if (draft_once_in(draft, 2)) {
        const struct draft_record advance = {.is.kind = SCRIPT_ADVANCE,
                                             .is.milliseconds =
                                                 (uint16_t)DRAFT_ONE_OF(draft, 1, 50, 300)};
        draft_insert(draft, at, &advance);
    }
}

/* A neighbour's. */
static void report(struct draft *draft)
{
    const uint8_t type = (uint8_t)DRAFT_ONE_OF(draft, 0x16, 0x16, 0x16, 0x12, 0x12, 0x17, 0x22);
    const uint32_t group = group_of(draft);
    struct draft_record *frame = new_frame(draft, type != 0x12, 2, group, 8);

    if (frame == NULL)
        return;
    uint8_t *p = packet_of(frame) + packet_header_len(frame);
    p[0] = type;
    v4_put32(p + 4, group);
    repair(frame);
}

static void datagram(struct draft *draft)
{
    const uint8_t protocol = how.exact && draft_once_in(draft, 6) ? 253 : 17;
    struct draft_record *frame =
        new_frame(draft, false, protocol, group_of(draft), 8 + draft_below(draft, 8));

    if (frame == NULL)
        return;
    uint8_t *p = packet_of(frame);
    if (how.exact && draft_once_in(draft, 3)) /* from another network, by a router */
        v4_put32(p + 12, source_of(draft));
    v4_put16(p + 20, 40000);
    v4_put16(p + 22, (uint16_t)(4000 + draft_below(draft, 2)));
    v4_put16(p + 24, (uint16_t)(packet_len(frame) - 20));
    repair(frame);
}

static size_t sources_of(struct draft *draft, char *to, size_t room, size_t count)
{
    size_t len = 0;
    const bool many = count > 4; /* one after the other: so many that no report holds them */
    const uint32_t first = 0xc0000201u + (many && draft_once_in(draft, 3) ? 100 : 0);

    while (count-- > 0 && len + 20 < room) {
        const uint32_t addr = many ? first + (uint32_t)count : source_of(draft);
        len += (size_t)snprintf(to + len, room - len, ",%u.%u.%u.%u", addr >> 24, addr >> 16 & 255,
                                addr >> 8 & 255, addr & 255);
    }
    return len;
}

static void ask(struct draft *draft, const char *line)
{
    const struct draft_record op = {.is.kind = SCRIPT_OP};
    struct draft_record *record = draft_insert(draft, place(draft), &op);

    if (record != NULL && draft_resize(draft, record, strlen(line)))
        memcpy(record->octets, line, record->len);
}

static const char *about(struct draft *draft)
{
    static char words[96];
    const uint32_t group = group_of(draft);

    int len = snprintf(words, sizeof words, "sock=%zu addr=%u.%u.%u.%u",
                       1 + draft_below(draft, draft_once_in(draft, 8) ? 8 : 3), group >> 24,
                       group >> 16 & 255, group >> 8 & 255, group & 255);
    if (!how.exact || !draft_once_in(draft, 4)) /* else the usual one */
        snprintf(words + len, sizeof words - (size_t)len, " iface=%u", iface_of(draft));
    return words;
}

static void join_or_leave(struct draft *draft)
{
    char line[128];

    snprintf(line, sizeof line, "%s kind=group %s", draft_once_in(draft, 3) ? "del" : "add",
             about(draft));
    ask(draft, line);
}

static void filter(struct draft *draft)
{
    char line[2400];
    size_t len, count = draft_below(draft, draft_once_in(draft, 6) ? 24 : 4);

    if (how.exact && draft_once_in(draft, 8)) /* about as many as there is room for */
        count = DRAFT_ONE_OF(draft, 64, 64, 65, 100, 100, 128, 129, 130);

    len = (size_t)snprintf(line, sizeof line, "set name=group-filter %s value=%s", about(draft),
                           draft_once_in(draft, 2) ? "include" : "exclude");
    sources_of(draft, line + len, sizeof line - len, count);
    ask(draft, line);
}

/* What decides of the host, or of a socket, what is said and heard. */
static void switch_one(struct draft *draft)
{
    static const char *const lines[] = {
        "set name=igmp-router-alert value=0",      "set name=igmp-router-alert value=1",
        "set name=igmp-compatibility value=0",     "set name=igmp-compatibility value=1",
        "set name=multicast-iface sock=1 value=1", "set name=multicast-iface sock=2 value=0",
    };

    ask(draft, lines[draft_below(draft, how.exact ? 6 : 4)]);
}

static void setting(struct draft *draft)
{
    static const struct {
        const char *name;
        unsigned least; /* a script of groups has its values from nought */
    } settings[] = {{"igmp-version", 1}, {"igmp-robustness", 1}, {"mtu", 68}, {"up", 0}};
    char line[128];
    const unsigned what = DRAFT_ONE_OF(draft, 0, 1, 1, 2, 2, 3, 3);
    const unsigned value = what == 0   ? DRAFT_ONE_OF(draft, 1, 2, 3, 3)
                           : what == 1 ? DRAFT_ONE_OF(draft, 1, 2, 2, 3, 4, 7)
                           : what == 3 ? DRAFT_ONE_OF(draft, 0, 1, 1)
                                       : DRAFT_ONE_OF(draft, 68, 76, 108, 1500);

    snprintf(line, sizeof line, "set name=%s iface=%u value=%u", settings[what].name,
             iface_of(draft), how.exact ? value : value - settings[what].least);
    if (draft_once_in(draft, 12))
        switch_one(draft);
    else
        ask(draft, line);
}

static void close_one(struct draft *draft)
{
    char line[64];

    snprintf(line, sizeof line, "udp.close sock=%zu", 1 + draft_below(draft, 4));
    ask(draft, line);
}

static void time_passes(struct draft *draft)
{
    struct draft_record advance = {.is.kind = SCRIPT_ADVANCE};

    advance.is.milliseconds = (uint16_t)DRAFT_ONE_OF(draft, 1, 50, 100, 300, 500, 900, 1000, 1001,
                                                     2000, 5000, 10000, 12800, 26000, 60000, 65535);
    draft_insert(draft, place(draft), &advance);
}

/* An older querier's time is minutes. */
static void long_time(struct draft *draft)
{
    const struct draft_record advance = {.is.kind = SCRIPT_ADVANCE, .is.milliseconds = 65000};
    const size_t at = place(draft);

    for (size_t n = 1 + draft_below(draft, 7); n > 0; n--)
        draft_insert(draft, at, &advance);
}

/* One octet of a message, or of its header; its length. */
static void field(struct draft *draft)
{
    struct draft_record *frame = draft_packet(draft);

    if (frame == NULL)
        return;
    size_t header = packet_header_len(frame), len = packet_len(frame);
    size_t at =
        draft_once_in(draft, 3) ? draft_below(draft, header) : header + draft_below(draft, 16);
    if (draft_once_in(draft, 4)) {
        len = header + DRAFT_ONE_OF(draft, 7, 8, 9, 11, 12, 13, 16, 20, 24);
        if (draft_resize(draft, frame, FRAME + len))
            v4_put16(packet_of(frame) + 2, (uint16_t)len);
    } else if (at < len) {
        packet_of(frame)[at] = (uint8_t)DRAFT_ONE_OF(draft, 0, 1, 2, 7, 16, 127, 128, 224, 255,
                                                     packet_of(frame)[at] + 1u);
    }
    if (!draft_once_in(draft, 6))
        repair(frame);
}

static void digit(struct draft *draft)
{
    struct draft_record *record = draft->records + draft_below(draft, draft->count);

    if (draft->count == 0 || record->is.kind != SCRIPT_OP || record->len == 0)
        return;
    uint8_t *octet = record->octets + draft_below(draft, record->len);
    if (*octet >= '0' && *octet <= '9')
        *octet = (uint8_t)('0' + draft_below(draft, 10));
}

static void (*const steps[])(struct draft *) = {
    ask_again, ask_again,   ask_again,   ask_again,     query,         query,
    query,     query,       report,      datagram,      join_or_leave, filter,
    filter,    filter,      setting,     join_or_leave, join_or_leave, close_one,
    field,     time_passes, time_passes, digit,         time_passes,   long_time};

void igmp_step(struct draft *draft)
{
    how.exact = how.ordered = false;
    how.group = 0;
    steps[draft_below(draft, sizeof steps / sizeof *steps)](draft);
}

static void bind_first(struct draft *draft)
{
    static const char *const binds[] = {"udp.bind port=4000", "udp.bind port=4001",
                                        "ip.bind protocol=253"};

    how.ordered = true;
    how.at = 0;
    for (size_t i = 0; i < 3; i++)
        ask(draft, binds[i]);
}

/* An older querier, a group, a neighbour who reports it too, and who leaves. */
static void talk_older(struct draft *draft)
{
    query(draft);
    join_or_leave(draft);
    time_passes(draft);
    if (draft_once_in(draft, 2))
        query(draft);
    report(draft);
    if (draft_once_in(draft, 2))
        time_passes(draft);
    if (draft_once_in(draft, 2))
        query(draft);
    join_or_leave(draft);
    time_passes(draft);
}

/* Filters of some sockets, and what they should hear. */
static void talk_heard(struct draft *draft)
{
    for (size_t n = 1 + draft_below(draft, 3); n > 0; n--)
        filter(draft);
    for (size_t n = 1 + draft_below(draft, 3); n > 0; n--)
        datagram(draft);
}

/* Another interface for multicasts, another version for a while. */
static void talk_switched(struct draft *draft)
{
    setting(draft);
    switch_one(draft);
    if (draft_once_in(draft, 2))
        join_or_leave(draft);
    setting(draft);
    join_or_leave(draft);
}

/* A querier who is not heard again. */
static void talk_gone(struct draft *draft)
{
    if (draft_once_in(draft, 2))
        setting(draft);
    query(draft);
    long_time(draft);
}

void igmp_talk(struct draft *draft)
{
    static void (*const talks[])(struct draft *) = {talk_older, talk_heard, talk_switched,
                                                    talk_gone};
    const bool bound = draft->count > 0 && draft->records[0].is.kind == SCRIPT_OP;

    how.exact = true;
    how.group = 0;
    if (!bound || draft_once_in(draft, 16))
        bind_first(draft);
    how.ordered = !draft_once_in(draft, 3);
    how.at = draft_below(draft, draft->count + 1);
    if (how.at < 3 && draft->count >= 3)
        how.at = draft->count;
    if (draft_once_in(draft, 2))
        how.group = group_of(draft);
    if (draft_once_in(draft, 4)) {
        how.ordered = true;
        talks[draft_below(draft, sizeof talks / sizeof *talks)](draft);
        return;
    }
    if (draft_once_in(draft, 2))
        join_or_leave(draft);
    for (size_t n = 1 + draft_below(draft, 6); n > 0; n--)
        steps[draft_below(draft, sizeof steps / sizeof *steps)](draft);
}
