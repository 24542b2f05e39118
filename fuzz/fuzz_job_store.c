/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_job_store.c && ./a.out -dict=fuzz/job_store.dict
   The input as what a store has of a job, its record or its rows by the first byte, sealed by the second: it is read or
   told to be damaged, and what comes out is whole. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/test.h"
#include "../tests/memory_files.h"
#include "../tests/flow_world.h"
static void fuzz_put(memory_store *s, const char *name, const char *what, bool sealed, carto_str text) {
  char line[CARTO_MCP__STORE_LINE];
  carto_str parts[2];
  parts[0] = sealed ? carto__store_line(line, what, text.len, carto__seal(text)) : carto_str_make("", 0);
  parts[1] = text;
  (void)store_write(NULL, s, carto_str_from(name), parts, 2, NULL);
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static flow_world w;
  static memory_store store;
  static const char record[] =
    "{\"workflow\":\"slow_cities\",\"connection\":\"local\",\"provider\":\"postgres\",\"table\":\"demo.workflows_temp.t\","
    "\"state\":\"success\",\"failure\":\"\",\"createdAt\":1,\"endedAt\":1,\"rows\":1,\"bytes\":1,\"arguments\":{}}";
  carto_str input = carto_str_make((const char *)data + 2, size - 2), result;
  carto_server_desc desc = carto_server_desc_default();
  if (size < 2) return 0;
  desc.store = store_of(&store);
  desc.job_age_s = INT64_C(1) << 40;
  desc.workflows = flow_rows;
  desc.workflow_count = 2;
  fuzz_put(&store, "job-0000000000000001.job", "job", (data[0] & 1) == 0 || data[1], (data[0] & 1) ? input : STR(record));
  if (!(data[0] & 1)) fuzz_put(&store, "job-0000000000000001.rows", "rows", data[1] != 0, input);
  if (flow_open_small(&w, desc) != CARTO_OK) __builtin_trap();
  if (flow_call(&w, "async_workflow_job_get_status_v1_0_0", "{\"jobId\":\"job-0000000000000001\",\"connectionName\":\"local\"}",
                &result) == CARTO_OK && !flow_is_json(result)) __builtin_trap();
  if (flow_call(&w, "async_workflow_job_get_results_v1_0_0", "{\"jobId\":\"job-0000000000000001\",\"connectionName\":\"local\","
                "\"providerId\":\"postgres\",\"workflowOutputTableName\":\"demo.workflows_temp.t\"}", &result) == CARTO_OK &&
      !flow_is_json(result)) __builtin_trap();
  if (flow_call(&w, "execute_query", "{\"connection_name\":\"local\",\"sql\":\"SELECT * FROM workflows_temp.t\"}", &result) ==
        CARTO_OK && !flow_is_json(result)) __builtin_trap();
  while (carto_server_work(&w.m.server, NULL, NULL) == CARTO_OK) {
  }
  flow_close(&w);
  store_clear(&store);
  return 0;
}
