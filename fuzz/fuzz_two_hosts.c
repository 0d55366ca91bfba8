/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does what two hosts say arrive, though frames are lost? There are two kinds.
 *
 * On one wire the two speak to a querier (model/querier.h). A script joins, filters and leaves at
 * either host, lets time pass, and loses frames: in all, between two moments of quiet, fewer than
 * the robustness variable, and then none until all groups have been reported anew. What the last
 * octet says is spoken: version 3, or 2, or by the second host 2, who then wants all sources or
 * none. When it is quiet the querier knows what they want:
 *
 *   want       what a host wants of a group is forwarded
 *   left       what nobody wants any more is not, once it was said
 *   picture    and when no frame has been lost for some hours, just what is wanted is forwarded
 *   octets     each message is well formed, and of the version that is spoken
 *   work       not more is said than there is time for
 *
 * A script that begins with a frame too short to be one has two wires of any MTUs and a router
 * between them (between.h), which may translate the left host's address. Each other frame is a
 * datagram, of UDP or not, to the other host, the router, somebody who is silent, or nowhere; of
 * the packets on the wires, errors of ICMP among them, some are lost, come twice, or late and in
 * another order, as it says. Held against model/transit.h:
 *
 *   same       what is delivered or passed on is what was sent: addresses, ports, octets, type of
 *              service, options, flags
 *   ttl        its time to live is lower by one for each router, and was not over
 *   nothing    no packet is on the second wire, in parts or whole, that was not on the first, nor
 *              more often; nobody sends or hears what no user has sent him
 *   once       it is delivered no more often than it has come
 *   all        where nothing of it was lost it is delivered
 *   told       where it cannot be, its sender hears why, of whom it should be, about just that, and
 *              no more often than there was reason to; of nothing else
 *   path       the MTU that is told is the next wire's, believed, and heeded from then on
 *   fits       no packet is longer than its wire carries
 *   frame      all that leaves is well formed
 *   books      in all three counters add up, to what was seen on the wires
 *   work       there is an end of it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "between.h"
#include "fuzz.h"
#include "iut.h"
#include "model/line.h"
#include "model/listen.h"
#include "model/querier.h"
#include "script.h"

#define FRAME_MAX 65549
#define LINE_ROOM 2048
#define RECORDS 80
#define STEPS 20000
#define GROUPS 16
#define QUERIER 2 /* who speaks, after hosts 0 and 1 */

static const struct model_hearer lab[2] = {
    {{2, 0, 0, 0, 0, 2}, 0xc6120002, 0xfffff000, 3, 3, true, false},
    {{2, 0, 0, 0, 0, 3}, 0xc6120003, 0xfffff000, 3, 3, true, false},
};

static struct play {
    const struct postel_iut_calls *calls;
    struct host {
        struct postel_iut *iut;
        unsigned socks[2], sequence; /* of UDP, and of IP */
    } hosts[2];
    struct model_groups groups; /* a host is an interface of theirs */
    struct model_querier querier;
    uint32_t named[GROUPS];
    size_t named_count;
    v4_time now;
    unsigned losses, skip; /* still allowed; frames until the next one */
    bool losing;           /* one is to be lost */
    bool full;             /* more than the models have room for: nothing is judged */
    bool mixed;            /* the second host speaks version 2, to a querier of version 3 */
    bool ok;
    unsigned sock;
    char code[16];
} play;

static void on_line(void *context, const char *said)
{
    size_t len;

    (void)context;
    if (said[0] == '*')
        return;
    const char *code = model_value(said, "code", &len);
    play.ok = strstr(said, " ok") != NULL;
    play.sock = model_number(said, "sock");
    snprintf(play.code, sizeof play.code, "%.*s", code == NULL ? 0 : (int)len,
             code == NULL ? "" : code);
}

static void say(struct host *host, const char *words)
{
    static char line[LINE_ROOM + 16];

    snprintf(line, sizeof line, "%u %s", ++host->sequence, words);
    play.ok = false;
    play.calls->line(host->iut, line, play.now, on_line, NULL);
}

/* Is this the frame to lose? */
static bool is_lost(void)
{
    if (!play.losing || play.losses == 0)
        return false;
    if (play.skip > 0) {
        play.skip--;
        return false;
    }
    play.losing = false;
    play.losses--;
    return true;
}

