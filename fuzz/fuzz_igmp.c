/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does a host report of its groups what it must, and when? A script of queries of all versions,
 * neighbours' reports, joins, filters, leaves, links that go down and time is played to a host by
 * the eight calls of postel_iut.h, and to a model that knows no delays but windows
 * (model/member.h). After every call:
 *
 *   octets     each message is well formed, to whom and from whom it must be
 *   cause      each record and each report is called for by a change or a query, within its window
 *   change     what has changed is said at once, and again as often as it must be
 *   answer     what was asked is answered before the time is over, by what the interface takes
 *   split      records are cut only where the MTU cuts them
 *   mode       only one version is spoken, that of the oldest querier
 *   state      the interfaces' groups are those that the sockets' filters come to
 *   deliver    a datagram for a group reaches the sockets whose filters let it through, no others
 *   reply      a call is refused exactly when it must be
 *   bound      there is room for some, and not without end
 *
 * And at the end:
 *
 *   quiet      when all is left and time has passed nothing is said, and no timer runs
 *   pools      there is as much room as at first
 *   again      the same script gives the same octets */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "iut.h"
#include "model/line.h"
#include "model/watch.h"
#include "script.h"

#define SETTINGS                                                                                   \
    "profile=modern\nif0=02:00:00:00:00:02,198.18.0.2,20\nif1=02:00:00:00:01:02,198.18.64.66,26\n" \
    "gateway=198.18.0.1\nreassembly-octets=65536\noutput-octets=131072\nevent-octets=131072\n"
#define FRAME_MAX 65549
#define LINE_ROOM 2048
#define RECORDS 120
#define TICKS 4000
#define PORT 4000 /* and the next one */

static const struct model_hearer lab[2] = {
    {{2, 0, 0, 0, 0, 2}, 0xc6120002, 0xfffff000, 3, 3, true, false},
    {{2, 0, 0, 0, 1, 2}, 0xc6124042, 0xffffffc0, 3, 3, true, false},
};

static struct play {
    const struct postel_iut_calls *calls;
    struct postel_iut *iut;
    struct model_watch watch;
    struct user {
        bool open, udp;
        unsigned port;
    } users[MODEL_SOCKS + 1];
    bool judged;
    v4_time now;
    uint64_t sum;
    unsigned sequence;

    bool ok; /* what the last line brought */
    char code[16];
    unsigned sock;
    unsigned told[MODEL_SOCKS + 1]; /* datagrams */
} play;

static void judge(const char *fault)
{
    ORACLE(!play.judged || fault == NULL, "%s", fault);
}

static void add_to_sum(const void *octets, size_t len)
{
    const uint8_t *p = octets;

    for (size_t i = 0; i < len; i++)
        play.sum = (play.sum ^ p[i]) * UINT64_C(0x100000001b3);
}

static void drain(void)
{
    static uint8_t frame[FRAME_MAX];
    unsigned iface;
    size_t len;

    while ((len = play.calls->output(play.iut, &iface, frame)) > 0) {
        add_to_sum(&iface, sizeof iface);
        add_to_sum(frame, len);
        ORACLE(iface < 2, "octets: on interface %u", iface);
        if (play.judged && (len < 14 || v4_be16(frame + 12) != 0x0806))
            judge(model_watch_sent(&play.watch, iface, (struct v4_span){frame, len}));
    }
    if (play.judged)
        judge(model_watch_done(&play.watch));
}

static void on_line(void *context, const char *said)
{
    size_t len;

    (void)context;
    add_to_sum(said, strlen(said));
    if (model_begins(said, "* group ")) {
        judge(model_watch_listed(&play.watch, said));
    } else if (model_begins(said, "* udp.recv ")) {
        play.told[model_number(said, "sock") % (MODEL_SOCKS + 1)]++;
    } else if (said[0] != '*') {
        const char *code = model_value(said, "code", &len);
        play.ok = strstr(said, " ok") != NULL;
        snprintf(play.code, sizeof play.code, "%.*s", code == NULL ? 0 : (int)len,
                 code == NULL ? "" : code);
        play.sock = model_number(said, "sock");
    }
}

static void say(const char *words)
{
    static char line[LINE_ROOM + 16];

    snprintf(line, sizeof line, "%u %s", ++play.sequence, words);
    play.ok = false;
    play.calls->line(play.iut, line, play.now, on_line, NULL);
}

