/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines of the upper tester's protocol, made at random from the tables of docs/upper-tester.md:
 * any operation, setting, query or item, with its keys and values of their types. Most are such
 * that a host may carry them out. names.def is made from those tables, so that a new name is tried
 * as soon as it has its row. */
#pragma once
#include "mutate.h"

#define CALL_MAX 256

/* Writes a line without its SEQ; returns its length. */
size_t call_write(struct draft *draft, char ret_line[CALL_MAX]);
