/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Runs an IUT between its wires and an upper tester on standard input and output.
 *
 * The order is what docs/upper-tester.md asks for: frames that were on a wire before a request was
 * written are handled before it, and the frames that it caused are out before its reply. */
#pragma once
#include "port/arguments.h"
#include "port/iut.h"

/* Opens the wires and the IUT, serves until the end of input, and returns the exit code. Faults go
 * to standard error, after the name of the program. */
int v4_run(const char *program, const struct v4_arguments *arguments, const struct v4_iut *iut);
