/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Labels of security: RFC 1108, and RFC 6274 3.13.2.14 of the commercial one. */
#pragma once
#include "model/rules.h"

/* Of options without another fault: is the label there, right, and within the range? V4_KEEP, or
 * LABEL, LABEL_RANGE or LABEL_NONE; `*ret_at` is where the wrong option begins. */
enum v4_drop model_security(const struct model_rules *rules, struct v4_span options,
                            size_t *ret_at);
uint8_t model_security_level(unsigned rank);
