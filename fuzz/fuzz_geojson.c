/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz_geojson.c
     ./a.out -dict=geojson.dict corpus/geojson
   First byte: odd for newline-delimited JSON, even for one GeoJSON document; the rest is the text. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_call call = {NULL, NULL, NULL, NULL, NULL};
  carto_str text = carto_str_make((const char *)data + 1, size - 1), name = carto_str_from("fuzz");
  carto_table table;
  carto_error error;
  carto_status status;
  if (size == 0) return 0;
  status = data[0] & 1 ? carto_table_read_ndjson(&call, libc, name, text, &table, &error)
                       : carto_table_read_geojson(&call, libc, name, text, &table, &error);
  if (status != CARTO_OK && (error.offset > text.len || error.line == 0 || table.columns)) abort();
  for (size_t i = 0; i < table.column_count; i++)
    for (size_t row = 0; row < table.row_count; row++) {
      unsigned char room[21];
      carto_geom geom = carto_column_geom(&table.columns[i], row, room);
      carto_str s = carto_column_string(&table.columns[i], row);
      if (geom.size && carto_geom_type_of(geom) == 0) abort();
      if (carto__utf8_check(s.ptr, s.len) != s.len) abort();
    }
  carto_table_free(&table);
  return 0;
}
