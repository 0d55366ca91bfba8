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

/* Of the longest packet that goes there in one piece all but so many octets. */
static enum v4_error longest(struct v4_verb *verb, unsigned less)
{
    uint32_t dst = v4_request_address(verb->request, "dst"), src = V4_ADDR_ANY;

    if (!v4_request_understood(verb->request))
        return V4_EINVAL;
    enum v4_error error = v4_ip_source(verb->core, dst, 0, &src); /* is there a way? */
    if (error == V4_OK)
        v4_text_put(verb->reply, " value=%u", v4_ip_path_mtu(verb->core, dst) - less);
    return error;
}

static enum v4_error pmtu(struct v4_verb *verb)
{
    return longest(verb, 0);
}

/* RFC1122-3.3.3-a: MMS_S */
static enum v4_error mms_s(struct v4_verb *verb)
{
    return longest(verb, V4_IP_HEADER_MIN);
}

const struct v4_setting v4_dst_queries[] = {
    {"pmtu", NULL, pmtu},
    {"mms-s", NULL, mms_s},
    {"source", NULL, source},
    {0},
};
