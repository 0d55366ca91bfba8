/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/settings.h"
#include "proto/ip_out.h"

static enum v4_error source(struct v4_verb *verb)
{
    uint32_t dst = v4_request_address(verb->request, "dst"), src = V4_ADDR_ANY;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    enum v4_error error = v4_ip_source(verb->core, dst, 0, &src);
    if (error == V4_OK)
        v4_text_address(verb->reply, "value", src);
    return error;
}

const struct v4_setting v4_dst_queries[] = {
    {"source", NULL, source},
    {0},
};
