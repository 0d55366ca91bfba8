/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What passes between the stack and its user: what is to be sent, what arrived, and why something
 * cannot be done. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/mac.h"
#include "base/span.h"
#include "base/time.h"

#define V4_TTL_DEFAULT 64 /* RFC1122-3.2.1.7-e */

/* The names are those of errno, and of docs/upper-tester.md. */
enum v4_error {
    V4_OK,
    V4_EINVAL,        /* no option list, TTL 0, ... */
    V4_EBADF,         /* no such socket, or one of another kind */
    V4_EADDRINUSE,    /* the port is another socket's */
    V4_EADDRNOTAVAIL, /* the source address is not ours */
    V4_EMSGSIZE,      /* over 65,535 octets; over the path MTU with Don't Fragment */
    V4_ENETUNREACH,   /* no route */
    V4_EHOSTUNREACH,  /* a route says that nobody is there */
    V4_EACCES,        /* a route forbids it */
    V4_ENOBUFS,       /* no socket, no port, no room or no identification is left */
    V4_ECONNREFUSED,  /* nobody listens there, said an ICMP error */
    V4_EPROTO,        /* a header of ours is wrong, said one */
    V4_ENOENT,        /* nothing of the kind is there */
    V4_EEXIST,        /* it is there already */
    V4_EOPNOTSUPP,    /* we know nothing of that name */
};
const char *v4_error_name(enum v4_error error); /* "EBADF"; "OK" */

enum v4_df {
    V4_DF_USUAL, /* as the profile has it */
    V4_DF_SET,   /* too long for the path: refused */
    V4_DF_CLEAR,
    V4_DF_PROBE, /* set, whatever is known of the path: too long for the link, refused */
};

/* By the upper tester's number: 0 clear, 1 set, 2 a probe. */
enum v4_df v4_df_meant(unsigned number);

/* A datagram to send: what RFC 791 3.3 and RFC 1122 3.4 let the user choose. v4_send_default()
 * fills in the rest. */
struct v4_send {
    uint32_t dst;
    uint32_t src; /* 0: the address of the interface that it leaves by */
    uint8_t ttl, tos;
    enum v4_df df;
    bool unheard; /* to a group: not by users of our own */
    bool with_id; /* `id` is the user's; else we choose one */
    uint16_t id;
    struct v4_span options; /* of the header; a multiple of 4 octets, at most 40 */
    struct v4_span data;
};
struct v4_send v4_send_default(uint32_t dst, struct v4_span data);

enum v4_event_kind {
    V4_EVENT_UDP,      /* a UDP datagram reached a socket */
    V4_EVENT_IP,       /* a datagram reached a socket that is bound to its protocol */
    V4_EVENT_ECHO,     /* an echo reply */
    V4_EVENT_ERROR,    /* an ICMP error about something that we sent */
    V4_EVENT_LOG,      /* a discard, where the switch `log` is on */
    V4_EVENT_CONFLICT, /* somebody else has an address that we have, or want (RFC 5227) */
    V4_EVENT_IGMP,     /* a router asks in another version of IGMP than we do as router */
    V4_EVENT_MROUTE,   /* something came for a group without a route, or by another interface */
    V4_EVENT_TCP,      /* of a connection (user/tcp.h) */
};

/* `iface` is the one that it came by: the address there is the specific destination of what was
 * sent to many (RFC1122-3.4-b, RFC1122-3.4-g). */
/* `specific` is the address of this host that was meant: `dst`, or that of the interface where
 * `dst` is a broadcast or a group (RFC1122-3.4-g, RFC1122-4.1.3.5-a). */
struct v4_event_udp {
    unsigned sock, iface;
    uint32_t src, dst, specific;
    uint16_t src_port, dst_port;
    uint8_t ttl, tos;
    struct v4_span
        options; /* as delivered: a record route holds our own address (RFC1122-3.2.1.8-b) */
    struct v4_span data;
};

struct v4_event_ip {
    unsigned sock, iface;
    uint32_t src, dst, specific;
    uint8_t protocol, ttl, tos;
    struct v4_span options, data;
};

struct v4_event_echo {
    uint32_t src;
    uint16_t id, seq;
    struct v4_span options, data;
};

struct v4_event_error {
    unsigned sock; /* whose datagram it was; 0: no socket's */
    uint32_t src;  /* who says so */
    uint8_t type, code;
    uint32_t rest;            /* octets 4 to 7 of the message */
    struct v4_span extension; /* a structure behind the quotation that is whole (RFC 4884) */
    struct v4_span data; /* the message after those: the quotation, and all that is behind it */
};

struct v4_event_log {
    enum v4_drop why;
    v4_time at;
    struct v4_span options, data; /* none; what was discarded */
};

struct v4_event_conflict {
    unsigned iface;
    uint32_t addr;
    struct v4_mac mac;         /* the other one's */
    struct v4_span nothing[2]; /* it comes without octets */
};

struct v4_event_igmp {
    unsigned iface, version;
    uint32_t addr; /* who has asked */
    struct v4_span nothing[2];
};

struct v4_event_mroute {
    unsigned iface; /* that it came by */
    bool wrong;     /* its route says another one; else there is no route */
    uint32_t src, dst;
    struct v4_span nothing[2];
};

enum v4_tcp_news {
    V4_TCP_OPEN,
    V4_TCP_RECV,
    V4_TCP_ERROR, /* an ICMP error about a segment of it */
    V4_TCP_CLOSED,
};

enum v4_tcp_reason {
    V4_TCP_PEER,        /* has ended it */
    V4_TCP_RESET,       /* by the peer */
    V4_TCP_REFUSED,     /* by the peer, before it was open */
    V4_TCP_TIMEOUT,     /* nothing was acknowledged */
    V4_TCP_UNREACHABLE, /* said an ICMP error that is certain */
    V4_TCP_LEFT,        /* its address is not ours any more */
};

struct v4_event_tcp {
    enum v4_tcp_news news;
    enum v4_tcp_reason reason;
    unsigned sock, listener;     /* by which it came; 0: it was opened from here */
    uint32_t src, dst;           /* the peer, or who reports the error; ourselves */
    uint16_t src_port, dst_port; /* the peer's, ours */
    uint8_t ttl, tos, type, code;
    struct v4_span options, data;
};

struct v4_event {
    enum v4_event_kind kind;
    union {
        struct v4_event_udp udp;
        struct v4_event_ip ip;
        struct v4_event_echo echo;
        struct v4_event_error error;
        struct v4_event_log log;
        struct v4_event_conflict conflict;
        struct v4_event_igmp igmp;
        struct v4_event_mroute mroute;
        struct v4_event_tcp tcp;
    };
};
