/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#define ROUTE 3 /* octets before the entries */
#define TIMESTAMP 4

/* What the RFCs say of an option: its shortest and longest length (0: any from 2 on), where its
 * entries begin (0: it has none), and whether it comes once: options of one group exclude each
 * other. */
static const struct rule {
    uint8_t shortest, longest, entries, group;
} rules[256] = {
    [7] = {3, 40, ROUTE, 1},   [68] = {4, 40, TIMESTAMP, 2}, [130] = {3, 40, 0, 3},
    [131] = {3, 40, ROUTE, 4}, [137] = {3, 40, ROUTE, 4},    [148] = {4, 4, 0, 0},
};

static void blame(struct model_option *option, enum v4_drop drop, size_t octet)
{
    option->faults[option->fault_count].drop = drop;
    option->faults[option->fault_count++].octet = octet;
}

bool model_option_has_entries(uint8_t type)
{
    return rules[type].entries > 0;
}

bool model_option_has_room(const uint8_t *option)
{
    return option[2] <= option[1];
}

/* A time, an address, or both; 0 for a timestamp flag without meaning. */
static size_t entry_len(const uint8_t *option)
{
    static const uint8_t of_flag[16] = {[0] = 4, [1] = 8, [3] = 8};

    return rules[option[0]].entries == TIMESTAMP ? of_flag[option[3] % 16] : 4;
}

static bool counts_overflow(const uint8_t *option)
{
    return rules[option[0]].entries == TIMESTAMP && option[3] % 16 != 3;
}

/* The pointer counts from 1 and is at a whole entry, or past the end. */
static bool pointer_is_right(const uint8_t *option, size_t entry)
{
    size_t first = rules[option[0]].entries + 1u;

    for (size_t slot = first; slot + entry <= option[1] + 1u; slot += entry)
        if (option[2] == slot)
            return true;
    return option[2] >= first && !model_option_has_room(option);
}

static void judge_entries(struct model_option *option, const uint8_t *octets)
{
    size_t entry = entry_len(octets);

    if (entry == 0)
        blame(option, V4_DROP_OPTION_FLAG, 3);
    else if (!pointer_is_right(octets, entry))
        blame(option, V4_DROP_OPTION_POINTER, 2);
    if (counts_overflow(octets) && !model_option_has_room(octets) && octets[3] / 16 == 15)
        blame(option, V4_DROP_OPTION_OVERFLOW, 3);
}

/* Reads the option at `at`; `seen` says which groups came before it. */
static struct model_option read_option(const uint8_t *octets, size_t len, size_t at, bool seen[5])
{
    struct model_option option = {.type = octets[at], .at = at};
    const struct rule *rule = rules + option.type;

    if (len - at < 2) {
        blame(&option, V4_DROP_OPTION_LENGTH, 0);
        return option;
    }
    option.len = octets[at + 1];
    if (rule->group > 0 && seen[rule->group])
        blame(&option, V4_DROP_OPTION_TWICE, 0);
    seen[rule->group] = true;
    if (option.len < 2 || option.len > len - at ||
        (rule->longest > 0 && (option.len < rule->shortest || option.len > rule->longest)))
        blame(&option, V4_DROP_OPTION_LENGTH, 1);
    else if (rule->entries > 0)
        judge_entries(&option, octets + at);
    return option;
}

size_t model_options(const uint8_t *octets, size_t len,
                     struct model_option ret_options[MODEL_OPTIONS_MAX])
{
    bool seen[5] = {false};
    size_t count = 0, at = 0;

    while (at < len && octets[at] != 0) {
        if (octets[at] == 1) {
            at++;
            continue;
        }
        struct model_option *option = ret_options + count++;
        *option = read_option(octets, len, at, seen);
        if (option->fault_count > 0)
            return count;
        at += option->len;
    }
    return count;
}

uint32_t model_option_next(const uint8_t *option)
{
    const uint8_t *p = option + option[2] - 1;

    return ((p[0] * 256u + p[1]) * 256u + p[2]) * 256u + p[3];
}

static void append(uint8_t *option, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++)
        option[option[2] - 1u + i] = (uint8_t)(word >> (24 - 8 * i));
    option[2] = (uint8_t)(option[2] + 4);
}

void model_option_pass(uint8_t *option, uint32_t addr, uint32_t ms)
{
    bool stamps = rules[option[0]].entries == TIMESTAMP;

    if (!model_option_has_room(option)) {
        if (counts_overflow(option))
            option[3] = (uint8_t)(option[3] + 16);
        return;
    }
    if (stamps && option[3] % 16 == 3 && model_option_next(option) != addr)
        return;
    if (!stamps || option[3] % 16 != 0)
        append(option, addr);
    if (stamps)
        append(option, ms);
}
