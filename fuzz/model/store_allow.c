/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_allow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/options.h"

#define MANY_SOCKETS 32 /* a host has room for so many at least */

const char *model_store_op(const struct model_store *store)
{
    return store->line + strcspn(store->line, " ") + 1;
}

bool model_store_is_op(const struct model_store *store, const char *op)
{
    const char *at = model_store_op(store);

    return model_word_is(at, strcspn(at, " "), op);
}

enum model_sock *model_store_sock(struct model_store *store, unsigned number)
{
    for (size_t i = 0; i < store->sock_count; i++)
        if (store->socks[i].number == number)
            return &store->socks[i].kind;
    return NULL;
}

static size_t open_socks(const struct model_store *store)
{
    size_t count = 0;

    for (size_t i = 0; i < store->sock_count; i++)
        count += store->socks[i].kind != MODEL_SOCK_CLOSED;
    return count;
}

void model_store_scope(const char *line, const char *key, char ret_scope[24])
{
    *ret_scope = '\0';
    if (strcmp(key, "host") != 0)
        snprintf(ret_scope, 24, "%s=%u", key, model_number(line, key));
}

struct model_stored *model_store_find(struct model_store *store, const char *name,
                                      const char *scope)
{
    for (size_t i = 0; i < store->stored_count; i++)
        if (store->stored[i].name == name && strcmp(store->stored[i].scope, scope) == 0)
            return store->stored + i;
    return NULL;
}

bool model_same_value(const char *value, size_t len, const char *kept)
{
    size_t kept_len = strlen(kept);

    if (len == kept_len && memcmp(value, kept, len) == 0)
        return true;
    bool numbers = len > 0 && len < 24 && strspn(value, "0123456789.") >= len &&
                   strspn(kept, "0123456789.") == kept_len;
    if (!numbers)
        return false;
    if (memchr(value, '.', len) != NULL && strchr(kept, '.') != NULL) {
        char first[40], second[40];
        snprintf(first, sizeof first, "x a=%.*s", (int)len, value);
        snprintf(second, sizeof second, "x a=%.24s", kept);
        return model_address(first, "a") == model_address(second, "a");
    }
    return strtoull(value, NULL, 10) == strtoull(kept, NULL, 10);
}

/* What a type does not say of a value, and the reference refuses. */
static bool is_possible(struct model_store *store, const struct model_row *row, const char *value,
                        size_t len)
{
    static const char *const talkers[] = {"checksum", "peer", "peer-port", "by-iface", "reports"};
    const enum model_sock *sock = model_store_sock(store, model_number(store->line, "sock"));
    char word[32] = "";

    for (size_t i = 0; i < sizeof talkers / sizeof *talkers; i++)
        if (strcmp(row->name, talkers[i]) == 0 && sock != NULL && *sock == MODEL_SOCK_RAW)
            return false;
    if (value == NULL)
        return true;
    snprintf(word, sizeof word, "%.*s", (int)(len < 31 ? len : 31), value);
    if (strcmp(row->name, "by-iface") == 0)
        return strtoul(word, NULL, 10) <= 2;
    if (strcmp(row->name, "multicast-iface") == 0)
        return strtoul(word, NULL, 10) <= 1;
    if (strcmp(row->name, "mac") == 0) /* nobody, or many */
        return strchr("02468ace", word[1]) != NULL && strcmp(word, "000000000000") != 0;
    if (strcmp(row->name, "advertise-address") == 0)
        return model_same_value(value, len, "224.0.0.1") ||
               model_same_value(value, len, "255.255.255.255");
    if (strcmp(row->name, "solicitation-address") == 0)
        return model_same_value(value, len, "224.0.0.2") ||
               model_same_value(value, len, "255.255.255.255");
    return true;
}

/* RFC 791 3.1: words of options without a fault. */
static bool are_options(const char *line)
{
    struct model_option options[MODEL_OPTIONS_MAX];
    uint8_t octets[40];
    size_t len;

    if (!model_octets(line, "value", octets, sizeof octets, &len) || len % 4 != 0)
        return false;
    size_t count = model_options(octets, len, options);
    return count == 0 || options[count - 1].fault_count == 0;
}

/* The longest packet of an interface: that of Ethernet, or of RFC 1042's frames in it. */
static bool is_mtu(struct model_store *store, const char *scope)
{
    const struct model_row *row = model_words_name(store->rows, "x name=framing");
    const struct model_stored *framing =
        row == NULL ? NULL : model_store_find(store, row->name, scope);
    unsigned mtu = model_number(store->line, "value");

    if (framing == NULL || !framing->known)
        return mtu <= 1492;
    return mtu <= (strcmp(framing->value, "snap") == 0 ? 1492u : 1500u);
}

