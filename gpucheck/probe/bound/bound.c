/*
 * Runs a command as the first process of a container, and ends the container after some seconds.
 *
 *     bound SECONDS COMMAND [ARGUMENT...]
 *
 * Exit code: the command's own, 128 + N if signal N ended it; 124 when the time was over; 126, 127
 * if it could not be started; 64 usage. As a container's first process it takes all others with it
 * when it ends: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html. Linked statically, so
 * that it runs in any image: container engines know no bound of their own that outlives their client.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { USAGE = 64, TIME_OVER = 124, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };
enum { MOST_SECONDS = 86400 };

static long seconds_of(const char *digits)
{
    char *end;
    errno = 0;
    long seconds = strtol(digits, &end, 10);
    return errno || end == digits || *end || seconds < 1 || seconds > MOST_SECONDS ? 0 : seconds;
}

static _Noreturn void become(char **command, const sigset_t *mask)
{
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    fprintf(stderr, "exec %s: %s\n", command[0], strerror(errno));
    _exit(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

/* Whether the time is not over; then what is left of it. */
static int left_until(const struct timespec *end, struct timespec *left)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    left->tv_sec = end->tv_sec - now.tv_sec;
    left->tv_nsec = end->tv_nsec - now.tv_nsec;
    if (left->tv_nsec < 0) {
        left->tv_nsec += 1000000000;
        left->tv_sec--;
    }
    return left->tv_sec >= 0;
}

/* Waits for whoever has ended, orphans too; the command's exit code once it is among them, else -1. */
static int reap(pid_t command)
{
    int status, code = -1;
    pid_t ended;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
        if (ended == command)
            code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return code;
}

int main(int count, char **arguments)
{
    struct timespec end, left;
    sigset_t signals, before;
    long seconds = count > 2 ? seconds_of(arguments[1]) : 0;
    if (!seconds) {
        fputs("usage: bound 1..86400 COMMAND [ARGUMENT...]\n", stderr);
        return USAGE;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM); /* the first process of a container gets it only if it asks for it */
    sigaddset(&signals, SIGINT);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would not tell how the command ended */
    sigprocmask(SIG_BLOCK, &signals, &before);
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += seconds;
    pid_t command = fork();
    if (command == 0)
        become(arguments + 2, &before);
    if (command < 0) {
        perror("bound");
        return NOT_EXECUTABLE;
    }
    while (left_until(&end, &left)) {
        int caught = sigtimedwait(&signals, NULL, &left), code;
        if (caught == SIGTERM || caught == SIGINT)
            kill(-command, caught);
        else if (caught == SIGCHLD && (code = reap(command)) >= 0)
            return code;
    }
    kill(-command, SIGKILL); /* where we are not the first process */
    return TIME_OVER;
}
