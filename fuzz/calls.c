/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    OPERATION, /* its keys, those that may be left out */
    SETTING,   /* of what it is, the type of its value */
    QUERY,
    ADD, /* as OPERATION */
    DEL,
    LIST,
    KEY /* of items: its type */
};

/* With their headers: to a neighbour, and to the host itself with a wrong checksum of UDP. */
#define PACKETS                                                                                    \
    "450000180000000040fd0000c6120002c612000161626364|"                                            \
    "4500001e000000004011000000000000c61200020fa00fa0000a12346162"

struct row {
    enum kind kind;
    const char *name, *first, *second;
};

static const struct row rows[] = {
#define ROW(kind, name, first, second) {kind, name, first, second},
#include "names.def"
#undef ROW
    /* What operations call by a name of their own; where the lab's values reach more than others.
     */
    {KEY, "sock", "1..4", ""},
    {KEY, "port", "4000|4001|4000|0|65535", ""},
    {KEY, "dport", "4000|40000|9|0", ""},
    {KEY, "protocol", "253|17|1|6|2", ""},
    {KEY, "src", "198.18.0.2|198.18.0.2|198.18.64.66|127.0.0.1|198.18.0.9", ""},
    {KEY, "ttl", "0..255", ""},
    {KEY, "df", "0..2", ""},
    {KEY, "id", "0..65535", ""},
    {KEY, "seq", "0..65535", ""},
    {KEY, "version", "1", ""},
    {KEY, "iface", "0..1", ""},
    {KEY, "mtu", "68|576|296|1500|65535", ""},
    {KEY, "data", "61|6162|706f7374656c||0102030405060708|" PACKETS, ""},
};

#define ROWS (sizeof rows / sizeof *rows)

struct text {
    char *octets;
    size_t len;
};

static void put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct text *text, const char *format, ...)
{
    va_list words;

    va_start(words, format);
    int len = vsnprintf(text->octets + text->len, CALL_MAX - text->len, format, words);
    va_end(words);
    if (len > 0)
        text->len += (size_t)len;
    if (text->len >= CALL_MAX)
        text->len = CALL_MAX - 1;
}

/* One of the words of `list`, which `between` stands between. */
static void put_word(struct draft *draft, struct text *text, const char *list, char between)
{
    size_t count = 1;

    for (const char *at = list; *at != '\0'; at++)
        count += *at == between;
    for (size_t skip = draft_below(draft, count); skip > 0; skip--)
        list = strchr(list, between) + 1;
    const char *end = strchr(list, between);
    put(text, "%.*s", (int)(end == NULL ? strlen(list) : (size_t)(end - list)), list);
}

static void put_number(struct draft *draft, struct text *text, const char *range)
{
    char *dots;
    uint64_t least = strtoull(range, &dots, 10), most = strtoull(dots + 2, NULL, 10);
    uint64_t few = most - least < 16 ? most - least : 16;

    switch (draft_below(draft, 8)) {
    case 0:
        put(text, "%" PRIu64, most);
        break;
    case 1:
        put(text, "%" PRIu64, most + draft_below(draft, 2));
        break;
    case 2:
        put(text, "%" PRIu64, least - (least > 0));
        break;
    case 3:
        put(text, "%" PRIu64, least + (most - least) / (2 + draft_below(draft, 60)));
        break;
    default:
        put(text, "%" PRIu64, least + draft_below(draft, (size_t)few + 1));
        break;
    }
}

static const char addresses[] =
    "198.18.0.1 198.18.0.2 198.18.0.9 198.18.0.20 198.18.15.255 198.18.64.65 198.18.64.66 "
    "203.0.113.1 203.0.113.0 192.0.2.9 127.0.0.1 127.9.9.9 169.254.7.7 224.0.0.1 224.0.0.22 "
    "233.252.0.9 232.1.2.3 255.255.255.255 0.0.0.0 240.0.0.1";

