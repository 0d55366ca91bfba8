/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What of the whole host the upper tester sets by a word; its numbers are switches (switch.def). */
#pragma once
#include "host/settings.h"

extern const struct v4_setting v4_host_settings[];
