/* replay DIR: runs each fuzz target over its files in DIR/<entry>/, without a fuzzer; a file is one case.
   With REPLAY_FUZZES it is the fuzzer of the target that FUZZ_TARGET names: one to build instead of many. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LLVMFuzzerTestOneInput fuzz_json
#include "../fuzz/fuzz_json.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_csv
#include "../fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_geojson
#include "../fuzz/fuzz_geojson.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_geo
#include "../fuzz/fuzz_geo.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_message
#include "../fuzz/fuzz_message.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_pipe
#include "../fuzz/fuzz_pipe.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_arguments
#include "../fuzz/fuzz_arguments.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_match
#include "../fuzz/fuzz_match.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_widget
#include "../fuzz/fuzz_widget.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_sql
#include "../fuzz/fuzz_sql.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_sql_parameters
#include "../fuzz/fuzz_sql_parameters.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_map_document
#include "../fuzz/fuzz_map_document.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_map_tools
#include "../fuzz/fuzz_map_tools.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_chart
#include "../fuzz/fuzz_chart.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_workflow_document
#include "../fuzz/fuzz_workflow_document.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_workflow_inputs
#include "../fuzz/fuzz_workflow_inputs.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_job_store
#include "../fuzz/fuzz_job_store.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_rows
#include "../fuzz/fuzz_rows.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_sql_check
#include "../fuzz/fuzz_sql_check.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_tape
#include "../fuzz/fuzz_tape.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_http_response
#include "../fuzz/fuzz_http_response.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_url
#include "../fuzz/fuzz_url.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_http_request
#include "../fuzz/fuzz_http_request.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_standin
#include "../fuzz/fuzz_standin.c"
#undef LLVMFuzzerTestOneInput

static const struct {
  const char *entry;
  int (*run)(const uint8_t *data, size_t size);
} targets[] = {
  {"json", fuzz_json},       {"csv", fuzz_csv},   {"geojson", fuzz_geojson},     {"geo", fuzz_geo},
  {"message", fuzz_message}, {"pipe", fuzz_pipe}, {"arguments", fuzz_arguments},
  {"match", fuzz_match},     {"sql", fuzz_sql},   {"sql_parameters", fuzz_sql_parameters},
  {"widget", fuzz_widget},   {"map_document", fuzz_map_document},  {"map_tools", fuzz_map_tools},
  {"chart", fuzz_chart},
  {"workflow_document", fuzz_workflow_document}, {"workflow_inputs", fuzz_workflow_inputs},
  {"job_store", fuzz_job_store}, {"tape", fuzz_tape},
  {"http_response", fuzz_http_response}, {"url", fuzz_url},
  {"rows", fuzz_rows}, {"sql_check", fuzz_sql_check}, 
  {"standin", fuzz_standin}, {"http_request", fuzz_http_request},
};

#ifdef REPLAY_FUZZES
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static int (*run)(const uint8_t *data, size_t size);
  const char *wanted = getenv("FUZZ_TARGET");
  for (size_t k = 0; !run && wanted && k < sizeof targets / sizeof *targets; k++)
    if (strcmp(targets[k].entry, wanted) == 0) run = targets[k].run;
  if (!run) {
    fprintf(stderr, "FUZZ_TARGET names no target\n");
    exit(1);
  }
  return run(data, size);
}
#else
static int replay(const char *path, int (*run)(const uint8_t *data, size_t size)) {
  const size_t most = (size_t)1 << 20;
  FILE *f = fopen(path, "rb");
  uint8_t *data = (uint8_t *)malloc(most), *exact;
  size_t size;
  if (!f || !data) return 0;
  size = fread(data, 1, most, f);
  fclose(f);
  exact = (uint8_t *)malloc(size ? size : 1); /* so that a read past the end is caught */
  if (!exact) return 0;
  memcpy(exact, data, size);
  free(data);
  (void)run(exact, size);
  free(exact);
  return 1;
}

int main(int argc, char **argv) {
  int passed = 0, failed = 0;
  for (int i = 1; i < argc; i++) {
    for (size_t k = 0; k < sizeof targets / sizeof *targets; k++) {
      char path[4096];
      struct dirent *entry;
      DIR *dir;
      snprintf(path, sizeof path, "%s/%s", argv[i], targets[k].entry);
      dir = opendir(path);
      if (!dir) {
        printf("FAILED there is no directory %s\n", path);
        failed++;
        continue;
      }
      while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s/%s", argv[i], targets[k].entry, entry->d_name);
        if (replay(path, targets[k].run)) passed++;
        else failed++;
      }
      closedir(dir);
    }
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0 || passed == 0;
}
#endif
