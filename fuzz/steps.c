/* SPDX-License-Identifier: BSD-2-Clause */
#include "steps.h"

#define STEP 6

static struct draft_record *any(struct draft *draft)
{
    return draft->count == 0 ? NULL : draft->records + draft_below(draft, draft->count);
}

static void insert(struct draft *draft)
{
    const struct draft_record nothing = {.is.kind = SCRIPT_FRAME};
    struct draft_record *step = draft_insert(draft, draft_below(draft, draft->count + 1), &nothing);

    if (!step || !draft_resize(draft, step, STEP))
        return;
    step->is.interface = (uint8_t)draft_below(draft, 8);
    for (size_t i = 0; i < STEP; i++)
        step->octets[i] = (uint8_t)draft_below(draft, 256);
}

static void duplicate(struct draft *draft)
{
    struct draft_record *step = any(draft);

    if (step)
        draft_insert(draft, draft_below(draft, draft->count + 1), step);
}

static void octet(struct draft *draft)
{
    struct draft_record *step = any(draft);

    if (step && step->len > 0)
        step->octets[draft_below(draft, step->len)] = (uint8_t)draft_below(draft, 256);
}

static void bit(struct draft *draft)
{
    struct draft_record *step = any(draft);

    if (step && step->len > 0)
        step->octets[draft_below(draft, step->len)] ^= (uint8_t)(1u << draft_below(draft, 8));
}

static void kind(struct draft *draft)
{
    struct draft_record *step = any(draft);

    if (step)
        step->is.interface = (uint8_t)draft_below(draft, 8);
}

/* The same step, as another kind: what was added is used, removed, complained of. */
static void again(struct draft *draft)
{
    struct draft_record *step = any(draft), *copy;

    if (!step)
        return;
    size_t at = (size_t)(step - draft->records) + 1;
    copy = draft_insert(draft, at, step);
    if (copy)
        copy->is.interface = (uint8_t)draft_below(draft, 8);
}

/* Many of one kind, each a little different, to fill a table. */
static void flood(struct draft *draft)
{
    struct draft_record *step = any(draft);

    if (!step || step->len < 4)
        return;
    size_t at = (size_t)(step - draft->records), which = draft_below(draft, 4);
    for (size_t n = draft_below(draft, 24); n > 0; n--) {
        struct draft_record *copy = draft_insert(draft, at, draft->records + at);
        if (!copy)
            return;
        copy->octets[which]++;
    }
}

static void swap(struct draft *draft)
{
    struct draft_record *one = any(draft), *two = any(draft);

    if (!one)
        return;
    struct draft_record kept = *one;
    *one = *two;
    *two = kept;
}

static void remove_one(struct draft *draft)
{
    if (draft->count > 1)
        draft_remove(draft, draft_below(draft, draft->count));
}

static void pass_time(struct draft *draft)
{
    struct draft_record advance = {.is.kind = SCRIPT_ADVANCE};

    advance.is.milliseconds = (uint16_t)DRAFT_ONE_OF(draft, 1, 99, 100, 101, 200, 300, 29999, 30000,
                                                     30001, 59999, 60000, 60001);
    draft_insert(draft, draft_below(draft, draft->count + 1), &advance);
}

static void (*const changes[])(struct draft *) = {insert, insert, duplicate,  octet,    octet,
                                                  bit,    kind,   again,      again,    flood,
                                                  swap,   swap,   remove_one, pass_time};

void steps_change(struct draft *draft)
{
    for (size_t n = 1 + draft_below(draft, 5); n > 0; n--)
        changes[draft_below(draft, sizeof changes / sizeof *changes)](draft);
}
