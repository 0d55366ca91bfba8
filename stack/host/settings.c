/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include <string.h>

#define NAME_MAX 32

/* The tables by the key that says of what a name is, those of one key together; whatever has none
 * is the host's. */
static const struct {
    const char *key;
    const struct v4_setting *settings;
} scopes[] = {
    {"sock", v4_sock_settings}, /* which may name an interface too */
    {"iface", v4_iface_settings}, {"iface", v4_advertise_settings},
    {"dst", v4_dst_queries},      {NULL, NULL},
};

static const struct v4_kind *const kinds[] = {
    &v4_address_kind, &v4_route_kind, &v4_neighbor_kind, &v4_advice_kind,
    &v4_path_kind,    &v4_group_kind, &v4_ssm_kind,      &v4_membership_kind,
    &v4_option_kind,  &v4_rule_kind,  &v4_mroute_kind,
};

#define KINDS (sizeof kinds / sizeof *kinds)

/* True when the request has `key` with a value that may be a name; else `request` is at fault. */
static bool read_name(struct v4_request *request, const char *key, char ret_name[NAME_MAX])
{
    struct v4_word word = v4_request_word(request, key);

    if (word.len == 0 || word.len >= NAME_MAX)
        return false;
    memcpy(ret_name, word.text, word.len);
    ret_name[word.len] = '\0';
    return true;
}

static const struct v4_setting *named(const struct v4_setting *settings, const char *name)
{
    for (; settings->name != NULL; settings++)
        if (strcmp(settings->name, name) == 0)
            return settings;
    return NULL;
}

unsigned v4_verb_iface(struct v4_verb *verb)
{
    return (unsigned)v4_request_number(verb->request, "iface", 0, V4_IFACES_MAX - 1);
}

bool v4_verb_only(struct v4_verb *verb, unsigned *ret_iface)
{
    *ret_iface =
        (unsigned)v4_request_number_or(verb->request, "iface", 0, V4_IFACES_MAX - 1, V4_IFACES_MAX);
    return v4_request_understood(verb->request);
}

/* Whether the name is known of anything at all: then it is the other keys that are wrong. */
static bool is_known(const char *name)
{
    for (size_t i = 0; scopes[i].key != NULL; i++)
        if (named(scopes[i].settings, name) != NULL)
            return true;
    return named(v4_word_settings, name) != NULL || v4_switch_is(name);
}

static enum v4_error unknown(const char *name)
{
    return is_known(name) ? V4_EINVAL : V4_EOPNOTSUPP;
}

static enum v4_error set_switch(struct v4_verb *verb, const char *name)
{
    uint64_t value = v4_request_number(verb->request, "value", 0, UINT32_MAX);

    if (!is_known(name))
        return V4_EOPNOTSUPP;
    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    enum v4_error error = v4_switch_set(&verb->core->switches, name, value);
    return error == V4_EOPNOTSUPP ? V4_EINVAL : error;
}

static enum v4_error get_switch(struct v4_verb *verb, const char *name)
{
    uint32_t value;

    if (v4_switch_get(&verb->core->switches, name, &value) != V4_OK)
        return unknown(name);
    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%u", value);
    return V4_OK;
}

/* The table of what the request is about; NULL: the host's switches. */
static const struct v4_setting *scope_of(const struct v4_request *request, const char *name)
{
    for (size_t i = 0; scopes[i].key != NULL; i++) {
        bool last = scopes[i + 1].key == NULL || strcmp(scopes[i + 1].key, scopes[i].key) != 0;
        if (v4_request_has(request, scopes[i].key) &&
            (last || named(scopes[i].settings, name) != NULL))
            return scopes[i].settings;
    }
    return named(v4_word_settings, name) != NULL ? v4_word_settings : NULL;
}

/* Sets or gets. */
static enum v4_error perform(struct v4_verb *verb, bool sets)
{
    char name[NAME_MAX];

    if (!read_name(verb->request, "name", name))
        return V4_EINVAL;
    const struct v4_setting *settings = scope_of(verb->request, name);
    if (settings == NULL)
        return sets ? set_switch(verb, name) : get_switch(verb, name);
    const struct v4_setting *setting = named(settings, name);
    if (setting == NULL)
        return unknown(name);
    enum v4_error (*action)(struct v4_verb *) = sets ? setting->set : setting->get;
    return action == NULL ? V4_EINVAL : action(verb);
}

enum v4_error v4_verb_set(struct v4_verb *verb)
{
    return perform(verb, true);
}

enum v4_error v4_verb_get(struct v4_verb *verb)
{
    return perform(verb, false);
}

/* The kind that the request names; NULL: `*ret_error` says why there is none. */
static const struct v4_kind *kind_of(struct v4_verb *verb, enum v4_error *ret_error)
{
    char name[NAME_MAX];

    *ret_error = V4_EINVAL;
    if (!read_name(verb->request, "kind", name))
        return NULL;
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    *ret_error = V4_EOPNOTSUPP;
    return NULL;
}

enum v4_error v4_verb_add(struct v4_verb *verb)
{
    enum v4_error error;
    const struct v4_kind *kind = kind_of(verb, &error);

    return kind == NULL ? error : kind->add == NULL ? V4_EINVAL : kind->add(verb);
}

enum v4_error v4_verb_del(struct v4_verb *verb)
{
    enum v4_error error;
    const struct v4_kind *kind = kind_of(verb, &error);

    return kind == NULL ? error : kind->del == NULL ? V4_EINVAL : kind->del(verb);
}

enum v4_error v4_verb_list(struct v4_verb *verb)
{
    enum v4_error error;
    const struct v4_kind *kind = kind_of(verb, &error);

    return kind == NULL ? error : kind->list == NULL ? V4_EINVAL : kind->list(verb);
}

void v4_setting_names(struct v4_text *text)
{
    for (size_t i = 0; v4_switch_name(i) != NULL; i++)
        v4_text_put(text, ",%s", v4_switch_name(i));
    for (const struct v4_setting *s = v4_word_settings; s->name != NULL; s++)
        v4_text_put(text, ",%s", s->name);
    for (size_t i = 0; scopes[i].key != NULL; i++)
        for (const struct v4_setting *s = scopes[i].settings; s->name != NULL; s++)
            if (!v4_switch_is(s->name))
                v4_text_put(text, ",%s", s->name);
    for (size_t i = 0; i < KINDS; i++)
        v4_text_put(text, ",%s", kinds[i]->name);
}