/* Options of a header; some of them are none. */
static const char options[] =
    " 01010101 00000000 94040000 8807c612000944080500 070704000000000001 "
    "8307040000000000 8307 830704c612000901 8907 890704c612000901 44080500 440c050100000000 "
    "82030000 820b0000000000000000000000 820b5d000000000000000000000000";

/* A value of a type of names.toml, or a word of a type that this knows nothing of. */
static void put_value(struct draft *draft, struct text *text, const char *type)
{
    if (strcmp(type, "address") == 0)
        put_word(draft, text, addresses, ' ');
    else if (strcmp(type, "mac") == 0)
        put_word(draft, text, "020000000009 020000000001 ffffffffffff 01005e000001", ' ');
    else if (strcmp(type, "octets") == 0)
        put_word(draft, text, options, ' ');
    else if (strcmp(type, "filter") == 0)
        put_word(draft, text,
                 "include exclude include,192.0.2.9 exclude,198.18.0.9 include,192.0.2.9,192.0.2.8",
                 ' ');
    else if (strstr(type, "..") != NULL)
        put_number(draft, text, type);
    else if (strchr(type, '|') != NULL || *type != '\0')
        put_word(draft, text, type, '|');
}

/* What is the host's own has no key; what is not known is a word, or an address. */
static void put_key(struct draft *draft, struct text *text, const char *key, size_t len)
{
    const char *type = strncmp(key, "options", len) == 0 ? "octets" : "address";

    for (size_t i = 0; i < ROWS; i++) /* the last word is ours */
        if (rows[i].kind == KEY && strlen(rows[i].name) == len &&
            memcmp(rows[i].name, key, len) == 0)
            type = rows[i].first;
    put(text, " %.*s=", (int)len, key);
    put_value(draft, text, type);
}

/* Each of the keys, or each with a chance. */
static void put_keys(struct draft *draft, struct text *text, const char *keys, size_t one_in)
{
    for (const char *at = keys; *at != '\0';) {
        size_t len = strcspn(at, " ");
        if (draft_once_in(draft, one_in))
            put_key(draft, text, at, len);
        at += len + (at[len] == ' ');
    }
}

/* Of what a setting or a query is asked: of one of those that it may be. */
static void put_scope(struct draft *draft, struct text *text, const char *scopes)
{
    char chosen[CALL_MAX];
    struct text scope = {chosen, 0};

    put_word(draft, &scope, scopes, ' ');
    if (strcmp(chosen, "host") != 0)
        put_key(draft, text, chosen, scope.len);
}

static void put_item(struct draft *draft, struct text *text, const char *verb,
                     const struct row *row)
{
    put(text, "%s kind=%s", verb, row->name);
    put_keys(draft, text, row->first, 1);
    put_keys(draft, text, row->second, 3);
}

size_t call_write(struct draft *draft, char ret_line[CALL_MAX])
{
    const struct row *row = rows + draft_below(draft, ROWS);
    struct text text = {ret_line, 0};

    while (row->kind == KEY)
        row = rows + draft_below(draft, ROWS);
    switch (row->kind) {
    case SETTING:
        if (!draft_once_in(draft, 5)) {
            put(&text, "set name=%s", row->name);
            put_scope(draft, &text, row->first);
            put(&text, " value=");
            put_value(draft, &text, row->second);
            break;
        } /* fall through */
    case QUERY:
        put(&text, "get name=%s", row->name);
        put_scope(draft, &text, row->first);
        break;
    case ADD:
        put_item(draft, &text, "add", row);
        break;
    case DEL:
        put_item(draft, &text, "del", row);
        break;
    case LIST:
        put_item(draft, &text, "list", row);
        break;
    default:
        put(&text, "%s", row->name);
        put_keys(draft, &text, row->first, 1);
        put_keys(draft, &text, row->second, 3);
        break;
    }
    return text.len;
}
