/* SPDX-License-Identifier: BSD-2-Clause */
#include "between.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/time.h"
#include "fuzz.h"
#include "iut.h"
#include "model/line.h"
#include "model/transit.h"

#define FRAME_MAX 65549
#define LINE_ROOM 20000
#define STEP 6 /* octets of a step that count; what is missing is 0 */
#define WORK 4000
#define HELD 16
#define LONG (5 * V4_SECOND) /* less than any station waits for pieces */
#define ROUTER TRANSIT_ROUTER
#define ALIAS 0xcb007109 /* of the left host, where the router translates */
#define OF(list, octet) ((list)[(octet) % (sizeof(list) / sizeof *(list))])

enum fate {
    GOES,
    LOST,
    TWICE,
    LATE
};

static const uint32_t hosts[2] = {0xc6120002, 0xc6124042}, routers[2] = {0xc6120001, 0xc6124041};
static const uint32_t silent[2] = {0xc6120063, 0xc6124063}; /* beside each of the hosts */

static struct play {
    const struct postel_iut_calls *calls;
    struct station {
        struct postel_iut *iut;
        unsigned sequence, sock; /* of UDP */
        size_t given, taken;     /* frames */
    } stations[3];
    struct transit transit;
    struct held {
        unsigned wire, to;
        size_t len;
        uint8_t *octets;
    } held[HELD];
    size_t held_count;
    uint32_t fates; /* of the next frames, four bits each */
    v4_time now, late_since;
    unsigned work;
    unsigned who; /* whose lines are read */
    bool ok;
    unsigned number; /* sock= or value= of the last reply */
    char code[16];
    char *counters; /* where the next reply is kept; NULL: nowhere */
    bool asked;     /* a neighbour, since the last datagram was sent */
} play;

static void on_line(void *context, const char *said)
{
    size_t len;

    (void)context;
    if (said[0] == '*') {
        const char *fault = transit_told(&play.transit, play.who, said);
        ORACLE(fault == NULL, "%s", fault);
        return;
    }
    const char *code = model_value(said, "code", &len);
    play.ok = strstr(said, " ok") != NULL;
    play.number = model_number_or(said, "sock", model_number(said, "value"));
    snprintf(play.code, sizeof play.code, "%.*s", code == NULL ? 0 : (int)len,
             code == NULL ? "" : code);
    if (play.counters != NULL)
        snprintf(play.counters, LINE_ROOM, "%s", said);
}

static bool say(unsigned who, const char *words)
{
    static char line[LINE_ROOM + 16];
    struct station *station = play.stations + who;

    snprintf(line, sizeof line, "%u %s", ++station->sequence, words);
    play.ok = false;
    play.who = who;
    play.calls->line(station->iut, line, play.now, on_line, NULL);
    return play.ok;
}

static void must(unsigned who, const char *words)
{
    ORACLE(say(who, words), "work: %s is refused: %s", words, play.code);
}

/* What a user was told is read by `sync`. */
static void listen(void)
{
    for (unsigned who = 0; who < 3; who++)
        must(who, "sync");
}

static void give(unsigned wire, unsigned to, const uint8_t *frame, size_t len)
{
    uint8_t *copy = malloc(len);
    struct model_frame read;

    if (copy == NULL)
        return;
    memcpy(copy, frame, len);
    if (model_frame_read((struct v4_span){copy, len}, &read) == NULL && read.kind == MODEL_IP)
        transit_arrives(&play.transit, to, wire, &read.packet);
    play.stations[to].given++;
    play.calls->input(play.stations[to].iut, to == ROUTER ? wire : 0, copy, len, play.now);
    free(copy);
}

static enum fate next_fate(void)
{
    static const enum fate fates[16] = {[10] = LOST, LOST, TWICE, TWICE, LATE, LATE};
    const enum fate fate = fates[play.fates & 15];

    play.fates >>= 4;
    return fate;
}

static bool hold(unsigned wire, unsigned to, const uint8_t *frame, size_t len)
{
    uint8_t *copy = play.held_count < HELD ? malloc(len) : NULL;

    if (copy == NULL)
        return false;
    memcpy(copy, frame, len);
    if (play.held_count == 0)
        play.late_since = play.now;
    play.held[play.held_count++] = (struct held){wire, to, len, copy};
    return true;
}

