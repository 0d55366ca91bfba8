/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/lines.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool v4_lines_read(struct v4_lines_in *in, int fd)
{
    memmove(in->octets, in->octets + in->taken, in->len - in->taken);
    in->len -= in->taken;
    in->taken = 0;
    if (in->len == sizeof in->octets) { /* full, and still no LF */
        in->skipping = true;
        in->len = 0;
    }

    ssize_t len = read(fd, in->octets + in->len, sizeof in->octets - in->len);
    if (len < 0)
        return errno == EINTR || errno == EAGAIN;
    in->len += (size_t)len;
    return len > 0;
}

const char *v4_lines_next(struct v4_lines_in *in)
{
    char *line = in->octets + in->taken;
    char *lf = memchr(line, '\n', in->len - in->taken);

    if (lf == NULL)
        return NULL;
    in->taken = (size_t)(lf - in->octets) + 1;
    *lf = '\0';
    bool unusable = in->skipping || strlen(line) != (size_t)(lf - line);
    in->skipping = false;
    return unusable ? "" : line;
}

bool v4_lines_keep(struct v4_lines_out *out, const char *line)
{
    size_t len = strlen(line);

    if (out->room - out->len < len + 1) {
        size_t room = 2 * (out->len + len + 1);
        char *octets = realloc(out->octets, room);
        if (octets == NULL)
            return false;
        out->octets = octets;
        out->room = room;
    }
    memcpy(out->octets + out->len, line, len);
    out->octets[out->len + len] = '\n';
    out->len += len + 1;
    return true;
}

bool v4_lines_write(struct v4_lines_out *out, int fd)
{
    size_t written = 0;

    while (written < out->len) {
        ssize_t len = write(fd, out->octets + written, out->len - written);
        if (len >= 0)
            written += (size_t)len;
        else if (errno == EAGAIN)
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        else if (errno != EINTR)
            return false;
    }
    out->len = 0;
    return true;
}
