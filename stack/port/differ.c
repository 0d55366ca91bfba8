/* SPDX-License-Identifier: BSD-2-Clause
 *
 * postel-differ A B FILE [SCRIPTS [SEED]]: do two shared objects behave alike? Both are told what
 * FILE holds (messages as postel-sim takes them, each behind its length in four octets, the lowest
 * first), and where that makes no difference so many scripts that are made of it at random. Every
 * frame, event and reply must be the same; `counters` are asked for at the end of each script.
 *
 * A line for each difference: the number of the settings, that of the message after them (or of the
 * script), and words. After one in FILE both go on at the next `reset`. Exit codes: 0 alike, 1 they
 * differ, 2 usage, 3 a file that cannot be read, 4 an object that cannot be loaded. One that
 * crashes or hangs takes the process with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "port/pair.h"
#include "port/scripts.h"

#define SECTIONS_MAX 16  /* settings in a file */
#define LONGEST 40       /* messages of a script */
#define HANGS_AFTER_S 10 /* of one section, or 1,000 scripts */

enum {
    EXIT_DIFFERS = 1
};

/* What follows one message `S`. */
struct section {
    struct v4_message settings;
    struct v4_message *messages;
    size_t count;
};

static uint8_t message[V4_MESSAGE_MAX + 1];
static struct v4_pair pair;

_Noreturn static void fail(int code, const char *what, const char *why)
{
    fprintf(stderr, "postel-differ: %s: %s\n", what, why);
    exit(code);
}

static uint8_t *read_whole(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0, room = 1 << 20;
    uint8_t *octets = malloc(room);

    if (file == NULL)
        fail(V4_EXIT_ENVIRONMENT, path, strerror(errno));
    while (octets != NULL && !feof(file) && !ferror(file)) {
        len += fread(octets + len, 1, room - len, file);
        if (len == room)
            octets = realloc(octets, room *= 2);
    }
    if (octets == NULL || ferror(file))
        fail(V4_EXIT_ENVIRONMENT, path, "cannot be read to its end");
    fclose(file);
    *ret_len = len;
    return octets;
}

/* The messages of a file, by the settings that they come after; returns how many sections. */
static size_t split(const uint8_t *octets, size_t len, struct section ret_sections[SECTIONS_MAX])
{
    struct v4_message *messages = calloc(len / 4 + 1, sizeof *messages);
    size_t count = 0, at = 0;

    while (messages != NULL && len - at >= 4) {
        size_t size = octets[at] | (size_t)octets[at + 1] << 8 | (size_t)octets[at + 2] << 16;
        struct v4_message one = {octets + at + 4, size};
        at += 4;
        if (size > len - at || size == 0 || size >= V4_MESSAGE_MAX)
            return 0;
        at += size;
        if (one.octets[0] == 'S') {
            if (count == SECTIONS_MAX)
                return 0;
            ret_sections[count++] = (struct section){one, messages, 0};
        } else if (count > 0) {
            *messages++ = one;
            ret_sections[count - 1].count++;
        }
    }
    return count;
}

/* False when they differ, which is said. */
static bool tell(size_t section, const char *what, size_t number, size_t len)
{
    char words[80];

    if (v4_pair_tell(&pair, message, len))
        return true;
    v4_pair_explain(&pair, words, sizeof words);
    printf("%zu %s %zu %s\n", section, what, number, words);
    fflush(stdout); /* the next message may be the last */
    return false;
}

static bool tell_one(struct v4_message one, size_t section, const char *what, size_t number)
{
    memcpy(message, one.octets, one.len);
    return tell(section, what, number, one.len);
}

static bool is_reset(struct v4_message one)
{
    static const char reset[] = " reset";
    const size_t len = sizeof reset - 1;

    return one.octets[0] == 'L' && one.len > len &&
           memcmp(one.octets + one.len - len, reset, len) == 0;
}

static bool play_section(const struct section *section, size_t number)
{
    bool alike = tell_one(section->settings, number, "message", 0), as_before = alike;

    for (size_t n = 0; n < section->count; n++) {
        as_before |= is_reset(section->messages[n]);
        if (!as_before)
            continue;
        as_before = tell_one(section->messages[n], number, "message", n + 1);
        alike &= as_before;
    }
    return alike;
}

static bool play_script(const struct section *section, size_t number, size_t script,
                        struct v4_rng *rng)
{
    static const char reset[] = "L1 reset", counters[] = "L2 counters";
    size_t at = section->count, count = 4 + v4_rng_below(rng, LONGEST - 3);
    const struct v4_message first = {(const uint8_t *)reset, sizeof reset - 1};
    const struct v4_message last = {(const uint8_t *)counters, sizeof counters - 1};

    if (!tell_one(first, number, "script", script))
        return false;
    for (; count > 0; count--) {
        size_t len = v4_script_next(rng, section->messages, section->count, &at, message);
        if (!tell(number, "script", script, len))
            return false;
    }
    return tell_one(last, number, "script", script);
}

/* Scripts of one section, until one makes a difference. */
static bool play_scripts(const struct section *section, size_t number, size_t scripts,
                         struct v4_rng *rng)
{
    if (section->count == 0 || !tell_one(section->settings, number, "script", 0))
        return section->count == 0;
    for (size_t script = 1; script <= scripts; script++) {
        if (script % 1000 == 1)
            alarm(HANGS_AFTER_S);
        if (!play_script(section, number, script, rng))
            return false;
    }
    return true;
}

static void load(const char *path, struct v4_player *player)
{
    const char *why = v4_iut_load(path, &player->iut);

    if (why != NULL)
        fail(V4_EXIT_IUT, "cannot load the object", why);
}

int main(int argc, char **argv)
{
    struct section sections[SECTIONS_MAX];
    size_t len;

    if (argc < 4 || argc > 6)
        fail(V4_EXIT_USAGE, "usage", "postel-differ A B FILE [SCRIPTS [SEED]]");
    load(argv[1], &pair.player[0]);
    load(argv[2], &pair.player[1]);
    uint8_t *octets = read_whole(argv[3], &len);
    size_t count = split(octets, len, sections);
    if (count == 0)
        fail(V4_EXIT_ENVIRONMENT, argv[3], "holds no messages");
    size_t scripts = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    struct v4_rng rng = v4_rng_open(argc > 5 ? strtoull(argv[5], NULL, 10) : 1);
    bool alike = true;
    for (size_t n = 0; n < count; n++) {
        alarm(HANGS_AFTER_S);
        alike &= play_section(sections + n, n);
    }
    for (size_t n = 0; n < count && alike; n++)
        alike = play_scripts(sections + n, n, scripts / count, &rng);
    free(octets);
    return alike ? V4_EXIT_OK : EXIT_DIFFERS;
}
