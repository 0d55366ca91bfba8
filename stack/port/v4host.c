/* SPDX-License-Identifier: BSD-2-Clause
 *
 * v4host: the reference stack as a program, on TAPs or inherited descriptors. */
#include <stdio.h>

#include "port/arguments.h"
#include "port/confine.h"
#include "port/iut.h"
#include "port/run.h"
#include "proto/profile.h"

static void refuse_profile(const char *name)
{
    fprintf(stderr, "v4host: there is no profile %s, but", name);
    for (size_t i = 0; v4_profile_name(i) != NULL; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : ",", v4_profile_name(i));
    fputc('\n', stderr);
}

int main(int argc, char **argv)
{
    static const struct v4_iut reference = {.calls = POSTEL_IUT_LINKED};
    struct v4_arguments arguments;

    const char *fault = v4_arguments_read(argc - 1, argv + 1, &arguments);
    if (fault != NULL) {
        fprintf(stderr, "v4host: %s\n", fault);
        return V4_EXIT_USAGE;
    }
    if (arguments.help) {
        printf("usage: v4host INTERFACE... [SETTINGS]\n"
               "Runs Postel's reference stack on its interfaces.\n%s%s",
               v4_arguments_help, v4_confine_help);
        return V4_EXIT_OK;
    }
    if (arguments.profile != NULL && v4_profile_find(arguments.profile) == NULL) {
        refuse_profile(arguments.profile);
        return V4_EXIT_USAGE;
    }
    return v4_run("v4host", &arguments, &reference);
}
