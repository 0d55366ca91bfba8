/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is ARP read as RFC 826 has it, and does the table behind it keep its word? ARP packets teach
 * table/neighbor.h and model/neighbors.h, IPv4 packets ask both for their destination, calls fix
 * and remove; the interface chooses a table with ample room or with little. After every step:
 *
 *   parse      an ARP packet is read exactly when RFC 826 says so, and lossless: writing it gives
 *              the same octets
 *   answer     a datagram is sent, waits, or has somebody asked for, as by the model
 *   release    what waited comes out in order, octet by octet, and only then
 *   expire     who is asked again or given up, and when, is the model's
 *   counters   what was added, expired, evicted, given up and dropped is counted so
 *   bound      the table holds what the model holds, never more than was agreed
 *   work       a call costs what it is about, never what is held
 *
 * And at the end: when time has passed only what is fixed is held, and a reset forgets that. */
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "model/neighbors.h"
#include "script.h"
#include "table/neighbor.h"
#include "wire/arp.h"

#define TABLES 2
#define RECORDS 120
#define OURS 0xc6120002
#define WORK 600     /* edges of a call, measured and doubled */
#define WORK_ONE 250 /* for each entry flushed, or datagram let go */

static const size_t sizes[TABLES] = {MODEL_NEIGHBORS, 3};

static struct table {
    struct v4_neighbors *neighbors;
    struct v4_stats stats;
    struct model_neighbors model;
    uint64_t edges, gone; /* before the call */
} tables[TABLES];

static bool open_table(struct table *table, size_t size, uint64_t seed)
{
    const struct v4_neighbor_config config = {
        .neighbors = size,
        .octets = 64,
        .waiting = MODEL_WAITING - (size < MODEL_WAITING),
        .lifetime = 60 * V4_SECOND,
        .retry = V4_SECOND,
        .tries = 3,
        .seed = seed,
        .stats = &table->stats,
    };

    memset(table, 0, sizeof *table);
    table->model = (struct model_neighbors){.size = size,
                                            .octets = config.octets,
                                            .waiting = config.waiting,
                                            .lifetime = config.lifetime,
                                            .retry = config.retry,
                                            .tries = config.tries};
    table->neighbors = v4_neighbors_open(&config);
    return table->neighbors != NULL;
}

static uint64_t gone_by_now(const struct model_neighbors *model)
{
    return model->counts[MODEL_EXPIRED] + model->counts[MODEL_EVICTED] +
           model->counts[MODEL_FAILED] + model->drops[V4_DROP_NEIGHBOR_FULL] +
           model->drops[V4_DROP_NEIGHBOR_FAILED];
}

static void begin_call(struct table *table)
{
    table->gone = gone_by_now(&table->model);
    table->edges = fuzz_edges;
}

static void check(const struct table *table)
{
    const struct model_neighbors *model = &table->model;
    const uint64_t *is = table->stats.value, *drops = table->stats.drops;
    static const enum v4_drop named[] = {V4_DROP_NEIGHBOR_QUEUE, V4_DROP_NEIGHBOR_LENGTH,
                                         V4_DROP_NEIGHBOR_FULL, V4_DROP_NEIGHBOR_FAILED};

    ORACLE(v4_neighbors_count(table->neighbors) == model->count, "bound: %zu held, not %zu",
           v4_neighbors_count(table->neighbors), model->count);
    ORACLE(is[V4_STAT_NEIGHBOR_ADDED] == model->counts[MODEL_ADDED] &&
               is[V4_STAT_NEIGHBOR_EXPIRED] == model->counts[MODEL_EXPIRED] &&
               is[V4_STAT_NEIGHBOR_EVICTED] == model->counts[MODEL_EVICTED] &&
               is[V4_STAT_NEIGHBOR_FAILED] == model->counts[MODEL_FAILED],
           "counters: not those of the model");
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        ORACLE(drops[named[i]] == model->drops[named[i]], "counters: %s %zu, not %zu",
               v4_drop_name(named[i]), (size_t)drops[named[i]], (size_t)model->drops[named[i]]);
    ORACLE(v4_neighbors_next_timeout(table->neighbors) == model_next(model),
           "expire: the next time-out is another");
}

static void end_call(const struct table *table)
{
    const uint64_t edges = fuzz_edges - table->edges;
    const uint64_t gone = gone_by_now(&table->model) - table->gone + table->model.released_count;

    ORACLE(edges <= WORK + WORK_ONE * gone, "work: %zu edges", (size_t)edges);
    check(table);
}

static void check_released(struct table *table, bool first, struct v4_span datagram)
{
    for (size_t i = 0; i < table->model.released_count; i++) {
        const struct v4_span *want = table->model.released + i;
        bool there = i == 0 ? first : v4_neighbors_next(table->neighbors, &datagram);
        ORACLE(there && datagram.len == want->len &&
                   memcmp(datagram.octets, want->octets, want->len) == 0,
               "release: datagram %zu of %zu is not what waited", i, table->model.released_count);
    }
    if (table->model.released_count == 0)
        ORACLE(!first, "release: a datagram that nobody waited with");
    else
        ORACLE(!v4_neighbors_next(table->neighbors, &datagram), "release: more than waited");
}

/* RFC 826, once more: what makes a packet one that an Ethernet host with IPv4 reads. */
static bool is_arp(struct v4_span packet)
{
    static const uint8_t head[] = {0, 1, 8, 0, 6, 4, 0};

    return packet.len >= 28 && memcmp(packet.octets, head, sizeof head) == 0 &&
           (packet.octets[7] == 1 || packet.octets[7] == 2);
}

