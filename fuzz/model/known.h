/* SPDX-License-Identifier: BSD-2-Clause
 *
 * All that a model of a host remembers of one script. */
#pragma once
#include "model/frame.h"
#include "model/rules.h"
#include "model/ways.h"

#define MODEL_GATEWAY 0xc6120001u /* of the lab; what no other route leads to goes there */
#define MODEL_GIVEN 256           /* frames of a script that are remembered */
#define MODEL_SOCKETS 32          /* of its users */
#define MODEL_SENDS 64            /* calls that send */
#define MODEL_SENT 256            /* datagrams of its own */
#define MODEL_OWN 32              /* addresses that may be its own */
#define MODEL_KNOWN 64            /* neighbours that it was told of */
#define MODEL_TOLD 256            /* ARP packets that were given */
#define MODEL_WANTED 64           /* things that must come */
#define MODEL_LATE 64             /* datagrams that were never whole */

struct model_iface {
    uint8_t mac[6];
    uint32_t addr;
    unsigned len;
    size_t mtu;
};

struct model_given {
    unsigned iface;
    uint64_t at;
    struct model_packet packet;
    bool link_group;
    bool plain;               /* to the host from a neighbour, without options */
    bool answered, reported;  /* by an ICMP reply, by an ICMP error: once each */
    struct model_rules rules; /* of that moment */
    struct model_fate fate;
    bool completes; /* a datagram: */
    struct model_packet whole;
};

#define MODEL_NO_ID 0x10000
#define MODEL_NUMBERED 4 /* destinations whose identifications are compared */
#define MODEL_BUCKETS 16 /* destinations of errors */
#define MODEL_LEFT 64    /* of the datagrams that left last */

/* What becomes of Don't Fragment (docs/upper-tester.md). */
enum model_df {
    MODEL_DF_CLEAR,
    MODEL_DF_SET,
    MODEL_DF_PROBE,
    MODEL_DF_USUAL
};

struct model_socket {
    unsigned number, protocol; /* protocol 17: UDP */
    bool raw;
    uint32_t addr, peer; /* 0: any */
    uint16_t port, peer_port;
    unsigned by_iface;     /* counted from 1; 0: all */
    bool quiet, unchecked; /* no leave to broadcast; no checksum */
    uint8_t ttl, tos, df;  /* TTL and DF: what was set, and of DF one more; 0: nothing */
    const char *error;     /* what ICMP has said of what it sent; NULL: not known */
};

struct model_send {
    unsigned protocol, id;
    uint16_t src_port, port; /* UDP's; a source of 0 is not known */
    uint32_t src, dst;       /* a source of 0: the host's choice */
    uint8_t ttl, tos;        /* a TTL of 0: the host's own choice */
    enum model_df df;
    uint8_t options[40];
    size_t options_len;
    struct model_rules rules;
    bool any;                 /* its data is not known: more than there is room for */
    bool by_sock;             /* its user says by whose settings */
    struct model_socket sock; /* as it was then; its number is 0 where there is none */
    bool went;                /* the call was not refused */
    uint64_t at;
    struct v4_span data;
    struct v4_span whole; /* with a header of the user's own */
};

struct model_asked {
    unsigned iface;
    uint32_t addr;
    uint64_t first, at; /* when, and when last */
};

struct model_sent {
    uint32_t src, dst;
    uint8_t protocol;
    uint16_t id;
    bool more; /* fragments are to come, the next at `next` */
    size_t next;
    uint64_t at;
    uint8_t options[40]; /* of the first */
    size_t options_len;
};

/* The beginning of what an error may quote. */
struct model_left {
    uint32_t src, dst;
    uint16_t id;
    uint8_t protocol;
    bool df;
    uint8_t head[8];
};

/* What was sent to one of the last destinations. */
struct model_numbered {
    uint32_t dst;
    uint16_t id;
};

/* Errors to a destination: all that it may have is there again at `full`. */
struct model_bucket {
    uint32_t dst;
    uint64_t full;
};

struct model_known {
    unsigned iface;
    uint32_t addr;
    uint8_t mac[6];
    uint64_t at;
};

/* What ARP has said, be it heeded or not. */
struct model_told {
    unsigned iface;
    uint32_t addr;
    uint8_t mac[6];
};

/* What its user, or a router, has changed of it, so that it is not known any more (user.c). */
enum model_unsure {
    UNSURE_WAYS = 1 << 0,      /* next hops: routes, redirects, advertisements, advice */
    UNSURE_NEIGHBORS = 1 << 1, /* MACs that were set, and how long they are believed */
    UNSURE_OWN = 1 << 2,       /* its addresses, and what is said of them */
    UNSURE_LINK = 1 << 3,      /* its MAC, its frames, whether it is up */
    UNSURE_SIZES = 1 << 4,     /* MTUs, of links and of paths */
    UNSURE_HEADER = 1 << 5,    /* what a socket sends: TTL, TOS, DF, options */
    UNSURE_OPTIONS = 1 << 6,   /* what becomes of options */
    UNSURE_ERRORS = 1 << 7,    /* which errors are sent, and how many */
    UNSURE_SOCKETS = 1 << 8,   /* whose it is what comes */
    UNSURE_PIECES = 1 << 9,    /* whose octets win, and how long fragments wait */
    UNSURE_GROUPS = 1 << 10,   /* what is joined, and what is said of it */
    UNSURE_ALL = (1 << 11) - 1,
    /* Where a packet goes, and whether now. */
    UNSURE_WHERE = UNSURE_WAYS | UNSURE_NEIGHBORS | UNSURE_OWN | UNSURE_LINK,
    /* What must come of a frame. */
    UNSURE_ANSWERS = UNSURE_WHERE | UNSURE_OPTIONS | UNSURE_ERRORS | UNSURE_SOCKETS
};