/* A frame leaves a station: it comes to the other one on the wire, or not. */
static void carry(unsigned from, unsigned wire, const uint8_t *frame, size_t len)
{
    const unsigned to = from == ROUTER ? wire : ROUTER;
    struct model_frame read;
    const char *fault = model_frame_read((struct v4_span){frame, len}, &read);

    ORACLE(fault == NULL, "frame: %s", fault);
    ORACLE(play.work++ < WORK, "work: there is no end of it");
    play.stations[from].taken++;
    if (read.kind != MODEL_IP) { /* no wire loses ARP, which is another target's matter */
        play.asked |= read.kind == MODEL_ARP && read.arp.operation == 1;
        give(wire, to, frame, len);
        return;
    }
    fault = transit_leaves(&play.transit, from, wire, &read.packet);
    ORACLE(fault == NULL, "%s", fault);
    const enum fate fate = read.packet.dst >> 28 == 14 ? GOES : next_fate();
    if (fate == LOST)
        transit_lost(&play.transit, &read.packet);
    if (fate == LOST || (fate == LATE && hold(wire, to, frame, len)))
        return;
    give(wire, to, frame, len);
    if (fate == TWICE)
        give(wire, to, frame, len);
}

static void settle(void)
{
    static uint8_t frame[FRAME_MAX];
    bool any = true;
    unsigned iface;
    size_t len;

    while (any) {
        any = false;
        for (unsigned who = 0; who < 3; who++)
            while ((len = play.calls->output(play.stations[who].iut, &iface, frame)) > 0) {
                ORACLE(who != ROUTER ? iface == 0 : iface < 2,
                       "frame: by an interface that is none");
                carry(who, who == ROUTER ? iface : who, frame, len);
                any = true;
            }
    }
    if (play.asked) /* a neighbour's queue is short */
        transit_doubts(&play.transit);
    listen();
}

/* The last of those that are late comes first. */
static void release(void)
{
    while (play.held_count > 0) {
        struct held held = play.held[--play.held_count];
        give(held.wire, held.to, held.octets, held.len);
        free(held.octets);
        settle();
    }
}

static void pass(v4_time ns)
{
    const v4_time until = play.now + ns;

    for (int steps = 0; play.now < until; steps++) {
        v4_time next = until;
        ORACLE(steps < WORK, "work: there is no end of it");
        for (unsigned who = 0; who < 3; who++) {
            const v4_time at = play.calls->next_timeout(play.stations[who].iut);
            next = at < next ? at : next;
        }
        play.now = next > play.now ? next : play.now;
        if (play.held_count > 0 && play.now - play.late_since > LONG)
            transit_doubts(&play.transit);
        for (unsigned who = 0; who < 3; who++)
            if (play.calls->next_timeout(play.stations[who].iut) <= play.now)
                play.calls->tick(play.stations[who].iut, play.now);
        settle();
    }
}

static const char *text_of(uint32_t addr, char text[16])
{
    snprintf(text, 16, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 255, addr >> 8 & 255, addr & 255);
    return text;
}

/* Lengths about the edges of both wires, and others. */
static size_t length_of(uint8_t octet)
{
    static const uint16_t lengths[] = {2, 8, 9, 20, 40, 41, 100, 240, 548, 700, 1253, 1480, 1999};
    const size_t mtu = play.transit.sides[octet & 1].mtu,
                 edges[] = {29, 28, 27, 24, 21, 20, 19, 36};

    return octet < 128 ? OF(lengths, octet) : mtu - edges[octet >> 1 & 7];
}

static const uint8_t alert[] = {0x94, 4, 0, 0}, nothing[] = {1, 1, 1, 0};

/* What the step says is sent; `ret_df`: 3, where nothing is said. */
static struct transit_sent read_step(const uint8_t *step, unsigned *ret_df)
{
    static const enum transit_to whom[] = {TRANSIT_OTHER,  TRANSIT_OTHER,  TRANSIT_OTHER,
                                           TRANSIT_OTHER,  TRANSIT_NEAR,   TRANSIT_FAR,
                                           TRANSIT_SILENT, TRANSIT_NOWHERE};
    static const uint8_t ttls[] = {64, 64, 64, 2, 1, 255, 3, 64};
    static const uint8_t toses[] = {0, 0, 0xb8, 0x10, 0xe0, 0x01, 0x02, 0x28};
    const unsigned from = step[0] & 1;
    const bool raw = step[0] & 0x10;
    struct transit_sent sent = {
        .from = from,
        .to = whom[step[0] >> 1 & 7],
        .src = hosts[from],
        .protocol = raw ? 253 : 17,
        .heard = (step[0] & 0x20) == 0,
        .ttl = ttls[step[2] & 7],
        .tos = toses[step[2] >> 5],
        .sport = 4000,
        .len = length_of(step[1]),
    };
    const uint32_t dsts[] = {play.transit.sides[!from].known_as, routers[from], routers[!from],
                             silent[!from], 0xc0000209};

