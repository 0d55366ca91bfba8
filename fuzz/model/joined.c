/* SPDX-License-Identifier: BSD-2-Clause */
#include "joined.h"
#include <stdio.h>
#include <string.h>
#include "model/line.h"
#include "model/multicast.h"
#include "model/nearby.h"
#include "model/watch.h"

#define IGMP 2
#define WAYS 256 /* numbers of sockets */

static struct model_watch watch;

static struct {
    struct model_ask ask; /* the line that is being answered */
    bool lists;           /* it is for the list of groups of both interfaces */
    bool routed;          /* the user has said where multicasts go */
    bool open;            /* nobody knows who has joined what */
    bool alert_told;      /* whether Router Alert is needed */
    bool many;            /* sources in one line, and more than the reference has room for */
    bool asks_list;
    char asks_filter[96]; /* a line, or nothing */
    bool asks_mode[2];
    unsigned ways[WAYS]; /* of the sockets: an interface, plus one */
    uint64_t now;
    const char *late;
} joined;

/* Was there one in the last minutes? */
static bool had_older_querier(unsigned iface)
{
    const v4_time *old = watch.links[iface].old;
    const v4_time last = old[1] > old[2] ? old[1] : old[2];

    return last > 0 && joined.now < last + 500 * V4_SECOND;
}

void model_joined_open(const struct model_iface ifaces[2])
{
    struct model_hearer lab[2];

    for (unsigned i = 0; i < 2; i++) {
        lab[i] = (struct model_hearer){.addr = ifaces[i].addr,
                                       .mask = model_mask(ifaces[i].len),
                                       .mode = 3,
                                       .version = 3,
                                       .alert = true}; /* the reference, until it is told */
        memcpy(lab[i].mac, ifaces[i].mac, 6);
    }
    model_watch_open(&watch, lab);
    model_multicast_open();
    memset(&joined, 0, sizeof joined);
}

void model_joined_time(uint64_t now)
{
    const char *fault = model_watch_time(&watch, now);

    joined.late = joined.late == NULL ? fault : joined.late;
    joined.now = now;
}

uint64_t model_joined_moment(uint64_t until)
{
    return model_watch_moment(&watch, until);
}

static void lose_for_good(unsigned iface)
{
    watch.lost[iface] = watch.unknown[iface] = true;
}

static void lose_both(void)
{
    lose_for_good(0);
    lose_for_good(1);
}

void model_joined_passed(void)
{
    for (unsigned i = 0; i < 2; i++)
        joined.asks_mode[i] |= had_older_querier(i);
}

void model_joined_frame(const struct model_host *model, unsigned iface,
                        const struct model_frame *frame, struct v4_span octets)
{
    const struct model_packet *packet = &frame->packet;
    const bool down = watch.links[iface].down;
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

    model_multicast_frame(model, iface, frame, joined.open ? NULL : &watch.groups, down);
    if (packet->protocol != IGMP || down)
        return;
    if (!model_is_group_mac(frame->dst) && memcmp(frame->dst, watch.links[iface].self.mac, 6) != 0)
        return; /* another station's */
    if (packet->dst >> 28 == 14 && packet->dst != MODEL_ALL_SYSTEMS && !joined.open &&
        !model_link_takes(watch.links + iface, packet->dst) && memcmp(frame->dst, all, 6) != 0)
        return; /* another host's */
    joined.asks_mode[iface] = true;
    if (!model->must && !joined.alert_told) /* nobody has to look at Router Alert */
        model_watch_lose(&watch, iface);
    const bool added = model_is_own(model, packet->src) && !model_is_ours(model, packet->src);
    if (!model_watch_heard(&watch, iface, octets) || added)
        model_watch_lose(&watch, iface);
}

static const struct model_socket *numbered(const struct model_host *model, unsigned number)
{
    for (size_t i = 0; i < model->socket_count; i++)
        if (model->sockets[i].number == number)
            return model->sockets + i;
    return NULL;
}

static size_t commas(const char *line)
{
    size_t count = 0;

    while ((line = strchr(line, ',')) != NULL) {
        count++;
        line++;
    }
    return count;
}

void model_joined_line(const struct model_host *model, const char *line)
{
    struct model_ask ask = model_ask_exact(line);

    joined.lists = strcmp(line, "list kind=group") == 0;
    model_watch_list(&watch);
    if (ask.iface == MODEL_USUAL) { /* of a route for groups there was none at first */
        const unsigned way = ask.sock < WAYS ? joined.ways[ask.sock] : 0;
        ask.iface = way > 0 ? way - 1 : 0;
        if ((way == 0 && joined.routed) || ask.sock >= WAYS)
            ask.kind = MODEL_UNREAD;
    }
    if (ask.kind <= MODEL_CLOSE && ask.kind != MODEL_NOTHING && model->connects &&
        numbered(model, ask.sock) == NULL)
        ask.kind = MODEL_UNREAD; /* or a connection's */
    joined.ask = ask;
    joined.many = model_begins(line, "set name=group-filter ") && commas(line) > MODEL_SOURCES;
    model_watch_must(&watch, model->must);
    if (model->writes[IGMP]) /* what its user says is not told from what it says itself */
        lose_both();
}

static bool is(const char *name, size_t len, const char *word)
{
    return strlen(word) == len && strncmp(name, word, len) == 0;
}

