/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_chart.c && ./a.out -dict=fuzz/chart.dict
   A Vega-Lite specification: accepted, or an error with a text; the same for a copy of it. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
static carto_status chart_columns(void *user, carto_str name, const carto_str **out, size_t *count, carto_error *error) {
  *out = (const carto_str *)user;
  *count = name.len % 3;
  return name.len < 5 ? CARTO_OK : carto__fail(error, CARTO_ERR_NOT_FOUND, 0, "there is no such data");
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static carto_chart chart;
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_json_doc doc;
  carto_error error, again;
  carto_str columns[2] = {{"a", 1}, {"price", 5}};
  carto_chart_data named = {chart_columns, columns};
  carto_status status;
  if (!chart._index && carto_chart_init(&chart, libc, NULL) != CARTO_OK) __builtin_trap();
  carto_arena_init(&arena, libc, 64 << 20);
  if (carto_json_parse(&arena, carto_str_make((const char *)data, size), &doc, NULL) == CARTO_OK) {
    status = carto_chart_check(&chart, &arena, doc.root, &error);
    if (carto_chart_check(&chart, &arena, doc.root, &again) != status || strcmp(error.text, again.text)) __builtin_trap();
    if (status == CARTO_OK) status = carto_chart_check_fields(&arena, doc.root, &named, &error);
    if ((status == CARTO_OK) == (error.text[0] != 0)) __builtin_trap();
  }
  return carto_arena_free(&arena), 0;
}
