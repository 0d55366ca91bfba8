/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "host/settings.h"
#include "proto/group.h"
#include "proto/socket.h"

/* The last keys that are read: whose filter the request is about. EINVAL: it is at fault; EBADF: no
 * such socket, of UDP or of IP itself. */
static enum v4_error read_listener(struct v4_verb *verb, struct v4_listener *ret_who)
{
    unsigned number = (unsigned)v4_request_number(verb->request, "sock", 0, UINT32_MAX);
    struct v4_listener who = {.user = number, .group = v4_request_address(verb->request, "addr")};
    const struct v4_socket *sock = v4_socket_find(verb->core, number, false);

    if (sock == NULL)
        sock = v4_socket_find(verb->core, number, true);
    unsigned usual = sock == NULL || sock->group_iface == 0
                         ? v4_group_iface(verb->core, who.group)
                         : sock->group_iface - 1U; /* RFC1112-7.1-e */
    who.iface = (unsigned)v4_request_number_or(verb->request, "iface", 0, V4_IFACES_MAX - 1, usual);
    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    if (sock == NULL)
        return V4_EBADF;
    *ret_who = who;
    return V4_OK;
}

static enum v4_error add(struct v4_verb *verb)
{
    struct v4_listener who = {0};
    enum v4_error error = read_listener(verb, &who);

    return error == V4_OK ? v4_group_join(verb->core, &who) : error;
}

static enum v4_error del(struct v4_verb *verb)
{
    struct v4_listener who = {0};
    enum v4_error error = read_listener(verb, &who);

    return error == V4_OK ? v4_group_leave(verb->core, &who) : error;
}

static void write_filter(struct v4_text *text, const struct v4_filter *filter, const char *sources)
{
    v4_text_put(text, "%s", filter->mode == V4_FILTER_INCLUDE ? "include" : "exclude");
    v4_text_put(text, "%s", sources);
    for (size_t i = 0; i < filter->count; i++) {
        uint32_t addr = filter->sources[i];
        v4_text_put(text, "%s%u.%u.%u.%u", i == 0 ? "" : ",", addr >> 24, addr >> 16 & 0xff,
                    addr >> 8 & 0xff, addr & 0xff);
    }
}

static void tell(struct v4_verb *verb, unsigned iface, uint32_t group,
                 const struct v4_filter *filter)
{
    v4_text_start(verb->line);
    v4_text_put(verb->line, "* group iface=%u", iface);
    v4_text_address(verb->line, "addr", group);
    v4_text_put(verb->line, " mode=");
    write_filter(verb->line, filter, " sources=");
    verb->emit(verb->context, verb->line->octets);
}

/* The group of all hosts first, which every interface is in. */
static enum v4_error list(struct v4_verb *verb)
{
    static const struct v4_filter all = {.mode = V4_FILTER_EXCLUDE};
    unsigned only;

    if (!v4_verb_only(verb, &only))
        return V4_EINVAL;
    for (unsigned i = 0; i < verb->core->config.iface_count; i++) {
        const struct v4_wanted *wanted = NULL;
        if (!v4_verb_wants(only, i))
            continue;
        tell(verb, i, V4_ADDR_ALL_HOSTS, &all);
        while ((wanted = v4_groups_next(verb->core->groups, wanted)) != NULL)
            if (wanted->iface == i && wanted->group != V4_ADDR_ALL_HOSTS)
                tell(verb, i, wanted->group, &wanted->filter);
    }
    return V4_OK;
}

const struct v4_kind v4_group_kind = {"group", add, del, list};

enum v4_error v4_set_group_filter(struct v4_verb *verb)
{
    struct v4_words words = v4_request_words(verb->request, "value");
    uint32_t sources[V4_FILTER_SOURCES];
    struct v4_filter filter;
    struct v4_listener who = {0};
    struct v4_word mode, word;
    size_t count = 0;
    bool read = v4_words_next(&words, &mode), many = false;

    while (read && v4_words_next(&words, &word)) {
        many = many || count == V4_FILTER_SOURCES;
        read = v4_word_address(word, &sources[many ? 0 : count]);
        count += !many;
    }
    enum v4_error error = read_listener(verb, &who);
    bool includes = read && v4_word_is(mode, "include");
    if (error == V4_OK && (!read || (!includes && !v4_word_is(mode, "exclude"))))
        error = V4_EINVAL;
    if (error != V4_OK)
        return error;
    if (many || !v4_filter_make(includes ? V4_FILTER_INCLUDE : V4_FILTER_EXCLUDE, sources, count,
                                &filter)) /* RFC3376-2-c */
        return V4_ENOBUFS;
    return v4_group_filter(verb->core, &who, &filter);
}

/* A socket that has none includes nobody. */
enum v4_error v4_get_group_filter(struct v4_verb *verb)
{
    static const struct v4_filter none = {.mode = V4_FILTER_INCLUDE};
    struct v4_listener who = {0};
    enum v4_error error = read_listener(verb, &who);

    if (error != V4_OK)
        return error;
    const struct v4_filter *filter = v4_groups_filter(verb->core->groups, &who);
    if (filter == NULL)
        filter = &none;
    v4_text_put(verb->reply, " value=");
    write_filter(verb->reply, filter, filter->count == 0 ? "" : ",");
    return V4_OK;
}
