/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines of the upper tester that are wrong by one word, or right by its edge. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "calls.h"
#include "talk.h"

/* The place of a word of the line that begins behind `=`; 0: it has none. */
static size_t value_in(struct draft *draft, const struct draft_record *line, size_t *ret_len)
{
    size_t places[16], count = 0;

    for (size_t i = 0; i < line->len && count < 16; i++)
        if (line->octets[i] == '=')
            places[count++] = i + 1;
    if (count == 0)
        return 0;
    size_t at = places[draft_below(draft, count)];
    *ret_len = 0;
    while (at + *ret_len < line->len && line->octets[at + *ret_len] != ' ')
        ++*ret_len;
    return at;
}

/* Puts `with` in the place of `len` octets of the line. */
static void replace(struct draft *draft, struct draft_record *line, size_t at, size_t len,
                    const char *with)
{
    size_t with_len = strlen(with), tail = line->len - at - len, whole = at + with_len + tail;
    uint8_t rest[CALL_MAX];

    if (tail > sizeof rest)
        return;
    memcpy(rest, line->octets + at + len, tail);
    if (!draft_resize(draft, line, whole))
        return;
    memcpy(line->octets + at, with, with_len);
    memcpy(line->octets + at + with_len, rest, tail);
}

static void wrong_value(struct draft *draft, struct draft_record *line)
{
    static const char *const some[] = {"",
                                       "0",
                                       "1",
                                       "2",
                                       "255",
                                       "256",
                                       "258",
                                       "65535",
                                       "65536",
                                       "65604",
                                       "4294967295",
                                       "4294967296",
                                       "99999999999999999999",
                                       "1x",
                                       "x",
                                       "198.18.0.255",
                                       "198.18.0.256",
                                       "198.18.0.2.",
                                       "198.18.0.2x",
                                       "198.18.0.1000",
                                       "198.18.1",
                                       "0a0b0c0d0e0f",
                                       "0A",
                                       "abc",
                                       "ff",
                                       "1\t",
                                       "\x80",
                                       "ttl",
                                       "mtu",
                                       "florp",
                                       "up"};
    size_t len = 0, at = value_in(draft, line, &len);

    if (at != 0)
        replace(draft, line, at, len, some[draft_below(draft, sizeof some / sizeof *some)]);
}

static void wrong_word(struct draft *draft, struct draft_record *line)
{
    static const char *const tails[] = {" ", " nope=1", "x", " x", "=", ".", "\t", "0", " =1"};
    static const char *const numbers[] = {"7 ", "0000000001 ", "00000000001 ", "0 ", "007 "};
    char word[CALL_MAX];
    size_t len = 0, at = value_in(draft, line, &len), end = 0;

    switch (draft_below(draft, 5)) {
    case 0:
        replace(draft, line, line->len, 0, tails[draft_below(draft, 9)]);
        break;
    case 1: /* a key once more */
        for (end = at; at > 0 && line->octets[at - 1] != ' ';)
            at--;
        if (at > 0 && snprintf(word, sizeof word, " %.*s", (int)(end + len - at),
                               (const char *)line->octets + at) > 0)
            replace(draft, line, line->len, 0, word);
        break;
    case 2: /* one octet of its words */
        if (line->len > 0)
            replace(draft, line, draft_below(draft, line->len), draft_below(draft, 2),
                    tails[draft_below(draft, 9)]);
        break;
    case 3:
        replace(draft, line, 0, 0, numbers[draft_below(draft, 5)]);
        break;
    default: /* the last key is not there */
        for (end = line->len; end > 0 && line->octets[end - 1] != ' ';)
            end--;
        if (end > 1)
            draft_resize(draft, line, end - 1);
        break;
    }
}

void talk_wrong(struct draft *draft)
{
    const struct draft_record op = {.is.kind = SCRIPT_OP};
    char made[CALL_MAX];
    size_t len = call_write(draft, made);
    struct draft_record *line = draft_insert(draft, draft_below(draft, draft->count + 1), &op);

    if (line == NULL || !draft_resize(draft, line, len))
        return;
    memcpy(line->octets, made, len);
    if (draft_once_in(draft, 2))
        wrong_value(draft, line);
    else
        wrong_word(draft, line);
}
