/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "port/wire.h"

static long tap_read(int fd, uint8_t *frame)
{
    ssize_t len;

    do
        len = read(fd, frame, V4_FRAME_MAX);
    while (len < 0 && errno == EINTR);
    if (len >= 0)
        return len;
    return errno == EAGAIN ? V4_WIRE_NOTHING : V4_WIRE_ENDED;
}

static bool tap_write(int fd, const uint8_t *frame, size_t len)
{
    ssize_t written;

    do
        written = write(fd, frame, len);
    while (written < 0 && errno == EINTR);
    /* What the device does not take (it is down, or the frame too short) is lost, as on any wire.
     */
    return written >= 0 || errno == EIO || errno == EINVAL || errno == ENOMEM;
}

bool v4_tap_open(const char *name, struct v4_wire *ret_wire)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};

    if (strlen(name) >= sizeof request.ifr_name) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(request.ifr_name, name, strlen(name));
    if (if_nametoindex(name) == 0) /* TUNSETIFF would make one */
        return false;
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (ioctl(fd, TUNSETIFF, &request) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return false;
    }
    *ret_wire = (struct v4_wire){fd, tap_read, tap_write};
    return true;
}
