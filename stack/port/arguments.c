/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/arguments.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/time.h"

const char v4_arguments_help[] =
    "An interface is one --tap or --fd and what follows it, up to the next one:\n"
    "  --tap NAME            an existing TAP in this network namespace\n"
    "  --fd N                an inherited SOCK_SEQPACKET descriptor, a frame a message\n"
    "  --addr ADDRESS/PREFIX its address and the length of its network's prefix\n"
    "  --mac MAC             its Ethernet address, as 02:00:00:00:00:02\n"
    "For all of it:\n"
    "  --gateway ADDRESS     the default route (none without it)\n"
    "  --profile NAME        which rule holds where RFCs disagree (modern)\n"
    "  --seed N              of every random choice: the same seed, the same octets (drawn)\n"
    "  --clock virtual|real  virtual: it starts at 0 and only the operation `advance` moves it "
    "(real)\n"
    "  --unconfined          leave every system call open to it, see the last line\n"
    "  --help                this text\n"
    "Standard input takes requests of the upper tester's protocol (docs/upper-tester.md), "
    "standard\n"
    "output gives the answers. The end of input, or of a link, ends the program with exit code 0.\n"
    "Exit codes: 2 wrong usage, 3 a link cannot be opened, 4 the stack cannot run so.\n";

struct draft {
    struct v4_arguments arguments;
    struct {
        const char *addr, *mac;
    } iface[V4_IFACES];
    const char *gateway, *profile, *seed, *clock;
};

static char why[256];

__attribute__((format(printf, 1, 2))) static const char *wrong(const char *format, ...)
{
    va_list words;

    va_start(words, format);
    vsnprintf(why, sizeof why, format, words);
    va_end(words);
    return why;
}

/* Nanoseconds since midnight UT. */
static uint64_t since_midnight(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)(now.tv_sec % 86400) * V4_SECOND + (uint64_t)now.tv_nsec;
}

/* True when all of `text` is a decimal number up to `max`. */
static bool number(const char *text, uint64_t max, uint64_t *ret_number)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || value > max)
        return false;
    *ret_number = value;
    return true;
}

static bool is_address(const char *text)
{
    struct in_addr address;

    return inet_pton(AF_INET, text, &address) == 1;
}

