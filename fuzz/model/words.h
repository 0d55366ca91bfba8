/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a line of the upper tester may be answered, as far as its words alone say: by
 * docs/upper-tester.md and the names that are made from it. */
#pragma once
#include "model/line.h"

/* A row of names.def. */
struct model_row {
    enum {
        MODEL_ROW_OPERATION,
        MODEL_ROW_SETTING, /* of what it is, the type of its value */
        MODEL_ROW_QUERY,
        MODEL_ROW_ADD, /* keys that must be there, and that may */
        MODEL_ROW_DEL,
        MODEL_ROW_LIST,
        MODEL_ROW_KEY /* its type */
    } kind;
    const char *name, *first, *second;
};

struct model_rows {
    const struct model_row *at;
    size_t count;
};

/* Answers: a set of bits. */
#define MODEL_SAYS_OK 1u
#define MODEL_SAYS_EINVAL 2u
#define MODEL_SAYS_EBADF 4u
#define MODEL_SAYS_ENOENT 8u
#define MODEL_SAYS_EEXIST 16u
#define MODEL_SAYS_EOPNOTSUPP 32u
#define MODEL_SAYS_ENOSYS 64u
#define MODEL_SAYS_EPROTO 128u
#define MODEL_SAYS_OTHER 256u /* any other error */
/* What is left to the host's state. */
#define MODEL_SAYS_STATE                                                                           \
    (MODEL_SAYS_OK | MODEL_SAYS_EINVAL | MODEL_SAYS_EBADF | MODEL_SAYS_ENOENT |                    \
     MODEL_SAYS_EEXIST | MODEL_SAYS_EOPNOTSUPP | MODEL_SAYS_OTHER)

/* Which of them a reply is. */
unsigned model_words_said(const char *reply);

/* Those that the words of `line`, with its number, allow. */
unsigned model_words_allow(const struct model_rows *rows, const char *line);

/* The setting or query that the line names; NULL: none. */
const struct model_row *model_words_name(const struct model_rows *rows, const char *line);
/* The key that says of what it is: "iface", "sock", "dst"; "host": none. NULL: one that it has not.
 */
const char *model_words_scope(const struct model_row *row, const char *line);

bool model_word_is(const char *word, size_t len, const char *text);
/* Whether a value is one of this type of names.def. */
bool model_word_fits(const char *value, size_t len, const char *type);
