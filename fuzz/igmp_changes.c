/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include "igmp_steps.h"

static size_t place(struct draft *draft)
{
    return draft_once_in(draft, 2) ? draft->count : draft_below(draft, draft->count + 1);
}

static void again(struct draft *draft)
{
    if (draft->count > 0)
        draft_insert(draft, place(draft), draft->records + draft_below(draft, draft->count));
}

static void gone(struct draft *draft)
{
    if (draft->count > 1)
        draft_remove(draft, draft_below(draft, draft->count));
}

/* For two hosts on a wire that loses frames; a host alone knows no such words. */
static void lose(struct draft *draft)
{
    char line[32];
    const struct draft_record op = {.is.kind = SCRIPT_OP};

    snprintf(line, sizeof line, "lose after=%zu", draft_below(draft, 6));
    if (draft_once_in(draft, 4))
        strcpy(line, "quiet");
    struct draft_record *record = draft_insert(draft, place(draft), &op);
    if (record != NULL && draft_resize(draft, record, strlen(line)))
        memcpy(record->octets, line, record->len);
}

/* The last octet says how the two are told to speak. */
static void tail(struct draft *draft)
{
    if (draft->count > 0 && draft->records[draft->count - 1].is.kind != SCRIPT_ADVANCE)
        draft_insert(draft, draft->count, &(struct draft_record){.is.kind = SCRIPT_ADVANCE});
    if (draft->count > 0)
        draft->records[draft->count - 1].is.milliseconds ^= (uint16_t)(1u << draft_below(draft, 5));
}

static void (*const others[])(struct draft *) = {again, again, gone, gone, lose, lose, tail};

void igmp_change(struct draft *draft)
{
    for (size_t n = 1 + draft_below(draft, 5); n > 0; n--) {
        if (draft_below(draft, 31) < 7)
            others[draft_below(draft, sizeof others / sizeof *others)](draft);
        else
            igmp_step(draft);
    }
}
