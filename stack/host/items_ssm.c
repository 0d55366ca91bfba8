/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/core.h"

#define GROUP_BITS 4 /* that all groups have in common */

static bool read_range(struct v4_verb *verb, struct v4_prefix *ret_range)
{
    uint8_t len = (uint8_t)v4_request_number(verb->request, "len", GROUP_BITS, 32);
    uint32_t net = v4_request_address(verb->request, "net") & v4_addr_mask(len);

    *ret_range = (struct v4_prefix){net, len};
    return v4_request_understood(verb->request) && v4_addr_is_multicast(net);
}

static enum v4_error add(struct v4_verb *verb)
{
    struct v4_ssm *ssm = &verb->core->ssm;
    struct v4_prefix range;

    if (!read_range(verb, &range))
        return V4_EINVAL;
    if (v4_ssm_find(ssm, range) != NULL)
        return V4_EEXIST;
    return v4_ssm_add(ssm, range) ? V4_OK : V4_ENOBUFS;
}

static enum v4_error del(struct v4_verb *verb)
{
    const struct v4_prefix *found;
    struct v4_prefix range;

    if (!read_range(verb, &range))
        return V4_EINVAL;
    found = v4_ssm_find(&verb->core->ssm, range);
    if (found == NULL)
        return V4_ENOENT;
    v4_ssm_remove(&verb->core->ssm, found);
    return V4_OK;
}

static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_ssm *ssm = &verb->core->ssm;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    for (size_t i = 0; i < ssm->count; i++) {
        v4_text_start(verb->line);
        v4_text_put(verb->line, "* ssm-range");
        v4_text_address(verb->line, "net", ssm->ranges[i].addr);
        v4_text_put(verb->line, " len=%u", ssm->ranges[i].len);
        verb->emit(verb->context, verb->line->octets);
    }
    return V4_OK;
}

const struct v4_kind v4_ssm_kind = {"ssm-range", add, del, list};
