/* SPDX-License-Identifier: BSD-2-Clause */
#include "store.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/grammar.h"

static const char *const kinds[MODEL_KINDS] = {"address", "route", "neighbor", "path", "group"};

static const char *fault(struct model_store *store, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *fault(struct model_store *store, const char *format, ...)
{
    va_list words;

    va_start(words, format);
    vsnprintf(store->fault, sizeof store->fault, format, words);
    va_end(words);
    return store->fault;
}

void model_store_open(struct model_store *store, const struct model_rows *rows,
                      const struct model_store *first, bool must)
{
    if (first != NULL)
        *store = *first;
    else
        *store = (struct model_store){.rows = rows, .phase = MODEL_STORE_LEARNED};
    store->must = must;
    if (first != NULL)
        store->phase = MODEL_STORE_IN_USE;
}

static void aside(struct model_store *store, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void aside(struct model_store *store, const char *format, ...)
{
    va_list words;

    if (store->aside_count == MODEL_ASIDES || store->aside)
        return;
    va_start(words, format);
    int len = vsnprintf(store->asides[store->aside_count], MODEL_ASIDE, format, words);
    va_end(words);
    store->aside_count += len < MODEL_ASIDE;
}

const char *model_store_aside(struct model_store *store)
{
    if (store->aside_at < store->aside_count)
        return store->asides[store->aside_at++];
    store->aside_at = store->aside_count = 0;
    return NULL;
}

static void put_sock(struct model_store *store, unsigned number, enum model_sock kind)
{
    enum model_sock *there = model_store_sock(store, number);

    if (there != NULL)
        *there = kind;
    else if (store->sock_count == MODEL_SOCKS)
        store->many = true;
    else {
        store->socks[store->sock_count].number = number;
        store->socks[store->sock_count++].kind = kind;
    }
}

static struct model_stored *store_for(struct model_store *store, const char *name,
                                      const char *scope)
{
    struct model_stored *stored = model_store_find(store, name, scope);

    if (stored != NULL || store->stored_count == MODEL_STORED)
        return stored;
    stored = store->stored + store->stored_count++;
    *stored = (struct model_stored){.name = name};
    strcpy(stored->scope, scope);
    return stored;
}

/* What is not known any more, of all that is of `scope`; NULL: of anything. */
static void forget(struct model_store *store, const char *name, const char *scope, bool set_too)
{
    for (size_t i = 0; i < store->stored_count; i++) {
        struct model_stored *stored = store->stored + i;
        if ((name == NULL || strcmp(stored->name, name) == 0) &&
            (scope == NULL || strcmp(stored->scope, scope) == 0) && (set_too || !stored->set)) {
            stored->known = false;
            stored->changed = true;
        }
    }
}

void model_store_line(struct model_store *store, const char *line)
{
    store->line = line;
    store->replied = false;
    store->found = false;
    store->list = UINT64_C(0xcbf29ce484222325);
    store->aside = store->aside_at > 0;
    store->allowed = model_words_allow(store->rows, line);
    if (store->allowed & MODEL_SAYS_OK)
        store->allowed = model_store_allow(store);
}

/* The list that the line asks for, by its place among `kinds`. */
static size_t kind_of(const struct model_store *store)
{
    size_t len = 0, i = 0;
    const char *kind =
        model_store_is_op(store, "list") ? model_value(store->line, "kind", &len) : NULL;

    while (i < MODEL_KINDS && (kind == NULL || !model_word_is(kind, len, kinds[i])))
        i++;
    return i;
}

/* Does what the event says of an item hold for what was added or removed? */
static bool is_item(const struct model_store *store, const char *event)
{
    static const char *const keys[] = {"iface",   "addr", "len", "mac",  "dst",       "mtu",
                                       "gateway", "tos",  "net", "type", "preference"};
    size_t len, said_len;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *value = model_value(store->item, keys[i], &len);
        const char *said = model_value(event, keys[i], &said_len);
        char word[40];
        if (value == NULL || (said == NULL && strcmp(keys[i], "gateway") == 0) ||
            (said == NULL && strcmp(keys[i], "preference") == 0 &&
             model_same_value(value, len, "0")))
            continue;
        if (said == NULL || said_len > 39)
            return false;
        snprintf(word, sizeof word, "%.*s", (int)said_len, said);
        if (strcmp(keys[i], "net") == 0 && model_number(store->item, "len") < 32) {
            unsigned bits = model_number(store->item, "len");
            uint32_t mask = bits == 0 ? 0 : UINT32_MAX << (32 - bits);
            if ((model_address(store->item, "net") & mask) != model_address(event, "net"))
                return false;
        } else if (!model_same_value(value, len, word)) {
            return false;
        }
    }
    return true;
}

static const char *on_item(struct model_store *store, const char *event, size_t kind)
{
    const char *words = event + 2 + strlen(kinds[kind]);
    size_t len;

    if (model_value(store->line, "iface", &len) != NULL &&
        model_number(store->line, "iface") != model_number(event, "iface"))
        return fault(store, "store: a list of one interface has an item of another: %.80s", event);
    for (size_t i = 0; i < store->rows->count; i++) {
        const struct model_row *row = store->rows->at + i;
        char type[64];
        size_t value_len;
        if (row->kind != MODEL_ROW_KEY)
            continue;
        const char *value = model_value(event, row->name, &value_len);
        snprintf(type, sizeof type, "%s", row->first);
        if (value != NULL && strcmp(row->first, "addresses") != 0 &&
            !model_word_fits(value, value_len, type))
            return fault(store, "store: an item with an impossible value: %.80s", event);
    }
    for (const char *at = words; *at != '\0'; at++)
        store->list = (store->list ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
    store->found |= *store->item != '\0' && is_item(store, event);
    return NULL;
}

/* A value that was told. */
static const char *on_got(struct model_store *store, const char *reply)
{
    const struct model_row *row = model_words_name(store->rows, store->line);
    const char *key = row == NULL ? NULL : model_words_scope(row, store->line);
    size_t len;
    const char *value = model_value(reply, "value", &len);
    char scope[24];

    if (row == NULL || key == NULL || strcmp(row->second, "filter") == 0)
        return NULL;
    if (value == NULL)
        return fault(store, "store: no value in %.60s", reply);
    if (!model_word_fits(value, len, row->second))
        return fault(store, "store: %.60s is no value of %s", reply, row->name);
    if (strcmp(row->name, "error") == 0) {
        bool twice = store->aside && store->error_told;
        store->error_told = !model_word_is(value, len, "OK");
        if (twice && store->error_told)
            return fault(store, "store: an error is told twice");
        if (store->error_told)
            aside(store, "get name=error sock=%u", model_number(store->line, "sock"));
    }
    if (row->kind == MODEL_ROW_QUERY || len >= sizeof store->stored->value)
        return NULL;
    model_store_scope(store->line, key, scope);
    struct model_stored *stored = store_for(store, row->name, scope);
    if (stored == NULL)
        return NULL;
    if (stored->known && !model_same_value(value, len, stored->value))
        return fault(store, "store: %s %s is %.*s, not %s", row->name, scope, (int)len, value,
                     stored->value);
    stored->known = true;
    memcpy(stored->value, value, len);
    stored->value[len] = '\0';
    return NULL;
}

/* Asks for what a setting is now, where others have it of other things of their own too. */
static void ask_again(struct model_store *store)
{
    const struct model_row *row = model_words_name(store->rows, store->line);
    const char *key = row == NULL ? NULL : model_words_scope(row, store->line);

    if (key == NULL || row->kind != MODEL_ROW_SETTING || strcmp(row->second, "filter") == 0)
        return;
    if (strcmp(key, "host") == 0)
        aside(store, "get name=%s", row->name);
    else
        aside(store, "get name=%s %s=%u", row->name, key, model_number(store->line, key));
    if (strcmp(key, "iface") == 0)
        aside(store, "get name=%s iface=%u", row->name, !model_number(store->line, "iface"));
    if (strcmp(key, "sock") == 0 && strcmp(row->first, "sock") != 0)
        aside(store, "get name=%s", row->name);
}

static void on_set(struct model_store *store)
{
    const struct model_row *row = model_words_name(store->rows, store->line);
    const char *key = row == NULL ? NULL : model_words_scope(row, store->line);
    size_t len;
    const char *value = model_value(store->line, "value", &len);
    char scope[24];

    if (key == NULL || value == NULL || strcmp(row->second, "filter") == 0)
        return;
    model_store_scope(store->line, key, scope);
    struct model_stored *stored = store_for(store, row->name, scope);
    if (stored == NULL || len >= sizeof stored->value)
        return;
    if (strcmp(row->name, "advertise-max") == 0) { /* they may follow from it */
        forget(store, "advertise-min", scope, true);
        forget(store, "advertise-lifetime", scope, true);
    }
    if (strcmp(row->name, "framing") == 0)
        forget(store, "mtu", scope, true);
    if (strcmp(row->name, "ttl") == 0 && *scope == '\0')
        for (size_t i = 0; i < store->sock_count; i++) {
            char sock[24];
            snprintf(sock, sizeof sock, "sock=%u", store->socks[i].number);
            forget(store, "ttl", sock, false);
        }
    *stored = (struct model_stored){.name = row->name, .set = true, .changed = true, .known = true};
    strcpy(stored->scope, scope);
    memcpy(stored->value, value, len);
    stored->value[len] = '\0';
}

static const char *on_bound(struct model_store *store, const char *reply, enum model_sock kind)
{
    unsigned number = model_number(reply, "sock");
    const enum model_sock *there = model_store_sock(store, number);
    size_t len;

    if (model_value(reply, "sock", &len) == NULL)
        return fault(store, "store: a socket without a number: %.60s", reply);
    if (there != NULL && *there != MODEL_SOCK_CLOSED && *there != MODEL_SOCK_TCP)
        return fault(store, "store: a socket's number is given twice: %.60s", reply);
    if (kind == MODEL_SOCK_UDP &&
        (model_value(reply, "port", &len) == NULL) == (model_number(store->line, "port") == 0) &&
        store->must)
        return fault(store, "store: the port is told when it is not asked for: %.60s", reply);
    put_sock(store, number, kind);
    return NULL;
}

/* Every name is a capability of its own, and who is told the time can be told that it passes. */
static const char *on_hello(struct model_store *store, const char *reply)
{
    size_t len, caps_len;
    const char *caps = model_value(reply, "caps", &caps_len);

    for (size_t i = 0; i <= store->rows->count && store->must; i++) {
        const struct model_row *row = store->rows->at + i;
        const char *name = i == store->rows->count ? "vtime" : row->name;
        bool found = false;
        if (i < store->rows->count && row->kind != MODEL_ROW_SETTING &&
            row->kind != MODEL_ROW_QUERY && row->kind != MODEL_ROW_ADD)
            continue;
        for (const char *at = caps; caps != NULL && at < caps + caps_len; at += len + 1) {
            len = strcspn(at, ", ");
            found |= model_word_is(at, len, name);
        }
        if (!found)
            return fault(store, "store: %s is not among the capabilities", name);
    }
    return NULL;
}

static const char *on_list(struct model_store *store)
{
    size_t kind = kind_of(store), len;
    const char *what = NULL;

    if (kind < MODEL_KINDS && model_value(store->line, "iface", &len) == NULL) {
        if (store->phase == MODEL_STORE_LEARNED)
            store->lists[kind] = store->list;
        if (store->phase == MODEL_STORE_RESET && store->list != store->lists[kind])
            return fault(store, "store: a reset leaves another list: %.60s", model_store_op(store));
    }
    if (kind == MODEL_KINDS || !store->aside || *store->item == '\0')
        return NULL;
    if (store->added && !store->found)
        what = "store: what was added is not in the list";
    if (store->removed && store->found)
        what = "store: what was removed is in the list";
    return what == NULL ? NULL : fault(store, "%s: %.120s", what, store->item);
}

/* Afterwards the list is asked for, and the same once more. */
static void on_changed(struct model_store *store, bool adds)
{
    size_t len = strlen(model_store_op(store)), kind_len;
    const char *kind = model_value(store->line, "kind", &kind_len);

    if (store->aside || !store->must || kind == NULL || len >= MODEL_ASIDE ||
        model_word_is(kind, kind_len, "advice"))
        return;
    bool several = model_word_is(kind, kind_len, "route") || model_word_is(kind, kind_len, "group");
    strcpy(store->item, model_store_op(store));
    store->added = adds;
    store->removed = !adds && !several;
    aside(store, "list kind=%.*s", (int)kind_len, kind);
    if (adds)
        aside(store, "%s", store->item);
}

static const char *on_done(struct model_store *store, const char *reply)
{
    const char *op = model_store_op(store);

    if (model_store_is_op(store, "hello"))
        return on_hello(store, reply);
    if (model_store_is_op(store, "get"))
        return on_got(store, reply);
    if (model_store_is_op(store, "list"))
        return on_list(store);
    if (model_store_is_op(store, "set")) {
        on_set(store);
        ask_again(store);
    }
    if (model_store_is_op(store, "add") || model_store_is_op(store, "del"))
        on_changed(store, *op == 'a');
    if (model_store_is_op(store, "udp.bind") || model_store_is_op(store, "ip.bind"))
        return on_bound(store, reply, *op == 'u' ? MODEL_SOCK_UDP : MODEL_SOCK_RAW);
    if (model_store_is_op(store,
                          "tcp.listen")) /* connections have numbers before they are told of */
        store->many = true;
    if (model_store_is_op(store, "tcp.listen") || model_store_is_op(store, "tcp.connect"))
        put_sock(store, model_number(reply, "sock"), MODEL_SOCK_TCP);
    if (model_store_is_op(store, "udp.close") || model_store_is_op(store, "ip.close")) {
        char scope[24];
        model_store_scope(store->line, "sock", scope);
        put_sock(store, model_number(store->line, "sock"), MODEL_SOCK_CLOSED);
        forget(store, NULL, scope, true);
    }
    return NULL;
}

const char *model_store_said(struct model_store *store, const char *said)
{
    if (said[0] == '*') {
        size_t kind = kind_of(store), len = strcspn(said + 2, " ");
        if (!model_is_event(said))
            return fault(store, "store: an event that is none: %.60s", said);
        if (store->replied && store->must)
            return fault(store, "store: an event behind the reply: %.60s", said);
        if (strncmp(said, "* tcp.open ", 11) == 0)
            put_sock(store, model_number(said, "sock"), MODEL_SOCK_TCP);
        return kind < MODEL_KINDS && model_word_is(said + 2, len, kinds[kind])
                   ? on_item(store, said, kind)
                   : NULL;
    }
    store->replied = true;
    unsigned answer = model_words_said(said);
    if (!model_is_reply(said, store->line))
        return fault(store, "store: a reply that is none: %.60s to %.60s", said, store->line);
    if (answer == MODEL_SAYS_EOPNOTSUPP && !store->must)
        return NULL;
    if (!(answer & store->allowed))
        return fault(store, "store: %.60s to %.120s", said, store->line);
    if (answer == MODEL_SAYS_OK)
        return on_done(store, said);
    if (model_store_is_op(store, "set") && store->must && store->allowed == MODEL_SAYS_EINVAL)
        ask_again(store); /* nothing has changed */
    return NULL;
}

void model_store_reset(struct model_store *store, const struct model_store *first)
{
    *store->item = '\0';
    store->phase = MODEL_STORE_RESET;
    for (size_t i = 0; i < first->stored_count; i++) {
        bool changed = store->stored[i].changed;
        store->stored[i] = first->stored[i];
        store->stored[i].changed = changed;
    }
    store->stored_count = first->stored_count;
    for (size_t i = 0; i < store->sock_count; i++)
        store->socks[i].kind = MODEL_SOCK_CLOSED;
}

/* The line that asks for a setting; of one that was not changed none. */
static bool ask_for(struct model_store *store, const struct model_row *row, unsigned iface)
{
    bool host = strncmp(row->first, "host", 4) == 0, link = strcmp(row->first, "iface") == 0;
    char scope[24] = "";

    if (row->kind != MODEL_ROW_SETTING || (!host && !link) || (host && iface > 0))
        return false;
    if (link)
        snprintf(scope, sizeof scope, "iface=%u", iface);
    const struct model_stored *stored = model_store_find(store, row->name, scope);
    if (store->phase == MODEL_STORE_RESET && (stored == NULL || !stored->changed))
        return false;
    snprintf(store->question, sizeof store->question, "get name=%s%s%s", row->name, link ? " " : "",
             scope);
    return true;
}

const char *model_store_question(struct model_store *store, size_t *at)
{
    size_t n;

    while ((n = (*at)++) < 2 * store->rows->count)
        if (ask_for(store, store->rows->at + n / 2, n % 2))
            return store->question;
    n -= 2 * store->rows->count;
    if (n < MODEL_KINDS)
        snprintf(store->question, sizeof store->question, "list kind=%s", kinds[n]);
    else if (n == MODEL_KINDS && store->sock_count > 0)
        snprintf(store->question, sizeof store->question, "get name=ttl sock=%u",
                 store->socks[0].number);
    else
        return NULL;
    return store->question;
}
