/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/address.h"
#include "proto/route.h"

static const char *const types[] = {"unicast", "unreachable", "blackhole", "prohibit"};

#define TYPES (sizeof types / sizeof *types)

static bool read_type(struct v4_request *request, enum v4_route_type *ret_type)
{
    if (!v4_request_has(request, "type"))
        return true;
    struct v4_word word = v4_request_word(request, "type");
    for (unsigned i = 0; i < TYPES; i++) {
        if (!v4_word_is(word, types[i]))
            continue;
        *ret_type = (enum v4_route_type)i;
        return true;
    }
    return false;
}

/* The interface on whose network the gateway is; the first one if that is none. */
static unsigned iface_towards(const struct v4_core *core, uint32_t gateway)
{
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (gateway != 0 && v4_address_is_near(core, i, gateway))
            return i;
    return 0;
}

/* RFC1812-2.2.5.2-a: a router has no route to what is no prefix; a host makes one of it. */
static bool is_refused(struct v4_verb *verb)
{
    uint32_t net = v4_request_address(verb->request, "net");
    uint8_t len = (uint8_t)v4_request_number(verb->request, "len", 0, 32);

    return verb->core->switches.forwarding && (net & ~v4_addr_mask(len)) != 0;
}

static bool read_route(struct v4_verb *verb, struct v4_route *ret_route)
{
    struct v4_request *request = verb->request;
    struct v4_route route = {.gateway = v4_request_address_or(request, "gateway", 0)};

    route.addr = v4_request_address(request, "net");
    route.len = (uint8_t)v4_request_number(request, "len", 0, 32);
    route.addr &= v4_addr_mask(route.len);
    route.tos = (uint8_t)v4_request_number_or(request, "tos", 0, UINT8_MAX, 0);
    route.preference = (uint32_t)v4_request_number_or(request, "preference", 0, UINT32_MAX, 0);
    route.iface = (unsigned)v4_request_number_or(request, "iface", 0, V4_IFACES_MAX - 1,
                                                 iface_towards(verb->core, route.gateway));
    if (!read_type(request, &route.type) || !v4_request_understood(request))
        return false;
    *ret_route = route;
    return true;
}

static enum v4_error add(struct v4_verb *verb)
{
    struct v4_route route;

    if (is_refused(verb) || !read_route(verb, &route))
        return V4_EINVAL;
    return v4_route_add(verb->core, &route);
}

/* Does what the request says of a route hold for this one? */
static bool fits(const struct v4_verb *verb, const struct v4_route *asked,
                 const struct v4_route *route)
{
    const struct v4_request *request = verb->request;

    return route->addr == asked->addr && route->len == asked->len &&
           (!v4_request_has(request, "gateway") || route->gateway == asked->gateway) &&
           (!v4_request_has(request, "iface") || route->iface == asked->iface) &&
           (!v4_request_has(request, "preference") || route->preference == asked->preference) &&
           (!v4_request_has(request, "tos") || route->tos == asked->tos) &&
           (!v4_request_has(request, "type") || route->type == asked->type);
}

static enum v4_error del(struct v4_verb *verb)
{
    const struct v4_route *route;
    struct v4_route asked;

    if (!read_route(verb, &asked))
        return V4_EINVAL;
    for (size_t i = 0; (route = v4_routes_at(verb->core->routes, i)) != NULL; i++) {
        if (!fits(verb, &asked, route))
            continue;
        struct v4_route gone = *route;
        v4_routes_remove(verb->core->routes, &gone);
        return V4_OK;
    }
    return V4_ENOENT;
}

static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_route *route;
    unsigned only;

    if (!v4_verb_only(verb, &only))
        return V4_EINVAL;
    for (size_t i = 0; (route = v4_routes_at(verb->core->routes, i)) != NULL; i++) {
        if (!v4_verb_wants(only, route->iface))
            continue;
        v4_text_start(verb->line);
        v4_text_put(verb->line, "* route");
        v4_text_address(verb->line, "net", route->addr);
        v4_text_put(verb->line, " len=%u", route->len);
        if (route->gateway != 0)
            v4_text_address(verb->line, "gateway", route->gateway);
        v4_text_put(verb->line, " iface=%u preference=%u tos=%u type=%s", route->iface,
                    route->preference, route->tos, types[route->type]);
        verb->emit(verb->context, verb->line->octets);
    }
    return V4_OK;
}

const struct v4_kind v4_route_kind = {"route", add, del, list};

static enum v4_error advise(struct v4_verb *verb)
{
    uint32_t dst = v4_request_address(verb->request, "dst");
    bool good = v4_request_number(verb->request, "good", 0, 1) == 1;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    v4_route_advise(verb->core, dst, good); /* RFC1122-3.3.1.4-f */
    return V4_OK;
}

const struct v4_kind v4_advice_kind = {"advice", advise, NULL, NULL};
