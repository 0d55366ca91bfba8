/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The lines of the upper tester's protocol, by the grammar of docs/upper-tester.md. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define MODEL_KEYS 64

enum model_verdict {
    MODEL_BAD_LINE, /* not of the grammar: EPROTO */
    MODEL_UNKNOWN,  /* no such operation: ENOSYS */
    MODEL_BAD_KEYS, /* a key is missing, unknown or there twice, or no value of its kind: EINVAL */
    MODEL_MAY_BE_DONE /* what comes of it its state decides */
};

/* What must come of a request. Of the verbs that configure only the line and the verb's own key are
 * judged. */
enum model_verdict model_request(const char *line);

/* A reply to this request: `seq` of it, ok or an error; an event. Neither has an octet too many. */
bool model_is_reply(const char *line, const char *request);
bool model_is_event(const char *line);
