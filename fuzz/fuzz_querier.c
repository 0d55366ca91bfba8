/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does a router know what the members on its links want, and ask before it forgets? A frame is a
 * step: its interface says of which kind, its octets the link, the group, the record and its
 * sources, of which there are few, so that they meet, and sometimes more than there is room for.
 * What table/membership.h does is held against model/wanted.h. After every step, and whenever
 * something is due:
 *
 *   answer   what is said is heeded, ignored, or finds no room exactly when the model says so
 *   want     exactly the sources are wanted that are wanted in the model
 *   ask      exactly those queries are sent, with S or without, no later and no sooner
 *   split    no query has more sources than fit, nor one of them twice
 *   due      the next moment is no later than the model's */
#include <string.h>
#include "fuzz.h"
#include "model/wanted.h"
#include "script.h"
#include "table/membership.h"

#define STEP 6 /* octets of a step that count; what is missing is 0 */
#define GROUP(number) (0xe9fc0001u + (number))
#define SOURCE(number) (0xc0000200u + (number))
#define MOMENTS 1000 /* of a script at which something may be due */

static struct v4_membership *table;
static struct model_links model;
static unsigned moments;

static struct v4_membership_part part_of(const struct model_router *router)
{
    return (struct v4_membership_part){.querier = router->asks,
                                       .suppress = router->flagged,
                                       .membership = router->membership,
                                       .last = router->last,
                                       .count = router->count};
}

static void play(unsigned link, const struct model_router *router)
{
    const struct v4_membership_part part = part_of(router);

    v4_membership_play(table, link, &part);
    model_plays(&model, link, router);
}

static bool start(void)
{
    const struct model_router first = {true, true, 2, V4_SECOND, 260 * V4_SECOND};

    if (table == NULL)
        table = v4_membership_open(MODEL_PLACES, MODEL_LINKS);
    if (table == NULL)
        return false;
    v4_membership_reset(table);
    model = (struct model_links){.now = V4_SECOND};
    moments = 0;
    for (unsigned i = 0; i < MODEL_LINKS; i++) {
        model_forgets(&model, i);
        play(i, &first);
    }
    return true;
}

/* Sixteen by a mask, and now and then all up to some number. */
static struct model_set_of set_of(const uint8_t *step)
{
    struct model_set_of set = {{false}};

    for (unsigned s = 0; s < 16; s++)
        set.has[s] = step[1 + s / 8] >> s % 8 & 1;
    for (unsigned s = 16; s < step[3] && s < MODEL_SOURCES; s++)
        set.has[s] = true;
    return set;
}

static struct v4_span octets_of(const struct model_set_of *set)
{
    static uint8_t octets[4 * MODEL_SOURCES];
    size_t len = 0;

    for (unsigned s = 0; s < MODEL_SOURCES; s++)
        if (set->has[s]) {
            v4_put32(octets + len, SOURCE(s));
            len += 4;
        }
    return (struct v4_span){octets, len};
}

static void check_answer(enum v4_membership_answer answer, enum model_made made)
{
    static const enum v4_membership_answer answers[] = {V4_MEMBERSHIP_DONE, V4_MEMBERSHIP_IGNORED,
                                                        V4_MEMBERSHIP_CROWDED, V4_MEMBERSHIP_FULL};

    ORACLE(answer == answers[made], "answer: %d, not %d", answer, answers[made]);
}

static void check_wanted(void)
{
    for (unsigned link = 0; link < MODEL_LINKS; link++)
        for (unsigned group = 0; group < MODEL_GROUPS; group++)
            for (unsigned s = 0; s < MODEL_SOURCES; s++)
                ORACLE(v4_membership_wants(table, link, GROUP(group), SOURCE(s), model.now) ==
                           model_wants(&model, link, group, s),
                       "want: source %u of group %u on link %u", s, group, link);
}

/* Takes a query off the questions; they must have it. */
static void check_query(const struct v4_membership_ask *ask, size_t most,
                        struct model_question questions[MODEL_LINKS][MODEL_GROUPS])
{
    const unsigned group = ask->group - GROUP(0);

    ORACLE(ask->iface < MODEL_LINKS && group < MODEL_GROUPS, "ask: for nobody's group");
    struct model_question *question = &questions[ask->iface][group];
    struct model_set_of *sources = ask->suppress ? &question->flagged : &question->plain;
    if (ask->count == 0) {
        ORACLE(question->group && question->group_flagged == ask->suppress, "ask: for the group");
        question->group = false;
    }
    ORACLE(ask->count <= most, "split: %zu sources", ask->count);
    for (size_t i = 0; i < ask->count; i++) {
        const uint32_t s = ask->sources[i] - SOURCE(0);
        ORACLE(s < MODEL_SOURCES && sources->has[s], "ask: for source %u", s);
        sources->has[s] = false;
    }
}