/* Something that must come: a frame in this call (an ICMP message of `type`, or ARP's reply), or an
 * event with this data in the next answer of the upper tester. */
struct model_wanted {
    enum {
        WANT_ARP_REPLY,
        WANT_ICMP,
        WANT_PACKET, /* any to this MAC */
        WANT_PASSED, /* this datagram, on along its source route */
        WANT_EVENT
    } kind;
    uint8_t type, code, tos;
    const uint8_t *mac;
    uint32_t dst, src;
    struct v4_span data; /* what it carries, all or the beginning */
    uint8_t pointers[3]; /* of a Parameter Problem: one of these */
    unsigned sock;
    uint8_t options[44]; /* that it has */
    size_t options_len;
    const struct model_given *given; /* what is passed on */
};

struct model_host {
    struct model_iface ifaces[2];
    bool must; /* whether anything must come that is a SHOULD only */
    uint64_t now;

    unsigned unsure; /* of enum model_unsure */
    uint8_t ttl;     /* of what it sends itself */
    bool ttl_was_set;
    uint32_t own[MODEL_OWN];
    size_t own_count;
    struct model_given given[MODEL_GIVEN];
    size_t given_count;
    struct model_given *last_given; /* of the frame that was given last; NULL: none */
    struct model_socket sockets[MODEL_SOCKETS];
    size_t socket_count;
    unsigned last_number; /* of a socket */
    struct model_send sends[MODEL_SENDS];
    size_t send_count, echo_count;
    unsigned command_iface;
    struct v4_span command; /* of 802.2 that came last; empty: none, or it is answered */
    bool writes[256];       /* messages of that protocol, which are the user's own */
    bool quenches;          /* its user is told of Source Quench */
    bool connects;          /* its user has asked for connections of TCP */
    uint64_t connects_since;
    bool configured;  /* something was set */
    bool routes;      /* its user has asked it to forward */
    bool chooses;     /* an address of its own (RFC 3927) */
    bool moves;       /* its networks are the lab's no more: addresses lost, masks to be learned */
    size_t id_count;  /* calls that chose an identification */
    size_t last_send; /* after the place of the call being made; 0: none, or it has left */
    struct model_known known[MODEL_KNOWN];
    size_t known_count;
    struct model_told told[MODEL_TOLD];
    size_t told_count;
    struct model_wanted frames[MODEL_WANTED], events[MODEL_WANTED];
    size_t frame_count, event_count;
    struct model_asked asked[MODEL_KNOWN];
    size_t asked_count;
    struct model_rules rules;
    struct model_tally tally;
    struct model_late late[MODEL_LATE];
    size_t late_count;
    struct model_sent sent[MODEL_SENT];
    size_t sent_count;
    struct model_ways ways;
    struct model_left left[MODEL_LEFT];
    size_t left_next;
    struct model_hop heard; /* whose ARP this call is about; an address of 0: nobody's */
    const char *overdue;    /* what time should have done */
    bool cutting;           /* the pieces of a datagram with this identification leave */
    uint16_t cut_id;
    size_t open_cut; /* after the place of what has more to come, of `sent`; 0: nothing */
    struct model_numbered numbered[MODEL_NUMBERED];
    size_t numbered_next;
    unsigned error_rate; /* errors of a second to one destination; 0: as many as there are */
    struct model_bucket buckets[MODEL_BUCKETS];
    size_t bucket_count;
    uint64_t all_full;
    bool errors_wait;        /* for a MAC, some, so that it is not known how many there were */
    uint8_t octets[1 << 16]; /* the data of sends */
    size_t octets_used;

    char line[256]; /* the head of the call that is being answered */
    char fault[160];
};

/* The datagram that comes of it: the packet, or what it has completed. NULL: none. */
const struct model_packet *model_datagram(const struct model_given *given);
/* May it have come back to the host, along its route? */
bool model_may_loop(const struct model_given *given);

/* The socket for such a datagram; NULL: none. `port` counts for UDP only. */
const struct model_socket *model_socket_of(const struct model_host *model, unsigned protocol,
                                           uint32_t dst, uint16_t port);
/* The socket of that number; NULL: none. */
struct model_socket *model_socket_numbered(struct model_host *model, unsigned number);

uint32_t model_mask(unsigned len);
/* The address of a neighbour there. */
bool model_on_link(const struct model_iface *iface, uint32_t addr);
/* Whom it must know; NULL: nobody of that address. */
const struct model_known *model_find_known(const struct model_host *model, unsigned iface,
                                           uint32_t addr);
/* It is doubted, or spoken of in a way that leaves open what the host makes of it. */
void model_doubt_known(struct model_host *model, uint32_t addr);
/* From here on this must come. */
void model_want(struct model_host *model, struct model_wanted wanted);

/* An address that the lab has given the host. */
bool model_is_ours(const struct model_host *model, uint32_t addr);
/* One that it has, or had once. */
bool model_is_own(const struct model_host *model, uint32_t addr);
/* RFC 1122 3.2.1.3: one host's, and neither a broadcast nor the number of a network of ours. */
bool model_is_one(const struct model_host *model, uint32_t addr);
