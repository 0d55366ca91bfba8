/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/pair.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/advance.h"
#include "host/request.h"

#define SAID_MAX (1u << 26) /* octets in answer to one message: nobody would live to see more */

static void say(struct v4_saying *saying, char kind, uint8_t iface, const void *octets, size_t len)
{
    uint32_t size = (uint32_t)len;

    if (saying->len + len + 6 > saying->room) {
        saying->room = 2 * (saying->len + len + 6);
        saying->octets = realloc(saying->octets, saying->room);
        if (saying->octets == NULL || saying->room > SAID_MAX)
            abort();
    }
    uint8_t *to = saying->octets + saying->len;
    *to++ = (uint8_t)kind;
    *to++ = iface;
    memcpy(to, &size, sizeof size);
    memcpy(to + sizeof size, octets, len);
    saying->len += len + 6;
}

static void say_line(void *context, const char *line)
{
    struct v4_player *player = context;

    say(&player->saying, 'l', 0, line, strlen(line));
}

static void drain(struct v4_player *player)
{
    static uint8_t frame[V4_FRAME_MAX + 1];
    unsigned iface;
    size_t len;

    while ((len = player->iut.calls.output(player->iut.it, &iface, frame)) != 0)
        say(&player->saying, 'f', (uint8_t)iface, frame, len);
}

static v4_time next_timeout(void *context)
{
    struct v4_player *player = context;

    return player->iut.calls.next_timeout(player->iut.it);
}

static void tick(void *context, v4_time now)
{
    struct v4_player *player = context;

    player->now = now;
    player->iut.calls.tick(player->iut.it, now);
    drain(player);
}

static void on_line(struct v4_player *player, const char *line)
{
    char sync[V4_ADVANCE_SYNC];
    v4_time until;

    switch (v4_advance_parse(line, player->now, &until, sync)) {
    case V4_ADVANCE_NOT:
        player->iut.calls.line(player->iut.it, line, player->now, say_line, player);
        break;
    case V4_ADVANCE_INVALID:
        say_line(player, sync);
        break;
    case V4_ADVANCE:
        v4_advance(&player->now, until, next_timeout, tick, player);
        player->iut.calls.line(player->iut.it, sync, player->now, say_line, player);
        break;
    }
}

static void open_anew(struct v4_player *player, const char *settings)
{
    if (player->iut.it != NULL)
        player->iut.calls.close(player->iut.it);
    player->now = 0;
    bool opened = v4_iut_open(&player->iut, settings);
    say_line(player, opened ? "opened" : "not opened");
}

static void tell(struct v4_player *player, const uint8_t *message, size_t len)
{
    player->saying.len = 0;
    if (message[0] == 'S')
        open_anew(player, (const char *)message + 1);
    if (player->iut.it == NULL)
        return;
    if (message[0] == 'F' && len >= 2)
        v4_iut_input(&player->iut, message[1], message + 2, len - 2, player->now);
    if (message[0] == 'L')
        on_line(player, strlen((const char *)message) == len ? (const char *)message + 1 : "");
    drain(player);
}

bool v4_pair_tell(struct v4_pair *pair, uint8_t *message, size_t len)
{
    const struct v4_saying *a = &pair->player[0].saying, *b = &pair->player[1].saying;

    message[len] = '\0';
    tell(&pair->player[0], message, len);
    tell(&pair->player[1], message, len);
    return a->len == b->len && (a->len == 0 || memcmp(a->octets, b->octets, a->len) == 0);
}

/* The length of what begins there: a kind, an interface, its length and itself. */
static size_t entry(const struct v4_saying *saying, size_t at)
{
    uint32_t size;

    if (at >= saying->len)
        return 0;
    memcpy(&size, saying->octets + at + 2, sizeof size);
    return size + 6;
}

static const char *kind_of(const struct v4_saying *saying, size_t at)
{
    if (saying->octets[at] == 'f')
        return "frame";
    return saying->octets[at + 6] == '*' ? "event" : "reply";
}

void v4_pair_explain(const struct v4_pair *pair, char *ret_words, size_t room)
{
    const struct v4_saying *a = &pair->player[0].saying, *b = &pair->player[1].saying;
    size_t at = 0, len;

    while ((len = entry(a, at)) != 0 && len == entry(b, at) &&
           memcmp(a->octets + at, b->octets + at, len) == 0)
        at += len;
    if (entry(a, at) == 0)
        snprintf(ret_words, room, "a %s more", kind_of(b, at));
    else if (entry(b, at) == 0)
        snprintf(ret_words, room, "a %s less", kind_of(a, at));
    else
        snprintf(ret_words, room, "another %s", kind_of(a, at));
}
