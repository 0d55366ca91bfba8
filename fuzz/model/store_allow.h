/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a line may be answered, by all that the store of store.h has seen. */
#pragma once
#include "model/words.h"

#define MODEL_STORED 128 /* settings that are remembered */
#define MODEL_SOCKS 48   /* sockets of a script */
#define MODEL_KINDS 5    /* of items that have a list */
#define MODEL_ASIDES 6   /* lines of its own behind one of the script */
#define MODEL_ASIDE 256

enum model_sock {
    MODEL_SOCK_UDP,
    MODEL_SOCK_RAW,
    MODEL_SOCK_TCP, /* it may have gone by itself */
    MODEL_SOCK_CLOSED
};

/* `scope` is the word that says of what, as it is in a line: "iface=1", or nothing. */
struct model_stored {
    char scope[24], value[96];
    const char *name;
    bool set, changed; /* by the script; and what it is now is not known */
    bool known;
};

struct model_store {
    const struct model_rows *rows;
    bool must; /* the reference: no name is missing, and its values are known */
    struct model_stored stored[MODEL_STORED];
    size_t stored_count;
    struct {
        unsigned number;
        enum model_sock kind;
    } socks[MODEL_SOCKS];
    size_t sock_count;
    bool many; /* sockets that are not remembered */
    enum {
        MODEL_STORE_IN_USE,
        MODEL_STORE_LEARNED, /* what it is at first */
        MODEL_STORE_RESET
    } phase;
    uint64_t lists[MODEL_KINDS]; /* sums of what they are at first */

    /* Of the line that is answered. */
    const char *line;
    bool aside, replied;
    unsigned allowed;
    uint64_t list;
    bool found; /* the item that was last added or removed is in its list */
    char item[MODEL_ASIDE];
    bool added, removed, error_told;
    char question[MODEL_ASIDE], asides[MODEL_ASIDES][MODEL_ASIDE];
    size_t aside_count, aside_at;

    char fault[256];
};

/* Of model_words_allow(), what is left for a line whose words are right. */
unsigned model_store_allow(struct model_store *store);

/* The line without its number, and whether that is of this operation. */
const char *model_store_op(const struct model_store *store);
bool model_store_is_op(const struct model_store *store, const char *op);
/* The socket of that number; NULL: there was none. */
enum model_sock *model_store_sock(struct model_store *store, unsigned number);
/* "iface=0" of the line, with its number as a number is written. */
void model_store_scope(const char *line, const char *key, char ret_scope[24]);
/* What is remembered of a setting; NULL: nothing. */
struct model_stored *model_store_find(struct model_store *store, const char *name,
                                      const char *scope);
/* Numbers are compared as numbers: they may have begun with zeros. */
bool model_same_value(const char *value, size_t len, const char *kept);
