/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command line that v4host and postel-host share: interfaces and settings. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define V4_IFACES 8
#define V4_SETTINGS_MAX 1024

struct v4_arguments {
    struct {
        const char *tap; /* a name, */
        int fd;          /* or where it is NULL a descriptor */
    } wires[V4_IFACES];
    unsigned ifaces;
    bool real_clock;
    bool unconfined;
    bool help;
    const char *profile;            /* as it was given, or NULL; it is in the settings too */
    char settings[V4_SETTINGS_MAX]; /* as postel_iut_open() wants them; empty with `help` */
};

/* Reads the words after the program's name. NULL when all is well; else what is wrong, in words
 * that stay valid until the next call, and `*ret_arguments` holds nothing. */
const char *v4_arguments_read(int count, char *const *words, struct v4_arguments *ret_arguments);

/* The part of --help that the programs share. */
extern const char v4_arguments_help[];