static void on_arp(struct table *table, unsigned iface, struct v4_span packet, v4_time now)
{
    struct v4_span datagram = {NULL, 0};
    struct v4_arp arp;
    uint8_t octets[V4_ARP_LEN];
    const bool read = fuzz_gets_through(v4_arp_parse(packet, &arp) == V4_KEEP);

    ORACLE(read == is_arp(packet), "parse: a packet is %s", read ? "read" : "refused");
    if (!read)
        return;
    v4_arp_emit(&arp, octets);
    ORACLE(memcmp(octets, packet.octets, sizeof octets) == 0, "parse: written, it is another");

    begin_call(table);
    bool first = v4_neighbors_learn(table->neighbors, iface, arp.sender, arp.sender_mac,
                                    arp.target == OURS, now, &datagram);
    model_learn(&table->model, iface, v4_be32(packet.octets + 14), packet.octets + 8,
                v4_be32(packet.octets + 24) == OURS, now);
    end_call(table);
    check_released(table, first, datagram);
}

/* `packet` is a copy that ends with the call, `sent` lasts as long as the script. */
static void on_packet(struct table *table, unsigned iface, struct v4_span packet,
                      struct v4_span sent, v4_time now)
{
    static const enum v4_neighbor_answer answers[] = {V4_NEIGHBOR_KNOWN, V4_NEIGHBOR_ASK,
                                                      V4_NEIGHBOR_WAIT, V4_NEIGHBOR_FULL};
    struct v4_mac mac = {{0}};
    uint8_t want[6] = {0};

    if (packet.len < 20)
        return;
    uint32_t dst = v4_be32(packet.octets + 16);
    begin_call(table);
    enum v4_neighbor_answer is =
        v4_neighbors_resolve(table->neighbors, iface, dst, packet, now, &mac);
    enum model_answer should = model_resolve(&table->model, iface, dst, sent, now, want);
    end_call(table);
    ORACLE(is == answers[should], "answer: %d, not %d", (int)is, (int)answers[should]);
    ORACLE(memcmp(mac.octets, want, 6) == 0, "answer: another MAC");
}

static void on_frame(struct table *table, unsigned iface, struct v4_span frame, v4_time now)
{
    struct v4_span packet;

    if (!fuzz_packet(frame, &packet))
        return;
    const struct v4_span sent = {frame.octets + FUZZ_ETHERNET, packet.len};
    if (v4_be16(frame.octets + 12) == 0x0806)
        on_arp(table, iface, packet, now);
    else
        on_packet(table, iface, packet, sent, now);
    free((void *)packet.octets);
}

/* A call: `f` fixes, `r` removes, anything else forgets all; an address and a MAC follow. */
static void on_call(struct table *table, unsigned iface, struct v4_span op)
{
    struct v4_mac mac;

    if (op.len < 11)
        return;
    uint32_t addr = v4_be32(op.octets + 1);
    memcpy(mac.octets, op.octets + 5, 6);
    begin_call(table);
    if (op.octets[0] == 'f')
        ORACLE(v4_neighbors_fix(table->neighbors, iface, addr, mac) ==
                   model_fix(&table->model, iface, addr, op.octets + 5),
               "answer: one is fixed, or is not");
    else if (op.octets[0] == 'r')
        ORACLE(v4_neighbors_remove(table->neighbors, iface, addr) ==
                   model_remove(&table->model, iface, addr),
               "answer: one is removed, or is not");
    end_call(table);
}

static void pass(struct table *table, v4_time now)
{
    struct v4_neighbor_event event;
    struct model_neighbor neighbor;
    bool failed = false;

    for (bool more = true; more;) {
        begin_call(table);
        more = v4_neighbors_expire(table->neighbors, now, &event);
        ORACLE(more == model_tick(&table->model, now, &neighbor, &failed),
               "expire: an event that is none, or none");
        end_call(table);
        if (!more)
            break;
        ORACLE(event.failed == failed && event.addr == neighbor.addr &&
                   event.iface == neighbor.iface,
               "expire: another neighbour, or it is not given up");
        if (failed)
            check_released(table, event.datagram.len > 0, event.datagram);
    }
}

static void finish(struct table *table, v4_time now)
{
    v4_time next;

    for (size_t steps = 0; (next = v4_neighbors_next_timeout(table->neighbors)) != V4_NEVER;) {
        ORACLE(steps++ <= 4 * MODEL_NEIGHBORS, "expire: time passes and something stays");
        now = next > now ? next : now;
        pass(table, now);
    }
    v4_neighbors_reset(table->neighbors);
    ORACLE(v4_neighbors_count(table->neighbors) == 0, "bound: a reset forgets not all");
    v4_neighbors_close(table->neighbors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size};
    struct script_record record;
    uint64_t seed = size;
    v4_time now = 0;

    for (size_t i = 0; i < size; i++) /* another hash for each script, or a search learns it */
        seed = (seed ^ data[i]) * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < TABLES; i++)
        if (!open_table(tables + i, sizes[i], seed))
            return 0;
    for (int n = 0; n < RECORDS && script_next(&script, &record); n++) {
        struct table *table = tables + record.interface % TABLES;
        unsigned iface = record.interface / TABLES % 2;
        if (record.kind == SCRIPT_ADVANCE) {
            now += record.milliseconds * V4_MS;
            for (size_t i = 0; i < TABLES; i++)
                pass(tables + i, now);
        } else if (record.kind == SCRIPT_OP) {
            on_call(tables + n % TABLES, 0, record.octets);
        } else if (record.kind == SCRIPT_FRAME) {
            on_frame(table, iface, record.octets, now);
        }
    }
    for (size_t i = 0; i < TABLES; i++)
        finish(tables + i, now);
    return 0;
}
