/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The options of security (RFC 1108), for a host that was told to process them (the switch
 * `security`): one level and some authorities label a datagram, and only those of the configured
 * range come and go. */
#pragma once
#include "proto/core.h"
#include "proto/ip_option.h"

#define V4_SECURITY_LABEL 4 /* octets of the label that we give, padded */

/* Judges the labels among options that v4_options_parse() has accepted. What is wrong, and
 * `*ret_at` where the option at fault lies:
 *
 *   LABEL        malformed: of no level, of flags that nobody has, alone (RFC1108-3.6-a)
 *   LABEL_RANGE  of a level or an authority that is not ours
 *   LABEL_NONE   there is none; whether there has to be one the switches say */
enum v4_drop v4_security_judge(const struct v4_core *core, struct v4_span options, uint8_t *ret_at);

/* What a user may say of labels: V4_EACCES outside of the range (RFC1108-2.7.3-a), V4_EINVAL. */
enum v4_error v4_security_send(const struct v4_core *core, struct v4_span options);

/* Puts our label behind the options where they have none: of what we report, and of all where the
 * switches say so. What has no room for it leaves as it is. */
void v4_security_label(const struct v4_core *core, bool report, struct v4_option_list *list);
