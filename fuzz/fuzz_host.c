/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does a whole host keep the rules, whatever happens to it? A script of frames, clock steps and
 * calls is played to it by the eight calls of postel_iut.h and nothing else, so that any stack can
 * stand in the reference's place (fuzz/iut.h). After every call:
 *
 *   sent       each frame is one that a host may send (model/sent.h)
 *   cause      each was called for by something that was given or asked, and answers it once
 *   where      it goes to its next hop, by a MAC that ARP has told (model/ways.h)
 *   ways       what its user is told of routes, sources and paths is so, and what cannot go is
 *              refused with its error
 *   leaving    fragments, identifications and the rate of errors are right (model/leaving.h)
 *   answer     what must be answered is, with what it must hold (model/host.h): also commands of
 *              802.2 (model/command.h) and segments of TCP (model/segments.h)
 *   deliver    what is for a bound port reaches its user, octet by octet and in order, and nothing
 *              else does; an ICMP error whoever has sent what it quotes (model/heard.h)
 *   error      a socket says of itself what the last ICMP error for it has said, once
 *   groups     what it says of its groups is called for, right, and in time, and lists are of what
 *              its users have joined (model/joined.h; its complaints are those of fuzz_igmp.c)
 *   reply      each call of the user gets one reply, with its number
 *   store      what was set is got, what was added is listed, what is wrong is refused, and a reset
 *              undoes all (model/store.h)
 *   claims     addresses are tested, defended and given up by RFC 5227 and 3927 (model/claims.h)
 *   masks      address masks are asked for, learned and told by RFC 950 (model/masks.c)
 *   time       a timer that is due does not stand still
 *   work       a call costs what its octets pay for, and as much as a call of its kind may beside
 *
 * And at the end:
 *
 *   books      when time has passed its counters add up, every drop has a name, and nothing is held
 *              any more (of the reference)
 *   entries    as long as nothing was configured they are those of the frames given
 *   tally      so are those of discards for options and of reassembly (model/fate.h)
 *   alive      the control probe is answered then, and after a reset too
 *   again      the same script gives the same again, each step of the clock cut in two (one in
 * four) */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "iut.h"
#include "model/back.h"
#include "model/books.h"
#include "model/claims.h"
#include "model/entries.h"
#include "model/fate.h"
#include "model/host.h"
#include "model/joined.h"
#include "model/line.h"
#include "model/store.h"
#include "model/whole.h"
#include "probe.h"
#include "script.h"

#define SETTINGS                                                                                   \
    "seed=1\nprofile=modern\ngateway=198.18.0.1\n"                                                 \
    "if0=02:00:00:00:00:02,198.18.0.2,20\nif1=02:00:00:00:01:02,198.18.64.66,26\n"                 \
    "reassembly-octets=65536\noutput-octets=131072\nevent-octets=131072\n"
#define FRAME_MAX 65549
#define BACKS 64 /* answers to what was sent, of a script */
#define MS UINT64_C(1000000)
#define RECORDS 200      /* of a script */
#define FRAMES 6000      /* of one call: four datagrams of the longest, cut for the least MTU */
#define TICKS 100        /* of one moment */
#define LINE_MAX_ 139999 /* of the upper tester's protocol */

/* Edges of one call: what it takes whatever it is about (of 300,000 none took more than half), and
 * for each octet that came, went or was told (sums, hex digits). */
#define WORK_FRAME 4000
#define WORK_USER 300   /* of a frame that each user is told of */
#define WORK_ROUTER 600 /* of each that it may advertise: those known are looked through */
#define WORK_LINE 6000
#define WORK_TICK 16000
#define WORK_LATE 1500 /* for each fragment: it may be given up, and what is said of it as well */
#define WORK_OCTET 8
#define WORK_SOURCE 700 /* of a filter: it is put into its place, and moves those behind it */

static const struct model_iface lab[2] = {
    {{2, 0, 0, 0, 0, 2}, 0xc6120002, 20, 1500},
    {{2, 0, 0, 0, 1, 2}, 0xc6124042, 26, 1500},
};

static const struct model_row names[] = {
#define ROW(kind, name, first, second) {MODEL_ROW_##kind, name, first, second},
#include "names.def"
#undef ROW
};
static const struct model_rows rows = {names, sizeof names / sizeof *names};

static struct play {
    const struct fuzz_iut *fuzzed;
    const struct postel_iut_calls *calls;
    struct postel_iut *iut;
    struct model_host model;
    struct model_books books;
    struct model_entries entries;
    struct model_store store;
    struct model_claims claims;
    bool aside;         /* a line that the store asks */
    bool plain, judged; /* nothing has been configured */
    uint64_t now, sum, edges;
    size_t octets; /* of this call */
    unsigned work; /* that it may take beside them */
    unsigned replies;
    unsigned long long sequence;
} play;

