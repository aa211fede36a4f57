/*
 * Asks CUDA for its devices and makes each compute: context, memory, copy, kernel, copy, compare.
 *
 * Declared here as https://docs.nvidia.com/cuda/cuda-driver-api/ documents it; NVIDIA's headers
 * are not needed. The exported symbols carry the suffix of their last change of signature, which
 * cuda.h hides by macros. A CUdevice is an int, a CUdeviceptr as wide as a pointer; contexts,
 * modules and functions are opaque pointers.
 */
#include "kernel.h"
#include "probe.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html */
enum {
    SUCCESS = 0,
    INVALID_IMAGE = 200,
    NO_BINARY_FOR_GPU = 209,
    INVALID_PTX = 218,
    UNSUPPORTED_PTX_VERSION = 222,
};
enum { COMPUTE_MODE = 20, CAPABILITY_MAJOR = 75, CAPABILITY_MINOR = 76 }; /* CUdevice_attribute */
enum { DEFAULT = 0, PROHIBITED = 2 };                                     /* CUcomputemode */

typedef unsigned long long CUdeviceptr;

#define FUNCTIONS(X)                                                                              \
    X(cuDriverGetVersion, (int *))                                                                \
    X(cuInit, (unsigned int))                                                                     \
    X(cuGetErrorName, (int, const char **))                                                       \
    X(cuDeviceGetCount, (int *))                                                                  \
    X(cuDeviceGet, (int *, int))                                                                  \
    X(cuDeviceGetAttribute, (int *, int, int))                                                    \
    X(cuDeviceGetName, (char *, int, int))                                                        \
    X(cuDeviceGetUuid, (unsigned char *, int))                                                    \
    X(cuDeviceGetUuid_v2, (unsigned char *, int))                                                 \
    X(cuDeviceGetPCIBusId, (char *, int, int))                                                    \
    X(cuDeviceTotalMem_v2, (size_t *, int))                                                       \
    X(cuDevicePrimaryCtxRetain, (void **, int))                                                   \
    X(cuDevicePrimaryCtxRelease, (int))                                                           \
    X(cuDevicePrimaryCtxRelease_v2, (int))                                                        \
    X(cuCtxSetCurrent, (void *))                                                                  \
    X(cuCtxSynchronize, (void))                                                                   \
    X(cuMemAlloc_v2, (CUdeviceptr *, size_t))                                                     \
    X(cuMemFree_v2, (CUdeviceptr))                                                                \
    X(cuMemcpyHtoD_v2, (CUdeviceptr, const void *, size_t))                                       \
    X(cuMemcpyDtoH_v2, (void *, CUdeviceptr, size_t))                                             \
    X(cuModuleLoadData, (void **, const void *))                                                  \
    X(cuModuleGetFunction, (void **, void *, const char *))                                       \
    X(cuModuleUnload, (void *))                                                                   \
    X(cuLaunchKernel,                                                                             \
      (void *, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int,              \
       unsigned int, unsigned int, void *, void **, void **))

#define DECLARE(NAME, ARGUMENTS) static int(*NAME) ARGUMENTS;
#define LOAD(NAME, ARGUMENTS) NAME = (int(*) ARGUMENTS)dlsym(library, #NAME);

FUNCTIONS(DECLARE)

