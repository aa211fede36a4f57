/* A libcuda.so.1 that answers what its scenario says; names and numbers are those of cuda.h. */
#include "cuda.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int code;
    const char *name;
} names[] = {
    {0, "CUDA_SUCCESS"},
    {1, "CUDA_ERROR_INVALID_VALUE"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY"},
    {3, "CUDA_ERROR_NOT_INITIALIZED"},
    {34, "CUDA_ERROR_STUB_LIBRARY"},
    {35, "CUDA_ERROR_INSUFFICIENT_DRIVER"},
    {46, "CUDA_ERROR_DEVICE_UNAVAILABLE"},
    {100, "CUDA_ERROR_NO_DEVICE"},
    {101, "CUDA_ERROR_INVALID_DEVICE"},
    {200, "CUDA_ERROR_INVALID_IMAGE"},
    {201, "CUDA_ERROR_INVALID_CONTEXT"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
    {218, "CUDA_ERROR_INVALID_PTX"},
    {221, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
    {304, "CUDA_ERROR_OPERATING_SYSTEM"},
    {500, "CUDA_ERROR_NOT_FOUND"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
    {719, "CUDA_ERROR_LAUNCH_FAILED"},
    {800, "CUDA_ERROR_NOT_PERMITTED"},
    {801, "CUDA_ERROR_NOT_SUPPORTED"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
    {804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"},
    {909, "CUDA_ERROR_TIMEOUT"},
    {999, "CUDA_ERROR_UNKNOWN"},
};

static int initialised;

static int number(const char *key)
{
    const char *text = scenario_value(key);
    return text ? atoi(text) : 0;
}

int cuda_devices(void) { return initialised ? number("gpus") : 0; }

void cuda_record(const char *call)
{
    const char *path = scenario_value("cuda.calls");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file == NULL)
        return;
    fprintf(file, "%s\n", call);
    fclose(file);
}

__attribute__((constructor)) static void loaded(void)
{
    if (getenv("FAKE_NVML_SCENARIO"))
        cuda_record("loaded");
}

int cuda_fault(const char *function, int device)
{
    char key[128];
    cuda_record(function);
    snprintf(key, sizeof key, "call.%s.%d", function, device);
    const char *value = scenario_value(key);
    if (value == NULL) {
        snprintf(key, sizeof key, "call.%s", function);
        value = scenario_value(key);
    }
    return value ? fault_of(value) : SUCCESS;
}

int cuInit(unsigned int flags)
{
    (void)flags;
    cuda_record("cuInit");
    const char *value = scenario_value("cuda.init");
    int code = value ? fault_of(value) : 0;
    /* as the real one: an empty list of visible devices is a host without devices */
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    if (code == 0 && visible && (visible[0] == '\0' || strcmp(visible, "-1") == 0))
        code = NO_DEVICE;
    initialised = code == 0;
    return code;
}

int cuDriverGetVersion(int *version)
{
    *version = number("cuda_version");
    return cuda_fault("cuDriverGetVersion", HOST);
}

int cuDeviceGetCount(int *count)
{
    if (!initialised)
        return NOT_INITIALIZED;
    *count = number("gpus");
    return cuda_fault("cuDeviceGetCount", HOST);
}

int cuGetErrorName(int code, const char **name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == code) {
            *name = names[i].name;
            return 0;
        }
    *name = NULL;
    return INVALID_VALUE;
}
