/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/router.h"
#include <stdlib.h>
#include <string.h>

struct v4_routers {
    size_t size;
    struct v4_router routers[];
};

struct v4_routers *v4_routers_open(size_t routers)
{
    struct v4_routers *opened;

    if (routers == 0 || routers > (SIZE_MAX - sizeof *opened) / sizeof *opened->routers)
        return NULL;
    opened = malloc(sizeof *opened + routers * sizeof *opened->routers);
    if (opened == NULL)
        return NULL;
    opened->size = routers;
    v4_routers_reset(opened);
    return opened;
}

void v4_routers_close(struct v4_routers *routers)
{
    free(routers);
}

void v4_routers_reset(struct v4_routers *routers)
{
    memset(routers->routers, 0, routers->size * sizeof *routers->routers);
}

/* A free place, else that of the least preferred. */
static struct v4_router *place(struct v4_routers *routers)
{
    struct v4_router *least = &routers->routers[0];

    for (size_t i = 0; i < routers->size; i++) {
        struct v4_router *each = &routers->routers[i];
        if (each->addr == 0)
            return each;
        if (each->preference < least->preference)
            least = each;
    }
    return least;
}

bool v4_routers_enter(struct v4_routers *routers, const struct v4_router *router,
                      struct v4_router *ret_gone)
{
    struct v4_router *entry = place(routers);

    if (entry->addr != 0 && entry->preference >= router->preference)
        return false;
    *ret_gone = *entry;
    *entry = *router;
    return true;
}

static bool take_out(struct v4_router *entry, struct v4_router *ret_router)
{
    *ret_router = *entry;
    *entry = (struct v4_router){0};
    return true;
}

bool v4_routers_remove(struct v4_routers *routers, unsigned iface, uint32_t addr,
                       struct v4_router *ret_router)
{
    for (size_t i = 0; i < routers->size; i++)
        if (routers->routers[i].addr == addr && routers->routers[i].iface == iface)
            return take_out(&routers->routers[i], ret_router);
    return false;
}

bool v4_routers_expired(struct v4_routers *routers, v4_time now, struct v4_router *ret_router)
{
    for (size_t i = 0; i < routers->size; i++)
        if (routers->routers[i].addr != 0 && routers->routers[i].expires <= now)
            return take_out(&routers->routers[i], ret_router);
    return false;
}

bool v4_routers_leave(struct v4_routers *routers, unsigned iface, struct v4_router *ret_router)
{
    for (size_t i = 0; i < routers->size; i++)
        if (routers->routers[i].addr != 0 && routers->routers[i].iface == iface)
            return take_out(&routers->routers[i], ret_router);
    return false;
}

v4_time v4_routers_next_timeout(const struct v4_routers *routers)
{
    v4_time next = V4_NEVER;

    for (size_t i = 0; i < routers->size; i++)
        if (routers->routers[i].addr != 0 && routers->routers[i].expires < next)
            next = routers->routers[i].expires;
    return next;
}