/* What is due at this moment. */
static void moment(size_t most)
{
    struct model_question questions[MODEL_LINKS][MODEL_GROUPS];
    struct v4_membership_ask ask;

    for (unsigned i = 0; i < MODEL_LINKS * MODEL_GROUPS; i++)
        questions[i / MODEL_GROUPS][i % MODEL_GROUPS] =
            model_now(&model, i / MODEL_GROUPS, i % MODEL_GROUPS);
    while (v4_membership_take(table, most, model.now, &ask))
        check_query(&ask, most, questions);
    for (unsigned i = 0; i < MODEL_LINKS * MODEL_GROUPS; i++) {
        const struct model_question *left = &questions[i / MODEL_GROUPS][i % MODEL_GROUPS];
        ORACLE(!left->group, "ask: group %u was not asked for", i);
        for (unsigned s = 0; s < MODEL_SOURCES; s++)
            ORACLE(!left->flagged.has[s] && !left->plain.has[s], "ask: source %u was not", s);
    }
    ORACLE(v4_membership_next_timeout(table) <= model_next(&model), "due: too late");
}

static void pass(v4_time span)
{
    const v4_time end = model.now + span;

    while (v4_membership_next_timeout(table) <= end && moments++ < MOMENTS) {
        if (v4_membership_next_timeout(table) > model.now)
            model.now = v4_membership_next_timeout(table);
        moment(V4_MEMBERSHIP_SOURCES);
    }
    model.now = end;
    moment(V4_MEMBERSHIP_SOURCES);
    check_wanted();
}

static void say(const uint8_t *step, unsigned link, unsigned group)
{
    struct model_set_of set = set_of(step);
    const unsigned type = 1 + step[4] % 6;
    const struct v4_member_record record = {link, GROUP(group), (enum v4_record_type)type,
                                            octets_of(&set)};

    check_answer(v4_membership_record(table, &record, model.now),
                 model_says(&model, link, group, (enum model_said)type, set));
}

static void say_older(const uint8_t *step, unsigned link, unsigned group)
{
    const unsigned version = 1 + step[1] % 3;

    if (version == 3)
        check_answer(v4_membership_leave(table, link, GROUP(group), model.now),
                     model_leaves(&model, link, group));
    else
        check_answer(v4_membership_report(table, link, GROUP(group), version, model.now),
                     model_reports(&model, link, group, version));
}

static void hear_query(const uint8_t *step, unsigned link, unsigned group)
{
    struct model_set_of set = set_of(step);
    const v4_time last = step[4] * (V4_SECOND / 10);
    const struct v4_span sources = octets_of(&set);

    v4_membership_asked(table, link, GROUP(group), sources, last, model.now);
    model_asked(&model, link, group, sources.len > 0, set, last);
}

static void change_part(const uint8_t *step, unsigned link)
{
    const struct model_router router = {
        .asks = step[1] % 4 != 0,
        .flagged = step[2] % 4 != 0,
        .count = step[3] % 4,
        .last = (1 + step[4] % 20) * (V4_SECOND / 10),
        .membership = (1 + step[5]) * V4_SECOND,
    };

    play(link, &router);
}

static void step_on(const struct script_record *record)
{
    static const v4_time spans[] = {V4_SECOND / 10, V4_SECOND / 2,  V4_SECOND,
                                    2 * V4_SECOND,  60 * V4_SECOND, 260 * V4_SECOND};
    uint8_t step[STEP] = {0};

    memcpy(step, record->octets.octets, record->octets.len < STEP ? record->octets.len : STEP);
    const unsigned link = step[0] & 1, group = step[0] >> 1 & 3;
    switch (record->interface % 8) {
    case 4:
        say_older(step, link, group);
        break;
    case 5:
        hear_query(step, link, group);
        break;
    case 6:
        pass(spans[step[1] % 6]);
        break;
    case 7:
        if (step[0] >= 0xf0) {
            v4_membership_forget(table, link);
            model_forgets(&model, link);
        } else {
            change_part(step, link);
        }
        break;
    default:
        say(step, link, group);
    }
    moment(1 + step[5] % 8);
    check_wanted();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4_span script = {data, size};
    struct script_record record;

    if (!start())
        return 0;
    while (script_next(&script, &record)) {
        if (record.kind == SCRIPT_ADVANCE)
            pass(record.milliseconds * V4_MS);
        if (record.kind == SCRIPT_FRAME)
            step_on(&record);
    }
    return 0;
}