/* The CUresult of a call; in the report it stands as the step that runs. */
#define ASK(FUNCTION, ...)                                                                        \
    (step_begins(report, #FUNCTION), FUNCTION ? FUNCTION(__VA_ARGS__) : NOT_EXPORTED)

/* The same, and it is listed in the report. */
#define STEP(STEPS, FUNCTION, ...) listed(report, STEPS, ASK(FUNCTION, __VA_ARGS__))

/* The same, and it is listed in the report if it fails. */
#define TOLD(STEPS, FUNCTION, ...) listed_failure(report, STEPS, ASK(FUNCTION, __VA_ARGS__))

static int listed(struct report *report, struct steps *steps, int code)
{
    const char *name = NULL;
    step_ends(report, steps, code);
    if (code == NOT_EXPORTED)
        name = "not exported by this libcuda";
    else if (code != SUCCESS && cuGetErrorName && cuGetErrorName(code, &name) != SUCCESS)
        name = NULL;
    if (name && steps->count) {
        struct step *step = &steps->item[steps->count - 1];
        snprintf(step->text, sizeof step->text, "%s", name);
    }
    return code;
}

static int listed_failure(struct report *report, struct steps *steps, int code)
{
    return code == SUCCESS ? code : listed(report, steps, code);
}

/* Identity ----------------------------------------------------------------------------------- */

static int names_a_mig_device(const struct report *report, const char *digits, int otherwise)
{
    for (unsigned int i = 0; i < report->gpu_count; i++) {
        const struct gpu *gpu = &report->gpus[i];
        if (strncmp(gpu->uuid, "GPU-", 4) == 0 && strcmp(gpu->uuid + 4, digits) == 0)
            return 0;
        for (unsigned int j = 0; j < gpu->mig_count; j++)
            if (strncmp(gpu->mig[j], "MIG-", 4) == 0 && strcmp(gpu->mig[j] + 4, digits) == 0)
                return 1;
    }
    return otherwise;
}

/*
 * As NVML prints it. On a MIG device cuDeviceGetUuid_v2 (from CUDA 11.4 on) gives the device's own
 * UUID and cuDeviceGetUuid that of its GPU, so that they differ even where NVML is not there:
 * https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__DEVICE.html
 */
static void ask_uuid(struct report *report, struct device *device, int handle)
{
    unsigned char own[16], of_gpu[16];
    char digits[37], *end = digits;
    int code = cuDeviceGetUuid_v2 ? TOLD(&device->steps, cuDeviceGetUuid_v2, own, handle)
                                  : TOLD(&device->steps, cuDeviceGetUuid, own, handle);
    if (code != SUCCESS)
        return;
    for (int i = 0; i < 16; i++)
        end += sprintf(end, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", own[i]);
    int differ = cuDeviceGetUuid_v2 && ASK(cuDeviceGetUuid, of_gpu, handle) == SUCCESS &&
                 memcmp(own, of_gpu, sizeof own) != 0;
    const char *kind = names_a_mig_device(report, digits, differ) ? "MIG" : "GPU";
    snprintf(device->uuid, sizeof device->uuid, "%s-%s", kind, digits);
}

static void identify(struct report *report, struct device *device, int handle)
{
    size_t bytes = 0;
    (void)TOLD(&device->steps, cuDeviceGetName, device->name, CUDA_TEXT, handle);
    ask_uuid(report, device, handle);
    (void)TOLD(&device->steps, cuDeviceGetPCIBusId, device->pci, sizeof device->pci - 1, handle);
    if (TOLD(&device->steps, cuDeviceTotalMem_v2, &bytes, handle) == SUCCESS)
        device->memory = bytes;
}

/* Leaving alone what is in use ---------------------------------------------------------------- */

static int same_place(const char *one, const char *other)
{
    unsigned int a[3], b[3]; /* NVML writes the domain with eight digits, CUDA with four */
    return sscanf(one, "%x:%x:%x", &a[0], &a[1], &a[2]) == 3 &&
           sscanf(other, "%x:%x:%x", &b[0], &b[1], &b[2]) == 3 && memcmp(a, b, sizeof a) == 0;
}

static const struct gpu *gpu_of(const struct report *report, const struct device *device)
{
    for (unsigned int i = 0; i < report->gpu_count; i++) {
        const struct gpu *gpu = &report->gpus[i];
        if ((gpu->uuid[0] && strcmp(gpu->uuid, device->uuid) == 0) ||
            same_place(gpu->pci, device->pci))
            return gpu;
    }
    return NULL;
}

/*
 * In an exclusive mode our context would keep the owner's next process out, or be refused because
 * of it. NVML counts the processes of the whole host also from inside a container, as the driver
 * knows nothing of pid namespaces: https://github.com/NVIDIA/nvidia-docker/issues/1483
 */
static const char *reason_to_skip(struct report *report, const struct device *device, int handle)
{
    const struct gpu *gpu = gpu_of(report, device);
    int mode = gpu ? gpu->compute_mode : UNKNOWN, processes = gpu ? gpu->processes : UNKNOWN;
    if (mode == UNKNOWN && ASK(cuDeviceGetAttribute, &mode, COMPUTE_MODE, handle) != SUCCESS)
        mode = DEFAULT;
    if (mode == DEFAULT || processes == 0)
        return NULL;
    if (processes == UNKNOWN)
        return "not in default compute mode, and whether it is busy cannot be read";
    return mode == PROHIBITED ? "prohibited mode and busy" : "exclusive mode and busy";
}

/* Computing ----------------------------------------------------------------------------------- */

/*
 * A driver compiles PTX for its GPU at run time if the text's target is not newer than the GPU, and
 * the text's version not newer than the driver; so the oldest text that the GPU's generation knows
 * runs on the most drivers. sm_50 from Maxwell on, as support of Kepler's targets ends first.
 * Should a driver have dropped that one too, newer ones are tried.
 * https://docs.nvidia.com/cuda/parallel-thread-execution/#ptx-module-directives-target
 * https://docs.nvidia.com/cuda/parallel-thread-execution/#release-notes-ptx-release-history
 */
static const struct {
    int capability;
    const char *target, *version;
} headings[] = {
    {30, "sm_30", "3.1"},  {50, "sm_50", "4.0"},   {75, "sm_75", "6.3"},
    {90, "sm_90", "7.8"}, {100, "sm_100", "8.6"},
};

static int load_kernel(struct report *report, struct device *device, void **module)
{
    char image[sizeof KERNEL + 64];
    int capability = device->major * 10 + device->minor, code = INVALID_PTX;
    for (size_t i = device->major < 5 ? 0 : 1; i < sizeof headings / sizeof *headings; i++) {
        if (i > 1 && headings[i].capability > capability)
            break;
        snprintf(image, sizeof image, ".version %s\n.target %s\n%s", headings[i].version,
                 headings[i].target, KERNEL);
        code = STEP(&device->steps, cuModuleLoadData, module, image);
        if (device->steps.count)
            device->steps.item[device->steps.count - 1].target = headings[i].target;
        if (code != INVALID_IMAGE && code != NO_BINARY_FOR_GPU && code != INVALID_PTX &&
            code != UNSUPPORTED_PTX_VERSION)
            break;
        if (i == 0)
            break; /* a Kepler GPU runs no newer target */
    }
    return code;
}

static int verify(struct report *report, struct steps *steps, const uint32_t *results,
                  const uint32_t *words, uint32_t seed)
{
    unsigned int wrong = 0, first = 0;
    step_begins(report, "verify");
    for (unsigned int i = WORDS; i-- > 0;)
        if (results[i] != mixed(words[i], i, seed)) {
            wrong++;
            first = i;
        }
    step_ends(report, steps, wrong != 0);
    if (wrong && steps->count) {
        struct step *step = &steps->item[steps->count - 1];
        snprintf(step->text, sizeof step->text, "%u of %d wrong, the first at %u: %08x, not %08x",
                 wrong, WORDS, first, (unsigned int)results[first],
                 (unsigned int)mixed(words[first], first, seed));
    }
    return wrong != 0;
}

static int compute_in(struct report *report, struct device *device, void *context)
{
    struct steps *steps = &device->steps;
    static uint32_t words[WORDS], results[WORDS];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    /* another one each time: what an earlier run left in the GPU's memory is no result */
    uint32_t seed = (uint32_t)now.tv_nsec ^ (uint32_t)getpid() << 16, count = WORDS;
    for (uint32_t i = 0; i < WORDS; i++) {
        words[i] = i * i + seed;
        results[i] = 0;
    }
    CUdeviceptr memory = 0;
    void *module = NULL, *function = NULL;
    void *arguments[] = {&memory, &count, &seed};
    return STEP(steps, cuCtxSetCurrent, context) != SUCCESS ||
           STEP(steps, cuMemAlloc_v2, &memory, sizeof words) != SUCCESS ||
           STEP(steps, cuMemcpyHtoD_v2, memory, words, sizeof words) != SUCCESS ||
           load_kernel(report, device, &module) != SUCCESS ||
           STEP(steps, cuModuleGetFunction, &function, module, "mix") != SUCCESS ||
           STEP(steps, cuLaunchKernel, function, BLOCKS, 1, 1, THREADS, 1, 1, 0, NULL, arguments,
                NULL) != SUCCESS ||
           STEP(steps, cuCtxSynchronize) != SUCCESS ||
           STEP(steps, cuMemcpyDtoH_v2, results, memory, sizeof results) != SUCCESS ||
           verify(report, steps, results, words, seed) != SUCCESS ||
           STEP(steps, cuModuleUnload, module) != SUCCESS ||
           STEP(steps, cuMemFree_v2, memory) != SUCCESS;
}

/* The primary context, as of programs on the CUDA runtime; its release frees all that is in it. */
static enum outcome compute_on(struct report *report, struct device *device, int handle)
{
    void *context = NULL;
    struct steps *steps = &device->steps;
    if (STEP(steps, cuDevicePrimaryCtxRetain, &context, handle) != SUCCESS)
        return FAILED;
    int failed = compute_in(report, device, context);
    int code = cuDevicePrimaryCtxRelease_v2 ? ASK(cuDevicePrimaryCtxRelease_v2, handle)
                                            : ASK(cuDevicePrimaryCtxRelease, handle);
    if (failed) /* the first step that fails is the last one listed */
        return FAILED;
    return listed(report, steps, code) == SUCCESS ? OK : FAILED;
}

static void try_device(struct report *report, int ordinal)
{
    struct device *device = &report->devices[ordinal];
    struct steps *steps = &device->steps;
    int handle;
    device->compute = FAILED;
    report->device_count = (unsigned int)ordinal + 1;
    if (TOLD(steps, cuDeviceGet, &handle, ordinal) != SUCCESS ||
        TOLD(steps, cuDeviceGetAttribute, &device->major, CAPABILITY_MAJOR, handle) != SUCCESS ||
        TOLD(steps, cuDeviceGetAttribute, &device->minor, CAPABILITY_MINOR, handle) != SUCCESS)
        return;
    identify(report, device, handle);
    device->skipped = reason_to_skip(report, device, handle);
    device->compute = device->skipped ? NOT_RUN : compute_on(report, device, handle);
}

void ask_cuda(struct report *report)
{
    int count = 0;
    /*
     * The compiled kernel would be kept below $HOME. An image whose programs bring binaries may forbid
     * the compilation, which says nothing of these: our kernel comes as PTX alone.
     * https://docs.nvidia.com/cuda/cuda-programming-guide/05-appendices/environment-variables.html
     */
    setenv("CUDA_CACHE_DISABLE", "1", 1);
    unsetenv("CUDA_DISABLE_PTX_JIT");
    unsetenv("CUDA_DISABLE_JIT");
    void *library = open_library(report, CUDA);
    if (library == NULL)
        return;
    FUNCTIONS(LOAD)
    /* needs no cuInit, which may hang */
    if (STEP(&report->steps, cuDriverGetVersion, &report->cuda_version) != SUCCESS)
        report->cuda_version = 0;
    if (STEP(&report->steps, cuInit, 0) != SUCCESS ||
        STEP(&report->steps, cuDeviceGetCount, &count) != SUCCESS)
        return;
    for (int i = 0; i < count && i < MAX_DEVICES; i++)
        try_device(report, i);
}
