/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/profile.h"
#include <string.h>

static const struct v4_profile profiles[] = {
    {
        .name = "modern",
        .group_echo = false,
        .reply_tos = V4_TOS_DSCP,
        .error_tos = V4_TOS_ZERO,
        .long_quotes = true,
        .link_broadcast_must_match = true,
        .zero_broadcasts = false,
        .classful_broadcasts = false,
        .igmp = 3,
        .group_by_user = true,
        .source_specific = true,
        .information = false,
        .redirects_by_tos = false,
        .ttl_0_destroyed = false,
        .strict_options = true,
        .source_quench = false,
        .far_576 = false,
        .pmtu = V4_PMTU_ALWAYS,
        .ident_6864 = true,
        .reassembly_seconds = 60,
        .reassembly_by_ttl = false,
        .overlap = V4_OVERLAP_DROP,
        .tiny_refused = true,
    },
    {
        .name = "rfc791",
        .group_echo = true,
        .reply_tos = 0,
        .error_tos = V4_TOS_ZERO,
        .long_quotes = false,
        .link_broadcast_must_match = false,
        .zero_broadcasts = true,
        .classful_broadcasts = true,
        .igmp = 1,
        .group_by_user = false,
        .source_specific = false,
        .information = true,
        .redirects_by_tos = true,
        .ttl_0_destroyed = true,
        .strict_options = false,
        .source_quench = true,
        .far_576 = true,
        .pmtu = V4_PMTU_IGNORED,
        .ident_6864 = false,
        .reassembly_seconds = 15,
        .reassembly_by_ttl = true,
        .overlap = V4_OVERLAP_LAST,
        .tiny_refused = false,
    },
    {
        .name = "rfc1122",
        .group_echo = true,
        .reply_tos = 0,
        .error_tos = V4_TOS_ZERO,
        .long_quotes = false,
        .link_broadcast_must_match = true,
        .zero_broadcasts = true,
        .classful_broadcasts = true,
        .igmp = 1,
        .group_by_user = false,
        .source_specific = false,
        .information = false,
        .redirects_by_tos = true,
        .ttl_0_destroyed = false,
        .strict_options = false,
        .source_quench = true,
        .far_576 = true,
        .pmtu = V4_PMTU_IGNORED,
        .ident_6864 = false,
        .reassembly_seconds = 60,
        .reassembly_by_ttl = false,
        .overlap = V4_OVERLAP_LAST,
        .tiny_refused = false,
    },
    {
        .name = "rfc1812",
        .group_echo = true,
        .reply_tos = V4_TOS_OF_1349,
        .error_tos = V4_TOS_CONTROL,
        .long_quotes = true,
        .link_broadcast_must_match = true,
        .zero_broadcasts = false,
        .classful_broadcasts = false,
        .igmp = 1,
        .group_by_user = false,
        .source_specific = false,
        .information = false,
        .redirects_by_tos = true,
        .ttl_0_destroyed = false,
        .strict_options = false,
        .source_quench = true,
        .far_576 = false,
        .pmtu = V4_PMTU_ASKED,
        .ident_6864 = false,
        .reassembly_seconds = 60,
        .reassembly_by_ttl = false,
        .overlap = V4_OVERLAP_LAST,
        .tiny_refused = false,
    },
};

#define PROFILES (sizeof profiles / sizeof *profiles)

const struct v4_profile *v4_profile_find(const char *name)
{
    for (size_t i = 0; i < PROFILES; i++)
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    return NULL;
}

const char *v4_profile_name(size_t index)
{
    return index < PROFILES ? profiles[index].name : NULL;
}
