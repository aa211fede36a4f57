/* Prints the UUIDs of the GPUs and MIG devices that NVML shows, then what libcuda answers. */
#include <dlfcn.h>
#include <stdio.h>

typedef int call();

static int use_library(const char *name, void **library)
{
    *library = dlopen(name, RTLD_NOW);
    if (*library == NULL)
        printf("no %s\n", name);
    return *library != NULL;
}

static void print_migs(void *nvml, void *gpu)
{
    call *handle = (call *)dlsym(nvml, "nvmlDeviceGetMigDeviceHandleByIndex");
    call *uuid = (call *)dlsym(nvml, "nvmlDeviceGetUUID");
    for (unsigned int i = 0; i < 8; i++) {
        void *mig;
        char text[96];
        if (handle(gpu, i, &mig) == 0 && uuid(mig, text, 96u) == 0)
            printf("%s\n", text);
    }
}

int main(void)
{
    void *nvml, *cuda, *gpu;
    int code, count = 0;
    char text[96];
    if (use_library("libnvidia-ml.so.1", &nvml)) {
        code = ((call *)dlsym(nvml, "nvmlInit_v2"))();
        if (code != 0)
            printf("nvmlInit %d\n", code);
        ((call *)dlsym(nvml, "nvmlDeviceGetCount_v2"))(&count);
        for (int i = 0; code == 0 && i < count; i++) {
            ((call *)dlsym(nvml, "nvmlDeviceGetHandleByIndex_v2"))(i, &gpu);
            ((call *)dlsym(nvml, "nvmlDeviceGetUUID"))(gpu, text, 96u);
            printf("%s\n", text);
            print_migs(nvml, gpu);
        }
    }
    if (use_library("libcuda.so.1", &cuda)) {
        code = ((call *)dlsym(cuda, "cuInit"))(0u);
        count = 0;
        ((call *)dlsym(cuda, "cuDeviceGetCount"))(&count);
        printf("cuInit %d, %d devices\n", code, count);
    }
    return 0;
}
