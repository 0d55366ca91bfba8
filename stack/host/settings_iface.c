/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "host/settings.h"
#include "proto/iface.h"
#include "proto/link_local.h"
#include "proto/mask_learn.h"
#include "proto/router.h"

/* The last key that is read. False: the request is at fault, or names no interface of ours. */
static bool read_iface(struct v4_verb *verb, unsigned *ret_iface)
{
    *ret_iface = v4_verb_iface(verb);
    return v4_request_understood(verb->request) && *ret_iface < verb->core->config.iface_count;
}

static bool read_number(struct v4_verb *verb, uint64_t max, unsigned *ret_iface,
                        uint64_t *ret_value)
{
    *ret_value = v4_request_number(verb->request, "value", 0, max);
    return read_iface(verb, ret_iface);
}

static enum v4_error set_up(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t up;

    if (!read_number(verb, 1, &iface, &up))
        return V4_EINVAL;
    v4_iface_bring(verb->core, iface, up);
    return V4_OK;
}

static enum v4_error set_promiscuous(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    v4_iface_set_promiscuous(verb->core, iface, on);
    return V4_OK;
}

static enum v4_error set_forwarding(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    verb->core->ifaces[iface].forwarding = on;
    return V4_OK;
}

static enum v4_error set_directed_broadcast(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    verb->core->ifaces[iface].directed_broadcast = on;
    return V4_OK;
}

static enum v4_error set_multicast_forwarding(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    verb->core->ifaces[iface].multicast_forwarding = on;
    return V4_OK;
}

static enum v4_error set_time_exceeded(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    verb->core->ifaces[iface].ends_silently = !on;
    return V4_OK;
}

static enum v4_error set_mask_agent(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    verb->core->ifaces[iface].mask_agent = on;
    return V4_OK;
}

static enum v4_error set_mtu(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t mtu;

    return read_number(verb, UINT32_MAX, &iface, &mtu) ? v4_iface_set_mtu(verb->core, iface, mtu)
                                                       : V4_EINVAL;
}

static enum v4_error set_mac(struct v4_verb *verb)
{
    struct v4_mac mac = v4_request_mac(verb->request, "value");
    unsigned iface;

    return read_iface(verb, &iface) ? v4_iface_set_mac(verb->core, iface, mac) : V4_EINVAL;
}

static enum v4_error set_discovery(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    v4_router_set_discovery(verb->core, iface, on);
    return V4_OK;
}

static enum v4_error set_solicited(struct v4_verb *verb)
{
    uint32_t addr = v4_request_address(verb->request, "value");
    unsigned iface;

    return read_iface(verb, &iface) ? v4_router_set_solicited(verb->core, iface, addr) : V4_EINVAL;
}

static enum v4_error set_link_local(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    if (!read_number(verb, 1, &iface, &on))
        return V4_EINVAL;
    v4_link_local_set(verb->core, iface, on);
    return V4_OK;
}

static enum v4_error tell(struct v4_verb *verb, unsigned value)
{
    v4_text_put(verb->reply, " value=%u", value);
    return V4_OK;
}

static enum v4_error get_up(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].up) : V4_EINVAL;
}

static enum v4_error get_promiscuous(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].promiscuous) : V4_EINVAL;
}

static enum v4_error get_forwarding(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].forwarding) : V4_EINVAL;
}

static enum v4_error get_mask_agent(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].mask_agent) : V4_EINVAL;
}

static enum v4_error get_directed_broadcast(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].directed_broadcast)
                                    : V4_EINVAL;
}

static enum v4_error get_multicast_forwarding(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].multicast_forwarding)
                                    : V4_EINVAL;
}

static enum v4_error get_time_exceeded(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, !verb->core->ifaces[iface].ends_silently)
                                    : V4_EINVAL;
}

static enum v4_error get_mtu(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].mtu) : V4_EINVAL;
}

static enum v4_error get_mac(struct v4_verb *verb)
{
    unsigned iface;

    if (!read_iface(verb, &iface))
        return V4_EINVAL;
    v4_text_mac(verb->reply, "value", verb->core->ifaces[iface].mac);
    return V4_OK;
}

static enum v4_error get_discovery(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->ifaces[iface].discovery) : V4_EINVAL;
}

static enum v4_error get_solicited(struct v4_verb *verb)
{
    unsigned iface;