static uint8_t frame[FRAME_MAX];

/* What was sent last of IP, and the answers that were given. */
static struct last {
    uint8_t frame[FRAME_MAX];
    size_t len;
    unsigned iface, count;
    uint8_t backs[BACKS][MODEL_BACK];
} last;

static void note_last(unsigned iface, struct v4_span sent)
{
    if (sent.len < 34 || v4_be16(sent.octets + 12) != 0x0800)
        return;
    memcpy(last.frame, sent.octets, sent.len);
    last.len = sent.len;
    last.iface = iface;
}

static char line[LINE_MAX_ + 1], reply[LINE_MAX_ + 1];
static struct model_store first_store; /* of a host that nobody has told anything */

static void add_to_sum(const void *octets, size_t len)
{
    const uint8_t *p = octets;

    for (size_t i = 0; i < len; i++)
        play.sum = (play.sum ^ p[i]) * UINT64_C(0x100000001b3);
    play.octets += len;
}

static void judge(const char *fault)
{
    ORACLE(!play.judged || fault == NULL, "%s", fault);
}

static void judge_claims(const char *fault)
{
    if (play.fuzzed->ours) /* others may announce at any time */
        judge(fault);
}

static void begin_call(size_t octets, unsigned work)
{
    play.octets = octets;
    play.work = work + WORK_SOURCE * (unsigned)model_joined_sources();
    play.edges = fuzz_edges;
}

static void end_call(void)
{
    size_t frames = 0, len;
    unsigned iface;

    while ((len = play.calls->output(play.iut, &iface, frame)) > 0) {
        ORACLE(len <= FRAME_MAX && iface < 2, "sent: %zu octets on interface %u", len, iface);
        ORACLE(++frames <= FRAMES, "work: more than %d frames of one call", FRAMES);
        play.books.taken++;
        if (play.plain)
            model_entries_sent(&play.entries, &play.model, (struct v4_span){frame, len});
        note_last(iface, (struct v4_span){frame, len});
        add_to_sum(&play.now, sizeof play.now);
        add_to_sum(&iface, sizeof iface);
        add_to_sum(frame, len);
        if (play.judged)
            judge(model_host_sent(&play.model, iface, (struct v4_span){frame, len}));
        judge_claims(model_claims_sent(&play.claims, iface, (struct v4_span){frame, len}));
    }
    judge_claims(model_claims_done(&play.claims));
    if (play.judged)
        judge(model_host_done(&play.model));
    const uint64_t edges = fuzz_edges - play.edges;
    ORACLE(edges <= play.work + WORK_OCTET * play.octets, "work: %llu edges for %zu octets",
           (unsigned long long)edges, play.octets);
}

/* A frame, in an allocation of exactly its size. */
static void give(unsigned iface, struct v4_span given)
{
    const struct v4_span octets = model_claims_meant(&play.claims, iface, given);
    uint8_t *copy = malloc(octets.len > 0 ? octets.len : 1);

    if (copy == NULL)
        return;
    if (octets.len > 0)
        memcpy(copy, octets.octets, octets.len);
    model_host_frame(&play.model, iface, octets);
    if (play.plain)
        model_entries_add(&play.entries, &play.model, iface, octets);
    model_claims_frame(&play.claims, iface, octets);
    play.books.given++;
    play.books.ieee += octets.len > 14 && v4_be16(octets.octets + 12) < 1536;
    begin_call(octets.len, WORK_FRAME + WORK_USER * (unsigned)play.model.socket_count +
                               WORK_ROUTER * model_frame_routers(octets));
    play.calls->input(play.iut, iface, copy, octets.len, play.now);
    free(copy);
    end_call();
}

/* Somebody says something to what the host has sent last: which, the record says. */
static void give_back(const struct script_record *record)
{
    if (last.count == BACKS)
        return;
    uint8_t *back = last.backs[last.count++];
    size_t len = model_back((struct v4_span){last.frame, last.len}, last.iface, record->prefix_len,
                            record->address, back);
    if (len > 0)
        give(last.iface, (struct v4_span){back, len});
}

static void tick(uint64_t now)
{
    play.now = now;
    model_host_time(&play.model, now);
    judge_claims(model_claims_time(&play.claims, now));
    const unsigned each = WORK_LATE + WORK_USER * (unsigned)play.model.socket_count;
    begin_call(0, WORK_TICK + each * (unsigned)(play.model.tally.pieces + play.model.tally.open));
    play.calls->tick(play.iut, now);
    end_call();
}

