/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The host's user: what it has asked for, and what it may be told. */
#pragma once
#include "model/known.h"

/* The user is about to say this. */
void model_user_line(struct model_host *model, const char *line);
/* It is told this; NULL, or what is wrong with it. */
const char *model_user_said(struct model_host *model, const char *line);
