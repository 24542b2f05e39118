/* Runs a fuzz target over files, without a fuzzer: replay_<entry> DIR...; each file is one case. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path) {
  FILE *f = fopen(path, "rb");
  uint8_t *data = (uint8_t *)malloc((size_t)1 << 20);
  size_t size;
  if (!f || !data) return 0;
  size = fread(data, 1, (size_t)1 << 20, f);
  fclose(f);
  /* an exact copy, so that a read past the end is caught */
  data = (uint8_t *)realloc(data, size ? size : 1);
  if (!data) return 0;
  (void)LLVMFuzzerTestOneInput(data, size);
  free(data);
  return 1;
}

int main(int argc, char **argv) {
  int passed = 0, failed = 0;
  for (int i = 1; i < argc; i++) {
    DIR *dir = opendir(argv[i]);
    struct dirent *entry;
    char path[4096];
    if (!dir) {
      printf("no directory %s\n", argv[i]);
      failed++;
      continue;
    }
    while ((entry = readdir(dir)) != NULL) {
      if (entry->d_name[0] == '.') continue;
      snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
      if (replay(path)) passed++;
      else failed++;
    }
    closedir(dir);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0 || passed == 0;
}
