/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"
#include <stdlib.h>
#include <string.h>
#include "model/grammar.h"

#define NAME_MAX 31 /* longer ones are none */

struct pair {
    const char *key, *value;
    size_t key_len, value_len;
};

bool model_word_is(const char *word, size_t len, const char *text)
{
    return strlen(text) == len && memcmp(word, text, len) == 0;
}

unsigned model_words_said(const char *reply)
{
    static const struct {
        const char *code;
        unsigned bit;
    } codes[] = {
        {"EINVAL", MODEL_SAYS_EINVAL},         {"EBADF", MODEL_SAYS_EBADF},
        {"ENOENT", MODEL_SAYS_ENOENT},         {"EEXIST", MODEL_SAYS_EEXIST},
        {"EOPNOTSUPP", MODEL_SAYS_EOPNOTSUPP}, {"ENOSYS", MODEL_SAYS_ENOSYS},
        {"EPROTO", MODEL_SAYS_EPROTO},
    };
    const char *at = strchr(reply, ' ');
    size_t len;

    if (at == NULL || strncmp(at, " err code=", 10) != 0)
        return MODEL_SAYS_OK;
    const char *code = model_value(at, "code", &len);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (model_word_is(code, len, codes[i].code))
            return codes[i].bit;
    return MODEL_SAYS_OTHER;
}

/* The pair that begins with the space at `at`; where the next one does. */
static const char *read_pair(const char *at, struct pair *ret_pair)
{
    ret_pair->key = at + 1;
    ret_pair->key_len = strcspn(at + 1, "=");
    ret_pair->value = at + 1 + ret_pair->key_len + 1;
    ret_pair->value_len = strcspn(ret_pair->value, " ");
    return ret_pair->value + ret_pair->value_len;
}

/* Is it one of the words of `list`? */
static bool is_in(const char *word, size_t len, const char *list, const char *between)
{
    for (; *list != '\0'; list += strcspn(list, between), list += strspn(list, between))
        if (strcspn(list, between) == len && memcmp(list, word, len) == 0)
            return true;
    return false;
}

static bool is_hex(const char *value, size_t len)
{
    return len % 2 == 0 && strspn(value, "0123456789abcdef") >= len;
}

static bool is_number(const char *value, size_t len, const char *range)
{
    char *dots;
    unsigned long long least = strtoull(range, &dots, 10), most = strtoull(dots + 2, NULL, 10);
    unsigned long long number = 0;

    for (size_t i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9')
            return false;
        number = number * 10 + (unsigned)(value[i] - '0');
        if (number > most)
            return false;
    }
    return len > 0 && number >= least;
}

bool model_word_fits(const char *value, size_t len, const char *type)
{
    if (strstr(type, "..") != NULL)
        return is_number(value, len, type);
    if (strcmp(type, "address") == 0)
        return model_is_address(value, len);
    if (strcmp(type, "mac") == 0)
        return len == 12 && is_hex(value, len);
    if (strcmp(type, "octets") == 0)
        return len <= 80 && is_hex(value, len);
    return strchr(type, '|') == NULL || is_in(value, len, type, "|");
}

static const struct model_row *find(const struct model_rows *rows, unsigned kinds, const char *name,
                                    size_t len)
{
    for (size_t i = 0; i < rows->count; i++)
        if (kinds >> rows->at[i].kind & 1 && model_word_is(name, len, rows->at[i].name))
            return rows->at + i;
    return NULL;
}

static const char *type_of(const struct model_rows *rows, const struct pair *pair)
{
    const struct model_row *row = find(rows, 1u << MODEL_ROW_KEY, pair->key, pair->key_len);

    if (model_word_is(pair->key, pair->key_len, "sock")) /* one that there cannot be is EBADF */
        return "0..4294967295";
    return row == NULL ? "" : row->first;
}

static bool has(const char *line, const char *key)
{
    size_t len;

    return model_value(line, key, &len) != NULL;
}

/* Is each key one of those, there once, and of its type? Those that must be there are not asked
 * for. `value` is the type of the key of that name; NULL: it has none of its own. */
static bool keys_are_right(const struct model_rows *rows, const char *pairs,
                           const char *const lists[3], const char *value)
{
    struct pair pair, other;

    for (const char *at = pairs; *at == ' ';) {
        const char *next = read_pair(at, &pair);
        if (!is_in(pair.key, pair.key_len, lists[0], " ") &&
            !is_in(pair.key, pair.key_len, lists[1], " ") &&
            !is_in(pair.key, pair.key_len, lists[2], " "))
            return false;
        bool own = value != NULL && model_word_is(pair.key, pair.key_len, "value");
        if (!model_word_fits(pair.value, pair.value_len, own ? value : type_of(rows, &pair)))
            return false;
        for (const char *more = next; *more == ' ';) {
            more = read_pair(more, &other);
            if (other.key_len == pair.key_len && memcmp(other.key, pair.key, pair.key_len) == 0)
                return false;
        }
        at = next;
    }
    return true;
}

/* Each of the words of `list` is a key of the line. */
/* Each key of the list, but for those of `spared`. */
static bool has_each(const char *line, const char *list, const char *spared)
{
    char key[NAME_MAX + 1];

    for (; *list != '\0'; list += strspn(list, " ")) {
        size_t len = strcspn(list, " ");
        if (len <= NAME_MAX) {
            memcpy(key, list, len);
            key[len] = '\0';
            if (!has(line, key) && !is_in(key, len, spared, " "))
                return false;
        }
        list += len;
    }
    return true;
}

