/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A doubly linked list whose links live in what it links. Every call is O(1). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct v4_link {
    struct v4_link *prev, *next;
};

struct v4_list {
    struct v4_link ends; /* next is the first, prev the last */
};

/* The `type` whose member `member` is `link`. */
#define V4_OF(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void v4_list_open(struct v4_list *list)
{
    list->ends.prev = list->ends.next = &list->ends;
}

/* The first link, the one after `link`, or NULL. */
static inline struct v4_link *v4_list_first(const struct v4_list *list)
{
    return list->ends.next == &list->ends ? NULL : list->ends.next;
}

static inline struct v4_link *v4_list_next(const struct v4_list *list, const struct v4_link *link)
{
    return link->next == &list->ends ? NULL : link->next;
}

static inline void v4_list_append(struct v4_list *list, struct v4_link *link)
{
    link->prev = list->ends.prev;
    link->next = &list->ends;
    link->prev->next = link;
    list->ends.prev = link;
}

static inline void v4_list_remove(struct v4_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
}
