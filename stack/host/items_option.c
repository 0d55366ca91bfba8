/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/option_filter.h"

static const char *const acts[] = {
    [V4_TRANSIT_PROCESS] = "process",
    [V4_TRANSIT_IGNORE] = "ignore",
    [V4_TRANSIT_DROP] = "drop",
};

#define ACTS (sizeof acts / sizeof *acts)

/* RFC7126-4.1-a, RFC7126-4.2-a: no rule is about the two that are no options. */
static uint8_t read_type(struct v4_request *request)
{
    return (uint8_t)v4_request_number_or(request, "option", V4_OPTION_NOP + 1, UINT8_MAX,
                                         V4_TRANSIT_OTHERS);
}

static enum v4_transit read_act(struct v4_request *request)
{
    struct v4_word word = v4_request_word(request, "act");

    for (unsigned i = V4_TRANSIT_PROCESS; i < ACTS; i++)
        if (v4_word_is(word, acts[i]))
            return (enum v4_transit)i;
    return V4_TRANSIT_UNSAID;
}

static enum v4_error add(struct v4_verb *verb)
{
    uint8_t *rules = verb->core->option_filter.acts;
    uint8_t type = read_type(verb->request);
    enum v4_transit act = read_act(verb->request);

    if (act == V4_TRANSIT_UNSAID || !v4_request_understood(verb->request))
        return V4_EINVAL;
    if (rules[type] != V4_TRANSIT_UNSAID)
        return V4_EEXIST;
    rules[type] = (uint8_t)act;
    return V4_OK;
}

static enum v4_error del(struct v4_verb *verb)
{
    uint8_t *rules = verb->core->option_filter.acts;
    uint8_t type = read_type(verb->request);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    if (rules[type] == V4_TRANSIT_UNSAID)
        return V4_ENOENT;
    rules[type] = V4_TRANSIT_UNSAID;
    return V4_OK;
}

static void start(struct v4_verb *verb, unsigned type)
{
    const struct v4_core *core = verb->core;

    v4_text_start(verb->line);
    v4_text_put(verb->line, "* option-rule");
    if (type != V4_TRANSIT_OTHERS)
        v4_text_put(verb->line, " option=%u", type);
    v4_text_put(verb->line, " act=%s", acts[v4_core_transit(core, (uint8_t)type)]);
}

/* What the user has said, and of each option that was seen in transit how often, and where. */
static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_option_filter *filter = &verb->core->option_filter;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    for (unsigned type = 0; type <= UINT8_MAX; type++) {
        if (filter->acts[type] != V4_TRANSIT_UNSAID) {
            start(verb, type);
            verb->emit(verb->context, verb->line->octets);
        }
        for (unsigned i = 0; i < V4_IFACES_MAX; i++) {
            if (filter->seen[i][type] == 0)
                continue;
            start(verb, type);
            v4_text_put(verb->line, " iface=%u seen=%u", i, filter->seen[i][type]);
            verb->emit(verb->context, verb->line->octets);
        }
    }
    return V4_OK;
}

const struct v4_kind v4_option_kind = {"option-rule", add, del, list};
