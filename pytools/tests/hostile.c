/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hostile objects for the link sim: the reference, whose shared object is REFERENCE, but for the one
 * thing that KIND says (-DREFERENCE='"..."' -DKIND=flood), which begins with the first frame that
 * holds "hostile" or, for what concerns lines, with the operation udp.bind. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "postel_iut.h"

typedef void emit_fn(void *context, const char *line);

static enum kind {
    flood, flood_large, spins, crashes, leaves, far_interface, raw, too_long, timer,
    lines, events, drip, long_line, no_reply, two_replies
} const kind = KIND;

static struct {
    struct postel_iut *(*open)(const char *);
    void (*input)(struct postel_iut *, unsigned, const uint8_t *, size_t, uint64_t);
    size_t (*output)(struct postel_iut *, unsigned *, uint8_t *);
    uint64_t (*next_timeout)(struct postel_iut *);
    void (*tick)(struct postel_iut *, uint64_t);
    void (*line)(struct postel_iut *, const char *, uint64_t, emit_fn *, void *);
    void (*reset)(struct postel_iut *);
    void (*close)(struct postel_iut *);
} right;

static bool hostile;

struct postel_iut *postel_iut_open(const char *settings)
{
    void *library = dlopen(REFERENCE, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        return NULL;
    right.open = dlsym(library, "postel_iut_open");
    right.input = dlsym(library, "postel_iut_input");
    right.output = dlsym(library, "postel_iut_output");
    right.next_timeout = dlsym(library, "postel_iut_next_timeout");
    right.tick = dlsym(library, "postel_iut_tick");
    right.line = dlsym(library, "postel_iut_line");
    right.reset = dlsym(library, "postel_iut_reset");
    right.close = dlsym(library, "postel_iut_close");
    return right.open(settings);
}

void postel_iut_input(struct postel_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                      uint64_t now)
{
    static const char *const octets = "no message of the protocol";

    hostile |= memmem(frame, len, "hostile", 7) != NULL;
    if (hostile && kind == spins)
        for (volatile bool for_ever = true; for_ever;)
            ;
    if (hostile && kind == crashes)
        *(volatile int *)8 = 0;
    if (hostile && kind == leaves)
        _exit(0);
    if (hostile && kind == raw)
        send(3, octets, strlen(octets), 0);
    right.input(iut, iface, frame, len, now);
}

size_t postel_iut_output(struct postel_iut *iut, unsigned *ret_iface, uint8_t *frame)
{
    size_t len = right.output(iut, ret_iface, frame);

    if (!hostile)
        return len;
    if (kind == flood || kind == flood_large) {
        *ret_iface = 0;
        memset(frame, 0, 60);
        return kind == flood ? 60 : 65549;
    }
    if (kind == too_long && len != 0)
        return 65550;
    if (kind == far_interface)
        *ret_iface = 200;
    return len;
}

uint64_t postel_iut_next_timeout(struct postel_iut *iut)
{
    return kind == timer ? 1 : right.next_timeout(iut);
}

void postel_iut_tick(struct postel_iut *iut, uint64_t now)
{
    right.tick(iut, now);
}

void postel_iut_line(struct postel_iut *iut, const char *line, uint64_t now, emit_fn *emit,
                     void *context)
{
    bool begins = strstr(line, "udp.bind") != NULL;
    static char event[1001] = "* noise data=";

    memset(event + 13, '0', 986);

    for (; begins && kind == lines;)
        emit(context, "* noise data=00000000000000000000000000000000000000000000000000");
    for (int i = 0; begins && kind == events && i < 10000; i++)
        emit(context, event);
    for (; begins && kind == drip; usleep(100000))
        emit(context, "* noise");
    if (begins && kind == long_line) {
        char *text = malloc(150001);
        memset(text, 'x', 150000);
        text[150000] = '\0';
        emit(context, text);
    }
    if (begins && kind == no_reply)
        return;
    right.line(iut, line, now, emit, context);
    if (begins && kind == two_replies)
        right.line(iut, line, now, emit, context);
}

void postel_iut_reset(struct postel_iut *iut)
{
    right.reset(iut);
}

void postel_iut_close(struct postel_iut *iut)
{
    right.close(iut);
}
