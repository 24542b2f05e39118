/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz_csv.c
     ./a.out -dict=csv.dict corpus/csv
   Any bytes are a table or an error with a place in the text; every value of a table can be read. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_call call = {NULL, NULL, NULL, NULL, NULL};
  carto_str text = carto_str_make((const char *)data, size);
  carto_table table;
  carto_error error;
  size_t sum = 0;
  if (carto_table_read_csv(&call, libc, carto_str_from("fuzz"), text, &table, &error) != CARTO_OK) {
    if (error.offset > size || error.line == 0 || table.columns) abort();
    return 0;
  }
  for (size_t i = 0; i < table.column_count; i++)
    for (size_t row = 0; row < table.row_count; row++) {
      const carto_column *c = &table.columns[i];
      unsigned char room[21];
      carto_str s = carto_column_string(c, row);
      if (carto__utf8_check(s.ptr, s.len) != s.len) abort();
      sum += s.len + carto_column_is_null(c, row) + carto_column_geom(c, row, room).size;
    }
  if (sum > 40 * size + 100 * table.row_count * table.column_count) abort();
  carto_table_free(&table);
  return 0;
}