static void hear(unsigned from, const uint8_t *frame, size_t len)
{
    for (unsigned i = 0; i < 2; i++) {
        uint8_t *copy = i == from ? NULL : malloc(len);
        if (copy == NULL)
            continue;
        memcpy(copy, frame, len);
        play.calls->input(play.hosts[i].iut, 0, copy, len, play.now);
        free(copy);
    }
}

static void drain(void)
{
    static uint8_t frame[FRAME_MAX];
    struct model_igmp igmp;
    unsigned iface;
    size_t len;

    for (unsigned i = 0; i < 2; i++)
        while ((len = play.calls->output(play.hosts[i].iut, &iface, frame)) > 0) {
            if (len >= 14 && v4_be16(frame + 12) == 0x0806)
                continue;
            const char *fault = model_igmp_sent(lab + i, (struct v4_span){frame, len}, 1500, &igmp);
            ORACLE(fault == NULL, "%s", fault);
            ORACLE(igmp.version == (play.mixed && i == 1 ? 2 : play.querier.version),
                   "octets: version %u is spoken", igmp.version);
            if (is_lost())
                continue;
            play.querier.now = play.now;
            play.full |= !model_querier_hears(&play.querier, &igmp);
            hear(i, frame, len);
        }
}

static void query(void)
{
    uint8_t frame[MODEL_QUERY_ROOM];
    size_t len;

    while ((len = model_querier_time(&play.querier, play.now, frame)) > 0) {
        if (!is_lost())
            hear(QUERIER, frame, len);
        drain();
    }
}

static v4_time next_of(v4_time until)
{
    v4_time next = model_querier_next(&play.querier);

    for (unsigned i = 0; i < 2; i++) {
        const v4_time at = play.calls->next_timeout(play.hosts[i].iut);
        next = at < next ? at : next;
    }
    next = next > play.now ? next : play.now;
    return next < until ? next : until;
}

/* At one moment the hosts speak first, so that who answers in time is heard. */
static void pass(v4_time ns)
{
    const v4_time until = play.now + ns;

    for (int steps = 0;; steps++) {
        ORACLE(steps < STEPS, "work: there is no end of it");
        play.now = next_of(until);
        for (unsigned i = 0; i < 2; i++)
            if (play.calls->next_timeout(play.hosts[i].iut) <= play.now)
                play.calls->tick(play.hosts[i].iut, play.now);
        drain();
        query();
        if (play.now == until)
            return;
    }
}

/* Every source that somebody has named, and one that nobody has. */
static struct model_set sources_of(uint32_t group)
{
    struct model_set named = {1, {0xc00002fe}};

    for (unsigned i = 0; i < 2; i++) {
        const struct model_state state = model_groups_state(&play.groups, i, group);
        model_set_add_all(&named, &state.sources);
    }
    return named;
}

static void check(bool exactly)
{
    for (size_t i = 0; i < play.named_count && !play.full; i++) {
        const uint32_t group = play.named[i];
        const struct model_state one = model_groups_state(&play.groups, 0, group);
        const struct model_state two = model_groups_state(&play.groups, 1, group);
        const struct model_set named = sources_of(group);
        const bool none = model_state_none(&one) && model_state_none(&two);
        for (size_t s = 0; s < named.count; s++) {
            const uint32_t source = named.at[s];
            const bool all = play.querier.version == 2 || play.mixed; /* which knows no sources */
            bool wanted = (play.querier.version == 2 ? !model_state_none(&one)
                                                     : model_state_hears(&one, source)) ||
                          (all ? !model_state_none(&two) : model_state_hears(&two, source));
            bool is = model_querier_forwards(&play.querier, group, source);
            ORACLE(!wanted || is, "want: %08x from %08x is not forwarded", group, source);
            ORACLE(!none || !is || all, "left: %08x is forwarded", group);
            ORACLE(!exactly || wanted == is, "picture: %08x from %08x is forwarded", group, source);
        }
    }
}

/* All reports and queries of a change have had their time. In version 2 who was not the last to
 * report may go without a word, and a Leave is said once. */
static void quiet(void)
{
    play.losing = false;
    pass((play.querier.version == 3 && !play.mixed ? 4 : 30) * play.querier.robustness * V4_SECOND);
    check(false);
    if (play.losses + 1 < play.querier.robustness) /* two lost answers in a row are too many */
        pass((play.querier.robustness * 125 + 10) * V4_SECOND);
    play.losses = play.querier.robustness - 1;
}

