/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "octets.h"
#include "wire/special.h"

/* Both ends of each block and what lies beside it: "sdfrwt" is source, destination, forwarded,
 * reserved, from the wire, to the wire. */
static const struct {
    uint32_t addr;
    const char *may, *name;
} addresses[] = {
    {V4_ADDR(0, 0, 0, 0), "s--r--", "this host"},
    {V4_ADDR(0, 0, 0, 1), "s--r--", "this network"},
    {V4_ADDR(0, 255, 255, 255), "s--r--", "this network"},
    {V4_ADDR(1, 0, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(9, 255, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(10, 0, 0, 0), "sdf-wt", "private"},
    {V4_ADDR(10, 255, 255, 255), "sdf-wt", "private"},
    {V4_ADDR(11, 0, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(100, 63, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(100, 64, 0, 0), "sdf-wt", "shared"},
    {V4_ADDR(100, 127, 255, 255), "sdf-wt", "shared"},
    {V4_ADDR(100, 128, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(126, 255, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(127, 0, 0, 0), "---r--", "loopback"},
    {V4_ADDR(127, 255, 255, 255), "---r--", "loopback"},
    {V4_ADDR(128, 0, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(169, 253, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(169, 254, 0, 0), "sd-rwt", "link-local"},
    {V4_ADDR(169, 254, 255, 255), "sd-rwt", "link-local"},
    {V4_ADDR(169, 255, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(172, 15, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(172, 16, 0, 0), "sdf-wt", "private"},
    {V4_ADDR(172, 31, 255, 255), "sdf-wt", "private"},
    {V4_ADDR(172, 32, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(191, 255, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(192, 0, 0, 0), "sdf-wt", "DS-Lite"},
    {V4_ADDR(192, 0, 0, 7), "sdf-wt", "DS-Lite"},
    {V4_ADDR(192, 0, 0, 8), "----wt", "protocol assignments"},
    {V4_ADDR(192, 0, 0, 255), "----wt", "protocol assignments"},
    {V4_ADDR(192, 0, 1, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(192, 0, 2, 0), "----wt", "documentation"},
    {V4_ADDR(192, 0, 2, 255), "----wt", "documentation"},
    {V4_ADDR(192, 0, 3, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(192, 88, 98, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(192, 88, 99, 0), "sdf-wt", "6to4 relays"},
    {V4_ADDR(192, 88, 99, 255), "sdf-wt", "6to4 relays"},
    {V4_ADDR(192, 88, 100, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(192, 167, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(192, 168, 0, 0), "sdf-wt", "private"},
    {V4_ADDR(192, 168, 255, 255), "sdf-wt", "private"},
    {V4_ADDR(192, 169, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(198, 17, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(198, 18, 0, 0), "sdf-wt", "benchmarks"},
    {V4_ADDR(198, 19, 255, 255), "sdf-wt", "benchmarks"},
    {V4_ADDR(198, 20, 0, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(198, 51, 100, 0), "----wt", "documentation"},
    {V4_ADDR(198, 51, 100, 255), "----wt", "documentation"},
    {V4_ADDR(198, 51, 101, 0), "sdf-wt", "ordinary"},
    {V4_ADDR(203, 0, 112, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(203, 0, 113, 0), "----wt", "documentation"},
    {V4_ADDR(203, 0, 113, 255), "----wt", "documentation"},
    {V4_ADDR(223, 255, 255, 255), "sdf-wt", "ordinary"},
    {V4_ADDR(224, 0, 0, 0), "-dfr-t", "group (class D)"},
    {V4_ADDR(239, 255, 255, 255), "-dfr-t", "group (class D)"},
    {V4_ADDR(240, 0, 0, 0), "---r--", "reserved (class E)"},
    {V4_ADDR(255, 255, 255, 254), "---r--", "reserved (class E)"},
    {V4_ADDR(255, 255, 255, 255), "-d-r-t", "limited broadcast"},
};

Test(special, each_block_from_end_to_end)
{
    for (size_t i = 0; i < COUNT(addresses); i++) {
        const struct v4_special *row = v4_special_of(addresses[i].addr);
        char may[] = {row->source ? 's' : '-',
                      row->destination ? 'd' : '-',
                      row->forward ? 'f' : '-',
                      row->reserved ? 'r' : '-',
                      row->from_wire ? 'w' : '-',
                      row->to_wire ? 't' : '-',
                      '\0'};

        cr_expect(strcmp(row->name, addresses[i].name) == 0, "%08x is %s", addresses[i].addr,
                  row->name);
        cr_expect(strcmp(may, addresses[i].may) == 0, "%08x may %s", addresses[i].addr, may);
    }
}

/* The predicates of addr.h are the table's, said in shifts. */
Test(special, agrees_with_the_predicates)
{
    for (size_t i = 0; i < COUNT(addresses); i++) {
        uint32_t addr = addresses[i].addr;
        const struct v4_special *row = v4_special_of(addr);

        cr_expect(v4_special_is_host(addr) == v4_addr_is_host(addr), "%08x", addr);
        cr_expect(v4_addr_is_multicast(addr) == (row->net.len == 4 && row->to_wire), "%08x", addr);
        cr_expect(v4_addr_is_loopback(addr) == (row->net.len == 8 && !row->source), "%08x", addr);
    }
}

/* A row that an earlier one covers would never be found. */
Test(special, each_row_is_reached)
{
    size_t count = 0;

    for (const struct v4_special *row = v4_special_row(0); row != NULL;
         row = v4_special_row(++count)) {
        uint32_t last = row->net.addr | ~v4_addr_mask(row->net.len);
        cr_expect(v4_special_of(row->net.addr) == row || v4_special_of(last) == row ||
                      row->net.len == 0,
                  "%s", row->name);
        cr_expect((row->net.addr & ~v4_addr_mask(row->net.len)) == 0, "%s", row->name);
    }
    cr_expect(count == 19);
    cr_expect(v4_special_row(19) == NULL && v4_special_row(SIZE_MAX) == NULL);
}
