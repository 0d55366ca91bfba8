/* SPDX-License-Identifier: BSD-2-Clause */
#include "listen.h"
#include <stdio.h>
#include <string.h>
#include "model/line.h"

#define FEW 16     /* groups that everybody has room for */
#define SOURCES 64 /* and sources of one (RFC3376-2-e) */

static bool is(const char *line, const char *key, const char *value)
{
    size_t len;
    const char *at = model_value(line, key, &len);

    return at != NULL && strlen(value) == len && strncmp(at, value, len) == 0;
}

/* include|exclude[,A,B,...], of so many sources at most, each of which one host may have. */
static bool read_state(const char *line, size_t most, struct model_state *ret_state)
{
    size_t len, used = 7;
    const char *at = model_value(line, "value", &len);
    unsigned part[4];

    if (at == NULL || len < used)
        return false;
    *ret_state = (struct model_state){.exclude = strncmp(at, "exclude", used) == 0};
    if (!ret_state->exclude && strncmp(at, "include", used) != 0)
        return false;
    while (used < len) {
        const size_t length = at[used] == ',' ? strcspn(at + used + 1, ", ") : 0;
        if (!model_is_address(at + used + 1, length))
            return false;
        sscanf(at + used, ",%u.%u.%u.%u", part, part + 1, part + 2, part + 3);
        if (part[0] < 1 || part[0] > 223 || part[0] == 127 || ret_state->sources.count == most)
            return false;
        model_set_add(&ret_state->sources, part[0] << 24 | part[1] << 16 | part[2] << 8 | part[3]);
        used += 1 + length;
    }
    return true;
}

static enum model_ask_kind kind_of_setting(const char *line)
{
    static const struct {
        const char *name;
        enum model_ask_kind kind;
    } settings[] = {{"group-filter", MODEL_FILTER},
                    {"igmp-version", MODEL_VERSION},
                    {"igmp-robustness", MODEL_ROBUSTNESS},
                    {"igmp-mode", MODEL_MODE},
                    {"igmp-router-alert", MODEL_ROUTER_ALERT},
                    {"igmp-compatibility", MODEL_COMPATIBILITY},
                    {"mtu", MODEL_MTU},
                    {"up", MODEL_UP}};

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (is(line, "name", settings[i].name))
            return settings[i].kind;
    return MODEL_NOTHING;
}

static enum model_ask_kind kind_of(const char *line)
{
    if (model_begins(line, "add ") && is(line, "kind", "group"))
        return MODEL_JOIN;
    if (model_begins(line, "del ") && is(line, "kind", "group"))
        return MODEL_LEAVE_GROUP;
    if (model_begins(line, "udp.close ") || model_begins(line, "ip.close "))
        return MODEL_CLOSE;
    const enum model_ask_kind kind =
        model_begins(line, "set ") ? kind_of_setting(line) : MODEL_NOTHING;
    return kind == MODEL_MODE ? MODEL_NOTHING : kind;
}

struct model_ask model_ask_read(const char *line)
{
    struct model_ask ask = {
        .kind = kind_of(line),
        .iface = model_number(line, "iface") % 2,
        .sock = model_number(line, "sock") % (MODEL_SOCKS + 1),
        .value = model_number(line, "value"),
        .group = model_address(line, "addr"),
        .state.exclude = true,
    };

    if (ask.kind == MODEL_FILTER && !read_state(line, MODEL_SOURCES / 4, &ask.state))
        ask.kind = MODEL_NOTHING;
    if (ask.kind == MODEL_VERSION)
        ask.value = ask.value % 3 + 1;
    if (ask.kind == MODEL_ROBUSTNESS)
        ask.value = ask.value % 7 + 1;
    if (ask.kind == MODEL_ROUTER_ALERT || ask.kind == MODEL_COMPATIBILITY || ask.kind == MODEL_UP)
        ask.value %= 2;
    if (ask.kind == MODEL_MTU)
        ask.value = 68 + ask.value % 1433;
    return ask;
}

