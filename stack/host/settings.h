/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The five verbs by which the upper tester configures the host: set, get, add, del, list
 * (docs/upper-tester.md, "Settings, queries, items").
 *
 * Names lie in tables, one for each thing that has them: the host (its switches), an interface, a
 * socket, a destination; so do the kinds of items. Whoever adds a name writes a row. */
#pragma once
#include "host/request.h"
#include "host/text.h"
#include "proto/core.h"

/* A verb that is carried out. */
struct v4_verb {
    struct v4_core *core;
    struct v4_request *request;
    struct v4_text *reply, *line; /* `line` is for the items of a list */
    void (*emit)(void *context, const char *line);
    void *context;
};

enum v4_error v4_verb_set(struct v4_verb *verb);
enum v4_error v4_verb_get(struct v4_verb *verb);
enum v4_error v4_verb_add(struct v4_verb *verb);
enum v4_error v4_verb_del(struct v4_verb *verb);
enum v4_error v4_verb_list(struct v4_verb *verb);

/* Appends every name, each with a comma before it: they are capabilities. */
void v4_setting_names(struct v4_text *text);

/* A name: each of its verbs reads the keys that it knows, and acts if v4_request_understood().
 * NULL: it does not have this one. A table ends with a row without a name. */
struct v4_setting {
    const char *name;
    enum v4_error (*set)(struct v4_verb *verb);
    enum v4_error (*get)(struct v4_verb *verb);
};

struct v4_kind {
    const char *name;
    enum v4_error (*add)(struct v4_verb *verb);
    enum v4_error (*del)(struct v4_verb *verb);
    enum v4_error (*list)(struct v4_verb *verb);
};

/* The tables, each in a file of its own. */
extern const struct v4_setting v4_word_settings[]; /* beside the switches */
extern const struct v4_setting v4_iface_settings[], v4_advertise_settings[];
extern const struct v4_setting v4_sock_settings[], v4_dst_queries[];
extern const struct v4_kind v4_address_kind, v4_route_kind, v4_neighbor_kind, v4_advice_kind,
    v4_path_kind, v4_group_kind, v4_ssm_kind, v4_membership_kind, v4_option_kind, v4_rule_kind,
    v4_mroute_kind;

/* Of a socket: its filter for a group. */
enum v4_error v4_set_group_filter(struct v4_verb *verb);
enum v4_error v4_get_group_filter(struct v4_verb *verb);

/* Of an interface: its part as router of IGMP. */
enum v4_error v4_set_igmp_querier(struct v4_verb *verb);
enum v4_error v4_get_igmp_querier(struct v4_verb *verb);
enum v4_error v4_set_igmp_interval(struct v4_verb *verb);
enum v4_error v4_get_igmp_interval(struct v4_verb *verb);
enum v4_error v4_set_igmp_response(struct v4_verb *verb);
enum v4_error v4_get_igmp_response(struct v4_verb *verb);
enum v4_error v4_set_igmp_last(struct v4_verb *verb);
enum v4_error v4_get_igmp_last(struct v4_verb *verb);
enum v4_error v4_set_igmp_count(struct v4_verb *verb);
enum v4_error v4_get_igmp_count(struct v4_verb *verb);

/* `iface=` of the request. */
unsigned v4_verb_iface(struct v4_verb *verb);
/* Of which interface a list is to be; V4_IFACES_MAX: of all. False when the request is at fault. */
bool v4_verb_only(struct v4_verb *verb, unsigned *ret_iface);

static inline bool v4_verb_wants(unsigned only, unsigned iface)
{
    return only == V4_IFACES_MAX || only == iface;
}
