/* The fake libcuda.so.1, second part: devices. In MIG mode that is a GPU's first MIG device. */
#include "cuda.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMPUTE_MODE = 20, CAPABILITY_MAJOR = 75, CAPABILITY_MINOR = 76 };

static struct device gpu_of(int device) { return (struct device){device, -1}; }

static struct device visible(int device)
{
    struct device gpu = gpu_of(device), mig = {device, 0};
    const char *mode = device_value(&gpu, "mig_mode");
    for (; mode && mode[0] == '1' && mig.mig < 8; mig.mig++)
        if (device_value(&mig, "uuid"))
            return mig;
    return gpu;
}

/* The value of a field, as one of the numbers that commas separate. */
static unsigned long long number_of(struct device device, const char *field, int place)
{
    const char *text = device_value(&device, field);
    while (text && place-- > 0)
        text = strchr(text, ',') ? strchr(text, ',') + 1 : NULL;
    return text ? strtoull(text, NULL, 0) : 0;
}

static int fault_on(const char *function, int device)
{
    int code = cuda_fault(function, device);
    if (code == SUCCESS && (device < 0 || device >= cuda_devices()))
        return INVALID_DEVICE;
    return code;
}

int cuDeviceGet(int *device, int ordinal)
{
    *device = ordinal;
    return fault_on("cuDeviceGet", ordinal);
}

/* Fills all of the room, as a library that trusts its caller would. */
int cuDeviceGetName(char *name, int room, int device)
{
    int code = fault_on("cuDeviceGetName", device);
    struct device seen = visible(device);
    const char *text = device_value(&seen, "name");
    if (code == SUCCESS)
        strncpy(name, text ? text : "", (size_t)room);
    return code;
}

int cuDeviceGetPCIBusId(char *id, int room, int device)
{
    int code = fault_on("cuDeviceGetPCIBusId", device);
    struct device gpu = gpu_of(device);
    const char *text = device_value(&gpu, "pci"); /* CUDA prints the domain with four digits */
    if (code == SUCCESS)
        snprintf(id, (size_t)room, "%s", text ? text + 4 : "");
    return code;
}

static void bytes_of(struct device device, unsigned char *bytes)
{
    const char *text = device_value(&device, "uuid");
    const char *digit = text ? text + 4 : ""; /* behind GPU- or MIG- */
    for (int i = 0; i < 16; i++) {
        unsigned int byte = 0;
        digit += *digit == '-';
        sscanf(digit, "%2x", &byte);
        bytes[i] = (unsigned char)byte;
        digit += strlen(digit) >= 2 ? 2 : 0;
    }
}

int cuDeviceGetUuid(unsigned char *uuid, int device)
{
    bytes_of(gpu_of(device), uuid);
    return fault_on("cuDeviceGetUuid", device);
}

int cuDeviceGetUuid_v2(unsigned char *uuid, int device)
{
    bytes_of(visible(device), uuid);
    return fault_on("cuDeviceGetUuid_v2", device);
}

int cuDeviceTotalMem_v2(size_t *bytes, int device)
{
    *bytes = number_of(visible(device), "memory", 0);
    return fault_on("cuDeviceTotalMem_v2", device);
}

int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    struct device gpu = gpu_of(device);
    switch (attribute) {
    case COMPUTE_MODE:
        *value = (int)number_of(gpu, "compute_mode", 0);
        break;
    case CAPABILITY_MAJOR:
        *value = (int)number_of(gpu, "compute_capability", 0);
        break;
    case CAPABILITY_MINOR:
        *value = (int)number_of(gpu, "compute_capability", 1);
        break;
    default:
        return INVALID_VALUE;
    }
    return fault_on("cuDeviceGetAttribute", device);
}
