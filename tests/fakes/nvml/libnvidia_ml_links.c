/* The fake libnvidia-ml.so.1, second part: MIG, NVSwitch fabric, NVLink, field values, processes. */
#include "nvml.h"

#include <stdlib.h>
#include <string.h>

/* field values */
enum {
    FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL = 38,
    FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL = 52,
    FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL = 59,
    FI_DEV_NVLINK_LINK_COUNT = 91,
    FI_DEV_GET_GPU_RECOVERY_ACTION = 230,
};

static struct device migs[MAX_GPUS][MAX_MIG];

/* MIG ---------------------------------------------------------------------------------------- */

int nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *out)
{
    *out = device_value(device, "mig_mode") ? MAX_MIG - 1 : 0;
    return fault("nvmlDeviceGetMaxMigDeviceCount", device->gpu);
}

int nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index, nvmlDevice_t *out)
{
    int code = fault("nvmlDeviceGetMigDeviceHandleByIndex", device->gpu);
    if (code != SUCCESS)
        return code;
    if (index >= MAX_MIG)
        return INVALID_ARGUMENT;
    struct device *mig = &migs[device->gpu][index];
    mig->gpu = device->gpu;
    mig->mig = (int)index;
    *out = mig;
    return device_value(mig, "uuid") ? SUCCESS : NOT_FOUND;
}

/* NVSwitch fabric and NVLink ----------------------------------------------------------------- */

typedef struct {
    unsigned char clusterUuid[16];
    unsigned int status, cliqueId;
    unsigned char state;
} nvmlGpuFabricInfo_t;

typedef struct { /* version 3 adds one byte behind it */
    unsigned int version;
    unsigned char clusterUuid[16];
    unsigned int status, cliqueId;
    unsigned char state;
    unsigned int healthMask;
    unsigned char healthSummary;
} nvmlGpuFabricInfoV_t;

/* fabric=STATE,STATUS */
int nvmlDeviceGetGpuFabricInfo(nvmlDevice_t device, nvmlGpuFabricInfo_t *info)
{
    unsigned long long numbers[2];
    int code = numbers_of("nvmlDeviceGetGpuFabricInfo", device, "fabric", 2, numbers);
    if (code != SUCCESS)
        return code;
    info->state = (unsigned char)numbers[0];
    info->status = (unsigned int)numbers[1];
    return SUCCESS;
}

/* fabric_version=2: an older library, which does not know version 3 of the structure */
int nvmlDeviceGetGpuFabricInfoV(nvmlDevice_t device, nvmlGpuFabricInfoV_t *info)
{
    unsigned long long numbers[2];
    int code = numbers_of("nvmlDeviceGetGpuFabricInfoV", device, "fabric", 2, numbers);
    if (code != SUCCESS)
        return code;
    const char *newest = scenario_value("fabric_version");
    unsigned int version = info->version >> 24, size = info->version & 0xffffff;
    if (version > (newest ? (unsigned int)atoi(newest) : 3) || size != (version == 3 ? 40 : 36))
        return ARGUMENT_VERSION_MISMATCH;
    info->state = (unsigned char)numbers[0];
    info->status = (unsigned int)numbers[1];
    return SUCCESS;
}

/* nvlinks=1,1,0: the state of each link */
int nvmlDeviceGetNvLinkState(nvmlDevice_t device, unsigned int link, unsigned int *active)
{
    const char *text;
    int code = text_of("nvmlDeviceGetNvLinkState", device, "nvlinks", &text);
    if (code != SUCCESS)
        return code;
    if (link >= (strlen(text) + 1) / 2)
        return INVALID_ARGUMENT;
    char state = text[2 * link];
    *active = state == '1';
    return state == '-' ? NOT_SUPPORTED : SUCCESS;
}

typedef struct {
    unsigned int fieldId, scopeId;
    long long timestamp, latencyUsec;
    unsigned int valueType, nvmlReturn;
    union {
        double dVal;
        unsigned int uiVal;
        unsigned long long ullVal;
    } value;
} nvmlFieldValue_t;

/* nvlink_errors=REPLAY,RECOVERY,CRC */
static int link_errors(nvmlDevice_t device, unsigned int field, unsigned long long *number)
{
    static const unsigned int kinds[] = {
        FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL,
        FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL,
        FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL,
    };
    unsigned long long numbers[3];
    for (int i = 0; i < 3; i++)
        if (kinds[i] == field) {
            int code = numbers_of("NVML_FI_DEV_NVLINK_ERRORS", device, "nvlink_errors", 3, numbers);
            *number = numbers[i];
            return code;
        }
    return INVALID_ARGUMENT; /* as drivers answer to a number from their future */
}

static int field_value(nvmlDevice_t device, nvmlFieldValue_t *field)
{
    unsigned long long number = 0;
    const char *text;
    int code;
    if (field->fieldId == FI_DEV_NVLINK_LINK_COUNT) {
        code = text_of("NVML_FI_DEV_NVLINK_LINK_COUNT", device, "nvlinks", &text);
        number = code == SUCCESS ? (strlen(text) + 1) / 2 : 0;
    } else if (field->fieldId == FI_DEV_GET_GPU_RECOVERY_ACTION) {
        const char *name = "NVML_FI_DEV_GET_GPU_RECOVERY_ACTION";
        code = numbers_of(name, device, "recovery_action", 1, &number);
    } else {
        code = link_errors(device, field->fieldId, &number);
    }
    if (code == SUCCESS) {
        field->valueType = 3; /* unsigned long long */
        field->value.ullVal = number;
    }
    return code;
}

int nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t *values)
{
    int code = fault("nvmlDeviceGetFieldValues", device->gpu);
    for (int i = 0; code == SUCCESS && i < count; i++)
        values[i].nvmlReturn = (unsigned int)field_value(device, &values[i]);
    return code;
}

/* Processes ---------------------------------------------------------------------------------- */

typedef struct {
    unsigned int pid;
    unsigned long long usedGpuMemory;
    unsigned int gpuInstanceId, computeInstanceId;
} nvmlProcessInfo_t;

static int processes(const char *function, nvmlDevice_t device, unsigned int *count,
                     nvmlProcessInfo_t *infos)
{
    unsigned long long running;
    int code = numbers_of(function, device, "processes", 1, &running);
    if (code != SUCCESS)
        return code;
    unsigned int room = *count;
    *count = (unsigned int)running;
    if (room < running)
        return INSUFFICIENT_SIZE;
    for (unsigned int i = 0; i < running; i++)
        infos[i].pid = 1000 + i;
    return SUCCESS;
}

int nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_t *p)
{
    return processes("nvmlDeviceGetComputeRunningProcesses_v2", d, n, p);
}

int nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_t *p)
{
    return processes("nvmlDeviceGetComputeRunningProcesses_v3", d, n, p);
}
