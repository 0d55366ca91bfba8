/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the sockets of a host have joined (groups.h), and what each of its two interfaces says of it
 * (member.h), held together: a call of the user's changes both, a list tells of both. It follows a
 * host from its start; where something comes of which the RFCs leave open what follows, an
 * interface is lost until it has been down.
 *
 * The calls that return words return NULL, or what is wrong with what the host did. */
#pragma once
#include "model/listen.h"
#include "model/member.h"

struct model_watch {
    struct model_groups groups;
    struct model_link links[2];
    bool lost[2];    /* nobody knows what it has to say */
    bool unknown[2]; /* nor will be known: its address or its frames are not those of the start */
    size_t listed[2];
    char fault[MODEL_FAULT];
};

void model_watch_open(struct model_watch *watch, const struct model_hearer lab[2]);
/* Is it the reference, which does what it may always in one way? */
void model_watch_must(struct model_watch *watch, bool must);
const char *model_watch_time(struct model_watch *watch, v4_time now);
/* `until`, or a moment later: on the moment itself at which an older querier's time ends either
 * version is right. */
v4_time model_watch_moment(const struct model_watch *watch, v4_time until);

/* The reply to what was asked (see model_ask_done), and what follows from it. */
const char *model_watch_asked(struct model_watch *watch, const struct model_ask *ask, bool sock,
                              bool ok, const char *code);
/* The sources that are included of a group, of all sockets together. */
size_t model_watch_included(const struct model_watch *watch, unsigned iface, uint32_t group);
/* The reply, which is not an error, to a question (`ask->gets`). */
const char *model_watch_got(struct model_watch *watch, const struct model_ask *ask,
                            const char *reply);
/* The frame of an IGMP message comes. False: what follows is open, and nothing was changed. */
bool model_watch_heard(struct model_watch *watch, unsigned iface, struct v4_span frame);
void model_watch_lose(struct model_watch *watch, unsigned iface);

/* What leaves: each frame, then that the call is over. */
const char *model_watch_sent(struct model_watch *watch, unsigned iface, struct v4_span frame);
const char *model_watch_done(struct model_watch *watch);

/* The list of groups: it begins, an event of it, it ends. */
void model_watch_list(struct model_watch *watch);
const char *model_watch_listed(struct model_watch *watch, const char *event);
const char *model_watch_all_listed(struct model_watch *watch);
