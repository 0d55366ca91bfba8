/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Users of a host, by lines of the upper tester of which the last answer is kept. */
#pragma once
#include "host/upper.h"
#include "rig.h"

struct users {
    struct rig *rig;
    struct v4_upper *upper;
    char reply[256];
};

static inline void keep_reply(void *context, const char *line)
{
    struct users *users = context;

    strncpy(users->reply, line, sizeof users->reply - 1);
}

static inline bool is(struct users *users, const char *line, const char *reply)
{
    v4_upper_line(users->upper, line, users->rig->now, keep_reply, users);
    return strcmp(users->reply, reply) == 0;
}

static inline struct users open_users(void)
{
    struct users users = {.rig = rig_open("modern")};

    users.upper = v4_upper_open(users.rig->host, false);
    cr_assert(users.upper != NULL);
    rig_meet(users.rig);
    return users;
}

static inline void close_users(struct users *users)
{
    v4_upper_close(users->upper);
    rig_close(users->rig);
}
