/* SPDX-License-Identifier: BSD-2-Clause */
#include "listen.h"
#include <stdio.h>
#include <string.h>
#include "model/line.h"

#define FEW 16 /* groups, or sources, that everybody has room for */

static bool is(const char *line, const char *key, const char *value)
{
    size_t len;
    const char *at = model_value(line, key, &len);

    return at != NULL && strlen(value) == len && strncmp(at, value, len) == 0;
}

/* include|exclude[,A,B,...] */
static bool read_state(const char *line, struct model_state *ret_state)
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
        int taken = 0;
        if (sscanf(at + used, ",%3u.%3u.%3u.%3u%n", part, part + 1, part + 2, part + 3, &taken) !=
                4 ||
            (part[0] | part[1] | part[2] | part[3]) > 255 || part[0] < 1 || part[0] > 223 ||
            part[0] == 127 || ret_state->sources.count == MODEL_SOURCES / 4)
            return false;
        model_set_add(&ret_state->sources, part[0] << 24 | part[1] << 16 | part[2] << 8 | part[3]);
        used += (size_t)taken;
    }
    return used == len;
}

static enum model_ask_kind kind_of(const char *line)
{
    if (model_begins(line, "add ") && is(line, "kind", "group"))
        return MODEL_JOIN;
    if (model_begins(line, "del ") && is(line, "kind", "group"))
        return MODEL_LEAVE_GROUP;
    if (model_begins(line, "udp.close ") || model_begins(line, "ip.close "))
        return MODEL_CLOSE;
    if (!model_begins(line, "set "))
        return MODEL_NOTHING;
    return is(line, "name", "group-filter")        ? MODEL_FILTER
           : is(line, "name", "igmp-version")      ? MODEL_VERSION
           : is(line, "name", "igmp-robustness")   ? MODEL_ROBUSTNESS
           : is(line, "name", "mtu")               ? MODEL_MTU
           : is(line, "name", "up")                ? MODEL_UP
           : is(line, "name", "igmp-router-alert") ? MODEL_ROUTER_ALERT
                                                   : MODEL_NOTHING;
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

    if (ask.kind == MODEL_FILTER && !read_state(line, &ask.state))
        ask.kind = MODEL_NOTHING;
    if (ask.kind == MODEL_VERSION)
        ask.value = ask.value % 3 + 1;
    if (ask.kind == MODEL_ROBUSTNESS)
        ask.value = ask.value % 7 + 1;
    if (ask.kind == MODEL_ROUTER_ALERT || ask.kind == MODEL_UP)
        ask.value %= 2;
    if (ask.kind == MODEL_MTU)
        ask.value = 68 + ask.value % 1433;
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
    } else if (ask->kind == MODEL_ROUTER_ALERT) {
        snprintf(ret_line, room, "set name=igmp-router-alert value=%u", ask->value);
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
    if (ask->kind != MODEL_LEAVE_GROUP && ask->state.exclude && MODEL_SPECIFIC(ask->group))
        return "EINVAL"; /* RFC 4604 2.1 */
    return NULL;
}

const char *model_ask_done(struct model_groups *groups, const struct model_ask *ask, bool sock,
                           bool ok, const char *code)
{
    const char *error = error_of(groups, ask);
    struct model_filter filter = {ask->sock, ask->iface, ask->group, ask->state};

    if (ask->kind <= MODEL_CLOSE && !sock)
        return ok ? "reply: ok, and there is no such socket" : NULL;
    if (!ok && strcmp(code, "ENOBUFS") == 0 && ask->kind <= MODEL_FILTER && error == NULL)
        return groups->count >= FEW || ask->state.sources.count >= FEW
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
