/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host does with options: it enters itself in those that record, and builds those of replies
 * and fragments. */
#pragma once
#include "proto/core.h"
#include "proto/option_rule.h"

/* Options of our own, as octets; at most V4_IP_OPTIONS_MAX. */
struct v4_option_list {
    uint8_t octets[V4_IP_OPTIONS_MAX];
    size_t len;
};

static inline struct v4_span v4_option_list_span(const struct v4_option_list *list)
{
    return (struct v4_span){list->octets, list->len};
}

/* A copy of `options`, in which we, as `addr`, are entered where that is what this use is for
 * (option_rule.def). Each option stays where it was, and as long. */
void v4_option_enter(const struct v4_core *core, enum v4_option_use use, struct v4_span options,
                     uint32_t addr, struct v4_option_list *ret_list);

/* The options of the reply to `packet`, and where the reply goes first: record route and timestamp
 * as they were delivered (RFC1122-3.2.2.6-i), a source route reversed (RFC1122-3.2.2.6-j), nothing
 * else. False: the route back leads over an address that no other host has (RFC1112-6.2-d), and
 * there is no reply. */
bool v4_option_reply(const struct v4_core *core, const struct v4_packet *packet,
                     struct v4_option_list *ret_list, uint32_t *ret_first_hop);

/* RFC1812-4.3.2.6-a: the options of a report about `packet`, whose octet `fault` is what is wrong
 * (0: none), and where the report goes first: what has been travelled of its source route,
 * reversed, unless it is about that. False: there is none, and `*ret_list` is empty. */
bool v4_option_travelled(const struct v4_core *core, const struct v4_packet *packet, uint8_t fault,
                         struct v4_option_list *ret_list, uint32_t *ret_first_hop);

/* Those that go into every fragment (RFC791-3.1_Options-c), padded to words. */
void v4_option_copied(struct v4_span options, struct v4_option_list *ret_list);
