/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/conflict.h"
#include "proto/iface.h"
#include "proto/link_local.h"
#include "proto/router.h"

static enum v4_error set_up(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    bool up = v4_request_number(verb->request, "value", 0, 1) == 1;

    if (!v4_request_understood(verb->request) || iface >= verb->core->config.iface_count)
        return V4_EINVAL;
    bool comes = up && !verb->core->ifaces[iface].up;
    enum v4_error error = v4_iface_set_up(verb->core, iface, up);
    if (comes)
        v4_conflict_up(verb->core, iface);
    return error;
}

static enum v4_error set_promiscuous(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    bool promiscuous = v4_request_number(verb->request, "value", 0, 1) == 1;

    return v4_request_understood(verb->request)
               ? v4_iface_set_promiscuous(verb->core, iface, promiscuous)
               : V4_EINVAL;
}

static enum v4_error set_mtu(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    uint64_t mtu = v4_request_number(verb->request, "value", 0, UINT32_MAX);

    return v4_request_understood(verb->request) ? v4_iface_set_mtu(verb->core, iface, mtu)
                                                : V4_EINVAL;
}

static enum v4_error set_mac(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    struct v4_mac mac = v4_request_mac(verb->request, "value");

    return v4_request_understood(verb->request) ? v4_iface_set_mac(verb->core, iface, mac)
                                                : V4_EINVAL;
}

static enum v4_error set_discovery(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    bool on = v4_request_number(verb->request, "value", 0, 1) == 1;

    return v4_request_understood(verb->request) ? v4_router_set_discovery(verb->core, iface, on)
                                                : V4_EINVAL;
}

static enum v4_error set_solicited(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    uint32_t addr = v4_request_address(verb->request, "value");

    return v4_request_understood(verb->request) ? v4_router_set_solicited(verb->core, iface, addr)
                                                : V4_EINVAL;
}

/* The state of the interface that the request names, or NULL. */
static const struct v4_iface_state *state(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);

    return v4_request_understood(verb->request) && iface < verb->core->config.iface_count
               ? &verb->core->ifaces[iface]
               : NULL;
}

static enum v4_error get_up(struct v4_verb *verb)
{
    const struct v4_iface_state *iface = state(verb);

    if (iface == NULL)
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%d", iface->up);
    return V4_OK;
}

static enum v4_error get_promiscuous(struct v4_verb *verb)
{
    const struct v4_iface_state *iface = state(verb);

    if (iface == NULL)
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%d", iface->promiscuous);
    return V4_OK;
}

static enum v4_error get_mtu(struct v4_verb *verb)
{
    const struct v4_iface_state *iface = state(verb);

    if (iface == NULL)
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%u", iface->mtu);
    return V4_OK;
}

static enum v4_error get_mac(struct v4_verb *verb)
{
    const struct v4_iface_state *iface = state(verb);

    if (iface == NULL)
        return V4_EINVAL;
    v4_text_mac(verb->reply, "value", iface->mac);
    return V4_OK;
}

static enum v4_error get_discovery(struct v4_verb *verb)
{
    const struct v4_iface_state *iface = state(verb);

    if (iface == NULL)
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%d", iface->discovery);
    return V4_OK;
}

static enum v4_error get_solicited(struct v4_verb *verb)
{
    const struct v4_iface_state *iface = state(verb);

    if (iface == NULL)
        return V4_EINVAL;
    v4_text_address(verb->reply, "value", iface->solicited);
    return V4_OK;
}

static enum v4_error set_link_local(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);
    bool on = v4_request_number(verb->request, "value", 0, 1) == 1;

    if (!v4_request_understood(verb->request) || iface >= verb->core->config.iface_count)
        return V4_EINVAL;
    v4_link_local_set(verb->core, iface, on);
    return V4_OK;
}

static enum v4_error get_link_local(struct v4_verb *verb)
{
    unsigned iface = v4_verb_iface(verb);

    if (!v4_request_understood(verb->request) || iface >= verb->core->config.iface_count)
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%d", verb->core->state.link_local[iface].on);
    return V4_OK;
}

const struct v4_setting v4_iface_settings[] = {
    {"link-local", set_link_local, get_link_local},
    {"up", set_up, get_up},
    {"promiscuous", set_promiscuous, get_promiscuous},
    {"mtu", set_mtu, get_mtu},
    {"mac", set_mac, get_mac},
    {"router-discovery", set_discovery, get_discovery},
    {"solicitation-address", set_solicited, get_solicited},
    {0},
};
