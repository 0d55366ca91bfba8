/* SPDX-License-Identifier: BSD-2-Clause
 *
 * postel-host: runs the shared object of any IUT as v4host runs the reference. */
#include <stdio.h>
#include <string.h>

#include "port/arguments.h"
#include "port/confine.h"
#include "port/iut.h"
#include "port/run.h"

int main(int argc, char **argv)
{
    struct v4_arguments arguments;
    struct v4_iut iut;

    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        fprintf(
            argc < 2 ? stderr : stdout,
            "usage: postel-host OBJECT INTERFACE... [SETTINGS]\n"
            "Runs OBJECT, a shared object with the calls of postel_iut.h, on its interfaces.\n%s%s",
            v4_arguments_help, v4_confine_help);
        return argc < 2 ? V4_EXIT_USAGE : V4_EXIT_OK;
    }
    const char *fault = v4_arguments_read(argc - 2, argv + 2, &arguments);
    if (fault != NULL) {
        fprintf(stderr, "postel-host: %s\n", fault);
        return V4_EXIT_USAGE;
    }
    fault = v4_iut_load(argv[1], &iut);
    if (fault != NULL) {
        fprintf(stderr, "postel-host: cannot load the object: %s\n", fault);
        return V4_EXIT_IUT;
    }
    return v4_run("postel-host", &arguments, &iut);
}
