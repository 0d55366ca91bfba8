/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does reassembly deliver what was sent, once, and within its bounds? Frames and clock steps go
 * into table/reass.h and into model/reassembly.h; the interface chooses a table with its policy for
 * overlaps and its size. After every step:
 *
 *   deliver    a datagram is complete when the model's is, and its octets, header, mark and signs
 *              are the model's: nothing with a hole, no octets but those that the policy lets win
 *   drop       a fragment is dropped for the model's reason
 *   expire     what times out, and when, and what of it may be quoted, is the model's
 *   untouched  only one of two results is written
 *   bound      datagrams and octets are what the model holds, never more than was agreed
 *   once       a datagram leaves once: the counters of the four exits and what is held add up to
 *              what was started
 *   work       what a call costs depends on what it is about (this fragment's octets, those that
 *              are copied out, the datagrams that are given up), never on what is held
 *
 * And at the end:
 *
 *   end        when time has passed nothing is held, and a reset forgets all
 *   split      what was delivered is delivered again, whatever its fragments and their order */
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "model/reassembly.h"
#include "script.h"
#include "table/reass.h"
#include "wire/ip.h"
#include "work_reass.h"

#define TABLES 20
#define RESENT 1 /* datagrams that are sent once more, otherwise cut */
#define PIECES 6 /* into which they are cut at most */
#define RECORDS                                                                                    \
    (MODEL_FRAGMENTS - (RESENT + 1) * PIECES - 3) /* that a script may have: the model's room */

#define WORK_OUT 64   /* edges for a datagram that leaves */
#define WORK_CHUNK 32 /* edges for each chunk that is copied out */
#define WORK_GONE 900 /* for each datagram given up: it looks for its chunks at 256 places */
static struct work_reass work; /* what a call takes without these */

#define AMPLE(name)                                                                                \
    {                                                                                              \
        V4_OVERLAP_##name, MODEL_##name, 64, 40, 64, 40, 30 * V4_SECOND, false                     \
    }
#define LITTLE(name)                                                                               \
    {                                                                                              \
        V4_OVERLAP_##name, MODEL_##name, 3, 4, 3, 4, 15 * V4_SECOND, false                         \
    }
/* One sender may have a part of it, and the time to live raises the time. */
#define SHARED(name)                                                                               \
    {                                                                                              \
        V4_OVERLAP_##name, MODEL_##name, 6, 8, 2, 3, 15 * V4_SECOND, true                          \
    }

/* Policies with room for more than a script holds, and where room is short. New ones come last, so
 * that what is in the corpora keeps its table. */
static const struct {
    enum v4_overlap overlap;
    enum model_overlap model;
    size_t datagrams, chunks, share, share_chunks;
    v4_time timeout;
    bool by_ttl;
} kinds[TABLES] = {
    AMPLE(DROP),     AMPLE(FIRST),     AMPLE(LAST),       LITTLE(DROP),   LITTLE(FIRST),
    LITTLE(LAST),    AMPLE(LINUX),     AMPLE(BSD),        AMPLE(WINDOWS), AMPLE(LINUX_2),
    AMPLE(SOLARIS),  AMPLE(BSD_RIGHT), LITTLE(LINUX),     LITTLE(BSD),    LITTLE(WINDOWS),
    LITTLE(LINUX_2), LITTLE(SOLARIS),  LITTLE(BSD_RIGHT), SHARED(LAST),   SHARED(DROP),
};

static struct table {
    struct v4_reass *reass; /* NULL: not used by this script */
    struct v4_stats stats;
    struct model_reassembly model;
    uint64_t given;             /* fragments */
    uint8_t *delivered[RESENT]; /* copies */
    size_t delivered_len[RESENT], delivered_count;
    unsigned kind;
} tables[TABLES];

#define DRAWN(kind) (kinds[kind].share < kinds[kind].datagrams ? 3 : 1)