const struct model_row *model_words_name(const struct model_rows *rows, const char *line)
{
    size_t len;
    const char *name = model_value(line, "name", &len);

    return name == NULL ? NULL
                        : find(rows, 1u << MODEL_ROW_SETTING | 1u << MODEL_ROW_QUERY, name, len);
}

const char *model_words_scope(const struct model_row *row, const char *line)
{
    static const char *const scopes[] = {"sock", "iface", "dst"};

    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        if (has(line, scopes[i]))
            return is_in(scopes[i], strlen(scopes[i]), row->first, " ") ? scopes[i] : NULL;
    return is_in("host", 4, row->first, " ") ? "host" : NULL;
}

static unsigned allow_setting(const struct model_rows *rows, const char *line, const char *pairs,
                              bool sets)
{
    static const char every[] = "name value iface sock dst addr";
    size_t len;
    const char *name = model_value(line, "name", &len);

    if (name == NULL || len == 0 || len > NAME_MAX)
        return MODEL_SAYS_EINVAL;
    const struct model_row *row = model_words_name(rows, line);
    if (row == NULL)
        return keys_are_right(rows, pairs, (const char *const[]){every, "", ""}, NULL)
                   ? MODEL_SAYS_EOPNOTSUPP
                   : MODEL_SAYS_EOPNOTSUPP | MODEL_SAYS_EINVAL;
    const char *scope = model_words_scope(row, line);
    if (scope == NULL)
        return MODEL_SAYS_EINVAL | MODEL_SAYS_EOPNOTSUPP;
    if (sets && row->kind == MODEL_ROW_QUERY)
        return MODEL_SAYS_EINVAL;
    bool filter = strcmp(row->second, "filter") == 0;
    const char *const lists[] = {sets ? "name value" : "name", scope, filter ? "addr iface" : ""};
    if (!keys_are_right(rows, pairs, lists, row->second) || (sets && !has(line, "value")) ||
        (filter && !has(line, "addr")))
        return MODEL_SAYS_EINVAL;
    if (strcmp(scope, "iface") == 0 && model_number(line, "iface") > 1)
        return MODEL_SAYS_EINVAL;
    return MODEL_SAYS_STATE & ~(MODEL_SAYS_EOPNOTSUPP | MODEL_SAYS_EEXIST | MODEL_SAYS_ENOENT);
}

static unsigned allow_item(const struct model_rows *rows, const char *line, const char *pairs,
                           unsigned verb)
{
    size_t len;
    const char *kind = model_value(line, "kind", &len);

    if (kind == NULL || len == 0 || len > NAME_MAX)
        return MODEL_SAYS_EINVAL;
    const struct model_row *add = find(rows, 1u << MODEL_ROW_ADD, kind, len),
                           *row = find(rows, 1u << verb, kind, len);
    if (add == NULL && find(rows, 1u << MODEL_ROW_LIST, kind, len) == NULL)
        return MODEL_SAYS_EOPNOTSUPP;
    if (row == NULL)
        return MODEL_SAYS_EINVAL | MODEL_SAYS_EOPNOTSUPP;
    if (has(line, "tentative") || has(line, "set") || has(line, "age"))
        return MODEL_SAYS_STATE;
    bool dels = verb == MODEL_ROW_DEL, adds = verb == MODEL_ROW_ADD;
    bool right =
        keys_are_right(rows, pairs,
                       (const char *const[]){"kind", dels || adds ? add->first : row->first,
                                             dels || adds ? add->second : row->second},
                       NULL);
    if (!right || (adds && !has_each(line, row->first, "")) ||
        (dels && strcmp(row->name, "route") != 0 && !has_each(line, row->first, add->second)))
        return MODEL_SAYS_EINVAL;
    if (adds && has(line, "iface") && model_number(line, "iface") > 1)
        return MODEL_SAYS_EINVAL | (has(line, "sock") ? MODEL_SAYS_EBADF : 0);
    return MODEL_SAYS_STATE & ~MODEL_SAYS_EOPNOTSUPP;
}

unsigned model_words_allow(const struct model_rows *rows, const char *line)
{
    enum model_verdict verdict = model_request(line);

    if (verdict == MODEL_BAD_LINE)
        return MODEL_SAYS_EPROTO;
    if (verdict == MODEL_UNKNOWN)
        return MODEL_SAYS_ENOSYS;
    if (verdict == MODEL_BAD_KEYS)
        return MODEL_SAYS_EINVAL;
    const char *op = strchr(line, ' ') + 1, *pairs = op + strcspn(op, " ");
    size_t len = (size_t)(pairs - op);
    if (model_word_is(op, len, "set") || model_word_is(op, len, "get"))
        return allow_setting(rows, line, pairs, *op == 's');
    if (model_word_is(op, len, "add"))
        return allow_item(rows, line, pairs, MODEL_ROW_ADD);
    if (model_word_is(op, len, "del"))
        return allow_item(rows, line, pairs, MODEL_ROW_DEL);
    if (model_word_is(op, len, "list"))
        return allow_item(rows, line, pairs, MODEL_ROW_LIST);
    return MODEL_SAYS_STATE;
}
