/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/user.h"
#include <stddef.h>
#include "wire/addr.h"

const char *v4_error_name(enum v4_error error)
{
    static const char *const names[] = {
        [V4_OK] = "OK",
        [V4_EINVAL] = "EINVAL",
        [V4_EBADF] = "EBADF",
        [V4_EADDRINUSE] = "EADDRINUSE",
        [V4_EADDRNOTAVAIL] = "EADDRNOTAVAIL",
        [V4_EMSGSIZE] = "EMSGSIZE",
        [V4_ENETUNREACH] = "ENETUNREACH",
        [V4_EHOSTUNREACH] = "EHOSTUNREACH",
        [V4_EACCES] = "EACCES",
        [V4_ECONNREFUSED] = "ECONNREFUSED",
        [V4_EPROTO] = "EPROTO",
        [V4_ENOBUFS] = "ENOBUFS",
        [V4_ENOENT] = "ENOENT",
        [V4_EEXIST] = "EEXIST",
        [V4_EOPNOTSUPP] = "EOPNOTSUPP",
    };

    return names[error];
}

enum v4_df v4_df_meant(unsigned number)
{
    static const enum v4_df meant[] = {V4_DF_CLEAR, V4_DF_SET, V4_DF_PROBE};

    return meant[number];
}

struct v4_send v4_send_default(uint32_t dst, struct v4_span data)
{
    return (struct v4_send){
        .dst = dst,
        .ttl = v4_addr_is_multicast(dst) ? 1 : V4_TTL_DEFAULT, /* RFC1112-6.1-b */
        .data = data,
    };
}