/* What else decides what is said, and to whom. */
static void on_other(const struct model_host *model, const char *line)
{
    static const char *const all[] = {"mac", "framing", "link-local", "mask-learn", "strong-host"};
    const unsigned len = model_number(line, "len"), sock = model_number(line, "sock");
    const bool sets = model_begins(line, "set ");
    size_t n;
    const char *name = model_value(line, sets ? "name" : "kind", &n);

    if (name == NULL || !(sets || model_begins(line, "add ") || model_begins(line, "del ")))
        return;
    if (is(name, n, "multicast-iface") && sock < WAYS)
        joined.ways[sock] = model_number(line, "value") + 1;
    if (is(name, n, "route") &&
        ((model_address(line, "net") ^ MODEL_ALL_SYSTEMS) & model_mask(len > 4 ? 4 : len)) == 0)
        joined.routed |= len >= 4 || !model->must;
    if (is(name, n, "address"))
        lose_for_good(model_number(line, "iface") % 2);
    if (model_begins(name, "security"))
        model_multicast_guarded();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (is(name, n, all[i]) || model_begins(name, "security"))
            lose_both();
}

static const char *on_reply(const struct model_host *model, const char *reply)
{
    const struct model_ask *ask = &joined.ask;
    const bool ok = strstr(reply, " ok") != NULL;
    size_t len = 0;
    const char *code = model_value(reply, "code", &len), *fault;
    char word[16];

    snprintf(word, sizeof word, "%.*s", (int)len, code == NULL ? "" : code);
    if (strcmp(word, "EPROTO") == 0 || strcmp(word, "EOPNOTSUPP") == 0)
        return NULL;
    if (ok && ask->kind == MODEL_CLOSE)
        model_multicast_close(ask->sock);
    if (joined.many && ok && model->must)
        return "bound: more sources in a filter than there is room for";
    if (ask->kind == MODEL_UNREAD && ok && !ask->gets) {
        joined.open = true;
        lose_both();
    }
    if (joined.open || ask->kind == MODEL_UNREAD)
        return NULL;
    if (ask->gets)
        return ok && ask->kind != MODEL_WRONG ? model_watch_got(&watch, ask, reply) : NULL;
    if (!ok && ask->kind == MODEL_MTU) /* what the frames of a link hold is another's matter */
        return NULL;
    if (ask->kind == MODEL_NOTHING)
        return ok && joined.lists ? model_watch_all_listed(&watch) : NULL;
    joined.alert_told |= ok && ask->kind == MODEL_ROUTER_ALERT;
    joined.asks_list |= ok && ask->kind <= MODEL_CLOSE;
    if (ask->kind <= MODEL_FILTER)
        snprintf(joined.asks_filter, sizeof joined.asks_filter,
                 "get name=group-filter sock=%u addr=%u.%u.%u.%u iface=%u", ask->sock,
                 ask->group >> 24, ask->group >> 16 & 255, ask->group >> 8 & 255, ask->group & 255,
                 ask->iface);
    const struct model_socket *sock = numbered(model, ask->sock);
    const bool there =
        sock != NULL && (ask->kind != MODEL_CLOSE || sock->raw == model_begins(model->line, "ip."));
    fault = model_watch_asked(&watch, ask, there, ok, word);
    if (fault == NULL && ok && ask->kind == MODEL_FILTER && model->must &&
        model_watch_included(&watch, ask->iface, ask->group) > MODEL_SOURCES)
        return "bound: more sources of a group than there is room for";
    return fault;
}

const char *model_joined_said(const struct model_host *model, const char *line)
{
    if (model_begins(line, "* group ") && joined.lists)
        return joined.open ? NULL : model_watch_listed(&watch, line);
    if (line[0] == '*')
        return model_multicast_event(model, line);
    const char *fault = on_reply(model, line);
    joined.lists = false;
    if (strstr(line, " ok") != NULL)
        on_other(model, model->line);
    if (fault == NULL && strcmp(model->line, "sync") == 0)
        fault = model_multicast_all(model);
    return fault;
}

const char *model_joined_sent(const struct model_host *model, unsigned iface,
                              const struct model_frame *frame, struct v4_span octets)
{
    (void)model;
    return frame->kind == MODEL_IP && frame->packet.protocol == IGMP
               ? model_watch_sent(&watch, iface, octets)
               : NULL;
}

const char *model_joined_done(void)
{
    const char *fault = model_watch_done(&watch), *late = joined.late;

    joined.late = NULL;
    return late != NULL ? late : fault;
}

size_t model_joined_sources(void)
{
    size_t count = watch.groups.count;

    for (size_t i = 0; i < watch.groups.count; i++)
        count += watch.groups.filters[i].state.sources.count;
    return count;
}

const char *model_joined_asks(void)
{
    static const char *const modes[] = {"get name=igmp-mode iface=0", "get name=igmp-mode iface=1"};

    if (joined.asks_list) {
        joined.asks_list = false;
        return "list kind=group";
    }
    if (joined.asks_filter[0] != '\0') {
        static char asked[sizeof joined.asks_filter];
        memcpy(asked, joined.asks_filter, sizeof asked);
        joined.asks_filter[0] = '\0';
        return asked;
    }
    for (unsigned i = 0; i < 2; i++) {
        const bool asks = joined.asks_mode[i];
        joined.asks_mode[i] = false;
        if (asks)
            return modes[i];
    }
    return NULL;
}