/* Of a setting or a query whose words are right. */
static unsigned allow_setting(struct model_store *store, bool sets)
{
    const struct model_row *row = model_words_name(store->rows, store->line);
    const char *key = row == NULL ? NULL : model_words_scope(row, store->line);
    char scope[24];
    size_t len = 0;
    const char *value = sets ? model_value(store->line, "value", &len) : NULL;

    if (row == NULL || key == NULL || strcmp(row->second, "filter") == 0)
        return store->allowed;
    if (strcmp(key, "dst") == 0) /* there may be no way */
        return store->allowed & ~MODEL_SAYS_EINVAL;
    if (strcmp(key, "sock") == 0) {
        const enum model_sock *sock = model_store_sock(store, model_number(store->line, "sock"));
        if (store->many || (sock != NULL && *sock == MODEL_SOCK_TCP))
            return store->allowed;
        if (sock == NULL || *sock == MODEL_SOCK_CLOSED)
            return is_possible(store, row, value, len) ? MODEL_SAYS_EBADF
                                                       : MODEL_SAYS_EBADF | MODEL_SAYS_EINVAL;
    }
    if (!store->must)
        return store->allowed;
    model_store_scope(store->line, key, scope);
    if (!is_possible(store, row, value, len) ||
        (sets && strcmp(row->second, "octets") == 0 && !are_options(store->line)) ||
        (sets && strcmp(row->name, "mtu") == 0 && !is_mtu(store, scope)))
        return MODEL_SAYS_EINVAL;
    if (sets && strncmp(row->name, "advertise-", 10) == 0 && strcmp(row->second, "address") != 0)
        return MODEL_SAYS_OK | MODEL_SAYS_EINVAL; /* by the others */
    if (sets && (strcmp(row->name, "igmp-query-interval") == 0 ||
                 strcmp(row->name, "igmp-response-interval") == 0))
        return MODEL_SAYS_OK | MODEL_SAYS_EINVAL; /* by the other one (RFC 3376 8.3) */
    return sets && strcmp(row->name, "mask-learn") == 0 ? MODEL_SAYS_OK | MODEL_SAYS_OTHER
                                                        : MODEL_SAYS_OK;
}

/* RFC 1122 3.2.1.3: no host is there. */
static bool is_nowhere(uint32_t dst)
{
    return (dst >> 24 == 0 && dst != 0) || (dst >> 28 == 15 && dst != UINT32_MAX);
}

/* Whether the list asked for is of items that have an interface, or is asked for of all. */
static bool is_of_an_interface(const struct model_store *store)
{
    size_t len, kind_len = 0;
    const char *kind = model_value(store->line, "kind", &kind_len);

    if (model_value(store->line, "iface", &len) == NULL)
        return true;
    for (size_t i = 0; i < store->rows->count && kind != NULL; i++) {
        const struct model_row *row = store->rows->at + i;
        if (row->kind == MODEL_ROW_ADD && model_word_is(kind, kind_len, row->name))
            return strstr(row->first, "iface") != NULL || strstr(row->second, "iface") != NULL;
    }
    return false;
}

unsigned model_store_allow(struct model_store *store)
{
    const enum model_sock *sock = model_store_sock(store, model_number(store->line, "sock"));
    bool unsure = store->many || (sock != NULL && *sock == MODEL_SOCK_TCP);

    if (model_store_is_op(store, "set") || model_store_is_op(store, "get"))
        return allow_setting(store, model_store_is_op(store, "set"));
    if (model_store_is_op(store, "udp.close") || model_store_is_op(store, "ip.close"))
        return unsure ? store->allowed
               : sock != NULL && *sock == (model_store_is_op(store, "udp.close") ? MODEL_SOCK_UDP
                                                                                 : MODEL_SOCK_RAW)
                   ? MODEL_SAYS_OK
                   : MODEL_SAYS_EBADF;
    if (model_store_is_op(store, "hello") && model_number(store->line, "version") != 1)
        return MODEL_SAYS_EINVAL;
    if (model_store_is_op(store, "sync") || model_store_is_op(store, "counters") ||
        model_store_is_op(store, "hello"))
        return MODEL_SAYS_OK;
    if (model_store_is_op(store, "ip.bind") && store->must && !store->many &&
        open_socks(store) < MANY_SOCKETS)
        return MODEL_SAYS_OK;
    if (model_store_is_op(store, "udp.bind") && store->must && !store->many &&
        open_socks(store) < MANY_SOCKETS && model_number(store->line, "port") == 0 &&
        model_address(store->line, "addr") == 0)
        return MODEL_SAYS_OK;
    if ((model_store_is_op(store, "echo.send") || model_store_is_op(store, "udp.send")) &&
        store->must && is_nowhere(model_address(store->line, "dst")))
        return store->allowed & ~MODEL_SAYS_OK;
    if (model_store_is_op(store, "udp.send") && !unsure &&
        (sock == NULL || *sock != MODEL_SOCK_UDP))
        return store->allowed & ~MODEL_SAYS_OK;
    if (model_store_is_op(store, "list") && store->must)
        return is_of_an_interface(store) && store->allowed & MODEL_SAYS_OK ? MODEL_SAYS_OK
                                                                           : store->allowed;
    if (model_store_is_op(store, "add") && *store->item != '\0' && store->aside) /* once more */
        return MODEL_SAYS_EEXIST;
    return store->allowed;
}
