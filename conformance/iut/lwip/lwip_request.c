/* SPDX-License-Identifier: BSD-2-Clause */
#include "lwip_request.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_OCTETS 139999 /* without LF */
#define NAME_OCTETS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

/* What the value of a key is: a number up to a bound, or one of these. */
enum {
    ADDRESS = -1,
    OCTETS = -2,
    WORD = -3
};

static const struct {
    const char *name;
    long long kind;
} keys[KEYS] = {
    [VERSION] = {"version", 1},
    [PORT] = {"port", UINT16_MAX},
    [ADDR] = {"addr", ADDRESS},
    [SOCK] = {"sock", UINT32_MAX},
    [DST] = {"dst", ADDRESS},
    [DATA] = {"data", OCTETS},
    [DPORT] = {"dport", UINT16_MAX},
    [SRC] = {"src", ADDRESS},
    [TTL] = {"ttl", UINT8_MAX},
    [TOS] = {"tos", UINT8_MAX},
    [DF] = {"df", 2},
    [ID] = {"id", UINT16_MAX},
    [SEQ] = {"seq", UINT16_MAX},
    [OPTIONS] = {"options", OCTETS},
    [PROTOCOL] = {"protocol", UINT8_MAX},
    [NAME] = {"name", WORD},
    [VALUE] = {"value", WORD},
    [KIND] = {"kind", WORD},
    [IFACE] = {"iface", UINT8_MAX},
    [MACADDR] = {"mac", WORD},
    [LEN] = {"len", 32},
    [PRIMARY] = {"primary", 1},
    [DEPRECATED] = {"deprecated", 1},
    [NET] = {"net", ADDRESS},
    [GATEWAY] = {"gateway", ADDRESS},
    [PREFERENCE] = {"preference", UINT32_MAX},
    [TYPE] = {"type", WORD},
    [GOOD] = {"good", 1},
};

long request_decimal(const char *text, long least, long most)
{
    size_t len = strspn(text, "0123456789");
    long number = len == 0 || len > 10 || text[len] != '\0' ? -1 : strtol(text, NULL, 10);

    return number < least || number > most ? -1 : number;
}

bool request_well_formed(const char *p)
{
    size_t digits = strspn(p, "0123456789"), name;

    if (strlen(p) > LINE_MAX_OCTETS || digits < 1 || digits > 10 || p[digits] != ' ')
        return false;
    p += digits + 1;
    name = strspn(p, NAME_OCTETS);
    if (name == 0)
        return false;
    p += name;
    while (*p == ' ') {
        name = strspn(++p, NAME_OCTETS);
        if (name == 0 || p[name] != '=')
            return false;
        for (p += name + 1; *p > ' ' && *p <= '~'; p++)
            ;
    }
    return *p == '\0';
}

static bool read_octets(const char *text, u8_t *octets, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    if (strspn(text, digits) != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++)
        octets[i] = (u8_t)((strchr(digits, text[2 * i]) - digits) * 16 +
                           (strchr(digits, text[2 * i + 1]) - digits));
    return text[2 * len] == '\0';
}

bool request_read_key(struct request *r, char *word)
{
    char *text = strchr(word, '=');
    size_t len = strlen(text + 1);
    unsigned k = 0;

    *text++ = '\0';
    while (k < KEYS && strcmp(word, keys[k].name) != 0)
        k++;
    if (k == KEYS || r->given & BIT(k))
        return false;
    r->given |= BIT(k);
    r->value[k].word = text;
    if (keys[k].kind == WORD)
        return true;
    if (keys[k].kind == ADDRESS)
        return inet_pton(AF_INET, text, &r->value[k].address.addr) == 1;
    if (keys[k].kind == OCTETS) {
        r->value[k].octets = malloc(len + 1);
        r->value[k].len = len / 2;
        return read_octets(text, r->value[k].octets, len / 2);
    }
    r->value[k].number = strtoll(text, NULL, 10);
    return len >= 1 && len <= 10 && strspn(text, "0123456789") == len &&
           r->value[k].number <= keys[k].kind;
}
