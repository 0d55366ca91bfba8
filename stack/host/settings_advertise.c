/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/advertise.h"

/* The state of the interface that the request names last of all that is read; NULL: the request is
 * at fault, or it is none of ours. */
static struct v4_iface_state *read_iface(struct v4_verb *verb, unsigned *ret_iface)
{
    *ret_iface = v4_verb_iface(verb);
    return v4_request_understood(verb->request) && *ret_iface < verb->core->config.iface_count
               ? &verb->core->ifaces[*ret_iface]
               : NULL;
}

static enum v4_error tell(struct v4_verb *verb, unsigned value)
{
    v4_text_put(verb->reply, " value=%u", value);
    return V4_OK;
}

static enum v4_error set_advertise(struct v4_verb *verb)
{
    uint64_t on = v4_request_number(verb->request, "value", 0, 1);
    unsigned iface;
    struct v4_iface_state *state = read_iface(verb, &iface);

    if (state == NULL)
        return V4_EINVAL;
    state->advertise = on;
    return V4_OK;
}

static enum v4_error get_advertise(struct v4_verb *verb)
{
    unsigned iface;
    const struct v4_iface_state *state = read_iface(verb, &iface);

    return state == NULL ? V4_EINVAL : tell(verb, state->advertise);
}

static enum v4_error set_address(struct v4_verb *verb)
{
    uint32_t addr = v4_request_address(verb->request, "value");
    unsigned iface;

    return read_iface(verb, &iface) == NULL ? V4_EINVAL
                                            : v4_advertise_set_address(verb->core, iface, addr);
}

static enum v4_error get_address(struct v4_verb *verb)
{
    unsigned iface;
    const struct v4_iface_state *state = read_iface(verb, &iface);

    if (state == NULL)
        return V4_EINVAL;
    v4_text_address(verb->reply, "value", state->advertised_to);
    return V4_OK;
}

enum variable {
    MAX,
    MIN,
    LIFETIME
};

/* RFC1812-4.3.3.10-b */
static enum v4_error set_variable(struct v4_verb *verb, enum variable which)
{
    unsigned value = (unsigned)v4_request_number(verb->request, "value", 1, UINT16_MAX), iface;
    struct v4_iface_state *state = read_iface(verb, &iface);

    if (state == NULL)
        return V4_EINVAL;
    struct v4_advertiser *is = &state->advertiser;
    return v4_advertiser_set(is, which == MAX ? value : is->max, which == MIN ? value : is->min,
                             which == LIFETIME ? value : is->lifetime, verb->core->now,
                             &verb->core->rng)
               ? V4_OK
               : V4_EINVAL;
}

static enum v4_error get_variable(struct v4_verb *verb, enum variable which)
{
    unsigned iface;
    const struct v4_iface_state *state = read_iface(verb, &iface);

    if (state == NULL)
        return V4_EINVAL;
    const struct v4_advertiser *is = &state->advertiser;
    return tell(verb, which == MAX   ? is->max
                      : which == MIN ? v4_advertiser_min(is)
                                     : v4_advertiser_lifetime(is));
}

static enum v4_error set_max(struct v4_verb *verb)
{
    return set_variable(verb, MAX);
}

static enum v4_error get_max(struct v4_verb *verb)
{
    return get_variable(verb, MAX);
}

static enum v4_error set_min(struct v4_verb *verb)
{
    return set_variable(verb, MIN);
}

static enum v4_error get_min(struct v4_verb *verb)
{
    return get_variable(verb, MIN);
}

static enum v4_error set_lifetime(struct v4_verb *verb)
{
    return set_variable(verb, LIFETIME);
}

static enum v4_error get_lifetime(struct v4_verb *verb)
{
    return get_variable(verb, LIFETIME);
}

const struct v4_setting v4_advertise_settings[] = {
    {"advertise", set_advertise, get_advertise},
    {"advertise-address", set_address, get_address},
    {"advertise-max", set_max, get_max},
    {"advertise-min", set_min, get_min},
    {"advertise-lifetime", set_lifetime, get_lifetime},
    {0},
};
