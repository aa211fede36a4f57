/* The fake libnvidia-ml.so.1, third part: board memory, repairs, performance state, load. */
#include "nvml.h"

enum { CORRUPTED_INFOROM = 14 };

/* inforom=0: its checksums are wrong */
int nvmlDeviceValidateInforom(nvmlDevice_t device)
{
    unsigned long long valid;
    int code = numbers_of("nvmlDeviceValidateInforom", device, "inforom", 1, &valid);
    return code == SUCCESS && !valid ? CORRUPTED_INFOROM : code;
}

typedef struct {
    unsigned int version, bChannelRepairPending, bTpcRepairPending;
} nvmlRepairStatus_t;

/* memory_repair=CHANNEL,TPC */
int nvmlDeviceGetRepairStatus(nvmlDevice_t device, nvmlRepairStatus_t *status)
{
    unsigned long long numbers[2];
    int code = numbers_of("nvmlDeviceGetRepairStatus", device, "memory_repair", 2, numbers);
    if (code != SUCCESS)
        return code;
    if (status->version != (sizeof *status | 1u << 24))
        return ARGUMENT_VERSION_MISMATCH;
    status->bChannelRepairPending = (unsigned int)numbers[0];
    status->bTpcRepairPending = (unsigned int)numbers[1];
    return SUCCESS;
}

typedef struct {
    unsigned int version, unrepairableMemory;
} nvmlUnrepairableMemoryStatus_v1_t;

int nvmlDeviceGetUnrepairableMemoryFlag_v1(nvmlDevice_t device,
                                           nvmlUnrepairableMemoryStatus_v1_t *status)
{
    unsigned long long number;
    const char *function = "nvmlDeviceGetUnrepairableMemoryFlag_v1";
    int code = numbers_of(function, device, "memory_unrepairable", 1, &number);
    if (code != SUCCESS)
        return code;
    if (status->version != (sizeof *status | 1u << 24))
        return ARGUMENT_VERSION_MISMATCH;
    status->unrepairableMemory = (unsigned int)number;
    return SUCCESS;
}

typedef struct {
    unsigned int version;
    unsigned long long counters[11];
    unsigned int bThresholdExceeded;
} nvmlEccSramErrorStatus_t;

int nvmlDeviceGetSramEccErrorStatus(nvmlDevice_t device, nvmlEccSramErrorStatus_t *status)
{
    unsigned long long number;
    const char *function = "nvmlDeviceGetSramEccErrorStatus";
    int code = numbers_of(function, device, "sram_errors_above_limit", 1, &number);
    if (code != SUCCESS)
        return code;
    if (status->version != (sizeof *status | 1u << 24))
        return ARGUMENT_VERSION_MISMATCH;
    status->bThresholdExceeded = (unsigned int)number;
    return SUCCESS;
}

/* virtualization=MODE; 2 is a vGPU */
int nvmlDeviceGetVirtualizationMode(nvmlDevice_t device, unsigned int *mode)
{
    unsigned long long number;
    const char *function = "nvmlDeviceGetVirtualizationMode";
    int code = numbers_of(function, device, "virtualization", 1, &number);
    if (code == SUCCESS)
        *mode = (unsigned int)number;
    return code;
}

typedef struct {
    unsigned int year;
    unsigned short month, day, hour, min, sec;
    unsigned char status;
} nvmlGridLicenseExpiry_t;

typedef struct {
    int isGridLicenseSupported;
    unsigned int licensableFeaturesCount;
    struct {
        unsigned int featureCode, featureState;
        char licenseInfo[128], productName[128];
        unsigned int featureEnabled;
        nvmlGridLicenseExpiry_t licenseExpiry;
    } gridLicensableFeatures[3];
} nvmlGridLicensableFeatures_t;

/* vgpu_licence=SUPPORTED,ENABLED,LICENSED of the one feature */
int nvmlDeviceGetGridLicensableFeatures_v4(nvmlDevice_t device, nvmlGridLicensableFeatures_t *all)
{
    unsigned long long numbers[3];
    const char *function = "nvmlDeviceGetGridLicensableFeatures_v4";
    int code = numbers_of(function, device, "vgpu_licence", 3, numbers);
    if (code != SUCCESS)
        return code;
    all->isGridLicenseSupported = (int)numbers[0];
    all->licensableFeaturesCount = 1;
    all->gridLicensableFeatures[0].featureEnabled = (unsigned int)numbers[1];
    all->gridLicensableFeatures[0].featureState = (unsigned int)numbers[2];
    return SUCCESS;
}

int nvmlDeviceGetPerformanceState(nvmlDevice_t device, unsigned int *out)
{
    unsigned long long number;
    int code = numbers_of("nvmlDeviceGetPerformanceState", device, "performance_state", 1, &number);
    if (code == SUCCESS)
        *out = (unsigned int)number;
    return code;
}

typedef struct {
    unsigned int gpu, memory;
} nvmlUtilization_t;

/* utilization=PERCENT */
int nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *rates)
{
    unsigned long long number;
    int code = numbers_of("nvmlDeviceGetUtilizationRates", device, "utilization", 1, &number);
    if (code != SUCCESS)
        return code;
    rates->gpu = (unsigned int)number;
    rates->memory = 0;
    return SUCCESS;
}
