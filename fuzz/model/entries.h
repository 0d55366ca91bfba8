/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host must enter into its books for each frame that it is given: of which kind it is by RFC
 * 894, 826, 791, 792, 768, 950 and 1122, and what is wrong with it. Where that is not plain
 * (options, fragments, groups) a counter may have gone up, and the sums have bounds. */
#pragma once
#include "model/known.h"

enum model_entry {
    ENTRY_NOT_OURS,
    ENTRY_TYPE,
    ENTRY_ARP_REQUEST,
    ENTRY_ARP_REPLY,
    ENTRY_IP,
    ENTRY_HDR_ERROR,
    ENTRY_ADDR_ERROR,
    ENTRY_UNKNOWN_PROTO,
    ENTRY_DELIVERED,
    ENTRY_UDP,
    ENTRY_UDP_ERROR,
    ENTRY_UDP_NO_PORT,
    ENTRY_REASSEMBLED,
    ENTRY_ICMP,
    ENTRY_ICMP_ERROR,
    ENTRY_ECHO,
    ENTRY_TIMESTAMP,
    ENTRY_TIMESTAMP_REPLY,
    ENTRY_MASK,
    ENTRY_MASK_REPLY,
    ENTRY_ECHO_REPLY,
    ENTRY_UNREACHABLE,
    ENTRY_QUENCH,
    ENTRY_REDIRECT,
    ENTRY_TIME_EXCEEDED,
    ENTRY_PROBLEM,
    ENTRY_SUPPRESSED,
    ENTRY_DROP_TRUNCATED,
    ENTRY_DROP_VERSION,
    ENTRY_DROP_IHL,
    ENTRY_DROP_CHECKSUM,
    ENTRY_DROP_LENGTH,
    ENTRY_DROP_SOURCE,
    ENTRY_DROP_SOURCE_OURS,
    ENTRY_DROP_PROTOCOL,
    ENTRY_ARP_OUT_REQUEST,
    ENTRY_ARP_OUT_REPLY,
    ENTRY_OUT, /* from here on no less than was seen: what waits for ARP may never leave */
    ENTRY_UDP_OUT = ENTRY_OUT,
    ENTRY_IP_OUT,
    ENTRY_OUT_ECHO_REPLY,
    ENTRY_OUT_UNREACHABLE,
    ENTRY_OUT_TIME_EXCEEDED,
    ENTRY_OUT_PROBLEM,
    ENTRY_OUT_TIMESTAMP_REPLY,
    ENTRY_OUT_MASK,
    ENTRY_OUT_MASK_REPLY,
    ENTRY_COUNT
};

struct model_entries {
    size_t sure[ENTRY_COUNT], maybe[ENTRY_COUNT];
};

/* A call after which what comes in is not plain any more: it configures the host, or may send to
 * the host itself. */
bool model_entries_end(const struct model_host *model, const char *line);
/* A frame, when the model of the host knows it, and before the host does. */
void model_entries_add(struct model_entries *entries, struct model_host *model, unsigned iface,
                       struct v4_span frame);
/* A frame that it has sent. */
void model_entries_sent(struct model_entries *entries, const struct model_host *model,
                        struct v4_span frame);
/* Holds the answer to `counters` against them. NULL, or the name of one that is wrong. */
const char *model_entries_fault(const struct model_entries *entries, const char *counters);
