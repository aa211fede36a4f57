/*
 * Asks NVML which GPUs are there, in which mode, and whether somebody computes on them.
 *
 * Declared here as https://docs.nvidia.com/deploy/nvml-api/ documents it; NVIDIA's headers are not
 * needed. Functions: .../group__nvmlDeviceQueries.html, MIG: .../group__nvmlMultiInstanceGPU.html
 */
#include "probe.h"

#include <dlfcn.h>
#include <stdio.h>

enum { SUCCESS = 0, INSUFFICIENT_SIZE = 7 }; /* nvmlReturn_t */

typedef void *nvmlDevice_t;

typedef struct { /* https://docs.nvidia.com/deploy/nvml-api/structnvmlPciInfo__t.html */
    char busIdLegacy[16];
    unsigned int domain, bus, device, pciDeviceId, pciSubSystemId;
    char busId[32];
} nvmlPciInfo_t;

#define FUNCTIONS(X)                                                                              \
    X(int, nvmlInit_v2, (void))                                                                   \
    X(const char *, nvmlErrorString, (int))                                                       \
    X(int, nvmlSystemGetDriverVersion, (char *, unsigned int))                                    \
    X(int, nvmlDeviceGetCount_v2, (unsigned int *))                                               \
    X(int, nvmlDeviceGetHandleByIndex_v2, (unsigned int, nvmlDevice_t *))                         \
    X(int, nvmlDeviceGetUUID, (nvmlDevice_t, char *, unsigned int))                               \
    X(int, nvmlDeviceGetName, (nvmlDevice_t, char *, unsigned int))                               \
    X(int, nvmlDeviceGetPciInfo_v3, (nvmlDevice_t, nvmlPciInfo_t *))                              \
    X(int, nvmlDeviceGetComputeMode, (nvmlDevice_t, int *))                                       \
    X(int, nvmlDeviceGetMigMode, (nvmlDevice_t, unsigned int *, unsigned int *))                  \
    X(int, nvmlDeviceGetMaxMigDeviceCount, (nvmlDevice_t, unsigned int *))                        \
    X(int, nvmlDeviceGetMigDeviceHandleByIndex, (nvmlDevice_t, unsigned int, nvmlDevice_t *))     \
    X(int, nvmlDeviceGetComputeRunningProcesses, (nvmlDevice_t, unsigned int *, void *))          \
    X(int, nvmlDeviceGetComputeRunningProcesses_v2, (nvmlDevice_t, unsigned int *, void *))       \
    X(int, nvmlDeviceGetComputeRunningProcesses_v3, (nvmlDevice_t, unsigned int *, void *))

#define DECLARE(TYPE, NAME, ARGUMENTS) static TYPE(*NAME) ARGUMENTS;
#define LOAD(TYPE, NAME, ARGUMENTS) NAME = (TYPE(*) ARGUMENTS)dlsym(library, #NAME);

FUNCTIONS(DECLARE)

/* The return code of a call; in the report it stands as the step that runs. */
#define ASK(FUNCTION, ...)                                                                        \
    (step_begins(report, #FUNCTION), FUNCTION ? FUNCTION(__VA_ARGS__) : NOT_EXPORTED)

/* The same, and it is listed in the report. */
#define STEP(FUNCTION, ...) listed(report, ASK(FUNCTION, __VA_ARGS__))

static int listed(struct report *report, int code)
{
    step_ends(report, &report->steps, code);
    const char *words = code != SUCCESS && nvmlErrorString ? nvmlErrorString(code) : NULL;
    if (words && report->steps.count) {
        struct step *step = &report->steps.item[report->steps.count - 1];
        snprintf(step->text, sizeof step->text, "%s", words);
    }
    return code;
}

/* With room for none only their number is told; without any, that is a success. */
static int processes_on(struct report *report, nvmlDevice_t device)
{
    unsigned int count = 0;
    int code;
    if (nvmlDeviceGetComputeRunningProcesses_v3)
        code = ASK(nvmlDeviceGetComputeRunningProcesses_v3, device, &count, NULL);
    else if (nvmlDeviceGetComputeRunningProcesses_v2)
        code = ASK(nvmlDeviceGetComputeRunningProcesses_v2, device, &count, NULL);
    else
        code = ASK(nvmlDeviceGetComputeRunningProcesses, device, &count, NULL);
    return code == SUCCESS || code == INSUFFICIENT_SIZE ? (int)count : UNKNOWN;
}

static void ask_mig(struct report *report, struct gpu *gpu, nvmlDevice_t device)
{
    unsigned int now, pending, room = 0;
    if (ASK(nvmlDeviceGetMigMode, device, &now, &pending) != SUCCESS)
        return;
    gpu->mig_mode = now == 1;
    if (!gpu->mig_mode || ASK(nvmlDeviceGetMaxMigDeviceCount, device, &room) != SUCCESS)
        return;
    for (unsigned int i = 0; i < room && gpu->mig_count < MAX_MIG; i++) {
        nvmlDevice_t mig;
        char *uuid = gpu->mig[gpu->mig_count];
        /* the indices of MIG devices may have holes */
        if (ASK(nvmlDeviceGetMigDeviceHandleByIndex, device, i, &mig) == SUCCESS &&
            ASK(nvmlDeviceGetUUID, mig, uuid, NVML_TEXT) == SUCCESS)
            gpu->mig_count++;
    }
}

static void ask_gpu(struct report *report, unsigned int index)
{
    struct gpu *gpu = &report->gpus[index];
    nvmlDevice_t device;
    nvmlPciInfo_t pci = {.busId = ""};
    gpu->compute_mode = gpu->mig_mode = gpu->processes = UNKNOWN;
    report->gpu_count = index + 1;
    gpu->code = ASK(nvmlDeviceGetHandleByIndex_v2, index, &device);
    if (gpu->code != SUCCESS)
        return;
    gpu->code = ASK(nvmlDeviceGetUUID, device, gpu->uuid, NVML_TEXT);
    (void)ASK(nvmlDeviceGetName, device, gpu->name, NVML_TEXT);
    if (ASK(nvmlDeviceGetPciInfo_v3, device, &pci) == SUCCESS)
        snprintf(gpu->pci, sizeof gpu->pci, "%.31s", pci.busId);
    if (ASK(nvmlDeviceGetComputeMode, device, &gpu->compute_mode) != SUCCESS)
        gpu->compute_mode = UNKNOWN;
    gpu->processes = processes_on(report, device);
    ask_mig(report, gpu, device);
}

void ask_nvml(struct report *report)
{
    unsigned int count = 0;
    report->nvml_init = UNKNOWN;
    void *library = open_library(report, NVML);
    if (library == NULL)
        return;
    FUNCTIONS(LOAD)
    int code = STEP(nvmlInit_v2);
    report->nvml_init = code;
    if (code != SUCCESS)
        return;
    (void)ASK(nvmlSystemGetDriverVersion, report->driver_version, NVML_TEXT);
    if (STEP(nvmlDeviceGetCount_v2, &count) != SUCCESS)
        return;
    for (unsigned int i = 0; i < count && i < MAX_DEVICES; i++)
        ask_gpu(report, i);
}