static struct v4_reass_config config_of(unsigned kind)
{
    return (struct v4_reass_config){
        .datagrams = kinds[kind].datagrams,
        .octets = kinds[kind].chunks * V4_REASS_CHUNK,
        .drawn = DRAWN(kind),
        .sender_datagrams = kinds[kind].share,
        .sender_octets = kinds[kind].share_chunks * V4_REASS_CHUNK,
        .timeout = kinds[kind].timeout,
        .overlap = kinds[kind].overlap,
    };
}

static bool open_table(unsigned kind, uint64_t seed)
{
    struct table *table = tables + kind;
    struct v4_reass_config config = config_of(kind);

    if (table->reass)
        return true;
    memset(&table->stats, 0, sizeof table->stats);
    table->given = table->delivered_count = 0;
    table->kind = kind;
    model_open(&table->model, kinds[kind].datagrams, kinds[kind].chunks, kinds[kind].share,
               kinds[kind].share_chunks, kinds[kind].timeout, kinds[kind].model);
    model_draws(&table->model, DRAWN(kind), seed);
    config.seed = seed;
    config.stats = &table->stats;
    table->reass = v4_reass_open(&config);
    return table->reass;
}

static void close_table(struct table *table)
{
    v4_reass_close(table->reass);
    table->reass = NULL;
    while (table->delivered_count > 0)
        free(table->delivered[--table->delivered_count]);
}

static bool same_span(struct v4_span a, struct v4_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.octets, b.octets, a.len) == 0);
}

static void check_datagram(const struct v4_reass_datagram *is, const struct model_datagram *want,
                           const char *invariant)
{
    ORACLE(is->key.src == want->key.src && is->key.dst == want->key.dst &&
               is->key.protocol == want->key.protocol && is->key.id == want->key.id,
           "%s: another datagram", invariant);
    ORACLE(is->has_first == want->has_first, "%s: has_first is %d", invariant, is->has_first);
    if (want->has_first) {
        ORACLE(same_span(is->header, want->header), "%s: not the header of its first", invariant);
        ORACLE(is->mark == want->mark, "%s: mark %u, not %u", invariant, is->mark, want->mark);
    }
    ORACLE(is->signs == want->signs, "%s: signs %02x, not %02x", invariant, is->signs, want->signs);
    ORACLE(is->data.len == want->data.len, "%s: %zu octets, not %zu", invariant, is->data.len,
           want->data.len);
    ORACLE(same_span(is->data, want->data), "%s: other octets than were sent", invariant);
}

/* Datagrams that were given up, or forgotten, since the table was opened. */
static size_t gone_by_now(const struct table *table)
{
    const struct model_reassembly *model = &table->model;

    return model->exits[MODEL_REFUSED] + model->started_count - model->exits[MODEL_DELIVERED] -
           model_held(model) - model_remembered(model);
}

static void measure_work(void)
{
    for (unsigned kind = 0; kind < TABLES; kind++)
        work_reass_measure(config_of(kind), &work);
}

/* `out`: what was copied out, or NULL; `gone`: how many datagrams went without that. */
static void check_work(uint64_t edges, size_t bound, const struct model_datagram *out, size_t gone)
{
    bound +=
        (out ? WORK_OUT + WORK_CHUNK * (out->data.len / MODEL_CHUNK + 1) : 0) + WORK_GONE * gone;
    ORACLE(edges <= bound, "work: %zu edges, not %zu at most", (size_t)edges, bound);
}

