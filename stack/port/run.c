/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/run.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/advance.h"
#include "port/confine.h"
#include "port/lines.h"
#include "port/wire.h"

#define BURST 4096         /* frames: more than a TAP or a socket holds */
#define OUT_MAX (1u << 20) /* octets of lines that are kept until the frames are out */

struct run {
    struct v4_iut iut;
    struct v4_wire wires[V4_IFACES];
    unsigned ifaces;
    bool real_clock;
    v4_time started, now;
    bool ended; /* somebody on the other side is gone */
    bool no_memory;
    struct v4_lines_in in;
    struct v4_lines_out out;
    uint8_t frame[V4_FRAME_MAX];
};

static v4_time clock_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (v4_time)now.tv_sec * V4_SECOND + (v4_time)now.tv_nsec;
}

static void look_at_the_clock(struct run *run)
{
    if (run->real_clock)
        run->now = clock_now() - run->started;
}

/* Sends all that waits to be sent. */
static void drain(struct run *run)
{
    unsigned iface;
    size_t len;

    while ((len = run->iut.calls.output(run->iut.it, &iface, run->frame)) != 0)
        if (iface < run->ifaces && !run->wires[iface].write(run->wires[iface].fd, run->frame, len))
            run->ended = true;
}

static v4_time next_timeout(void *context)
{
    struct run *run = context;

    return run->iut.calls.next_timeout(run->iut.it);
}

static void tick(void *context, v4_time now)
{
    struct run *run = context;

    run->iut.calls.tick(run->iut.it, now);
    drain(run);
}

/* All that was on the wires when it began, and not what keeps coming: a flood holds up neither the
 * timers nor the user. */
static void take_frames(struct run *run)
{
    long len = V4_WIRE_NOTHING;

    for (unsigned n = 0; n < run->ifaces; n++) {
        const struct v4_wire *wire = &run->wires[n];
        for (unsigned i = 0; i < BURST && (len = wire->read(wire->fd, run->frame)) >= 0; i++) {
            look_at_the_clock(run);
            if (!v4_iut_input(&run->iut, n, run->frame, (size_t)len, run->now))
                run->no_memory = true;
            drain(run);
        }
        if (len == V4_WIRE_ENDED)
            run->ended = true;
    }
}

static void keep(void *context, const char *line)
{
    struct run *run = context;

    /* An object that tells without end must not fill the memory. The last line, the reply, is kept.
     */
    if (run->out.len > OUT_MAX && !v4_lines_write(&run->out, STDOUT_FILENO)) {
        run->ended = true;
        run->out.len = 0;
    }
    if (!v4_lines_keep(&run->out, line))
        run->no_memory = true;
}

static void take_line(struct run *run, const char *line)
{
    char sync[V4_ADVANCE_SYNC];
    v4_time until;
    enum v4_advance advance = V4_ADVANCE_NOT;

    look_at_the_clock(run);
    if (!run->real_clock)
        advance = v4_advance_parse(line, run->now, &until, sync);
    if (advance == V4_ADVANCE)
        v4_advance(&run->now, until, next_timeout, tick, run);
    if (advance == V4_ADVANCE_INVALID)
        keep(run, sync);
    else
        run->iut.calls.line(run->iut.it, advance == V4_ADVANCE ? sync : line, run->now, keep, run);
    drain(run);
    if (!v4_lines_write(&run->out, STDOUT_FILENO))
        run->ended = true;
}

/* How long poll() may wait: until the next timer, rounded up, or (-1) for something to happen. */
static int patience(struct run *run)
{
    v4_time next = next_timeout(run);

    if (!run->real_clock || next == V4_NEVER)
        return -1;
    look_at_the_clock(run);
    v4_time ms = next <= run->now ? 0 : (next - run->now + V4_MS - 1) / V4_MS;
    return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

static int serve(struct run *run)
{
    struct pollfd look[V4_IFACES + 1] = {{.fd = STDIN_FILENO, .events = POLLIN}};
    const char *line;

    for (unsigned n = 0; n < run->ifaces; n++)
        look[n + 1] = (struct pollfd){.fd = run->wires[n].fd, .events = POLLIN};
    while (!run->ended && !run->no_memory) {
        if (poll(look, run->ifaces + 1, patience(run)) < 0)
            continue; /* a signal: nothing is known about the descriptors */
        if (look[0].revents != 0 && !v4_lines_read(&run->in, STDIN_FILENO))
            run->ended = true;
        /* After the requests were read: what was on a wire before them comes before them. */
        take_frames(run);
        while (!run->no_memory && (line = v4_lines_next(&run->in)) != NULL)
            take_line(run, line);
        look_at_the_clock(run);
        if (run->real_clock && next_timeout(run) <= run->now)
            tick(run, run->now);
    }
    return run->no_memory ? V4_EXIT_ENVIRONMENT : V4_EXIT_OK;
}

/* NULL, or what is wrong. */
static const char *open_wire(struct run *run, const struct v4_arguments *arguments, unsigned n)
{
    const char *tap = arguments->wires[n].tap;
    static char why[128];

    run->ifaces = n + 1;
    if (tap != NULL && !v4_tap_open(tap, &run->wires[n])) {
        snprintf(why, sizeof why, "cannot open the TAP %s: %s", tap, strerror(errno));
        return why;
    }
    if (tap == NULL && !v4_fd_open(arguments->wires[n].fd, &run->wires[n])) {
        snprintf(why, sizeof why, "descriptor %d is no open SOCK_SEQPACKET socket",
                 arguments->wires[n].fd);
        return why;
    }
    return NULL;
}

int v4_run(const char *program, const struct v4_arguments *arguments, const struct v4_iut *iut)
{
    static struct run run;

    run.iut = *iut;
    run.real_clock = arguments->real_clock;
    run.started = clock_now();
    for (unsigned n = 0; n < arguments->ifaces; n++) {
        const char *why = open_wire(&run, arguments, n);
        if (why != NULL) {
            fprintf(stderr, "%s: %s\n", program, why);
            return V4_EXIT_ENVIRONMENT;
        }
    }
    if (!v4_iut_open(&run.iut, arguments->settings)) {
        fprintf(stderr, "%s: the stack cannot run with these settings:\n%s", program,
                arguments->settings);
        return V4_EXIT_IUT;
    }
    signal(SIGPIPE, SIG_IGN);
    if (!arguments->unconfined)
        v4_confine(run.iut.foreign);
    drain(&run);
    int code = serve(&run);
    run.iut.calls.close(run.iut.it);
    free(run.out.octets);
    if (run.no_memory)
        fprintf(stderr, "%s: out of memory\n", program);
    return code;
}
