/* What the parts of the fake libcuda.so.1 share; names and numbers are those of cuda.h. */
#ifndef CUDA_H
#define CUDA_H

#include "scenario.h"

enum {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    NOT_INITIALIZED = 3,
    DEVICE_UNAVAILABLE = 46,
    NO_DEVICE = 100,
    INVALID_DEVICE = 101,
    INVALID_CONTEXT = 201,
    NO_BINARY_FOR_GPU = 209,
    UNSUPPORTED_PTX_VERSION = 222,
    JIT_COMPILATION_DISABLED = 223,
    NOT_FOUND = 500,
    UNKNOWN = 999,
};

/* How many devices there are; 0 before cuInit. */
int cuda_devices(void);

/* Appends a line to the file that the scenario's cuda.calls names, if it names one. */
void cuda_record(const char *call);

/* Records the call; returns what the scenario injects into it on this device, or 0. */
int cuda_fault(const char *function, int device);

#endif
