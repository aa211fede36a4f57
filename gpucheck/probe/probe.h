/*
 * What the parts of the compute probe share: the report, which lies in memory that the process
 * which asks the driver shares with the one that watches it. So whatever was found out before a
 * crash or a hang is still told.
 */
#ifndef PROBE_H
#define PROBE_H

#include <limits.h>
#include <stdint.h>
#include <time.h>

enum { MAX_DEVICES = 64, MAX_MIG = 16, MAX_STEPS = 32 };
/* room offered to the driver; a zero byte is kept behind it */
enum { NVML_TEXT = 96, CUDA_TEXT = 255 };
enum { UNKNOWN = -1 };      /* a number that the driver did not tell */
enum { NOT_EXPORTED = -1 }; /* in place of a return code: this driver has no such function */

enum level { LEVEL_DEVICES, LEVEL_COMPUTE };
enum outcome { NOT_RUN, OK, FAILED };
enum { NVML, CUDA, LIBRARIES };

struct step {
    const char *name;   /* all pointers in the report are to literals: the same in both processes */
    const char *target; /* of the PTX text that was tried, or NULL */
    int code;
    double ms;
    char text[96]; /* the driver's words for a code that is not 0 */
};

struct steps {
    unsigned int count;
    struct step item[MAX_STEPS];
};

struct library {
    const char *name;
    int asked, found, broken; /* broken: it is there and cannot be loaded */
    char path[PATH_MAX];      /* of the file, symbolic links resolved */
    char error[256];          /* the dynamic loader's words */
};

struct gpu { /* as NVML sees it */
    int code; /* of the first call that failed, or 0 */
    char uuid[NVML_TEXT + 1], name[NVML_TEXT + 1], pci[32];
    int compute_mode, mig_mode, processes; /* or UNKNOWN */
    unsigned int mig_count;
    char mig[MAX_MIG][NVML_TEXT + 1];
};

struct device { /* as CUDA sees it */
    char uuid[48], name[CUDA_TEXT + 1], pci[32];
    int major, minor; /* compute capability */
    uint64_t memory;
    const char *skipped; /* why it was left alone, or NULL */
    enum outcome compute; /* FAILED from the first step on, until the last one is through */
    struct steps steps;
};

struct report {
    enum level level;
    int done;                 /* everything was asked */
    const char *volatile now; /* the step that runs */
    struct timespec began;    /* when it began */
    struct library libraries[LIBRARIES];
    struct steps steps; /* those of no single device */
    int nvml_init;
    char driver_version[NVML_TEXT + 1];
    unsigned int gpu_count;
    struct gpu gpus[MAX_DEVICES];
    int cuda_version; /* 12040 is 12.4; 0: not told */
    unsigned int device_count;
    struct device devices[MAX_DEVICES];
};

struct ending { /* of the process that asks */
    const char *how;
    int signal;
    int code; /* our own exit code, or 0: the report decides */
};

/* report.c */
void *open_library(struct report *report, int which);
void step_begins(struct report *report, const char *name);
/* Adds a step to the list, where there is one with room; returns the code. */
int step_ends(struct report *report, struct steps *steps, int code);
double milliseconds_since(const struct timespec *began);

/* nvml.c, cuda.c */
void ask_nvml(struct report *report);
void ask_cuda(struct report *report);

/* document.c */
void print_document(const struct report *report, const struct ending *ending);

#endif