static void open_sock(struct host *host, bool udp)
{
    say(host, udp ? "udp.bind port=4000" : "ip.bind protocol=253");
    if (play.ok)
        host->socks[udp ? 0 : 1] = play.sock;
}

/* `sock` of a script is 1 or 2: the first or the second that is open there. */
static void ask(struct model_ask asked)
{
    static char line[LINE_ROOM];
    struct host *host = play.hosts + asked.iface;
    const unsigned at = asked.sock % 2;
    struct model_ask told = asked;
    size_t i = 0;

    if (asked.kind == MODEL_NOTHING || asked.kind > MODEL_CLOSE)
        return;
    while (i < play.named_count && play.named[i] != asked.group)
        i++;
    if (i == GROUPS || asked.group == MODEL_ALL_SYSTEMS)
        return;
    play.named[i] = asked.group;
    play.named_count += i == play.named_count;
    told.iface = 0;
    told.sock = host->socks[at];
    model_ask_write(&told, at == 0, line, sizeof line);
    say(host, line);
    asked.sock = at + 2 * asked.iface;
    const char *fault = model_ask_done(&play.groups, &asked, true, play.ok, play.code);
    ORACLE(fault == NULL, "%s", fault);
    drain();
    if (asked.kind == MODEL_CLOSE)
        open_sock(host, at == 0);
}

static void on_op(struct v4_span octets)
{
    char op[LINE_ROOM];
    const size_t len = octets.len < sizeof op - 1 ? octets.len : sizeof op - 1;

    for (size_t i = 0; i < len; i++)
        op[i] = octets.octets[i] >= ' ' && octets.octets[i] <= '~' ? (char)octets.octets[i] : '.';
    op[len] = '\0';
    if (model_begins(op, "lose")) {
        play.losing = true;
        play.skip = model_number(op, "after") % 10;
    } else if (model_begins(op, "quiet")) {
        quiet();
    } else {
        ask(model_ask_read(op));
    }
}

static void open_hosts(uint64_t seed)
{
    char settings[400], line[64];

    for (unsigned i = 0; i < 2; i++) {
        struct host *host = play.hosts + i;
        snprintf(settings, sizeof settings,
                 "seed=%llu\nprofile=modern\nif0=02:00:00:00:00:0%u,198.18.0.%u,20\n"
                 "reassembly-octets=65536\noutput-octets=131072\nevent-octets=131072\n",
                 (unsigned long long)(seed + i), 2 + i, 2 + i);
        host->iut = play.calls->open(settings);
        ORACLE(host->iut != NULL, "octets: a host cannot run");
        open_sock(host, true);
        open_sock(host, false);
        snprintf(line, sizeof line, "set name=igmp-robustness iface=0 value=%u",
                 play.querier.robustness);
        say(host, line);
        if (play.mixed && i == 1)
            say(host, "set name=igmp-version iface=0 value=2");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size};
    struct script_record record;
    const unsigned last = size > 0 ? data[size - 1] : 0;
    uint64_t seed = 0;

    if (between_is(script)) {
        between_play(script);
        return 0;
    }
    for (size_t i = 0; i < size && i < 64; i++)
        seed = seed * 31 + data[i];
    memset(&play, 0, sizeof play);
    model_groups_open(&play.groups);
    play.calls = &fuzz_iut()->calls;
    const unsigned version = last % 4 == 3 ? 2 : 3;
    play.mixed = version == 3 && last / 16 % 2 == 1;
    /* Version 2 says a join three times at most (RFC 2236 3). */
    model_querier_open(&play.querier, version, 2 + last / 4 % (version == 2 || play.mixed ? 2 : 3));
    open_hosts(seed);
    play.losses = play.querier.robustness - 1;
    quiet();

    for (int n = 0; n < RECORDS && script_next(&script, &record); n++) {
        if (record.kind == SCRIPT_ADVANCE)
            pass(record.milliseconds * V4_MS);
        else if (record.kind == SCRIPT_OP)
            on_op(record.octets);
    }
    quiet();
    pass(2 * (play.querier.robustness * 125 + 10) * V4_SECOND + 250 * V4_SECOND);
    check(true);
    for (unsigned i = 0; i < 2; i++)
        play.calls->close(play.hosts[i].iut);
    return 0;
}