static void check_counters(const struct table *table)
{
    const struct model_reassembly *model = &table->model;
    struct v4_reass_use use = v4_reass_use(table->reass);
    const uint64_t *value = table->stats.value;
    uint64_t left = value[V4_STAT_IP_REASS_DELIVERED] + value[V4_STAT_IP_REASS_TIMED_OUT] +
                    value[V4_STAT_IP_REASS_EVICTED] + value[V4_STAT_IP_REASS_REFUSED];

    ORACLE(use.datagrams + use.refused <= kinds[table->kind].datagrams,
           "bound: %zu held, %zu refused", use.datagrams, use.refused);
    ORACLE(use.octets <= kinds[table->kind].chunks * V4_REASS_CHUNK, "bound: %zu octets",
           use.octets);
    ORACLE(use.datagrams == model_held(model), "bound: %zu held, not %zu", use.datagrams,
           model_held(model));
    ORACLE(use.refused == model_remembered(model), "bound: %zu remembered, not %zu", use.refused,
           model_remembered(model));
    ORACLE(use.octets == model_octets_held(model), "bound: %zu octets, not %zu", use.octets,
           model_octets_held(model));

    ORACLE(value[V4_STAT_IP_REASS_STARTED] == left + use.datagrams,
           "once: %zu started, %zu left, %zu held", (size_t)value[V4_STAT_IP_REASS_STARTED],
           (size_t)left, use.datagrams);
    ORACLE(value[V4_STAT_IP_REASS_DELIVERED] == model->exits[MODEL_DELIVERED] &&
               value[V4_STAT_IP_REASS_TIMED_OUT] == model->exits[MODEL_TIMED_OUT] &&
               value[V4_STAT_IP_REASS_EVICTED] == model->exits[MODEL_EVICTED] &&
               value[V4_STAT_IP_REASS_REFUSED] == model->exits[MODEL_REFUSED],
           "once: left by another exit");
    ORACLE(value[V4_STAT_IP_REASS_FRAGMENTS] == table->given, "once: %zu fragments counted",
           (size_t)value[V4_STAT_IP_REASS_FRAGMENTS]);

    uint64_t edges = fuzz_edges;
    ORACLE(v4_reass_next_timeout(table->reass) == model_next_timeout(model),
           "expire: due at another time");
    check_work(fuzz_edges - edges, work.expire, NULL, 0);
}

/* One fragment. `octets` is a copy that ends with the call; `as_sent` lasts as long as the script.
 * True: delivered. */
static bool add(struct table *table, const struct model_fragment *as_sent, uint8_t *octets,
                v4_time now, struct v4_reass_datagram *ret_datagram)
{
    const struct v4_reass_fragment fragment = {
        .key = {as_sent->key.src, as_sent->key.dst, as_sent->key.protocol, as_sent->key.id},
        .first = (uint16_t)as_sent->first,
        .more = as_sent->more,
        .header = {octets, as_sent->header.len},
        .mark = as_sent->mark,
        .signs = as_sent->signs,
        .lifetime = as_sent->lifetime,
        .data = {octets + as_sent->header.len, as_sent->data.len},
    };
    const enum v4_drop unwritten = V4_DROP_COUNT;
    enum v4_drop drop = unwritten, model_drop;
    struct v4_reass_datagram before;
    struct model_datagram want;

    memset(&before, 0xa5, sizeof before);
    *ret_datagram = before;
    table->given++;
    const size_t gone = gone_by_now(table);
    uint64_t edges = fuzz_edges;
    bool done = v4_reass_add(table->reass, &fragment, now, ret_datagram, &drop);
    edges = fuzz_edges - edges;
    free(octets);
    bool model_done = model_add(&table->model, as_sent, now, &want, &model_drop);
    ORACLE(done || !model_done, "deliver: a datagram is complete, and was not delivered (%s)",
           v4_drop_name(drop));
    ORACLE(!done || model_done, "deliver: a datagram with a hole, or one that is refused");
    ORACLE(done == (drop == unwritten), "untouched: both results are written, or none");
    ORACLE(done || memcmp(ret_datagram, &before, sizeof before) == 0,
           "untouched: a datagram that is none");
    if (done)
        check_datagram(ret_datagram, &want, "deliver");
    else
        ORACLE(drop == model_drop, "drop: %s, not %s", v4_drop_name(drop),
               v4_drop_name(model_drop));
    check_work(edges, work.add + 2 * as_sent->data.len, done ? &want : NULL,
               gone_by_now(table) - gone);
    check_counters(table);
    return done;
}

