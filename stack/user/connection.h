/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The connections of user/tcp.h, and what its parts do for each other. */
#pragma once
#include "proto/core.h"
#include "proto/ip_option.h"
#include "user/segment.h"

#define V4_CONNECTIONS 8
#define V4_CONNECTION_ROOM 8192 /* octets that are not acknowledged yet */

enum v4_connection_state {
    V4_CONNECTION_FREE,
    V4_CONNECTION_LISTENS,
    V4_CONNECTION_ASKED,   /* a SYN was sent */
    V4_CONNECTION_INVITED, /* one came, and was answered */
    V4_CONNECTION_OPEN,
};

struct v4_connection {
    enum v4_connection_state state;
    struct v4_socket sock; /* of its two ends, and of what its user has chosen */
    unsigned listener;     /* by which it came; 0: it was opened from here */

    uint32_t first, next; /* of what we sent: not acknowledged yet, and not sent yet */
    uint32_t most;        /* that was ever sent */
    uint32_t expected;    /* of what comes */
    uint32_t window;      /* the peer's */
    uint32_t burst;       /* octets that may be under way at one time */
    uint16_t mss;         /* the peer's */
    bool closing;         /* its user sends no more, and hears no more */
    bool fin_sent, fin_heard;

    unsigned tries; /* to send what is first */
    v4_time due;    /* when it is sent again; V4_NEVER: nothing is under way */

    struct v4_option_list heard; /* the way back of the route that came last; empty: none came */
    uint32_t heard_hop;

    uint8_t data[V4_CONNECTION_ROOM]; /* from `first` on */
    size_t held;
};

struct v4_tcp {
    bool there; /* somebody has opened or awaited a connection */
    struct v4_connection connections[V4_CONNECTIONS];
};

/* Tells the user, who hears no more of one that is closing. */
void v4_connection_tell(struct v4_core *core, const struct v4_connection *connection,
                        const struct v4_event_tcp *news, struct v4_span options,
                        struct v4_span data);
/* It is no more, and the user is told why. */
void v4_connection_end(struct v4_core *core, struct v4_connection *connection,
                       enum v4_tcp_reason reason);

/* A free one for these ends, with a number; NULL when there is none. */
struct v4_connection *v4_connection_new(struct v4_core *core, enum v4_connection_state state,
                                        const struct v4_socket *ends);

/* How it gets to its peer: the options of its segments and the first hop. */
void v4_connection_way(const struct v4_connection *connection, struct v4_option_list *ret_options,
                       uint32_t *ret_hop);
/* The segment without data that has these flags; a SYN offers a size. */
enum v4_error v4_connection_say(struct v4_core *core, struct v4_connection *connection,
                                uint32_t seq, uint8_t flags);
/* Sends what may be sent of the data that is held, and the end behind it. */
void v4_connection_push(struct v4_core *core, struct v4_connection *connection);
/* Once more from the first octet on that is not acknowledged. */
void v4_connection_again(struct v4_core *core, struct v4_connection *connection);
/* Half a second and more until then. */
void v4_connection_wait(struct v4_core *core, struct v4_connection *connection);
/* It may have one segment under way, and gets more as they arrive (RFC1122-4.2.3.9-b). */
void v4_connection_slow(struct v4_core *core, struct v4_connection *connection);
/* Answers a segment that belongs to none. */
void v4_connection_refuse(struct v4_core *core, const struct v4_packet *packet,
                          const struct v4_segment *segment);
