/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host makes of the options of a datagram: with itself entered, in the reply, on the way on,
 * and in later fragments. RFC 791 3.1, RFC 1108, RFC 1122 3.2.1.8 and 3.2.2.6. */
#pragma once
#include "model/known.h"

struct model_list {
    uint8_t octets[48];
    size_t len;
};

/* As its user is told of them, or sends them: record route and timestamp have the host at `addr`
 * in. */
void model_enter(const struct model_host *model, const struct model_rules *rules,
                 struct v4_span options, uint32_t addr, uint64_t at, struct model_list *ret_list);
/* The options of the reply to what was given, and where it goes first. False: none may go, for that
 * would be to many or to ourselves. */
bool model_reply_options(const struct model_host *model, const struct model_given *given,
                         struct model_list *ret_list, uint32_t *ret_hop);
/* Of the fragments behind the first. */
void model_copied(struct v4_span options, struct model_list *ret_list);
/* Puts a label in front, where there is none and there is room. */
void model_label(uint8_t level, struct model_list *list);

/* An error must come: it has no options but a label (RFC 1108 2.8). */
void model_want_error(struct model_host *model, struct model_wanted wanted);
/* What is given goes on: that must come; is this it, or a fragment of it? */
void model_want_passed(struct model_host *model, const struct model_given *given);
bool model_is_passed(const struct model_host *model, const struct model_given *given,
                     const struct model_packet *packet);

/* The source route among them; NULL: none. */
const uint8_t *model_route(struct v4_span options);
struct v4_span model_options_of(const struct model_packet *packet);
bool model_list_is(const struct model_list *list, struct v4_span options);
