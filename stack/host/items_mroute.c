/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/ip_forward_group.h"

/* A number of one to three digits, as a time to live. */
static bool read_least(struct v4_word word, uint8_t *ret_least)
{
    unsigned value = 0;

    if (word.len == 0 || word.len > 3)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if (word.text[i] < '0' || word.text[i] > '9')
            return false;
        value = 10 * value + (unsigned)(word.text[i] - '0');
    }
    if (value > UINT8_MAX)
        return false;
    *ret_least = (uint8_t)value;
    return true;
}

/* One for each interface, from the first on; by those behind the last it does not leave. */
static bool read_leasts(struct v4_request *request, uint8_t least[V4_MROUTE_IFACES])
{
    struct v4_words words = v4_request_words(request, "ttls");
    struct v4_word word;
    size_t i = 0;

    while (v4_words_next(&words, &word))
        if (i == V4_MROUTE_IFACES || !read_least(word, &least[i++]))
            return false;
    return true;
}

static enum v4_error add(struct v4_verb *verb)
{
    struct v4_request *request = verb->request;
    struct v4_mroute route = {.source = v4_request_address_or(request, "src", 0)};

    route.group = v4_request_address(request, "addr");
    route.iface = v4_verb_iface(verb);
    route.members = v4_request_number_or(request, "members", 0, 1, 0) == 1;
    route.expiry = v4_request_number_or(request, "expiry", 0, UINT32_MAX, 0) * V4_MS;
    if (!read_leasts(request, route.least) || !v4_request_understood(request))
        return V4_EINVAL;
    return v4_forward_group_add(verb->core, &route);
}

static enum v4_error del(struct v4_verb *verb)
{
    uint32_t source = v4_request_address_or(verb->request, "src", 0);
    uint32_t group = v4_request_address(verb->request, "addr");

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    return v4_mroutes_remove(verb->core->mroutes, source, group, verb->core->now) ? V4_OK
                                                                                  : V4_ENOENT;
}

/* By how many interfaces it could leave: those behind are not told of. */
static unsigned most(const struct v4_mroute *route)
{
    unsigned count = V4_MROUTE_IFACES;

    while (count > 1 && route->least[count - 1] == 0)
        count--;
    return count;
}

static void tell(struct v4_verb *verb, const struct v4_mroute *route,
                 const struct v4_mroute_use *use)
{
    struct v4_text *line = verb->line;

    v4_text_start(line);
    v4_text_put(line, "* mroute iface=%u", route->iface);
    v4_text_address(line, "addr", route->group);
    v4_text_address(line, "src", route->source);
    v4_text_put(line, " ttls=");
    for (unsigned i = 0; i < most(route); i++)
        v4_text_put(line, "%s%u", i == 0 ? "" : ",", route->least[i]);
    v4_text_put(line, " members=%u expiry=%llu unused=%llu hits=%llu", route->members,
                (unsigned long long)(route->expiry / V4_MS),
                (unsigned long long)((verb->core->now - use->used) / V4_MS),
                (unsigned long long)use->hits);
    verb->emit(verb->context, line->octets);
}

static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_mroute_use *use;
    const struct v4_mroute *route;
    unsigned only;

    if (!v4_verb_only(verb, &only))
        return V4_EINVAL;
    for (size_t i = 0;
         (route = v4_mroutes_at(verb->core->mroutes, i, verb->core->now, &use)) != NULL; i++)
        if (v4_verb_wants(only, route->iface))
            tell(verb, route, use);
    return V4_OK;
}

const struct v4_kind v4_mroute_kind = {"mroute", add, del, list};