static void pass_until(uint64_t until)
{
    uint64_t next;
    unsigned still = 0;

    while ((next = play.calls->next_timeout(play.iut)) <= until) {
        still = next > play.now ? 0 : still + 1;
        ORACLE(still < TICKS, "time: a timer that is due stays due");
        tick(next > play.now ? next : play.now);
    }
    play.now = until;
    model_host_time(&play.model, until);
    judge_claims(model_claims_time(&play.claims, until));
}

static void pass(uint64_t ns)
{
    const uint64_t until = model_joined_moment(play.now + ns);

    if (!play.judged) { /* a tick when nothing is due changes nothing */
        pass_until(play.now + ns / 2);
        tick(play.now);
    }
    pass_until(until);
    model_joined_passed();
}

static void on_line(void *context, const char *said)
{
    size_t len = strcspn(line, " ") + 1;

    (void)context;
    if (said[0] != '*') {
        ORACLE(strncmp(said, line, len) == 0 || strcmp(said, "0 err code=EPROTO") == 0,
               "reply: %.40s to %.40s", said, line);
        play.replies++;
        snprintf(reply, sizeof reply, "%s", said);
    }
    add_to_sum(said, strlen(said));
    judge(model_store_said(&play.store, said));
    judge_claims(model_claims_said(&play.claims, said));
    if (said[0] == '*' || !play.aside)
        judge(model_host_said(&play.model, said));
}

/* Calls that move the clock or forget all are the script's own records, or none. */
static bool is_for_the_user(const char *op)
{
    return strncmp(op, "advance", 7) != 0 && strncmp(op, "reset", 5) != 0 && *op != '\0' &&
           !model_makes_router(op);
}

static void check_entries(void);

/* With its number; there is one reply. */
static void tell(const char *number, const char *op)
{
    snprintf(line, sizeof line, "%s %s", number, op);
    play.replies = 0;
    model_store_line(&play.store, line);
    model_claims_line(&play.claims, line);
    play.books.calls |= model_address(op, "dst") >> 28 == 14; /* it may come back to its users */
    begin_call(strlen(line), WORK_LINE);
    for (const char *at = strchr(line, ','); at != NULL; at = strchr(at + 1, ','))
        play.work += WORK_SOURCE;
    play.calls->line(play.iut, line, play.now, on_line, NULL);
    ORACLE(play.replies == 1, "reply: %u of them to %.40s", play.replies, op);
    end_call();
}

/* What the store wants to know of what it was told. */
static void ask_aside(const char *op)
{
    char number[24];

    play.aside = true;
    snprintf(number, sizeof number, "%llu", ++play.sequence);
    tell(number, op);
    play.aside = false;
}

/* `number`: NULL, or that of the line's own. */
static void ask_by(const char *number, const char *op)
{
    char next[24];
    const char *more;

    if (!is_for_the_user(op))
        return;
    if (play.plain && model_entries_end(&play.model, op))
        check_entries();
    model_host_line(&play.model, op);
    /* Its zeros come back. */
    snprintf(next, sizeof next, "%0*llu", (int)(play.sequence % 3) + 1, play.sequence + 1);
    play.sequence++;
    tell(number != NULL ? number : next, op);
    while ((more = model_store_aside(&play.store)) != NULL)
        ask_aside(more);
}

static void ask(const char *op)
{
    ask_by(NULL, op);
}

static void ask_about_groups(void)
{
    const char *op;

    while ((op = model_joined_asks()) != NULL)
        ask(op);
}

/* A line is a string, and ends with it; one that begins with a digit has its own number. */
static void ask_octets(struct v4_span octets)
{
    static char op[LINE_MAX_ + 1], number[24];
    size_t len = octets.len < LINE_MAX_ - 24 ? octets.len : LINE_MAX_ - 24;

    for (size_t i = 0; i < len; i++)
        op[i] = octets.octets[i] != '\0' && octets.octets[i] != '\n' ? (char)octets.octets[i] : '.';
    op[len] = '\0';
    size_t digits = strspn(op, "0123456789");
    if (digits > 0 && digits < sizeof number && op[digits] == ' ') {
        snprintf(number, sizeof number, "%.*s", (int)digits, op);
        memmove(op, op + digits + 1, len - digits);
        ask_by(number, op);
    } else if (len > 0 && strspn(op, "abcdefghijklmnopqrstuvwxyz.") > 0) {
        ask(op);
    }
}

