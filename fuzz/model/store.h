/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The upper tester as a store (docs/upper-tester.md): what was set is what is got, what was added
 * is in the list, what was refused has changed nothing, and a reset undoes all of it. Beside the
 * lines of a script it asks some of its own, to see whether what was said holds. */
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
