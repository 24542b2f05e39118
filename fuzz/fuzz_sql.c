/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_sql.c && ./a.out -dict=fuzz/sql.dict
   Any text is a table within its limits, of the columns described, or an error with a SQLSTATE and a place. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/small_tables.h"
static bool few_times(void *user) { return ++*(int *)user < 40; }
static int64_t fixed_time(void *user) { return (void)user, 1767323045678000; }
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static small_tables small;
  int asked = 0, status;
  carto_alloc libc = {NULL, NULL};
  carto_call call = {NULL, few_times, NULL, fixed_time, &asked};
  carto_sql_desc desc = {small_find, &small, NULL, NULL, {4 << 20, 1 << 20, 1000, 0, 0}};
  carto_str text = carto_str_make((const char *)data, size);
  carto_table table, columns;
  carto_error error;
  if (!small.tables[0].columns && small_open(&small, libc) != CARTO_OK) __builtin_trap();
  status = carto_sql_query(&call, &desc, text, libc, &table, &error);
  if (status != CARTO_OK && (table.columns || error.offset > size || !error.text[0])) __builtin_trap();
  if (status != CARTO_OK && status != CARTO_ERR_CANCELLED && strlen(error.code) != 5) __builtin_trap();
  if (status == CARTO_OK) {
    if (table.row_count > 1000) __builtin_trap();
    if (carto_sql_describe(&call, &desc, text, libc, &columns, &error) != CARTO_OK) __builtin_trap();
    for (size_t i = 0; i < table.column_count; i++)
      if (columns.columns[i].type != table.columns[i].type) __builtin_trap();
    carto_table_free(&columns);
  }
  return carto_table_free(&table), 0;
}
