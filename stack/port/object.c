/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The reference stack behind the eight calls of postel_iut.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../conformance/iut/postel_iut.h"
#include "host/host.h"
#include "host/upper.h"
#include "proto/profile.h"

struct postel_iut {
    struct v4_host *host;
    struct v4_upper *upper;
};

struct settings {
    struct v4_config config;
    bool real_clock;
};

static void complain(const char *what, const char *why)
{
    fprintf(stderr, "reference: %s: %s\n", what, why);
}

static bool to_number(const char *text, uint64_t max, uint64_t *ret_number)
{
    char *end;

    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || number > max)
        return false;
    *ret_number = number;
    return true;
}

static bool to_address(const char *text, uint32_t *ret_addr)
{
    struct in_addr addr;

    if (inet_pton(AF_INET, text, &addr) != 1)
        return false;
    *ret_addr = ntohl(addr.s_addr);
    return true;
}

/* MAC,ADDRESS,PREFIX */
static bool to_iface(char *text, struct v4_iface *ret_iface)
{
    struct v4_iface iface = {.mtu = V4_MTU_DEFAULT};
    char *rest = text;
    const char *mac = strsep(&rest, ","), *addr = strsep(&rest, ",");
    uint64_t len;
    int end = 0;

    sscanf(mac, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &iface.mac.octets[0], &iface.mac.octets[1],
           &iface.mac.octets[2], &iface.mac.octets[3], &iface.mac.octets[4], &iface.mac.octets[5],
           &end);
    if (end == 0 || mac[end] != '\0' || addr == NULL || rest == NULL)
        return false;
    if (!to_address(addr, &iface.net.addr) || !to_number(rest, 32, &len))
        return false;
    iface.net.len = (uint8_t)len;
    *ret_iface = iface;
    return true;
}

/* The profile's own spelling of its name, which outlives the settings. */
static bool to_profile(const char *text, const char **ret_name)
{
    const struct v4_profile *profile = v4_profile_find(text);

    if (profile == NULL)
        return false;
    *ret_name = profile->name;
    return true;
}

/* True for `if0`, `if1`, ...; any other key that begins so is a key that we do not know. */
static bool names_iface(const char *key, uint64_t *ret_n)
{
    return strncmp(key, "if", 2) == 0 && to_number(key + 2, V4_IFACES_MAX - 1, ret_n);
}

/* How much it may hold: a fuzzer, which opens thousands of hosts a minute, wants little. */
static bool take_size(struct v4_config *config, const char *key, const char *value)
{
    const struct {
        const char *key;
        size_t *size;
    } sizes[] = {
        {"reassembly-octets", &config->reass_octets},
        {"output-octets", &config->output_octets},
        {"event-octets", &config->event_octets},
    };
    uint64_t number;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (strcmp(key, sizes[i].key) != 0)
            continue;
        if (!to_number(value, SIZE_MAX, &number))
            return false;
        *sizes[i].size = (size_t)number;
    }
    return true;
}

static bool take(struct settings *settings, const char *key, char *value)
{
    struct v4_config *config = &settings->config;
    uint64_t n;

    if (names_iface(key, &n)) {
        if (config->iface_count < n + 1)
            config->iface_count = (unsigned)n + 1;
        return to_iface(value, &config->ifaces[n]);
    }
    if (strcmp(key, "gateway") == 0)
        return to_address(value, &config->gateway);
    if (strcmp(key, "seed") == 0)
        return to_number(value, UINT64_MAX, &config->seed);
    if (strcmp(key, "profile") == 0)
        return to_profile(value, &config->profile);
    if (strcmp(key, "ut") == 0) {
        config->ut = true;
        return to_number(value, UINT64_MAX, &config->since_midnight);
    }
    settings->real_clock |= strcmp(key, "clock") == 0 && strcmp(value, "real") == 0;
    return take_size(config, key, value);
}

/* One key=value a line. */
static bool read_settings(const char *text, struct settings *ret_settings)
{
    char *copy = strdup(text), *rest = copy, *line;
    bool good = copy != NULL;

    ret_settings->config = v4_config_default();
    ret_settings->config.iface_count = 0;
    while (good && (line = strsep(&rest, "\n")) != NULL) {
        char *value = strchr(line, '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        good = take(ret_settings, line, value);
        if (!good)
            complain(line, "this setting has an impossible value");
    }
    free(copy);
    return good;
}

struct postel_iut *postel_iut_open(const char *text)
{
    struct settings settings = {0};
    const char *why = "no memory";

    if (!read_settings(text, &settings))
        return NULL;
    struct postel_iut *iut = calloc(1, sizeof *iut);
    if (iut == NULL)
        return NULL;
    iut->host = v4_host_open(&settings.config, &why);
    if (iut->host != NULL)
        iut->upper = v4_upper_open(iut->host, !settings.real_clock);
    if (iut->upper == NULL) {
        complain("cannot run", why);
        postel_iut_close(iut);
        return NULL;
    }
    return iut;
}

void postel_iut_input(struct postel_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                      uint64_t now)
{
    if (iface < v4_host_config(iut->host)->iface_count)
        v4_host_input(iut->host, iface, (struct v4_span){frame, len}, now);
}

size_t postel_iut_output(struct postel_iut *iut, unsigned *ret_iface, uint8_t *ret_octets)
{
    struct v4_frame frame;

    if (!v4_host_output(iut->host, &frame))
        return 0;
    *ret_iface = frame.iface;
    memcpy(ret_octets, frame.octets.octets, frame.octets.len);
    return frame.octets.len;
}

uint64_t postel_iut_next_timeout(struct postel_iut *iut)
{
    return v4_host_next_timeout(iut->host);
}

void postel_iut_tick(struct postel_iut *iut, uint64_t now)
{
    v4_host_tick(iut->host, now);
}

void postel_iut_line(struct postel_iut *iut, const char *line, uint64_t now,
                     void (*emit)(void *context, const char *line), void *context)
{
    v4_upper_line(iut->upper, line, now, emit, context);
}

void postel_iut_reset(struct postel_iut *iut)
{
    v4_host_reset(iut->host);
}

void postel_iut_close(struct postel_iut *iut)
{
    v4_upper_close(iut->upper);
    v4_host_close(iut->host);
    free(iut);
}
