/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/request.h"
#include <string.h>

#define SEQ_DIGITS 10

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
}

static bool is_value(char c)
{
    return c > ' ' && c <= '~';
}

/* The longest run of such characters at `*cursor`, which moves past it. */
static struct v4_word take_run(const char **cursor, bool (*belongs)(char))
{
    struct v4_word word = {*cursor, 0};

    while (belongs(word.text[word.len]))
        word.len++;
    *cursor += word.len;
    return word;
}

static bool take_char(const char **cursor, char c)
{
    if (**cursor != c)
        return false;
    (*cursor)++;
    return true;
}

bool v4_request_parse(const char *line, struct v4_request *ret_request)
{
    struct v4_request request = {0};

    if (memchr(line, 0, V4_LINE_MAX + 1) == NULL)
        return false;
    request.seq = take_run(&line, is_digit);
    if (request.seq.len == 0 || request.seq.len > SEQ_DIGITS || !take_char(&line, ' '))
        return false;
    request.op = take_run(&line, is_name);
    if (request.op.len == 0)
        return false;

    while (take_char(&line, ' ')) {
        struct v4_word name = take_run(&line, is_name);
        if (name.len == 0 || !take_char(&line, '='))
            return false;
        struct v4_word value = take_run(&line, is_value);
        if (request.key_count == V4_REQUEST_KEYS) {
            request.faulty = true; /* no operation has so many */
            continue;
        }
        request.keys[request.key_count].name = name;
        request.keys[request.key_count].value = value;
        request.key_count++;
    }
    if (*line != '\0')
        return false;
    *ret_request = request;
    return true;
}

bool v4_word_is(struct v4_word word, const char *text)
{
    return word.len == strlen(text) && memcmp(word.text, text, word.len) == 0;
}

/* The value of `key`, marked as read. A second key of that name stays unread, and so becomes a
 * fault. */
static bool find(struct v4_request *request, const char *key, struct v4_word *ret_value)
{
    for (size_t i = 0; i < request->key_count; i++) {
        if (!v4_word_is(request->keys[i].name, key))
            continue;
        request->keys[i].read = true;
        *ret_value = request->keys[i].value;
        return true;
    }
    return false;
}

bool v4_request_has(const struct v4_request *request, const char *key)
{
    for (size_t i = 0; i < request->key_count; i++)
        if (v4_word_is(request->keys[i].name, key))
            return true;
    return false;
}

struct v4_word v4_request_word(struct v4_request *request, const char *key)
{
    struct v4_word value = {"", 0};

    if (!find(request, key, &value))
        request->faulty = true;
    return value;
}

/* True when `word` is a decimal number of at most `max`. */
static bool to_number(struct v4_word word, uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (word.len == 0)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if (!is_digit(word.text[i]))
            return false;
        uint64_t digit = (uint64_t)(word.text[i] - '0');
        if (digit > max || number > (max - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}

uint64_t v4_request_number(struct v4_request *request, const char *key, uint64_t min, uint64_t max)
{
    struct v4_word value;
    uint64_t number;

    if (find(request, key, &value) && to_number(value, max, &number) && number >= min)
        return number;
    request->faulty = true;
    return min;
}

uint64_t v4_request_number_or(struct v4_request *request, const char *key, uint64_t min,
                              uint64_t max, uint64_t fallback)
{
    struct v4_word value;

    if (!find(request, key, &value))
        return fallback;
    return v4_request_number(request, key, min, max);
}

bool v4_word_address(struct v4_word word, uint32_t *ret_address)
{
    uint32_t address = 0;

    for (int part = 0; part < 4; part++) {
        struct v4_word digits = {word.text, 0};
        uint64_t octet;

        while (digits.len < word.len && is_digit(digits.text[digits.len]))
            digits.len++;
        if (digits.len > 3 || !to_number(digits, 255, &octet))
            return false;
        address = address << 8 | (uint32_t)octet;
        word.text += digits.len;
        word.len -= digits.len;
        if (part == 3)
            break;
        if (word.len == 0 || *word.text != '.')
            return false;
        word.text++;
        word.len--;
    }
    if (word.len != 0)
        return false;
    *ret_address = address;
    return true;
}

uint32_t v4_request_address(struct v4_request *request, const char *key)
{
    struct v4_word value;
    uint32_t address = 0;

    if (!find(request, key, &value) || !v4_word_address(value, &address))
        request->faulty = true;
    return address;
}

uint32_t v4_request_address_or(struct v4_request *request, const char *key, uint32_t fallback)
{
    struct v4_word value;

    if (!find(request, key, &value))
        return fallback;
    return v4_request_address(request, key);
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct v4_span v4_request_octets(struct v4_request *request, const char *key, uint8_t *octets,
                                 size_t max)
{
    struct v4_word value;
    struct v4_span none = {octets, 0};

    if (!find(request, key, &value) || value.len % 2 != 0 || value.len / 2 > max) {
        request->faulty = true;
        return none;
    }
    for (size_t i = 0; i < value.len / 2; i++) {
        int high = hex_digit(value.text[2 * i]), low = hex_digit(value.text[2 * i + 1]);
        if (high < 0 || low < 0) {
            request->faulty = true;
            return none;
        }
        octets[i] = (uint8_t)(high << 4 | low);
    }
    return (struct v4_span){octets, value.len / 2};
}

struct v4_span v4_request_octets_or_none(struct v4_request *request, const char *key,
                                         uint8_t *octets, size_t max)
{
    struct v4_word value;

    if (!find(request, key, &value))
        return (struct v4_span){octets, 0};
    return v4_request_octets(request, key, octets, max);
}

struct v4_mac v4_request_mac(struct v4_request *request, const char *key)
{
    struct v4_mac mac = {0};
    struct v4_span octets = v4_request_octets(request, key, mac.octets, sizeof mac.octets);

    if (octets.len != sizeof mac.octets)
        request->faulty = true;
    return mac;
}

bool v4_request_understood(const struct v4_request *request)
{
    for (size_t i = 0; i < request->key_count; i++)
        if (!request->keys[i].read)
            return false;
    return !request->faulty;
}

struct v4_words v4_request_words(struct v4_request *request, const char *key)
{
    return (struct v4_words){.rest = v4_request_word(request, key), .more = true};
}

bool v4_words_next(struct v4_words *words, struct v4_word *ret_word)
{
    struct v4_word word = {words->rest.text, 0};

    if (!words->more)
        return false;
    while (word.len < words->rest.len && word.text[word.len] != ',')
        word.len++;
    words->more = word.len < words->rest.len;
    size_t used = word.len + words->more;
    words->rest = (struct v4_word){word.text + used, words->rest.len - used};
    *ret_word = word;
    return true;
}
