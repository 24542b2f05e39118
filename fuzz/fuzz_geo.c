/* clang -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_geo.c -o fuzz_geo && ./fuzz_geo -dict=fuzz/geo.dict fuzz/corpus/geo
   The first byte chooses WKT, WKB or hexadecimal WKB; what is accepted must come back unchanged. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_str text = carto_str_make((const char *)data + (size > 0), size - (size > 0));
  carto_arena arena;
  carto_buf first, second;
  carto_geom geom, again;
  carto_status status;
  if (size == 0) return 0;
  carto_arena_init(&arena, libc, (size_t)64 << 20);
  carto_buf_init(&first, libc, 0);
  carto_buf_init(&second, libc, 0);
  status = data[0] % 3 == 0   ? carto_geom_from_wkt(&arena, text, &geom, NULL)
           : data[0] % 3 == 1 ? carto_geom_from_wkb(&arena, text.ptr, text.len, &geom, NULL)
                              : carto_geom_from_hex(&arena, text, &geom, NULL);
  if (status == CARTO_OK) {
    carto_geom_to_wkt(geom, &first);
    if (carto_geom_from_wkt(&arena, carto_buf_str(&first), &again, NULL) != CARTO_OK) __builtin_trap();
    carto_geom_to_wkt(again, &second);
    if (!carto_str_equal(carto_buf_str(&first), carto_buf_str(&second))) __builtin_trap();
  }
  carto_buf_free(&first);
  carto_buf_free(&second);
  carto_arena_free(&arena);
  return 0;
}
