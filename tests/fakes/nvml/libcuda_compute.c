/*
 * The fake libcuda.so.1, third part: contexts, memory, modules, kernels. Device memory is the
 * host's. The one kernel there is computes what the probe's PTX says; that the PTX says so is
 * tested elsewhere (tests/container/ptx.py).
 */
#include "cuda.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEVICES = 64, EXCLUSIVE_PROCESS = 3, PROHIBITED = 2 };

static struct {
    int device, retained;
} contexts[MAX_DEVICES], *current;
static int module, function; /* only their addresses count */

static int fault_here(const char *name)
{
    int code = cuda_fault(name, current ? current->device : HOST);
    return code == SUCCESS && (current == NULL || !current->retained) ? INVALID_CONTEXT : code;
}

static int refused(int device)
{
    struct device gpu = {device, -1};
    const char *mode = device_value(&gpu, "compute_mode"), *used = device_value(&gpu, "processes");
    if (mode && atoi(mode) == PROHIBITED)
        return UNKNOWN; /* as documented for cuDevicePrimaryCtxRetain */
    int taken = mode && atoi(mode) == EXCLUSIVE_PROCESS && used && atoi(used) > 0;
    return taken ? DEVICE_UNAVAILABLE : SUCCESS;
}

int cuDevicePrimaryCtxRetain(void **context, int device)
{
    int code = cuda_fault("cuDevicePrimaryCtxRetain", device);
    if (code == SUCCESS)
        code = refused(device);
    if (code != SUCCESS)
        return code;
    contexts[device].device = device;
    contexts[device].retained++;
    *context = &contexts[device];
    return SUCCESS;
}

static int release(const char *name, int device)
{
    int code = cuda_fault(name, device);
    return contexts[device].retained-- > 0 ? code : INVALID_CONTEXT;
}

int cuDevicePrimaryCtxRelease(int device) { return release("cuDevicePrimaryCtxRelease", device); }

int cuDevicePrimaryCtxRelease_v2(int device)
{
    return release("cuDevicePrimaryCtxRelease_v2", device);
}

int cuCtxSetCurrent(void *context)
{
    current = context;
    return fault_here("cuCtxSetCurrent");
}

int cuCtxSynchronize(void) { return fault_here("cuCtxSynchronize"); }

int cuMemAlloc_v2(unsigned long long *memory, size_t size)
{
    int code = fault_here("cuMemAlloc_v2");
    if (code == SUCCESS)
        *memory = (uintptr_t)malloc(size);
    return code;
}

int cuMemFree_v2(unsigned long long memory)
{
    free((void *)(uintptr_t)memory);
    return fault_here("cuMemFree_v2");
}

int cuMemcpyHtoD_v2(unsigned long long to, const void *from, size_t size)
{
    int code = fault_here("cuMemcpyHtoD_v2");
    if (code == SUCCESS)
        memcpy((void *)(uintptr_t)to, from, size);
    return code;
}

int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t size)
{
    int code = fault_here("cuMemcpyDtoH_v2");
    if (code == SUCCESS)
        memcpy(to, (const void *)(uintptr_t)from, size);
    return code;
}

/* cuda.ptx_targets=sm_75,sm_90: those that this driver compiles; cuda.image: where to keep it */
static int compiled(const char *image)
{
    char target[16] = "";
    const char *line = strstr(image, "\n.target "), *known = scenario_value("cuda.ptx_targets");
    if (line == NULL || sscanf(line, "\n.target %15s", target) != 1)
        return INVALID_VALUE;
    struct device gpu = {current->device, -1};
    const char *capability = device_value(&gpu, "compute_capability");
    int major = 0, minor = 0;
    if (capability && sscanf(capability, "%d,%d", &major, &minor) == 2 &&
        atoi(target + strlen("sm_")) > major * 10 + minor)
        return NO_BINARY_FOR_GPU;
    if (known && strstr(known, target) == NULL)
        return UNSUPPORTED_PTX_VERSION;
    const char *path = scenario_value("cuda.image");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fputs(image, file);
        fclose(file);
    }
    return SUCCESS;
}

int cuModuleLoadData(void **handle, const void *image)
{
    int code = fault_here("cuModuleLoadData");
    if (code == SUCCESS && (getenv("CUDA_DISABLE_PTX_JIT") || getenv("CUDA_DISABLE_JIT")))
        code = JIT_COMPILATION_DISABLED;
    if (code == SUCCESS)
        code = compiled(image);
    *handle = &module;
    return code;
}

int cuModuleUnload(void *handle)
{
    int code = fault_here("cuModuleUnload");
    return handle == &module ? code : INVALID_VALUE;
}

int cuModuleGetFunction(void **handle, void *from, const char *name)
{
    int code = fault_here("cuModuleGetFunction");
    *handle = &function;
    return code == SUCCESS && (from != &module || strcmp(name, "mix") != 0) ? NOT_FOUND : code;
}

static uint32_t mix(uint32_t word, uint32_t place, uint32_t seed)
{
    word ^= place * 0x9E3779B9u + seed;
    word = (word ^ (word >> 15)) * 0x85EBCA77u;
    word = (word ^ (word >> 13)) * 0xC2B2AE3Du;
    return word ^ (word >> 16);
}

/* gpu.N.wrong=17: the place at which this GPU flips a bit */
int cuLaunchKernel(void *handle, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z,
                   unsigned int block_x, unsigned int block_y, unsigned int block_z,
                   unsigned int shared, void *stream, void **arguments, void **extra)
{
    (void)shared, (void)stream, (void)extra;
    int code = fault_here("cuLaunchKernel");
    if (code != SUCCESS)
        return code;
    if (handle != &function || grid_y * grid_z * block_y * block_z != 1)
        return INVALID_VALUE;
    uint32_t *words = (uint32_t *)(uintptr_t) * (unsigned long long *)arguments[0];
    uint32_t count = *(uint32_t *)arguments[1], seed = *(uint32_t *)arguments[2];
    for (uint32_t i = 0; i < grid_x * block_x && i < count; i++)
        words[i] = mix(words[i], i, seed);
    struct device gpu = {current->device, -1};
    const char *wrong = device_value(&gpu, "wrong");
    if (wrong)
        words[atoi(wrong)] ^= 1;
    return SUCCESS;
}
