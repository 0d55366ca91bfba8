/* SPDX-License-Identifier: BSD-2-Clause */
#include "grammar.h"
#include <stdlib.h>
#include <string.h>
#include "model/line.h"

#define LINE_MAX ((size_t)139999) /* 140,000 with its LF */
#define NAME "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-"
#define DIGITS "0123456789"

struct pair {
    const char *key, *value;
    size_t key_len, value_len;
};

static size_t value_len(const char *text)
{
    size_t len = 0;

    while (text[len] >= '!' && text[len] <= '~')
        len++;
    return len;
}

/* *(SP KEY "=" VALUE) up to the end; how many, or -1. */
static long pairs_of(const char *at, struct pair *pairs, size_t room)
{
    size_t count = 0;

    while (*at == ' ') {
        struct pair pair = {.key = at + 1, .key_len = strspn(at + 1, NAME)};
        if (pair.key_len == 0 || pair.key[pair.key_len] != '=')
            return -1;
        pair.value = pair.key + pair.key_len + 1;
        pair.value_len = value_len(pair.value);
        if (count < room)
            pairs[count] = pair;
        count++;
        at = pair.value + pair.value_len;
    }
    return *at == '\0' ? (long)count : -1;
}

static bool is(const char *text, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(text, word, len) == 0;
}

/* Each operation: keys with the kind of their values; `?` before one that may be missing.
 * Kinds: N number up to what follows, A address, H hex of at most so many octets. */
static const struct {
    const char *op, *keys;
} operations[] = {
    {"hello", "version=N1"},
    {"reset", ""},
    {"sync", ""},
    {"counters", ""},
    {"udp.bind", "port=N65535 ?addr=A"},
    {"udp.send", "sock=N4294967295 dst=A dport=N65535 data=H70000 ?src=A ?ttl=N255 ?tos=N255 "
                 "?df=N2 ?options=H40"},
    {"udp.close", "sock=N4294967295"},
    {"ip.bind", "protocol=N255"},
    {"ip.send",
     "?sock=N4294967295 dst=A protocol=N255 data=H70000 ?src=A ?ttl=N255 ?tos=N255 ?df=N2 ?id=N65535 ?options=H40"},
    {"ip.packet", "data=H70000"},
    {"ip.close", "sock=N4294967295"},
    {"tcp.listen", "port=N65535 ?addr=A ?ttl=N255 ?tos=N255 ?options=H40"},
    {"tcp.connect", "dst=A dport=N65535 ?addr=A ?port=N65535 ?ttl=N255 ?tos=N255 ?options=H40"},
    {"tcp.send", "sock=N4294967295 data=H8192"},
    {"tcp.close", "sock=N4294967295"},
    {"echo.send", "dst=A id=N65535 seq=N65535 data=H70000 ?src=A ?ttl=N255 ?tos=N255"},
};

static const char *const verbs[] = {"set", "get", "add", "del", "list"};

#define OPERATIONS (sizeof operations / sizeof *operations)

static bool is_number(const struct pair *pair, const char *kind)
{
    unsigned long long most = strtoull(kind, NULL, 10), number = 0;

    for (size_t i = 0; i < pair->value_len; i++) {
        if (pair->value[i] < '0' || pair->value[i] > '9')
            return false;
        number = number * 10 + (unsigned)(pair->value[i] - '0');
        if (number > most)
            return false;
    }
    return pair->value_len > 0;
}

static bool is_hex(const struct pair *pair, const char *kind)
{
    return pair->value_len % 2 == 0 && pair->value_len / 2 <= strtoull(kind, NULL, 10) &&
           strspn(pair->value, "0123456789abcdef") >= pair->value_len;
}

static bool fits(const struct pair *pair, const char *kind)
{
    return kind[0] == 'N'   ? is_number(pair, kind + 1)
           : kind[0] == 'A' ? model_is_address(pair->value, pair->value_len)
                            : is_hex(pair, kind + 1);
}

/* Every key that is listed is there once at most, as it must be, and no other is. */
static bool keys_are_right(const char *listed, const struct pair *pairs, size_t count)
{
    size_t understood = 0;

    for (const char *at = listed; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
        bool may_miss = *at == '?';
        const char *key = at + may_miss;
        size_t len = strcspn(key, "="), found = 0;
        for (size_t i = 0; i < count; i++) {
            if (pairs[i].key_len != len || memcmp(pairs[i].key, key, len) != 0)
                continue;
            found++;
            if (!fits(pairs + i, key + len + 1))
                return false;
        }
        if (found > 1 || (found == 0 && !may_miss))
            return false;
        understood += found;
    }
    return understood == count;
}

enum model_verdict model_request(const char *line)
{
    struct pair pairs[MODEL_KEYS];
    size_t seq = strspn(line, DIGITS), len = strlen(line);

    if (len > LINE_MAX || seq < 1 || seq > 10 || line[seq] != ' ')
        return MODEL_BAD_LINE;
    const char *op = line + seq + 1;
    size_t op_len = strspn(op, NAME);
    long count = op_len == 0 ? -1 : pairs_of(op + op_len, pairs, MODEL_KEYS);
    if (count < 0)
        return MODEL_BAD_LINE;

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (is(op, op_len, verbs[i]))
            return MODEL_MAY_BE_DONE;
    for (size_t i = 0; i < OPERATIONS; i++) {
        if (!is(op, op_len, operations[i].op))
            continue;
        bool right =
            count <= MODEL_KEYS && keys_are_right(operations[i].keys, pairs, (size_t)count);
        return right ? MODEL_MAY_BE_DONE : MODEL_BAD_KEYS;
    }
    return MODEL_UNKNOWN;
}

bool model_is_reply(const char *line, const char *request)
{
    struct pair pairs[MODEL_KEYS];
    size_t seq = strspn(line, DIGITS), wanted = strspn(request, DIGITS);

    if (strlen(line) > LINE_MAX || seq == 0 || line[seq] != ' ')
        return false;
    if (model_request(request) == MODEL_BAD_LINE)
        return strcmp(line, "0 err code=EPROTO") == 0;
    if (seq != wanted || memcmp(line, request, seq) != 0)
        return false;
    line += seq + 1;
    if (strncmp(line, "ok", 2) == 0)
        return pairs_of(line + 2, pairs, MODEL_KEYS) >= 0;
    return strncmp(line, "err code=E", 10) == 0 && pairs_of(line + 3, pairs, MODEL_KEYS) >= 1;
}

bool model_is_event(const char *line)
{
    struct pair pairs[MODEL_KEYS];

    if (strlen(line) > LINE_MAX || strncmp(line, "* ", 2) != 0)
        return false;
    size_t name = strspn(line + 2, NAME);
    return name > 0 && pairs_of(line + 2 + name, pairs, MODEL_KEYS) >= 0;
}
