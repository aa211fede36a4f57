/*
 * Proves, from inside a container, which GPUs are there and that CUDA computes on them.
 *
 *     compute_probe [--level devices|compute] [--seconds N] [--version]
 *
 * Prints one JSON document (gpucheck.probe/1). Exit code: 0 all that was tried worked, 1 something
 * failed, 3 there was nothing to try, 64 usage, 70 a step crashed, 124 a step hung; 128 + N ended
 * by signal N. Needs only libc and libdl of glibc 2.17; the driver's libraries are loaded if there.
 *
 * A driver may crash, or hang whoever asks it in uninterruptible sleep, where no signal handler
 * runs. So a child asks, and what it found lies in memory shared with its parent, which waits for
 * its end or for the deadline, and prints.
 */
#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ALL_OK = 0, SOMETHING_FAILED = 1, NOTHING_FOUND = 3, HUNG = 124 };
enum { USAGE = 64, CRASHED = 70, NOT_WRITTEN = 74 }; /* EX_USAGE, EX_SOFTWARE, EX_IOERR */
enum { NO_DEVICE = 100 };                            /* CUDA_ERROR_NO_DEVICE */
enum { SECONDS = 20, MOST_SECONDS = 3600 };

struct options {
    enum level level;
    unsigned int seconds;
};

static _Noreturn void usage(void)
{
    fputs("usage: compute_probe [--level devices|compute] [--seconds 1..3600] [--version]\n",
          stderr);
    exit(USAGE);
}

static enum level level_of(const char *word)
{
    if (strcmp(word, "devices") == 0)
        return LEVEL_DEVICES;
    if (strcmp(word, "compute") != 0)
        usage();
    return LEVEL_COMPUTE;
}

static unsigned int seconds_of(const char *digits)
{
    char *end;
    errno = 0;
    long seconds = strtol(digits, &end, 10);
    if (errno || end == digits || *end || seconds < 1 || seconds > MOST_SECONDS)
        usage();
    return (unsigned int)seconds;
}

static struct options parse(int count, char **arguments)
{
    struct options options = {LEVEL_COMPUTE, SECONDS};
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--version") == 0) {
            puts("compute_probe (gpucheck.probe/1)");
            exit(ALL_OK);
        }
        if (i + 1 == count)
            usage();
        if (strcmp(arguments[i], "--level") == 0)
            options.level = level_of(arguments[++i]);
        else if (strcmp(arguments[i], "--seconds") == 0)
            options.seconds = seconds_of(arguments[++i]);
        else
            usage();
    }
    return options;
}

/* In the child ------------------------------------------------------------------------------- */

static _Noreturn void ask(struct report *report, unsigned int seconds, const sigset_t *mask)
{
    const struct rlimit none = {0, 0};
    setpgid(0, 0); /* what the driver starts (nvidia-modprobe) ends with us */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(seconds + 1); /* should the parent have died before that */
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGALRM, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    dup2(STDERR_FILENO, STDOUT_FILENO); /* vendor libraries print where they like */
    ask_nvml(report);
    if (report->level == LEVEL_COMPUTE)
        ask_cuda(report);
    report->done = 1;
    _exit(0);
}

/* In the parent ------------------------------------------------------------------------------ */

static struct timespec left_of(unsigned int seconds, const struct timespec *began)
{
    double left = seconds - milliseconds_since(began) / 1e3;
    struct timespec span = {0, 0};
    if (left > 0) {
        span.tv_sec = (time_t)left;
        span.tv_nsec = (long)((left - (double)span.tv_sec) * 1e9);
    }
    return span;
}

static struct ending end_of(const struct report *report, int status)
{
    if (report->done && WIFEXITED(status))
        return (struct ending){"done", 0, 0};
    return (struct ending){"crashed", WIFSIGNALED(status) ? WTERMSIG(status) : 0, CRASHED};
}

static void kill_child(pid_t child)
{
    const struct timespec moment = {0, 200000000};
    sigset_t ended;
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigtimedwait(&ended, NULL, &moment); /* one in uninterruptible sleep is left behind */
}

static struct ending watch(struct report *report, pid_t child, unsigned int seconds,
                           const sigset_t *signals)
{
    struct timespec began;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (;;) {
        struct timespec left = left_of(seconds, &began);
        int caught = sigtimedwait(signals, NULL, &left);
        if (caught == SIGCHLD && waitpid(child, &status, WNOHANG) == child)
            return end_of(report, status);
        if (caught == SIGTERM || caught == SIGINT) {
            kill_child(child);
            return (struct ending){"stopped", caught, 128 + caught};
        }
        if (caught < 0 && errno == EAGAIN) {
            kill_child(child);
            return (struct ending){"hung", 0, HUNG};
        }
    }
}

static struct ending run(struct report *report, unsigned int seconds)
{
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM); /* a container's first process gets it only if it asks for it */
    sigaddset(&signals, SIGINT);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would not tell how the child ended */
    sigprocmask(SIG_BLOCK, &signals, &before);
    report->now = "fork";
    pid_t child = fork();
    if (child == 0)
        ask(report, seconds, &before);
    if (child < 0)
        return (struct ending){"crashed", 0, CRASHED};
    return watch(report, child, seconds, &signals);
}

/* Whether a step failed whose name begins so; CUDA's answer that there is no device is none. */
static int failed(const struct report *report, const char *prefix)
{
    for (unsigned int i = 0; i < report->steps.count; i++) {
        const struct step *step = &report->steps.item[i];
        if (step->code != 0 && step->code != NO_DEVICE &&
            strncmp(step->name, prefix, strlen(prefix)) == 0)
            return 1;
    }
    return 0;
}

static int devices_verdict(const struct report *report)
{
    if (failed(report, "nvml") || report->libraries[NVML].broken)
        return SOMETHING_FAILED;
    for (unsigned int i = 0; i < report->gpu_count; i++)
        if (report->gpus[i].code != 0)
            return SOMETHING_FAILED;
    return report->gpu_count ? ALL_OK : NOTHING_FOUND;
}

static int compute_verdict(const struct report *report)
{
    int computed = 0;
    if (failed(report, "cu") || report->libraries[CUDA].broken)
        return SOMETHING_FAILED;
    for (unsigned int i = 0; i < report->device_count; i++) {
        if (report->devices[i].compute == FAILED)
            return SOMETHING_FAILED;
        computed += report->devices[i].compute == OK;
    }
    if (computed)
        return ALL_OK;
    if (report->device_count) /* all of them are in use */
        return NOTHING_FOUND;
    /* GPUs that NVML sees and CUDA does not */
    return report->gpu_count ? SOMETHING_FAILED : devices_verdict(report);
}

int main(int count, char **arguments)
{
    struct options options = parse(count, arguments);
    struct report *report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED) {
        perror("compute_probe");
        return CRASHED;
    }
    report->level = options.level;
    report->nvml_init = UNKNOWN;
    struct ending ending = run(report, options.seconds);
    print_document(report, &ending);
    if (fflush(stdout) != 0)
        return NOT_WRITTEN;
    if (ending.code)
        return ending.code;
    return report->level == LEVEL_COMPUTE ? compute_verdict(report) : devices_verdict(report);
}
