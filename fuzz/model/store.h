/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The upper tester as a store (docs/upper-tester.md): what was set is what is got, what was added
 * is in the list, what was refused has changed nothing, and a reset undoes all of it. Beside the
 * lines of a script it asks some of its own, to see whether what was said holds. */
#pragma once
#include "model/store_allow.h"

/* A host that is as it was at `first`; NULL: as nobody has asked yet. */
void model_store_open(struct model_store *store, const struct model_rows *rows,
                      const struct model_store *first, bool must);

/* Before a line, with its number, is given; it must last until it is answered. */
void model_store_line(struct model_store *store, const char *line);
/* Whatever is said. NULL, or what is wrong with it. */
const char *model_store_said(struct model_store *store, const char *said);
/* A line, without a number, that is to be asked next, before the script's; NULL: none. */
const char *model_store_aside(struct model_store *store);

/* The lines that ask a new host for all that there is, or one behind a reset for what the script
 * has changed: NULL when there is no more. `*at` is 0 at first. */
const char *model_store_question(struct model_store *store, size_t *at);
void model_store_reset(struct model_store *store, const struct model_store *first);
