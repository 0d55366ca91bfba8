/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "port/wire.h"

/* An empty message and the end of file both read as 0. */
static bool hung_up(int fd)
{
    struct pollfd look = {.fd = fd};

    return poll(&look, 1, 0) == 1 && look.revents & (POLLHUP | POLLERR);
}

static long fd_read(int fd, uint8_t *frame)
{
    ssize_t len;

    do /* a frame that is too long for the link is lost on it */
        len = recv(fd, frame, V4_FRAME_MAX, MSG_DONTWAIT | MSG_TRUNC);
    while ((len < 0 && errno == EINTR) || len > V4_FRAME_MAX);
    if (len > 0)
        return len;
    if (len == 0)
        return hung_up(fd) ? V4_WIRE_ENDED : 0;
    return errno == EAGAIN || errno == EWOULDBLOCK ? V4_WIRE_NOTHING : V4_WIRE_ENDED;
}

static bool fd_write(int fd, const uint8_t *frame, size_t len)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};

    for (;;) {
        if (send(fd, frame, len, MSG_NOSIGNAL) >= 0)
            return true;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            poll(&room, 1, -1);
        else if (errno != EINTR)
            return false;
    }
}

bool v4_fd_open(int fd, struct v4_wire *ret_wire)
{
    int type;

    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type}) != 0 ||
        type != SOCK_SEQPACKET)
        return false;
    *ret_wire = (struct v4_wire){fd, fd_read, fd_write};
    return true;
}