static uint8_t *copy_of(struct v4_span a, struct v4_span b)
{
    uint8_t *copy = malloc(a.len + b.len);

    if (copy && a.len > 0)
        memcpy(copy, a.octets, a.len);
    if (copy && b.len > 0)
        memcpy(copy + a.len, b.octets, b.len);
    return copy;
}

static void on_frame(struct script_record record, uint32_t mark, v4_time now, uint64_t seed)
{
    struct table *table = tables + record.interface % TABLES;
    struct v4_reass_datagram datagram;
    struct v4_span packet;
    struct v4_ip ip;

    if (record.octets.len < FUZZ_ETHERNET)
        return;
    packet =
        (struct v4_span){record.octets.octets + FUZZ_ETHERNET, record.octets.len - FUZZ_ETHERNET};
    if (!fuzz_gets_through(v4_ip_parse(packet, &ip) == V4_KEEP) ||
        !open_table(record.interface % TABLES, seed))
        return;

    const struct model_fragment fragment = {
        .key = {ip.src, ip.dst, ip.protocol, ip.id},
        .first = ip.offset * 8u,
        .more = ip.mf,
        .header = {packet.octets, 20 + ip.options.len},
        .data = ip.data,
        .mark = mark,
        .signs = ip.tos,
        .lifetime = kinds[record.interface % TABLES].by_ttl ? ip.ttl * V4_SECOND : 0,
    };
    uint8_t *octets = copy_of(fragment.header, fragment.data);
    if (!octets || !add(table, &fragment, octets, now, &datagram) ||
        table->delivered_count == RESENT)
        return;
    table->delivered_len[table->delivered_count] = datagram.data.len;
    table->delivered[table->delivered_count++] = copy_of(datagram.data, (struct v4_span){NULL, 0});
}

static void let_expire(struct table *table, v4_time now)
{
    struct v4_reass_datagram datagram;
    struct model_datagram want;

    for (bool more = true; more;) {
        const size_t gone = gone_by_now(table);
        uint64_t edges = fuzz_edges;
        more = v4_reass_expire(table->reass, now, &datagram);
        edges = fuzz_edges - edges;
        ORACLE(more == model_expire(&table->model, now, &want), "expire: %s than the model's",
               more ? "more" : "less");
        if (more)
            check_datagram(&datagram, &want, "expire");
        check_work(edges, work.expire + (more ? want.data.len : 0), more ? &want : NULL,
                   gone_by_now(table) - gone);
        check_counters(table);
    }
}

/* Cuts `data` into pieces of multiples of 8 octets; returns how many. */
static size_t cut(struct v4_span data, size_t ret_starts[PIECES + 1])
{
    size_t count = 0, at = 0, random = data.len * 31 + data.octets[data.len / 2];

    while (at < data.len) {
        ret_starts[count++] = at;
        random = random * 1103515245 + 12345;
        size_t most = (data.len - at) / 8 / (PIECES - count + 1) * 2 + 1;
        at += count == PIECES ? data.len : 8 * (1 + random / 65536 % most);
    }
    ret_starts[count] = data.len;
    return count;
}

/* Sends data in pieces, every `stride`-th after the other, and sees them delivered by the last. */
static void check_split(struct table *table, struct v4_span data, uint16_t id, v4_time now)
{
    static const uint8_t header[20] = {0x45};
    size_t starts[PIECES + 1], count = cut(data, starts), stride = 1 + data.len % count, at = 0;
    struct v4_reass_datagram datagram;
    bool sent[PIECES] = {false};

    for (size_t n = 0; n < count; n++, at = (at + stride) % count) {
        while (sent[at])
            at = (at + 1) % count;
        sent[at] = true;
        const struct model_fragment fragment = {
            .key = {0xc6120001, 0xc6120002, 17, id},
            .first = starts[at],
            .more = at + 1 < count,
            .header = {header, sizeof header},
            .data = {data.octets + starts[at], starts[at + 1] - starts[at]},
            .mark = id,
        };
        uint8_t *octets = copy_of(fragment.header, fragment.data);
        if (!octets)
            return;
        bool done = add(table, &fragment, octets, now, &datagram);
        ORACLE(done == (n + 1 == count), "split: %zu of %zu fragments, done is %d", n + 1, count,
               done);
    }
    ORACLE(same_span(datagram.data, data), "split: other octets than were sent");
}