    sent.dst = dsts[sent.to];
    sent.dport = sent.heard ? 4000 : 4001;
    sent.protocol += raw && !sent.heard;
    if (step[0] >> 6 == 2)
        sent.options = (struct v4_span){alert, sizeof alert};
    if (step[0] >> 6 == 3)
        sent.options = (struct v4_span){nothing, sizeof nothing};
    *ret_df = 3 & (step[2] >> 3) ? (step[2] >> 3 & 3) - 1u : 3;
    return sent;
}

static size_t put_octets(char *to, const char *key, size_t len, size_t number,
                         const uint8_t *octets)
{
    size_t at = (size_t)sprintf(to, " %s=", key);

    for (size_t i = 0; i < len; i++)
        at +=
            (size_t)sprintf(to + at, "%02x", octets != NULL ? octets[i] : transit_octet(number, i));
    return at;
}

/* The line by which its user sends number `n`. */
static void write_line(const struct transit_sent *sent, size_t n, unsigned df, char *line)
{
    const bool udp = sent->protocol == 17;
    char dst[16];
    size_t len = (size_t)sprintf(line, "%s.send dst=%s ttl=%u tos=%u", udp ? "udp" : "ip",
                                 text_of(sent->dst, dst), sent->ttl, sent->tos);

    if (udp)
        len += (size_t)sprintf(line + len, " sock=%u dport=%u", play.stations[sent->from].sock,
                               sent->dport);
    else
        len += (size_t)sprintf(line + len, " protocol=%u", sent->protocol);
    if (df != 3)
        len += (size_t)sprintf(line + len, " df=%u", df);
    if (sent->options.len > 0)
        len += put_octets(line + len, "options", sent->options.len, 0, sent->options.octets);
    put_octets(line + len, "data", sent->len, n, NULL);
}

static void send(const uint8_t *step)
{
    static char line[LINE_ROOM];
    unsigned df;

    if (play.transit.count == TRANSIT_SENT)
        return;
    struct transit_sent *sent = play.transit.sent + play.transit.count;
    *sent = read_step(step, &df);
    write_line(sent, play.transit.count++, df, line);
    const size_t size = 20 + sent->options.len + sent->len + (sent->protocol == 17 ? 8 : 0);
    const struct transit_side *side = play.transit.sides + sent->from;
    play.asked = false;
    play.fates = (uint32_t)step[3] | (uint32_t)step[4] << 8 | (uint32_t)step[5] << 16;
    const size_t path = df == 2 || sent->to != TRANSIT_OTHER ? side->mtu : side->path;
    const bool ok = say(sent->from, line), long_ = size > path && (df == 1 || df == 2);
    ORACLE(ok ? !long_ : strcmp(play.code, "EMSGSIZE") == 0, "path: %zu octets are %s", size,
           ok ? "sent" : play.code);
    ORACLE(ok || long_ || sent->to != TRANSIT_OTHER, "path: %zu octets are too long", size);
    settle();
    play.fates = 0;
}

static void check_path(unsigned who)
{
    char line[64], dst[16];

    snprintf(line, sizeof line, "get name=pmtu dst=%s",
             text_of(play.transit.sides[!who].known_as, dst));
    must(who, line);
    ORACLE(play.number == play.transit.sides[who].path, "path: %u octets, not %zu", play.number,
           play.transit.sides[who].path);
}

/* What its counters say, until the next call. */
static const char *ask_counters(unsigned who)
{
    static char counters[LINE_ROOM];

    play.counters = counters;
    must(who, "counters");
    play.counters = NULL;
    return counters;
}

static void check_books(unsigned who)
{
    const struct station *station = play.stations + who;
    const char *counters = ask_counters(who);

    ORACLE(model_number(counters, "ether.in") == station->given, "books: frames that came");
    ORACLE(model_number(counters, "ether.out") == station->taken, "books: frames that left");
    const char *fault = transit_books(&play.transit, who, counters);
    ORACLE(fault == NULL, "%s", fault);
}

