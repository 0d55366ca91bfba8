/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a program gives up once it runs: every system call but the few that a stack needs. A build
 * with a sanitizer, whose reports take many more, or without libseccomp gives up nothing. */
#pragma once
#include <stdbool.h>

/* From here on another system call ends the process by SIGSYS, after a line on standard error that
 * names it. An object that somebody else has written may have threads. Where the kernel does not
 * know how, nothing changes. */
void v4_confine(bool foreign);

/* What of it this build does, for --help. */
extern const char v4_confine_help[];
