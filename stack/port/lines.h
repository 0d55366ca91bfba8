/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines from a descriptor that may be read at any time, and lines kept until they may be written.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "host/request.h"

/* All zero: nothing read yet. */
struct v4_lines_in {
    char octets[V4_LINE_MAX + 1]; /* the longest line and its LF */
    size_t len, taken;
    bool skipping; /* inside a line that is too long */
};

/* Reads once from `fd`. False at the end of input. */
bool v4_lines_read(struct v4_lines_in *in, int fd);

/* The next whole line, without LF, valid until the next read; NULL when there is none. A line that
 * is too long or holds a NUL comes as an empty one, which no grammar has either. */
const char *v4_lines_next(struct v4_lines_in *in);

struct v4_lines_out {
    char *octets;
    size_t len, room;
};

/* Keeps `line` and an LF. False when there is no memory. */
bool v4_lines_keep(struct v4_lines_out *out, const char *line);

/* Writes what was kept. False when nobody reads it any more. */
bool v4_lines_write(struct v4_lines_out *out, int fd);
