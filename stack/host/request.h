/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A request line of the upper tester's protocol, version 1 (docs/upper-tester.md).
 *
 * Parsing checks the grammar and nothing else; the words stay borrowed from the line. A key is read
 * by name and by kind of value. Whoever has read all the keys that it knows asks
 * v4_request_understood(): one key missing, unknown, given twice or with an impossible value makes
 * that false. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mac.h"
#include "base/span.h"

#define V4_LINE_MAX 139999 /* octets of a line without its LF */
#define V4_REQUEST_KEYS 20

struct v4_word {
    const char *text; /* not terminated */
    size_t len;
};

struct v4_request {
    struct v4_word seq, op;
    struct {
        struct v4_word name, value;
        bool read;
    } keys[V4_REQUEST_KEYS];
    size_t key_count;
    bool faulty; /* some key was not as it must be */
};

/* False when `line` (without LF) is no request of this grammar; then `*ret_request` holds nothing.
 */
bool v4_request_parse(const char *line, struct v4_request *ret_request);

/* True when the word is `text`, and no more. */
bool v4_word_is(struct v4_word word, const char *text);

/* Each reads one key. An absent key gives `fallback`, or is a fault where there is none to give. */
uint64_t v4_request_number(struct v4_request *request, const char *key, uint64_t min, uint64_t max);
uint64_t v4_request_number_or(struct v4_request *request, const char *key, uint64_t min,
                              uint64_t max, uint64_t fallback);
uint32_t v4_request_address(struct v4_request *request, const char *key);
uint32_t v4_request_address_or(struct v4_request *request, const char *key, uint32_t fallback);

bool v4_request_has(const struct v4_request *request, const char *key); /* without reading it */
struct v4_word v4_request_word(struct v4_request *request, const char *key);

/* A value of several words with commas between them, one after the other. */
struct v4_words {
    struct v4_word rest;
    bool more;
};
struct v4_words v4_request_words(struct v4_request *request, const char *key);
bool v4_words_next(struct v4_words *words, struct v4_word *ret_word); /* false: no more */
bool v4_word_address(struct v4_word word, uint32_t *ret_address);     /* false: it is none */

/* Reads hex into `octets`, which has room for `max`. */
struct v4_span v4_request_octets(struct v4_request *request, const char *key, uint8_t *octets,
                                 size_t max);
struct v4_span v4_request_octets_or_none(struct v4_request *request, const char *key,
                                         uint8_t *octets, size_t max);

struct v4_mac v4_request_mac(struct v4_request *request, const char *key); /* 12 hex digits */

/* True when every key was read and none was at fault. */
bool v4_request_understood(const struct v4_request *request);
