/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/held.h"

static struct v4_held held;
static struct v4_list list;

static void open_held(void)
{
    cr_assert(v4_held_open(&held, 2, 2, 8));
    v4_list_open(&list);
}

static void close_held(void)
{
    v4_held_close(&held);
}

TestSuite(held, .init = open_held, .fini = close_held);

static void keep(const char *octets)
{
    struct v4_span datagram = {(const uint8_t *)octets, strlen(octets)};

    v4_list_append(&list, &v4_held_keep(&held, datagram)->link);
}

Test(held, all_that_were_in_a_list_have_room_again)
{
    keep("one");
    keep("two");
    keep("three");
    cr_expect(v4_pool_left(&held.pool) == 1);
    v4_held_give_all(&held, &list);
    cr_expect(v4_held_first(&list) == NULL);
    cr_expect(v4_pool_left(&held.pool) == 4);
    v4_held_give_all(&held, &list);
    cr_expect(v4_pool_left(&held.pool) == 4, "of none there is none");
}

Test(held, the_first_is_the_one_that_waits_longest)
{
    keep("one");
    keep("12345678");
    struct v4_held_one *first = v4_held_first(&list);
    struct v4_span octets = v4_held_octets(first);
    cr_expect(octets.len == 3 && memcmp(octets.octets, "one", 3) == 0);
    v4_list_remove(&first->link);
    v4_held_give(&held, first);
    octets = v4_held_octets(v4_held_first(&list));
    cr_expect(octets.len == 8 && memcmp(octets.octets, "12345678", 8) == 0);
    v4_held_give_all(&held, &list);
}

Test(held, none_where_none_may_wait)
{
    struct v4_held none = {0};

    cr_expect(v4_held_open(&none, 2, 2, 0));
    v4_held_close(&none);
    cr_expect(!v4_held_open(&none, 2, SIZE_MAX, 8), "more than there can be");
    cr_expect(!v4_held_open(&none, 2, 2, SIZE_MAX));
}
