/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/special.h"

#define Y true
#define N false
#define ROW(name, a, b, c, d, len, source, destination, forward, reserved, from_wire, to_wire)     \
    {                                                                                              \
        name, {V4_ADDR(a, b, c, d), len}, source, destination, forward, reserved, from_wire,       \
            to_wire                                                                                \
    }

/* Longer prefixes stand before those that they lie in. */
static const struct v4_special rows[] = {
    /* clang-format off */
    /* source, destination, forward, reserved, from and to the wire */
    ROW("limited broadcast",     255, 255, 255, 255, 32, N, Y, N, Y, N, Y), /* RFC6890-2.2.2-j */
    ROW("reserved (class E)",    240, 0, 0, 0, 4,        N, N, N, Y, N, N), /* RFC6890-2.2.2-i */
    ROW("group (class D)",       224, 0, 0, 0, 4,        N, Y, Y, Y, N, Y), /* RFC1122-3.2.1.3-d */
    ROW("loopback",              127, 0, 0, 0, 8,        N, N, N, Y, N, N), /* RFC6890-2.2.2-d */
    ROW("this host",             0, 0, 0, 0, 32,         Y, N, N, Y, N, N), /* RFC1122-3.2.1.3-e */
    ROW("this network",          0, 0, 0, 0, 8,          Y, N, N, Y, N, N), /* RFC6890-2.2.2-a */
    ROW("link-local",            169, 254, 0, 0, 16,     Y, Y, N, Y, Y, Y), /* RFC6890-2.2.2-e */
    ROW("private",               10, 0, 0, 0, 8,         Y, Y, Y, N, Y, Y), /* RFC6890-2.2.2-b */
    ROW("private",               172, 16, 0, 0, 12,      Y, Y, Y, N, Y, Y),
    ROW("private",               192, 168, 0, 0, 16,     Y, Y, Y, N, Y, Y),
    ROW("shared",                100, 64, 0, 0, 10,      Y, Y, Y, N, Y, Y), /* RFC6890-2.2.2-c */
    ROW("DS-Lite",               192, 0, 0, 0, 29,       Y, Y, Y, N, Y, Y), /* RFC6890-2.2.2-f */
    ROW("protocol assignments",  192, 0, 0, 0, 24,       N, N, N, N, Y, Y),
    ROW("documentation",         192, 0, 2, 0, 24,       N, N, N, N, Y, Y), /* RFC6890-2.2.2-g */
    ROW("documentation",         198, 51, 100, 0, 24,    N, N, N, N, Y, Y),
    ROW("documentation",         203, 0, 113, 0, 24,     N, N, N, N, Y, Y),
    ROW("6to4 relays",           192, 88, 99, 0, 24,     Y, Y, Y, N, Y, Y), /* RFC6890-2.2.2-k */
    ROW("benchmarks",            198, 18, 0, 0, 15,      Y, Y, Y, N, Y, Y), /* RFC6890-2.2.2-h */
    ROW("ordinary",              0, 0, 0, 0, 0,          Y, Y, Y, N, Y, Y),
    /* clang-format on */
};

#define ROWS (sizeof rows / sizeof *rows)

const struct v4_special *v4_special_row(size_t index)
{
    return index < ROWS ? &rows[index] : NULL;
}

const struct v4_special *v4_special_of(uint32_t addr)
{
    const struct v4_special *row = rows;

    while (!v4_prefix_contains(row->net, addr)) /* the last row holds every address */
        row++;
    return row;
}
