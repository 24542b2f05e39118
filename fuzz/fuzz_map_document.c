/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz_map_document.c
     ./a.out -dict=map_document.dict corpus/map_document
   Any text is a map, whose document reads and writes the same again, or an error with a reason. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include <stdlib.h>

static carto_buf document_text(const carto_map_document *map, carto_alloc alloc) {
  carto_json_writer writer;
  carto_buf buf;
  carto_buf_init(&buf, alloc, 0);
  carto_json_writer_init(&writer, &buf);
  carto_map_document_write(map, &writer);
  if (buf.status != CARTO_OK) abort();
  return buf;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_call call = {NULL, NULL, NULL, NULL, NULL};
  carto_arena arena;
  carto_json_doc doc, again;
  carto_map_document map, same;
  carto_buf once, twice, drawn;
  carto_json_writer writer;
  carto_error error;
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  if (carto_json_parse(&arena, carto_str_make((const char *)data, size), &doc, NULL) != CARTO_OK) goto done;
  if (carto_map_document_read(&call, &doc, &map, &error) != CARTO_OK) {
    if (!error.text[0] || map.json) abort();
    goto done;
  }
  for (size_t i = 0; i < map.layer_count; i++)
    if (!map.layers[i].problem.len && map.layers[i].dataset >= map.dataset_count) abort();
  once = document_text(&map, libc);
  if (carto_json_parse(&arena, carto_buf_str(&once), &again, NULL) != CARTO_OK) abort();
  if (carto_map_document_read(&call, &again, &same, &error) != CARTO_OK) abort();
  twice = document_text(&same, libc);
  if (!carto_str_equal(carto_buf_str(&once), carto_buf_str(&twice))) abort();
  carto_buf_init(&drawn, libc, 0);
  carto_json_writer_init(&writer, &drawn);
  if (carto_map_document_draw(&call, &map, &writer, &error) == CARTO_OK &&
      carto_json_parse(&arena, carto_buf_str(&drawn), &again, NULL) != CARTO_OK)
    abort();
  carto_buf_free(&once);
  carto_buf_free(&twice);
  carto_buf_free(&drawn);
done:
  carto_arena_free(&arena);
  return 0;
}
