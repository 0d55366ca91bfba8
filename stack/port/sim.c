/* SPDX-License-Identifier: BSD-2-Clause
 *
 * postel-sim OBJECT FD [--unconfined]: runs the shared object of an IUT in virtual time, driven
 * over a SOCK_SEQPACKET descriptor (docs/iut.md). It is a process of its own so that a crash is the
 * IUT's and not the harness's. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "host/advance.h"
#include "host/request.h"
#include "port/confine.h"
#include "port/iut.h"

#define FRAMES_MAX 100000 /* in answer to one message: nobody would live to see more */

struct sim {
    struct v4_iut iut;
    int fd;
    v4_time now;
    unsigned frames; /* sent since the message came */
    bool unconfined;
    /* A kind, the longest line and NUL; a frame with its head is shorter. */
    char in[V4_LINE_MAX + 3];
    char out[V4_LINE_MAX + 3];
};

_Noreturn static void fail(int code, const char *what, const char *why)
{
    fprintf(stderr, "postel-sim: %s: %s\n", what, why);
    exit(code);
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
        exit(V4_EXIT_OK); /* nobody listens any more: the end of input */
    fail(V4_EXIT_ENVIRONMENT, "cannot send to the harness", strerror(errno));
}

static void send_line(void *context, const char *line)
{
    struct sim *sim = context;
    size_t len = strnlen(line, V4_LINE_MAX + 1);

    if (len > V4_LINE_MAX)
        fail(V4_EXIT_IUT, "the object", "emitted a line of more than 140,000 octets");
    sim->out[0] = 'l';
    memcpy(sim->out + 1, line, len);
    send_out(sim, len + 1);
}

static void drain(struct sim *sim)
{
    unsigned iface;
    size_t len;

    while ((len = sim->iut.calls.output(sim->iut.it, &iface, (uint8_t *)sim->out + 2)) != 0) {
        if (len > V4_FRAME_MAX)
            fail(V4_EXIT_IUT, "the object", "sent a frame of more than 65,549 octets");
        if (++sim->frames > FRAMES_MAX)
            fail(V4_EXIT_IUT, "the object", "sends without end");
        sim->out[0] = 'f';
        sim->out[1] = (char)iface;
        send_out(sim, len + 2);
    }
}

static uint64_t next_timeout(void *context)
{
    struct sim *sim = context;

    return sim->iut.calls.next_timeout(sim->iut.it);
}

static void tick(void *context, v4_time now)
{
    struct sim *sim = context;

    sim->now = now;
    sim->iut.calls.tick(sim->iut.it, now);
    drain(sim);
}

static void on_settings(struct sim *sim, const char *settings)
{
    if (sim->iut.it != NULL)
        fail(V4_EXIT_USAGE, "message S", "came twice; start another postel-sim");
    if (!v4_iut_open(&sim->iut, settings))
        fail(V4_EXIT_IUT, "the object",
             "cannot run with these settings (postel_iut_open gave NULL)");
    if (!sim->unconfined)
        v4_confine(sim->iut.foreign);
}

static void on_frame(struct sim *sim, const char *message, size_t len)
{
    if (len < 1)
        fail(V4_EXIT_USAGE, "message F", "has no interface");
    if (len - 1 > V4_FRAME_MAX)
        fail(V4_EXIT_USAGE, "message F", "has a frame of more than 65,549 octets");
    if (!v4_iut_input(&sim->iut, (uint8_t)message[0], (const uint8_t *)message + 1, len - 1,
                      sim->now))
        fail(V4_EXIT_ENVIRONMENT, "message F", "no memory");
    drain(sim);
}

static void on_line(struct sim *sim, const char *line)
{
    char sync[V4_ADVANCE_SYNC];
    v4_time until;

    switch (v4_advance_parse(line, sim->now, &until, sync)) {
    case V4_ADVANCE_NOT:
        sim->iut.calls.line(sim->iut.it, line, sim->now, send_line, sim);
        break;
    case V4_ADVANCE_INVALID:
        send_line(sim, sync);
        break;
    case V4_ADVANCE:
        v4_advance(&sim->now, until, next_timeout, tick, sim);
        sim->iut.calls.line(sim->iut.it, sync, sim->now, send_line, sim);
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
        fail(V4_EXIT_ENVIRONMENT, "cannot read from the harness", strerror(errno));
    bool fits = (size_t)len <= sizeof sim->in - 1;
    if (!fits && sim->in[0] != 'L')
        fail(V4_EXIT_USAGE, "message from the harness", "is longer than any frame");
    sim->in[fits ? (size_t)len : sizeof sim->in - 1] = '\0';
    sim->frames = 0;
    if (sim->in[0] != 'S' && sim->iut.it == NULL)
        fail(V4_EXIT_USAGE, "message from the harness", "the first must be S and the settings");

    switch (sim->in[0]) {
    case 'S':
        on_settings(sim, sim->in + 1);
        break;
    case 'F':
        on_frame(sim, sim->in + 1, (size_t)len - 1);
        break;
    case 'L':
        /* A line that is too long or holds a NUL becomes an empty one: no grammar has it either. */
        on_line(sim, strlen(sim->in) == (size_t)len ? sim->in + 1 : "");
        break;
    default:
        fail(V4_EXIT_USAGE, "message from the harness", "is none of S, F and L");
    }
    sim->out[0] = '.';
    send_out(sim, 1);
    return true;
}

int main(int argc, char **argv)
{
    static struct sim sim;
    int type = 0;
    char *end;

    sim.unconfined = argc == 4 && strcmp(argv[3], "--unconfined") == 0;
    if (argc != 3 && !sim.unconfined) {
        fprintf(stderr,
                "usage: postel-sim OBJECT FD [--unconfined]\n"
                "  OBJECT  a shared object with the calls of postel_iut.h\n"
                "  FD      the number of an inherited SOCK_SEQPACKET descriptor\n%s",
                v4_confine_help);
        return V4_EXIT_USAGE;
    }
    long fd = strtol(argv[2], &end, 10);
    if (*argv[2] == '\0' || *end != '\0' || fd < 0 || fd > INT32_MAX)
        fail(V4_EXIT_USAGE, "FD must be a number", argv[2]);
    sim.fd = (int)fd;
    if (getsockopt(sim.fd, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type}) != 0 ||
        type != SOCK_SEQPACKET)
        fail(V4_EXIT_USAGE, "FD must be an open SOCK_SEQPACKET socket", argv[2]);
    const char *why = v4_iut_load(argv[1], &sim.iut);
    if (why != NULL)
        fail(V4_EXIT_IUT, "cannot load the object", why);
    while (serve(&sim))
        ;
    if (sim.iut.it != NULL)
        sim.iut.calls.close(sim.iut.it);
    return V4_EXIT_OK;
}
