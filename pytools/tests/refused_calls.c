/* SPDX-License-Identifier: BSD-2-Clause
 *
 * For the tests of the sandbox: an object that turns against its program once it runs. A line of the
 * upper tester's protocol names the system call that it makes, and the answer says that it went well. */
#define _GNU_SOURCE
#include "postel_iut.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *thread(void *word)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
    return word;
}

static int threads(void)
{
    pthread_t made;

    return pthread_create(&made, NULL, thread, NULL) == 0 ? pthread_join(made, NULL) : -1;
}

/* Not by fork(), which blocks every signal meanwhile in some C libraries: then there would be no words. */
static int forked(void)
{
    pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

    if (pid == 0)
        _exit(0);
    return pid < 0 || waitpid(pid, NULL, 0) != pid ? -1 : 0;
}

static int allocated(void)
{
    char *octets = malloc(50000000);

    if (octets == NULL)
        return -1;
    memset(octets, 1, 50000000);
    free(octets);
    return 0;
}

static int executable(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                   MAP_FAILED
               ? -1
               : 0;
}

static int call(const char *name)
{
    if (strcmp(name, "openat") == 0)
        return open("/etc/passwd", O_RDONLY);
    if (strcmp(name, "socket") == 0)
        return socket(AF_INET, SOCK_DGRAM, 0);
    if (strcmp(name, "ptrace") == 0)
        return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    if (strcmp(name, "clone") == 0)
        return forked();
    if (strcmp(name, "execve") == 0)
        return execl("/bin/true", "true", (char *)NULL);
    if (strcmp(name, "kill") == 0)
        return kill(1, 0);
    if (strcmp(name, "mmap") == 0)
        return executable();
    if (strcmp(name, "rt_sigaction") == 0)
        return signal(SIGSYS, SIG_IGN) == SIG_ERR ? -1 : 0;
    if (strcmp(name, "threads") == 0)
        return threads();
    if (strcmp(name, "allocate") == 0)
        return allocated();
    if (strcmp(name, "abort") == 0)
        abort();
    return -1;
}

struct postel_iut *postel_iut_open(const char *settings)
{
    (void)settings;
    return (struct postel_iut *)malloc(1);
}

void postel_iut_line(struct postel_iut *iut, const char *line, uint64_t now,
                     void (*emit)(void *context, const char *line), void *context)
{
    (void)iut, (void)now;
    const char *name = strchr(line, ' ');
    int came_to = call(name != NULL ? name + 1 : "");

    emit(context, came_to < 0 ? "1 err code=EPERM" : "1 ok");
}

void postel_iut_input(struct postel_iut *iut, unsigned iface, const uint8_t *frame, size_t len,
                      uint64_t now)
{
    (void)iut, (void)iface, (void)frame, (void)len, (void)now;
}

size_t postel_iut_output(struct postel_iut *iut, unsigned *ret_iface, uint8_t *frame)
{
    (void)iut, (void)ret_iface, (void)frame;
    return 0;
}

uint64_t postel_iut_next_timeout(struct postel_iut *iut)
{
    (void)iut;
    return POSTEL_IUT_NEVER;
}

void postel_iut_tick(struct postel_iut *iut, uint64_t now)
{
    (void)iut, (void)now;
}

void postel_iut_reset(struct postel_iut *iut)
{
    (void)iut;
}

void postel_iut_close(struct postel_iut *iut)
{
    free(iut);
}
