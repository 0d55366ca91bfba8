/* SPDX-License-Identifier: BSD-2-Clause */
#include "port/confine.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

const char v4_confine_help[] =
    "Once it runs, a system call that it has no need of ends it by SIGSYS (seccomp).\n";

/* Descriptors that are open, memory, time, and an end. */
static const int needed[] = {
    SCMP_SYS(read),           SCMP_SYS(write),         SCMP_SYS(writev),
    SCMP_SYS(recvfrom),       SCMP_SYS(recvmsg),       SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),        SCMP_SYS(recv),          SCMP_SYS(send),
    SCMP_SYS(poll),           SCMP_SYS(ppoll),         SCMP_SYS(ppoll_time64),
    SCMP_SYS(close),          SCMP_SYS(lseek),         SCMP_SYS(fstat),
    SCMP_SYS(fstat64),        SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64),
    SCMP_SYS(gettimeofday),   SCMP_SYS(time),          SCMP_SYS(getrandom),
    SCMP_SYS(brk),            SCMP_SYS(munmap),        SCMP_SYS(mremap),
    SCMP_SYS(madvise),        SCMP_SYS(futex),         SCMP_SYS(futex_time64),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),  SCMP_SYS(sigreturn),
    SCMP_SYS(getpid),         SCMP_SYS(gettid),        SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),
};

/* What the runtimes of other languages do of their own accord: threads, and waiting in them. */
static const int needed_by_threads[] = {
    SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address), SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),     SCMP_SYS(sched_getaffinity),
    SCMP_SYS(nanosleep),       SCMP_SYS(clock_nanosleep),
    SCMP_SYS(epoll_create1),   SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),      SCMP_SYS(epoll_pwait),
    SCMP_SYS(eventfd2),        SCMP_SYS(pipe2),
    SCMP_SYS(getrusage),       SCMP_SYS(membarrier),
    SCMP_SYS(mincore),         SCMP_SYS(getcpu),
    SCMP_SYS(uname),           SCMP_SYS(sysinfo),
};

/* The kernel calls this where the system call would have been made, so nothing is in the middle of
 * something that the words below need. */
static void refuse(int number, siginfo_t *info, void *context)
{
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, info->si_syscall);
    char line[96];

    (void)context;
    int len = snprintf(line, sizeof line, "the system call %s is refused by the sandbox\n",
                       name != NULL ? name : "of an unknown number");
    if (write(STDERR_FILENO, line, (size_t)len) < 0)
        _exit(128 + number);
    raise(number); /* by now it is no longer handled */
}

static int allow_all(scmp_filter_ctx filter, const int *calls, size_t count)
{
    int wrong = 0;

    for (size_t i = 0; i < count && wrong == 0; i++)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return wrong;
}

/* Those of which only some arguments will do. */
static int allow_some(scmp_filter_ctx filter)
{
    static const int mapping[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};
    int wrong = 0;

    for (size_t i = 0; i < sizeof mapping / sizeof *mapping && wrong == 0; i++)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, mapping[i], 1,
                                 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (wrong == 0)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                                 SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
    if (wrong == 0)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), 1,
                                 SCMP_A0(SCMP_CMP_NE, SIGSYS));
    if (wrong == 0)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                                 SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    return wrong;
}

static int allow_threads(scmp_filter_ctx filter)
{
    int wrong = allow_all(filter, needed_by_threads,
                          sizeof needed_by_threads / sizeof *needed_by_threads);

    if (wrong == 0)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                 SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    if (wrong == 0) /* whose arguments cannot be looked at; a C library then takes clone */
        wrong = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (wrong == 0)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                                 SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
    return wrong;
}

void v4_confine(bool foreign)
{
    struct sigaction action = {.sa_sigaction = refuse, .sa_flags = SA_SIGINFO | (int)SA_RESETHAND};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);

    if (filter == NULL)
        return;
    if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
        allow_all(filter, needed, sizeof needed / sizeof *needed) == 0 && allow_some(filter) == 0 &&
        (!foreign || allow_threads(filter) == 0) && sigaction(SIGSYS, &action, NULL) == 0)
        seccomp_load(filter);
    seccomp_release(filter);
}
