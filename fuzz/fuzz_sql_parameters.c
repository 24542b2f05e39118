/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_sql_parameters.c && ./a.out -dict=fuzz/sql.dict
   The first line is JSON, the rest SQL with placeholders for its values: a table, or an error with its SQLSTATE. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/small_tables.h"
static bool some_times(void *user) { return ++*(int *)user < 40; }
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static small_tables few;
  static carto_arena arena;
  int asked = 0, status;
  carto_alloc libc = {NULL, NULL};
  carto_call call = {NULL, some_times, NULL, NULL, &asked};
  carto_sql_desc desc = {small_find, &few, NULL, NULL, {4 << 20, 1 << 20, 1000, 0, 0}};
  const uint8_t *end = size ? (const uint8_t *)memchr(data, '\n', size) : NULL;
  size_t first = end ? (size_t)(end - data) : size;
  carto_str text = carto_str_make((const char *)data + first, size - first);
  carto_json_doc doc;
  carto_table table;
  carto_error error;
  if (!few.tables[0].columns && small_open(&few, libc) != CARTO_OK) __builtin_trap();
  carto_arena_init(&arena, libc, 0);
  desc.parameters_doc = &doc;
  if (carto_json_parse(&arena, carto_str_make((const char *)data, first), &doc, NULL) == CARTO_OK)
    desc.parameters = doc.root;
  status = carto_sql_query(&call, &desc, text, libc, &table, &error);
  if (status != CARTO_OK && status != CARTO_ERR_CANCELLED && strlen(error.code) != 5) __builtin_trap();
  if (status != CARTO_OK && (table.columns || error.offset > text.len)) __builtin_trap();
  return carto_table_free(&table), carto_arena_free(&arena), 0;
}