static void open_user(const char *words)
{
    say(words);
    if (play.ok && play.sock <= MODEL_SOCKS)
        play.users[play.sock] =
            (struct user){true, model_begins(words, "udp"), model_number(words, "port")};
    drain();
}

static void check_lists(void)
{
    model_watch_list(&play.watch);
    say("list kind=group");
    judge(model_watch_all_listed(&play.watch));
}

static void ask(const struct model_ask *asked)
{
    static char line[LINE_ROOM];
    struct user *user = play.users + asked->sock;
    const bool there = user->open;

    if (asked->kind == MODEL_NOTHING || (asked->kind == MODEL_CLOSE && !there))
        return;
    model_ask_write(asked, user->udp, line, sizeof line);
    say(line);
    judge(model_watch_asked(&play.watch, asked, there, play.ok, play.code));
    user->open &= !(asked->kind == MODEL_CLOSE && play.ok);
    drain();
    check_lists();
    if (asked->kind == MODEL_CLOSE && play.ok)
        open_user(!user->udp           ? "ip.bind protocol=253"
                  : user->port == PORT ? "udp.bind port=4000"
                                       : "udp.bind port=4001");
}

static void ask_octets(struct v4_span octets)
{
    char op[LINE_ROOM];
    size_t len = octets.len < sizeof op - 1 ? octets.len : sizeof op - 1;

    for (size_t i = 0; i < len; i++)
        op[i] = octets.octets[i] >= ' ' && octets.octets[i] <= '~' ? (char)octets.octets[i] : '.';
    op[len] = '\0';
    const struct model_ask asked = model_ask_read(op);
    ask(&asked);
}

static void input(unsigned iface, struct v4_span octets)
{
    uint8_t *copy = malloc(octets.len > 0 ? octets.len : 1);

    if (copy == NULL)
        return;
    memcpy(copy, octets.octets, octets.len);
    play.calls->input(play.iut, iface, copy, octets.len, play.now);
    free(copy);
    drain();
}

/* A datagram of UDP without options or fragments, from a neighbour, for a group. */
static bool is_datagram(const struct model_frame *frame, struct v4_span octets)
{
    const struct model_packet *packet = &frame->packet;
    const uint32_t group = packet->dst;
    const uint8_t mac[6] = {1, 0, 0x5e, group >> 16 & 0x7f, group >> 8 & 255, group & 255};

    return frame->kind == MODEL_IP && packet->protocol == 17 && packet->header.len == 20 &&
           !packet->mf && packet->offset == 0 && !(octets.octets[20] & 0x80) && packet->ttl > 0 &&
           packet->data.len >= 8 && group >> 28 == 14 && memcmp(frame->dst, mac, 6) == 0 &&
           v4_be16(packet->data.octets + 2) / 2 == PORT / 2 &&
           v4_be16(packet->data.octets + 4) == packet->data.len &&
           v4_be16(packet->data.octets + 6) == 0;
}

static void deliver(unsigned iface, const struct model_packet *packet, struct v4_span octets)
{
    const struct model_hearer *self = &play.watch.links[iface].self;
    const uint32_t group = packet->dst, src = packet->src;
    const struct model_state taken = model_groups_state(&play.watch.groups, iface, group);

    if (((src ^ self->addr) & self->mask) != 0 || src == self->addr || (src & ~self->mask) == 0 ||
        (src & ~self->mask) == ~self->mask || group == MODEL_ALL_SYSTEMS ||
        play.watch.links[iface].down)
        return;
    memset(play.told, 0, sizeof play.told);
    input(iface, octets);
    say("sync");
    for (unsigned sock = 1; sock <= MODEL_SOCKS && play.judged; sock++) {
        const struct model_filter *filter =
            model_filter_find(&play.watch.groups, sock, iface, group);
        if (!play.users[sock].open || !play.users[sock].udp)
            continue;
        bool hears = filter != NULL && model_state_hears(&filter->state, src) &&
                     play.users[sock].port == v4_be16(packet->data.octets + 2);
        ORACLE(filter == NULL || play.told[sock] == hears, "deliver: %u datagrams to socket %u",
               play.told[sock], sock);
        ORACLE(!model_state_none(&taken) || play.told[sock] == 0,
               "deliver: what nobody has joined to socket %u", sock);
    }
}

