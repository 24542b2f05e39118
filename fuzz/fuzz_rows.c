/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_rows.c && ./a.out -dict=fuzz/rows.dict fuzz/corpus/rows
   The first byte is the size of the pieces, the rest an answer: in pieces it is the same table as whole, and has what
   carto_json_parse finds in it. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/rows_check.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  size_t step = size ? (size_t)data[0] + 1 : 1;
  carto_str text = carto_str_make((const char *)data + (size > 0), size - (size > 0));
  carto_buf whole, part;
  const char *wrong;
  rows_read r;
  carto_buf_init(&whole, libc, 0);
  carto_buf_init(&part, libc, 0);
  rows_open(&r, NULL, libc, 0, text, 0, text.len + 1);
  rows_dump(&r, &whole);
  wrong = rows_compare(&r, text);
  rows_close(&r);
  rows_open(&r, NULL, libc, step % 7 == 0 ? 5000 : 0, text, step % 3, step);
  rows_dump(&r, &part);
  if (r.status == CARTO_OK ? r.error.text[0] != 0 : !r.error.text[0] || r.error.offset > text.len || r.table.columns)
    wrong = "no good error";
  if (!(step % 7 == 0 && r.status == CARTO_ERR_LIMIT) && !carto_str_equal(carto_buf_str(&whole), carto_buf_str(&part)))
    wrong = "another table in pieces";
  rows_close(&r);
  if (wrong) {
    fprintf(stderr, "%s\nwhole %.*s\npart  %.*s\n", wrong, (int)whole.len, whole.ptr, (int)part.len, part.ptr);
    __builtin_trap();
  }
  carto_buf_free(&whole);
  carto_buf_free(&part);
  return 0;
}