/* The control probe. */
static void probe(const char *when)
{
    if (play.model.unsure & (UNSURE_ANSWERS & ~UNSURE_SOCKETS))
        return;
    snprintf(play.model.line, sizeof play.model.line, "%s", when);
    give(0, (struct v4_span){probe_arp, sizeof probe_arp});
    give(0, (struct v4_span){probe_echo, sizeof probe_echo});
}

/* The last time that they can be held against what was given. */
static void check_entries(void)
{
    const char *wrong;

    play.plain = false;
    ask("counters");
    wrong = model_entries_fault(&play.entries, reply);
    ORACLE(!play.judged || wrong == NULL, "entries: %s does not count what was given: %s", wrong,
           reply);
}

static void check_books(void)
{
    if (!play.fuzzed->ours)
        return;
    if (play.plain)
        check_entries();
    ask("counters");
    play.books.calls |= play.model.send_count > 0 || play.model.echo_count > 0 ||
                        play.model.unsure != 0 || play.model.configured || play.model.connects ||
                        play.model.rules.passed;
    judge(model_books_fault(&play.books, reply));
    const char *wrong = model_tally_fault(&play.model, reply);
    ORACLE(!play.judged || wrong == NULL, "tally: %s is not what was given: %s", wrong, reply);
}

/* What a new host says of itself, once: by one of its own, or the first script would be another. */
static void learn_first(void)
{
    const char *more;
    size_t at = 0;

    if (first_store.rows != NULL)
        return;
    play.iut = play.calls->open(SETTINGS);
    if (play.iut == NULL)
        return;
    play.judged = false;
    model_store_open(&play.store, &rows, NULL, play.fuzzed->ours);
    model_claims_open(&play.claims);
    while ((more = model_store_question(&play.store, &at)) != NULL)
        ask_aside(more);
    first_store = play.store;
    play.calls->close(play.iut);
}

/* After a reset it says the same, and has counted nothing. All its settings are asked for in one
 * script in four: that costs as much as the script. */
static void check_reset(void)
{
    const char *more;
    size_t at = 0;

    model_store_reset(&play.store, &first_store);
    if (!play.fuzzed->ours || play.sum % 4 != 1)
        return;
    ask_aside("counters");
    ORACLE(!play.judged || strlen(strchr(reply, ' ')) == strlen(" ok"),
           "store: a reset leaves counters: %.60s", reply);
    while ((more = model_store_question(&play.store, &at)) != NULL)
        ask_aside(more);
}

static uint64_t play_script(struct v4_span script, bool judged)
{
    struct script_record record;

    play.fuzzed = fuzz_iut();
    play.calls = &play.fuzzed->calls;
    learn_first();
    play.iut = play.calls->open(SETTINGS);
    if (play.iut == NULL)
        return 0;
    model_host_open(&play.model, lab);
    play.model.must = play.fuzzed->ours;
    play.judged = judged;
    play.books = (struct model_books){0};
    play.entries = (struct model_entries){0};
    play.plain = play.fuzzed->ours;
    model_whole_open();
    last.len = last.count = 0;
    play.now = play.sequence = 0;
    model_store_open(&play.store, &rows, &first_store, play.fuzzed->ours);
    model_claims_open(&play.claims);
    play.sum = UINT64_C(0xcbf29ce484222325);

    for (int n = 0; n < RECORDS && script_next(&script, &record); n++) {
        if (record.kind == SCRIPT_FRAME)
            give(record.interface % 2, record.octets);
        else if (record.kind == SCRIPT_ADVANCE)
            pass(record.milliseconds * MS);
        else if (record.kind == SCRIPT_OP)
            ask_octets(record.octets);
        else
            give_back(&record);
        ask_about_groups();
    }
    ask("sync");
    pass(UINT64_C(3600000) * MS);
    check_books();
    probe("alive: when time has passed");
    play.calls->reset(play.iut);
    model_host_open(&play.model, lab);
    play.model.must = play.fuzzed->ours;
    model_host_time(&play.model, play.now);
    model_claims_open(&play.claims);
    judge_claims(model_claims_time(&play.claims, play.now));
    check_reset();
    probe("alive: after a reset");
    play.calls->close(play.iut);
    return play.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct v4_span script = {data, size};
    const uint64_t sum = play_script(script, true);

    if (getenv("POSTEL_FUZZ_SUMS") != NULL) /* what came of it: does a planted bug show? */
        printf("sum %016" PRIx64 "\n", sum);
    /* One script in four: it costs as much as all the rest. Others may have what no call makes them
     * forget, as their next identification. */
    if (fuzz_iut()->ours && sum % 4 == 0)
        ORACLE(sum == play_script(script, false), "again: the same script gives other octets");
    return 0;
}