static void check_empty(const struct table *table)
{
    struct v4_reass_use use = v4_reass_use(table->reass);

    ORACLE(use.datagrams + use.refused + use.octets == 0,
           "end: %zu datagrams, %zu refused, %zu octets", use.datagrams, use.refused, use.octets);
    ORACLE(v4_reass_next_timeout(table->reass) == V4_NEVER, "end: something is due");
}

/* Half a datagram, one that two ends have refused, and a reset. */
static void check_reset(struct table *table, v4_time now)
{
    static const uint8_t header[20] = {0x45}, data[8];
    static const struct {
        uint16_t id, first;
        bool more;
    } fragments[] = {{1, 0, true}, {2, 8, false}, {2, 16, false}};
    struct v4_reass_datagram datagram;

    for (size_t i = 0; i < sizeof fragments / sizeof *fragments; i++) {
        const struct model_fragment fragment = {
            .key.id = fragments[i].id,
            .first = fragments[i].first,
            .more = fragments[i].more,
            .header = {header, sizeof header},
            .data = {data, sizeof data},
        };
        uint8_t *octets = copy_of(fragment.header, fragment.data);
        if (octets)
            add(table, &fragment, octets, now, &datagram);
    }
    v4_reass_reset(table->reass);
    check_empty(table);
}

/* Time passes until nothing is left; then the table works as a new one does. */
static void finish(struct table *table, v4_time now)
{
    static const uint8_t fresh[20] = {1, 2, 3};
    v4_time next;

    for (size_t steps = 0; (next = v4_reass_next_timeout(table->reass)) != V4_NEVER; steps++) {
        ORACLE(steps <= 2 * kinds[table->kind].datagrams, "end: time passes and something stays");
        now = next > now ? next : now;
        let_expire(table, now);
    }
    check_empty(table);

    for (size_t i = 0; i < table->delivered_count; i++)
        if (table->delivered[i])
            check_split(table, (struct v4_span){table->delivered[i], table->delivered_len[i]},
                        (uint16_t)i, now);
    if (table->delivered_count == 0)
        check_split(table, (struct v4_span){fresh, sizeof fresh}, RESENT, now);
    check_reset(table, now);
}

/* The seed of the hash: another for each script, so that no search climbs towards a long bucket. */
static uint64_t seed_of(struct v4_span script)
{
    uint64_t seed = script.len, word;

    for (size_t at = 0; at + sizeof word <= script.len; at += sizeof word) {
        memcpy(&word, script.octets + at, sizeof word);
        seed = (seed ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        seed ^= seed >> 32;
    }
    return seed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size};
    struct script_record record;
    const uint64_t seed = seed_of(script);
    v4_time now = V4_SECOND;

    if (work.add == 0)
        measure_work();
    for (uint32_t mark = 1; mark <= RECORDS && script_next(&script, &record); mark++) {
        if (record.kind == SCRIPT_FRAME)
            on_frame(record, mark, now, seed);
        if (record.kind != SCRIPT_ADVANCE)
            continue;
        now += record.milliseconds * V4_MS;
        for (struct table *table = tables; table < tables + TABLES; table++)
            if (table->reass)
                let_expire(table, now);
    }
    for (struct table *table = tables; table < tables + TABLES; table++)
        if (table->reass) {
            finish(table, now);
            close_table(table);
        }
    return 0;
}
