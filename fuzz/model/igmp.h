/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages of IGMP read in the plainest way: what a host must understand (RFC 2236 2, RFC 3376 4.1
 * and 7.1), and what it may send (RFC 1112 App. I, RFC 2236 2 and 9, RFC 3376 4.2). */
#pragma once
#include "model/frame.h"
#include "model/groups.h"

#define MODEL_ALL_SYSTEMS 0xe0000001
#define MODEL_TENTH UINT64_C(100000000)

enum model_igmp_kind {
    MODEL_NOISE, /* to be ignored */
    MODEL_DOUBT, /* about which the RFCs leave more than one way */
    MODEL_QUERY,
    MODEL_REPORT,
    MODEL_LEAVE,
    MODEL_RECORDS /* a report of version 3 */
};

enum {
    MODEL_IS_IN = 1,
    MODEL_IS_EX,
    MODEL_TO_IN,
    MODEL_TO_EX,
    MODEL_ALLOW,
    MODEL_BLOCK
};

struct model_igmp {
    enum model_igmp_kind kind;
    unsigned version;         /* of a query or a report */
    uint32_t group;           /* 0: a general query */
    bool specific;            /* which is for named sources only (RFC 4604 2) */
    uint64_t within;          /* a query is to be answered, in nanoseconds */
    struct model_set sources; /* of a query */
    struct v4_span records;
};

/* Who hears it, and how he was told to. */
struct model_hearer {
    uint8_t mac[6];
    uint32_t addr, mask;
    unsigned mode;    /* the version that he speaks now, */
    unsigned version; /* and the newest that he may */
    bool alert;       /* queries without Router Alert are ignored */
    bool newest_only; /* those of older versions are answered as that one's (RFC 9776 7.2.1) */
};

/* `ours`: the destination is a group that the interface takes. */
struct model_igmp model_igmp_heard(const struct model_hearer *hearer, struct v4_span frame,
                                   bool (*ours)(void *context, uint32_t group), void *context);

/* NULL: it is one that this host may send by its octets alone. */
const char *model_igmp_sent(const struct model_hearer *hearer, struct v4_span frame, size_t mtu,
                            struct model_igmp *ret_igmp);

struct model_record {
    unsigned type;
    uint32_t group;
    struct model_set sources;
};

/* Takes the first record off; false when there is none. */
bool model_record_next(struct v4_span *records, struct model_record *ret_record);
