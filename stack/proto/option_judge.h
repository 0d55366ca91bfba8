/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What options are held against beyond what all hosts demand of them (wire/option.h): the checks of
 * RFC 6274 3.13, for those that come and for those that a user gives. */
#pragma once
#include "proto/core.h"

/* Judges options that v4_options_parse() has accepted; `offset` is the packet's. `*ret_pointer` is
 * the octet of the header that is at fault, as there, where the answer is not V4_KEEP. */
enum v4_drop v4_option_judge(const struct v4_core *core, struct v4_span options, uint16_t offset,
                             uint8_t *ret_pointer);