    if (!read_iface(verb, &iface))
        return V4_EINVAL;
    v4_text_address(verb->reply, "value", verb->core->ifaces[iface].solicited);
    return V4_OK;
}

static enum v4_error get_link_local(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->state.link_local[iface].on)
                                    : V4_EINVAL;
}

static enum v4_error set_mask_learn(struct v4_verb *verb)
{
    unsigned iface;
    uint64_t on;

    return read_number(verb, 1, &iface, &on) ? v4_mask_learn_set(verb->core, iface, on) : V4_EINVAL;
}

static enum v4_error get_mask_learn(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, verb->core->state.mask_learning[iface].on)
                                    : V4_EINVAL;
}

static enum v4_error set_framing(struct v4_verb *verb)
{
    struct v4_word word = v4_request_word(verb->request, "value");
    bool snap = v4_word_is(word, "snap");
    unsigned iface;

    if (!read_iface(verb, &iface) || (!snap && !v4_word_is(word, "ethernet")))
        return V4_EINVAL;
    v4_iface_set_snap(verb->core, iface, snap);
    return V4_OK;
}

static enum v4_error get_framing(struct v4_verb *verb)
{
    unsigned iface;

    if (!read_iface(verb, &iface))
        return V4_EINVAL;
    v4_text_put(verb->reply, " value=%s", verb->core->ifaces[iface].snap ? "snap" : "ethernet");
    return V4_OK;
}

static enum v4_error set_igmp_version(struct v4_verb *verb)
{
    unsigned newest = (unsigned)v4_request_number(verb->request, "value", 1, 3), iface;

    if (!read_iface(verb, &iface))
        return V4_EINVAL;
    v4_reports_speak(verb->core->reports, iface, newest, verb->core->now);
    return V4_OK;
}

static enum v4_error get_igmp_version(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, v4_reports_newest(verb->core->reports, iface))
                                    : V4_EINVAL;
}

/* RFC3376-8.1-a */
static enum v4_error set_igmp_robustness(struct v4_verb *verb)
{
    unsigned times = (unsigned)v4_request_number(verb->request, "value", 1, V4_ROBUSTNESS_MAX);
    unsigned iface;

    if (!read_iface(verb, &iface))
        return V4_EINVAL;
    v4_reports_repeat(verb->core->reports, iface, times);
    return V4_OK;
}

static enum v4_error get_igmp_robustness(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface) ? tell(verb, v4_reports_robustness(verb->core->reports, iface))
                                    : V4_EINVAL;
}

static enum v4_error get_igmp_mode(struct v4_verb *verb)
{
    unsigned iface;

    return read_iface(verb, &iface)
               ? tell(verb, v4_reports_mode(verb->core->reports, iface, verb->core->now))
               : V4_EINVAL;
}

const struct v4_setting v4_iface_settings[] = {
    {"igmp-version", set_igmp_version, get_igmp_version},
    {"igmp-robustness", set_igmp_robustness, get_igmp_robustness},
    {"igmp-mode", NULL, get_igmp_mode},
    {"igmp-querier", v4_set_igmp_querier, v4_get_igmp_querier},
    {"igmp-query-interval", v4_set_igmp_interval, v4_get_igmp_interval},
    {"igmp-response-interval", v4_set_igmp_response, v4_get_igmp_response},
    {"igmp-last-member-interval", v4_set_igmp_last, v4_get_igmp_last},
    {"igmp-last-member-count", v4_set_igmp_count, v4_get_igmp_count},
    {"forwarding", set_forwarding, get_forwarding},
    {"directed-broadcast", set_directed_broadcast, get_directed_broadcast},
    {"multicast-forwarding", set_multicast_forwarding, get_multicast_forwarding},
    {"time-exceeded", set_time_exceeded, get_time_exceeded},
    {"mask-agent", set_mask_agent, get_mask_agent},
    {"framing", set_framing, get_framing},
    {"mask-learn", set_mask_learn, get_mask_learn},
    {"link-local", set_link_local, get_link_local},
    {"up", set_up, get_up},
    {"promiscuous", set_promiscuous, get_promiscuous},
    {"mtu", set_mtu, get_mtu},
    {"mac", set_mac, get_mac},
    {"router-discovery", set_discovery, get_discovery},
    {"solicitation-address", set_solicited, get_solicited},
    {0},
};
