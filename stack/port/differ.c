/* SPDX-License-Identifier: BSD-2-Clause
 *
 * postel-differ A B FILE [SCRIPTS [SEED]]: do two shared objects behave alike? Both are told what
 * FILE holds (messages as postel-sim takes them, each behind its length in four octets, the lowest
 * first), and then so many scripts that are made of it at random. Every frame, event and reply must
 * be the same; a reply to `counters` is asked for at the end of each script.
 *
 * Exit codes: 0 alike, 1 they differ (a line says where), 2 usage, 3 a file that cannot be read, 4
 * an object that cannot be loaded. One that crashes or hangs takes the process with it. */
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
        size_t size = octets[at] | octets[at + 1] << 8 | octets[at + 2] << 16;
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

static void tell(const char *what, size_t section, size_t script, size_t number, size_t len)
{
    char words[80];

    if (v4_pair_tell(&pair, message, len))
        return;
    v4_pair_explain(&pair, words, sizeof words);
    printf("%s in answer to message %zu of %s %zu, settings %zu\n", words, number, what, script,
           section);
    exit(EXIT_DIFFERS);
}

static void tell_one(struct v4_message one, const char *what, size_t section, size_t script,
                     size_t number)
{
    memcpy(message, one.octets, one.len);
    tell(what, section, script, number, one.len);
}

static void tell_words(const char *words, size_t section, size_t script, size_t number)
{
    struct v4_message one = {(const uint8_t *)words, strlen(words)};

    tell_one(one, "script", section, script, number);
}

static void play_file(const struct section *sections, size_t count)
{
    for (size_t n = 0; n < count; n++) {
        alarm(HANGS_AFTER_S);
        tell_one(sections[n].settings, "file", n, 0, 0);
        for (size_t m = 0; m < sections[n].count; m++)
            tell_one(sections[n].messages[m], "file", n, 0, m + 1);
    }
}

/* Scripts of one section; each begins with what a reset leaves. */
static void play_scripts(const struct section *section, size_t number, size_t scripts,
                         struct v4_rng *rng)
{
    if (section->count == 0)
        return;
    tell_one(section->settings, "script", number, 0, 0);
    for (size_t script = 0; script < scripts; script++) {
        size_t at = section->count, count = 4 + v4_rng_below(rng, LONGEST - 3);
        if (script % 1000 == 0)
            alarm(HANGS_AFTER_S);
        tell_words("L1 reset", number, script, 0);
        for (size_t n = 1; n <= count; n++) {
            size_t len = v4_script_next(rng, section->messages, section->count, &at, message);
            tell("script", number, script, n, len);
        }
        tell_words("L2 counters", number, script, count + 1);
    }
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
    play_file(sections, count);
    size_t scripts = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    struct v4_rng rng = v4_rng_open(argc > 5 ? strtoull(argv[5], NULL, 10) : 1);
    for (size_t n = 0; n < count; n++)
        play_scripts(sections + n, n, scripts / count, &rng);
    free(octets);
    return V4_EXIT_OK;
}
