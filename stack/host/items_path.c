/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "table/pmtu.h"
#include "wire/addr.h"

static enum v4_error add(struct v4_verb *verb)
{
    uint32_t dst = v4_request_address(verb->request, "dst");
    unsigned mtu = (unsigned)v4_request_number(verb->request, "mtu", V4_PMTU_MIN, UINT16_MAX);

    if (!v4_request_understood(verb->request) || !v4_addr_is_host(dst))
        return V4_EINVAL;
    if (v4_pmtu_is_fixed(verb->core->pmtus, dst))
        return V4_EEXIST;
    return v4_pmtu_fix(verb->core->pmtus, dst, mtu) ? V4_OK : V4_ENOBUFS;
}

static enum v4_error del(struct v4_verb *verb)
{
    uint32_t dst = v4_request_address(verb->request, "dst");

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    if (!v4_pmtu_is_fixed(verb->core->pmtus, dst))
        return V4_ENOENT;
    v4_pmtu_fix(verb->core->pmtus, dst, 0);
    return V4_OK;
}

/* Also what routers have said (RFC1191-6.6-a). */
static enum v4_error list(struct v4_verb *verb)
{
    const struct v4_core *core = verb->core;
    struct v4_pmtu_path path;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    for (size_t i = 0; v4_pmtu_at(core->pmtus, i, &path); i++) {
        v4_text_start(verb->line);
        v4_text_put(verb->line, "* path");
        v4_text_address(verb->line, "dst", path.dst);
        v4_text_put(verb->line, " mtu=%u set=%d", path.mtu, path.fixed);
        if (!path.fixed)
            v4_text_put(verb->line, " age=%llu",
                        (unsigned long long)((core->now - path.changed) / V4_SECOND));
        verb->emit(verb->context, verb->line->octets);
    }
    return V4_OK;
}

const struct v4_kind v4_path_kind = {"path", add, del, list};