static bool is_mac(const char *text)
{
    if (strlen(text) != 17)
        return false;
    for (size_t i = 0; i < 17; i++)
        if (i % 3 == 2 ? text[i] != ':' : strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return false;
    return true;
}

/* Where a setting is kept, each of which may be given once; NULL for one of an interface before
 * there is any. */
static const char **place(struct draft *draft, const char *option)
{
    unsigned n = draft->arguments.ifaces;

    if (strcmp(option, "--addr") == 0)
        return n == 0 ? NULL : &draft->iface[n - 1].addr;
    if (strcmp(option, "--mac") == 0)
        return n == 0 ? NULL : &draft->iface[n - 1].mac;
    if (strcmp(option, "--gateway") == 0)
        return &draft->gateway;
    if (strcmp(option, "--profile") == 0)
        return &draft->profile;
    if (strcmp(option, "--seed") == 0)
        return &draft->seed;
    return &draft->clock;
}

static const char *add_iface(struct v4_arguments *arguments, const char *option, const char *value)
{
    uint64_t fd = 0;
    bool tap = strcmp(option, "--tap") == 0;

    if (arguments->ifaces == V4_IFACES)
        return wrong("at most %d interfaces, %s %s is one more", V4_IFACES, option, value);
    if (!tap && !number(value, INT32_MAX, &fd))
        return wrong("--fd takes the number of a descriptor, not %s", value);
    arguments->wires[arguments->ifaces].tap = tap ? value : NULL;
    arguments->wires[arguments->ifaces].fd = (int)fd;
    arguments->ifaces++;
    return NULL;
}

static const char *take(struct draft *draft, const char *option, const char *value)
{
    if (strcmp(option, "--tap") == 0 || strcmp(option, "--fd") == 0)
        return add_iface(&draft->arguments, option, value);

    const char **at = place(draft, option);
    if (at == NULL)
        return wrong("%s %s comes before any --tap or --fd", option, value);
    if (*at != NULL)
        return wrong("%s is given twice: %s and %s", option, *at, value);
    *at = value;
    return NULL;
}

static const char *append(struct v4_arguments *arguments, const char *key, const char *value)
{
    size_t len = strlen(arguments->settings);
    int more = snprintf(arguments->settings + len, sizeof arguments->settings - len, "%s=%s\n", key,
                        value);

    return more < (int)(sizeof arguments->settings - len) ? NULL
                                                          : wrong("%s is too long: %s", key, value);
}

static const char *append_number(struct v4_arguments *arguments, const char *key, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    return append(arguments, key, digits);
}

static const char *add_iface_settings(struct draft *draft, unsigned n)
{
    const char *addr = draft->iface[n].addr, *mac = draft->iface[n].mac;
    char key[16], address[INET_ADDRSTRLEN] = "", value[64];
    uint64_t prefix;

    if (addr == NULL || mac == NULL)
        return wrong("interface %u lacks its %s", n,
                     addr == NULL ? "--addr ADDRESS/PREFIX" : "--mac MAC");
    size_t len = strcspn(addr, "/");
    if (len < sizeof address)
        memcpy(address, addr, len);
    if (!is_address(address) || addr[len] == '\0' || !number(addr + len + 1, 32, &prefix))
        return wrong("--addr takes ADDRESS/PREFIX, as 198.18.0.2/24, not %s", addr);
    if (!is_mac(mac))
        return wrong("--mac takes six octets, as 02:00:00:00:00:02, not %s", mac);
    snprintf(key, sizeof key, "if%u", n);
    snprintf(value, sizeof value, "%s,%s,%u", mac, address, (unsigned)prefix);
    return append(&draft->arguments, key, value);
}

static const char *finish(struct draft *draft)
{
    struct v4_arguments *arguments = &draft->arguments;
    uint64_t seed;
    const char *fault = NULL;

    if (arguments->ifaces == 0)
        return "it takes an interface: --tap NAME or --fd N, then --addr and --mac";
    if (draft->clock != NULL && strcmp(draft->clock, "virtual") != 0 &&
        strcmp(draft->clock, "real") != 0)
        return wrong("--clock is virtual or real, not %s", draft->clock);
    if (draft->gateway != NULL && !is_address(draft->gateway))
        return wrong("--gateway takes an address, not %s", draft->gateway);
    if (draft->seed != NULL && !number(draft->seed, UINT64_MAX, &seed))
        return wrong("--seed takes a number below 2^64, not %s", draft->seed);
    if (draft->seed == NULL && getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return "no random seed can be had: give one with --seed";

    arguments->real_clock = draft->clock == NULL || strcmp(draft->clock, "real") == 0;
    arguments->profile = draft->profile;
    for (unsigned n = 0; n < arguments->ifaces && fault == NULL; n++)
        fault = add_iface_settings(draft, n);
    if (fault == NULL && draft->gateway != NULL)
        fault = append(arguments, "gateway", draft->gateway);
    if (fault == NULL && draft->profile != NULL)
        fault = append(arguments, "profile", draft->profile);
    if (fault == NULL)
        fault = append(arguments, "clock", arguments->real_clock ? "real" : "virtual");
    if (fault == NULL && arguments->real_clock)
        fault = append_number(arguments, "ut", since_midnight());
    return fault != NULL ? fault : append_number(arguments, "seed", seed);
}

static bool takes_value(const char *option)
{
    static const char *const options[] = {"--tap",     "--fd",      "--addr", "--mac",
                                          "--gateway", "--profile", "--seed", "--clock"};

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(option, options[i]) == 0)
            return true;
    return false;
}

const char *v4_arguments_read(int count, char *const *words, struct v4_arguments *ret_arguments)
{
    struct draft draft = {0};
    const char *fault = NULL;

    for (int i = 0; i < count && fault == NULL; i++) {
        if (strcmp(words[i], "--help") == 0) {
            *ret_arguments = (struct v4_arguments){.help = true};
            return NULL;
        }
        if (strcmp(words[i], "--unconfined") == 0)
            draft.arguments.unconfined = true;
        else if (!takes_value(words[i]))
            fault = wrong("there is no option %s; --help lists them", words[i]);
        else if (i + 1 == count)
            fault = wrong("%s takes a value", words[i]);
        else {
            fault = take(&draft, words[i], words[i + 1]);
            i++;
        }
    }
    if (fault == NULL)
        fault = finish(&draft);
    if (fault == NULL)
        *ret_arguments = draft.arguments;
    return fault;
}
