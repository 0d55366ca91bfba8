/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"

static enum v4_error set_reassembly(struct v4_verb *verb)
{
    struct v4_word word = v4_request_word(verb->request, "value");
    enum v4_overlap overlap = 0;

    while (overlap < V4_OVERLAP_COUNT && !v4_word_is(word, v4_overlap_name(overlap)))
        overlap++;
    if (!v4_request_understood(verb->request) || overlap == V4_OVERLAP_COUNT)
        return V4_EINVAL;
    v4_reass_choose(verb->core->reass, overlap);
    return V4_OK;
}

static enum v4_error get_reassembly(struct v4_verb *verb)
{
    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%s", v4_overlap_name(v4_reass_choice(verb->core->reass)));
    return V4_OK;
}

/* RFC1122-3.3.2-e */
static enum v4_error get_mms_r(struct v4_verb *verb)
{
    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%zu", v4_reass_longest(verb->core->reass));
    return V4_OK;
}

/* 0: what routers have said holds for good (RFC1191-6.3-a). */
static enum v4_error set_age(struct v4_verb *verb)
{
    uint64_t seconds = v4_request_number(verb->request, "value", 0, UINT32_MAX);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_pmtus_age(verb->core->pmtus, seconds == 0 ? V4_NEVER : seconds * V4_SECOND);
    return V4_OK;
}

static enum v4_error get_age(struct v4_verb *verb)
{
    v4_time age = v4_pmtus_ages_after(verb->core->pmtus);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%llu",
                age == V4_NEVER ? 0 : (unsigned long long)(age / V4_SECOND));
    return V4_OK;
}

static enum v4_error set_lifetime(struct v4_verb *verb)
{
    uint64_t seconds = v4_request_number(verb->request, "value", 1, UINT32_MAX);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_neighbors_set_lifetime(verb->core->neighbors, seconds * V4_SECOND);
    return V4_OK;
}

static enum v4_error get_lifetime(struct v4_verb *verb)
{
    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%llu",
                (unsigned long long)(v4_neighbors_lifetime(verb->core->neighbors) / V4_SECOND));
    return V4_OK;
}

static enum v4_error set_polls(struct v4_verb *verb)
{
    unsigned polls = (unsigned)v4_request_number(verb->request, "value", 0, UINT8_MAX);

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_neighbors_set_polls(verb->core->neighbors, polls);
    return V4_OK;
}

static enum v4_error get_polls(struct v4_verb *verb)
{
    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%u", v4_neighbors_polls(verb->core->neighbors));
    return V4_OK;
}

const struct v4_setting v4_word_settings[] = {
    {"neighbor-lifetime", set_lifetime, get_lifetime},
    {"pmtu-age", set_age, get_age},
    {"neighbor-polls", set_polls, get_polls},
    {"reassembly", set_reassembly, get_reassembly},
    {"mms-r", NULL, get_mms_r},
    {0},
};
