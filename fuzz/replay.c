/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Runs a target over files and folders, without any engine: replay PATH... Exit codes: 0 all ran, 1
 * too little got through the parser (FUZZ_FLOOR), 2 usage, 3 a path that cannot be read or a folder
 * that holds nothing (a replay of nothing proves nothing). A finding aborts; the last line names the
 * file. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "fuzz.h"

static _Noreturn void die(const char *path, const char *why)
{
    fprintf(stderr, "replay: %s: %s\n", path, why);
    exit(3);
}

/* In an allocation of exactly the file's size. */
static void run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *octets = malloc(size);

    if (!file)
        die(path, strerror(errno));
    if (size > 0 && (!octets || fread(octets, 1, size, file) != size))
        die(path, "cannot be read to its end");
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(octets, size);
    free(octets);
}

static size_t run(const char *path)
{
    struct stat status = {0}; /* clang 14's MSan does not see that stat() writes it */
    struct dirent **names;
    size_t count = 0;

    if (stat(path, &status) != 0)
        die(path, strerror(errno));
    if (!S_ISDIR(status.st_mode)) {
        run_file(path, (size_t)status.st_size);
        return 1;
    }

    int n = scandir(path, &names, NULL, alphasort);
    if (n < 0)
        die(path, strerror(errno));
    for (int i = 0; i < n; i++) {
        char *inner = malloc(strlen(path) + strlen(names[i]->d_name) + 2);
        if (!inner)
            die(path, "no memory");
        sprintf(inner, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            count += run(inner);
        free(inner);
        free(names[i]);
    }
    free(names);
    if (count == 0)
        die(path, "holds no inputs");
    return count;
}

int main(int argc, char *argv[])
{
    size_t count = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE|FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        count += run(argv[i]);
    if (fuzz_through * 100 < fuzz_given * FUZZ_FLOOR) {
        fprintf(stderr, "replay: the parser let too little through, nothing was judged\n");
        return 1;
    }
    printf("%zu inputs, no finding\n", count);
    return 0;
}
