/* SPDX-License-Identifier: BSD-2-Clause */
#include "line.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* By hand: a search watches what strncmp compares, which costs it more than all that is asked. */
bool model_begins(const char *line, const char *with)
{
    while (*with != '\0' && *line == *with) {
        line++;
        with++;
    }
    return *with == '\0';
}

const char *model_value(const char *line, const char *key, size_t *ret_len)
{
    size_t len = strlen(key);

    for (const char *at = strchr(line, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        if (!model_begins(at + 1, key) || at[1 + len] != '=')
            continue;
        *ret_len = strcspn(at + len + 2, " ");
        return at + len + 2;
    }
    return NULL;
}

static bool is_word(const char *value, size_t len, const char *word)
{
    return value != NULL && strlen(word) == len && model_begins(value, word);
}

bool model_makes_router(const char *line)
{
    static const char *const names[] = {"forwarding", "source-validation", "igmp-query-interval",
                                        "igmp-response-interval"};
    size_t len = 0, kind_len = 0;
    const char *value = model_value(line, "name", &len);
    const char *kind = model_value(line, "kind", &kind_len);

    if (is_word(kind, kind_len, "rule"))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_word(value, len, names[i]))
            return true;
    return false;
}

unsigned model_number_or(const char *line, const char *key, unsigned fallback)
{
    size_t len;
    const char *value = model_value(line, key, &len);

    return value == NULL ? fallback : (unsigned)strtoul(value, NULL, 10);
}

unsigned model_number(const char *line, const char *key)
{
    return model_number_or(line, key, 0);
}

uint32_t model_address(const char *line, const char *key)
{
    size_t len;
    const char *value = model_value(line, key, &len);
    unsigned part[4];

    if (value == NULL || sscanf(value, "%3u.%3u.%3u.%3u", part, part + 1, part + 2, part + 3) != 4)
        return 0;
    return (part[0] & 255) << 24 | (part[1] & 255) << 16 | (part[2] & 255) << 8 | (part[3] & 255);
}

bool model_is_address(const char *value, size_t len)
{
    const char *at = value;

    for (int part = 0; part < 4; part++) {
        size_t digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 3 || atoi(at) > 255)
            return false;
        at += digits;
        if (part < 3 && *at++ != '.')
            return false;
    }
    return at == value + len;
}

/* Of anything else, any. */
static unsigned digit_of(char c)
{
    return (unsigned)(c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10) & 15;
}

bool model_is_hex(const char *line, const char *key, struct v4_span octets)
{
    size_t len;
    const char *hex = model_value(line, key, &len);

    if (hex == NULL)
        return true;
    if (len != 2 * octets.len)
        return false;
    for (size_t i = 0; i < octets.len; i++)
        if ((digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1])) != octets.octets[i])
            return false;
    return true;
}

bool model_octets(const char *line, const char *key, uint8_t *to, size_t room, size_t *ret_len)
{
    size_t len;
    const char *hex = model_value(line, key, &len);

    if (hex == NULL || len / 2 > room)
        return false;
    for (size_t i = 0; i < len / 2; i++)
        to[i] = (uint8_t)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
    *ret_len = len / 2;
    return true;
}