/* Each word behind the first is one of these keys with a value, and none is there twice. */
static bool has_only(const char *line, const char *keys)
{
    char key[16];

    for (const char *at = strchr(line, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        const size_t len = strcspn(at + 1, "= ");
        size_t value;
        if (at[1 + len] != '=' || len == 0 || len > sizeof key - 3)
            return false;
        snprintf(key, sizeof key, " %.*s ", (int)len, at + 1);
        if (strstr(keys, key) == NULL)
            return false;
        snprintf(key, sizeof key, "%.*s", (int)len, at + 1);
        if (model_value(line, key, &value) != at + len + 2)
            return false;
    }
    return true;
}

/* A number in the one form that all read alike. */
static bool has_number(const char *line, const char *key, unsigned *ret_value)
{
    size_t len, digits;
    const char *at = model_value(line, key, &len);

    if (at == NULL)
        return false;
    digits = strspn(at, "0123456789");
    if (digits != len || len == 0 || len > 9 || (len > 1 && at[0] == '0'))
        return false;
    *ret_value = model_number(line, key);
    return true;
}

static bool has_address(const char *line, const char *key, uint32_t *ret_addr)
{
    size_t len;
    const char *at = model_value(line, key, &len);
    const uint32_t addr = model_address(line, key);
    char again[16];

    snprintf(again, sizeof again, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 255, addr >> 8 & 255,
             addr & 255);
    *ret_addr = addr;
    return at != NULL && strlen(again) == len && strncmp(again, at, len) == 0;
}

/* About a socket and a group, on an interface or on the usual one. */
static enum model_ask_kind exact_listener(const char *line, struct model_ask *ask)
{
    size_t len;

    ask->iface = MODEL_USUAL;
    if (!has_number(line, "sock", &ask->sock) || !has_address(line, "addr", &ask->group) ||
        (model_value(line, "iface", &len) != NULL && !has_number(line, "iface", &ask->iface)))
        return MODEL_UNREAD;
    if (ask->kind == MODEL_FILTER) {
        if (!has_only(line,
                      ask->gets ? " name sock addr iface " : " name sock addr iface value ") ||
            (!ask->gets && !read_state(line, MODEL_SOURCES, &ask->state)))
            return MODEL_UNREAD;
    } else if (!has_only(line, " kind sock addr iface ")) {
        return MODEL_UNREAD;
    }
    return ask->iface != MODEL_USUAL && ask->iface > 1 ? MODEL_WRONG : ask->kind;
}

static enum model_ask_kind exact_range(const char *line, struct model_ask *ask)
{
    if (!has_only(line, " kind net len ") || !has_address(line, "net", &ask->range.net) ||
        !has_number(line, "len", &ask->range.len) || ask->range.len > 32)
        return MODEL_UNREAD;
    return ask->kind;
}

static enum model_ask_kind exact_setting(const char *line, struct model_ask *ask)
{
    const bool of_host = ask->kind == MODEL_ROUTER_ALERT || ask->kind == MODEL_COMPATIBILITY;
    unsigned least = 0, most = 1;

    if (!has_only(line, of_host ? " name value " : " name iface value ") ||
        (!ask->gets && !has_number(line, "value", &ask->value)) ||
        (!of_host && !has_number(line, "iface", &ask->iface)))
        return MODEL_UNREAD;
    if (ask->gets)
        return ask->iface > 1 ? MODEL_WRONG : ask->kind;
    if (ask->kind == MODEL_VERSION || ask->kind == MODEL_ROBUSTNESS)
        least = 1;
    if (ask->kind == MODEL_VERSION)
        most = 3;
    if (ask->kind == MODEL_ROBUSTNESS)
        most = 7;
    if (ask->kind == MODEL_MTU) {
        least = 68;
        most = 65535;
    }
    return ask->iface > 1 || ask->value < least || ask->value > most ? MODEL_WRONG : ask->kind;
}

struct model_ask model_ask_exact(const char *line)
{
    struct model_ask ask = {.kind = kind_of(line), .state.exclude = true};

    if (is(line, "kind", "ssm-range"))
        ask.kind = model_begins(line, "add ")   ? MODEL_RANGE_ADD
                   : model_begins(line, "del ") ? MODEL_RANGE_DEL
                                                : MODEL_NOTHING;
    ask.gets = model_begins(line, "get ");
    if (ask.gets)
        ask.kind = kind_of_setting(line);
    if (ask.kind == MODEL_NOTHING)
        return ask;
    if (ask.kind == MODEL_CLOSE)
        ask.kind = has_only(line, " sock ") && has_number(line, "sock", &ask.sock) ? MODEL_CLOSE
                                                                                   : MODEL_UNREAD;
    else if (ask.kind <= MODEL_FILTER)
        ask.kind = exact_listener(line, &ask);
    else if (ask.kind >= MODEL_RANGE_ADD)
        ask.kind = exact_range(line, &ask);
    else
        ask.kind = exact_setting(line, &ask);
    if (ask.kind >= MODEL_WRONG)
        ask.iface = 0;
    return ask;
}

static void write_filter(const struct model_ask *ask, char *to, size_t room)
{
    size_t len = strlen(to);

    len += (size_t)snprintf(to + len, room - len, " value=%s",
                            ask->state.exclude ? "exclude" : "include");
    for (size_t i = 0; i < ask->state.sources.count && len < room; i++) {
        uint32_t addr = ask->state.sources.at[i];
        len += (size_t)snprintf(to + len, room - len, ",%u.%u.%u.%u", addr >> 24, addr >> 16 & 255,
                                addr >> 8 & 255, addr & 255);
    }
}

void model_ask_write(const struct model_ask *ask, bool udp, char *ret_line, size_t room)
{
    static const char *const names[] = {[MODEL_VERSION] = "igmp-version",
                                        [MODEL_ROBUSTNESS] = "igmp-robustness",
                                        [MODEL_MTU] = "mtu",
                                        [MODEL_UP] = "up"};
    const uint32_t group = ask->group;
    char about[80];

    snprintf(about, sizeof about, "sock=%u addr=%u.%u.%u.%u iface=%u", ask->sock, group >> 24,
             group >> 16 & 255, group >> 8 & 255, group & 255, ask->iface);
    if (ask->kind == MODEL_JOIN || ask->kind == MODEL_LEAVE_GROUP) {
        snprintf(ret_line, room, "%s kind=group %s", ask->kind == MODEL_JOIN ? "add" : "del",
                 about);
    } else if (ask->kind == MODEL_FILTER) {
        snprintf(ret_line, room, "set name=group-filter %s", about);
        write_filter(ask, ret_line, room);
    } else if (ask->kind == MODEL_CLOSE) {
        snprintf(ret_line, room, "%s.close sock=%u", udp ? "udp" : "ip", ask->sock);
    } else if (ask->kind == MODEL_ROUTER_ALERT || ask->kind == MODEL_COMPATIBILITY) {
        snprintf(ret_line, room, "set name=igmp-%s value=%u",
                 ask->kind == MODEL_ROUTER_ALERT ? "router-alert" : "compatibility", ask->value);
    } else {
        snprintf(ret_line, room, "set name=%s iface=%u value=%u", names[ask->kind], ask->iface,
                 ask->value);
    }
}

/* The error that there must be; NULL: none. ENOBUFS is another matter. */
static const char *error_of(const struct model_groups *groups, const struct model_ask *ask)
{
    bool there = model_filter_find(groups, ask->sock, ask->iface, ask->group) != NULL;

    if (ask->kind > MODEL_FILTER)
        return NULL;
    if (ask->group >> 28 != 14 || ask->group == 0xe0000000)
        return "EINVAL";
    if (ask->kind == MODEL_JOIN && there)
        return "EEXIST";
    if (ask->kind == MODEL_LEAVE_GROUP && !there)
        return "ENOENT";
    if (ask->kind != MODEL_LEAVE_GROUP && ask->state.exclude &&
        model_groups_specific(groups, ask->group))
        return "EINVAL"; /* RFC 4604 2.1 */
    return NULL;
}

static bool change_range(struct model_groups *groups, const struct model_ask *ask)
{
    return ask->kind == MODEL_RANGE_ADD ? model_range_add(groups, &ask->range)
                                        : model_range_remove(groups, &ask->range);
}

/* How many sources of the group all filters would name. */
static size_t sources_with(const struct model_groups *groups, const struct model_ask *ask)
{
    size_t count = ask->state.sources.count;

    for (size_t i = 0; i < groups->count; i++)
        if (groups->filters[i].iface == ask->iface && groups->filters[i].group == ask->group &&
            groups->filters[i].sock != ask->sock)
            count += groups->filters[i].state.sources.count;
    return count;
}

const char *model_ask_done(struct model_groups *groups, const struct model_ask *ask, bool sock,
                           bool ok, const char *code)
{
    const char *error = error_of(groups, ask);
    struct model_filter filter = {ask->sock, ask->iface, ask->group, ask->state};

    if (ask->kind == MODEL_WRONG)
        return ok ? "reply: ok, and it cannot be" : NULL;
    if (ask->kind == MODEL_RANGE_ADD || ask->kind == MODEL_RANGE_DEL)
        return !ok || change_range(groups, ask) ? NULL : "reply: ok, and it cannot be";
    if (ask->kind <= MODEL_CLOSE && !sock)
        return ok ? "reply: ok, and there is no such socket" : NULL;
    if (!ok && strcmp(code, "ENOBUFS") == 0 && ask->kind <= MODEL_FILTER && error == NULL)
        return groups->count >= FEW || sources_with(groups, ask) > SOURCES
                   ? NULL
                   : "bound: no room, and hardly anything is there";
    if (!ok && ask->kind == MODEL_FILTER && model_state_none(&ask->state) &&
        model_filter_find(groups, ask->sock, ask->iface, ask->group) == NULL)
        return NULL; /* who is not there cannot leave */
    if (ok != (error == NULL))
        return ok ? "reply: ok, and it cannot be" : "reply: refused, and it can be";
    if (!ok)
        return strcmp(code, error) == 0 ? NULL : "reply: another error";
    if (ask->kind == MODEL_LEAVE_GROUP)
        filter.state.exclude = false;
    if (ask->kind == MODEL_CLOSE)
        model_filter_close(groups, ask->sock);
    else if (ask->kind <= MODEL_FILTER && !model_filter_set(groups, &filter))
        return "bound: more filters than anybody needs";
    return NULL;
}
