/* SPDX-License-Identifier: BSD-2-Clause
 *
 * postel-sim OBJECT FD: runs the shared object of an IUT in virtual time, driven over a SOCK_SEQPACKET descriptor
 * (docs/iut.md). It is a process of its own so that a crash is the IUT's and not the harness's. */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../conformance/iut/postel_iut.h"
#include "base/time.h"
#include "host/request.h"
#include "port/advance.h"

#define FRAME_MAX 65549
#define USAGE 2

struct object {
    struct postel_iut *(*open)(const char *);
    void (*input)(struct postel_iut *, unsigned, const uint8_t *, size_t, uint64_t);
    size_t (*output)(struct postel_iut *, unsigned *, uint8_t *);
    uint64_t (*next_timeout)(struct postel_iut *);
    void (*tick)(struct postel_iut *, uint64_t);
    void (*line)(struct postel_iut *, const char *, uint64_t, void (*)(void *, const char *), void *);
    void (*close)(struct postel_iut *);
};

struct sim {
    struct object object;
    struct postel_iut *iut; /* NULL before `S` */
    int fd;
    v4_time now;
    char in[V4_LINE_MAX + 3]; /* a kind, the longest line and NUL; a frame with its head is shorter */
    char out[V4_LINE_MAX + 3];
};

_Noreturn static void fail(const char *what, const char *why)
{
    fprintf(stderr, "postel-sim: %s: %s\n", what, why);
    exit(USAGE);
}

static void send_out(const struct sim *sim, size_t len)
{
    ssize_t sent;

    do
        sent = send(sim->fd, sim->out, len, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent == (ssize_t)len)
        return;
    if (errno == EPIPE || errno == ECONNRESET)
        exit(0); /* nobody listens any more: the end of input */
    fail("cannot send to the harness", strerror(errno));
}

static void send_line(void *context, const char *line)
{
    struct sim *sim = context;
    size_t len = strnlen(line, V4_LINE_MAX + 1);

    if (len > V4_LINE_MAX)
        fail("the object", "emitted a line of more than 140,000 octets");
    sim->out[0] = 'l';
    memcpy(sim->out + 1, line, len);
    send_out(sim, len + 1);
}

static void drain(struct sim *sim)
{
    unsigned iface;
    size_t len;

    while ((len = sim->object.output(sim->iut, &iface, (uint8_t *)sim->out + 2)) != 0) {
        if (len > FRAME_MAX)
            fail("the object", "sent a frame of more than 65,549 octets");
        sim->out[0] = 'f';
        sim->out[1] = (char)iface;
        send_out(sim, len + 2);
    }
}

static uint64_t next_timeout(void *context)
{
    struct sim *sim = context;

    return sim->object.next_timeout(sim->iut);
}

static void tick(void *context, v4_time now)
{
    struct sim *sim = context;

    sim->now = now;
    sim->object.tick(sim->iut, now);
    drain(sim);
}

static void on_settings(struct sim *sim, const char *settings)
{
    if (sim->iut != NULL)
        fail("message S", "came twice; start another postel-sim");
    sim->iut = sim->object.open(settings);
    if (sim->iut == NULL)
        fail("the object", "cannot run with these settings (postel_iut_open gave NULL)");
}

static void on_frame(struct sim *sim, const char *message, size_t len)
{
    if (len < 1)
        fail("message F", "has no interface");
    if (len - 1 > FRAME_MAX)
        fail("message F", "has a frame of more than 65,549 octets");
    /* Its own allocation, of its exact size: a sanitizer in the object sees one octet too many. */
    uint8_t *frame = malloc(len - 1);
    if (frame == NULL && len > 1)
        fail("message F", "no memory");
    if (len > 1)
        memcpy(frame, message + 1, len - 1);
    sim->object.input(sim->iut, (uint8_t)message[0], frame, len - 1, sim->now);
    free(frame);
    drain(sim);
}

static void on_line(struct sim *sim, const char *line)
{
    char sync[V4_ADVANCE_SYNC];
    v4_time until;

    switch (v4_advance_parse(line, sim->now, &until, sync)) {
    case V4_ADVANCE_NOT:
        sim->object.line(sim->iut, line, sim->now, send_line, sim);
        break;
    case V4_ADVANCE_INVALID:
        send_line(sim, sync);
        break;
    case V4_ADVANCE:
        v4_advance(&sim->now, until, next_timeout, tick, sim);
        sim->object.line(sim->iut, sync, sim->now, send_line, sim);
        break;
    }
    drain(sim);
}

/* False at the end of input. */
static bool serve(struct sim *sim)
{
    ssize_t len;

    do
        len = recv(sim->fd, sim->in, sizeof sim->in - 1, MSG_TRUNC);
    while (len < 0 && errno == EINTR);
    if (len == 0 || (len < 0 && errno == ECONNRESET))
        return false;
    if (len < 0)
        fail("cannot read from the harness", strerror(errno));
    if ((size_t)len > sizeof sim->in - 1)
        fail("message from the harness", "is longer than the longest line");
    sim->in[len] = '\0';
    if (sim->in[0] != 'S' && sim->iut == NULL)
        fail("message from the harness", "the first must be S and the settings");

    switch (sim->in[0]) {
    case 'S':
        on_settings(sim, sim->in + 1);
        break;
    case 'F':
        on_frame(sim, sim->in + 1, (size_t)len - 1);
        break;
    case 'L':
        on_line(sim, sim->in + 1);
        break;
    default:
        fail("message from the harness", "is none of S, F and L");
    }
    sim->out[0] = '.';
    send_out(sim, 1);
    return true;
}

static void *symbol(void *library, const char *name)
{
    void *address = dlsym(library, name);

    if (address == NULL)
        fail("the object lacks a call", name);
    return address;
}

static void load(struct object *object, const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        fail("cannot load the object", dlerror());
    *(void **)&object->open = symbol(library, "postel_iut_open");
    *(void **)&object->input = symbol(library, "postel_iut_input");
    *(void **)&object->output = symbol(library, "postel_iut_output");
    *(void **)&object->next_timeout = symbol(library, "postel_iut_next_timeout");
    *(void **)&object->tick = symbol(library, "postel_iut_tick");
    *(void **)&object->line = symbol(library, "postel_iut_line");
    *(void **)&object->close = symbol(library, "postel_iut_close");
    symbol(library, "postel_iut_reset"); /* part of the interface, though the line `reset` does for us */
}

int main(int argc, char **argv)
{
    static struct sim sim;
    int type = 0;
    char *end;

    if (argc != 3) {
        fputs("usage: postel-sim OBJECT FD\n"
              "  OBJECT  a shared object with the calls of postel_iut.h\n"
              "  FD      the number of an inherited SOCK_SEQPACKET descriptor\n",
              stderr);
        return USAGE;
    }
    long fd = strtol(argv[2], &end, 10);
    if (*argv[2] == '\0' || *end != '\0' || fd < 0 || fd > INT32_MAX)
        fail("FD must be a number", argv[2]);
    sim.fd = (int)fd;
    if (getsockopt(sim.fd, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type}) != 0 ||
        type != SOCK_SEQPACKET)
        fail("FD must be an open SOCK_SEQPACKET socket", argv[2]);
    load(&sim.object, argv[1]);
    while (serve(&sim))
        ;
    if (sim.iut != NULL)
        sim.object.close(sim.iut);
    return 0;
}
