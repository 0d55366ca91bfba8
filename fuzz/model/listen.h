/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a user asks of groups by the upper tester's lines (docs/upper-tester.md), read, written, and
 * held against the reply. */
#pragma once
#include "model/igmp.h"

#define MODEL_SOCKS 8

enum model_ask_kind {
    MODEL_NOTHING, /* a line that a script of groups does not have */
    MODEL_JOIN,
    MODEL_LEAVE_GROUP,
    MODEL_FILTER,
    MODEL_CLOSE,
    MODEL_VERSION,
    MODEL_ROBUSTNESS,
    MODEL_MTU,
    MODEL_UP,
    MODEL_ROUTER_ALERT,
    MODEL_COMPATIBILITY,
    MODEL_MODE,      /* only to be asked for */
    MODEL_RANGE_ADD, /* of groups for named sources */
    MODEL_RANGE_DEL,
    MODEL_WRONG, /* one that must be refused */
    MODEL_UNREAD /* what it does is not known, unless it is refused: then nothing */
};

#define MODEL_USUAL UINT32_MAX /* the interface that multicasts go out of */

struct model_ask {
    enum model_ask_kind kind;
    bool gets; /* it asks what is set */
    unsigned iface, sock, value;
    uint32_t group;
    struct model_state state;
    struct model_range range;
};

/* A line of a script, of whose numbers each is made one that can be. */
struct model_ask model_ask_read(const char *line);
/* A line as the host is given it. */
struct model_ask model_ask_exact(const char *line);
/* The line that asks for it. */
void model_ask_write(const struct model_ask *ask, bool udp, char *ret_line, size_t room);

/* NULL, or what is wrong with the reply (`ok`: else `code`); what it changes is then changed.
 * `sock` is whether there is such a socket. */
const char *model_ask_done(struct model_groups *groups, const struct model_ask *ask, bool sock,
                           bool ok, const char *code);
