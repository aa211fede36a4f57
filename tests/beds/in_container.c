/*
 * Linked into the fake libraries that a container gets: puts the pieces of a scenario that were
 * mounted (tests/beds/pieces.py) together in memory, and names the result to the fakes. Nobody in a
 * container sets FAKE_NVML_SCENARIO, and its root may be read-only.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PIECES "/usr/share/fake-nvidia"

static void add_piece(FILE *out, const char *name, int gpu)
{
    char path[512];
    int c;
    snprintf(path, sizeof path, "%s/%s", PIECES, name);
    FILE *in = fopen(path, "r");
    while (in && (c = fgetc(in)) != EOF)
        if (c == '@')
            fprintf(out, "%d", gpu);
        else
            fputc(c, out);
    if (in)
        fclose(in);
}

__attribute__((constructor)) static void join_pieces(void)
{
    struct dirent **entries;
    char place[64], before[6] = "";
    int count = scandir(PIECES, &entries, NULL, alphasort), gpu = -1;
    int file = count < 0 ? -1 : memfd_create("scenario", 0);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");
    if (out == NULL)
        return;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strncmp(name, "gpu", 3) == 0 && strncmp(name, before, 5) != 0) {
            gpu++; /* gpu03, whose MIG devices are gpu03.mig0 and so on */
            snprintf(before, sizeof before, "%.5s", name);
        }
        if (name[0] != '.')
            add_piece(out, name, gpu);
    }
    fprintf(out, "gpus=%d\n", gpu + 1);
    fflush(out); /* the file stays open, and thereby there */
    snprintf(place, sizeof place, "/proc/self/fd/%d", file);
    setenv("FAKE_NVML_SCENARIO", place, 1);
}
