/* Prints the report as one JSON document, in ASCII whatever bytes the driver gave. */
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>

enum { REPLACEMENT = 0xFFFD, MOST_OF_A_VARIABLE = 1000 };

/* Takes one character of UTF-8; a byte that is none stands as U+FFFD (RFC 3629, section 3). */
static uint32_t next_character(const unsigned char **at)
{
    const unsigned char *s = *at;
    int more = -1;
    if (s[0] < 0x80)
        more = 0;
    else if (s[0] >= 0xC2 && s[0] < 0xE0)
        more = 1;
    else if (s[0] >= 0xE0 && s[0] < 0xF0)
        more = 2;
    else if (s[0] >= 0xF0 && s[0] < 0xF5)
        more = 3;
    *at = s + 1;
    if (more < 0)
        return REPLACEMENT;
    uint32_t character = more ? s[0] & (0x3Fu >> more) : s[0];
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) /* the end of the text is none either */
            return REPLACEMENT;
        character = character << 6 | (s[i] & 0x3Fu);
    }
    if ((more == 2 && character < 0x800) || (more == 3 && character < 0x10000) ||
        (character >= 0xD800 && character < 0xE000) || character > 0x10FFFF)
        return REPLACEMENT; /* a longer form than needed, half of a pair, or beyond Unicode */
    *at = s + 1 + more;
    return character;
}

static void text(const char *value)
{
    const unsigned char *at = (const unsigned char *)value;
    putchar('"');
    while (*at) {
        uint32_t c = next_character(&at);
        if (c == '"' || c == '\\')
            printf("\\%c", (int)c);
        else if (c >= 0x20 && c < 0x7F)
            putchar((int)c);
        else if (c < 0x10000)
            printf("\\u%04x", (unsigned int)c);
        else
            printf("\\u%04x\\u%04x", (unsigned int)(0xD7C0 + (c >> 10)),
                   (unsigned int)(0xDC00 | (c & 0x3FF)));
    }
    putchar('"');
}

static void key(const char *name) { printf(",\"%s\":", name); }

static void text_of(const char *name, const char *value)
{
    key(name);
    if (value && *value)
        text(value);
    else
        printf("null");
}

static void number_of(const char *name, int value)
{
    key(name);
    if (value == UNKNOWN)
        printf("null");
    else
        printf("%d", value);
}

static void comma(unsigned int position)
{
    if (position)
        putchar(',');
}

static void steps_of(const struct steps *steps)
{
    key("steps");
    putchar('[');
    for (unsigned int i = 0; i < steps->count && i < MAX_STEPS; i++) {
        const struct step *step = &steps->item[i];
        comma(i);
        printf("{\"step\":");
        text(step->name);
        printf(",\"code\":%d", step->code);
        text_of("name", step->text);
        text_of("target", step->target);
        printf(",\"ms\":%.1f}", step->ms);
    }
    putchar(']');
}

static void libraries_of(const struct report *report)
{
    unsigned int printed = 0;
    key("libraries");
    putchar('[');
    for (int i = 0; i < LIBRARIES; i++) {
        const struct library *library = &report->libraries[i];
        if (!library->asked)
            continue;
        comma(printed++);
        printf("{\"name\":\"%s\",\"found\":%s", library->name, library->found ? "true" : "false");
        text_of("path", library->path);
        text_of("error", library->error);
        putchar('}');
    }
    putchar(']');
}

/* The words of nvidia-smi: https://docs.nvidia.com/deploy/nvidia-smi/index.html */
static const char *mode_name(int mode)
{
    static const char *const names[] = {"default", "exclusive_thread", "prohibited",
                                        "exclusive_process"};
    return mode >= 0 && mode < 4 ? names[mode] : NULL;
}

static void gpu(const struct gpu *gpu, unsigned int index)
{
    printf("{\"index\":%u,\"code\":%d", index, gpu->code);
    text_of("uuid", gpu->uuid);
    text_of("name", gpu->name);
    text_of("pci_bus_id", gpu->pci);
    text_of("compute_mode", mode_name(gpu->compute_mode));
    text_of("mig_mode", gpu->mig_mode == UNKNOWN ? NULL : gpu->mig_mode ? "enabled" : "disabled");
    number_of("processes", gpu->processes);
    key("mig");
    putchar('[');
    for (unsigned int i = 0; i < gpu->mig_count && i < MAX_MIG; i++) {
        comma(i);
        text(gpu->mig[i]);
    }
    printf("]}");
}

static void nvml_of(const struct report *report)
{
    key("nvml");
    if (!report->libraries[NVML].found) {
        printf("null");
        return;
    }
    printf("{\"init_code\":");
    if (report->nvml_init == UNKNOWN)
        printf("null");
    else
        printf("%d", report->nvml_init);
    text_of("driver_version", report->driver_version);
    key("devices");
    putchar('[');
    for (unsigned int i = 0; i < report->gpu_count && i < MAX_DEVICES; i++) {
        comma(i);
        gpu(&report->gpus[i], i);
    }
    printf("]}");
}

static void device(const struct device *device, unsigned int ordinal)
{
    static const char *const outcomes[] = {
        [NOT_RUN] = "not_run", [OK] = "ok", [FAILED] = "failed"};
    printf("{\"ordinal\":%u", ordinal);
    text_of("uuid", device->uuid);
    text_of("name", device->name);
    key("compute_capability");
    if (device->major)
        printf("\"%d.%d\"", device->major, device->minor);
    else
        printf("null");
    text_of("pci_bus_id", device->pci);
    key("memory_total_bytes");
    if (device->memory)
        printf("%llu", (unsigned long long)device->memory);
    else
        printf("null");
    text_of("skipped", device->skipped);
    text_of("compute", outcomes[device->compute]);
    steps_of(&device->steps);
    putchar('}');
}

static void cuda_of(const struct report *report)
{
    key("cuda");
    if (!report->libraries[CUDA].found) {
        printf("null");
        return;
    }
    /* https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__VERSION.html */
    int version = report->cuda_version;
    if (version)
        printf("{\"driver_version\":\"%d.%d\"", version / 1000, version % 1000 / 10);
    else
        printf("{\"driver_version\":null");
    key("devices");
    putchar('[');
    for (unsigned int i = 0; i < report->device_count && i < MAX_DEVICES; i++) {
        comma(i);
        device(&report->devices[i], i);
    }
    printf("]}");
}

/*
 * What decides which GPUs and libraries a container sees, wherever it was set: by the image, by whoever
 * started the container, or by the engine. No other variable is told: it might be a secret.
 */
static void environment_of(void)
{
    static const char *const names[] = {"CUDA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES",
                                        "NVIDIA_VISIBLE_DEVICES"};
    char beginning[MOST_OF_A_VARIABLE + 1];
    unsigned int printed = 0;
    key("environment");
    putchar('{');
    for (unsigned int i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL)
            continue;
        comma(printed++);
        printf("\"%s\":", names[i]);
        snprintf(beginning, sizeof beginning, "%s", value);
        text(beginning);
    }
    putchar('}');
}

void print_document(const struct report *report, const struct ending *ending)
{
    printf("{\"schema\":\"gpucheck.probe/1\"");
    text_of("level", report->level == LEVEL_DEVICES ? "devices" : "compute");
    text_of("ended", ending->how);
    text_of("stopped_at", ending->code ? report->now : NULL);
    number_of("signal", ending->signal ? ending->signal : UNKNOWN);
    environment_of();
    libraries_of(report);
    nvml_of(report);
    cuda_of(report);
    steps_of(&report->steps);
    puts("}");
}
