/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host among a querier and other members of its groups: a script of steps, and what is sent after
 * each, as text. */
#pragma once
#include <inttypes.h>
#include "bench.h"
#include "wire/igmp.h"

#define G1 "233.252.0.1"
#define G2 "233.252.0.2"

static char igmp_said[65536];

static inline void igmp_put_addr(uint32_t addr)
{
    size_t at = strlen(igmp_said);

    snprintf(igmp_said + at, sizeof igmp_said - at, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 255,
             addr >> 8 & 255, addr & 255);
}

static inline void igmp_put(const char *text)
{
    size_t at = strlen(igmp_said);

    snprintf(igmp_said + at, sizeof igmp_said - at, "%s", text);
}

static inline void igmp_put_records(struct v4_span message)
{
    static const char *const types[] = {"?", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK"};
    size_t at = 8;

    for (unsigned count = v4_be16(message.octets + 6); count > 0; count--) {
        cr_assert(at + 8 <= message.len);
        const uint8_t *record = message.octets + at;
        igmp_put(at == 8 ? "" : "+");
        igmp_put(types[record[0] < 7 ? record[0] : 0]);
        igmp_put("(");
        igmp_put_addr(v4_be32(record + 4));
        cr_expect(record[1] == 0, "auxiliary data");
        for (unsigned i = 0; i < v4_be16(record + 2); i++) {
            igmp_put(",");
            igmp_put_addr(v4_be32(record + 8 + (size_t)4 * i));
        }
        igmp_put(")");
        at += 8 + (size_t)4 * v4_be16(record + 2);
    }
    cr_expect(at == message.len, "octets after the last record");
}

/* Everything that the host has sent: for each message the interface and what it says. */
static inline const char *igmp_sent(struct rig *rig)
{
    struct v4_ether ether;
    struct v4_ip ip;
    char number[16];

    igmp_said[0] = '\0';
    while (rig_out(rig, &ether)) {
        cr_assert(ether.type == V4_ETHER_TYPE_IP && v4_ip_parse(ether.data, &ip) == V4_KEEP);
        if (ip.protocol != V4_PROTOCOL_IGMP)
            continue;
        cr_assert(ip.data.len >= 8 && v4_checksum(ip.data) == 0);
        cr_expect(ip.ttl == 1 && ip.data.octets[1] == 0);
        snprintf(number, sizeof number, "%s%u:", igmp_said[0] == '\0' ? "" : " ", rig->out_iface);
        igmp_put(number);
        if (ip.data.octets[0] == V4_IGMP_REPORT_3) {
            cr_expect(ip.dst == V4_ADDR(224, 0, 0, 22) && ip.tos == 0xc0 && ip.options.len == 4);
            igmp_put_records(ip.data);
            continue;
        }
        uint32_t group = v4_be32(ip.data.octets + 4);
        bool leaves = ip.data.octets[0] == V4_IGMP_LEAVE;
        cr_expect(ip.dst == (leaves ? V4_ADDR_ALL_ROUTERS : group) && ip.data.len == 8);
        igmp_put(leaves ? "leave(" : ip.data.octets[0] == V4_IGMP_REPORT_1 ? "v1(" : "v2(");
        igmp_put_addr(group);
        igmp_put(")");
    }
    return igmp_said;
}

/* A message of IGMP to the host, with the option that routers' messages have. */
static inline void igmp_hear(struct rig *rig, uint32_t dst, struct v4_span message)
{
    static const uint8_t alert[] = {V4_OPTION_ROUTER_ALERT, 4, 0, 0};
    struct v4_ip ip = {.ttl = 1,
                       .protocol = V4_PROTOCOL_IGMP,
                       .src = rig->iface == 0 ? THEM : V4_ADDR(198, 18, 1, 1),
                       .dst = dst,
                       .options = {alert, sizeof alert},
                       .data = message};
    struct v4_mac to = rig->to;

    if (v4_addr_is_multicast(dst))
        rig->to = (struct v4_mac){
            {1, 0, 0x5e, (uint8_t)(dst >> 16 & 0x7f), (uint8_t)(dst >> 8), (uint8_t)dst}};
    rig_ip(rig, &ip);
    rig->to = to;
}

static inline uint32_t igmp_addr(const char *text)
{
    unsigned a, b, c, d;

    cr_assert(sscanf(text, "%u.%u.%u.%u", &a, &b, &c, &d) == 4, "%s", text);
    return V4_ADDR(a, b, c, d);
}

/* "VERSION GROUP CODE [SOURCE ...]"; GROUP 0.0.0.0: a general query. */
static inline void igmp_query(struct rig *rig, const char *text)
{
    uint8_t message[12 + 4 * 100] = {V4_IGMP_QUERY};
    unsigned version, code, count = 0;
    char group[32], source[32];
    int at = 0, used;

    cr_assert(sscanf(text, "%u %31s %u%n", &version, group, &code, &at) == 3, "%s", text);
    while (sscanf(text + at, " %31s%n", source, &used) == 1) {
        v4_put32(message + 12 + (size_t)4 * count++, igmp_addr(source));
        at += used;
    }
    uint32_t asked = igmp_addr(group);
    message[1] = (uint8_t)code;
    v4_put32(message + 4, asked);
    v4_put16(message + 10, (uint16_t)count);
    size_t len = version < 3 ? 8 : 12 + (size_t)4 * count;
    v4_put16(message + 2, v4_checksum((struct v4_span){message, len}));
    igmp_hear(rig, asked == 0 ? V4_ADDR_ALL_HOSTS : asked, (struct v4_span){message, len});
}

/* "TYPE GROUP", TYPE in hex. */
static inline void igmp_report(struct rig *rig, const char *text)
{
    uint8_t message[8];
    unsigned type;
    char group[32];

    cr_assert(sscanf(text, "%x %31s", &type, group) == 2, "%s", text);
    v4_igmp_emit((uint8_t)type, igmp_addr(group), message);
    igmp_hear(rig, igmp_addr(group), (struct v4_span){message, sizeof message});
}

/* A step: "+MS" lets time pass, stopping wherever the host wants to; "?..." is a query, "!..." a
 * report of another host, each by interface 0; what is else is a line for the upper tester. */
struct igmp_step {
    const char *does, *sent;
};

static inline void igmp_pass(struct bench *bench, v4_time span)
{
    v4_time end = bench->rig->now + span, next;

    while ((next = v4_host_next_timeout(bench->rig->host)) <= end) {
        cr_assert(next >= bench->rig->now, "a time that is over");
        rig_advance(bench->rig, next - bench->rig->now);
        cr_assert(v4_host_next_timeout(bench->rig->host) > next, "it is never done");
    }
    rig_advance(bench->rig, end - bench->rig->now);
}

static inline void igmp_do(struct bench *bench, const char *does)
{
    char line[4096];

    if (does[0] == '+') {
        igmp_pass(bench, (v4_time)strtoull(does + 1, NULL, 10) * V4_MS);
    } else if (does[0] == '?') {
        igmp_query(bench->rig, does + 1);
    } else if (does[0] == '!') {
        igmp_report(bench->rig, does + 1);
    } else {
        snprintf(line, sizeof line, "1 %s", does);
        say(bench, line);
        cr_expect(strncmp(bench->said[bench->count - 1], "1 ok", 4) == 0, "%s: %s", does,
                  bench->said[bench->count - 1]);
    }
}

static inline void igmp_play(struct bench *bench, const struct igmp_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        igmp_do(bench, steps[i].does);
        const char *sent = igmp_sent(bench->rig);
        cr_expect(strcmp(sent, steps[i].sent) == 0, "step %zu, %s: %s, not %s", i, steps[i].does,
                  sent, steps[i].sent);
    }
}

#define PLAY(bench, ...)                                                                           \
    igmp_play((bench), (const struct igmp_step[]){__VA_ARGS__},                                    \
              COUNT(((const struct igmp_step[]){__VA_ARGS__})))
