/* Fills the report: which file a library was loaded from, and what each step of the driver said. */
#define _GNU_SOURCE
#include "probe.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *step, *missing;
} sonames[LIBRARIES] = {
    [NVML] = {"libnvidia-ml.so.1", "dlopen libnvidia-ml.so.1",
              "libnvidia-ml.so.1: cannot open shared object file: No such file"},
    [CUDA] = {"libcuda.so.1", "dlopen libcuda.so.1",
              "libcuda.so.1: cannot open shared object file: No such file"},
};

static void tell_path(struct library *library, void *handle)
{
    struct link_map *map;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && realpath(map->l_name, library->path) == NULL)
        snprintf(library->path, sizeof library->path, "%s", map->l_name);
}

void *open_library(struct report *report, int which)
{
    struct library *library = &report->libraries[which];
    library->name = sonames[which].name;
    library->asked = 1;
    step_begins(report, sonames[which].step);
    void *handle = dlopen(library->name, RTLD_NOW | RTLD_LOCAL);
    if (handle) {
        library->found = 1;
        tell_path(library, handle);
        return handle;
    }
    const char *error = dlerror();
    snprintf(library->error, sizeof library->error, "%s", error ? error : "");
    /* with another name in front it is a dependency that is missing, and this library is broken */
    const char *missing = sonames[which].missing;
    library->broken = strncmp(library->error, missing, strlen(missing)) != 0;
    return NULL;
}

double milliseconds_since(const struct timespec *began)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - began->tv_sec) * 1e3 +
           (double)(now.tv_nsec - began->tv_nsec) / 1e6;
}

void step_begins(struct report *report, const char *name)
{
    report->now = name;
    clock_gettime(CLOCK_MONOTONIC, &report->began);
}

int step_ends(struct report *report, struct steps *steps, int code)
{
    if (steps && steps->count < MAX_STEPS) {
        struct step *step = &steps->item[steps->count];
        step->name = report->now;
        step->code = code;
        step->ms = milliseconds_since(&report->began);
        steps->count++; /* last: a step that counts is complete */
    }
    return code;
}
