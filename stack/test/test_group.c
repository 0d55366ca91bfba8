/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/group.h"

#define A UINT32_C(0xe9fc0001)
#define B UINT32_C(0xe9fc0002)
#define C UINT32_C(0xe9fc0003)

static const struct v4_filter all = {.mode = V4_FILTER_EXCLUDE}, none;
static struct v4_groups *groups;

static void set_up(void)
{
    groups = v4_groups_open(4, 3);
    cr_assert(groups != NULL);
}

static void tear_down(void)
{
    v4_groups_close(groups);
}

TestSuite(group, .init = set_up, .fini = tear_down);

static enum v4_listen listen(unsigned user, unsigned iface, uint32_t group,
                             const struct v4_filter *filter)
{
    return v4_groups_listen(groups, &(struct v4_listener){user, iface, group}, filter);
}

static const struct v4_filter *filter_of(unsigned user, unsigned iface, uint32_t group)
{
    return v4_groups_filter(groups, &(struct v4_listener){user, iface, group});
}

Test(group, of_a_user_on_an_interface)
{
    cr_expect(listen(1, 0, A, &all) == V4_LISTEN_DONE);
    cr_expect(filter_of(1, 0, A) != NULL && v4_groups_wanted(groups, 0, A) != NULL);
    cr_expect(filter_of(1, 1, A) == NULL && filter_of(2, 0, A) == NULL &&
              filter_of(1, 0, B) == NULL);
    cr_expect(v4_groups_wanted(groups, 1, A) == NULL && v4_groups_wanted(groups, 0, B) == NULL);
}

Test(group, of_each_interface_for_itself)
{
    struct v4_filter one = {.mode = V4_FILTER_INCLUDE, .count = 1, .sources = {7}};

    listen(1, 0, A, &all);
    listen(2, 1, A, &one);
    cr_expect(v4_filter_equal(v4_groups_wanted(groups, 0, A), &all));
    cr_expect(v4_filter_equal(v4_groups_wanted(groups, 1, A), &one));
}

Test(group, is_wanted_until_the_last_has_left)
{
    listen(1, 0, A, &all);
    listen(2, 0, A, &all);
    listen(1, 0, A, &all);
    cr_expect(listen(1, 0, A, &none) == V4_LISTEN_DONE);
    cr_expect(v4_groups_wanted(groups, 0, A) != NULL);
    cr_expect(listen(2, 0, A, &none) == V4_LISTEN_DONE);
    cr_expect(v4_groups_wanted(groups, 0, A) == NULL);
    cr_expect(listen(2, 0, A, &none) == V4_LISTEN_DONE, "nothing once more");
}

Test(group, what_a_user_has)
{
    struct v4_listener who = {.user = 9};

    listen(1, 0, A, &all);
    listen(2, 1, B, &all);
    listen(1, 1, C, &all);
    cr_expect(!v4_groups_of(groups, 3, &who) && who.user == 9);
    for (unsigned i = 0; i < 2; i++) {
        cr_assert(v4_groups_of(groups, 1, &who));
        cr_expect(who.user == 1);
        listen(1, who.iface, who.group, &none);
    }
    cr_expect(!v4_groups_of(groups, 1, &who) && v4_groups_of(groups, 2, &who));
    cr_expect(who.iface == 1 && who.group == B);
}

Test(group, in_the_order_in_which_they_came)
{
    const struct v4_wanted *wanted = NULL;
    uint32_t want[] = {B, A, C};

    for (unsigned i = 0; i < 3; i++)
        listen(1, i, want[i], &all);
    listen(2, 0, B, &all);
    for (unsigned i = 0; i < 3; i++) {
        wanted = v4_groups_next(groups, wanted);
        cr_assert(wanted != NULL);
        cr_expect(wanted->iface == i && wanted->group == want[i]);
    }
    cr_expect(v4_groups_next(groups, wanted) == NULL);
}

Test(group, no_room_for_another_group)
{
    listen(1, 0, A, &all);
    listen(1, 0, B, &all);
    listen(1, 0, C, &all);
    cr_expect(listen(1, 1, A, &all) == V4_LISTEN_FULL);
    cr_expect(filter_of(1, 1, A) == NULL);
    cr_expect(listen(1, 1, A, &none) == V4_LISTEN_DONE, "nothing always is");
    cr_expect(listen(2, 0, A, &all) == V4_LISTEN_DONE, "one that is there");
    cr_expect(listen(3, 0, A, &all) == V4_LISTEN_FULL, "no room for a filter");
    cr_expect(listen(2, 0, A, &all) == V4_LISTEN_DONE, "another in its place");
    listen(1, 0, A, &none);
    cr_expect(listen(3, 0, A, &all) == V4_LISTEN_DONE, "there is room again");
}

static struct v4_filter of_sources(uint32_t first, size_t count)
{
    uint32_t sources[V4_FILTER_SOURCES];
    struct v4_filter filter;

    for (uint32_t i = 0; i < count; i++)
        sources[i] = first + i;
    cr_assert(v4_filter_make(V4_FILTER_INCLUDE, sources, count, &filter));
    return filter;
}

Test(group, too_many_sources_for_the_interface)
{
    struct v4_filter many = of_sources(1000, V4_FILTER_SOURCES), same = of_sources(1000, 5),
                     more = of_sources(2000, 1);

    cr_expect(listen(1, 0, A, &many) == V4_LISTEN_DONE);
    cr_expect(listen(2, 0, A, &same) == V4_LISTEN_DONE, "that are wanted already");
    cr_expect(listen(2, 0, A, &more) == V4_LISTEN_MANY);
    more.sources[more.count++] = 3000;
    more.sources[0] = 500; /* the last of these is wanted already, and the first is one too many */
    more.sources[1] = 1000;
    cr_expect(listen(2, 0, A, &more) == V4_LISTEN_MANY);
    cr_expect(v4_filter_equal(filter_of(2, 0, A), &same), "nothing has changed");
    cr_expect(v4_filter_equal(v4_groups_wanted(groups, 0, A), &many));
    cr_expect(listen(2, 0, B, &more) == V4_LISTEN_DONE, "of another group");
    cr_expect(listen(1, 0, A, &none) == V4_LISTEN_DONE);
    cr_expect(listen(2, 0, A, &more) == V4_LISTEN_DONE);
}

Test(group, of_no_room_at_all)
{
    cr_expect(v4_groups_open(0, 1) == NULL && v4_groups_open(1, 0) == NULL);
    v4_groups_close(NULL);
}