static void open_station(unsigned who, uint64_t seed)
{
    static const char *const faces[] = {
        "gateway=198.18.0.1\nif0=02:00:00:00:00:02,198.18.0.2,20\n",
        "gateway=198.18.64.65\nif0=02:00:00:00:01:02,198.18.64.66,26\n",
        "if0=02:00:00:00:00:01,198.18.0.1,20\nif1=02:00:00:00:01:01,198.18.64.65,26\n",
    };
    char settings[400], line[64];
    struct station *station = play.stations + who;

    snprintf(settings, sizeof settings,
             "seed=%llu\nprofile=modern\n%sreassembly-octets=65536\noutput-octets=131072\n"
             "event-octets=131072\n",
             (unsigned long long)(seed + who), faces[who]);
    station->iut = play.calls->open(settings);
    ORACLE(station->iut != NULL, "work: a station cannot run");
    for (unsigned iface = 0; iface <= (who == ROUTER); iface++) {
        snprintf(line, sizeof line, "set name=mtu iface=%u value=%zu", iface,
                 play.transit.sides[who == ROUTER ? iface : who].mtu);
        must(who, line);
    }
    must(who, "set name=icmp-rate value=0");
    must(who, "set name=pmtu-age value=0");
    must(who, "udp.bind port=4000");
    station->sock = play.number;
    must(who, "ip.bind protocol=253");
}

/* They know each other's MACs. */
static void introduce(void)
{
    char line[96], addr[16];

    for (unsigned i = 0; i < 2; i++) {
        snprintf(line, sizeof line, "add kind=neighbor iface=0 addr=%s mac=020000000%u01",
                 text_of(routers[i], addr), i);
        must(i, line);
        snprintf(line, sizeof line, "add kind=neighbor iface=%u addr=%s mac=020000000%u02", i,
                 text_of(hosts[i], addr), i);
        must(ROUTER, line);
    }
}

static void open_all(const struct script_record *first, uint64_t seed)
{
    static const uint16_t mtus[] = {1500, 1500, 576, 296, 1006, 68, 1280, 100};
    const size_t len = first->octets.len;
    const uint8_t wires = len > 0 ? first->octets.octets[0] : 0;
    const uint8_t bits = len > 1 ? first->octets.octets[1] : 0;

    for (unsigned i = 0; i < 2; i++) {
        const size_t mtu = OF(mtus, i == 0 ? wires & 15 : wires >> 4);
        play.transit.sides[i] = (struct transit_side){
            hosts[i], i == 0 && bits & 1 ? ALIAS : hosts[i], routers[i], mtu, mtu};
    }
    for (unsigned who = 0; who < 3; who++)
        open_station(who, seed);
    must(ROUTER, "set name=forwarding value=1");
    if (bits & 1) {
        must(ROUTER, "add kind=rule hook=postrouting action=source src=198.18.0.2 srclen=32 "
                     "to=203.0.113.9");
        must(ROUTER, "add kind=rule hook=prerouting action=destination dst=203.0.113.9 dstlen=32 "
                     "to=198.18.0.2");
    }
    if ((bits & 2) == 0)
        introduce();
    for (unsigned who = 0; who < 2 && bits & 4; who++) {
        char line[64];
        snprintf(line, sizeof line, "set name=checksum sock=%u value=0", play.stations[who].sock);
        must(who, line);
    }
    settle();
}

bool between_is(struct v4_span script)
{
    struct script_record first;

    return script_next(&script, &first) && first.kind == SCRIPT_FRAME &&
           first.octets.len < FUZZ_ETHERNET;
}

static void step_on(const struct script_record *record)
{
    uint8_t step[STEP] = {0};

    if (record->kind == SCRIPT_FRAME) {
        for (size_t i = 0; i < STEP && i < record->octets.len; i++)
            step[i] = record->octets.octets[i];
        send(step);
    } else if (record->kind == SCRIPT_ADVANCE) {
        pass(record->milliseconds * V4_MS);
        release();
    }
}

void between_play(struct v4_span script)
{
    struct script_record record;
    uint64_t seed = 0;

    for (size_t i = 0; i < script.len && i < 64; i++)
        seed = seed * 31 + script.octets[i];
    memset(&play, 0, sizeof play);
    play.calls = &fuzz_iut()->calls;
    if (!script_next(&script, &record))
        return;
    open_all(&record, seed);
    while (script_next(&script, &record))
        step_on(&record);
    release();
    pass(300 * V4_SECOND);
    bool evicted = false; /* so many were never whole that others had no room */
    for (unsigned who = 0; who < 3; who++)
        evicted |= model_number(ask_counters(who), "ip.reass.evicted") != 0;
    const char *fault = evicted ? NULL : transit_end(&play.transit);
    ORACLE(fault == NULL, "%s", fault);
    for (unsigned who = 0; who < 3; who++) {
        if (who != ROUTER)
            check_path(who);
        check_books(who);
        play.calls->close(play.stations[who].iut);
    }
}
