/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_sql_check.c && ./a.out -dict=fuzz/sql_check.dict
   The first byte is a dialect, the rest a query: a verdict, and the byte it is about. What passes does not with a second
   statement behind it; what passes for a provider that nobody knows passes for all; with single values
   bound it still passes. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include <stdio.h>
static const char *const sql_check_providers[] = {"bigquery", "snowflake", "databricks", "redshift", "postgres", "oracle", ""};
static bool sql_check_passes(const char *provider, carto_str sql) {
  carto_error error;
  carto_status status;
  memset(&error, 0, sizeof error);
  status = carto_sql_check_reading(carto_str_from(provider), sql, &error);
  if (status != CARTO_OK && (status != CARTO_ERR_ARG || !error.text[0] || error.offset > sql.len)) __builtin_trap();
  return status == CARTO_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const given[] = {"{\"a\":1,\"b\":\"'\",\"c\":null,\"1\":2}", "[1,\"x\",null]",
                                      "{\"a\":1,\"b\":[],\"c\":[1,\"'\"]}", "[[1,2],[],3]"};
  unsigned which = size ? data[0] / 7 % 4 : 0;
  const char *provider = sql_check_providers[size ? data[0] % 7 : 0];
  carto_str sql = carto_str_make((const char *)data + (size > 0), size - (size > 0)), bound, values;
  carto_alloc libc = {NULL, NULL};
  carto_json_doc doc, out;
  carto_error error;
  carto_arena arena;
  carto_buf more;
  bool passes = sql_check_passes(provider, sql);
  carto_arena_init(&arena, libc, 0);
  if (passes) {
    carto_buf_init(&more, libc, 0);
    carto_buf_append_str(&more, sql);
    carto_buf_append_text(&more, "\n;delete from t");
    if (sql_check_passes(provider, carto_buf_str(&more))) __builtin_trap();
    carto_buf_free(&more);
    for (size_t i = 0; !provider[0] && i < 6; i++)
      if (!sql_check_passes(sql_check_providers[i], sql)) __builtin_trap();
  }
  memset(&error, 0, sizeof error);
  if (carto_json_parse(&arena, carto_str_from(given[which]), &doc, NULL) != CARTO_OK) __builtin_trap();
  if (carto__guard_bind(&arena, carto_str_from(provider), sql, &doc, doc.root, &bound, &values, &error) == CARTO_OK) {
    if (passes && which < 2 && !sql_check_passes(provider, bound)) __builtin_trap();
    if (values.len > 0 && carto_json_parse(&arena, values, &out, NULL) != CARTO_OK) __builtin_trap();
  } else if (!error.text[0] || error.offset > sql.len) {
    __builtin_trap();
  }
  carto_arena_free(&arena);
  return 0;
}