static void give(unsigned iface, struct v4_span octets)
{
    struct model_frame frame;

    if (octets.len < 34 || model_frame_read(octets, &frame) != NULL)
        return;
    if (is_datagram(&frame, octets)) {
        deliver(iface, &frame.packet, octets);
        return;
    }
    if (!fuzz_gets_through(model_watch_heard(&play.watch, iface, octets)))
        return;
    input(iface, octets);
}

static void move_to(v4_time now)
{
    play.now = now;
    judge(model_watch_time(&play.watch, now));
}

static void pass(uint64_t ns)
{
    const v4_time until = model_watch_moment(&play.watch, play.now + ns);
    uint64_t next;

    for (int ticks = 0; (next = play.calls->next_timeout(play.iut)) <= until; ticks++) {
        ORACLE(ticks < TICKS, "quiet: a timer that is due stays due");
        move_to(next > play.now ? next : play.now);
        play.calls->tick(play.iut, play.now);
        drain();
    }
    move_to(until);
}

/* How many groups can be joined, after which all are left. */
static unsigned room(void)
{
    unsigned count = 0, users[2] = {0, 0};

    for (unsigned sock = 1; sock <= MODEL_SOCKS; sock++)
        if (play.users[sock].open)
            users[play.users[sock].udp] = sock;
    while (count < 1000) {
        char line[96];
        snprintf(line, sizeof line, "add kind=group sock=%u addr=233.252.%u.%u iface=0", users[1],
                 count / 250, count % 250 + 1);
        say(line);
        if (!play.ok)
            break;
        count++;
    }
    ORACLE(count < 1000, "bound: a thousand groups");
    return count;
}

static void check_pools(void)
{
    static unsigned at_first;

    play.judged = false;
    const unsigned now = room();
    play.calls->reset(play.iut);
    memset(play.users, 0, sizeof play.users);
    open_user("udp.bind port=4000");
    if (at_first == 0)
        at_first = room();
    ORACLE(now == at_first, "pools: room for %u groups, not %u", now, at_first);
}

/* All is left, and hours pass. */
static void finish(void)
{
    struct model_ask close = {.kind = MODEL_CLOSE};

    for (unsigned sock = 1; sock <= MODEL_SOCKS; sock++) {
        close.sock = sock;
        if (play.users[sock].open && play.watch.groups.count > 0)
            ask(&close);
    }
    pass(7000 * V4_SECOND);
    ORACLE(play.calls->next_timeout(play.iut) == POSTEL_IUT_NEVER, "quiet: a timer runs on");
}

static uint64_t play_script(struct v4_span script, bool judged)
{
    struct script_record record;
    char settings[sizeof SETTINGS + 32];
    uint64_t seed = 0;

    for (size_t i = 0; i < script.len && i < 64; i++) /* another script, other delays */
        seed = seed * 31 + script.octets[i];
    snprintf(settings, sizeof settings, "seed=%llu\n" SETTINGS, (unsigned long long)seed);
    play.calls = &fuzz_iut()->calls;
    play.iut = play.calls->open(settings);
    ORACLE(play.iut != NULL, "reply: it cannot run");
    play.judged = judged;
    play.now = play.sequence = 0;
    play.sum = UINT64_C(0xcbf29ce484222325);
    memset(play.users, 0, sizeof play.users);
    model_watch_open(&play.watch, lab);
    model_watch_must(&play.watch, fuzz_iut()->ours);
    open_user("udp.bind port=4000");
    open_user("udp.bind port=4001");
    open_user("ip.bind protocol=253");
    ask(&(struct model_ask){.kind = MODEL_ROUTER_ALERT, .value = 1});

    for (int n = 0; n < RECORDS && script_next(&script, &record); n++) {
        if (record.kind == SCRIPT_FRAME)
            give(record.interface % 2, record.octets);
        else if (record.kind == SCRIPT_ADVANCE)
            pass(record.milliseconds * V4_MS);
        else if (record.kind == SCRIPT_OP)
            ask_octets(record.octets);
    }
    finish();
    seed = play.sum;
    if (judged && seed % 64 == 0) /* for it takes long */
        check_pools();
    play.calls->close(play.iut);
    return seed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct v4_span script = {data, size};
    const uint64_t sum = play_script(script, true);

    if (sum % 4 == 1)
        ORACLE(sum == play_script(script, false), "again: the same script gives other octets");
    return 0;
}
