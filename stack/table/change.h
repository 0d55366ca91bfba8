/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is still to be told of the changes of a group (RFC 3376 5.1): each is told as often as the
 * robustness says, and a further one is merged with what has not been told so often.
 *
 * A value of a fixed size. Where too many sources change within that time the whole filter is told
 * instead of them, which says the same. */
#pragma once
#include "table/filter.h"

/* Records of reports, by the numbers that they have there (RFC3376-4.2.12-a). */
enum v4_record_type {
    V4_RECORD_IS_IN = 1,
    V4_RECORD_IS_EX,
    V4_RECORD_TO_IN,
    V4_RECORD_TO_EX,
    V4_RECORD_ALLOW,
    V4_RECORD_BLOCK,
};

#define V4_CHANGE_SOURCES 128

struct v4_change {
    unsigned mode_left; /* reports that are to have the whole filter (RFC3376-5.1-e) */
    size_t count;
    struct {
        uint32_t addr;
        unsigned left; /* reports that this one is to be in, or the whole filter for it */
    } sources[V4_CHANGE_SOURCES];
};

/* The filter was `was` and is `is`. */
void v4_change_note(struct v4_change *change, const struct v4_filter *was,
                    const struct v4_filter *is, unsigned robustness);
static inline bool v4_change_is_told(const struct v4_change *change)
{
    return change->mode_left == 0 && change->count == 0;
}

/* The sources of a record of this type, for a filter that is `is` by now; false: there is no such
 * record in the next report. */
bool v4_change_record(const struct v4_change *change, const struct v4_filter *is,
                      enum v4_record_type type, size_t *ret_count,
                      uint32_t ret_sources[V4_CHANGE_SOURCES]);
/* A report was sent. */
void v4_change_sent(struct v4_change *change);
